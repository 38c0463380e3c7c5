"""The grammar of UD0047: a company's officers as one text.

Inferred from published test answers, since the interface only calls it a text::

    styrelseledamot,ordförande            a line of roles
    198000000010 Larsson, Kent, SUNDSVALL     those who hold them: number, name, place
    styrelsesuppleant
    19870310 Holt, James, GÖTEBORG            eight digits: birth date of a person without a Swedish number
    revisor
    5560000010, Revisionsbyrån AB, STOCKHOLM  ten digits and a comma: an organisation

The same person can stand under several lines of roles. A line that fits neither pattern is reported with its number
and never with its text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from connectors.codes import is_known_role
from connectors.messages import message
from graph.text import Text

_HOLDER = re.compile(r"(?P<number>\d{8}-?\d{4}|\d{6}-?\d{4}|\d{8})(?P<comma>,)?\s+(?P<rest>\S.*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Officer:
    """One holder of one or more roles."""

    roles: tuple[str, ...]
    line: int
    """Line of the text, counted from 1 with empty lines."""
    name: str
    """Organisation's name, or a person's as ``Given Surname``."""
    given: str | None
    family: str | None
    place: str | None
    number: str | None = field(default=None, repr=False)
    """Twelve digits for a person, ten for an organisation; ``None`` when only a birth date is known."""
    birth_date: str | None = None
    """ISO, for a person without a number."""

    @property
    def is_organisation(self) -> bool:
        """Whether the holder is an organisation."""
        return self.number is not None and len(self.number) == 10


@dataclass(frozen=True, slots=True)
class Officers:
    """What the text says."""

    officers: tuple[Officer, ...]
    unread: tuple[tuple[int, Text], ...] = ()
    """Lines that could not be read: number and why."""


def parse(text: str) -> Officers:
    """Read the officers' text. Never raises: what cannot be read is in ``unread``."""
    officers: list[Officer] = []
    unread: list[tuple[int, Text]] = []
    roles: tuple[str, ...] = ()
    roles_are_known = False
    for number, raw in enumerate(text.splitlines(), start=1):
        line = " ".join(raw.split())
        if not line:
            continue
        holder = _HOLDER.fullmatch(line)
        if holder is None:
            candidates = tuple(part.strip() for part in line.split(",") if part.strip())
            # Roles are printed in lower case; names and places are not.
            roles_are_known = bool(candidates) and not any(letter.isdecimal() for letter in line)
            roles_are_known = roles_are_known and (line == line.lower() or all(map(is_known_role, candidates)))
            roles = candidates if roles_are_known else ()
            if not roles_are_known:
                unread.append((number, message("officers.neither")))
            continue
        if not roles:
            unread.append((number, message("officers.no_role")))
            continue
        officer = _officer(holder, roles, number)
        if officer is None:
            unread.append((number, message("officers.number")))
        else:
            officers.append(officer)
    return Officers(tuple(officers), tuple(unread))


def _officer(holder: re.Match[str], roles: tuple[str, ...], line: int) -> Officer | None:
    digits = holder["number"].replace("-", "")
    parts = [part.strip() for part in holder["rest"].split(",") if part.strip()]
    if not parts:
        return None
    if len(digits) == 12 and digits.startswith("16"):
        digits = digits[2:]
    if len(digits) == 10:
        if digits[2] < "2":
            return None  # a personnummer without its century does not tell who it is
        # A firm's name can hold a comma ("Ek, AB"), so only the last part is its place.
        name, place = (parts[:-1], parts[-1]) if len(parts) > 1 else (parts, None)
        return Officer(roles, line, ", ".join(name), None, None, place, digits)
    birth_date = None
    if len(digits) == 8:
        try:
            birth_date = datetime.strptime(digits, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a date, not a moment
        except ValueError:
            return None
    name, place = _split_place(parts)
    family, given = name[0], " ".join(name[1:]) or None
    full = f"{given} {family}" if given else family
    return Officer(roles, line, full, given, family, place, None if birth_date else digits, birth_date)


def _split_place(parts: list[str]) -> tuple[list[str], str | None]:
    """Surname with given names, and place: what stands after them in capitals, one part or several."""
    name_parts = 2
    end = len(parts)
    while end > name_parts and parts[end - 1] == parts[end - 1].upper():
        end -= 1
    if end == len(parts) and end > name_parts:
        end -= 1  # a place that is not in capitals
    return parts[:end], ", ".join(parts[end:]) or None
