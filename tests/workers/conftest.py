"""A runtime on a fresh database, a real Valkey of the product's own making and a real sandbox process.

``sandbox``  the registers' stand-in, one process for the test session; its faults are withdrawn after each test
``valkey``   one embedded Valkey for the session, emptied before each test
``runtime``  what a worker process holds, with short pauses between tries
``case``     a case with one party (Skinande Trapphus i Granby AB, planted in the sandbox)
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.sandbox import environment as sandbox_environment
from connectors.settings import ConnectorSettings
from graph.model import SourceAnswer, organisation_key
from screening.case import Case, CaseKind, Party, PartyRole, Procedure, Tenant
from screening.store import cases, facts, tasks
from screening.store.database import Database
from workers import runs, worker
from workers import tasks as jobs
from workers.embedded import EmbeddedValkey
from workers.runtime import Runtime
from workers.settings import WorkerSettings

TENANT = "kommun-a"


@dataclass
class Sandbox:
    url: str

    def order(self, source: str, fault: str, times: int | None = None, **parameters: Any) -> None:
        body = {"source": source, "fault": fault, "times": times, "parameters": parameters}
        httpx.post(f"{self.url}/sandbox/faults", json=body, trust_env=False).raise_for_status()

    def get(self, path: str) -> Any:
        return httpx.get(self.url + path, trust_env=False).raise_for_status().json()

    def withdraw(self) -> None:
        httpx.delete(f"{self.url}/sandbox/faults", trust_env=False).raise_for_status()


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Sandbox]:
    with tempfile.TemporaryDirectory(prefix="genomlys-sandbox-") as name:
        port_file = Path(name) / "port"
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "connectors.sandbox", "--port-file", str(port_file)),
                *("--organisations", "500", "--requests-per-minute", "60000"),
            ]
        )
        try:
            deadline = time.monotonic() + 60
            while not port_file.exists():
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.05)
            sandbox = Sandbox(f"http://127.0.0.1:{port_file.read_text().strip()}")
            transport = httpx.HTTPTransport(retries=20)
            with httpx.Client(transport=transport, trust_env=False, timeout=30) as client:
                client.get(f"{sandbox.url}/sandbox/clock").raise_for_status()
            yield sandbox
        finally:
            process.terminate()
            process.wait(timeout=10)


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Iterator[Sandbox]:
    yield sandbox_process
    sandbox_process.withdraw()


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[EmbeddedValkey]:
    with tempfile.TemporaryDirectory(prefix="genomlys-valkey-") as name:
        server = EmbeddedValkey(Path(name))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def connectors(sandbox_process: Sandbox, monkeypatch: pytest.MonkeyPatch) -> ConnectorSettings:
    for name in [each for each in os.environ if each.startswith("GENOMLYS_")]:
        monkeypatch.delenv(name)
    for name, value in sandbox_environment(sandbox_process.url, requests_per_minute=60_000).items():
        monkeypatch.setenv(name, value)
    return ConnectorSettings(http_timeout_seconds=0.6, http_retry_seconds=0.01)


@pytest.fixture
def runtime(
    database: Database, valkey_server: EmbeddedValkey, connectors: ConnectorSettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Runtime]:
    valkey_server.start()
    made = Runtime(
        database=database,
        keyring=database.keyring,
        connectors=connectors,
        settings=WorkerSettings(
            redis_url=valkey_server.url, retry_base_seconds=0.02, gather_attempts=3, sweep_seconds=0.05
        ),
        redis_url=valkey_server.url,
    )
    made.redis.flushdb()
    monkeypatch.setattr(worker, "_runtime", made)
    yield made
    made.redis.close()


@pytest.fixture
def planted(sandbox_process: Sandbox) -> dict[str, Any]:
    """The procurement case of the demo, as the sandbox defines it."""
    return next(case for case in sandbox_process.get("/sandbox/cases") if case["kind"] == "procurement")


@pytest.fixture
def make_case(database: Database, planted: dict[str, Any]) -> Callable[..., Case]:
    def make(
        identifier: str = "fall-1",
        parties: int = 1,
        kind: CaseKind = CaseKind.PROCUREMENT,
        procedure: Procedure = Procedure.LOU_OVER_THRESHOLD,
    ) -> Case:
        case = Case(
            id=identifier,
            tenant=Tenant(TENANT, "Provköpings kommun", True),
            kind=kind,
            procedure=procedure,
            reference=f"KS 2026/{identifier}",
            opened_on=date(2026, 11, 1),
            purpose="Pröva uteslutningsgrunder",
            legal_basis="LOU 13 kap.",
            parties=tuple(
                Party(organisation_key(party["organisation_number"]), PartyRole.BIDDER, party["organisation_number"])
                for party in planted["parties"][:parties]
            ),
        )
        with database.transaction(TENANT, "test") as session:
            return cases.create(session, case)

    return make


@pytest.fixture
def case(make_case: Callable[..., Case]) -> Case:
    return make_case()


@pytest.fixture
def finish(runtime: Runtime) -> Callable[[Case], tasks.Run]:
    """Start a run and do its work in this process, task by task, until it has ended."""

    def carry_out(case: Case, seconds: float = 30.0) -> tasks.Run:
        run_id = runs.start(runtime, TENANT, case.id, "test")
        deadline = time.monotonic() + seconds
        while True:
            with runtime.database.system("test") as session:
                due = tasks.pending(session)
            for task in due:
                jobs.run(task.tenant_id, task.id)
            with runtime.database.transaction(TENANT, "test") as session:
                run = tasks.get_run(session, run_id)
            if run.finished_at is not None:
                return run
            assert time.monotonic() < deadline, "the run did not end"

    return carry_out


@pytest.fixture
def answer(runtime: Runtime) -> Callable[[Case, str], SourceAnswer]:
    """The latest answer of a source about a case's first party."""

    def latest(case: Case, source: str) -> SourceAnswer:
        with runtime.database.transaction(TENANT, "test") as session:
            found = facts.answers(session, case.id)
        about = [each for each in found if each.source == source and each.subject == case.parties[0].key]
        assert about, f"{source} is not answered"
        return max(about, key=lambda each: each.asked_at)

    return latest


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)
