"""What the two weekly register files share: the file on disk, streamed blocks of text, batches of rows.

A bulk file is never held in memory. A reader turns it into ``Batch``es: organisation numbers, line numbers and the
published columns as TAB-separated UTF-8 with ``\\``, TAB and line breaks escaped by a backslash (``Row.columns``
undoes it). That form is what a database's bulk load takes as it is, so that a row's text is touched once.

Invariants: a natural person's row is counted and never leaves a reader; a row that cannot be read becomes a
``RejectedRow`` with its line number and the rest goes on; a file that ends in the middle raises ``MalformedContent``
before its last row is given out.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BufferedIOBase, RawIOBase
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import httpx

from connectors.base import MalformedContent, RejectedRow
from connectors.hardened import HardenedZip, LimitedReader, Limits, TruncatedContent, WrongEncoding
from connectors.http import Fetcher, failure_of_content
from connectors.messages import message
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings
from graph.text import Text

BLOCK_BYTES = 2 << 20
"""Text read at a time: large enough that per-block work vanishes, small enough to stay in cache and memory."""
MAXIMUM_ROW_BYTES = 4 << 20
"""A row longer than this is no row: the file is not in its published layout."""
LIMITS = Limits(content_bytes=16 << 30, members=16)
"""Ten times today's files: more is a zip bomb or a layout that nobody has seen."""
STOCKHOLM = ZoneInfo("Europe/Stockholm")
"""The clock of both sources."""
KEPT_REJECTIONS = 1000
"""Rejected rows that are described one by one; the rest are only counted."""
FETCH_AGAIN = message("remedy.fetch_nothing_loaded")


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A downloaded or handed-in bulk file: where it lies, what it is, and when its source says it was made."""

    source: str
    path: Path
    name: str
    """Name of the text file inside the zip, or of the file itself."""
    sha256: str
    size: int
    request: str
    retrieved_at: datetime
    stated_at: datetime | None = None
    """``Last-Modified`` (Bolagsverket) or the timestamp in the file's name (SCB); ``None`` = the source gave none."""

    @property
    def observed_at(self) -> datetime:
        """When the content held according to the source, else when we got it."""
        return self.stated_at or self.retrieved_at


@dataclass(slots=True)
class ReadReport:
    """What a reader counted: filled while its iterator runs."""

    rows: int = 0
    """Organisation rows given out."""
    persons: int = 0
    """Rows of natural persons, skipped: the mirror holds organisations only."""
    others: int = 0
    """Rows with another kind of identity (estates without organisation number, foreign identities), skipped."""
    rejected_count: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    """The first ``KEPT_REJECTIONS`` rejected rows."""

    def reject(self, line: int, reason: Text) -> None:
        """Count a row that cannot be read, keeping its place and the reason, never its content."""
        self.rejected_count += 1
        if len(self.rejected) < KEPT_REJECTIONS:
            self.rejected.append(RejectedRow(place=f"row {line}", reason=reason))

    @property
    def read(self) -> int:
        """All rows met."""
        return self.rows + self.persons + self.others + self.rejected_count


@dataclass(slots=True)
class Batch:
    """Consecutive rows of organisations, column by column of the load: three lists of equal length."""

    numbers: list[bytes] = field(default_factory=list)
    """Organisation numbers, ten digits each."""
    lines: list[int] = field(default_factory=list)
    """Line number of each row's first line in the text file; the header is line 1."""
    texts: list[bytes] = field(default_factory=list)
    """The published columns, escaped and TAB-separated (module docstring)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation's row as published: ``columns`` by the file's own column names."""

    line: int
    number: str
    columns: dict[str, str]

    def place(self, column: str) -> str:
        """Where a person finds the value in the file."""
        return f"row {self.line}, column {column}"


_ESCAPES = ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\r", b"\\r"), (b"\n", b"\\n"))


def escape(value: bytes) -> bytes:
    """``value`` with backslash, TAB and line breaks escaped."""
    for plain, escaped in _ESCAPES:
        if plain in value:
            value = value.replace(plain, escaped)
    return value


def unescape(text: str) -> str:
    """Undo ``escape``."""
    if "\\" not in text:
        return text
    plain = {"t": "\t", "r": "\r", "n": "\n"}
    parts = text.split("\\")
    out = [parts[0]]
    position = 1
    while position < len(parts):
        part = parts[position]
        if part:
            out.append(plain.get(part[0], part[0]) + part[1:])
        else:  # an escaped backslash splits into an empty part and what follows it
            position += 1
            out.append("\\" + (parts[position] if position < len(parts) else ""))
        position += 1
    return "".join(out)


def rows(batches: Iterator[Batch], columns: tuple[str, ...]) -> Iterator[Row]:
    """The batches' rows one by one, with named columns."""
    for batch in batches:
        for number, line, text in zip(batch.numbers, batch.lines, batch.texts, strict=True):
            values = [unescape(value) for value in text.decode().split("\t")]
            yield Row(line, number.decode(), dict(zip(columns, values, strict=True)))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_zip(path: Path) -> bool:
    """Whether the file begins as a zip does (a truncated one too)."""
    with path.open("rb") as stream:
        return stream.read(2) == b"PK"


def text_name(source: str, path: Path, member: str) -> str:
    """Name of the text inside ``path`` (a zip) that begins with ``member``, or of ``path`` itself.

    Raises:
        MalformedContent: as ``blocks``.
    """
    if not is_zip(path):
        return path.name
    with path.open("rb") as stream, HardenedZip(stream, source, LIMITS) as archive:
        return _member(source, archive, member)


def blocks(source: str, path: Path, member: str) -> Iterator[bytes]:
    """The text of ``path`` in blocks; unpacks a zip's entry that begins with ``member``.

    Raises:
        MalformedContent: the zip is cut off, damaged, encrypted, a bomb, or has no such entry; or the file is empty.
    """
    with path.open("rb") as stream:
        if is_zip(path):
            with HardenedZip(stream, source, LIMITS) as archive, archive.open(_member(source, archive, member)) as text:
                yield from _blocks(source, text)
        else:
            yield from _blocks(source, LimitedReader(stream, source, LIMITS.content_bytes))


def _member(source: str, archive: HardenedZip, member: str) -> str:
    texts = [name for name in archive.names if name.lower().endswith(".txt")]
    named = [name for name in texts if PurePosixPath(name).name.lower().startswith(member)]
    chosen = named or texts
    if len(chosen) != 1:
        raise MalformedContent(
            source,
            message("archive.text_files", count=len(chosen), member=member),
            "",
            message("remedy.right_file"),
        )
    return chosen[0]


def _blocks(source: str, stream: BufferedIOBase | RawIOBase) -> Iterator[bytes]:
    """Read ahead by one block in a thread: unpacking runs beside the interpreter."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        coming = thread.submit(stream.read, BLOCK_BYTES)
        if not (block := coming.result()):
            raise TruncatedContent(source, message("content.empty_file"), "", FETCH_AGAIN)
        while block:
            coming = thread.submit(stream.read, BLOCK_BYTES)
            yield block
            block = coming.result()


def packed_at(source: str, path: Path, member: str) -> datetime | None:
    """When the text in the zip was written by its own clock (Swedish time, in UTC here); ``None`` for a bare text."""
    if not is_zip(path):
        return None
    name = text_name(source, path, member)
    with zipfile.ZipFile(path) as archive:
        stamp = archive.getinfo(name).date_time
    try:
        return datetime(*stamp, tzinfo=STOCKHOLM).astimezone(UTC)
    except ValueError:
        return None


def download(
    source: str,
    url: str,
    request: str,
    directory: Path,
    member: str,
    settings: ConnectorSettings,
    limiter: RateLimiter | None,
    transport: httpx.BaseTransport | None,
) -> tuple[BulkFile, datetime | None]:
    """Fetch a bulk file into ``directory``; the file as we know it so far, and its ``Last-Modified``.

    The file gets its name only when it is there whole and can be opened.

    Raises:
        SourceFailure: whatever the outside does, a damaged zip included.
    """
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / f"{member}.zip"
    partial = target.with_suffix(".part")
    try:
        with partial.open("wb+") as stream, Fetcher(source, settings, limiter, transport=transport) as fetcher:
            fetched = fetcher.download(url, stream)
        name = text_name(source, partial, member)
        partial.replace(target)
    except MalformedContent as error:
        raise failure_of_content(error) from error
    finally:
        partial.unlink(missing_ok=True)
    file = BulkFile(source, target, name, fetched.sha256, fetched.size, request, fetched.retrieved_at)
    return file, fetched.last_modified


def handed_in(source: str, path: Path, member: str) -> BulkFile:
    """A file that a person gives instead of a download.

    Raises:
        MalformedContent: a zip without the register's text in it.
    """
    name = text_name(source, path, member)
    retrieved_at = datetime.now(UTC)
    return BulkFile(source, path, name, sha256_of(path), path.stat().st_size, f"fil {path.name}", retrieved_at)


def refuse_other_content(source: str, head: bytes, encoding: str) -> None:
    """Raise when a file's first bytes are UTF-16, binary, a web page or JSON instead of text in ``encoding``."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[:64].count(b"\0") > 16:
        raise WrongEncoding(source, message("text.utf16_or_binary", encoding=encoding), "row 1", FETCH_AGAIN)
    if head.lstrip()[:1] in (b"<", b"{"):
        raise MalformedContent(source, message("bulk.other_content"), "row 1", FETCH_AGAIN)


def is_utf8(text: bytes) -> bool:
    """Whether ``text`` is valid UTF-8."""
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def half_written(source: str, line: int) -> TruncatedContent:
    """The error for a file that ends in the middle of the row at ``line``."""
    return TruncatedContent(source, message("bulk.half_row"), f"row {line}", FETCH_AGAIN)


def endless_row(source: str, line: int) -> MalformedContent:
    """The error for a file whose row at ``line`` never ends."""
    return MalformedContent(
        source,
        message("bulk.endless_row", limit=MAXIMUM_ROW_BYTES >> 20),
        f"row {line}",
        message("remedy.right_file_or_changed"),
    )


def other_header(source: str, found: int, expected: int) -> MalformedContent:
    """The error for a header that is not the published one."""
    return MalformedContent(
        source,
        message("bulk.other_header", found=found, expected=expected),
        "row 1",
        message("remedy.right_file_or_changed"),
    )
