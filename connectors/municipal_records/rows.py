"""The rows of the municipality's records, one type a kind. What a field means stands here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

REASONS = {
    "breach": ("avtalsbrott", "breach"),
    "quality": ("kvalitetsbrist", "kvalitetsbrister", "bristande kvalitet", "quality"),
    "invoicing": ("felaktig fakturering", "fakturering", "invoicing"),
    "permit": ("tillstånd saknas", "tillstånd", "permit"),
    "insolvency": ("konkurs", "insolvens", "insolvency"),
    "volume": ("volym", "för få kunder", "minskat behov", "volume"),
    "expiry": ("avtalstiden slut", "löpte ut", "expiry"),
    "mutual": ("överenskommelse", "leverantörens begäran", "mutual"),
    "other": ("annat", "övrigt", "other"),
}
"""Reason codes of a terminated contract and the words for each. Free text is not kept: it can describe persons."""

CONTRACT_KINDS = {
    "LOU": ("lou", "upphandlat avtal", "ramavtal", "direktupphandling"),
    "LUF": ("luf",),
    "LUK": ("luk", "koncession"),
    "LUFS": ("lufs",),
    "LOV": ("lov", "valfrihet", "valfrihetssystem"),
    "lease": ("hyra", "hyresavtal", "lokal", "lease"),
    "grant": ("bidrag", "föreningsbidrag", "grant"),
    "other": ("annat", "övrigt", "other"),
}
"""Kinds of contract and the words for each: LOU 13:3 point 5 counts the procurement acts' contracts only."""


@dataclass(frozen=True, slots=True)
class Termination:
    """A contract that the municipality ended early, by a decision."""

    organisation: str
    """Ten digits."""
    decided_on: date
    reason: str
    """A key of ``REASONS``."""
    reference: str
    """The decision's diary number; empty when none was given."""
    contract_kind: str
    """A key of ``CONTRACT_KINDS``."""
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Subcontract:
    """One link of a supply chain, as the supplier declared it or as it was found on site."""

    contract: str
    supplier: str
    subcontractor: str
    subcontractor_name: str
    tier: int | None
    """The tier that was declared: 1 = engaged by the municipality's own supplier; ``None`` = not declared."""
    share_pct: float | None
    """Per cent of the contract's value."""
    allowed_tiers: int | None
    """How many tiers of subcontractors the contract allows."""
    place: str


@dataclass(frozen=True, slots=True)
class Handler:
    """Somebody who handles this case, and at most one relation that they have declared themselves."""

    name: str
    number: str = field(repr=False)
    """Twelve digits, or empty. Becomes a keyed hash in the mapper and goes nowhere else."""
    relation: str
    """The declared relation in the officer's own words; empty when the row declares none."""
    organisation: str
    """Ten digits of the organisation that the relation is to, or empty."""
    related_name: str
    related_number: str = field(repr=False)
    since: date | None
    until: date | None
    place: str


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    """What one lease of premises says."""

    tenant: str
    premises: str
    purpose: str
    allowed_sni: tuple[str, ...]
    """Beginnings of SNI codes that fit the purpose, digits only."""
    entry_on: date
    owner_clause: bool | None
    """Whether a change of the tenant's owners must be notified or approved; ``None`` = not stated."""
    owner_change_notified_on: date | None
    guarantor: str
    """Ten digits of the organisation that has given security for the rent, or empty."""
    place: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Rent paid for a tenant's premises."""

    tenant: str
    payer: str
    """Ten digits; empty when the payer is a natural person, of whom neither number nor name is kept."""
    payer_name: str
    paid_on: date | None
    payments: int
    place: str


Record = Termination | Subcontract | Handler | LeaseTerms | Payment
