"""``genomlys up``, ``serve``, ``worker``, ``config``, ``db`` and ``audit``: running the service."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

import typer
from pydantic import SecretStr
from pydantic_settings import BaseSettings
from rich.markup import escape

from api.cli.output import Exit, clear_messages, console, emit, errors, refuse
from api.cli.session import opened
from api.machine import Machine, state_directory
from api.settings import ApiSettings
from connectors.settings import ConnectorSettings
from screening.store import audit
from workers.settings import WorkerSettings
from workers.supervisor import AlreadyRunningError, exclusive

database_app = typer.Typer(help="The database's schema.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit trail.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


def _until_stopped() -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()


def up() -> None:
    """Run everything on this machine against the real sources: engines, workers and the API, until stopped."""
    settings = ApiSettings()
    directory = state_directory(settings)
    try:
        with exclusive(directory), opened(directory):
            machine = Machine(directory, settings)
            with machine.supervisor(machine.engines()), clear_messages():
                machine.wait_until_ready()
                console.print(f"Genomlys runs at {machine.api_url} (API: {machine.api_url}/api/docs).", highlight=False)
                console.print(f"State and logs: {directory}. Stop with Ctrl-C.", highlight=False)
                _until_stopped()
    except AlreadyRunningError as problem:
        refuse(str(problem), Exit.FAILED)


def serve(
    organisations: Annotated[int, typer.Option(min=500, help="Organisations of the fictional municipality.")] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of the fictional municipality.")] = 1,
) -> None:
    """Run the demo and keep it running: sandbox registers, workers and the API with the demo's cases."""
    from api.cli.demo import run

    run(as_json=False, language=None, organisations=organisations, seed=seed, keep=_until_stopped)


def worker(
    name: Annotated[str, typer.Option(help="Name in the logs.")] = "worker",
    queue: Annotated[list[str] | None, typer.Option(help="Queue to work on (repeat); default all.")] = None,
    burst: Annotated[bool, typer.Option("--burst", help="End when all queues are empty.")] = False,
) -> None:
    """Run one worker against GENOMLYS_DATABASE_URL and GENOMLYS_REDIS_URL: for more workers on more hosts."""
    from workers import worker as process
    from workers.runtime import NotRunningError

    arguments = ["--name", name, *(item for entry in queue or () for item in ("--queue", entry))]
    try:
        process.main([*arguments, *(["--burst"] if burst else [])])
    except NotRunningError as problem:
        refuse(str(problem), Exit.FAILED)


HIDDEN = "********"


def without_secrets(value: str) -> str:
    """``value`` with what an address may carry of passwords and keys (user part and query) hidden."""
    if "://" not in value:
        return value
    address = urlsplit(value)
    user, at, host = address.netloc.rpartition("@")
    return urlunsplit(
        address._replace(netloc=(HIDDEN + at if user else "") + host, query=HIDDEN if address.query else "")
    )


def config(as_json: JsonOption = False) -> None:
    """Show every setting, its value and what it means. Secrets are never shown."""
    rows: list[dict[str, Any]] = []
    groups: tuple[BaseSettings, ...] = (ApiSettings(), WorkerSettings(), ConnectorSettings())
    for settings in groups:
        for name, field in type(settings).model_fields.items():
            value = getattr(settings, name)
            shown = HIDDEN if isinstance(value, SecretStr) else without_secrets(str(value))
            rows.append(
                {
                    "variable": f"GENOMLYS_{name.upper()}",
                    "value": None if value is None else shown,
                    "set": name in settings.model_fields_set,
                    "meaning": field.description or "",
                }
            )
    for variable, meaning in (
        ("GENOMLYS_DATABASE_URL", "PostgreSQL to use instead of the embedded one."),
        ("GENOMLYS_MASTER_KEY", "Base64 of 32 bytes; default a file in the state directory."),
        ("GENOMLYS_TENANT", "Tenant the command line works for, when there are several."),
    ):
        secret = variable != "GENOMLYS_TENANT" and variable in os.environ
        value = HIDDEN if secret else os.environ.get(variable)
        rows.append({"variable": variable, "value": value, "set": variable in os.environ, "meaning": meaning})
    if as_json:
        emit(rows)
        return
    for row in rows:
        shown = "–" if row["value"] is None else escape(row["value"])
        console.print(f"{row['variable']}={shown}", style="bold" if row["set"] else "", highlight=False, soft_wrap=True)
        console.print(f"    {escape(row['meaning'])}", style="dim", highlight=False, soft_wrap=True)


@database_app.command("upgrade")
def upgrade() -> None:
    """Bring the schema up to this release."""
    with opened() as runtime, clear_messages():
        runtime.database.upgrade()
    console.print("the schema is current")


@audit_app.command("verify")
def verify_audit(as_json: JsonOption = False) -> None:
    """Check every link of every audit chain: nothing altered, nothing removed."""
    with opened() as runtime:
        report = audit.verify(runtime.database)
    if as_json:
        emit(asdict(report))
    else:
        for chain in report.chains:
            console.print(f"{chain.tenant_id}: {chain.events} events, ends in {chain.head[:16]}", highlight=False)
        for broken in report.breaks:
            errors.print(f"[red]{broken.tenant_id}[/red] event {broken.sequence}: {broken.problem}")
    if report.breaks:
        raise typer.Exit(int(Exit.FAILED))
