"""The audit trail of the caller's own tenant."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.auth import Parts, Who
from api.errors import ApiProblem
from screening.store import audit

router = APIRouter(tags=["audit"])


@router.get("/audit", summary="Audit events, newest first")
def events(parts: Parts, who: Who, subject: str | None = None, limit: int = 100) -> list[dict[str, Any]]:
    """Who did what, when; hash-chained. Administrators only."""
    if who.role != "administrator":
        raise ApiProblem(403, "forbidden")
    with parts.database.transaction(who.tenant.id, who.name) as session:
        return [
            {
                "sequence": event.sequence,
                "occurred_at": event.occurred_at,
                "actor": event.actor,
                "action": event.action,
                "subject": event.subject,
                "details": event.details,
                "hash": event.hash,
            }
            for event in audit.list(session, subject=subject, limit=max(1, min(limit, 1000)))
        ]
