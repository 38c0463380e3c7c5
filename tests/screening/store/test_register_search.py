"""Candidates from the mirrored register, for many questions at once, and the table of names they are found by."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import text

from screening.store import register_search
from screening.store.database import Database
from screening.store.register_load import load_bolagsverket, load_scb
from screening.store.register_search import Candidate, SearchQuery

sys.path.insert(0, str(Path(__file__).parent))
from bulk_files import bolagsverket_file, numbers, scb_file

NUMBERS = numbers(50)
FIRST, SECOND, THIRD = NUMBERS[:3]
ENTRY = "{}$FORETAGSNAMN-ORGNAM$2020-01-02"


def search(database: Database, *queries: SearchQuery) -> list[list[Candidate]]:
    register_search.refresh(database)
    with database.system() as session:
        return register_search.candidates(session, queries)


def found(database: Database, **query: str) -> list[str]:
    return [candidate.number for candidate in search(database, SearchQuery(**query))[0]]


def named(name: str, **columns: str) -> dict[str, str]:
    return {"organisationsnamn": ENTRY.format(name), **columns}


def test_by_name_however_it_is_written(database: Database, tmp_path: Path) -> None:
    rows = {FIRST: named("Åkeri Väst i Granby HB"), SECOND: named("Mallgrens Städ AB"), THIRD: named("Övrigt AB")}
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    for name in ("Åkeri Väst i Granby Handelsbolag", "AKERI VAST I GRANBY", "Åkeri Vest i Granby"):
        assert FIRST in found(database, name=name)
    assert THIRD not in found(database, name="Åkeri Väst i Granby")
    assert found(database, name="AB") == []
    assert found(database, name="") == []


def test_every_name_of_an_organisation_finds_it(database: Database, tmp_path: Path) -> None:
    names = "|".join((ENTRY.format("Provbolaget Ett AB"), "Granby Lampservice$SARS_FORNAMN-ORGNAM$2021-01-01$Lampor"))
    load_bolagsverket(database, bolagsverket_file(tmp_path, {FIRST: {"organisationsnamn": names}}))
    load_scb(database, scb_file(tmp_path, {FIRST: {"Foretagsnamn": "Mallbutiken i Granby"}}))
    for name in ("Provbolaget Ett", "Granby Lampservice", "Mallbutiken i Granby"):
        assert found(database, name=name) == [FIRST]


def test_by_number_and_by_address(database: Database, tmp_path: Path) -> None:
    rows = {FIRST: named("Ett AB", postadress="Provgatan 4$$GRANBY$11122$SE-LAND"), SECOND: named("Två AB")}
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    assert found(database, number=SECOND) == [SECOND]
    assert found(database, name="Något annat", street="PROVGATAN 4", postal_code="111 22", city="Granby") == [FIRST]
    (candidate,) = search(database, SearchQuery(number=FIRST))[0]
    assert candidate.names == ["Ett AB"]
    assert candidate.addresses == [("Provgatan 4", "11122", "GRANBY")]
    assert candidate.legal_form == "AB"


def test_answers_come_in_the_order_of_the_questions(database: Database, tmp_path: Path) -> None:
    rows = {number: named(f"Bolaget {number} i Granby AB") for number in NUMBERS}
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    answers = search(database, *(SearchQuery(number=number) for number in reversed(NUMBERS)), SearchQuery())
    assert [[candidate.number for candidate in answer] for answer in answers] == [
        *([number] for number in reversed(NUMBERS)),
        [],
    ]


def test_a_refresh_follows_the_register(database: Database, tmp_path: Path) -> None:
    load_bolagsverket(database, bolagsverket_file(tmp_path, {FIRST: named("Gammalt Namn AB"), SECOND: {}, THIRD: {}}))
    assert register_search.refresh(database) == 3
    assert register_search.refresh(database) == 0
    load_bolagsverket(database, bolagsverket_file(tmp_path, {FIRST: named("Nytt Firmanamn AB"), THIRD: {}}, week=1))
    assert register_search.refresh(database) == 1
    assert found(database, name="Gammalt Namn") == []
    assert found(database, name="Nytt Firmanamn") == [FIRST]
    assert found(database, number=SECOND) == []
    load_bolagsverket(database, bolagsverket_file(tmp_path, {FIRST: {}, SECOND: {}, THIRD: {}}, week=2))
    assert found(database, number=SECOND) == [SECOND]
    with database.system() as session:
        assert session.execute(text("SELECT count(*) FROM register_name")).scalar_one() == 3


def test_hostile_text_is_only_text(database: Database, tmp_path: Path) -> None:
    load_bolagsverket(database, bolagsverket_file(tmp_path, {FIRST: {}}))
    for name in ("'; DROP TABLE register_name; --", "a\0b", "%" * 500, "😀", "x" * 100_000):
        assert found(database, name=name, street=name, city=name) == []
