"""The network: as of a moment, as of a day, order-independent, names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph.model import EntityKey, Fact, Predicate
from graph.network import UNNAMED_PERSON, Network, position_of

THEN, NOW, LATER = (datetime(2026, month, 1, tzinfo=UTC) for month in (9, 10, 11))


def fact(subject: str, predicate: Predicate, target: str | None = None, /, **more: Any) -> Fact:
    times = {name: more.pop(name) for name in ("observed_at", "superseded_at", "valid_to") if name in more}
    times.setdefault("observed_at", NOW)
    return Fact(
        EntityKey(subject),
        predicate,
        more,
        "source",
        "d" * 64,
        f"/{subject}/{target}",
        object=None if target is None else EntityKey(target),
        **times,
    )


FACTS = [
    fact("A", Predicate.OFFICER, "PERSON:p", position="board_member", observed_at=THEN, superseded_at=NOW),
    fact("A", Predicate.OFFICER, "PERSON:q", position="board_member"),
    fact("B", Predicate.OFFICER, "PERSON:q", position="auditor"),
    fact("PERSON:q", Predicate.OWNERSHIP, "C", exact=40),
    fact("PERSON:q", Predicate.ENGAGEMENT, "D", name="D AB"),
    fact("A", Predicate.NAME, name="A AB", kind="registered"),
    fact("PERSON:q", Predicate.PERSON_NAME, name="Kim Exempel"),
]


def test_only_what_is_stated_at_the_moment_is_current() -> None:
    assert [f.object for f in Network.of(FACTS, LATER).officers("A")] == ["PERSON:q"]
    assert [f.object for f in Network.of(FACTS, LATER).officers("A", history=True)] == ["PERSON:p", "PERSON:q"]
    past = Network.of(FACTS, datetime(2026, 9, 15, tzinfo=UTC))
    assert [f.object for f in past.officers("A")] == ["PERSON:p"]
    assert past.facts("A", Predicate.NAME) == ()


def test_validity_in_the_world_ends_a_link() -> None:
    ended = fact("A", Predicate.OFFICER, "PERSON:p", valid_to=date(2026, 10, 15))
    assert Network.of([ended], LATER).officers("A") == ()
    assert Network.of([ended], NOW).officers("A") == (ended,)


def test_graph_holds_the_current_links_with_their_facts() -> None:
    network = Network.of(FACTS, LATER)
    assert sorted(network.graph.edges()) == [("A", "PERSON:q"), ("B", "PERSON:q"), ("PERSON:q", "C"), ("PERSON:q", "D")]
    assert {data["fact"].id for _, _, data in network.graph.edges(data=True)} == {f.id for f in FACTS[1:5]}


def test_offices_owners_holdings() -> None:
    network = Network.of(FACTS)
    assert sorted(f.subject for f in network.offices("PERSON:q")) == ["A", "B"]
    assert [f.subject for f in network.owners("C")] == ["PERSON:q"]
    assert [f.object for f in network.holdings("PERSON:q")] == ["C"]


def test_network_of_a_day_is_what_held_then_by_what_is_known_now() -> None:
    def link(target: str, start: date | None, end: date | None, superseded: datetime | None = None) -> Fact:
        value = {"role": "x", "position": "board_member"}
        return Fact(
            EntityKey("A"),
            Predicate.OFFICER,
            value,
            "s",
            "d" * 64,
            "/",
            LATER,
            EntityKey(target),
            start,
            end,
            superseded,
        )

    name = fact("PERSON:early", Predicate.PERSON_NAME, name="Kim Exempel")
    facts = [
        link("PERSON:early", date(2020, 1, 1), date(2021, 1, 1)),
        link("PERSON:since", date(2020, 6, 1), None),
        link("PERSON:undated", None, None),
        link("PERSON:gone", None, None, LATER + timedelta(days=10)),
        name,
    ]

    def officers(day: date) -> list[str | None]:
        return sorted(str(found.object) for found in Network.at(facts, day).officers("A"))

    assert officers(date(2019, 1, 1)) == []
    assert officers(date(2020, 12, 31)) == ["PERSON:early", "PERSON:since"]
    assert Network.at(facts, date(2020, 12, 31)).name("PERSON:early") == "Kim Exempel"
    assert officers(LATER.date()) == ["PERSON:gone", "PERSON:since", "PERSON:undated"]
    assert officers(LATER.date() + timedelta(days=10)) == ["PERSON:since", "PERSON:undated"]


def test_names() -> None:
    network = Network.of(FACTS, LATER)
    assert network.name("A") == "A AB"
    assert network.name("PERSON:q") == "Kim Exempel"
    assert network.name("D") == "D AB"
    assert network.name("PERSON:p") == UNNAMED_PERSON
    assert network.name("SE:ORG:5580000015") == "558000-0015"
    # A sole trader's number is that person's personnummer: never shown.
    assert network.name("SE:ORG:8001019986") == UNNAMED_PERSON


def test_unknown_office_is_other() -> None:
    assert position_of(fact("A", Predicate.OFFICER, "B", position="kejsare")).value == "other"


@given(st.permutations(FACTS))
def test_order_of_arrival_changes_nothing(order: list[Fact]) -> None:
    one, other = Network.of(order + order[:2], LATER), Network.of(FACTS, LATER)
    assert one.keys == other.keys
    assert one.officers("A", history=True) == other.officers("A", history=True)
    assert sorted(one.graph.edges(keys=True)) == sorted(other.graph.edges(keys=True))
