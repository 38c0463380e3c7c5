"""Keeps a set of services running on one machine: starts them in order, restarts what dies, stops them in reverse.

Used by ``genomlys up``, ``serve`` and ``demo``. On a server with systemd or containers each service runs on its own
instead; nothing depends on this module being there.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

import psutil
import structlog

log = structlog.get_logger(__name__)

RESTART_PAUSE_SECONDS = 0.2
"""Between a death and the next start, so that a service that cannot start does not spin."""


class Service(Protocol):
    """Something that can be started, watched and stopped."""

    @property
    def name(self) -> str:
        """Short name for logs and messages."""
        ...

    def start(self) -> None:
        """Start it unless it runs; return when it can be used."""
        ...

    def alive(self) -> bool:
        """Whether it runs."""
        ...

    def stop(self) -> None:
        """Stop it if it runs."""
        ...


class AlreadyRunningError(RuntimeError):
    """Another process uses the same state directory."""


@contextlib.contextmanager
def exclusive(state_directory: Path) -> Iterator[None]:
    """Hold the state directory's lock. The kernel frees it with the process, so it can never be stale.

    Raises:
        AlreadyRunningError: another live process holds it.
    """
    state_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle: IO[str] = (state_directory / "lock").open("a+")
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.seek(0)
            owner = handle.read().strip() or "?"
            raise AlreadyRunningError(
                f"Genomlys already runs in {state_directory} (process {owner}). Stop it first, or choose another "
                "directory with GENOMLYS_STATE_DIR."
            ) from error
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield
    finally:
        handle.close()


class ProcessService:
    """A program run as a child process, with its output in a log file.

    A process that an earlier, killed supervisor left behind is recognised by its pid file (pid and start time) and
    ended before a new one starts.
    """

    def __init__(
        self, name: str, command: Sequence[str], state_directory: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self._name = name
        self.command = list(command)
        self.environment = dict(environment or {})
        self.log_path = state_directory / "log" / f"{name}.log"
        self.pid_path = state_directory / "run" / f"{name}.pid"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """Short name for logs and messages."""
        return self._name

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def alive(self) -> bool:
        """Whether the process runs."""
        return self.pid is not None

    def start(self) -> None:
        """Start the process unless it runs."""
        if self.alive():
            return
        end_leftover(self.pid_path)
        for directory in (self.log_path.parent, self.pid_path.parent):
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.log_path.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                self.command,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        with contextlib.suppress(psutil.NoSuchProcess):
            created = psutil.Process(self._process.pid).create_time()
            self.pid_path.write_text(f"{self._process.pid} {created}")

    def stop(self) -> None:
        """Ask the process to end, then end it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._process = None
        self.pid_path.unlink(missing_ok=True)

    def log_tail(self, characters: int = 2000) -> str:
        """The end of the log, for an error message."""
        with contextlib.suppress(FileNotFoundError):
            return self.log_path.read_text(errors="replace")[-characters:]
        return ""


def end_leftovers(state_directory: Path) -> None:
    """End every process that an earlier, killed supervisor of this state directory left behind."""
    for path in sorted((state_directory / "run").glob("*.pid")):
        end_leftover(path)


def end_leftover(pid_path: Path) -> None:
    """End the process that a pid file names, if it is still that very process (same pid and start time)."""
    try:
        pid, created = pid_path.read_text().split()
        leftover = psutil.Process(int(pid))
        if abs(leftover.create_time() - float(created)) < 1.0 and leftover.pid != os.getpid():
            leftover.kill()
            leftover.wait(timeout=5)
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess, psutil.TimeoutExpired):
        return


class Supervisor:
    """Starts services in order, restarts any that dies, stops them in reverse order."""

    def __init__(self, services: Sequence[Service], interval: float = 0.1) -> None:
        self.services = list(services)
        self.interval = interval
        self.restarts: dict[str, int] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Supervisor:
        try:
            for service in self.services:
                service.start()
        except BaseException:
            self._stop_services()
            raise
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=30)
        self._stop_services()

    def _watch(self) -> None:
        while not self._stopping.wait(self.interval):
            for service in self.services:
                if self._stopping.is_set() or service.alive():
                    continue
                self.restarts[service.name] = self.restarts.get(service.name, 0) + 1
                log.warning("service died, starting it again", service=service.name)
                try:
                    service.start()
                except Exception as error:  # noqa: BLE001 - tried again at the next turn, whatever it was
                    log.error("service did not start", service=service.name, error=str(error))
                time.sleep(RESTART_PAUSE_SECONDS)

    def _stop_services(self) -> None:
        for service in reversed(self.services):
            try:
                service.stop()
            except Exception as error:  # noqa: BLE001 - the others must be stopped too
                log.error("service did not stop", service=service.name, error=str(error))
