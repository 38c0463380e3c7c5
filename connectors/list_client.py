"""Fetch a published list whole: what the clients of all list sources share."""

from __future__ import annotations

import tempfile

import httpx

from connectors.base import FetchedDocument
from connectors.http import Fetcher
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings

_IN_MEMORY = 32 * 2**20


def fetch_list(
    source: str,
    url: str,
    request: str,
    settings: ConnectorSettings,
    limiter: RateLimiter | None = None,
    transport: httpx.BaseTransport | None = None,
    *,
    media_type: str,
) -> FetchedDocument:
    """The list at ``url`` as one document; ``stated_at`` is its ``Last-Modified``.

    Args:
        request: the question in words (the address can hold a token and is not stored).
        media_type: what to note when the source states none.

    Raises:
        SourceFailure: for whatever the outside does.
    """
    with (
        Fetcher(source, settings, limiter, transport=transport) as fetcher,
        tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as target,
    ):
        file = fetcher.download(url, target, max_bytes=settings.http_max_list_bytes)
        target.seek(0)
        content = target.read()
    stated = file.headers.get("content-type", "").split(";")[0].strip().lower()
    return FetchedDocument(
        source=source,
        content=content,
        media_type=stated or media_type,
        request=request,
        retrieved_at=file.retrieved_at,
        stated_at=file.last_modified,
    )
