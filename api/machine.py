"""Everything on one machine: the embedded engines, the workers, the API and, for demo and training, the sandbox.

``GENOMLYS_DATABASE_URL`` and ``GENOMLYS_REDIS_URL`` take the place of the embedded engines; then nothing of that kind
is started here.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from api.settings import ApiSettings
from screening.store.embedded import EmbeddedPostgres, default_state_directory
from workers.embedded import EmbeddedValkey
from workers.settings import WorkerSettings
from workers.supervisor import ProcessService, Service, Supervisor


class _PostgresService:
    """The embedded PostgreSQL as a supervised service."""

    name = "postgresql"

    def __init__(self, state_directory: Path) -> None:
        self.server = EmbeddedPostgres(state_directory)
        self.url = ""

    def start(self) -> None:
        """Start it, recovering from any unclean stop."""
        self.url = self.server.start()

    def alive(self) -> bool:
        """Whether its postmaster runs."""
        return self.server.running

    def stop(self) -> None:
        """Stop it."""
        self.server.stop()


def state_directory(settings: ApiSettings) -> Path:
    """The state directory in use."""
    return (settings.state_dir or default_state_directory()).absolute()


def free_port() -> int:
    """A port that is free now on the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Machine:
    """Composes the services of one machine and waits until they answer."""

    def __init__(
        self,
        directory: Path,
        settings: ApiSettings,
        *,
        environment: Mapping[str, str] | None = None,
        sandbox: tuple[str, ...] | None = None,
    ) -> None:
        """``sandbox``: further arguments of the sandbox registers; ``None`` starts none."""
        self.directory = directory
        self.settings = settings
        self.environment = dict(environment or {})
        self.environment["GENOMLYS_STATE_DIR"] = str(directory)
        self.api_port = settings.port or free_port()
        self.sandbox_port = free_port() if sandbox is not None else 0
        self._sandbox = sandbox

    @property
    def api_url(self) -> str:
        """Base URL of the API."""
        return f"http://{self.settings.host}:{self.api_port}"

    @property
    def sandbox_url(self) -> str:
        """Base URL of the sandbox registers."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    def engines(self) -> list[Service]:
        """The embedded engines that no setting replaces, started, their addresses put in the environment."""
        services: list[Service] = []
        if url := os.environ.get("GENOMLYS_DATABASE_URL"):
            self.environment["GENOMLYS_DATABASE_URL"] = url
        else:
            postgres = _PostgresService(self.directory)
            postgres.start()
            self.environment["GENOMLYS_DATABASE_URL"] = postgres.url
            services.append(postgres)
        if url := WorkerSettings().redis_url:
            self.environment["GENOMLYS_REDIS_URL"] = url
        else:
            valkey = EmbeddedValkey(self.directory)
            valkey.start()
            self.environment["GENOMLYS_REDIS_URL"] = valkey.url
            services.append(valkey)
        return services

    def supervisor(self, engines: list[Service]) -> Supervisor:
        """Engines, sandbox, workers and API under one supervisor; enter it to start them."""
        services = list(engines)
        if self._sandbox is not None:
            services.append(
                self._process(
                    "sandbox",
                    ("-m", "connectors.sandbox", "--port", str(self.sandbox_port), *self._sandbox),
                )
            )
        services += [
            self._process(f"worker-{number}", ("-m", "workers.worker", "--name", f"worker-{number}"))
            for number in range(1, self.settings.workers + 1)
        ]
        services.append(self._process("api", ("-m", "api.server", "--port", str(self.api_port))))
        return Supervisor(services)

    def _process(self, name: str, arguments: tuple[str, ...]) -> ProcessService:
        return ProcessService(name, (sys.executable, *arguments), self.directory, self.environment)

    def wait_until_ready(self, timeout: float = 30.0) -> None:
        """Wait until the API and the sandbox answer.

        Raises:
            TimeoutError: one of them did not; the message says which and where its log is.
        """
        addresses = {"api": f"{self.api_url}/readyz"}
        if self._sandbox is not None:
            addresses["sandbox"] = f"{self.sandbox_url}/sandbox/cases"
        deadline = time.monotonic() + timeout
        with httpx.Client(timeout=5.0, trust_env=False) as client:
            for name, address in addresses.items():
                while True:
                    try:
                        if client.get(address).status_code == 200:
                            break
                    except httpx.HTTPError:
                        pass
                    if time.monotonic() > deadline:
                        log = self.directory / "log" / f"{name}.log"
                        raise TimeoutError(f"{name} did not answer within {timeout:.0f} s; its log is {log}")
                    time.sleep(0.05)
