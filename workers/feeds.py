"""Feeds: fetch a register's bulk file or a list, and load it, or load a file that somebody hands in.

A load is one transaction in the store: killed at any moment it leaves what was there before, and can be run again.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from connectors import lists
from connectors.base import FailureReason, MalformedContent, RejectedRow, SourceFailure
from connectors.bolagsverket_bulk import client as bolagsverket_bulk
from connectors.messages import message
from connectors.reading import read_document
from connectors.scb_bulk import client as scb_bulk
from connectors.settings import ConnectorSettings
from screening.store import lists as list_store
from screening.store import register_load
from workers.runtime import Runtime

REGISTER_CLIENTS = {"bolagsverket_bulk": bolagsverket_bulk, "scb_bulk": scb_bulk}
FEEDS = (*REGISTER_CLIENTS, *lists.LIST_SOURCES)
"""Sources that are held, and can therefore be loaded; registers first."""


@dataclass(frozen=True, slots=True)
class FeedReport:
    """What loading a feed did."""

    source: str
    state: str
    """``loaded`` or ``confirmed`` (the very same file was loaded before)."""
    counts: dict[str, int]
    seconds: float
    rejected: tuple[RejectedRow, ...] = ()
    """The first rows that could not be read, with their places."""


def load(runtime: Runtime, source: str, *, file: Path | None = None, accept_count: bool = False) -> FeedReport:
    """Load the newest issue of ``source`` from its own address, or ``file``.

    ``accept_count`` loads an issue whose size the guard would refuse, when a person has checked it.

    Raises:
        KeyError: ``source`` is not a feed.
        SourceFailure: it could not be fetched. What was loaded before is kept and shows as stale when too old.
        MalformedContent: it is damaged or something else.
        screening.store.lists.ListRefused, screening.store.register_load.LoadRefused: a guard stopped it.
    """
    if source not in FEEDS:
        raise KeyError(source)
    return (_load_list if source in lists.LIST_SOURCES else _load_register)(runtime, source, file, accept_count)


def load_from(runtime: Runtime, source: str, url: str, *, accept_count: bool = False) -> FeedReport:
    """As ``load``, fetched from ``url`` instead of the source's configured address.

    Raises:
        SourceFailure: also when the list is published in several files (``ofac_sdn``), which one URL cannot give.
    """
    field_of = {
        "bolagsverket_bulk": "bolagsverket_bulk_url",
        "scb_bulk": "scb_bulk_url",
        "eu_fsf": "eu_fsf_url",
        "un_sc": "un_sc_url",
    }
    if source not in field_of:
        raise SourceFailure(source, FailureReason.NOT_APPLICABLE, message("ask.several_files"))
    settings: ConnectorSettings = runtime.connectors.model_copy(update={field_of[source]: url})
    return load(replace(runtime, connectors=settings), source, accept_count=accept_count)


def _load_register(runtime: Runtime, source: str, file: Path | None, accept_count: bool) -> FeedReport:
    with tempfile.TemporaryDirectory(prefix="genomlys-feed-") as directory:
        client = REGISTER_CLIENTS[source]
        found = client.open_file(file) if file is not None else client.Client(runtime.connectors).fetch(Path(directory))
        report = register_load.load(runtime.database, source, found, accept_count=accept_count)
    names = ("rows", "new", "changed", "unchanged", "removed", "persons", "others", "rejected_count", "events")
    return FeedReport(
        source=source,
        state=report.state,
        counts={name: getattr(report, name) for name in names},
        seconds=report.seconds,
        rejected=report.rejected,
    )


def _load_list(runtime: Runtime, source: str, file: Path | None, accept_count: bool) -> FeedReport:
    started = datetime.now(UTC)
    try:
        document = read_document(source, file) if file is not None else lists.fetch(source, runtime.connectors)
        issue = lists.read_issue(source, document)
    except (SourceFailure, MalformedContent) as error:
        list_store.refuse(runtime.database, source, error.text.both)
        raise
    report = list_store.load_list(
        runtime.database, issue, document.content, media_type=document.media_type, accept_count=accept_count
    )
    return FeedReport(
        source=source,
        state=report.state,
        counts={name: getattr(report, name) for name in ("entries", "new", "changed", "removed", "rejected")},
        seconds=(datetime.now(UTC) - started).total_seconds(),
        rejected=issue.rejected[:20],
    )
