"""The array algorithms agree with networkx on random graphs, and keep their promises at the edges."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.register.links import Links, distribution, groups, spread

COUNT = 12
pairs = st.lists(st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)), max_size=30)


def links_of(edges: list[tuple[int, int]]) -> tuple[Links, "nx.DiGraph[int]"]:
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(COUNT))
    graph.add_edges_from(edges)
    return Links.of(COUNT, ends[:, 0], ends[:, 1]), graph


def as_sets(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(members) for members in groups(labels, least=1)}


@given(pairs)
def test_groups_that_hang_together(edges: list[tuple[int, int]]) -> None:
    links, graph = links_of(edges)
    count, labels = links.components()
    expected = {frozenset(members) for members in nx.weakly_connected_components(graph)}
    assert (count, as_sets(labels)) == (len(expected), expected)


@given(pairs)
def test_circles_are_the_strongly_connected_groups(edges: list[tuple[int, int]]) -> None:
    links, graph = links_of(edges)
    strong = {frozenset(members) for members in nx.strongly_connected_components(graph)}
    assert as_sets(links.strong_components()[1]) == strong
    assert {frozenset(circle) for circle in links.circles()} == {each for each in strong if len(each) > 1}


@given(pairs)
def test_degrees_count_each_other_organisation_once(edges: list[tuple[int, int]]) -> None:
    links, graph = links_of(edges + edges)
    undirected = graph.to_undirected()
    assert links.degrees().tolist() == [len(set(undirected[node]) - {node}) for node in range(COUNT)]


@given(pairs, st.lists(st.integers(0, COUNT - 1), max_size=4))
def test_two_steps_in_any_direction(edges: list[tuple[int, int]], nodes: list[int]) -> None:
    links, graph = links_of(edges)
    place, found = links.within_two(np.array(nodes, dtype=np.int64))
    undirected = graph.to_undirected()
    expected = [
        (position, other)
        for position, node in enumerate(nodes)
        for other in sorted(nx.single_source_shortest_path_length(undirected, node, cutoff=2))
        if other != node
    ]
    assert list(zip(place.tolist(), found.tolist(), strict=True)) == expected


def test_a_hub_is_a_neighbour_but_no_way_through() -> None:
    links, _ = links_of([(0, 1), *((other, 1) for other in range(2, 7))])
    assert links.within_two(np.array([0]), hub=3)[1].tolist() == [1]
    assert links.within_two(np.array([0]), hub=6)[1].tolist() == [1, 2, 3, 4, 5, 6]


def test_links_outside_the_register_are_refused() -> None:
    with pytest.raises(ValueError, match="outside the 2 organisations"):
        Links.of(2, np.array([0]), np.array([2]))
    with pytest.raises(ValueError, match="1 sources but 0 targets"):
        Links.of(2, np.array([0]), np.array([], dtype=np.int64))


def test_spread_and_distribution() -> None:
    assert spread(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert distribution(np.array([], dtype=np.int64))["highest"] == 0
    assert distribution(np.array([1] * 99 + [40])) == {"median": 1, "p90": 1, "p99": 1, "p999": 40, "highest": 40}
