"""What the API keeps in memory, and how it learns that it changed.

Two things are kept, since they are asked for most and change seldom: principals by token hash, and the newest result of
a case as the very bytes that are stored. A listener on PostgreSQL's notifications drops what changed; when the listener
loses its connection everything is dropped and nothing is kept until it listens again. So a kept answer is never older
than a notification's way here.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from datetime import UTC, datetime

import structlog

from screening.store.database import Database
from screening.store.screenings import CHANNEL as SAVED_CHANNEL
from screening.store.tokens import REVOKED_CHANNEL, Principal

log = structlog.get_logger(__name__)

KEPT_RESULTS = 256
KEPT_PRINCIPALS = 4096
PRINCIPAL_SECONDS = 60.0
"""Bounds how long a token that has expired by date (of which nothing is notified) can still be used."""


class Caches:
    """Principals and newest results, dropped on notification."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._principals: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()
        self._results: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._listening: set[str] = set()
        self._stop = threading.Event()

    @property
    def live(self) -> bool:
        """Whether changes are being heard, and answers may therefore be kept."""
        return len(self._listening) == 2

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
        if kept is None or kept[0] < time.monotonic():
            return None
        return kept[1]

    def keep_principal(self, token: str, principal: Principal) -> None:
        """Keep who ``token`` speaks for."""
        if not self.live:
            return
        with self._lock:
            self._principals[_digest(token)] = (time.monotonic() + PRINCIPAL_SECONDS, principal)
            while len(self._principals) > KEPT_PRINCIPALS:
                self._principals.popitem(last=False)

    def result(self, tenant: str, case: str) -> bytes | None:
        """The kept newest result of a case of ``tenant``."""
        return self._results.get((tenant, case))

    def keep_result(self, tenant: str, case: str, result: bytes, read_at: float) -> None:
        """Keep a result that was read at ``read_at`` (``time.monotonic``), unless something was saved since."""
        if not self.live:
            return
        with self._lock:
            if read_at <= self._last_drop:
                return
            self._results[tenant, case] = result
            while len(self._results) > KEPT_RESULTS:
                self._results.popitem(last=False)

    _last_drop = 0.0

    def _drop_principals(self, _: str) -> None:
        with self._lock:
            self._principals.clear()

    def _drop_result(self, payload: str) -> None:
        tenant, _, case = payload.partition(":")
        with self._lock:
            self._last_drop = time.monotonic()
            self._results.pop((tenant, case), None)

    def _drop_everything(self) -> None:
        with self._lock:
            self._last_drop = time.monotonic()
            self._principals.clear()
            self._results.clear()

    def _listen(self, channel: str, drop: object) -> None:
        while not self._stop.is_set():
            try:
                for payload in self._database.notifications(channel):
                    if channel not in self._listening:
                        self._drop_everything()
                        self._listening.add(channel)
                    if payload is not None:
                        drop(payload)  # type: ignore[operator]
                    if self._stop.is_set():
                        return
            except Exception as error:  # noqa: BLE001 - whatever it was, nothing may be kept any longer
                self._listening.discard(channel)
                self._drop_everything()
                log.info("listening again", channel=channel, error=type(error).__name__, at=datetime.now(UTC).isoformat())
                time.sleep(0.5)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
