"""Change sets and shelf companies: spans count in full, and what may lie close enough is kept apart."""

from datetime import date

from graph.patterns.change_set import certain_days, change_set, least_days, may_complete
from graph.patterns.shelf_company import activations
from graph.timeline import Event, EventKind


def event(kind: EventKind, not_before: date | None, not_after: date) -> Event:
    return Event(kind, not_before, not_after, ("a",), ("b",), ())


BOARD = event(EventKind.BOARD, date(2026, 10, 1), date(2026, 10, 20))
INDUSTRY = event(EventKind.INDUSTRY, date(2026, 10, 10), date(2026, 10, 17))
NEAR = event(EventKind.ADDRESS, date(2026, 10, 24), date(2026, 10, 31))
LATER = event(EventKind.ADDRESS, date(2026, 10, 30), date(2026, 11, 6))
FAR = event(EventKind.ADDRESS, date(2026, 12, 1), date(2026, 12, 8))


def test_the_most_and_the_fewest_days_between() -> None:
    assert (certain_days([BOARD, NEAR]), least_days([BOARD, NEAR])) == (30, 4)
    assert certain_days([BOARD, event(EventKind.NAME, None, date(2026, 10, 2))]) is None


def test_three_kinds_within_thirty_days() -> None:
    assert change_set([BOARD, INDUSTRY, NEAR], 30, 3).together == (BOARD, INDUSTRY, NEAR)
    perhaps = change_set([BOARD, INDUSTRY, LATER], 30, 3)
    assert (perhaps.together, perhaps.undated) == ((), True)
    apart = change_set([BOARD, INDUSTRY, FAR], 30, 3)
    assert (apart.together, apart.undated) == ((), False)


def test_a_kind_that_nobody_could_have_seen() -> None:
    two = change_set([BOARD, INDUSTRY], 30, 3)
    assert may_complete(two, [EventKind.ADDRESS], 30, 3)
    assert not may_complete(two, [], 30, 3)


def test_a_shelf_company_gets_board_and_name_at_once() -> None:
    name = event(EventKind.NAME, date(2026, 10, 15), date(2026, 10, 15))
    late = event(EventKind.NAME, date(2026, 11, 15), date(2026, 11, 15))
    assert activations([BOARD, name], 30) == (((BOARD, name), True),)
    assert activations([BOARD, late], 30) == (((BOARD, late), False),)
    assert activations([BOARD, event(EventKind.NAME, date(2026, 12, 1), date(2026, 12, 1))], 30) == ()
