"""Read statements of the Beneficial Ownership Data Standard 0.4.

A file is a JSON array of statements, one statement, or JSON lines. Each statement is checked on its own: one that
cannot be used becomes a ``RejectedRow`` with its place, and the rest goes on. Fields and code lists:
source reference 7.1. Messages tell the place, never the content: it describes persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from connectors.base import MalformedContent, RejectedRow
from connectors.hardened import parse_json
from connectors.messages import message
from graph.text import Text

SOURCE = "bods"
RECORD_TYPES = ("entity", "person", "relationship")
RECORD_STATUSES = ("new", "updated", "closed")
MAXIMUM_STATEMENTS = 200_000
"""More than any supplier's structure; a national register is not handed in with a tender."""
_REMEDY = message("remedy.bods")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}([T ].*)?)?)?", re.DOTALL)
_OLDER = ("statementID", "statementType")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: what a record was, as of its date."""

    statement_id: str = field(repr=False)
    statement_date: str
    """``YYYY-MM-DD`` or shorter; empty when the statement has none."""
    declaration_subject: str = field(repr=False)
    record_id: str = field(repr=False)
    record_type: str
    record_status: str
    details: Mapping[str, Any] = field(repr=False)
    place: str
    """JSON pointer to the statement; ``row N`` before it in JSON lines."""


def read(content: bytes) -> list[Statement | RejectedRow]:
    """The statements of a file in its order, and what is wrong with those that cannot be used.

    Raises:
        MalformedContent: not JSON, not statements, of an older version, or hostile.
    """
    items = list(_items(content))
    if not items:
        raise MalformedContent(SOURCE, message("bods.no_statements"), "", _REMEDY)
    if len(items) > MAXIMUM_STATEMENTS:
        raise MalformedContent(SOURCE, message("bods.too_many", limit=MAXIMUM_STATEMENTS), "", _REMEDY)
    objects = [item for _place, item in items if isinstance(item, dict)]
    if objects and not any("recordType" in item or "recordDetails" in item for item in objects):
        if any(key in item for item in objects for key in _OLDER):
            raise MalformedContent(SOURCE, message("bods.older"), items[0][0], message("remedy.bods_export"))
        raise MalformedContent(SOURCE, message("bods.not_bods"), items[0][0], _REMEDY)
    seen: set[str] = set()
    read_items: list[Statement | RejectedRow] = []
    for place, item in items:
        statement = _statement(item, place)
        if isinstance(statement, Statement):
            if statement.statement_id in seen:
                statement = RejectedRow(f"{place}/statementId", message("bods.same_statement"))
            else:
                seen.add(statement.statement_id)
        read_items.append(statement)
    return read_items


def _items(content: bytes) -> Iterator[tuple[str, Any]]:
    """(place, value) of each statement-to-be."""
    lines = content.lstrip(b"\xef\xbb\xbf").strip().splitlines()
    if len(lines) > 1 and all(_is_object_line(line) for line in (lines[0], lines[1])):
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield f"row {number}", parse_json(line, SOURCE)
                except MalformedContent:
                    yield f"row {number}", None
        return
    document = parse_json(content, SOURCE)
    if isinstance(document, dict):
        yield "", document
    elif isinstance(document, list):
        for index, item in enumerate(document):
            yield f"/{index}", item
    else:
        raise MalformedContent(SOURCE, message("bods.not_a_list"), "row 1", _REMEDY)


def _is_object_line(line: bytes) -> bool:
    stripped = line.strip()
    return stripped.startswith(b"{") and stripped.endswith(b"}") and len(stripped) > 2


def _statement(item: Any, place: str) -> Statement | RejectedRow:
    if not isinstance(item, dict):
        return RejectedRow(place, message("bods.not_an_object"))
    for name in ("statementId", "recordId"):
        value = item.get(name)
        if not isinstance(value, str) or not value.strip():
            return RejectedRow(f"{place}/{name}", message("bods.field_missing", field=name))
    if item.get("recordType") not in RECORD_TYPES:
        return RejectedRow(f"{place}/recordType", _not_one_of("recordType", RECORD_TYPES))
    status = item.get("recordStatus", "new")
    if status not in RECORD_STATUSES:
        return RejectedRow(
            f"{place}/recordStatus",
            _not_one_of("recordStatus", RECORD_STATUSES),
        )
    details = item.get("recordDetails", {} if status == "closed" else None)
    if not isinstance(details, dict):
        return RejectedRow(f"{place}/recordDetails", message("bods.details_missing"))
    stated = item.get("statementDate", "")
    if not isinstance(stated, str) or (stated and not _DATE.fullmatch(stated)):
        return RejectedRow(f"{place}/statementDate", message("bods.statement_date"))
    subject = item.get("declarationSubject", "")
    return Statement(
        statement_id=item["statementId"],
        statement_date=stated[:10],
        declaration_subject=subject if isinstance(subject, str) else "",
        record_id=item["recordId"],
        record_type=item["recordType"],
        record_status=status,
        details=details,
        place=place,
    )


def _not_one_of(field: str, known: tuple[str, ...]) -> Text:
    return message("bods.field_not_one_of", field=field, known=", ".join(known))


def partial_date(value: Any) -> str | None:
    """A BODS date (``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, with or without time) as its date part; ``None`` if none."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    text = value[:10]
    try:
        date.fromisoformat(
            (text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10] if len(text) == 7 else text
        )
    except ValueError:
        return None
    return text


def whole_date(value: Any, *, end: bool = False) -> date | None:
    """A BODS date as a day: the first day of a partial date, or the last if ``end``."""
    text = partial_date(value)
    if text is None:
        return None
    if len(text) == 10:
        return date.fromisoformat(text)
    year = int(text[:4])
    if len(text) == 4:
        return date(year, 12, 31) if end else date(year, 1, 1)
    month = int(text[5:7])
    if not end:
        return date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1) if year < 9999 or month < 12 else date.max
    return date.fromordinal(following.toordinal() - 1)
