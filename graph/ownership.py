"""Who owns how much of whom, directly and through chains and cycles; who controls; what listed owners reach.

**Integrated ownership** of an owner in a company is its direct stake plus, for every other direct owner of the company,
that owner's stake times the owner's integrated ownership in it: ``x = direct + x · stakes``. The system is solved
exactly, in fractions, one strongly connected component at a time, so that circular holdings are counted to their limit
and never loop. What owns itself through a cycle is handled as Baldone, Brioschi & Paleari (1989) do: the owner's own
owners are left out of the sum.

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

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

import networkx as nx

from graph.model import EntityKey, Fact, Predicate
from graph.network import Graph, Network

ZERO = Fraction(0)
ONE = Fraction(1)
MAJORITY = Fraction(1, 2)

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

MAY_CONTROL = CONTROL_INTERESTS - {"seniorManagingOfficial", "boardChair", "nominator"}
"""Those of them that are control indicators for a listed owner: a manager is not an owner (C-313/24)."""

_EXACT_COMPONENT = 40
"""Largest cycle solved in fractions; larger ones are iterated in floats to 1e-12 (numerators would explode)."""
_POLICY_ROUNDS = 60
_FLOAT_ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Stake:
    """A direct stake as fractions of one: bounds, and whether any figure was published."""

    low: Fraction
    mid: Fraction
    high: Fraction
    known: bool = True
    facts: tuple[Fact, ...] = ()

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

    @property
    def exact(self) -> bool:
        """Whether the three figures are one."""
        return self.low == self.mid == self.high


@dataclass(frozen=True, slots=True)
class UltimateOwner:
    """An owner at the end of the chains: a person, or an entity whose owners nobody has named."""

    key: EntityKey
    share: Share


@dataclass(frozen=True, slots=True)
class Blocked:
    """An entity reached by the 50 % rule: the joint direct stake of the listed and the already reached."""

    key: EntityKey
    share: Fraction
    owners: tuple[EntityKey, ...]
    """The listed or already reached owners that make up the joint stake."""
    facts: tuple[Fact, ...]
    step: int
    """1 = owned by listed ones directly, 2 = through one that was reached in step 1, …"""


def _number(value: Any) -> Fraction | None:
    """A published percentage as a fraction of one, cut to 0–1; ``None`` when there is none or it is no number."""
    if value is None or isinstance(value, bool):
        return None
    try:
        percent = Decimal(str(value))
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
    return Stake(bottom, (bottom + top) / 2, top, True, (fact,))


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
            known[votes] = cls._read(network, (VOTES, SHARES) if votes else (SHARES, VOTES))
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
        """Every direct and indirect owner of ``company``."""
        found: set[str] = set()
        queue = list(self.owners.get(company, ()))
        while queue:
            owner = queue.pop()
            if owner not in found:
                found.add(owner)
                queue.extend(self.owners.get(owner, ()))
        return frozenset(found)

    def overstated(self, company: str) -> bool:
        """Whether the lower bounds of the stakes in ``company`` exceed 100 %: the statements contradict each other."""
        return sum((self.direct[(owner, company)].low for owner in self.owners.get(company, ())), ZERO) > ONE

    def share(self, owners: str | Collection[str], owned: str) -> Share:
        """Integrated ownership of one owner, or of several taken together, in ``owned``."""
        seeds = frozenset({owners} if isinstance(owners, str) else owners)
        if owned in seeds:
            return Share(ONE, ONE, ONE)
        scope = self.ancestors(owned) | {owned}
        low = self._solve(owned, seeds, scope, self._column("low"))
        mid = self._solve(owned, seeds, scope, self._column("mid"))
        high = max(self._highest(owned, seeds, scope), low)
        # Ranges whose middles add up to more than 100 % can push the middle past what the bounds allow.
        return Share(low, min(max(mid, low), high), high, self.unknown(owned))

    def unknown(self, owned: str) -> Fraction:
        """The part of ``owned`` that leads to no named owner: what the mid stakes leave over, integrated."""
        scope = self.ancestors(owned) | {owned}
        if not self.owners.get(owned):
            return ONE
        named = frozenset(key for key in scope if not self.owners.get(key))
        known = self._solve(owned, named, scope, self._column("mid")) if named else ZERO
        return max(ONE - known, ZERO)

    def ultimate_owners(self, owned: str) -> tuple[UltimateOwner, ...]:
        """The named ends of all chains above ``owned``, largest first."""
        ends = sorted(key for key in self.ancestors(owned) if not self.owners.get(key))
        found = [UltimateOwner(EntityKey(key), self.share(key, owned)) for key in ends]
        return tuple(sorted(found, key=lambda end: (-end.share.mid, -end.share.high, end.key)))

    def _column(self, bound: str) -> Callable[[str], dict[str, Fraction]]:
        """A function from a company to its owners' stakes by one bound."""

        def column(company: str) -> dict[str, Fraction]:
            return {owner: getattr(self.direct[(owner, company)], bound) for owner in self.owners.get(company, ())}

        return column

    def _solve(
        self,
        owned: str,
        seeds: frozenset[str],
        scope: frozenset[str],
        column: Callable[[str], Mapping[str, Fraction]],
    ) -> Fraction:
        return min(self._values(seeds, scope, column).get(owned, ZERO), ONE)

    def _values(
        self, seeds: frozenset[str], scope: frozenset[str], column: Callable[[str], Mapping[str, Fraction]]
    ) -> dict[str, Fraction]:
        """Integrated share of the seeds in every company of ``scope``."""
        values: dict[str, Fraction] = {key: ONE for key in seeds if key in scope}
        columns = {
            company: {owner: stake for owner, stake in column(company).items() if stake > 0}
            for company in sorted(scope)
            if company not in seeds
        }
        graph: nx.DiGraph[Any] = nx.DiGraph()
        graph.add_nodes_from(columns)
        graph.add_edges_from(
            (owner, company) for company, stakes in columns.items() for owner in stakes if owner in columns
        )
        condensed = nx.condensation(graph)
        for component in nx.topological_sort(condensed):
            members = sorted(condensed.nodes[component]["members"])
            self._solve_component(members, columns, values)
        return values

    @staticmethod
    def _solve_component(
        members: list[str], columns: Mapping[str, Mapping[str, Fraction]], values: dict[str, Fraction]
    ) -> None:
        if len(members) == 1 and members[0] not in columns[members[0]]:
            company = members[0]
            values[company] = sum((stake * values.get(owner, ZERO) for owner, stake in columns[company].items()), ZERO)
            return
        inside = set(members)
        scaled: dict[str, dict[str, Fraction]] = {}
        for company in members:
            total = sum(columns[company].values(), ZERO)
            divisor = max(total, ONE)  # more than 100 % inside a cycle has no solution: scaled down to 100 %
            scaled[company] = {owner: stake / divisor for owner, stake in columns[company].items()}
        outside = {
            company: sum(
                (stake * values.get(owner, ZERO) for owner, stake in scaled[company].items() if owner not in inside),
                ZERO,
            )
            for company in members
        }
        if not any(outside.values()):
            values.update(dict.fromkeys(members, ZERO))
            return
        values.update(
            _exact_system(members, scaled, outside)
            if len(members) <= _EXACT_COMPONENT
            else _iterated_system(members, scaled, outside)
        )

    def _highest(self, owned: str, seeds: frozenset[str], scope: frozenset[str]) -> Fraction:
        """The greatest integrated share that the bounds allow, by policy iteration."""
        weights = {company: self._column("low")(company) for company in scope}
        values = self._values(seeds, scope, lambda company: weights[company])
        for _ in range(_POLICY_ROUNDS):
            weights = {company: self._spend(company, values) for company in scope}
            better = self._values(seeds, scope, lambda company: weights[company])  # noqa: B023
            if better == values:
                break
            values = {key: max(better.get(key, ZERO), values.get(key, ZERO)) for key in better | values}
        return min(values.get(owned, ZERO), ONE)

    def _spend(self, company: str, values: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """Stakes of ``company`` when its free part goes to the owners with the highest value first."""
        stakes = {owner: self.direct[(owner, company)] for owner in self.owners.get(company, ())}
        spent = {owner: stake.low for owner, stake in stakes.items()}
        free = ONE - sum(spent.values(), ZERO)
        for owner in sorted(stakes, key=lambda key: (-values.get(key, ZERO), key)):
            if free <= 0 or values.get(owner, ZERO) == 0:
                break
            more = min(stakes[owner].high - stakes[owner].low, free)
            spent[owner] += more
            free -= more
        return spent


def _exact_system(
    members: list[str], columns: Mapping[str, Mapping[str, Fraction]], outside: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """Solve ``x = outside + stakes · x`` inside one cycle by Gauss-Jordan elimination in fractions."""
    size = len(members)
    rows = [
        [(ONE if i == j else ZERO) - columns[members[i]].get(members[j], ZERO) for j in range(size)]
        + [outside[members[i]]]
        for i in range(size)
    ]
    for pivot in range(size):
        best = next((row for row in range(pivot, size) if rows[row][pivot] != 0), None)
        if best is None:
            # Unreachable for stakes of at most 100 % with an owner outside; a closed cycle belongs to nobody outside.
            return dict.fromkeys(members, ZERO)
        rows[pivot], rows[best] = rows[best], rows[pivot]
        divisor = rows[pivot][pivot]
        rows[pivot] = [cell / divisor for cell in rows[pivot]]
        for row in range(size):
            factor = rows[row][pivot]
            if row != pivot and factor != 0:
                rows[row] = [cell - factor * top for cell, top in zip(rows[row], rows[pivot], strict=True)]
    return {member: rows[i][size] for i, member in enumerate(members)}


def _iterated_system(
    members: list[str], columns: Mapping[str, Mapping[str, Fraction]], outside: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """The same by Gauss-Seidel in floats: converges from below since every stake is at most 100 %."""
    inside = set(members)
    inner = {
        company: [(owner, float(stake)) for owner, stake in sorted(columns[company].items()) if owner in inside]
        for company in members
    }
    base = {company: float(outside[company]) for company in members}
    found = dict.fromkeys(members, 0.0)
    for _ in range(_FLOAT_ROUNDS):
        change = 0.0
        for company in members:
            value = base[company] + sum(stake * found[owner] for owner, stake in inner[company])
            change = max(change, abs(value - found[company]))
            found[company] = value
        if change < 1e-13:
            break
    return {company: Fraction(str(round(value, 12))) for company, value in found.items()}


_KNOWN: WeakKeyDictionary[Network, dict[bool, Stakes]] = WeakKeyDictionary()
"""Stakes read from a network, which never changes: read once, forgotten with it."""


def ultimate_owners(network: Network, key: str) -> tuple[UltimateOwner, ...]:
    """Named owners at the end of the chains above ``key``, largest mid share first."""
    return Stakes.of(network).ultimate_owners(key)


def share(network: Network, owner: str | Collection[str], owned: str) -> Share:
    """Integrated ownership of ``owner`` (or of several together) in ``owned``."""
    return Stakes.of(network).share(owner, owned)


def controlled(stakes: Stakes, controllers: str | Iterable[str]) -> dict[str, Fraction]:
    """What ``controllers`` control: they and what they control jointly hold **more than** half, step by step.

    Returns company -> the joint direct stake that decided it (lower bounds only). Source of the rule: company control
    as in Ceri, Gottlob & Tanca (1990); årsredovisningslagen 1:4 uses the same majority.
    """
    seeds = {controllers} if isinstance(controllers, str) else set(controllers)
    return {item.key: item.share for item in _fixpoint(stakes, seeds, lambda joint: joint > MAJORITY)}


def listed_owned(stakes: Stakes, listed: Iterable[str], threshold: Fraction = MAJORITY) -> tuple[Blocked, ...]:
    """Companies that the listed own to ``threshold`` or more, jointly and step by step (OFAC FAQ 401, EU practice).

    A company that is reached counts in full for the next step. Lower bounds only, so that nothing is reached by a
    range that merely might be large enough. In order of step and key.
    """
    return _fixpoint(stakes, set(listed), lambda joint: joint >= threshold)


def _fixpoint(stakes: Stakes, seeds: set[str], reached: Callable[[Fraction], bool]) -> tuple[Blocked, ...]:
    inside = set(seeds)
    found: list[Blocked] = []
    step = 0
    frontier = set(seeds)
    while frontier:
        step += 1
        candidates = sorted({company for key in frontier for company in stakes.owned.get(key, ())} - inside)
        new: list[Blocked] = []
        for company in candidates:
            owners = tuple(EntityKey(owner) for owner in stakes.owners[company] if owner in inside)
            joint = sum((stakes.direct[(owner, company)].low for owner in owners), ZERO)
            if reached(joint):
                facts = tuple(fact for owner in owners for fact in stakes.direct[(owner, company)].facts)
                new.append(Blocked(EntityKey(company), min(joint, ONE), owners, facts, step))
        frontier = {item.key for item in new}
        inside |= frontier
        found.extend(new)
    return tuple(found)


def controlling_interests(network: Network, key: str) -> tuple[Fact, ...]:
    """Stated ways to control ``key`` other than by a stake (right to appoint the board, agreement, trust …)."""
    return tuple(fact for fact in network.owners(key) if fact.value.get("interest") in MAY_CONTROL)


def chain(stakes: Stakes, owner: str, owned: str) -> tuple[Fact, ...]:
    """The shortest chain of stakes from ``owner`` down to ``owned`` as facts; empty when there is none."""
    graph: nx.DiGraph[Any] = nx.DiGraph(sorted(stakes.direct))
    if owner not in graph or owned not in graph or not nx.has_path(graph, owner, owned):
        return ()
    path = min(nx.all_shortest_paths(graph, owner, owned))
    return tuple(fact for pair in pairwise(path) for fact in stakes.direct[pair].facts)


def supporting_facts(stakes: Stakes, owners: Collection[str], owned: str) -> tuple[Fact, ...]:
    """Every stated stake on a way from ``owners`` to ``owned``: the evidence of an integrated share."""
    below: set[str] = set()
    queue = list(owners)
    while queue:
        key = queue.pop()
        if key not in below:
            below.add(key)
            queue.extend(stakes.owned.get(key, ()))
    scope = (stakes.ancestors(owned) | {owned}) & below
    return tuple(
        fact
        for pair in sorted(stakes.direct)
        if pair[0] in scope and pair[1] in scope
        for fact in stakes.direct[pair].facts
    )


def _newest(facts: list[Fact], preferred: tuple[str, str]) -> Stake:
    """The stake that ``facts`` about one pair state: the first preferred interest, the newest document, the largest."""
    for interest in (*preferred, None):
        kind = [fact for fact in facts if interest is None or fact.value.get("interest") == interest]
        if kind:
            latest = max(fact.observed_at for fact in kind)
            newest = [stake_of(fact) for fact in kind if fact.observed_at == latest]
            return max(newest, key=lambda stake: (stake.known, stake.high, stake.low, stake.facts[0].id))
    raise ValueError("no facts about the stake")


def ownership_graph(stakes: Stakes, minimum: Fraction = ZERO) -> Graph:
    """The stakes of at least ``minimum`` (mid figure) as a graph owner -> owned, for patterns over it."""
    graph: Graph = nx.MultiDiGraph()
    for (owner, owned), stake in sorted(stakes.direct.items()):
        if stake.mid >= minimum and stake.known:
            graph.add_edge(owner, owned, stake=stake)
    return graph
