"""A control report in sentences: one for each thing that it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from graph.network import Network
from graph.ownership.control import BeneficialOwner, Blocked, ControlReport, RussianOwnership
from graph.ownership.solving import ZERO
from graph.ownership.stakes import Share
from graph.text import Text, filled, joined, listing, load_texts, percent


@cache
def _sentences() -> Mapping[str, Text]:
    return load_texts("graph.ownership", "sentences.yaml")


def _say(key: str, /, **values: Any) -> Text:
    return filled(_sentences()[key], values)


def extent(share: Share) -> Text:
    """A share as one figure, or as a range when it is one."""
    if share.low == share.high:
        return percent(share.low)
    return _say("range", low=percent(share.low), high=percent(share.high))


def describe(network: Network, report: ControlReport) -> tuple[Text, ...]:
    """The report in sentences, in its own order: owners, control, beneficial owners, what is unclear, sanctions."""
    found: list[Text] = []
    unnamed = {item.key for item in report.declared_unknown}
    for owner in report.owners:
        name = _say("unnamed") if owner.key in unnamed else network.name(owner.key)
        if owner.capital == owner.votes:
            found.append(_say("owner_alike", name=name, capital=extent(owner.capital)))
        else:
            found.append(_say("owner", name=name, capital=extent(owner.capital), votes=extent(owner.votes)))
    if not report.owners:
        found.append(_say("nobody"))
    elif report.unknown > ZERO:
        found.append(_say("unknown", share=percent(report.unknown)))
    found += [
        _say("controller", name=network.name(item.key), steps=_steps(network, item.steps))
        for item in report.controllers
    ]
    found += [
        _say("influence", name=network.name(fact.subject), interest=str(fact.value.get("interest")))
        for fact in report.influence
    ]
    found += [_beneficial(network, owner) for owner in report.beneficial_owners] or [_say("beneficial_none")]
    found += [_say("declared_unknown", reason=item.reason) for item in report.declared_unknown]
    found += [
        _say("circle" if len(members) > 1 else "own_shares", names=_names(network, members))
        for members in report.circles
    ]
    found += [_say("contradictory", name=network.name(key)) for key in report.contradictory]
    if report.russian.established:
        found.append(_say("russian.party", name=network.name(report.key)))
    if report.russian.entities:
        found.append(_russian(network, report.russian))
    if report.blocked:
        found.append(_say("blocked", name=network.name(report.key), steps=_steps(network, report.blocked)))
    return tuple(found)


def _names(network: Network, keys: Iterable[str]) -> Text:
    return listing(network.name(key) for key in keys)


def _steps(network: Network, steps: tuple[Blocked, ...]) -> Text:
    return joined(
        _say("step", company=network.name(step.key), share=percent(step.share), owners=_names(network, step.owners))
        for step in steps
    )


def _beneficial(network: Network, owner: BeneficialOwner) -> Text:
    names = _names(network, owner.persons)
    if len(owner.persons) > 1:
        names = _say("relatives", names=names)
    shown = [ground for ground in owner.grounds if ground.certain] or owner.grounds
    grounds = joined(
        (
            _say(f"ground.{ground.kind.value}", share=extent(ground.share))
            if ground.share is not None
            else _say(f"ground.{ground.kind.value}")
            for ground in shown
        ),
        "; ",
    )
    return _say("beneficial" if owner.certain else "beneficial_possible", names=names, grounds=grounds)


def _russian(network: Network, russian: RussianOwnership) -> Text:
    key = "exceeds" if russian.exceeds else "may_exceed" if russian.may_exceed else "below"
    return _say(f"russian.{key}", names=_names(network, russian.entities), share=extent(russian.share))
