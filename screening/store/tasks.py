"""Work that lasts: screening runs and their tasks. Redis may forget a job; these rows do not.

A **run** takes a case from *gathering* over *matching* and *screening* to *done*; a case has at most one open run. A
**task** is one piece of it, done once. Whoever works on a task holds a PostgreSQL advisory lock on it, which the server
frees the instant the worker's connection dies; so a killed worker's task can be claimed again at once, and a task that
is being worked on is never handed out twice. What a task does must be idempotent all the same: a worker may die after
its work is committed and before the task is finished.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from graph.model import EntityKey
from screening.store import cases
from screening.store.database import Database, keyer, tenant_of
from screening.store.errors import NotFound

_TASK_COLUMNS = (
    "id::text, tenant_id, case_id, run_id::text, source, subject, purpose, number_ref, hop, state, attempts, "
    "not_before, reason, created_at, finished_at"
)
RUN_STATES = ("gathering", "matching", "screening", "done", "failed")


@dataclass(frozen=True, slots=True)
class Run:
    """One screening of a case on its way."""

    id: str
    tenant_id: str
    case_id: str
    state: str
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    screening_id: str | None
    reason: str | None
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to add. ``number`` is the person's number that a source has to be asked with; it is stored sealed."""

    source: str
    subject: str
    purpose: str = "gather"
    number: str | None = field(default=None, repr=False)
    hop: int = 0
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class GatherTask:
    """A stored task."""

    id: str
    tenant_id: str
    case_id: str
    run_id: str
    source: str
    subject: str
    purpose: str
    number_ref: bytes | None = field(repr=False)
    hop: int
    state: str
    attempts: int
    not_before: datetime | None
    reason: str | None
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class SourceProgress:
    """How far the tasks of one source have come."""

    pending: int = 0
    done: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """All tasks."""
        return self.pending + self.done + self.failed


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a case's latest run has come."""

    run: Run
    sources: Mapping[str, SourceProgress]

    @property
    def finished(self) -> int:
        """Tasks done or failed."""
        return sum(source.done + source.failed for source in self.sources.values())

    @property
    def total(self) -> int:
        """All tasks known so far; it grows while the frontier widens."""
        return sum(source.total for source in self.sources.values())


# ---------------------------------------------------------------------- runs


def create_run(session: Session, case_id: str, requested_by: str) -> Run:
    """Begin a run, or return the one that is open.

    Raises:
        NotFound: when the tenant has no such case.
    """
    cases.require(session, case_id)
    session.execute(
        text(
            "INSERT INTO screening_run (id, tenant_id, case_id, requested_by, requested_at) "
            "VALUES (:id, :tenant_id, :case_id, :requested_by, clock_timestamp()) "
            "ON CONFLICT (tenant_id, case_id) WHERE finished_at IS NULL DO NOTHING"
        ),
        {"id": uuid.uuid4(), "tenant_id": tenant_of(session), "case_id": case_id, "requested_by": requested_by},
    )
    return _runs(session, "AND case_id = :case_id AND finished_at IS NULL", {"case_id": case_id})[0]


def get_run(session: Session, run_id: str) -> Run:
    """One run.

    Raises:
        NotFound: when the tenant has no such run.
    """
    found = _runs(session, "AND id = :id", {"id": uuid.UUID(run_id)})
    if not found:
        raise NotFound(f"There is no run {run_id}")
    return found[0]


def latest_run(session: Session, case_id: str) -> Run | None:
    """The newest run of a case, open or not."""
    found = _runs(session, "AND case_id = :case_id ORDER BY requested_at DESC LIMIT 1", {"case_id": case_id})
    return found[0] if found else None


def open_runs(session: Session, limit: int = 1000) -> tuple[Run, ...]:
    """Open runs of all tenants, oldest first, for the sweeper (in ``Database.system()``)."""
    return _runs(session, "AND finished_at IS NULL ORDER BY requested_at LIMIT :limit", {"limit": limit})


def advance(session: Session, run_id: str, before: str, after: str, *, when_done: str | None = None) -> bool:
    """Move a run from one state to the next, once: ``False`` when it is not in ``before`` (any more).

    With ``when_done`` it moves only if no task of that purpose is pending. The run's row is locked first, as ``finish``
    does too, so of two workers that finish the last two tasks exactly one moves the run on.
    """
    parameters = {"id": uuid.UUID(run_id), "before": before, "after": after, "purpose": when_done}
    session.execute(text("SELECT 1 FROM screening_run WHERE id = :id FOR NO KEY UPDATE"), {"id": parameters["id"]})
    moved = session.execute(
        text(
            "UPDATE screening_run SET state = :after WHERE id = :id AND state = :before AND finished_at IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM gather_task WHERE run_id = :id AND state = 'pending' "
            "AND purpose = CAST(:purpose AS text)) RETURNING id"
        ),
        parameters,
    ).one_or_none()
    return moved is not None


def add_limits(session: Session, run_id: str, limits: Iterable[str]) -> None:
    """Note what the run leaves out and why (message keys); doubles count once."""
    session.execute(
        text(
            "UPDATE screening_run SET limits = (SELECT COALESCE(array_agg(DISTINCT item ORDER BY item), '{}') "
            "FROM unnest(limits || CAST(:limits AS text[])) AS item) WHERE id = :id"
        ),
        {"id": uuid.UUID(run_id), "limits": sorted(set(limits))},
    )


def finish_run(
    session: Session, run_id: str, *, screening_id: str | None = None, state: str = "done", reason: str | None = None
) -> bool:
    """End a run (``done`` or ``failed``); ``False`` when it had ended before."""
    finished = session.execute(
        text(
            "UPDATE screening_run SET state = :state, finished_at = clock_timestamp(), screening_id = :screening_id, "
            "reason = :reason WHERE id = :id AND finished_at IS NULL RETURNING id"
        ),
        {
            "id": uuid.UUID(run_id),
            "state": state,
            "screening_id": uuid.UUID(screening_id) if screening_id else None,
            "reason": reason,
        },
    ).one_or_none()
    return finished is not None


# ---------------------------------------------------------------------- tasks


def add_tasks(session: Session, run_id: str, tasks: Iterable[NewTask]) -> tuple[str, ...]:
    """Add tasks to a run and return the ids of those that were not there yet, in the order given.

    Raises:
        NotFound: when the tenant has no such run.
    """
    run = get_run(session, run_id)
    sealer = keyer(session)
    rows = [
        {
            "id": uuid.uuid4(),
            "tenant_id": run.tenant_id,
            "case_id": run.case_id,
            "run_id": uuid.UUID(run_id),
            "source": task.source,
            "subject": task.subject,
            "purpose": task.purpose,
            "number_ref": None if task.number is None else sealer.seal(task.number, _number_context(task.subject)),
            "hop": task.hop,
            "not_before": task.not_before,
        }
        for task in tasks
    ]
    if not rows:
        return ()
    session.execute(
        text(
            "INSERT INTO gather_task (id, tenant_id, case_id, run_id, source, subject, purpose, number_ref, hop, "
            "not_before, created_at) VALUES (:id, :tenant_id, :case_id, :run_id, :source, :subject, :purpose, "
            ":number_ref, :hop, :not_before, clock_timestamp()) "
            "ON CONFLICT (run_id, purpose, source, subject) DO NOTHING"
        ),
        rows,
    )
    ours = [row["id"] for row in rows]
    inserted = set(session.execute(text("SELECT id FROM gather_task WHERE id = ANY(:ours)"), {"ours": ours}).scalars())
    return tuple(str(identifier) for identifier in ours if identifier in inserted)


def get_task(session: Session, task_id: str) -> GatherTask:
    """One task.

    Raises:
        NotFound: when the session sees no such task.
    """
    found = _tasks(session, "id = :id", {"id": uuid.UUID(task_id)})
    if not found:
        raise NotFound(f"There is no task {task_id}")
    return found[0]


def number(session: Session, task: GatherTask) -> str | None:
    """The person's number that the task's source has to be asked with, if there is one."""
    return None if task.number_ref is None else keyer(session).open(task.number_ref, _number_context(task.subject))


@contextmanager
def claim(database: Database, tenant_id: str, task_id: str) -> Iterator[GatherTask | None]:
    """Work on a task: yields it while nobody else can have it, or ``None`` when it is not to be done (now).

    ``None`` means: finished, claimed by somebody alive, not due yet, or not this tenant's. Each claim counts as an
    attempt. The claim ends with the block; end the task itself with ``finish`` or ``postpone`` in a transaction inside
    it.
    """
    key = int.from_bytes(uuid.UUID(task_id).bytes[:8], signed=True)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar_one():
            yield None
            return
        try:
            with database.transaction(tenant_id, "worker") as session:
                # Looked at after the lock is held: a task that was finished a moment ago is not done again.
                found = session.execute(
                    text(
                        "UPDATE gather_task SET attempts = attempts + 1 WHERE id = :id AND state = 'pending' "  # noqa: S608
                        f"AND (not_before IS NULL OR not_before <= clock_timestamp()) RETURNING {_TASK_COLUMNS}"
                    ),
                    {"id": uuid.UUID(task_id)},
                ).mappings()
                claimed = [_task(row) for row in found]
            yield claimed[0] if claimed else None
        finally:
            try:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
            except BaseException as error:
                # A lost connection has lost the lock too; an interrupted one must not keep it in the pool.
                connection.invalidate()
                if not isinstance(error, DBAPIError):
                    raise


def finish(session: Session, task_id: str, *, state: str = "done", reason: str | None = None) -> bool:
    """End a task (``done`` or ``failed``); ``False`` when it had ended before."""
    identifier = {"id": uuid.UUID(task_id)}
    # The run first, as advance() does: see there.
    session.execute(
        text(
            "SELECT 1 FROM screening_run WHERE id = (SELECT run_id FROM gather_task WHERE id = :id) FOR NO KEY UPDATE"
        ),
        identifier,
    )
    finished = session.execute(
        text(
            "UPDATE gather_task SET state = :state, reason = :reason, finished_at = clock_timestamp() "
            "WHERE id = :id AND state = 'pending' RETURNING id"
        ),
        {**identifier, "state": state, "reason": reason},
    ).one_or_none()
    return finished is not None


def postpone(session: Session, task_id: str, seconds: float, reason: str | None = None) -> bool:
    """Let a pending task wait ``seconds``; ``False`` when it had ended. See also ``queue_up``."""
    postponed = session.execute(
        text(
            "UPDATE gather_task SET not_before = clock_timestamp() + make_interval(secs => :seconds), "
            "reason = :reason WHERE id = :id AND state = 'pending' RETURNING id"
        ),
        {"id": uuid.UUID(task_id), "seconds": seconds, "reason": reason},
    ).one_or_none()
    return postponed is not None


def queue_up(session: Session, task_id: str, seconds: float, spacing: float) -> bool:
    """Let a task wait for a turn at a source that may be asked every ``spacing`` seconds; ``False`` when it had ended.

    It waits ``seconds``, or until ``spacing`` after the last of those that wait already (of all tenants: call it in
    ``Database.system()``), so that each turn finds one task and not all of them. The attempt is taken back.
    """
    postponed = session.execute(
        text(
            "UPDATE gather_task SET attempts = attempts - 1, reason = 'rate_limited', not_before = greatest("
            "clock_timestamp() + make_interval(secs => :seconds), (SELECT max(waiting.not_before) "
            "+ make_interval(secs => :spacing) FROM gather_task AS waiting WHERE waiting.state = 'pending' "
            "AND waiting.source = gather_task.source AND waiting.not_before > clock_timestamp())) "
            "WHERE id = :id AND state = 'pending' RETURNING id"
        ),
        {"id": uuid.UUID(task_id), "seconds": seconds, "spacing": spacing},
    ).one_or_none()
    return postponed is not None


def abandon_run(session: Session, run_id: str, reason: str) -> bool:
    """End a run that cannot be carried out, with everything that was still to be done; ``False`` when it had ended."""
    ended = finish_run(session, run_id, state="failed", reason=reason)
    session.execute(
        text(
            "UPDATE gather_task SET state = 'failed', reason = :reason, finished_at = clock_timestamp() "
            "WHERE run_id = :run_id AND state = 'pending'"
        ),
        {"run_id": uuid.UUID(run_id), "reason": reason},
    )
    return ended


def pending(session: Session, limit: int = 1000, *, except_for: Iterable[str] = ()) -> tuple[GatherTask, ...]:
    """Tasks that are due and that nobody works on, oldest first; of all tenants in ``Database.system()``.

    ``except_for``: ids to leave out, since they are queued already.
    """
    return _tasks(
        session,
        "state = 'pending' AND (not_before IS NULL OR not_before <= clock_timestamp()) "
        "AND id <> ALL(CAST(:except_for AS uuid[])) AND NOT EXISTS ("
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND ((classid::bigint << 32) | objid::bigint) = "
        "('x' || left(replace(gather_task.id::text, '-', ''), 16))::bit(64)::bigint) "
        "ORDER BY created_at, id LIMIT :limit",
        {"limit": limit, "except_for": list(except_for)},
    )


def by_ids(session: Session, task_ids: Iterable[str]) -> tuple[GatherTask, ...]:
    """The tasks with these ids that the session sees, oldest first."""
    return _tasks(
        session, "id = ANY(:ids) ORDER BY created_at, id", {"ids": [uuid.UUID(task_id) for task_id in task_ids]}
    )


def counts(session: Session) -> dict[str, int]:
    """Tasks that the session sees, by state."""
    rows = session.execute(text("SELECT state, count(*) FROM gather_task GROUP BY state"))
    return dict(rows.all())


def gathering(session: Session, run_id: str) -> bool:
    """Whether the run has lookups left to do."""
    found = session.execute(
        text(
            "SELECT EXISTS (SELECT 1 FROM gather_task WHERE run_id = :run_id AND purpose = 'gather' "
            "AND state = 'pending')"
        ),
        {"run_id": uuid.UUID(run_id)},
    )
    return bool(found.scalar_one())


def known_subjects(session: Session, run_id: str) -> dict[EntityKey, int]:
    """Everybody the run asks about, with the fewest links to a party."""
    rows = session.execute(
        text(
            "SELECT subject, min(hop) FROM gather_task WHERE run_id = :run_id AND purpose = 'gather' GROUP BY subject"
        ),
        {"run_id": uuid.UUID(run_id)},
    )
    return {EntityKey(subject): hop for subject, hop in rows}


def of_run(session: Session, run_id: str) -> tuple[GatherTask, ...]:
    """All tasks of a run, oldest first."""
    return _tasks(session, "run_id = :run_id ORDER BY created_at, id", {"run_id": uuid.UUID(run_id)})


def progress(session: Session, case_id: str) -> Progress | None:
    """How far the case's latest run has come, by source; ``None`` when it has none."""
    run = latest_run(session, case_id)
    return None if run is None else _progress(session, run)


def progress_of(session: Session, run_id: str) -> Progress:
    """How far one run has come.

    Raises:
        NotFound: when the tenant has no such run.
    """
    return _progress(session, get_run(session, run_id))


def _progress(session: Session, run: Run) -> Progress:
    rows = session.execute(
        text(
            "SELECT source, count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'done'), "
            "count(*) FILTER (WHERE state = 'failed') FROM gather_task WHERE tenant_id = :tenant_id "
            "AND run_id = :run_id GROUP BY source ORDER BY source"
        ),
        {"tenant_id": run.tenant_id, "run_id": uuid.UUID(run.id)},
    )
    return Progress(run, {source: SourceProgress(*counts) for source, *counts in rows})


# ---------------------------------------------------------------------- rows


def _number_context(subject: str) -> str:
    return f"task/{subject}"


def _runs(session: Session, condition: str, parameters: Mapping[str, Any]) -> tuple[Run, ...]:
    tenant_id = session.info["tenant_id"] or None
    rows = session.execute(
        text(
            "SELECT id::text, tenant_id, case_id, state, requested_by, requested_at, finished_at, "  # noqa: S608
            "screening_id::text, reason, limits FROM screening_run "
            "WHERE tenant_id = COALESCE(CAST(:tenant_id AS text), tenant_id) " + condition
        ),
        {"tenant_id": tenant_id, **parameters},
    ).mappings()
    return tuple(Run(**{**row, "limits": tuple(row["limits"])}) for row in rows)


def _tasks(session: Session, condition: str, parameters: Mapping[str, Any]) -> tuple[GatherTask, ...]:
    rows = session.execute(
        text(
            f"SELECT {_TASK_COLUMNS} FROM gather_task WHERE {condition}"  # noqa: S608
        ),
        dict(parameters),
    ).mappings()
    return tuple(_task(row) for row in rows)


def _task(row: RowMapping) -> GatherTask:
    return GatherTask(**{**row, "number_ref": None if row["number_ref"] is None else bytes(row["number_ref"])})
