"""Read the UN Security Council's consolidated list (XML).

``CONSOLIDATED_LIST @dateGenerated`` holds ``INDIVIDUALS/INDIVIDUAL`` and ``ENTITIES/ENTITY``
(source reference 5.2). Empty children are common and mean nothing; a name may hold two names joined
by `` ; ``; an alias of quality ``Low`` is weak. The entry is known by ``DATAID``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from connectors.base import MalformedContent, RejectedRow
from connectors.list_values import (
    ListedRow,
    children,
    collapse,
    iterate_elements,
    local_name,
    one_line,
    root_time,
    text_of,
)
from connectors.messages import message
from graph.model import ListedName, ListedSchema

SOURCE = "un_sc"
_ROOT = "CONSOLIDATED_LIST"
_REMEDY = message("remedy.un_sc")
_NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_ADDRESS_PARTS = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")


def read(content: bytes) -> Iterator[ListedRow | RejectedRow]:
    """Every individual and entity on the list; one that cannot be read is reported and left out.

    Raises:
        MalformedContent: the bytes are not the list's XML, or break off.
    """
    seen = 0
    for element in iterate_elements(SOURCE, content, _ROOT, ("INDIVIDUAL", "ENTITY")):
        seen += 1
        yield _party(element, seen)
    if not seen:
        raise MalformedContent(SOURCE, message("list.no_elements", element="INDIVIDUAL, ENTITY"), f"/{_ROOT}", _REMEDY)


def stated_at(content: bytes) -> datetime | None:
    """``dateGenerated`` of the list."""
    return root_time(SOURCE, content, "dateGenerated")


def _party(element: etree._Element, position: int) -> ListedRow | RejectedRow:
    tag = local_name(element)
    key = text_of(element, "DATAID")
    place = f"//{tag}[DATAID='{key}']" if key.isdecimal() else f"(//{tag})[{position}]"
    if not key.isdecimal():
        return RejectedRow(place, message("list.no_identity", field="DATAID"))
    names = _names(element, tag)
    if not names:
        return RejectedRow(place, message("list.no_name"))
    addresses = children(element, f"{tag}_ADDRESS")
    reference = text_of(element, "REFERENCE_NUMBER")
    comments = text_of(element, "COMMENTS1")
    countries = [collapse(value.text) for value in children(element, "NATIONALITY", "VALUE")]
    countries += [text_of(address, "COUNTRY") for address in addresses]
    return ListedRow(
        key=key,
        schema=ListedSchema.PERSON if tag == "INDIVIDUAL" else ListedSchema.ORGANISATION,
        names=tuple(names),
        programmes=(text_of(element, "UN_LIST_TYPE"),),
        dates=tuple(_birth_date(born) for born in children(element, "INDIVIDUAL_DATE_OF_BIRTH")),
        countries=tuple(countries),
        addresses=tuple(one_line(*(text_of(address, part) for part in _ADDRESS_PARTS)) for address in addresses),
        identifiers=tuple(_documents(element)),
        listed_on=text_of(element, "LISTED_ON") or None,
        remarks="; ".join(part for part in (reference, comments) if part) or None,
        place=place,
    )


def _names(element: etree._Element, tag: str) -> list[ListedName]:
    full = collapse(" ".join(text_of(element, part) for part in _NAME_PARTS))
    names = [ListedName(name, "alias" if index else "primary") for index, name in enumerate(_split(full))]
    names += [ListedName(name, "original_script") for name in _split(text_of(element, "NAME_ORIGINAL_SCRIPT"))]
    for alias in children(element, f"{tag}_ALIAS"):
        quality = text_of(alias, "QUALITY").lower()
        kind = "former" if quality == "f.k.a." else "alias"
        names += [ListedName(name, kind, quality == "low") for name in _split(text_of(alias, "ALIAS_NAME"))]
    return names


def _split(text: str) -> list[str]:
    """A published name as the names it holds: two may be joined by `` ; ``."""
    return [name for part in text.split(" ; ") if (name := part.strip(" ;"))]


def _birth_date(element: etree._Element) -> str:
    """The date as text for ``list_values.birth_dates``."""
    note = text_of(element, "NOTE")
    if "hijri" in note.lower():
        note = ""
    first, last = text_of(element, "FROM_YEAR"), text_of(element, "TO_YEAR")
    if first and last:
        return f"{first} to {last}"
    text = text_of(element, "DATE") or text_of(element, "YEAR") or note
    approximate = text_of(element, "TYPE_OF_DATE").upper() == "APPROXIMATELY"
    return f"circa {text}" if approximate and text else text


def _documents(element: etree._Element) -> Iterator[tuple[str, str, str]]:
    for document in children(element, "INDIVIDUAL_DOCUMENT"):
        number = text_of(document, "NUMBER")
        if number:
            kind = text_of(document, "TYPE_OF_DOCUMENT") or text_of(document, "TYPE_OF_DOCUMENT2") or "document"
            country = text_of(document, "ISSUING_COUNTRY") or text_of(document, "COUNTRY_OF_ISSUE")
            yield kind, number, country
