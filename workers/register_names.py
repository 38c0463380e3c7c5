"""The register's searchable names, brought up to date behind a question that came too early."""

from __future__ import annotations

import threading

import structlog

from screening.store import register_search
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

_running = threading.Lock()


def current(runtime: Runtime) -> bool:
    """Whether the names can be searched now. If not, they are being indexed from here on, once a process: the first
    time after a load of the whole register that takes minutes, later seconds.
    """
    with runtime.database.system("register:names") as session:
        if register_search.is_current(session):
            return True
    if _running.acquire(blocking=False):
        threading.Thread(target=_refresh, args=(runtime,), name="register names", daemon=True).start()
    return False


def _refresh(runtime: Runtime) -> None:
    try:
        register_search.refresh(runtime.database)
    except Exception as error:  # noqa: BLE001 - a thread's last place; the next question tries again
        log.warning("names not indexed", error=type(error).__name__)
    finally:
        _running.release()
