"""Starting a run: which questions it begins with, written down before anything is asked."""

from __future__ import annotations

from screening.store import audit, cases, facts, tasks
from workers import frontier, stages
from workers.policy import policy_for
from workers.queues import enqueue
from workers.runtime import Runtime


def start(runtime: Runtime, tenant: str, case_id: str, actor: str) -> str:
    """Start a screening of a case, or join the one that is under way; the run's id.

    Raises:
        screening.store.errors.NotFound: the tenant has no such case.
    """
    with runtime.database.transaction(tenant, actor) as session:
        case = cases.get(session, case_id)
        policy = policy_for(session, case.kind)
        run = tasks.create_run(session, case_id, actor)
        tickets = []
        if not tasks.known_subjects(session, run.id):
            expansion = frontier.complete(case, policy, facts.current(session, case_id), {})
            tickets = stages.add(
                session, run.id, tenant, [stages.new_task(question) for question in expansion.questions]
            )
            tickets += stages.begin_matching(session, run.id, tenant, case_id)
            tasks.add_limits(session, run.id, expansion.limits)
            audit.append(session, actor, "screening.start", case_id, {"run": run.id, "policy": policy.sha256})
    enqueue(runtime.redis, tickets, runtime.settings)
    return run.id
