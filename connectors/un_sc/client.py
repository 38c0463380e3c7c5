"""Fetch the UN Security Council's consolidated list (XML)."""

from __future__ import annotations

from dataclasses import replace

import httpx

from connectors.base import FetchedDocument
from connectors.list_client import fetch_list
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings
from connectors.un_sc import reader

_REQUEST = "UN Security Council consolidated list, complete"


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
        """The list; ``stated_at`` is its ``dateGenerated``. Raises ``SourceFailure``."""
        document = fetch_list(
            reader.SOURCE,
            self._settings.un_sc_url,
            _REQUEST,
            self._settings,
            self._limiter,
            self._transport,
            media_type="application/xml",
        )
        return replace(document, stated_at=reader.stated_at(document.content) or document.stated_at)
