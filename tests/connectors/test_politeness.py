"""One limit for all processes, counted by a real Valkey."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import redis

from connectors.base import FailureReason, SourceFailure
from connectors.politeness import RedisRateLimiter, UnlimitedRateLimiter
from workers.embedded import EmbeddedValkey


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    # The product's own way to start one: it needs no port that another test process may take meanwhile.
    server = EmbeddedValkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def client(address: str) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(address)
    client.flushall()
    yield client
    client.close()


def turns_at_once(limiter: RedisRateLimiter, source: str = "bolagsverket_vdm") -> tuple[int, SourceFailure]:
    taken = 0
    while True:
        try:
            limiter.acquire(source)
        except SourceFailure as failure:
            return taken, failure
        taken += 1


def test_burst_then_told_when_to_come_back(client):
    limiter = RedisRateLimiter(client, {"bolagsverket_vdm": 60}, burst=5, max_wait_seconds=0)
    taken, failure = turns_at_once(limiter)
    assert taken == 5
    assert failure.reason is FailureReason.RATE_LIMITED
    assert failure.retryable
    assert failure.retry_after == pytest.approx(60 / 56, abs=0.2)


def test_sources_are_counted_apart_and_others_not_at_all(client):
    limiter = RedisRateLimiter(client, {"ssbtgu": 10, "ssbten": 10}, max_wait_seconds=0)
    assert turns_at_once(limiter, "ssbtgu")[0] == turns_at_once(limiter, "ssbten")[0] == 5
    for _ in range(100):
        limiter.acquire("un_sc")
        UnlimitedRateLimiter().acquire("ssbtgu")


def test_a_short_wait_is_waited(client):
    limiter = RedisRateLimiter(client, {"prov": 6000}, burst=1, max_wait_seconds=1)
    start = time.monotonic()
    for _ in range(11):
        limiter.acquire("prov")
    assert 0.09 <= time.monotonic() - start < 1


def test_a_refused_turn_costs_nothing(client):
    limiter = RedisRateLimiter(client, {"prov": 60}, max_wait_seconds=0)
    _, first = turns_at_once(limiter, "prov")
    for _ in range(50):
        _, last = turns_at_once(limiter, "prov")
    assert last.retry_after is not None
    assert first.retry_after is not None
    assert last.retry_after <= first.retry_after


@pytest.mark.parametrize("limit", [1, 2, 7, 60])
def test_worst_minute_stays_within_the_limit(client, limit):
    """The burst at the start and the steady pace after it together fill one minute, no more."""
    limiter = RedisRateLimiter(client, {"prov": limit}, max_wait_seconds=0)
    burst, failure = turns_at_once(limiter, "prov")
    assert failure.retry_after is not None
    interval = failure.retry_after
    assert burst + int(59 / interval) <= limit


def test_several_processes_share_one_limit(address, client):
    program = (
        "import sys, redis\n"
        "from connectors.base import SourceFailure\n"
        "from connectors.politeness import RedisRateLimiter\n"
        f"limiter = RedisRateLimiter(redis.Redis.from_url({address!r}), {{'prov': 60}}, burst=20, max_wait_seconds=0)\n"
        "taken = 0\n"
        "for _ in range(100):\n"
        "    try:\n"
        "        limiter.acquire('prov'); taken += 1\n"
        "    except SourceFailure:\n"
        "        pass\n"
        "print(taken)\n"
    )
    started = time.monotonic()
    processes = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    taken = sum(int(process.communicate(timeout=60)[0]) for process in processes)
    refilled = (time.monotonic() - started) / (60 / 41) + 1
    assert 20 <= taken <= 20 + refilled


def test_lost_valkey_is_a_failure_that_can_be_tried_again():
    limiter = RedisRateLimiter(redis.Redis(port=1, socket_connect_timeout=0.2), {"prov": 60})
    with pytest.raises(SourceFailure) as raised:
        limiter.acquire("prov")
    assert raised.value.retryable
    assert raised.value.retry_after
