"""Linear systems of stakes: exact in small cycles, the same to 1e-9 in large ones."""

from __future__ import annotations

import random
from fractions import Fraction

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.ownership import solving
from graph.ownership.solving import ONE, ZERO, components, solve


def ring_with_chords(size: int) -> tuple[dict[str, dict[str, Fraction]], dict[str, Fraction]]:
    dice = random.Random(size)
    names = [f"C{index:04}" for index in range(size)]
    rows = {name: {names[index - 1]: Fraction(1, 2)} for index, name in enumerate(names)}
    for name in names:
        rows[name][dice.choice(names)] = Fraction(dice.randint(1, 40), 100)
    return rows, {names[0]: Fraction(1, 10), names[size // 2]: Fraction(1, 20)}


def test_acyclic_and_outside_values() -> None:
    assert solve({"B": {"A": Fraction(1, 2)}, "C": {"B": Fraction(1, 3)}}, {"A": ONE})["C"] == Fraction(1, 6)


def test_closed_cycle_without_inflow_is_zero() -> None:
    assert solve({"A": {"B": ONE}, "B": {"A": ONE}}, {}) == {"A": ZERO, "B": ZERO}


def test_solution_satisfies_the_equations_exactly() -> None:
    rows, base = ring_with_chords(solving.EXACT_COMPONENT)
    found = solve(rows, base)
    for name, weights in rows.items():
        assert found[name] == base.get(name, ZERO) + sum(weight * found[other] for other, weight in weights.items())


@pytest.mark.parametrize("size", [solving.EXACT_COMPONENT + 1, 700])
def test_large_cycles_agree_to_nine_decimals(size: int) -> None:
    rows, base = ring_with_chords(size)
    found = solve(rows, base)
    for name, weights in rows.items():
        expected = base.get(name, ZERO) + sum(weight * found[other] for other, weight in weights.items())
        assert abs(found[name] - expected) < Fraction(1, 10**9)


def test_a_large_cycle_that_keeps_nearly_all_is_solved_as_well() -> None:
    size, kept = 200, Fraction(99_999, 100_000)
    names = [f"C{index:04}" for index in range(size)]
    rows = {name: {names[index - 1]: kept} for index, name in enumerate(names)}
    found = solve(rows, {names[0]: 1 - kept})
    exact = (1 - kept) / (1 - kept**size)
    assert abs(found[names[0]] - exact) < Fraction(1, 10**9)


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.sets(st.sampled_from("ABCDEFGHXY"), max_size=4)))
def test_components_are_those_of_networkx_owners_first(rows: dict[str, set[str]]) -> None:
    found = components({name: sorted(others) for name, others in rows.items()})
    graph = nx.DiGraph((name, other) for name, others in rows.items() for other in others if other in rows)
    graph.add_nodes_from(rows)
    assert sorted(found) == sorted(sorted(part) for part in nx.strongly_connected_components(graph))
    place = {name: index for index, members in enumerate(found) for name in members}
    for name, others in rows.items():
        assert all(place[other] <= place[name] for other in others if other in rows)
