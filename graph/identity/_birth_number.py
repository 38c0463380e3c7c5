"""What personnummer and samordningsnummer share: a birth date, a birth number, a Luhn check digit, a century sign.

Rules: 18 § folkbokföringslagen (1991:481); Skatteverket SKV 704 and SKV 707; source reference 8.2.
"""

from __future__ import annotations

import re
from datetime import date

from graph.identity.digits import MAXIMUM_LENGTH, luhn_is_valid, plain_hyphens
from graph.identity.errors import InvalidCheckDigit, InvalidComponent, InvalidFormat, InvalidLength

_WRITTEN = re.compile(
    r"(?P<century>[0-9]{2})?(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<sign>[-+])?(?P<last>[0-9]{4})",
    re.ASCII,
)
_ALLOWED = re.compile(r"[0-9+-]*", re.ASCII)
CENTURIES = ("18", "19", "20")


def compact(text: str) -> str:
    """``text`` without hyphens and outer blanks; a ``+`` stays while it carries the century (ten digits)."""
    bare = plain_hyphens(text).replace("-", "")
    return bare.replace("+", "") if sum(character.isdigit() for character in bare) == 12 else bare


def validate(text: str, *, day_offset: int, strict: bool, today: date | None) -> str:
    """The twelve digits of ``text``, the day of birth being written with ``day_offset`` added."""
    if len(text) > MAXIMUM_LENGTH:
        raise InvalidLength("the number has ten or twelve digits; the text is far longer")
    written = plain_hyphens(text)
    if _ALLOWED.fullmatch(written) is None:
        raise InvalidFormat("the number is written with digits and one hyphen or plus sign, as YYYYMMDD-NNNN")
    if sum(character.isdigit() for character in written) not in (10, 12):
        raise InvalidLength("the number has ten or twelve digits")
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise InvalidFormat("the hyphen or plus sign stands before the last four digits")
    century, year, month, last = match["century"], match["year"], match["month"], match["last"]
    day = int(match["day"]) - day_offset
    if day < 1:
        raise InvalidComponent("the day of birth does not exist for this kind of number")
    if century is None:
        if today is None:
            raise InvalidFormat("the century is missing: write the number with twelve digits")
        century = _century(year, month, day, match["sign"] == "+", today)
    elif century not in CENTURIES:
        raise InvalidComponent("a twelve-digit number begins with 18, 19 or 20")
    born = _date(f"{century}{year}", month, day)
    if today is not None and born > today:
        raise InvalidComponent("the date of birth lies in the future")
    if last.startswith("000"):
        raise InvalidComponent("the birth number 000 is never given")
    number = f"{century}{year}{month}{match['day']}{last}"
    if strict and not luhn_is_valid(number[2:]):
        raise InvalidCheckDigit("the check digit does not agree: probably a digit is mistyped")
    return number


def _date(year: str, month: str, day: int) -> date:
    try:
        return date(int(year), int(month), day)
    except ValueError:
        pass
    raise InvalidComponent("the date of birth does not exist")  # outside the handler: no chained message with figures


def _century(year: str, month: str, day: int, plus: bool, today: date) -> str:
    """The latest century in which the birth date is not in the future; one earlier after a plus sign."""
    century = today.year // 100
    if (century * 100 + int(year), int(month), day) > (today.year, today.month, today.day):
        century -= 1
    return f"{century - 1 if plus else century:02d}"


def birth_date(number: str, day_offset: int) -> date:
    """The birth date in twelve validated digits."""
    return _date(number[:4], number[4:6], int(number[6:8]) - day_offset)


def mask(number: str) -> str:
    """``YYYYMMDD-****`` of twelve digits: what may be shown to a person who has no need of the whole."""
    return f"{number[:8]}-****"
