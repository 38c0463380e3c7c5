"""Groups: companies of one majority owner count once, a person's companies and mere minority stakes do not."""

from __future__ import annotations

from datetime import UTC, datetime

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.patterns.groups import group_of, one_a_group

AT = datetime(2026, 10, 1, tzinfo=UTC)


def network(*stakes: tuple[str, str, float]) -> Network:
    return Network.of(
        Fact(
            EntityKey(owner),
            Predicate.OWNERSHIP,
            {"interest": "shareholding", "exact": part},
            "bods",
            "d" * 64,
            f"/{owner}/{owned}",
            AT,
            EntityKey(owned),
        )
        for owner, owned, part in stakes
    )


def test_a_group_is_one_through_all_its_layers() -> None:
    found = network(("M", "A", 60), ("A", "B", 51), ("M", "C", 30), ("B", "C", 30), ("X", "Y", 100))
    assert one_a_group(found, ["A", "B", "C", "Y", "Z"]) == {"M", "X", "Z"}


def test_half_is_no_majority_and_a_person_is_no_group() -> None:
    found = network(("M", "A", 50), ("M", "B", 50), ("PERSON:1", "C", 100), ("PERSON:1", "D", 100))
    assert one_a_group(found, ["A", "B", "C", "D"]) == {"A", "B", "C", "D"}


def test_the_head_stands_for_the_group_wherever_the_part_was_found_first() -> None:
    # In the order of keys A's own part is found before Z, which controls A.
    found = network(("A", "B", 100), ("Z", "A", 100), ("Z", "C", 100))
    assert set(group_of(found).values()) == {"Z"}
    assert one_a_group(found, ["B", "C"]) == {"Z"}


def test_companies_that_control_each_other_are_one_group() -> None:
    found = network(("A", "B", 60), ("B", "A", 60), ("B", "C", 60))
    assert len(one_a_group(found, ["A", "B", "C"])) == 1
