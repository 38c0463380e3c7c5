"""Finds personnummer and samordningsnummer in free text, where none may be stored.

A title, a diary number or a purpose ends up in answers, logs and exports. A number is recognised by its date and its
check digit, so that ordinary digits (telephone numbers, diary numbers, sums) are seldom taken for one.
"""

from __future__ import annotations

import re

from stdnum import luhn

MASK = "[personnummer]"
_CANDIDATE = re.compile(
    r"(?<!\d)(?:18|19|20)?(\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01]))[-+ –−]?(\d{4})(?!\d)"
)
"""A date, or a date with the day raised by 60, and four digits. An organisation number never looks like this: its third
digit is 2 or more."""


def _is_personal(found: re.Match[str]) -> bool:
    return bool(luhn.is_valid(found[1] + found[2]))


def holds_personal_number(text: str) -> bool:
    """Whether ``text`` holds a personnummer or samordningsnummer."""
    return any(_is_personal(found) for found in _CANDIDATE.finditer(text))


def without_personal_numbers(text: str) -> str:
    """``text`` with every personnummer and samordningsnummer replaced by ``MASK``."""
    return _CANDIDATE.sub(lambda found: MASK if _is_personal(found) else found[0], text)
