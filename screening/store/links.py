"""Links between organisations in PostgreSQL, and who stands two links away from many of them, in one statement.

The table is temporary: it belongs to one connection and is gone with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

_LINK = np.dtype(
    [("fields", ">i2"), ("source_size", ">i4"), ("source", ">i4"), ("target_size", ">i4"), ("target", ">i4")]
)
_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
_BLOCK = 1 << 20


def load_links(connection: psycopg.Connection[Any], source: NDArray[Any], target: NDArray[Any]) -> None:
    """Put the links, each in both directions, into this connection's temporary table ``link``."""
    rows = np.empty(2 * len(source), dtype=_LINK)
    rows["fields"] = 2
    rows["source_size"] = rows["target_size"] = 4
    rows["source"] = np.concatenate((source, target))
    rows["target"] = np.concatenate((target, source))
    connection.execute("CREATE TEMPORARY TABLE link (source INTEGER NOT NULL, target INTEGER NOT NULL)")
    content = memoryview(rows.tobytes())
    with connection.cursor().copy("COPY link FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(_SIGNATURE)
        for start in range(0, len(content), _BLOCK):
            copy.write(content[start : start + _BLOCK])
        copy.write(_END)
    connection.execute("CREATE INDEX ON link (source) INCLUDE (target)")
    connection.execute("ANALYZE link")


def within_two(connection: psycopg.Connection[Any], nodes: Sequence[int]) -> list[tuple[int, int]]:
    """Whoever stands at most two links from each of ``nodes``, in any direction: (node, other), sorted, once each.

    Needs ``load_links`` on the same connection. Nobody is its own neighbour.
    """
    found = connection.execute(
        "WITH asked AS (SELECT DISTINCT unnest(%s::int[]) AS node), "
        "near AS (SELECT DISTINCT asked.node, link.target AS other FROM asked JOIN link ON link.source = asked.node), "
        "far AS (SELECT near.node, link.target AS other FROM near JOIN link ON link.source = near.other) "
        "SELECT node, other FROM (SELECT * FROM near UNION SELECT * FROM far) AS reached "
        "WHERE node <> other ORDER BY node, other",
        (list(nodes),),
    )
    return found.fetchall()
