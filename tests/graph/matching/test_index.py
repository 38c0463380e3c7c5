"""Screening against lists: who is found, who is not, in which order, and with which reasons."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.matching import ListIndex, ScreeningQuery, Strength, hit_value
from graph.matching.evidence import Birth, compare_births
from graph.model import EntityKey, ListedName, ListedSchema, ListEntry

PERSON, ORGANISATION, VESSEL = ListedSchema.PERSON, ListedSchema.ORGANISATION, ListedSchema.VESSEL


def _entry(number: int, schema: ListedSchema, *names: str | ListedName, **more: object) -> ListEntry:
    listed = tuple(name if isinstance(name, ListedName) else ListedName(name) for name in names)
    return ListEntry("test_list", f"T{number}", schema, listed, **more)  # type: ignore[arg-type]


ENTRIES = [
    _entry(1, PERSON, "Borislav EXEMPELOV", "Борислав Экземпелов", birth_dates=("1961-04-17",), countries=("ru",)),
    _entry(2, PERSON, "Borislav EXEMPELOV", birth_dates=("1984-09-02",), countries=("bg",)),
    _entry(3, PERSON, "AL-PROVI, Mohammad Hasni", ListedName("Abu Prov", "alias", weak=True), birth_dates=("1970",)),
    _entry(4, PERSON, "TESTSSON, Anna Maria", birth_dates=("1958/1962",)),
    _entry(
        5, ORGANISATION, "EXEMPLOEXPORT OOO", "Exemploexport LLC",
        countries=("ru",), identifiers=(("Tax ID", "7701-000 123"),),
    ),
    _entry(
        6, ORGANISATION, "Provhandel Fiktiv AB",
        countries=("se",), swedish_numbers=("5580000007",), addresses=("Storgatan 12, 111 22 Stockholm",),
    ),
    _entry(7, VESSEL, "SNOW EXAMPLE 2"),
    _entry(8, ORGANISATION, "AB"),
    _entry(9, ORGANISATION, "Fondbolaget Testus II Ltd"),
]  # fmt: skip
INDEX = ListIndex.build(ENTRIES)


def _person(*names: str, **more: object) -> ScreeningQuery:
    return ScreeningQuery(EntityKey("PERSON:1"), PERSON, names, **more)  # type: ignore[arg-type]


def _organisation(*names: str, **more: object) -> ScreeningQuery:
    return ScreeningQuery(EntityKey("SE:ORG:5580000015"), ORGANISATION, names, **more)  # type: ignore[arg-type]


def _found(query: ScreeningQuery) -> list[str]:
    return [hit.entry.entry for hit in INDEX.screen(query)]


@pytest.mark.parametrize(
    "name",
    [
        "Borislav Exempelov",
        "EXEMPELOV, Borislav",
        "Exempelov Borislav",
        "Borislav Exempelow",
        "Borislaw Exempelov",
        "Boris1av Exempelov",
        "Borisalv Exempelov",
        "Борислав Экземпелов",
        "BorislavExempelov",
        "Borislav Petrovich Exempelov",
        "Mr. Borislav Exempelov",
    ],
)
def test_an_altered_name_is_found(name: str) -> None:
    assert "T1" in _found(_person(name))


@pytest.mark.parametrize(
    "name",
    ["Boris Exempelsson", "Borislav Andersson", "Exempelov", "Anna Andersson", "Mohammad Andersson", ""],
)
def test_another_name_is_not_found(name: str) -> None:
    assert _found(_person(name)) == []


def test_namesakes_are_ordered_by_what_corroborates_them() -> None:
    hits = INDEX.screen(_person("Borislav Exempelov", birth_date="1984-09-02"))
    assert [hit.entry.entry for hit in hits] == ["T2", "T1"]
    assert hits[0].corroboration == ("birth_date",)
    assert hits[0].strength is Strength.STRONG
    assert hits[1].contradictions == ("birth_date",)
    assert hits[1].strength is Strength.WEAK


def test_corroboration_outranks_a_better_name() -> None:
    hits = INDEX.screen(_person("Borislav Exempelov", "Borislav Exempelow", birth_date="1961-04-17", countries=("RU",)))
    assert hits[0].entry.entry == "T1"
    assert hits[0].corroboration == ("birth_date", "country")


def test_a_persons_name_alone_is_never_more_than_weak() -> None:
    (hit,) = [hit for hit in INDEX.screen(_person("Anna Maria Testsson")) if hit.entry.entry == "T4"]
    assert hit.score == 1.0
    assert hit.strength is Strength.WEAK
    assert "birth_date" in hit.missing


def test_a_birth_date_one_figure_off_is_no_other_person() -> None:
    hits = INDEX.screen(_person("Borislav Exempelov", birth_date="1961-04-11"))
    near = next(hit for hit in hits if hit.entry.entry == "T1")
    assert near.contradictions == ()
    assert near.corroboration == ()
    assert "fel" in near.explanation.sv


def test_a_distorted_name_is_found_when_the_birth_date_agrees() -> None:
    assert "T1" not in _found(_person("Borisl Exemplv"))
    assert "T1" in _found(_person("Borisl Exemplv", birth_date="1961-04-17"))


def test_another_birth_date_asks_for_nearly_the_same_name() -> None:
    assert "T1" in _found(_person("Borislav Exempelov", birth_date="1999-12-31"))
    assert "T1" not in _found(_person("Borislav Petrovich Exempelow", birth_date="1999-12-31"))


@pytest.mark.parametrize(
    ("queried", "listed", "expected"),
    [
        ("1961-04-17", "1961-04-17", Birth.SAME),
        ("1961-04-17", "1961", Birth.SAME_YEAR),
        ("1961-04-17", "1961-04", Birth.SAME_YEAR),
        ("1961", "1961", Birth.SAME_YEAR),
        ("1961-04-17", "1958/1962", Birth.SAME_YEAR),
        ("1961-04-17", "1963/1970", Birth.OTHER),
        ("1961-04-07", "1961-07-04", Birth.NEAR),
        ("1961-04-17", "1961-04-18", Birth.NEAR),
        ("1961-04-17", "1971-04-17", Birth.NEAR),
        ("1961-04-17", "1962", Birth.NEAR),
        ("1961-04-17", "1916-04-17", Birth.NEAR),
        ("1961-04-17", "1961-11-30", Birth.OTHER),
        ("1961-04-17", "1975", Birth.OTHER),
        ("", "1975", Birth.UNKNOWN),
        ("okänt", "1975", Birth.UNKNOWN),
    ],
)
def test_birth_dates_are_compared_with_mercy_for_slips(queried: str, listed: str, expected: Birth) -> None:
    assert compare_births(queried, listed) is expected


def test_a_weak_alias_needs_the_same_name_or_something_more() -> None:
    assert "T3" in _found(_person("Abu Prov"))
    assert "T3" not in _found(_person("Abu Provx"))
    hit = INDEX.screen(_person("Abu Prov"))[0]
    assert hit.matched_name.weak
    assert "svagt" in hit.explanation.sv


@pytest.mark.parametrize(
    "name", ["EXEMPLOEXPORT", "Exemploexport Limited", "ООО Экземплоэкспорт", "Exemplo Export LLC", "Exemplooexport"]
)
def test_an_altered_organisation_is_found(name: str) -> None:
    assert "T5" in _found(_organisation(name))


def test_kinds_are_kept_apart() -> None:
    assert _found(_person("Exemploexport")) == []
    assert _found(_organisation("Borislav Exempelov")) == []
    assert _found(ScreeningQuery(EntityKey("X"), VESSEL, ("M/V Snow Example 2",))) == ["T7"]


def test_another_number_is_another_holder() -> None:
    assert _found(_organisation("Fondbolaget Testus 2 Limited")) == ["T9"]
    assert _found(_organisation("Fondbolaget Testus III Limited")) == []


def test_an_organisation_number_finds_the_entry_under_any_name() -> None:
    (hit,) = INDEX.screen(_organisation("Heter Nu Något Annat AB", organisation_number="5580000007", countries=("de",)))
    assert hit.entry.entry == "T6"
    assert hit.corroboration == ("identifier",)
    assert hit.contradictions == ()
    assert hit.strength is Strength.STRONG
    assert hit.score == 0.0


def test_a_published_number_agrees_however_it_is_punctuated() -> None:
    hits = INDEX.screen(_organisation("Exemploexport", organisation_number="7701000123"))
    assert hits[0].corroboration[0] == "identifier"


def test_another_swedish_number_contradicts() -> None:
    (hit,) = INDEX.screen(_organisation("Provhandel Fiktiv AB", organisation_number="5580000015"))
    assert hit.contradictions == ("identifier",)
    assert hit.strength is Strength.WEAK


def test_an_address_corroborates() -> None:
    (hit,) = INDEX.screen(_organisation("Provhandel Fiktiv AB", addresses=("Storgatan 12 11122 Stockholm",)))
    assert "address" in hit.corroboration
    (other,) = INDEX.screen(_organisation("Provhandel Fiktiv AB", addresses=("Storgatan 14 11122 Stockholm",)))
    assert "address" not in other.corroboration


@pytest.mark.parametrize(
    "name", ["", " ", "A", "😀", "AB", "Company Ltd", "The Company", "1", "\u0000", "x" * 100_000, "AB (publ)"]
)
@pytest.mark.parametrize("schema", list(ListedSchema))
def test_a_name_that_tells_nothing_hits_nothing(name: str, schema: ListedSchema) -> None:
    assert INDEX.screen(ScreeningQuery(EntityKey("X"), schema, (name,))) == []


def test_no_entries_and_no_names_are_answered_with_no_hits() -> None:
    assert ListIndex.build([]).screen(_person("Anna Andersson")) == []
    assert INDEX.screen(_person()) == []


def test_the_same_question_has_the_same_answer_after_pickling_and_in_any_order_of_entries() -> None:
    query = _person("Borislav Exempelov", birth_date="1961-04-17")
    expected = [hit_value(hit, "v1") for hit in INDEX.screen(query)]
    assert [hit_value(hit, "v1") for hit in pickle.loads(pickle.dumps(INDEX)).screen(query)] == expected
    assert [hit_value(hit, "v1") for hit in ListIndex.build(reversed(ENTRIES)).screen(query)] == expected


def test_the_value_of_a_hit_says_what_it_rests_on() -> None:
    value = hit_value(INDEX.screen(_person("Borislav Exempelow", birth_date="1961-04-17"))[0], "sha")
    assert value["list"] == "test_list"
    assert value["list_version"] == "sha"
    assert value["entry"] == "T1"
    assert value["query_name"] == "Borislav Exempelow"
    assert 0.9 < value["score"] < 1.0
    assert value["corroboration"] == ["birth_date"]
    assert "födelsedatum" in value["explanation_sv"]
    assert "date of birth" in value["explanation_en"]


def test_a_name_only_explanation_says_so() -> None:
    hit = INDEX.screen(_person("Anna Maria Testsson"))[0]
    assert "enbart på namnet" in hit.explanation.sv
    assert "name alone" in hit.explanation.en


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.sampled_from(list(ListedSchema)), st.text(max_size=12))
def test_any_question_is_survived(name: str, schema: ListedSchema, birth_date: str) -> None:
    query = ScreeningQuery(EntityKey("X"), schema, (name,), birth_date=birth_date, addresses=(name,))
    for hit in INDEX.screen(query):
        assert 0.0 < hit.score <= 1.0
