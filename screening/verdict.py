"""What a screening says: levels, findings, coverage, verdicts. Source: ``docs/utfall.md`` (levels LX, L0–L4).

Three things stay apart: the **fact** (``Evidence``), the **statutory ground** it might touch (``LegalReference``) and
the **human decision** (not here at all: nothing in this module can hold one).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any

from graph.model import canonical_json, sha256_hex
from graph.text import Text as Text  # noqa: PLC0414 - re-exported: most of a result is made of texts


class Level(IntEnum):
    """How far a finding reaches. Completeness is kept apart (``complete``): LX is *shown*, never stored as a level."""

    L0 = 0  # Inga anmärkningar i kontrollerade källor
    L1 = 1  # Notering
    L2 = 2  # Bör utredas
    L3 = 3  # Möjlig uteslutningsgrund (får) – kommunicera
    L4 = 4  # Omständighet som kan utgöra tvingande hinder – kräver bekräftelse

    @property
    def code(self) -> str:
        """The published code, e.g. ``L2_BOR_UTREDAS``."""
        return _LEVEL_CODES[self]


_LEVEL_CODES = {
    Level.L0: "L0_INGA_ANMARKNINGAR",
    Level.L1: "L1_NOTERING",
    Level.L2: "L2_BOR_UTREDAS",
    Level.L3: "L3_MOJLIG_GRUND",
    Level.L4: "L4_TVINGANDE_GRUND_INDIKERAD",
}
INCOMPLETE_CODE = "LX_OFULLSTANDIG"


class Severity(StrEnum):
    """An indicator's severity (``severities`` in the catalogue)."""

    MANDATORY_GROUND = "mandatory_ground"
    DISCRETIONARY_GROUND = "discretionary_ground"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class EvidenceClass(StrEnum):
    """What kind of thing an indicator's hit is (``evidence_classes`` in the catalogue)."""

    LEGAL_FACT = "legal_fact"
    RISK_SIGNAL = "risk_signal"
    PROCESS_SIGNAL = "process_signal"


class Force(StrEnum):
    """Whether a statutory ground binds. Severity in law and severity as risk are separate."""

    MUST = "must"  # ska
    MAY = "may"  # får
    NONE = "none"  # inte en grund i detta förfarande


@dataclass(frozen=True, slots=True)
class Evidence:
    """The document behind a finding, and the place in it."""

    fact: str
    """``Fact.id``."""
    document: str
    place: str
    source: str
    observed_at: datetime
    summary: Text


@dataclass(frozen=True, slots=True)
class LegalReference:
    """A rule of law that makes a finding matter, in the version that applied on the case's date."""

    statute: str
    section: str
    force: Force
    text: Text
    valid_from: date | None
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class TimeBar:
    """The clock of LOU 13:1 a (five years from judgment) or 13:3 a (three years from event)."""

    rule: str
    starts_on: date | None
    ends_on: date | None
    barred: bool | None
    """``None`` when the start date is not known: then a person must find it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """An innocent explanation, and what the dossier says for or against it."""

    text: Text
    outcome: str
    """``supported``, ``contradicted`` or ``not_examined``."""
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One indicator's hit on one party."""

    id: str
    """Stable within the case: hash of indicator, party, subject and evidence contents."""
    indicator: str
    name: Text
    party: str
    subject: str
    statement: Text
    evidence_class: EvidenceClass
    severity: Severity
    level: Level
    """After caps and time bars."""
    own_level: Level
    """What the indicator alone allows, before caps."""
    evidence: tuple[Evidence, ...]
    parameters: Mapping[str, Any]
    parameter_basis: str
    legal: tuple[LegalReference, ...]
    explanations: tuple[Explanation, ...]
    unknowns: tuple[Text, ...] = ()
    time_bar: TimeBar | None = None
    caps: tuple[str, ...] = ()
    """Which rules lowered the level, as message keys."""
    needs_confirmation: bool = False
    """A person must confirm against the source before it is used (L3, L4)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Two entries of the dossier that are, or may be, one person or organisation, and what that rests on."""

    key: str
    """The entity as which both are read when ``certain``."""
    other: str
    certain: bool
    """Whether findings may rest on it; else it is a question for the officer."""
    probability: float
    statement: Text
    evidence: tuple[Evidence, ...]


class CoverageStatus(StrEnum):
    """What became of one source for one party."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_FOUND = "not_found"
    NO_ANSWER = "no_answer"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one source contributed about one party, and what is missing."""

    source: str
    party: str
    required: bool
    status: CoverageStatus
    asked_at: datetime | None
    stated_at: datetime | None
    missing: tuple[Text, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PartyVerdict:
    """The outcome for one party."""

    party: str
    name: str
    role: str
    level: Level
    complete: bool
    findings: tuple[str, ...]
    reasons: tuple[Text, ...]
    """Why the level is what it is: the combination rules met, in words."""
    not_checked: tuple[Text, ...]
    """What could not be checked, in words."""

    @property
    def code(self) -> str:
        """The code to show: ``LX_OFULLSTANDIG`` when incomplete, else the level's own."""
        return self.level.code if self.complete else INCOMPLETE_CODE


@dataclass(frozen=True, slots=True)
class Screening:
    """The whole result. ``sha256`` covers dossier, policy, catalogue and result."""

    case: str
    as_of: datetime
    level: Level
    complete: bool
    parties: tuple[PartyVerdict, ...]
    findings: tuple[Finding, ...]
    coverage: tuple[Coverage, ...]
    identities: tuple[Identity, ...]
    """Who was judged to be one and the same without a number that says so."""
    notices: tuple[Text, ...]
    """Fixed notices of the case type (for bygglov: «får inte påverka lovprövningen»)."""
    dossier_sha256: str
    policy_sha256: str
    catalogue_sha256: str
    engine_version: str

    @property
    def code(self) -> str:
        """The code to show: ``LX_OFULLSTANDIG`` when incomplete, else the level's own."""
        return self.level.code if self.complete else INCOMPLETE_CODE

    def canonical(self) -> str:
        """Canonical JSON of the result: the bytes that are hashed, stored and compared on replay."""
        body = asdict(self)
        body["code"] = self.code
        for verdict, party in zip(body["parties"], self.parties, strict=True):
            verdict["code"] = party.code
        return canonical_json(body)

    @property
    def sha256(self) -> str:
        """SHA-256 of ``canonical()``; since that names dossier, policy and catalogue by hash, it covers them all."""
        return sha256_hex(self.canonical().encode())
