"""Asking no faster than a source allows, counted across all worker processes.

The count lives in Valkey or Redis as one generic cell rate (GCRA) per source: a single stored instant, moved on by
one Lua script with the server's own clock, so that no two workers can take the same turn and no worker's clock
matters. GCRA is a token bucket without the bucket: ``burst`` turns may be taken at once, after that one every
``60 / requests_per_minute`` seconds.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Protocol, cast

import redis

from connectors.base import FailureReason, SourceFailure
from connectors.messages import message
from graph.text import Text

_TAKE_TURN = """
local now = redis.call('TIME')
local instant = now[1] * 1000000 + now[2]
local interval = tonumber(ARGV[1])
local tolerance = tonumber(ARGV[2])
local longest = tonumber(ARGV[3])
local due = tonumber(redis.call('GET', KEYS[1]) or instant)
if due < instant then due = instant end
local wait = due - tolerance - instant
if wait > longest then return {0, wait} end
local next_due = due + interval
local lifetime = math.ceil((next_due - instant) / 1000) + 1000
redis.call('SET', KEYS[1], string.format('%.0f', next_due), 'PX', lifetime)
if wait < 0 then wait = 0 end
return {1, wait}
"""
"""KEYS[1] the source's instant; ARGV interval, burst tolerance and longest wait, all in microseconds.

Returns {1, microseconds to wait} when a turn is taken, {0, microseconds until one is within reach} when none is."""


class OwnLimit(SourceFailure):
    """Our own limit withheld the turn: nobody was asked, so it says nothing about the source.

    ``retry_after`` is always set. ``spacing`` is the seconds between two turns of the source.
    """

    def __init__(self, source: str, detail: Text, *, retry_after: float, spacing: float) -> None:
        super().__init__(source, FailureReason.RATE_LIMITED, detail, retry_after=retry_after)
        self.spacing = spacing


class RateLimiter(Protocol):
    """Gives out turns to ask."""

    def acquire(self, source: str) -> None:
        """Return when ``source`` may be asked once.

        Raises ``OwnLimit`` when the wait would be longer than the limiter's bound, so that a worker can put the task
        back instead of standing still.
        """
        ...


class UnlimitedRateLimiter:
    """Always lets through: for the sandbox, and for sources without a limit."""

    def acquire(self, source: str) -> None:
        """Return at once."""


class RedisRateLimiter:
    """Turns shared by all processes that use the same Valkey or Redis.

    ``limits`` is requests a minute by source (a source that is not in it is not limited); ``burst`` how many turns may
    be taken at once after a pause; ``max_wait_seconds`` how long a caller is kept waiting before it is told to come
    back. The steady pace is ``limit - burst + 1`` a minute, so that also the worst minute (a burst and then the steady
    pace) stays within ``limit``.
    """

    def __init__(
        self,
        client: redis.Redis,
        limits: Mapping[str, int],
        *,
        burst: int = 5,
        max_wait_seconds: float = 5.0,
        prefix: str = "genomlys:turn:",
    ) -> None:
        self._client = client
        self._limits = dict(limits)
        self._burst = burst
        self._max_wait = max_wait_seconds
        self._prefix = prefix

    def acquire(self, source: str) -> None:
        """Wait for a turn to ask ``source``; see ``RateLimiter.acquire``."""
        limit = self._limits.get(source)
        if limit is None:
            return
        burst = max(1, min(self._burst, limit // 2))
        interval = 60_000_000 / (limit - burst + 1)
        arguments = (f"{interval:.0f}", f"{interval * (burst - 1):.0f}", f"{self._max_wait * 1_000_000:.0f}")
        try:
            reply = self._client.eval(_TAKE_TURN, 1, self._prefix + source, *arguments)
        except redis.RedisError as error:
            raise OwnLimit(
                source, message("ask.limit_unreadable"), retry_after=1.0, spacing=interval / 1_000_000
            ) from error
        taken, microseconds = cast("list[int]", reply)
        seconds = microseconds / 1_000_000
        if not taken:
            raise OwnLimit(
                source,
                message("ask.own_limit", limit=limit),
                retry_after=seconds,
                spacing=interval / 1_000_000,
            )
        if seconds > 0:
            time.sleep(seconds)
