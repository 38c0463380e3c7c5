"""Turn the municipality's records into facts. A person is known by keyed hash at once; no number is kept or sealed.

Unlike a register's officers, handlers are never asked about anywhere, so that their numbers need not be opened again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from connectors.base import Mapped, RejectedRow
from connectors.municipal_records.columns import RecordKind
from connectors.municipal_records.rows import Handler, LeaseTerms, Payment, Record, Subcontract, Termination
from connectors.statements import Statements
from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    PersonKeyer,
    Predicate,
    organisation_key,
)

PREDICATES: Mapping[RecordKind, tuple[Predicate, ...]] = {
    RecordKind.TERMINATIONS: (Predicate.TERMINATION,),
    RecordKind.SUBCONTRACTS: (Predicate.SUBCONTRACT,),
    RecordKind.HANDLERS: (Predicate.HANDLER, Predicate.DECLARED_RELATION, Predicate.PERSON_NAME),
    RecordKind.LEASE_TERMS: (Predicate.LEASE_TERMS,),
    RecordKind.PAYMENTS: (Predicate.RENT_PAYMENT,),
}
"""What each kind of file states."""
PRODUCER = "Kommunen"


def map_facts(
    kind: RecordKind, records: Iterable[Record | RejectedRow], document: DocumentReference, keyer: PersonKeyer
) -> Mapped:
    """The facts of a file. The status is ``found`` when it states anything, else ``not_found``.

    A file with rows that could not be used is an answer with a part missing: what those rows held is unknown.
    """
    statements = Statements(document, keyer)
    lost: list[str] = []
    used: set[str] = set()
    for record in records:
        if isinstance(record, RejectedRow):
            statements.reject(record.place, record.reason)
            lost.append(record.place)
        else:
            used.add(record.place)
            _STATE[type(record)](statements, record, keyer)
    if unread := [place for place in lost if place not in used]:
        statements.lacks(", ".join(unread[:5]), PRODUCER, "row_unreadable", PREDICATES[kind])
    status = AnswerStatus.FOUND if statements.any_fact or statements.any_missing else AnswerStatus.NOT_FOUND
    return replace(statements.mapped(status), identities=())


def _termination(statements: Statements, row: Termination, _keyer: PersonKeyer) -> None:
    value = {
        "decided_on": row.decided_on.isoformat(),
        "reason": row.reason,
        "reference": row.reference or None,
        "contract_kind": row.contract_kind,
        "name": row.name or None,
    }
    statements.add(organisation_key(row.organisation), Predicate.TERMINATION, row.place, value)


def _subcontract(statements: Statements, row: Subcontract, _keyer: PersonKeyer) -> None:
    value = {
        "contract": row.contract or None,
        "name": row.subcontractor_name or None,
        "tier": row.tier,
        "share_pct": row.share_pct,
        "allowed_tiers": row.allowed_tiers,
    }
    statements.add(
        organisation_key(row.supplier),
        Predicate.SUBCONTRACT,
        row.place,
        value,
        target=organisation_key(row.subcontractor),
    )


def _handler(statements: Statements, row: Handler, keyer: PersonKeyer) -> None:
    scope = statements.document.sha256
    key = _person(keyer, row.name, row.number, scope)
    statements.add(key, Predicate.PERSON_NAME, row.place, {"name": row.name})
    statements.add(key, Predicate.HANDLER, row.place, {"name": row.name, "identified": bool(row.number)})
    if not (row.relation or row.organisation or row.related_name or row.related_number):
        return
    target: EntityKey | None = None
    if row.organisation:
        target = organisation_key(row.organisation)
    elif row.related_number:
        target = keyer.by_number(row.related_number)
        if row.related_name:
            statements.add(target, Predicate.PERSON_NAME, row.place, {"name": row.related_name})
    value = {"relation": row.relation or None, "name": row.related_name or None, "handler": row.name}
    statements.add(
        key,
        Predicate.DECLARED_RELATION,
        row.place,
        value,
        target=target,
        valid_from=row.since,
        valid_to=row.until,
    )


def _person(keyer: PersonKeyer, name: str, number: str, scope: str) -> EntityKey:
    return keyer.by_number(number) if number else keyer.by_description(name, None, scope)


def _lease_terms(statements: Statements, row: LeaseTerms, _keyer: PersonKeyer) -> None:
    notified = row.owner_change_notified_on
    value = {
        "premises": row.premises or None,
        "purpose": row.purpose or None,
        "allowed_sni": list(row.allowed_sni),
        "entry_on": row.entry_on.isoformat(),
        "owner_clause": row.owner_clause,
        "owner_change_notified_on": notified.isoformat() if notified else None,
        "guarantor": organisation_key(row.guarantor) if row.guarantor else None,
    }
    statements.add(organisation_key(row.tenant), Predicate.LEASE_TERMS, row.place, value)


def _payment(statements: Statements, row: Payment, _keyer: PersonKeyer) -> None:
    value = {
        "paid_on": row.paid_on.isoformat() if row.paid_on else None,
        "payments": row.payments,
        "name": row.payer_name or None,
        "payer": "organisation" if row.payer else "person",
    }
    statements.add(
        organisation_key(row.tenant),
        Predicate.RENT_PAYMENT,
        row.place,
        value,
        target=organisation_key(row.payer) if row.payer else None,
    )


_STATE: Mapping[type[Record], Callable[[Statements, Any, PersonKeyer], None]] = {
    Termination: _termination,
    Subcontract: _subcontract,
    Handler: _handler,
    LeaseTerms: _lease_terms,
    Payment: _payment,
}
