"""Uploaded party lists: the rows of a CSV or XLSX file (``connectors.tables``) by the columns that are understood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors import tables
from connectors.base import MalformedContent
from connectors.tables import MAXIMUM_ROWS
from screening.texts import text
from screening.verdict import Text


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
    return _rows(_table(content))


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


def _table(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the file, its faults in the words of an upload."""
    try:
        yield from tables.rows(content, "")
    except MalformedContent as error:
        placed = f" ({error.where})" if error.where else ""
        advice = error.remedy or Text("", "")
        raise UnreadableFileError(
            Text(
                sv=f"{_begun(error.what.sv)}{placed}. {advice.sv}.",
                en=f"{_begun(error.what.en)}{placed}. {advice.en}.",
            )
        ) from error


def _begun(part: str) -> str:
    return part[:1].upper() + part[1:]


def read_table(content: bytes) -> list[tuple[int, list[str]]]:
    """Every row of an uploaded CSV or XLSX as it is: (row number as the spreadsheet program shows it, cells).

    Raises:
        UnreadableFileError: as ``read_rows``, and when it has more than ``MAXIMUM_ROWS`` rows.
    """
    rows: list[tuple[int, list[str]]] = []
    for row in _table(content):
        if len(rows) > MAXIMUM_ROWS:
            raise UnreadableFileError(text("intake.too_many_rows", limit=str(MAXIMUM_ROWS)))
        rows.append(row)
    return rows
