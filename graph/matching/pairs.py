"""Two records side by side: are they the same person, organisation or vessel, and why.

``compare_pair`` explains one pair, ``score_pairs`` scores many. Both rest on ``graph.names.compare``, the one scoring
function, and on ``graph.matching.evidence`` for what stands beside the name.

A record is a mapping with ``name`` (a text or a list; or ``firstName``, ``middleName``, ``lastName``) and, where
known, ``birthDate``, ``country``/``nationality``, ``registrationNumber`` and other numbers, each a text or a list.

Invariants: symmetric; a record without a telling name scores 0.0 unless a number agrees; a row is never an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.collection import paused_collection
from graph.identity import organisationsnummer
from graph.identity.errors import InvalidIdentifier
from graph.matching.evidence import Birth, best_birth
from graph.matching.explanation import explain_pair
from graph.model import ListedSchema
from graph.names.analysis import NameAnalysis, analyse
from graph.names.comparison import DEFAULT_THRESHOLD, NO_MATCH, Comparison, compare
from graph.names.pairing import Pair
from graph.text import Text

SCHEMAS: Mapping[str, tuple[ListedSchema, ...]] = {
    "Person": (ListedSchema.PERSON,),
    "Company": (ListedSchema.ORGANISATION,),
    "Organization": (ListedSchema.ORGANISATION,),
    "PublicBody": (ListedSchema.ORGANISATION,),
    "Vessel": (ListedSchema.VESSEL,),
    "Airplane": (ListedSchema.AIRCRAFT,),
}
"""FollowTheMoney's names of kinds; any other is tried as a person and as an organisation."""
EITHER = (ListedSchema.PERSON, ListedSchema.ORGANISATION)

NUMBERS = (
    "registrationNumber",
    "organisationNumber",
    "orgnr",
    "idNumber",
    "taxNumber",
    "vatCode",
    "innCode",
    "ogrnCode",
    "leiCode",
    "imoNumber",
    "passportNumber",
)
"""Properties that hold an identifying number. Only numbers of one property are set against each other."""

IDENTIFIER_AGREES = 0.95
"""Least score of two records with the same number."""
IDENTIFIER_CONTRADICTS = 0.5
"""Factor for two records that state different numbers of one kind: strong evidence against."""
BIRTH_CONTRADICTS = 0.65
"""Factor for two birth dates that no slip explains."""
BIRTH_NEAR = 0.97
"""Factor for two birth dates a slip apart: weak evidence against."""
BIRTH_AGREES = 0.35
"""Share of what lacks to 1 that the same full birth date adds to names that are alike; half of it for the year."""
ALIKE = 0.55
"""Likeness of names from which an agreeing birth date adds anything."""
COUNTRY_CONTRADICTS = 0.97
OTHER_PARTS = 0.65
"""Both records say which name is the given and which the family name, and they are exchanged (Hans Friedrich)."""

MAXIMUM_NAMES = 16
"""Names of one record that are compared."""


@dataclass(frozen=True, slots=True)
class PairResult:
    """What the comparison of two records gave."""

    score: float
    """0..1."""
    match: bool
    """Whether the score reaches the threshold."""
    explanation: Text
    parts: tuple[Pair, ...]
    """The words that answer to each other."""
    names: Comparison
    """The comparison of the two names that decided."""


def schemas(schema: str, left: Sequence[str], right: Sequence[str]) -> tuple[ListedSchema, ...]:
    """The kinds as which records named ``left`` and ``right`` are compared; a legal form makes an organisation."""
    kinds = SCHEMAS.get(schema)
    if kinds is None:
        kinds = EITHER
        if any(analyse(name, ListedSchema.ORGANISATION).legal_forms for name in (*left, *right)):
            return (ListedSchema.ORGANISATION,)
    return kinds


def _texts(record: Mapping[str, Any], *properties: str) -> Iterator[str]:
    for key in properties:
        value = record.get(key)
        if isinstance(value, str):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from (item for item in value if isinstance(item, str))


def names_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of a record; a person's parts put together where no whole name is given."""
    whole = tuple(name for name in _texts(record, "name", "alias", "previousName") if name)
    if whole:
        return whole[:MAXIMUM_NAMES]
    built = " ".join(part for part in _texts(record, "firstName", "middleName", "lastName") if part)
    return (built,) if built else ()


def compare_pair(
    left: Mapping[str, Any], right: Mapping[str, Any], schema: str, *, threshold: float = DEFAULT_THRESHOLD
) -> PairResult:
    """Compare two records of a ``schema`` and say why they are, or are not, the same."""
    best, one, other = NO_MATCH, "", ""
    left_names, right_names = names_of(left), names_of(right)
    for kind in schemas(schema, left_names, right_names):
        for ours in left_names:
            for theirs in right_names:
                found = compare(analyse(ours, kind), analyse(theirs, kind))
                if found.score > best.score or not one:
                    best, one, other = found, ours, theirs
    score, agrees, against, birth = _weigh(best.score, left, right)
    score = round(score, 4)
    match = score >= threshold
    explanation = explain_pair(one, other, best, score, match, agrees, against, birth is Birth.NEAR)
    return PairResult(score, match, explanation, best.pairs, best)


def score_pairs(rows: Sequence[Mapping[str, Any]]) -> NDArray[np.float64]:
    """Scores of ``rows`` (``schema``, ``left``, ``right``), the same as ``compare_pair`` gives, each name read once."""
    known: dict[tuple[str, ListedSchema], NameAnalysis] = {}

    def analysed(name: str, kind: ListedSchema) -> NameAnalysis:
        found = known.get((name, kind))
        if found is None:
            found = known[name, kind] = analyse(name, kind)
        return found

    scores = np.zeros(len(rows))
    with paused_collection():
        for position, row in enumerate(rows):
            left, right = row.get("left"), row.get("right")
            if not isinstance(left, Mapping) or not isinstance(right, Mapping):
                continue
            score = 0.0
            left_names, right_names = names_of(left), names_of(right)
            for kind in schemas(str(row.get("schema", "")), left_names, right_names):
                for ours in left_names:
                    for theirs in right_names:
                        score = max(score, compare(analysed(ours, kind), analysed(theirs, kind)).score)
            scores[position] = round(_weigh(score, left, right)[0], 4)
    return scores


def _weigh(
    score: float, left: Mapping[str, Any], right: Mapping[str, Any]
) -> tuple[float, tuple[str, ...], tuple[str, ...], Birth]:
    """The score with what stands beside the names; codes of what agrees and contradicts; how the births relate."""
    agrees: list[str] = []
    against: list[str] = []
    birth = Birth.UNKNOWN
    if len(left) == 1 and len(right) == 1:
        return score, (), (), birth
    score *= _parts_factor(left, right)
    numbers = _numbers(left, right)
    if numbers is True:
        agrees.append("identifier")
        score = max(score, IDENTIFIER_AGREES)
    elif numbers is False:
        against.append("identifier")
        score *= IDENTIFIER_CONTRADICTS
    birth = best_birth(tuple(_texts(left, "birthDate")), tuple(_texts(right, "birthDate")))
    if birth in (Birth.SAME, Birth.SAME_YEAR):
        agrees.append("birth_date" if birth is Birth.SAME else "birth_year")
        if score >= ALIKE:
            score += (1.0 - score) * (BIRTH_AGREES if birth is Birth.SAME else BIRTH_AGREES / 2)
    elif birth is Birth.NEAR:
        score *= BIRTH_NEAR
    elif birth is Birth.OTHER:
        against.append("birth_date")
        score *= BIRTH_CONTRADICTS
    ours, theirs = (
        {country.strip().lower() for country in _texts(record, "country", "nationality", "jurisdiction", "citizenship")}
        for record in (left, right)
    )
    if ours and theirs:
        if ours & theirs:
            agrees.append("country")
        else:
            against.append("country")
            score *= COUNTRY_CONTRADICTS
    return score, tuple(agrees), tuple(against), birth


def _parts_factor(left: Mapping[str, Any], right: Mapping[str, Any]) -> float:
    """Lowered where both records name their parts and given and family name are exchanged."""
    sides = [(" ".join(_texts(record, "firstName")), " ".join(_texts(record, "lastName"))) for record in (left, right)]
    if not all(given and family for given, family in sides):
        return 1.0
    analysed = [[analyse(part, ListedSchema.PERSON) for part in side] for side in sides]
    crossed = compare(analysed[0][0], analysed[1][1]).score + compare(analysed[0][1], analysed[1][0]).score
    straight = compare(analysed[0][0], analysed[1][0]).score + compare(analysed[0][1], analysed[1][1]).score
    return OTHER_PARTS if crossed > straight + 0.5 else 1.0


def _numbers(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool | None:
    """Whether the records share a number of one kind (true), state different ones (false) or cannot be compared."""
    contradicts = False
    for key in NUMBERS:
        ours, theirs = (frozenset(map(_bare, _texts(record, key))) - {""} for record in (left, right))
        if ours & theirs:
            return True
        contradicts = contradicts or bool(ours and theirs)
    return False if contradicts else None


def _bare(number: str) -> str:
    """A number without punctuation; a Swedish organisation number in ten digits however it was written."""
    written = number.strip()[:64]
    try:
        return organisationsnummer.validate(written, strict=False)
    except InvalidIdentifier:
        return "".join(character for character in written if character.isalnum()).upper()
