"""The queues: one for each source, so that a slow source delays nobody else; one for matching; one for screening.

A job carries nothing but the id of a task row in PostgreSQL. Which work there is, is known there; a queue only says
*now*. JSON, not pickle, so that whoever can write to Valkey cannot run code here.
"""

from __future__ import annotations

from collections.abc import Iterable

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from connectors.registry import SOURCES
from workers.settings import WorkerSettings

MATCH = "match"
SCREEN = "screen"
RUN_TASK = "workers.tasks.run"


def queue_name(kind: str, source: str) -> str:
    """The queue that a task of ``kind`` for ``source`` belongs to."""
    return f"gather.{source}" if kind == "gather" else kind


def all_queue_names() -> list[str]:
    """Every queue, in the order a worker drains them: finish what is started before starting more."""
    return [SCREEN, MATCH, *(f"gather.{source}" for source in sorted(SOURCES))]


def queues(connection: Redis, names: Iterable[str] | None = None) -> list[Queue]:
    """RQ queues for ``names`` (default: all)."""
    return [
        Queue(name, connection=connection, serializer=JSONSerializer)
        for name in (all_queue_names() if names is None else names)
    ]


def enqueue(connection: Redis, tasks: Iterable[tuple[str, str, str]], settings: WorkerSettings) -> int:
    """Queue tasks, each ``(task id, kind, source)``, and say how many.

    Queuing a task twice does no harm: whoever comes second finds it done or held.
    """
    count = 0
    by_queue: dict[str, list[str]] = {}
    for task, kind, source in tasks:
        by_queue.setdefault(queue_name(kind, source), []).append(task)
    for name, identifiers in by_queue.items():
        queue = Queue(name, connection=connection, serializer=JSONSerializer)
        queue.enqueue_many(
            [
                Queue.prepare_data(
                    RUN_TASK,
                    args=[identifier],
                    timeout=settings.job_timeout_seconds,
                    result_ttl=0,
                    failure_ttl=60,
                )
                for identifier in identifiers
            ]
        )
        count += len(identifiers)
    return count
