"""A case: what the municipality is about to decide, about whom, for what purpose, on what legal basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph.model import EntityKey


class CaseKind(StrEnum):
    """Case types (``case_types`` in the indicator catalogue) with their Swedish command-line names."""

    PROCUREMENT = "procurement"  # upphandling
    DIRECT_PROCUREMENT = "direct_procurement"  # direktupphandling
    CONTRACT_MONITORING = "contract_monitoring"  # avtalsuppföljning
    LEASE = "lease"  # lokalavtal
    BUILDING_PERMIT = "building_permit"  # bygglov
    ASSOCIATION_GRANT = "association_grant"  # föreningsbidrag
    WELFARE_PROVIDER = "welfare_provider"  # välfärdsutförare


SWEDISH_NAMES: dict[CaseKind, str] = {
    CaseKind.PROCUREMENT: "upphandling",
    CaseKind.DIRECT_PROCUREMENT: "direktupphandling",
    CaseKind.CONTRACT_MONITORING: "avtalsuppfoljning",
    CaseKind.LEASE: "lokalavtal",
    CaseKind.BUILDING_PERMIT: "bygglov",
    CaseKind.ASSOCIATION_GRANT: "foreningsbidrag",
    CaseKind.WELFARE_PROVIDER: "valfardsutforare",
}
"""ASCII-folded so that they can be typed in any terminal; ``å ä ö`` are accepted too."""


class Procedure(StrEnum):
    """The legal regime (``procedure_effects`` in the indicator catalogue): decides force, hearing and cap."""

    LOU_OVER_THRESHOLD = "LOU_over_threshold"
    LOU_UNDER_THRESHOLD = "LOU_under_threshold_or_bilaga2"
    LOU_DIRECT_AWARD = "LOU_direct_award"
    LUF = "LUF"
    LUK = "LUK"
    LUFS = "LUFS"
    LOV = "LOV"
    RUNNING_CONTRACT = "running_contract"
    LEASE_NEW = "lease_new"
    LEASE_RUNNING = "lease_running"
    ASSOCIATION_GRANT = "association_grant"
    BUILDING_PERMIT = "building_permit"


class PartyRole(StrEnum):
    """Why an entity is a party of the case."""

    BIDDER = "bidder"  # anbudsgivare
    SUBCONTRACTOR = "subcontractor"  # underleverantör
    RELIED_UPON = "relied_upon"  # åberopat företag (LOU 14:6)
    SUPPLIER = "supplier"  # leverantör i löpande avtal
    LESSEE = "lessee"  # hyresgäst
    APPLICANT = "applicant"  # sökande, byggherre
    PROVIDER = "provider"  # utförare


@dataclass(frozen=True, slots=True)
class Party:
    """A party of a case, as declared by the officer or in the tender."""

    key: EntityKey
    role: PartyRole
    declared_number: str
    """The organisation number as compacted to ten digits."""
    declared_name: str | None = None
    lot: str | None = None
    relied_on_by: EntityKey | None = None
    contact_email: str | None = None
    contact_phone: str | None = None


@dataclass(frozen=True, slots=True)
class Tenant:
    """A kommun or a municipal company. Only an authority may hold crime data (dataskyddslagen 3:8)."""

    id: str
    name: str
    is_authority: bool


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be decided. ``opened_on`` is the date whose law applies and that time bars count from."""

    id: str
    tenant: Tenant
    kind: CaseKind
    procedure: Procedure
    reference: str
    """The municipality's own diary number."""
    opened_on: date
    purpose: str
    legal_basis: str
    parties: tuple[Party, ...]
    title: str = ""
    cpv: tuple[str, ...] = ()
    value_sek: int | None = None
    directive_scope: bool | None = None
    """Whether the contract is inside the procurement directives' scope (art. 5k); ``None`` = not stated."""
