"""The lists that parties are screened against: one current issue of each, its document kept, shared by all tenants.

Invariants: an issue replaces the previous one whole, in one transaction, or not at all; an issue that shrank or grew
beyond reason is refused, the old entries stay and the list shows as stale, so that a broken download never clears a
hit. Every issue that was ever current keeps its document (bytes once by hash), so that an old hit can be shown.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import structlog
import zstandard
from sqlalchemy import text
from sqlmodel import Session

from connectors.lists import ListIssue
from connectors.messages import message
from connectors.registry import SOURCES
from graph.model import ListedName, ListedSchema, ListEntry, canonical_json, sha256_hex
from graph.text import Text
from screening.dossier import ListVersion
from screening.store.database import Database

logger = structlog.get_logger(__name__)

SHRUNK_TO = 0.5
"""An issue with fewer than this share of the previous entries is refused."""
GREW_TO = 2.0
"""So is one with more than this many times as many."""
GUARDED_ENTRIES = 20
"""Below so many previous entries (training, tests) shares say nothing and the guard is off."""
LOCK = 0x67656E6F_00010000
"""Advisory lock, plus a checksum of the list's id: one load of a list at a time."""


class ListRefused(Exception):
    """An issue was not loaded; the list is as it was, marked stale. ``reason``: ``count``, ``older`` or ``doubled``.

    ``text`` says why in both languages, ``str()`` in English.
    """

    def __init__(self, list_id: str, reason: str, said: Text) -> None:
        self.text = Text(sv=f"{list_id}: {said.sv}", en=f"{list_id}: {said.en}")
        super().__init__(self.text.en)
        self.list = list_id
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ListLoadReport:
    """What one load of a list did."""

    list: str
    state: str
    """``loaded``, or ``confirmed`` when the very same document was loaded before."""
    version: str
    entries: int
    new: int = 0
    changed: int = 0
    removed: int = 0
    rejected: int = 0


def load_list(
    database: Database,
    issue: ListIssue,
    document: bytes,
    *,
    media_type: str = "application/octet-stream",
    accept_count: bool = False,
    now: datetime | None = None,
) -> ListLoadReport:
    """Make ``issue``, read from ``document``, the current issue of its list.

    ``accept_count`` loads an issue whose number of entries the guard would refuse, when a person has checked it.

    Raises:
        ListRefused: the issue must not replace the current one. The refusal is recorded and the list shows as stale.
    """
    version = sha256_hex(document)
    moment = now or datetime.now(UTC)
    try:
        with database.copy_connection() as connection:
            report = _load(connection, issue, document, version, media_type, accept_count, moment)
    except ListRefused as error:
        refuse(database, issue.list, error.text.both, version=version, stated_at=issue.stated_at, now=moment)
        raise
    logger.info(
        "list_loaded",
        list=issue.list,
        state=report.state,
        entries=report.entries,
        new=report.new,
        changed=report.changed,
        removed=report.removed,
        rejected=report.rejected,
    )
    return report


def refuse(
    database: Database,
    list_id: str,
    reason: str,
    *,
    version: str = "",
    stated_at: datetime | None = None,
    now: datetime | None = None,
) -> None:
    """Record that an issue could not be loaded (``reason`` in words, without content): the list shows as stale."""
    with database.copy_connection() as connection:
        connection.execute(
            "INSERT INTO list_issue (list, version, stated_at, recorded_at, state, reason) "
            "VALUES (%s, %s, %s, %s, 'refused', %s)",
            (list_id, version, stated_at, now or datetime.now(UTC), reason),
        )
    logger.warning("list_refused", list=list_id, reason=reason)


def _load(
    connection: psycopg.Connection[Any],
    issue: ListIssue,
    document: bytes,
    version: str,
    media_type: str,
    accept_count: bool,
    moment: datetime,
) -> ListLoadReport:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK + zlib.crc32(issue.list.encode()) % 0xFFFF,))
    previous = connection.execute(
        "SELECT version, entries, stated_at FROM list_issue WHERE list = %s AND state = 'loaded' "
        "ORDER BY id DESC LIMIT 1",
        (issue.list,),
    ).fetchone()
    if previous is not None and previous[0] == version:
        connection.execute(
            "INSERT INTO list_issue (list, version, stated_at, recorded_at, state, entries) "
            "VALUES (%s, %s, %s, %s, 'confirmed', %s)",
            (issue.list, version, issue.stated_at, moment, previous[1]),
        )
        return ListLoadReport(issue.list, "confirmed", version, previous[1])
    _guard(issue, previous, accept_count)
    row = connection.execute(
        "INSERT INTO list_issue (list, version, stated_at, recorded_at, state, entries, rejected) "
        "VALUES (%s, %s, %s, %s, 'loaded', %s, %s) RETURNING id",
        (issue.list, version, issue.stated_at, moment, len(issue.entries), len(issue.rejected)),
    ).fetchone()
    assert row is not None
    issue_id = row[0]
    connection.execute(
        "INSERT INTO list_document (sha256, media_type, size, content) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (sha256) DO NOTHING",
        (version, media_type, len(document), zstandard.ZstdCompressor(level=9).compress(document)),
    )
    _stage(connection, issue)
    removed = connection.execute(
        "DELETE FROM list_entry AS kept WHERE list = %s AND NOT EXISTS "
        "(SELECT 1 FROM staged_entry WHERE staged_entry.entry = kept.entry)",
        (issue.list,),
    ).rowcount
    # What is equal stays as it is; what differs gives up its names and gets them anew.
    connection.execute(
        "DELETE FROM staged_entry USING list_entry WHERE list_entry.list = %s "
        "AND list_entry.entry = staged_entry.entry AND list_entry.content = staged_entry.content",
        (issue.list,),
    )
    connection.execute(
        "DELETE FROM list_name USING staged_entry WHERE list_name.list = %s AND list_name.entry = staged_entry.entry",
        (issue.list,),
    )
    changed = connection.execute(
        'UPDATE list_entry SET "schema" = staged_entry."schema", content = staged_entry.content, issue_id = %s '
        "FROM staged_entry WHERE list_entry.list = %s AND list_entry.entry = staged_entry.entry",
        (issue_id, issue.list),
    ).rowcount
    new = connection.execute(
        'INSERT INTO list_entry (list, entry, "schema", content, issue_id) '
        'SELECT %s, entry, "schema", content, %s FROM staged_entry ON CONFLICT (list, entry) DO NOTHING',
        (issue.list, issue_id),
    ).rowcount
    connection.execute(
        "INSERT INTO list_name (list, entry, position, name, kind, weak, script_language) "
        "SELECT %s, entry, position, name, kind, weak, script_language FROM staged_name "
        "JOIN staged_entry USING (entry)",
        (issue.list,),
    )
    connection.execute(
        "UPDATE list_issue SET new = %s, changed = %s, removed = %s WHERE id = %s", (new, changed, removed, issue_id)
    )
    return ListLoadReport(issue.list, "loaded", version, len(issue.entries), new, changed, removed, len(issue.rejected))


def _guard(issue: ListIssue, previous: tuple[Any, ...] | None, accept_count: bool) -> None:
    if len({entry.entry for entry in issue.entries}) != len(issue.entries):
        raise ListRefused(issue.list, "doubled", message("load.same_entry"))
    if previous is None:
        return
    _, count, stated_at = previous
    if stated_at is not None and issue.stated_at is not None and issue.stated_at < stated_at:
        raise ListRefused(
            issue.list,
            "older",
            message("load.older", stated=f"{issue.stated_at:%Y-%m-%d %H:%M}", loaded=f"{stated_at:%Y-%m-%d %H:%M}"),
        )
    if accept_count or count < GUARDED_ENTRIES:
        return
    if not SHRUNK_TO * count <= len(issue.entries) <= GREW_TO * count:
        raise ListRefused(
            issue.list,
            "count",
            message("load.list_count", count=len(issue.entries), loaded=count),
        )


def _stage(connection: psycopg.Connection[Any], issue: ListIssue) -> None:
    connection.execute(
        'CREATE TEMPORARY TABLE staged_entry (entry text PRIMARY KEY, "schema" text, content text) ON COMMIT DROP'
    )
    connection.execute(
        "CREATE TEMPORARY TABLE staged_name (entry text, position integer, name text, kind text, weak boolean, "
        "script_language text) ON COMMIT DROP"
    )
    with connection.cursor() as cursor:
        with cursor.copy('COPY staged_entry (entry, "schema", content) FROM STDIN') as copy:
            for entry in issue.entries:
                copy.write_row((entry.entry, entry.schema.value, canonical_json(asdict(entry))))
        with cursor.copy("COPY staged_name FROM STDIN") as copy:
            for entry in issue.entries:
                for position, name in enumerate(entry.names):
                    copy.write_row(
                        (
                            entry.entry,
                            position,
                            name.name.replace("\0", ""),  # which PostgreSQL's text cannot hold, and no name means
                            name.kind,
                            name.weak,
                            name.script_language,
                        )
                    )
    connection.execute("ANALYZE staged_entry")


def entries(session: Session, list_id: str) -> Iterator[ListEntry]:
    """The current issue's entries, in the order of their identities."""
    result = session.execute(
        text('SELECT content FROM list_entry WHERE list = :list ORDER BY entry COLLATE "C"'), {"list": list_id}
    )
    for (content,) in result.yield_per(2000):
        yield _entry(json.loads(content))


def entry(session: Session, list_id: str, entry_id: str) -> ListEntry | None:
    """One entry of the current issue, or ``None``."""
    content = session.execute(
        text("SELECT content FROM list_entry WHERE list = :list AND entry = :entry"),
        {"list": list_id, "entry": entry_id},
    ).scalar_one_or_none()
    return None if content is None else _entry(json.loads(content))


def _entry(value: dict[str, Any]) -> ListEntry:
    return ListEntry(
        **{
            **value,
            "schema": ListedSchema(value["schema"]),
            "names": tuple(ListedName(**name) for name in value["names"]),
            "programmes": tuple(value["programmes"]),
            "birth_dates": tuple(value["birth_dates"]),
            "countries": tuple(value["countries"]),
            "addresses": tuple(value["addresses"]),
            "identifiers": tuple((kind, number) for kind, number in value["identifiers"]),
            "swedish_numbers": tuple(value["swedish_numbers"]),
        }
    )


def versions(session: Session, now: datetime | None = None) -> list[ListVersion]:
    """The current issue of every list that was ever loaded, by list id.

    Stale: the newest attempt was refused, or nothing confirmed the list for its ``fresh_days``.
    """
    moment = now or datetime.now(UTC)
    rows = session.execute(
        text(
            "WITH newest AS (SELECT DISTINCT ON (list) * FROM list_issue ORDER BY list, id DESC), "
            "seen AS (SELECT DISTINCT ON (list) * FROM list_issue WHERE state <> 'refused' ORDER BY list, id DESC), "
            "current AS (SELECT DISTINCT ON (list) * FROM list_issue WHERE state = 'loaded' ORDER BY list, id DESC) "
            "SELECT current.list, current.version, current.stated_at, current.recorded_at, current.entries, "
            "newest.state, seen.recorded_at FROM current JOIN newest USING (list) JOIN seen "
            "USING (list) ORDER BY current.list"
        )
    )
    return [
        ListVersion(
            list=list_id,
            version=version,
            stated_at=stated_at,
            loaded_at=loaded_at,
            entries=count,
            stale=state == "refused" or moment - confirmed_at > timedelta(days=SOURCES[list_id].fresh_days),
        )
        for list_id, version, stated_at, loaded_at, count, state, confirmed_at in rows
    ]


def content(session: Session, sha256: str) -> bytes | None:
    """The document of an issue that is or was current, as its publisher gave it; ``None`` if unknown."""
    packed = session.execute(
        text("SELECT content FROM list_document WHERE sha256 = :sha256"), {"sha256": sha256}
    ).scalar_one_or_none()
    return None if packed is None else zstandard.ZstdDecompressor().decompress(bytes(packed))
