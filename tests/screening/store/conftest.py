"""Builders for the store's tests (fixture ``make``), a case, and documents in it.

Organisation numbers of the series 558xxx belong to nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from connectors.base import FetchedDocument
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
from screening.case import Case, CaseKind, Party, PartyRole, Procedure, Tenant
from screening.store import cases, documents
from screening.store.database import Database


class Make:
    """Makes what the tests store; every time counts in hours from ``start``."""

    number = "5580000015"
    organisation = organisation_key("5580000015")
    start = datetime(2026, 3, 1, 9, tzinfo=UTC)

    def moment(self, hours: float) -> datetime:
        return self.start + timedelta(hours=hours)

    def case(self, tenant_id: str = "kommun-a", case_id: str = "fall-1", **changes: Any) -> Case:
        name = {"kommun-a": "Provköpings kommun", "kommun-b": "Exempelstads kommun"}[tenant_id]
        values: dict[str, Any] = {
            "id": case_id,
            "tenant": Tenant(tenant_id, name, True),
            "kind": CaseKind.PROCUREMENT,
            "procedure": Procedure.LOU_OVER_THRESHOLD,
            "reference": "KS 2026/17",
            "opened_on": date(2026, 3, 1),
            "purpose": "Pröva uteslutningsgrunder",
            "legal_basis": "LOU 13 kap.",
            "parties": (Party(self.organisation, PartyRole.BIDDER, self.number, "Provbolaget AB"),),
            "title": "Städtjänster",
            "cpv": ("90910000",),
            "value_sek": 1_200_000,
        }
        return Case(**(values | changes))

    def fetched(self, content: bytes | str, hours: float = 0, source: str = "bolagsverket_vdm") -> FetchedDocument:
        return FetchedDocument(
            source=source,
            content=content.encode() if isinstance(content, str) else content,
            media_type="application/json",
            request=f"organisationer/{self.number}",
            retrieved_at=self.moment(hours),
        )

    def fact(
        self,
        document: DocumentReference,
        predicate: Predicate = Predicate.NAME,
        place: str = "/namn",
        target: EntityKey | None = None,
        **value: Any,
    ) -> Fact:
        return Fact(
            subject=self.organisation,
            predicate=predicate,
            value=value or {"name": "Provbolaget AB", "kind": "registered", "registered_on": None},
            source=document.source,
            document=document.sha256,
            place=place,
            observed_at=document.observed_at,
            object=target,
        )

    def answer(
        self,
        document: DocumentReference | None = None,
        status: AnswerStatus = AnswerStatus.FOUND,
        hours: float = 0,
        source: str = "bolagsverket_vdm",
        missing: tuple[MissingPart, ...] = (),
        reason: str | None = None,
    ) -> SourceAnswer:
        return SourceAnswer(
            source=document.source if document else source,
            subject=self.organisation,
            status=status,
            asked_at=document.retrieved_at if document else self.moment(hours),
            document=document.sha256 if document else None,
            reason=reason,
            missing=missing,
        )


@pytest.fixture(scope="session")
def make() -> Make:
    return Make()


@pytest.fixture
def case_id(database: Database, make: Make) -> str:
    with database.transaction("kommun-a", "handläggare") as session:
        return cases.create(session, make.case()).id


@pytest.fixture
def put(database: Database, case_id: str, make: Make) -> Callable[..., DocumentReference]:
    """Store a document in the case, in a transaction of its own."""

    def store(content: bytes | str, hours: float = 0, source: str = "bolagsverket_vdm") -> DocumentReference:
        with database.transaction("kommun-a", "worker") as session:
            return documents.put(session, case_id, make.fetched(content, hours, source), "Pröva", "LOU 13 kap.")

    return store
