"""The one function that RQ calls: run the task with this id, if it is still to be done and nobody holds it."""

from __future__ import annotations

import structlog

from screening.store import tasks
from workers.gather import gather, give_up
from workers.match import match
from workers.queues import GATHER, MATCH, SCREEN
from workers.screen import screen

log = structlog.get_logger(__name__)

JOBS = {GATHER: gather, MATCH: match, SCREEN: screen}
CRASHES_ALLOWED = 5
"""Tries beyond a lookup's own that end with their process: after that the task itself is what kills it."""


def run(tenant: str, identifier: str) -> None:
    """Run one task. Safe to call any number of times, from any number of processes."""
    from workers.worker import runtime

    current = runtime()
    with tasks.claim(current.database, tenant, identifier) as task:
        if task is None:
            return
        if task.purpose == GATHER and task.attempts > current.settings.gather_attempts + CRASHES_ALLOWED:
            log.error("task given up after repeated crashes", task=identifier, source=task.source)
            give_up(current, task)
            return
        JOBS[task.purpose](current, task)
