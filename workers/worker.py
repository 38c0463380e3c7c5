"""``python -m workers.worker``: one RQ worker process, which also puts back work that a killed process left behind.

``SimpleWorker`` runs jobs in this very process, so that database connections, access tokens and the list index stay
warm. A job that takes the process with it costs one try of one task: the supervisor (or systemd) starts a new one.
"""

from __future__ import annotations

import argparse
import logging
import os
import threading
from uuid import uuid4

import structlog
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from workers.logs import configure
from workers.queues import queues
from workers.runtime import Runtime, open_runtime
from workers.sweep import sweep

log = structlog.get_logger(__name__)

_runtime: Runtime | None = None


def runtime() -> Runtime:
    """This process's runtime, opened at the first job."""
    global _runtime  # noqa: PLW0603 - one a process is the point
    if _runtime is None:
        _runtime = open_runtime()
    return _runtime


def _sweep_forever(current: Runtime, stop: threading.Event) -> None:
    while not stop.wait(current.settings.sweep_seconds):
        try:
            sweep(current)
        except Exception as error:  # noqa: BLE001 - a database or queue that is away comes back
            log.info("sweep put off", error=type(error).__name__)


def burst(current: Runtime) -> None:
    """Put back what is due and work until the queues are empty, in this process: for one command without workers."""
    global _runtime  # noqa: PLW0603 - the jobs find the caller's runtime
    _runtime = current
    sweep(current)
    _worker(current, f"command-{os.getpid()}", None).work(burst=True, logging_level="WARNING")


def _worker(current: Runtime, name: str, names: list[str] | None) -> SimpleWorker:
    made = SimpleWorker(
        queues(current.redis, names),
        name=f"{name}-{uuid4().hex[:8]}",
        connection=current.redis,
        serializer=JSONSerializer,
        worker_ttl=30,
    )
    made.log.setLevel(logging.WARNING)
    return made


def main(arguments: list[str] | None = None) -> None:
    """Run one worker until it is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--name", default=f"worker-{os.getpid()}", help="name in logs and in the queue's list of workers"
    )
    parser.add_argument("--queue", action="append", help="queue to work on (repeat); default all")
    parser.add_argument("--burst", action="store_true", help="end when all queues are empty")
    options = parser.parse_args(arguments)
    configure()
    current = runtime()
    stop = threading.Event()
    threading.Thread(target=_sweep_forever, args=(current, stop), name="sweep", daemon=True).start()
    try:
        _worker(current, options.name, options.queue).work(burst=options.burst, logging_level="WARNING")
    finally:
        stop.set()


if __name__ == "__main__":
    main()
