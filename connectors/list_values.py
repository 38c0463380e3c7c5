"""What the sanction lists' readers and mappers share: rows, delimited text, dates, countries, Swedish numbers.

A list's reader yields ``ListedRow`` with the published values; its mapper turns each into a ``graph.model.ListEntry``
by ``entry_of``. Nothing here knows which list it serves.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from lxml import etree
from rigour.territories import lookup_territory

from connectors.base import MalformedContent, RejectedRow
from connectors.hardened import iterate_xml
from connectors.messages import message
from graph.identity import organisationsnummer, personnummer, samordningsnummer
from graph.identity.errors import InvalidIdentifier
from graph.model import ListedName, ListedSchema, ListEntry

MAXIMUM_RECORD_LINES = 200
"""A quoted field may span lines; a record longer than this has an unbalanced quote."""


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One listed party with its values as published."""

    key: str
    """The list's own stable identity of the entry."""
    schema: ListedSchema
    names: tuple[ListedName, ...]
    programmes: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    """Birth dates as published text: ``12 Mar 1965``, ``circa 1958``, ``1960 to 1965`` …"""
    countries: tuple[str, ...] = ()
    """Country codes, names or demonyms as published."""
    addresses: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str, str], ...] = ()
    """(type, number, issuing country or empty)."""
    listed_on: str | None = None
    remarks: str | None = None
    place: str = ""


def entry_of(row: ListedRow, list_id: str) -> ListEntry:
    """The list entry that ``row`` states: dates and countries in one form, Swedish numbers found and sorted out.

    A number that is a Swedish personnummer is masked, in identifiers and in remarks; a Swedish organisation number
    goes to ``swedish_numbers`` as well.
    """
    swedish: list[str] = []
    identifiers: list[tuple[str, str]] = []
    for kind, number, country in row.identifiers:
        if country_code(country) == "se" and (found := organisation_number(number)):
            swedish.append(found)
        identifiers.append((kind, without_personal_numbers(number, country)))
    if row.remarks:
        swedish.extend(swedish_numbers(row.remarks))
    return ListEntry(
        list=list_id,
        entry=row.key,
        schema=row.schema,
        names=unique_names(row.names),
        programmes=unique(row.programmes),
        birth_dates=unique(found for text in row.dates for found in birth_dates(text)),
        countries=unique(code for text in row.countries for code in country_codes(text)),
        addresses=unique(row.addresses),
        identifiers=tuple(dict.fromkeys(identifiers)),
        swedish_numbers=unique(swedish),
        listed_on=row.listed_on,
        remarks=without_personal_numbers(row.remarks) if row.remarks else None,
        place=row.place,
    )


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """The non-empty values, stripped, each once, in order."""
    return tuple(dict.fromkeys(stripped for value in values if (stripped := value.strip())))


def unique_names(names: Iterable[ListedName]) -> tuple[ListedName, ...]:
    """Each name text once; a strong occurrence wins over a weak one, the first kind wins."""
    kept: dict[str, ListedName] = {}
    for name in names:
        previous = kept.get(name.name)
        if previous is None or (previous.weak and not name.weak):
            kept[name.name] = name
    return tuple(kept.values())


def collapse(text: str | None) -> str:
    """``text`` with every run of white space as one blank; ``None`` as the empty string."""
    return " ".join(text.split()) if text else ""


def one_line(*parts: str | None) -> str:
    """The non-empty parts of an address, joined by a comma."""
    return ", ".join(part for part in map(collapse, parts) if part)


# --- XML


def iterate_elements(source: str, content: bytes, root: str, tags: Sequence[str]) -> Iterator[etree._Element]:
    """Every element of a list's XML whose local name is in ``tags``, in document order and bounded memory.

    Raises:
        MalformedContent: not XML, hostile, broken off, or its root element is not called ``root``.
    """
    checked = False
    for element in iterate_xml(io.BytesIO(content), source, tags):
        if not checked:
            _require_root(source, element.getroottree().getroot(), root)
            checked = True
        yield element


def _require_root(source: str, element: etree._Element, root: str) -> None:
    if local_name(element) != root:
        raise MalformedContent(
            source,
            message("xml.other_root", found=local_name(element)[:40], expected=root),
            "/*",
            message("remedy.right_file"),
        )


def local_name(element: etree._Element) -> str:
    """The element's name without namespace."""
    return etree.QName(element).localname


def text_of(element: etree._Element, name: str) -> str:
    """The collapsed text of the first child called ``name`` in any namespace, or the empty string."""
    return next((collapse(child.text) for child in element if local_name(child) == name), "")


def children(element: etree._Element, *path: str) -> list[etree._Element]:
    """The descendants reached by the local names of ``path``."""
    found = [element]
    for name in path:
        found = [child for parent in found for child in parent if local_name(child) == name]
    return found


def root_time(source: str, content: bytes, attribute: str) -> datetime | None:
    """The time in an attribute of the root element (UTC if it tells no zone), or ``None``."""
    try:
        parser = etree.iterparse(io.BytesIO(content), events=("start",), resolve_entities=False, no_network=True)
        _event, root = next(iter(parser))
        return moment(root.get(attribute))
    except (etree.XMLSyntaxError, StopIteration):
        return None


def moment(text: str | None) -> datetime | None:
    """An ISO 8601 time, or date at midnight, in UTC when it tells no zone; ``None`` when it is none."""
    try:
        parsed = datetime.fromisoformat(text.strip()) if text else None
    except ValueError:
        return None
    return parsed.replace(tzinfo=UTC) if parsed is not None and parsed.tzinfo is None else parsed


# --- delimited text


def decode(content: bytes) -> str:
    """UTF-8 with or without byte order mark, else Windows-1252 with unassigned bytes as Latin-1; NUL removed."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    return text.replace("\0", "")


def records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]] | RejectedRow]:
    """(line number, fields) of each record of quoted, delimited text.

    A record whose quotation mark is never closed is reported and costs one line, not the rest of the file.
    """
    lines = text.splitlines(keepends=True)
    index = 0
    while index < len(lines):
        start = index
        quotes = lines[index].count('"')
        index += 1
        while quotes % 2 and index < len(lines) and index - start < MAXIMUM_RECORD_LINES:
            quotes += lines[index].count('"')
            index += 1
        if quotes % 2:
            index = start + 1
            yield RejectedRow(f"row {start + 1}", message("row.open_quote"))
            continue
        try:
            fields = next(csv.reader(lines[start:index], delimiter=delimiter), [])
        except csv.Error:
            yield RejectedRow(f"row {start + 1}", message("row.unreadable"))
            continue
        if any(field.strip() for field in fields):
            yield start + 1, fields


# --- dates

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:18|19|20)\d\d"
_DATE = re.compile(
    rf"""(?<!\d)(?:
    (?P<iso_year>{_YEAR})-(?P<iso_month>\d\d)(?:-(?P<iso_day>\d\d))?(?!\d) |
    (?P<day>\d{{1,2}})\s?[./]\s?(?P<month>\d{{1,2}})\s?[./\s]\s?(?P<year>{_YEAR})(?!\d) |
    (?:(?P<text_day>\d{{1,2}})\s+)?(?P<text_month>{_MONTH})\.?,?\s+(?P<text_year>{_YEAR})(?!\d) |
    (?P<bare>{_YEAR})(?!\d)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_CIRCA = re.compile(r"\b(circa|approximately|around|about|before|after|probably)\b|\bc\.", re.IGNORECASE)
_RANGE = re.compile(r"^\s*(to|-|–|—)\s*$", re.IGNORECASE)


def birth_dates(text: str) -> tuple[str, ...]:
    """The dates in published text as ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or, for a span, ``YYYY/YYYY``.

    An approximate date (*circa*, *approximately*) becomes the span of one year either way, so that a neighbouring
    year does not count as a contradiction. Impossible dates keep the part that is possible.

    >>> birth_dates("DOB 12 Mar 1965"), birth_dates("circa 1958"), birth_dates("1960 to 1965")
    (('1965-03-12',), ('1957/1959',), ('1960/1965',))
    """
    found: list[str] = []
    previous_end = 0
    open_range: str | None = None
    matches = list(_DATE.finditer(text))
    for position, match in enumerate(matches):
        before = text[previous_end : match.start()]
        previous_end = match.end()
        published = _published_date(match)
        if published is None:
            continue
        if open_range is not None:
            first, last = open_range[:4], published[:4]
            found.append(first if first == last else f"{min(first, last)}/{max(first, last)}")
            open_range = None
            continue
        following = text[match.end() : matches[position + 1].start()] if position + 1 < len(matches) else ""
        if _RANGE.match(following) or (following.strip().lower() == "and" and "between" in before.lower()):
            open_range = published
        elif _CIRCA.search(before):
            year = int(published[:4])
            found.append(f"{year - 1}/{year + 1}")
        else:
            found.append(published)
    if open_range is not None:
        found.append(open_range)
    return tuple(dict.fromkeys(found))


def _published_date(match: re.Match[str]) -> str | None:
    """The date of one match, shortened to what the calendar allows."""
    groups = match.groupdict()
    year = groups["iso_year"] or groups["year"] or groups["text_year"] or groups["bare"]
    if year is None:
        return None
    name = groups["text_month"]
    month = _MONTHS[name.lower()] if name else int(groups["iso_month"] or groups["month"] or 0)
    day = int(groups["iso_day"] or groups["day"] or groups["text_day"] or 0)
    if not 1 <= month <= 12:
        return str(year)
    if not 1 <= day <= _days_in_month(int(year), month):
        return f"{year}-{month:02d}"
    return f"{year}-{month:02d}-{day:02d}"


def _days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def single_date(text: str | None) -> str | None:
    """The first full or partial date in ``text``, or ``None``."""
    dates = birth_dates(text) if text else ()
    return dates[0] if dates else None


# --- countries

_OWN_NAMES = {
    "ivorian": "ci", "north korean": "kp", "south korean": "kr", "south sudanese": "ss", "sudan, south": "ss",
    "american": "us", "palestinian": "ps", "belarussian": "by", "uzbekistani": "uz", "cypriot": "cy", "emirati": "ae",
    "myanmar/burma": "mm",
}  # fmt: skip
_UNKNOWN = frozenset({"", "00", "unknown", "undetermined", "na", "n/a", "-"})
_SEPARATOR = re.compile(r"\s*(?:[,;/]|\band/or\b|\band\b|\bor\b)\s*", re.IGNORECASE)


@lru_cache(maxsize=4096)
def country_code(text: str) -> str | None:
    """ISO 3166 alpha-2 code, lower case, of a code, an English name or a demonym; ``None`` when it is none."""
    plain = collapse(text).strip(" .").removeprefix("of the ")
    if plain.lower() in _UNKNOWN:
        return None
    if plain.lower() in _OWN_NAMES:
        return _OWN_NAMES[plain.lower()]
    territory = lookup_territory(plain)
    if territory is None:
        return None
    code = str(territory.code).split("-", maxsplit=1)[0]
    return code if len(code) == 2 else None


@lru_cache(maxsize=4096)
def country_codes(text: str) -> tuple[str, ...]:
    """The countries that published text names: ``Russian, Ukrainian (…)`` gives ``ru`` and ``ua``."""
    whole = country_code(text)
    if whole is not None:
        return (whole,)
    without_notes = re.sub(r"\([^)]*\)?", " ", text)
    codes = (country_code(part) for part in _SEPARATOR.split(without_notes))
    return tuple(dict.fromkeys(code for code in codes if code is not None))


# --- Swedish numbers

_SWEDISH = re.compile(r"(?<![\d-])(\d{6}-?\d{4})\s*\(Sweden\)")
_PERSONAL = re.compile(r"(?<![\d-])(?:(?:18|19|20)\d{6}|\d{6})[-+]?\d{4}(?!\d)")
_COUNTRY_AFTER = re.compile(r"\s*\(([^()]{2,60})\)")
_ANY_CENTURY = date(2099, 12, 31)
"""Ten digits do not say the century; for the question *is this a personal number* any will do."""


def organisation_number(text: str) -> str | None:
    """The ten-digit Swedish organisation number that ``text`` is, or ``None``."""
    try:
        return organisationsnummer.validate(text)
    except InvalidIdentifier:
        return None


def swedish_numbers(text: str) -> tuple[str, ...]:
    """Organisation numbers published as ``NNNNNN-NNNN (Sweden)``; personnummer are left out."""
    found = (organisation_number(number) for number in _SWEDISH.findall(text))
    return tuple(dict.fromkeys(number for number in found if number is not None))


def is_personal_number(text: str) -> bool:
    """Whether ``text`` is a valid personnummer or samordningsnummer (ten or twelve digits)."""
    return personnummer.is_valid(text, today=_ANY_CENTURY) or samordningsnummer.is_valid(text, today=_ANY_CENTURY)


def without_personal_numbers(text: str, country: str = "") -> str:
    """``text`` with the last four digits of every Swedish personal number masked.

    A number counts when it has a personal number's shape and its country (``country``, or what stands in brackets
    after it) is Sweden, or when no country is told, it is written with a hyphen or twelve digits, and its check digit
    holds. Ten bare digits of no told country are far more often a foreign register's number.
    """

    def masked(match: re.Match[str]) -> str:
        number = match.group()
        after = _COUNTRY_AFTER.match(text, match.end())
        told = country_code(country) or (country_code(after.group(1)) if after else None)
        if told == "se":
            personal = organisationsnummer.looks_personal(number)
        else:
            personal = told is None and len(number) > 10 and is_personal_number(number)
        return f"{number[:-4]}****" if personal else number

    return _PERSONAL.sub(masked, text)
