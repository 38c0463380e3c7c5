from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from graph.model import PersonIdentity, Predicate
from screening.store import audit, cases, documents, facts, retention, tasks
from screening.store.database import Database, keyer
from screening.store.errors import NotFound
from screening.store.tables import Base

TENANT = "kommun-a"


@pytest.fixture
def full(database: Database, case_id: str, put: Any, make: Any) -> str:
    """A case with something in every table, and a second case that shares one document with it."""
    shared, own = put("shared", 0), put("own", 1)
    with database.transaction(TENANT, "worker") as session:
        person = keyer(session).by_number("189001019802")
        officer = make.fact(shared, Predicate.OFFICER, "/0", target=person, role="Ledamot", position="board_member")
        facts.record(session, case_id, make.answer(shared), [officer], [PersonIdentity(person, "189001019802")])
        facts.record(session, case_id, make.answer(own), [make.fact(own)])
        run = tasks.create_run(session, case_id, "handläggare")
        tasks.add_tasks(session, run.id, [tasks.NewTask("ssbtgu", make.organisation)])
        other = cases.create(session, make.case(case_id="other"))
        documents.put(session, other.id, make.fetched("shared"), "Pröva", "LOU")
    return case_id


def remaining(database: Database, case_id: str) -> set[str]:
    with database.system() as session:
        return {
            table.name
            for table in Base.metadata.sorted_tables
            if "case_id" in table.columns
            and session.execute(
                text(f'SELECT count(*) FROM "{table.name}" WHERE case_id = :case_id'), {"case_id": case_id}
            ).scalar_one()
        }


def test_a_case_is_forgotten_whole_and_the_forgetting_is_audited(database: Database, full: str, make: Any) -> None:
    assert {"fact", "person_identity", "document", "gather_task"} <= remaining(database, full)
    forgotten = retention.forget_case(database, TENANT, full, actor="arkivarie", reason="retention_ended")
    assert remaining(database, full) == set()
    assert (forgotten.rows["fact"], forgotten.rows["person_identity"], forgotten.rows["document_content"]) == (2, 1, 1)
    with database.transaction(TENANT, "reader") as session:
        with pytest.raises(NotFound):
            cases.get(session, full)
        assert documents.content(session, make.fetched("shared").reference().sha256) == b"shared"
        (event,) = audit.list(session, subject=full)
    assert (event.actor, event.action) == ("arkivarie", "case.forgotten")
    assert audit.verify(database).intact
    with pytest.raises(NotFound):
        retention.forget_case(database, TENANT, full, actor="arkivarie", reason="again")


def test_every_table_with_a_case_is_emptied() -> None:
    with_case = {table.name for table in Base.metadata.sorted_tables if "case_id" in table.columns}
    assert with_case == set(retention.CASE_TABLES)


def test_only_cases_past_their_retention_are_forgotten(database: Database, full: str) -> None:
    today = datetime.now(UTC).date()
    with database.transaction(TENANT, "handläggare") as session:
        cases.close(session, full, retention_days=30)
    assert retention.run(database, today + timedelta(days=29)) == ()
    (forgotten,) = retention.run(database, today + timedelta(days=40))
    assert forgotten.case_id == full
    with database.transaction(TENANT, "handläggare") as session:
        assert [case.id for case in cases.list(session)] == ["other"]


def test_a_failure_halfway_forgets_nothing(database: Database, full: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = remaining(database, full)
    monkeypatch.setattr(retention, "CASE_TABLES", (*retention.CASE_TABLES, "no_such_table"))
    with pytest.raises(Exception, match="no_such_table"):
        retention.forget_case(database, TENANT, full, actor="arkivarie", reason="retention_ended")
    assert remaining(database, full) == before
