"""Taken-over companies (historikbolag): an old company that had ceased gets, all at once, a new board and a new face.

Its age and its history are what is bought: they make a newcomer look established.

Parameters: the company's least age, the window inside which the changes lie, how long it must have stood still.
Evidence: the board's replacement, the other changes, and the statements that the company was no longer active.
Innocent explanations: a generation change; an acquirer with other plans; a restart by the same family.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product

from graph.model import Fact, Position, Predicate
from graph.network import Network, position_of
from graph.timeline import Event, EventKind

NO_LONGER_ACTIVE = "9"
"""Statistics Sweden's code (FtgStat) for a company that was active once; ``0`` = never was, ``1`` = is."""
_TOLD_APART = frozenset({"0", NO_LONGER_ACTIVE})
STOPPED = "inte längre verksam"
"""The same in a ``CHANGE`` fact of the register mirror."""
FACES = (EventKind.NAME, EventKind.ADDRESS, EventKind.INDUSTRY)
"""What else changes when a company is put to another use."""


@dataclass(frozen=True, slots=True)
class Standstill:
    """What is known about a company's activity before a day."""

    ceased: bool
    """It was active once and no longer was."""
    since: date | None
    """Known to have been inactive from this day on."""
    active_until: date | None
    """Known to have been active on this day still."""
    facts: tuple[Fact, ...]
    """What says that it was no longer active."""


@dataclass(frozen=True, slots=True)
class Takeover:
    """A whole board replaced together with other changes."""

    board: Event
    others: tuple[Event, ...]
    certain: bool
    """All of it certainly lies inside the window; else it only may."""

    @property
    def begin(self) -> date:
        """No later than this day everything was still as before."""
        return min(event.not_before or date.min for event in (self.board, *self.others))

    @property
    def end(self) -> date:
        """The last change had happened by this day."""
        return max(event.not_after for event in (self.board, *self.others))


def somebody_stayed(network: Network, key: str, event: Event) -> bool:
    """Whether somebody who ran the company before a change of board has an office after it.

    A deputy who becomes a member, or a former member who stays on as managing director, is continuity; auditors and
    liquidators are not.
    """
    before: set[str] = set()
    after: set[str] = set()
    for fact in network.officers(key, history=True):
        if position_of(fact) in (Position.AUDITOR, Position.LIQUIDATOR) or fact.object is None:
            continue
        until = fact.superseded_at.date() if fact.superseded_at else None
        if fact.observed_at.date() < event.not_after:
            before.add(fact.object)
        if fact.observed_at.date() <= event.not_after and (until is None or until > event.not_after):
            after.add(fact.object)
    return bool(before & after)


def family_names(network: Network, keys: Iterable[str]) -> frozenset[str]:
    """The surnames of these persons that a source states as such, folded; nothing is guessed from whole names."""
    found = set()
    for key in keys:
        for fact in reversed(network.facts(key, Predicate.PERSON_NAME, history=True)):
            if fact.value.get("family"):
                found.add(str(fact.value["family"]).casefold())
                break
    return frozenset(found)


def takeovers(network: Network, key: str, history: Iterable[Event], window_days: int) -> tuple[Takeover, ...]:
    """Replacements of the whole board with at least one other change in the window, the certain and newest first."""
    happened = list(history)
    found = []
    for board in happened:
        if board.kind is not EventKind.BOARD or not board.complete or somebody_stayed(network, key, board):
            continue
        near = [event for event in happened if event.kind in FACES and _may_lie_within(board, event, window_days)]
        sure = tuple(event for event in near if _lies_within(board, event, window_days))
        if near:
            found.append(Takeover(board, sure or tuple(near), bool(sure)))
    return tuple(sorted(found, key=lambda each: (not each.certain, -each.end.toordinal(), each.begin)))


def _lies_within(one: Event, other: Event, days: int) -> bool:
    if one.not_before is None or other.not_before is None:
        return False
    return (max(one.not_after, other.not_after) - min(one.not_before, other.not_before)).days <= days


def _may_lie_within(one: Event, other: Event, days: int) -> bool:
    return all(
        ((first.not_before or date.min) - last.not_after).days <= days
        for first, last in product((one, other), repeat=2)
    )


def standstill(network: Network, key: str, history: Iterable[Event], until: date) -> Standstill | None:
    """How the company's activity stood just before ``until``; ``None`` when no source had said.

    Only *no longer active* counts as ceased: a shelf company that never was active has no history to sell. A source
    that says *not active* without saying which of the two (Bolagsverket's API) settles nothing either way.
    """
    stated = sorted(
        (
            fact
            for fact in network.facts(key, Predicate.ACTIVE, history=True)
            if fact.observed_at.date() < until
            and (fact.value.get("active") is True or str(fact.value.get("code")) in _TOLD_APART)
        ),
        key=lambda fact: (fact.observed_at, fact.id),
    )
    if not stated:
        return None
    idle: list[Fact] = []
    while stated and str(stated[-1].value.get("code")) == NO_LONGER_ACTIVE:
        idle.append(stated.pop())
    if not idle:
        return Standstill(False, None, None, ())
    since = idle[-1].observed_at.date()
    active = max((fact.observed_at.date() for fact in stated if fact.value.get("active") is True), default=None)
    facts = idle
    for event in history:
        if event.kind is EventKind.STATUS and STOPPED in event.after and event.not_after < until:
            since = min(since, event.not_after)
            active = max(filter(None, (active, event.not_before)), default=None)
            facts = [*facts, *event.facts]
    return Standstill(True, since, active, tuple(facts))
