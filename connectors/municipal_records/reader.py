"""Read the municipality's own records from a CSV or XLSX file.

The first row with headings tells the kind (``columns.py``). Each row is checked on its own: one that cannot be used
becomes a ``RejectedRow`` with its place, and the rest goes on. Messages tell place and column, never the content.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connectors import tables
from connectors.base import MalformedContent, RejectedRow
from connectors.messages import message
from connectors.municipal_records.columns import RecordKind, expected, recognise
from connectors.municipal_records.rows import (
    CONTRACT_KINDS,
    REASONS,
    Handler,
    LeaseTerms,
    Payment,
    Record,
    Subcontract,
    Termination,
)
from connectors.statements import iso_date, without_person_numbers
from graph.identity import organisationsnummer, personnummer, samordningsnummer
from graph.identity.errors import InvalidIdentifier, PersonalNumberGiven
from graph.text import Text

SOURCE = "municipal_records"
LONGEST_TEXT = 300
"""Characters kept of a name, a purpose or a reference: more is not one."""
MOST_TIERS = 50
MASK = "[personnummer]"
_YES = frozenset({"ja", "j", "yes", "y", "true", "1", "x"})
_NO = frozenset({"nej", "n", "no", "false", "0"})


@dataclass(frozen=True, slots=True)
class ReadRecords:
    """One file: its kind, its rows, and the content as it may be stored."""

    kind: RecordKind
    records: tuple[Record | RejectedRow, ...]
    content: bytes
    """The table as it may be stored: CSV in UTF-8, row N on line N, the columns that are known, personal numbers
    masked. The file itself is not kept, since it can hold them in other sheets, hidden columns and properties."""


def read(content: bytes, *, today: date) -> ReadRecords:
    """The records of a file in its order, and what is wrong with those that cannot be used.

    ``today`` tells the century of a ten-digit personnummer. A file with headings and no rows is a whole answer: there
    is nothing to list.

    Raises:
        MalformedContent: no table, not one of the kinds, too large, or hostile.
    """
    table = list(_bounded(tables.rows(content, SOURCE)))
    heading = next((number for number, cells in table if any(cell.strip() for cell in cells)), None)
    found = recognise(dict(table)[heading]) if heading is not None else None
    if heading is None or found is None:
        raise MalformedContent(
            SOURCE, message("records.unknown_kind"), f"row {heading or 1}", message("remedy.records", known=expected())
        )
    kind, named = found
    parse = _PARSERS[kind]
    records: list[Record | RejectedRow] = []
    kept: list[tuple[int, list[str]]] = []
    for number, cells in table:
        if number < heading or not any(cell.strip() for cell in cells):
            continue
        private = kind is RecordKind.PAYMENTS and _is_paid_privately(named, cells)
        left_out = (None, "payer_name") if private else (None,)
        kept.append((number, ["" if column in left_out else cell for column, cell in zip(named, cells, strict=False)]))
        if number == heading:
            continue
        row = _Row(
            f"row {number}",
            {column: cell.strip() for column, cell in zip(named, cells, strict=False) if column and cell.strip()},
            today,
        )
        try:
            records.append(parse(row))
        except _Unusable as problem:
            records.append(RejectedRow(row.place, problem.reason))
        records.extend(row.notes)
    return ReadRecords(kind, tuple(records), _storable(kept))


def _is_paid_privately(named: Sequence[str | None], cells: Sequence[str]) -> bool:
    """Whether the row's payer is a natural person, of whom nothing is kept."""
    return any(
        column == "payer" and organisationsnummer.looks_personal(cell)
        for column, cell in zip(named, cells, strict=False)
    )


def _bounded(rows: Iterable[tuple[int, list[str]]]) -> Iterable[tuple[int, list[str]]]:
    for count, row in enumerate(rows):
        if count > tables.MAXIMUM_ROWS:
            raise MalformedContent(
                SOURCE, message("table.too_many_rows", limit=tables.MAXIMUM_ROWS), "", message("remedy.split")
            )
        yield row


def _storable(table: Iterable[tuple[int, list[str]]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\n")
    line = 1
    for number, cells in table:
        written.write("\n" * (number - line))
        writer.writerow([_masked(cell) for cell in cells])
        line = max(line, number) + 1
    return written.getvalue().encode("utf-8", "replace")


def _masked(cell: str) -> str:
    """``cell`` on one line, without personal numbers in it, also one that is mistyped: it is personal all the same."""
    text = " ".join(cell.split())
    return MASK if organisationsnummer.looks_personal(text) else without_person_numbers(text)


class _Unusable(Exception):
    """The row cannot be used; ``reason`` says which column and why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


class _Row:
    """The named cells of one row, read one by one; ``notes`` collects what was put aside without losing the row."""

    def __init__(self, place: str, cells: Mapping[str, str], today: date) -> None:
        self.place = place
        self.notes: list[RejectedRow] = []
        self._cells = cells
        self._today = today

    def has(self, column: str) -> bool:
        return column in self._cells

    def note(self, reason: Text) -> None:
        self.notes.append(RejectedRow(self.place, reason))

    def text(self, column: str) -> str:
        written = "".join(sign for sign in " ".join(self._cells.get(column, "").split()) if sign.isprintable())
        return _masked(written)[:LONGEST_TEXT]

    def organisation(self, column: str) -> str:
        """Ten digits; the row is no use without them."""
        if column not in self._cells:
            raise _Unusable(message("records.missing", column=column))
        try:
            return organisationsnummer.validate(self._cells[column])
        except PersonalNumberGiven:
            raise _Unusable(message("records.person_for_organisation", column=column)) from None
        except InvalidIdentifier:
            raise _Unusable(message("records.organisation_number", column=column)) from None

    def organisation_or_none(self, column: str) -> str:
        return self.organisation(column) if column in self._cells else ""

    def is_personal(self, column: str) -> bool:
        return organisationsnummer.looks_personal(self._cells.get(column, ""))

    def person(self, column: str) -> str:
        """Twelve digits; empty when none were given. An unusable one is noted, and the row stands by the name."""
        written = self._cells.get(column, "")
        if not written:
            return ""
        for validate in (personnummer.validate, samordningsnummer.validate):
            try:
                return validate(written, today=self._today)
            except InvalidIdentifier:
                continue
        self.note(message("records.personal_number", column=column))
        return ""

    def day(self, column: str) -> date | None:
        try:
            return iso_date(self._cells.get(column))
        except ValueError:
            raise _Unusable(message("records.date", column=column)) from None

    def day_needed(self, column: str) -> date:
        found = self.day(column)
        if found is None:
            raise _Unusable(message("records.missing", column=column))
        return found

    def whole(self, column: str, most: int) -> int | None:
        written = self._cells.get(column)
        if written is None:
            return None
        if not (written.isascii() and written.isdecimal() and 1 <= int(written[:9]) <= most and len(written) <= 9):
            raise _Unusable(message("records.whole_number", column=column, most=most))
        return int(written)

    def per_cent(self, column: str) -> float | None:
        written = self._cells.get(column)
        if written is None:
            return None
        try:
            share = float(written.rstrip("% ").replace(",", "."))
        except ValueError:
            share = -1.0
        if not 0 <= share <= 100:
            raise _Unusable(message("records.per_cent", column=column))
        return share

    def yes_or_no(self, column: str) -> bool | None:
        written = self._cells.get(column, "").casefold()
        if not written:
            return None
        if written not in _YES | _NO:
            self.note(message("records.yes_or_no", column=column))
            return None
        return written in _YES

    def code(self, column: str, known: Mapping[str, tuple[str, ...]]) -> str:
        """The code that a word stands for; ``other`` when there is none, and a word that is not known is noted."""
        written = self._cells.get(column, "").casefold()
        for code, words in known.items():
            if written == code.casefold() or written in words:
                return code
        if written:
            self.note(message("records.code", column=column, known=", ".join(known)))
        return "other"


def _termination(row: _Row) -> Termination:
    return Termination(
        organisation=row.organisation("organisation_number"),
        decided_on=row.day_needed("decided_on"),
        reason=row.code("reason", REASONS),
        reference=row.text("reference"),
        contract_kind=row.code("contract_kind", CONTRACT_KINDS),
        name=row.text("name"),
        place=row.place,
    )


def _subcontract(row: _Row) -> Subcontract:
    return Subcontract(
        contract=row.text("contract"),
        supplier=row.organisation("supplier"),
        subcontractor=row.organisation("subcontractor"),
        subcontractor_name=row.text("subcontractor_name"),
        tier=row.whole("tier", MOST_TIERS),
        share_pct=row.per_cent("share_pct"),
        allowed_tiers=0 if row.text("allowed_tiers") == "0" else row.whole("allowed_tiers", MOST_TIERS),
        place=row.place,
    )


def _handler(row: _Row) -> Handler:
    name = row.text("handler")
    if not any(sign.isalpha() for sign in name):
        raise _Unusable(message("records.missing", column="handler"))
    return Handler(
        name=name,
        number=row.person("personal_number"),
        relation=row.text("relation"),
        organisation=row.organisation_or_none("organisation_number"),
        related_name=row.text("related_name"),
        related_number=row.person("related_personal_number"),
        since=row.day("since"),
        until=row.day("until"),
        place=row.place,
    )


def _lease_terms(row: _Row) -> LeaseTerms:
    written = row.text("allowed_sni").replace(";", ",").split(",")
    codes = ["".join(sign for sign in code if sign.isascii() and sign.isdecimal()) for code in written]
    return LeaseTerms(
        tenant=row.organisation("tenant"),
        premises=row.text("premises"),
        purpose=row.text("purpose"),
        allowed_sni=tuple(code for code in codes if 2 <= len(code) <= 5),
        entry_on=row.day_needed("entry_on"),
        owner_clause=row.yes_or_no("owner_clause"),
        owner_change_notified_on=row.day("owner_change_notified_on"),
        guarantor=row.organisation_or_none("guarantor"),
        place=row.place,
    )


def _payment(row: _Row) -> Payment:
    private = row.is_personal("payer")
    return Payment(
        tenant=row.organisation("tenant"),
        payer="" if private else row.organisation("payer"),
        payer_name="" if private else row.text("payer_name"),
        paid_on=row.day("paid_on"),
        payments=row.whole("payments", 10_000) or 1,
        place=row.place,
    )


_PARSERS: Mapping[RecordKind, Callable[[_Row], Record]] = {
    RecordKind.TERMINATIONS: _termination,
    RecordKind.SUBCONTRACTS: _subcontract,
    RecordKind.HANDLERS: _handler,
    RecordKind.LEASE_TERMS: _lease_terms,
    RecordKind.PAYMENTS: _payment,
}
