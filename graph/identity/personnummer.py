"""Personnummer: the number of a person in the Swedish population register (18 § folkbokföringslagen).

>>> validate("19900101-9802")
'199001019802'
>>> from datetime import date
>>> validate("900101+9802", today=date(2026, 1, 1))
'189001019802'
>>> format("199001019802")
'19900101-9802'
>>> mask("199001019802")
'19900101-****'
>>> birth_date("199001019802")
datetime.date(1990, 1, 1)
>>> is_valid("19900101-9803")
False

Twelve digits ``YYYYMMDDNNNC`` or ten with a hyphen, which becomes ``+`` in the year the person turns 100.
Where the century is not written it is guessed from ``today``, which the caller gives: this package has no clock.
Interim numbers with a letter are not official and are refused. Source: source reference 8.2.
"""

from __future__ import annotations

from datetime import date

from graph.identity import _birth_number
from graph.identity.errors import InvalidIdentifier

_DAY_OFFSET = 0


def compact(text: str) -> str:
    """``text`` without hyphens and outer blanks; ``+`` stays in ten-digit numbers, where it carries the century."""
    return _birth_number.compact(text)


def validate(text: str, *, strict: bool = True, today: date | None = None) -> str:
    """The twelve digits of ``text``.

    ``today`` is needed to understand ten digits (which century?) and lets a future birth date be refused.
    ``strict=False`` skips the check digit, for the registers' test environments.

    Raises:
        InvalidFormat, InvalidLength, InvalidComponent, InvalidCheckDigit: it is not a personnummer.
    """
    return _birth_number.validate(text, day_offset=_DAY_OFFSET, strict=strict, today=today)


def is_valid(text: str, *, strict: bool = True, today: date | None = None) -> bool:
    """Whether ``validate`` accepts ``text``."""
    try:
        validate(text, strict=strict, today=today)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:
    """``YYYYMMDD-NNNN`` of twelve digits, for the few places where the whole number may be shown."""
    bare = compact(number)
    return f"{bare[:-4]}-{bare[-4:]}"


def mask(number: str) -> str:
    """``YYYYMMDD-****`` of twelve validated digits: the form for screens, reports and exports."""
    return _birth_number.mask(number)


def birth_date(number: str) -> date:
    """The date of birth in twelve validated digits."""
    return _birth_number.birth_date(number, _DAY_OFFSET)
