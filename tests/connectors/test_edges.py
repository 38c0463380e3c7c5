"""Plain edges: units, ranges, unknown stakes, several networks, hostile content."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import MalformedContent
from connectors.edges import read
from graph.network import Network
from graph.ownership import share
from screening.store.keys import Keyring, TenantKeyer

KEYER = TenantKeyer(Keyring.generate(), "test")


def shares(document: Any, owner: str = "P", owned: str = "A") -> tuple[Fraction, Fraction]:
    (network,) = read(json.dumps(document).encode(), KEYER)
    found = share(Network.of(network.facts), owner, owned)
    return found.low, found.high


def test_per_cent_unless_no_number_is_above_one() -> None:
    assert shares([["P", "A", 60], ["Q", "A", 0.5]]) == (Fraction(3, 5), Fraction(3, 5))
    assert shares([["P", "A", 0.9]]) == (Fraction(9, 10), Fraction(9, 10))


@pytest.mark.parametrize("row", [["P", "A", [25, 50]], ["P", "A", "25-50%"], ["P", "A", "25–50"], ["P", "A", 25, 50]])
def test_ranges(row: list[Any]) -> None:
    assert shares([row]) == (Fraction(1, 4), Fraction(1, 2))


def test_unknown_stake_may_be_all_that_is_left() -> None:
    assert shares([["P", "A", None], ["Q", "A", 30]]) == (0, Fraction(7, 10))


def test_the_same_pair_twice_is_added_up() -> None:
    assert shares([["P", "A", 20], ["P", "A", 30]]) == (Fraction(1, 2), Fraction(1, 2))
    assert shares([["P", "A", 20], ["P", "A", None]]) == (Fraction(1, 5), 1)


def test_several_networks_with_seeds() -> None:
    document = [{"id": "one", "edges": [["X", "A", 50]], "seeds": ["X"]}, {"edges": []}]
    one, two = read(json.dumps(document).encode(), KEYER)
    assert (one.name, one.listed, two.name, two.facts) == ("one", ("X",), "1", ())


def test_a_personnummer_never_becomes_a_key() -> None:
    (network,) = read(json.dumps([["19900101-9802", "A", 60]]).encode(), KEYER)
    assert network.facts[0].subject.startswith("PERSON:")
    assert "9802" not in repr(network.facts)


@pytest.mark.parametrize(
    "document",
    [[["P", "A"]], [["P", "A", 101]], [["P", "A", -1]], [["P", "A", "much"]], [["P", "A", 50, 25]], [["", "A", 1]],
     [["P", "A", True]], {"edges": 1}, {"nodes": []}, [[]], "text"],
)  # fmt: skip
def test_what_is_no_edge_is_refused_with_its_place(document: Any) -> None:
    with pytest.raises(MalformedContent) as refused:
        read(json.dumps(document).encode(), KEYER)
    assert refused.value.remedy is not None


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 105), st.floats(0, 101), st.text(max_size=4)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(["edges", "id"]), inner)),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_refused(document: Any) -> None:
    try:
        for network in read(json.dumps(document).encode(), KEYER):
            Network.of(network.facts)
    except MalformedContent:
        pass
