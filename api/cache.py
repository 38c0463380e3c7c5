"""What the API keeps in memory, and how it learns that it changed.

Two things are kept, since they are asked for most and change seldom: principals by token hash, and the newest result of
a case as the very bytes that are stored. A listener on PostgreSQL's notifications drops what changed; when the listener
loses its connection everything is dropped and nothing is kept until it listens again. So a kept answer is never older
than a notification's way here – and never older than ``KEPT_SECONDS``, should a connection die without a word.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import structlog

from screening.store.database import Database
from screening.store.screenings import CHANNEL as SAVED_CHANNEL
from screening.store.tokens import REVOKED_CHANNEL, Principal

Key = TypeVar("Key")
Value = TypeVar("Value")

log = structlog.get_logger(__name__)

KEPT_RESULTS = 256
KEPT_PRINCIPALS = 4096
KEPT_SECONDS = 60.0
"""Also bounds how long a token that has expired by date (of which nothing is notified) can still be used."""
LISTEN_AGAIN_SECONDS = 0.5


class Caches:
    """Principals and newest results, dropped on notification."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._principals: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()
        self._results: OrderedDict[tuple[str, str], tuple[float, bytes]] = OrderedDict()
        self._listening: set[str] = set()
        self._stop = threading.Event()
        self._generation = 0

    @property
    def live(self) -> bool:
        """Whether changes are being heard, and answers may therefore be kept."""
        return len(self._listening) == 2

    @property
    def generation(self) -> int:
        """Counts drops. Take it before reading from the database and give it back when keeping: what was read before a
        drop is not kept after it.
        """
        return self._generation

    def start(self) -> None:
        """Begin to listen, in daemon threads."""
        for channel, drop in ((REVOKED_CHANNEL, self._drop_principals), (SAVED_CHANNEL, self._drop_result)):
            threading.Thread(target=self._listen, args=(channel, drop), name=f"listen {channel}", daemon=True).start()

    def stop(self) -> None:
        """Stop listening at the next silence."""
        self._stop.set()

    def principal(self, token: str) -> Principal | None:
        """The kept principal of ``token``."""
        kept = self._principals.get(_digest(token))
        return kept[1] if kept is not None and kept[0] > time.monotonic() else None

    def keep_principal(self, token: str, principal: Principal, generation: int) -> None:
        """Keep who ``token`` speaks for, read at ``generation``."""
        with self._lock:
            if self.live and generation == self._generation:
                _keep(self._principals, _digest(token), principal, KEPT_PRINCIPALS)

    def result(self, tenant: str, case: str) -> bytes | None:
        """The kept newest result of a case of ``tenant``."""
        kept = self._results.get((tenant, case))
        return kept[1] if kept is not None and kept[0] > time.monotonic() else None

    def keep_result(self, tenant: str, case: str, result: bytes, generation: int) -> None:
        """Keep a result, read at ``generation``."""
        with self._lock:
            if self.live and generation == self._generation:
                _keep(self._results, (tenant, case), result, KEPT_RESULTS)

    def _drop_principals(self, _: str) -> None:
        with self._lock:
            self._generation += 1
            self._principals.clear()

    def _drop_result(self, payload: str) -> None:
        tenant, _, case = payload.partition(":")
        with self._lock:
            self._generation += 1
            self._results.pop((tenant, case), None)

    def _drop_everything(self) -> None:
        with self._lock:
            self._generation += 1
            self._principals.clear()
            self._results.clear()

    def _listen(self, channel: str, drop: Callable[[str], None]) -> None:
        while not self._stop.is_set():
            try:
                for payload in self._database.notifications(channel):
                    if channel not in self._listening:
                        self._drop_everything()
                        self._listening.add(channel)
                    if payload is not None:
                        drop(payload)
                    if self._stop.is_set():
                        return
            except Exception as error:  # noqa: BLE001 - whatever it was, nothing may be kept any longer
                log.info("listening again", channel=channel, error=type(error).__name__)
            finally:
                self._listening.discard(channel)
                self._drop_everything()
            self._stop.wait(LISTEN_AGAIN_SECONDS)


def _keep(kept: OrderedDict[Key, tuple[float, Value]], key: Key, value: Value, most: int) -> None:
    kept[key] = (time.monotonic() + KEPT_SECONDS, value)
    while len(kept) > most:
        kept.popitem(last=False)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
