"""Stakes, and who owns how much of whom through chains and cycles.

**Integrated ownership** of an owner in a company is its direct stake plus, for every other direct owner of the company,
that owner's stake times the owner's integrated ownership in it: ``x = direct + x · stakes``. The system is solved
exactly, in fractions, one strongly connected component at a time (``solving``), so that circular holdings are counted
to their limit and never loop. What owns itself through a cycle is handled as Baldone, Brioschi &
Paleari (1989) do: the owner's own owners are left out of the sum.

Published stakes are often ranges (25–50 %) or missing. Every result is therefore ``low``, ``mid`` and ``high``:

* ``low`` uses the lower bounds; what is left belongs to owners that nobody has named;
* ``mid`` uses the middle of each range; a stake without any figure adds nothing, what is left is *unknown*;
* ``high`` is the most that the bounds allow: for each company the free part goes to the owners that lead most to the
  owner asked about, never beyond 100 % of a company (the greatest reachability of an interval Markov chain, found by
  policy iteration).

Invariants: everything terminates on any input; 0 ≤ low ≤ high ≤ 1; when no company's stated stakes exceed 100 %, the
mid shares of the ultimate owners and the unknown part sum to exactly 1.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal
from weakref import WeakKeyDictionary

import networkx as nx
import numpy as np

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.ownership.solving import (
    EXACT_COMPONENT,
    ONE,
    ZERO,
    Reach,
    components,
    dies_out,
    in_fractions,
    solve,
    solve_floats,
)

SHARES = "shareholding"
VOTES = "votingRights"
CONTROL_INTERESTS = frozenset(
    {
        "appointmentOfBoard",
        "otherInfluenceOrControl",
        "controlViaCompanyRulesOrArticles",
        "controlByLegalFramework",
        "rightsGrantedByContract",
        "seniorManagingOfficial",
        "boardChair",
        "trustee",
        "settlor",
        "protector",
        "nominator",
    }
)
"""BODS 0.4 interest types that give influence without being a stake."""

_POLICY_ROUNDS = 60
"""Rounds of policy iteration beyond the longest chain."""
_SLACK = 1e-6
"""What rounding may take from an upper bound."""


@dataclass(frozen=True, slots=True)
class Stake:
    """A direct stake as fractions of one: bounds, and whether any figure was published."""

    low: Fraction
    mid: Fraction
    high: Fraction
    known: bool = True
    facts: tuple[Fact, ...] = ()
    excludes_low: bool = False
    """Whether the stake is *more than* ``low``, as in a register's «mer än 25 men högst 50 procent»."""

    @property
    def fixed(self) -> bool:
        """Whether the bounds leave nothing open."""
        return self.low == self.high

    @classmethod
    def exactly(cls, share: Fraction) -> Stake:
        """A stake known exactly."""
        return cls(share, share, share)


@dataclass(frozen=True, slots=True)
class Share:
    """Integrated ownership as fractions of one. ``unknown`` is the part of the owned that leads to nobody named."""

    low: Fraction
    mid: Fraction
    high: Fraction
    unknown: Fraction = ZERO
    excludes_low: bool = False
    """Whether it is *more than* ``low``, because a stake on the way is."""

    def exceeds(self, limit: Fraction) -> bool:
        """Whether it is more than ``limit`` whatever the open figures are."""
        return self.low > limit or (self.low == limit and self.excludes_low)

    def may_exceed(self, limit: Fraction) -> bool:
        """Whether it can be more than ``limit``."""
        return self.high > limit

    @property
    def exact(self) -> bool:
        """Whether the three figures are one."""
        return self.low == self.mid == self.high


@dataclass(frozen=True, slots=True)
class UltimateOwner:
    """An owner at the end of the chains: a person, or an entity whose owners nobody has named."""

    key: EntityKey
    share: Share


def _number(value: Any) -> Fraction | None:
    """A published percentage as a fraction of one, cut to 0–1; ``None`` when there is none or it is no number."""
    return None if value is None or isinstance(value, bool) else _read_number(str(value))


@lru_cache(maxsize=4096)
def _read_number(written: str) -> Fraction | None:
    try:
        percent = Decimal(written)
    except InvalidOperation:
        return None
    return min(max(Fraction(percent) / 100, ZERO), ONE) if percent.is_finite() else None


def stake_of(fact: Fact) -> Stake:
    """The stake that one OWNERSHIP fact states."""
    exact = _number(fact.value.get("exact"))
    if exact is not None:
        return Stake(exact, exact, exact, True, (fact,))
    low, high = _number(fact.value.get("minimum")), _number(fact.value.get("maximum"))
    if low is None and high is None:
        return Stake(ZERO, ZERO, ONE, False, (fact,))
    bottom, top = low or ZERO, ONE if high is None else high
    top = max(bottom, top)
    exclusive = fact.value.get("exclusive_minimum") is True and low is not None and bottom < top
    return Stake(bottom, (bottom + top) / 2, top, True, (fact,), exclusive)


def is_stake(fact: Fact) -> bool:
    """Whether an OWNERSHIP fact is about shares or votes (not about influence by agreement or office)."""
    interest = fact.value.get("interest")
    return interest not in CONTROL_INTERESTS


@dataclass(frozen=True)
class Stakes:
    """Direct stakes by (owner, owned): what every calculation here works on."""

    direct: Mapping[tuple[str, str], Stake]
    owners: Mapping[str, tuple[str, ...]] = field(init=False)
    owned: Mapping[str, tuple[str, ...]] = field(init=False)
    _named: dict[str, Fraction] = field(init=False, default_factory=dict, repr=False, compare=False)
    _above: dict[str, frozenset[str]] = field(init=False, default_factory=dict, repr=False, compare=False)
    _shares: dict[tuple[frozenset[str], str], Share] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    _rooms: dict[str, list[tuple[str, float, float]]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    _free: dict[str, Fraction] = field(init=False, default_factory=dict, repr=False, compare=False)
    _ends: dict[str, tuple[UltimateOwner, ...]] = field(init=False, default_factory=dict, repr=False, compare=False)
    _ordered: dict[str, list[list[str]]] = field(init=False, default_factory=dict, repr=False, compare=False)
    _stated: dict[str, dict[str, dict[str, Fraction]]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    _reach: dict[str, Reach] = field(init=False, default_factory=dict, repr=False, compare=False)
    _holders: dict[tuple[str, Fraction, str], frozenset[str]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    _circles: dict[Fraction | None, tuple[frozenset[str], ...]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        owners: dict[str, list[str]] = {}
        owned: dict[str, list[str]] = {}
        for owner, company in sorted(self.direct):
            owners.setdefault(company, []).append(owner)
            owned.setdefault(owner, []).append(company)
        object.__setattr__(self, "owners", {key: tuple(found) for key, found in owners.items()})
        object.__setattr__(self, "owned", {key: tuple(found) for key, found in owned.items()})

    @classmethod
    def of(cls, network: Network, *, votes: bool = False) -> Stakes:
        """The stakes stated in ``network``: shares before votes, or with ``votes`` votes before shares.

        Several statements of one stake: the newest answer counts, and inside one document the largest figure (share
        classes are not added: their weights are not published). A stake stated as indirect counts only where no chain
        of direct stakes leads from the owner to the owned, so that it is not counted twice.
        """
        known = _KNOWN.setdefault(network, {})
        if votes not in known:
            told_apart = any(
                fact.value.get("interest") == VOTES
                for key in network.subjects(Predicate.OWNERSHIP)
                for fact in network.holdings(key)
            )
            known[votes] = cls._read(network, (VOTES, SHARES) if votes else (SHARES, VOTES))
            if not told_apart:  # one reading, and one set of results, for both
                known[not votes] = known[votes]
        return known[votes]

    @classmethod
    def _read(cls, network: Network, preferred: tuple[str, str]) -> Stakes:
        grouped: dict[tuple[str, str], list[Fact]] = {}
        for key in network.subjects(Predicate.OWNERSHIP):
            for fact in network.holdings(key):
                if is_stake(fact) and fact.object is not None:
                    grouped.setdefault((fact.subject, fact.object), []).append(fact)
        direct: dict[tuple[str, str], Stake] = {}
        indirect: dict[tuple[str, str], Stake] = {}
        for pair, facts in grouped.items():
            near = [fact for fact in facts if fact.value.get("direct") is not False]
            chosen = _newest(near or facts, preferred)
            (direct if near else indirect)[pair] = chosen
        reach = nx.DiGraph(list(direct))
        for pair, stake in indirect.items():
            owner, company = pair
            if owner not in reach or company not in reach or not nx.has_path(reach, owner, company):
                direct[pair] = stake
        return cls(direct)

    def ancestors(self, company: str) -> frozenset[str]:
        """Every direct and indirect owner of ``company``; itself too when it owns itself round about."""
        if company not in self._above:
            self._above[company] = _reachable(self.owners, [company])
        return self._above[company]

    def ends(self, company: str) -> frozenset[str]:
        """Where the chains above ``company`` end: owners whose own owners nobody has named."""
        return frozenset(key for key in self.ancestors(company) if key != company and not self.owners.get(key))

    def steps_to(self, company: str) -> Mapping[str, int]:
        """How many stakes lie between each direct or indirect owner and ``company``, by the shortest way."""
        steps = {company: 0}
        queue = deque([company])
        while queue:
            here = queue.popleft()
            for owner in self.owners.get(here, ()):
                if owner not in steps:
                    steps[owner] = steps[here] + 1
                    queue.append(owner)
        del steps[company]
        return steps

    def holders(self, company: str, minimum: Fraction, bound: Literal["mid", "high"] = "mid") -> frozenset[str]:
        """A superset of those whose integrated share of ``company`` is ``minimum`` or more by ``bound``; itself too.

        One sparse solve bounds the shares of all owners at once, so that only the few who may reach the minimum need
        their exact share.
        """
        question = (company, minimum, bound)
        if question not in self._holders:
            least = float(minimum) - _SLACK
            reach = self._reach_by(bound)
            most = reach.of(company) if self.owners.get(company) else {}
            self._holders[question] = frozenset({company, *(key for key, part in most.items() if part >= least)})
        return self._holders[question]

    def _reach_by(self, bound: str) -> Reach:
        if bound not in self._reach:
            self._reach[bound] = Reach(self._without_end(self._most() if bound == "high" else self._middle()))
        return self._reach[bound]

    def _middle(self) -> dict[str, dict[str, Fraction]]:
        """The middle of each stake; its lower bound where contradictory statements scaled the middle below that."""
        low, mid = self._columns(self.owners, "low"), self._columns(self.owners, "mid")
        return {
            company: {owner: max(part, low[company].get(owner, ZERO)) for owner, part in stakes.items()}
            for company, stakes in mid.items()
        }

    def _most(self) -> dict[str, dict[str, Fraction]]:
        """The most of each company that each owner can hold by itself, without regard to the others."""
        rows: dict[str, dict[str, Fraction]] = {company: {} for company in self.owners}
        for (owner, company), stake in sorted(self.direct.items()):
            most = stake.high if stake.fixed else min(stake.high, stake.low + self._free_part(company))
            if most > 0:
                rows[company][owner] = most
        return rows

    @staticmethod
    def _without_end(rows: dict[str, dict[str, Fraction]]) -> dict[str, dict[str, Fraction]]:
        """``rows`` with every cycle that could grow without end left whole: a bound that bounds nothing, as it must."""
        over = {company for company, parts in rows.items() if sum(parts.values(), ZERO) > ONE}
        for members in components(rows) if over else ():
            inside = set(members)
            if over & inside and not dies_out(members, rows):
                for company in members:
                    round_about = sum((part for owner, part in rows[company].items() if owner in inside), ZERO)
                    for owner in inside & rows[company].keys():
                        rows[company][owner] /= round_about
        return rows

    def circles(self, minimum: Fraction | None) -> tuple[frozenset[str], ...]:
        """Sets of two or more that own each other round about, by stakes of ``minimum`` or more (middle figure).

        ``None``: by all stakes, also those without a published figure.
        """
        if minimum not in self._circles:
            rows: dict[str, list[str]] = {company: [] for company in self.owners}
            for (owner, company), stake in self.direct.items():
                if minimum is None or (stake.known and stake.mid >= minimum):
                    rows[company].append(owner)
            self._circles[minimum] = tuple(frozenset(found) for found in components(rows) if len(found) > 1)
        return self._circles[minimum]

    def overstated(self, company: str) -> bool:
        """Whether the lower bounds of the stakes in ``company`` exceed 100 %: the statements contradict each other."""
        return sum((self.direct[(owner, company)].low for owner in self.owners.get(company, ())), ZERO) > ONE

    def share(self, owners: str | Collection[str], owned: str) -> Share:
        """Integrated ownership of one owner, or of several taken together, in ``owned``."""
        seeds = frozenset({owners} if isinstance(owners, str) else owners)
        if (seeds, owned) not in self._shares:
            self._shares[(seeds, owned)] = self._share(seeds, owned)
        return self._shares[(seeds, owned)]

    def _share(self, seeds: frozenset[str], owned: str) -> Share:
        if owned in seeds:
            return Share(ONE, ONE, ONE)
        scope = self._between(seeds, owned)
        unknown = self.unknown(owned)
        if owned not in scope:
            return Share(ZERO, ZERO, ZERO, unknown)
        low = self._solve(owned, seeds, scope, "low")
        return self._bounded(owned, seeds, scope, low, self._solve(owned, seeds, scope, "mid"), unknown)

    def _bounded(
        self, owned: str, seeds: frozenset[str], scope: frozenset[str], low: Fraction, mid: Fraction, unknown: Fraction
    ) -> Share:
        high = max(self._highest(owned, seeds, scope, low), low)
        # Ranges whose middles add up to more than 100 % can push the middle past what the bounds allow.
        exclusive = low < high and self._excludes_low(owned, seeds, scope)
        return Share(low, min(max(mid, low), high), high, unknown, exclusive)

    def _excludes_low(self, owned: str, seeds: frozenset[str], scope: frozenset[str]) -> bool:
        """Whether a stake that is more than its lower bound lies on a way of positive lower bounds."""
        positive = {
            (owner, company): stake
            for company in scope
            for owner in self.owners.get(company, ())
            if (owner in scope or owner in seeds) and (stake := self.direct[(owner, company)]).low > 0
        }
        exclusive = [pair for pair, stake in positive.items() if stake.excludes_low]
        if not exclusive:
            return False
        down: dict[str, list[str]] = {}
        up: dict[str, list[str]] = {}
        for owner, company in positive:
            down.setdefault(owner, []).append(company)
            up.setdefault(company, []).append(owner)
        fed, feeding = _reachable(down, seeds) | seeds, _reachable(up, [owned]) | {owned}
        return any(owner in fed and company in feeding for owner, company in exclusive)

    def unknown(self, owned: str) -> Fraction:
        """The part of ``owned`` that leads to no named owner: what the mid stakes leave over, integrated."""
        if not self.owners.get(owned):
            return ONE
        if not self._named:
            rows = self._columns(self.owners, "mid")
            # For all companies at once: what leads to any named end. A closed circle leads to none.
            self._named.update(solve(rows, dict.fromkeys(self.owned.keys() - rows.keys(), ONE)))
        return max(ONE - self._named[owned], ZERO)

    def ultimate_owners(self, owned: str) -> tuple[UltimateOwner, ...]:
        """The named ends of all chains above ``owned``, largest first."""
        if owned in self._ends:
            return self._ends[owned]
        low, mid, unknown = self._of_ends(owned, "low"), self._of_ends(owned, "mid"), self.unknown(owned)
        found = []
        for key in sorted(low):
            seeds = frozenset({key})
            share = self._bounded(owned, seeds, self._between(seeds, owned), low[key], mid[key], unknown)
            self._shares[(seeds, owned)] = share
            found.append(UltimateOwner(EntityKey(key), share))
        self._ends[owned] = tuple(sorted(found, key=lambda end: (-end.share.mid, -end.share.high, end.key)))
        return self._ends[owned]

    def _between(self, seeds: Collection[str], owned: str) -> frozenset[str]:
        """The companies on the ways from ``seeds`` down to ``owned``, itself included; empty when there is no way."""
        above = self.ancestors(owned) | {owned}
        return (_reachable(self.owned, seeds) & above) - frozenset(seeds)

    def _of_ends(self, owned: str, bound: str) -> dict[str, Fraction]:
        """The integrated share of every named end at once, by the transposed system: what of ``owned`` each one holds.

        One system instead of one an owner: ``y[owner] = Σ stake(owner, company) · y[company]`` with ``y[owned] = 1``
        and, in cycles, what comes back.
        """
        scope = self.ancestors(owned) | {owned}
        columns = self._columns(scope, bound)
        held: dict[str, dict[str, Fraction]] = {key: {} for key in scope}
        down: dict[str, list[str]] = {}
        for company, stakes in columns.items():
            for owner in stakes:
                down.setdefault(owner, []).append(company)
        ends = self.ends(owned)
        reached = ends | _reachable(down, ends)
        for company, stakes in columns.items():
            for owner, stake in stakes.items():
                if company in reached and owner in reached:  # a closed circle has no owner outside, and no solution
                    held[owner][company] = stake
        values = solve(held, {owned: ONE})
        return {key: min(values[key], ONE) for key in ends}

    def _columns(
        self, scope: Collection[str], bound: str, seeds: Collection[str] = ()
    ) -> dict[str, dict[str, Fraction]]:
        """For each company of ``scope`` its owners' stakes by one bound; more than 100 % in a cycle is scaled down."""
        if bound not in self._stated:
            everywhere: dict[str, dict[str, Fraction]] = {}
            for (owner, company), stake in sorted(self.direct.items()):
                part: Fraction = getattr(stake, bound)
                if part > 0:
                    everywhere.setdefault(company, {})[owner] = part
            self._stated[bound] = self._scaled(everywhere)
        stated = self._stated[bound]
        return {company: stated.get(company, {}) for company in scope if company not in seeds}

    @staticmethod
    def _scaled(columns: dict[str, dict[str, Fraction]]) -> dict[str, dict[str, Fraction]]:
        """More than 100 % inside a cycle has no solution: such a company's stakes are scaled down to 100 %."""
        over = {company: total for company, stakes in columns.items() if (total := sum(stakes.values(), ZERO)) > ONE}
        if over:
            for members in components(columns):
                if len(members) > 1 or members[0] in columns[members[0]]:
                    for company in over.keys() & set(members):
                        columns[company] = {owner: stake / over[company] for owner, stake in columns[company].items()}
        return columns

    def _solve(self, owned: str, seeds: frozenset[str], scope: frozenset[str], bound: str) -> Fraction:
        values = solve(self._columns(scope, bound, seeds), dict.fromkeys(seeds, ONE))
        return min(values.get(owned, ZERO), ONE)

    def _highest(self, owned: str, seeds: frozenset[str], scope: frozenset[str], low: Fraction) -> Fraction:
        """The greatest integrated share that the bounds allow (``low`` when none of them is open).

        Company by company, owners before owned: the free part of each goes to the owners that lead most to the seeds.
        Inside a cycle, where that depends on itself, by policy iteration.
        """
        paths = scope | seeds
        if all(
            self.direct[(owner, company)].fixed
            for company in scope
            for owner in self.owners.get(company, ())
            if owner in paths
        ):
            return low
        values = dict.fromkeys(seeds, ONE)
        for component in self._order(owned):
            members = [company for company in component if company in scope]
            if len(members) == 1 and members[0] not in self.owners.get(members[0], ()):
                company = members[0]
                valuable = [owner for owner in self.owners.get(company, ()) if values.get(owner)]
                valuable.sort(key=lambda owner: (-values[owner], owner))
                spent = self._spend(company, valuable)
                values[company] = sum((part * values[owner] for owner, part in spent.items()), ZERO)
            elif members:
                values.update(self._highest_in_cycle(members, values))
        return min(values.get(owned, ZERO), ONE)

    def _order(self, owned: str) -> list[list[str]]:
        """The companies above and ``owned`` itself by strongly connected component, owners before owned."""
        if owned not in self._ordered:
            scope = self.ancestors(owned) | {owned}
            self._ordered[owned] = components({company: self.owners.get(company, ()) for company in scope})
        return self._ordered[owned]

    def _highest_in_cycle(self, members: list[str], outside: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """The best order to spend the free parts in is sought in floats; a small cycle is then computed exactly.

        Owners of equal value keep their order: else two companies could come to be each other's only owners, and what
        flows in from outside would be lost.
        """
        place = {company: index for index, company in enumerate(members)}
        orders = {company: list(self._floats(company)) for company in members}
        worth = {owner: float(value) for owner, value in outside.items() if value}
        best = np.zeros(len(members))
        valuable: dict[str, list[str]] = {}
        for _ in range(len(members) + _POLICY_ROUNDS):
            inside: list[tuple[int, int, float]] = []
            flow = np.zeros(len(members))
            for row, company in enumerate(members):
                values = {
                    owner: round(float(best[place[owner]]), 12) if owner in place else worth.get(owner, 0.0)
                    for owner, _, _ in orders[company]
                }
                orders[company].sort(key=lambda part: -values[part[0]])
                valuable[company] = [owner for owner, _, _ in orders[company] if values[owner] > 0]
                free = float(self._free_part(company))
                spent = []
                for owner, low, room in orders[company]:
                    more = min(room, free) if values[owner] > 0 else 0.0
                    free -= more
                    spent.append((owner, low + more))
                scale = max(sum(part for _, part in spent), 1.0)
                for owner, part in spent:
                    if owner in place:
                        inside.append((row, place[owner], part / scale))
                    else:
                        flow[row] += values[owner] * part / scale
            found = solve_floats(inside, flow)
            if found is None or np.all(found <= best + 1e-12):
                break
            best = np.maximum(best, found)
        if len(members) > EXACT_COMPONENT:
            return {company: in_fractions(best[place[company]]) for company in members}
        return solve(self._scaled({company: self._spend(company, valuable[company]) for company in members}), outside)

    def _floats(self, company: str) -> list[tuple[str, float, float]]:
        """Owner, lower bound and width of each stake in ``company``."""
        if company not in self._rooms:
            self._rooms[company] = [
                (owner, float(stake.low), float(stake.high - stake.low))
                for owner in self.owners.get(company, ())
                for stake in (self.direct[(owner, company)],)
            ]
        return self._rooms[company]

    def _free_part(self, company: str) -> Fraction:
        """What the lower bounds leave of ``company``."""
        if company not in self._free:
            stated = sum((self.direct[(owner, company)].low for owner in self.owners.get(company, ())), ZERO)
            self._free[company] = max(ONE - stated, ZERO)
        return self._free[company]

    def _spend(self, company: str, valuable: list[str]) -> dict[str, Fraction]:
        """What the owners of value hold of ``company`` when its free part goes to the first of them first."""
        free = self._free_part(company)
        spent: dict[str, Fraction] = {}
        for owner in valuable:
            stake = self.direct[(owner, company)]
            more = ZERO if stake.fixed or not free else min(stake.high - stake.low, free)
            free -= more
            if stake.low or more:
                spent[owner] = stake.low + more
        return spent


def _reachable(steps: Mapping[str, Collection[str]], start: Iterable[str]) -> frozenset[str]:
    """Everything that one step or more leads to from ``start``."""
    found: set[str] = set()
    queue = [following for key in start for following in steps.get(key, ())]
    while queue:
        key = queue.pop()
        if key not in found:
            found.add(key)
            queue.extend(steps.get(key, ()))
    return frozenset(found)


_KNOWN: WeakKeyDictionary[Network, dict[bool, Stakes]] = WeakKeyDictionary()
"""Stakes read from a network, which never changes: read once, forgotten with it."""


def ultimate_owners(network: Network, key: str) -> tuple[UltimateOwner, ...]:
    """Named owners at the end of the chains above ``key``, largest mid share first."""
    return Stakes.of(network).ultimate_owners(key)


def share(network: Network, owner: str | Collection[str], owned: str) -> Share:
    """Integrated ownership of ``owner`` (or of several together) in ``owned``."""
    return Stakes.of(network).share(owner, owned)


def chain(stakes: Stakes, owner: str, owned: str) -> tuple[Fact, ...]:
    """The shortest chain of stakes from ``owner`` down to ``owned`` as facts; empty when there is none."""
    before: dict[str, str] = {}
    level = [owner]
    while level and owned not in before:
        following: list[str] = []
        for key in level:  # in order: of equally short chains the first in the order of the keys is found
            for company in stakes.owned.get(key, ()):
                if company not in before and company != owner:
                    before[company] = key
                    following.append(company)
        level = following
    if owned not in before:
        return ()
    pairs = []
    while owned != owner:
        pairs.append((before[owned], owned))
        owned = before[owned]
    return tuple(fact for pair in reversed(pairs) for fact in stakes.direct[pair].facts)


def supporting_facts(stakes: Stakes, owners: Collection[str], owned: str) -> tuple[Fact, ...]:
    """Every stated stake on a way from ``owners`` to ``owned``: the evidence of an integrated share."""
    below = _reachable(stakes.owned, owners) | frozenset(owners)
    scope = (stakes.ancestors(owned) | {owned}) & below
    pairs = sorted((owner, company) for company in scope for owner in stakes.owners.get(company, ()) if owner in scope)
    return tuple(fact for pair in pairs for fact in stakes.direct[pair].facts)


def _newest(facts: list[Fact], preferred: tuple[str, str]) -> Stake:
    """The stake that ``facts`` about one pair state: the first preferred interest, the newest document, the largest."""
    if len(facts) == 1:
        return stake_of(facts[0])
    for interest in (*preferred, None):
        kind = [fact for fact in facts if interest is None or fact.value.get("interest") == interest]
        if kind:
            latest = max(fact.observed_at for fact in kind)
            newest = [stake_of(fact) for fact in kind if fact.observed_at == latest]
            return max(newest, key=lambda stake: (stake.known, stake.high, stake.low, stake.facts[0].order))
    raise ValueError("no facts about the stake")
