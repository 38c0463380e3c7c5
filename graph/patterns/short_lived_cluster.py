"""Short-lived clusters: companies held together by who runs them or where they stand, most of them soon gone.

Parameters: how many companies, the longest median life in months, the least share that went bankrupt.
Evidence: the offices, engagements and addresses that hold the companies together; each one's registration and end.
Innocent explanations: franchising, a trade in which companies come and go, somebody who starts many companies.

Hubs hold nothing together and are set aside. An address is followed only where the register has counted who stands
there: those of the dossier are its bankrupt ones, found because they are bankrupt, and the others there must count.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from statistics import median
from weakref import WeakKeyDictionary

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network, position_of
from graph.patterns.hub_kinds import Hub, holder_hub, kind_of, place_hub
from graph.patterns.hubs import HUB_ORGANISATIONS, address_statistics, addresses, tenants
from graph.patterns.phoenix import add_months
from graph.patterns.shared_control import NOT_CONTROL
from graph.timeline import as_date, registration_date

DAYS_IN_MONTH = 365.25 / 12
MOST_COMPANIES = 300
"""Companies that a search goes through (proposed). What hangs together with more is no cluster but a part of the
economy; the search stops there and says so."""
PAST_YEARS = 5
"""Companies that ended longer ago are left out: every person and every address has a past."""


@dataclass(frozen=True, slots=True)
class Life:
    """One company's life, as far as it is known."""

    key: EntityKey
    born: date | None
    ended: date | None
    """Day of bankruptcy, else of deregistration; ``None`` while it goes on."""
    bankrupt: bool
    facts: tuple[Fact, ...]

    def months(self, today: date) -> float | None:
        """Months from registration to the end, or until ``today``; ``None`` when the registration is not known."""
        if self.born is None:
            return None
        return max(((self.ended or today) - self.born).days, 0) / DAYS_IN_MONTH


@dataclass(frozen=True, slots=True)
class Cluster:
    """The companies around one, and what holds them together."""

    known: tuple[Life, ...]
    unknown: tuple[EntityKey, ...]
    """Companies tied to the others whose registration no source in the dossier states."""
    others: int
    """Further active companies at the shared addresses: in the register's count, not in the dossier."""
    people: tuple[EntityKey, ...]
    places: tuple[str, ...]
    ties: tuple[Fact, ...]
    aside: tuple[Hub, ...]
    cut: bool = False
    """More than ``MOST_COMPANIES`` hang together: the search was stopped, and nothing can be said of the whole."""

    @property
    def size(self) -> int:
        """The companies that count, with those that are only counted."""
        return len(self.known) + self.others

    @property
    def bankruptcies(self) -> int:
        """How many went bankrupt."""
        return sum(life.bankrupt for life in self.known)

    def median_months(self, today: date) -> float:
        """The median life; those that are only counted go on and are taken to live long. Infinite for nobody."""
        lives = [months for life in self.known if (months := life.months(today)) is not None]
        lives += [math.inf] * self.others
        return median(lives) if lives else math.inf


def life(network: Network, key: EntityKey) -> Life:
    """When the company was registered and when and how it ended. An annulled bankruptcy is none."""
    start = registration_date(network, key)
    facts = [] if start is None else [start[1]]
    ends: list[date] = []
    bankrupt = False
    for fact in network.facts(key, Predicate.PROCEEDING):
        if fact.value.get("kind") == "bankruptcy" and fact.value.get("state") != "annulled":
            bankrupt = True
            facts.append(fact)
            ends += [on for on in [as_date(fact.value.get("date"))] if on]
    for fact in network.facts(key, Predicate.DEREGISTRATION):
        bankrupt = bankrupt or fact.value.get("cause") == "bankruptcy"
        facts.append(fact)
        ends += [on for on in [as_date(fact.value.get("date"))] if on]
    return Life(key, None if start is None else start[0], min(ends, default=None), bankrupt, tuple(facts))


def cluster(network: Network, key: EntityKey, today: date, hub: int = HUB_ORGANISATIONS) -> Cluster:
    """The companies that ``key`` hangs together with, step by step, through persons in charge and counted addresses.

    It is found from ``key`` itself: only of the parties' addresses does the register say how many stand there, so that
    another company of the cluster may see less. Only that there are too many holds for all that were reached.
    """
    known = _KNOWN.setdefault(network, {})
    if (key, today, hub) not in known:
        large = frozenset(member for (member, *_), each in known.items() if each.cut)
        found = _found(network, key, today, hub, large)
        reached = (*(each.key for each in found.known), *found.unknown) if found.cut else ()
        known.update({(member, today, hub): found for member in (key, *reached)})
    return known[(key, today, hub)]


def _found(network: Network, key: EntityKey, today: date, hub: int, large: frozenset[EntityKey]) -> Cluster:
    """Search from ``key`` until nothing more is tied to it, or until it has reached too many or one of ``large``."""
    aside: dict[str, Hub] = {}
    seen, waiting = {key}, [key]
    handled: set[str] = set()
    ties: dict[str, Fact] = {}
    people: set[EntityKey] = set()
    places: set[str] = set()
    others = 0
    oldest = add_months(today, -12 * PAST_YEARS)
    lives: dict[EntityKey, Life] = {}
    counting: dict[EntityKey, bool] = {key: True}

    def life_of(company: EntityKey) -> Life:
        if company not in lives:
            lives[company] = life(network, company)
        return lives[company]

    def counts(company: EntityKey) -> bool:
        """Whether a company may be part of a cluster: neither gone for long nor of a kind that is a hub."""
        if company not in counting:
            ended = life_of(company).ended
            counting[company] = (ended is None or ended >= oldest) and kind_of(network, company) is None
        return counting[company]

    def is_cut() -> bool:
        return len(seen) > MOST_COMPANIES or not large.isdisjoint(seen)

    while waiting and not is_cut():
        company = waiting.pop()
        for holder, stated in _in_charge(network, company):
            if holder in people:
                ties.update({fact.id: fact for fact in stated})
            if holder in handled:
                continue
            handled.add(holder)
            found = holder_hub(network, holder, hub)
            if found is not None:
                aside[holder] = found
                continue
            joined = {other: fact for other, fact in _charges(network, holder) if counts(other)}
            if joined.keys() - {company}:
                people.add(holder)
                ties.update({fact.id: fact for fact in (*stated, *joined.values())})
                waiting += sorted(joined.keys() - seen)
                seen |= joined.keys()
        for address, fact in addresses(network, company, history=True).items():
            counted = [each for each in address_statistics(network, company) if each.address in (address, "")]
            if address in handled or not counted:
                continue
            handled.add(address)
            there = {k: f for k, f in tenants(network)[address].items() if counts(k)}
            if not there.keys() - {company}:
                continue
            found = place_hub(network, company, address, hub)
            if found is not None:
                aside[address] = found
                continue
            places.add(address)
            ties.update({each.id: each for each in (fact, counted[0].fact, *there.values())})
            others += max(counted[0].active - sum(life_of(k).ended is None for k in there), 0)
            waiting += sorted(there.keys() - seen)
            seen |= there.keys()
    members = [life_of(member) for member in sorted(seen)]
    return Cluster(
        tuple(each for each in members if each.born is not None),
        tuple(each.key for each in members if each.born is None),
        others,
        tuple(sorted(people)),
        tuple(sorted(places)),
        tuple(ties[identifier] for identifier in sorted(ties)),
        tuple(aside[what] for what in sorted(aside)),
        is_cut(),
    )


def _in_charge(network: Network, company: str) -> Iterator[tuple[EntityKey, tuple[Fact, ...]]]:
    """Who runs or ran the company; an engagement whose office is not known counts, a deputy's or auditor's does not."""
    found: dict[EntityKey, list[Fact]] = {}
    powerless: set[EntityKey] = set()
    for fact in network.officers(company, history=True):
        if fact.object is None:
            continue
        if position_of(fact) in NOT_CONTROL:
            powerless.add(fact.object)
        else:
            found.setdefault(fact.object, []).append(fact)
    for fact in network.links(company, Predicate.ENGAGEMENT, "in", history=True):
        if fact.subject in found or fact.subject not in powerless:
            found.setdefault(fact.subject, []).append(fact)
    for holder in sorted(found):
        yield holder, tuple(found[holder])


def _charges(network: Network, holder: str) -> Iterator[tuple[EntityKey, Fact]]:
    """The companies that somebody runs or ran, with a fact each."""
    engaged = {f.object: f for f in network.links(holder, Predicate.ENGAGEMENT, history=True) if f.object is not None}
    for fact in network.offices(holder, history=True):
        if position_of(fact) not in NOT_CONTROL:
            engaged[fact.subject] = fact
        elif engaged.get(fact.subject, fact).predicate is Predicate.ENGAGEMENT:
            engaged.pop(fact.subject, None)
    yield from sorted(engaged.items())


_KNOWN: WeakKeyDictionary[Network, dict[tuple[EntityKey, date, int], Cluster]] = WeakKeyDictionary()
"""Clusters in a network, which never changes: found once, forgotten with it."""
