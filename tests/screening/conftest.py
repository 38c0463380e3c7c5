"""``bench``: a case whose sources have all answered, to take something away from or add something to.

Everything is fictional: organisation numbers of the series 558 with valid check digits, no personnummer at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    Fact,
    MissingPart,
    Position,
    Predicate,
    SourceAnswer,
    organisation_key,
    sha256_hex,
)
from screening import catalogue, engine, policies
from screening.case import Case, CaseKind, Party, PartyRole, Procedure, Tenant
from screening.dossier import Dossier, ListVersion
from screening.policy import Policy
from screening.verdict import Finding, PartyVerdict, Screening

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
FIRST = "5580000019"
SECOND = "5580000027"


def sha(name: str) -> str:
    """A document hash that a test can read."""
    return name.encode().hex().ljust(64, "0")[:64]


def person(name: str) -> EntityKey:
    """A person key like the store makes them."""
    return EntityKey(f"PERSON:{sha256_hex(name.encode())[:32]}")


@dataclass
class Bench:
    """A dossier under construction for one case type. ``sound`` parties have facts that raise nothing."""

    kind: CaseKind
    procedure: Procedure | None = None
    opened_on: date = date(2026, 11, 20)
    facts: list[Fact] = field(default_factory=list)
    answers: list[SourceAnswer] = field(default_factory=list)
    documents: dict[str, DocumentReference] = field(default_factory=dict)
    lists: dict[str, ListVersion] = field(default_factory=dict)
    parties: list[Party] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    case: dict[str, Any] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        return policies.load(self.kind)

    def document(self, source: str) -> str:
        reference = DocumentReference(sha(source), source, "application/json", f"question to {source}", NOW, NOW)
        self.documents[reference.sha256] = reference
        return reference.sha256

    def fact(
        self,
        subject: str,
        predicate: Predicate,
        object: str | None = None,
        source: str = "bolagsverket_vdm",
        at: datetime = NOW,
        **value: Any,
    ) -> Fact:
        made = Fact(
            EntityKey(subject),
            predicate,
            value,
            source,
            self.document(source),
            f"/{len(self.facts)}",
            at,
            None if object is None else EntityKey(object),
        )
        self.facts.append(made)
        return made

    def answer(
        self,
        source: str,
        subject: str,
        status: AnswerStatus = AnswerStatus.FOUND,
        reason: str | None = None,
        missing: tuple[MissingPart, ...] = (),
    ) -> None:
        self.answers = [a for a in self.answers if (a.source, a.subject) != (source, subject)]
        document = None if status is AnswerStatus.NO_ANSWER else self.document(source)
        self.answers.append(SourceAnswer(source, EntityKey(subject), status, NOW, document, reason, missing))

    def forget(self, source: str, subject: str | None = None) -> None:
        self.answers = [a for a in self.answers if a.source != source or (subject and a.subject != subject)]

    def party(
        self, number: str = FIRST, role: PartyRole = PartyRole.BIDDER, name: str = "Exempelbygg AB", **extra: Any
    ) -> EntityKey:
        """A sound party with one director, about whom every source of the policy has answered."""
        key = organisation_key(number)
        self.parties.append(Party(key, role, number, name, **extra))
        director = person(f"director {number}")
        self.fact(key, Predicate.NAME, name=name, kind="registered", registered_on="2010-01-04")
        self.fact(key, Predicate.LEGAL_FORM, scheme="bolagsverket", code="AB", text="Aktiebolag")
        self.fact(key, Predicate.REGISTRATION, date="2010-01-04", register="bolagsverket")
        self.fact(
            key, Predicate.ADDRESS, kind="postal", street=f"Provgatan {number[-3:]}", postal_code="11122", city="Granby"
        )
        self.fact(key, Predicate.ADDRESS, kind="visiting", street=f"Provgatan {number[-3:]}", city="Granby")
        self.fact(key, Predicate.INDUSTRY, code="62010", version="SNI2025", text="Dataprogrammering", rank=1)
        for predicate in (Predicate.F_TAX, Predicate.VAT, Predicate.EMPLOYER):
            self.fact(key, predicate, source="ssbtgu", registered=True)
        self.fact(
            key,
            Predicate.OFFICER,
            director,
            source="ssbtgu",
            role="Ordinarie ledamot",
            position=Position.BOARD_MEMBER.value,
        )
        self.fact(director, Predicate.PERSON_NAME, source="ssbtgu", name=f"Test Testsson {number[-3:]}")
        rules = catalogue.load()
        for rule in self.policy.sources:
            if "party" in rule.subjects:
                listed = rules.sources[rule.source].kind == "list"
                self.answer(rule.source, key, AnswerStatus.NOT_FOUND if listed else AnswerStatus.FOUND)
            if "officer" in rule.subjects:
                self.answer(rule.source, director, AnswerStatus.NOT_FOUND)
            if rules.sources[rule.source].kind == "list":
                self.lists[rule.source] = ListVersion(rule.source, sha(rule.source), NOW, NOW, 1000)
        return key

    def dossier(self, reorder: Callable[[list[Any]], Iterable[Any]] = list) -> Dossier:
        case = Case(
            **{
                "id": "case-1",
                "tenant": Tenant("granby", "Granby kommun", True),
                "kind": self.kind,
                "procedure": self.procedure or self.policy.default_procedure,
                "reference": "KS 2026/1",
                "opened_on": self.opened_on,
                "purpose": self.policy.purpose,
                "legal_basis": self.policy.legal_basis,
                "parties": tuple(reorder(self.parties)),
                **self.case,
            }
        )
        return Dossier.of(
            case,
            NOW,
            list(reorder(self.facts)),
            list(reorder(self.answers)),
            list(reorder([*self.documents.values()])),
            list(reorder([*self.lists.values()])),
            self.limits,
        )

    def screen(self, **options: Any) -> Screening:
        return engine.screen(self.dossier(), self.policy, **options)

    # --- things to find

    def bankrupt(self, key: str, on: str = "2026-06-01", state: str = "ongoing") -> None:
        self.fact(key, Predicate.PROCEEDING, kind="bankruptcy", state=state, code="KK", text="Konkurs", date=on)

    def listed(self, key: str, source: str = "eu_fsf") -> None:
        self.fact(
            key,
            Predicate.LIST_HIT,
            source=source,
            list=source,
            list_version=sha(source),
            entry="EU.1.1",
            entry_name="Exempelbygg",
            matched_name="Exempelbygg",
            query_name="Exempelbygg AB",
            score=1.0,
            weak=False,
            corroboration=["identifier"],
            contradictions=[],
            missing=[],
            explanation_sv="Samma namn och nummer.",
            explanation_en="Same name and number.",
            programmes=["TEST"],
        )
        self.answer(source, key)


def of(screening: Screening, key: str) -> PartyVerdict:
    """The verdict of one party."""
    return next(verdict for verdict in screening.parties if verdict.party == key)


def finding(screening: Screening, indicator: str) -> Finding:
    """The one finding of an indicator."""
    found = [item for item in screening.findings if item.indicator == indicator]
    assert len(found) == 1, [item.indicator for item in screening.findings]
    return found[0]


@pytest.fixture
def bench() -> Callable[..., Bench]:
    """``bench(CaseKind.LEASE)`` makes an empty bench."""
    return Bench


@pytest.fixture
def verdict_of() -> Callable[[Screening, str], PartyVerdict]:
    return of


@pytest.fixture
def finding_of() -> Callable[[Screening, str], Finding]:
    return finding


__all__ = ["FIRST", "NOW", "SECOND", "Bench", "finding", "of", "person", "replace", "sha"]
