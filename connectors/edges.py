"""Read ownership as a plain list of edges ``[owner, owned, share]``, for ``genomlys ownership``.

A file is one network or a list of them. A network is a JSON list of edges, or an object ``{"edges": […]}`` with an
optional ``id`` and ``seeds`` (owners to treat as listed). A share is a number, a range (``[25, 50]`` or ``"25-50%"``)
or ``null`` for a stake whose size is not known; an edge of four members gives a range. Shares are per cent, or
fractions of one when no number in the network is above 1. The same pair twice is added up.

Names are used as keys as they stand. One that holds a personnummer is replaced by a keyed hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connectors.base import MalformedContent
from connectors.hardened import parse_json
from connectors.messages import message
from connectors.statements import without_person_numbers
from graph.model import EntityKey, Fact, PersonKeyer, Predicate, sha256_hex

SOURCE = "edges"
MAXIMUM_EDGES = 200_000
_REMEDY = message("remedy.edges")
_RANGE = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*%?\s*[-–]\s*(\d+(?:[.,]\d+)?)\s*%?\s*")
_ONE = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*%?\s*")

Bounds = tuple[Decimal, Decimal] | None


@dataclass(frozen=True, slots=True)
class EdgeNetwork:
    """One network of a file."""

    name: str
    """The network's ``id``, else its place in the file."""
    facts: tuple[Fact, ...]
    listed: tuple[EntityKey, ...]
    unit: str
    """How shares were read: ``percent`` or ``fraction``."""


def looks_like_edges(document: Any) -> bool:
    """Whether a parsed JSON document is meant as edges rather than as BODS statements."""
    first = document[0] if isinstance(document, list) and document else document
    return isinstance(first, list) or (isinstance(first, dict) and "edges" in first)


def read(content: bytes, keyer: PersonKeyer) -> tuple[EdgeNetwork, ...]:
    """The networks in a file.

    Raises:
        MalformedContent: not JSON, not edges, a share that is none or outside 0–100, or too many edges.
    """
    document = parse_json(content, SOURCE)
    digest, moment = sha256_hex(content), datetime.now(UTC)
    if not looks_like_edges(document):
        raise MalformedContent(SOURCE, message("edges.not_edges"), "", _REMEDY)
    several = isinstance(document, list) and any(isinstance(part, dict) for part in document[:1])
    parts = list(enumerate(document)) if several else [(None, document)]
    found: list[EdgeNetwork] = []
    count = 0
    for index, part in parts:
        place = "" if index is None else f"/{index}"
        if isinstance(part, dict):
            place += "/edges"
        rows = part.get("edges") if isinstance(part, dict) else part
        if not isinstance(rows, list):
            raise MalformedContent(SOURCE, message("edges.not_edges"), place, _REMEDY)
        count += len(rows)
        if count > MAXIMUM_EDGES:
            raise MalformedContent(SOURCE, message("edges.too_many", limit=MAXIMUM_EDGES), "", _REMEDY)
        told = part if isinstance(part, dict) else {}
        edges = list(_edges(rows, place))
        fraction = bool(edges) and all(bounds is None or bounds[1] <= 1 for *_, bounds in edges)
        seeds = told.get("seeds")
        found.append(
            EdgeNetwork(
                name=without_person_numbers(str(told.get("id", "" if index is None else index))),
                facts=tuple(_facts(edges, 100 if fraction else 1, keyer, digest, moment)),
                listed=tuple(_key(seed, keyer) for seed in seeds) if isinstance(seeds, list) else (),
                unit="fraction" if fraction else "percent",
            )
        )
    return tuple(found)


def _edges(rows: list[Any], place: str) -> Iterator[tuple[str, Any, Any, Bounds]]:
    for index, row in enumerate(rows):
        where = f"{place}/{index}"
        if not isinstance(row, list) or len(row) not in (3, 4) or not all(_is_name(name) for name in row[:2]):
            raise MalformedContent(SOURCE, message("edges.edge"), where, _REMEDY)
        yield where, row[0], row[1], _bounds(row[2] if len(row) == 3 else row[2:], where)


def _is_name(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool) and bool(str(value).strip())


def _bounds(share: Any, where: str) -> Bounds:
    if share is None:
        return None
    numbers: list[Any] = share if isinstance(share, list) else [share]
    if isinstance(share, str):
        match = _RANGE.fullmatch(share) or _ONE.fullmatch(share)
        numbers = [Decimal(part.replace(",", ".")) for part in match.groups()] if match else []
    usable = all(isinstance(part, (int, float, Decimal)) and not isinstance(part, bool) for part in numbers)
    if not usable or len(numbers) not in (1, 2):
        raise MalformedContent(SOURCE, message("edges.share"), where, _REMEDY)
    low, high = Decimal(str(numbers[0])), Decimal(str(numbers[-1]))
    if not 0 <= low <= high <= 100:
        raise MalformedContent(SOURCE, message("edges.share"), where, _REMEDY)
    return low, high


def _facts(
    edges: list[tuple[str, Any, Any, Bounds]], scale: int, keyer: PersonKeyer, digest: str, moment: datetime
) -> Iterator[Fact]:
    joined: dict[tuple[EntityKey, EntityKey], tuple[str, Bounds]] = {}
    for where, owner, owned, bounds in edges:
        pair = (_key(owner, keyer), _key(owned, keyer))
        if pair in joined:
            first, before = joined[pair]
            # A lot of unknown size beside a known one: at least the known one, at most everything.
            known = before or bounds
            open_end = (known[0], Decimal(100 // scale)) if known else None
            joined[pair] = (first, (before[0] + bounds[0], before[1] + bounds[1]) if before and bounds else open_end)
        else:
            joined[pair] = (where, bounds)
    for (owner, owned), (where, bounds) in joined.items():
        low, high = (None, None) if bounds is None else (str(bounds[0] * scale), str(bounds[1] * scale))
        value = {
            "interest": "shareholding",
            "exact": low if low == high else None,
            "minimum": None if low == high else low,
            "maximum": None if low == high else high,
            "direct": True,
            "beneficial": None,
        }
        yield Fact(owner, Predicate.OWNERSHIP, value, SOURCE, digest, where, moment, owned)


def _key(name: Any, keyer: PersonKeyer) -> EntityKey:
    text = " ".join(str(name).split())
    if without_person_numbers(text) != text:
        return keyer.by_description(text, None, SOURCE)
    return EntityKey(text)
