"""The embedded Valkey: on a socket of its own, back after any end, empty each time."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest
import redis

from workers.embedded import SOCKET_PATH_LIMIT, EmbeddedValkey, socket_path


@pytest.fixture
def server(tmp_path):
    server = EmbeddedValkey(tmp_path)
    yield server
    server.stop()


def ping(server: EmbeddedValkey) -> bool:
    with redis.Redis.from_url(server.url) as client:
        return bool(client.ping())


def test_starts_stops_and_starts_again(server):
    server.start()
    server.start()
    assert ping(server)
    assert server.alive()
    server.stop()
    server.stop()
    assert not server.alive()
    server.start()
    assert ping(server)


def test_only_this_user_reaches_it(server):
    server.start()
    assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.directory.stat().st_mode) == 0o700


def test_killed_it_starts_again_empty_at_the_same_address(server):
    server.start()
    url = server.url
    with redis.Redis.from_url(url) as client:
        client.set("minne", "ja")
    os.kill(server.pid, signal.SIGKILL)
    server._process.wait()
    assert not server.alive()
    server.start()
    assert server.url == url
    with redis.Redis.from_url(url) as client:
        assert client.get("minne") is None


def test_a_stale_socket_is_no_hindrance(server):
    server.socket.parent.mkdir(parents=True, exist_ok=True)
    server.socket.touch()
    server.start()
    assert ping(server)


def test_one_that_runs_already_is_used(tmp_path, server):
    server.start()
    second = EmbeddedValkey(tmp_path)
    second.start()
    assert second.pid is None
    assert ping(second)


def test_two_directories_are_two_servers(tmp_path):
    first, second = EmbeddedValkey(tmp_path / "a"), EmbeddedValkey(tmp_path / "b")
    try:
        first.start()
        second.start()
        with redis.Redis.from_url(first.url) as client:
            client.set("var", "a")
        with redis.Redis.from_url(second.url) as client:
            assert client.get("var") is None
    finally:
        first.stop()
        second.stop()


def test_a_path_too_long_for_a_socket_gets_one_elsewhere(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    server = EmbeddedValkey(deep)
    try:
        assert len(os.fsencode(server.socket)) <= SOCKET_PATH_LIMIT
        assert server.socket == socket_path(deep)
        server.start()
        assert ping(server)
    finally:
        server.stop()
        server.socket.unlink(missing_ok=True)
        server.socket.parent.rmdir()


def test_a_private_directory_that_others_may_enter_is_refused(tmp_path):
    deep = tmp_path / ("d" * 120)
    place: Path = socket_path(deep).parent
    try:
        place.chmod(0o755)
        with pytest.raises(PermissionError, match="not private"):
            socket_path(deep)
    finally:
        place.rmdir()
