"""A supplier whose contract the municipality ended, and how near an organisation stands to it.

The list of ended contracts is the municipality's own, with decision references; it names organisations, never persons.
Nearness is at most two links: the same organisation (0), one owning the other (1), or a controller, owner or telephone
number in common (2).

Parameters: how many links; the least stake of an owner; from how many organisations a person is a hub.
Evidence: the decision, and the facts of each link.
Innocent explanations: a sale to others in good faith; an employee without influence; an end for reasons of volume.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.ownership import Stakes
from graph.patterns.hubs import HUB_ORGANISATIONS, is_hub_person
from graph.patterns.phoenix import phone_key
from graph.patterns.shared_control import common_owners, controllers
from graph.timeline import as_date

PHONE_HUB = 5
"""From this many organisations of the dossier on, a number is an office hotel's or an accountant's (proposed)."""
INNOCENT_REASONS = frozenset({"volume", "expiry", "mutual"})
"""Ends that say nothing of how the contract was carried out."""


class LinkKind(StrEnum):
    """How the two are joined."""

    SAME = "same"
    OWNERSHIP = "ownership"
    CONTROLLER = "controller"
    ENGAGEMENT = "engagement"  # a controller is engaged there, in an office that is not known
    OWNER = "owner"
    PHONE = "phone"

    @property
    def hops(self) -> int:
        """The number of links."""
        return {LinkKind.SAME: 0, LinkKind.OWNERSHIP: 1}.get(self, 2)


@dataclass(frozen=True, slots=True)
class Ended:
    """One contract that the municipality ended."""

    key: EntityKey
    on: date
    reason: str
    contract_kind: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Tie:
    """One way in which a party is joined to the ended supplier; ``who`` is the person or owner in between."""

    kind: LinkKind
    who: EntityKey | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Nearness:
    """Every tie, the shortest first, and persons and numbers set aside as hubs."""

    ties: tuple[Tie, ...]
    aside: tuple[Tie, ...]


def ended_contracts(network: Network) -> tuple[Ended, ...]:
    """Every ended contract that the dossier holds, the newest first. One without a readable day is left out."""
    found = [
        Ended(key, on, str(fact.value.get("reason")), str(fact.value.get("contract_kind")), fact)
        for key in network.subjects(Predicate.TERMINATION)
        for fact in network.facts(key, Predicate.TERMINATION)
        if (on := as_date(fact.value.get("decided_on"))) is not None
    ]
    return tuple(sorted(found, key=lambda each: (-each.on.toordinal(), each.key, each.fact.order)))


def nearness(
    network: Network, stakes: Stakes, party: str, ended: Ended, *, hops: int, owner_share: Fraction
) -> Nearness:
    """How ``party`` is joined to the supplier of ``ended`` by at most ``hops`` links."""
    if party == ended.key:
        return Nearness((Tie(LinkKind.SAME, None, ()),), ())
    ties = [
        *_ownership(network, party, ended.key),
        *_controllers(network, party, ended),
        *(
            Tie(LinkKind.OWNER, owner.key, owner.facts)
            for owner in common_owners(stakes, party, ended.key, owner_share)
            if owner.key not in (party, ended.key)
        ),
        *_phones(network, party, ended.key),
    ]
    aside = [tie for tie in ties if _is_hub(network, tie)]
    near = [tie for tie in ties if tie not in aside and tie.kind.hops <= hops]
    return Nearness(tuple(sorted(near, key=_order)), tuple(sorted(aside, key=_order)))


def held_at(fact: Fact, day: date) -> bool:
    """Whether an office is known to have been held on ``day``.

    One that is still stated counts unless it says that it began later. One that is not stated any more counts only
    when its own dates, or the answers that stated it, enclose the day.
    """
    if fact.valid_from is not None and fact.valid_from > day:
        return False
    if fact.valid_to is not None:
        return fact.valid_to >= day and (fact.valid_from or fact.observed_at.date()) <= day
    if fact.superseded_at is None:
        return True
    return (fact.valid_from or fact.observed_at.date()) <= day < fact.superseded_at.date()


def _ownership(network: Network, party: str, other: str) -> list[Tie]:
    direct = [
        *(fact for fact in network.owners(party) if fact.subject == other),
        *(fact for fact in network.holdings(party) if fact.object == other),
    ]
    return [Tie(LinkKind.OWNERSHIP, None, tuple(direct))] if direct else []


def _controllers(network: Network, party: str, ended: Ended) -> list[Tie]:
    """Those who run the party now and ran the supplier when its contract was ended, or are engaged in it."""
    ours = controllers(network, party)
    theirs: dict[EntityKey, list[Fact]] = defaultdict(list)
    for key, facts in controllers(network, ended.key, history=True).items():
        theirs[key].extend(fact for fact in facts if held_at(fact, ended.on))
    known = {fact.object for fact in network.officers(ended.key, history=True)}
    found = [Tie(LinkKind.CONTROLLER, key, (*ours[key], *theirs[key])) for key in ours if theirs.get(key)]
    for fact in network.links(ended.key, Predicate.ENGAGEMENT, "in"):
        if fact.subject in ours and fact.subject not in known:
            found.append(Tie(LinkKind.ENGAGEMENT, fact.subject, (*ours[fact.subject], fact)))
    return found


def _phones(network: Network, party: str, other: str) -> list[Tie]:
    ours, theirs = _numbers(network, party, history=False), _numbers(network, other, history=True)
    return [Tie(LinkKind.PHONE, None, (ours[number], theirs[number])) for number in sorted(ours.keys() & theirs.keys())]


def _numbers(network: Network, key: str, *, history: bool) -> Mapping[str, Fact]:
    return {
        number: fact
        for fact in network.facts(key, Predicate.PHONE, history=history)
        if (number := phone_key(fact.value.get("number"))) is not None
    }


def _is_hub(network: Network, tie: Tie) -> bool:
    if tie.kind is LinkKind.PHONE:
        number = phone_key(tie.facts[0].value.get("number"))
        holders = sum(
            any(phone_key(fact.value.get("number")) == number for fact in network.facts(key, Predicate.PHONE))
            for key in network.subjects(Predicate.PHONE)
        )
        return holders >= PHONE_HUB
    return tie.who is not None and is_hub_person(network, tie.who, HUB_ORGANISATIONS)


def _order(tie: Tie) -> tuple[int, bool, str, str]:
    return tie.kind.hops, tie.kind is LinkKind.ENGAGEMENT, tie.kind, str(tie.who)
