from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graph.model import organisation_key
from screening.case import CaseKind, Party, PartyRole
from screening.store import cases
from screening.store.database import Database
from screening.store.errors import Conflict, NotFound, Refused

TENANT = "kommun-a"
SECOND = Party(
    organisation_key("5580000106"),
    PartyRole.SUBCONTRACTOR,
    "5580000106",
    "Under AB",
    "Lott 1",
    None,
    "a@example.com",
    "1",
)


def test_a_case_comes_back_as_it_was_opened(database: Database, make: Any) -> None:
    case = make.case(parties=(*make.case().parties, replace(SECOND, relied_on_by=make.organisation)))
    with database.transaction(TENANT, "handläggare") as session:
        assert cases.create(session, case) == case
        assert cases.get(session, case.id) == case


def test_the_same_request_opens_one_case(database: Database, make: Any) -> None:
    with database.transaction(TENANT, "handläggare") as session:
        first = cases.create(session, make.case(case_id="one"), idempotency_key="k")
    with database.transaction(TENANT, "handläggare") as session:
        again = cases.create(session, make.case(case_id="two"), idempotency_key="k")
        assert again == first
        assert len(cases.list(session)) == 1
    with pytest.raises(Conflict, match="new key"), database.transaction(TENANT, "handläggare") as session:
        cases.create(session, make.case(case_id="three", title="Annat"), idempotency_key="k")


def test_two_tenants_may_use_the_same_key_and_id(database: Database, make: Any, other_tenant_id: str) -> None:
    for tenant_id in (TENANT, other_tenant_id):
        with database.transaction(tenant_id, "handläggare") as session:
            case = cases.create(session, make.case(tenant_id), idempotency_key="k")
            assert case.tenant.id == tenant_id


@pytest.mark.parametrize("changes", [{"purpose": " "}, {"legal_basis": ""}])
def test_a_case_without_purpose_or_legal_basis_is_refused(database: Database, make: Any, changes: Any) -> None:
    with database.transaction(TENANT, "handläggare") as session, pytest.raises(Refused):
        cases.create(session, make.case(**changes))


def test_a_case_of_another_tenant_is_refused(database: Database, make: Any, other_tenant_id: str) -> None:
    with database.transaction(other_tenant_id, "handläggare") as session, pytest.raises(Refused):
        cases.create(session, make.case(TENANT))


def test_a_party_twice_leaves_nothing_behind(database: Database, make: Any) -> None:
    case = make.case()
    with pytest.raises(Conflict, match="once"), database.transaction(TENANT, "handläggare") as session:
        cases.create(session, replace(case, parties=case.parties * 2))
    with database.transaction(TENANT, "handläggare") as session:
        assert cases.list(session) == ()


def test_parties_are_added_in_order_until_the_case_is_closed(database: Database, case_id: str, make: Any) -> None:
    with database.transaction(TENANT, "handläggare") as session:
        assert cases.add_parties(session, case_id, [SECOND]).parties == (*make.case().parties, SECOND)
    with pytest.raises(Conflict, match="once"), database.transaction(TENANT, "handläggare") as session:
        cases.add_parties(session, case_id, [SECOND])
    with database.transaction(TENANT, "handläggare") as session:
        cases.close(session, case_id, retention_days=365)
        cases.close(session, case_id, retention_days=1)
        assert cases.summary(session, case_id).state == "closed"
        with pytest.raises(Conflict, match="closed"):
            cases.add_parties(session, case_id, [SECOND])


def test_cases_are_listed_newest_first(database: Database, make: Any) -> None:
    kinds = [CaseKind.PROCUREMENT, CaseKind.LEASE, CaseKind.LEASE]
    for number, kind in enumerate(kinds):
        with database.transaction(TENANT, "handläggare") as session:
            cases.create(session, make.case(case_id=str(number), kind=kind))
    with database.transaction(TENANT, "handläggare") as session:
        assert [case.id for case in cases.list(session)] == ["2", "1", "0"]
        assert [case.id for case in cases.list(session, limit=1, offset=1)] == ["1"]
        assert [case.id for case in cases.list(session, kind=CaseKind.LEASE)] == ["2", "1"]
        assert cases.list(session, state="closed") == ()
        (newest, *_) = cases.list(session)
    assert (newest.parties, newest.created_by, newest.screening_id, newest.run_state) == (1, "handläggare", None, None)


def test_an_unknown_case_is_not_found(database: Database) -> None:
    with database.transaction(TENANT, "handläggare") as session:
        for look in (cases.get, cases.summary, cases.require, lambda s, c: cases.close(s, c, retention_days=1)):
            with pytest.raises(NotFound):
                look(session, "none")


def test_five_thousand_parties_are_one_batch(database: Database, make: Any) -> None:
    parties = tuple(Party(organisation_key(f"558{n:07d}"), PartyRole.SUPPLIER, f"558{n:07d}") for n in range(5000))
    with database.transaction(TENANT, "handläggare") as session:
        assert len(cases.create(session, make.case(parties=parties)).parties) == 5000
