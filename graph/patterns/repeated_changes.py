"""Repeated changes: a company whose board is replaced, or that moves, again and again.

Parameters: the kind of change and the span of days looked at.
Evidence: the changes that successive answers or the register's own history show, each with its dates.
Innocent explanations: a growing company that takes in owners and outgrows its premises; an association's yearly
election; streets that the municipality numbers anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from graph.timeline import Event, EventKind


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of one kind in a span, oldest first. None of them stands in both."""

    certain: tuple[Event, ...]
    possible: tuple[Event, ...]
    """Those that may lie before the span began: their first day is not known or earlier."""


def repeated(history: Iterable[Event], kinds: Iterable[EventKind], begin: date, end: date) -> Changes:
    """The changes of these kinds between ``begin`` and ``end``."""
    wanted = frozenset(kinds)
    inside = [event for event in history if event.kind in wanted and begin <= event.not_after <= end]
    certain = tuple(event for event in inside if event.not_before is not None and event.not_before >= begin)
    return Changes(certain, tuple(event for event in inside if event not in certain))


def only_added(changes: Iterable[Event]) -> bool:
    """Whether nobody left in any of the changes: the board only grew."""
    return all(set(event.before) <= set(event.after) for event in changes)
