"""The network of one dossier: facts by entity, and the links between entities as a networkx graph.

Invariants:

* a pure function of the facts and ``as_of``; the order in which the facts arrive changes nothing;
* ``graph`` holds only links that are stated at ``as_of``; superseded facts are reached by ``history=True`` alone;
* a fact observed after ``as_of`` is not seen at all, so that a screening of the past sees the past.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

import networkx as nx

from graph.model import EntityKey, Fact, Position, Predicate, is_person, organisation_number_of

Graph: TypeAlias = "nx.MultiDiGraph[Any]"
"""The graph class (quoted: it takes a type parameter for the type checker only)."""

LINKS = (Predicate.OFFICER, Predicate.OWNERSHIP, Predicate.ENGAGEMENT)
"""Predicates that link two entities."""

HANDED_IN = frozenset({"bods"})
"""Sources whose content the party itself supplies: never evidence of who the party is."""

Direction = Literal["out", "in"]

UNNAMED_PERSON = "person utan känt namn"
"""Shown for a person whose name no source has given."""

_NAME_ORDER = ("registered", "foreign_language", "trading", "secondary", "former")


@dataclass(frozen=True, slots=True)
class JoinedFact(Fact):
    """A fact that is read under the key of the same person or organisation found elsewhere.

    ``id`` stays that of the fact as its source stated it, so that it leads to the same document and place.
    """

    stated_id: str = ""
    stated_keys: tuple[EntityKey, ...] = ()
    """The keys that the source's statement is kept under and that are read as others here."""

    @property
    def id(self) -> str:
        """The id of the fact as stated."""
        return self.stated_id


_FACT_FIELDS = tuple(field.name for field in fields(Fact))


def _read_as(fact: Fact, same: Mapping[EntityKey, EntityKey]) -> Fact:
    """``fact`` with the keys of ``same`` replaced, itself where it has none of them."""
    stated = tuple(key for key in (fact.subject, fact.object) if key is not None and key in same)
    if not stated:
        return fact
    values = {name: getattr(fact, name) for name in _FACT_FIELDS}
    values["subject"] = same.get(fact.subject, fact.subject)
    if fact.object is not None:
        values["object"] = same.get(fact.object, fact.object)
    return JoinedFact(**values, stated_id=fact.id, stated_keys=stated)


def position_of(fact: Fact) -> Position:
    """The office of an OFFICER fact; ``OTHER`` when its value names none that is known."""
    try:
        return Position(str(fact.value.get("position", "")))
    except ValueError:
        return Position.OTHER


class Network:
    """Facts by subject and object, and ``graph``: a MultiDiGraph whose edges are the links stated at ``as_of``.

    An edge goes from the fact's subject to its object (owner -> owned, organisation -> officer, person ->
    engagement), has the fact's id as key and the attributes ``predicate`` and ``fact``.
    """

    def __init__(self, facts: Iterable[Fact], as_of: datetime | None = None) -> None:
        self.as_of = as_of
        self.graph: Graph = nx.MultiDiGraph()
        self._by_subject: dict[tuple[str, Predicate], list[Fact]] = defaultdict(list)
        self._by_object: dict[tuple[str, Predicate], list[Fact]] = defaultdict(list)
        self._subjects: dict[Predicate, set[EntityKey]] = defaultdict(set)
        unique = {fact.id: fact for fact in facts if as_of is None or fact.observed_at <= as_of}
        self._stated = tuple(unique.values())
        self._same: Mapping[EntityKey, EntityKey] = {}
        ordered = sorted(
            ((fact.observed_at, fact.content, identifier, fact) for identifier, fact in unique.items()),
            key=lambda item: item[:3],
        )
        for _, _, identifier, fact in ordered:
            self._by_subject[(fact.subject, fact.predicate)].append(fact)
            self._subjects[fact.predicate].add(fact.subject)
            self.graph.add_node(fact.subject)
            if fact.object is not None:
                self._by_object[(fact.object, fact.predicate)].append(fact)
                self.graph.add_node(fact.object)
                if fact.predicate in LINKS and self.is_current(fact):
                    self.graph.add_edge(
                        fact.subject, fact.object, key=identifier, predicate=fact.predicate.value, fact=fact
                    )

    @classmethod
    def of(cls, facts: Iterable[Fact], as_of: datetime | None = None) -> Network:
        """The network of ``facts`` as they stood at ``as_of`` (``None``: everything that is not superseded)."""
        return cls(facts, as_of)

    @classmethod
    def at(cls, facts: Iterable[Fact], day: date) -> Network:
        """The network as it was on ``day``, by everything that is known now (``of`` shows what was known *then*).

        A fact holds from its own start, else from when the source first stated it, until its own end, and until the
        source stopped stating it.
        """
        seen: list[Fact] = []
        for fact in facts:
            if (
                (fact.valid_from or fact.observed_at.date()) <= day
                and (fact.valid_to is None or fact.valid_to >= day)
                and (fact.superseded_at is None or fact.superseded_at.date() > day)
            ):
                seen.append(replace(fact, superseded_at=None))
            elif fact.predicate in (Predicate.NAME, Predicate.PERSON_NAME):
                # A name from another time is better than none: it is shown where no name of that day is known.
                seen.append(replace(fact, superseded_at=fact.superseded_at or fact.observed_at))
        return cls(seen)

    def joined(self, same: Mapping[EntityKey, EntityKey]) -> Network:
        """The network in which every key of ``same`` is read as the key it stands for (see ``same_holders``)."""
        if not same:
            return self
        network = Network((_read_as(fact, same) for fact in self._stated), self.as_of)
        network._same = dict(same)
        return network

    def read_as(self, key: str) -> EntityKey:
        """The key under which ``key`` is found here: another one only where ``joined`` was told that both are one."""
        return self._same.get(EntityKey(key), EntityKey(key))

    def is_current(self, fact: Fact) -> bool:
        """Whether the source still states ``fact`` and it still holds at ``as_of``."""
        if self.as_of is None:
            return fact.superseded_at is None
        if fact.superseded_at is not None and fact.superseded_at <= self.as_of:
            return False
        return fact.valid_to is None or fact.valid_to >= self.as_of.date()

    @property
    def keys(self) -> tuple[EntityKey, ...]:
        """Every entity that a fact mentions, sorted."""
        return tuple(EntityKey(key) for key in sorted(self.graph.nodes))

    def subjects(self, predicate: Predicate) -> tuple[EntityKey, ...]:
        """Every entity that a fact of this kind is about, sorted."""
        return tuple(sorted(self._subjects.get(predicate, ())))

    def facts(self, key: str, predicate: Predicate, history: bool = False) -> tuple[Fact, ...]:
        """Facts about ``key`` by ``observed_at`` and what they say; with ``history`` also those no longer stated."""
        return self._select(self._by_subject.get((key, predicate), ()), history)

    def links(
        self, key: str, predicate: Predicate, direction: Direction = "out", *, history: bool = False
    ) -> tuple[Fact, ...]:
        """Link facts from ``key`` (``out``: it is the subject) or to it (``in``: it is the object)."""
        source = self._by_subject if direction == "out" else self._by_object
        found = self._select(source.get((key, predicate), ()), history)
        return tuple(fact for fact in found if fact.object is not None)

    def _select(self, facts: Iterable[Fact], history: bool) -> tuple[Fact, ...]:
        return tuple(fact for fact in facts if history or self.is_current(fact))

    def name(self, key: str) -> str:
        """The name to show for ``key``: registered name, person's name, else its number, never a personnummer."""
        if is_person(key):
            for fact in reversed(self.facts(key, Predicate.PERSON_NAME, history=True)):
                if fact.value.get("name"):
                    return str(fact.value["name"])
            return UNNAMED_PERSON
        for history in (False, True):
            named = [fact for fact in self.facts(key, Predicate.NAME, history=history) if fact.value.get("name")]
            # A register's name before one that a supplier handed in; Bolagsverket's spelling before SCB's capitals.
            named.sort(key=lambda fact: (fact.source not in HANDED_IN, fact.source != "scb_bulk"))
            for kind in _NAME_ORDER:
                matching = [fact for fact in named if fact.value.get("kind") == kind]
                if matching:
                    return str(matching[-1].value["name"])
        for fact in reversed(self.links(key, Predicate.ENGAGEMENT, "in", history=True)):
            if fact.value.get("name"):
                return str(fact.value["name"])
        number = organisation_number_of(key)
        if number is None:
            return key
        # Below 2 in the third place the number of a sole trader is that person's personnummer.
        return f"{number[:6]}-{number[6:]}" if number[2:3] >= "2" else UNNAMED_PERSON

    def officers(self, key: str, *, history: bool = False) -> tuple[Fact, ...]:
        """OFFICER facts of the organisation ``key`` (object = the office holder)."""
        return self.links(key, Predicate.OFFICER, "out", history=history)

    def offices(self, key: str, *, history: bool = False) -> tuple[Fact, ...]:
        """OFFICER facts in which ``key`` holds the office (subject = the organisation)."""
        return self.links(key, Predicate.OFFICER, "in", history=history)

    def owners(self, key: str, *, history: bool = False) -> tuple[Fact, ...]:
        """OWNERSHIP facts with ``key`` as the owned (subject = the owner)."""
        return self.links(key, Predicate.OWNERSHIP, "in", history=history)

    def holdings(self, key: str, *, history: bool = False) -> tuple[Fact, ...]:
        """OWNERSHIP facts with ``key`` as the owner (object = the owned)."""
        return self.links(key, Predicate.OWNERSHIP, "out", history=history)
