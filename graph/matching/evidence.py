"""What besides the name speaks for or against two records being the same: birth dates, countries, numbers, addresses.

A birth date that is off by one figure or has day and month exchanged is a slip as often as another person: it neither
agrees nor contradicts, and the explanation says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rapidfuzz.distance import OSA
from rigour.addresses import compare_address

from graph.matching.query import ScreeningQuery, Strength
from graph.model import ListedSchema, ListEntry
from graph.names.comparison import Comparison

IDENTIFIER, BIRTH_DATE, BIRTH_YEAR = "identifier", "birth_date", "birth_year"
ADDRESS, COUNTRY, LEGAL_FORM = "address", "country", "legal_form"

WEIGHTS = {IDENTIFIER: 100, BIRTH_DATE: 20, ADDRESS: 8, BIRTH_YEAR: 6, COUNTRY: 2, LEGAL_FORM: 1}
"""Order of worth of what agrees; what contradicts counts as much the other way. Only the order of hits rests on it:
an identifier outweighs all else together, a full birth date all but that, a country is shared by millions."""

ADDRESS_AGREES = 0.75
"""rigour's likeness of two addresses from which street, number and town agree."""
CIRCA_YEARS = 1
"""Lists state many birth years as "about"; a year's difference contradicts nothing."""

_DIGITS = re.compile(r"\d+")
_POSTAL_CODE = re.compile(r"\b([1-9]\d{2}) (\d{2})\b")
_NUMBER = re.compile(r"[0-9A-Za-z]+")


class Birth(StrEnum):
    """How two birth dates relate."""

    SAME = "same"
    SAME_YEAR = "same_year"
    NEAR = "near"
    OTHER = "other"
    UNKNOWN = "unknown"


_BEST_FIRST = (Birth.SAME, Birth.SAME_YEAR, Birth.NEAR, Birth.OTHER, Birth.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Codes of what agrees, contradicts and could not be compared, most telling first."""

    corroboration: tuple[str, ...]
    contradictions: tuple[str, ...]
    missing: tuple[str, ...]
    birth: Birth

    @property
    def weight(self) -> int:
        """Worth of what agrees less what contradicts, for ordering hits."""
        return sum(WEIGHTS[code] for code in self.corroboration) - sum(WEIGHTS[code] for code in self.contradictions)


def compare_births(queried: str, listed: str) -> Birth:
    """How a queried birth date relates to one listed date or range (``1960/1965``)."""
    first, slash, last = listed.partition("/")
    if slash:
        year = queried[:4]
        inside = (first[:4] or "0000") <= year <= (last[:4] or "9999")
        return Birth.SAME_YEAR if inside else Birth.OTHER
    if len(queried) < 4 or len(listed) < 4:
        return Birth.UNKNOWN
    ours, theirs = queried[:10], listed[:10]
    if ours == theirs and len(ours) == 10:
        return Birth.SAME
    shared = min(len(ours), len(theirs))
    if ours[:shared] == theirs[:shared]:
        return Birth.SAME_YEAR
    if shared < 10:
        return _years(ours[:4], theirs[:4])
    if ours[:4] == theirs[:4] and (ours[5:7], ours[8:10]) == (theirs[8:10], theirs[5:7]):
        return Birth.NEAR
    if OSA.distance(_figures(ours), _figures(theirs)) <= 1 or _neighbours(ours, theirs):
        return Birth.NEAR
    return Birth.OTHER


def _neighbours(ours: str, theirs: str) -> bool:
    """Whether two full dates are a day apart, or the same day of neighbouring years."""
    try:
        one, other = date.fromisoformat(ours), date.fromisoformat(theirs)
    except ValueError:
        return False
    same_day = (one.month, one.day) == (other.month, other.day)
    return abs((one - other).days) <= 1 or (same_day and abs(one.year - other.year) <= CIRCA_YEARS)


def _years(ours: str, theirs: str) -> Birth:
    if not (ours.isdigit() and theirs.isdigit()):
        return Birth.UNKNOWN
    if ours == theirs:
        return Birth.NEAR
    near = abs(int(ours) - int(theirs)) <= CIRCA_YEARS or OSA.distance(ours, theirs) <= 1
    return Birth.NEAR if near else Birth.OTHER


def _figures(text: str) -> str:
    return text.replace("-", "")


def best_birth(queried: tuple[str, ...], listed: tuple[str, ...]) -> Birth:
    """How the best agreeing pair of two records' birth dates relates."""
    found = {compare_births(ours, theirs) for ours in queried if ours for theirs in listed if theirs}
    return next((birth for birth in _BEST_FIRST if birth in found), Birth.UNKNOWN)


def identifiers(entry: ListEntry) -> frozenset[str]:
    """The numbers that an entry states, bare, in capitals; ten-digit Swedish ones as they are."""
    written = (number for _, number in entry.identifiers)
    return frozenset(entry.swedish_numbers) | frozenset(_bare(number) for number in written if len(_bare(number)) >= 6)


def _bare(number: str) -> str:
    return "".join(_NUMBER.findall(number)).upper()


def gather(query: ScreeningQuery, entry: ListEntry, names: Comparison) -> Evidence:
    """Everything besides the name that can be compared between ``query`` and ``entry``."""
    agrees: list[str] = []
    against: list[str] = []
    missing: list[str] = []

    listed_numbers = identifiers(entry)
    if query.organisation_number is None or not listed_numbers:
        missing.append(IDENTIFIER)
    elif query.organisation_number in listed_numbers:
        agrees.append(IDENTIFIER)
    elif entry.swedish_numbers:
        against.append(IDENTIFIER)

    birth = Birth.UNKNOWN
    if query.schema is ListedSchema.PERSON:
        birth = best_birth((query.birth_date,), entry.birth_dates) if query.birth_date else Birth.UNKNOWN
        if birth is Birth.UNKNOWN:
            missing.append(BIRTH_DATE)
        elif birth in (Birth.SAME, Birth.SAME_YEAR):
            agrees.append(BIRTH_DATE if birth is Birth.SAME else BIRTH_YEAR)
        elif birth is Birth.OTHER:
            against.append(BIRTH_DATE)

    if not query.addresses or not entry.addresses:
        missing.append(ADDRESS)
    elif any(_address_agrees(ours, theirs) for ours in query.addresses for theirs in entry.addresses):
        agrees.append(ADDRESS)

    decided = not {IDENTIFIER, BIRTH_DATE, ADDRESS}.isdisjoint(agrees)
    ours = {country.lower() for country in query.countries}
    theirs = {country.lower() for country in entry.countries}
    if not ours or not theirs:
        missing.append(COUNTRY)
    elif ours & theirs:
        agrees.append(COUNTRY)
    elif not decided:  # people move and companies have branches: a country never stands against a number or a date
        against.append(COUNTRY)

    if "other_form" in names.notes and not decided:
        against.append(LEGAL_FORM)
    elif "same_form" in names.notes:
        agrees.append(LEGAL_FORM)
    return Evidence(tuple(agrees), tuple(against), tuple(missing), birth)


def _address_agrees(ours: str, theirs: str) -> bool:
    """Whether two addresses name the same house: a street number must stand in both, and the whole be alike."""
    ours, theirs = (_POSTAL_CODE.sub(r"\1\2", address) for address in (ours, theirs))
    if set(_DIGITS.findall(ours)).isdisjoint(_DIGITS.findall(theirs)):
        return False
    return compare_address(ours, theirs) >= ADDRESS_AGREES


def strength(query: ScreeningQuery, evidence: Evidence, score: float) -> Strength:
    """How much stands behind a hit. A person's name alone is always weak."""
    agrees = set(evidence.corroboration)
    if IDENTIFIER in agrees:
        return Strength.STRONG
    if evidence.contradictions:
        return Strength.WEAK
    if BIRTH_DATE in agrees:
        return Strength.STRONG
    if agrees & {ADDRESS, BIRTH_YEAR}:
        return Strength.MEDIUM
    if query.schema is not ListedSchema.PERSON and score >= SAME_NAME:
        return Strength.MEDIUM
    return Strength.WEAK


SAME_NAME = 0.98
"""From here two names differ in nothing that tells holders apart."""
