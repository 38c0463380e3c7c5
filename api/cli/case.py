"""``genomlys case``: open, list and show cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.padding import Padding

from api.cli.output import ACTOR, clear_messages, console, emit, errors, read_whole, refuse
from api.cli.render import display_key, print_case
from api.cli.session import default_tenant, opened
from api.opening import open_case
from connectors.tables import MAXIMUM_BYTES
from screening.case import SWEDISH_NAMES, Case, CaseKind, Procedure
from screening.intake.files import Row, UnreadableFileError, read_rows
from screening.intake.parties import Intake, parse_parties, printable
from screening.intake.personal import holds_personal_number
from screening.store import cases, screenings
from screening.texts import text

app = typer.Typer(help="Open, list and show cases.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
_FOLD = str.maketrans("åäö", "aao")
KINDS = {**{name: kind for kind, name in SWEDISH_NAMES.items()}, **{kind.value: kind for kind in CaseKind}}


def parse_kind(name: str) -> CaseKind:
    """A case type by its Swedish or English name, with or without å, ä and ö."""
    kind = KINDS.get(name.casefold().translate(_FOLD).replace("-", "_"))
    if kind is None:
        refuse(f"there is no case type {name!r}; the types are {', '.join(SWEDISH_NAMES.values())}")
    return kind


def parse_procedure(name: str | None) -> Procedure | None:
    """A procedure by its name in the catalogue, any case of letters."""
    if name is None:
        return None
    for procedure in Procedure:
        if procedure.value.casefold() == name.casefold():
            return procedure
    return refuse(f"there is no procedure {name!r}; the procedures are {', '.join(item.value for item in Procedure)}")


def impersonal(given: str, option: str) -> str:
    """Free text as it may be stored: one line, no control characters; a personnummer in it ends the command."""
    if holds_personal_number(given):
        refuse(f"{option}: {text('problem.field.personal_number').en}")
    return printable(given)


def intake_of(numbers: list[str], file: Path | None, kind: CaseKind, *, strict: bool) -> Intake:
    """Parties from numbers on the command line and from a file; problems are shown, none left ends the command."""
    rows = [Row(f"row {place}", {"organisation_number": number}) for place, number in enumerate(numbers, start=1)]
    if file is not None:
        with clear_messages():
            try:
                rows += read_rows(read_whole(file, MAXIMUM_BYTES + 1))
            except UnreadableFileError as unreadable:
                refuse(f"{file.name}: {unreadable.text.en}\n       {unreadable.text.sv}")
    intake = parse_parties(rows, kind, strict=strict)
    for problem in intake.problems:
        errors.print(f"[yellow]note:[/yellow] {problem.text.en}\n      {problem.text.sv}", highlight=False)
    if not intake.parties:
        refuse("no organisation number could be used; nothing was done")
    return intake


@app.command("open")
def open_(
    numbers: Annotated[list[str] | None, typer.Argument(help="Organisation numbers.")] = None,
    kind: Annotated[str, typer.Option(help="Case type: " + ", ".join(SWEDISH_NAMES.values()))] = "upphandling",
    file: Annotated[Path | None, typer.Option(help="CSV or XLSX of parties.")] = None,
    reference: Annotated[str, typer.Option(help="The municipality's diary number.")] = "–",
    title: Annotated[str, typer.Option(help="What it is about.")] = "",
    procedure: Annotated[str | None, typer.Option(help="Legal regime; default the case type's.")] = None,
    value: Annotated[int | None, typer.Option(min=0, help="Value in SEK.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Open a case without screening it yet."""
    chosen = parse_kind(kind)
    with opened() as runtime:
        intake = intake_of(numbers or [], file, chosen, strict=runtime.connectors.strict_check_digits)
        with clear_messages():
            case, _ = open_case(
                runtime,
                default_tenant(runtime),
                ACTOR,
                intake,
                chosen,
                reference=impersonal(reference, "--reference"),
                title=impersonal(title, "--title"),
                procedure=parse_procedure(procedure),
                value_sek=value,
            )
    if as_json:
        emit({"id": case.id, "parties": len(case.parties), "problems": len(intake.problems)})
    else:
        console.print(case.id, highlight=False)


@app.command("list")
def list_cases(as_json: JsonOption = False) -> None:
    """List cases, newest first."""
    with opened() as runtime, runtime.database.transaction(default_tenant(runtime), ACTOR) as session:
        found = cases.list(session)
    if as_json:
        emit([{field: getattr(entry, field) for field in entry.__slots__} for entry in found])
        return
    if not found:
        console.print("no cases yet")
        return
    for entry in found:
        about = (SWEDISH_NAMES[CaseKind(entry.kind)], entry.reference, f"{entry.parties} parties", entry.title)
        console.print(f"{entry.id}  [bold]{entry.code or 'not screened yet'}[/bold]", highlight=False)
        console.print(Padding(escape(" · ".join(part for part in about if part)), (0, 0, 0, 4)), highlight=False)


@app.command("show")
def show(
    identifier: Annotated[str, typer.Argument(help="The case's id.")],
    english: Annotated[bool, typer.Option("--english", help="Texts in English.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show a case with its newest screening."""
    with opened() as runtime, runtime.database.transaction(default_tenant(runtime), ACTOR) as session:
        case = cases.get(session, identifier)
        stored = screenings.latest(session, identifier)
    summary = case_summary(case)
    if as_json:
        emit({"case": summary, "screening": json.loads(stored.result) if stored else None})
    elif stored is None:
        console.print(f"{escape(case.reference)} {escape(case.title)}: not screened yet; {len(case.parties)} parties:")
        for party in case.parties:
            console.print(f"  {display_key(party.key)} {escape(party.declared_name or '')}", highlight=False)
    else:
        screening = {**json.loads(stored.result), "sha256": stored.result_sha256}
        print_case(console, summary, screening, "en" if english else "sv", brief=False)


def case_summary(case: Case) -> dict[str, Any]:
    """What the terminal's heading shows of a case."""
    return {
        "id": case.id,
        "kind": case.kind.value,
        "procedure": case.procedure.value,
        "reference": case.reference,
        "title": case.title,
        "opened_on": case.opened_on,
        "parties": [
            {"key": party.key, "role": party.role.value, "name": party.declared_name} for party in case.parties
        ],
    }
