"""The database: connections, transactions for a tenant or for the system, migrations.

Two roles without login do all the work, taken with ``SET LOCAL ROLE`` for one transaction at a time:

``genomlys_app``
    sees, by row-level security, only rows of the tenant named in the transaction's setting ``genomlys.tenant``;
``genomlys_system``
    sees every tenant's rows: for the register, the lists, tenants, the sweeper and retention.

The login role owns the tables but, since row-level security is forced, sees no tenant's rows until it takes a role.
This keeps mistakes from reaching across tenants; it is no defence against somebody who can run SQL of his own choosing.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session as Session  # noqa: PLC0414 - what transactions give, also to those above the store

from graph.model import canonical_json
from screening.store.keys import KeyProblem, Keyring, TenantKeyer

__all__ = ["Database", "DatabaseProblem", "Session", "actor_of", "keyer", "keyring", "tenant_of"]
"""``Session`` is here for those above who name it in a signature: they may not import the database library."""

APP_ROLE = "genomlys_app"
SYSTEM_ROLE = "genomlys_system"
DATABASE_URL_VARIABLE = "GENOMLYS_DATABASE_URL"
OLDEST_SERVER = 160000
UNREACHABLE: tuple[type[Exception], ...] = (
    OperationalError,
    InterfaceError,
    PoolTimeoutError,
    psycopg.OperationalError,
)
"""What a transaction raises when the server is away or has no connection left: try again shortly."""
UPGRADE_LOCK = 0x67656E6F
"""Advisory lock that lets one process at a time migrate."""
FINGERPRINT = "master_key_fingerprint"


class DatabaseProblem(RuntimeError):
    """The database cannot be used as it is: what, where, and what to do. Never holds the password."""


class Database:
    """One PostgreSQL database, with a small pool of connections. Safe to use after a fork and from many threads."""

    def __init__(self, url: str, keyring: Keyring | None = None, *, pool_size: int = 5) -> None:
        try:
            parsed = make_url(url)
        except Exception as error:  # the parser's message would repeat the URL with its password
            raise DatabaseProblem(
                f"{DATABASE_URL_VARIABLE} is not a URL such as postgresql://user@host/name"
            ) from error
        if parsed.get_backend_name() not in ("postgresql", "postgres"):
            raise DatabaseProblem(
                f"{DATABASE_URL_VARIABLE} names {parsed.get_backend_name()}; Genomlys runs on PostgreSQL only"
            )
        self._url = parsed.set(drivername="postgresql+psycopg")
        self._keyring = keyring
        self.engine: Engine = create_engine(
            self._url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,  # an error's message is logged; parameters hold names
            json_serializer=canonical_json,
            connect_args={"application_name": "genomlys", "options": "-c timezone=UTC"},
        )
        _forget_connections_after_fork(self.engine)

    @property
    def keyring(self) -> Keyring:
        """The keyring given, else this installation's."""
        if self._keyring is None:
            self._keyring = Keyring.load()
        return self._keyring

    # ------------------------------------------------------------------ transactions

    @contextmanager
    def transaction(self, tenant_id: str, actor: str) -> Iterator[Session]:
        """One transaction that sees and writes the rows of ``tenant_id`` alone; committed unless an exception leaves.

        ``actor`` (a user or token name, ``worker:…``) is written wherever a row says who made it.
        """
        with self._session(APP_ROLE, tenant_id, actor) as session:
            yield session

    @contextmanager
    def system(self, actor: str = "system") -> Iterator[Session]:
        """One transaction over all tenants and the shared tables; committed unless an exception leaves."""
        with self._session(SYSTEM_ROLE, "", actor) as session:
            yield session

    @contextmanager
    def _session(self, role: str, tenant_id: str, actor: str) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.execute(
                text(
                    "SELECT set_config('role', :role, true), set_config('genomlys.tenant', :tenant, true), "
                    "set_config('genomlys.actor', :actor, true)"
                ),
                {"role": role, "tenant": tenant_id, "actor": actor},
            )
            session.info.update(tenant_id=tenant_id, actor=actor, keyring=self.keyring)
            yield session

    @contextmanager
    def copy_connection(self) -> Iterator[psycopg.Connection[Any]]:
        """A raw connection as the tables' owner, for COPY into shared tables; committed unless an exception leaves.

        It belongs to no tenant: tenant tables look empty to it and refuse its rows.
        """
        with psycopg.connect(self._conninfo(), options="-c timezone=UTC", application_name="genomlys") as connection:
            yield connection

    def notifications(self, channel: str, *, poll_seconds: float = 1.0) -> Iterator[str | None]:
        """Payloads notified on ``channel`` from now on, and ``None`` after each ``poll_seconds`` of silence.

        Raises:
            psycopg.OperationalError: when the connection is lost; what was notified meanwhile is lost too, so drop
                whatever was cached before listening again.
        """
        with psycopg.connect(self._conninfo(), autocommit=True, application_name="genomlys") as connection:
            connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
            while True:
                silent = True
                for notification in connection.notifies(timeout=poll_seconds, stop_after=1):
                    silent = False
                    yield notification.payload
                if silent:
                    yield None

    def _conninfo(self) -> str:
        return self._url.set(drivername="postgresql").render_as_string(hide_password=False)

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()

    def __repr__(self) -> str:
        return f"Database({self._url.render_as_string(hide_password=True)})"

    # ------------------------------------------------------------------ migrations

    def upgrade(self) -> None:
        """Bring the schema up to this release, in one transaction; many processes may do so at the same time.

        Raises:
            DatabaseProblem: when the server is too old, cannot be reached, or its roles cannot be made; when the
                database is from a later release, or was filled with another master key.
        """
        try:
            with self.engine.begin() as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
                _check_server(connection)
                _ensure_roles(connection)
                _check_revision(connection)
                configuration = _configuration()
                configuration.attributes["connection"] = connection
                command.upgrade(configuration, "head")
                self._check_fingerprint(connection)
        except DBAPIError as error:
            raise DatabaseProblem(
                f"The database could not be upgraded: {_first_line(error)}. Nothing was changed"
            ) from error

    def recreate(self) -> None:
        """Throw away everything in the database and make the schema anew: for the demo's own database only."""
        with self.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        self.upgrade()

    @property
    def is_current(self) -> bool:
        """Whether the schema is that of this release."""
        with self.engine.connect() as connection:
            return set(MigrationContext.configure(connection).get_current_heads()) == set(_script().get_heads())

    def _check_fingerprint(self, connection: Connection) -> None:
        stored = connection.execute(
            text(
                "INSERT INTO database_property (name, value) VALUES (:name, :value) "
                "ON CONFLICT (name) DO UPDATE SET name = EXCLUDED.name RETURNING value"
            ),
            {"name": FINGERPRINT, "value": self.keyring.fingerprint},
        ).scalar_one()
        if stored != self.keyring.fingerprint:
            raise KeyProblem(
                "The master key is not the one this database was filled with; its documents and numbers could not be "
                "opened. Set GENOMLYS_MASTER_KEY, or restore master.key in the state directory"
            )


def keyer(session: Session) -> TenantKeyer:
    """The person keyer of the session's tenant."""
    return TenantKeyer(keyring(session), tenant_of(session))


def keyring(session: Session) -> Keyring:
    """The keyring of the session's database."""
    found: Keyring = session.info["keyring"]
    return found


def tenant_of(session: Session) -> str:
    """The tenant of the session.

    Raises:
        DatabaseProblem: in a system session, which has none.
    """
    tenant_id: str = session.info["tenant_id"]
    if not tenant_id:
        raise DatabaseProblem("This is done for one tenant: open the session with Database.transaction(tenant_id, …)")
    return tenant_id


def actor_of(session: Session) -> str:
    """Who the session works for."""
    actor: str = session.info["actor"]
    return actor


_ENGINES: weakref.WeakSet[Engine] = weakref.WeakSet()


def _forget_connections_after_fork(engine: Engine) -> None:
    """Keep a forked child (an RQ work-horse) from talking over its parent's connections."""
    _ENGINES.add(engine)


def _forget_all() -> None:
    for engine in list(_ENGINES):
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_forget_all)


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    configuration.set_main_option("path_separator", "os")
    return configuration


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_configuration())


def _check_server(connection: Connection) -> None:
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if version < OLDEST_SERVER:
        raise DatabaseProblem(
            f"The server runs PostgreSQL {version // 10000}; Genomlys needs {OLDEST_SERVER // 10000} or later"
        )
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise DatabaseProblem(f"The database's encoding is {encoding}; create it with ENCODING 'UTF8'")


def _check_revision(connection: Connection) -> None:
    known = {script.revision for script in _script().walk_revisions()}
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        raise DatabaseProblem(
            f"The database is at revision {', '.join(sorted(unknown))}, which this release does not know: it was "
            "used by a later release. Install that release, or restore a backup from before it"
        )


def _ensure_roles(connection: Connection) -> None:
    """Make the two roles and let the login role take them – without inheriting what they may do."""
    for role in (APP_ROLE, SYSTEM_ROLE):
        remedy = (
            f"Let an administrator run: CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS; "
            f"GRANT {role} TO <the login role> WITH SET TRUE, INHERIT FALSE"
        )
        row = connection.execute(
            text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = :role"), {"role": role}
        ).one_or_none()
        if row is None:
            _try(
                connection,
                f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
                f"The role {role} is missing and the login role may not make it. {remedy}",
            )
        elif row.rolsuper or row.rolbypassrls:
            raise DatabaseProblem(
                f"The role {role} passes over row-level security, so tenants would not be kept apart. Let an "
                f"administrator run: ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS"
            )
        may_set = text("SELECT pg_has_role(current_user, :role, 'SET')")
        if not connection.execute(may_set, {"role": role}).scalar_one():
            _try(
                connection,
                f"GRANT {role} TO CURRENT_USER WITH SET TRUE, INHERIT FALSE",
                f"The login role may not take the role {role}. {remedy}",
            )


def _try(connection: Connection, statement: str, complaint: str) -> None:
    savepoint = connection.begin_nested()
    try:
        connection.execute(text(statement))
    except DBAPIError as error:
        savepoint.rollback()
        # Another database of the same server may have made the role in this very moment.
        if "already exists" in str(error.orig):
            return
        raise DatabaseProblem(complaint) from error
    savepoint.commit()


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().split("\n", 1)[0]
