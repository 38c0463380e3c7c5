"""Reverse screening: when a list has a new issue, what is new in it is compared with everybody who is watched.

Watched are those whom the open cases' dossiers name: parties, and the owners and officers that each case's policy
names, exactly as in ``workers.match``. Only new and changed entries are compared, so that a day's changes against all
cases take seconds. A case is screened again where an entry hits that did not before, where what a known hit rests on
has changed, and where an entry that was hit has left the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog

from connectors.lists import LIST_SOURCES
from graph.matching import ListIndex
from graph.matching.decisions import changed, evidence
from graph.model import Fact, Predicate
from screening.case import Case
from screening.policy import Policy
from screening.store import cases, tenants, watched
from screening.store.match_decisions import EVIDENCE
from workers import runs
from workers.match import queries_for
from workers.policy import policy_for
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

ACTOR = "worker:reverse"
BATCH = 200
"""Cases whose facts are read at once."""
READ = frozenset(
    {
        Predicate.NAME,
        Predicate.PERSON_NAME,
        Predicate.BIRTH_DATE,
        Predicate.NATIONALITY,
        Predicate.JURISDICTION,
        Predicate.RESIDENCE,
        Predicate.ADDRESS,
        Predicate.OWNERSHIP,
        Predicate.OFFICER,
        Predicate.LIST_HIT,
    }
)
"""What ``queries_for`` reads, and the hits that there are."""


@dataclass(frozen=True, slots=True)
class ReverseReport:
    """What a reverse screening found."""

    list: str
    entries: int
    """New and changed entries of the issue."""
    cases: int
    """Open cases that were compared."""
    hits: int
    """Hits that are new or rest on something else than before."""
    runs: tuple[str, ...]
    """Runs that were started, or joined."""


def screen_changed(runtime: Runtime, list_id: str) -> ReverseReport:
    """Compare what is new in the current issue of ``list_id`` with all open cases, and screen again those it touches.

    Doing it twice starts nothing more than once: a run under way is joined.

    Raises:
        KeyError: ``list_id`` is no list.
    """
    if list_id not in LIST_SOURCES:
        raise KeyError(list_id)
    with runtime.database.system(ACTOR) as session:
        entries = watched.changed_entries(session, list_id)
        known_tenants = [tenant.id for tenant in tenants.list(session)]
    index = ListIndex.build(entries)
    compared = found = 0
    started: list[str] = []
    for tenant in known_tenants:
        touched, seen, hits = _tenant(runtime, tenant, list_id, index)
        compared += seen
        found += hits
        started += [runs.start(runtime, tenant, case_id, ACTOR) for case_id in touched]
    log.info("reverse_screening", list=list_id, entries=len(entries), cases=compared, hits=found, runs=len(started))
    return ReverseReport(list_id, len(entries), compared, found, tuple(started))


def _tenant(runtime: Runtime, tenant: str, list_id: str, index: ListIndex) -> tuple[list[str], int, int]:
    """Cases of one tenant to screen again, how many were compared, and how many hits are new."""
    touched: list[str] = []
    seen = hits = 0
    with runtime.database.transaction(tenant, ACTOR) as session:
        identifiers = watched.open_cases(session)
        for start in range(0, len(identifiers), BATCH):
            batch = identifiers[start : start + BATCH]
            stated = watched.current_facts(session, batch, READ)
            hit_entries = {str(fact.value["entry"]) for facts in stated.values() for fact in _hits(facts, list_id)}
            gone = watched.gone_entries(session, list_id, hit_entries)
            for case_id in batch:
                case = cases.get(session, case_id)
                policy = policy_for(session, case.kind)
                if list_id not in {rule.source for rule in policy.sources}:
                    continue
                seen += 1
                facts = stated.get(case_id, [])
                new = _new_hits(case, policy, list_id, facts, index)
                left = any(str(fact.value["entry"]) in gone for fact in _hits(facts, list_id))
                hits += new
                if new or left:
                    touched.append(case_id)
    return touched, seen, hits


def _hits(facts: Iterable[Fact], list_id: str) -> list[Fact]:
    return [fact for fact in facts if fact.predicate is Predicate.LIST_HIT and fact.value.get("list") == list_id]


def _new_hits(case: Case, policy: Policy, list_id: str, facts: Sequence[Fact], index: ListIndex) -> int:
    known = {(str(fact.subject), str(fact.value["entry"])): fact.value.get(EVIDENCE) for fact in _hits(facts, list_id)}
    new = 0
    for query in queries_for(case, policy, list_id, facts):
        for hit in index.screen(query):
            before = known.get((str(query.key), hit.entry.entry))
            new += before is None or bool(changed(before, evidence(query, hit.entry)))
    return new
