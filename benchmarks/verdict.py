"""From warm sources to a verdict: dossier build, screen, save – one party, and a portfolio.

    python -m benchmarks.verdict [--rounds 30] [--portfolio 100] [--organisations 2000]

Every source of the sandbox has answered before the clock starts; what is measured is our own work, in the very code
that the workers run. Prints JSON: medians in ms for one party against the limit, parties a second for a portfolio, and
peak memory.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from api.opening import open_case
from connectors.sandbox import environment as sandbox_environment
from screening import engine
from screening.case import CaseKind
from screening.intake.files import Row
from screening.intake.parties import parse_parties
from screening.policy import Policy
from screening.store import cases, dossiers, screenings, tasks, tenants
from screening.store.database import Database
from screening.store.embedded import EmbeddedPostgres
from workers import feeds, runs
from workers import worker as worker_process
from workers.embedded import EmbeddedValkey
from workers.logs import configure
from workers.policy import policy_for
from workers.runtime import Runtime, open_runtime

TENANT = "matkommun"
LIMIT_MS = 50.0


@contextmanager
def database_with_case(
    directory: Path, parties: int, organisations: int = 2000
) -> Iterator[tuple[Database, str, Policy]]:
    """A database with one gathered and screened case of ``parties`` parties; everything is ended afterwards."""
    configure(logging.ERROR)
    postgres = EmbeddedPostgres(directory / "state")
    valkey = EmbeddedValkey(directory)
    sandbox: subprocess.Popen[bytes] | None = None
    try:
        os.environ.update(GENOMLYS_DATABASE_URL=postgres.start(), GENOMLYS_STATE_DIR=str(directory))
        valkey.start()
        port_file = directory / "port"
        command = ["connectors.sandbox", "--port-file", str(port_file), "--organisations", str(organisations)]
        sandbox = subprocess.Popen([sys.executable, "-m", *command, "--requests-per-minute", "10000000"])
        while not port_file.exists():
            time.sleep(0.05)
        url = f"http://127.0.0.1:{port_file.read_text().strip()}"
        os.environ.update(sandbox_environment(url, requests_per_minute=10_000_000), GENOMLYS_REDIS_URL=valkey.url)
        runtime = open_runtime(directory)
        runtime.database.upgrade()
        with runtime.database.system("benchmark") as session:
            tenants.create(session, TENANT, "Mätkommunen", is_authority=True)
        for source in feeds.FEEDS:
            feeds.load(runtime, source)
        case = _opened(runtime, url, parties)
        run = runs.start(runtime, TENANT, case, "benchmark")
        finished = False
        while not finished:
            worker_process.burst(runtime)
            with runtime.database.transaction(TENANT, "benchmark") as session:
                finished = tasks.get_run(session, run).finished_at is not None
        with runtime.database.transaction(TENANT, "benchmark") as session:
            policy = policy_for(session, cases.get(session, case).kind)
        yield runtime.database, case, policy
        runtime.database.close()
    finally:
        if sandbox is not None:
            sandbox.terminate()
            sandbox.wait(10)
        valkey.stop()
        postgres.destroy()


def _opened(runtime: Runtime, url: str, parties: int) -> str:
    definitions = httpx.get(f"{url}/sandbox/cases", trust_env=False).json()
    numbers = [party["organisation_number"] for entry in definitions for party in entry["parties"]]
    if parties > len(numbers):
        with runtime.database.copy_connection() as connection:
            more = connection.execute("SELECT number FROM register_scb ORDER BY number").fetchall()
        numbers += [str(row[0]) for row in more]
    rows = [Row(f"row {n}", {"organisation_number": number}) for n, number in enumerate(numbers[:parties], start=1)]
    intake = parse_parties(rows, CaseKind.DIRECT_PROCUREMENT)
    case, _ = open_case(
        runtime, TENANT, "benchmark", intake, CaseKind.DIRECT_PROCUREMENT, reference="MÄT 1", cpv=("90910000",)
    )
    return case.id


def measure(database: Database, case: str, policy: Policy, rounds: int) -> dict[str, float]:
    """Medians in ms of each step, each round in a transaction of its own."""
    steps: dict[str, list[float]] = {"dossier_ms": [], "screen_ms": [], "save_ms": [], "total_ms": []}
    for _ in range(rounds):
        started = time.perf_counter()
        with database.transaction(TENANT, "benchmark") as session:
            dossier = dossiers.build(session, case)
            built = time.perf_counter()
            screening = engine.screen(dossier, policy)
            screened = time.perf_counter()
            screenings.save(session, dossier, policy, screening)
        ended = time.perf_counter()
        for name, seconds in zip(
            steps, (built - started, screened - built, ended - screened, ended - started), strict=True
        ):
            steps[name].append(seconds * 1000)
    return {name: round(statistics.median(values), 2) for name, values in steps.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--portfolio", type=int, default=100)
    parser.add_argument("--organisations", type=int, default=2000)
    options = parser.parse_args()
    report: dict[str, object] = {}
    for name, parties, rounds in (("one_party", 1, options.rounds), ("portfolio", options.portfolio, 3)):
        directory = Path(tempfile.mkdtemp(prefix="genomlys-benchmark-"))
        directory.chmod(0o711)
        started = time.perf_counter()
        with database_with_case(directory, parties, options.organisations) as (database, case, policy):
            gathered = time.perf_counter() - started
            with database.transaction(TENANT, "benchmark") as session:
                dossier = dossiers.build(session, case)
            engine.screen(dossier, policy)
            figures: dict[str, object] = {"parties": len(dossier.case.parties), "facts": len(dossier.facts)}
            steps = measure(database, case, policy, rounds)
            figures |= steps
            figures["set_up_and_gather_s"] = round(gathered, 1)
            if name == "one_party":
                figures |= {"limit_ms": LIMIT_MS, "share": round(steps["total_ms"] / LIMIT_MS, 3)}
                figures["met"] = steps["total_ms"] <= LIMIT_MS
            else:
                figures["parties_per_second"] = round(len(dossier.case.parties) / steps["total_ms"] * 1000, 1)
        shutil.rmtree(directory, ignore_errors=True)
        figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
        report[name] = figures
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
