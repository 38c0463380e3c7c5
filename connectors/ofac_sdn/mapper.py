"""Turn rows of the OFAC lists into list entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.list_values import ListedRow, entry_of
from connectors.ofac_sdn.reader import SOURCE
from graph.model import ListEntry


def map_entries(rows: Iterable[ListedRow]) -> Iterator[ListEntry]:
    """One entry per row, in the rows' order."""
    return (entry_of(row, SOURCE) for row in rows)
