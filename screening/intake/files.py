"""Uploaded party lists: bytes to rows of text, for CSV and XLSX. Every file is treated as hostile."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl import load_workbook

from screening.texts import text
from screening.verdict import Text

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


class UnreadableFileError(ValueError):
    """The file as a whole cannot be read; ``text`` says what, where and what to do."""

    def __init__(self, problem: Text) -> None:
        super().__init__(problem.en)
        self.text = problem


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a party list, by column, as text."""

    place: str
    """``row 7``, counted as the spreadsheet program shows it."""
    cells: dict[str, str]


COLUMNS: dict[str, tuple[str, ...]] = {
    "organisation_number": (
        "organisationsnummer", "orgnr", "org nr", "org.nr", "org.nr.", "org-nr", "organisation_number",
        "organisation number", "organization number", "organisationsnr", "orgnummer", "pe/org nr",
    ),
    "name": ("namn", "företag", "foretag", "företagsnamn", "leverantör", "leverantor", "anbudsgivare", "name"),
    "role": ("roll", "role"),
    "lot": ("anbudsområde", "anbudsomrade", "delområde", "delomrade", "position", "lot"),
    "relied_on_by": ("åberopas av", "aberopas av", "relied_on_by"),
    "contact_email": ("e-post", "epost", "mejl", "email", "e-mail", "contact_email"),
    "contact_phone": ("telefon", "tel", "phone", "contact_phone"),
}  # fmt: skip
"""Column headings that are understood, in lower case."""

_HEADING = {heading: column for column, headings in COLUMNS.items() for heading in headings}


def read_rows(content: bytes) -> list[Row]:
    """The rows of an uploaded CSV or XLSX.

    A file without headings is taken as one organisation number a row, in the first column.

    Raises:
        UnreadableFileError: empty, too large, an old ``.xls``, a zip bomb, half a file, or not text at all.
    """
    if not content.strip():
        raise UnreadableFileError(text("intake.empty_file"))
    if len(content) > MAXIMUM_BYTES:
        raise UnreadableFileError(text("intake.file_too_large", limit=f"{MAXIMUM_BYTES // 1024 // 1024}"))
    if content.startswith(OLD_EXCEL_SIGNATURE):
        raise UnreadableFileError(text("intake.old_excel"))
    table = _xlsx_table(content) if content.startswith(XLSX_SIGNATURE) else _csv_table(content)
    return _rows(table)


def _rows(table: Iterator[tuple[int, list[str]]]) -> list[Row]:
    rows: list[Row] = []
    columns: list[str | None] | None = None
    for number, cells in table:
        if not any(cells):
            continue
        if columns is None:
            named = [_HEADING.get(cell.strip().casefold()) for cell in cells]
            if "organisation_number" in named:
                columns = named
                continue
            if not any(character.isdigit() for character in cells[0]):
                raise UnreadableFileError(text("intake.no_number_column", columns=", ".join(sorted(_HEADING)[:6])))
            columns = ["organisation_number", "name"]
        if len(rows) >= MAXIMUM_ROWS:
            raise UnreadableFileError(text("intake.too_many_rows", limit=str(MAXIMUM_ROWS)))
        named_cells = {
            column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column and cell.strip()
        }
        rows.append(Row(place=f"row {number}", cells=named_cells))
    if not rows:
        raise UnreadableFileError(text("intake.empty_file"))
    return rows


def _csv_table(content: bytes) -> Iterator[tuple[int, list[str]]]:
    decoded = _decoded(content).strip("\ufeff\r\n")
    if not decoded.strip():
        raise UnreadableFileError(text("intake.empty_file"))
    if decoded.lstrip()[:1] in ("<", "%", "{", "["):
        raise UnreadableFileError(text("intake.not_a_list_file"))
    first_line = decoded.splitlines()[0]
    delimiter = max(";,\t", key=first_line.count)
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells[:MAXIMUM_COLUMNS]
    except csv.Error as error:
        raise UnreadableFileError(text("intake.broken_csv", place=f"row {reader.line_num}")) from error


def _decoded(content: bytes) -> str:
    """UTF-16 by its mark, else UTF-8, else the code page that older Swedish programs write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UnreadableFileError(text("intake.not_text")) from error
    if b"\x00" in content:
        raise UnreadableFileError(text("intake.not_text"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _xlsx_table(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > MAXIMUM_UNPACKED_BYTES or unpacked > MAXIMUM_RATIO * len(content):
                raise UnreadableFileError(text("intake.zip_bomb"))
            for member in archive.infolist():
                with archive.open(member) as part:
                    if b"<!" in part.read(_PROLOGUE).replace(b"<!--", b""):
                        raise UnreadableFileError(text("intake.broken_xlsx"))
    except UnreadableFileError:
        raise
    except Exception as error:  # zipfile lets anything out for a damaged archive
        raise UnreadableFileError(text("intake.broken_xlsx")) from error
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
            for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=MAXIMUM_COLUMNS), start=1):
                yield number, [_cell_text(value) for value in values]
        finally:
            workbook.close()
    except UnreadableFileError:
        raise
    except Exception as error:  # openpyxl lets anything out for a damaged workbook
        raise UnreadableFileError(text("intake.broken_xlsx")) from error


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def read_table(content: bytes) -> list[tuple[int, list[str]]]:
    """Every row of an uploaded CSV or XLSX as it is: (row number as the spreadsheet program shows it, cells).

    Raises:
        UnreadableFileError: as ``read_rows``, and when it has more than ``MAXIMUM_ROWS`` rows.
    """
    if not content.strip():
        raise UnreadableFileError(text("intake.empty_file"))
    if len(content) > MAXIMUM_BYTES:
        raise UnreadableFileError(text("intake.file_too_large", limit=f"{MAXIMUM_BYTES // 1024 // 1024}"))
    if content.startswith(OLD_EXCEL_SIGNATURE):
        raise UnreadableFileError(text("intake.old_excel"))
    rows: list[tuple[int, list[str]]] = []
    for row in _xlsx_table(content) if content.startswith(XLSX_SIGNATURE) else _csv_table(content):
        if len(rows) > MAXIMUM_ROWS:
            raise UnreadableFileError(text("intake.too_many_rows", limit=str(MAXIMUM_ROWS)))
        rows.append(row)
    return rows
