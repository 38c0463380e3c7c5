"""Which kind of Swedish identity number is this? For forms that take whatever the officer has.

>>> recognise("558000-0007").kind.value
'organisationsnummer'
>>> recognise("19900101-9802")
SwedishNumber(kind=<NumberKind.PERSONNUMMER: 'personnummer'>)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from graph.identity import gd_nummer, organisationsnummer, personnummer, samordningsnummer
from graph.identity.errors import PersonalNumberGiven


class NumberKind(StrEnum):
    """The kinds of number that identify a party in Swedish registers."""

    ORGANISATIONSNUMMER = "organisationsnummer"
    PERSONNUMMER = "personnummer"
    SAMORDNINGSNUMMER = "samordningsnummer"
    GD_NUMMER = "gd_nummer"

    @property
    def personal(self) -> bool:
        """Whether it identifies a natural person and must never be logged, exported or shown whole."""
        return self is not NumberKind.ORGANISATIONSNUMMER


@dataclass(frozen=True, slots=True)
class SwedishNumber:
    """A recognised number; ``number`` is its compact form and is left out of ``repr``."""

    kind: NumberKind
    number: str = field(repr=False)


def recognise(text: str, *, strict: bool = True, today: date | None = None) -> SwedishNumber:
    """The kind and compact form of ``text``.

    Raises:
        InvalidIdentifier: none of the four kinds fits; the reason is that of the kind it resembles most.
    """
    if gd_nummer.is_valid(text) and not organisationsnummer.is_valid(text, strict=True):
        return SwedishNumber(NumberKind.GD_NUMMER, gd_nummer.validate(text))
    try:
        return SwedishNumber(NumberKind.ORGANISATIONSNUMMER, organisationsnummer.validate(text, strict=strict))
    except PersonalNumberGiven:
        pass
    if samordningsnummer.is_valid(text, strict=strict, today=today):
        number = samordningsnummer.validate(text, strict=strict, today=today)
        return SwedishNumber(NumberKind.SAMORDNINGSNUMMER, number)
    return SwedishNumber(NumberKind.PERSONNUMMER, personnummer.validate(text, strict=strict, today=today))
