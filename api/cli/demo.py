"""``genomlys demo``: the main job end to end on the sandbox registers, from an empty database to printed verdicts."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import httpx
import typer

from api.cli.client import ApiClient
from api.cli.output import Exit, clear_messages, console, emit, errors, progress, refuse
from api.cli.render import print_case
from api.machine import Machine, state_directory
from api.settings import ApiSettings
from connectors.sandbox import environment as sandbox_environment
from graph.model import organisation_key, sha256_hex
from screening.store import tenants, tokens
from workers import feeds
from workers.runtime import Runtime, open_runtime
from workers.supervisor import AlreadyRunningError, end_leftovers, exclusive

TENANT = "granby"
TENANT_NAME = "Granby kommun"
VDM_PER_MINUTE = 60
"""The real service's limit, kept in the demo."""
SSBT_PER_MINUTE = 12_000
"""No limit is published; the sandbox is on this machine and needs no politeness."""
PATIENCE_SECONDS = 300.0
CHECKED_BEFORE = ("avtalsuppfoljning", "lokalavtal")
"""Cases that live on from the first moment to the second: only there can a change of board be seen."""

Result = TypeVar("Result")


def demo(
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdicts as JSON.")] = False,
    english: Annotated[bool, typer.Option("--english", help="Texts in English instead of Swedish.")] = False,
    organisations: Annotated[int, typer.Option(min=500, help="Organisations of the fictional municipality.")] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of the fictional municipality.")] = 1,
) -> None:
    """Run the main job on the sandbox registers: load them, open cases, gather, screen, print verdicts, shut down.

    Everything is fictional. Starts from nothing each time, in a directory of its own. The exit code is 0 when the job
    was done, whatever the verdicts are.
    """
    run(as_json=as_json, language="en" if english else None, organisations=organisations, seed=seed)


@dataclass(frozen=True)
class _Opened:
    """A demo case, and where its screenings are asked for."""

    case: dict[str, Any]
    definition: dict[str, Any]


def run(
    *,
    as_json: bool,
    language: str | None,
    organisations: int,
    seed: int,
    keep: Callable[[], None] | None = None,
) -> None:
    """Run the demo; with ``keep`` leave everything running until it returns."""
    settings = ApiSettings()
    directory = state_directory(settings) / "demo"
    try:
        with exclusive(directory), clear_messages():
            _run(directory, settings, as_json, language or settings.language, organisations, seed, keep)
    except AlreadyRunningError as problem:
        refuse(str(problem), Exit.FAILED)


def _run(
    directory: Path,
    settings: ApiSettings,
    as_json: bool,
    language: str,
    organisations: int,
    seed: int,
    keep: Callable[[], None] | None,
) -> None:
    started = time.monotonic()
    settings = settings.model_copy(update={"port": settings.port if keep else 0})
    today = datetime.now(UTC).date().isoformat()
    clock_file = directory / "sandbox-clock"
    clock_file.unlink(missing_ok=True)
    sandbox = ("--seed", str(seed), "--organisations", str(organisations), "--as-of", today)
    machine = Machine(directory, settings, sandbox=(*sandbox, "--clock-file", str(clock_file)))
    _say(as_json, "Starting PostgreSQL, Valkey, the sandbox registers, two workers and the API …")
    machine.environment.update(sandbox_environment(machine.sandbox_url, requests_per_minute=VDM_PER_MINUTE))
    machine.environment["GENOMLYS_SSBT_REQUESTS_PER_MINUTE"] = str(SSBT_PER_MINUTE)
    end_leftovers(directory)
    engines = machine.engines()
    os.environ.update(machine.environment)
    runtime = open_runtime(directory)
    runtime.database.recreate()
    runtime.redis.flushdb()
    token = _tenant(runtime)
    with machine.supervisor(engines):
        machine.wait_until_ready()
        client = ApiClient(machine.api_url, token)
        definitions = _sandbox("GET", machine, "/sandbox/cases")
        _job(machine, runtime, client, definitions, quiet=as_json)
        opened = _open_cases(machine, client, definitions)
        screenings = {entry.case["id"]: client.verdict(entry.case["id"]) for entry in opened}
        seconds = time.monotonic() - started
        if as_json:
            emit(_report(machine, opened, screenings, seconds))
        else:
            for entry in opened:
                case, screening = entry.case, screenings[entry.case["id"]]
                print_case(console, case, screening, language, brief=len(screening["parties"]) > 10)
            console.print(f"Done in {seconds:.1f} s. Everything above is fictional.", style="dim")
        if keep is not None:
            console.print(
                f"\nThe API runs at {machine.api_url}/api/v1, its documentation at {machine.api_url}/api/docs."
            )
            console.print(f"Token of {TENANT_NAME}: {token}", highlight=False)
            console.print(f"The sandbox registers run at {machine.sandbox_url}. Stop with Ctrl-C.", highlight=False)
            keep()
    runtime.database.close()


def _tenant(runtime: Runtime) -> str:
    with runtime.database.system("demo") as session:
        tenants.create(session, TENANT, TENANT_NAME, is_authority=True)
    with runtime.database.transaction(TENANT, "demo") as session:
        return tokens.create(session, TENANT, "demo", "administrator")


def _job(
    machine: Machine, runtime: Runtime, client: ApiClient, definitions: list[dict[str, Any]], *, quiet: bool
) -> None:
    """The story: four weeks ago the running contracts and the intended tenants were checked for the first time; then
    today, when the registers have moved on and all cases are checked.
    """
    moments = _sandbox("GET", machine, "/sandbox/clock")
    early = [definition for definition in definitions if definition["id"] in CHECKED_BEFORE]

    _say(quiet, f"Loading the registers and lists as of {moments['baseline']} …")
    _sandbox("POST", machine, "/sandbox/clock", json={"date": moments["baseline"]})
    _load_feeds(runtime, feeds.FEEDS, quiet)
    _screen(client, _open_cases(machine, client, early), "First check of contracts and tenants", quiet)

    _say(quiet, f"Four weeks later: loading what changed until {moments['as_of']} …")
    _sandbox("POST", machine, "/sandbox/clock", json={"date": moments["as_of"]})
    _load_feeds(runtime, feeds.FEEDS, quiet)
    _screen(client, _open_cases(machine, client, definitions), "Gathering and screening all cases", quiet)


def _load_feeds(runtime: Runtime, sources: tuple[str, ...], quiet: bool) -> None:
    for source in sources:
        report = _patiently(partial(feeds.load, runtime, source))
        counts = ", ".join(f"{value} {name}" for name, value in report.counts.items() if value)
        _say(quiet, f"  {source}: {counts}")


def _open_cases(machine: Machine, client: ApiClient, definitions: list[dict[str, Any]]) -> list[_Opened]:
    """Open the cases, or find them again: the same key gives the same case. Files are handed in once."""
    opened = []
    for definition in definitions:
        body = {name: value for name, value in definition.items() if name not in ("bods", "id", "kind_sv")}
        body["parties"] = [
            {("name" if name == "declared_name" else name): value for name, value in party.items()}
            for party in body["parties"]
        ]
        case = client.open_case(body, key=f"demo {definition['reference']}")
        listed = client.request("GET", f"/cases/{case['id']}/documents")
        already = {document["sha256"] for document in listed}
        for file in definition["bods"]:
            content = _sandbox("GET", machine, f"/sandbox/bods/{file['name']}", raw=True)
            if sha256_hex(content) not in already:
                client.hand_in(case["id"], file["name"], content, party=file["organisation_number"])
        if not any(document["source"].startswith("municipal_") for document in listed):
            for name, content in _sandbox("GET", machine, f"/sandbox/records/{definition['id']}").items():
                client.hand_in_record(case["id"], name, content.encode())
        opened.append(_Opened(case, definition))
    return opened


def _screen(client: ApiClient, opened: list[_Opened], label: str, quiet: bool) -> None:
    runs = [(entry.case["id"], client.start_screening(entry.case["id"])) for entry in opened]
    _say(quiet, f"{label}: {sum(len(entry.case['parties']) for entry in opened)} parties …")
    client.wait(runs, progress(label, quiet=quiet), PATIENCE_SECONDS)


def _report(
    machine: Machine, opened: list[_Opened], screenings: dict[str, dict[str, Any]], seconds: float
) -> dict[str, Any]:
    """The JSON of the demo: every case with its screening, and planted against found."""
    truth = _sandbox("GET", machine, "/sandbox/ground-truth")
    raised: dict[tuple[str, str], set[str]] = {}
    levels: dict[tuple[str, str], int] = {}
    for entry in opened:
        screening = screenings[entry.case["id"]]
        for finding in screening["findings"]:
            raised.setdefault((entry.definition["id"], finding["party"]), set()).add(finding["indicator"])
        for verdict in screening["parties"]:
            levels[entry.definition["id"], verdict["party"]] = verdict["level"]
    planted = []
    for pattern in truth["planted"]:
        found = raised.get((pattern["case"], organisation_key(pattern["organisation"])), set())
        planted.append(
            {
                **pattern,
                "found": sorted(found & set(pattern["indicators"])),
                "also": sorted(found - set(pattern["indicators"]) - set(pattern["tolerated"])),
            }
        )
    clean = []
    for party in truth["clean"]:
        place = (party["case"], organisation_key(party["organisation"]))
        clean.append({**party, "level": levels.get(place), "found": sorted(raised.get(place, set()))})
    return {
        "seconds": round(seconds, 1),
        "cases": [{"case": entry.case, "screening": screenings[entry.case["id"]]} for entry in opened],
        "planted": planted,
        "missed": [pattern for pattern in planted if set(pattern["found"]) != set(pattern["indicators"])],
        "clean": clean,
        "clean_above_note": [party for party in clean if party["level"] is None or party["level"] > 1],
    }


def _sandbox(method: str, machine: Machine, path: str, *, raw: bool = False, **arguments: Any) -> Any:
    def ask() -> Any:
        response = httpx.request(method, machine.sandbox_url + path, timeout=30.0, trust_env=False, **arguments)
        response.raise_for_status()
        return response.content if raw else response.json()

    return _patiently(ask)


def _patiently(act: Callable[[], Result]) -> Result:
    """``act``, again while something is being restarted."""
    deadline = time.monotonic() + 60.0
    while True:
        try:
            return act()
        except Exception as error:
            if time.monotonic() > deadline:
                raise
            errors.print(f"[dim]waiting: {type(error).__name__}[/dim]")
            time.sleep(0.3)


def _say(quiet: bool, message: str) -> None:
    if not quiet:
        errors.print(message, highlight=False)
