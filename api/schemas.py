"""Request and answer bodies of ``/api/v1``, with examples. The result of a screening is stored bytes, not a schema here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from screening.case import CaseKind, PartyRole, Procedure

Identifier = Annotated[str, Field(max_length=64)]
ShortText = Annotated[str, Field(max_length=300)]


class PartyInput(BaseModel):
    """One party as the officer gives it."""

    model_config = ConfigDict(extra="forbid")

    organisation_number: ShortText = Field(examples=["558000-0012"])
    name: ShortText | None = Field(default=None, examples=["Granby Städ AB"])
    role: PartyRole | None = Field(default=None, description="Default: the case type's own, e.g. bidder.")
    lot: ShortText | None = None
    relied_on_by: ShortText | None = Field(
        default=None, description="Organisation number of the bidder that relies on this company (LOU 14:6)."
    )
    contact_email: ShortText | None = None
    contact_phone: ShortText | None = None


class CaseInput(BaseModel):
    """A case to open. Purpose and legal basis default to the policy's; both are stored with every lookup."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kind": "procurement",
                "reference": "KS 2026/117",
                "title": "Städtjänster för skolor",
                "procedure": "LOU_over_threshold",
                "cpv": ["90910000"],
                "value_sek": 6500000,
                "directive_scope": True,
                "parties": [
                    {"organisation_number": "558000-0012", "name": "Granby Städ AB"},
                    {"organisation_number": "558000-0020", "name": "Norra Ren AB", "role": "subcontractor"},
                ],
            }
        },
    )

    kind: CaseKind
    reference: ShortText = Field(description="The municipality's diary number.")
    title: ShortText = ""
    procedure: Procedure | None = Field(default=None, description="Default: the policy's.")
    opened_on: date | None = Field(default=None, description="Default: today. Decides which law applies.")
    purpose: ShortText | None = None
    legal_basis: ShortText | None = None
    cpv: list[Annotated[str, Field(pattern=r"^\d{8}(-\d)?$")]] = Field(default=[], max_length=50)
    value_sek: int | None = Field(default=None, ge=0, le=10**13)
    directive_scope: bool | None = Field(
        default=None, description="Whether the contract is inside the directives' scope (article 5k)."
    )
    parties: list[PartyInput] = Field(default=[], max_length=20_000)


class ProblemOut(BaseModel):
    """Something wrong with one row of the parties."""

    place: str
    code: str
    blocking: bool
    detail: str
    detail_sv: str


class PartyOut(BaseModel):
    """A party of a case."""

    key: str
    organisation_number: str
    name: str | None
    role: PartyRole
    lot: str | None


class CaseOut(BaseModel):
    """A case. ``parties`` and ``problems`` are given when one case is asked for or opened."""

    id: str
    kind: CaseKind
    procedure: Procedure
    reference: str
    title: str
    opened_on: date
    purpose: str
    legal_basis: str
    cpv: list[str]
    value_sek: int | None
    directive_scope: bool | None
    parties: list[PartyOut]
    problems: list[ProblemOut] = []


class CaseSummary(BaseModel):
    """A case in a list, with its newest outcome."""

    id: str
    kind: CaseKind
    reference: str
    title: str
    opened_on: date
    parties: int
    code: str | None = Field(description="Level code of the newest screening; null = not screened yet.")
    complete: bool | None


class RunOut(BaseModel):
    """One run of gathering and screening."""

    id: str
    case: str
    state: str = Field(description="gathering, matching, screening or done.", examples=["gathering"])
    done: int
    failed: int
    pending: int
    by_source: dict[str, dict[str, int]]
    screening: str | None = Field(description="Id of the screening, when done.")


class DocumentOut(BaseModel):
    """A stored document behind facts."""

    sha256: str
    source: str
    media_type: str
    request: str
    retrieved_at: datetime
    stated_at: datetime | None


class SourceOut(BaseModel):
    """A source, and how fresh what we hold from it is."""

    id: str
    kind: str
    name_sv: str
    name_en: str
    producer: str
    answers_sv: str
    licence: str
    personal_data: bool
    requests_per_minute: int | None
    fresh_days: int
    stated_at: datetime | None
    loaded_at: datetime | None
    rows: int | None
    stale: bool | None = Field(description="null = asked live or handed in, nothing is held.")


class IndicatorOut(BaseModel):
    """An indicator: its catalogue entry and its page (the docstring of the function that is the rule)."""

    id: str
    version: str
    name_sv: str
    name_en: str
    case_types: list[str]
    evidence_class: str
    severity: str
    max_level: int
    parameters: dict[str, Any]
    parameter_basis: str
    legal: list[str]
    explanations: list[dict[str, str]]
    page: str


class VerificationOut(BaseModel):
    """Whether a stored screening gives the same bytes when computed again."""

    screening: str
    same: bool
    sha256: str
    recomputed_sha256: str | None
    detail: str


class EvidenceOut(BaseModel):
    """What became of a handed-in ownership file."""

    document: DocumentOut
    facts: int
    rejected: list[dict[str, str]]
