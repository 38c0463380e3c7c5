"""A network's links as CSV (RFC 4180, UTF-8 with byte order mark so that spreadsheets read å, ä and ö)."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from datetime import date

from graph.export.content import clean, content
from graph.network import Network

COLUMNS = (
    "from", "from_name", "to", "to_name", "kind", "label", "low", "high", "start_date", "end_date", "as_of", "source",
    "document", "place",
)  # fmt: skip


def table(network: Network, parties: Collection[str], day: date) -> bytes:
    """One row a link; stakes in per cent. An entity without links has no row."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for link in content(network, parties).links:
        fact = link.fact
        low = high = ""
        if link.stake is not None and link.stake.known:
            low, high = (f"{float(part * 100):.6g}" for part in (link.stake.low, link.stake.high))
        row = (
            link.start.key, link.start.name, link.end.key, link.end.name, fact.predicate.value, link.label, low, high,
            fact.valid_from or "", fact.valid_to or "", day, fact.source, fact.document, fact.place,
        )  # fmt: skip
        writer.writerow([_harmless(clean(cell)) for cell in row])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
