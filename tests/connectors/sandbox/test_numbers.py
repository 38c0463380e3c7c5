"""Every number that the sandbox makes is valid and belongs to nobody."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sandbox import numbers
from connectors.sandbox.ordinary import Ordinary
from graph.identity import organisationsnummer, personnummer

AS_OF = date(2026, 11, 22)


@given(st.integers(0, numbers.MAXIMUM - 1), st.integers(0, 10_000))
def test_ordinary_numbers_are_valid_and_lead_back(index: int, seed: int) -> None:
    number = numbers.complete(numbers.ordinary_base(index, seed))

    assert organisationsnummer.validate(number) == number
    assert number[:3] in {"558", "557", "555", "554"}
    assert numbers.ordinary_index(number, seed) == index


@given(st.integers(0, 10**9))
def test_check_digit_agrees_with_the_products_own(base: int) -> None:
    number = f"558{base % 10**6:06d}{base % 10}"

    assert numbers.check_digit_ok(number) == organisationsnummer.is_valid(number)


@given(st.integers(0, numbers.OFFICER_POOL - 1))
def test_persons_have_test_numbers_only(index: int) -> None:
    number = numbers.pool_personnummer(index, numbers.OFFICERS_FROM, numbers.OFFICER_BLOCKS)

    assert personnummer.validate(number) == number
    assert 980 <= int(number[8:11]) <= 999
    assert numbers.pool_index(number, numbers.OFFICERS_FROM, numbers.OFFICER_BLOCKS) == index


@given(st.integers(0, 10**6 - 1), st.booleans())
def test_a_number_of_another_pool_is_not_found(index: int, sole_trader: bool) -> None:
    first, blocks = (
        (numbers.SOLE_TRADERS_FROM, numbers.SOLE_TRADER_BLOCKS)
        if sole_trader
        else (numbers.PLANTED_FROM, numbers.PLANTED_BLOCKS)
    )
    number = numbers.pool_personnummer(index, first, blocks)

    assert numbers.pool_index(number, numbers.OFFICERS_FROM, numbers.OFFICER_BLOCKS) is None


def test_a_real_looking_birth_number_is_refused() -> None:
    with pytest.raises(ValueError, match="980"):
        numbers.personnummer(date(1980, 1, 1), 979)


def test_planted_numbers_are_distinct() -> None:
    made = [numbers.planted_number(position) for position in range(numbers.PLANTED_COUNT)]

    assert len(set(made)) == numbers.PLANTED_COUNT
    assert all(number.startswith("558") for number in made)


@pytest.mark.parametrize("start", [0, 989_000, 1_989_500, 2_999_000])
def test_the_vectorised_numbers_are_the_same(start: int) -> None:
    ordinary = Ordinary(seed=3, count=3_000_000, as_of=AS_OF, moment=AS_OF)
    columns = ordinary.columns(start, start + 2_000)

    assert len(set(zip(columns.number, columns.sequence, strict=True))) == len(columns.number)
    for index, number in zip(columns.index, columns.number, strict=True):
        if len(number) == 10:
            assert number == numbers.complete(numbers.ordinary_base(index, 3))
        else:
            assert personnummer.is_valid(number)


def test_small_registers_stay_in_series_558() -> None:
    ordinary = Ordinary(seed=3, count=200_000, as_of=AS_OF, moment=AS_OF)

    assert all(number.startswith("558") for number in ordinary.columns(199_000, 200_000).number if len(number) == 10)
