from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from screening.case import Tenant
from screening.store import settings, tenants, tokens
from screening.store.database import Database
from screening.store.errors import Conflict, NotFound, Refused

TENANT = "kommun-a"


def test_a_tenant_is_made_once(database: Database) -> None:
    with database.system() as session:
        company = tenants.create(session, "bolaget", "Bolaget AB", is_authority=False)
        assert tenants.create(session, "bolaget", "Bolaget AB", is_authority=False) == company
        assert tenants.get(session, "bolaget") == Tenant("bolaget", "Bolaget AB", False)
        assert [tenant.id for tenant in tenants.list(session)] == ["bolaget", "kommun-a", "kommun-b"]
        with pytest.raises(Conflict):
            tenants.create(session, "bolaget", "Bolaget AB", is_authority=True)
    with database.transaction(TENANT, "someone") as session, pytest.raises(NotFound):
        tenants.get(session, "bolaget")


@pytest.mark.parametrize("tenant_id", ["*", "", "a:b", "a b", "-a", "x" * 64])
def test_a_tenant_id_that_would_be_mistaken_is_refused(database: Database, tenant_id: str) -> None:
    with database.system() as session, pytest.raises(DBAPIError):
        tenants.create(session, tenant_id, "X", is_authority=True)


def test_a_tenant_cannot_make_tenants(database: Database) -> None:
    with database.transaction(TENANT, "someone") as session, pytest.raises(DBAPIError):
        tenants.create(session, "bolaget", "X", is_authority=True)


def test_a_token_speaks_for_its_tenant_until_it_is_revoked(database: Database) -> None:
    with database.transaction(TENANT, "admin") as session:
        token = tokens.create(session, TENANT, "anna", "officer")
    principal = tokens.authenticate(database, token)
    assert principal is not None
    assert (principal.tenant.id, principal.name, principal.role) == (TENANT, "anna", "officer")
    assert tokens.authenticate(database, token + "x") is None
    assert tokens.authenticate(database, "") is None
    with database.transaction(TENANT, "admin") as session:
        tokens.revoke(session, principal.token_id)
        tokens.revoke(session, principal.token_id)
        (shown,) = tokens.list(session)
    assert (shown.name, shown.created_by, shown.revoked_at is None) == ("anna", "admin", False)
    assert tokens.authenticate(database, token) is None


def test_an_expired_token_is_worthless(database: Database) -> None:
    with database.system() as session:
        old = tokens.create(session, TENANT, "a", "officer", expires_at=datetime.now(UTC) - timedelta(seconds=1))
        good = tokens.create(session, TENANT, "b", "officer", expires_at=datetime.now(UTC) + timedelta(days=1))
    assert tokens.authenticate(database, old) is None
    assert tokens.authenticate(database, good) is not None


def test_tokens_are_not_stored(database: Database) -> None:
    with database.system() as session:
        token = tokens.create(session, TENANT, "anna", "officer")
        stored = session.execute(text("SELECT row_to_json(token)::text FROM token")).scalar_one()
    assert token not in stored
    assert token.encode().hex() not in stored


def test_a_token_of_another_tenant_cannot_be_made_or_revoked(database: Database, other_tenant_id: str) -> None:
    with database.system() as session:
        token = tokens.create(session, other_tenant_id, "b", "officer")
    principal = tokens.authenticate(database, token)
    assert principal is not None
    with database.transaction(TENANT, "intruder") as session, pytest.raises(NotFound):
        tokens.revoke(session, principal.token_id)
    with pytest.raises(DBAPIError), database.transaction(TENANT, "intruder") as session:
        tokens.create(session, other_tenant_id, "x", "admin")


@pytest.mark.parametrize(
    ("name", "role", "expires_at"), [("", "officer", None), ("a", " ", None), ("a", "b", datetime(2030, 1, 1))]
)
def test_a_token_without_name_or_role_or_time_zone_is_refused(
    database: Database, name: str, role: str, expires_at: datetime | None
) -> None:
    with database.system() as session, pytest.raises(Refused):
        tokens.create(session, TENANT, name, role, expires_at=expires_at)


def test_settings_belong_to_a_tenant(database: Database, other_tenant_id: str) -> None:
    with database.transaction(TENANT, "admin") as session:
        settings.put(session, "policy/lease", {"hops": 1})
        settings.put(session, "policy/lease", {"hops": 2})
        settings.put(session, "nothing", None)
        assert settings.get(session, "policy/lease") == {"hops": 2}
        assert settings.all(session) == {"nothing": None, "policy/lease": {"hops": 2}}
        settings.remove(session, "nothing")
        assert settings.get(session, "nothing", "default") == "default"
    with database.transaction(other_tenant_id, "admin") as session:
        assert settings.all(session) == {}
