"""``world``: the whole service over sockets – PostgreSQL, Valkey, the sandbox registers, one worker and the API as
processes of their own – started once, with the feeds loaded and two cases of ``kommun-a`` screened.

Tests that change something open cases of their own.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import text

from api.machine import free_port
from connectors.sandbox import environment as sandbox_environment
from screening.store import tokens
from screening.store.keys import KEY_BYTES, MASTER_KEY_VARIABLE
from workers import feeds
from workers.embedded import EmbeddedValkey
from workers.runtime import Runtime, open_runtime

ROOT = Path(__file__).parents[2]
TENANT, OTHER_TENANT = "kommun-a", "kommun-b"


def until(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Wait for ``condition`` to hold, and give what it gave."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.03)


def process(stack: ExitStack, log: Path, environment: Mapping[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """A program of ours that is ended with ``stack``; everything it writes goes to ``log``."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
        )

    def end() -> None:
        started.terminate()
        started.wait(10)

    stack.callback(end)
    return started


@dataclass
class World:
    """The running service."""

    url: str
    sandbox: str
    directory: Path
    environment: dict[str, str]
    runtime: Runtime
    definitions: list[dict[str, Any]]
    clients: dict[str, httpx.Client] = field(default_factory=dict)
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def officer(self) -> httpx.Client:
        return self.clients["officer"]

    def token(self, tenant: str, name: str, role: str) -> str:
        with self.runtime.database.transaction(tenant, "test") as session:
            return tokens.create(session, tenant, name, role)

    def client(self, token: str | None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30.0, trust_env=False)

    def open(self, kind: str) -> dict[str, Any]:
        """One of the sandbox's demo cases, opened, with its ownership files handed in."""
        definition = next(entry for entry in self.definitions if entry["kind"] == kind)
        body = {name: value for name, value in definition.items() if name not in ("bods", "id", "kind_sv")}
        body["parties"] = [
            {("name" if name == "declared_name" else name): value for name, value in party.items()}
            for party in body["parties"]
        ]
        answer = self.officer.post("/api/v1/cases", json=body)
        assert answer.status_code == 201, answer.text
        case: dict[str, Any] = answer.json()
        for file in definition["bods"]:
            content = httpx.get(f"{self.sandbox}/sandbox/bods/{file['name']}", trust_env=False).content
            handed = self.officer.post(
                f"/api/v1/cases/{case['id']}/evidence",
                params={"party": file["organisation_number"]},
                files={"file": ("owners.json", content, "application/json")},
            )
            assert handed.status_code == 201, handed.text
        return case

    def screen(self, case: str) -> str:
        """Screen a case and give its run's id."""
        started = self.officer.post(f"/api/v1/cases/{case}/screenings")
        assert started.status_code == 202, started.text
        run = str(started.json()["id"])
        until(lambda: self.officer.get(f"/api/v1/cases/{case}/runs/{run}").json()["state"] in ("done", "failed"), 60)
        return run

    def logged(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in self.directory.glob("*.log"))


def fill(world: World) -> None:
    """Tenants, tokens, feeds, and two screened cases."""
    with world.runtime.database.system("test") as session:
        session.execute(
            text("INSERT INTO tenant (id, name, is_authority) VALUES (:id, :name, true)"),
            [{"id": TENANT, "name": "Provköpings kommun"}, {"id": OTHER_TENANT, "name": "Exempelstads kommun"}],
        )
    for name, tenant, role in (
        ("officer", TENANT, "officer"),
        ("reader", TENANT, "reader"),
        ("administrator", TENANT, "administrator"),
        ("stranger", OTHER_TENANT, "administrator"),
    ):
        world.clients[name] = world.client(world.token(tenant, name, role))
    world.clients["nobody"] = world.client(None)
    for source in feeds.FEEDS:
        feeds.load(world.runtime, source)
    for kind in ("procurement", "lease"):
        world.cases[kind] = world.open(kind)
        world.screen(world.cases[kind]["id"])


@pytest.fixture(scope="session")
def world(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    directory = tmp_path_factory.mktemp("world")
    name = f"api_{uuid.uuid4().hex[:12]}"
    with ExitStack() as stack:
        administrator = stack.enter_context(psycopg.connect(postgres.url.format("genomlys"), autocommit=True))
        administrator.execute(f"CREATE DATABASE {name} TEMPLATE template_genomlys")
        stack.callback(administrator.execute, f"DROP DATABASE {name} WITH (FORCE)")
        valkey = EmbeddedValkey(directory)
        valkey.start()
        stack.callback(valkey.stop)
        port_file = directory / "port"
        process(
            stack, directory / "sandbox.log", {}, "connectors.sandbox", "--port", "0", "--port-file", str(port_file),
            "--seed", "7", "--organisations", "600", "--requests-per-minute", "1000000",
        )  # fmt: skip
        environment = {
            "GENOMLYS_DATABASE_URL": postgres.url.format(name),
            "GENOMLYS_REDIS_URL": valkey.url,
            "GENOMLYS_STATE_DIR": str(directory),
            MASTER_KEY_VARIABLE: base64.b64encode(bytes(range(KEY_BYTES))).decode(),
            "GENOMLYS_SWEEP_SECONDS": "0.2",
            "GENOMLYS_MAXIMUM_UPLOAD_BYTES": str(12 * 1024 * 1024),
        }
        until(port_file.exists)
        sandbox = f"http://127.0.0.1:{port_file.read_text().strip()}"
        environment |= sandbox_environment(sandbox, requests_per_minute=1_000_000)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for variable, value in environment.items():
            patch.setenv(variable, value)
        runtime = open_runtime(directory)
        stack.callback(runtime.database.close)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        process(stack, directory / "api.log", environment, "api.server", "--port", str(port))
        process(stack, directory / "worker.log", environment, "workers.worker", "--name", "test")

        def ready() -> bool:
            try:
                return httpx.get(url + "/readyz", trust_env=False).status_code == 200
            except httpx.TransportError:
                return False

        until(ready)
        definitions = httpx.get(f"{sandbox}/sandbox/cases", trust_env=False).json()
        made = World(url, sandbox, directory, environment, runtime, definitions)
        fill(made)
        yield made
        for client in made.clients.values():
            client.close()


@pytest.fixture
def officer(world: World) -> httpx.Client:
    return world.officer


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer, checked against RFC 9457 and for both languages."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body: dict[str, Any] = json.loads(answer.content)
    assert body["status"] == status
    assert body["type"] == f"urn:genomlys:problem:{code}"
    assert body["title"]
    assert body["detail"] != body["detail_sv"]
    return body
