"""Tenants: kommuner and municipal companies. Made and listed in ``Database.system()``; a tenant can read itself."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session

from screening.case import Tenant
from screening.store.errors import Conflict, NotFound


def create(session: Session, tenant_id: str, name: str, *, is_authority: bool) -> Tenant:
    """Make a tenant; the same one again changes nothing.

    Raises:
        Conflict: when the id is taken by a tenant with another name or another standing.
    """
    wanted = Tenant(id=tenant_id, name=name, is_authority=is_authority)
    session.execute(
        text(
            "INSERT INTO tenant (id, name, is_authority) VALUES (:id, :name, :is_authority) ON CONFLICT (id) DO NOTHING"
        ),
        {"id": tenant_id, "name": name, "is_authority": is_authority},
    )
    if get(session, tenant_id) != wanted:
        raise Conflict(f"The tenant id {tenant_id} is taken by another tenant. Choose another id")
    return wanted


def get(session: Session, tenant_id: str) -> Tenant:
    """The tenant.

    Raises:
        NotFound: when there is none, or the session is another tenant's.
    """
    row = session.execute(
        text("SELECT id, name, is_authority FROM tenant WHERE id = :id"), {"id": tenant_id}
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no tenant {tenant_id}")
    return Tenant(*row)


def list(session: Session) -> tuple[Tenant, ...]:
    """All tenants that the session sees, by id."""
    rows = session.execute(text("SELECT id, name, is_authority FROM tenant ORDER BY id"))
    return tuple(Tenant(*row) for row in rows)
