"""The queues: one for each source, so that a slow source delays nobody else; one for matching; one for screening.

A job carries nothing but the ids of a task row in PostgreSQL and of its tenant. Which work there is, is known there; a
queue only says *now*. JSON, not pickle, so that whoever can write to Valkey cannot run code here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

import structlog
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from connectors.base import SourceKind
from connectors.registry import SOURCES
from workers.settings import WorkerSettings

log = structlog.get_logger(__name__)

GATHER = "gather"
MATCH = "match"
SCREEN = "screen"
RUN_TASK = "workers.tasks.run"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a queue needs to know of a task."""

    task: str
    tenant: str
    purpose: str
    source: str


def queue_name(purpose: str, source: str) -> str:
    """The queue that a task for ``source`` belongs to."""
    return f"{GATHER}.{source}" if purpose == GATHER else purpose


def all_queue_names() -> list[str]:
    """Every queue, in the order a worker drains them: finish what is started before starting more."""
    asked = (
        source
        for source, description in sorted(SOURCES.items())
        if description.kind in (SourceKind.LOOKUP, SourceKind.BULK)
    )
    return [SCREEN, MATCH, *(queue_name(GATHER, source) for source in asked)]


def queues(connection: Redis, names: Iterable[str] | None = None) -> list[Queue]:
    """RQ queues for ``names`` (default: all)."""
    return [
        Queue(name, connection=connection, serializer=JSONSerializer)
        for name in (all_queue_names() if names is None else names)
    ]


def enqueue(connection: Redis, tickets: Iterable[Ticket], settings: WorkerSettings) -> int:
    """Queue tasks and say how many. Queuing one twice does no harm: whoever comes second finds it done or held.

    A queue that is away is no error either: PostgreSQL knows the tasks, and the sweep queues them when it is back.
    """
    by_queue: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        by_queue[queue_name(ticket.purpose, ticket.source)].append(ticket)
    queued = 0
    try:
        for name, waiting in by_queue.items():
            Queue(name, connection=connection, serializer=JSONSerializer).enqueue_many(
                [
                    Queue.prepare_data(
                        RUN_TASK,
                        args=(ticket.tenant, ticket.task),
                        job_id=_job_id(ticket),
                        timeout=settings.job_timeout_seconds,
                        result_ttl=0,
                        failure_ttl=60,
                    )
                    for ticket in waiting
                ]
            )
            queued += len(waiting)
    except RedisError as error:
        log.warning("queue is away, its work is left for the sweep", error=type(error).__name__)
    return queued


def waiting_tasks(connection: Redis) -> set[str]:
    """Ids of all tasks that stand in a queue now."""
    return {identifier.split("_")[0] for queue in queues(connection) for identifier in queue.get_job_ids()}


def _job_id(ticket: Ticket) -> str:
    """A job's id: the task's, and a part of its own, so that one that was queued twice is two jobs to RQ."""
    return f"{ticket.task}_{uuid4().hex[:12]}"
