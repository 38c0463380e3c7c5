"""Rows of SCB's bulk file to facts.

``FtgStat`` says whether the organisation is registered for VAT, F-tax or as an employer: ``0`` never, ``1`` is, ``9``
no longer. It is not deregistration, and common for holding companies. ``JEStat`` says whether it still belongs to the
register's population. SNI codes are those of the year in which the file was made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

from connectors.base import Mapped
from connectors.bulk import Row
from connectors.codes import LEGAL_FORMS
from connectors.messages import message
from connectors.statements import Statements, sni_version
from graph.model import AnswerStatus, DocumentReference, EntityKey, PersonKeyer, Predicate, organisation_key

PRODUCER = "SCB"
NOT_IN_FILE = "FINNS_EJ_I_FILEN"
UNKNOWN_INDUSTRY = "00000"

_ACTIVE = {"0": False, "1": True, "9": False}
_ACCEPTS_ADVERTISING = {"1": True, "2": False}


def map_facts(
    rows: Iterable[Row], document: DocumentReference, keyer: PersonKeyer, subject: EntityKey | None = None
) -> Mapped:
    """The facts of the file's rows, or of those about ``subject``. Places name the file's line and column."""
    statements = Statements(document, keyer)
    for row in rows:
        key = organisation_key(row.number)
        if subject is None or key == subject:
            _state(row, key, statements, document)
    if statements.any_fact:
        return statements.mapped(AnswerStatus.FOUND)
    return statements.mapped(AnswerStatus.NOT_FOUND, NOT_IN_FILE)


def _state(row: Row, key: EntityKey, statements: Statements, document: DocumentReference) -> None:
    columns = {name: value.strip() for name, value in row.columns.items()}

    def add(predicate: Predicate, column: str, value: dict[str, object], valid_from: date | None = None) -> None:
        statements.add(key, predicate, row.place(column), value, valid_from=valid_from)

    def unknown(column: str, reason: str, predicate: Predicate) -> None:
        statements.lacks(row.place(column), PRODUCER, reason, (predicate,))

    add(Predicate.IDENTIFIER, "PeOrgNr", {"scheme": "SE-ORG", "number": row.number})
    if columns["Namn"]:
        add(Predicate.NAME, "Namn", {"name": columns["Namn"], "kind": "registered", "registered_on": None})
    if columns["Foretagsnamn"] and columns["Foretagsnamn"] != columns["Namn"]:
        add(Predicate.NAME, "Foretagsnamn", {"name": columns["Foretagsnamn"], "kind": "trading", "registered_on": None})
    if form := columns["JurForm"]:
        add(Predicate.LEGAL_FORM, "JurForm", {"scheme": "scb", "code": form, "text": LEGAL_FORMS.get(form)})
    if columns["RegDatKtid"]:
        try:
            registered = datetime.strptime(columns["RegDatKtid"], "%Y%m%d").replace(tzinfo=UTC).date()
        except ValueError:
            statements.reject(row.place("RegDatKtid"), message("value.not_a_date"))
            unknown("RegDatKtid", "OLASLIGT_DATUM", Predicate.REGISTRATION)
        else:
            add(Predicate.REGISTRATION, "RegDatKtid", {"date": registered.isoformat(), "register": "scb"}, registered)
    status = columns["FtgStat"]
    if status in _ACTIVE:
        add(Predicate.ACTIVE, "FtgStat", {"active": _ACTIVE[status], "code": status})
    else:
        statements.reject(row.place("FtgStat"), message("value.unknown_code"))
        unknown("FtgStat", "OKAND_KOD", Predicate.ACTIVE)
    if columns["JEStat"]:
        add(Predicate.MISCELLANEOUS, "JEStat", {"name": "JEStat", "value": columns["JEStat"]})
    _industries(row, columns, key, statements, document)
    if any(columns[name] for name in ("Gatuadress", "COAdress", "PostNr", "PostOrt")):
        add(
            Predicate.ADDRESS,
            "Gatuadress",
            {
                "kind": "postal",
                "street": columns["Gatuadress"] or None,
                "care_of": columns["COAdress"] or None,
                "postal_code": columns["PostNr"].replace(" ", "") or None,
                "city": columns["PostOrt"] or None,
                "country": None,
            },
        )
    advertising = columns["Reklamsparrtyp"]
    if advertising in _ACCEPTS_ADVERTISING:
        add(Predicate.ADVERTISING, "Reklamsparrtyp", {"accepts": _ACCEPTS_ADVERTISING[advertising]})


def _industries(
    row: Row, columns: dict[str, str], key: EntityKey, statements: Statements, document: DocumentReference
) -> None:
    """``Ng1`` to ``Ng5``, the first being the main one. ``00000`` says that SCB does not know: nothing is stated."""
    stated = False
    for rank in range(1, 6):
        column = f"Ng{rank}"
        code = columns[column]
        if code in ("", UNKNOWN_INDUSTRY):
            continue
        if not re.fullmatch(r"\d{5}", code):
            statements.reject(row.place(column), message("value.not_sni"))
            continue
        stated = True
        value = {"code": code, "version": sni_version(document), "text": None, "rank": rank}
        statements.add(key, Predicate.INDUSTRY, row.place(column), value)
    if not stated:
        reason = "OKAND" if columns["Ng1"] == UNKNOWN_INDUSTRY else "SAKNAS"
        statements.lacks(row.place("Ng1"), PRODUCER, reason, (Predicate.INDUSTRY,))
