"""The municipality's own records in a case: one transaction, replaced by a later file, seen by no other case."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from connectors.base import MalformedContent
from graph.model import AnswerStatus, Predicate
from screening.case import Case
from screening.store import audit, documents, facts, screenings, tasks
from screening.store.database import Database
from screening.store.keys import TenantKeyer
from workers import records
from workers.runtime import Runtime

TENANT, OTHER_TENANT = "kommun-a", "kommun-b"
ONE, TWO = "5580000015", "5580000023"
NUMBER = "198001019804"


def terminations(*numbers: str) -> bytes:
    rows = [f"{number};2026-02-01;avtalsbrott;KS 2026/3;LOU" for number in numbers]
    return "\n".join(["Organisationsnummer;Beslutsdatum;Skäl;Diarienummer;Avtalsslag", *rows]).encode()


def stated(database: Database, case: Case) -> set[tuple[str, str]]:
    with database.transaction(TENANT, "test") as session:
        return {(fact.subject, fact.place) for fact in facts.current(session, case.id)}


def test_what_is_handed_in_is_a_document_facts_and_an_answer_about_every_party(
    runtime: Runtime, make_case: Callable[..., Case]
) -> None:
    case = make_case(parties=3)
    report = records.hand_in(runtime, TENANT, "test", case, terminations(ONE, "nonsense", TWO))
    assert [row.place for row in report.rejected] == ["row 3"]
    assert stated(runtime.database, case) == {(f"SE:ORG:{ONE}", "row 2"), (f"SE:ORG:{TWO}", "row 4")}
    with runtime.database.transaction(TENANT, "test") as session:
        answers = facts.answers(session, case.id)
        (document,) = documents.list(session, case.id)
        trail = audit.list(session, subject=case.id)
    assert {answer.subject for answer in answers} == {party.key for party in case.parties}
    assert {answer.missing[0].predicates for answer in answers} == {(Predicate.TERMINATION,)}
    assert document.source == "municipal_terminations"
    assert "records.hand_in" in [event.action for event in trail]


def test_a_later_file_of_the_same_kind_replaces_the_former_and_other_kinds_stay(runtime: Runtime, case: Case) -> None:
    records.hand_in(runtime, TENANT, "test", case, terminations(ONE, TWO))
    records.hand_in(runtime, TENANT, "test", case, b"Handl\xc3\xa4ggare\nKim Exempel\n")
    records.hand_in(runtime, TENANT, "test", case, terminations(TWO))
    with runtime.database.transaction(TENANT, "test") as session:
        now = facts.current(session, case.id)
        ever = facts.history(session, case.id)
    assert {fact.subject for fact in now if fact.predicate is Predicate.TERMINATION} == {f"SE:ORG:{TWO}"}
    assert {fact.subject for fact in ever if fact.predicate is Predicate.TERMINATION} == {
        f"SE:ORG:{ONE}", f"SE:ORG:{TWO}",
    }  # fmt: skip
    assert any(fact.predicate is Predicate.HANDLER for fact in now)


def test_lease_terms_answer_only_about_the_tenants_they_name(runtime: Runtime, make_case: Callable[..., Case]) -> None:
    case = make_case(parties=2)
    named, other = (party.key for party in case.parties)
    number = named.removeprefix("SE:ORG:")
    records.hand_in(runtime, TENANT, "test", case, f"Hyresgäst;Tillträde\n{number};2026-02-01\n".encode())
    with runtime.database.transaction(TENANT, "test") as session:
        status = {answer.subject: answer.status for answer in facts.answers(session, case.id)}
    assert status == {named: AnswerStatus.FOUND, other: AnswerStatus.NOT_FOUND}


def test_another_case_and_another_tenant_know_nothing_of_it(
    runtime: Runtime, make_case: Callable[..., Case], finish: Callable[[Case], tasks.Run]
) -> None:
    first, second = make_case("fall-1"), make_case("fall-2")
    party = first.parties[0].key.removeprefix("SE:ORG:")
    records.hand_in(runtime, TENANT, "test", first, terminations(party))
    assert stated(runtime.database, second) == set()
    found = {}
    for case in (first, second):
        finish(case)
        with runtime.database.transaction(TENANT, "test") as session:
            stored = screenings.latest(session, case.id)
            assert stored is not None
            assert (screenings.dossier_json(session, stored.id).find("municipal_terminations") >= 0) is (case is first)
            found[case.id] = {each["indicator"] for each in json.loads(stored.result)["findings"]}
    assert "NET-02" in found["fall-1"]
    assert "NET-02" not in found["fall-2"]
    with runtime.database.transaction(OTHER_TENANT, "test") as session:
        assert facts.current(session, first.id) == ()
        assert documents.list(session, first.id) == ()


def test_the_same_handler_has_another_key_at_another_tenant(runtime: Runtime, case: Case) -> None:
    records.hand_in(runtime, TENANT, "test", case, f"Handläggare;Personnummer\nKim Exempel;{NUMBER}\n".encode())
    with runtime.database.transaction(TENANT, "test") as session:
        (handler,) = (f.subject for f in facts.current(session, case.id) if f.predicate is Predicate.HANDLER)
        (document,) = documents.list(session, case.id)
        stored = documents.content(session, document.sha256)
    theirs = TenantKeyer(runtime.keyring, OTHER_TENANT).by_number(NUMBER)
    assert handler == TenantKeyer(runtime.keyring, TENANT).by_number(NUMBER) != theirs
    assert NUMBER.encode() not in stored
    assert NUMBER[2:].encode() not in stored


def test_a_file_that_is_no_record_changes_nothing(runtime: Runtime, case: Case) -> None:
    with pytest.raises(MalformedContent):
        records.hand_in(runtime, TENANT, "test", case, b"Namn;Ort\nA;B\n")
    assert stated(runtime.database, case) == set()
    with runtime.database.transaction(TENANT, "test") as session:
        assert documents.list(session, case.id) == ()
