"""GD number: Bolagsverket's own identity of a person who has neither personnummer nor samordningsnummer.

>>> validate("302 00000001")
'30200000001'
>>> is_valid("30300000001")
False

``302`` and seven or eight digits, no check digit (pattern in Bolagsverket's VDM specification v1;
source reference 1.1 and 8.1). It denotes a person and is treated as a personnummer is.
"""

from __future__ import annotations

from graph.identity.digits import MAXIMUM_LENGTH, is_digits, without_blanks, without_hyphens
from graph.identity.errors import InvalidComponent, InvalidFormat, InvalidIdentifier, InvalidLength

_PREFIX = "302"


def compact(text: str) -> str:
    """``text`` without blanks and hyphens."""
    return without_hyphens(without_blanks(text))


def validate(text: str, *, strict: bool = True) -> str:
    """The ten or eleven digits of ``text``. ``strict`` changes nothing: the number has no check digit.

    Raises:
        InvalidFormat, InvalidLength, InvalidComponent: it is not a GD number.
    """
    del strict
    if len(text) > MAXIMUM_LENGTH:
        raise InvalidLength("a GD number has ten or eleven digits; the text is far longer")
    number = compact(text)
    if not is_digits(number):
        raise InvalidFormat("a GD number is written with digits only")
    if len(number) not in (10, 11):
        raise InvalidLength("a GD number has ten or eleven digits")
    if not number.startswith(_PREFIX):
        raise InvalidComponent("a GD number begins with 302")
    return number


def is_valid(text: str, *, strict: bool = True) -> bool:
    """Whether ``validate`` accepts ``text``."""
    try:
        validate(text, strict=strict)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:
    """The printed form: the digits without separators, as Bolagsverket writes them."""
    return compact(number)


def mask(number: str) -> str:
    """``302****`` : the number says nothing but that it is one."""
    del number
    return f"{_PREFIX}****"
