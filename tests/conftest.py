"""Fixtures for all tests: a real PostgreSQL, a fresh database for each test.

Strategy: one embedded PostgreSQL for the test session, started at the first test that asks for it, in a directory of
its own under the system's temporary directory, without safety against power loss. The migrations run once, into a
template database; every test that asks for ``database_url`` or ``database`` gets a copy of it (``CREATE DATABASE …
TEMPLATE``, some tens of milliseconds), dropped afterwards, so tests commit as the product does and never see each
other. Under xdist each worker process has a server of its own. Servers left behind by a killed test run are stopped and
removed at the next start.

``database_url``  URL of an empty, migrated database
``superuser_url`` the same database as the cluster's superuser, for what the product itself may not do
``database``      ``Database`` on it, with the fixed key of the tests
``keyring``       that key
``tenant_id``     id of a tenant that exists in ``database`` (``kommun-a``); ``other_tenant_id`` a second one
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import text

from screening.store.database import Database
from screening.store.embedded import EmbeddedPostgres
from screening.store.keys import KEY_BYTES, Keyring

PREFIX = "genomlys-tests-"
TEMPLATE = "template_genomlys"


def _remove_leftovers() -> None:
    """Stop servers whose test run (its process id is in the directory's name) is gone."""
    for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        process_id = directory.name.removeprefix(PREFIX).split("-")[0]
        if process_id.isdigit() and not psutil.pid_exists(int(process_id)):
            with contextlib.suppress(Exception):
                EmbeddedPostgres(directory / "state").destroy()
            shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring(bytes(range(KEY_BYTES)))


@dataclass(frozen=True)
class Server:
    """The test session's server, whose template database is migrated. URLs have ``{}`` for the database's name."""

    url: str
    superuser_url: str


@pytest.fixture(scope="session")
def postgres(keyring: Keyring) -> Iterator[Server]:
    _remove_leftovers()
    directory = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    # mkdtemp makes it 0700; a server started by root runs as another user and has to pass through.
    directory.chmod(0o711)
    server = EmbeddedPostgres(directory / "state", durable=False)
    try:
        url = server.start().replace("/genomlys?", "/{}?")
        with psycopg.connect(url.format("genomlys"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        template = Database(url.format(TEMPLATE), keyring)
        template.upgrade()
        template.close()
        yield Server(url, server.superuser_url("{}"))
    finally:
        server.destroy()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def database_url(postgres: Server) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres.url.format("genomlys"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield postgres.url.format(name)
    # As superuser: only a superuser may end a superuser's connections that a test has left.
    with psycopg.connect(postgres.superuser_url.format("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def superuser_url(postgres: Server, database_url: str) -> str:
    return postgres.superuser_url.format(database_url.split("/")[3].split("?")[0])


@pytest.fixture
def database(database_url: str, keyring: Keyring) -> Iterator[Database]:
    database = Database(database_url, keyring)
    with database.system() as session:
        session.execute(
            text("INSERT INTO tenant (id, name, is_authority) VALUES (:id, :name, :authority)"),
            [
                {"id": "kommun-a", "name": "Provköpings kommun", "authority": True},
                {"id": "kommun-b", "name": "Exempelstads kommun", "authority": True},
            ],
        )
    yield database
    database.close()


@pytest.fixture
def tenant_id(database: Database) -> str:
    return "kommun-a"


@pytest.fixture
def other_tenant_id(database: Database) -> str:
    return "kommun-b"
