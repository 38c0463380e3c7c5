"""A tenant's overrides: small JSON values by name, e.g. ``policy/procurement``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from graph.model import canonical_json
from screening.store.database import actor_of, tenant_of


def get(session: Session, name: str, default: Any = None) -> Any:
    """The tenant's value, else ``default``."""
    row = session.execute(
        text("SELECT value FROM setting WHERE tenant_id = :tenant_id AND name = :name"),
        {"tenant_id": tenant_of(session), "name": name},
    ).one_or_none()
    return default if row is None else row.value


def put(session: Session, name: str, value: Any) -> None:
    """Set the tenant's value (anything JSON can hold)."""
    session.execute(
        text(
            "INSERT INTO setting (tenant_id, name, value, updated_by) VALUES (:tenant_id, :name, CAST(:value AS json), "
            ":updated_by) ON CONFLICT (tenant_id, name) DO UPDATE SET value = EXCLUDED.value, updated_at = now(), "
            "updated_by = EXCLUDED.updated_by"
        ),
        {
            "tenant_id": tenant_of(session),
            "name": name,
            "value": canonical_json(value),
            "updated_by": actor_of(session),
        },
    )


def remove(session: Session, name: str) -> None:
    """Go back to the default."""
    session.execute(
        text("DELETE FROM setting WHERE tenant_id = :tenant_id AND name = :name"),
        {"tenant_id": tenant_of(session), "name": name},
    )


def all(session: Session) -> dict[str, Any]:
    """All overrides of the tenant, by name."""
    rows = session.execute(
        text("SELECT name, value FROM setting WHERE tenant_id = :tenant_id ORDER BY name"),
        {"tenant_id": tenant_of(session)},
    )
    return {row.name: row.value for row in rows}
