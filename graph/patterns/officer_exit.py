"""Exits before a fall: somebody leaves the board shortly before a bankruptcy or an award, and another takes the seat.

Parameters: the day of the event and how many days before it.
Evidence: the change of the board, between the two answers that show it, and what states the event.
Innocent explanations: the company was sold; illness. Who leaves without being replaced hands over to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from graph.timeline import Event, EventKind


@dataclass(frozen=True, slots=True)
class Exit:
    """Somebody left the board and somebody else came."""

    board: Event
    left: tuple[str, ...]
    came: tuple[str, ...]
    certain: bool
    """The change certainly lies in the days before the event; else it only may."""


def exits_before(history: Iterable[Event], on: date, days: int) -> tuple[Exit, ...]:
    """Replacements on the board in the ``days`` before ``on``, the certain and newest first."""
    begin = on - timedelta(days=days)
    found = []
    for event in history:
        left, came = set(event.before) - set(event.after), set(event.after) - set(event.before)
        if event.kind is not EventKind.BOARD or not left or not came:
            continue
        first = event.not_before or date.min
        if event.not_after < begin or first > on:
            continue
        certain = first >= begin and event.not_after <= on
        found.append(Exit(event, tuple(sorted(left)), tuple(sorted(came)), certain))
    return tuple(sorted(found, key=lambda each: (not each.certain, -each.board.not_after.toordinal(), each.left)))
