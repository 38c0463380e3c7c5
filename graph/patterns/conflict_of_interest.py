"""Somebody who handles the case and is, or recently was, on the other side of the table.

Identifiers come first: a handler is the same person as an officer or owner only when both are known by the same number.
Equal names are a question to the handler and never a finding. Only the handlers of this very case are compared.

Parameters: the least stake of an owner; how far back a former role counts.
Evidence: the handler's entry, and the office, the ownership or the handler's own declaration.
Innocent explanations: the handler already stands aside; shares in a listed company; a seat given by the municipality.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from graph.model import EntityKey, Fact, Predicate, is_person
from graph.network import Network, position_of
from graph.ownership import Stakes, supporting_facts


class Side(StrEnum):
    """What joins the handler to the party."""

    OFFICE = "office"
    FORMER_OFFICE = "former_office"
    OWNER = "owner"
    FORMER_OWNER = "former_owner"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One handler's link to the party."""

    handler: EntityKey
    name: str
    side: Side
    through: EntityKey | None
    """For a declared relation: the person or organisation that it is to, when that is not the party itself."""
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Namesake:
    """A handler and an officer, owner or declared relative that have the same name and no number to tell them apart."""

    handler: str
    name: str
    facts: tuple[Fact, ...]


def handlers(network: Network) -> tuple[Fact, ...]:
    """Who handles the case, by what the file says; one fact a person."""
    found = {key: network.facts(key, Predicate.HANDLER) for key in network.subjects(Predicate.HANDLER)}
    return tuple(facts[-1] for _, facts in sorted(found.items()) if facts)


def conflicts(network: Network, stakes: Stakes, party: str, *, since: date, minimum: Fraction) -> tuple[Conflict, ...]:
    """Links that identifiers or the handlers' own declarations show; former roles that ended on ``since`` or later."""
    found: list[Conflict] = []
    for handler in handlers(network):
        key, name = handler.subject, str(handler.value.get("name"))
        if handler.value.get("identified") is True:
            for side, facts in _roles(network, stakes, party, key, since, minimum):
                found.append(Conflict(key, name, side, None, (handler, *facts)))
        for declared in network.facts(key, Predicate.DECLARED_RELATION):
            if declared.valid_to is not None and declared.valid_to < since:
                continue
            for through, facts in _other_side(network, stakes, party, declared, since, minimum):
                found.append(Conflict(key, name, Side.DECLARED, through, (handler, declared, *facts)))
    return tuple(found)


def namesakes(network: Network, party: str) -> tuple[Namesake, ...]:
    """Equal names where a number that could settle it is missing on one side; a question, and no more."""
    people = {fact.object for fact in network.officers(party) if fact.object} | {
        fact.subject for fact in network.owners(party) if is_person(fact.subject)
    }
    found = []
    for handler in handlers(network):
        said = [(str(handler.value.get("name")), handler)] if handler.value.get("identified") is not True else []
        said += [
            (str(declared.value.get("name")), declared)
            for declared in network.facts(handler.subject, Predicate.DECLARED_RELATION)
            if declared.object is None and declared.value.get("name")
        ]
        for name, fact in said:
            for person in sorted(people - {handler.subject}):
                if _folded(name) and _folded(network.name(person)) == _folded(name):
                    found.append(Namesake(str(handler.value.get("name")), name, (fact,)))
    return tuple(found)


def _roles(
    network: Network, stakes: Stakes, party: str, person: EntityKey, since: date, minimum: Fraction
) -> list[tuple[Side, tuple[Fact, ...]]]:
    """The person's offices and stakes in the party, now or until a day not before ``since``."""
    offices = [
        fact
        for fact in network.officers(party, history=True)
        if fact.object == person and position_of(fact).controls and _ended_on(fact, date.max) >= since
    ]
    now = tuple(fact for fact in offices if network.is_current(fact))
    found: list[tuple[Side, tuple[Fact, ...]]] = []
    if now:
        found.append((Side.OFFICE, now))
    elif offices:
        found.append((Side.FORMER_OFFICE, tuple(offices)))
    share = stakes.share(person, party)
    if share.low >= minimum:
        found.append((Side.OWNER, tuple(supporting_facts(stakes, [person], party))))
    else:
        former = [
            fact
            for fact in network.owners(party, history=True)
            if fact.subject == person and not network.is_current(fact) and _ended_on(fact, date.min) >= since
            if (exact := fact.value.get("exact", fact.value.get("minimum"))) is not None
            and Fraction(str(exact)) / 100 >= minimum
        ]
        if former:
            found.append((Side.FORMER_OWNER, tuple(former)))
    return found


def _other_side(
    network: Network, stakes: Stakes, party: str, declared: Fact, since: date, minimum: Fraction
) -> list[tuple[EntityKey | None, tuple[Fact, ...]]]:
    """How a declared relation reaches the party: to itself, to an owner of it, or to a person who is in it."""
    target = declared.object
    if target is None:
        return []
    if target == party:
        return [(None, ())]
    if is_person(target):
        return [(target, facts) for _, facts in _roles(network, stakes, party, target, since, minimum)]
    if stakes.share(target, party).low >= minimum:
        return [(target, tuple(supporting_facts(stakes, [target], party)))]
    return []


def _ended_on(fact: Fact, still: date) -> date:
    """The day on which a fact stopped holding, as far as is known; ``still`` when it has not."""
    ends = [day for day in (fact.valid_to, fact.superseded_at.date() if fact.superseded_at else None) if day]
    return min(ends, default=still)


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace(",", " ").split())
