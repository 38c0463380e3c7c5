"""``genomlys case records``: the municipality's own records handed in to a case; also for ``genomlys screen``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from api.cli.output import ACTOR, clear_messages, console, emit, errors, read_whole
from api.cli.session import default_tenant, opened
from connectors.municipal_records import reader
from connectors.tables import MAXIMUM_BYTES
from screening.case import Case
from screening.store import cases
from workers import records
from workers.records import RecordsReport
from workers.runtime import Runtime


def hand_in(
    identifier: Annotated[str, typer.Argument(help="The case's id.")],
    files: Annotated[list[Path], typer.Argument(help="CSV or XLSX; the headings tell which kind of record it is.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Hand in the municipality's own records to a case: ended contracts, subcontractors, handlers, lease terms, rents.

    Every file is read before anything is stored. A later file of the same kind replaces the former.
    """
    with opened() as runtime, clear_messages():
        contents = [record_file(path) for path in files]
        tenant = default_tenant(runtime)
        with runtime.database.transaction(tenant, ACTOR) as session:
            case = cases.get(session, identifier)
        reports = [hand_in_to(runtime, tenant, case, content) for content in contents]
    if as_json:
        emit(
            [
                {
                    "kind": report.kind.value,
                    "sha256": report.document.sha256,
                    "facts": report.facts,
                    "rejected": [{"place": row.place, "reason": row.reason.en} for row in report.rejected],
                }
                for report in reports
            ]
        )
        return
    for path, report in zip(files, reports, strict=True):
        console.print(f"{escape(path.name)}: {report.kind.value}, {report.facts} facts", highlight=False)


def record_file(path: Path) -> bytes:
    """The bytes of a record that can be used, read before anything is opened or stored.

    Raises:
        MalformedContent: it is none.
    """
    content = read_whole(path, MAXIMUM_BYTES + 1)
    reader.read(content, today=datetime.now(UTC).date())
    return content


def hand_in_to(runtime: Runtime, tenant: str, case: Case, content: bytes) -> RecordsReport:
    """Record the file in the case and show the rows that were left out."""
    report = records.hand_in(runtime, tenant, ACTOR, case, content)
    for row in report.rejected:
        errors.print(f"[yellow]note[/yellow] {escape(f'{row.place}: {row.reason.both}')}", highlight=False)
    return report
