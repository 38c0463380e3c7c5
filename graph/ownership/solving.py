"""Linear systems ``x = base + rows · x`` of stakes, solved one strongly connected component at a time.

Exact in fractions for every component that is no cycle and for cycles of up to ``EXACT_COMPONENT`` members (elimination
without division in whole numbers, Bareiss 1968); larger cycles are solved in floats, since their numerators explode.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm
from typing import Any

import networkx as nx
import numpy as np

ZERO = Fraction(0)
ONE = Fraction(1)

EXACT_COMPONENT = 40
"""Largest cycle solved in fractions (some hundredths of a second)."""
_DENSE_COMPONENT = 500
"""Largest cycle solved by a dense matrix; larger ones are iterated."""
_ROUNDS = 10_000
_DIGITS = 12
"""Decimals kept of what was computed in floats."""

Rows = Mapping[str, Mapping[str, Fraction]]
"""For each unknown the others that it depends on, with their weights (0 < weight ≤ 1)."""


def components(rows: Rows) -> list[list[str]]:
    """Strongly connected components of the unknowns, each after all that it depends on; members sorted."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(rows)
    graph.add_edges_from((name, other) for name, weights in rows.items() for other in weights if other in rows)
    # Tarjan's algorithm, which networkx uses, yields a component when everything reachable from it has been yielded.
    return [sorted(component) for component in nx.strongly_connected_components(graph)]


def solve(rows: Rows, base: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """``x`` for every key of ``rows``; a dependency that is no key of ``rows`` counts with its ``base``.

    A component that nothing flows into is zero throughout, also where the system has no single solution (companies that
    own each other entirely).
    """
    values: dict[str, Fraction] = {key: base[key] for key in base if key not in rows}
    for members in components(rows):
        inside = set(members)
        inflow = {
            name: base.get(name, ZERO)
            + _sum(
                weight * values[other]
                for other, weight in rows[name].items()
                if other not in inside and other in values
            )
            for name in members
        }
        if not any(inflow.values()):
            values.update(dict.fromkeys(members, ZERO))
        elif len(members) == 1 and members[0] not in rows[members[0]]:
            values.update(inflow)
        elif len(members) <= EXACT_COMPONENT:
            values.update(_exact(members, rows, inflow))
        else:
            values.update(_approximate(members, rows, inflow))
    return values


def _sum(parts: Iterable[Fraction]) -> Fraction:
    return sum((part for part in parts if part), ZERO)


def _exact(members: list[str], rows: Rows, inflow: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """One cycle by fraction-free elimination. Every step divides without remainder, so the numbers stay whole."""
    size = len(members)
    matrix: list[list[int]] = []
    for index, name in enumerate(members):
        cells = [-rows[name].get(other, ZERO) for other in members]
        cells[index] += ONE
        cells.append(inflow[name])
        scale = lcm(*(cell.denominator for cell in cells))
        matrix.append([cell.numerator * (scale // cell.denominator) for cell in cells])
    previous = 1
    for pivot in range(size):
        best = next((row for row in range(pivot, size) if matrix[row][pivot] != 0), None)
        if best is None:  # a cycle without a single solution belongs to nobody outside
            return dict.fromkeys(members, ZERO)
        matrix[pivot], matrix[best] = matrix[best], matrix[pivot]
        top = matrix[pivot]
        lead = top[pivot]
        for row in range(pivot + 1, size):
            line, factor = matrix[row], matrix[row][pivot]
            for column in range(pivot + 1, size + 1):
                line[column] = (lead * line[column] - factor * top[column]) // previous
            line[pivot] = 0
        previous = lead
    found = [ZERO] * size
    for row in range(size - 1, -1, -1):
        line = matrix[row]
        rest = _sum(found[column] * line[column] for column in range(row + 1, size))
        found[row] = (line[size] - rest) / line[row]
    return dict(zip(members, found, strict=True))


def _approximate(members: list[str], rows: Rows, inflow: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """One large cycle in floats, rounded to ``_DIGITS`` decimals."""
    place = {name: index for index, name in enumerate(members)}
    triples = [
        (place[name], place[other], float(weight))
        for name in members
        for other, weight in sorted(rows[name].items())
        if other in place
    ]
    to, of = np.array([t[0] for t in triples]), np.array([t[1] for t in triples])
    weights = np.array([t[2] for t in triples])
    base = np.array([float(inflow[name]) for name in members])
    size = len(members)
    if size <= _DENSE_COMPONENT:
        matrix = np.eye(size)
        np.subtract.at(matrix, (to, of), weights)
        try:
            found = np.linalg.solve(matrix, base)
        except np.linalg.LinAlgError:
            return dict.fromkeys(members, ZERO)
    else:
        found = base
        for _ in range(_ROUNDS):  # converges from below: what flows on is never more than what flows in
            following = base + np.bincount(to, weights * found[of], size)
            change = float(np.abs(following - found).max())
            found = following
            if change < 1e-14:
                break
    return {name: Fraction(str(round(float(found[place[name]]), _DIGITS))) for name in members}
