"""The gather job: one source asked about one subject.

Document, facts, answer, the questions that follow and the end of the task are one transaction, so a kill at any moment
leaves either nothing or everything. A source that does not answer is asked again later; when patience ends its *no
answer* is recorded like any other answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from connectors.base import FailureReason, FetchedDocument, MalformedContent, Mapped, SourceFailure, SourceKind
from connectors.messages import message
from connectors.politeness import OwnLimit
from connectors.registry import SOURCES, lookup
from graph.model import AnswerStatus, EntityKey, SourceAnswer, is_person, organisation_number_of
from screening.store import cases, documents, facts, identities, register, tasks
from screening.store.errors import NotFound
from screening.store.keys import TenantKeyer
from screening.store.tasks import GatherTask
from workers import frontier, stages
from workers.policy import policy_for
from workers.queues import enqueue
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

LONGEST_PAUSE_SECONDS = 60.0
"""A source that asks us to wait longer than this does not answer in time for this run."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What asking gave: an answer, and the document and mapped facts behind it if there was one."""

    answer: SourceAnswer
    document: FetchedDocument | None = None
    mapped: Mapped | None = None


class AskAgainLater(Exception):
    """The source may answer later; nothing is recorded yet."""

    def __init__(self, seconds: float, reason: FailureReason) -> None:
        super().__init__(reason.value)
        self.seconds = seconds
        self.reason = reason


def gather(runtime: Runtime, task: GatherTask) -> None:
    """Ask, map and record one task, and queue what follows."""
    try:
        outcome = ask(runtime, task)
    except OwnLimit as limit:
        with runtime.database.system(f"worker:{task.source}") as session:
            tasks.queue_up(session, task.id, limit.retry_after or limit.spacing, limit.spacing)
    except AskAgainLater as later:
        with runtime.database.transaction(task.tenant_id, f"worker:{task.source}") as session:
            tasks.postpone(session, task.id, later.seconds, later.reason.value)
    else:
        record(runtime, task, outcome)


def give_up(runtime: Runtime, task: GatherTask) -> None:
    """Record that the source did not answer: asking it ended in an unforeseen error every time."""
    record(runtime, task, Outcome(_no_answer(task, datetime.now(UTC), FailureReason.SERVICE_FAULT)))


def pause(runtime: Runtime, task: GatherTask) -> float:
    """Seconds until the task's next try, doubling with each."""
    return min(LONGEST_PAUSE_SECONDS, float(runtime.settings.retry_base_seconds * 2 ** max(0, task.attempts - 1)))


def ask(runtime: Runtime, task: GatherTask) -> Outcome:
    """Ask the task's source about its subject.

    Raises ``AskAgainLater`` and ``OwnLimit``; every other failure is an outcome.
    """
    now = datetime.now(UTC)
    subject = EntityKey(task.subject)
    try:
        number = _number(runtime, task)
        if SOURCES[task.source].kind is SourceKind.LOOKUP:
            connector = lookup(task.source)
            document = connector.fetch(runtime.single_try, runtime.limiter, number)
            mapped = _map(runtime, task, document)
        else:
            with runtime.database.system(f"worker:{task.source}") as session:
                document, mapped = register.register_answer(session, task.source, number, now)
        return Outcome(mapped.answer(subject, document.reference()), document, mapped)
    except OwnLimit:
        raise
    except SourceFailure as failure:
        wait = failure.retry_after or pause(runtime, task)
        if failure.retryable and task.attempts < runtime.settings.gather_attempts and wait <= LONGEST_PAUSE_SECONDS:
            raise AskAgainLater(wait, failure.reason) from failure
        log.warning(
            "no answer",
            source=task.source,
            reason=failure.reason.value,
            detail=failure.detail.en if failure.detail else None,
        )
        return Outcome(_no_answer(task, now, failure.reason))


def _map(runtime: Runtime, task: GatherTask, document: FetchedDocument) -> Mapped:
    """Map the document; one that breaks its own format is kept as evidence, and its answer is *no answer*."""
    keyer = TenantKeyer(runtime.keyring, task.tenant_id)
    try:
        return lookup(task.source).map(document, keyer, EntityKey(task.subject))
    except MalformedContent as problem:
        log.warning("malformed answer", source=task.source, what=problem.what.en, where=problem.where)
        if task.attempts < runtime.settings.gather_attempts:
            raise AskAgainLater(pause(runtime, task), FailureReason.MALFORMED) from problem
        return Mapped(status=AnswerStatus.NO_ANSWER, reason=FailureReason.MALFORMED.value)


def record(runtime: Runtime, task: GatherTask, outcome: Outcome) -> None:
    """Store what asking gave, end the task, and queue the questions that follow: one transaction, then the queue."""
    with runtime.database.transaction(task.tenant_id, f"worker:{task.source}") as session:
        case = cases.get(session, task.case_id)
        policy = policy_for(session, case.kind)
        if outcome.document is not None:
            documents.put(session, task.case_id, outcome.document, case.purpose, case.legal_basis)
        mapped = outcome.mapped or Mapped(status=outcome.answer.status)
        facts.record(session, task.case_id, outcome.answer, mapped.facts, mapped.identities)
        expansion = frontier.expand(
            policy, mapped.facts, tasks.known_subjects(session, task.run_id), parties=len(case.parties)
        )
        questions = [
            *expansion.questions,
            *frontier.fallbacks(policy, task.source, EntityKey(task.subject), task.hop, outcome.answer.status),
        ]
        tasks.add_limits(session, task.run_id, expansion.limits)
        tickets = [
            *stages.add(session, task.run_id, task.tenant_id, [stages.new_task(question) for question in questions]),
            *stages.end_task(
                session,
                task,
                state="failed" if outcome.answer.status is AnswerStatus.NO_ANSWER else "done",
                reason=outcome.answer.reason,
            ),
        ]
    enqueue(runtime.redis, tickets, runtime.settings)


def _number(runtime: Runtime, task: GatherTask) -> str:
    """The number to ask with: an organisation's from its key, a person's from the sealed table."""
    key = EntityKey(task.subject)
    if not is_person(key):
        number = organisation_number_of(key)
        if number is None:
            raise SourceFailure(task.source, FailureReason.NOT_APPLICABLE, message("ask.no_swedish_number"))
        return number
    with runtime.database.transaction(task.tenant_id, f"worker:{task.source}") as session:
        try:
            return identities.number(session, task.case_id, key)
        except NotFound as error:
            raise SourceFailure(
                task.source, FailureReason.NOT_APPLICABLE, message("ask.person_without_number")
            ) from error


def _no_answer(task: GatherTask, now: datetime, reason: FailureReason) -> SourceAnswer:
    return SourceAnswer(
        source=task.source,
        subject=EntityKey(task.subject),
        status=AnswerStatus.NO_ANSWER,
        asked_at=now,
        reason=reason.value,
    )
