"""One sandbox server, as a process of its own, for the tests that speak HTTP."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

SEED, AS_OF = 7, "2026-11-22"


def start(directory: Path, *extra: str) -> tuple[subprocess.Popen[bytes], str]:
    port_file = directory / "port"
    process = subprocess.Popen(
        [
            sys.executable, "-m", "connectors.sandbox", "--port", "0", "--port-file", str(port_file),
            "--seed", str(SEED), "--organisations", "1500", "--as-of", AS_OF, *extra,
        ],
        cwd=Path(__file__).parents[3],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    deadline = time.monotonic() + 20
    while not port_file.exists():
        assert process.poll() is None, "the sandbox did not start"
        assert time.monotonic() < deadline, "the sandbox did not start in 20 s"
        time.sleep(0.02)
    return process, f"http://127.0.0.1:{port_file.read_text().strip()}"


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, address = start(tmp_path_factory.mktemp("sandbox"), "--requests-per-minute", "100000")
    yield address
    process.terminate()
    process.wait(10)


@pytest.fixture
def client(base_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base_url, timeout=10) as made:
        made.delete("/sandbox/faults")
        made.post("/sandbox/clock", json={"date": AS_OF})
        yield made
        made.delete("/sandbox/faults")


@pytest.fixture
def bearer(client: httpx.Client) -> dict[str, str]:
    answer = client.post(
        "/oauth2/token",
        data={
            "grant_type": "client_credentials",
            "client_id": "sandbox",
            "client_secret": "sandbox-secret",
            "scope": "vardefulla-datamangder:read vardefulla-datamangder:ping",
        },
    )
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}
