from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from screening.store import cases, documents
from screening.store.database import Database
from screening.store.errors import NotFound, Refused
from screening.store.keys import KeyProblem

TENANT = "kommun-a"


def test_bytes_come_back_as_they_were(database: Database, case_id: str, put: Any, make: Any) -> None:
    content = bytes(range(256)) * 1000
    reference = put(content)
    assert reference == make.fetched(content).reference()
    with database.transaction(TENANT, "reader") as session:
        assert documents.content(session, reference.sha256) == content
        assert documents.get(session, case_id, reference.sha256) == reference
        assert documents.list(session, case_id) == (reference,)


def test_an_empty_document_is_a_document(database: Database, case_id: str, put: Any) -> None:
    with database.transaction(TENANT, "reader") as session:
        assert documents.content(session, put(b"").sha256) == b""


def test_equal_bytes_are_stored_once_for_all_tenants(
    database: Database, case_id: str, put: Any, make: Any, other_tenant_id: str
) -> None:
    put("same", 0)
    put("same", 0)
    put("same", 1)
    with database.transaction(other_tenant_id, "worker") as session:
        theirs = cases.create(session, make.case(other_tenant_id))
        documents.put(session, theirs.id, make.fetched("same"), "Pröva", "LOU")
    with database.system() as session:
        counts = session.execute(
            text("SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM document_content)")
        ).one()
    assert tuple(counts) == (3, 1)
    with database.transaction(TENANT, "reader") as session:
        (latest,) = documents.list(session, case_id)
    assert latest.retrieved_at == make.moment(1)


def test_another_tenants_document_does_not_exist(database: Database, put: Any, other_tenant_id: str) -> None:
    reference = put("secret")
    with database.transaction(other_tenant_id, "intruder") as session, pytest.raises(NotFound):
        documents.content(session, reference.sha256)


def test_bytes_are_unreadable_in_the_database(database: Database, put: Any) -> None:
    put("Anna Exempel" * 50)
    with database.system() as session:
        stored = session.execute(text("SELECT sealed FROM document_content")).scalar_one()
    assert b"Anna" not in stored


def test_altered_bytes_are_noticed(database: Database, put: Any, superuser_url: str) -> None:
    reference, other = put("a" * 100), put("b" * 100)
    with psycopg.connect(superuser_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "UPDATE document_content SET sealed = (SELECT sealed FROM document_content WHERE sha256 = %s) "
            "WHERE sha256 = %s",
            (other.sha256, reference.sha256),
        )
    with database.transaction(TENANT, "reader") as session, pytest.raises(KeyProblem):
        documents.content(session, reference.sha256)


@pytest.mark.parametrize(("purpose", "legal_basis"), [("", "LOU"), ("Pröva", " \n")])
def test_a_document_needs_purpose_and_legal_basis(
    database: Database, case_id: str, make: Any, purpose: str, legal_basis: str
) -> None:
    with pytest.raises(Refused), database.transaction(TENANT, "worker") as session:
        documents.put(session, case_id, make.fetched("x"), purpose, legal_basis)
    with database.system() as session:
        assert session.execute(text("SELECT count(*) FROM document_content")).scalar_one() == 0


def test_a_document_needs_a_case(database: Database, make: Any) -> None:
    with database.transaction(TENANT, "worker") as session, pytest.raises(NotFound):
        documents.put(session, "none", make.fetched("x"), "Pröva", "LOU")
