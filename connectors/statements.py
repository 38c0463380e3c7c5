"""Making facts: what all mappers of answers about one entity share.

Every text passes ``without_person_numbers`` on its way into a fact, whatever field it came from: registers repeat a
personnummer in free text (signing rules, a sole trader's name), and a fact may never hold one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from connectors.base import Mapped, RejectedRow
from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    Fact,
    MissingPart,
    PersonIdentity,
    PersonKeyer,
    Predicate,
)
from graph.text import Text

_PERSON_NUMBER = re.compile(
    r"(?<!\d)(?:(?P<century>18|19|20)?(?P<year>\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01]))"
    r"[-+ ]?\d{4}(?!\d)"
)
"""A personnummer or samordningsnummer in text. An organisation number never matches: its third digit is 2 or more."""

_PROSE_LIMIT = 20_000
_SNI_2025_FROM = datetime(2026, 1, 1, tzinfo=UTC)


def without_person_numbers(text: str) -> str:
    """``text`` with the last four digits of every personnummer and samordningsnummer replaced by asterisks."""
    return _PERSON_NUMBER.sub(
        lambda found: f"{found['century'] or ''}{found['year']}{found['month']}{found['day']}-****", text
    )


def tidy(text: str | None) -> str | None:
    """``text`` without surrounding and doubled blanks and without person numbers; ``None`` when nothing is left.

    ``n/a`` is Bolagsverket's way to print nothing.
    """
    if text is None:
        return None
    cleaned = without_person_numbers(" ".join(text[:_PROSE_LIMIT].replace("\x00", "").split()))
    return None if cleaned in ("", "n/a", "null") else cleaned


def iso_date(text: str | None) -> date | None:
    """The date in the first ten characters of ``text``, ``None`` for nothing; ``ValueError`` for anything else."""
    cleaned = (text or "").strip()
    if cleaned in ("", "null"):
        return None
    return datetime.strptime(cleaned[:10], "%Y-%m-%d").replace(tzinfo=UTC).date()


def birth_date_of(person_number: str) -> str | None:
    """The birth date (ISO) in a 12-digit personnummer or samordningsnummer; ``None`` for other numbers."""
    digits = person_number
    if len(digits) != 12 or not digits.isdecimal() or digits[:2] not in ("18", "19", "20"):
        return None
    day = int(digits[6:8])
    try:
        return date(int(digits[:4]), int(digits[4:6]), day - 60 if day > 60 else day).isoformat()
    except ValueError:
        return None


def sni_version(document: DocumentReference) -> str:
    """The version of SNI that a register used when it made this document: SNI 2025 from 1 January 2026.

    The two versions share codes with different meanings, so a code never stands without its version.
    """
    return "SNI2025" if document.observed_at >= _SNI_2025_FROM else "SNI2007"


class Statements:
    """Collects what one document says. Facts come out in the order they were added; a repetition is kept once."""

    def __init__(self, document: DocumentReference, keyer: PersonKeyer) -> None:
        self.document = document
        self._keyer = keyer
        self._facts: dict[str, Fact] = {}
        self._identities: dict[EntityKey, PersonIdentity] = {}
        self._missing: list[MissingPart] = []
        self._rejected: list[RejectedRow] = []

    @property
    def any_fact(self) -> bool:
        """Whether anything has been stated."""
        return bool(self._facts)

    @property
    def any_missing(self) -> bool:
        """Whether any part was missing."""
        return bool(self._missing)

    def add(
        self,
        subject: EntityKey,
        predicate: Predicate,
        place: str,
        value: Mapping[str, Any],
        *,
        target: EntityKey | None = None,
        valid_from: date | None = None,
        valid_to: date | None = None,
    ) -> None:
        """State one fact. Texts in ``value`` are tidied.

        A phone number is left as it is: ten digits of one can look exactly like a personnummer.
        """
        tidied = str.strip if predicate is Predicate.PHONE else tidy
        fact = Fact(
            subject=subject,
            predicate=predicate,
            value={key: tidied(item) if isinstance(item, str) else item for key, item in value.items()},
            source=self.document.source,
            document=self.document.sha256,
            place=place,
            observed_at=self.document.observed_at,
            object=target,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        self._facts.setdefault(fact.content, fact)

    def person(self, number: str) -> EntityKey:
        """Key of the person with this full number; the number goes to the store and nowhere else."""
        key = self._keyer.by_number(number)
        self._identities.setdefault(key, PersonIdentity(key, number))
        return key

    def described_person(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        """Key of a person of whom only name and perhaps birth date are known."""
        return self._keyer.by_description(name, birth_date, scope)

    def lacks(self, part: str, producer: str, reason: str, predicates: tuple[Predicate, ...]) -> None:
        """A part that its producer did not give."""
        self._missing.append(MissingPart(part, producer, reason, predicates))

    def reject(self, place: str, reason: Text) -> None:
        """A value that could not be read."""
        self._rejected.append(RejectedRow(place, reason))

    def mapped(self, status: AnswerStatus, reason: str | None = None) -> Mapped:
        """Everything, as the mapper's result."""
        return Mapped(
            status=status,
            facts=tuple(self._facts.values()),
            identities=tuple(self._identities.values()),
            missing=tuple(self._missing),
            rejected=tuple(self._rejected),
            reason=reason,
        )
