"""The screen job: dossier, policy, ``screen``, stored. All the judgement is in the pure engine."""

from __future__ import annotations

from screening import engine
from screening.store import audit, cases, dossiers, screenings, tasks
from screening.store.tasks import GatherTask
from workers import stages
from workers.policy import policy_for
from workers.runtime import Runtime

ACTOR = "worker:screen"


def screen(runtime: Runtime, task: GatherTask) -> None:
    """Screen the run's case. Result, end of the task and end of the run are one transaction."""
    with runtime.database.transaction(task.tenant_id, ACTOR) as session:
        policy = policy_for(session, cases.get(session, task.case_id).kind)
        dossier = dossiers.build(session, task.case_id)
        screening = engine.screen(dossier, policy)
        identifier = screenings.save(session, dossier, policy, screening, run_id=task.run_id)
        stages.end_task(session, task)
        tasks.finish_run(session, task.run_id, screening_id=identifier)
        audit.append(
            session,
            ACTOR,
            "screening.done",
            task.case_id,
            {"screening": identifier, "sha256": screening.sha256, "code": screening.code},
        )
