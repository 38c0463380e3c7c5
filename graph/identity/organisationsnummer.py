"""Organisationsnummer: the number of a Swedish legal person (lag 1974:174).

>>> validate("558000-0007")
'5580000007'
>>> validate("16558000 0007")
'5580000007'
>>> format("5580000007")
'558000-0007'
>>> legal_form_group("5580000007").swedish
'aktiebolag m.fl.'
>>> is_valid("558000-0006")
False
>>> validate("900101-9802")
Traceback (most recent call last):
    ...
graph.identity.errors.PersonalNumberGiven: a personal identity number was given where an organisation number is expected

Ten digits ``NNNNNN-NNNN``: the first is the group of legal forms, the third is at least 2 (in a personnummer it is
the month's first digit, 0 or 1), the last is a Luhn check digit. Registers also write twelve digits with ``16`` in
front. Source: Skatteverket SKV 709; source reference 8.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.identity.digits import MAXIMUM_LENGTH, is_digits, luhn_is_valid, without_blanks, without_hyphens
from graph.identity.errors import (
    InvalidCheckDigit,
    InvalidComponent,
    InvalidFormat,
    InvalidIdentifier,
    InvalidLength,
    PersonalNumberGiven,
)

_WRITTEN = re.compile(r"(?:16-?)?[0-9]{6}-?[0-9]{4}", re.ASCII)
_DATE_LIKE = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278][0-9]|[39][01])[0-9]{4}", re.ASCII)
_CENTURIES = ("18", "19", "20")


@dataclass(frozen=True, slots=True)
class LegalFormGroup:
    """What the first digit hints at. A hint only: the register's legal form decides."""

    digit: str
    code: str
    swedish: str
    english: str


GROUPS: dict[str, LegalFormGroup] = {
    group.digit: group
    for group in (
        LegalFormGroup("1", "estate", "dödsbo", "estate of a deceased person"),
        LegalFormGroup("2", "public", "stat, region, kommun, församling", "state, region, municipality, parish"),
        LegalFormGroup("3", "foreign", "utländskt företag", "foreign company"),
        LegalFormGroup("5", "limited_company", "aktiebolag m.fl.", "limited company and others"),
        LegalFormGroup("6", "simple_partnership", "enkelt bolag", "simple partnership"),
        LegalFormGroup("7", "economic_association", "ekonomisk förening, bostadsrättsförening", "economic association"),
        LegalFormGroup("8", "non_profit", "ideell förening, stiftelse", "non-profit association, foundation"),
        LegalFormGroup("9", "partnership", "handelsbolag, kommanditbolag", "trading or limited partnership"),
    )
}
_UNKNOWN = ("unknown", "okänd grupp", "unknown group")


def compact(text: str) -> str:
    """``text`` without blanks and hyphens, and without the ``16`` that registers put before ten digits."""
    bare = without_hyphens(without_blanks(text))
    return bare[2:] if len(bare) == 12 and bare.startswith("16") else bare


def looks_personal(text: str) -> bool:
    """Whether ``text`` has a personnummer's or samordningsnummer's shape (a date first), whatever its check digit.

    A mistyped personnummer is still a personal datum, so the check digit is not asked.
    """
    if len(text) > MAXIMUM_LENGTH:
        return False
    bare = without_hyphens(without_blanks(text)).replace("+", "")
    if len(bare) == 12 and bare.startswith((*_CENTURIES, "16")):
        bare = bare[2:]
    return _DATE_LIKE.fullmatch(bare) is not None


def validate(text: str, *, strict: bool = True) -> str:
    """The ten digits of ``text``.

    ``strict=False`` skips the check digit, for the registers' test environments whose numbers need not satisfy it.

    Raises:
        PersonalNumberGiven: the text has a personnummer's or samordningsnummer's shape.
        InvalidFormat, InvalidLength, InvalidComponent, InvalidCheckDigit: it is no organisationsnummer.
    """
    if len(text) > MAXIMUM_LENGTH:
        raise InvalidLength("an organisation number has ten digits; the text is far longer")
    if looks_personal(text):
        raise PersonalNumberGiven("a personal identity number was given where an organisation number is expected")
    bare = without_hyphens(without_blanks(text))
    if not is_digits(bare):
        raise InvalidFormat("an organisation number is written with digits only, as NNNNNN-NNNN")
    if len(bare) not in (10, 12):
        raise InvalidLength("an organisation number has ten digits, or twelve beginning with 16")
    if len(bare) == 12 and not bare.startswith("16"):
        raise InvalidComponent("a twelve-digit organisation number begins with 16")
    hyphenated = "".join("-" if character not in "0123456789" else character for character in without_blanks(text))
    if _WRITTEN.fullmatch(hyphenated) is None:
        raise InvalidFormat("the hyphen of an organisation number stands before its last four digits")
    number = bare[-10:]
    if number[2] < "2":
        raise InvalidComponent("the third digit of an organisation number is at least 2")
    if strict and not luhn_is_valid(number):
        raise InvalidCheckDigit("the check digit does not agree: probably a digit is mistyped")
    return number


def is_valid(text: str, *, strict: bool = True) -> bool:
    """Whether ``validate`` accepts ``text``."""
    try:
        validate(text, strict=strict)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:
    """The printed form ``NNNNNN-NNNN`` of ten digits (or of anything that ``compact`` makes ten digits of)."""
    bare = compact(number)
    return f"{bare[:-4]}-{bare[-4:]}"


def legal_form_group(number: str) -> LegalFormGroup:
    """The group that the first digit of a validated number stands for; ``unknown`` for digits without one."""
    digit = compact(number)[:1]
    return GROUPS.get(digit) or LegalFormGroup(digit, *_UNKNOWN)
