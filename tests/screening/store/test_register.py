"""Answers from the mirrored register: found, not found and not loaded stay three things."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.base import FailureReason, FetchedDocument, Mapped, SourceFailure
from graph.addresses import address_key
from graph.model import AnswerStatus, Predicate, organisation_key
from screening.store import register
from screening.store.database import Database
from screening.store.register_load import load_bolagsverket, load_scb

sys.path.insert(0, str(Path(__file__).parent))
from bulk_files import START, bolagsverket_file, numbers, scb_file

NOW = datetime(2026, 6, 20, tzinfo=UTC)
NUMBERS = numbers(200)
PARTY = NUMBERS[0]
UNKNOWN = numbers(1, first=558900000)[0]
Rows = dict[str, Mapping[str, str]]


def ask(database: Database, source: str, number: str = PARTY) -> tuple[FetchedDocument, Mapped]:
    with database.transaction("kommun-a", "prov") as session:
        return register.register_answer(session, source, number, NOW)


def load(database: Database, path: Path, *weeks: Rows, scb: tuple[Rows, ...] = ()) -> None:
    for week, rows in enumerate(weeks):
        load_bolagsverket(database, bolagsverket_file(path, rows, week))
    for week, rows in enumerate(scb):
        load_scb(database, scb_file(path, rows, week))


@pytest.mark.parametrize("source", register.ANSWERED)
def test_a_register_that_was_never_loaded_did_not_answer(database: Database, source: str) -> None:
    with pytest.raises(SourceFailure) as failure:
        ask(database, source)
    assert failure.value.reason is FailureReason.NOT_LOADED
    assert failure.value.source == source


@pytest.mark.parametrize("source", register.ANSWERED)
def test_an_unknown_number_is_not_found_in_a_loaded_register(database: Database, tmp_path: Path, source: str) -> None:
    load(database, tmp_path, {PARTY: {}}, {PARTY: {}, NUMBERS[1]: {}}, scb=({PARTY: {}},))
    document, mapped = ask(database, source, UNKNOWN)
    assert mapped.status is AnswerStatus.NOT_FOUND
    assert mapped.facts == ()
    assert UNKNOWN in json.loads(document.content)["number"]


def test_a_mirrored_row_is_quoted_with_its_file_and_line(database: Database, tmp_path: Path) -> None:
    load(database, tmp_path, {NUMBERS[1]: {}, PARTY: {}}, {NUMBERS[1]: {"organisationsform": "BAB-ORGFO"}, PARTY: {}})
    document, mapped = ask(database, register.BOLAGSVERKET)
    content = json.loads(document.content)
    assert (content["found"], content["line"]) == (True, 3)
    assert content["columns"]["organisationsform"] == "AB-ORGFO"
    assert content["file"]["name"] == "bolagsverket_bulkfil_0.txt"
    assert content["confirmed_by"]["name"] == "bolagsverket_bulkfil_1.txt"
    assert document.stated_at == START + timedelta(weeks=1)
    assert document.retrieved_at == NOW
    name = next(fact for fact in mapped.facts if fact.predicate is Predicate.NAME)
    assert name.place == "row 3, column organisationsnamn, entry 1"
    assert (name.document, name.source) == (document.reference().sha256, register.BOLAGSVERKET)


def test_the_same_file_gives_the_same_document(database: Database, tmp_path: Path) -> None:
    load(database, tmp_path, {PARTY: {}}, scb=({PARTY: {}},))
    for source in register.ANSWERED:
        assert ask(database, source)[0].content == ask(database, source)[0].content


def test_scb_rows_give_industry_and_activity(database: Database, tmp_path: Path) -> None:
    load(database, tmp_path, scb=({PARTY: {"Ng1": "43210"}},))
    facts = ask(database, register.SCB)[1].facts
    assert {"43210"} == {fact.value["code"] for fact in facts if fact.predicate is Predicate.INDUSTRY}
    assert any(fact.predicate is Predicate.ACTIVE for fact in facts)


# ---------------------------------------------------------------------- history


def test_changes_become_facts_between_the_files_own_days(database: Database, tmp_path: Path) -> None:
    others: Rows = {number: {} for number in NUMBERS[1:5]}
    load(
        database,
        tmp_path,
        {PARTY: {}, **others},
        {PARTY: {"postadress": "Nya vägen 1$$ORT$11122$SE-LAND"}, **others},
        scb=({PARTY: {}}, {PARTY: {"Ng1": "41000"}}),
    )
    document, mapped = ask(database, register.HISTORY)
    assert (mapped.status, mapped.missing) == (AnswerStatus.FOUND, ())
    assert [dict(fact.value) for fact in mapped.facts] == [
        {
            "what": "address", "before": "Gatan 0, 11122 ORT", "after": "Nya vägen 1, 11122 ORT",
            "not_before": "2026-06-01", "not_after": "2026-06-08", "register": register.BOLAGSVERKET,
        },
        {
            "what": "industry", "before": "81210", "after": "41000", "not_before": "2026-06-01",
            "not_after": "2026-06-08", "register": register.SCB, "version_before": "SNI2025",
            "version_after": "SNI2025",
        },
    ]  # fmt: skip
    assert [fact.place for fact in mapped.facts] == ["/events/0", "/events/1"]
    assert json.loads(document.content)["events"][1]["what"] == "industry"


def test_one_file_is_no_history_yet(database: Database, tmp_path: Path) -> None:
    load(database, tmp_path, {PARTY: {}}, {PARTY: {}, NUMBERS[1]: {}}, scb=({PARTY: {}},))
    mapped = ask(database, register.HISTORY)[1]
    assert (mapped.status, mapped.facts) == (AnswerStatus.FOUND, ())
    assert [(part.reason, part.predicates) for part in mapped.missing] == [("single_file", (Predicate.CHANGE,))]


# ---------------------------------------------------------------------- statistics


def test_everyone_at_the_address_is_counted_whatever_its_spelling(database: Database, tmp_path: Path) -> None:
    here, there = "Storgatan 1 A$$ORT$11122$SE-LAND", "Storgatan 1 B$$ORT$11122$SE-LAND"
    rows: Rows = {
        PARTY: {"postadress": here},
        NUMBERS[1]: {"postadress": "STORGATAN 1A$c/o Byrån$ORT$111 22$SE-LAND", "registreringsdatum": "2026-01-02"},
        NUMBERS[2]: {"postadress": here, "avregistreringsdatum": "2025-01-02", "avregistreringsorsak": "KKAV-AVORG"},
        NUMBERS[3]: {"postadress": here, "avregistreringsdatum": "2020-01-02", "avregistreringsorsak": "KKAV-AVORG"},
        NUMBERS[4]: {"postadress": here, "avregistreringsdatum": "2025-01-02", "avregistreringsorsak": "FUAV-AVORG"},
        NUMBERS[5]: {
            "postadress": here,
            "pagandeAvvecklingsEllerOmstruktureringsforfarande": "KK-AVOMFO$2026-05-01",
        },
        NUMBERS[6]: {"postadress": there},
    }
    load(database, tmp_path, rows)
    (fact,) = ask(database, register.STATISTICS)[1].facts
    assert fact.predicate is Predicate.ADDRESS_STATISTICS
    assert fact.subject == organisation_key(PARTY)
    assert dict(fact.value) == {
        "address": address_key("Storgatan 1 A", "11122", "ORT"),
        "shown": "Storgatan 1 A, 11122 ORT",
        "active": 2,
        "bankrupt_3_years": 2,
        "registered_12_months": 1,
        "as_of": "2026-06-01",
    }


def test_both_registers_addresses_are_counted_when_they_differ(database: Database, tmp_path: Path) -> None:
    load(database, tmp_path, {PARTY: {}}, scb=({PARTY: {"Gatuadress": "ANNAN GATA 5"}},))
    assert len(ask(database, register.STATISTICS)[1].facts) == 2


def test_without_an_address_nothing_can_be_counted(database: Database, tmp_path: Path) -> None:
    load(database, tmp_path, {PARTY: {"postadress": "$$$$SE-LAND"}})
    mapped = ask(database, register.STATISTICS)[1]
    assert (mapped.facts, mapped.missing[0].reason) == ((), "no_address")


# ---------------------------------------------------------------------- neighbours

BANKRUPT = {"pagandeAvvecklingsEllerOmstruktureringsforfarande": "KK-AVOMFO$2026-01-15"}


def neighbours(database: Database) -> set[str]:
    mapped = ask(database, register.NEIGHBOURS)[1]
    assert mapped.status is AnswerStatus.FOUND
    return {fact.subject.removeprefix("SE:ORG:") for fact in mapped.facts}


def named(name: str) -> dict[str, str]:
    return {"organisationsnamn": f"{name}$FORETAGSNAMN-ORGNAM$2020-01-02"}


def test_bankrupt_organisations_at_the_address_or_with_a_like_name_are_neighbours(
    database: Database, tmp_path: Path
) -> None:
    here = {"postadress": "Storgatan 1$$ORT$11122$SE-LAND"}
    rows: Rows = {
        PARTY: named("Nordfjäll Bygg 2026 AB") | here | {"registreringsdatum": "2026-02-01"},
        NUMBERS[1]: named("Helt Annat AB") | here | BANKRUPT,
        NUMBERS[2]: named("Nordfjäll Bygg AB") | BANKRUPT,
        NUMBERS[3]: named("Nordfjäll Bygg Väst AB") | BANKRUPT,  # another industry
        NUMBERS[4]: named("Helt Annat AB") | here,  # not bankrupt
        NUMBERS[5]: named("Något Annat AB") | BANKRUPT,  # neither address nor name
        NUMBERS[6]: named("Gammalt AB") | here
        | {"avregistreringsdatum": "2019-01-01", "avregistreringsorsak": "KKAV-AVORG"},
        NUMBERS[7]: named("Upphävt AB") | here
        | {"pagandeAvvecklingsEllerOmstruktureringsforfarande": "KKUHAVD-AVSLAVOMFO$2026-01-15"},
    }  # fmt: skip
    scb: Rows = {
        PARTY: {"Ng1": "41200"}, NUMBERS[1]: {"Ng1": "41200"}, NUMBERS[2]: {"Ng1": "41209"},
        NUMBERS[3]: {"Ng1": "56110"},
    }  # fmt: skip
    load(database, tmp_path, rows, scb=(scb,))
    document, mapped = ask(database, register.NEIGHBOURS)
    assert neighbours(database) == {NUMBERS[1], NUMBERS[2]}
    assert mapped.missing == ()
    told = json.loads(document.content)["neighbours"]
    assert [(each["number"], each["same_address"]) for each in told] == [(NUMBERS[1], True), (NUMBERS[2], False)]
    proceeding = next(fact for fact in mapped.facts if fact.predicate is Predicate.PROCEEDING)
    assert proceeding.value["date"] == "2026-01-15"
    assert proceeding.place.startswith("/neighbours/0/bolagsverket, row 3, column pagande")
    assert {fact.document for fact in mapped.facts} == {document.reference().sha256}


def test_a_neighbour_that_scb_has_purged_is_compared_by_its_last_industry(database: Database, tmp_path: Path) -> None:
    here = {"postadress": "Storgatan 1$$ORT$11122$SE-LAND"}
    rows: Rows = {PARTY: here | {"registreringsdatum": "2026-02-01"}, NUMBERS[1]: here | BANKRUPT}
    load(database, tmp_path, rows, scb=({PARTY: {}, NUMBERS[1]: {"Ng1": "56110"}}, {PARTY: {}}))
    assert neighbours(database) == set()


def test_more_neighbours_than_told_are_reported(database: Database, tmp_path: Path) -> None:
    here = {"postadress": "Storgatan 1$$ORT$11122$SE-LAND"}
    rows: Rows = {PARTY: here | {"registreringsdatum": "2026-02-01"}}
    rows |= dict.fromkeys(NUMBERS[1 : register.NEIGHBOUR_LIMIT + 10], here | BANKRUPT)
    load(database, tmp_path, rows)
    mapped = ask(database, register.NEIGHBOURS)[1]
    assert len(neighbours(database)) == register.NEIGHBOUR_LIMIT
    assert ("truncated", (Predicate.PROCEEDING, Predicate.DEREGISTRATION)) in [
        (part.reason, part.predicates) for part in mapped.missing
    ]


def test_without_a_registration_date_there_is_no_window(database: Database, tmp_path: Path) -> None:
    load(database, tmp_path, {PARTY: {"registreringsdatum": ""}})
    assert "no_registration_date" in [part.reason for part in ask(database, register.NEIGHBOURS)[1].missing]
