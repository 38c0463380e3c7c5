"""The match job: every name in the dossier against every loaded list that the policy asks.

A hit becomes a fact with a document: an extract that names the list's issue by hash, the words that were searched
for and what was found. No hit is an answer too (*not found*), and a list that is not loaded is *no answer*.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from connectors.base import FailureReason, FetchedDocument, SourceKind
from connectors.registry import SOURCES
from graph.matching import Hit, ScreeningQuery, hit_value
from graph.matching.decisions import evidence
from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    Fact,
    ListedSchema,
    Position,
    Predicate,
    SourceAnswer,
    canonical_json,
    is_person,
    organisation_number_of,
)
from screening.case import Case
from screening.dossier import ListVersion
from screening.policy import Policy
from screening.store import cases, documents, facts, match_decisions
from screening.store.facts import Recording
from screening.store.match_decisions import DECIDED, EVIDENCE, HitKey, MatchDecision
from screening.store.tasks import GatherTask
from workers import stages
from workers.list_index import indexes
from workers.policy import policy_for
from workers.queues import enqueue
from workers.runtime import Runtime


def match(runtime: Runtime, task: GatherTask) -> None:
    """Screen the dossier's names and record the answers; then the run is ready to be screened."""
    loaded = indexes(runtime)
    with runtime.database.transaction(task.tenant_id, "worker:match") as session:
        case = cases.get(session, task.case_id)
        policy = policy_for(session, case.kind)
        now = datetime.now(UTC)
        current = facts.current(session, task.case_id)
        decided = match_decisions.in_force(session, task.case_id)
        for source in sorted(rule.source for rule in policy.sources if SOURCES[rule.source].kind is SourceKind.LIST):
            queries = queries_for(case, policy, source, current)
            if source not in loaded:
                facts.record_many(
                    session, task.case_id, [Recording(_not_loaded(source, query.key, now)) for query in queries]
                )
                continue
            version, index = loaded[source]
            hits = {query.key: index.screen(query) for query in queries}
            extract = _extract(source, version, queries, hits, now)
            reference = documents.put(session, task.case_id, extract, case.purpose, case.legal_basis)
            facts.record_many(
                session,
                task.case_id,
                [
                    Recording(*_answer(reference, version, query, position, hits[query.key], decided))
                    for position, query in enumerate(queries)
                ],
            )
        tickets = stages.end_task(session, task)
    enqueue(runtime.redis, tickets, runtime.settings)


def queries_for(case: Case, policy: Policy, source: str, current: Iterable[Fact]) -> list[ScreeningQuery]:
    """Whom to screen against ``source``: parties, and the owners and officers that the policy names."""
    rule = next(rule for rule in policy.sources if rule.source == source)
    by_subject: dict[EntityKey, list[Fact]] = defaultdict(list)
    wanted = {party.key for party in case.parties}
    for fact in current:
        if fact.source in SOURCES and SOURCES[fact.source].kind is SourceKind.LIST:
            continue
        by_subject[fact.subject].append(fact)
        if fact.predicate is Predicate.OWNERSHIP and "owner" in rule.subjects:
            wanted.add(fact.subject)
        if (
            fact.predicate is Predicate.OFFICER
            and fact.object is not None
            and "officer" in rule.subjects
            and Position(fact.value["position"]).controls
        ):
            wanted.add(fact.object)
    declared = {party.key: party.declared_name for party in case.parties if party.declared_name}
    queries = [_query(key, by_subject[key], declared.get(key)) for key in sorted(wanted)]
    return [query for query in queries if query.names]


def _query(key: EntityKey, about: Iterable[Fact], declared_name: str | None) -> ScreeningQuery:
    values: dict[Predicate, list[Mapping[str, object]]] = defaultdict(list)
    for fact in about:
        values[fact.predicate].append(fact.value)
    person = is_person(key) or bool(values[Predicate.PERSON_NAME])
    names = [str(value["name"]) for value in values[Predicate.PERSON_NAME if person else Predicate.NAME]]
    if declared_name:
        names.append(declared_name)
    births = [str(value["date"]) for value in values[Predicate.BIRTH_DATE]]
    countries = {
        str(value["country"]).lower()
        for predicate in (Predicate.NATIONALITY, Predicate.JURISDICTION, Predicate.RESIDENCE)
        for value in values[predicate]
        if value.get("country")
    }
    if organisation_number_of(key):
        countries.add("se")
    addresses = tuple(
        sorted(
            {
                " ".join(str(value[part]) for part in ("street", "postal_code", "city") if value.get(part))
                for value in values[Predicate.ADDRESS]
            }
        )
    )
    return ScreeningQuery(
        key=key,
        schema=ListedSchema.PERSON if person else ListedSchema.ORGANISATION,
        names=tuple(dict.fromkeys(name for name in names if name.strip())),
        birth_date=max(births, key=len) if births else None,
        countries=tuple(sorted(countries)),
        organisation_number=organisation_number_of(key),
        addresses=tuple(address for address in addresses if address),
    )


def _extract(
    source: str,
    version: ListVersion,
    queries: list[ScreeningQuery],
    hits: Mapping[EntityKey, list[Hit]],
    now: datetime,
) -> FetchedDocument:
    body = {
        "list": source,
        "list_sha256": version.version,
        "list_entries": version.entries,
        "queries": [
            {
                "key": query.key,
                "names": query.names,
                "hits": [
                    {**hit_value(hit, version.version), "listed": {**asdict(hit.entry), "remarks": None}}
                    for hit in hits[query.key]
                ],
            }
            for query in queries
        ],
    }
    return FetchedDocument(
        source=source,
        content=canonical_json(body).encode(),
        media_type="application/json",
        request=f"list screening of {len(queries)} names",
        retrieved_at=now,
        stated_at=version.stated_at,
    )


def _answer(
    reference: DocumentReference,
    version: ListVersion,
    query: ScreeningQuery,
    position: int,
    hits: list[Hit],
    decided: Mapping[HitKey, MatchDecision],
) -> tuple[SourceAnswer, tuple[Fact, ...]]:
    found = tuple(
        Fact(
            subject=query.key,
            predicate=Predicate.LIST_HIT,
            value=_value(hit, version, query, decided),
            source=reference.source,
            document=reference.sha256,
            place=f"/queries/{position}/hits/{number}",
            observed_at=reference.observed_at,
        )
        for number, hit in enumerate(hits)
    )
    answer = SourceAnswer(
        source=reference.source,
        subject=query.key,
        status=AnswerStatus.FOUND if found else AnswerStatus.NOT_FOUND,
        asked_at=reference.retrieved_at,
        document=reference.sha256,
    )
    return answer, found


def _value(
    hit: Hit, version: ListVersion, query: ScreeningQuery, decided: Mapping[HitKey, MatchDecision]
) -> dict[str, Any]:
    """What the hit says, what it rests on, and what an officer of this case has decided about it."""
    rests_on = evidence(query, hit.entry)
    value = {**hit_value(hit, version.version), EVIDENCE: rests_on}
    decision = decided.get(HitKey(str(query.key), hit.entry.list, hit.entry.entry))
    return value if decision is None else {**value, DECIDED: decision.value(rests_on)}


def _not_loaded(source: str, key: EntityKey, now: datetime) -> SourceAnswer:
    return SourceAnswer(
        source=source,
        subject=key,
        status=AnswerStatus.NO_ANSWER,
        asked_at=now,
        reason=FailureReason.NOT_LOADED.value,
    )
