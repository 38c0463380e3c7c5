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


def test_former_names_are_told_of_an_organisation(database: Database, tmp_path: Path) -> None:
    for week, name in enumerate(("Exempelbygg i Granby AB", "Nyprov Holding AB")):
        load_bolagsverket(database, bolagsverket_file(tmp_path, {FIRST: named(name), SECOND: named("Annat AB")}, week))
    first, second = search(database, SearchQuery(number=FIRST), SearchQuery(number=SECOND))
    assert (first[0].names, first[0].former_names) == (["Nyprov Holding AB"], ["Exempelbygg i Granby AB"])
    assert second[0].former_names == []
    assert found(database, name="Exempelbygg i Granby AB") == []


def test_namesakes_do_not_hide_the_one_whose_number_was_mistyped(database: Database, tmp_path: Path) -> None:
    rows = {number: named("Granby Bygg AB") for number in NUMBERS}
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    last = NUMBERS[-1]
    assert last not in found(database, name="Granby Bygg AB")
    (candidates,) = search(database, SearchQuery(name="Granby Bygg AB", near_numbers=(int(last),)))
    assert last in {candidate.number for candidate in candidates}


def test_a_misspelt_name_is_looked_for_whether_long_or_short(database: Database, tmp_path: Path) -> None:
    names = ("Plåtmo AB", "Exempelbygg i Granby AB", "Mallgrens Fastighetsförvaltning i Norra Granby AB")
    rows = {number: named(name) for number, name in zip(NUMBERS, names, strict=False)}
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    assert found(database, name="Plåttmo") == [FIRST]
    assert found(database, name="Exempelbyg i Garnby") == [SECOND]
    assert found(database, name="Malgrens Fastighetsförvalting i Norra Granby") == [THIRD]


def test_a_name_is_looked_for_when_its_number_bears_another(database: Database, tmp_path: Path) -> None:
    rows = {FIRST: named("Exempelbygg i Granby AB"), SECOND: named("Mallgrens Städ AB")}
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    (candidates,) = search(database, SearchQuery(name="Exempelbyg i Granby", number=SECOND))
    assert {candidate.number for candidate in candidates} == {FIRST, SECOND}


def test_suggestions_begin_as_what_is_written(database: Database, tmp_path: Path) -> None:
    rows = {FIRST: named("Granby Bygg och Plåt AB"), SECOND: named("Granby AB"), THIRD: named("Stora Granby AB")}
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    register_search.refresh(database)
    with database.system() as session:
        numbers_of = [item.number for item in register_search.beginning(session, "granb", limit=10)]
        assert numbers_of == [SECOND, FIRST]
        assert [item.number for item in register_search.beginning(session, "granb", limit=1, skip=1)] == [FIRST]
        for nothing in ("", "gr", "%%%%", "AB", "\0"):
            assert register_search.beginning(session, nothing, limit=10) == []


def test_the_names_are_behind_after_a_load_until_they_are_refreshed(database: Database, tmp_path: Path) -> None:
    def current() -> bool:
        with database.system() as session:
            return register_search.is_current(session)

    assert current()
    for week, name in enumerate(("Ett AB", "Två AB")):
        load_bolagsverket(database, bolagsverket_file(tmp_path, {FIRST: named(name)}, week))
        assert not current()
        register_search.refresh(database)
        assert current()
        assert found(database, name=name) == [FIRST]


def test_a_key_is_the_words_that_do_not_say_the_legal_form(database: Database) -> None:
    expected = {
        "Åkeri Väst i Örebro AB (publ)": "AKERI VAST OREBRO",
        "Handelsbolaget Exempel & Prov": "EXEMPEL PROV",
        "AB Café-Prov AB": "CAFE PROV",
        "Mallgrens ekonomisk förening$NAMN-ORGNAM$2020-01-02": "MALLGRENS",
        "  x   y ": "X Y",
        "Fabriken AB i likvidation": "FABRIKEN",
        "AB": "",
        "*-*": "",
        "": "",
    }
    with database.system() as session:
        for name, key in expected.items():
            assert session.execute(text("SELECT register_search_key(:name)"), {"name": name}).scalar_one() == key, name
