"""ADR: where the party is."""

from __future__ import annotations

from collections.abc import Iterator

from graph.addresses import is_box, is_care_of
from graph.model import Fact, Predicate
from graph.patterns.hubs import address_statistics
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import ADDRESS_SOURCES, both, gap, is_public_body, missing, party_name


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
