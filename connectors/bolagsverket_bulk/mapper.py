"""Rows of Bolagsverket's bulk file to facts.

Sub-fields stand between ``$``, entries between ``|``; either sign can also stand inside a text. Names are therefore
cut at their type (``$FORETAGSNAMN-ORGNAM$``), addresses from the left as far as they go.

The ended proceedings (``…-AVSLAVOMFO``) give a history that the API does not show: a reconstruction that ended tells
something, an annulled bankruptcy (``KKUHAVD``) tells the opposite of a bankruptcy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from connectors.base import Mapped
from connectors.bulk import Row
from connectors.codes import (
    DEREGISTRATIONS,
    ENDED_PROCEEDINGS,
    NAME_KINDS,
    ONGOING_PROCEEDINGS,
    ORGANISATION_FORMS,
    Proceeding,
)
from connectors.messages import message
from connectors.statements import Statements, iso_date, tidy
from graph.model import AnswerStatus, DocumentReference, EntityKey, PersonKeyer, Predicate, organisation_key

PRODUCER = "Bolagsverket"
NOT_IN_FILE = "FINNS_EJ_I_FILEN"
PROCEEDINGS = "pagandeAvvecklingsEllerOmstruktureringsforfarande"

_NAME = re.compile(r"^(.*)\$([A-ZÅÄÖ_]+)-ORGNAM(?:\$([^$]*)(?:\$(.*))?)?$", re.DOTALL)
_PROCEEDING = re.compile(r"^([A-ZÅÄÖ]+)-(AVOMFO|AVSLAVOMFO)(?:\$(.*))?$")
_KINDS_BY_BEGINNING = {"KK": "bankruptcy", "LI": "liquidation", "AC": "composition", "FR": "reconstruction"}


def map_facts(
    rows: Iterable[Row], document: DocumentReference, keyer: PersonKeyer, subject: EntityKey | None = None
) -> Mapped:
    """The facts of the file's rows, or of those about ``subject``. Places name the file's line and column."""
    statements = Statements(document, keyer)
    for row in rows:
        key = organisation_key(row.number)
        if subject is None or key == subject:
            _Organisation(row, key, statements).state()
    if statements.any_fact:
        return statements.mapped(AnswerStatus.FOUND)
    return statements.mapped(AnswerStatus.NOT_FOUND, NOT_IN_FILE)


def name_entries(column: str) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Entries of ``organisationsnamn``: name, type, date of registration, description. What is no entry is left out."""
    for entry in _entries(column, "-ORGNAM"):
        match = _NAME.match(entry)
        if match is not None and match[1].strip():
            yield match[1], match[2], match[3] or None, match[4] or None


def address_parts(column: str) -> dict[str, str | None]:
    """``street$co$city$postcode$SE-LAND`` as members of an ``ADDRESS`` fact; empty ones are ``None``.

    Parts are counted from the left; when a ``$`` inside the street makes too many, from the country at the right.
    """
    parts = column.split("$")
    if len(parts) > 5 and parts[-1].endswith("-LAND"):
        parts = ["$".join(parts[:-4]), *parts[-4:]]
    street, care_of, city, postal_code, country = (parts + [""] * 5)[:5]
    return {
        "street": street or None,
        "care_of": care_of or None,
        "postal_code": postal_code.replace(" ", "") or None,
        "city": city or None,
        "country": _country(country),
    }


def proceeding_entries(column: str) -> Iterator[tuple[str, Proceeding, str | None]]:
    """Entries of the proceedings column: code, reading, date as published."""
    for entry in column.split("|"):
        match = _PROCEEDING.match(entry.strip())
        if match is not None:
            code, ended = match[1], match[2] == "AVSLAVOMFO"
            yield code, _reading(code, ended=ended), match[3] or None


def _reading(code: str, *, ended: bool) -> Proceeding:
    """A code's kind and state; an unknown one is read by how it begins and keeps its code as text."""
    known = (ENDED_PROCEEDINGS if ended else ONGOING_PROCEEDINGS).get(code)
    if known is not None:
        return known
    kind = _KINDS_BY_BEGINNING.get(code[:2], "other") if ended else "other"
    state = ("annulled" if code.endswith("UHAVD") else "ended") if ended else "ongoing"
    return Proceeding(code, kind, state)


def _entries(column: str, mark: str) -> list[str]:
    """``column`` cut at ``|``, where a piece without ``mark`` belongs to the entry before it (or to the first)."""
    entries: list[str] = []
    for piece in column.split("|"):
        if entries and (mark not in piece or mark not in entries[-1]):
            entries[-1] += "|" + piece
        else:
            entries.append(piece)
    return entries


def _country(code: str) -> str | None:
    country = code.removesuffix("-LAND").strip().upper()
    return country if re.fullmatch(r"[A-Z]{2}", country) else None


class _Organisation:
    """States the facts of one row."""

    def __init__(self, row: Row, key: EntityKey, statements: Statements) -> None:
        self.row = row
        self.key = key
        self.statements = statements

    def state(self) -> None:
        columns = self.row.columns
        self._add(Predicate.IDENTIFIER, "organisationsidentitet", {"scheme": "SE-ORG", "number": self.row.number})
        if (country := _country(columns["registreringsland"])) is not None:
            self._add(Predicate.JURISDICTION, "registreringsland", {"country": country})
        self._names()
        if form := columns["organisationsform"].removesuffix("-ORGFO").strip():
            value = {"scheme": "bolagsverket", "code": form, "text": ORGANISATION_FORMS.get(form)}
            self._add(Predicate.LEGAL_FORM, "organisationsform", value)
        registered = self._date("registreringsdatum", Predicate.REGISTRATION)
        if registered is not None:
            value = {"date": registered.isoformat(), "register": "bolagsverket"}
            self._add(Predicate.REGISTRATION, "registreringsdatum", value, valid_from=registered)
        self._deregistration()
        self._proceedings()
        if activity := tidy(columns["verksamhetsbeskrivning"]):
            self._add(Predicate.ACTIVITY, "verksamhetsbeskrivning", {"text": activity})
        address = address_parts(columns["postadress"])
        if any(address[part] for part in ("street", "care_of", "postal_code", "city")):
            self._add(Predicate.ADDRESS, "postadress", {"kind": "postal", **address})

    def _names(self) -> None:
        column = "organisationsnamn"
        found = False
        for index, (name, kind, day, description) in enumerate(name_entries(self.row.columns[column]), 1):
            found = True
            entry = f", entry {index}"
            registered = self._parse(day, f"{self.row.place(column)}{entry}")
            self._add(
                Predicate.NAME,
                column,
                {
                    "name": name,
                    "kind": NAME_KINDS.get(kind, "secondary"),
                    "registered_on": registered.isoformat() if registered else None,
                },
                valid_from=registered,
                entry=entry,
            )
            if tidy(description):
                self._add(Predicate.ACTIVITY, column, {"text": description}, entry=entry)
        if not found and self.row.columns[column].strip():
            self.statements.reject(self.row.place(column), message("value.no_typed_name"))
            self.statements.lacks(self.row.place(column), PRODUCER, "OLASLIGT_NAMN", (Predicate.NAME,))

    def _deregistration(self) -> None:
        code = self.row.columns["avregistreringsorsak"].removesuffix("-AVORG").strip()
        code = "" if code == "null" else code
        on = self._date("avregistreringsdatum", Predicate.DEREGISTRATION)
        if on is None and not code:
            return
        known = DEREGISTRATIONS.get(code)
        self._add(
            Predicate.DEREGISTRATION,
            "avregistreringsdatum" if on else "avregistreringsorsak",
            {
                "date": on.isoformat() if on else None,
                "code": code or None,
                "text": known.text if known else None,
                "cause": known.cause if known else "other",
            },
            valid_from=on,
        )

    def _proceedings(self) -> None:
        text = self.row.columns[PROCEEDINGS].strip()
        if text in ("", "null"):
            return
        read = list(proceeding_entries(text))
        for index, (code, proceeding, day) in enumerate(read, 1):
            entry = f", entry {index}"
            on = self._parse(day, f"{self.row.place(PROCEEDINGS)}{entry}")
            self._add(
                Predicate.PROCEEDING,
                PROCEEDINGS,
                {
                    "kind": proceeding.kind,
                    "state": proceeding.state,
                    "code": code,
                    "text": proceeding.text,
                    "date": on.isoformat() if on else None,
                },
                valid_from=on if proceeding.state == "ongoing" else None,
                entry=entry,
            )
        if len(read) != text.count("|") + 1:
            self.statements.reject(self.row.place(PROCEEDINGS), message("value.unknown_proceeding"))
            self.statements.lacks(self.row.place(PROCEEDINGS), PRODUCER, "OKAND_FORM", (Predicate.PROCEEDING,))

    def _date(self, column: str, unknown: Predicate) -> date | None:
        place = self.row.place(column)
        text = self.row.columns[column]
        day = self._parse(text, place)
        if day is None and text.strip() not in ("", "null"):
            self.statements.lacks(place, PRODUCER, "OLASLIGT_DATUM", (unknown,))
        return day

    def _parse(self, text: str | None, place: str) -> date | None:
        try:
            return iso_date(text)
        except ValueError:
            self.statements.reject(place, message("value.not_a_date"))
            return None

    def _add(
        self,
        predicate: Predicate,
        column: str,
        value: Mapping[str, object],
        *,
        valid_from: date | None = None,
        entry: str = "",
    ) -> None:
        self.statements.add(self.key, predicate, self.row.place(column) + entry, value, valid_from=valid_from)
