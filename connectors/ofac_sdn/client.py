"""Fetch OFAC's SDN list: its four legacy CSV files, packed into one document."""

from __future__ import annotations

import httpx

from connectors.base import FailureReason, FetchedDocument, SourceFailure
from connectors.list_client import fetch_list
from connectors.messages import message
from connectors.ofac_sdn import reader
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings

_REQUEST = "OFAC SDN list, complete: sdn, add, alt, sdn_comments"


class Client:
    """Fetches the four parts and packs them, so that one document holds one issue of the list."""

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
        """The packed list (``reader.pack``); ``stated_at`` is the newest ``Last-Modified`` of its parts.

        Raises:
            SourceFailure: a part did not come, or is not the part that it should be: three of four parts are no list.
        """
        settings = self._settings
        urls = {
            "sdn.csv": settings.ofac_sdn_url,
            "add.csv": settings.ofac_add_url,
            "alt.csv": settings.ofac_alt_url,
            "sdn_comments.csv": settings.ofac_comments_url,
        }
        parts: dict[str, FetchedDocument] = {}
        for name, url in urls.items():
            part = fetch_list(
                reader.SOURCE,
                url,
                f"{_REQUEST}: {name}",
                settings,
                self._limiter,
                self._transport,
                media_type="text/csv",
            )
            # The overflow of remarks may be empty but for the end-of-file byte; the others never are.
            empty_overflow = name == "sdn_comments.csv" and not part.content.strip(b"\x1a\r\n ")
            if reader.part_of(part.content) != name and not empty_overflow:
                raise SourceFailure(reader.SOURCE, FailureReason.MALFORMED, message("ofac_sdn.part_layout", part=name))
            parts[name] = part
        stated = [part.stated_at for part in parts.values() if part.stated_at is not None]
        return FetchedDocument(
            source=reader.SOURCE,
            content=reader.pack({name: part.content for name, part in parts.items()}),
            media_type="application/zip",
            request=_REQUEST,
            retrieved_at=max(part.retrieved_at for part in parts.values()),
            stated_at=max(stated) if stated else None,
        )
