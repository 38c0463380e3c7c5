"""Whatever a source does wrong, its answer is *no answer*, never *not found*, never clean; passing faults heal."""

from __future__ import annotations

from itertools import pairwise

import pytest

from connectors.base import FailureReason
from connectors.politeness import RedisRateLimiter
from graph.model import AnswerStatus
from screening.case import CaseKind, Procedure
from screening.store import cases, facts, screenings, settings, tasks
from workers import gather, runs
from workers import tasks as jobs

TENANT = "kommun-a"

FAULTS = {
    "latency": ({"seconds": 1.5}, FailureReason.TIMEOUT),
    "429": ({"retry_after": 0}, FailureReason.RATE_LIMITED),
    "503": ({}, FailureReason.SERVICE_FAULT),
    "truncated": ({}, FailureReason.TRUNCATED),
    "wrong_charset": ({}, None),
    "html": ({}, None),
    "dead": ({}, FailureReason.UNREACHABLE),
    "entity_bomb": ({}, None),
}


@pytest.mark.parametrize("source", ["bolagsverket_vdm", "ssbtgu"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_lasts_is_no_answer(runtime, sandbox, case, finish, answer, source, fault):
    parameters, reason = FAULTS[fault]
    sandbox.order(source, fault, **parameters)
    run = finish(case)
    assert run.state == "done"
    found = answer(case, source)
    assert found.status is AnswerStatus.NO_ANSWER
    assert found.reason in {each.value for each in FailureReason}
    if reason is not None:
        assert found.reason == reason.value
    with runtime.database.transaction(TENANT, "test") as session:
        assert not [fact for fact in facts.current(session, case.id) if fact.source == source]
        stored = screenings.latest(session, case.id)
    assert stored is not None
    assert not stored.complete
    assert stored.code == "LX_OFULLSTANDIG"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_passes_heals(runtime, sandbox, case, finish, answer, fault):
    sandbox.order("ssbtgu", fault, times=2, **FAULTS[fault][0])
    finish(case)
    # Content that breaks its own format is no passing fault for some readers; it must then be no answer.
    status = answer(case, "ssbtgu").status
    assert status is not AnswerStatus.NOT_FOUND
    if fault in ("latency", "429", "503", "truncated", "dead"):
        assert status is AnswerStatus.FOUND
    with runtime.database.transaction(TENANT, "test") as session:
        assert len([each for each in facts.answers(session, case.id) if each.source == "ssbtgu"]) == 1


def test_a_block_that_its_producer_did_not_give_is_said_to_be_missing(sandbox, case, finish, answer):
    sandbox.order("ssbtgu", "fel", blocks={"Skatteverket": "OtillgangligUppgiftskalla"})
    finish(case)
    found = answer(case, "ssbtgu")
    assert found.status is AnswerStatus.FOUND
    assert {part.producer for part in found.missing} == {"Skatteverket"}


def test_a_soap_fault_is_no_answer(sandbox, case, finish, answer):
    sandbox.order("ssbtgu", "fel", call=True)
    finish(case)
    assert answer(case, "ssbtgu").status is AnswerStatus.NO_ANSWER


def test_a_source_that_asks_for_an_hour_does_not_answer_in_time(sandbox, case, finish, answer):
    sandbox.order("ssbtgu", "429", retry_after=3600)
    finish(case)
    assert answer(case, "ssbtgu").reason == FailureReason.RATE_LIMITED.value


def test_a_source_that_always_says_too_many_does_not_hold_the_run_for_ever(runtime, sandbox, case, finish):
    sandbox.order("ssbtgu", "429", retry_after=0)
    finish(case)
    with runtime.database.transaction(TENANT, "test") as session:
        task = next(
            each for each in tasks.of_run(session, tasks.latest_run(session, case.id).id) if each.source == "ssbtgu"
        )
    assert task.attempts == runtime.settings.gather_attempts


def test_our_own_limit_lets_tasks_wait_in_line_and_costs_no_try(runtime, make_case):
    case = make_case(parties=6)
    limits = {"bolagsverket_vdm": 30}
    runtime.__dict__["limiter"] = RedisRateLimiter(runtime.redis, limits, burst=1, max_wait_seconds=0)
    run_id = runs.start(runtime, TENANT, case.id, "test")
    with runtime.database.system("test") as session:
        mine = [task for task in tasks.of_run(session, run_id) if task.source == "bolagsverket_vdm"]
    for task in mine:
        jobs.run(TENANT, task.id)
    with runtime.database.system("test") as session:
        waiting = sorted(
            (task for task in tasks.of_run(session, run_id) if task.source == "bolagsverket_vdm" and task.not_before),
            key=lambda task: task.not_before,
        )
    assert len(waiting) == 5
    assert {task.attempts for task in waiting} == {0}
    gaps = [(later.not_before - earlier.not_before).total_seconds() for earlier, later in pairwise(waiting)]
    assert all(gap == pytest.approx(2.0, abs=0.01) for gap in gaps)


def test_a_limit_that_cannot_be_read_costs_no_try(runtime, case, monkeypatch):
    class Away:
        def eval(self, *_):
            import redis

            raise redis.ConnectionError

    runtime.__dict__["limiter"] = RedisRateLimiter(Away(), {"ssbtgu": 60})  # type: ignore[arg-type]
    run_id = runs.start(runtime, TENANT, case.id, "test")
    with runtime.database.system("test") as session:
        task = next(each for each in tasks.of_run(session, run_id) if each.source == "ssbtgu")
    jobs.run(TENANT, task.id)
    with runtime.database.system("test") as session:
        after = tasks.get_task(session, task.id)
    assert (after.state, after.attempts) == ("pending", 0)


def test_an_answer_recorded_meanwhile_by_somebody_else_is_rolled_back(runtime, case):
    """A worker whose lock died with its connection may find the task ended: nothing of its own may stay."""
    run_id = runs.start(runtime, TENANT, case.id, "test")
    with runtime.database.system("test") as session:
        task = next(each for each in tasks.of_run(session, run_id) if each.source == "ssbtgu")
    outcome = gather.ask(runtime, task)
    jobs.run(TENANT, task.id)
    with pytest.raises(gather.stages.AlreadyEnded):
        gather.record(runtime, task, outcome)
    with runtime.database.transaction(TENANT, "test") as session:
        assert len([each for each in facts.answers(session, case.id) if each.source == "ssbtgu"]) == 1


def test_a_closed_case_is_screened_to_its_end(runtime, case, finish):
    run_id = runs.start(runtime, TENANT, case.id, "test")
    with runtime.database.transaction(TENANT, "test") as session:
        cases.close(session, case.id, retention_days=365)
    assert finish(case).id == run_id


def test_a_building_permit_asks_no_more_than_its_policy(runtime, make_case, finish):
    case = make_case(kind=CaseKind.BUILDING_PERMIT, procedure=Procedure.BUILDING_PERMIT)
    run = finish(case)
    assert run.state == "done"
    with runtime.database.transaction(TENANT, "test") as session:
        asked = {task.source for task in tasks.of_run(session, run.id)}
    assert asked == {"bolagsverket_vdm", "bolagsverket_bulk", "match", "screen"}


def test_a_frontier_that_was_reached_is_told_in_the_verdict(runtime, case, finish):
    """The tenant allows one person a party: of the board only one is asked about, and the stored verdict says so."""

    def told() -> bool:
        with runtime.database.transaction(TENANT, "test") as session:
            stored = screenings.latest(session, case.id)
            return "fler personer i nätverket än profilen tillåter" in stored.result.decode()

    finish(case)
    assert not told()
    with runtime.database.transaction(TENANT, "test") as session:
        settings.put(session, "policy/procurement", {"frontier": {"persons": 1}})
    finish(case)
    assert told()
