"""Tables that a person hands in: the rows of a CSV or XLSX file as text. Every file is treated as hostile.

A row keeps the number that a spreadsheet program shows, so that a message or a fact can point to it.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator

from openpyxl import load_workbook

from connectors.base import MalformedContent
from connectors.messages import message

MAXIMUM_BYTES = 10 * 1024 * 1024
"""A list of 20 000 parties is under 2 MB; more than this is something else."""
MAXIMUM_ROWS = 20_000
"""The largest portfolio seen is 10 000 active contracts (``docs/arkitektur.md``)."""
MAXIMUM_COLUMNS = 50
MAXIMUM_UNPACKED_BYTES = 64 * 1024 * 1024
"""An XLSX is a zip; 20 000 parties unpack to under 20 MB."""
MAXIMUM_RATIO = 200
_PROLOGUE = 4096
"""Bytes of an XML part in which a document type declaration would stand."""

XLSX_SIGNATURE = b"PK\x03\x04"
OLD_EXCEL_SIGNATURE = b"\xd0\xcf\x11\xe0"


def rows(content: bytes, source: str) -> Iterator[tuple[int, list[str]]]:
    """Every row of the file as it is: (row number as the spreadsheet program shows it, cells).

    Args:
        content: the bytes of the file.
        source: what the file is to be, for the message.

    Raises:
        MalformedContent: empty, too large, an old ``.xls``, a zip bomb, half a file, or not text at all. Raised while
            the rows are read, so that what came before is no use.
    """
    if not content.strip():
        raise _empty(source)
    if len(content) > MAXIMUM_BYTES:
        raise MalformedContent(
            source, message("table.too_large", limit=MAXIMUM_BYTES // 2**20), "", message("remedy.split")
        )
    if content.startswith(OLD_EXCEL_SIGNATURE):
        raise MalformedContent(source, message("table.old_excel"), "", message("remedy.save_as_table"))
    yield from _xlsx(content, source) if content.startswith(XLSX_SIGNATURE) else _csv(content, source)


def _empty(source: str) -> MalformedContent:
    return MalformedContent(source, message("content.empty_file"), "", message("remedy.table_with_rows"))


def _csv(content: bytes, source: str) -> Iterator[tuple[int, list[str]]]:
    decoded = _decoded(content, source).strip("\ufeff\r\n")
    if not decoded.strip():
        raise _empty(source)
    if decoded.lstrip()[:1] in ("<", "%", "{", "["):
        raise MalformedContent(source, message("table.not_a_table"), "", message("remedy.save_as_table"))
    first_line = decoded.splitlines()[0]
    delimiter = max(";,\t", key=first_line.count)
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells[:MAXIMUM_COLUMNS]
    except csv.Error as error:
        raise MalformedContent(
            source, message("table.broken_csv"), f"row {reader.line_num}", message("remedy.check_csv")
        ) from error


def _decoded(content: bytes, source: str) -> str:
    """UTF-16 by its mark, else UTF-8, else the code page that older Swedish programs write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise _not_text(source) from error
    if b"\x00" in content:
        raise _not_text(source)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _not_text(source: str) -> MalformedContent:
    return MalformedContent(source, message("table.not_text"), "", message("remedy.save_as_table"))


def _xlsx(content: bytes, source: str) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > MAXIMUM_UNPACKED_BYTES or unpacked > MAXIMUM_RATIO * len(content):
                raise MalformedContent(source, message("table.swells"), "", message("remedy.save_plain"))
            for member in archive.infolist():
                with archive.open(member) as part:
                    if b"<!" in part.read(_PROLOGUE).replace(b"<!--", b""):
                        raise _broken_xlsx(source)
    except MalformedContent:
        raise
    except Exception as error:  # zipfile lets anything out for a damaged archive
        raise _broken_xlsx(source) from error
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
            for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=MAXIMUM_COLUMNS), start=1):
                yield number, [_cell_text(value) for value in values]
        finally:
            workbook.close()
    except MalformedContent:
        raise
    except Exception as error:  # openpyxl lets anything out for a damaged workbook
        raise _broken_xlsx(source) from error


def _broken_xlsx(source: str) -> MalformedContent:
    return MalformedContent(source, message("table.broken_xlsx"), "", message("remedy.save_again"))


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
