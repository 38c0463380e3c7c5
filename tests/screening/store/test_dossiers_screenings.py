from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graph.model import AnswerStatus, sha256_hex
from screening import certificate, engine, policies
from screening.case import CaseKind
from screening.policy import Policy
from screening.store import cases, documents, dossiers, facts, screenings, tasks
from screening.store.database import Database
from screening.store.errors import NotFound, Refused
from screening.verdict import Screening

TENANT = "kommun-a"


@pytest.fixture
def gathered(database: Database, case_id: str, put: Any, make: Any) -> str:
    """A case in which a name changed and one source did not answer."""
    first, second = put("a", 0), put("b", 1)
    with database.transaction(TENANT, "worker") as session:
        facts.record(session, case_id, make.answer(first), [make.fact(first, name="Gamla AB", kind="registered")])
        facts.record(session, case_id, make.answer(second), [make.fact(second, name="Nya AB", kind="registered")])
        facts.record(session, case_id, make.answer(status=AnswerStatus.NO_ANSWER, source="ssbtgu", reason="timeout"))
        run = tasks.create_run(session, case_id, "handläggare")
        tasks.add_limits(session, run.id, ["frontier.hops"])
    return case_id


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policies.load(CaseKind.PROCUREMENT)


def test_a_dossier_holds_what_is_known_with_its_history(database: Database, gathered: str, make: Any) -> None:
    with database.transaction(TENANT, "worker") as session:
        dossier = dossiers.build(session, gathered)
        assert {(f.value["name"], f.superseded_at) for f in dossier.facts} == {
            ("Gamla AB", make.moment(1)),
            ("Nya AB", None),
        }
        assert [(a.source, a.status.value) for a in dossier.answers] == [
            ("bolagsverket_vdm", "found"),
            ("ssbtgu", "no_answer"),
        ]
        assert dossier.documents == documents.list(session, gathered)
        assert dossier.case == cases.get(session, gathered)
        assert dossier.limits == ("frontier.hops",)
        assert dossiers.build(session, gathered, dossier.as_of).sha256 == dossier.sha256


def test_a_dossier_as_of_then_does_not_know_what_came_later(
    database: Database, case_id: str, put: Any, make: Any
) -> None:
    first = put("a", 0)
    with database.transaction(TENANT, "worker") as session:
        facts.record(session, case_id, make.answer(first), [make.fact(first, name="Gamla AB")])
        then = dossiers.build(session, case_id)
    second = put("b", 1)
    with database.transaction(TENANT, "worker") as session:
        facts.record(session, case_id, make.answer(second), [make.fact(second, name="Nya AB")])
        assert dossiers.build(session, case_id, then.as_of) == then
        assert dossiers.build(session, case_id).sha256 != then.sha256


def test_documents_that_nothing_rests_on_are_left_out(database: Database, gathered: str, put: Any) -> None:
    unused = put("unused", 3)
    with database.transaction(TENANT, "worker") as session:
        assert unused not in dossiers.build(session, gathered).documents


def test_a_dossier_of_another_tenants_case_is_not_found(
    database: Database, gathered: str, other_tenant_id: str
) -> None:
    with database.transaction(other_tenant_id, "worker") as session, pytest.raises(NotFound):
        dossiers.build(session, gathered)


def screened(database: Database, case_id: str, policy: Policy) -> tuple[str, Screening]:
    with database.transaction(TENANT, "worker") as session:
        dossier = dossiers.build(session, case_id)
        screening = engine.screen(dossier, policy)
        identifier = screenings.save(session, dossier, policy, screening)
        assert screenings.save(session, dossier, policy, screening) == identifier
    return identifier, screening


def test_a_screening_is_kept_byte_for_byte_and_can_be_replayed(
    database: Database, gathered: str, policy: Policy
) -> None:
    identifier, screening = screened(database, gathered, policy)
    with database.transaction(TENANT, "reader") as session:
        stored = screenings.get(session, identifier)
        assert screenings.latest(session, gathered) == stored
        dossier_json = screenings.dossier_json(session, identifier)
    assert stored.result == screening.canonical().encode()
    assert sha256_hex(stored.result) == stored.result_sha256
    assert sha256_hex(dossier_json.encode()) == stored.dossier_sha256
    assert sha256_hex(stored.policy.encode()) == stored.policy_sha256
    assert (stored.level, stored.code, stored.complete) == (screening.level, screening.code, screening.complete)
    assert certificate.verify(dossier_json, stored.policy, stored.result).ok


def test_the_newest_screening_is_the_latest(database: Database, gathered: str, policy: Policy) -> None:
    with database.transaction(TENANT, "reader") as session:
        assert screenings.latest(session, gathered) is None
    first, _ = screened(database, gathered, policy)
    second, _ = screened(database, gathered, policy)
    assert first != second
    with database.transaction(TENANT, "reader") as session:
        assert [stored.id for stored in screenings.all(session, gathered)] == [second, first]
        assert cases.summary(session, gathered).screening_id == second


def test_saving_tells_those_who_listen(database: Database, gathered: str, policy: Policy) -> None:
    listening = database.notifications(screenings.CHANNEL, poll_seconds=0.01)
    assert next(listening) is None
    screened(database, gathered, policy)
    assert next(payload for payload in listening if payload) == f"{TENANT}:{gathered}"
    listening.close()


def test_a_screening_of_another_dossier_is_refused(database: Database, gathered: str, policy: Policy) -> None:
    with database.transaction(TENANT, "worker") as session:
        dossier = dossiers.build(session, gathered)
        screening = engine.screen(dossier, policy)
        with pytest.raises(Refused):
            screenings.save(session, dossier, policy, replace(screening, dossier_sha256="0" * 64))
