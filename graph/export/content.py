"""What of a network leaves the house, the same in every format: entities and links, no personnummer.

Persons go by keyed hash and name, without birth date; an entity whose number is a sole trader's personnummer is left
out together with its links. Control characters, which XML forbids, are taken out of every text.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from graph.model import EntityKey, Fact, Predicate, is_person, organisation_number_of
from graph.network import LINKS, Network
from graph.ownership import Stake, is_stake, stake_of
from graph.timeline import registration_date

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]+")
_OUTSIDE_IDENTIFIER = re.compile(r"[^0-9A-Za-z.]+")


@dataclass(frozen=True, slots=True)
class Entity:
    """A node: an organisation, a person, or a party that a statement declares to be unknown."""

    key: EntityKey
    id: str
    """The key with letters, digits, dots and hyphens only: what stricter formats accept."""
    name: str
    person: bool
    party: bool
    number: str | None
    """The Swedish organisation number."""
    country: str | None
    registered_on: date | None
    unknown_reason: str | None
    owned: bool


@dataclass(frozen=True, slots=True)
class Link:
    """An edge: one fact."""

    fact: Fact
    start: Entity
    end: Entity
    stake: Stake | None
    """For ownership: the stake, when the interest is one."""

    @property
    def label(self) -> str:
        """The role, share, interest or form of engagement, as published."""
        value = self.fact.value
        if self.fact.predicate is Predicate.OFFICER:
            return clean(value.get("role") or value.get("position"))
        if self.fact.predicate is Predicate.OWNERSHIP:
            return self.share or clean(value.get("interest"))
        return clean(value.get("form"))

    @property
    def share(self) -> str:
        """``60``, ``25–50`` … with the per cent sign; empty when no figure is known."""
        if self.stake is None or not self.stake.known:
            return ""
        low, high = (f"{float(part * 100):.6g}" for part in (self.stake.low, self.stake.high))
        return f"{low} %" if self.stake.fixed else f"{low}–{high} %"


@dataclass(frozen=True, slots=True)
class Content:
    """Entities by key and links by fact id, in a stable order."""

    entities: tuple[Entity, ...]
    links: tuple[Link, ...]


def clean(value: object) -> str:
    """A published text without control characters; empty for nothing."""
    return _CONTROL.sub(" ", str(value)).strip() if value is not None else ""


def content(network: Network, parties: Collection[str] = ()) -> Content:
    """Every entity that is a party or linked, and the links that ``network`` holds."""
    facts = [data["fact"] for _, _, data in network.graph.edges(data=True) if data["fact"].predicate in LINKS]
    owned = {fact.object for fact in facts if fact.predicate is Predicate.OWNERSHIP}
    keys = {key for fact in facts for key in (fact.subject, fact.object)} | set(parties)
    entities: dict[str, Entity] = {}
    taken: set[str] = set()
    for key in sorted(str(key) for key in keys):
        number = organisation_number_of(key)
        if number is not None and number[2:3] < "2":
            continue
        identifier = base = _OUTSIDE_IDENTIFIER.sub("-", key).strip("-.") or "entity"
        count = 1
        while identifier in taken:
            count += 1
            identifier = f"{base}-{count}"
        taken.add(identifier)
        entities[key] = _entity(network, key, identifier, number, key in parties, key in owned)
    links = tuple(
        Link(
            fact,
            entities[fact.subject],
            entities[fact.object],
            stake_of(fact) if fact.predicate is Predicate.OWNERSHIP and is_stake(fact) else None,
        )
        for fact in sorted(facts, key=lambda fact: str(fact.id))
        if fact.subject in entities and fact.object in entities
    )
    return Content(tuple(entities.values()), links)


def _entity(network: Network, key: str, identifier: str, number: str | None, party: bool, owned: bool) -> Entity:
    countries = [
        str(fact.value["country"]) for fact in network.facts(key, Predicate.JURISDICTION) if fact.value.get("country")
    ]
    reasons = [
        clean(fact.value.get("value"))
        for fact in network.facts(key, Predicate.MISCELLANEOUS)
        if fact.value.get("name") == "unspecified_reason"
    ]
    registered = registration_date(network, key)
    person = is_person(key)
    return Entity(
        key=EntityKey(key),
        id=identifier,
        name=clean(network.name(key)),
        person=person,
        party=party,
        number=number,
        country=None if person else "SE" if number else countries[-1].upper()[:2] if countries else None,
        registered_on=registered[0] if registered and not person else None,
        unknown_reason=reasons[-1] if reasons else None,
        owned=owned,
    )
