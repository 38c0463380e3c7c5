"""Explained paths: how two entities of a dossier hang together, link by link, each with its documents.

Rules:

* shortest first; a path that only makes a detour round a shorter one (it visits everything that one visits, and more)
  is left out, while a direct link hides nothing;
* never two uncertain links in a row. A link is uncertain when the owner or the kind of link is declared to be unknown,
  or when it continues from a person who is known by description only and stated by another document: then it rests on
  two descriptions being of one person. Hits on lists are no links;
* a hub (a person or organisation with offices, engagements or small stakes in very many organisations) is never passed
  through. It is named, with a sentence that says why, when it would have been on a way;
* what was cut off is told: more paths than shown, or a search that was stopped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

from graph.model import EntityKey, Fact, Position, Predicate, is_person
from graph.network import LINKS, Network, position_of
from graph.ownership import is_stake, stake_of
from graph.patterns.hubs import HUB_ORGANISATIONS
from graph.text import Text, filled, joined, load_texts, percent

LONGEST = 6
"""Links in a path at most: beyond that, everybody hangs together with everybody."""
LIMIT = 16
"""Paths shown at most."""
BUDGET = 50_000
"""Steps of the search at most (some tenths of a second)."""
SMALL_STAKE = Fraction(1, 4)
"""Stakes above this are a group of companies, however many; smaller ones count towards a hub (a custodian bank)."""

IDENTIFYING = frozenset({"ssbtgu", "ssbten"})
"""Sources that state a person's number, so that equal keys are one person and not one description."""
_UNKNOWN_INTERESTS = frozenset({"unknownInterest", "unpublishedInterest"})


class Doubt(StrEnum):
    """Why a link is uncertain."""

    UNNAMED = "unnamed"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class Hop:
    """One link of a path: from one entity to the next, with every fact that states it."""

    start: EntityKey
    end: EntityKey
    label: Text
    """What the link is, with its period: *styrelseledamot 2024-03-01–*."""
    valid_from: date | None
    valid_to: date | None
    doubt: Doubt | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A way from one entity to another, and how it reads."""

    hops: tuple[Hop, ...]
    text: Text

    @property
    def keys(self) -> tuple[EntityKey, ...]:
        """The entities on the way, both ends included."""
        return (self.hops[0].start, *(hop.end for hop in self.hops))


@dataclass(frozen=True, slots=True)
class SetAside:
    """A hub that would have been on a way, and the sentence that says so."""

    key: EntityKey
    organisations: int
    text: Text


@dataclass(frozen=True, slots=True)
class PathReport:
    """Every path between two entities, as far as it goes."""

    start: EntityKey
    end: EntityKey
    paths: tuple[Path, ...]
    set_aside: tuple[SetAside, ...]
    truncated: bool
    """Whether there are, or may be, paths within ``longest`` that are not shown (hubs apart)."""
    notes: tuple[Text, ...]
    """What a reader must know: nothing found, more than shown, search stopped."""


def explained_paths(
    network: Network, start: str, end: str, *, longest: int = LONGEST, limit: int = LIMIT, hub: int = HUB_ORGANISATIONS
) -> PathReport:
    """The paths of at most ``longest`` links between two entities; empty when one is unknown or both are the same.

    ``hub``: from how many organisations on a node is set aside. Deterministic: equally long paths come with the fewest
    uncertain links first, then by key.
    """
    known = _KNOWN.get(network)
    if known is None:
        known = _KNOWN[network] = _Links(network)
    return known.report(start, end, longest, limit, hub)


class _Links:
    """Neighbours by key, with the facts between."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._between: dict[str, dict[str, list[Fact]]] = {}
        self._numbered: set[str] = set()
        for subject, target, data in network.graph.edges(data=True):
            fact: Fact = data["fact"]
            if fact.predicate not in LINKS or subject == target:
                continue
            facts = self._between.setdefault(subject, {}).setdefault(target, [])
            facts.append(fact)
            self._between.setdefault(target, {}).setdefault(subject, [])
            if fact.source in IDENTIFYING:
                self._numbered.update(key for key in (subject, target) if is_person(key))
        for here, others in self._between.items():
            for there in others:
                if here < there:  # a link is walked either way: one list for both directions
                    facts = others[there] + self._between[there][here]
                    others[there] = self._between[there][here] = facts
        self._unnamed = {
            key
            for key in network.subjects(Predicate.MISCELLANEOUS)
            for fact in network.facts(key, Predicate.MISCELLANEOUS)
            if fact.value.get("name") == "unspecified_reason"
        }
        self._order = {key: sorted(others) for key, others in self._between.items()}
        self._breadth: dict[str, int] = {}

    # --- properties of nodes and links

    def breadth(self, key: str) -> int:
        """In how many organisations ``key`` holds an office, an engagement or a small stake."""
        if key not in self._breadth:
            self._breadth[key] = len(
                {
                    other
                    for other, facts in self._between.get(key, {}).items()
                    if not is_person(other) and any(_spreads(fact, key) for fact in facts)
                }
            )
        return self._breadth[key]

    def _doubt(self, here: str, there: str) -> Doubt | None:
        """Whether the link itself is uncertain."""
        if {here, there} & self._unnamed:
            return Doubt.UNNAMED
        facts = self._between[here][there]
        if all(fact.value.get("interest") in _UNKNOWN_INTERESTS for fact in facts):
            return Doubt.UNNAMED
        return None

    def _joined_by_description(self, before: str, here: str, there: str) -> bool:
        """Whether two links of one person are of one person only by description."""
        if not is_person(here) or here in self._numbered:
            return False
        ours = {fact.document for fact in self._between[before][here]}
        return not ours & {fact.document for fact in self._between[here][there]}

    def _plain(self, here: str, there: str) -> bool:
        """Whether a link is certain wherever it stands in a path: it then always makes a shorter path."""
        vague = any(is_person(key) and key not in self._numbered for key in (here, there))
        return not vague and self._doubt(here, there) is None

    # --- the search

    def report(self, start: str, end: str, longest: int, limit: int, hub: int) -> PathReport:
        found: list[tuple[str, ...]] = []
        steps, more = 0, False
        hubs = self._hubs_between(start, end, longest, hub)
        if start != end and start in self._between and end in self._between:
            found, steps, more = self._search(start, end, longest, limit, hubs)
        network = self._network
        paths = tuple(
            sorted(
                (self._told(keys) for keys in found),
                key=lambda path: (len(path.hops), sum(hop.doubt is not None for hop in path.hops), path.keys),
            )
        )
        notes = []
        if not paths:
            names = {"start": network.name(start), "end": network.name(end)}
            notes.append(_say("none", longest=longest, **names))
        if more:
            notes.append(_say("more", count=len(paths)))
        if steps >= BUDGET:
            notes.append(_say("stopped", count=steps))
        aside = tuple(
            SetAside(
                EntityKey(key),
                self.breadth(key),
                _say("hub", name=network.name(key), count=self.breadth(key)),
            )
            for key in sorted(hubs, key=lambda key: (-self.breadth(key), key))
        )
        return PathReport(EntityKey(start), EntityKey(end), paths, aside, more or steps >= BUDGET, tuple(notes))

    def _search(
        self, start: str, end: str, longest: int, limit: int, hubs: frozenset[str]
    ) -> tuple[list[tuple[str, ...]], int, bool]:
        """Paths by length, the steps taken, and whether there are more than ``limit``."""
        distance = self._distances(end, longest, hubs)
        found: list[tuple[str, ...]] = []
        inner: list[frozenset[str]] = []
        queue: deque[tuple[tuple[str, ...], bool]] = deque([((start,), False)])
        steps = 0
        while queue and steps < BUDGET:
            keys, doubtful = queue.popleft()
            here = keys[-1]
            for there in self._order[here]:
                if there in keys or distance.get(there, longest + 1) > longest - len(keys):
                    continue
                steps += 1
                doubt = self._doubt(here, there) is not None or (
                    len(keys) > 1 and self._joined_by_description(keys[-2], here, there)
                )
                if (doubt and doubtful) or self._has_shortcut(keys, there, start, end):
                    continue
                if there != end:
                    queue.append(((*keys, there), doubt))
                    continue
                between = frozenset(keys[1:])
                if any(shorter and shorter < between for shorter in inner):
                    continue
                if len(found) == limit:
                    return found, steps, True
                found.append((*keys, end))
                inner.append(between)
        return found, steps, False

    def _has_shortcut(self, keys: tuple[str, ...], there: str, start: str, end: str) -> bool:
        """Whether an earlier entity of the path is itself certainly linked to ``there``: that path is shorter.

        The direct link between the two ends is no shortcut: it hides no other way.
        """
        neighbours = self._between[there]
        return any(
            key in neighbours and not (key == start and there == end) and self._plain(key, there) for key in keys[:-1]
        )

    def _distances(self, origin: str, longest: int, avoid: frozenset[str]) -> dict[str, int]:
        distance = {origin: 0}
        queue = deque([origin])
        while queue:
            here = queue.popleft()
            if distance[here] < longest:
                for there in self._order.get(here, ()):
                    if there not in distance and there not in avoid:
                        distance[there] = distance[here] + 1
                        queue.append(there)
        return distance

    def _hubs_between(self, start: str, end: str, longest: int, hub: int) -> frozenset[str]:
        """Hubs that lie on a way of at most ``longest`` links."""
        if start not in self._between or end not in self._between:
            return frozenset()
        near, far = self._distances(start, longest, frozenset()), self._distances(end, longest, frozenset())
        return frozenset(
            key
            for key in near.keys() & far.keys()
            if key not in (start, end) and near[key] + far[key] <= longest and self.breadth(key) >= hub
        )

    # --- telling

    def _told(self, keys: tuple[str, ...]) -> Path:
        hops: list[Hop] = []
        for index, (here, there) in enumerate(pairwise(keys)):
            doubt = self._doubt(here, there)
            if doubt is None and index and self._joined_by_description(keys[index - 1], here, there):
                doubt = Doubt.DESCRIPTION
            facts = tuple(sorted(self._between[here][there], key=_rank))
            hops.append(
                Hop(
                    EntityKey(here),
                    EntityKey(there),
                    _labels(facts, here, doubt),
                    _earliest(facts),
                    _latest(facts),
                    doubt,
                    facts,
                )
            )
        name = self._network.name
        parts = [Text(name(keys[0]), name(keys[0]))]
        parts += [_say("hop", label=hop.label, name=name(hop.end)) for hop in hops]
        return Path(tuple(hops), joined(parts, " "))


_KNOWN: WeakKeyDictionary[Network, _Links] = WeakKeyDictionary()
"""Neighbours in a network, which never changes: found once, forgotten with it."""


@cache
def _texts() -> Mapping[str, Text]:
    return load_texts("graph", "paths.yaml")


def _say(key: str, /, **values: Any) -> Text:
    return filled(_texts()[key], values)


def _spreads(fact: Fact, key: str) -> bool:
    """Whether a link of ``key`` is of the kind that hubs have many of."""
    if fact.predicate is Predicate.OWNERSHIP:
        return fact.subject == key and is_stake(fact) and stake_of(fact).mid <= SMALL_STAKE
    return fact.object == key if fact.predicate is Predicate.OFFICER else fact.subject == key


def _rank(fact: Fact) -> tuple[int, str, str]:
    order = (Predicate.OWNERSHIP, Predicate.OFFICER, Predicate.ENGAGEMENT)
    return (order.index(fact.predicate), fact.content, fact.id)


def _earliest(facts: tuple[Fact, ...]) -> date | None:
    return min((fact.valid_from for fact in facts if fact.valid_from is not None), default=None)


def _latest(facts: tuple[Fact, ...]) -> date | None:
    ends = [fact.valid_to for fact in facts]
    return None if None in ends else max((end for end in ends if end is not None), default=None)


def _labels(facts: tuple[Fact, ...], here: str, doubt: Doubt | None) -> Text:
    """What the facts say about the link, once each; an engagement only when nothing says more."""
    telling = [fact for fact in facts if fact.predicate is not Predicate.ENGAGEMENT] or list(facts)
    texts = list(dict.fromkeys(_label(fact, here) for fact in telling))
    label = joined(texts)
    return label if doubt is None else _say("doubtful", label=label, why=_say(f"uncertain.{doubt.value}"))


def _label(fact: Fact, here: str) -> Text:
    forward = fact.subject == here
    period = _period(fact)
    if fact.predicate is Predicate.ENGAGEMENT:
        return _say("engaged" if forward else "engages", period=period)
    if fact.predicate is Predicate.OWNERSHIP:
        if not is_stake(fact):
            kind = str(fact.value.get("interest"))
            return _say("interest" if forward else "interest_of", interest=kind, period=period)
        return _say("owner" if forward else "owned", share=_extent(fact), period=period)
    return _say("office" if forward else "holds_office", role=_role(fact), period=period)


def _extent(fact: Fact) -> Text:
    stake = stake_of(fact)
    if not stake.known:
        return _say("unknown_share")
    low, high = percent(stake.low), percent(stake.high)
    return (
        low if stake.fixed else Text(f"{low.sv.removesuffix(' %')}–{high.sv}", f"{low.en.removesuffix('%')}–{high.en}")
    )


def _role(fact: Fact) -> Text:
    """The office by its kind; one of no known kind as published."""
    position = position_of(fact)
    published = str(fact.value.get("role") or "").strip()
    if position is Position.OTHER and published:
        return Text(published, published)
    return _say(f"role.{position.value}")


def _period(fact: Fact) -> str:
    """With the blank before it; empty when no date is known."""
    if fact.valid_from is None and fact.valid_to is None:
        return ""
    return f" {fact.valid_from or ''}–{fact.valid_to or ''}"
