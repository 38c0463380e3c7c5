"""How a run moves on: gathering, matching, screening, done. Each step is taken once, by whoever ends the last task.

Called inside the transaction that ends a task, so that the run can never stand still between two stages.
"""

from __future__ import annotations

from screening.store import cases, facts, tasks
from screening.store.database import Session
from screening.store.tasks import GatherTask, NewTask
from workers import frontier
from workers.policy import policy_for
from workers.queues import GATHER, MATCH, SCREEN, Ticket


class AlreadyEnded(Exception):
    """Somebody else has ended the task meanwhile: what this process did about it must be rolled back.

    The lock on a task dies with its database connection, so a worker that lost its connection may not be the only one.
    """


def end_task(session: Session, task: GatherTask, *, state: str = "done", reason: str | None = None) -> list[Ticket]:
    """End ``task``, move its run on if it was the stage's last, and give the tickets of the work that follows.

    Raises:
        AlreadyEnded: the task had been ended before.
    """
    if not tasks.finish(session, task.id, state=state, reason=reason):
        raise AlreadyEnded
    if task.purpose == GATHER:
        left = complete_gathering(session, task) if not tasks.gathering(session, task.run_id) else []
        return left or begin_matching(session, task.run_id, task.tenant_id, task.case_id)
    if task.purpose == MATCH and tasks.advance(session, task.run_id, "matching", "screening", when_done=MATCH):
        return add(session, task.run_id, task.tenant_id, [NewTask(source=SCREEN, subject=task.case_id, purpose=SCREEN)])
    return []


def complete_gathering(session: Session, task: GatherTask) -> list[Ticket]:
    """Ask what the whole dossier leads to and no answer alone did; see ``frontier.complete``."""
    case = cases.get(session, task.case_id)
    expansion = frontier.complete(
        case,
        policy_for(session, case.kind),
        facts.current(session, task.case_id),
        tasks.known_subjects(session, task.run_id),
    )
    tasks.add_limits(session, task.run_id, expansion.limits)
    return add(session, task.run_id, task.tenant_id, [new_task(question) for question in expansion.questions])


def new_task(question: frontier.Question) -> NewTask:
    """The task that asks ``question``."""
    return NewTask(source=question.source, subject=question.subject, hop=question.hop)


def begin_matching(session: Session, run_id: str, tenant: str, case_id: str) -> list[Ticket]:
    """Move the run on to matching if nothing is left to gather, and give the ticket of its task."""
    if tasks.advance(session, run_id, "gathering", "matching", when_done=GATHER):
        return add(session, run_id, tenant, [NewTask(source=MATCH, subject=case_id, purpose=MATCH)])
    return []


def add(session: Session, run_id: str, tenant: str, new: list[NewTask]) -> list[Ticket]:
    """Add tasks to a run and give their tickets; those already there are left alone."""
    added = set(tasks.add_tasks(session, run_id, new)) if new else set()
    if not added:
        return []
    return [Ticket(task.id, tenant, task.purpose, task.source) for task in tasks.by_ids(session, added)]
