"""Read OFAC's lists in each form they are found in.

* **Legacy CSV** (``sdn``, ``add``, ``alt``, ``sdn_comments`` and the same four called ``cons_*``): no header, CRLF,
  ``-0-`` is no value, the file ends with a 0x1A byte. The parts belong together: ``pack`` puts them into one zip, the
  document that is stored. One part alone can be read too, but only the main file makes complete entries.
* **SDN.XML**, **SDN_ADVANCED.XML** (codes resolved through its own ``ReferenceValueSets``, any namespace).
* **dpl.txt** (Denied Persons List, tab separated) and the **consolidated screening list** CSV of trade.gov.
* the names YAML that ``connectors.names_yaml`` describes.

Formats: source reference 5.3.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from lxml import etree

from connectors import names_yaml
from connectors.base import MalformedContent, RejectedRow
from connectors.hardened import HardenedZip
from connectors.list_values import (
    ListedRow,
    birth_dates,
    children,
    collapse,
    decode,
    iterate_elements,
    local_name,
    one_line,
    records,
    single_date,
    text_of,
)
from connectors.messages import message
from graph.model import ListedName, ListedSchema

SOURCE = "ofac_sdn"
NAMES_YAML_LISTS = ("OFAC-SDN", "OFAC-Consolidated")
_REMEDY = message("remedy.ofac_sdn")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

PARTS = ("sdn.csv", "add.csv", "alt.csv", "sdn_comments.csv")
"""The parts of the packed document, in its order; the consolidated list's four parts take the same names."""


def pack(parts: Mapping[str, bytes]) -> bytes:
    """The parts as one zip that is the same bytes for the same parts: fixed order, time and no compression.

    Args:
        parts: content by name of ``PARTS``; ``sdn.csv`` must be there.

    Raises:
        ValueError: ``sdn.csv`` is missing or a name is not one of ``PARTS``.
    """
    if "sdn.csv" not in parts or set(parts) - set(PARTS):
        raise ValueError(f"the parts are {', '.join(PARTS)}, the first required")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in PARTS:
            if name in parts:
                member = zipfile.ZipInfo(name, _ZIP_TIME)
                member.create_system = 3
                archive.writestr(member, parts[name])
    return buffer.getvalue()


def read(content: bytes) -> Iterator[ListedRow | RejectedRow]:
    """The listed parties in ``content``, whichever of the forms it has; a bad row is reported and left out.

    Raises:
        MalformedContent: the bytes are none of the forms, break off, or are one of the parts that name no party.
    """
    if content.startswith(b"PK"):
        return _read_zip(content)
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        return _read_advanced(content) if b"<Sanctions" in content[:4096] else _read_sdn_xml(content)
    first_line = decode(content[:65536]).split("\n", 1)[0]
    if first_line.startswith('"Name"\t'):
        return _read_denied(content)
    if first_line.startswith("source,entity_number,"):
        return _read_screening_list(content)
    if names_yaml.looks_like(content):
        return names_yaml.read(SOURCE, content, *NAMES_YAML_LISTS)
    part = part_of(content)
    if part == "sdn.csv":
        return _read_legacy({"sdn.csv": content})
    if part is not None:
        raise MalformedContent(
            SOURCE,
            message("ofac_sdn.only_a_part", part=part),
            "row 1",
            message("remedy.ofac_together"),
        )
    raise MalformedContent(SOURCE, message("ofac_sdn.unknown_form"), "row 1", _REMEDY)


def part_of(content: bytes) -> str | None:
    """Which of ``PARTS`` the legacy CSV ``content`` is, by its number of columns, or ``None``."""
    first = next(iter(records(decode(content[:262144]), ",")), None)
    if first is None or isinstance(first, RejectedRow):
        return None
    _line, fields = first
    if not fields[0].strip().isdecimal():
        return None
    if len(fields) == 5 and _value(fields[2]).lower() in ("aka", "fka", "nka"):
        return "alt.csv"
    return {12: "sdn.csv", 6: "add.csv", 2: "sdn_comments.csv"}.get(len(fields))


def stated_at(content: bytes) -> datetime | None:
    """The issue's own date: in the XML forms and the names YAML. The legacy CSV has none (``Last-Modified`` tells)."""
    start = content[:65536]
    if b"<Publish_Date>" in start:
        text = start.split(b"<Publish_Date>", 1)[1].split(b"<", 1)[0].decode("ascii", "replace").strip()
        try:
            return datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=UTC)
        except ValueError:
            return None
    match = re.search(
        rb"<DateOfIssue[^>]*>\s*<Year>(\d{4})</Year>\s*<Month>(\d{1,2})</Month>\s*<Day>(\d{1,2})</Day>", start
    )
    if match:
        try:
            return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
        except ValueError:
            return None
    return names_yaml.stated_at(content, NAMES_YAML_LISTS[0]) if names_yaml.looks_like(content) else None


# --- legacy CSV


def _value(field_text: str) -> str:
    text = collapse(field_text)
    return "" if text == "-0-" else text


def _read_zip(content: bytes) -> Iterator[ListedRow | RejectedRow]:
    parts: dict[str, bytes] = {}
    with HardenedZip(io.BytesIO(content), SOURCE) as archive:
        for name in archive.names:
            plain = name.lower().rsplit("/", 1)[-1].replace("cons_prim", "sdn").replace("cons_comments", "sdn_comments")
            plain = plain.replace("cons_", "")
            if plain in PARTS:
                parts[plain] = archive.read(name)
    if "sdn.csv" not in parts:
        raise MalformedContent(SOURCE, message("ofac_sdn.no_main_file"), "", _REMEDY)
    return _read_legacy(parts)


def _rows(parts: Mapping[str, bytes], name: str, columns: int) -> Iterator[tuple[str, list[str]] | RejectedRow]:
    """(place, fields) of each row of one part."""
    text = decode(parts[name]).replace("\x1a", "")
    for item in records(text, ","):
        if isinstance(item, RejectedRow):
            yield RejectedRow(f"{name} {item.place}", item.reason)
            continue
        line, fields = item
        place = f"{name} row {line}"
        if len(fields) != columns:
            yield RejectedRow(place, message("row.columns", found=len(fields), expected=columns))
        elif not fields[0].strip().isdecimal():
            yield RejectedRow(place, message("ofac_sdn.no_entry_number"))
        else:
            yield place, [_value(text) for text in fields]


def _read_legacy(parts: Mapping[str, bytes]) -> Iterator[ListedRow | RejectedRow]:
    names: dict[str, list[ListedName]] = defaultdict(list)
    addresses: dict[str, list[str]] = defaultdict(list)
    countries: dict[str, list[str]] = defaultdict(list)
    comments: dict[str, str] = {}
    for part in PARTS[1:]:
        if part not in parts:
            if part != "sdn_comments.csv":
                yield RejectedRow(part, message("ofac_sdn.part_missing"))
            continue
        for item in _rows(parts, part, {"add.csv": 6, "alt.csv": 5, "sdn_comments.csv": 2}[part]):
            if isinstance(item, RejectedRow):
                yield item
                continue
            _place, fields = item
            if part == "add.csv":
                addresses[fields[0]].append(one_line(*fields[2:5]))
                countries[fields[0]].append(fields[4])
            elif part == "alt.csv":
                if fields[3]:
                    names[fields[0]].append(ListedName(fields[3], _alias_kind(fields[2])))
            else:
                comments[fields[0]] = comments.get(fields[0], "") + fields[1]
    seen = 0
    for item in _rows(parts, "sdn.csv", 12):
        if isinstance(item, RejectedRow):
            yield item
            continue
        place, fields = item
        key, name = fields[0], fields[1]
        if not name:
            yield RejectedRow(place, message("list.no_name"))
            continue
        seen += 1
        schema = _SCHEMAS.get(fields[2].lower(), ListedSchema.ORGANISATION)
        row = ListedRow(
            key=key,
            schema=schema,
            names=tuple(_natural(alias, schema) for alias in (ListedName(name), *names[key])),
            programmes=_programmes(fields[3]),
            countries=(*countries[key], fields[9]),
            addresses=tuple(addresses[key]),
            identifiers=(("Call sign", fields[5], ""),) if fields[5] else (),
            remarks=(fields[11] + comments.get(key, "")) or None,
            place=place,
        )
        yield with_remarks(row)
    if not seen:
        raise MalformedContent(SOURCE, message("list.no_entries", part="sdn.csv"), "sdn.csv", _REMEDY)


_SCHEMAS = {
    "individual": ListedSchema.PERSON,
    "vessel": ListedSchema.VESSEL,
    "aircraft": ListedSchema.AIRCRAFT,
}


def _alias_kind(published: str) -> str:
    return "former" if published.lower().startswith("f") else "alias"


def _programmes(text: str) -> tuple[str, ...]:
    return tuple(part.strip(" []") for part in re.split(r"\]\s*\[|;", text) if part.strip(" []"))


def _natural(name: ListedName, schema: ListedSchema) -> ListedName:
    """A person's ``SURNAME, Given`` as ``Given SURNAME``; everything else as published."""
    if schema is not ListedSchema.PERSON or name.name.count(",") != 1:
        return name
    family, given = (part.strip() for part in name.name.split(","))
    return replace(name, name=f"{given} {family}".strip())


_ALIAS = re.compile(r"^(?:alt\. )?([afn])\.k\.a\. (.+)$")
_IDENTIFIER = re.compile(
    r"^(?:alt\. )?(?P<kind>[A-Z][^\d;()]*?)\s+(?:#\s*)?(?P<number>(?:(?!ID )[A-Z]{1,4}[ -])?\S*\d[^()]*?)"
    r"\s*(?:\((?P<country>[^()]+)\))?(?:\s.*)?$"
)
_IDENTIFIER_WORDS = re.compile(
    r"\b(?:No|Number|ID|IMO|MMSI|Passport|NIT|RUC|RIF|Identification|Document|SSN|Company)\b|#|D\.N\.I|R\.F\.C|C\.U\.R\.P|C\.R\."
)
_NOT_IDENTIFIERS = ("Telephone", "Phone", "Fax", "DOB", "POB", "Digital Currency", "Executive Order", "CAATSA")


def with_remarks(row: ListedRow) -> ListedRow:
    """``row`` with what its remarks tell: birth dates, nationalities, weak aliases, identifiers."""
    if not row.remarks:
        return row
    names = list(row.names)
    dates = list(row.dates)
    countries = list(row.countries)
    identifiers = list(row.identifiers)
    for remark in re.split(r";\s+", row.remarks.strip()):
        part = remark.strip().removesuffix(".")
        bare = part.removeprefix("alt. ")
        if bare.startswith("DOB "):
            dates.append(bare[4:])
        elif bare.startswith(("nationality ", "citizen ")):
            countries.append(bare.split(" ", 1)[1])
        elif alias := _ALIAS.match(part):
            # OFAC moves weak aliases to the remarks, between apostrophes.
            for name in re.split(r"', '", alias[2].strip()):
                plain = name.strip("'’‘ .")
                if plain:
                    kind = "former" if alias[1] == "f" else "alias"
                    names.append(_natural(ListedName(plain, kind, weak=True), row.schema))
        elif not bare.startswith(_NOT_IDENTIFIERS) and (found := _IDENTIFIER.match(part)):
            number = found["number"].strip(" ,")
            if _IDENTIFIER_WORDS.search(found["kind"]) and len(number) <= 60:
                identifiers.append((found["kind"].strip(" #"), number, (found["country"] or "").strip()))
    return replace(
        row, names=tuple(names), dates=tuple(dates), countries=tuple(countries), identifiers=tuple(identifiers)
    )


@dataclass(frozen=True, slots=True)
class PartRow:
    """What one row of a part without names tells about an entry of the list."""

    key: str
    place: str
    aliases: tuple[ListedName, ...] = ()
    address: str = ""
    remarks: str = ""


def read_part(content: bytes) -> Iterator[PartRow | RejectedRow]:
    """The rows of ``add.csv``, ``alt.csv`` or ``sdn_comments.csv`` alone.

    Raises:
        MalformedContent: it is none of them.
    """
    part = part_of(content)
    if part not in ("add.csv", "alt.csv", "sdn_comments.csv"):
        raise MalformedContent(SOURCE, message("ofac_sdn.not_a_part"), "row 1", _REMEDY)
    for item in _rows({part: content}, part, {"add.csv": 6, "alt.csv": 5, "sdn_comments.csv": 2}[part]):
        if isinstance(item, RejectedRow):
            yield RejectedRow(item.place.removeprefix(f"{part} "), item.reason)
            continue
        place, fields = item
        place = place.removeprefix(f"{part} ")
        if part == "add.csv":
            yield PartRow(fields[0], place, address=one_line(*fields[2:5]))
        elif part == "alt.csv":
            yield PartRow(fields[0], place, aliases=(ListedName(fields[3], _alias_kind(fields[2])),))
        else:
            yield PartRow(fields[0], place, remarks=fields[1])


# --- SDN.XML


def _read_sdn_xml(content: bytes) -> Iterator[ListedRow | RejectedRow]:
    seen = 0
    for element in iterate_elements(SOURCE, content, "sdnList", ("sdnEntry",)):
        seen += 1
        yield _sdn_entry(element, seen)
    if not seen:
        raise MalformedContent(SOURCE, message("list.no_elements", element="sdnEntry"), "/sdnList", _REMEDY)


def _sdn_entry(element: etree._Element, position: int) -> ListedRow | RejectedRow:
    key = text_of(element, "uid")
    place = f"//sdnEntry[uid='{key}']" if key.isdecimal() else f"(//sdnEntry)[{position}]"
    if not key.isdecimal():
        return RejectedRow(place, message("list.no_identity", field="uid"))
    name = _given_and_family(element)
    if not name:
        return RejectedRow(place, message("list.no_name"))
    names = [ListedName(name)]
    for aka in children(element, "akaList", "aka"):
        alias = _given_and_family(aka)
        if alias:
            weak = text_of(aka, "category").lower() == "weak"
            names.append(ListedName(alias, _alias_kind(text_of(aka, "type")), weak))
    addresses = children(element, "addressList", "address")
    countries = [text_of(item, "country") for item in children(element, "nationalityList", "nationality")]
    countries += [text_of(item, "country") for item in children(element, "citizenshipList", "citizenship")]
    countries += [text_of(address, "country") for address in addresses]
    parts = ("address1", "address2", "address3", "postalCode", "city", "stateOrProvince", "country")
    return ListedRow(
        key=key,
        schema=_SCHEMAS.get(text_of(element, "sdnType").lower(), ListedSchema.ORGANISATION),
        names=tuple(names),
        programmes=tuple(collapse(item.text) for item in children(element, "programList", "program")),
        dates=tuple(text_of(item, "dateOfBirth") for item in children(element, "dateOfBirthList", "dateOfBirthItem")),
        countries=tuple(countries),
        addresses=tuple(one_line(*(text_of(address, part) for part in parts)) for address in addresses),
        identifiers=tuple(
            (text_of(item, "idType") or "ID", text_of(item, "idNumber"), text_of(item, "idCountry"))
            for item in children(element, "idList", "id")
            if text_of(item, "idNumber")
        ),
        remarks=text_of(element, "remarks") or None,
        place=place,
    )


def _given_and_family(element: etree._Element) -> str:
    return collapse(f"{text_of(element, 'firstName')} {text_of(element, 'lastName')}")


# --- SDN_ADVANCED.XML


@dataclass(slots=True)
class _Reference:
    """The advanced file's own tables, filled as they come: they stand before the parties."""

    values: dict[tuple[str, str], str] = field(default_factory=dict)
    """(element name, ID) -> text."""
    parents: dict[str, str] = field(default_factory=dict)
    """PartySubType ID -> PartyType ID."""
    countries: dict[str, str] = field(default_factory=dict)
    """Country ID -> name or code."""
    locations: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Location ID -> (one-line address, country)."""
    documents: dict[str, list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    """Identity ID -> identifiers."""


_ADVANCED_TAGS = ("ReferenceValueSets", "Location", "IDRegDocument", "DistinctParty", "SanctionsEntry")


def _read_advanced(content: bytes) -> Iterator[ListedRow | RejectedRow]:
    tables = _Reference()
    rows: dict[str, ListedRow] = {}
    measures: dict[str, tuple[list[str], str | None]] = {}
    for element in iterate_elements(SOURCE, content, "Sanctions", _ADVANCED_TAGS):
        tag = local_name(element)
        if tag == "ReferenceValueSets":
            _take_tables(element, tables)
        elif tag == "Location":
            _take_location(element, tables)
        elif tag == "IDRegDocument":
            kind = tables.values.get(("IDRegDocType", element.get("IDRegDocTypeID") or ""), "ID")
            issuer = next((item.get("CountryID") or "" for item in children(element, "IssuedBy")), "")
            number = text_of(element, "IDRegistrationNo")
            if number:
                document = (kind, number, tables.countries.get(issuer, ""))
                tables.documents[element.get("IdentityID") or ""].append(document)
        elif tag == "DistinctParty":
            row = _advanced_party(element, tables)
            if isinstance(row, RejectedRow):
                yield row
            else:
                rows[row.key] = row
        else:
            profile, programmes, listed_on = _advanced_entry(element)
            kept = measures.setdefault(profile, ([], None))
            measures[profile] = ([*kept[0], *programmes], kept[1] or listed_on)
    for key, row in rows.items():
        programmes, listed_on = measures.get(key, ([], None))
        yield replace(row, programmes=tuple(programmes), listed_on=listed_on)
    if not rows:
        raise MalformedContent(SOURCE, message("list.no_elements", element="DistinctParty"), "/Sanctions", _REMEDY)


def _take_tables(element: etree._Element, tables: _Reference) -> None:
    for table in element:
        for item in table:
            name, identity = local_name(item), item.get("ID") or ""
            tables.values[name, identity] = collapse(item.text)
            if name == "PartySubType":
                tables.parents[identity] = item.get("PartyTypeID") or ""
            elif name in ("AreaCode", "Country"):
                country = item.get("CountryID") or identity
                tables.countries[country] = item.get("Description") or collapse(item.text)


def _take_location(element: etree._Element, tables: _Reference) -> None:
    country = next((item.get("CountryID") or "" for item in children(element, "LocationCountry")), "")
    parts = [collapse(value.text) for value in children(element, "LocationPart", "LocationPartValue", "Value")]
    named = tables.countries.get(country, "")
    tables.locations[element.get("ID") or ""] = (one_line(*parts, named), named)


def _advanced_party(element: etree._Element, tables: _Reference) -> ListedRow | RejectedRow:
    key = element.get("FixedRef") or ""
    place = f"//DistinctParty[@FixedRef='{key}']"
    profile = next(iter(children(element, "Profile")), None)
    if not key.isdecimal() or profile is None:
        return RejectedRow(place if key.isdecimal() else "//DistinctParty", message("list.no_party"))
    names: list[ListedName] = []
    identifiers: list[tuple[str, str, str]] = []
    for identity in children(profile, "Identity"):
        groups = {
            group.get("ID") or "": tables.values.get(("NamePartType", group.get("NamePartTypeID") or ""), "")
            for group in children(identity, "NamePartGroups", "MasterNamePartGroup", "NamePartGroup")
        }
        for alias in children(identity, "Alias"):
            names += _advanced_names(alias, groups, tables)
        identifiers += tables.documents.get(identity.get("ID") or "", [])
    if not names:
        return RejectedRow(place, message("list.no_name"))
    names.sort(key=lambda name: name.kind != "primary")
    sub_type = profile.get("PartySubTypeID") or ""
    kinds = f"{tables.values.get(('PartySubType', sub_type), '')} " + tables.values.get(
        ("PartyType", tables.parents.get(sub_type, "")), ""
    )
    schema = next((schema for word, schema in _SCHEMAS.items() if word in kinds.lower()), ListedSchema.ORGANISATION)
    dates: list[str] = []
    countries: list[str] = []
    addresses: list[str] = []
    for feature in children(profile, "Feature"):
        kind = tables.values.get(("FeatureType", feature.get("FeatureTypeID") or ""), "").lower()
        for version in children(feature, "FeatureVersion"):
            if kind.startswith(("birthdate", "birth date", "date of birth")):
                dates += [_period(period) for period in children(version, "DatePeriod")]
            for location in children(version, "VersionLocation"):
                address, country = tables.locations.get(location.get("LocationID") or "", ("", ""))
                if kind in ("location", "address"):
                    addresses.append(address)
                    countries.append(country)
                elif kind.startswith(("nationality", "citizenship")):
                    countries.append(country)
    return ListedRow(
        key=key,
        schema=schema,
        names=tuple(names),
        dates=tuple(dates),
        countries=tuple(countries),
        addresses=tuple(addresses),
        identifiers=tuple(identifiers),
        place=place,
    )


def _advanced_names(alias: etree._Element, groups: Mapping[str, str], tables: _Reference) -> Iterator[ListedName]:
    published = tables.values.get(("AliasType", alias.get("AliasTypeID") or ""), "").lower()
    primary = (alias.get("Primary") or "").lower() == "true"
    kind = "primary" if primary else "former" if published.startswith("f") else "alias"
    weak = (alias.get("LowQuality") or "").lower() == "true"
    for documented in children(alias, "DocumentedName"):
        parts = [
            (groups.get(value.get("NamePartGroupID") or "", "").lower(), collapse(value.text))
            for value in children(documented, "DocumentedNamePart", "NamePartValue")
        ]
        # Surnames stand first in the file; a name is read with them last.
        ordered = [text for part, text in parts if "last name" not in part]
        ordered += [text for part, text in parts if "last name" in part]
        name = collapse(" ".join(ordered))
        if name:
            yield ListedName(name, kind, weak)


def _advanced_entry(element: etree._Element) -> tuple[str, list[str], str | None]:
    """(profile, programmes, listed on) of a SanctionsEntry."""
    programmes = [text_of(measure, "Comment") for measure in children(element, "SanctionsMeasure")]
    listed = next((_point(date) for date in children(element, "EntryEvent", "Date")), "")
    return element.get("ProfileID") or "", [text for text in programmes if text], listed or None


def _period(period: etree._Element) -> str:
    """A DatePeriod as text for ``list_values.birth_dates``."""
    starts = [_point(point) for point in children(period, "Start", "From")]
    ends = [_point(point) for point in children(period, "End", "To")] or [
        _point(point) for point in children(period, "Start", "To")
    ]
    first, last = (starts or [""])[0], (ends or [""])[0]
    approximate = any((item.get("Approximate") or "").lower() == "true" for item in children(period, "Start"))
    text = first if first == last or not last else f"{first} to {last}"
    return f"circa {text}" if approximate and text == first else text


def _point(element: etree._Element) -> str:
    year, month, day = (text_of(element, part) for part in ("Year", "Month", "Day"))
    if not (year.isdecimal() and month.isdecimal() and day.isdecimal()):
        return year
    return f"{year}-{int(month):02d}-{int(day):02d}"


# --- lists of other United States authorities


def _read_denied(content: bytes) -> Iterator[ListedRow | RejectedRow]:
    """The Denied Persons List: names without a type; one party has a row for each address."""
    header: list[str] | None = None
    rows: dict[tuple[str, str], ListedRow] = {}
    for item in records(decode(content), "\t"):
        if isinstance(item, RejectedRow):
            yield item
            continue
        line, fields = item
        if header is None:
            header = fields
            continue
        place = f"row {line}"
        if len(fields) != len(header):
            yield RejectedRow(place, message("row.columns", found=len(fields), expected=len(header)))
            continue
        row = {name: collapse(value) for name, value in zip(header, fields, strict=True)}
        name = row.get("Name", "")
        if not name:
            yield RejectedRow(place, message("list.no_name"))
            continue
        address = one_line(*(row.get(part) for part in ("Street_Address", "City", "State", "Postal_Code", "Country")))
        key = (name, row.get("Effective_Date", ""))
        known = rows.get(key)
        if known is not None:
            rows[key] = replace(
                known, addresses=(*known.addresses, address), countries=(*known.countries, row.get("Country", ""))
            )
            continue
        rows[key] = ListedRow(
            key=f"DPL/{place.removeprefix('row ')}",
            schema=ListedSchema.ORGANISATION,
            names=(ListedName(name),),
            programmes=("DPL",),
            countries=(row.get("Country", ""),),
            addresses=(address,),
            listed_on=_american_date(row.get("Effective_Date", "")),
            remarks="; ".join(part for part in (row.get("Action", ""), row.get("FR_Citation", "")) if part) or None,
            place=place,
        )
    yield from rows.values()
    if not rows:
        raise MalformedContent(SOURCE, message("row.header_only"), "row 2", _REMEDY)


def _american_date(text: str) -> str | None:
    try:
        return datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=UTC).date().isoformat()
    except ValueError:
        return None


def _read_screening_list(content: bytes) -> Iterator[ListedRow | RejectedRow]:
    header: list[str] | None = None
    seen = 0
    for item in records(decode(content), ","):
        if isinstance(item, RejectedRow):
            yield item
            continue
        line, fields = item
        if header is None:
            header = fields
            continue
        place = f"row {line}"
        if len(fields) != len(header):
            yield RejectedRow(place, message("row.columns", found=len(fields), expected=len(header)))
            continue
        row = dict(zip(header, fields, strict=True))
        name = collapse(row.get("name"))
        if not name:
            yield RejectedRow(place, message("list.no_name"))
            continue
        seen += 1
        yield _screening_row(row, name, place)
    if not seen:
        raise MalformedContent(SOURCE, message("row.header_only"), "row 2", _REMEDY)


def _screening_row(row: Mapping[str, str], name: str, place: str) -> ListedRow:
    def parts(column: str) -> list[str]:
        return [part for text in row.get(column, "").split(";") if (part := collapse(text))]

    schema = _SCHEMAS.get(row.get("type", "").strip().lower(), ListedSchema.ORGANISATION)
    source = collapse(row.get("source"))
    abbreviation = re.search(r"\(([A-Z]+)\)", source)
    number = collapse(row.get("entity_number"))
    names = [ListedName(name), *(ListedName(alias, "alias") for alias in parts("alt_names"))]
    identifiers = []
    for text in parts("ids"):
        pieces = [piece.strip() for piece in text.split(",")]
        if len(pieces) >= 3:
            identifiers.append((", ".join(pieces[2:]), pieces[1], pieces[0]))
    addresses = parts("addresses")
    endings = [address.rsplit(",", 1)[-1].strip() for address in addresses]
    return ListedRow(
        key=f"{abbreviation[1] if abbreviation else 'CSL'}/{number or place.removeprefix('row ')}",
        schema=schema,
        names=tuple(_natural(listed, schema) for listed in names),
        programmes=(*parts("programs"), abbreviation[1] if abbreviation else source),
        dates=tuple(text for text in parts("dates_of_birth") if birth_dates(text)),
        countries=(*parts("citizenships"), *parts("nationalities"), *(end for end in endings if len(end) == 2)),
        addresses=tuple(addresses),
        identifiers=tuple(identifiers),
        listed_on=single_date(row.get("start_date")),
        remarks=collapse(row.get("remarks")) or None,
        place=place,
    )
