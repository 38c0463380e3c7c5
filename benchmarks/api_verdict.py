"""GET /verdict against an empty FastAPI route on the same uvicorn worker: requests a second, each from warm caches.

    python -m benchmarks.api_verdict [--seconds 3] [--connections 32] [--rounds 3]

One server process (uvloop, httptools) serves both: ``/empty`` on a bare FastAPI application, everything else on ours.
The load comes from this process over raw keep-alive sockets. The rounds alternate; figures are medians. Prints JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import psutil

from api.machine import free_port
from benchmarks.verdict import TENANT, database_with_case
from screening.store import tokens

GOAL = 0.5
"""Share of the empty route's rate that the verdict must reach."""


def serve(port: int) -> None:
    """The server process."""
    import uvicorn
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

    from api.app import create_app
    from api.settings import ApiSettings
    from workers.runtime import open_runtime

    bare = FastAPI()

    @bare.get("/empty")
    async def empty() -> dict[str, str]:
        return {}

    ours = create_app(open_runtime(), ApiSettings())

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        await (bare if scope.get("path") == "/empty" else ours)(scope, receive, send)

    uvicorn.run(both, host="127.0.0.1", port=port, loop="uvloop", http="httptools", access_log=False, log_config=None)


async def _connection(port: int, request: bytes, until: float, latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (started := time.perf_counter()) < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        latencies.append(time.perf_counter() - started)
    writer.close()


def load(port: int, path: str, token: str, seconds: float, connections: int) -> dict[str, float]:
    """Requests a second and the median latency in ms."""
    import uvloop

    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    latencies: list[float] = []

    async def run() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(_connection(port, request, until, latencies) for _ in range(connections)))

    started = time.perf_counter()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())
    elapsed = time.perf_counter() - started
    return {"per_second": len(latencies) / elapsed, "median_ms": statistics.median(latencies) * 1000}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    directory = Path(tempfile.mkdtemp(prefix="genomlys-benchmark-"))
    directory.chmod(0o711)
    server = None
    with database_with_case(directory, parties=1) as (database, case, _policy):
        try:
            with database.transaction(TENANT, "benchmark") as session:
                token = tokens.create(session, TENANT, "benchmark", "reader")
            port = free_port()
            environment = {**os.environ, "GENOMLYS_REDIS_URL": "redis://127.0.0.1:1"}
            arguments = [sys.executable, "-m", "benchmarks.api_verdict", "--serve", str(port)]
            server = subprocess.Popen(arguments, env=environment)
            path = f"/api/v1/cases/{case}/verdict"
            body = _wait(port, path, token)
            rounds: dict[str, list[dict[str, float]]] = {"/empty": [], path: []}
            for name in rounds:
                load(port, name, token, 0.5, options.connections)
            for _ in range(options.rounds):
                for name, figures in rounds.items():
                    figures.append(load(port, name, token, options.seconds, options.connections))
            resident = psutil.Process(server.pid).memory_info().rss
        finally:
            if server is not None:
                server.terminate()
                server.wait(10)
    shutil.rmtree(directory, ignore_errors=True)
    empty, verdict = (_median(rounds[name]) for name in ("/empty", path))
    share = verdict["per_second"] / empty["per_second"]
    report = {
        "empty": empty,
        "verdict": {**verdict, "bytes": len(body)},
        "share": round(share, 3),
        "goal": GOAL,
        "met": share >= GOAL,
        "server_mb": round(resident / 2**20, 1),
    }
    print(json.dumps(report, indent=2))


def _median(figures: list[dict[str, float]]) -> dict[str, Any]:
    return {name: round(statistics.median(entry[name] for entry in figures), 2) for name in figures[0]}


def _wait(port: int, path: str, token: str) -> bytes:
    """The verdict, when the server answers and its caches have had time to begin."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with httpx.Client(trust_env=False, headers={"Authorization": f"Bearer {token}"}) as client:
                answer = client.get(f"http://127.0.0.1:{port}{path}")
                answer.raise_for_status()
                time.sleep(2.5)  # the listeners are heard from within a second
                client.get(f"http://127.0.0.1:{port}{path}")
                return answer.content
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    main()
