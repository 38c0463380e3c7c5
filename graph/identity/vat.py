"""EU VAT number: country prefix and the member state's own number (directive 2006/112/EC article 215).

>>> validate("SE 558000-0007 01")
'SE558000000701'
>>> organisation_number("SE558000000701")
'5580000007'
>>> country("EL094259216")
'EL'
>>> is_valid("SE558000000601")
False

Prefixes are those of VIES: Greece is ``EL``, Northern Ireland ``XI``. Sweden's rules are ours; the other states' come
from python-stdnum. A Swedish sole trader's number holds the personnummer: see ``holds_personal_number``.
"""

from __future__ import annotations

import re

from stdnum.eu import vat as _stdnum_vat
from stdnum.exceptions import InvalidChecksum, ValidationError

from graph.identity import organisationsnummer
from graph.identity.digits import MAXIMUM_LENGTH, is_digits, luhn_is_valid, without_blanks, without_hyphens
from graph.identity.errors import (
    InvalidCheckDigit,
    InvalidComponent,
    InvalidFormat,
    InvalidIdentifier,
    InvalidLength,
)

COUNTRIES = frozenset(
    "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI".split()  # noqa: SIM905
)
"""Prefixes that VIES answers for."""

_SHAPE = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,13}", re.ASCII)


def compact(text: str) -> str:
    """``text`` in capitals without blanks, hyphens, dots, commas and slashes; ``GR`` becomes ``EL``."""
    bare = re.sub(r"[.,/:]", "", without_hyphens(without_blanks(text))).upper()
    return f"EL{bare[2:]}" if bare.startswith("GR") else bare


def validate(text: str, *, strict: bool = True) -> str:
    """The number with its prefix. ``strict=False`` skips a Swedish number's check digit.

    Raises:
        InvalidFormat, InvalidLength, InvalidComponent, InvalidCheckDigit: it is not an EU VAT number.
    """
    if len(text) > MAXIMUM_LENGTH:
        raise InvalidLength("a VAT number has at most fifteen characters; the text is far longer")
    number = compact(text)
    if _SHAPE.fullmatch(number) is None:
        raise InvalidFormat("a VAT number is a country prefix of two letters followed by letters and digits")
    prefix = number[:2]
    if prefix not in COUNTRIES:
        raise InvalidComponent("the prefix is not an EU member state (Greece is EL, Northern Ireland XI)")
    return _validate_swedish(number, strict) if prefix == "SE" else _validate_foreign(number)


def _validate_swedish(number: str, strict: bool) -> str:
    digits = number[2:]
    if not is_digits(digits):
        raise InvalidFormat("a Swedish VAT number is SE followed by digits")
    if len(digits) != 12:
        raise InvalidLength("a Swedish VAT number is SE and twelve digits")
    if not 1 <= int(digits[10:]) <= 94:
        raise InvalidComponent("the last two digits of a Swedish VAT number are 01 to 94")
    if strict and not luhn_is_valid(digits[:10]):
        raise InvalidCheckDigit("the check digit does not agree: probably a digit is mistyped")
    return number


def _validate_foreign(number: str) -> str:
    error: InvalidIdentifier
    try:
        validated = _stdnum_vat.validate(number)
    except InvalidChecksum:
        error = InvalidCheckDigit("the check digits do not agree: probably a digit is mistyped")
    except ValidationError:
        error = InvalidFormat("the number has not the form of this member state's VAT numbers")
    else:
        bare = str(validated)
        return bare if bare.startswith(number[:2]) else number[:2] + bare
    raise error


def is_valid(text: str, *, strict: bool = True) -> bool:
    """Whether ``validate`` accepts ``text``."""
    try:
        validate(text, strict=strict)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:
    """The printed form: prefix and number without separators, as VIES and invoices write it."""
    return compact(number)


def country(number: str) -> str:
    """The prefix of a number, ``EL`` and ``XI`` included."""
    return compact(number)[:2]


def organisation_number(number: str) -> str | None:
    """The organisationsnummer inside a validated Swedish VAT number; ``None`` for a sole trader or another state."""
    bare = compact(number)
    if not bare.startswith("SE") or holds_personal_number(bare):
        return None
    return bare[2:12]


def holds_personal_number(number: str) -> bool:
    """Whether it is a Swedish sole trader's VAT number, which holds the personnummer and must be treated as one."""
    bare = compact(number)
    return bare.startswith("SE") and organisationsnummer.looks_personal(bare[2:12])
