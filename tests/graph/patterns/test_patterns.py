"""Patterns: circles, hubs, shared control, phoenix links, month arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.ownership import Stake, Stakes
from graph.patterns.circular import circles
from graph.patterns.hubs import is_hub_address, is_hub_person
from graph.patterns.phoenix import add_months, bankruptcies, phone_key
from graph.patterns.shared_control import common_controllers, common_owners
from graph.patterns.takeover import standstill

AT = datetime(2026, 10, 1, tzinfo=UTC)


def fact(subject: str, predicate: Predicate, target: str | None = None, **value: object) -> Fact:
    return Fact(
        EntityKey(subject),
        predicate,
        value,
        "s",
        "d" * 64,
        f"/{subject}/{target}/{value}",
        AT,
        None if target is None else EntityKey(target),
    )


def stakes(*edges: tuple[str, str, int]) -> Stakes:
    return Stakes({(owner, owned): Stake.exactly(Fraction(part, 100)) for owner, owned, part in edges})


def test_circles_over_the_minimum_only() -> None:
    graph = stakes(("A", "B", 50), ("B", "A", 10), ("B", "C", 50), ("X", "Y", 50), ("Y", "X", 50))
    assert [circle.members for circle in circles(graph, "C", Fraction(5, 100))] == [("A", "B")]
    assert circles(graph, "C", Fraction(11, 100)) == ()


def test_hubs_by_count() -> None:
    few = [fact("PERSON:p", Predicate.ENGAGEMENT, f"C{number}") for number in range(29)]
    assert not is_hub_person(Network.of(few), "PERSON:p")
    assert is_hub_person(Network.of([*few, fact("X", Predicate.OFFICER, "PERSON:p")]), "PERSON:p")
    counts = {"bankrupt_3_years": 0, "registered_12_months": 0}
    network = Network.of([fact("A", Predicate.ADDRESS_STATISTICS, address="HERE", active=30, **counts)])
    assert is_hub_address(network, "A", "HERE") is not None
    assert is_hub_address(network, "A", "ELSEWHERE") is None


def test_common_controllers_leave_deputies_and_auditors_out() -> None:
    network = Network.of(
        [
            fact("A", Predicate.OFFICER, "PERSON:p", position="board_member"),
            fact("B", Predicate.OFFICER, "PERSON:p", position="chief_executive"),
            fact("A", Predicate.OFFICER, "PERSON:r", position="auditor"),
            fact("B", Predicate.OFFICER, "PERSON:r", position="board_member"),
            fact("A", Predicate.OFFICER, "PERSON:q", position="board_member"),
            fact("PERSON:q", Predicate.ENGAGEMENT, "B"),
        ]
    )
    assert [found.key for found in common_controllers(network, "A", "B")] == ["PERSON:p"]
    assert [found.key for found in common_controllers(network, "A", "B", engagements=True)] == ["PERSON:p", "PERSON:q"]


def test_nearest_common_owner_explains() -> None:
    graph = stakes(("PERSON:p", "M", 100), ("M", "A", 60), ("M", "B", 30))
    assert [owner.key for owner in common_owners(graph, "A", "B", Fraction(1, 4))] == ["M"]
    assert common_owners(graph, "A", "B", Fraction(31, 100)) == ()


def test_bankruptcy_date_is_the_decision_not_the_deregistration() -> None:
    network = Network.of(
        [
            fact("A", Predicate.DEREGISTRATION, cause="bankruptcy", date="2026-06-01"),
            fact("A", Predicate.PROCEEDING, kind="bankruptcy", state="ended", date="2025-06-01"),
            fact("B", Predicate.PROCEEDING, kind="bankruptcy", state="annulled", date="2025-06-01"),
            fact("C", Predicate.DEREGISTRATION, cause="merger", date="2026-06-01"),
        ]
    )
    assert [(found.key, found.on) for found in bankruptcies(network)] == [("A", date(2025, 6, 1))]


def test_phone_numbers() -> None:
    assert phone_key("+46 (0)8-465 004 01") == phone_key("08-46500401") == phone_key("0046846500401") == "846500401"
    assert phone_key("112") is None
    assert phone_key(None) is None


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(-60, 60))
def test_months(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and add_months(date(moved.year, moved.month, 1), 1).day == 1)


def activity(key: str, active: bool, code: str, source: str) -> Fact:
    value = {"active": active, "code": code}
    return Fact(EntityKey(key), Predicate.ACTIVE, value, source, f"{source:0<64}", f"/{code}", AT)


def test_not_active_without_saying_which_neither_shows_nor_hides_a_standstill() -> None:
    """Bolagsverket's API says NEJ both of a company that never was active and of one that no longer is."""
    until = date(2026, 11, 1)
    vague, ceased = activity("A", False, "NEJ", "bolagsverket_vdm"), activity("A", False, "9", "scb_bulk")
    found = standstill(Network.of([vague, ceased]), "A", (), until)
    assert found is not None
    assert found.ceased
    assert found.facts == (ceased,)
    assert standstill(Network.of([vague]), "A", (), until) is None
    never = standstill(Network.of([vague, activity("A", False, "0", "scb_bulk")]), "A", (), until)
    assert never is not None
    assert not never.ceased
