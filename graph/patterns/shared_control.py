"""Shared control: persons who take part in running two organisations, and owners that hold stakes in both.

Deputies, auditors, liquidators and unknown offices are not control: a deputy steps in for somebody else, an auditor
examines, a liquidator winds up on behalf of others.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from graph.model import EntityKey, Fact, Position, Predicate
from graph.network import Network, position_of
from graph.ownership import Share, Stakes, supporting_facts

NOT_CONTROL = frozenset({Position.DEPUTY, Position.AUDITOR, Position.LIQUIDATOR, Position.OTHER})


@dataclass(frozen=True, slots=True)
class CommonController:
    """One person (or organisation) that runs both, with the facts for the one and for the other."""

    key: EntityKey
    left: tuple[Fact, ...]
    right: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class CommonOwner:
    """One owner with integrated stakes in both."""

    key: EntityKey
    left: Share
    right: Share
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class OwnerWhoRuns:
    """Somebody with an integrated stake in one organisation who runs the other."""

    key: EntityKey
    owned: EntityKey
    share: Share
    run: EntityKey
    facts: tuple[Fact, ...]
    """The stakes, then the offices."""
    offices: tuple[Fact, ...]


def controllers(network: Network, key: str, *, history: bool = False) -> dict[EntityKey, tuple[Fact, ...]]:
    """Holders of a controlling office in ``key``, with the facts behind."""
    found: dict[EntityKey, list[Fact]] = {}
    for fact in network.officers(key, history=history):
        if fact.object is not None and position_of(fact) not in NOT_CONTROL:
            found.setdefault(fact.object, []).append(fact)
    return {holder: tuple(facts) for holder, facts in sorted(found.items())}


def common_controllers(
    network: Network, left: str, right: str, *, history: bool = False, engagements: bool = False
) -> tuple[CommonController, ...]:
    """Who runs both ``left`` and ``right``. With ``history`` former offices in ``right`` count too.

    ``engagements`` lets a stated engagement (SSBTEN, which names no office) in ``right`` stand for an office there,
    unless an office that is not control is known for the same person.
    """
    ours = controllers(network, left)
    theirs = dict(controllers(network, right, history=history))
    if engagements:
        known = {fact.object for fact in network.officers(right, history=history)}
        for fact in network.links(right, Predicate.ENGAGEMENT, "in", history=history):
            if fact.subject not in known:
                theirs[fact.subject] = (*theirs.get(fact.subject, ()), fact)
    return tuple(CommonController(key, ours[key], theirs[key]) for key in sorted(ours.keys() & theirs.keys()))


def common_owners(stakes: Stakes, left: str, right: str, minimum: Fraction) -> tuple[CommonOwner, ...]:
    """Owners whose integrated stake reaches ``minimum`` in both; one of the two may itself be the owner of the other.

    Largest smaller stake first. An owner whose stakes lead through a nearer common owner is left out: the nearest one
    explains the link.
    """
    candidates = stakes.holders(left, minimum) & stakes.holders(right, minimum)
    found = []
    for key in sorted(candidates):
        ours, theirs = stakes.share(key, left), stakes.share(key, right)
        if min(ours.mid, theirs.mid) >= minimum:
            facts = {f.id: f for owned in (left, right) for f in supporting_facts(stakes, [key], owned)}
            found.append(CommonOwner(EntityKey(key), ours, theirs, tuple(facts[i] for i in sorted(facts))))
    nearest = [
        owner
        for owner in found
        if not any(other.key != owner.key and owner.key in stakes.ancestors(other.key) for other in found)
    ]
    return tuple(sorted(nearest or found, key=lambda owner: (-min(owner.left.mid, owner.right.mid), owner.key)))


def owners_who_run(
    network: Network, stakes: Stakes, left: str, right: str, minimum: Fraction
) -> tuple[OwnerWhoRuns, ...]:
    """Owners of ``minimum`` or more in one of the two who have a controlling office in the other, by key.

    Whoever runs both or owns both is told by ``common_controllers`` and ``common_owners``.
    """
    found = []
    for owned, run in ((left, right), (right, left)):
        owners = stakes.holders(owned, minimum)
        running = controllers(network, run)
        both = controllers(network, owned)
        for key in sorted((running.keys() & owners) - both.keys()):
            share = stakes.share(key, owned)
            if share.mid >= minimum:
                held = supporting_facts(stakes, [key], owned)
                found.append(
                    OwnerWhoRuns(key, EntityKey(owned), share, EntityKey(run), (*held, *running[key]), running[key])
                )
    return tuple(sorted(found, key=lambda each: (each.key, each.owned)))
