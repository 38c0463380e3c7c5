"""``genomlys screen`` and ``genomlys verify``."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from api.cli.case import case_summary, impersonal, intake_of, parse_kind, parse_procedure
from api.cli.output import ACTOR, Exit, clear_messages, console, emit, errors, progress, read_whole, refuse
from api.cli.records import hand_in_to, record_file
from api.cli.render import print_case
from api.cli.session import default_tenant, opened
from api.opening import open_case
from connectors.bods import reader as bods_reader
from screening import certificate
from screening.case import SWEDISH_NAMES
from screening.store import screenings, tasks
from workers import evidence, runs
from workers import worker as worker_process
from workers.runtime import Runtime

WAIT_SECONDS = 0.1
"""Pause while a lookup waits for its turn under a source's limit, or other workers have the work."""
MAXIMUM_OWNERSHIP_BYTES = 25 * 2**20


def screen(
    numbers: Annotated[list[str] | None, typer.Argument(help="Organisation numbers.")] = None,
    kind: Annotated[str, typer.Option(help="Case type: " + ", ".join(SWEDISH_NAMES.values()))] = "upphandling",
    file: Annotated[Path | None, typer.Option(help="CSV or XLSX of parties.")] = None,
    bods: Annotated[
        list[Path] | None, typer.Option(help="Ownership file (BODS 0.4) that a party handed in (repeat).")
    ] = None,
    record: Annotated[
        list[Path] | None, typer.Option("--records", help="The municipality's own record, CSV or XLSX (repeat).")
    ] = None,
    reference: Annotated[str, typer.Option(help="The municipality's diary number.")] = "–",
    procedure: Annotated[str | None, typer.Option(help="Legal regime; default the case type's.")] = None,
    case_date: Annotated[
        str | None, typer.Option("--date", help="Date whose law applies (ISO); default today.")
    ] = None,
    cpv: Annotated[list[str] | None, typer.Option(help="CPV code (repeat).")] = None,
    value: Annotated[int | None, typer.Option(min=0, help="Value in SEK.")] = None,
    directive_scope: Annotated[
        bool | None, typer.Option("--directive-scope/--outside-directives", help="Inside the procurement directives.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for the sources.")] = 600.0,
    english: Annotated[bool, typer.Option("--english", help="Texts in English.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Open a case with these parties, gather, screen and print the outcome. Exit code 3 when it is incomplete."""
    chosen = parse_kind(kind)
    chosen_procedure = parse_procedure(procedure)
    try:
        opened_on = date.fromisoformat(case_date) if case_date else None
    except ValueError:
        refuse(f"{case_date!r} is not a date such as 2026-11-22")
    with opened() as runtime:
        intake = intake_of(numbers or [], file, chosen, strict=runtime.connectors.strict_check_digits)
        tenant = default_tenant(runtime)
        with clear_messages():
            owners = [ownership_file(path) for path in bods or ()]
            own_records = [record_file(path) for path in record or ()]
            case, _ = open_case(
                runtime,
                tenant,
                ACTOR,
                intake,
                chosen,
                reference=impersonal(reference, "--reference"),
                procedure=chosen_procedure,
                opened_on=opened_on,
                cpv=tuple(cpv or ()),
                value_sek=value,
                directive_scope=directive_scope,
            )
            for content in owners:
                report = evidence.hand_in(runtime, tenant, ACTOR, case, case.parties[0].key, content)
                for row in report.rejected:
                    errors.print(
                        f"[yellow]left out[/yellow] {escape(f'{row.place}: {row.reason.both}')}", highlight=False
                    )
            for content in own_records:
                hand_in_to(runtime, tenant, case, content)
            run = runs.start(runtime, tenant, case.id, ACTOR)
            work_until_done(runtime, tenant, case.id, timeout)
        with runtime.database.transaction(tenant, ACTOR) as session:
            finished = tasks.get_run(session, run)
            stored = screenings.get(session, finished.screening_id) if finished.screening_id else None
    if stored is None:
        refuse(f"the screening failed: {finished.reason or 'see the log'}", Exit.FAILED)
    summary = case_summary(case)
    result = {**json.loads(stored.result), "sha256": stored.result_sha256}
    if as_json:
        emit({"case": summary, "screening": result})
    else:
        print_case(console, summary, result, "en" if english else "sv", brief=False)
        console.print(f"case {case.id}", style="dim", highlight=False)
    if not stored.complete:
        raise typer.Exit(int(Exit.INCOMPLETE))


def ownership_file(path: Path) -> bytes:
    """The bytes of a BODS file that can be used, read before anything is opened.

    Raises:
        MalformedContent: it is not one.
    """
    content = read_whole(path, MAXIMUM_OWNERSHIP_BYTES + 1)
    if len(content) > MAXIMUM_OWNERSHIP_BYTES:
        refuse(f"{path.name}: is larger than {MAXIMUM_OWNERSHIP_BYTES // 2**20} MB and was not read")
    bods_reader.read(content)
    return content


def work_until_done(runtime: Runtime, tenant: str, case: str, timeout: float) -> None:
    """Work in this very process until the case's run is done, beside whatever workers there are.

    Raises:
        TimeoutError: it was not done in time; the work goes on when workers run, or at the next command.
    """
    update = progress("asking the sources")
    deadline = time.monotonic() + timeout
    while True:
        worker_process.burst(runtime)
        with runtime.database.transaction(tenant, ACTOR) as session:
            state = tasks.progress(session, case)
        if state is None:
            raise TimeoutError(f"case {case} is gone")
        finished = state.run.finished_at is not None
        update(state.finished, state.total if finished else state.total + 1)
        if finished:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"the sources had not answered within {timeout:.0f} s: {state.finished} of {state.total} questions are "
                f"answered. Nothing is lost: «genomlys up» goes on with case {case}"
            )
        time.sleep(WAIT_SECONDS)


def verify(
    case: Annotated[str, typer.Argument(help="The case's id.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Compute a case's newest screening again from its stored dossier and policy and compare every byte."""
    with opened() as runtime, runtime.database.transaction(default_tenant(runtime), ACTOR) as session:
        stored = screenings.latest(session, case)
        if stored is None:
            refuse("there is no such case, or it has not been screened")
        dossier = screenings.dossier_json(session, stored.id)
    outcome = certificate.verify(dossier, stored.policy, stored.result)
    if as_json:
        emit(asdict(outcome))
    else:
        for problem in outcome.problems:
            (console if outcome.ok else errors).print(problem.en, highlight=False)
        console.print(f"stored     {outcome.stored_sha256}\nrecomputed {outcome.recomputed_sha256}", highlight=False)
    if not outcome.ok:
        raise typer.Exit(int(Exit.FAILED))
