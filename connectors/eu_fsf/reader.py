"""Read the EU list in each form it is found in: FSF XML 1.1, FSF CSV 1.1 and 1.0, act annexes as CSV, names YAML.

Formats (source reference 5.1):

* **XML 1.1**: ``export/sanctionEntity``, everything in attributes, an empty string is no value. Read as a stream:
  the file is about 25 MB.
* **CSV 1.1 and 1.0**: ``;``, one row per name, address, birth date or document, found by column name. The rows of one
  ``logicalId`` make one entity.
* **annex CSV**: one row per listed party of one act, as OpenSanctions structures the Official Journal's annexes.
* **names YAML**: names, birth dates and citizenships of persons, derived from several lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from connectors import names_yaml
from connectors.base import MalformedContent, RejectedRow
from connectors.list_values import (
    ListedRow,
    collapse,
    country_code,
    decode,
    iterate_elements,
    local_name,
    one_line,
    records,
    root_time,
    single_date,
)
from connectors.messages import message
from graph.model import ListedName, ListedSchema

SOURCE = "eu_fsf"
NAMES_YAML_LIST = "EU-Sanctions"
_REMEDY = message("remedy.eu_fsf")


def read(content: bytes) -> Iterator[ListedRow | RejectedRow]:
    """The listed parties in ``content``, whichever of the forms it has; a bad row is reported and left out.

    Raises:
        MalformedContent: the bytes are none of the forms, or break off.
    """
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        return _read_xml(content)
    first_line = decode(content[:65536]).split("\n", 1)[0]
    if "Entity_LogicalId" in first_line or "Entity_logical_id" in first_line:
        return _read_fsf_csv(content)
    if first_line.startswith("celex,"):
        return _read_annex(content)
    if names_yaml.looks_like(content):
        return names_yaml.read(SOURCE, content, NAMES_YAML_LIST)
    raise MalformedContent(SOURCE, message("eu_fsf.unknown_form"), "row 1", _REMEDY)


def stated_at(content: bytes) -> datetime | None:
    """When the list says that it was generated, or ``None`` if the form does not tell."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        return root_time(SOURCE, content, "generationDate")
    head = decode(content[:65536]).split("\n")
    if len(head) > 1 and ("Entity_LogicalId" in head[0] or "Entity_logical_id" in head[0]):
        published = single_date(head[1].lstrip('"').split(";", 1)[0])
        return datetime.fromisoformat(published).replace(tzinfo=UTC) if published and len(published) == 10 else None
    return names_yaml.stated_at(content, NAMES_YAML_LIST) if names_yaml.looks_like(content) else None


# --- XML 1.1


def _read_xml(content: bytes) -> Iterator[ListedRow | RejectedRow]:
    seen = 0
    for element in iterate_elements(SOURCE, content, "export", ("sanctionEntity",)):
        seen += 1
        yield _entity(element, seen)
    if not seen:
        raise MalformedContent(SOURCE, message("list.no_elements", element="sanctionEntity"), "/export", _REMEDY)


def _entity(element: Any, position: int) -> ListedRow | RejectedRow:
    key = _attribute(element, "logicalId")
    place = f"/export/sanctionEntity[@logicalId='{key}']" if key else f"/export/sanctionEntity[{position}]"
    if not key:
        return RejectedRow(place, message("list.no_identity", field="logicalId"))
    names: list[ListedName] = []
    dates: list[str] = []
    countries: list[str] = []
    addresses: list[str] = []
    identifiers: list[tuple[str, str, str]] = []
    programmes: list[str] = []
    remarks: list[str] = []
    schema: ListedSchema | None = None
    for child in element:
        tag = local_name(child)
        if tag == "nameAlias":
            name = _attribute(child, "wholeName") or collapse(
                " ".join(_attribute(child, part) for part in ("firstName", "middleName", "lastName"))
            )
            if name:
                weak = _attribute(child, "strong").lower() == "false"
                language = _attribute(child, "nameLanguage") or None
                names.append(ListedName(name, "alias" if names else "primary", weak, language))
        elif tag == "subjectType":
            schema = _schema(_attribute(child, "code") or _attribute(child, "classificationCode"))
        elif tag == "birthdate":
            dates.append(
                _date_text(
                    circa=_attribute(child, "circa").lower() == "true",
                    full=_attribute(child, "birthdate"),
                    year=_attribute(child, "year"),
                    month=_attribute(child, "monthOfYear"),
                    first=_attribute(child, "yearRangeFrom"),
                    last=_attribute(child, "yearRangeTo"),
                    calendar=_attribute(child, "calendarType"),
                )
            )
        elif tag == "citizenship":
            countries.append(_attribute(child, "countryIso2Code") or _attribute(child, "countryDescription"))
        elif tag == "address":
            country = _attribute(child, "countryDescription")
            addresses.append(
                one_line(
                    *(_attribute(child, part) for part in ("street", "poBox", "zipCode", "city", "place", "region")),
                    country if country_code(country) else "",
                )
            )
            countries.append(_attribute(child, "countryIso2Code") or country)
        elif tag == "identification":
            number = _attribute(child, "number") or _attribute(child, "latinNumber")
            kind = _attribute(child, "identificationTypeDescription") or _attribute(child, "identificationTypeCode")
            if number:
                identifiers.append((kind or "number", number, _attribute(child, "countryIso2Code")))
        elif tag == "regulation":
            programmes.append(_attribute(child, "programme"))
            title = _attribute(child, "numberTitle")
            if title:
                remarks.append(f"Regulation {title}")
        elif tag == "remark":
            remarks.append(collapse(child.text))
    if not names:
        return RejectedRow(place, message("list.no_name"))
    if schema is None:
        return RejectedRow(place, message("list.no_type", field="subjectType"))
    return ListedRow(
        key=key,
        schema=schema,
        names=tuple(names),
        programmes=tuple(programmes),
        dates=tuple(dates),
        countries=tuple(countries),
        addresses=tuple(addresses),
        identifiers=tuple(identifiers),
        listed_on=_attribute(element, "designationDate") or None,
        remarks="; ".join(remark for remark in remarks if remark) or None,
        place=place,
    )


def _attribute(element: Any, name: str) -> str:
    return collapse(element.get(name))


def _schema(code: str) -> ListedSchema | None:
    first = code[:1].lower()
    return {"p": ListedSchema.PERSON, "e": ListedSchema.ORGANISATION}.get(first)


def _date_text(
    *, circa: bool, full: str, year: str, month: str = "", first: str = "", last: str = "", calendar: str = ""
) -> str:
    """A birth date as text for ``list_values.birth_dates``; only Gregorian dates."""
    if calendar.upper() not in ("", "GREGORIAN"):
        return ""
    if full:
        text = full
    elif year and month.isdecimal():
        text = f"{year}-{int(month):02d}"
    elif first and last:
        text = f"{first} to {last}"
    else:
        text = year or first or last
    return f"circa {text}" if circa and text else text


# --- CSV 1.1 and 1.0


@dataclass(slots=True)
class _Entity:
    """What the rows of one ``logicalId`` have told so far."""

    key: str
    place: str
    schema: ListedSchema | None = None
    names: list[ListedName] = field(default_factory=list)
    programmes: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    identifiers: list[tuple[str, str, str]] = field(default_factory=list)
    listed_on: str | None = None
    remarks: list[str] = field(default_factory=list)


_COLUMNS_1_1 = {
    "key": "Entity_LogicalId",
    "subject": "Entity_SubjectType",
    "subject_2": "Entity_SubjectType_ClassificationCode",
    "programme": "Entity_Regulation_Programme",
    "title": "Entity_Regulation_NumberTitle",
    "listed_on": "Entity_DesignationDate",
    "remark": "Entity_Remark",
    "name": "NameAlias_WholeName",
    "first_name": "NameAlias_FirstName",
    "middle_name": "NameAlias_MiddleName",
    "last_name": "NameAlias_LastName",
    "language": "NameAlias_NameLanguage",
    "street": "Address_Street",
    "box": "Address_PoBox",
    "zip": "Address_ZipCode",
    "city": "Address_City",
    "place": "Address_Place",
    "region": "Address_Region",
    "address_country": "Address_CountryIso2Code",
    "birth_date": "BirthDate_BirthDate",
    "birth_month": "BirthDate_Month",
    "birth_year": "BirthDate_Year",
    "birth_first": "BirthDate_YearRangeFrom",
    "birth_last": "BirthDate_YearRangeTo",
    "birth_circa": "BirthDate_Circa",
    "birth_calendar": "BirthDate_CalendarType",
    "number": "Identification_Number",
    "number_latin": "Identification_LatinNumber",
    "number_type": "Identification_TypeDescription",
    "number_country": "Identification_CountryIso2Code",
    "citizenship": "Citizenship_CountryIso2Code",
    "citizenship_2": "Citizenship_CountryDescription",
}
_COLUMNS_1_0 = {
    "key": "Entity_logical_id",
    "subject": "Subject_type",
    "programme": "Programme",
    "title": "Leba_numtitle",
    "remark": "Entity_remark",
    "name": "Naal_wholename",
    "first_name": "Naal_firstname",
    "middle_name": "Naal_middlename",
    "last_name": "Naal_lastname",
    "language": "Naal_language",
    "box": "Addr_number",
    "street": "Addr_street",
    "zip": "Addr_zipcode",
    "city": "Addr_city",
    "place": "Addr_other",
    "address_country": "Addr_country",
    "birth_date": "Birt_date",
    "number": "Iden_number",
    "number_country": "Iden_country",
    "citizenship": "Citi_country",
}


def _read_fsf_csv(content: bytes) -> Iterator[ListedRow | RejectedRow]:
    text = decode(content)
    wrapped = text.startswith('"Date_file')
    rows = _unwrapped(text) if wrapped else records(text, ";")
    header: list[str] | None = None
    positions: dict[str, int] = {}
    key_column = ""
    entities: dict[str, _Entity] = {}
    for item in rows:
        if isinstance(item, RejectedRow):
            yield item
            continue
        number, fields = item
        if header is None:
            header = [collapse(name).lstrip("\ufeff") for name in fields]
            columns = _COLUMNS_1_1 if "Entity_LogicalId" in header else _COLUMNS_1_0
            key_column = columns["key"]
            positions = {ours: header.index(theirs) for ours, theirs in columns.items() if theirs in header}
            continue
        cell = partial(_cell, positions, fields)
        key = cell("key")
        if not key.isdecimal():
            yield RejectedRow(f"row {number}", message("list.no_identity", field=key_column))
            continue
        entity = entities.setdefault(key, _Entity(key, f"row {number}"))
        _add_csv_row(entity, cell)
    for entity in entities.values():
        yield _finished(entity)
    if not entities:
        raise MalformedContent(SOURCE, message("row.header_only"), "row 2", _REMEDY)


def _cell(positions: dict[str, int], fields: list[str], name: str) -> str:
    position = positions.get(name)
    return collapse(fields[position]) if position is not None and position < len(fields) else ""


def _unwrapped(text: str) -> Iterator[tuple[int, list[str]] | RejectedRow]:
    """Rows of a 1.0 file that someone saved with every line quoted once more as a whole."""
    for number, line in enumerate(text.splitlines(), start=1):
        inner = line.rstrip("\t ")
        if inner.startswith('"') and inner.endswith('"'):
            inner = inner[1:-1].replace('""', '"').rstrip("\t ")
        for item in records(inner, ";"):
            yield RejectedRow(f"row {number}", item.reason) if isinstance(item, RejectedRow) else (number, item[1])


def _add_csv_row(entity: _Entity, cell: Callable[[str], str]) -> None:
    entity.schema = entity.schema or _schema(cell("subject")) or _schema(cell("subject_2"))
    entity.programmes.append(cell("programme"))
    entity.listed_on = entity.listed_on or cell("listed_on") or None
    title = cell("title")
    for remark in (f"Regulation {title}" if title else "", cell("remark")):
        if remark and remark not in entity.remarks:
            entity.remarks.append(remark)
    name = cell("name") or collapse(" ".join(cell(part) for part in ("first_name", "middle_name", "last_name")))
    if name:
        kind = "alias" if entity.names else "primary"
        entity.names.append(ListedName(name, kind, script_language=cell("language") or None))
    country = cell("address_country")
    address = one_line(*(cell(part) for part in ("street", "box", "zip", "city", "place", "region")))
    if address:
        entity.addresses.append(one_line(address, country if country_code(country) else ""))
    entity.countries += [country, cell("citizenship") or cell("citizenship_2")]
    entity.dates.append(
        _date_text(
            circa=cell("birth_circa").lower() == "true",
            full=cell("birth_date"),
            year=cell("birth_year"),
            month=cell("birth_month"),
            first=cell("birth_first"),
            last=cell("birth_last"),
            calendar=cell("birth_calendar"),
        )
    )
    number = cell("number") or cell("number_latin")
    if number:
        entity.identifiers.append((cell("number_type") or "number", number, cell("number_country")))


def _finished(entity: _Entity) -> ListedRow | RejectedRow:
    if not entity.names:
        return RejectedRow(entity.place, message("list.no_name"))
    if entity.schema is None:
        return RejectedRow(entity.place, message("list.no_type", field="Subject_type"))
    return ListedRow(
        key=entity.key,
        schema=entity.schema,
        names=tuple(entity.names),
        programmes=tuple(entity.programmes),
        dates=tuple(entity.dates),
        countries=tuple(entity.countries),
        addresses=tuple(entity.addresses),
        identifiers=tuple(entity.identifiers),
        listed_on=entity.listed_on,
        remarks="; ".join(entity.remarks) or None,
        place=entity.place,
    )


# --- annexes of the acts

_ANNEX_SCHEMAS = {
    "Person": ListedSchema.PERSON,
    "Vessel": ListedSchema.VESSEL,
    "Airplane": ListedSchema.AIRCRAFT,
}
_ANNEX_NUMBERS = (
    "passportNumber", "registrationNumber", "taxNumber", "idNumber", "innCode", "ogrnCode", "kppCode", "okpoCode",
    "leiCode", "swiftBic", "imoNumber", "mmsi",
)  # fmt: skip


def _read_annex(content: bytes) -> Iterator[ListedRow | RejectedRow]:
    header: list[str] | None = None
    used: set[str] = set()
    for item in records(decode(content), ","):
        if isinstance(item, RejectedRow):
            yield item
            continue
        number, fields = item
        if header is None:
            header = fields
            continue
        place = f"row {number}"
        if len(fields) != len(header):
            yield RejectedRow(place, message("row.columns", found=len(fields), expected=len(header)))
            continue
        row = dict(zip(header, fields, strict=True))
        name = collapse(row.get("name"))
        if not name:
            yield RejectedRow(place, message("list.no_name"))
            continue
        key = "/".join((collapse(row["celex"]), collapse(row.get("annex")), collapse(row.get("recordId")) or place))
        if key in used:
            key = f"{key}/{place}"
        used.add(key)
        yield _annex_row(row, name, key, place)
    if header is None or not used:
        raise MalformedContent(SOURCE, message("row.header_only"), "row 2", _REMEDY)


def _annex_row(row: dict[str, str], name: str, key: str, place: str) -> ListedRow:
    def parts(column: str) -> list[str]:
        return [collapse(part) for part in row.get(column, "").split(";") if part.strip()]

    imo = collapse(row.get("imoNumber"))
    schema = _ANNEX_SCHEMAS.get(row.get("schema", ""), ListedSchema.ORGANISATION)
    if row.get("schema") == "Asset" and imo:
        schema = ListedSchema.VESSEL
    names = [ListedName(name)]
    names += [ListedName(alias, "alias") for alias in parts("alias")]
    names += [ListedName(alias, "alias", weak=True) for alias in parts("weakAlias")]
    names += [ListedName(former, "former") for former in parts("previousName")]
    return ListedRow(
        key=key,
        schema=schema,
        names=tuple(names),
        programmes=(collapse(row.get("programKey")),),
        dates=tuple(parts("birthDate")),
        countries=tuple(row.get(column, "") for column in ("nationality", "country", "jurisdiction", "flag")),
        addresses=tuple(parts("address")),
        identifiers=tuple((column, number, "") for column in _ANNEX_NUMBERS for number in parts(column)),
        listed_on=single_date(row.get("startDate")),
        remarks=collapse(row.get("reason")) or None,
        place=place,
    )
