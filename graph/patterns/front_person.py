"""Somebody who stands for a company that another may run (målvakt): what the registers can say of it.

Parameters: how many months make a post new, and how many unrelated companies at once are many.
Evidence: a first post just taken, a sole director without a stake, many posts taken at once; the composite indicator
adds many posts (GOV-03) and an address where nobody is found (ADR-01, ADR-02).
Innocent explanations: a young entrepreneur; a retired owner; a foreign parent's local director; a family company.

Age, income, origin, health and where a person lives are never looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from graph.model import EntityKey, Fact, ListedSchema, Predicate, is_person
from graph.names import similarity
from graph.network import Network
from graph.ownership import Stakes
from graph.patterns.hubs import organisations_of
from graph.patterns.phoenix import add_months
from graph.patterns.shared_control import controllers
from graph.timeline import Event, EventKind, is_board, known_since, registration_date

SAME_PERSON = 0.9
"""From this similarity on, an owner in an ownership file may be the director: files name people without a number."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing looked for. ``met`` is ``None`` when the sources do not say."""

    met: bool | None
    person: EntityKey | None = None
    facts: tuple[Fact, ...] = ()


NOT_MET = Criterion(False)
NOT_KNOWN = Criterion(None)


def directors(network: Network, key: str) -> dict[EntityKey, tuple[Fact, ...]]:
    """The persons who run the company, with the facts that say so."""
    return {holder: facts for holder, facts in controllers(network, key).items() if is_person(holder)}


def _worst(found: Iterable[Criterion]) -> Criterion:
    """Met before not known before not met."""
    ranked = sorted(found, key=lambda each: (each.met is not True, each.met is not None, each.person or ""))
    return ranked[0] if ranked else NOT_MET


def first_post(
    network: Network, key: str, history: Iterable[Event], day: date, months: int, asked: Callable[[str], bool]
) -> Criterion:
    """A director who came within ``months`` and, by the answers about that person, holds no other post.

    ``asked`` says whether a source answered about a person's engagements.
    """
    begin = add_months(day, -months)
    start = registration_date(network, key)
    since = known_since(network, key, Predicate.OFFICER)
    entered = {
        person: event.facts
        for event in history
        if event.kind is EventKind.BOARD and event.not_before is not None and event.not_before >= begin
        for person in set(event.after) - set(event.before)
    }

    def judge(person: EntityKey, offices: tuple[Fact, ...]) -> Criterion:
        if any(other != key for other in organisations_of(network, person)):
            return NOT_MET
        if person in entered:
            facts = entered[person]
        elif start is not None and start[0] >= begin:
            facts = (start[1],)
        elif since is None or since >= begin:
            return NOT_KNOWN
        else:
            return NOT_MET
        return Criterion(True, person, (*offices, *facts)) if asked(person) else NOT_KNOWN

    return _worst(judge(person, offices) for person, offices in directors(network, key).items())


def sole_director_without_stake(network: Network, key: str) -> Criterion:
    """One member is the whole board and is none of the owners that are stated."""
    seats = [fact for fact in network.officers(key) if is_board(fact)]
    members = {fact.object for fact in seats}
    if len(members) != 1:
        return NOT_MET if members else NOT_KNOWN
    (member,) = members
    owners = Stakes.of(network).ancestors(key)
    stakes = network.owners(key)
    if not stakes or member is None:
        return NOT_KNOWN
    name = network.name(member)
    alike = any(
        is_person(owner) and similarity(name, network.name(owner), ListedSchema.PERSON) >= SAME_PERSON
        for owner in owners
    )
    return NOT_MET if alike or member in owners else Criterion(True, member, (*seats, *stakes))


def many_at_once(
    network: Network, key: str, day: date, least: int, unrelated: Callable[[list[EntityKey]], int]
) -> Criterion:
    """A director whose engagements grew by ``least`` or more unrelated organisations between two answers, last year.

    ``unrelated`` counts organisations, those of one group as one.
    """
    begin = add_months(day, -12)

    def judge(person: EntityKey) -> Criterion:
        by_moment: dict[datetime, list[Fact]] = {}
        for fact in network.links(person, Predicate.ENGAGEMENT, history=True):
            by_moment.setdefault(fact.observed_at, []).append(fact)
        for moment in sorted(by_moment)[1:]:
            new = by_moment[moment]
            if moment.date() >= begin and unrelated([fact.object for fact in new if fact.object is not None]) >= least:
                return Criterion(True, person, tuple(new))
        return NOT_MET if by_moment else NOT_KNOWN

    return _worst(judge(person) for person in directors(network, key))
