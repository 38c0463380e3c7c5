"""What NET-02 and WEL-08 share: a party that is, or stands near, a supplier whose contract the municipality ended.

The two divide the ended contracts between them, so that one decision gives one finding: WEL-08 takes those under the
Act on System of Choice, NET-02 all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from graph.model import Predicate
from graph.network import Network
from graph.ownership import Stakes
from graph.patterns.phoenix import add_months
from graph.patterns.terminated_supplier import (
    INNOCENT_REASONS,
    Ended,
    LinkKind,
    Nearness,
    Tie,
    ended_contracts,
    nearness,
)
from screening.indicators.base import Context, Signal, Unassessed
from screening.indicators.reading import OFFICER_SOURCES, both, gap, joined, listed_name, missing, party_name, unique
from screening.texts import text
from screening.verdict import Level, Text

SOURCE = "municipal_terminations"
OWNER_SHARE = Fraction(1, 4)
"""A stake that makes an owner worth following (lag (2017:631) 1:4)."""
PROCUREMENT_ACTS = frozenset({"LOU", "LUF", "LUK", "LUFS"})
EARLIER_CONTRACT = ("LOU-13-3-5",)
"""LOU 13:3 point 5 counts contracts under the four procurement acts only, and the supplier's own."""

_KINDS = {
    "lease": Text("hyresavtal", "lease"),
    "grant": Text("bidrag", "grant"),
    "other": Text("avtal", "contract"),
}
_TIES = {
    LinkKind.OWNERSHIP: Text("ägarsamband", "a stake of one in the other"),
    LinkKind.PHONE: Text("samma telefonnummer", "the same telephone number"),
}


def returns(
    context: Context, *, hops: int, years: int, concerns: Callable[[Ended], bool], innocent: int | None
) -> Iterator[Signal | Unassessed]:
    """A signal for each ended contract that ``concerns`` takes and that is near; what could not be seen.

    ``innocent``: the place of *ended for an innocent reason* among the catalogue's explanations.
    """
    reason = gap(context, Predicate.TERMINATION, (SOURCE,))
    if reason is not None:
        yield missing(
            "Kommunens förteckning över avslutade avtal har inte lämnats in eller är ofullständig",
            "The municipality's list of terminated contracts was not handed in, or is incomplete",
            reason,
        )
    network, key = context.network, context.party.key
    recent = [
        ended
        for ended in ended_contracts(network)
        if concerns(ended) and add_months(ended.on, 12 * years) >= context.case_date
    ]
    if not recent:
        return
    stakes = Stakes.of(network)
    for ended in recent:
        near = nearness(network, stakes, key, ended, hops=hops, owner_share=OWNER_SHARE)
        if near.ties:
            yield _signal(context, ended, near, innocent)
    others = {ended.key for ended in recent if ended.key != key}
    if not others:
        return
    if not network.officers(key):
        officers = gap(context, Predicate.OFFICER, OFFICER_SOURCES)
        if officers is not None:
            yield missing(
                "Samband med avslutade leverantörer genom företrädare har inte kunnat prövas",
                "Links with terminated suppliers through officers could not be examined",
                officers,
            )
        return
    unseen = sum(not network.officers(other, history=True) for other in others)
    if unseen:
        yield missing(
            f"För {unseen} av {len(others)} avslutade leverantörer är det inte känt vilka som företrädde dem när "
            "avtalet avslutades: registren publicerar inte tidigare styrelser",
            f"For {unseen} of {len(others)} terminated suppliers it is not known who ran them when the contract was "
            "ended: the registers do not publish former boards",
        )


def _signal(context: Context, ended: Ended, near: Nearness, innocent: int | None) -> Signal:
    network, name, old = context.network, party_name(context), listed_name(context.network, ended.key, ended.fact)
    how = joined([_said(network, tie) for tie in near.ties if tie.kind is not LinkKind.SAME], ", ")
    itself = near.ties[0].kind is LinkKind.SAME
    decision = str(ended.fact.value.get("reference") or "–")
    kind = _KINDS.get(
        ended.contract_kind, Text(f"avtal enligt {ended.contract_kind}", f"{ended.contract_kind} contract")
    )
    why = text(f"value.termination.{ended.reason}")
    about = both(
        f"avslutades av kommunen den {ended.on}: {why.sv} (beslut {decision})",
        f"was ended by the municipality on {ended.on}: {why.en} (decision {decision})",
    )
    statement = (
        both(f"{name}: {kind.sv} {about.sv}.", f"{name}: a {kind.en} {about.en}.")
        if itself
        else both(
            f"{name} har samband med {old} ({how.sv}), vars {kind.sv} {about.sv}.",
            f"{name} is linked with {old} ({how.en}), whose {kind.en} {about.en}.",
        )
    )
    unknowns = [_aside(network, tie) for tie in near.aside]
    weak = all(tie.kind is LinkKind.ENGAGEMENT for tie in near.ties)
    if weak:
        unknowns.append(
            both(f"Vilken roll företrädaren har eller hade i {old}.", f"Which office the person has or had in {old}.")
        )
    if not itself:
        unknowns.append(
            both(
                f"Om de som förknippas med {old} hade inflytande över det som ledde till beslutet.",
                f"Whether those connected with {old} had influence over what led to the decision.",
            )
        )
    harmless = ended.reason in INNOCENT_REASONS
    outcomes: dict[int, tuple[str, Text | None]] = {}
    if innocent is not None:
        outcomes[innocent] = (
            "supported" if harmless else "contradicted",
            both(f"Skäl: {why.sv}.", f"Reason: {why.en}."),
        )
    return Signal(
        context.party.key,
        statement,
        unique((ended.fact, *(fact for tie in near.ties for fact in tie.facts))),
        event_date=ended.on,
        unknowns=tuple(unknowns),
        explanation_outcomes=outcomes,
        ceiling=Level.L1 if harmless or weak else None,
        other_grounds=() if itself and ended.contract_kind in PROCUREMENT_ACTS else EARLIER_CONTRACT,
    )


def _said(network: Network, tie: Tie) -> Text:
    if tie.who is None:
        return _TIES[tie.kind]
    who = network.name(tie.who)
    if tie.kind is LinkKind.OWNER:
        return both(f"{who} äger i båda", f"{who} owns in both")
    if tie.kind is LinkKind.ENGAGEMENT:
        return both(f"{who} är engagerad i båda", f"{who} is engaged in both")
    return both(f"{who} företräder eller företrädde båda", f"{who} runs or ran both")


def _aside(network: Network, tie: Tie) -> Text:
    if tie.who is None:
        return both(
            "Det gemensamma telefonnumret delas av så många bolag att det inte räknats.",
            "The common telephone number is shared by so many companies that it was not counted.",
        )
    who = network.name(tie.who)
    return both(
        f"{who} har uppdrag i så många organisationer att sambandet inte räknats.",
        f"{who} is engaged in so many organisations that the link was not counted.",
    )
