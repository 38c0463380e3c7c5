"""Services are restarted when they die, stopped in reverse, and never left over by a supervisor that was killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from workers.supervisor import (
    AlreadyRunningError,
    ProcessService,
    Supervisor,
    end_leftover,
    end_leftovers,
    exclusive,
)

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")


def until(condition, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_killed_service_runs_again(tmp_path):
    service = ProcessService("sovare", SLEEPER, tmp_path)
    with Supervisor([service], interval=0.02) as supervisor:
        first = service.pid
        os.kill(first, signal.SIGKILL)
        until(lambda: service.pid not in (None, first))
        assert supervisor.restarts == {"sovare": 1}
        last = service.pid
    assert not psutil.pid_exists(last)
    assert not service.alive()


def test_a_service_that_ends_at_once_is_tried_again_without_spinning(tmp_path):
    service = ProcessService("dör", (sys.executable, "-c", "raise SystemExit('trasig')"), tmp_path)
    with Supervisor([service], interval=0.02) as supervisor:
        until(lambda: supervisor.restarts.get("dör", 0) >= 2)
    assert supervisor.restarts["dör"] < 20
    assert "trasig" in service.log_tail()


class Recording:
    def __init__(self, name: str, events: list[str], *, fails: bool = False) -> None:
        self.name, self.events, self.fails = name, events, fails

    def start(self) -> None:
        self.events.append(f"start {self.name}")
        if self.fails:
            raise RuntimeError(self.name)

    def alive(self) -> bool:
        return True

    def stop(self) -> None:
        self.events.append(f"stop {self.name}")
        if self.name == "b":
            raise RuntimeError("stopping b fails")


def test_started_in_order_and_stopped_in_reverse_whatever_fails():
    events: list[str] = []
    with Supervisor([Recording(name, events) for name in "abc"]):
        pass
    assert events == ["start a", "start b", "start c", "stop c", "stop b", "stop a"]


def test_a_service_that_cannot_start_stops_the_others():
    events: list[str] = []
    with (
        pytest.raises(RuntimeError, match="c"),
        Supervisor([Recording("a", events), Recording("c", events, fails=True)]),
    ):
        pass
    assert events[-1] == "stop a"


SUPERVISED = """
import sys, time
from pathlib import Path
from workers.supervisor import ProcessService, Supervisor, exclusive
directory = Path(sys.argv[1])
with exclusive(directory):
    service = ProcessService("sovare", (sys.executable, "-c", "import time; time.sleep(600)"), directory)
    with Supervisor([service]):
        print(service.pid, flush=True)
        time.sleep(600)
"""


def test_a_killed_supervisor_frees_its_lock_and_its_service_is_ended_by_the_next(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", SUPERVISED, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    orphan = int(process.stdout.readline())
    with pytest.raises(AlreadyRunningError, match=str(process.pid)), exclusive(tmp_path):
        pass
    process.kill()
    process.wait()
    with exclusive(tmp_path):
        assert psutil.pid_exists(orphan)
        end_leftovers(tmp_path)
        until(lambda: not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize("content", ["", "nonsense", "999999999 1.0", "1"])
def test_a_pid_file_that_means_nothing_ends_nothing(tmp_path, content):
    path = tmp_path / "run.pid"
    path.write_text(content)
    end_leftover(path)


def test_a_reused_process_id_is_left_alone(tmp_path):
    process = subprocess.Popen(SLEEPER)
    try:
        path: Path = tmp_path / "run.pid"
        path.write_text(f"{process.pid} {psutil.Process(process.pid).create_time() - 100}")
        end_leftover(path)
        assert process.poll() is None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
