"""``genomlys resolve``: a supplier ledger against the mirrored register, written back with columns added."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from openpyxl import load_workbook
from rich.markup import escape

from api.cli.output import ACTOR, clear_messages, console, emit, errors, read_whole, refuse
from api.cli.session import opened
from connectors.tables import MAXIMUM_BYTES, MAXIMUM_COLUMNS, XLSX_SIGNATURE
from graph.identity import organisationsnummer
from graph.names import warm_up
from screening.intake import ledger
from screening.intake.files import UnreadableFileError, read_table
from screening.intake.ledger import LedgerColumns, Matched, Outcome
from screening.store import register, register_search
from workers.runtime import Runtime

HEADINGS = (
    "genomlys_utfall", "genomlys_orgnr", "genomlys_namn", "genomlys_likhet", "genomlys_skäl", "genomlys_alternativ"
)  # fmt: skip
"""Columns that are added at the right."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which a spreadsheet program takes a text for a formula."""


def resolve(
    file: Annotated[Path, typer.Argument(help="XLSX or CSV with headings: a name, and perhaps number and address.")],
    output: Annotated[Path | None, typer.Option(help="Where to write it; default beside it, «…-genomlys».")] = None,
    english: Annotated[bool, typer.Option("--english", help="Reasons in English.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print counts and rows as JSON.")] = False,
) -> None:
    """Find each supplier of a ledger in the mirrored register: sure, likely, several or none, with the reason.

    The first row must be headings, one of them a name (Leverantör) or a number (Orgnr); address, postal code and city
    are used where they are there. The file is written anew with columns added; nothing in it is changed, and nothing
    is stored. A name alone is never «sure»: number and name must agree, or name and address. Check «likely» and choose
    among «several» yourself.
    """
    with clear_messages():
        content = read_whole(file, MAXIMUM_BYTES + 1)
    try:
        table = read_table(content)
    except UnreadableFileError as problem:
        refuse(f"{file.name}: {problem.text.both}")
    heading, used = _heading(table, file.name)
    suffix = ".xlsx" if file.suffix.casefold() == ".xlsm" else file.suffix  # without its macros it is no .xlsm
    target = output or file.with_name(f"{file.stem}-genomlys{suffix}")
    if target.resolve() == file.resolve():
        refuse("--output names the ledger itself; it is never overwritten")
    if content.startswith(XLSX_SIGNATURE):
        _say_what_is_lost(content)
    body = [(number, cells) for number, cells in table if number > heading and any(cell.strip() for cell in cells)]
    with opened() as runtime:
        found = _matched(runtime, [cells for _, cells in body], used)
    rows = {number: _cells(match, english) for (number, _), match in zip(body, found, strict=True)}
    with clear_messages():
        if content.startswith(XLSX_SIGNATURE):
            _write_xlsx(content, target, heading, rows)
        else:
            _write_csv(table, target, heading, rows, content)
    counts = Counter(match.outcome for match in found)
    if as_json:
        emit(
            {
                "file": target.name,
                "rows": len(found),
                "outcomes": {ledger.ENGLISH[outcome]: counts[outcome] for outcome in Outcome},
                "results": [{"row": number, **dict(zip(HEADINGS, rows[number], strict=True))} for number, _ in body],
            }
        )
        return
    for outcome in Outcome:
        console.print(f"{ledger.ENGLISH[outcome] if english else outcome.value:8} {counts[outcome]}", highlight=False)
    console.print(f"[dim]{escape(str(target))}[/dim]", highlight=False)


def _heading(table: Sequence[tuple[int, list[str]]], name: str) -> tuple[int, LedgerColumns]:
    for number, cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) >= MAXIMUM_COLUMNS and cells[MAXIMUM_COLUMNS - 1].strip():
            refuse(f"{name}: has {MAXIMUM_COLUMNS} columns or more; take away those that are not needed")
        used = ledger.columns(cells)
        if used is None:
            break
        return number, used
    return refuse(
        f"{name}: its first row must be headings, one of them a name (Leverantör) or a number (Orgnr) / "
        "första raden måste vara rubriker, varav en är namn (Leverantör) eller nummer (Orgnr)"
    )


def _matched(runtime: Runtime, rows: Sequence[Sequence[str]], used: LedgerColumns) -> list[Matched]:
    with runtime.database.system(ACTOR) as session:
        mirrors = register.freshness(session)
    if all(mirror.file is None for mirror in mirrors):
        refuse("no register is mirrored; load one with «genomlys feed load bolagsverket_bulk»")
    with errors.status("indexing the register's names …"):
        register_search.refresh(runtime.database)
    warm_up()
    with errors.status(f"looking for {len(rows)} suppliers …"), runtime.database.system(ACTOR) as session:
        found = register_search.candidates(session, [ledger.query(cells, used) for cells in rows])
    return [ledger.decide(cells, used, candidates) for cells, candidates in zip(rows, found, strict=True)]


def _cells(match: Matched, english: bool) -> tuple[str, ...]:
    chosen = match.candidate
    others = "; ".join(
        f"{organisationsnummer.format(other.number)} {other.names[0] if other.names else ''}".strip()
        for other in match.alternatives
    )
    return (
        ledger.ENGLISH[match.outcome] if english else match.outcome.value,
        organisationsnummer.format(chosen.number) if chosen else "",
        chosen.names[0] if chosen and chosen.names else "",
        f"{match.score:.2f}",
        match.reason.en if english else match.reason.sv,
        others,
    )


def _say_what_is_lost(content: bytes) -> None:
    """A warning where the workbook holds what cannot be written back."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [member.casefold() for member in archive.namelist()]
    lost = [what for folder, what in _LOST.items() if any(member.startswith(folder) for member in members)]
    if lost:
        errors.print(
            f"[yellow]note:[/yellow] {', '.join(lost)} are not carried over to the new file; the original keeps them",
            highlight=False,
        )


_LOST = {"xl/charts/": "charts", "xl/media/": "pictures", "xl/vbaproject": "macros"}
"""Parts of a workbook that openpyxl does not write back."""


def _write_xlsx(content: bytes, target: Path, heading: int, rows: dict[int, tuple[str, ...]]) -> None:
    workbook = load_workbook(io.BytesIO(content))
    sheet = workbook.worksheets[0]
    first = sheet.max_column + 1
    for number, values in ((heading, HEADINGS), *rows.items()):
        for offset, value in enumerate(values):
            cell = sheet.cell(number, first + offset, value or None)
            if value:
                cell.data_type = "s"  # a register's name that begins with «=» is a text
    workbook.save(target)


def _write_csv(
    table: Sequence[tuple[int, list[str]]],
    target: Path,
    heading: int,
    rows: dict[int, tuple[str, ...]],
    content: bytes,
) -> None:
    first_line = content[:65_536].decode("utf-8", errors="replace").lstrip("\ufeff").partition("\n")[0]
    width = max(len(cells) for _, cells in table)
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=max(";,\t", key=first_line.count), lineterminator="\r\n")
        for number, cells in table:
            added = HEADINGS if number == heading else rows.get(number, ("",) * len(HEADINGS))
            padding = [""] * (width - len(cells))
            writer.writerow([*cells, *padding, *(f"'{text}" if text.startswith(_FORMULA) else text for text in added)])
