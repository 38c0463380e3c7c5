"""The links between the organisations of a whole register, as compressed sparse rows.

Invariants: organisations are the integers ``0 … count - 1``; a link may occur several times and counts once wherever
organisations are counted; nothing depends on the order in which the links are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.integer]
"""A one-dimensional array of integers."""


@dataclass(frozen=True)
class Links:
    """Directed links (owner to owned, organisation to what it shares) of ``count`` organisations.

    Build one with ``of``. Columns within a row are in no particular order.
    """

    count: int
    forward: csr_array
    """Row *a* holds the targets of *a*."""

    @classmethod
    def of(cls, count: int, source: Ints, target: Ints) -> Links:
        """Links from ``source[i]`` to ``target[i]``.

        Raises:
            ValueError: the two are not equally long, or name an organisation outside ``0 … count - 1``.
        """
        if len(source) != len(target):
            raise ValueError(f"{len(source)} sources but {len(target)} targets")
        for ends in (source, target):
            if len(ends) and not 0 <= int(ends.min()) <= int(ends.max()) < count:
                raise ValueError(f"a link leads outside the {count} organisations")
        return cls(count, _rows(count, source, target))

    @cached_property
    def either_way(self) -> csr_array:
        """The links with each also the other way round."""
        source, target = self._ends
        return _rows(self.count, np.concatenate((source, target)), np.concatenate((target, source)))

    @property
    def _ends(self) -> tuple[Ints, Ints]:
        starts: Ints = self.forward.indptr
        source = np.repeat(np.arange(self.count, dtype=np.int32), np.diff(starts))
        return source, self.forward.indices

    def components(self) -> tuple[int, Ints]:
        """How many groups hang together whatever the direction of the links, and the group of each organisation."""
        count, labels = connected_components(self.forward, directed=True, connection="weak")
        return int(count), labels

    def strong_components(self) -> tuple[int, Ints]:
        """How many groups reach each other along the links, and the group of each organisation."""
        count, labels = connected_components(self.forward, directed=True, connection="strong")
        return int(count), labels

    def circles(self) -> tuple[tuple[int, ...], ...]:
        """The members of every strongly connected group of two or more, in order: whoever owns somebody who owns it."""
        _, labels = self.strong_components()
        return groups(labels, least=2)

    def degrees(self) -> Ints:
        """How many *different* others each organisation is linked with, in either direction."""
        rows = self.either_way
        owner = np.repeat(np.arange(self.count, dtype=np.int64), np.diff(rows.indptr))
        pairs = np.unique(owner * self.count + rows.indices)
        pairs = pairs[pairs // self.count != pairs % self.count]
        return np.bincount(pairs // self.count, minlength=self.count)

    def within_two(self, nodes: Ints, *, hub: int | None = None) -> tuple[Ints, Ints]:
        """Whoever stands at most two links away from each of ``nodes``, in any direction.

        Returns two arrays of equal length: the place in ``nodes``, and the organisation; sorted, each pair once, nobody
        its own neighbour. An organisation with more than ``hub`` links is a neighbour but is not passed through.
        """
        start = np.asarray(nodes, dtype=np.int64)
        place = np.arange(len(start), dtype=np.int64)
        near_place, near = self._step(place, start)
        onward = np.ones(len(near), dtype=bool)
        if hub is not None:
            onward = np.diff(self.either_way.indptr)[near] <= hub
        far_place, far = self._step(near_place[onward], near[onward])
        pairs = np.unique(np.concatenate((near_place, far_place)) * self.count + np.concatenate((near, far)))
        place, found = pairs // self.count, pairs % self.count
        others = found != start[place]
        return place[others], found[others]

    def _step(self, place: Ints, nodes: Ints) -> tuple[Ints, Ints]:
        rows = self.either_way
        begin = rows.indptr[nodes].astype(np.int64)
        counts = rows.indptr[nodes + 1] - begin
        return np.repeat(place, counts), rows.indices[spread(begin, counts)].astype(np.int64)


def _rows(count: int, source: Ints, target: Ints) -> csr_array:
    marks = np.ones(len(source), dtype=np.int8)
    pairs = coo_array((marks, (source.astype(np.int32), target.astype(np.int32))), shape=(count, count))
    # Repeated links do no harm to any algorithm here, and summing them would sort every row.
    pairs.has_canonical_format = True
    return pairs.tocsr()


def spread(begin: Ints, counts: Ints) -> Ints:
    """``begin[i], begin[i] + 1, …`` for ``counts[i]`` integers each, one after the other."""
    first = np.cumsum(counts) - counts
    return np.repeat(begin - first, counts) + np.arange(int(counts.sum()), dtype=np.int64)


def groups(labels: Ints, *, least: int) -> tuple[tuple[int, ...], ...]:
    """The members of every group of at least ``least``, members and groups by number."""
    order = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels) if len(labels) else np.zeros(0, dtype=np.int64)
    ends = np.cumsum(sizes)
    found = [
        tuple(int(member) for member in order[ends[group] - sizes[group] : ends[group]])
        for group in np.flatnonzero(sizes >= least)
    ]
    return tuple(sorted(found))


def distribution(degrees: Ints) -> dict[str, int]:
    """The register's own measure of what is ordinary: the degree that half, 90, 99 and 99.9 of a hundred stay within.

    An empty array gives zeros.
    """
    if not len(degrees):
        return dict.fromkeys(("median", "p90", "p99", "p999", "highest"), 0)
    cuts = np.quantile(degrees, (0.5, 0.9, 0.99, 0.999), method="inverted_cdf")
    names = ("median", "p90", "p99", "p999")
    return {**{name: int(cut) for name, cut in zip(names, cuts, strict=True)}, "highest": int(degrees.max())}
