"""Fetch SCB's weekly bulk file: one large zip without sign-in, written to disk and never held in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx

from connectors.bulk import BulkFile, download, handed_in, packed_at
from connectors.politeness import RateLimiter
from connectors.scb_bulk.reader import MEMBER, SOURCE, stated_at
from connectors.settings import ConnectorSettings

REQUEST = "SCB:s bulkfil, hela"


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
        """The file, in ``directory``; ``stated_at`` is the time in its name. Raises ``SourceFailure``."""
        file, modified = download(
            SOURCE,
            self._settings.scb_bulk_url,
            REQUEST,
            directory,
            MEMBER,
            self._settings,
            self._limiter,
            self._transport,
        )
        return replace(file, stated_at=stated_at(file.name) or modified)


def open_file(path: Path) -> BulkFile:
    """A file that a person hands in; ``stated_at`` is the time in its name, else when its text was packed.

    Raises:
        MalformedContent: a zip without the register's text in it.
    """
    file = handed_in(SOURCE, path, MEMBER)
    return replace(file, stated_at=stated_at(file.name) or packed_at(SOURCE, path, MEMBER))
