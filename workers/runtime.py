"""What a worker process holds for as long as it lives: database, keys, settings, limiter, policies.

Opened once a process and kept warm; every connection in it reconnects by itself.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import redis
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.retry import Retry

from connectors.politeness import RateLimiter, RedisRateLimiter
from connectors.settings import ConnectorSettings
from screening.store.database import Database
from screening.store.embedded import default_state_directory
from screening.store.keys import Keyring
from workers.settings import WorkerSettings

LONGEST_WAIT_SECONDS = 0.05
"""A worker waits no longer than this for a turn to ask; then the task is put back and the worker does other work."""


class NotRunningError(RuntimeError):
    """No database or queue is configured or running here; the message says what to do."""


@dataclass(frozen=True)
class Runtime:
    """The parts that jobs, API and command line share."""

    database: Database
    keyring: Keyring
    connectors: ConnectorSettings
    settings: WorkerSettings
    redis_url: str

    @cached_property
    def redis_once(self) -> redis.Redis:
        """Valkey without patience, for what can be done without it."""
        return redis.Redis.from_url(self.redis_url, retry=Retry(NoBackoff(), 0))

    @cached_property
    def redis(self) -> redis.Redis:
        """The Valkey connection pool, patient with a server that is being restarted."""
        return redis.Redis.from_url(
            self.redis_url,
            retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 8),
            retry_on_error=[redis.ConnectionError, redis.TimeoutError],
            health_check_interval=15,
        )

    @cached_property
    def single_try(self) -> ConnectorSettings:
        """Settings for a lookup: tried once, since the task itself is tried again while the worker does other work."""
        return self.connectors.model_copy(update={"http_attempts": 1})

    @cached_property
    def limiter(self) -> RateLimiter:
        """Politeness towards sources, shared by all processes."""
        return RedisRateLimiter(self.redis, self.connectors.requests_per_minute, max_wait_seconds=LONGEST_WAIT_SECONDS)


def open_runtime(state_directory: Path | None = None) -> Runtime:
    """The runtime that the environment describes.

    Raises:
        NotRunningError: ``GENOMLYS_DATABASE_URL`` or ``GENOMLYS_REDIS_URL`` is not set.
    """
    database_url = os.environ.get("GENOMLYS_DATABASE_URL")
    settings = WorkerSettings()
    if not database_url or not settings.redis_url:
        raise NotRunningError(
            "GENOMLYS_DATABASE_URL and GENOMLYS_REDIS_URL are not set. "
            "Start everything with «genomlys up», or set both."
        )
    directory = state_directory or default_state_directory()
    keyring = Keyring.load(directory)
    return Runtime(
        database=Database(database_url, keyring),
        keyring=keyring,
        connectors=ConnectorSettings(),
        settings=settings,
        redis_url=settings.redis_url,
    )
