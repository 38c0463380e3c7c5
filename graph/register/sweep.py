"""What a whole register shows without knowing a single person: crowded addresses, clusters, successors to bankrupts.

Every result is a *lead* about organisations, something that a person may want to look at. None is a verdict: nine of
ten organisations that such signs point at have nothing to hide, and each kind says which ordinary reasons it has.

Invariants: a pure function of the columns and the day; an address or a name that very many share links nobody, and how
many were set aside for that is counted; lists come out in the same order whatever order the rows came in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.patterns.hub_kinds import HubKind
from graph.patterns.hubs import HUB_ORGANISATIONS
from graph.patterns.phoenix import add_months
from graph.register.links import Ints, Links, distribution, groups, spread

UNKNOWN_DAY = 0
"""A day that is not known or did not come. Days count from 1 January of year 1, as ``date.toordinal`` does."""
VERSION = 1000
"""An industry is ``version * 1000 + group``: the first three digits of SNI, comparable within one version only."""

CLUSTER_YEARS = 5
"""Organisations that ended longer ago are no part of a cluster: every address has a past."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Thresholds (proposed, as those of the indicators ADR-02, NET-01 and NET-03)."""

    hub: int = HUB_ORGANISATIONS
    """From this many active organisations on an address (or a first word of a name) links nobody."""
    bankrupt_percent: float = 15
    registered: int = 15
    cluster: int = 5
    cluster_months: float = 30
    cluster_bankrupt_percent: float = 40
    before_months: int = 12
    after_months: int = 6
    window_years: int = 3
    """How far back bankruptcies are looked at."""
    least_links: int = 2


@dataclass(frozen=True, slots=True)
class Register:
    """The columns of a register, one place an organisation. Zero means *not known* in every column but ``removed``."""

    number: NDArray[np.int64]
    address: NDArray[np.int64]
    stem: NDArray[np.int64]
    """The name's first telling word, hashed."""
    registered: NDArray[np.int32]
    ended: NDArray[np.int32]
    """Day of deregistration; ``1`` when it is deregistered on an unknown day."""
    bankrupt: NDArray[np.int32]
    industry: NDArray[np.int32]
    removed: NDArray[np.bool_]
    """No longer in the newest file."""

    def __len__(self) -> int:
        return len(self.number)

    @property
    def active(self) -> NDArray[np.bool_]:
        """Neither struck off nor bankrupt, and still in the newest file."""
        going: NDArray[np.bool_] = (self.ended == UNKNOWN_DAY) & (self.bankrupt == UNKNOWN_DAY) & ~self.removed
        return going

    def last_day(self, today: int) -> Ints:
        """The last day of each one's business life: bankruptcy before deregistration; ``today`` when it goes on.

        One that ended on an unknown day is taken to have ended long ago.
        """
        gone = np.where(self.bankrupt > UNKNOWN_DAY, self.bankrupt, self.ended)
        return np.where(gone > UNKNOWN_DAY, gone, np.where(self.removed, 1, today))


_HUB_INDUSTRIES = {841: HubKind.PUBLIC, 692: HubKind.ACCOUNTANT, 691: HubKind.LAWYER, 821: HubKind.OFFICE_SERVICES}
"""Three-digit groups that SNI 2007 and SNI 2025 have in common."""


@dataclass(frozen=True, slots=True)
class AddressHub:
    """An address with very many organisations. ``example`` is the place of one of them."""

    example: int
    kind: HubKind
    active: int
    bankrupt: int
    """Bankruptcies in the window."""
    registered: int
    """Registered within twelve months."""

    @property
    def bankrupt_percent(self) -> float:
        """Bankruptcies as per cent of those and the active ones together."""
        return 100 * self.bankrupt / max(self.bankrupt + self.active, 1)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Organisations at one address that share industry or the name's first word, many of them short-lived."""

    members: tuple[int, ...]
    bankrupt: int
    median_months: float


@dataclass(frozen=True, slots=True)
class Successor:
    """A new organisation and one that went bankrupt around the day the new one was registered."""

    new: int
    old: int
    days: int
    """From the bankruptcy to the registration; negative when the new one came first."""
    links: tuple[str, ...]
    """What they share: ``address``, ``name`` (first word), ``industry``."""


@dataclass(frozen=True, slots=True)
class Leads:
    """All leads, each kind with the most telling first."""

    organisations: int
    addresses: dict[str, int]
    """How many organisations stand at one address: the register's own distribution."""
    ordinary_hubs: dict[str, int]
    """Crowded addresses without bankruptcies or new registrations in number, set aside as links, by kind."""
    common_words: int
    """First words of names that so many share that they link nobody."""
    hubs: tuple[AddressHub, ...]
    clusters: tuple[Cluster, ...]
    successors: tuple[Successor, ...]


def sweep(register: Register, day: date, parameters: Parameters | None = None) -> Leads:
    """Look through the whole register as it stood on ``day``."""
    chosen = parameters or Parameters()
    crowd = _Groups.of(register.address)
    words = _Groups.of(register.stem)
    crowded = crowd.count(register.active) >= chosen.hub
    common = words.count(register.active) >= chosen.hub
    hubs = tuple(_hubs(register, crowd, np.flatnonzero(crowded), day, chosen))
    told = [hub for hub in hubs if _telling(hub, chosen)]
    ordinary = [hub.kind for hub in hubs if not _telling(hub, chosen)]
    # A group of its own for nobody: -1 marks no address, or one that links nobody.
    address = crowd.labels(~crowded)
    word = words.labels(~common)
    sizes = crowd.count(register.active)
    return Leads(
        organisations=len(register),
        addresses=distribution(sizes[sizes > 0]),
        ordinary_hubs={kind.value: ordinary.count(kind) for kind in HubKind if kind in ordinary},
        common_words=int(common.sum()),
        hubs=tuple(sorted(told, key=lambda hub: (-hub.bankrupt, -hub.registered, -hub.active, hub.example))),
        clusters=_clusters(register, address, day, chosen),
        successors=_successors(register, address, word, day, chosen),
    )


@dataclass(frozen=True, slots=True)
class _Groups:
    """Organisations by a hashed value; zero stands for no value and belongs to no group."""

    of_place: Ints
    """Group of each organisation, ``-1`` = none."""
    groups: int

    @classmethod
    def of(cls, values: NDArray[np.int64]) -> _Groups:
        found, inverse = np.unique(values, return_inverse=True)
        if len(found) and (zero := np.searchsorted(found, 0)) < len(found) and found[zero] == 0:
            inverse = np.where(inverse == zero, -1, np.where(inverse > zero, inverse - 1, inverse))
            return cls(inverse, len(found) - 1)
        return cls(inverse, len(found))

    def count(self, chosen: NDArray[np.bool_]) -> Ints:
        """Per group how many of the ``chosen``."""
        return np.bincount(self.of_place[chosen & (self.of_place >= 0)], minlength=self.groups)

    def labels(self, kept: NDArray[np.bool_]) -> Ints:
        """``of_place`` with ``-1`` also for groups that are not ``kept``."""
        inside = np.append(kept, False)
        return np.where(inside[self.of_place], self.of_place, -1)


def _telling(hub: AddressHub, chosen: Parameters) -> bool:
    return hub.bankrupt_percent >= chosen.bankrupt_percent or hub.registered >= chosen.registered


def _hubs(register: Register, crowd: _Groups, crowded: Ints, day: date, chosen: Parameters) -> Iterator[AddressHub]:
    if not len(crowded):
        return
    today = day.toordinal()
    since = add_months(day, -12 * chosen.window_years).toordinal()
    active = crowd.count(register.active)
    bankrupt = crowd.count((register.bankrupt >= since) & (register.bankrupt <= today))
    last_year = add_months(day, -12).toordinal()
    fresh = crowd.count(~register.removed & (register.registered >= last_year) & (register.registered <= today))
    inside = np.flatnonzero(np.isin(crowd.of_place, crowded) & register.active)
    order = inside[np.lexsort((register.number[inside], crowd.of_place[inside]))]
    starts = np.searchsorted(crowd.of_place[order], crowded)
    example = dict(zip(crowded.tolist(), order[starts].tolist(), strict=True))
    kinds: dict[int, HubKind] = {}
    for group, kind in _HUB_INDUSTRIES.items():
        here = order[register.industry[order] % VERSION == group]
        for label in np.unique(crowd.of_place[here]).tolist():
            kinds.setdefault(label, kind)
    for label in crowded.tolist():
        yield AddressHub(
            example[label],
            kinds.get(label, HubKind.OTHER),
            int(active[label]),
            int(bankrupt[label]),
            int(fresh[label]),
        )


def _clusters(register: Register, address: Ints, day: date, chosen: Parameters) -> tuple[Cluster, ...]:
    """Groups at one ordinary address that industry or the name's first word holds together."""
    today = day.toordinal()
    last = register.last_day(today)
    recent = last >= add_months(day, -12 * CLUSTER_YEARS).toordinal()
    known = recent & (address >= 0) & (register.registered > UNKNOWN_DAY) & (register.registered <= last)
    places = np.flatnonzero(known)
    # Organisations and what they share are the two sides of one graph: its size grows with the rows, not the pairs.
    source, target, nodes = [], [], len(places)
    for kind in (register.industry, register.stem):
        shares = np.flatnonzero(kind[places] != 0)
        pairs = np.stack((address[places[shares]].astype(np.int64), kind[places[shares]].astype(np.int64)))
        _, inverse = np.unique(pairs, axis=1, return_inverse=True)
        source.append(shares)
        target.append(nodes + inverse.ravel())
        nodes += int(inverse.max(initial=-1)) + 1
    _, labels = Links.of(nodes, np.concatenate(source), np.concatenate(target)).components()
    months = (last - register.registered) / (365.25 / 12)
    found = []
    for group in groups(labels[: len(places)], least=chosen.cluster):
        members = places[np.array(group)]
        failed = int((register.bankrupt[members] > UNKNOWN_DAY).sum())
        median = float(np.median(months[members]))
        if median <= chosen.cluster_months and 100 * failed >= chosen.cluster_bankrupt_percent * len(members):
            members = members[np.argsort(register.number[members])]
            found.append(Cluster(tuple(members.tolist()), failed, round(median, 1)))
    return tuple(sorted(found, key=lambda each: (-each.bankrupt, each.median_months, register.number[each.members[0]])))


def _successors(register: Register, address: Ints, word: Ints, day: date, chosen: Parameters) -> tuple[Successor, ...]:
    today = day.toordinal()
    since = add_months(day, -12 * chosen.window_years).toordinal()
    old = np.flatnonzero((register.bankrupt >= since) & (register.bankrupt <= today))
    new = np.flatnonzero(register.active & (register.registered > since - 31 * (chosen.before_months + 1)))
    shared: dict[tuple[int, int], list[str]] = {}
    for name, group in (("address", address), ("name", word)):
        for pair in zip(*_pairs(new, old, group), strict=True):
            shared.setdefault(pair, []).append(name)
    found = []
    for (fresh, bankrupt), links in shared.items():
        ours, theirs = int(register.industry[fresh]), int(register.industry[bankrupt])
        if ours and theirs and ours // VERSION == theirs // VERSION:
            if ours != theirs:
                continue
            links.append("industry")
        if len(links) < chosen.least_links:
            continue
        end, start = (date.fromordinal(int(array[i])) for array, i in
                      ((register.bankrupt, bankrupt), (register.registered, fresh)))  # fmt: skip
        if add_months(end, -chosen.before_months) <= start <= add_months(end, chosen.after_months):
            found.append(Successor(fresh, bankrupt, (start - end).days, tuple(links)))
    return tuple(
        sorted(
            found,
            key=lambda each: (-len(each.links), abs(each.days), register.number[each.new], register.number[each.old]),
        )
    )


def _pairs(new: Ints, old: Ints, group: Ints) -> tuple[Any, Any]:
    """Every (new, old) of the same group, as two lists of places."""
    new = new[group[new] >= 0]
    old = old[group[old] >= 0]
    order = new[np.argsort(group[new], kind="stable")]
    begin = np.searchsorted(group[order], group[old], side="left")
    counts = np.searchsorted(group[order], group[old], side="right") - begin
    return order[spread(begin, counts)].tolist(), np.repeat(old, counts).tolist()
