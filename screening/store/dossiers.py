"""Dossiers: everything known about a case at a moment, read in a handful of set-based queries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from screening.dossier import Dossier
from screening.store import cases, documents, facts, lists
from screening.store.database import tenant_of


def build(session: Session, case_id: str, as_of: datetime | None = None) -> Dossier:
    """The dossier as it was known at ``as_of`` (recorded time; default: now, by the database's clock).

    It holds the whole history of facts: superseded ones bear ``superseded_at``. Case, parties and list versions are
    those of now. Give no ``as_of`` right after gathering: the host's clock may be behind the database's, and what was
    just recorded would be left out.

    Raises:
        NotFound: when the tenant has no such case.
    """
    moment = as_of or facts.clock(session)
    case = cases.get(session, case_id)
    known_facts = facts.history(session, case_id, recorded_by=moment)
    answers = facts.answers(session, case_id, recorded_by=moment)
    needed = {fact.document for fact in known_facts} | {answer.document for answer in answers}
    limits = session.execute(
        text(
            "SELECT limits FROM screening_run WHERE tenant_id = :tenant_id AND case_id = :case_id "
            "AND requested_at <= :moment ORDER BY requested_at DESC LIMIT 1"
        ),
        {"tenant_id": tenant_of(session), "case_id": case_id, "moment": moment},
    ).scalar_one_or_none()
    return Dossier.of(
        case=case,
        as_of=moment,
        facts=[*known_facts],
        answers=[*answers],
        documents=[
            document for document in documents.list(session, case_id, recorded_by=moment) if document.sha256 in needed
        ],
        lists=lists.versions(session, moment),
        limits=limits,
    )
