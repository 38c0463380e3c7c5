"""What an officer's decision on a hit rests on, so that it can lapse when that changes.

The evidence behind a hit is every value that was, or could have been, compared: those of the list's entry and those of
the query. Each kind of value has a digest of its own; a decision stands while all are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from graph.matching.query import ScreeningQuery
from graph.model import ListEntry, canonical_json, sha256_hex
from graph.text import Text

DIGEST_LENGTH = 16
"""Hexadecimal digits kept of each digest: enough to see a change by."""
_QUERY_PARTS = ("names", "birth_date", "countries", "organisation_number", "addresses")
_ENTRY_PARTS = ("names", "birth_dates", "countries", "addresses", "identifiers", "swedish_numbers", "programmes")
_NAMES: Mapping[str, Text] = {
    "names": Text("namn", "names"),
    "birth_date": Text("födelsedatum", "birth date"),
    "birth_dates": Text("födelsedatum", "birth dates"),
    "countries": Text("länder", "countries"),
    "organisation_number": Text("organisationsnummer", "organisation number"),
    "addresses": Text("adresser", "addresses"),
    "identifiers": Text("nummer", "identifiers"),
    "swedish_numbers": Text("organisationsnummer", "Swedish numbers"),
    "programmes": Text("sanktionsprogram", "programmes"),
    "remarks": Text("anmärkningar", "remarks"),
}


class Decision(StrEnum):
    """What an officer decided about a hit."""

    SAME = "same"
    NOT_SAME = "not_same"
    OPEN = "open"
    """An earlier decision is taken back."""


def evidence(query: ScreeningQuery, entry: ListEntry) -> dict[str, str]:
    """A digest of each kind of value behind a hit: ``query.names``, ``entry.birth_dates`` …

    The place in the list's document and the list's issue are no evidence: the same entry in a new issue is the same.
    """
    ours: Mapping[str, Any] = asdict(query)
    theirs: Mapping[str, Any] = asdict(entry)
    digests = {f"query.{part}": _digest(ours[part]) for part in _QUERY_PARTS}
    digests |= {f"entry.{part}": _digest(theirs[part]) for part in (*_ENTRY_PARTS, "remarks")}
    return digests


def _digest(value: Any) -> str:
    ordered = sorted(canonical_json(item) for item in value) if isinstance(value, (list, tuple)) else value
    return sha256_hex(canonical_json(ordered).encode())[:DIGEST_LENGTH]


def changed(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The kinds of value that differ between two pieces of evidence, in order; none when a decision still stands."""
    return tuple(part for part in sorted(then.keys() | now.keys()) if then.get(part) != now.get(part))


def lapse_reason(parts: tuple[str, ...]) -> Text:
    """Why a decision lapsed, in words."""

    def named(side: str, language: int) -> str:
        mine = [part.partition(".")[2] for part in parts if part.startswith(side)]
        return ", ".join((_NAMES[name].sv, _NAMES[name].en)[language] for name in mine if name in _NAMES)

    clauses = [
        (f"listans post har ändrats ({named('entry.', 0)})", f"the list's entry has changed ({named('entry.', 1)})"),
        (f"det vi vet har ändrats ({named('query.', 0)})", f"what we know has changed ({named('query.', 1)})"),
    ]
    held = [clause for clause, side in zip(clauses, ("entry.", "query."), strict=True) if named(side, 0)]
    swedish, english = " och ".join(clause[0] for clause in held), " and ".join(clause[1] for clause in held)
    return Text(f"Bedömningen gäller inte längre: {swedish}.", f"The decision has lapsed: {english}.")
