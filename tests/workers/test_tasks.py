"""A task that can never be done ends all the same, and its run says so; work that was lost is found again."""

from __future__ import annotations

import time
import uuid

import pytest
from sqlalchemy import text

from graph.model import AnswerStatus
from screening.case import CaseKind
from screening.store import screenings, tasks
from workers import queues, runs, sweep, worker
from workers import tasks as jobs

TENANT = "kommun-a"


def gather_task(runtime, run_id, source="ssbtgu"):
    with runtime.database.system("test") as session:
        return next(task for task in tasks.of_run(session, run_id) if task.source == source)


def due_now(runtime):
    with runtime.database.system("test") as session:
        session.execute(text("UPDATE gather_task SET not_before = NULL WHERE state = 'pending'"))


def test_a_screening_that_always_fails_ends_the_run_with_a_reason(runtime, make_case, finish):
    # A procedure that does not fit the case type: the engine refuses it every time.
    case = make_case(kind=CaseKind.BUILDING_PERMIT)
    run = finish(case)
    assert (run.state, run.reason, run.screening_id) == ("failed", jobs.REASON, None)
    with runtime.database.transaction(TENANT, "test") as session:
        assert {task.state for task in tasks.of_run(session, run.id)} == {"done", "failed"}
        assert tasks.create_run(session, case.id, "test").id != run.id, "a new run can be started"


def test_a_lookup_that_always_fails_is_no_answer_and_the_run_goes_on(runtime, case, finish, answer, monkeypatch):
    from workers import gather

    class Broken:
        def fetch(self, *_):
            raise ZeroDivisionError

    real = gather.lookup
    monkeypatch.setattr(gather, "lookup", lambda source: Broken() if source == "ssbtgu" else real(source))
    monkeypatch.setattr(jobs, "CRASHES_ALLOWED", 1)
    run = finish(case)
    assert run.state == "done"
    found = answer(case, "ssbtgu")
    assert (found.status, found.reason) == (AnswerStatus.NO_ANSWER, "service_fault")
    with runtime.database.transaction(TENANT, "test") as session:
        stored = screenings.latest(session, case.id)
    assert stored is not None and not stored.complete


def test_a_task_that_ended_its_process_every_time_is_given_up(runtime, case, answer):
    run_id = runs.start(runtime, TENANT, case.id, "test")
    task = gather_task(runtime, run_id)
    with runtime.database.system("test") as session:
        session.execute(text("UPDATE gather_task SET attempts = 99 WHERE id = :id"), {"id": uuid.UUID(task.id)})
    jobs.run(TENANT, task.id)
    assert answer(case, "ssbtgu").status is AnswerStatus.NO_ANSWER


@pytest.mark.parametrize("tenant", ["kommun-b", "finns-inte"])
def test_a_ticket_of_another_or_a_vanished_tenant_does_nothing(runtime, case, tenant):
    run_id = runs.start(runtime, TENANT, case.id, "test")
    task = gather_task(runtime, run_id)
    jobs.run(tenant, task.id)
    jobs.run(TENANT, str(uuid.uuid4()))
    assert gather_task(runtime, run_id).state == "pending"


def test_a_ticket_that_comes_twice_asks_once(runtime, sandbox, case):
    run_id = runs.start(runtime, TENANT, case.id, "test")
    task = gather_task(runtime, run_id)
    before = sandbox.get("/sandbox/requests").get("ssbtgu", 0)
    for _ in range(3):
        jobs.run(TENANT, task.id)
    assert sandbox.get("/sandbox/requests")["ssbtgu"] == before + 1


def test_two_starts_of_one_case_are_one_run(runtime, case):
    first = runs.start(runtime, TENANT, case.id, "test")
    assert runs.start(runtime, TENANT, case.id, "somebody else") == first
    with runtime.database.transaction(TENANT, "test") as session:
        found = [(task.source, task.subject) for task in tasks.of_run(session, first)]
    assert len(found) == len(set(found))


def test_an_rq_worker_does_a_run_to_its_end_and_leaves_nothing_in_the_queue(runtime, case):
    run_id = runs.start(runtime, TENANT, case.id, "test")
    deadline = time.monotonic() + 30
    while True:
        worker.burst(runtime)
        with runtime.database.transaction(TENANT, "test") as session:
            run = tasks.get_run(session, run_id)
        if run.finished_at:
            break
        assert time.monotonic() < deadline
    assert run.state == "done"
    for queue in queues.queues(runtime.redis):
        assert len(queue) == len(queue.failed_job_registry) == len(queue.started_job_registry) == 0
    assert runtime.redis.keys("rq:job:*") == []


def test_an_error_leaves_no_failed_job_in_the_queue(runtime, make_case):
    case = make_case(kind=CaseKind.BUILDING_PERMIT)
    runs.start(runtime, TENANT, case.id, "test")
    for _ in range(4):
        due_now(runtime)
        runtime.redis.delete(sweep.TURN)
        worker.burst(runtime)
    for queue in queues.queues(runtime.redis):
        assert len(queue.failed_job_registry) == 0


# ---------------------------------------------------------------------- sweep


def turn(runtime) -> int:
    runtime.redis.delete(sweep.TURN)
    return sweep.sweep(runtime)


def test_an_emptied_queue_is_filled_again_once(runtime, case):
    run_id = runs.start(runtime, TENANT, case.id, "test")
    with runtime.database.system("test") as session:
        ids = {task.id for task in tasks.of_run(session, run_id)}
    assert queues.waiting_tasks(runtime.redis) == ids
    assert turn(runtime) == 0
    runtime.redis.flushdb()
    assert turn(runtime) == len(ids)
    assert queues.waiting_tasks(runtime.redis) == ids
    assert turn(runtime) == 0


def test_what_is_held_or_not_due_is_left_alone(runtime, case):
    run_id = runs.start(runtime, TENANT, case.id, "test")
    held, later = gather_task(runtime, run_id), gather_task(runtime, run_id, "scb_bulk")
    with runtime.database.transaction(TENANT, "test") as session:
        tasks.postpone(session, later.id, 60)
    runtime.redis.flushdb()
    with tasks.claim(runtime.database, TENANT, held.id):
        turn(runtime)
        assert not {held.id, later.id} & queues.waiting_tasks(runtime.redis)
    assert turn(runtime) == 1
    assert held.id in queues.waiting_tasks(runtime.redis)


def test_workers_sweep_in_turn(runtime, case):
    runs.start(runtime, TENANT, case.id, "test")
    runtime.redis.flushdb()
    assert sweep.sweep(runtime) > 0
    runtime.redis.delete(*[key for key in runtime.redis.scan_iter() if key != sweep.TURN.encode()])
    assert sweep.sweep(runtime) == 0, "somebody has just swept"


def test_a_sweep_over_thousands_of_waiting_tasks_is_cheap(runtime, case):
    run_id = runs.start(runtime, TENANT, case.id, "test")
    with runtime.database.system("test") as session:
        session.execute(
            text(
                "INSERT INTO gather_task (id, tenant_id, case_id, run_id, source, subject) "
                "SELECT gen_random_uuid(), :tenant, :case, :run, 'scb_bulk', 'SE:ORG:' || number "
                "FROM generate_series(1, 5000) AS number"
            ),
            {"tenant": TENANT, "case": case.id, "run": uuid.UUID(run_id)},
        )
    assert turn(runtime) == sweep.BATCH
    for _ in range(12):
        turn(runtime)
    assert len(queues.waiting_tasks(runtime.redis)) >= sweep.PLENTY
    started = time.process_time(), time.monotonic()
    assert turn(runtime) == 0
    assert time.process_time() - started[0] < 0.5
    assert time.monotonic() - started[1] < 2.0


def test_a_queue_that_is_away_loses_nothing(runtime, valkey_server, case, finish):
    valkey_server.stop()
    runtime.redis.connection_pool.disconnect()
    run_id = runs.start(runtime, TENANT, case.id, "test")
    jobs.run(TENANT, gather_task(runtime, run_id, "scb_bulk").id)
    assert gather_task(runtime, run_id, "scb_bulk").state == "failed", "asked, and no file is loaded"
    limited = gather_task(runtime, run_id)
    jobs.run(TENANT, limited.id)
    limited = gather_task(runtime, run_id)
    assert (limited.state, limited.attempts) == ("pending", 0), "its limit cannot be read: nobody was asked"
    valkey_server.start()
    assert finish(case).id == run_id
    with runtime.database.transaction(TENANT, "test") as session:
        assert tasks.get_run(session, run_id).state == "done"
