"""What a client asks, read with suspicion: a batch of queries, or a request for properties of entities.

A batch that cannot be read is refused whole (``UnusableRequest``). A single query that cannot be used is answered with
what is wrong with it, and the others go on. A personnummer never gets further than here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graph.identity import organisationsnummer
from graph.identity.errors import InvalidIdentifier
from screening.intake.ledger import near_numbers
from screening.intake.personal import MASK, holds_personal_number, without_personal_numbers
from screening.reconciliation.vocabulary import ASKED_BY, Property, Type
from screening.store.register_search import SearchQuery
from screening.texts import text
from screening.verdict import Text

MAXIMUM_QUERIES = 100
"""Queries of one batch; OpenRefine sends ten."""
MAXIMUM_ENTITIES = 500
"""Entities of one request for properties."""
MAXIMUM_CHARACTERS = 500_000
"""Of a batch as it is sent."""
MAXIMUM_NAME = 200
MAXIMUM_VALUES = 8
"""Values of one property that are read."""
MAXIMUM_LIMIT = 50
DEFAULT_LIMIT = 10

_POSTAL_CODE = re.compile(r"(?:SE-?)?(\d{3}) ?(\d{2})\b")
_COUNTRY = re.compile(r"[a-z]{2}")
_BIRTH = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


class UnusableRequestError(ValueError):
    """The request as a whole cannot be read; ``text`` says why, ``too_large`` that it is a matter of size."""

    def __init__(self, problem: Text, *, too_large: bool = False) -> None:
        super().__init__(problem.en)
        self.text = problem
        self.too_large = too_large


@dataclass(frozen=True, slots=True)
class Query:
    """One thing to look for. Empty texts and tuples are not known."""

    names: tuple[str, ...]
    """The query first, then other names given as properties."""
    types: tuple[Type, ...]
    limit: int
    number: str = ""
    """The organisation number as it was written, right or wrong."""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    birth_date: str = ""
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""
    countries: tuple[str, ...] = ()

    @property
    def valid_number(self) -> str | None:
        """The organisation number in ten digits, if it is one."""
        try:
            return organisationsnummer.validate(self.number)
        except InvalidIdentifier:
            return None

    @property
    def search(self) -> SearchQuery:
        """What the register is searched for."""
        return SearchQuery(
            name=self.names[0] if self.names else "",
            number=self.valid_number or "",
            street=self.street,
            postal_code=self.postal_code,
            city=self.city,
            near_numbers=near_numbers(self.number),
        )

    @property
    def record(self) -> dict[str, list[str]]:
        """The query as the record that ``graph.matching.pairs`` compares."""
        number = self.valid_number
        known = {
            "name": list(self.names),
            "registrationNumber": [number] if number else [],
            "birthDate": [self.birth_date] if self.birth_date else [],
            "country": list(self.countries),
            "address": [self.address] if self.address else [],
        }
        return {name: values for name, values in known.items() if values}

    @property
    def address(self) -> str:
        """The address in one line."""
        return ", ".join(filter(None, (self.street, f"{self.postal_code} {self.city}".strip())))


@dataclass(frozen=True, slots=True)
class Extension:
    """Entities whose properties are asked for."""

    entities: tuple[str, ...]
    properties: tuple[Property, ...]


def read_batch(content: str) -> dict[str, Query | Text]:
    """The queries of a batch by the client's key; a ``Text`` in a query's place says why it cannot be used.

    Raises:
        UnusableRequestError: it is no JSON object of queries, or has too many.
    """
    batch = _object(content)
    if len(batch) > MAXIMUM_QUERIES:
        raise UnusableRequestError(text("reconciliation.too_many", limit=str(MAXIMUM_QUERIES)), too_large=True)
    return {key: _query(asked) for key, asked in batch.items()}


def read_extension(content: str) -> Extension:
    """The entities and properties of a data extension query; unknown properties and repeats are left out.

    Raises:
        UnusableRequestError: it is not of the specified form, or asks about too many.
    """
    asked = _object(content)
    entities, wanted = asked.get("ids"), asked.get("properties")
    if not isinstance(entities, list) or not isinstance(wanted, list):
        raise UnusableRequestError(text("reconciliation.extension"))
    if len(entities) > MAXIMUM_ENTITIES:
        raise UnusableRequestError(text("reconciliation.too_many", limit=str(MAXIMUM_ENTITIES)), too_large=True)
    ids = [item.get("id") for item in wanted if isinstance(item, dict)]
    known = [Property(item) for item in ids if isinstance(item, str) and item in set(Property)]
    return Extension(
        tuple(dict.fromkeys(item for item in entities if isinstance(item, str))), tuple(dict.fromkeys(known))
    )


def _object(content: str) -> dict[str, Any]:
    if len(content) > MAXIMUM_CHARACTERS:
        raise UnusableRequestError(text("reconciliation.too_long", limit=str(MAXIMUM_CHARACTERS)), too_large=True)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnusableRequestError(text("reconciliation.not_json")) from error
    if not isinstance(found, dict):
        raise UnusableRequestError(text("reconciliation.not_json"))
    return found


def _query(asked: object) -> Query | Text:
    if not isinstance(asked, dict):
        return text("reconciliation.query.form")
    written = asked.get("query", "")
    limit = asked.get("limit")
    if not isinstance(written, str):
        return text("reconciliation.query.form")
    if limit is None:
        limit = DEFAULT_LIMIT
    if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not limit >= 1:
        return text("reconciliation.query.limit")
    types = _types(asked.get("type"))
    if types is None:
        return text("reconciliation.query.type", known=", ".join(Type))
    values = _values(asked.get("properties"))
    if values is None:
        return text("reconciliation.query.properties")
    names = [_clean(name) for name in (written, *values.get(Property.NAME, ()))]
    numbers = values.get(Property.ORGANISATION_NUMBER, [])
    if any(len(name) > MAXIMUM_NAME for name in names):
        return text("reconciliation.query.too_long", limit=str(MAXIMUM_NAME))
    if holds_personal_number(" ".join((*names, *numbers))):
        return text("reconciliation.query.personal_number")
    if not numbers and names[0] and _is_number(names[0]):
        numbers, names = [names[0]], names[1:]
    query = Query(
        names=tuple(dict.fromkeys(name for name in names if name)),
        types=types,
        limit=int(min(limit, MAXIMUM_LIMIT)),
        number=_clean(numbers[0]) if numbers else "",
        **_place(values),
        birth_date=next((date for date in values.get(Property.BIRTH_DATE, ()) if _BIRTH.fullmatch(date)), ""),
        countries=tuple(
            country
            for country in (value.strip().lower() for value in values.get(Property.COUNTRY, ()))
            if _COUNTRY.fullmatch(country)
        ),
    )
    return query if query.names or query.number else text("reconciliation.query.empty")


def _types(given: object) -> tuple[Type, ...] | None:
    """The types asked for, all when none is; ``None`` when one is unknown."""
    asked = [given] if isinstance(given, (str, dict)) else given
    if asked is None or asked == []:
        return tuple(Type)
    if not isinstance(asked, list):
        return None
    ids = [item.get("id") if isinstance(item, dict) else item for item in asked]
    known = [Type(item) for item in ids if isinstance(item, str) and item in set(Type)]
    return tuple(dict.fromkeys(known)) if len(known) == len(ids) else None


def _values(given: object) -> dict[Property, list[str]] | None:
    """The known properties' values as text; ``None`` when they are not of the specified form."""
    if given is None:
        return {}
    if not isinstance(given, list):
        return None
    found: dict[Property, list[str]] = {}
    for item in given:
        if not isinstance(item, dict) or not isinstance(item.get("pid"), str):
            return None
        if item["pid"] in set(ASKED_BY):
            found.setdefault(Property(item["pid"]), []).extend(_texts(item.get("v")))
    return {name: values[:MAXIMUM_VALUES] for name, values in found.items()}


def _texts(value: object) -> Iterator[str]:
    """A property's value as text: a spreadsheet makes ``5580000015.0`` of a number, a reconciled cell has a name."""
    for item in value if isinstance(value, list) else [value]:
        named = item.get("name", item.get("id")) if isinstance(item, dict) else item
        whole = int(named) if isinstance(named, float) and named.is_integer() else named
        if isinstance(whole, (str, int)) and not isinstance(whole, bool):
            cleaned = _clean(str(whole)[: 2 * MAXIMUM_NAME])
            if cleaned:
                yield cleaned


def _clean(value: str) -> str:
    return " ".join(value.replace("\0", " ").split())


def _is_number(written: str) -> bool:
    try:
        organisationsnummer.validate(written)
    except InvalidIdentifier:
        return False
    return True


def _place(values: Mapping[Property, list[str]]) -> dict[str, str]:
    """Street, postal code and city; an address in one line is taken apart at its postal code."""
    street, code, city = (
        next(iter(values.get(name, ())), "") for name in (Property.ADDRESS, Property.POSTAL_CODE, Property.CITY)
    )
    found = _POSTAL_CODE.search(street)
    if found and not code:
        code, city = found[1] + found[2], city or street[found.end() :].strip(" ,")
        street = street[: found.start()].strip(" ,")
    return {
        "street": without_personal_numbers(street).replace(MASK, ""),
        "postal_code": code.replace(" ", ""),
        "city": city,
    }
