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


@dataclass(frozen=True, slots=True)
class Recording:
    """An answer to record, with the facts and the persons' numbers that it states."""

    answer: SourceAnswer
    facts: tuple[Fact, ...] = ()
    identities: tuple[PersonIdentity, ...] = ()


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
    cases.require(session, case_id)
    _lock_question(session, case_id, answer)
    return _record(session, case_id, (Recording(answer, tuple(facts), tuple(identities)),))[0]


def record_many(session: Session, case_id: str, recordings: Sequence[Recording]) -> tuple[RecordReport, ...]:
    """Record answers to many different questions, with as many statements as for one; the reports in their order.

    Nothing else is recorded about the case until the transaction ends.

    Raises:
        NotFound: when the tenant has no such case.
        Refused: when a fact points to a document that the case does not have.
        ValueError: when two answers are to the same question (source and entity).
    """
    questions = {(recording.answer.source, recording.answer.subject) for recording in recordings}
    if len(questions) < len(recordings):
        raise ValueError("Two answers to one question cannot be recorded at once")
    cases.require(session, case_id)
    # One lock for all: a lock a question would be as many entries in the server's fixed table of locks.
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _lock_key(session, case_id)})
    return _record(session, case_id, recordings) if recordings else ()


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


def _record(session: Session, case_id: str, recordings: Sequence[Recording]) -> tuple[RecordReport, ...]:
    """Record answers to different questions, whose locks are held."""
    seen = _seen(session, case_id, recordings)
    fresh = [recording for recording, (known, _) in zip(recordings, seen, strict=True) if not known]
    stated_at = _documents(session, case_id, fresh)
    now = clock(session)
    _insert_answers(session, case_id, [recording.answer for recording in fresh], now)

    changing = [
        recording
        for recording, (known, late) in zip(recordings, seen, strict=True)
        if not known and not late and recording.answer.status is not AnswerStatus.NO_ANSWER
    ]
    _insert_identities(session, case_id, [identity for recording in changing for identity in recording.identities])
    current = _current(session, case_id, changing)
    closed: list[tuple[int, datetime]] = []
    new: list[tuple[SourceAnswer, str, Fact]] = []
    confirmed: list[tuple[int, Fact]] = []
    reports: dict[tuple[str, str], RecordReport] = {}
    for recording in changing:
        answer = recording.answer
        kept = {predicate.value for part in answer.missing for predicate in part.predicates}
        stated: dict[str, Fact] = {}
        for fact in recording.facts:
            stated.setdefault(_content_hash(fact), fact)
        before = current.get((answer.source, answer.subject), {})
        added = [(answer, digest, fact) for digest, fact in stated.items() if digest not in before]
        again = [(before[digest], fact) for digest, fact in stated.items() if digest in before]
        gone = [row.id for digest, row in before.items() if digest not in stated and row.predicate not in kept]
        until = stated_at[answer.document, answer.asked_at] if answer.document else answer.asked_at
        closed += [(row, until) for row in gone]
        new += added
        confirmed += [(row.id, fact) for row, fact in again if row.document != fact.document]
        reports[answer.source, answer.subject] = RecordReport(new=len(added), confirmed=len(again), closed=len(gone))
    _close(session, closed, now)
    _insert_facts(session, case_id, new, now)
    _confirm(session, case_id, confirmed, now)
    return tuple(
        RecordReport(known=True)
        if known
        else reports.get(
            (recording.answer.source, recording.answer.subject),
            RecordReport(late=late and recording.answer.status is not AnswerStatus.NO_ANSWER),
        )
        for recording, (known, late) in zip(recordings, seen, strict=True)
    )


def _content_hash(fact: Fact) -> str:
    return sha256_hex(fact.content.encode())


def _case(session: Session, case_id: str) -> dict[str, Any]:
    return {"tenant_id": tenant_of(session), "case_id": case_id}


def _lock_key(session: Session, case_id: str, *question: str) -> int:
    digest = sha256_hex(canonical_json([tenant_of(session), case_id, *question]).encode())
    return int.from_bytes(bytes.fromhex(digest[:16]), signed=True)


def _lock_question(session: Session, case_id: str, answer: SourceAnswer) -> None:
    """Let one transaction at a time record answers to the same question, and none while many are recorded at once."""
    session.execute(
        text("SELECT pg_advisory_xact_lock_shared(:case_key), pg_advisory_xact_lock(:key)"),
        {
            "case_key": _lock_key(session, case_id),
            "key": _lock_key(session, case_id, answer.source, answer.subject),
        },
    )


def _seen(session: Session, case_id: str, recordings: Sequence[Recording]) -> list[tuple[bool, bool]]:
    """For each answer whether it is known already, and whether a later one is."""
    answers = [recording.answer for recording in recordings]
    rows = session.execute(
        text(
            "SELECT EXISTS (SELECT 1 FROM source_answer WHERE tenant_id = :tenant_id AND case_id = :case_id "
            "AND source = asked.source AND subject = asked.subject AND asked_at = asked.asked_at "
            "AND document IS NOT DISTINCT FROM asked.document AND status = asked.status), "
            "EXISTS (SELECT 1 FROM source_answer WHERE tenant_id = :tenant_id AND case_id = :case_id "
            "AND source = asked.source AND subject = asked.subject AND asked_at > asked.asked_at "
            "AND status <> 'no_answer') "
            "FROM unnest(CAST(:sources AS text[]), CAST(:subjects AS text[]), CAST(:moments AS timestamptz[]), "
            "CAST(:documents AS text[]), CAST(:statuses AS text[])) "
            "WITH ORDINALITY AS asked (source, subject, asked_at, document, status, position) ORDER BY position"
        ),
        _case(session, case_id)
        | {
            "sources": [answer.source for answer in answers],
            "subjects": [answer.subject for answer in answers],
            "moments": [answer.asked_at for answer in answers],
            "documents": [answer.document for answer in answers],
            "statuses": [answer.status.value for answer in answers],
        },
    )
    return [(known, late) for known, late in rows]


def _current(
    session: Session, case_id: str, recordings: Sequence[Recording]
) -> dict[tuple[str, str], dict[str, RowMapping]]:
    """The open facts of each question by their content."""
    if not recordings:
        return {}
    rows = session.execute(
        text(
            "SELECT fact.id, asked_source, asked_subject, content_sha256, predicate, document FROM fact "
            "JOIN unnest(CAST(:sources AS text[]), CAST(:subjects AS text[])) AS asked (source, subject) "
            "ON asked_source = asked.source AND asked_subject = asked.subject "
            "WHERE tenant_id = :tenant_id AND case_id = :case_id AND recorded_to IS NULL"
        ),
        _case(session, case_id)
        | {
            "sources": [recording.answer.source for recording in recordings],
            "subjects": [recording.answer.subject for recording in recordings],
        },
    ).mappings()
    found: dict[tuple[str, str], dict[str, RowMapping]] = {}
    for row in rows:
        found.setdefault((row["asked_source"], row["asked_subject"]), {})[row["content_sha256"]] = row
    return found


def _documents(session: Session, case_id: str, recordings: Sequence[Recording]) -> dict[tuple[str, datetime], datetime]:
    """When each document that an answer rests on was true, by its hash and the answer's time.

    Of several retrievals of the same bytes the one that the answer was made from counts: the last not after it. Every
    document has to be the case's.
    """
    needed = {
        (document, recording.answer.asked_at): recording.answer.source
        for recording in recordings
        for document in {recording.answer.document, *(fact.document for fact in recording.facts)}
        if document is not None
    }
    if not needed:
        return {}
    rows = session.execute(
        text(
            "SELECT DISTINCT ON (wanted.sha256, wanted.asked_at) wanted.sha256, wanted.asked_at, "
            "COALESCE(document.stated_at, document.retrieved_at) "
            "FROM unnest(CAST(:hashes AS text[]), CAST(:moments AS timestamptz[])) AS wanted (sha256, asked_at) "
            "JOIN document ON document.sha256 = wanted.sha256 "
            "AND document.tenant_id = :tenant_id AND document.case_id = :case_id "
            "ORDER BY wanted.sha256, wanted.asked_at, document.retrieved_at <= wanted.asked_at DESC, "
            "document.retrieved_at DESC"
        ),
        _case(session, case_id)
        | {"hashes": [sha256 for sha256, _ in needed], "moments": [moment for _, moment in needed]},
    )
    found: dict[tuple[str, datetime], datetime] = {(sha256, asked_at): moment for sha256, asked_at, moment in rows}
    if missing := needed.keys() - found.keys():
        lacking = min(missing)
        raise Refused(
            f"The answer of {needed[lacking]} rests on {len(missing)} document(s) that case {case_id} does not have, "
            f"e.g. {lacking[0]}. Store the document first"
        )
    return found


def _insert_answers(session: Session, case_id: str, answers: Sequence[SourceAnswer], now: datetime) -> None:
    if not answers:
        return
    session.execute(
        text(
            "INSERT INTO source_answer (tenant_id, case_id, source, subject, status, asked_at, document, reason, "
            "missing, recorded_at) VALUES (:tenant_id, :case_id, :source, :subject, :status, :asked_at, :document, "
            ":reason, CAST(:missing AS json), :now)"
        ),
        [
            _case(session, case_id)
            | {
                "source": answer.source,
                "subject": answer.subject,
                "status": answer.status.value,
                "asked_at": answer.asked_at,
                "document": answer.document,
                "reason": answer.reason,
                "missing": canonical_json([asdict(part) for part in answer.missing]),
                "now": now,
            }
            for answer in answers
        ],
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


def _close(session: Session, rows: Sequence[tuple[int, datetime]], now: datetime) -> None:
    if rows:
        session.execute(
            text(
                "UPDATE fact SET recorded_to = :now, superseded_at = greatest(observed_at, gone.until) "
                "FROM unnest(CAST(:rows AS bigint[]), CAST(:moments AS timestamptz[])) AS gone (id, until) "
                "WHERE fact.id = gone.id"
            ),
            {"now": now, "rows": [row for row, _ in rows], "moments": [moment for _, moment in rows]},
        )


def _insert_facts(
    session: Session, case_id: str, facts: Sequence[tuple[SourceAnswer, str, Fact]], now: datetime
) -> None:
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
                "content_sha256": digest,
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
            for answer, digest, fact in facts
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
