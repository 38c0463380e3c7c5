"""Puts back work that a killed process, an emptied Valkey or a failed commit left behind.

Every worker sweeps in turn. Queuing a task twice does no harm, since a task is held by one process and ended once.
"""

from __future__ import annotations

from screening.store import tasks
from workers.queues import Ticket, enqueue, waiting_tasks
from workers.runtime import Runtime

BATCH = 500
"""Tasks queued in one sweep."""
PLENTY = 5000
"""With so many tasks queued there is no hurry to look for more."""
TURN = "genomlys:sweep"


def sweep(runtime: Runtime) -> int:
    """Queue pending tasks that are due, that nobody holds and that stand in no queue; say how many."""
    pause = int(runtime.settings.sweep_seconds * 1000)
    if not runtime.redis.set(TURN, "1", nx=True, px=max(50, pause - 50)):
        return 0  # another worker has just done it
    waiting = waiting_tasks(runtime.redis)
    if len(waiting) >= PLENTY:
        return 0
    with runtime.database.system("sweep") as session:
        due = tasks.pending(session, BATCH, except_for=waiting)
    left = [Ticket(task.id, task.tenant_id, task.purpose, task.source) for task in due]
    return enqueue(runtime.redis, left, runtime.settings)
