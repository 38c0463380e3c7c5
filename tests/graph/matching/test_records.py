from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.matching.records import Column, read_date, read_records, recognise
from graph.model import ListedSchema


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("rec_id", Column.KEY),
        ("RECORD_ID", Column.KEY),
        ("given_name", Column.GIVEN),
        ("Efternamn", Column.SURNAME),
        ("PRIMARY_NAME_FULL", Column.NAME),
        ("PRIMARY_NAME_ORG", Column.ORGANISATION),
        ("Leverantör", Column.ORGANISATION),
        ("date_of_birth", Column.BIRTH_DATE),
        ("Födelsedatum", Column.BIRTH_DATE),
        ("soc_sec_id", Column.IDENTIFIER),
        ("Organisationsnummer", Column.IDENTIFIER),
        ("address_1", Column.ADDRESS),
        ("ADDR_TYPE", Column.IGNORED),
        ("Postnummer", Column.POSTAL_CODE),
        ("EMPLOYER_NAME", Column.IGNORED),
        ("cluster", Column.IGNORED),
        ("REGISTRATION_DATE", Column.IGNORED),
        ("ADDR_FROM_DATE", Column.IGNORED),
        ("WEBSITE_ADDRESS", Column.IGNORED),
        ("PASSPORT_COUNTRY", Column.IGNORED),
    ],
)
def test_columns_are_recognised_by_the_words_in_their_names(column: str, kind: Column) -> None:
    assert recognise(column) is kind


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("19780412", "19780412"),
        ("1978-04-12", "19780412"),
        ("4/12/1978", "19780412"),
        ("20/8/1991", "19910820"),
        ("4/12/78", "19780412"),
        ("15-Mar-92", "19920315"),
        ("Mar 1 1970", "19700301"),
        ("8/2/06", "20060802"),
        ("", ""),
        ("okänt", ""),
    ],
)
def test_dates_however_written(text: str, date: str) -> None:
    assert read_date(text) == date


def test_a_row_of_a_ledger() -> None:
    (record,) = read_records(
        [{"Leverantör": "Exempelbygg AB", "Gatuadress": "Storgatan 1", "Postnr": "111 22", "Telefon": "08-123 45 67"}]
    )
    assert record.key == "1"
    assert record.schema is ListedSchema.ORGANISATION
    assert record.name == "Exempelbygg AB"
    assert record.houses[0] == "1"
    assert record.phones == ("1234567",)


def test_suffixes_tell_generations_apart() -> None:
    father, son = read_records(
        [
            {"first": "Robert", "last": "Testsson Senior"},
            {"first": "Robert", "last": "Testsson Jr"},
        ]
    )
    assert (father.generation, son.generation) == ("sr", "jr")


def test_every_name_of_a_row_is_a_name_of_its_own() -> None:
    company, person, alias = read_records(
        [
            {
                "PRIMARY_NAME_ORG": "Exempelbygg AB",
                "SECONDARY_NAME_ORG": "Provbolaget",
                "CONTACT_NAME_LAST": "Mallgren",
            },
            {"PRIMARY_NAME_FIRST": "Anna", "PRIMARY_NAME_LAST": "Testsson", "MAIDEN_NAME_LAST": "Provberg"},
            {"NAME_FULL": "Anna Testsson", "NAME_FULL_2": "Ann Provberg", "NAME_TYPE": "PRIMARY"},
        ]
    )
    assert (company.name, company.other_names) == ("Exempelbygg AB", ("Provbolaget",))
    assert (person.name, person.other_names) == ("Anna Testsson", ("Provberg",))
    assert (alias.name, alias.other_names) == ("Anna Testsson", ("Ann Provberg",))


def test_repeated_numbers_are_of_one_kind() -> None:
    (record,) = read_records([{"PASSPORT_NUMBER": "PX1234567", "PASSPORT_NUMBER_2": "PX7654321"}])
    assert record.identifiers == (("passport_number", "PX1234567"), ("passport_number", "PX7654321"))


@given(st.dictionaries(st.text(max_size=20), st.one_of(st.none(), st.text(max_size=60), st.integers()), max_size=8))
def test_no_row_is_an_error(row: dict[str, object]) -> None:
    assert len(read_records([row])) == 1


@given(st.text(max_size=40))
def test_no_date_is_an_error(text: str) -> None:
    assert read_date(text).isdigit() or not read_date(text)
