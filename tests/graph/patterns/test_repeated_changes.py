"""Changes again and again: which certainly lie in the span, which only may, and a board that only grew."""

from datetime import date

from graph.patterns.repeated_changes import only_added, repeated
from graph.timeline import Event, EventKind

BEGIN, END = date(2025, 1, 1), date(2026, 1, 1)


def change(
    not_before: date | None, not_after: date, kind: EventKind = EventKind.BOARD, **more: tuple[str, ...]
) -> Event:
    return Event(kind, not_before, not_after, more.get("before", ("a",)), more.get("after", ("b",)), ())


def test_what_may_lie_before_the_span_is_kept_apart() -> None:
    inside = change(date(2025, 1, 1), date(2025, 3, 1))
    overlapping = change(date(2024, 12, 31), date(2025, 1, 2))
    undated = change(None, date(2025, 6, 1))
    earlier = change(date(2024, 1, 1), date(2024, 12, 31))
    later = change(date(2025, 12, 1), date(2026, 1, 2))
    other = change(date(2025, 2, 1), date(2025, 3, 1), EventKind.NAME)
    found = repeated([earlier, overlapping, inside, undated, other, later], [EventKind.BOARD], BEGIN, END)
    assert found.certain == (inside,)
    assert found.possible == (overlapping, undated)


def test_a_board_that_only_grew() -> None:
    grown = change(None, END, before=("a",), after=("a", "b"))
    replaced = change(None, END, before=("a", "b"), after=("b", "c"))
    assert only_added([grown])
    assert not only_added([grown, replaced])
