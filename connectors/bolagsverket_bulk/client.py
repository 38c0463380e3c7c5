"""Fetch Bolagsverket's weekly bulk file: one large zip without sign-in, written to disk and never held in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx

from connectors.bolagsverket_bulk.reader import MEMBER, SOURCE
from connectors.bulk import BulkFile, download, handed_in, packed_at
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings

REQUEST = "Bolagsverkets bulkfil, hela"


class Client:
    """Fetches the file whole."""

    def __init__(
        self,
        settings: ConnectorSettings,
        limiter: RateLimiter | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._limiter = limiter
        self._transport = transport

    def fetch(self, directory: Path) -> BulkFile:
        """The file, in ``directory``; ``stated_at`` is its ``Last-Modified``. Raises ``SourceFailure``."""
        file, modified = download(
            SOURCE,
            self._settings.bolagsverket_bulk_url,
            REQUEST,
            directory,
            MEMBER,
            self._settings,
            self._limiter,
            self._transport,
        )
        return replace(file, stated_at=modified or packed_at(SOURCE, file.path, MEMBER))


def open_file(path: Path) -> BulkFile:
    """A file that a person hands in; ``stated_at`` is when its text was packed, ``None`` for an unpacked text.

    Raises:
        MalformedContent: a zip without the register's text in it.
    """
    return replace(handed_in(SOURCE, path, MEMBER), stated_at=packed_at(SOURCE, path, MEMBER))
