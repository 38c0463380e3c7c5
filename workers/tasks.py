"""The one function that RQ calls: run the task with this id, if it is still to be done and nobody holds it.

It never raises: PostgreSQL knows what is to be tried again, RQ has nothing to remember. A task that fails in a way that
nobody foresaw is put off, longer each time, and in the end given up: a lookup as *no answer*, so that the run goes on
and its verdict is incomplete; matching and screening by ending the run as failed, with its reason.
"""

from __future__ import annotations

import structlog

from screening.store import tasks
from screening.store.tasks import GatherTask
from workers import gather
from workers.match import match
from workers.queues import GATHER, MATCH, SCREEN
from workers.runtime import Runtime
from workers.screen import screen
from workers.stages import AlreadyEnded

log = structlog.get_logger(__name__)

JOBS = {GATHER: gather.gather, MATCH: match, SCREEN: screen}
CRASHES_ALLOWED = 5
"""Tries beyond a lookup's own, for those that end with their process or with an error that nobody foresaw."""
REASON = "internal_error"
"""Why a run that was given up failed."""


def run(tenant: str, identifier: str) -> None:
    """Run one task. Safe to call any number of times, from any number of processes."""
    from workers.worker import runtime

    try:
        current = runtime()
        with tasks.claim(current.database, tenant, identifier) as task:
            if task is not None:
                carry_out(current, task)
    except Exception as error:  # noqa: BLE001 - most likely the database is away: the sweep brings the task back
        log.warning("task left for the sweep", task=identifier, error=type(error).__name__)


def carry_out(runtime: Runtime, task: GatherTask) -> None:
    """Do what the task asks; see the module for what becomes of one that fails."""
    tries = runtime.settings.gather_attempts + (CRASHES_ALLOWED if task.purpose == GATHER else 0)
    if task.attempts <= tries:
        try:
            JOBS[task.purpose](runtime, task)
        except AlreadyEnded:
            log.info("task was ended by somebody else", task=task.id)
        except Exception:  # whatever it was, the run must not stand still
            log.exception("task failed", task=task.id, source=task.source, attempt=task.attempts)
            pause = gather.pause(runtime, task)
            with runtime.database.transaction(task.tenant_id, "worker") as session:
                tasks.postpone(session, task.id, pause, REASON)
        return
    log.error("task given up", task=task.id, source=task.source, attempts=task.attempts)
    if task.purpose == GATHER:
        try:
            gather.give_up(runtime, task)
            return
        except AlreadyEnded:
            return
        except Exception:  # not even that: then nothing of this run can be trusted to end
            log.exception("no answer could not be recorded", task=task.id, source=task.source)
    with runtime.database.transaction(task.tenant_id, "worker") as session:
        tasks.abandon_run(session, task.run_id, REASON)
