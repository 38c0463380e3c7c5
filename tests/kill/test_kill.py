"""Any process killed at any moment costs time, never work: the verdict is that of a run that nothing disturbed.

The sandbox is told to answer slowly while a process is killed, so that the kill meets jobs under way for certain.
"""

from __future__ import annotations

import os
import random
import signal
import threading

import psutil
import pytest

from screening.store import audit

pytestmark = [pytest.mark.kill, pytest.mark.xdist_group("kill")]

SLOW = {"source": "ssbtgu", "fault": "latency", "parameters": {"seconds": 0.7}}


@pytest.fixture(autouse=True)
def _no_faults(town):
    yield
    town.sandbox("DELETE", "/sandbox/faults")


def kill_once_asked(town, service: str, *, answers: int = 1) -> None:
    """Kill ``service`` when the slow source has been asked ``answers`` times more: then a job is under way."""
    before = town.asked("ssbtgu")
    town.until(lambda: town.asked("ssbtgu") >= before + answers)
    town.kill(service)


def backend_pid(postmaster: int) -> int:
    """A database connection's own process."""
    for process in psutil.Process(postmaster).children():
        if "genomlys genomlys" in " ".join(process.cmdline()):
            return int(process.pid)
    raise AssertionError("no connection is open")


def the_same(town, undisturbed, case: str, run: str) -> None:
    verdict = town.finish(case, run)
    for part, expected in undisturbed.verdict.items():
        lost = [item for item in expected if item not in verdict[part]]
        added = [item for item in verdict[part] if item not in expected]
        assert (lost, added) == ([], []), part
    assert verdict == undisturbed.verdict
    assert town.counts(case) == undisturbed.counts
    assert audit.verify(town.runtime.database).intact


def test_workers_killed_in_the_middle_of_jobs(town, undisturbed):
    town.sandbox("POST", "/sandbox/faults", json=SLOW)
    case, run = town.start("arbetare")
    for service in ("worker-1", "worker-2", "worker-1"):
        kill_once_asked(town, service)
    the_same(town, undisturbed, case, run)
    assert town.supervisor.restarts["worker-1"] >= 2


def test_workers_killed_at_random_moments(town, undisturbed, chance: random.Random):
    case, run = town.start("slump")
    waiting = threading.Event()
    for _ in range(3):
        waiting.wait(chance.uniform(0.1, 1.5))
        town.kill(chance.choice(("worker-1", "worker-2")))
    the_same(town, undisturbed, case, run)


def test_valkey_killed_in_the_middle_of_jobs(town, undisturbed):
    town.sandbox("POST", "/sandbox/faults", json=SLOW)
    case, run = town.start("ko")
    kill_once_asked(town, "valkey")
    kill_once_asked(town, "valkey", answers=2)
    the_same(town, undisturbed, case, run)


def test_postmaster_killed_in_the_middle_of_jobs(town, undisturbed):
    town.sandbox("POST", "/sandbox/faults", json=SLOW)
    case, run = town.start("databas")
    kill_once_asked(town, "postgresql")
    the_same(town, undisturbed, case, run)


def test_a_database_connection_killed_in_the_middle_of_jobs(town, undisturbed):
    town.sandbox("POST", "/sandbox/faults", json=SLOW)
    case, run = town.start("forbindelse")
    before = town.asked("ssbtgu")
    town.until(lambda: town.asked("ssbtgu") > before)
    os.kill(backend_pid(town.pid("postgresql")), signal.SIGKILL)
    the_same(town, undisturbed, case, run)


def test_the_registers_killed_while_answering(town, undisturbed):
    town.sandbox("POST", "/sandbox/faults", json=SLOW)
    case, run = town.start("register")
    kill_once_asked(town, "sandbox")
    the_same(town, undisturbed, case, run)


def test_the_api_killed_while_followed(town, undisturbed):
    town.sandbox("POST", "/sandbox/faults", json=SLOW)
    case, run = town.start("granssnitt")
    kill_once_asked(town, "api")
    the_same(town, undisturbed, case, run)


def test_everything_killed_at_once(town, undisturbed):
    town.sandbox("POST", "/sandbox/faults", json=SLOW)
    case, run = town.start("allt")
    kill_once_asked(town, "postgresql")
    for service in ("worker-1", "worker-2", "valkey", "api", "sandbox"):
        town.kill(service)
    the_same(town, undisturbed, case, run)
