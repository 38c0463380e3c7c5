"""LEG: facts with an own legal effect."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Fact, Predicate
from graph.timeline import as_date
from screening.case import CaseKind
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import COMPANY_REGISTERS, both, gap, missing, party_name, unique
from screening.verdict import Level, Text

_INSOLVENCY = {
    "bankruptcy": Text("konkurs", "bankruptcy"),
    "liquidation": Text("likvidation", "liquidation"),
    "reconstruction": Text("företagsrekonstruktion", "company reconstruction"),
    "composition": Text("ackord", "composition with creditors"),
    "resolution": Text("resolution", "resolution"),
}
_VOLUNTARY = ("frivillig", "voluntary")


@indicator("LEG-04")
def insolvency(context: Context) -> Iterator[Signal | Unassessed]:
    """Konkurs, likvidation, ackord, rekonstruktion eller inställda betalningar.

    **Method.** Reads the proceedings that Bolagsverket states about the party. An *ongoing* bankruptcy, liquidation,
    composition or reconstruction is a signal with the catalogue's full reach. One that has *ended* is a note: LOU 13:3
    p 2 speaks of a supplier that *is* in such a proceeding. One that was *annulled* is silence, as if it never was.

    **Example.** «Exempelbygg AB är i konkurs sedan den 2026-03-02 enligt Bolagsverket.»

    **Why it matters.** It is a discretionary ground (LOU 13:3 p 2, LOV 7:1); the real question is whether the supplier
    can perform.

    **Innocent explanations considered.** A liquidation while a merger is under way, or one that the register calls
    voluntary, is a solvent winding-up: it reaches *bör utredas* and no further. Mergers and divisions alone are
    never insolvency.

    **Exclusions.** The contract side of a lease is credit risk only; the engine's procedure caps see to that.

    **Assumptions.** Pending petitions are in no register read here; for welfare providers, where they count, that is
    said. Suspended payments are in no register at all.
    """
    name = party_name(context)
    facts = context.facts(Predicate.PROCEEDING)
    merging = [f for f in facts if f.value.get("kind") == "merger" and f.value.get("state") == "ongoing"]
    found = False
    for kind, shown in _INSOLVENCY.items():
        stated = [fact for fact in facts if fact.value.get("kind") == kind]
        ongoing = [f for f in stated if f.value.get("state") == "ongoing" and not _overtaken(f, stated)]
        ended = [f for f in stated if f.value.get("state") == "ended"]
        if ongoing:
            yield _ongoing(context, name, shown, ongoing, merging)
        elif ended:
            on = max((d for f in ended if (d := as_date(f.value.get("date")))), default=None)
            yield Signal(
                subject=context.party.key,
                statement=both(
                    f"{name} har varit i {shown.sv}{f' (den {on})' if on else ''}; förfarandet är avslutat.",
                    f"{name} has been in {shown.en}{f' ({on})' if on else ''}; the proceeding has ended.",
                ),
                facts=unique(ended),
                event_date=on,
                unknowns=(both("Hur förfarandet avslutades.", "How the proceeding ended."),),
                ceiling=Level.L1,
            )
        found = found or bool(stated)
    reason = gap(context, Predicate.PROCEEDING, COMPANY_REGISTERS)
    if not found and reason is not None:
        yield missing(
            "Det är inte känt om något konkurs-, likvidations- eller rekonstruktionsförfarande pågår",
            "It is not known whether a bankruptcy, liquidation or reconstruction is under way",
            reason,
        )


def _overtaken(fact: Fact, stated: list[Fact]) -> bool:
    """Whether another source states later that this very proceeding is no longer ongoing."""
    return any(
        other.source != fact.source
        and other.observed_at > fact.observed_at
        and other.value.get("state") in ("ended", "annulled")
        and (other.value.get("date") is None or other.value.get("date") == fact.value.get("date"))
        for other in stated
    )


def _ongoing(context: Context, name: str, kind: Text, facts: list[Fact], merging: list[Fact]) -> Signal:
    """One signal for one kind of proceeding, however many sources state it."""
    on = min((d for f in facts if (d := as_date(f.value.get("date")))), default=None)
    liquidation = facts[0].value.get("kind") == "liquidation"
    wording = " ".join(str(f.value.get("text") or "") for f in facts).casefold()
    voluntary = liquidation and any(word in wording for word in _VOLUNTARY)
    solvent = liquidation and (voluntary or bool(merging))
    unknowns = []
    if on is None:
        unknowns.append(both("Vilken dag förfarandet inleddes.", "On which day the proceeding began."))
    if context.case.kind is CaseKind.WELFARE_PROVIDER:
        unknowns.append(both("Om fler ansökningar är inlämnade.", "Whether further petitions have been filed."))
    note = (
        both("Registret anger att en fusion pågår.", "The register states that a merger is under way.")
        if merging
        else both("Registret kallar likvidationen frivillig.", "The register calls the liquidation voluntary.")
    )
    return Signal(
        subject=context.party.key,
        statement=both(
            f"{name} är i {kind.sv}{f' sedan den {on}' if on else ''} enligt Bolagsverket.",
            f"{name} is in {kind.en}{f' since {on}' if on else ''} according to Bolagsverket.",
        ),
        facts=unique((*facts, *merging) if solvent else facts),
        event_date=on,
        unknowns=tuple(unknowns),
        explanation_outcomes={0: ("supported", note)} if solvent else {},
        ceiling=Level.L2 if solvent else None,
    )
