"""Fetch the EU financial sanctions file (XML 1.1). The address holds the subscriber's token and is never stored."""

from __future__ import annotations

from dataclasses import replace

import httpx

from connectors.base import FetchedDocument
from connectors.eu_fsf import reader
from connectors.list_client import fetch_list
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings

_REQUEST = "EU financial sanctions file, complete list"


class Client:
    """Fetches the list whole."""

    def __init__(
        self,
        settings: ConnectorSettings,
        limiter: RateLimiter | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._limiter = limiter
        self._transport = transport

    def fetch(self) -> FetchedDocument:
        """The list; ``stated_at`` is its ``generationDate``. Raises ``SourceFailure``."""
        self._settings.require(reader.SOURCE, "eu_fsf_url")
        document = fetch_list(
            reader.SOURCE,
            self._settings.eu_fsf_url or "",
            _REQUEST,
            self._settings,
            self._limiter,
            self._transport,
            media_type="application/xml",
        )
        return replace(document, stated_at=reader.stated_at(document.content) or document.stated_at)
