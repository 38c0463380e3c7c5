"""Records of persons and organisations as tables hold them, brought to one shape for ``graph.matching.resolution``.

Column names are recognised by the words in them (``date_of_birth``, ``DATE_OF_BIRTH``, ``Födelsedatum``,
``PRIMARY_NAME_LAST``), so that a ledger, a benchmark or an extract can be read as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from graph.model import ListedSchema

_WORD = re.compile(r"[a-zåäö]+|\d+")
_DIGITS = re.compile(r"\d+")
_BARE = re.compile(r"[^0-9A-Z]+")
_EMAIL = re.compile(r"[^\s<>\"'()]+@[^\s<>\"'()]+")
_GENERATION = re.compile(r"\b(jr|junior|sr|senior|ii|iii|iv|i)\.?$", re.IGNORECASE)
_MONTHS = {
    month: number
    for number, month in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
} | {"maj": 5, "okt": 10}
MAXIMUM_VALUE = 500
"""Characters of a cell that are read; no name or address is longer."""
MAXIMUM_NAMES = 8
"""Other names of one row that are compared."""
PIVOT = 30
"""Two-digit years up to this one are of this century."""


class Column(StrEnum):
    """What a column of a table holds."""

    KEY = "key"
    SOURCE = "source"
    TYPE = "type"
    ORGANISATION = "organisation"
    NAME = "name"
    GIVEN = "given"
    MIDDLE = "middle"
    SURNAME = "surname"
    SUFFIX = "suffix"
    BIRTH_DATE = "birth_date"
    GENDER = "gender"
    ADDRESS = "address"
    POSTAL_CODE = "postal_code"
    PHONE = "phone"
    EMAIL = "email"
    IDENTIFIER = "identifier"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Record:
    """One row about one person or organisation. Empty strings and tuples mean that the row does not say."""

    key: str
    schema: ListedSchema
    name: str = ""
    other_names: tuple[str, ...] = ()
    """Aliases, former names, the name in another script: each as good as ``name`` to be known by."""
    given: str = ""
    """The given names, where the table keeps them apart."""
    generation: str = ""
    """``jr``, ``sr``, ``ii`` …: what tells father from son."""
    birth_date: str = ""
    """``YYYYMMDD``, or the bare figures where no date could be read."""
    gender: str = ""
    """``f`` or ``m``."""
    address: str = ""
    """Lower-case words of the whole address, blanks between."""
    houses: tuple[str, ...] = ()
    """The numbers in the address that may be a house's."""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    """(scheme, bare number in capitals)."""
    source: str = ""


def recognise(column: str) -> Column:
    """What the column named ``column`` holds, by the words in its name."""
    words = set(_WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).casefold().replace("_", " ")))
    if words & {"cluster", "label", "test", "group", "employer", "rel", "role"}:
        return Column.IGNORED
    if words >= {"rec", "id"} or words >= {"record", "id"} or words >= {"unique", "id"} or words == {"id"}:
        return Column.KEY
    if words & {"source", "källa"}:
        return Column.SOURCE
    if words & {"phone", "telefon", "mobile", "tel"}:
        return Column.PHONE if "type" not in words else Column.IGNORED
    if words & {"email", "mail", "epost"}:
        return Column.EMAIL
    if words & {"birth", "dob", "född", "födelsedatum"} and not words & {"place", "city", "country"}:
        return Column.BIRTH_DATE
    if words & {"date", "datum", "website", "url", "web"}:
        return Column.IGNORED  # when somebody was registered, or moved, says nothing of who it is
    if words & {"gender", "sex", "kön"}:
        return Column.GENDER
    if words & {"type", "schema"}:
        return Column.TYPE if words & {"record", "schema", "entity"} else Column.IGNORED
    if words & {"state", "country", "land", "region"} and not words & {"addr", "address"} and words != {"state"}:
        return Column.IGNORED  # who issued a passport says nothing of its own
    if words & {
        "passport", "license", "ssn", "soc", "sec", "id", "orgnr", "organisationsnummer", "personnummer", "lei", "tax",
        "vat", "duns", "identifier", "registration",
    }:  # fmt: skip
        return Column.IDENTIFIER
    if words & {"postcode", "postal", "zip", "postnummer", "postnr"}:
        return Column.POSTAL_CODE
    if words & {
        "addr", "address", "adress", "street", "gata", "suburb", "city", "ort", "postort", "state", "locality",
    }:  # fmt: skip
        return Column.ADDRESS
    if any(word.endswith(("adress", "gata", "ort")) for word in words):
        return Column.ADDRESS
    return _name_column(words)


def _name_column(words: set[str]) -> Column:
    if words & {"org", "organisation", "organization", "company", "företag", "företagsnamn", "leverantör"}:
        return Column.ORGANISATION
    if words & {"surname", "last", "family", "efternamn"}:
        return Column.SURNAME
    if words & {"given", "first", "förnamn", "forename"}:
        return Column.GIVEN
    if words & {"middle"}:
        return Column.MIDDLE
    if words & {"suffix", "generation"} and words & {"name", "suffix"}:
        return Column.SUFFIX
    if words & {"name", "namn", "full", "benämning"}:
        return Column.NAME
    return Column.IGNORED


def read_records(rows: Iterable[Mapping[str, object]], *, source: str = "") -> list[Record]:
    """Records of a table's rows, in their order.

    A row without a key column gets its number, counted from 1. ``source`` is the source of rows that do not say.
    """
    kinds: dict[str, Column] = {}
    records = []
    for number, row in enumerate(rows, start=1):
        values: dict[Column, list[str]] = {}
        named: dict[str, dict[Column, list[str]]] = {}
        identifiers: list[tuple[str, str]] = []
        for column, value in row.items():
            if not isinstance(column, str):
                continue
            kind = kinds.setdefault(column, recognise(column.strip()))
            text = " ".join(str(value).split())[:MAXIMUM_VALUE] if value is not None else ""
            if not text or kind is Column.IGNORED:
                continue
            if kind is Column.IDENTIFIER:
                bare = _BARE.sub("", text.upper())
                if len(bare) >= 4:
                    identifiers.append((_scheme(column), bare))
            else:
                values.setdefault(kind, []).append(text)
                if kind in _NAME_COLUMNS:
                    named.setdefault(_which_name(column), {}).setdefault(kind, []).append(text)
        records.append(_record(str(number), source, values, _names(named), identifiers))
    return records


_NAME_COLUMNS = (Column.NAME, Column.ORGANISATION, Column.GIVEN, Column.MIDDLE, Column.SURNAME)
_NAME_WORDS = frozenset(
    {
        "name", "namn", "full", "org", "organisation", "organization", "company", "företag", "företagsnamn", "surname",
        "last", "family", "efternamn", "given", "first", "förnamn", "forename", "middle", "benämning", "leverantör",
    }
)  # fmt: skip
_REPEATED = re.compile(r"_\d+$")


def _scheme(column: str) -> str:
    """What kind of number a column holds; of a repeated one (``PASSPORT_NUMBER_2``) the same."""
    return _REPEATED.sub("", column.strip().casefold())


def _which_name(column: str) -> str:
    """Which of a row's names a column is a part of: ``PRIMARY_NAME_LAST`` of ``primary``, ``surname`` of the one."""
    return " ".join(word for word in _WORD.findall(column.casefold()) if word not in _NAME_WORDS)


def _names(named: Mapping[str, Mapping[Column, list[str]]]) -> list[str]:
    """The row's names, each from its own columns, in the columns' order. A contact person is no name of a company."""
    organisation = any(Column.ORGANISATION in parts for parts in named.values())
    found = []
    for which, parts in named.items():
        whole = parts.get(Column.ORGANISATION)
        if not organisation or not which:
            whole = parts.get(Column.NAME) or whole
        if whole is None and not organisation:
            whole = [text for kind in (Column.GIVEN, Column.MIDDLE, Column.SURNAME) for text in parts.get(kind, ())]
        if whole:
            found.append(" ".join(whole))
    return list(dict.fromkeys(found))


def _record(
    number: str,
    source: str,
    values: Mapping[Column, list[str]],
    names: list[str],
    identifiers: list[tuple[str, str]],
) -> Record:
    def joined(*kinds: Column) -> str:
        return " ".join(text for kind in kinds for text in values.get(kind, ()))

    organisation = joined(Column.ORGANISATION)
    kind = joined(Column.TYPE).casefold()
    person = not organisation and not kind.startswith(("org", "comp", "före"))
    name = names[0] if names else ""
    generation = joined(Column.SUFFIX).casefold().strip(" .")
    if person and not generation:
        # The suffix stands after the surname, wherever that part of the name was written.
        for part in (joined(Column.SURNAME), joined(Column.GIVEN), name):
            found = _GENERATION.search(part)
            if found and len(part.split()) > 1:
                generation = found.group(1).casefold()
                break
    gender = joined(Column.GENDER).casefold()[:1].replace("k", "f")
    address = joined(Column.ADDRESS, Column.POSTAL_CODE)
    words = _WORD.findall(address.casefold())
    street = _WORD.findall(joined(Column.ADDRESS).casefold())
    houses = tuple(dict.fromkeys(word.lstrip("0") for word in street if word.isdigit() and len(word) <= 4))
    return Record(
        key=joined(Column.KEY) or number,
        schema=ListedSchema.PERSON if person else ListedSchema.ORGANISATION,
        name=name,
        other_names=tuple(names[1 : 1 + MAXIMUM_NAMES]),
        given=joined(Column.GIVEN) if person and joined(Column.SURNAME) else "",
        generation={"junior": "jr", "senior": "sr"}.get(generation, generation),
        birth_date=read_date(joined(Column.BIRTH_DATE)),
        gender=gender if gender in ("f", "m") else "",
        address=" ".join(words),
        houses=houses,
        phones=tuple(filter(None, (_phone(text) for text in values.get(Column.PHONE, ())))),
        emails=tuple(
            found.group().casefold() for text in values.get(Column.EMAIL, ()) for found in _EMAIL.finditer(text)
        ),
        identifiers=tuple(identifiers),
        source=joined(Column.SOURCE) or source,
    )


def _phone(text: str) -> str:
    """The last seven figures: country and area codes are written or left out."""
    figures = "".join(_DIGITS.findall(text))
    return figures[-7:] if len(figures) >= 7 else ""


def read_date(text: str) -> str:
    """``text`` as ``YYYYMMDD``; its bare figures when it is no date that can be read.

    Of ``12/11/1978`` the month is taken to come first unless that cannot be; a comparison forgives the two exchanged.
    """
    figures: list[str] = _DIGITS.findall(text)
    word = re.search(r"[a-zA-Z]{3}", text)
    month = _MONTHS.get(word.group().casefold()) if word else None
    if len(figures) == 1 and len(figures[0]) == 8:
        return figures[0]
    if month is not None and len(figures) == 2:
        day, year = sorted(figures, key=len) if len(figures[0]) != len(figures[1]) else figures
        return f"{_year(year)}{month:02}{int(day):02}"
    if len(figures) == 3 and max(map(len, figures)) <= 4:
        if len(figures[0]) == 4:
            return f"{figures[0]}{int(figures[1]):02}{int(figures[2]):02}"
        first, second = int(figures[0]), int(figures[1])
        first, second = (second, first) if first > 12 else (first, second)
        return f"{_year(figures[2])}{first:02}{second:02}"
    return "".join(figures)


def _year(text: str) -> str:
    if len(text) > 2:
        return text.zfill(4)
    return f"20{text:0>2}" if int(text) <= PIVOT else f"19{text:0>2}"
