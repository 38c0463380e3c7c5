"""Circular ownership: companies that own each other, directly or round about."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from graph.model import EntityKey, Fact, is_person
from graph.ownership import Stakes


@dataclass(frozen=True, slots=True)
class Circle:
    """Companies of one strongly connected component of the stakes, and the stakes inside it."""

    members: tuple[EntityKey, ...]
    facts: tuple[Fact, ...]
    smallest: Fraction
    """The smallest stake inside, by its middle figure."""


def circles(stakes: Stakes, company: str, minimum: Fraction) -> tuple[Circle, ...]:
    """Circles of at least two companies that ``company`` is in or is owned through, over stakes of ``minimum`` or more.

    A stake without any published figure closes no circle here (see ``possible_circles``); a company's own shares
    (a circle of one) are no circle.
    """
    scope = stakes.ancestors(company) | {company}
    found = []
    for component in stakes.circles(minimum):
        members = sorted(key for key in component if not is_person(key))
        if len(members) < 2 or not scope.intersection(members):
            continue
        inside = [
            stake
            for pair in _inside(stakes, component)
            if (stake := stakes.direct[pair]).known and stake.mid >= minimum
        ]
        found.append(
            Circle(
                tuple(EntityKey(key) for key in members),
                tuple(fact for stake in inside for fact in stake.facts),
                min(stake.mid for stake in inside),
            )
        )
    return tuple(sorted(found, key=lambda circle: circle.members))


def possible_circles(stakes: Stakes, company: str) -> tuple[tuple[EntityKey, ...], ...]:
    """Circles that close only if stakes without a published figure count: members of each."""
    scope = stakes.ancestors(company) | {company}
    return tuple(
        sorted(
            tuple(EntityKey(key) for key in sorted(component))
            for component in stakes.circles(None)
            if scope & component and any(not stakes.direct[pair].known for pair in _inside(stakes, component))
        )
    )


def _inside(stakes: Stakes, component: frozenset[str]) -> list[tuple[str, str]]:
    """The stakes between members, by owner and owned."""
    return sorted((owner, owned) for owned in component for owner in stakes.owners.get(owned, ()) if owner in component)
