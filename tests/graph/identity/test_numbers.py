"""Swedish identity numbers, LEI and VAT: own vectors, and the properties that hold for every number."""

from __future__ import annotations

import doctest
import importlib
from datetime import date
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.identity import gd_nummer, lei, organisationsnummer, personnummer, samordningsnummer, vat
from graph.identity.digits import luhn_check_digit, luhn_is_valid
from graph.identity.errors import (
    InvalidCheckDigit,
    InvalidComponent,
    InvalidFormat,
    InvalidIdentifier,
    InvalidLength,
    PersonalNumberGiven,
)
from graph.identity.recognise import NumberKind, recognise

TODAY = date(2026, 11, 22)
MODULES = [gd_nummer, lei, organisationsnummer, personnummer, samordningsnummer, vat]


@pytest.mark.parametrize(
    "name",
    ["digits", "gd_nummer", "lei", "organisationsnummer", "personnummer", "recognise", "samordningsnummer", "vat"],
)
def test_the_examples_that_open_each_module_hold(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"graph.identity.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0


# --- numbers made for tests

organisation_numbers = (
    st.integers(0, 999_999).map(lambda serial: f"558{serial:06d}").map(lambda nine: nine + luhn_check_digit(nine))
)
births = st.dates(date(1890, 1, 1), TODAY)
test_birth_numbers = st.integers(980, 999)


def _personal(born: date, birth_number: int, offset: int) -> str:
    nine = f"{born:%y%m}{born.day + offset:02d}{birth_number:03d}"
    return f"{born.year // 100:02d}{nine}{luhn_check_digit(nine)}"


personal_numbers = st.builds(_personal, births, test_birth_numbers, st.just(0))
coordination_numbers = st.builds(_personal, births, test_birth_numbers, st.just(60))


# --- Luhn


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 9), st.integers(1, 9))
def test_luhn_sees_every_single_changed_digit(nine: str, position: int, shift: int) -> None:
    number = nine + luhn_check_digit(nine)
    wrong = number[:position] + str((int(number[position]) + shift) % 10) + number[position + 1 :]
    assert luhn_is_valid(number)
    assert not luhn_is_valid(wrong)


# --- organisationsnummer


@given(organisation_numbers)
def test_an_organisation_number_is_the_same_however_written(number: str) -> None:
    for written in (
        number,
        f"16{number}",
        f"{number[:6]}-{number[6:]}",
        f"16{number[:6]}-{number[6:]}",
        f" {number[:6]} {number[6:]} ",
        f"{number[:6]}–{number[6:]}",
    ):
        assert organisationsnummer.validate(written) == number
    assert organisationsnummer.compact(organisationsnummer.format(number)) == number


@given(personal_numbers | coordination_numbers)
def test_a_personal_number_is_named_when_an_organisation_number_is_asked(number: str) -> None:
    for written in (
        number,
        number[2:],
        f"{number[2:8]}-{number[8:]}",
        f"{number[2:8]}+{number[8:]}",
        f"16{number[2:]}",
    ):
        with pytest.raises(PersonalNumberGiven):
            organisationsnummer.validate(written)


def test_a_mistyped_personal_number_is_still_named_as_one() -> None:
    with pytest.raises(PersonalNumberGiven):
        organisationsnummer.validate("900101-9803")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", InvalidFormat),
        ("558000-000", InvalidLength),
        ("558000-0006", InvalidCheckDigit),
        ("55800-00007", InvalidFormat),
        ("SE558000000701", InvalidFormat),
        ("558000000701", InvalidComponent),
        ("000000-0000", InvalidComponent),
        ("551380-0005", InvalidComponent),
        ("５５８０００００07", InvalidFormat),
        ("5580000007" * 10_000, InvalidLength),
    ],
)
def test_an_unfit_organisation_number_is_refused_with_its_reason(text: str, error: type[InvalidIdentifier]) -> None:
    with pytest.raises(error):
        organisationsnummer.validate(text)
    assert not organisationsnummer.is_valid(text)


def test_the_registers_test_numbers_pass_when_check_digits_are_waived() -> None:
    assert organisationsnummer.validate("5560000002", strict=False) == "5560000002"
    assert personnummer.validate("198001019801", strict=False) == "198001019801"


@pytest.mark.parametrize(
    ("number", "code"), [("5580000007", "limited_company"), ("2120000142", "public"), ("4120000000", "unknown")]
)
def test_the_first_digit_hints_at_the_legal_form(number: str, code: str) -> None:
    assert organisationsnummer.legal_form_group(number).code == code


# --- personnummer and samordningsnummer


@given(births, test_birth_numbers)
def test_ten_digits_and_the_sign_give_back_the_century(born: date, birth_number: int) -> None:
    number = _personal(born, birth_number, 0)
    hundred = date(born.year + 100, 12, 31) if (born.month, born.day) == (2, 29) else born.replace(year=born.year + 100)
    sign = "+" if hundred <= TODAY else "-"
    assert personnummer.validate(f"{number[2:8]}{sign}{number[8:]}", today=TODAY) == number
    assert personnummer.birth_date(number) == born


@given(personal_numbers)
def test_a_personal_number_is_the_same_however_written(number: str) -> None:
    assert personnummer.validate(number) == number
    assert personnummer.validate(f"{number[:8]}+{number[8:]}") == number
    assert personnummer.compact(personnummer.format(number)) == number
    assert not samordningsnummer.is_valid(number)


@given(coordination_numbers)
def test_a_coordination_number_is_no_personal_number(number: str) -> None:
    assert samordningsnummer.validate(number) == number
    assert samordningsnummer.compact(samordningsnummer.format(number)) == number
    assert samordningsnummer.birth_date(number) <= TODAY
    assert not personnummer.is_valid(number)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("900101-9802", InvalidFormat),  # no century and no date to guess it from
        ("19900230-9809", InvalidComponent),
        ("19900100-9803", InvalidComponent),
        ("17900101-9802", InvalidComponent),
        ("19900101-0006", InvalidComponent),
        ("199001019803", InvalidCheckDigit),
        ("19900101 9802", InvalidFormat),
        ("19900101T980", InvalidFormat),
        ("1990010-19802", InvalidFormat),
        ("1990101-9802", InvalidLength),
    ],
)
def test_an_unfit_personal_number_is_refused_with_its_reason(text: str, error: type[InvalidIdentifier]) -> None:
    with pytest.raises(error):
        personnummer.validate(text)


def test_a_leap_day_exists_only_in_leap_years() -> None:
    assert personnummer.is_valid(_personal(date(2000, 2, 29), 980, 0))
    assert not personnummer.is_valid("19010229" + "980" + luhn_check_digit("010229980"))


def test_a_birth_date_after_today_is_refused() -> None:
    number = _personal(TODAY, 981, 0)
    assert personnummer.is_valid(number, today=TODAY)
    with pytest.raises(InvalidComponent):
        personnummer.validate(number, today=date(2026, 11, 21))


def test_the_mask_hides_the_last_four() -> None:
    assert personnummer.mask("199001019802") == "19900101-****"


# --- no error tells the number


@given(st.text(max_size=30) | personal_numbers | st.from_regex(r"[0-9+\- ]{6,14}", fullmatch=True))
def test_no_error_repeats_what_it_was_given(text: str) -> None:
    for module in MODULES:
        message = _refusal(module, text)
        digits = [run for run in "".join(c if c.isdigit() else " " for c in text).split() if len(run) > 2]
        assert not any(run in message for run in digits)


def _refusal(module: ModuleType, text: str) -> str:
    try:
        module.validate(text)
    except InvalidIdentifier as error:
        assert error.__context__ is None
        return str(error)
    return ""


def test_a_recognised_number_shows_only_its_kind() -> None:
    found = recognise("19900101-9802")
    assert found.kind is NumberKind.PERSONNUMMER
    assert "9802" not in repr(found)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("16558000-0007", NumberKind.ORGANISATIONSNUMMER),
        ("900101-9802", NumberKind.PERSONNUMMER),
        ("900161-9809", NumberKind.SAMORDNINGSNUMMER),
        ("30200000001", NumberKind.GD_NUMMER),
    ],
)
def test_any_swedish_number_is_recognised(text: str, kind: NumberKind) -> None:
    assert recognise(text, today=TODAY).kind is kind


# --- LEI


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18), st.integers(0, 19), st.data())
def test_lei_sees_every_single_changed_character(body: str, position: int, data: st.DataObject) -> None:
    number = body + lei.check_digits(body)
    assert lei.validate(number.lower()) == number
    assert lei.compact(lei.format(number)) == number
    alphabet = "0123456789" if position > 17 or number[position].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    other = data.draw(st.sampled_from(alphabet.replace(number[position], "")))
    assert not lei.is_valid(number[:position] + other + number[position + 1 :])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("984500GENOMLYSTEST8", InvalidLength),
        ("984500GENOMLYSTESTÅÄ", InvalidFormat),
        ("984500GENOMLYSTEST85", InvalidCheckDigit),
    ],
)
def test_an_unfit_lei_is_refused_with_its_reason(text: str, error: type[InvalidIdentifier]) -> None:
    with pytest.raises(error):
        lei.validate(text)


# --- VAT


@given(organisation_numbers)
def test_a_swedish_vat_number_holds_the_organisation_number(number: str) -> None:
    written = vat.validate(f"SE {number[:6]}-{number[6:]} 01")
    assert vat.compact(vat.format(written)) == written
    assert vat.organisation_number(written) == number


def test_a_sole_traders_vat_number_is_marked_as_personal() -> None:
    number = vat.validate("SE900101980201")
    assert vat.holds_personal_number(number)
    assert vat.organisation_number(number) is None


@pytest.mark.parametrize(
    "number",
    [  # published examples of the national formats
        "ATU13585627", "BE0776091951", "BG175074752", "CY10259033P", "CZ25123891", "DE136695976", "DK13585628",
        "EE100931558", "EL094259216", "ES54362315K", "FI20774740", "FR40303265045", "HR33392005961", "HU12892312",
        "IE6433435F", "IT00743110157", "LT119511515", "LU15027442", "LV40003521600", "MT11679112", "NL004495445B01",
        "PL8567346215", "PT501964843", "RO18547290", "SE558000000701", "SI50223054", "SK2022749619", "XI980780684",
    ],
)  # fmt: skip
def test_every_member_states_number_is_understood(number: str) -> None:
    assert vat.validate(number) == number
    assert vat.country(number) == number[:2]


def test_greece_is_el() -> None:
    assert vat.validate("GR094259216") == "EL094259216"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SE5580000007", InvalidLength),
        ("SE558000000700", InvalidComponent),
        ("SE558000000601", InvalidCheckDigit),
        ("US123456789", InvalidComponent),
        ("558000000701", InvalidFormat),
        ("DE136695977", InvalidCheckDigit),
        ("DE1", InvalidFormat),
        ("", InvalidFormat),
    ],
)
def test_an_unfit_vat_number_is_refused_with_its_reason(text: str, error: type[InvalidIdentifier]) -> None:
    with pytest.raises(error):
        vat.validate(text)
