"""Retention (gallring): a case's persons, facts and documents are deleted together, and the deletion is audited.

This is the only place that deletes from the append-only tables: as the system role, for one named case at a time, which
the tables' triggers check. What remains is the audit event: which case, when, by whom, why, and how many rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from screening.store import audit
from screening.store.database import Database, actor_of
from screening.store.errors import NotFound

CASE_TABLES = (
    "match_decision",
    "gather_task",
    "screening_run",
    "screening",
    "fact_confirmation",
    "fact",
    "source_answer",
    "person_identity",
    "document",
    "case_party",
)
"""In the order that their references allow."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A case that was deleted."""

    tenant_id: str
    case_id: str
    rows: Mapping[str, int]
    """How many rows of each table; ``document_content`` counts bytes that no other case uses."""


def run(database: Database, today: date, *, actor: str = "retention", limit: int = 1000) -> tuple[Forgotten, ...]:
    """Delete every case whose retention ended before ``today``, each in a transaction of its own."""
    with database.system(actor) as session:
        due = session.execute(
            text(
                "SELECT tenant_id, id FROM case_file WHERE state = 'closed' AND retain_until < :today "
                "ORDER BY retain_until, tenant_id, id LIMIT :limit"
            ),
            {"today": today, "limit": limit},
        ).all()
    return tuple(forget_case(database, row.tenant_id, row.id, actor=actor, reason="retention_ended") for row in due)


def forget_case(database: Database, tenant_id: str, case_id: str, *, actor: str, reason: str) -> Forgotten:
    """Delete a case with everything in it, in one transaction, audited in the tenant's chain.

    Raises:
        NotFound: when there is no such case.
    """
    with database.system(actor) as session:
        session.info["tenant_id"] = tenant_id  # the audit chain to write in; the role stays the system's
        case = {"tenant_id": tenant_id, "case_id": case_id}
        found = session.execute(
            text("SELECT 1 FROM case_file WHERE tenant_id = :tenant_id AND id = :case_id FOR UPDATE"), case
        ).one_or_none()
        if found is None:
            raise NotFound(f"There is no case {case_id}")
        session.execute(
            text("SELECT set_config('genomlys.retention', :name, true)"), {"name": f"{tenant_id}/{case_id}"}
        )
        hashes = (
            session.execute(
                text("SELECT DISTINCT sha256 FROM document WHERE tenant_id = :tenant_id AND case_id = :case_id"), case
            )
            .scalars()
            .all()
        )
        rows = {table: _delete(session, table, case) for table in CASE_TABLES}
        rows["document_content"] = _delete_content(session, [*hashes])
        session.execute(text("DELETE FROM case_file WHERE tenant_id = :tenant_id AND id = :case_id"), case)
        audit.append(session, actor_of(session), "case.forgotten", case_id, {"reason": reason, "rows": rows})
    return Forgotten(tenant_id, case_id, rows)


def _delete(session: Session, table: str, case: Mapping[str, str]) -> int:
    deleted = session.execute(
        text(
            f"WITH gone AS (DELETE FROM {table} WHERE tenant_id = :tenant_id AND case_id = :case_id RETURNING 1) "  # noqa: S608
            "SELECT count(*) FROM gone"
        ),
        dict(case),
    )
    return int(deleted.scalar_one())


def _delete_content(session: Session, hashes: list[str]) -> int:
    deleted = session.execute(
        text(
            "WITH gone AS (DELETE FROM document_content WHERE sha256 = ANY(:hashes) "
            "AND NOT EXISTS (SELECT 1 FROM document WHERE document.sha256 = document_content.sha256) RETURNING 1) "
            "SELECT count(*) FROM gone"
        ),
        {"hashes": hashes},
    )
    return int(deleted.scalar_one())
