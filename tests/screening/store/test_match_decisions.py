"""Decisions on hits: kept, in force for one case, lapsing with their evidence, never read elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from graph.matching.decisions import Decision
from graph.model import DocumentReference, Fact, Predicate
from screening.store import cases, documents, facts, match_decisions, retention
from screening.store.database import Database
from screening.store.errors import Conflict, NotFound, Refused
from screening.store.match_decisions import HitKey

EVIDENCE = {"query.names": "a" * 16, "entry.names": "b" * 16}


@dataclass
class Hits:
    """Records hits in cases and decides on them."""

    database: Database
    make: Any

    def record(
        self, case_id: str = "fall-1", tenant: str = "kommun-a", hours: float = 0, **value: Any
    ) -> tuple[str, HitKey]:
        """A hit in the case; its fact's id."""
        with self.database.transaction(tenant, "worker") as session:
            fetched = self.make.fetched(f"list {case_id} {value}", hours, "eu_fsf")
            document: DocumentReference = documents.put(session, case_id, fetched, "Pröva", "LOU 13 kap.")
            said = {"list": "eu_fsf", "entry": "17", "score": 0.9, "evidence": EVIDENCE, **value}
            fact: Fact = self.make.fact(document, Predicate.LIST_HIT, "/queries/0/hits/0", **said)
            facts.record(session, case_id, self.make.answer(document), [fact], [])
        return fact.id, match_decisions.key_of(fact)

    def decide(
        self, fact: str, decision: Decision, reason: str = "Annat födelseår", *, case_id: str = "fall-1",
        tenant: str = "kommun-a",
    ) -> None:  # fmt: skip
        with self.database.transaction(tenant, "Anna Handläggare") as session:
            match_decisions.decide(session, case_id, fact, decision, reason)

    def in_force(self, case_id: str = "fall-1", tenant: str = "kommun-a") -> dict[HitKey, Any]:
        with self.database.transaction(tenant, "prov") as session:
            return dict(match_decisions.in_force(session, case_id))


@pytest.fixture
def hits(database: Database, make: Any, case_id: str) -> Hits:
    return Hits(database, make)


def test_a_decision_is_kept_with_reason_and_name(hits: Hits) -> None:
    fact, key = hits.record()
    hits.decide(fact, Decision.NOT_SAME)
    decision = hits.in_force()[key]
    assert (decision.decision, decision.reason, decision.decided_by) == (
        Decision.NOT_SAME, "Annat födelseår", "Anna Handläggare",
    )  # fmt: skip
    assert decision.value(EVIDENCE)["stands"] is True


def test_it_lapses_when_the_evidence_changes_and_says_why(hits: Hits) -> None:
    fact, key = hits.record()
    hits.decide(fact, Decision.NOT_SAME)
    said = hits.in_force()[key].value({**EVIDENCE, "entry.birth_dates": "c" * 16})
    assert said["stands"] is False
    assert "födelsedatum" in said["lapsed_sv"]
    assert said["changed"] == ["entry.birth_dates"]


def test_the_newest_decision_is_in_force_and_can_be_taken_back(hits: Hits, database: Database) -> None:
    fact, key = hits.record()
    hits.decide(fact, Decision.NOT_SAME)
    hits.decide(fact, Decision.SAME, "Passet visat")
    assert hits.in_force()[key].decision is Decision.SAME
    hits.decide(fact, Decision.OPEN, "Fel post")
    assert hits.in_force() == {}
    with database.transaction("kommun-a", "prov") as session:
        assert [entry.reason for entry in match_decisions.history(session, "fall-1", key)] == [
            "Annat födelseår", "Passet visat", "Fel post",
        ]  # fmt: skip


def test_no_decision_reaches_another_case_or_tenant(hits: Hits, database: Database, make: Any) -> None:
    for tenant, case_id in (("kommun-a", "fall-2"), ("kommun-b", "fall-1")):
        with database.transaction(tenant, "handläggare") as session:
            cases.create(session, make.case(tenant, case_id))
    fact, key = hits.record()
    other, same_key = hits.record("fall-2")
    assert key == same_key
    hits.decide(fact, Decision.NOT_SAME)
    assert hits.in_force("fall-2") == {}
    assert hits.in_force("fall-1", "kommun-b") == {}
    with pytest.raises(NotFound):
        hits.decide(other, Decision.SAME, case_id="fall-1")
    with pytest.raises(NotFound):
        hits.decide(fact, Decision.SAME, tenant="kommun-b")


def test_what_cannot_be_decided_is_refused(hits: Hits) -> None:
    fact, _ = hits.record()
    for reason in ("", " \n", "\0", "x" * 2001):
        with pytest.raises(Refused):
            hits.decide(fact, Decision.SAME, reason)
    with pytest.raises(NotFound):
        hits.decide("0" * 32, Decision.SAME)
    with pytest.raises(NotFound):
        hits.decide(fact, Decision.SAME, case_id="nothing")
    old, _ = hits.record(hours=1, evidence=None)
    with pytest.raises(Conflict):
        hits.decide(old, Decision.SAME)


def test_decisions_are_append_only_and_go_with_their_case(hits: Hits, database: Database) -> None:
    fact, _ = hits.record()
    hits.decide(fact, Decision.NOT_SAME)
    for statement in ("UPDATE match_decision SET reason = 'x'", "DELETE FROM match_decision"):
        with pytest.raises(DBAPIError), database.transaction("kommun-a", "intruder") as session:
            session.execute(text(statement))
        with pytest.raises(DBAPIError), database.system() as session:
            session.execute(text(statement))
    forgotten = retention.forget_case(database, "kommun-a", "fall-1", actor="arkivarie", reason="retention_ended")
    assert forgotten.rows["match_decision"] == 1
