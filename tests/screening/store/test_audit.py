from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from screening.store import audit
from screening.store.database import Database

TENANT = "kommun-a"


@pytest.fixture
def chain(database: Database) -> Database:
    for number in range(5):
        with database.transaction(TENANT, "handläggare") as session:
            assert audit.append(session, "handläggare", "case.opened", f"fall-{number}", {"n": number}) == number + 1
    with database.system() as session:
        audit.append(session, "system", "feed.loaded", "eu_fsf")
    return database


def tamper(superuser_url: str, statement: str) -> None:
    with psycopg.connect(superuser_url) as connection:
        connection.execute("SET session_replication_role = replica")  # past the triggers
        connection.execute(statement.encode())


def test_an_untouched_chain_is_intact(chain: Database) -> None:
    report = audit.verify(chain)
    assert report.intact
    assert [(c.tenant_id, c.events) for c in report.chains] == [("*", 1), (TENANT, 5)]


def test_an_empty_database_is_intact(database: Database) -> None:
    assert audit.verify(database) == audit.AuditReport((), ())


@pytest.mark.parametrize(
    ("statement", "sequence", "problem"),
    [
        ("UPDATE audit_event SET details = '{}' WHERE sequence = 3", 3, "altered"),
        ("UPDATE audit_event SET actor = 'x' WHERE sequence = 3", 3, "altered"),
        ("UPDATE audit_event SET occurred_at = now() WHERE sequence = 3", 3, "altered"),
        ("UPDATE audit_event SET prev_hash = repeat('0', 64) WHERE sequence = 3", 3, "altered"),
        ("UPDATE audit_event SET hash = repeat('0', 64) WHERE sequence = 5", 5, "altered"),
        ("DELETE FROM audit_event WHERE sequence = 3", 3, "missing"),
        ("DELETE FROM audit_event WHERE tenant_id = 'kommun-a' AND sequence = 1", 1, "missing"),
        ("DELETE FROM audit_event WHERE sequence > 3", 4, "cut_off"),
        ("DELETE FROM audit_event WHERE tenant_id = 'kommun-a'", 1, "cut_off"),
        (
            "DELETE FROM audit_event WHERE sequence > 3; UPDATE audit_head SET sequence = 3, "
            "hash = (SELECT hash FROM audit_event WHERE sequence = 3) WHERE tenant_id = 'kommun-a'",
            3,
            "head_altered",
        ),
        ("DELETE FROM audit_head WHERE tenant_id = 'kommun-a'", 5, "head_altered"),
    ],
)
def test_tampering_is_found_where_it_was_done(
    chain: Database, superuser_url: str, statement: str, sequence: int, problem: str
) -> None:
    for part in statement.split("; "):
        tamper(superuser_url, part)
    report = audit.verify(chain)
    assert not report.intact
    assert report.breaks[0] == audit.Break(TENANT, sequence, problem)


def test_a_forger_without_the_master_key_is_found(chain: Database, superuser_url: str, keyring: Any) -> None:
    """Even one who rewrites an event, every hash after it, and the head."""
    forged = Database(superuser_url, type(keyring).generate())
    tamper(superuser_url, "DELETE FROM audit_event WHERE tenant_id = 'kommun-a'")
    tamper(superuser_url, "DELETE FROM audit_head WHERE tenant_id = 'kommun-a'")
    for number in range(5):
        with forged.transaction(TENANT, "handläggare") as session:
            audit.append(session, "handläggare", "case.opened", f"annat-{number}")
    forged.close()
    assert audit.verify(chain).breaks == (audit.Break(TENANT, 5, "head_altered"),)


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"])
def test_events_can_only_be_added(chain: Database, statement: str) -> None:
    with chain.system() as session, pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_events_at_the_same_time_make_one_chain(database: Database) -> None:
    def work(name: str) -> None:
        for number in range(5):
            with database.transaction(TENANT, name) as session:
                audit.append(session, name, "case.read", f"fall-{number}")

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = audit.verify(database)
    assert report.intact
    assert report.chains[0].events == 20


def test_an_undone_transaction_leaves_no_event(chain: Database) -> None:
    with pytest.raises(RuntimeError), chain.transaction(TENANT, "handläggare") as session:
        audit.append(session, "handläggare", "case.opened", "undone")
        raise RuntimeError
    assert audit.verify(chain).intact
    with chain.transaction(TENANT, "handläggare") as session:
        assert [event.subject for event in audit.list(session, limit=2)] == ["fall-4", "fall-3"]
        assert [event.sequence for event in audit.list(session, subject="fall-1")] == [2]
