"""Facts and answers of a case: append-only, with the time they were recorded beside the time they hold.

An answer replaces what the same source said before about the same entity: what it no longer states is *closed* (kept,
with the time the source stopped stating it), what it still states is *confirmed*, what is new is added. Hence:

* *no answer* changes no fact;
* *not found* closes everything the source had said about the entity;
* what an answer says is missing (a block its producer did not give) stays as it was;
* the same answer twice changes nothing, and neither does an answer older than the latest one known: it is kept as an
  answer, but the facts follow the latest.

``current`` is what is stated now, ``as_of`` what we knew to be stated at a moment, ``history`` everything ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, text
from sqlmodel import Session

from graph.model import (
    AnswerStatus,
    EntityKey,
    Fact,
    MissingPart,
    PersonIdentity,
    Predicate,
    SourceAnswer,
    canonical_json,
    sha256_hex,
)
from screening.store import cases
from screening.store.database import keyer, tenant_of
from screening.store.errors import Refused


@dataclass(frozen=True, slots=True)
class RecordReport:
    """What recording an answer changed."""

    new: int = 0
    confirmed: int = 0
    closed: int = 0
    known: bool = False
    """The very answer was recorded before: nothing changed."""
    late: bool = False
    """A later answer was recorded already: no fact changed."""


def record(
    session: Session,
    case_id: str,
    answer: SourceAnswer,
    facts: Iterable[Fact] = (),
    identities: Iterable[PersonIdentity] = (),
) -> RecordReport:
    """Record what one source answered about one entity.

    Raises:
        NotFound: when the tenant has no such case.
        Refused: when a fact points to a document that the case does not have.
    """
    stated = {_content_hash(fact): fact for fact in reversed(tuple(facts))}
    cases.require(session, case_id)
    _lock_question(session, case_id, answer)
    if _known(session, case_id, answer):
        return RecordReport(known=True)
    documents = _documents(session, case_id, answer, stated.values())
    late = answer.status is not AnswerStatus.NO_ANSWER and _is_late(session, case_id, answer)
    now = clock(session)
    _insert_answer(session, case_id, answer, now)
    if answer.status is AnswerStatus.NO_ANSWER:
        return RecordReport()
    if late:
        return RecordReport(late=True)
    _insert_identities(session, case_id, identities)

    kept = {predicate.value for part in answer.missing for predicate in part.predicates}
    current = {
        row.content_sha256: row
        for row in session.execute(
            text(
                "SELECT id, content_sha256, predicate, document FROM fact WHERE tenant_id = :tenant_id "
                "AND case_id = :case_id AND asked_source = :source AND asked_subject = :subject AND recorded_to IS NULL"
            ),
            _question(session, case_id, answer),
        )
    }
    new = [fact for digest, fact in reversed(stated.items()) if digest not in current]
    confirmed = [(current[digest], fact) for digest, fact in stated.items() if digest in current]
    closed = [row.id for digest, row in current.items() if digest not in stated and row.predicate not in kept]
    _close(session, closed, documents.get(answer.document or "", answer.asked_at), now)
    _insert_facts(session, case_id, answer, new, now)
    _confirm(session, case_id, [(row.id, fact) for row, fact in confirmed if row.document != fact.document], now)
    return RecordReport(new=len(new), confirmed=len(confirmed), closed=len(closed))


def current(session: Session, case_id: str) -> tuple[Fact, ...]:
    """What is stated now."""
    return tuple(fact for fact in history(session, case_id) if fact.superseded_at is None)


def as_of(session: Session, case_id: str, moment: datetime) -> tuple[Fact, ...]:
    """What we knew at ``moment`` to be stated (recorded time)."""
    return tuple(fact for fact in history(session, case_id, recorded_by=moment) if fact.superseded_at is None)


def history(session: Session, case_id: str, *, recorded_by: datetime | None = None) -> tuple[Fact, ...]:
    """Everything ever recorded (no later than ``recorded_by``), oldest first, as it was known then.

    A fact that was closed after ``recorded_by`` is shown as still stated.
    """
    rows = session.execute(
        text(
            "SELECT subject, predicate, object, value, source, document, place, valid_from, valid_to, observed_at, "
            "CASE WHEN recorded_to <= COALESCE(CAST(:recorded_by AS timestamptz), 'infinity') THEN superseded_at END "
            "FROM fact WHERE tenant_id = :tenant_id AND case_id = :case_id "
            "AND recorded_from <= COALESCE(CAST(:recorded_by AS timestamptz), 'infinity') ORDER BY id"
        ),
        {"tenant_id": tenant_of(session), "case_id": case_id, "recorded_by": recorded_by},
    )
    return tuple(
        Fact(
            subject=EntityKey(subject),
            predicate=Predicate(predicate),
            object=None if target is None else EntityKey(target),
            value=value,
            source=source,
            document=document,
            place=place,
            valid_from=valid_from,
            valid_to=valid_to,
            observed_at=observed_at,
            superseded_at=superseded_at,
        )
        for (
            subject,
            predicate,
            target,
            value,
            source,
            document,
            place,
            valid_from,
            valid_to,
            observed_at,
            superseded_at,
        ) in rows
    )


def answers(session: Session, case_id: str, *, recorded_by: datetime | None = None) -> tuple[SourceAnswer, ...]:
    """The latest answer to each question (source and entity), as known at ``recorded_by``.

    When the latest is *no answer*, the latest real answer before it is there too: its facts still stand.
    """
    rows = session.execute(
        text(
            "SELECT DISTINCT ON (source, subject, status = 'no_answer') source, subject, status, asked_at, document, "
            "reason, missing FROM source_answer WHERE tenant_id = :tenant_id AND case_id = :case_id "
            "AND recorded_at <= COALESCE(CAST(:recorded_by AS timestamptz), 'infinity') "
            "ORDER BY source, subject, status = 'no_answer', asked_at DESC, id DESC"
        ),
        {"tenant_id": tenant_of(session), "case_id": case_id, "recorded_by": recorded_by},
    ).mappings()
    latest: dict[tuple[str, str], list[SourceAnswer]] = {}
    for row in rows:
        found = _answer(row)
        before = latest.setdefault((found.source, found.subject), [])
        # Real answers sort before "no answer" (false before true); an older "no answer" says nothing any more.
        if found.status is not AnswerStatus.NO_ANSWER or not before or found.asked_at >= before[0].asked_at:
            before.append(found)
    return tuple(answer for group in latest.values() for answer in group)


def confirmations(session: Session, case_id: str) -> dict[str, tuple[str, ...]]:
    """For each ``Fact.id`` the later documents that state the same, oldest first."""
    rows = session.execute(
        text(
            "SELECT fact.fact_id, array_agg(fact_confirmation.document ORDER BY fact_confirmation.id) "
            "FROM fact_confirmation JOIN fact ON fact.id = fact_confirmation.fact "
            "WHERE fact.tenant_id = :tenant_id AND fact.case_id = :case_id GROUP BY fact.fact_id"
        ),
        {"tenant_id": tenant_of(session), "case_id": case_id},
    )
    return {fact_id: tuple(documents) for fact_id, documents in rows}


def clock(session: Session) -> datetime:
    """The database's clock: the one that recorded times follow, whatever the hosts' clocks say (UTC)."""
    now: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return now.astimezone(UTC)


# ---------------------------------------------------------------------- parts of record()


def _content_hash(fact: Fact) -> str:
    return sha256_hex(fact.content.encode())


def _question(session: Session, case_id: str, answer: SourceAnswer) -> dict[str, Any]:
    return {
        "tenant_id": tenant_of(session),
        "case_id": case_id,
        "source": answer.source,
        "subject": answer.subject,
    }


def _lock_question(session: Session, case_id: str, answer: SourceAnswer) -> None:
    """Let one transaction at a time record answers to the same question."""
    digest = sha256_hex(canonical_json(list(_question(session, case_id, answer).values())).encode())
    session.execute(
        text("SELECT pg_advisory_xact_lock(:key)"),
        {"key": int.from_bytes(bytes.fromhex(digest[:16]), signed=True)},
    )


def _known(session: Session, case_id: str, answer: SourceAnswer) -> bool:
    found = session.execute(
        text(
            "SELECT EXISTS (SELECT 1 FROM source_answer WHERE tenant_id = :tenant_id AND case_id = :case_id "
            "AND source = :source AND subject = :subject AND asked_at = :asked_at "
            "AND document IS NOT DISTINCT FROM :document AND status = :status)"
        ),
        _question(session, case_id, answer)
        | {"asked_at": answer.asked_at, "document": answer.document, "status": answer.status.value},
    )
    return bool(found.scalar_one())


def _is_late(session: Session, case_id: str, answer: SourceAnswer) -> bool:
    found = session.execute(
        text(
            "SELECT EXISTS (SELECT 1 FROM source_answer WHERE tenant_id = :tenant_id AND case_id = :case_id "
            "AND source = :source AND subject = :subject AND status <> 'no_answer' AND asked_at > :asked_at)"
        ),
        _question(session, case_id, answer) | {"asked_at": answer.asked_at},
    )
    return bool(found.scalar_one())


def _documents(session: Session, case_id: str, answer: SourceAnswer, facts: Iterable[Fact]) -> dict[str, datetime]:
    """When each document that the answer rests on was true; every one of them has to be the case's.

    Of several retrievals of the same bytes the one that the answer was made from counts: the last not after it.
    """
    needed = {fact.document for fact in facts} | ({answer.document} if answer.document else set())
    rows = session.execute(
        text(
            "SELECT DISTINCT ON (sha256) sha256, COALESCE(stated_at, retrieved_at) FROM document "
            "WHERE tenant_id = :tenant_id AND case_id = :case_id AND sha256 = ANY(:needed) "
            "ORDER BY sha256, retrieved_at <= :asked_at DESC, retrieved_at DESC"
        ),
        {
            "tenant_id": tenant_of(session),
            "case_id": case_id,
            "needed": sorted(needed),
            "asked_at": answer.asked_at,
        },
    )
    found: dict[str, datetime] = {sha256: moment for sha256, moment in rows}  # noqa: C416 - dict() of Row is untyped
    if missing := needed - found.keys():
        raise Refused(
            f"The answer of {answer.source} rests on {len(missing)} document(s) that case {case_id} does not have, "
            f"e.g. {min(missing)}. Store the document first"
        )
    return found


def _insert_answer(session: Session, case_id: str, answer: SourceAnswer, now: datetime) -> None:
    session.execute(
        text(
            "INSERT INTO source_answer (tenant_id, case_id, source, subject, status, asked_at, document, reason, "
            "missing, recorded_at) VALUES (:tenant_id, :case_id, :source, :subject, :status, :asked_at, :document, "
            ":reason, CAST(:missing AS json), :now)"
        ),
        _question(session, case_id, answer)
        | {
            "status": answer.status.value,
            "asked_at": answer.asked_at,
            "document": answer.document,
            "reason": answer.reason,
            "missing": canonical_json([asdict(part) for part in answer.missing]),
            "now": now,
        },
    )


def _insert_identities(session: Session, case_id: str, identities: Iterable[PersonIdentity]) -> None:
    tenant_id = tenant_of(session)
    sealer = keyer(session)
    rows = [
        {
            "tenant_id": tenant_id,
            "case_id": case_id,
            "key": identity.key,
            "sealed_number": sealer.seal(identity.number, identity.key),
        }
        for identity in identities
    ]
    if rows:
        session.execute(
            text(
                "INSERT INTO person_identity (tenant_id, case_id, key, sealed_number) "
                "VALUES (:tenant_id, :case_id, :key, :sealed_number) ON CONFLICT (tenant_id, case_id, key) DO NOTHING"
            ),
            rows,
        )


def _close(session: Session, rows: Sequence[int], superseded_at: datetime, now: datetime) -> None:
    if rows:
        session.execute(
            text(
                "UPDATE fact SET recorded_to = :now, superseded_at = greatest(observed_at, :superseded_at) "
                "WHERE id = ANY(:rows)"
            ),
            {"now": now, "superseded_at": superseded_at, "rows": list(rows)},
        )


def _insert_facts(session: Session, case_id: str, answer: SourceAnswer, facts: Sequence[Fact], now: datetime) -> None:
    if not facts:
        return
    tenant_id = tenant_of(session)
    session.execute(
        text(
            "INSERT INTO fact (tenant_id, case_id, asked_source, asked_subject, fact_id, content_sha256, subject, "
            "predicate, object, value, source, document, place, valid_from, valid_to, observed_at, recorded_from) "
            "VALUES (:tenant_id, :case_id, :asked_source, :asked_subject, :fact_id, :content_sha256, :subject, "
            ":predicate, :object, CAST(:value AS json), :source, :document, :place, :valid_from, :valid_to, "
            ":observed_at, :recorded_from)"
        ),
        [
            {
                "tenant_id": tenant_id,
                "case_id": case_id,
                "asked_source": answer.source,
                "asked_subject": answer.subject,
                "fact_id": fact.id,
                "content_sha256": _content_hash(fact),
                "subject": fact.subject,
                "predicate": fact.predicate.value,
                "object": fact.object,
                "value": canonical_json(dict(fact.value)),
                "source": fact.source,
                "document": fact.document,
                "place": fact.place,
                "valid_from": fact.valid_from,
                "valid_to": fact.valid_to,
                "observed_at": fact.observed_at,
                "recorded_from": now,
            }
            for fact in facts
        ],
    )


def _confirm(session: Session, case_id: str, confirmed: Sequence[tuple[int, Fact]], now: datetime) -> None:
    if not confirmed:
        return
    tenant_id = tenant_of(session)
    session.execute(
        text(
            "INSERT INTO fact_confirmation (tenant_id, case_id, fact, document, place, observed_at, recorded_at) "
            "VALUES (:tenant_id, :case_id, :fact, :document, :place, :observed_at, :recorded_at) "
            "ON CONFLICT (fact, document) DO NOTHING"
        ),
        [
            {
                "tenant_id": tenant_id,
                "case_id": case_id,
                "fact": row,
                "document": fact.document,
                "place": fact.place,
                "observed_at": fact.observed_at,
                "recorded_at": now,
            }
            for row, fact in confirmed
        ],
    )


def _answer(row: RowMapping) -> SourceAnswer:
    return SourceAnswer(
        source=row["source"],
        subject=EntityKey(row["subject"]),
        status=AnswerStatus(row["status"]),
        asked_at=row["asked_at"],
        document=row["document"],
        reason=row["reason"],
        missing=tuple(
            MissingPart(
                part=part["part"],
                producer=part["producer"],
                reason=part["reason"],
                predicates=tuple(Predicate(predicate) for predicate in part["predicates"]),
            )
            for part in row["missing"]
        ),
    )
