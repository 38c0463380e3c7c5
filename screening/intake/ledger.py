"""A supplier ledger against the mirrored register: who is each supplier – sure, likely, several, or none.

A number that is right and bears the ledger's name is sure. A number is also wrong at times: a digit slipped, the
parent's instead of the subsidiary's. So the name is always compared, and where number and name point to two
organisations the answer is *several*, never a silent choice. A name alone is at most *likely*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import OSA

from graph.addresses import address_key
from graph.identity import organisationsnummer, personnummer, samordningsnummer
from graph.identity.errors import InvalidIdentifier
from graph.matching.records import Column, recognise
from graph.model import ListedSchema
from graph.names import similarity
from graph.text import Text
from screening.intake.files import COLUMNS
from screening.store.register_search import Candidate, SearchQuery

SAME_NAME = 0.95
"""Likeness from which two names differ in nothing that tells organisations apart."""
EXACT_NAME = 0.99
"""Likeness from which two names are written alike but for letter case, legal form and the like."""
LIKE_NAME = 0.8
"""Likeness from which a name is a misspelling of another rather than another."""
OTHER_NAME = 0.45
"""Below it a name speaks against, even with the right number."""
APART = 0.06
"""Two candidates closer than this cannot be told apart by name."""
SHOWN = 5
"""Alternatives that are written back."""

_NUMBER_HEADINGS = frozenset(COLUMNS["organisation_number"])
_NAME_HEADINGS = frozenset(COLUMNS["name"]) | {"leverantörsnamn", "leverantorsnamn", "supplier", "kreditor", "firma"}
_CITY_WORDS = frozenset({"ort", "postort", "stad", "city", "town"})
_WORD = re.compile(r"[a-zåäö]+")


class Outcome(StrEnum):
    """How a row of the ledger came out; the values are written into the file."""

    SURE = "säker"
    LIKELY = "trolig"
    SEVERAL = "flera"
    NONE = "ingen"


ENGLISH = {Outcome.SURE: "sure", Outcome.LIKELY: "likely", Outcome.SEVERAL: "several", Outcome.NONE: "none"}


@dataclass(frozen=True, slots=True)
class LedgerColumns:
    """Positions of the columns that are used; ``None`` when the ledger has none."""

    name: int | None
    number: int | None
    street: int | None
    postal_code: int | None
    city: int | None

    def cell(self, cells: Sequence[str], position: int | None) -> str:
        """The text of one cell, without surplus blanks."""
        return " ".join(cells[position].split()) if position is not None and position < len(cells) else ""


@dataclass(frozen=True, slots=True)
class Matched:
    """What a row of the ledger came to. ``candidate`` is set for *sure* and *likely*."""

    outcome: Outcome
    candidate: Candidate | None
    score: float
    """Likeness of the names, 0..1."""
    reason: Text
    alternatives: tuple[Candidate, ...] = ()


def columns(headings: Sequence[str]) -> LedgerColumns | None:
    """Which columns of a ledger to use; ``None`` when there is neither a name nor a number."""
    found: dict[str, int] = {}
    for position, heading in enumerate(headings):
        plain = heading.strip().casefold()
        words = set(_WORD.findall(plain))
        kind = recognise(heading)
        if plain in _NUMBER_HEADINGS:
            found.setdefault("number", position)
        elif plain in _NAME_HEADINGS or kind in (Column.NAME, Column.ORGANISATION):
            found.setdefault("name", position)
        elif kind is Column.POSTAL_CODE:
            found.setdefault("postal_code", position)
        elif words & _CITY_WORDS:
            found.setdefault("city", position)
        elif kind is Column.ADDRESS:
            found.setdefault("street", position)
    if "name" not in found and "number" not in found:
        return None
    return LedgerColumns(*(found.get(name) for name in ("name", "number", "street", "postal_code", "city")))


def query(cells: Sequence[str], used: LedgerColumns) -> SearchQuery:
    """What to search for; the number only if it is an organisation number, else those it may be a slip for."""
    written = used.cell(cells, used.number)
    return SearchQuery(
        name=used.cell(cells, used.name),
        number=_organisation_number(written) or "",
        street=used.cell(cells, used.street),
        postal_code=used.cell(cells, used.postal_code),
        city=used.cell(cells, used.city),
        near_numbers=near_numbers(written),
    )


def near_numbers(written: str) -> tuple[int, ...]:
    """Organisation numbers that one slip (a wrong digit, two exchanged) may have made into ``written``.

    None for a number that is valid: it is taken at its word. The check digit leaves some twenty of a hundred.
    """
    digits = _digits(written)
    if len(digits) != 10 or organisationsnummer.is_valid(digits) or _is_person(written):
        return ()
    slips = {f"{digits[:place]}{digit}{digits[place + 1 :]}" for place in range(10) for digit in "0123456789"} | {
        f"{digits[:place]}{digits[place + 1]}{digits[place]}{digits[place + 2 :]}" for place in range(9)
    }
    return tuple(sorted(int(slip) for slip in slips if organisationsnummer.is_valid(slip)))


def _digits(written: str) -> str:
    """The last ten digits of ``written``: a century or a country's letters may stand before."""
    return "".join(character for character in written if character.isdecimal())[-10:]


def _organisation_number(written: str) -> str | None:
    try:
        return organisationsnummer.validate(written)
    except InvalidIdentifier:
        return None


def _is_person(written: str) -> bool:
    return personnummer.is_valid(written) or samordningsnummer.is_valid(written)


@dataclass(frozen=True, slots=True)
class _Compared:
    candidate: Candidate
    score: float
    same_number: bool
    near_number: bool
    same_address: bool
    former: float
    """Likeness to a name it bore before."""

    @property
    def rank(self) -> tuple[float, str]:
        worth = self.score + 0.3 * self.same_number + 0.15 * self.near_number + 0.1 * self.same_address
        return -worth + 0.05 * bool(self.candidate.deregistered_on), self.candidate.number


def _compare(sought: SearchQuery, written: str, candidate: Candidate) -> _Compared:
    digits = _digits(written)
    ours = address_key(sought.street or None, sought.postal_code or None, sought.city or None)
    theirs = {address_key(street or None, code or None, city or None) for street, code, city in candidate.addresses}
    return _Compared(
        candidate,
        _likeness(sought.name, candidate.names),
        same_number=candidate.number == sought.number,
        near_number=len(digits) == 10 and candidate.number != digits and OSA.distance(candidate.number, digits) == 1,
        same_address=ours is not None and ours in theirs,
        former=_likeness(sought.name, candidate.former_names),
    )


def _likeness(name: str, names: Iterable[str]) -> float:
    return max((similarity(name, other, ListedSchema.ORGANISATION) for other in names), default=0.0)


def decide(cells: Sequence[str], used: LedgerColumns, found: Sequence[Candidate]) -> Matched:
    """Which of the candidates the row means, and why."""
    return identify(query(cells, used), used.cell(cells, used.number), found)


def identify(sought: SearchQuery, written: str, found: Sequence[Candidate]) -> Matched:
    """Which of the candidates is sought, and why; ``written`` is the number as it stood, right or wrong."""
    if _is_person(written):
        return Matched(
            Outcome.NONE,
            None,
            0.0,
            Text(
                "Numret är en persons: enskilda firmor finns inte i det speglade registret.",
                "The number is a person's: sole traders are not in the mirrored register.",
            ),
        )
    compared = sorted((_compare(sought, written, candidate) for candidate in found), key=lambda item: item.rank)
    numbered = next((item for item in compared if item.same_number), None)
    rivals = [item for item in compared if not item.same_number and item.score >= LIKE_NAME]
    if numbered is not None:
        return _by_number(sought, numbered, rivals)
    return _by_name(sought, written, rivals)


def _by_number(sought: SearchQuery, numbered: _Compared, rivals: Sequence[_Compared]) -> Matched:
    candidate = numbered.candidate
    if not sought.name:
        return Matched(Outcome.SURE, candidate, 0.0, _with(candidate, "numret finns", "the number exists"))
    if numbered.score >= LIKE_NAME or (numbered.score >= OTHER_NAME and numbered.same_address):
        return Matched(
            Outcome.SURE,
            candidate,
            numbered.score,
            _with(candidate, "nummer och namn stämmer", "number and name agree"),
        )
    if rivals and rivals[0].score >= SAME_NAME:
        return Matched(
            Outcome.SEVERAL,
            None,
            rivals[0].score,
            Text(
                f"Numret hör till {_called(candidate)}, men namnet till {_called(rivals[0].candidate)}.",
                f"The number belongs to {_called(candidate)}, but the name to {_called(rivals[0].candidate)}.",
            ),
            tuple([candidate, *(item.candidate for item in rivals)][:SHOWN]),
        )
    if numbered.former >= LIKE_NAME:
        return Matched(
            Outcome.SURE,
            candidate,
            numbered.former,
            _with(
                candidate,
                "numret stämmer och namnet är ett som organisationen har haft",
                "the number agrees and the name is one that the organisation had before",
            ),
        )
    if numbered.score >= OTHER_NAME:
        return Matched(
            Outcome.LIKELY,
            candidate,
            numbered.score,
            _with(candidate, "numret stämmer, namnet bara delvis", "the number agrees, the name only in part"),
        )
    if numbered.same_address:
        return Matched(
            Outcome.LIKELY,
            candidate,
            numbered.score,
            _with(
                candidate,
                "nummer och adress stämmer men namnet är ett annat: namnbyte, eller ett annat företag på adressen",
                "number and address agree but the name is another: a change of name, or another company at the address",
            ),
        )
    return Matched(
        Outcome.NONE,
        None,
        numbered.score,
        Text(
            f"Numret hör till {_called(candidate)}, som heter något helt annat. Kontrollera numret.",
            f"The number belongs to {_called(candidate)}, whose name is quite another. Check the number.",
        ),
        (candidate, *(item.candidate for item in rivals[: SHOWN - 1])),
    )


def _by_name(sought: SearchQuery, written: str, rivals: Sequence[_Compared]) -> Matched:
    if not rivals:
        reason = (
            Text("Varken numret eller namnet finns i registret.", "Neither number nor name is in the register.")
            if written
            else Text("Ingen i registret har ett liknande namn.", "Nobody in the register has a name like it.")
        )
        return Matched(Outcome.NONE, None, 0.0, reason)
    best = rivals[0]
    pointed = [item for item in rivals if item.near_number or item.same_address]
    alike = [item for item in rivals if item.score >= best.score - APART]
    if len(pointed) == 1 and pointed[0].score >= LIKE_NAME:
        chosen = pointed[0]
        slip = chosen.near_number
        sure = chosen.score >= SAME_NAME and not any(
            item is not chosen and item.score >= chosen.score for item in rivals
        )
        reason = (
            _with(chosen.candidate, "namnet stämmer och numret skiljer sig i en siffra", "the name agrees and the "
                  "number differs in one digit")
            if slip
            else _with(chosen.candidate, "namn och adress stämmer", "name and address agree")
        )  # fmt: skip
        return Matched(Outcome.SURE if sure else Outcome.LIKELY, chosen.candidate, chosen.score, reason)
    if len(alike) > 1:
        return Matched(
            Outcome.SEVERAL,
            None,
            best.score,
            Text(f"{len(alike)} har samma eller liknande namn.", f"{len(alike)} have the same name or one like it."),
            tuple(item.candidate for item in alike[:SHOWN]),
        )
    if sought.number and best.score < EXACT_NAME:
        # Nine slips in ten break the check digit: a number that is right belongs to somebody, though not in the mirror.
        return Matched(
            Outcome.NONE,
            None,
            best.score,
            Text(
                f"Numret är giltigt men finns inte i registret. {_called(best.candidate)} har ett liknande namn.",
                f"The number is valid but not in the register. {_called(best.candidate)} has a name like it.",
            ),
            tuple(item.candidate for item in rivals[:SHOWN]),
        )
    reason = (
        _with(best.candidate, "namnet stämmer", "the name agrees")
        if best.score >= SAME_NAME
        else _with(best.candidate, "namnet liknar", "the name is like it")
    )
    if written:
        reason = Text(
            f"{reason.sv} Numret i reskontran finns inte eller är felskrivet.",
            f"{reason.en} The ledger's number does not exist or is mistyped.",
        )
    return Matched(Outcome.LIKELY, best.candidate, best.score, reason, tuple(i.candidate for i in rivals[1:SHOWN]))


def _called(candidate: Candidate) -> str:
    return candidate.names[0] if candidate.names else organisationsnummer.format(candidate.number)


def _with(candidate: Candidate, swedish: str, english: str) -> Text:
    """A reason as a sentence, with the day of deregistration where there is one."""
    gone = candidate.deregistered_on
    return Text(
        f"{swedish[0].upper()}{swedish[1:]}." + (f" Avregistrerad {gone}." if gone else ""),
        f"{english[0].upper()}{english[1:]}." + (f" Deregistered {gone}." if gone else ""),
    )
