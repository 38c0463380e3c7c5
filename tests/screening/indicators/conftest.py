"""``world``: a small dossier put together fact by fact, and ``world.run("LEG-04")`` to see what an indicator says.

Everything is fictional: organisation numbers of the series 558 with valid check digits, no personnummer at all.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

import screening.indicators
from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    Fact,
    MissingPart,
    Predicate,
    SourceAnswer,
    organisation_key,
)
from graph.network import Network
from screening.case import Case, CaseKind, Party, PartyRole, Procedure, Tenant
from screening.dossier import Dossier, ListVersion
from screening.indicators.base import REGISTRY, Context, Signal, Unassessed

for module in pkgutil.iter_modules(screening.indicators.__path__):
    importlib.import_module(f"screening.indicators.{module.name}")

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
BASELINE = datetime(2026, 10, 25, 6, 0, tzinfo=UTC)
PARTY = organisation_key("5580000015")

PARAMETERS: dict[str, dict[str, Any]] = {
    "LEG-04": {"include_pending_application_for": ["welfare_provider"]},
    "SAN-01": {"ownership_threshold_pct": 50, "operator": ">"},
    "SAN-03": {"name_score_min": 0.9, "secondary_identifiers_min": 1},
    "SAN-04": {"ownership_threshold_pct": 50, "aggregate": True},
    "TAX-01": {"lookback_months": 24},
    "TAX-02": {"exemption_limit_sek": 120000},
    "TAX-03": {"labour_intensive_sni": ["41-43", "49.4", "53", "56", "78", "80", "81", "87", "88"]},
    "IDN-01": {"min_age_months": 12},
    "IDN-02": {"dormant_months": 6, "window_days": 30},
    "IDN-03": {"age_years": 3, "window_days": 90, "inactive_months": 6},
    "IDN-04": {"window_days": 30, "min_types": 3},
    "IDN-05": {"window_days": 180},
    "IDN-06": {"window_days": 365, "similarity": 0.92},
    "IDN-08": {"similarity": 0.8},
    "GOV-01": {"lookback_months": 12},
    "GOV-02": {"n": 3, "window_months": 24},
    "GOV-03": {"n": 20, "m": 6},
    "GOV-05": {
        "k": 3,
        "first_months": 12,
        "posts": 20,
        "posts_added": 6,
        "at_once": 3,
        "hub": 30,
        "hub_bankrupt_pct": 15,
        "hub_registered": 15,
    },
    "GOV-07": {"d": 90, "first_months": 12, "posts": 20, "at_once": 3},
    "OWN-05": {"n": 4},
    "OWN-06": {"min_share_pct": 5},
    "OWN-07": {"share_pct": 10, "fsi_min": 60},
    "ADR-01": {},
    "ADR-02": {"n": 30, "p_pct": 15, "m": 15},
    "ADR-03": {"n": 3, "window_months": 24},
    "NET-01": {"b": 12, "a": 6, "s": 0.8, "k": 2},
    "NET-02": {"h": 2, "y_years": 3},
    "NET-03": {"n": 5, "m": 30, "p_pct": 40},
    "NET-04": {"max_tiers_default": 2},
    "NET-05": {
        "k": 3,
        "divisions": 4,
        "age_years": 3,
        "window_days": 90,
        "inactive_months": 6,
        "marks": 3,
        "first_months": 12,
        "posts": 20,
        "posts_added": 6,
        "at_once": 3,
        "hub": 30,
        "hub_bankrupt_pct": 15,
        "hub_registered": 15,
    },
    "BID-01": {"s_pct": 25},
    "BID-02": {"k": 2},
    "ACT-01": {"similarity": 0.5},
    "COI-01": {"s_pct": 5, "lookback_months": 24},
    "LEA-01": {},
    "LEA-03": {},
    "LEA-04": {"k": 2},
    "LEA-08": {"k": 3, "young_months": 12, "before_months": 12, "payments": 2},
    "WEL-08": {"years": 3},
}


@dataclass
class Outcome:
    """What one indicator said."""

    signals: list[Signal]
    unassessed: list[Unassessed]

    @property
    def silent(self) -> bool:
        return not self.signals and not self.unassessed

    @property
    def signal(self) -> Signal:
        assert len(self.signals) == 1, self
        return self.signals[0]

    @property
    def missing(self) -> str:
        assert not self.signals, self.signals
        assert self.unassessed
        return " ".join(item.missing.sv for item in self.unassessed)


@dataclass
class World:
    """A dossier under construction. Methods return the fact or key that they add."""

    facts: list[Fact] = field(default_factory=list)
    answers: list[SourceAnswer] = field(default_factory=list)
    documents: list[DocumentReference] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    lists: list[ListVersion] = field(default_factory=list)
    case: dict[str, Any] = field(default_factory=dict)

    def fact(
        self,
        subject: str,
        predicate: Predicate,
        object: str | None = None,
        source: str = "bolagsverket_vdm",
        at: datetime = NOW,
        until: datetime | None = None,
        valid_from: date | None = None,
        valid_to: date | None = None,
        **value: Any,
    ) -> Fact:
        made = Fact(
            EntityKey(subject),
            predicate,
            value,
            source,
            f"{source}-{at.date()}".ljust(64, "0"),
            f"/{len(self.facts)}",
            at,
            None if object is None else EntityKey(object),
            valid_from,
            valid_to,
            superseded_at=until,
        )
        self.facts.append(made)
        return made

    def answer(
        self,
        source: str,
        subject: str = PARTY,
        status: AnswerStatus = AnswerStatus.FOUND,
        at: datetime = NOW,
        missing: tuple[Predicate, ...] = (),
        reason: str | None = None,
    ) -> None:
        document = f"{source}-{at.date()}".ljust(64, "0")
        parts = (MissingPart("block", "producent", "TIMEOUT", missing),) if missing else ()
        self.answers.append(
            SourceAnswer(
                source,
                EntityKey(subject),
                status,
                at,
                None if status is AnswerStatus.NO_ANSWER else document,
                reason,
                parts,
            )
        )
        self.documents.append(DocumentReference(document, source, "application/json", "fråga", at))

    def party(self, key: str = PARTY, role: PartyRole = PartyRole.BIDDER, **more: Any) -> Party:
        number = key.removeprefix("SE:ORG:")
        more.setdefault("declared_name", None)
        made = Party(EntityKey(key), role, number, **more)
        self.parties.append(made)
        return made

    def named(self, key: str, name: str, **more: Any) -> Fact:
        if key.startswith("PERSON:"):
            given, _, family = name.partition(" ")
            return self.fact(key, Predicate.PERSON_NAME, name=name, given=given, family=family, **more)
        return self.fact(key, Predicate.NAME, name=name, **{"kind": "registered", "registered_on": None, **more})

    def officer(self, key: str, person: str, position: str = "board_member", **more: Any) -> Fact:
        more.setdefault("source", "ssbtgu")
        return self.fact(key, Predicate.OFFICER, person, role=position, position=position, **more)

    def owns(self, owner: str, owned: str, percent: float | None = None, **more: Any) -> Fact:
        more.setdefault("source", "bods")
        more.setdefault("interest", "shareholding")
        if percent is not None:
            more["exact"] = percent
        return self.fact(owner, Predicate.OWNERSHIP, owned, **more)

    def hit(self, key: str, list: str = "eu_fsf", **value: Any) -> Fact:
        content = {
            "list": list,
            "list_version": "v",
            "entry": "E.1",
            "entry_name": "Exempel Listad",
            "matched_name": "Exempel Listad",
            "query_name": "Exempel Listad",
            "score": 0.97,
            "weak": False,
            "corroboration": [],
            "contradictions": [],
            "missing": [],
            **value,
        }
        return self.fact(key, Predicate.LIST_HIT, source=list, **content)

    def load_lists(self, *names: str, stale: bool = False) -> None:
        for name in names or ("eu_fsf", "un_sc"):
            self.lists.append(ListVersion(name, f"{name}-v", NOW, NOW, 100, stale))

    def run(self, identifier: str, party: Party | None = None, **parameters: Any) -> Outcome:
        if not self.parties:
            self.party()
        case = Case(
            **{
                "id": "c1",
                "tenant": Tenant("t1", "Exempelkommun", True),
                "kind": CaseKind.PROCUREMENT,
                "procedure": Procedure.LOU_OVER_THRESHOLD,
                "reference": "KS 2026/1",
                "opened_on": date(2026, 11, 22),
                "purpose": "prövning",
                "legal_basis": "LOU",
                "parties": tuple(self.parties),
                **self.case,
            }
        )
        dossier = Dossier.of(case, NOW, self.facts, self.answers, self.documents, self.lists)
        context = Context(
            dossier,
            party or self.parties[0],
            Network.of(dossier.facts, NOW),
            {**PARAMETERS[identifier], **parameters},
        )
        found = list(REGISTRY[identifier](context))
        assert found == list(REGISTRY[identifier](context)), "an indicator is pure"
        outcome = Outcome(
            [item for item in found if isinstance(item, Signal)],
            [item for item in found if isinstance(item, Unassessed)],
        )
        for signal in outcome.signals:
            assert signal.statement.sv and signal.statement.en
            assert signal.facts or identifier == "IDN-08"
            assert {fact.id for fact in signal.facts} <= {fact.id for fact in dossier.facts}
            for word in ("skyldig", "kriminell", "godkänd", "riskpoäng", "PERSON:"):
                assert word not in signal.statement.sv
        return outcome


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def key() -> EntityKey:
    return PARTY


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def baseline() -> datetime:
    return BASELINE
