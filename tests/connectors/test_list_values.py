"""Dates, countries, delimited text and Swedish numbers as the lists publish them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import RejectedRow
from connectors.list_values import (
    ListedRow,
    birth_dates,
    country_codes,
    entry_of,
    records,
    swedish_numbers,
    without_personal_numbers,
)
from connectors.messages import message
from graph.model import ListedName, ListedSchema

_FORM = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?|\d{4}/\d{4}")


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("1965-12-12", ("1965-12-12",)),
        ("17.3.1964", ("1964-03-17",)),
        ("04/07/1958", ("1958-07-04",)),
        ("DOB 12 Mar 1965", ("1965-03-12",)),
        ("Nov. 1973 ", ("1973-11",)),
        ("1961", ("1961",)),
        ("circa 1958", ("1957/1959",)),
        ("1960 to 1965", ("1960/1965",)),
        ("01 Jan 1961 to 31 Dec 1961", ("1961",)),
        ("between 2.3.1960 and 4.12.1963", ("1960/1963",)),
        ("1953 or August 1954", ("1953", "1954-08")),
        ("1341 (Iranian Hijri calendar), 1962 (Gregorian calendar)", ("1962",)),
        ("1975-02-31", ("1975-02",)),
        ("18.1.1970 or 29.3.1965", ("1970-01-18", "1965-03-29")),
        ("Qom, Iran", ()),
        ("", ()),
    ],
)
def test_birth_dates_in_the_forms_lists_publish(published: str, expected: tuple[str, ...]) -> None:
    assert birth_dates(published) == expected


@given(st.text(max_size=60) | st.from_regex(r"[0-9./ -]{0,30}", fullmatch=True))
def test_birth_dates_never_fails_and_keeps_its_form(text: str) -> None:
    assert all(_FORM.fullmatch(found) for found in birth_dates(text))


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("SE", ("se",)),
        ("Iran (Islamic Republic of)", ("ir",)),
        ("Ukrainian, Russian (a note about passports)", ("ua", "ru")),
        ("Syrian/Iranian", ("sy", "ir")),
        ("South Sudanese", ("ss",)),
        ("00", ()),
        ("UNKNOWN", ()),
        ("", ()),
    ],
)
def test_countries(published: str, expected: tuple[str, ...]) -> None:
    assert country_codes(published) == expected


def test_a_quoted_field_may_span_lines() -> None:
    found = list(records('a,b\n"two\nlines",f\ng,h\n', ","))

    assert found == [
        (1, ["a", "b"]),
        (2, ["two\nlines", "f"]),
        (4, ["g", "h"]),
    ]


def test_an_unclosed_quotation_mark_is_reported_with_its_line() -> None:
    found = list(records('a,b\nc,"d\ne,f\n', ","))

    assert found == [(1, ["a", "b"]), RejectedRow("row 2", message("row.open_quote")), (3, ["e", "f"])]


@given(st.text(max_size=300))
def test_records_never_fails(text: str) -> None:
    list(records(text, ";"))


def test_swedish_organisation_numbers_are_found_and_personal_numbers_are_not() -> None:
    text = (
        "Registration ID 558000-0015 (Sweden); Identification Number 750105-9815 (Sweden); Passport 5580000023 (Iran)"
    )

    assert swedish_numbers(text) == ("5580000015",)


def test_swedish_personal_numbers_are_masked_and_foreign_numbers_kept() -> None:
    text = "Identification Number 750105-9815 (Sweden); National ID No. 7501059815 (Iran); 19800101-9804"

    masked = without_personal_numbers(text)

    assert masked == "Identification Number 750105-**** (Sweden); National ID No. 7501059815 (Iran); 19800101-****"


def test_an_entry_never_repeats_a_personal_number() -> None:
    row = ListedRow(
        key="1",
        schema=ListedSchema.PERSON,
        names=(ListedName("Testa Exempelsson"),),
        identifiers=(("Identification Number", "750105-9815", "Sweden"), ("Registration ID", "558000-0015", "Sweden")),
        remarks="Identification Number 750105-9815 (Sweden)",
    )

    entry = entry_of(row, "ofac_sdn")

    assert "9815" not in repr(entry)
    assert entry.swedish_numbers == ("5580000015",)
