"""``bolagsverket_bulkfil.txt`` to rows, streaming.

Layout (Bolagsverket, *värdefulla datamängder*, bulk file): UTF-8, with or without BOM; ``;`` between fields; every
field in double quotes, the header unquoted; 11 columns. Quoted text may hold ``;``, ``"``, line breaks, ``$`` and stray
NUL bytes.

A row begins where a line begins with a quoted identity (``"5566778899$ORGNR-IDORG";``). Rows are cut there rather
than by counting quotes through the whole file, so one stray quote spoils one row and not all that follow.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from connectors.bulk import (
    FETCH_AGAIN,
    MAXIMUM_ROW_BYTES,
    Batch,
    ReadReport,
    Row,
    blocks,
    endless_row,
    escape,
    half_written,
    is_utf8,
    other_header,
    refuse_other_content,
    rows,
    unescape,
)
from connectors.hardened import WrongEncoding
from connectors.messages import message

SOURCE = "bolagsverket_bulk"
MEMBER = "bolagsverket_bulkfil"

PUBLISHED_COLUMNS = (
    "organisationsidentitet",
    "namnskyddslopnummer",
    "registreringsland",
    "organisationsnamn",
    "organisationsform",
    "avregistreringsdatum",
    "avregistreringsorsak",
    "pagandeAvvecklingsEllerOmstruktureringsforfarande",
    "registreringsdatum",
    "verksamhetsbeskrivning",
    "postadress",
)
"""The header. The eighth is also met spelt ``pagaende…`` (as in the API)."""

COLUMNS = PUBLISHED_COLUMNS[1:]
"""What a batch's text holds: all but the identity, which is its number."""

_BREAKS = len(PUBLISHED_COLUMNS) - 1
_IDENTITY = re.compile(rb'^"?(\d{6,14})\$([A-Z_]+)-IDORG"?(?:;|\t|$)')
_NEXT_ROW = re.compile(rb'\d{6,14}\$[A-Z_]+-IDORG"')
"""How the next row begins, seen from just behind its opening quotation mark."""
_MOST_PIECES = 64
"""A row cut at more line breaks than this is given up."""
_THIRD_DIGIT_TWO = ord("2")


def read(path: Path, report: ReadReport) -> Iterator[Row]:
    """The file's organisations one by one, with ``columns`` as published.

    Raises:
        MalformedContent: the file as a whole is not what it should be, or ends in the middle of a row.
    """
    return rows(batches(path, report), COLUMNS)


def batches(path: Path, report: ReadReport) -> Iterator[Batch]:
    """The file's organisations in batches (see ``connectors.bulk``). ``path`` is the zip or the text."""
    line = 1
    rest = b""
    header_read = False
    pieces = _Pieces(report)
    for block in blocks(SOURCE, path, MEMBER):
        text = rest + block
        if not header_read:
            end = text.find(b"\n")
            if end < 0 and len(text) < MAXIMUM_ROW_BYTES:
                rest = text
                continue
            _check_header(text[: end if end >= 0 else 200])
            header_read = True
            text = text[end + 1 :]
            line = 2
        if b"\0" in text:
            text = text.replace(b"\0", b"")
        if b"\r" in text:
            text = text.replace(b'"\r\n', b'"\n')
        end = _row_end(text)
        if end < 0:
            if len(text) > MAXIMUM_ROW_BYTES:
                raise endless_row(SOURCE, line)
            rest = text
            continue
        rest = text[end + 2 :]
        batch, line = pieces.take(text[:end], line)
        if batch.numbers:
            yield batch
    if not header_read:
        _check_header(rest)
    batch = _last(rest, line, pieces, report)
    if batch.numbers:
        yield batch


def _row_end(text: bytes) -> int:
    """Where the last row ends of which it is sure that it ends; -1 when there is none.

    Text may hold a quotation mark, a line break and a quotation mark too. A row's end is followed by the next row's
    identity; where none is (damaged rows), it is at least not a field's opening quotation mark.
    """
    last = end = text.rfind(b'"\n"')
    while end >= 0 and not _NEXT_ROW.match(text, end + 3):
        end = text.rfind(b'"\n"', 0, end)
    if end >= 0:
        return end
    while last >= 0 and text[last - 1 : last] == b";":
        last = text.rfind(b'"\n"', 0, last)
    return last


def _check_header(raw: bytes) -> None:
    refuse_other_content(SOURCE, raw, "UTF-8")
    try:
        header = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        header = raw.decode("latin-1")
    names = [name.strip().strip('"').lower() for name in header.rstrip("\r\n").split(";")]
    names = ["pagande" + name[8:] if name.startswith("pagaende") else name for name in names]
    if names != [name.lower() for name in PUBLISHED_COLUMNS]:
        raise other_header(SOURCE, len(names), len(PUBLISHED_COLUMNS))


class _Pieces:
    """Cuts a block at ``"`` newline ``"`` and mends the rows that hold such a break inside their text."""

    def __init__(self, report: ReadReport) -> None:
        self.report = report
        self.pending: list[bytes] = []
        self.pending_line = 0
        self.encoding_seen = False

    def take(self, text: bytes, line: int) -> tuple[Batch, int]:
        """Rows of ``text`` (from a row's opening quote up to, without, the last row's closing quote)."""
        batch = Batch()
        numbers, lines, texts = batch.numbers, batch.lines, batch.texts
        report = self.report
        utf8 = self._utf8(text, line)
        if b"\\" in text:
            text = text.replace(b"\\", b"\\\\")
        if b"\t" in text:
            text = text.replace(b"\t", b"\\t")
        if b"\r" in text:
            text = text.replace(b"\r", b"\\r")
        # Real TABs are escaped by now, so from here on a TAB parts fields and nothing else.
        text = text.replace(b'";"', b"\t")
        parts = text.split(b'"\n"')
        if parts[0][:1] == b'"':
            parts[0] = parts[0][1:]
        broken = text.count(b"\n") >= len(parts)  # some row holds a line break
        add_number, add_line, add_text = numbers.append, lines.append, texts.append
        persons = 0
        for part in parts:
            row = part
            start = line
            line += 1
            if broken and b"\n" in row:
                line += row.count(b"\n")
                row = row.replace(b"\n", b"\\n")
            # The common case, decided by a few look-ups at fixed places.
            if row[10:23] == b"$ORGNR-IDORG\t" and row.count(b"\t") == _BREAKS and (number := row[:10]).isdigit():
                if self.pending:
                    self._mend(batch)
                if row[2] < _THIRD_DIGIT_TWO:  # a personnummer, whatever its label says
                    persons += 1
                    continue
                if not utf8 and not is_utf8(row):
                    report.reject(start, message("bulk.not_utf8"))
                    continue
                if b'"' in row:
                    row = row.replace(b'""', b'"')
                add_number(number)
                add_line(start)
                add_text(row[23:])
            elif row[12:26] == b"$PERSON-IDORG\t" and row.count(b"\t") == _BREAKS:
                if self.pending:
                    self._mend(batch)
                persons += 1
            elif _IDENTITY.match(part) or not self.pending or len(self.pending) >= _MOST_PIECES:
                if self.pending:
                    self._mend(batch)
                self.pending, self.pending_line = [part], start
            else:
                self.pending.append(part)
        report.persons += persons
        report.rows += len(numbers)
        return batch, line

    def _utf8(self, text: bytes, line: int) -> bool:
        """Whether all of ``text`` is UTF-8; refuses the file when most of its first letters beyond ASCII are not."""
        if text.isascii():
            return True
        if is_utf8(text):
            self.encoding_seen = True
            return True
        if not self.encoding_seen:
            self.encoding_seen = True
            beyond = [part for part in text.split(b"\n") if not part.isascii()]
            if sum(map(is_utf8, beyond)) * 2 < len(beyond):
                raise WrongEncoding(SOURCE, message("text.not_encoding", encoding="UTF-8"), f"row {line}", FETCH_AGAIN)
        return False

    def finish(self, batch: Batch) -> None:
        """Mend what is still open at the end of the file."""
        if self.pending:
            before = len(batch.numbers)
            self._mend(batch)
            self.report.rows += len(batch.numbers) - before

    def _mend(self, batch: Batch) -> None:
        """Read the pending pieces as one row of real CSV; reject it when that fails too."""
        raw = b'"' + b'"\n"'.join(self.pending).replace(b"\t", b'";"') + b'"'
        line, self.pending = self.pending_line, []
        try:
            parsed = list(csv.reader(StringIO(unescape(raw.decode()), newline=""), delimiter=";", strict=True))
        except UnicodeDecodeError:
            self.report.reject(line, message("bulk.not_utf8"))
            return
        except csv.Error:
            self.report.reject(line, message("bulk.quotes"))
            return
        for values in parsed:
            self._row(batch, line, values)

    def _row(self, batch: Batch, line: int, values: list[str]) -> None:
        identity = _IDENTITY.match(values[0].encode() if values else b"")
        if identity is None:
            self.report.reject(line, message("bulk.no_identity"))
            return
        number, kind = identity[1].decode(), identity[2].decode()
        if len(values) != len(PUBLISHED_COLUMNS):
            self.report.reject(line, message("row.columns", found=len(values), expected=len(PUBLISHED_COLUMNS)))
            return
        if kind == "ORGNR" and len(number) == 12 and number.startswith("16"):
            number = number[2:]
        if kind == "PERSON" or (kind == "ORGNR" and len(number) in (10, 12) and number[-8] < "2"):
            self.report.persons += 1
        elif kind != "ORGNR":
            self.report.others += 1
        elif len(number) != 10:
            self.report.reject(line, message("bulk.number_length", count=len(number)))
        else:
            batch.numbers.append(number.encode())
            batch.lines.append(line)
            batch.texts.append(b"\t".join(escape(value.encode()) for value in values[1:]))


def _last(rest: bytes, line: int, pieces: _Pieces, report: ReadReport) -> Batch:
    """The file's last row, or its only ones: complete, or the file is cut off."""
    text = rest.rstrip(b"\r\n\x1a ")
    if not text:
        batch = Batch()
        pieces.finish(batch)
        return batch
    if not text.endswith(b'"') or (text.count(b'";"') < _BREAKS and _IDENTITY.match(text)):
        raise half_written(SOURCE, line + text.count(b"\n"))
    batch, _ = pieces.take(text[:-1], line)
    pieces.finish(batch)
    return batch
