"""LEI: the global Legal Entity Identifier (ISO 17442-1).

>>> validate("9845 00GENOMLYSTEST 84")
'984500GENOMLYSTEST84'
>>> is_valid("984500GENOMLYSTEST85")
False

Twenty characters: four for the issuer, fourteen of digits and letters, two check digits by ISO 7064 MOD 97-10.
"""

from __future__ import annotations

import re

from graph.identity.digits import MAXIMUM_LENGTH, without_blanks, without_hyphens
from graph.identity.errors import InvalidCheckDigit, InvalidFormat, InvalidIdentifier, InvalidLength

_LENGTH = 20
_WRITTEN = re.compile(r"[0-9A-Z]{18}[0-9]{2}", re.ASCII)


def compact(text: str) -> str:
    """``text`` in capitals without blanks and hyphens."""
    return without_hyphens(without_blanks(text)).upper()


def check_digits(first_eighteen: str) -> str:
    """The two check digits for the first eighteen characters."""
    return f"{98 - _as_number(first_eighteen + '00') % 97:02d}"


def validate(text: str, *, strict: bool = True) -> str:
    """The twenty characters of ``text``; ``strict=False`` skips the check digits.

    Raises:
        InvalidFormat, InvalidLength, InvalidCheckDigit: it is not an LEI.
    """
    if len(text) > MAXIMUM_LENGTH:
        raise InvalidLength("an LEI has twenty characters; the text is far longer")
    number = compact(text)
    if len(number) != _LENGTH:
        raise InvalidLength("an LEI has twenty characters")
    if _WRITTEN.fullmatch(number) is None:
        raise InvalidFormat("an LEI has the letters A-Z and digits only, the last two being digits")
    if strict and _as_number(number) % 97 != 1:
        raise InvalidCheckDigit("the check digits do not agree: probably a character is mistyped")
    return number


def is_valid(text: str, *, strict: bool = True) -> bool:
    """Whether ``validate`` accepts ``text``."""
    try:
        validate(text, strict=strict)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:
    """The printed form: twenty characters without separators (ISO 17442 knows no other)."""
    return compact(number)


def _as_number(text: str) -> int:
    """Letters as 10-35, read as one integer (ISO 7064)."""
    return int("".join(str(int(character, 36)) for character in text))
