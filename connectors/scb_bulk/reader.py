"""``scb_bulkfil_JE_<timestamp>_<n>.txt`` to rows, streaming.

Layout (SCB, *värdefulla datamängder*, bulk file): cp1252 (ISO 8859-1 as far as letters go), TAB between fields, CRLF,
a header, 34 columns and a nameless 35th after a trailing TAB. Sixteen of the columns are flags for what SCB changed
since its previous file; they and ``ForAndrTyp`` differ from week to week without any change in the organisation, so
they are not given out: changes are found by comparing the content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from connectors.bulk import (
    FETCH_AGAIN,
    MAXIMUM_ROW_BYTES,
    STOCKHOLM,
    Batch,
    ReadReport,
    Row,
    blocks,
    endless_row,
    half_written,
    is_utf8,
    other_header,
    refuse_other_content,
    rows,
)
from connectors.hardened import WrongEncoding
from connectors.messages import message
from graph.text import Text

SOURCE = "scb_bulk"
MEMBER = "scb_bulkfil"

CONTENT = (
    "ForAndrTyp",
    "COAdress",
    "Foretagsnamn",
    "FtgStat",
    "Gatuadress",
    "JEStat",
    "JurForm",
    "Namn",
    "Ng1",
    "Ng2",
    "Ng3",
    "Ng4",
    "Ng5",
    "PeOrgNr",
    "PostNr",
    "PostOrt",
    "RegDatKtid",
    "Reklamsparrtyp",
)
FLAGS = tuple("m" + name for name in CONTENT if name not in ("ForAndrTyp", "PeOrgNr"))
PUBLISHED_COLUMNS = CONTENT + FLAGS
"""The header: 34 names."""
COLUMNS = tuple(name for name in CONTENT if name not in ("ForAndrTyp", "PeOrgNr"))
"""What a batch's text holds, in the file's order."""

_NUMBER = CONTENT.index("PeOrgNr")
_TABS = {len(PUBLISHED_COLUMNS) - 1, len(PUBLISHED_COLUMNS)}
"""TABs in a row: with the trailing one, or without it as some copies of the file have."""
_TABS_AFTER = {count - _NUMBER for count in _TABS}
_AFTER = len(CONTENT) - _NUMBER - 1
"""Content columns after the number."""
_THIRD_DIGIT_TWO = ord("2")
_PERSON: Literal["person"] = "person"
_C1_CONTROLS = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
"""Undefined in cp1252, control characters in ISO 8859-1: they carry no text and are dropped."""
_NAME_TIME = re.compile(r"_(\d{8}T\d{6})_")


def read(path: Path, report: ReadReport) -> Iterator[Row]:
    """The file's organisations one by one, with ``columns`` as published.

    Raises:
        MalformedContent: the file as a whole is not what it should be, or ends in the middle of a row.
    """
    return rows(batches(path, report), COLUMNS)


def stated_at(name: str) -> datetime | None:
    """The time in the file's name (``scb_bulkfil_JE_20260601T065839_76.txt``, Swedish time) in UTC."""
    match = _NAME_TIME.search(name)
    if match is None:
        return None
    try:
        local = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=STOCKHOLM)
    except ValueError:
        return None
    return local.astimezone(UTC)


def batches(path: Path, report: ReadReport) -> Iterator[Batch]:
    """The file's organisations in batches (see ``connectors.bulk``). ``path`` is the zip or the text."""
    line = 1
    rest = b""
    header_read = False
    encoding_seen = False
    for block in blocks(SOURCE, path, MEMBER):
        text = rest + block
        if not header_read:
            end = text.find(b"\n")
            if end < 0 and len(text) < MAXIMUM_ROW_BYTES:
                rest = text
                continue
            _check_header(text[: end if end >= 0 else 400])
            header_read = True
            text = text[end + 1 :]
            line = 2
        end = text.rfind(b"\n") + 1
        if end == 0:
            if len(text) > MAXIMUM_ROW_BYTES:
                raise endless_row(SOURCE, line)
            rest = text
            continue
        rest = text[end:]
        text = text[:end]
        if not encoding_seen and not text.isascii():
            _refuse_utf8(text, line)
            encoding_seen = True
        batch, line = _take(text, line, report)
        if batch.numbers:
            yield batch
    if not header_read:
        _check_header(rest)
        return
    tail = rest.strip(b"\r\n\x1a\0 ")
    if tail:
        if tail.count(b"\t") < min(_TABS):
            raise half_written(SOURCE, line)
        if not encoding_seen and not rest.isascii():
            _refuse_utf8(rest, line)
        batch, _ = _take(rest.rstrip(b"\r\n\x1a\0 ") + b"\n", line, report)
        if batch.numbers:
            yield batch


def _check_header(raw: bytes) -> None:
    refuse_other_content(SOURCE, raw, "cp1252")
    names = raw.removeprefix(b"\xef\xbb\xbf").decode("latin-1").rstrip("\r\n").split("\t")
    while names and not names[-1].strip():
        names.pop()
    if [name.strip().lower() for name in names] != [name.lower() for name in PUBLISHED_COLUMNS]:
        raise other_header(SOURCE, len(names), len(PUBLISHED_COLUMNS))


def _refuse_utf8(text: bytes, line: int) -> None:
    """Reading UTF-8 as cp1252 would silently spoil every å, ä and ö."""
    if is_utf8(text):
        raise WrongEncoding(SOURCE, message("text.utf8_not_cp1252"), f"row {line}", FETCH_AGAIN)


def _take(text: bytes, line: int, report: ReadReport) -> tuple[Batch, int]:
    """Rows of ``text``, which ends with a line break."""
    batch = Batch()
    numbers, lines, texts = batch.numbers, batch.lines, batch.texts
    if b"\0" in text:
        text = text.replace(b"\0", b"")
    if b"\\" in text:
        text = text.replace(b"\\", b"\\\\")
    if not text.isascii():
        text = text.translate(None, _C1_CONTROLS).decode("cp1252").encode()
    rows = text.split(b"\r\n")
    if not len(rows) - 1 == text.count(b"\n") == text.count(b"\r"):  # other line ends, or breaks inside text
        rows = text.replace(b"\r\n", b"\n").replace(b"\r", b"\\r").split(b"\n")
    if not rows[-1]:
        rows.pop()
    add_number, add_line, add_text = numbers.append, lines.append, texts.append
    persons = 0
    for start, row in enumerate(rows, line):
        # The common case: "16" and ten digits stand where PeOrgNr stands, and all columns are there.
        before, _, after = row.partition(b"\t16")
        if (
            before.count(b"\t") == _NUMBER - 1
            and after[10:11] == b"\t"
            and after.count(b"\t") in _TABS_AFTER
            and (number := after[:10]).isdigit()
            and number[2] >= _THIRD_DIGIT_TWO
        ):
            add_number(number)
            add_line(start)
            postal = after[11:].split(b"\t", _AFTER)
            postal[_AFTER] = b""
            add_text(before[before.index(b"\t") + 1 :] + b"\t" + b"\t".join(postal)[:-1])
            continue
        outcome = _judge(row)
        if outcome == _PERSON:
            persons += 1
        elif isinstance(outcome, Text):
            report.reject(start, outcome)
        elif outcome is not None:
            add_number(outcome[0])
            add_line(start)
            add_text(outcome[1])
    report.persons += persons
    report.rows += len(numbers)
    return batch, line + len(rows)


def _judge(row: bytes) -> tuple[bytes, bytes] | Text | Literal["person"] | None:
    """Any row: its number and text, ``_PERSON``, why it cannot be read, or ``None`` for an empty line."""
    if not row:
        return None
    fields = row.split(b"\t")
    if len(fields) - 1 not in _TABS:
        return message("row.columns", found=len(fields), expected=len(PUBLISHED_COLUMNS))
    number = fields[_NUMBER]
    if not number.isdigit() or len(number) not in (10, 12):
        return message("bulk.scb_number")
    if len(number) == 12:
        if number[:2] in (b"19", b"20"):
            return _PERSON
        if number[:2] != b"16":
            return message("bulk.scb_century")
        number = number[2:]
    if number[2] < _THIRD_DIGIT_TWO:  # a personnummer without its century
        return _PERSON
    return number, b"\t".join(fields[1:_NUMBER] + fields[_NUMBER + 1 : len(CONTENT)])
