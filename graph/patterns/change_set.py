"""Change sets: board, industry and address that change together, within so few days that one hand must have done it.

Parameters: the days within which all changes lie, and how many kinds of change are needed.
Evidence: the changes, each between the two answers that show it; spans count in full.
Innocent explanations: an acquisition with relocation; an accounting agent that files everything at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from graph.timeline import Event, EventKind

KINDS = (EventKind.BOARD, EventKind.INDUSTRY, EventKind.ADDRESS)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What was found. ``together`` is empty when no changes certainly lie within the days."""

    together: tuple[Event, ...]
    undated: bool
    """Changes that only may lie so close were seen."""
    by_kind: Mapping[EventKind, tuple[Event, ...]]


def certain_days(chosen: Sequence[Event]) -> int | None:
    """The most days there can be between the first and the last of the events; ``None`` when it is not known."""
    starts = [event.not_before for event in chosen if event.not_before is not None]
    if len(starts) < len(chosen):
        return None
    return (max(event.not_after for event in chosen) - min(starts)).days


def least_days(chosen: Sequence[Event]) -> int:
    """The fewest days there can be between the first and the last of the events."""
    latest_start = max(event.not_before or date.min for event in chosen)
    return max((latest_start - min(event.not_after for event in chosen)).days, 0)


def change_set(history: Iterable[Event], window: int, least: int) -> ChangeSet:
    """The newest changes of at least ``least`` kinds that certainly lie within ``window`` days."""
    happened = list(history)
    by_kind = {kind: tuple(event for event in happened if event.kind is kind) for kind in KINDS}
    undated = False
    for chosen in _one_of_each(by_kind, [kind for kind in KINDS if by_kind[kind]], least):
        certain = certain_days(chosen)
        if certain is not None and certain <= window:
            return ChangeSet(chosen, False, by_kind)
        undated = undated or least_days(chosen) <= window
    return ChangeSet((), undated, by_kind)


def may_complete(found: ChangeSet, blind: Sequence[EventKind], window: int, least: int) -> bool:
    """Whether changes of the ``blind`` kinds, which nobody could have seen, would make the set complete."""
    enough = least - len(blind)
    seen = [kind for kind in KINDS if found.by_kind[kind]]
    return bool(blind) and (
        enough <= 0 or any(least_days(chosen) <= window for chosen in _one_of_each(found.by_kind, seen, enough))
    )


def _one_of_each(
    by_kind: Mapping[EventKind, Sequence[Event]], kinds: Sequence[EventKind], size: int
) -> Iterator[tuple[Event, ...]]:
    """One event of each kind, for kinds of at least ``size``; the newest first."""
    if len(kinds) < max(size, 1):
        return
    yield from product(*(list(reversed(by_kind[kind])) for kind in kinds))
