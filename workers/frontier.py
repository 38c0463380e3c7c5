"""How far gathering goes: which questions follow from what has been learnt. Pure.

A run begins with the parties. Facts then name owners, officers, the officers' other companies and bankrupt
neighbours; each may be asked about in turn, as far as the policy's frontier allows. What is left out is said
(``Limit``), never silently cut.
"""

from __future__ import annotations

from collections import defaultdict
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
TERMINATED = "terminated"
"""A supplier whose contract the municipality ended, once somebody near a party turns out to be engaged in it."""


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


def expand(policy: Policy, facts: Iterable[Fact], known: Mapping[EntityKey, int], *, parties: int) -> Expansion:
    """The questions that follow at once from new ``facts``, given the subjects already asked about with their hops.

    The policy's numbers of organisations and persons are per party: a case of forty contracts may widen to forty times
    as many as a case of one.

    Each link is followed once and in one direction only: from a company to its owners and controlling officers, from an
    officer to other companies, from a party to its bankrupt neighbours. What depends on the order in which answers
    come is made good by ``complete``.
    """
    return _widen(policy, _links(facts), dict(known), known, parties)


def complete(case: Case, policy: Policy, facts: Iterable[Fact], known: Mapping[EntityKey, int]) -> Expansion:
    """All questions that the whole dossier leads to, each subject by its shortest way from a party.

    A run begins with them, and asks once more when everything is answered: so what has been asked in the end does not
    depend on which answer came first (unless the policy's numbers were reached, which is said). Subjects of ``known``
    have been asked about and count towards those numbers already.
    """
    by_origin: dict[EntityKey | None, set[tuple[EntityKey, str]]] = defaultdict(set)
    for key, kind, origin in _links(facts):
        by_origin[origin].add((key, kind))
    reached = {party.key: 0 for party in case.parties}
    questions = [question for key in reached for question in _questions(policy, key, PARTY, 0)]
    limits: set[str] = set()
    level: list[EntityKey | None] = [None, *reached]
    while level:
        links = [(key, kind, origin) for origin in level for key, kind in sorted(by_origin[origin])]
        before = set(reached)
        found = _widen(policy, links, reached, known, len(case.parties), again=True)
        questions += found.questions
        limits.update(found.limits)
        level = [key for key in reached if key not in before]
    return Expansion(questions=tuple(questions), limits=tuple(sorted(limits)))


def _widen(
    policy: Policy,
    links: Iterable[tuple[EntityKey, str, EntityKey | None]],
    reached: dict[EntityKey, int],
    known: Mapping[EntityKey, int],
    parties: int,
    *,
    again: bool = False,
) -> Expansion:
    """Follow ``links`` from those ``reached`` and add those they lead to; ``again``: also to those reached before."""
    beyond = [key for key, hop in (dict(known) | reached).items() if hop]
    persons = sum(1 for key in beyond if is_person(key))
    organisations = len(beyond) - persons
    questions: list[Question] = []
    limits: set[str] = set()
    for key, kind, origin in links:
        if (origin is not None and origin not in reached) or (key in reached and not again):
            continue
        hop = 1 if origin is None else reached[origin] + 1
        new = _questions(policy, key, kind, min(hop, reached.get(key, hop)))
        if not new:
            continue
        if hop > policy.frontier.hops:
            if key not in reached:
                limits.add("limits.hops")
            continue
        if key not in reached and key not in known:
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
        reached.setdefault(key, hop)
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


def _links(facts: Iterable[Fact]) -> Iterable[tuple[EntityKey, str, EntityKey | None]]:
    """Whom facts name, as what, and from whom the link leads; ``None``: from a party.

    A terminated supplier is asked about only when a link leads to it: the list alone concerns nobody in the case.
    """
    known = list(facts)
    terminated = {fact.subject for fact in known if fact.predicate is Predicate.TERMINATION}
    for fact in known:
        if fact.superseded_at is not None:
            continue
        if fact.predicate is Predicate.OWNERSHIP and fact.object is not None:
            yield fact.subject, OWNER, fact.object
        elif fact.predicate is Predicate.OFFICER and fact.object is not None:
            if Position(fact.value["position"]).controls:
                yield fact.object, OFFICER, fact.subject
        elif fact.predicate is Predicate.ENGAGEMENT and fact.object is not None:
            yield fact.object, ENGAGEMENT, fact.subject
            if fact.object in terminated:
                yield fact.object, TERMINATED, fact.subject
        elif fact.source == "register_neighbours":
            yield fact.subject, NEIGHBOUR, None


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
