"""What the identity numbers share: separators, ASCII digits and the Luhn check (ISO/IEC 7812-1 annex B).

>>> luhn_check_digit("558000000")
'7'
>>> luhn_is_valid("5580000007")
True
"""

from __future__ import annotations

import re

MAXIMUM_LENGTH = 64
"""Longer text is no identity number however it is written; refused before any other work."""

HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"
"""Hyphen-minus and what word processors and web forms make of it."""

_BLANKS = re.compile(r"[\s\u200b\u2060\ufeff]+")
_HYPHENS = re.compile(f"[{re.escape(HYPHENS)}]")
_DIGITS = re.compile(r"[0-9]+", re.ASCII)


def without_blanks(text: str) -> str:
    """``text`` without any white space, zero-width characters included."""
    return _BLANKS.sub("", text)


def without_hyphens(text: str) -> str:
    """``text`` without hyphens and dashes."""
    return _HYPHENS.sub("", text)


def plain_hyphens(text: str) -> str:
    """``text`` with every kind of dash written as ``-`` and outer white space gone."""
    return _HYPHENS.sub("-", text.strip("\u200b\u2060\ufeff \t\r\n\u00a0"))


def is_digits(text: str) -> bool:
    """Whether ``text`` is one or more ASCII digits (``str.isdigit`` also accepts other scripts' digits)."""
    return _DIGITS.fullmatch(text) is not None


def luhn_sum(digits: str) -> int:
    """Luhn sum of ``digits`` where the last one counts once, the one before it double, and so on."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total


def luhn_check_digit(digits: str) -> str:
    """The check digit that makes ``digits`` plus it valid."""
    return str(-luhn_sum(digits + "0") % 10)


def luhn_is_valid(digits: str) -> bool:
    """Whether ``digits``, check digit last, agree."""
    return luhn_sum(digits) % 10 == 0
