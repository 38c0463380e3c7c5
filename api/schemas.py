"""Request and answer bodies of ``/api/v1``, with examples. A screening's result is stored bytes, not a schema here.

Free text is put on one line and freed from control characters; a personnummer in it is refused, without repeating it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from connectors.base import RejectedRow
from screening.case import CaseKind, PartyRole, Procedure
from screening.intake.parties import printable
from screening.intake.personal import holds_personal_number

UUID_PATTERN = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def _one_line(value: object) -> object:
    return printable(value) if isinstance(value, str) else value


def _impersonal(value: Any) -> Any:
    if holds_personal_number(str(value)):
        raise PydanticCustomError("personal_number", "a personnummer may not be stored here")
    return value


ShortText = Annotated[str, Field(max_length=300), BeforeValidator(_one_line), AfterValidator(_impersonal)]
NumberText = Annotated[int, Field(ge=0, le=10**11), AfterValidator(_impersonal)]
"""SEK; twelve digits would be more than all municipalities buy for in a year."""
CellText = Annotated[str, Field(max_length=300), BeforeValidator(_one_line)]
"""A cell of a party's row, judged with its row (``screening.intake``) and not with the whole request."""
CaseId = Annotated[str, Path(pattern=UUID_PATTERN, description="The case's id.")]
RunId = Annotated[str, Path(pattern=UUID_PATTERN, description="The run's id.")]


class PartyInput(BaseModel):
    """One party as the officer gives it."""

    model_config = ConfigDict(extra="forbid")

    organisation_number: CellText = Field(examples=["558000-0015"])
    name: CellText | None = Field(default=None, examples=["Granby Städ AB"])
    role: PartyRole | None = Field(default=None, description="Default: the case type's own, e.g. bidder.")
    lot: CellText | None = None
    relied_on_by: CellText | None = Field(
        default=None, description="Organisation number of the bidder that relies on this company (LOU 14:6)."
    )
    contact_email: CellText | None = None
    contact_phone: CellText | None = None


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
                    {"organisation_number": "558000-0015", "name": "Granby Städ AB"},
                    {"organisation_number": "558000-0023", "name": "Norra Ren AB", "role": "subcontractor"},
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
    value_sek: NumberText | None = None
    directive_scope: bool | None = Field(
        default=None, description="Whether the contract is inside the directives' scope (article 5k)."
    )
    parties: list[PartyInput] = Field(default=[], max_length=20_000)


class ProblemDetails(BaseModel):
    """An error, by RFC 9457."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "urn:genomlys:problem:not_screened",
                "title": "Not found",
                "status": 404,
                "detail": "The case has no finished screening yet. Start one, or wait until it is done.",
                "detail_sv": "Ärendet har ingen färdig kontroll ännu. Starta en, eller vänta tills den är klar.",
                "instance": "/api/v1/cases/8c1f6f0e-9f0c-4b7e-8a55-0d9a1f2f7c11/verdict",
            }
        }
    )

    type: str
    title: str
    status: int
    detail: str = Field(description="English.")
    detail_sv: str = Field(description="Swedish.")
    instance: str
    problems: list[dict[str, Any]] = Field(default=[], description="Rows or fields: place, code, detail, detail_sv.")


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

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "8c1f6f0e-9f0c-4b7e-8a55-0d9a1f2f7c11",
                "kind": "procurement",
                "procedure": "LOU_over_threshold",
                "reference": "KS 2026/117",
                "title": "Städtjänster för skolor",
                "opened_on": "2026-11-22",
                "purpose": "Kontroll av anbudsgivare",
                "legal_basis": "LOU 13 kap.",
                "cpv": ["90910000"],
                "value_sek": 6500000,
                "directive_scope": True,
                "parties": [
                    {
                        "key": "SE:ORG:5580000015",
                        "organisation_number": "5580000015",
                        "name": "Granby Städ AB",
                        "role": "bidder",
                        "lot": None,
                    }
                ],
                "problems": [
                    {
                        "place": "row 2",
                        "code": "check_digit",
                        "blocking": True,
                        "detail": "Row 2: the organisation number's check digit does not agree. …",
                        "detail_sv": "Rad 2: organisationsnumrets kontrollsiffra stämmer inte. …",
                    }
                ],
            }
        }
    )

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

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "2f0b8f7c-6f6e-4a2d-9a53-7f0a3f7f5e21",
                "case": "8c1f6f0e-9f0c-4b7e-8a55-0d9a1f2f7c11",
                "state": "gathering",
                "done": 17,
                "failed": 0,
                "pending": 4,
                "by_source": {"ssbtgu": {"pending": 4, "done": 17, "failed": 0}},
                "screening": None,
                "reason": None,
            }
        }
    )

    id: str
    case: str
    state: str = Field(description="gathering, matching, screening, done or failed.", examples=["gathering"])
    done: int
    failed: int
    pending: int
    by_source: dict[str, dict[str, int]]
    screening: str | None = Field(description="Id of the screening, when done.")
    reason: str | None = Field(default=None, description="Why the run failed, if it did (`internal_error`).")


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
    detail_sv: str


class EvidenceOut(BaseModel):
    """What became of a handed-in ownership file."""

    document: DocumentOut
    facts: int
    rejected: list[RejectedRow]
    """Statements that cannot be used: where, and why in both languages."""


class RecordsOut(BaseModel):
    """What became of a handed-in record of the municipality's own."""

    kind: str
    """The source that it became: `municipal_terminations`, `municipal_subcontracts`, `municipal_handlers`,
    `municipal_lease_terms` or `municipal_payments`."""
    document: DocumentOut
    facts: int
    rejected: list[RejectedRow]
    """Rows that cannot be used, or not wholly: where, and why in both languages."""


class ScreeningOut(BaseModel):
    """One stored screening of a case."""

    id: str
    as_of: datetime
    level: int
    code: str
    complete: bool
    sha256: str = Field(description="SHA-256 of the result's bytes, as `/verdict` gives them.")
    dossier_sha256: str
    policy_sha256: str
    catalogue_sha256: str


class AuditEventOut(BaseModel):
    """One event of the audit trail."""

    sequence: int
    occurred_at: datetime
    actor: str
    action: str
    subject: str
    details: str = Field(description="Canonical JSON.")
    hash: str = Field(description="SHA-256 over this event and the hash before it.")
