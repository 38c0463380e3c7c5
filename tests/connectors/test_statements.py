"""No personnummer gets into a fact by any text, and no organisation number is mistaken for one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.statements import birth_date_of, iso_date, tidy, without_person_numbers


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("tecknas av 19800101-9804 Eva", "tecknas av 19800101-**** Eva"),
        ("198001019804", "19800101-****"),
        ("800101-9804, 800161+9801", "800101-****, 800161-****"),
        ("Firma 8001019804", "Firma 800101-****"),
        ("556000-4615 och 5560004615 och 165560004615", "556000-4615 och 5560004615 och 165560004615"),
        ("2026-01-01", "2026-01-01"),
        ("Box 123, 123 45 GRANBY", "Box 123, 123 45 GRANBY"),
    ],
)
def test_only_person_numbers_are_masked(text, clean):
    assert without_person_numbers(text) == clean


@given(
    st.dates(date(1900, 1, 1), date(2029, 12, 31)),
    st.integers(0, 9999),
    st.sampled_from(["", "-", "+", " "]),
    st.text(),
)
def test_any_person_number_in_any_text_is_masked(born, last, separator, around):
    number = f"{born:%Y%m%d}{separator}{last:04}"
    assert number not in without_person_numbers(f"{around.rstrip('0123456789')} {number} {around}")


@pytest.mark.parametrize(
    ("text", "clean"), [(" a \n  b ", "a b"), ("n/a", None), ("", None), (None, None), ("\x00", None)]
)
def test_tidy(text, clean):
    assert tidy(text) == clean


def test_dates_are_the_first_ten_characters_or_an_error():
    assert iso_date("2026-01-02T00:00:00.000+00:00") == date(2026, 1, 2)
    assert iso_date("null") is iso_date("") is iso_date(None) is None
    with pytest.raises(ValueError, match="does not match"):
        iso_date("20260102")


@pytest.mark.parametrize(
    ("number", "born"),
    [("198001019804", "1980-01-01"), ("198001619801", "1980-01-01"), ("198002300000", None), ("302123456789", None)],
)
def test_birth_date(number, born):
    assert birth_date_of(number) == born
