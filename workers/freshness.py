"""How fresh what we hold is, and whether the parts answer: for ``/sources``, ``/readyz`` and ``/metrics``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.base import SourceDescription
from connectors.registry import SOURCES
from screening.store import lists, register, tasks
from workers.queues import queues
from workers.runtime import Runtime


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source and the age of what is held from it; ``None`` everywhere for a source that is asked live."""

    description: SourceDescription
    stated_at: datetime | None = None
    loaded_at: datetime | None = None
    rows: int | None = None
    stale: bool | None = None

    @property
    def age_seconds(self) -> float | None:
        """Seconds since the source's own date of what is held."""
        moment = self.stated_at or self.loaded_at
        return None if moment is None else (datetime.now(UTC) - moment).total_seconds()


def states(runtime: Runtime) -> list[SourceState]:
    """Every source, in the registry's order."""
    with runtime.database.system("freshness") as session:
        held_lists = {version.list: version for version in lists.versions(session)}
        held_registers = {held.source: held for held in register.freshness(session)}
    found = []
    for source, description in SOURCES.items():
        if source in held_lists:
            version = held_lists[source]
            found.append(SourceState(description, version.stated_at, version.loaded_at, version.entries, version.stale))
        elif source in held_registers:
            held = held_registers[source]
            found.append(
                SourceState(
                    description,
                    held.file.stated_at if held.file else None,
                    held.loaded_at,
                    held.rows,
                    held.stale,
                )
            )
        else:
            found.append(SourceState(description))
    return found


def readiness(runtime: Runtime) -> Mapping[str, str]:
    """``ok`` or what is wrong, for the database, its schema and the queue."""
    state: dict[str, str] = {}
    try:
        state["database"] = "ok"
        state["schema"] = "ok" if runtime.database.is_current else "behind: run «genomlys db upgrade»"
    except Exception as error:  # noqa: BLE001 - whatever it was: not ready
        state["database"] = state["schema"] = type(error).__name__
    try:
        runtime.redis.ping()
        state["queue"] = "ok"
    except Exception as error:  # noqa: BLE001 - whatever it was: not ready
        state["queue"] = type(error).__name__
    return state


def task_counts(runtime: Runtime) -> Mapping[str, int]:
    """Tasks of all tenants by state."""
    with runtime.database.system("metrics") as session:
        return tasks.counts(session)


def queue_lengths(runtime: Runtime) -> Mapping[str, int]:
    """Jobs waiting in each queue."""
    return {queue.name: len(queue) for queue in queues(runtime.redis)}
