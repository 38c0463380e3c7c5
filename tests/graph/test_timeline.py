"""The timeline: spans between answers, what is no change, several accounts of one change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.timeline import EventKind, as_date, events, known_since, registration_date

FIRST, SECOND, THIRD = (datetime(2026, month, 1, tzinfo=UTC) for month in (8, 9, 10))
COUNT = iter(range(10_000))


def fact(
    predicate: Predicate, target: str | None = None, /, at=FIRST, until=None, source="ssbtgu", **value: Any
) -> Fact:
    return Fact(
        EntityKey("A"),
        predicate,
        value,
        source,
        "d" * 64,
        f"/{next(COUNT)}",
        at,
        None if target is None else EntityKey(target),
        superseded_at=until,
    )


def member(person: str, at=FIRST, until=None, position="board_member") -> Fact:
    return fact(Predicate.OFFICER, person, at=at, until=until, role="ledamot", position=position)


def only(facts: list[Fact], **more: Any):
    (event,) = events(Network.of(facts, datetime(2026, 11, 1, tzinfo=UTC)), "A", **more)
    return event


def none(facts: list[Fact]) -> bool:
    return not events(Network.of(facts, datetime(2026, 11, 1, tzinfo=UTC)), "A")


def test_board_replaced_between_two_answers() -> None:
    event = only([member("p", until=THIRD), member("q", at=THIRD)])
    assert (event.kind, event.not_before, event.not_after) == (EventKind.BOARD, FIRST.date(), THIRD.date())
    assert (event.before, event.after, event.complete) == (("p",), ("q",), True)


def test_an_unchanged_answer_in_between_narrows_the_span() -> None:
    event = only([member("p", until=THIRD), member("q", at=THIRD)], confirmed={"ssbtgu": [SECOND]})
    assert event.not_before == SECOND.date()


def test_partial_change_is_not_complete() -> None:
    assert not only([member("p"), member("q", at=THIRD)]).complete


def test_first_answer_deputies_and_a_missing_block_are_no_change() -> None:
    assert none([member("p")])
    assert none([member("p"), member("q", at=THIRD, position="deputy")])
    assert none([member("p", until=SECOND), member("p", at=THIRD)])


def test_boards_of_different_sources_are_not_compared() -> None:
    assert none([member("p"), fact(Predicate.OFFICER, "q", at=THIRD, source="bods", position="board_member")])


def test_name_registered_later_than_the_company() -> None:
    start = fact(Predicate.REGISTRATION, date="2010-01-01", register="bolagsverket")
    name = {"name": "Ny AB", "kind": "registered", "registered_on": "2026-09-15"}
    event = only([start, fact(Predicate.NAME, **name)])
    assert event.dated
    assert event.not_after == date(2026, 9, 15)
    assert none([start, fact(Predicate.NAME, **{**name, "registered_on": "2010-01-01"})])


def test_two_accounts_of_one_change_become_one_with_the_narrower_span() -> None:
    start = fact(Predicate.REGISTRATION, date="2010-01-01", register="bolagsverket")
    name = fact(Predicate.NAME, name="Ny AB", kind="registered", registered_on="2026-09-15")
    change = fact(
        Predicate.CHANGE,
        source="register_history",
        what="name",
        before="Gammal AB",
        after="Ny AB",
        not_before="2026-09-01",
        not_after="2026-10-01",
    )
    event = only([start, name, change])
    assert event.dated
    assert event.before == ("Gammal AB",)
    assert change in event.facts


def test_industry_versions_are_never_compared() -> None:
    def code(number: str, version: str, at=FIRST, until=None) -> Fact:
        return fact(Predicate.INDUSTRY, at=at, until=until, source="scb_bulk", code=number, version=version)

    assert none([code("62010", "SNI2007", until=THIRD), code("62100", "SNI2025", at=THIRD)])
    assert only([code("62100", "SNI2025", until=THIRD), code("43120", "SNI2025", at=THIRD)]).kind is EventKind.INDUSTRY


def test_respelled_values_are_no_change() -> None:
    change = {"not_before": "2026-09-01", "not_after": "2026-10-01"}
    assert none([fact(Predicate.CHANGE, what="name", before="Exempel  AB", after="EXEMPEL AB", **change)])
    assert none([fact(Predicate.CHANGE, what="address", before=None, after="Storgatan 1", **change)])
    assert none([fact(Predicate.CHANGE, what="something", before="a", after="b", **change)])


def test_dates_and_beginnings() -> None:
    assert as_date("2026-09-15T10:00:00Z") == date(2026, 9, 15)
    assert as_date("2026-09") is None
    assert as_date(None) is None
    network = Network.of(
        [
            fact(Predicate.REGISTRATION, source="scb_bulk", date="2011-01-01", register="scb"),
            fact(Predicate.REGISTRATION, date="2010-01-01", register="bolagsverket"),
        ]
    )
    found = registration_date(network, "A")
    assert found is not None
    assert found[0] == date(2010, 1, 1)
    assert known_since(network, "A", Predicate.REGISTRATION) == FIRST.date()
    assert known_since(network, "A", Predicate.OFFICER) is None


def test_a_change_names_only_what_was_replaced() -> None:
    span = {"not_before": "2026-09-01", "not_after": "2026-10-01"}
    more = fact(Predicate.CHANGE, what="name", before="Exempel AB", after="Exempel AB; Blomsterboden", **span)
    assert none([more])
    event = only([fact(Predicate.CHANGE, what="name", before="Gammal AB; Boden", after="Boden; Ny AB", **span)])
    assert (event.before, event.after) == (("Gammal AB",), ("Ny AB",))


def test_an_address_is_compared_by_its_key() -> None:
    span = {"not_before": "2026-09-01", "not_after": "2026-10-01"}
    assert none(
        [
            fact(
                Predicate.CHANGE,
                what="address",
                before="Storgatan 1A, 99010 GRANBY",
                after="STORGATAN 1 A, 990 10 Granby",
                **span,
            )
        ]
    )
    moved = fact(
        Predicate.CHANGE, what="address", before="Storgatan 1, 99010 GRANBY", after="Kajen 2, 99010 GRANBY", **span
    )
    assert only([moved]).kind is EventKind.ADDRESS


def test_first_industry_of_a_dormant_company_counts_but_entering_the_register_does_not() -> None:
    span = {"not_before": "2026-09-01", "not_after": "2026-10-01", "what": "industry"}
    assert only([fact(Predicate.CHANGE, before="", after="56110", **span)]).kind is EventKind.INDUSTRY
    assert none([fact(Predicate.CHANGE, before=None, after="56110", **span)])
    versions = {"version_before": "SNI2007", "version_after": "SNI2025"}
    assert none([fact(Predicate.CHANGE, before="62010", after="62100", **span, **versions)])
