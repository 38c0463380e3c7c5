"""ADR: where the party is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from graph.addresses import is_box, is_care_of
from graph.model import Fact, Predicate
from graph.patterns.hubs import address_statistics
from graph.patterns.phoenix import add_months
from graph.patterns.repeated_changes import repeated
from graph.timeline import Event, EventKind, as_date, events, known_since, registration_date
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import (
    ADDRESS_SOURCES,
    both,
    confirmations,
    gap,
    is_public_body,
    listing,
    missing,
    party_name,
    span,
    unique,
)
from screening.verdict import Text

_NEAR_BANKRUPTCY = timedelta(days=60)
"""How close to a bankruptcy a change of seat alone is telling (the same figure as in the reference's rule)."""
_RENUMBERED = 1
"""Place of *the municipality numbered the street anew* in the catalogue's innocent explanations."""


def _written(fact: Fact) -> str:
    parts = (fact.value.get("care_of"), fact.value.get("street"), fact.value.get("postal_code"), fact.value.get("city"))
    return ", ".join(str(part) for part in parts if part)


@indicator("ADR-01")
def box_address(context: Context) -> Iterator[Signal | Unassessed]:
    """Box- eller c/o-adress.

    **Method.** Every address that is known for the party is a post-office box or a c/o address.

    **Example.** «Exempelbygg AB har bara adressen Box 417, 99010, Granby; ingen besöksadress är känd.»

    **Why it matters.** Listed in Ekobrottsmyndigheten's checklist: nobody can be found there. Alone it is never more
    than a note.

    **Innocent explanations considered.** An accountant's c/o is very common; so is a business run from home. A
    protected identity must not be probed: never ask why.

    **Exclusions.** Public bodies.

    **Assumptions.** Any street address, postal or visiting, is a place where the party can be found.
    """
    if is_public_body(context):
        return
    facts = [f for f in context.facts(Predicate.ADDRESS) if f.value.get("street") or f.value.get("care_of")]
    if not facts:
        yield missing("Ingen adress är känd", "No address is known", gap(context, Predicate.ADDRESS, ADDRESS_SOURCES))
        return
    hidden = [
        fact
        for fact in facts
        if is_box(fact.value.get("street")) or is_care_of(fact.value.get("street"), fact.value.get("care_of"))
    ]
    if len(hidden) < len(facts):
        return
    newest = max(hidden, key=lambda fact: (fact.observed_at, fact.order))
    name = party_name(context)
    yield Signal(
        context.party.key,
        both(
            f"{name} har bara adressen {_written(newest)}; ingen besöksadress är känd.",
            f"{name} has only the address {_written(newest)}; no visiting address is known.",
        ),
        tuple(hidden),
    )


@indicator("ADR-02")
def address_hub(context: Context) -> Iterator[Signal | Unassessed]:
    """Adressnav.

    **Method.** At the party's exact address at least ``n`` companies are active, *and* bankruptcies in three years make
    up ``p_pct`` per cent or more of those and the active together, or ``m`` or more were registered in twelve months.

    **Example.** «På Virkesgatan 3 finns 36 aktiva bolag; 9 har gått i konkurs på tre år och 18 är registrerade det
    senaste året.»

    **Why it matters.** Companies are registered there by the dozen and come and go.

    **Innocent explanations considered.** Business centres, accountants and law firms have many companies but neither
    bankruptcies nor new registrations in such numbers: many alone raises nothing. Known places can be listed in the
    parameter ``whitelist`` (normalised addresses).

    **Exclusions.** Public bodies.

    **Assumptions.** Counts are of the mirrored registers; without them the indicator is not assessed.
    """
    if is_public_body(context):
        return
    statistics = address_statistics(context.network, context.party.key)
    if not statistics:
        reason = gap(context, Predicate.ADDRESS_STATISTICS, ("register_statistics",))
        if reason is not None or not context.facts(Predicate.ADDRESS):
            yield missing(
                "Det är inte känt hur många bolag som finns på adressen",
                "It is not known how many companies stand at the address",
                reason,
            )
        return
    parameters = context.parameters
    allowed = {str(address) for address in parameters.get("whitelist", ())}
    for hub in statistics:
        if hub.address in allowed or hub.active < int(parameters["n"]):
            continue
        bankrupt = hub.bankrupt_share * 100 >= float(parameters["p_pct"])
        if not bankrupt and hub.registered_12_months < int(parameters["m"]):
            continue
        addresses = [_written(fact) for fact in context.facts(Predicate.ADDRESS)]
        where = addresses[-1] if addresses else hub.address
        yield Signal(
            context.party.key,
            both(
                f"På {where} finns {hub.active} aktiva bolag; {hub.bankrupt_3_years} har gått i konkurs på tre år och "
                f"{hub.registered_12_months} är registrerade det senaste året.",
                f"At {where} stand {hub.active} active companies; {hub.bankrupt_3_years} went bankrupt in three years "
                f"and {hub.registered_12_months} were registered in the last year.",
            ),
            (hub.fact, *context.facts(Predicate.ADDRESS)),
        )
        return


@indicator("ADR-03")
def keeps_moving(context: Context) -> Iterator[Signal | Unassessed]:
    """Täta flyttar eller byten av säte.

    **Method.** The address or the seat changed at least ``n`` times within ``window_months`` before the case; or the
    seat changed within 60 days of a bankruptcy.

    **Example.** «Exempelbygg AB har bytt adress eller säte 3 gånger sedan den 2024-11-22: den 2025-02-01, …»

    **Why it matters.** Somebody who moves all the time is hard to serve, and comes under another enforcement office.

    **Innocent explanations considered.** A growing company; a street that was numbered anew (supported when street and
    postal code stay the same in a change). A respelled address is no move; a postal and a visiting address changed at
    the same time are one.

    **Exclusions.** Public bodies.

    **Assumptions.** Petitions for bankruptcy are stated by no source here; the decision stands for them. Without the
    register's history a company known for the first time is not assessed.
    """
    if is_public_body(context):
        return
    key, name = context.party.key, party_name(context)
    begin = add_months(context.case_date, -int(context.parameters["window_months"]))
    least = int(context.parameters["n"])
    history = events(context.network, key, confirmations(context))
    changes = repeated(history, [EventKind.ADDRESS, EventKind.SEAT], begin, context.case_date)
    moves, perhaps = _moves(changes.certain), _moves((*changes.certain, *changes.possible))
    fled = _seat_near_bankruptcy(context, history)
    if len(moves) >= least:
        when = [span(move[0].not_before, move[0].not_after) for move in moves]
        renumbered = any(_same_street(event) for move in moves for event in move)
        note = both("Gata och postnummer är desamma i en av ändringarna.", "One change keeps street and postal code.")
        yield Signal(
            key,
            both(
                f"{name} har bytt adress eller säte {len(moves)} gånger sedan den {begin}: "
                f"{listing(each.sv for each in when).sv}.",
                f"{name} changed its address or seat {len(moves)} times since {begin}: "
                f"{listing(each.en for each in when).en}.",
            ),
            unique(fact for move in moves for event in move for fact in event.facts),
            event_date=moves[-1][0].not_after,
            explanation_outcomes={_RENUMBERED: ("supported", note)} if renumbered else {},
        )
    elif fled is not None:
        yield fled
    elif len(perhaps) >= least:
        yield missing(
            "Adress eller säte har ändrats flera gånger, men om allt skett inom tidsfönstret är inte känt",
            "Address or seat changed several times, but whether all changes lie in the window is not known",
        )
    else:
        yield from _moves_unknown(context, begin)


def _moves(changes: tuple[Event, ...]) -> list[list[Event]]:
    """Changes by occasion: postal address, visiting address and seat changed in overlapping spans are one move."""
    found: list[list[Event]] = []
    for event in changes:
        first = event.not_before or date.min
        if found and any(
            other.not_after > first or (other.dated and event.dated and other.not_after == event.not_after)
            for other in found[-1]
        ):
            found[-1].append(event)
        else:
            found.append([event])
    return found


def _same_street(event: Event) -> bool:
    """Whether only the number in the street changed, in facts that a source still shows side by side."""
    shown = {
        ("".join(sign for sign in str(fact.value.get("street") or "") if not sign.isdigit()).casefold().strip(),
         str(fact.value.get("postal_code") or ""))
        for fact in event.facts
        if fact.predicate is Predicate.ADDRESS and fact.value.get("street")
    }  # fmt: skip
    return event.kind is EventKind.ADDRESS and len(shown) == 1


def _seat_near_bankruptcy(context: Context, history: tuple[Event, ...]) -> Signal | None:
    seats = [event for event in history if event.kind is EventKind.SEAT and event.not_before is not None]
    for fact in context.facts(Predicate.PROCEEDING):
        on = as_date(fact.value.get("date"))
        if fact.value.get("kind") != "bankruptcy" or fact.value.get("state") == "annulled" or on is None:
            continue
        for event in seats:
            first = event.not_before or date.min
            if on - _NEAR_BANKRUPTCY <= first and event.not_after <= on + _NEAR_BANKRUPTCY:
                name, when = party_name(context), span(event.not_before, event.not_after)
                return Signal(
                    context.party.key,
                    both(
                        f"{name} bytte säte {when.sv}, nära konkursen den {on}.",
                        f"{name} changed its seat {when.en}, close to the bankruptcy on {on}.",
                    ),
                    unique((*event.facts, fact)),
                    event_date=event.not_after,
                )
    return None


def _moves_unknown(context: Context, begin: date) -> Iterator[Unassessed]:
    since = known_since(context.network, context.party.key, Predicate.ADDRESS)
    reason: Text | None = gap(context, Predicate.CHANGE, ("register_history",))
    if since is None:
        yield missing("Ingen adress är känd", "No address is known", gap(context, Predicate.ADDRESS, ADDRESS_SOURCES))
    elif since > begin and reason is not None:
        start = registration_date(context.network, context.party.key)
        if start is None or start[0] < since:
            yield missing(
                f"Adressen är känd först från den {since}; flyttar dessförinnan kan inte ses",
                f"The address is known only from {since}; earlier moves cannot be seen",
                reason,
            )
