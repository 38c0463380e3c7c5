"""The audit trail of the caller's own tenant."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import Administrator, Parts
from api.schemas import AuditEventOut, ShortText
from screening.store import audit

router = APIRouter(tags=["audit"])


@router.get("/audit", summary="Audit events, newest first")
def events(
    parts: Parts,
    who: Administrator,
    subject: Annotated[ShortText | None, Query(description="Only events about this case, token or number.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[AuditEventOut]:
    """Who did what, when; hash-chained. Administrators only."""
    with parts.database.transaction(who.tenant.id, who.name) as session:
        return [
            AuditEventOut(
                sequence=event.sequence,
                occurred_at=event.occurred_at,
                actor=event.actor,
                action=event.action,
                subject=event.subject,
                details=event.details,
                hash=event.hash,
            )
            for event in audit.list(session, subject=subject, limit=limit)
        ]
