from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from graph.model import (
    AnswerStatus,
    DocumentReference,
    Fact,
    MissingPart,
    PersonIdentity,
    Predicate,
    SourceAnswer,
)
from screening.store import cases, documents, facts, identities
from screening.store.database import Database, keyer
from screening.store.errors import NotFound, Refused

TENANT = "kommun-a"
Put = Callable[..., DocumentReference]


@pytest.fixture
def record(database: Database, case_id: str) -> Callable[..., facts.RecordReport]:
    def run(answer: SourceAnswer, *stated: Fact, people: tuple[PersonIdentity, ...] = ()) -> facts.RecordReport:
        with database.transaction(TENANT, "worker") as session:
            return facts.record(session, case_id, answer, stated, people)

    return run


@pytest.fixture
def current(database: Database, case_id: str) -> Callable[[], list[str]]:
    def names() -> list[str]:
        with database.transaction(TENANT, "worker") as session:
            return [str(fact.value.get("name", fact.predicate)) for fact in facts.current(session, case_id)]

    return names


def test_a_fact_comes_back_as_it_was_recorded(
    database: Database, case_id: str, put: Put, make: Any, record: Any
) -> None:
    document = put("{}")
    stated = replace(
        make.fact(
            document, share=33.30, big=10**30, text="å\x00ä\U0001f600", none=None, nested={"b": [1, 2.0], "a": 1e-7}
        ),
        valid_from=make.start.date(),
    )
    assert record(make.answer(document), stated) == facts.RecordReport(new=1)
    with database.transaction(TENANT, "worker") as session:
        (stored,) = facts.current(session, case_id)
    assert (stored, stored.id, stored.content) == (stated, stated.id, stated.content)


def test_recording_the_same_answer_again_changes_nothing(put: Put, make: Any, record: Any, current: Any) -> None:
    document = put("a")
    assert record(make.answer(document), make.fact(document)).new == 1
    assert record(make.answer(document), make.fact(document)) == facts.RecordReport(known=True)
    assert current() == ["Provbolaget AB"]


def test_the_same_statement_in_a_later_document_is_confirmed_not_repeated(
    database: Database, case_id: str, put: Put, make: Any, record: Any
) -> None:
    first, second = put("a", 0), put("b", 1)
    record(make.answer(first), make.fact(first))
    assert record(make.answer(second), make.fact(second, place="/elsewhere")) == facts.RecordReport(confirmed=1)
    with database.transaction(TENANT, "worker") as session:
        (kept,) = facts.history(session, case_id)
        assert (kept.document, kept.observed_at) == (first.sha256, first.observed_at)
        assert facts.confirmations(session, case_id) == {kept.id: (second.sha256,)}


def test_what_a_later_answer_no_longer_states_is_closed_not_lost(
    database: Database, case_id: str, put: Put, make: Any, record: Any
) -> None:
    first, second = put("a", 0), put("b", 1)
    record(make.answer(first), make.fact(first, name="Gamla AB"))
    record(make.answer(second), make.fact(second, name="Nya AB"))
    with database.transaction(TENANT, "worker") as session:
        old, new = facts.history(session, case_id)
    assert (old.value["name"], old.superseded_at) == ("Gamla AB", make.moment(1))
    assert (new.value["name"], new.superseded_at) == ("Nya AB", None)


def test_a_statement_that_returns_is_a_new_period(
    database: Database, case_id: str, put: Put, make: Any, record: Any
) -> None:
    for hours, name in enumerate(["A", "B", "A"]):
        document = put(name, hours)  # the third document has the first one's bytes
        record(make.answer(document), make.fact(document, name=name))
    with database.transaction(TENANT, "worker") as session:
        periods = [(f.value["name"], f.observed_at, f.superseded_at) for f in facts.history(session, case_id)]
    assert periods == [
        ("A", make.moment(0), make.moment(1)),
        ("B", make.moment(1), make.moment(2)),
        ("A", make.moment(2), None),
    ]


def test_no_answer_supersedes_nothing(
    database: Database, case_id: str, put: Put, make: Any, record: Any, current: Any
) -> None:
    document = put("a")
    record(make.answer(document), make.fact(document))
    record(make.answer(status=AnswerStatus.NO_ANSWER, hours=1, reason="timeout"))
    assert current() == ["Provbolaget AB"]
    with database.transaction(TENANT, "worker") as session:
        assert [a.status for a in facts.answers(session, case_id)] == [AnswerStatus.FOUND, AnswerStatus.NO_ANSWER]
    later = put("b", 2)
    record(make.answer(later), make.fact(later))
    with database.transaction(TENANT, "worker") as session:
        (only,) = facts.answers(session, case_id)
    assert (only.status, only.asked_at) == (AnswerStatus.FOUND, make.moment(2))


def test_not_found_supersedes_everything_the_source_had_said(put: Put, make: Any, record: Any, current: Any) -> None:
    document, other = put("a"), put("x", 0, "scb_bulk")
    record(make.answer(document), make.fact(document))
    record(make.answer(other), make.fact(other, name="Enligt SCB"))
    gone = put("nothing", 1)
    assert record(make.answer(gone, AnswerStatus.NOT_FOUND)).closed == 1
    assert current() == ["Enligt SCB"]


def test_a_missing_part_supersedes_nothing_of_its_predicates(put: Put, make: Any, record: Any, current: Any) -> None:
    first, second = put("a"), put("b", 1)
    record(make.answer(first), make.fact(first), make.fact(first, Predicate.INDUSTRY, "/sni", code="81210"))
    missing = MissingPart("naringsgrenOrganisation", "SCB", "OTILLGANGLIG_UPPGIFTSKALLA", (Predicate.INDUSTRY,))
    record(make.answer(second, missing=(missing,)), make.fact(second, name="Nya AB"))
    assert sorted(current()) == ["Nya AB", "industry"]


def test_an_answer_that_arrives_late_changes_no_fact(put: Put, make: Any, record: Any, current: Any) -> None:
    early, late = put("early", 0), put("late", 5)
    record(make.answer(late), make.fact(late, name="Nya AB"))
    assert record(make.answer(early), make.fact(early, name="Gamla AB")) == facts.RecordReport(late=True)
    assert current() == ["Nya AB"]


def test_workers_that_record_the_same_answer_at_once_record_it_once(
    database: Database, case_id: str, put: Put, make: Any, record: Any, current: Any
) -> None:
    document = put("a")
    stated = [make.fact(document, place=f"/{n}", name=str(n)) for n in range(20)]
    reports: list[facts.RecordReport] = []
    threads = [
        threading.Thread(target=lambda: reports.append(record(make.answer(document), *stated))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((report.new, report.known) for report in reports) == [(0, True)] * 3 + [(20, False)]
    assert len(current()) == 20


def test_a_fact_without_its_document_is_refused(database: Database, case_id: str, make: Any, record: Any) -> None:
    nowhere = make.fetched("never stored").reference()
    with pytest.raises(Refused, match="Store the document first"):
        record(make.answer(nowhere), make.fact(nowhere))


def test_recording_in_an_unknown_case_says_so(database: Database, make: Any) -> None:
    with database.transaction(TENANT, "worker") as session, pytest.raises(NotFound):
        facts.record(session, "none", make.answer(status=AnswerStatus.NO_ANSWER))


def test_a_number_is_sealed_and_found_by_its_key(
    database: Database, case_id: str, put: Put, make: Any, record: Any
) -> None:
    number = "189001019802"
    document = put("a")
    with database.transaction(TENANT, "worker") as session:
        key = keyer(session).by_number(number)
    person = PersonIdentity(key, number)
    officer = make.fact(document, Predicate.OFFICER, "/0", target=key, role="Ledamot", position="board_member")
    record(make.answer(document), officer, people=(person,))
    with database.transaction(TENANT, "worker") as session:
        assert identities.number(session, case_id, key) == number
        assert identities.cases_of(session, number) == (case_id,)
    with database.system() as session:
        tables = session.execute(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        ).scalars()
        for table in tables:
            rows = session.execute(text(f'SELECT row_to_json(t)::text FROM "{table}" AS t')).scalars().all()
            assert not any(number in row or number.encode().hex() in row for row in rows), table


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fact SET place = 'elsewhere'",
        "UPDATE fact SET value = '{}'",
        "UPDATE fact SET recorded_to = now()",
        "UPDATE fact SET superseded_at = now()",
        "DELETE FROM fact",
        "DELETE FROM source_answer",
        "UPDATE source_answer SET status = 'not_found'",
        "DELETE FROM document",
        "DELETE FROM fact_confirmation",
    ],
)
def test_history_cannot_be_rewritten_even_by_the_system_role(
    database: Database, case_id: str, put: Put, make: Any, record: Any, statement: str
) -> None:
    first, second = put("a"), put("b", 1)
    record(make.answer(first), make.fact(first))
    record(make.answer(second), make.fact(second))
    with database.system() as session, pytest.raises(DBAPIError, match="refused"):
        session.execute(text(statement))


def test_a_closed_fact_stays_closed(database: Database, case_id: str, put: Put, make: Any, record: Any) -> None:
    first, second = put("a"), put("b", 1)
    record(make.answer(first), make.fact(first))
    record(make.answer(second, AnswerStatus.NOT_FOUND))
    with database.system() as session, pytest.raises(DBAPIError, match="closed, once"):
        session.execute(text("UPDATE fact SET recorded_to = now(), superseded_at = now()"))


# ---------------------------------------------------------------------- against a naive model


@dataclass
class Period:
    fact: Fact
    recorded_from: int
    recorded_to: int | None = None
    superseded_at: datetime | None = None


PREDICATES = (Predicate.NAME, Predicate.INDUSTRY, Predicate.ADDRESS)
STATEMENTS = st.frozensets(st.tuples(st.sampled_from(PREDICATES), st.integers(0, 2)), max_size=5)
ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["source_a", "source_b"]),
        st.sampled_from([*AnswerStatus, AnswerStatus.FOUND, AnswerStatus.FOUND]),
        STATEMENTS,
        st.frozensets(st.sampled_from(PREDICATES), max_size=2),
        st.integers(0, 20),
    ),
    max_size=8,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=ANSWERS)
def test_any_sequence_of_answers_reads_as_a_naive_model_says(database: Database, make: Any, answers: Any) -> None:
    """Also as of every moment between the answers."""
    case_id = uuid.uuid4().hex
    model: dict[str, list[Period]] = {"source_a": [], "source_b": []}
    latest: dict[str, int] = {}
    seen: set[Any] = set()
    moments: list[datetime] = []
    with database.transaction(TENANT, "worker") as session:
        cases.create(session, make.case(case_id=case_id))
    for step, (source, status, statements, missing, hours) in enumerate(answers):
        with database.transaction(TENANT, "worker") as session:
            document = documents.put(
                session, case_id, make.fetched(f"{sorted(statements)}", hours, source), "Pröva", "LOU"
            )
            stated = [make.fact(document, predicate, f"/{v}", v=v) for predicate, v in sorted(statements)]
            answer = make.answer(
                None if status is AnswerStatus.NO_ANSWER else document,
                status,
                hours,
                source,
                (MissingPart("part", "producer", "reason", tuple(sorted(missing))),),
            )
            facts.record(session, case_id, answer, () if status is AnswerStatus.NO_ANSWER else stated)
            identity = (source, status, hours, answer.document)
            if identity not in seen and status is not AnswerStatus.NO_ANSWER and hours >= latest.get(source, hours):
                latest[source] = hours
                contents = {fact.content: fact for fact in stated}
                held = {p.fact.content for p in model[source] if p.recorded_to is None}
                for period in model[source]:
                    if (
                        period.recorded_to is None
                        and period.fact.content not in contents
                        and period.fact.predicate not in missing
                    ):
                        period.recorded_to = step
                        period.superseded_at = max(document.observed_at, period.fact.observed_at)
                model[source] += [Period(fact, step) for content, fact in contents.items() if content not in held]
            seen.add(identity)
            moments.append(facts.clock(session))
    with database.transaction(TENANT, "worker") as session:
        for step, moment in enumerate(moments):
            stated_then = {
                (period.fact.id, period.fact.observed_at)
                for periods in model.values()
                for period in periods
                if period.recorded_from <= step and (period.recorded_to is None or period.recorded_to > step)
            }
            assert {(f.id, f.observed_at) for f in facts.as_of(session, case_id, moment)} == stated_then
        everything = {
            (period.fact.id, period.fact.observed_at, period.superseded_at)
            for periods in model.values()
            for period in periods
        }
        assert {(f.id, f.observed_at, f.superseded_at) for f in facts.history(session, case_id)} == everything
