"""Bearer tokens. Only their hashes are stored: a lost token is replaced, never looked up.

A token holds 256 random bits, so one unsalted SHA-256 is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from screening.case import Tenant
from screening.store.database import Database, actor_of
from screening.store.errors import NotFound, Refused

PREFIX = "genomlys_"
"""Lets secret scanners recognise a leaked token."""
REVOKED_CHANNEL = "genomlys_token"
"""Notified with the token's id when it is revoked, so that caches of principals can drop it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a token speaks for."""

    tenant: Tenant
    name: str
    role: str
    token_id: str


@dataclass(frozen=True, slots=True)
class TokenInformation:
    """What may be shown of a token."""

    id: str
    name: str
    role: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None


def create(session: Session, tenant_id: str, name: str, role: str, *, expires_at: datetime | None = None) -> str:
    """Make a token and return it: it is never shown again.

    Raises:
        Refused: when ``name`` or ``role`` is blank, or ``expires_at`` has no time zone.
    """
    if not name.strip() or not role.strip():
        raise Refused("A token needs a name and a role")
    if expires_at is not None and expires_at.tzinfo is None:
        raise Refused("A token's expiry needs a time zone")
    token = PREFIX + secrets.token_urlsafe(32)
    session.execute(
        text(
            "INSERT INTO token (id, tenant_id, name, role, token_hash, created_by, expires_at) "
            "VALUES (:id, :tenant_id, :name, :role, :token_hash, :created_by, :expires_at)"
        ),
        {
            "id": uuid.uuid4(),
            "tenant_id": tenant_id,
            "name": name,
            "role": role,
            "token_hash": _hash(token),
            "created_by": actor_of(session),
            "expires_at": expires_at,
        },
    )
    return token


def authenticate(database: Database, token: str) -> Principal | None:
    """Who the token speaks for; ``None`` when it is unknown, revoked or expired."""
    with database.system("authentication") as session:
        row = session.execute(
            text(
                "SELECT tenant.id AS tenant_id, tenant.name AS tenant_name, tenant.is_authority, token.name, "
                "token.role, token.id FROM token JOIN tenant ON tenant.id = token.tenant_id "
                "WHERE token.token_hash = :token_hash AND token.revoked_at IS NULL "
                "AND (token.expires_at IS NULL OR token.expires_at > now())"
            ),
            {"token_hash": _hash(token)},
        ).one_or_none()
    if row is None:
        return None
    return Principal(Tenant(row.tenant_id, row.tenant_name, row.is_authority), row.name, row.role, str(row.id))


def revoke(session: Session, token_id: str) -> None:
    """Make a token invalid from now on; twice is as good as once.

    Raises:
        NotFound: when the session's tenant has no such token.
    """
    revoked = session.execute(
        text("UPDATE token SET revoked_at = COALESCE(revoked_at, now()) WHERE id = :id RETURNING id"),
        {"id": uuid.UUID(token_id)},
    ).one_or_none()
    if revoked is None:
        raise NotFound(f"There is no token {token_id}")
    session.execute(text("SELECT pg_notify(:channel, :id)"), {"channel": REVOKED_CHANNEL, "id": token_id})


def list(session: Session) -> tuple[TokenInformation, ...]:
    """The tokens that the session sees, oldest first."""
    rows = session.execute(
        text(
            "SELECT id::text, name, role, created_at, created_by, expires_at, revoked_at FROM token "
            "ORDER BY created_at, id"
        )
    )
    return tuple(TokenInformation(*row) for row in rows)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
