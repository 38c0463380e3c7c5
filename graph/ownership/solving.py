"""Linear systems ``x = base + rows · x`` of stakes, solved one strongly connected component at a time.

Exact in fractions for every component that is no cycle and for cycles of up to ``EXACT_COMPONENT`` members (elimination
without division in whole numbers, Bareiss 1968); larger cycles are solved in floats, since their numerators explode.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from math import inf, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ZERO = Fraction(0)
ONE = Fraction(1)

EXACT_COMPONENT = 40
"""Largest cycle solved in fractions (some hundredths of a second)."""
_ROUNDS = 1_000
"""Rounds of iteration before a cycle is factorised instead."""
_STILL = 1e-15
"""A change that is none."""
_BREATH = 1e-9
_DIGITS = 12
"""Decimals kept of what was computed in floats."""

Rows = Mapping[str, Mapping[str, Fraction]]
"""For each unknown the others that it depends on, with their weights (0 < weight ≤ 1)."""


def components(rows: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Strongly connected components of the unknowns, each after all that it depends on; members sorted.

    Tarjan's algorithm (1972) with a stack of its own; on the rows as they are, since building a graph first costs more.
    """
    found: list[list[str]] = []
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    place: dict[str, int] = {}
    waiting: list[str] = []
    placed: set[str] = set()
    for start in rows:
        if start in number:
            continue
        number[start] = low[start] = len(number)
        place[start] = len(waiting)
        waiting.append(start)
        walk = [(start, iter(rows[start]))]
        while walk:
            name, others = walk[-1]
            for other in others:
                if other not in rows or other in placed:
                    continue
                if other not in number:
                    number[other] = low[other] = len(number)
                    place[other] = len(waiting)
                    waiting.append(other)
                    walk.append((other, iter(rows[other])))
                    break
                low[name] = min(low[name], number[other])
            else:
                walk.pop()
                if walk:
                    before = walk[-1][0]
                    low[before] = min(low[before], low[name])
                if low[name] == number[name]:
                    found.append(sorted(waiting[place[name] :]))
                    placed.update(found[-1])
                    del waiting[place[name] :]
    return found


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
    found = solve_floats(triples, np.array([float(inflow[name]) for name in members]))
    if found is None:
        return dict.fromkeys(members, ZERO)
    return {name: in_fractions(found[place[name]]) for name in members}


def in_fractions(value: float) -> Fraction:
    """What was computed in floats, to the decimals that it is right to."""
    return Fraction(str(round(float(value), _DIGITS)))


def solve_floats(weights: Iterable[tuple[int, int, float]], base: Floats) -> Floats | None:
    """``x = base + weights · x`` in floats; ``weights`` as (row, column, weight). ``None`` when nothing solves it.

    Most cycles lose so much to owners outside that a few dozen rounds of iteration are exact; one that keeps nearly all
    inside is factorised.
    """
    triples = list(weights)
    size = len(base)
    to, of, parts = _columns(triples)
    found = base
    for _ in range(_ROUNDS):  # converges from below: what flows on is never more than what flows in
        following = base + np.bincount(to, parts * found[of], size)
        change = float(np.abs(following - found).max(initial=0.0))
        found = following
        if change < _STILL:
            return found
    factors = _factorised(to, of, parts, size)
    return None if factors is None else factors.solve(base)


def dies_out(members: list[str], rows: Rows) -> bool:
    """Whether what flows round a strongly connected component becomes less each time round."""
    place = {name: index for index, name in enumerate(members)}
    triples = [(place[name], place[o], float(w)) for name in members for o, w in rows[name].items() if o in place]
    factors = _factorised(*_columns(triples), len(members))
    # The sum of all powers of a matrix is positive when there is one; else the solution has a negative part (Perron).
    return factors is not None and bool((factors.solve(np.ones(len(members))) > 0).all())


class Reach:
    """How much of any one company everybody holds, the owner's own owners counted too: an upper bound of all shares.

    ``x = direct + x · stakes`` for every owner at once; the integrated share leaves out what comes back to the owner,
    so it is never more. The stakes are factorised once, a company asked about is one solve.
    """

    def __init__(self, rows: Rows) -> None:
        """``rows``: for each company its owners' stakes; no cycle of them may grow."""
        names = sorted({*rows, *(owner for owners in rows.values() for owner in owners)})
        self._names = names
        self._place = place = {name: index for index, name in enumerate(names)}
        triples = [
            (place[owner], place[name], float(w)) for name, owners in rows.items() for owner, w in owners.items()
        ]
        to, of, parts = _columns(triples)
        # Companies that own each other entirely have no solution; a breath less than entirely they have a huge one.
        self._factors = _factorised(to, of, parts * (1 - _BREATH), len(names))

    def of(self, company: str) -> dict[str, float]:
        """The bound for everybody who holds anything; 1 or more for the company itself."""
        if self._factors is None:
            return dict.fromkeys(self._names, inf)
        unit = np.zeros(len(self._names))
        unit[self._place[company]] = 1.0
        found = self._factors.solve(unit)
        return {self._names[index]: float(found[index]) for index in np.flatnonzero(found)}


def _columns(triples: list[tuple[int, int, float]]) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    to, of = np.array([t[0] for t in triples], dtype=np.intp), np.array([t[1] for t in triples], dtype=np.intp)
    return to, of, np.array([t[2] for t in triples])


def _factorised(to: NDArray[np.intp], of: NDArray[np.intp], parts: Floats, size: int) -> Any:
    """LU factors of *one minus the weights*; ``None`` when they have none."""
    from scipy.sparse import csc_matrix, identity
    from scipy.sparse.linalg import splu

    matrix = identity(size, format="csc") - csc_matrix((parts, (to, of)), shape=(size, size))
    try:
        return splu(matrix)
    except RuntimeError:  # exactly singular
        return None
