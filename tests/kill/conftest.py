"""One machine for all kill tests: embedded engines, sandbox, two workers and the API under the real supervisor.

The sandbox answers as the real registers do, without their limit. ``undisturbed`` is the verdict of the same case
when nothing was killed, with what differs between any two cases (ids, times, hashes) left out.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.cli.client import ApiClient
from api.machine import Machine
from api.settings import ApiSettings
from connectors.sandbox import environment as sandbox_environment
from screening.store import tenants, tokens
from workers import feeds
from workers.runtime import Runtime, open_runtime
from workers.supervisor import Supervisor

TENANT = "granby"
PATIENCE_SECONDS = 90.0


@dataclass
class Town:
    """The machine, a client of its API, and the case that every test opens anew."""

    machine: Machine
    supervisor: Supervisor
    runtime: Runtime
    client: ApiClient
    definition: dict[str, Any]

    def sandbox(self, method: str, path: str, **arguments: Any) -> Any:
        response = httpx.request(method, self.machine.sandbox_url + path, timeout=10.0, trust_env=False, **arguments)
        response.raise_for_status()
        return response.json() if response.content else None

    def pid(self, service: str) -> int:
        """The process id of a service, once it runs."""
        found = next(each for each in self.supervisor.services if each.name == service)
        self.until(found.alive)
        number = found.server.process_id if service == "postgresql" else found.pid  # type: ignore[attr-defined]
        assert number is not None
        return int(number)

    def kill(self, service: str) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid(service), signal.SIGKILL)

    def until(self, condition: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.02)

    def asked(self, source: str) -> int:
        return int(self.sandbox("GET", "/sandbox/requests").get(source, 0))

    def start(self, name: str) -> tuple[str, str]:
        """Open the case and start its screening: the case's and the run's id."""
        case = self.client.open_case({**self.definition, "reference": f"KS {name}"}, key=name)["id"]
        return case, self.client.start_screening(case)

    def finish(self, case: str, run: str) -> dict[str, Any]:
        """Wait for the run and give its verdict, comparable."""
        self.client.wait([(case, run)], lambda _done, _total: None, PATIENCE_SECONDS)
        state = self.client.request("GET", f"/cases/{case}/runs/{run}")
        assert state["state"] == "done"
        return comparable(self.client.verdict(case))

    def counts(self, case: str) -> dict[str, int]:
        """How much is stored for a case; fails if anything is there twice."""
        with self.runtime.database.system("test") as session:

            def number(query: str) -> int:
                return int(session.execute(text(query), {"case": case}).scalar_one())

            doubled = {
                "answers": "SELECT 1 FROM source_answer WHERE case_id = :case GROUP BY source, subject",
                "facts": "SELECT 1 FROM fact WHERE case_id = :case "
                "GROUP BY asked_source, asked_subject, content_sha256",
                "documents": "SELECT 1 FROM document WHERE case_id = :case GROUP BY source, sha256",
                "screenings": "SELECT 1 FROM screening WHERE case_id = :case GROUP BY case_id",
            }
            for what, query in doubled.items():
                assert number(f"SELECT count(*) FROM ({query} HAVING count(*) > 1) AS doubled") == 0, what
            assert number("SELECT count(*) FROM gather_task WHERE case_id = :case AND state = 'pending'") == 0
            return {
                table: number(f"SELECT count(*) FROM {table} WHERE case_id = :case")
                for table in ("source_answer", "fact", "document", "screening", "gather_task")
            }


def comparable(screening: dict[str, Any]) -> dict[str, Any]:
    """What must be the same in any two screenings of the same parties at the same time."""
    return {
        "verdict": (screening["level"], screening["code"], screening["complete"]),
        "parties": sorted((each["party"], each["level"], each["complete"]) for each in screening["parties"]),
        "findings": sorted(
            (each["indicator"], each["party"], each["subject"], each["level"], each["statement"]["sv"])
            for each in screening["findings"]
        ),
        "coverage": sorted(
            (each["party"], each["source"], each["status"], each["reason"] or "") for each in screening["coverage"]
        ),
    }


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    with tempfile.TemporaryDirectory(prefix="genomlys-kill-") as name, pytest.MonkeyPatch.context() as patch:
        directory = Path(name)
        directory.chmod(0o711)  # a server started by root runs as another user and has to pass through
        for variable in [each for each in os.environ if each.startswith("GENOMLYS_")]:
            patch.delenv(variable)
        today = datetime.now(UTC).date().isoformat()
        machine = Machine(
            directory,
            ApiSettings(port=0, workers=2),
            sandbox=("--seed", "1", "--organisations", "500", "--as-of", today, "--requests-per-minute", "60000"),
        )
        machine.environment.update(sandbox_environment(machine.sandbox_url, requests_per_minute=60_000))
        engines = machine.engines()
        try:
            for variable, value in machine.environment.items():
                patch.setenv(variable, value)
            runtime = open_runtime(directory)
            runtime.database.upgrade()
            with runtime.database.system("test") as session:
                tenants.create(session, TENANT, "Granby kommun", is_authority=True)
            with runtime.database.transaction(TENANT, "test") as session:
                token = tokens.create(session, TENANT, "test", "administrator")
            with machine.supervisor(engines) as supervisor:
                machine.wait_until_ready(60.0)
                moments = httpx.get(machine.sandbox_url + "/sandbox/clock", trust_env=False).json()
                for moment in (moments["baseline"], moments["as_of"]):
                    httpx.post(machine.sandbox_url + "/sandbox/clock", json={"date": moment}, trust_env=False)
                    for source in feeds.FEEDS:
                        feeds.load(runtime, source)
                client = ApiClient(machine.api_url, token)
                cases = httpx.get(machine.sandbox_url + "/sandbox/cases", trust_env=False).json()
                definition = next(case for case in cases if case["kind"] == "procurement")
                body = {key: value for key, value in definition.items() if key not in ("bods", "id", "kind_sv")}
                body["parties"] = [
                    {("name" if key == "declared_name" else key): value for key, value in party.items()}
                    for party in body["parties"]
                ]
                yield Town(machine, supervisor, runtime, client, body)
            runtime.database.close()
        finally:
            for engine in reversed(engines):
                engine.stop()
                if hasattr(engine, "server"):
                    engine.server.destroy()


@dataclass(frozen=True)
class Undisturbed:
    verdict: dict[str, Any]
    counts: dict[str, int]


@pytest.fixture(scope="session")
def undisturbed(town: Town) -> Undisturbed:
    case, run = town.start("ostord")
    verdict = town.finish(case, run)
    assert verdict["findings"]
    assert verdict["verdict"][2], [each for each in verdict["coverage"] if each[2] not in ("answered", "not_found")]
    return Undisturbed(verdict, town.counts(case))


@pytest.fixture
def chance() -> random.Random:
    """Random moments; the seed is in the test's output when it fails."""
    seed = int(os.environ.get("GENOMLYS_KILL_SEED", time.time_ns() % 1_000_000))
    print(f"GENOMLYS_KILL_SEED={seed}")
    return random.Random(seed)
