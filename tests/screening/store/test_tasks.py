from __future__ import annotations

import os
import signal
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from graph.model import EntityKey
from screening.store import cases, tasks
from screening.store.database import Database
from screening.store.errors import NotFound

TENANT = "kommun-a"
NUMBER = "189001019802"


@pytest.fixture
def run(database: Database, case_id: str) -> tasks.Run:
    with database.transaction(TENANT, "handläggare") as session:
        return tasks.create_run(session, case_id, "handläggare")


@pytest.fixture
def task_id(database: Database, run: tasks.Run, make: Any) -> str:
    with database.transaction(TENANT, "worker") as session:
        (task_id,) = tasks.add_tasks(session, run.id, [tasks.NewTask("bolagsverket_vdm", make.organisation)])
    return task_id


def test_a_case_has_one_open_run(database: Database, case_id: str, run: tasks.Run) -> None:
    with database.transaction(TENANT, "worker") as session:
        assert tasks.create_run(session, case_id, "someone else") == run
        assert tasks.finish_run(session, run.id)
        assert not tasks.finish_run(session, run.id)
        second = tasks.create_run(session, case_id, "handläggare")
        assert second.id != run.id
        assert tasks.latest_run(session, case_id) == second
        assert tasks.get_run(session, run.id).state == "done"
    with database.system() as session:
        assert [open_run.id for open_run in tasks.open_runs(session)] == [second.id]


def test_requests_at_the_same_time_give_one_run(database: Database, case_id: str) -> None:
    found: list[str] = []

    def request() -> None:
        with database.transaction(TENANT, "handläggare") as session:
            found.append(tasks.create_run(session, case_id, "handläggare").id)

    threads = [threading.Thread(target=request) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 5
    assert len(set(found)) == 1


def test_a_task_is_added_once(database: Database, run: tasks.Run, make: Any) -> None:
    new = [tasks.NewTask(source, make.organisation) for source in ("bolagsverket_vdm", "ssbtgu")]
    with database.transaction(TENANT, "worker") as session:
        first = tasks.add_tasks(session, run.id, new)
        assert len(first) == 2
        assert tasks.add_tasks(session, run.id, [*new, tasks.NewTask("scb_bulk", make.organisation)]) != ()
        assert tasks.add_tasks(session, run.id, new) == ()
        assert tasks.add_tasks(session, run.id, []) == ()
        assert [task.source for task in tasks.of_run(session, run.id)] == ["bolagsverket_vdm", "ssbtgu", "scb_bulk"]


def test_a_number_is_sealed_in_the_task(database: Database, run: tasks.Run) -> None:
    person = EntityKey("PERSON:abc")
    with database.transaction(TENANT, "worker") as session:
        (task_id,) = tasks.add_tasks(session, run.id, [tasks.NewTask("ssbten", person, number=NUMBER)])
        task = tasks.get_task(session, task_id)
        assert tasks.number(session, task) == NUMBER
        assert task.number_ref is not None
        assert NUMBER.encode() not in task.number_ref
        assert NUMBER not in repr(task) + repr(tasks.NewTask("ssbten", person, number=NUMBER))


def test_a_task_is_handed_to_one_worker_at_a_time(database: Database, task_id: str) -> None:
    with tasks.claim(database, TENANT, task_id) as task:
        assert task is not None
        assert task.attempts == 1
        with tasks.claim(database, TENANT, task_id) as second:
            assert second is None
        with database.system() as session:
            assert tasks.pending(session) == ()
    with database.system() as session:
        assert [task.id for task in tasks.pending(session)] == [task_id]
    with tasks.claim(database, TENANT, task_id) as again:
        assert again is not None
        assert again.attempts == 2


def test_a_finished_task_is_not_done_again(database: Database, task_id: str) -> None:
    with tasks.claim(database, TENANT, task_id) as task, database.transaction(TENANT, "worker") as session:
        assert task is not None
        assert tasks.finish(session, task_id)
        assert not tasks.finish(session, task_id, state="failed")
    with tasks.claim(database, TENANT, task_id) as task:
        assert task is None
    with database.system() as session:
        assert tasks.pending(session) == ()
        assert tasks.get_task(session, task_id).state == "done"


def test_a_postponed_task_waits(database: Database, task_id: str) -> None:
    with database.transaction(TENANT, "worker") as session:
        assert tasks.postpone(session, task_id, 3600, "rate_limited")
    with tasks.claim(database, TENANT, task_id) as task:
        assert task is None
    with database.transaction(TENANT, "worker") as session:
        assert tasks.pending(session) == ()
        waiting = tasks.get_task(session, task_id)
        assert (waiting.state, waiting.reason) == ("pending", "rate_limited")
        assert waiting.not_before is not None
        assert waiting.not_before > datetime.now(UTC) + timedelta(minutes=50)
        assert tasks.postpone(session, task_id, 0)
        assert [task.id for task in tasks.pending(session)] == [task_id]


def test_the_task_of_a_killed_worker_is_free_at_once(database: Database, task_id: str) -> None:
    reading, writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        with tasks.claim(database, TENANT, task_id) as task:
            os.write(writing, b"claimed" if task else b"none")
            signal.pause()
        os._exit(0)
    assert os.read(reading, 7) == b"claimed"
    with tasks.claim(database, TENANT, task_id) as task:
        assert task is None
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    deadline = datetime.now(UTC) + timedelta(seconds=5)
    while datetime.now(UTC) < deadline:
        with tasks.claim(database, TENANT, task_id) as task:
            if task is not None:
                break
    assert task is not None


def test_a_server_that_goes_away_during_the_work_does_not_hide_the_works_own_end(
    database: Database, task_id: str, superuser_url: str
) -> None:
    with tasks.claim(database, TENANT, task_id) as task:
        assert task is not None
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    with tasks.claim(database, TENANT, task_id) as task:
        assert task is not None


def test_a_run_moves_on_when_its_last_task_is_done_and_only_once(database: Database, run: tasks.Run, make: Any) -> None:
    new = [tasks.NewTask(f"source_{n}", make.organisation) for n in range(4)]
    with database.transaction(TENANT, "worker") as session:
        identifiers = tasks.add_tasks(session, run.id, new)
        assert not tasks.advance(session, run.id, "gathering", "matching", when_done="gather")
    moved: list[bool] = []

    def work(task_id: str) -> None:
        with database.transaction(TENANT, "worker") as session:
            tasks.finish(session, task_id)
            moved.append(tasks.advance(session, run.id, "gathering", "matching", when_done="gather"))

    threads = [threading.Thread(target=work, args=(identifier,)) for identifier in identifiers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(moved) == [False, False, False, True]
    with database.transaction(TENANT, "worker") as session:
        assert tasks.get_run(session, run.id).state == "matching"


def test_progress_counts_by_source(database: Database, case_id: str, run: tasks.Run, make: Any) -> None:
    with database.transaction(TENANT, "worker") as session:
        done, failed, _ = tasks.add_tasks(
            session,
            run.id,
            [
                tasks.NewTask("a", make.organisation),
                tasks.NewTask("a", EntityKey("SE:ORG:5580000106")),
                tasks.NewTask("b", make.organisation),
            ],
        )
        tasks.finish(session, done)
        tasks.finish(session, failed, state="failed", reason="timeout")
        progress = tasks.progress(session, case_id)
    assert progress is not None
    assert progress.sources == {"a": tasks.SourceProgress(done=1, failed=1), "b": tasks.SourceProgress(pending=1)}
    assert (progress.finished, progress.total) == (2, 3)


def test_limits_are_kept_once(database: Database, run: tasks.Run) -> None:
    with database.transaction(TENANT, "worker") as session:
        tasks.add_limits(session, run.id, ["frontier.hops", "frontier.hub"])
        tasks.add_limits(session, run.id, ["frontier.hops"])
        assert tasks.get_run(session, run.id).limits == ("frontier.hops", "frontier.hub")


def test_the_sweeper_sees_all_tenants_and_a_tenant_only_its_own(
    database: Database, task_id: str, other_tenant_id: str, make: Any
) -> None:
    with database.transaction(other_tenant_id, "handläggare") as session:
        case = cases.create(session, make.case(other_tenant_id))
        run = tasks.create_run(session, case.id, "handläggare")
        (theirs,) = tasks.add_tasks(session, run.id, [tasks.NewTask("ssbtgu", make.organisation)])
        assert [task.id for task in tasks.pending(session)] == [theirs]
        with pytest.raises(NotFound):
            tasks.get_task(session, task_id)
    with tasks.claim(database, other_tenant_id, task_id) as task:
        assert task is None
    with database.system() as session:
        assert [task.id for task in tasks.pending(session)] == [task_id, theirs]
        assert [task.id for task in tasks.pending(session, limit=1)] == [task_id]


def test_what_is_not_there_is_not_found(database: Database) -> None:
    nowhere = "00000000-0000-4000-8000-000000000000"
    with database.transaction(TENANT, "worker") as session:
        with pytest.raises(NotFound):
            tasks.create_run(session, "none", "handläggare")
        with pytest.raises(NotFound):
            tasks.add_tasks(session, nowhere, [])
        assert tasks.progress(session, "none") is None
