"""How a run moves on: gathering, matching, screening, done. Each step is taken once, by whoever ends the last task.

Called inside the transaction that ends a task, so that the run can never stand still between two stages.
"""

from __future__ import annotations

from sqlmodel import Session

from screening.store import tasks
from screening.store.tasks import GatherTask, NewTask
from workers.queues import GATHER, MATCH, SCREEN, Ticket


def end_task(session: Session, task: GatherTask, *, state: str = "done", reason: str | None = None) -> list[Ticket]:
    """End ``task``, move its run on if it was the stage's last, and give the tickets of the work that follows."""
    tasks.finish(session, task.id, state=state, reason=reason)
    if tasks.advance(session, task.run_id, "gathering", "matching", when_done=GATHER):
        return add(session, task.run_id, task.tenant_id, [NewTask(source=MATCH, subject=task.case_id, purpose=MATCH)])
    if task.purpose == MATCH and tasks.advance(session, task.run_id, "matching", "screening", when_done=MATCH):
        return add(session, task.run_id, task.tenant_id, [NewTask(source=SCREEN, subject=task.case_id, purpose=SCREEN)])
    return []


def add(session: Session, run_id: str, tenant: str, new: list[NewTask]) -> list[Ticket]:
    """Add tasks to a run and give their tickets; those already there are left alone."""
    added = set(tasks.add_tasks(session, run_id, new)) if new else set()
    if not added:
        return []
    return [
        Ticket(task.id, tenant, task.purpose, task.source)
        for task in tasks.by_ids(session, added)
    ]
