"""Read the names file: persons of several sanction lists with names, birth dates and citizenships, as YAML.

``<list>: {content: [{names: […], dob_epoch: […], dob_year: […], citizen: […], …}], updated: <epoch>}``. It is derived
from the official lists and holds natural persons only; entries have no identity of their own, so they are known by
their position in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from connectors.base import MalformedContent, RejectedRow
from connectors.list_values import ListedRow, collapse
from connectors.messages import message
from graph.model import ListedName, ListedSchema

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REMEDY = message("remedy.official_list")


def looks_like(content: bytes) -> bool:
    """Whether ``content`` begins like the names file."""
    return content[:512].lstrip().startswith(b"---") and b"-Sanctions:" in content[:512]


def read(source: str, content: bytes, *lists: str) -> Iterator[ListedRow | RejectedRow]:
    """The persons of the named lists in the file.

    Raises:
        MalformedContent: not YAML of this shape, or it holds none of ``lists``.
    """
    document = _load(source, content)
    present = [name for name in lists if isinstance(document.get(name), dict)]
    if not present:
        raise MalformedContent(source, message("names_yaml.no_list", lists=", ".join(lists)), "row 1", _REMEDY)
    for name in present:
        entries = document[name].get("content")
        if not isinstance(entries, list):
            raise MalformedContent(source, message("names_yaml.no_content"), f"/{name}/content", _REMEDY)
        for index, entry in enumerate(entries):
            yield _row(entry, f"/{name}/content/{index}")


def stated_at(content: bytes, name: str) -> datetime | None:
    """When the list called ``name`` was updated, or ``None``."""
    try:
        updated = _load("", content)[name]["updated"]
        return _EPOCH + timedelta(seconds=int(updated))
    except (MalformedContent, KeyError, TypeError, ValueError, OverflowError):
        return None


def _load(source: str, content: bytes) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(content, Loader=loader)  # noqa: S506 - a safe loader, in C where there is one
    except (yaml.YAMLError, ValueError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedContent(source, message("names_yaml.unreadable"), "row 1", _REMEDY) from error
    if not isinstance(document, dict):
        raise MalformedContent(source, message("names_yaml.not_a_list"), "row 1", _REMEDY)
    return document


def _row(entry: Any, place: str) -> ListedRow | RejectedRow:
    if not isinstance(entry, dict):
        return RejectedRow(place, message("list.entry_form"))

    def texts(name: str) -> list[str]:
        values = entry.get(name)
        if not isinstance(values, list):
            return []
        return [collapse(str(value)) for value in values if not isinstance(value, (dict, list))]

    names = [name for name in texts("names") if name]
    if not names:
        return RejectedRow(place, message("list.no_name"))
    dates = [text for text in (_epoch_date(seconds) for seconds in texts("dob_epoch")) if text]
    dates += [*texts("dob_year"), *texts("dob_text")]
    numbers = [("passport", number, "") for number in texts("passport_no")]
    numbers += [("national id", number, "") for number in texts("national_id")]
    # YAML 1.1 reads Norway's unquoted code as false.
    countries = [
        "no" if text == "False" else text for name in ("citizen", "nationality", "residence") for text in texts(name)
    ]
    return ListedRow(
        key=place.strip("/"),
        schema=ListedSchema.PERSON,
        names=tuple(ListedName(name, "alias" if index else "primary") for index, name in enumerate(names)),
        dates=tuple(dates),
        countries=tuple(countries),
        identifiers=tuple(numbers),
        place=place,
    )


def _epoch_date(seconds: str) -> str | None:
    try:
        return (_EPOCH + timedelta(seconds=int(seconds))).date().isoformat()
    except (ValueError, OverflowError):
        return None
