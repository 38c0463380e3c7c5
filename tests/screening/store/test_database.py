from __future__ import annotations

import importlib
import os
import pkgutil
import threading
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import screening.store
from screening.store.database import Database, DatabaseProblem
from screening.store.keys import KeyProblem, Keyring
from screening.store.tables import Base

for module in pkgutil.iter_modules(screening.store.__path__):
    if module.name != "migrations":
        importlib.import_module(f"screening.store.{module.name}")


def test_migrations_make_exactly_the_tables_that_the_code_declares(database: Database) -> None:
    assert database.is_current
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_again_changes_nothing(database: Database) -> None:
    database.upgrade()
    assert database.is_current


def test_a_transaction_belongs_to_one_tenant(database: Database, tenant_id: str) -> None:
    with database.transaction(tenant_id, "someone") as session:
        assert session.execute(text("SELECT id FROM tenant")).scalars().all() == [tenant_id]
        assert session.execute(text("SELECT current_user, current_setting('genomlys.actor')")).one() == (
            "genomlys_app",
            "someone",
        )
    with database.system() as session:
        assert len(session.execute(text("SELECT id FROM tenant")).all()) == 2


def test_an_exception_undoes_the_transaction(database: Database) -> None:
    with pytest.raises(RuntimeError), database.system() as session:
        session.execute(text("DELETE FROM tenant"))
        raise RuntimeError
    with database.system() as session:
        assert session.execute(text("SELECT count(*) FROM tenant")).scalar_one() == 2


def test_another_master_key_is_noticed_before_it_does_harm(database: Database, database_url: str) -> None:
    with pytest.raises(KeyProblem, match="not the one this database was filled with"):
        Database(database_url, Keyring.generate()).upgrade()


def test_a_database_of_a_later_release_is_left_alone(database: Database, database_url: str, keyring: Keyring) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseProblem, match="later release"):
        database.upgrade()


@pytest.mark.parametrize(
    "url", ["sqlite:///x.db", "mysql://root@localhost/x", "no url at all", "postgresql://u:secret@h:port/x"]
)
def test_only_a_postgresql_url_will_do_and_no_message_repeats_it(url: str) -> None:
    with pytest.raises(DatabaseProblem) as problem:
        Database(url)
    assert "secret" not in str(problem.value)


def test_the_password_is_not_shown(database_url: str) -> None:
    password = database_url.split(":")[2].split("@")[0]
    assert password not in repr(Database(database_url))


def test_an_unreachable_server_says_so(database_url: str, keyring: Keyring) -> None:
    with pytest.raises(DatabaseProblem, match="could not be upgraded"):
        Database(database_url.replace("/run&", "/nowhere&"), keyring).upgrade()


@pytest.fixture
def plain_owner(superuser_url: str, database_url: str) -> Iterator[str]:
    """URL of an empty database whose owner may not make roles, as on a server run by somebody else."""
    name = f"owner_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x'".encode())
        connection.execute(f"CREATE DATABASE {name} OWNER {name}".encode())
        password = database_url.split("//")[1].split("@")[0]
        yield database_url.replace(password, f"{name}:x").replace(database_url.split("/")[3].split("?")[0], name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
        connection.execute(f"DROP ROLE {name}".encode())


def test_an_owner_who_may_not_take_the_roles_is_told_what_to_ask_for(plain_owner: str, keyring: Keyring) -> None:
    with pytest.raises(DatabaseProblem, match="GRANT genomlys_app TO <the login role> WITH SET TRUE, INHERIT FALSE"):
        Database(plain_owner, keyring).upgrade()


def test_an_owner_who_was_granted_the_roles_needs_no_more(
    plain_owner: str, superuser_url: str, keyring: Keyring
) -> None:
    owner = plain_owner.split("//")[1].split(":")[0]
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role in ("genomlys_app", "genomlys_system"):
            connection.execute(f"GRANT {role} TO {owner} WITH SET TRUE, INHERIT FALSE".encode())
    database = Database(plain_owner, keyring)
    database.upgrade()
    with database.system() as session:
        session.execute(text("INSERT INTO tenant (id, name, is_authority) VALUES ('a', 'A', true)"))
    with database.copy_connection() as connection:
        assert connection.execute("SELECT count(*) FROM tenant").fetchone() == (0,)
    database.close()


def test_a_superuser_is_bound_by_the_roles_too(superuser_url: str, keyring: Keyring, database: Database) -> None:
    as_superuser = Database(superuser_url, keyring)
    as_superuser.upgrade()
    with as_superuser.transaction("kommun-a", "someone") as session:
        assert session.execute(text("SELECT id FROM tenant")).scalars().all() == ["kommun-a"]
    as_superuser.close()


def test_a_forked_child_uses_connections_of_its_own(database: Database) -> None:
    backend = text("SELECT pg_backend_pid()")
    with database.system() as session:
        ours = session.execute(backend).scalar_one()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with database.system() as session:
                os.write(writing, str(session.execute(backend).scalar_one()).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        theirs = int(pipe.read())
    assert theirs != ours
    with database.system() as session:
        assert session.execute(backend).scalar_one() == ours


def test_a_server_that_closed_our_connections_is_not_noticed(database: Database, superuser_url: str) -> None:
    with database.system() as session:
        process_id = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", (process_id,))
    with database.system() as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1


def test_processes_that_upgrade_at_the_same_time_do_not_collide(
    superuser_url: str, database_url: str, keyring: Keyring
) -> None:
    name = f"fresh_{uuid.uuid4().hex[:12]}"
    url = database_url.replace(database_url.split("/")[3].split("?")[0], name)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    problems: list[BaseException] = []

    def upgrade() -> None:
        database = Database(url, keyring)
        try:
            database.upgrade()
        except BaseException as problem:  # noqa: BLE001 - reported by the assertion
            problems.append(problem)
        finally:
            database.close()

    threads = [threading.Thread(target=upgrade) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
    assert problems == []


def test_notifications_arrive(database: Database) -> None:
    listening = database.notifications("genomlys_screening", poll_seconds=0.01)
    assert next(listening) is None
    with database.system() as session:
        session.execute(text("SELECT pg_notify('genomlys_screening', 'kommun-a:fall-1')"))
    assert next(payload for payload in listening if payload) == "kommun-a:fall-1"
    listening.close()
