"""COI: those who handle the case and the counterparty."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from graph.model import Predicate
from graph.ownership import Stakes
from graph.patterns.conflict_of_interest import Conflict, Side, conflicts, handlers, namesakes
from graph.patterns.phoenix import add_months
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import (
    OFFICER_SOURCES,
    both,
    gap,
    is_public_body,
    listing,
    missing,
    party_name,
    unique,
)
from screening.verdict import Text

SOURCE = "municipal_handlers"
_LISTED = 1
"""Place of *shares in a listed company* in the catalogue's innocent explanations."""

_SIDES = {
    Side.OFFICE: Text("företräder", "represents"),
    Side.FORMER_OFFICE: Text("har nyligen företrätt", "recently represented"),
    Side.OWNER: Text("äger del i", "owns a part of"),
    Side.FORMER_OWNER: Text("har nyligen ägt del i", "recently owned a part of"),
    Side.DECLARED: Text("har själv uppgett en relation till", "has declared a relation to"),
}


@indicator("COI-01")
def handler_linked(context: Context) -> Iterator[Signal | Unassessed]:
    """Koppling mellan handläggare och motpart (jäv).

    **Method.** Somebody who handles this case is, or was within ``lookback_months``, in the party's administration or
    the owner of at least ``s_pct`` per cent of it; or has declared a relation to it, to an owner of it or to somebody
    in it. Persons are the same only when both are known by number.

    **Example.** «Handläggaren Kim Exempel företräder Exempelbygg AB.»

    **Why it matters.** Whoever has a conflict of interest must not handle the case; decisions can be set aside for it.

    **Innocent explanations considered.** Shares in a listed company are answered where the listing is known. Whether
    the handler already stands aside, and whether a seat was given by the municipality, must be asked.

    **Exclusions.** Equal names are a question to the handler, never a finding. Auditors are no representatives. Only
    the handlers of this case are compared; there is no register of staff.

    **Assumptions.** The list of handlers and their own declarations are complete.
    """
    reason = gap(context, (Predicate.HANDLER, Predicate.DECLARED_RELATION), (SOURCE,))
    if reason is not None:
        yield missing(
            "Ärendets handläggare har inte lämnats in eller är ofullständiga",
            "The case's handlers were not handed in, or are incomplete",
            reason,
        )
    network, key = context.network, context.party.key
    people = handlers(network)
    if not people:
        if reason is None:
            yield missing("Inga handläggare är angivna", "No handlers are listed")
        return
    since = add_months(context.case_date, -int(context.parameters["lookback_months"]))
    minimum = Fraction(str(context.parameters["s_pct"])) / 100
    for conflict in conflicts(network, Stakes.of(network), key, since=since, minimum=minimum):
        yield _signal(context, conflict)
    for namesake in namesakes(network, key):
        yield missing(
            f"Fråga handläggaren {namesake.handler}: {namesake.name} heter som en företrädare eller ägare i "
            f"{party_name(context)}. Namnlikheten är en fråga och inget fynd",
            f"Ask the handler {namesake.handler}: {namesake.name} has the same name as an officer or owner of "
            f"{party_name(context)}. The likeness is a question and no finding",
        )
    unnumbered = [str(fact.value.get("name")) for fact in people if fact.value.get("identified") is not True]
    if unnumbered:
        names = listing(sorted(unnumbered))
        yield missing(
            f"Utan personnummer kan dessa bara jämföras på namn: {names.sv}",
            f"Without a personal number these can be compared by name only: {names.en}",
        )
    if not network.officers(key) and not is_public_body(context):
        officers = gap(context, Predicate.OFFICER, OFFICER_SOURCES)
        if officers is not None:
            yield missing(
                "Partens företrädare är inte kända och har inte jämförts med handläggarna",
                "The party's officers are not known and were not compared with the handlers",
                officers,
            )


def _signal(context: Context, conflict: Conflict) -> Signal:
    network, party = context.network, party_name(context)
    said = _SIDES[conflict.side]
    if conflict.through is None:
        statement = both(
            f"Handläggaren {conflict.name} {said.sv} {party}.", f"The handler {conflict.name} {said.en} {party}."
        )
    else:
        through = network.name(conflict.through)
        statement = both(
            f"Handläggaren {conflict.name} {said.sv} {through}, som äger del i eller företräder {party}.",
            f"The handler {conflict.name} {said.en} {through}, who owns a part of or represents {party}.",
        )
    owns = conflict.side in (Side.OWNER, Side.FORMER_OWNER)
    listed = context.facts(Predicate.LISTED_COMPANY) if owns else ()
    return Signal(
        context.party.key,
        statement,
        unique((*conflict.facts, *listed)),
        unknowns=(
            both(
                "Om handläggaren har lämnat över ärendet.",
                "Whether the handler has handed the case over.",
            ),
        ),
        explanation_outcomes={_LISTED: ("supported", None)} if listed else {},
    )
