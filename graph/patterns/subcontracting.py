"""Tiers of subcontractors: who engages whom under one contract, and how far down.

Tier 1 is engaged by the municipality's own supplier. A company that is reached over several ways stands at its nearest
tier *and* at its farthest: the farthest decides whether the contract's limit holds. A ring never ends the search, since
no company is entered twice on one way.

Parameters: the number of tiers allowed where the contract states none.
Evidence: the links of the chain.
Innocent explanations: a specialist's task; a supplier of goods, for whom the duty to name tiers does not hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network

LONGEST = 20
"""Tiers after which a chain is not followed further: nobody declares as many."""
MOST_CHAINS = 2_000
"""Chains followed under one contract; beyond that the reader is told that not all were."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The links from the supplier down to one subcontractor, nearest first."""

    links: tuple[Fact, ...]

    @property
    def depth(self) -> int:
        """The tier of the last company."""
        return len(self.links)

    @property
    def last(self) -> EntityKey:
        """The company at the end."""
        return EntityKey(str(self.links[-1].object))


@dataclass(frozen=True, slots=True)
class Contract:
    """What is known of the tiers under one contract of one supplier."""

    name: str | None
    allowed: int | None
    """Tiers that the contract allows; the smallest number stated; ``None`` = not stated."""
    chains: tuple[Chain, ...]
    """One for each company below the supplier: the longest way to it."""
    rings: tuple[tuple[Fact, ...], ...]
    """Companies that engage each other in a circle: the links of each circle."""
    cut: bool
    """There were more chains than are followed."""


def contracts(network: Network, supplier: str) -> tuple[Contract, ...]:
    """The contracts under which ``supplier`` engages anybody, by name."""
    by_contract: dict[str | None, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for key in network.subjects(Predicate.SUBCONTRACT):
        for fact in network.links(key, Predicate.SUBCONTRACT):
            by_contract[fact.value.get("contract")][fact.subject].append(fact)
    found = [
        _contract(name, supplier, by_contract[name])
        for name in sorted(by_contract, key=lambda name: (name is not None, name or ""))
        if supplier in by_contract[name]
    ]
    return tuple(found)


def undeclared(chain: Chain) -> bool:
    """Whether the last company's tier was not declared, or as nearer than it is."""
    tier = chain.links[-1].value.get("tier")
    return tier is None or int(tier) < chain.depth


def _contract(name: str | None, supplier: str, engaged: dict[str, list[Fact]]) -> Contract:
    longest: dict[EntityKey, Chain] = {}
    rings: dict[frozenset[str], tuple[Fact, ...]] = {}
    reached: list[Fact] = []
    open_chains: list[tuple[Fact, ...]] = [(fact,) for fact in engaged.get(supplier, ())]
    followed = 0
    while open_chains and followed < MOST_CHAINS:
        followed += 1
        links = open_chains.pop()
        reached.append(links[-1])
        above = [supplier, *(str(fact.object) for fact in links[:-1])]
        last = EntityKey(str(links[-1].object))
        if last in above:
            ring = links[above.index(last) :]
            rings.setdefault(frozenset(fact.id for fact in ring), ring)
            continue
        known = longest.get(last)
        if known is None or len(links) > known.depth:
            longest[last] = Chain(links)
        if len(links) < LONGEST:
            open_chains.extend((*links, fact) for fact in reversed(engaged.get(last, [])))
    return Contract(
        name,
        min(_stated(reached), default=None),
        tuple(longest[key] for key in sorted(longest)),
        tuple(rings[ids] for ids in sorted(rings, key=sorted)),
        bool(open_chains),
    )


def _stated(facts: Iterable[Fact]) -> list[int]:
    return [int(fact.value["allowed_tiers"]) for fact in facts if fact.value.get("allowed_tiers") is not None]
