"""No tenant reaches another's rows, whatever SQL is run in its transaction. Covers every tenant table there is."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

import screening.store
from screening.store.database import Database
from screening.store.tables import Base

for module in pkgutil.iter_modules(screening.store.__path__):
    if module.name != "migrations":
        importlib.import_module(f"screening.store.{module.name}")

TABLES = {table.name: table for table in Base.metadata.sorted_tables}
SHARED = {name for name, table in TABLES.items() if "shared" in table.info}
TENANT_TABLES = sorted(set(TABLES) - SHARED)
OURS, THEIRS = "kommun-a", "kommun-b"

LITERALS = {
    "text": "'x{tenant}'",
    "uuid": "gen_random_uuid()",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "boolean": "true",
    "integer": "{tenant}",
    "bigint": "{tenant}",
    "bytea": "'\\x0{tenant}'",
    "json": "'[]'",
}
CHECKED = {("source_answer", "status"): "'found'", ("match_decision", "decision"): "'same'"}
"""Values for columns whose check constraint refuses the general ones."""


def tenant_column(name: str) -> str:
    return "id" if name == "tenant" else "tenant_id"


def insert(table: Table, tenant_id: str) -> str:
    """A statement that inserts a row of ``tenant_id`` with something in every column that needs it."""
    values = {tenant_column(table.name): f"'{tenant_id}'"}
    for column in table.columns:
        if column.name not in values and not column.nullable and column.server_default is None and not column.identity:
            kind = column.type.compile(dialect=postgresql.dialect()).lower()
            literal = CHECKED.get((table.name, column.name), LITERALS.get(kind, "'x'"))
            values[column.name] = literal.format(tenant=1 if tenant_id == OURS else 2)
    columns = ", ".join(f'"{name}"' for name in values)
    return f'INSERT INTO "{table.name}" ({columns}) VALUES ({", ".join(values.values())})'


@pytest.fixture
def filled(database: Database, superuser_url: str) -> Iterator[Database]:
    """One row of each tenant in every tenant table, and every privilege granted that policies govern."""
    with psycopg.connect(superuser_url) as connection:
        connection.execute("SET session_replication_role = replica")  # no foreign keys, no triggers
        for name in TENANT_TABLES:
            for tenant_id in (OURS, THEIRS):
                if name != "tenant":
                    connection.execute(insert(TABLES[name], tenant_id).encode())
        connection.execute("GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO genomlys_app")
    yield database


def test_there_are_tenant_tables_and_only_named_exceptions() -> None:
    assert {"tenant", "case_file", "fact", "person_identity", "screening", "audit_event"} <= set(TENANT_TABLES)
    for name in SHARED:
        assert "tenant_id" not in TABLES[name].columns, f"{name} holds rows of tenants and cannot be shared"


def test_every_table_of_the_database_is_declared(database: Database) -> None:
    with database.system() as session:
        existing = set(
            session.execute(
                text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
            ).scalars()
        )
    assert existing - {"alembic_version"} == set(TABLES)


@pytest.mark.parametrize("name", TENANT_TABLES)
def test_row_level_security_is_forced(database: Database, name: str) -> None:
    with database.system() as session:
        enabled = session.execute(
            text("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = CAST(:name AS regclass)"),
            {"name": name},
        ).one()
    assert tuple(enabled) == (True, True)


def test_a_tenant_reads_only_its_own_rows(filled: Database) -> None:
    for name in TENANT_TABLES:
        with filled.transaction(OURS, "intruder") as session:
            seen = session.execute(text(f'SELECT DISTINCT {tenant_column(name)} FROM "{name}"')).scalars().all()
        assert seen == [OURS], name


def test_a_tenant_writes_only_its_own_rows(filled: Database) -> None:
    for name in TENANT_TABLES:
        column = tenant_column(name)
        for statement in (
            f"UPDATE \"{name}\" SET {column} = {column} WHERE {column} = '{THEIRS}' RETURNING 1",
            f"DELETE FROM \"{name}\" WHERE {column} = '{THEIRS}' RETURNING 1",
        ):
            with filled.transaction(OURS, "intruder") as session:
                assert session.execute(text(statement)).all() == [], statement
        for statement in (
            insert(TABLES[name], THEIRS if name != "tenant" else "kommun-c"),
            f"UPDATE \"{name}\" SET {column} = '{THEIRS}'",
            f'TRUNCATE "{name}"',
        ):
            with pytest.raises(DBAPIError), filled.transaction(OURS, "intruder") as session:
                session.execute(text(statement))
    with filled.system() as session:
        for name in TENANT_TABLES:
            count = session.execute(text(f'SELECT count(DISTINCT {tenant_column(name)}) FROM "{name}"')).scalar_one()
            assert count == 2, name


def test_no_tenant_and_no_role_sees_nothing(filled: Database) -> None:
    with filled.copy_connection() as connection:
        for name in (*TENANT_TABLES, "document_content"):
            assert connection.execute(f'SELECT count(*) FROM "{name}"'.encode()).fetchone() == (0,), name
    with filled.transaction("", "nobody") as session:
        for name in (*TENANT_TABLES, "document_content"):
            assert session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() == 0, name


def test_a_pooled_connection_forgets_the_tenant(filled: Database) -> None:
    with filled.transaction(OURS, "someone"):
        pass
    with filled.engine.connect() as connection:
        assert connection.execute(text("SELECT current_user, current_setting('genomlys.tenant', true)")).one() == (
            "genomlys",
            "",
        )


def test_the_app_role_has_no_more_privileges_than_it_needs(database: Database) -> None:
    with database.system() as session:
        granted = session.execute(
            text(
                "SELECT relname, privilege_type FROM pg_class, aclexplode(relacl) "
                "WHERE grantee = 'genomlys_app'::regrole AND privilege_type NOT IN ('SELECT', 'INSERT')"
            )
        ).all()
    assert [tuple(row) for row in granted] == [("setting", "DELETE")]
