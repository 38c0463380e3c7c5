"""What is asked of a list, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graph.model import EntityKey, ListedName, ListedSchema, ListEntry
from graph.text import Text


class Strength(StrEnum):
    """How much stands behind a hit: never the name alone for a person."""

    STRONG = "strong"
    """An identifier or the full birth date agrees and nothing contradicts."""
    MEDIUM = "medium"
    """Something weaker agrees too, or an organisation's full name is the same; nothing contradicts."""
    WEAK = "weak"
    """The name alone, or something contradicts."""


@dataclass(frozen=True, slots=True)
class ScreeningQuery:
    """One party, owner or officer, with everything known that can tell it from a namesake."""

    key: EntityKey
    schema: ListedSchema
    names: tuple[str, ...]
    birth_date: str | None = None
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""
    countries: tuple[str, ...] = ()
    """ISO 3166 alpha-2, either case."""
    organisation_number: str | None = None
    """Ten digits."""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One list entry that may be the one asked about. ``score`` is the likeness of the two names, nothing else."""

    entry: ListEntry
    matched_query_name: str
    matched_name: ListedName
    score: float
    strength: Strength
    corroboration: tuple[str, ...]
    """What agrees besides the name: identifier, birth_date, birth_year, address, country, legal_form."""
    contradictions: tuple[str, ...]
    """What does not agree, in the same words."""
    missing: tuple[str, ...]
    """What could not be compared because one side does not state it."""
    explanation: Text
    """The hit in words."""


def hit_value(hit: Hit, list_version: str) -> dict[str, Any]:
    """The value of a ``Predicate.LIST_HIT`` fact for ``hit``, found in the list's issue ``list_version``."""
    names = hit.entry.names
    return {
        "list": hit.entry.list,
        "list_version": list_version,
        "entry": hit.entry.entry,
        "entry_name": names[0].name if names else hit.matched_name.name,
        "matched_name": hit.matched_name.name,
        "query_name": hit.matched_query_name,
        "score": hit.score,
        "weak": hit.matched_name.weak,
        "strength": hit.strength.value,
        "corroboration": list(hit.corroboration),
        "contradictions": list(hit.contradictions),
        "missing": list(hit.missing),
        "explanation_sv": hit.explanation.sv,
        "explanation_en": hit.explanation.en,
        "programmes": list(hit.entry.programmes),
    }
