"""How far gathering goes: which questions follow from what has been learnt. Pure.

A run begins with the parties. Facts then name owners, officers, the officers' other companies and bankrupt
neighbours; each may be asked about in turn, as far as the policy's frontier allows. What is left out is said
(``Limit``), never silently cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.base import SourceKind
from connectors.registry import SOURCES
from graph.model import AnswerStatus, EntityKey, Fact, Position, Predicate, is_person, organisation_number_of
from screening.case import Case
from screening.policy import Policy

PARTY = "party"
OWNER = "owner"
OFFICER = "officer"
NEIGHBOUR = "neighbour"
ENGAGEMENT = "engagement"


@dataclass(frozen=True, slots=True)
class Question:
    """One source to be asked about one subject. ``hop`` is the number of links from the nearest party."""

    source: str
    subject: EntityKey
    subject_kind: str
    hop: int


@dataclass(frozen=True, slots=True)
class Expansion:
    """New questions, and the message keys of what was left out."""

    questions: tuple[Question, ...]
    limits: tuple[str, ...] = ()


def first_questions(case: Case, policy: Policy, facts: Iterable[Fact]) -> Expansion:
    """The questions a run begins with: the parties, and whoever facts already at hand name (ownership files)."""
    known = {party.key: 0 for party in case.parties}
    questions = [question for key in known for question in _questions(policy, key, PARTY, 0)]
    followed = expand(policy, facts, known, parties=len(case.parties))
    return Expansion(questions=(*questions, *followed.questions), limits=followed.limits)


def expand(policy: Policy, facts: Iterable[Fact], known: Mapping[EntityKey, int], *, parties: int) -> Expansion:
    """The questions that follow from ``facts``, given the subjects already asked about with their hops.

    The policy's numbers of organisations and persons are per party: a case of forty contracts may widen to forty times
    as many as a case of one.

    Each link is followed once and in one direction only: from a company to its owners and controlling officers, from an
    officer to other companies, from a party to its bankrupt neighbours.
    """
    reached = dict(known)
    organisations = sum(1 for key, hop in known.items() if hop and not is_person(key))
    persons = sum(1 for key, hop in known.items() if hop and is_person(key))
    questions: list[Question] = []
    limits: set[str] = set()
    for key, kind, from_key in _links(facts):
        hop = reached.get(from_key, 0) + 1
        if key in reached or (new := _questions(policy, key, kind, hop)) == []:
            continue
        if hop > policy.frontier.hops:
            limits.add("limits.hops")
            continue
        if is_person(key):
            if persons >= policy.frontier.persons * parties:
                limits.add("limits.persons")
                continue
            persons += 1
        else:
            if organisations >= policy.frontier.organisations * parties:
                limits.add("limits.organisations")
                continue
            organisations += 1
        reached[key] = hop
        questions.extend(new)
    return Expansion(questions=tuple(questions), limits=tuple(sorted(limits)))


def fallbacks(policy: Policy, source: str, subject: EntityKey, hop: int, status: AnswerStatus) -> tuple[Question, ...]:
    """The alternatives to ask when a required source did not answer, or does not have the subject (a company newer than
    the mirror): never before, so that no more is asked than needed.
    """
    if status is AnswerStatus.FOUND:
        return ()
    rule = next((rule for rule in policy.sources if rule.source == source), None)
    if rule is None or not rule.required:
        return ()
    return tuple(
        Question(source=alternative, subject=subject, subject_kind=PARTY, hop=hop)
        for alternative in rule.alternatives
        if alternative in SOURCES
    )


def _links(facts: Iterable[Fact]) -> Iterable[tuple[EntityKey, str, EntityKey]]:
    for fact in facts:
        if fact.superseded_at is not None:
            continue
        if fact.predicate is Predicate.OWNERSHIP and fact.object is not None:
            yield fact.subject, OWNER, fact.object
        elif fact.predicate is Predicate.OFFICER and fact.object is not None:
            if Position(fact.value["position"]).controls:
                yield fact.object, OFFICER, fact.subject
        elif fact.predicate is Predicate.ENGAGEMENT and fact.object is not None:
            yield fact.object, ENGAGEMENT, fact.subject
        elif fact.source == "register_neighbours":
            yield fact.subject, NEIGHBOUR, fact.subject


def _questions(policy: Policy, key: EntityKey, kind: str, hop: int) -> list[Question]:
    """What policy asks about one subject. Lists and handed-in files are not asked by lookup."""
    asked = []
    waits = {source for rule in policy.sources if rule.required for source in rule.alternatives}
    for rule in policy.sources:
        description = SOURCES[rule.source]
        if rule.source in waits and not rule.required and description.requests_per_minute is not None:
            continue  # a limited source that only stands in for another: see ``fallbacks``
        if kind not in rule.subjects or description.kind in (SourceKind.LIST, SourceKind.FILE):
            continue
        if (rule.source == "ssbten") != is_person(key):
            continue
        if not is_person(key) and organisation_number_of(key) is None:
            continue
        asked.append(Question(source=rule.source, subject=key, subject_kind=kind, hop=hop))
    return asked
