"""The kinds of record that can be handed in, their columns, and the headings by which each column is known.

A file holds one kind, told by its headings. Swedish and English headings are understood, in any case of letters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class RecordKind(StrEnum):
    """What a handed-in file lists; the value is the id of the source that it becomes."""

    TERMINATIONS = "municipal_terminations"  # avslutade avtal
    SUBCONTRACTS = "municipal_subcontracts"  # underleverantörsled
    HANDLERS = "municipal_handlers"  # ärendets handläggare och vad de själva uppgett (jäv)
    LEASE_TERMS = "municipal_lease_terms"  # hyresvillkor
    PAYMENTS = "municipal_payments"  # hyresbetalningar


@dataclass(frozen=True, slots=True)
class Columns:
    """One kind's columns: those that tell the kind and must be there, and the headings of all."""

    required: tuple[str, ...]
    headings: Mapping[str, tuple[str, ...]]


_NUMBER = ("organisationsnummer", "orgnr", "org nr", "org.nr", "org-nr", "organisation number", "organisation_number")

COLUMNS: Mapping[RecordKind, Columns] = {
    RecordKind.TERMINATIONS: Columns(
        required=("organisation_number", "decided_on"),
        headings={
            "organisation_number": _NUMBER,
            "decided_on": ("beslutsdatum", "beslutsdag", "avslutat", "decision date", "decided_on", "decided on"),
            "reason": ("skäl", "orsak", "orsakskod", "reason", "reason code"),
            "reference": ("diarienummer", "dnr", "beslut", "reference", "decision reference", "diary number"),
            "contract_kind": ("avtalsslag", "avtalstyp", "slag av avtal", "contract_kind", "contract kind"),
            "name": ("namn", "leverantör", "utförare", "företag", "name", "supplier"),
        },
    ),
    RecordKind.SUBCONTRACTS: Columns(
        required=("supplier", "subcontractor"),
        headings={
            "contract": ("avtal", "avtalsnummer", "kontrakt", "contract", "contract number"),
            "supplier": ("beställare i ledet", "leverantör", "leverantörens organisationsnummer", "supplier"),
            "subcontractor": (
                "underleverantör", "underentreprenör", "underleverantörens organisationsnummer", "subcontractor",
            ),
            "subcontractor_name": ("underleverantörens namn", "underentreprenörens namn", "subcontractor name"),
            "tier": ("led", "angivet led", "tier", "declared tier"),
            "share_pct": ("andel", "andel procent", "andel %", "share", "share_pct", "share of value"),
            "allowed_tiers": ("tillåtna led", "högst antal led", "allowed_tiers", "allowed tiers"),
        },
    ),
    RecordKind.HANDLERS: Columns(
        required=("handler",),
        headings={
            "handler": ("handläggare", "handläggarens namn", "handler"),
            "personal_number": ("personnummer", "handläggarens personnummer", "personal number", "personal_number"),
            "relation": ("relation", "förhållande", "slag av relation"),
            "organisation_number": _NUMBER,
            "related_name": ("närstående", "närståendes namn", "related person", "related_name"),
            "related_personal_number": ("närståendes personnummer", "related personal number"),
            "since": ("från", "sedan", "since", "from"),
            "until": ("till", "until", "to"),
        },
    ),
    RecordKind.LEASE_TERMS: Columns(
        required=("tenant", "entry_on"),
        headings={
            "tenant": ("hyresgäst", "hyresgästens organisationsnummer", "tenant"),
            "premises": ("lokal", "objekt", "premises"),
            "purpose": ("ändamål", "avtalat ändamål", "purpose"),
            "allowed_sni": ("tillåten sni", "tillåtna sni", "sni", "allowed sni", "allowed_sni"),
            "entry_on": ("tillträde", "tillträdesdag", "tillträdesdatum", "entry date", "entry_on"),
            "owner_clause": ("ägarklausul", "owner clause", "owner_clause"),
            "owner_change_notified_on": ("ägarbyte anmält", "owner change notified"),
            "guarantor": ("borgensman", "borgensmannens organisationsnummer", "guarantor"),
        },
    ),
    RecordKind.PAYMENTS: Columns(
        required=("tenant", "payer"),
        headings={
            "tenant": ("hyresgäst", "hyresgästens organisationsnummer", "tenant"),
            "payer": ("betalare", "betalarens organisationsnummer", "payer"),
            "payer_name": ("betalarens namn", "payer name"),
            "paid_on": ("betalningsdag", "betalningsdatum", "datum", "payment date", "date"),
            "payments": ("antal betalningar", "antal", "payments", "number of payments"),
        },
    ),
}  # fmt: skip


def recognise(cells: Sequence[str]) -> tuple[RecordKind, tuple[str | None, ...]] | None:
    """The kind that a row of headings tells, and the column of each cell; ``None`` when it is no such row.

    When the headings fit several kinds the one that knows most of them is meant.
    """
    written = [" ".join(cell.casefold().split()) for cell in cells]
    best: tuple[int, RecordKind, tuple[str | None, ...]] | None = None
    for kind, columns in COLUMNS.items():
        column_of = {heading: column for column, known in columns.headings.items() for heading in known}
        named = tuple(column_of.get(heading) for heading in written)
        known = len({column for column in named if column})
        if set(columns.required) <= set(named) and (best is None or known > best[0]):
            best = (known, kind, named)
    return None if best is None else best[1:]


def expected() -> str:
    """The headings that each kind must have, for the message about a file that has none of them."""
    return "; ".join(
        " + ".join(columns.headings[column][0].capitalize() for column in columns.required)
        for columns in COLUMNS.values()
    )
