"""Bulk files into the mirrored register: set-based, one transaction for each file, only what changed is written.

How a load goes:

1. The reader gives batches of rows in the form COPY takes; a row's text is hashed and never taken apart here.
2. Numbers and hashes of the mirror (16 bytes an organisation) are held as sorted arrays. Each batch is compared with
   them at once, so that unchanged rows never reach the database.
3. The first load copies straight into the emptied table and builds its indexes afterwards; a later one copies new and
   changed rows into a temporary table, from which change events, updates and inserts are made by one statement each.
4. An organisation that the file no longer holds keeps its last row, marked with the load that missed it: a company that
   SCB has purged still tells its industry to whoever looks for its successor.

Everything happens in one transaction under a lock per source: killed at any moment, the previous state stands, and the
same file can be loaded again. A file that shrank or grew beyond reason, is older than the mirror, or is mostly
unreadable is refused; the refusal is recorded, and the mirror shows as stale until a good file comes.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import structlog
from numpy.typing import NDArray
from psycopg import sql
from psycopg.abc import Buffer
from psycopg.copy import LibpqWriter

from connectors.base import MalformedContent, RejectedRow
from connectors.bolagsverket_bulk import reader as bolagsverket_reader
from connectors.bulk import Batch, BulkFile, ReadReport
from connectors.messages import message
from connectors.scb_bulk import reader as scb_reader
from graph.text import Text
from screening.store.database import Database

logger = structlog.get_logger(__name__)

SHRUNK_TO = 0.5
"""A file with fewer than this share of the mirrored rows is refused: registers do not halve in a week."""
GREW_TO = 2.0
"""Nor do they double."""
GUARDED_ROWS = 20
"""Below so many mirrored rows (training, tests) shares say nothing and the guard is off."""
REJECTED_SHARE = 0.01
"""More unreadable rows than this and the file is not in the layout we know …"""
REJECTED_ROWS = 10
"""… provided there are at least so many."""
LOCK = 0x67656E6F_00000001
"""Advisory lock, plus the source's position in ``SOURCES``: one load of a source at a time."""

Integers = NDArray[np.int64]


class LoadRefused(Exception):
    """A bulk file was not loaded and the mirror is as it was. ``reason`` is a short code.

    ``text`` says why in both languages, ``str()`` in English.
    """

    def __init__(self, source: str, reason: str, said: Text) -> None:
        self.text = Text(sv=f"{source}: {said.sv}", en=f"{source}: {said.en}")
        super().__init__(self.text.en)
        self.source = source
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one load did."""

    source: str
    state: str
    """``loaded``, or ``confirmed`` when the very same file was loaded before and nothing was done."""
    load_id: int
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    persons: int = 0
    others: int = 0
    rejected_count: int = 0
    rejected: tuple[RejectedRow, ...] = field(default=(), repr=False)
    """The first rejected rows."""
    events: int = 0
    seconds: float = 0.0

    @property
    def rows_written(self) -> int:
        """Rows of the mirror that were inserted, updated or marked as removed."""
        return self.new + self.changed + self.removed


@dataclass(frozen=True, slots=True)
class _Aspect:
    """One aspect whose change is an event, as SQL over a row ``{row}``; compared and stored as text."""

    what: str
    compared: str
    stored: str


@dataclass(frozen=True, slots=True)
class _Mirror:
    """A source's reader, table and aspects."""

    source: str
    table: str
    columns: tuple[str, ...]
    selected: tuple[str, ...]
    """Columns that queries select by."""
    batches: Callable[[Path, ReadReport], Iterator[Batch]]
    aspects: tuple[_Aspect, ...]


def _plain(what: str, expression: str) -> _Aspect:
    return _Aspect(what, expression, expression)


_SCB_ADDRESS = "concat_ws('$', {row}.gatuadress, {row}.coadress, {row}.postort, {row}.postnr)"
_PROCEEDINGS = "{row}.pagandeavvecklingselleromstruktureringsforfarande"

MIRRORS: dict[str, _Mirror] = {
    mirror.source: mirror
    for mirror in (
        _Mirror(
            source=bolagsverket_reader.SOURCE,
            table="register_bolagsverket",
            columns=tuple(name.lower() for name in bolagsverket_reader.COLUMNS),
            selected=("number", "address_key", "bankrupt_on"),
            batches=bolagsverket_reader.batches,
            aspects=(
                # Without registration dates and descriptions, which change without any name changing.
                _Aspect(
                    "name",
                    r"regexp_replace({row}.organisationsnamn, '(-ORGNAM)\$[^|]*', '\1', 'g')",
                    "{row}.organisationsnamn",
                ),
                _Aspect(
                    "address",
                    r"regexp_replace(upper({row}.postadress), '\s+', ' ', 'g')",
                    "{row}.postadress",
                ),
                # "null" is how some rows write that there is no date.
                _plain(
                    "status",
                    "coalesce(nullif({row}.avregistreringsdatum, 'null'), '') || '$' || {row}.avregistreringsorsak",
                ),
                _plain("legal_form", "{row}.organisationsform"),
                _plain("proceeding", _PROCEEDINGS),
            ),
        ),
        _Mirror(
            source=scb_reader.SOURCE,
            table="register_scb",
            columns=tuple(name.lower() for name in scb_reader.COLUMNS),
            selected=("number",),
            batches=scb_reader.batches,
            aspects=(
                _plain("name", "concat_ws('$', {row}.namn, nullif({row}.foretagsnamn, ''))"),
                _Aspect("address", rf"regexp_replace(upper({_SCB_ADDRESS}), '\s+', ' ', 'g')", _SCB_ADDRESS),
                _plain(
                    "industry",
                    "concat_ws(',', nullif({row}.ng1, ''), nullif({row}.ng2, ''), nullif({row}.ng3, ''), "
                    "nullif({row}.ng4, ''), nullif({row}.ng5, ''))",
                ),
                _plain("status", "concat_ws('$', {row}.ftgstat, {row}.jestat)"),
                _plain("legal_form", "{row}.jurform"),
            ),
        ),
    )
}


def load_bolagsverket(database: Database, file: BulkFile, *, accept_count: bool = False) -> LoadReport:
    """Bring Bolagsverket's mirror to the state of ``file`` (see ``load``)."""
    return load(database, bolagsverket_reader.SOURCE, file, accept_count=accept_count)


def load_scb(database: Database, file: BulkFile, *, accept_count: bool = False) -> LoadReport:
    """Bring SCB's mirror to the state of ``file`` (see ``load``)."""
    return load(database, scb_reader.SOURCE, file, accept_count=accept_count)


def load(database: Database, source: str, file: BulkFile, *, accept_count: bool = False) -> LoadReport:
    """Bring the mirror of ``source`` to the state of ``file``, all of it or nothing.

    ``accept_count`` loads a file whose number of rows the guard would refuse, when a person has checked it.

    Raises:
        LoadRefused: the file was read but must not replace what is mirrored.
        MalformedContent: the file is not what the source publishes, or is damaged. In both cases the mirror is as it
            was, and shows as stale.
    """
    started = time.perf_counter()
    mirror = MIRRORS[source]
    try:
        with database.copy_connection() as connection:
            report = _Load(connection, mirror, file, accept_count, started).run()
    except (LoadRefused, MalformedContent) as error:
        _record_refusal(database, file, error)
        raise
    logger.info(
        "register_loaded",
        source=source,
        state=report.state,
        rows=report.rows,
        new=report.new,
        changed=report.changed,
        removed=report.removed,
        rejected=report.rejected_count,
        events=report.events,
        seconds=round(report.seconds, 2),
    )
    return report


class _Load:
    """One file's way into the mirror, on one connection and transaction."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        mirror: _Mirror,
        file: BulkFile,
        accept_count: bool,
        started: float,
    ) -> None:
        self.connection = connection
        self.mirror = mirror
        self.file = file
        self.accept_count = accept_count
        self.started = started
        self.table = sql.Identifier(mirror.table)
        self.written_columns = ("number", "hash", "load_id", "line", *mirror.columns)
        self.read = ReadReport()

    def run(self) -> LoadReport:
        self._execute("SELECT pg_advisory_xact_lock({})", sql.Literal(LOCK + list(MIRRORS).index(self.mirror.source)))
        previous = self._previous()
        if previous is not None and previous["sha256"] == self.file.sha256:
            return LoadReport(
                source=self.mirror.source,
                state="confirmed",
                load_id=_insert_load(self.connection, self.file, "confirmed"),
                seconds=time.perf_counter() - self.started,
            )
        if previous is not None and self.file.observed_at < previous["observed_at"]:
            raise LoadRefused(
                self.mirror.source,
                "older",
                message(
                    "load.older",
                    stated=f"{self.file.observed_at:%Y-%m-%d %H:%M}",
                    loaded=f"{previous['observed_at']:%Y-%m-%d %H:%M}",
                ),
            )
        # The server's memory for sorting this transaction's indexes and joins; nothing of it outlives the transaction.
        self._execute("SET LOCAL maintenance_work_mem = '256MB'")
        self._execute("SET LOCAL work_mem = '64MB'")
        load_id = _insert_load(self.connection, self.file, "loaded")
        known = _Known.of(self.connection, self.mirror.table)
        report = self._first(load_id) if known.size == 0 else self._again(load_id, known, previous)
        self._execute(
            "UPDATE register_load SET rows = {}, new = {}, changed = {}, unchanged = {}, removed = {}, persons = {}, "
            "others = {}, rejected = {}, events = {}, seconds = {} WHERE id = {}",
            *(
                sql.Literal(value)
                for value in (
                    report.rows,
                    report.new,
                    report.changed,
                    report.unchanged,
                    report.removed,
                    report.persons,
                    report.others,
                    report.rejected_count,
                    report.events,
                    report.seconds,
                    load_id,
                )
            ),
        )
        return report

    def _previous(self) -> dict[str, Any] | None:
        row = self.connection.execute(
            "SELECT id, sha256, coalesce(stated_at, retrieved_at) FROM register_load "
            "WHERE source = %s AND state = 'loaded' ORDER BY id DESC LIMIT 1",
            (self.mirror.source,),
        ).fetchone()
        return None if row is None else {"id": row[0], "sha256": row[1], "observed_at": row[2]}

    # ------------------------------------------------------------------ the first file

    def _first(self, load_id: int) -> LoadReport:
        """Copy everything into the emptied table, then build its indexes."""
        indexes = self.connection.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisprimary FROM pg_index "
            "WHERE indrelid = %s::regclass ORDER BY indisprimary DESC, indexrelid",
            (self.mirror.table,),
        ).fetchall()
        primary = f"{self.mirror.table}_pkey"
        # Emptied in this transaction, so COPY may write rows as already frozen and no vacuum has to rewrite them.
        self._execute("TRUNCATE {}", self.table)
        self._execute("ALTER TABLE {} DROP CONSTRAINT {}", self.table, sql.Identifier(primary))
        for name, _, is_primary in indexes:
            if not is_primary:
                self._execute("DROP INDEX {}", sql.Identifier(name))
        numbers: list[Integers] = []
        lines: list[Integers] = []
        with self._copy(self.table, freeze=True) as write:
            for batch in self.mirror.batches(self.file.path, self.read):
                batch_numbers = _integers(batch.numbers)
                numbers.append(batch_numbers)
                lines.append(np.array(batch.lines, dtype=np.int64))
                hashes = _hashes(batch.texts)
                write(_copy_block(batch.numbers, hashes.tolist(), load_id, batch.lines, batch.texts))
        doubles = self._doubles(numbers, lines)
        if doubles:
            self._execute("DELETE FROM {} WHERE line = ANY({})", self.table, sql.Literal(doubles))
        self._guard(0)
        self._execute("ALTER TABLE {} ADD CONSTRAINT {} PRIMARY KEY (number)", self.table, sql.Identifier(primary))
        for _, definition, is_primary in indexes:
            if not is_primary:
                self.connection.execute(definition)
        # Only what queries select by: sampling the wide text columns takes longer than it helps.
        self._execute(
            "ANALYZE {} ({})",
            self.table,
            sql.SQL(", ").join(map(sql.Identifier, self.mirror.selected)),
        )
        return self._report(load_id, new=self.read.rows, changed=0, unchanged=0, removed=0, events=0)

    # ------------------------------------------------------------------ later files

    def _again(self, load_id: int, known: _Known, previous: dict[str, Any] | None) -> LoadReport:
        """Copy new and changed rows aside, then make events, updates and inserts of them."""
        staged = sql.Identifier("staged")
        self._execute(
            "CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP",
            staged,
            sql.SQL(", ").join(
                sql.SQL("{} {}").format(
                    sql.Identifier(name),
                    sql.SQL({"number": "bigint", "hash": "bigint"}.get(name, "text"))
                    if name not in ("load_id", "line")
                    else sql.SQL("integer"),
                )
                for name in self.written_columns
            ),
        )
        numbers: list[Integers] = []
        lines: list[Integers] = []
        with self._copy(staged, freeze=False) as write:
            for batch in self.mirror.batches(self.file.path, self.read):
                batch_numbers = _integers(batch.numbers)
                numbers.append(batch_numbers)
                lines.append(np.array(batch.lines, dtype=np.int64))
                hashes = _hashes(batch.texts)
                different = known.differences(batch_numbers, hashes)
                if different:
                    write(
                        _copy_block(
                            [batch.numbers[index] for index in different],
                            [int(hashes[index]) for index in different],
                            load_id,
                            [batch.lines[index] for index in different],
                            [batch.texts[index] for index in different],
                        )
                    )
        doubles = self._doubles(numbers, lines)
        if doubles:
            self._execute("DELETE FROM {} WHERE line = ANY({})", staged, sql.Literal(doubles))
        self._guard(known.size)
        removed = known.missing()
        self._execute("ANALYZE {}", staged)
        events = self._events(load_id, previous, removed) if previous is not None else 0
        assignments = sql.SQL(", ").join(
            sql.SQL("{name} = staged.{name}").format(name=sql.Identifier(name))
            for name in self.written_columns
            if name != "number"
        )
        changed = self._execute(
            "UPDATE {} AS mirror SET {}, removed_in = NULL FROM staged WHERE mirror.number = staged.number "
            "AND mirror.removed_in IS NULL",
            self.table,
            assignments,
        )
        names = sql.SQL(", ").join(map(sql.Identifier, self.written_columns))
        returned = self._execute(
            "UPDATE {} AS mirror SET {}, removed_in = NULL FROM staged WHERE mirror.number = staged.number "
            "AND mirror.removed_in IS NOT NULL",
            self.table,
            assignments,
        )
        new = returned + self._execute(
            "INSERT INTO {} ({}) SELECT {} FROM staged ON CONFLICT (number) DO NOTHING", self.table, names, names
        )
        if removed:
            self._execute(
                "UPDATE {} SET removed_in = {} WHERE number = ANY({}::bigint[])",
                self.table,
                sql.Literal(load_id),
                sql.Literal(removed),
            )
        return self._report(
            load_id,
            new=new,
            changed=changed,
            unchanged=self.read.rows - new - changed,
            removed=len(removed),
            events=events,
        )

    def _events(self, load_id: int, previous: dict[str, Any], removed: list[int]) -> int:
        """One event for each organisation and changed aspect, dated between the two files' own times."""
        head = sql.SQL(
            "INSERT INTO organisation_event (number, source, what, before, after, not_before, not_after, load_id) "
        )
        told = sql.SQL("{}, {}, {}").format(
            sql.Literal(previous["observed_at"]), sql.Literal(self.file.observed_at), sql.Literal(load_id)
        )
        source = sql.Literal(self.mirror.source)
        count = 0
        for aspect in self.mirror.aspects:
            old, new = (sql.SQL(aspect.stored.format(row=row)) for row in ("mirror", "staged"))
            differs = sql.SQL("{} IS DISTINCT FROM {}").format(
                *(sql.SQL(aspect.compared.format(row=row)) for row in ("mirror", "staged"))
            )
            count += self._execute(
                "{} SELECT lpad(mirror.number::text, 10, '0'), {}, {}, {}, {}, {} FROM staged JOIN {} AS mirror "
                "USING (number) WHERE mirror.removed_in IS NULL AND {} ORDER BY mirror.number",
                head,
                source,
                sql.Literal(aspect.what),
                old,
                new,
                told,
                self.table,
                differs,
            )
        status = next(aspect for aspect in self.mirror.aspects if aspect.what == "status")
        # An organisation that enters or leaves the register changes status, and nothing else is known to change.
        count += self._execute(
            "{} SELECT lpad(staged.number::text, 10, '0'), {}, 'status', NULL, {}, {} FROM staged "
            "LEFT JOIN {} AS mirror ON mirror.number = staged.number AND mirror.removed_in IS NULL "
            "WHERE mirror.number IS NULL ORDER BY staged.number",
            head,
            source,
            sql.SQL(status.stored.format(row="staged")),
            told,
            self.table,
        )
        if removed:
            count += self._execute(
                "{} SELECT lpad(mirror.number::text, 10, '0'), {}, 'status', {}, NULL, {} FROM {} AS mirror "
                "WHERE mirror.number = ANY({}::bigint[]) ORDER BY mirror.number",
                head,
                source,
                sql.SQL(status.stored.format(row="mirror")),
                told,
                self.table,
                sql.Literal(removed),
            )
        return count

    # ------------------------------------------------------------------ shared

    def _doubles(self, numbers: list[Integers], lines: list[Integers]) -> list[int]:
        """Lines that state an organisation for the second time: the first one counts, the others are rejected."""
        if not numbers:
            return []
        every_number, every_line = np.concatenate(numbers), np.concatenate(lines)
        order = np.argsort(every_number, kind="stable")
        again = np.flatnonzero(np.diff(every_number[order]) == 0) + 1
        doubles = sorted(int(line) for line in every_line[order][again])
        for line in doubles:
            self.read.reject(line, message("load.same_organisation"))
        self.read.rows -= len(doubles)
        return doubles

    def _guard(self, mirrored: int) -> None:
        """Refuse a file that must not replace what is mirrored."""
        read = self.read
        if read.rejected_count >= max(REJECTED_ROWS, REJECTED_SHARE * read.read):
            first = read.rejected[0]
            raise LoadRefused(
                self.mirror.source,
                "unreadable",
                message(
                    "load.unreadable_rows",
                    count=read.rejected_count,
                    rows=read.read,
                    place=first.place,
                    reason=first.reason,
                ),
            )
        if read.rows == 0:
            raise LoadRefused(self.mirror.source, "empty", message("load.no_organisation"))
        if self.accept_count or mirrored < GUARDED_ROWS:
            return
        if not SHRUNK_TO * mirrored <= read.rows <= GREW_TO * mirrored:
            raise LoadRefused(
                self.mirror.source,
                "count",
                message("load.register_count", count=read.rows, loaded=mirrored),
            )

    def _report(self, load_id: int, *, new: int, changed: int, unchanged: int, removed: int, events: int) -> LoadReport:
        return LoadReport(
            source=self.mirror.source,
            state="loaded",
            load_id=load_id,
            rows=self.read.rows,
            new=new,
            changed=changed,
            unchanged=unchanged,
            removed=removed,
            persons=self.read.persons,
            others=self.read.others,
            rejected_count=self.read.rejected_count,
            rejected=tuple(self.read.rejected),
            events=events,
            seconds=time.perf_counter() - self.started,
        )

    def _execute(self, statement: str, *parts: sql.Composable) -> int:
        return self.connection.execute(sql.SQL(statement).format(*parts)).rowcount

    @contextmanager
    def _copy(self, table: sql.Identifier, *, freeze: bool) -> Iterator[Callable[[bytes], None]]:
        statement = sql.SQL("COPY {} ({}) FROM STDIN{}").format(
            table,
            sql.SQL(", ").join(map(sql.Identifier, self.written_columns)),
            sql.SQL(" (FREEZE)" if freeze else ""),
        )
        with self.connection.cursor() as cursor, cursor.copy(statement, writer=_Ahead(cursor)) as copy:
            yield copy.write


class _Ahead(LibpqWriter):
    """Sends one block while the next is made: the reader and the server work at the same time, in bounded memory."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        super().__init__(cursor)
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._sending: Future[None] | None = None

    def write(self, data: Buffer) -> None:
        """Wait for the block before, then send this one in the background."""
        self._wait()
        self._sending = self._thread.submit(super().write, data)

    def finish(self, exc: BaseException | None = None) -> None:
        """Wait for the last block; tell the server that the copy is complete, or that it is given up."""
        try:
            self._wait()
        except BaseException as error:
            exc = exc or error
            raise
        finally:
            self._thread.shutdown()
            super().finish(exc)

    def _wait(self) -> None:
        sending, self._sending = self._sending, None
        if sending is not None:
            sending.result()


@dataclass(slots=True)
class _Known:
    """What is mirrored: sorted numbers, their rows' hashes, and which of them the file has shown."""

    numbers: Integers
    hashes: Integers
    seen: NDArray[np.bool_]

    @classmethod
    def of(cls, connection: psycopg.Connection[Any], table: str) -> _Known:
        """Read from ``table``, packed by the server: three million organisations are 48 MB and a second."""
        parts: list[NDArray[np.void]] = []
        with connection.cursor(name="known", binary=True) as cursor:
            cursor.itersize = 1
            cursor.execute(
                sql.SQL(
                    "SELECT string_agg(int8send(number) || int8send(hash), ''::bytea) FROM "
                    "(SELECT number, hash, row_number() OVER () / 50000 AS part FROM {} WHERE removed_in IS NULL) "
                    "AS live GROUP BY part"
                ).format(sql.Identifier(table))
            )
            for (packed,) in cursor:
                parts.append(np.frombuffer(packed, dtype=[("number", ">i8"), ("hash", ">i8")]))
        if not parts:
            empty = np.empty(0, dtype=np.int64)
            return cls(empty, empty, np.empty(0, dtype=np.bool_))
        every = np.concatenate(parts)
        numbers = every["number"].astype(np.int64)
        order = np.argsort(numbers)
        return cls(numbers[order], every["hash"].astype(np.int64)[order], np.zeros(len(order), dtype=np.bool_))

    @property
    def size(self) -> int:
        """How many organisations are mirrored."""
        return len(self.numbers)

    def differences(self, numbers: Integers, hashes: Integers) -> list[int]:
        """Positions of rows that are new or changed; marks what was seen."""
        places = np.searchsorted(self.numbers, numbers)
        places[places == self.size] = 0
        present = self.numbers[places] == numbers
        self.seen[places[present]] = True
        positions: list[int] = np.flatnonzero(~(present & (self.hashes[places] == hashes))).tolist()
        return positions

    def missing(self) -> list[int]:
        """Numbers that the file did not show."""
        numbers: list[int] = self.numbers[~self.seen].tolist()
        return numbers


def _hashes(texts: list[bytes]) -> Integers:
    """The first eight bytes of each row's SHA-256 (the fastest good hash at hand: processors have it built in)."""
    sha256 = hashlib.sha256
    digests = b"".join([sha256(text).digest() for text in texts])
    return np.frombuffer(digests, dtype=">i8")[::4].astype(np.int64)


def _integers(numbers: list[bytes]) -> Integers:
    """Ten-digit numbers as integers, all at once."""
    digits = np.frombuffer(b"".join(numbers), dtype=np.uint8).reshape(-1, 10).astype(np.int64) - ord("0")
    found: Integers = digits @ _PLACES
    return found


_PLACES = 10 ** np.arange(9, -1, -1, dtype=np.int64)


def _copy_block(numbers: list[bytes], hashes: list[int], load_id: int, lines: list[int], texts: list[bytes]) -> bytes:
    """Rows in COPY's text form, written by one formatting for all of them."""
    template = b"%b\t%d\t" + str(load_id).encode() + b"\t%d\t%b\n"
    return (template * len(numbers)) % tuple(chain.from_iterable(zip(numbers, hashes, lines, texts, strict=True)))


def _insert_load(connection: psycopg.Connection[Any], file: BulkFile, state: str, reason: str | None = None) -> int:
    row = connection.execute(
        "INSERT INTO register_load (source, sha256, name, request, stated_at, retrieved_at, state, reason) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (file.source, file.sha256, file.name, file.request, file.stated_at, file.retrieved_at, state, reason),
    ).fetchone()
    assert row is not None
    return int(row[0])


def _record_refusal(database: Database, file: BulkFile, error: LoadRefused | MalformedContent) -> None:
    with database.copy_connection() as connection:
        _insert_load(connection, file, "refused", error.text.both)
    logger.warning("register_load_refused", source=file.source, reason=str(error))
