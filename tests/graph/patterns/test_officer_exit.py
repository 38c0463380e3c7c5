"""Exits before a fall: what certainly lies in the days before, what only may, and a board that shrank or grew."""

from datetime import date

import pytest

from graph.patterns.officer_exit import exits_before
from graph.timeline import Event, EventKind

FALL = date(2026, 5, 1)


def board(not_before: date | None, not_after: date, before: str = "ab", after: str = "ac") -> Event:
    return Event(EventKind.BOARD, not_before, not_after, tuple(before), tuple(after), ())


@pytest.mark.parametrize(
    ("not_before", "not_after", "certain"),
    [
        (date(2026, 1, 31), FALL, True),
        (date(2026, 1, 30), FALL, False),
        (None, date(2026, 4, 1), False),
        (date(2026, 4, 1), date(2026, 5, 2), False),
    ],
)
def test_ninety_days_before(not_before: date | None, not_after: date, certain: bool) -> None:
    (found,) = exits_before([board(not_before, not_after)], FALL, 90)
    assert (found.left, found.came, found.certain) == (("b",), ("c",), certain)


@pytest.mark.parametrize(
    "event",
    [
        board(date(2025, 12, 1), date(2026, 1, 29)),
        board(date(2026, 5, 2), date(2026, 6, 1)),
        board(date(2026, 4, 1), date(2026, 4, 8), after="a"),
        board(date(2026, 4, 1), date(2026, 4, 8), after="abc"),
        Event(EventKind.OWNER, date(2026, 4, 1), date(2026, 4, 8), ("a",), ("b",), ()),
    ],
)
def test_too_early_too_late_or_nobody_replaced(event: Event) -> None:
    assert exits_before([event], FALL, 90) == ()
