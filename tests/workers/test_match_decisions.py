"""A decision on a hit, from the API through a new screening to the day the list's entry changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from connectors.lists import read_issue
from graph.model import Fact, Predicate
from screening.case import Case
from screening.store import facts, lists, tasks, tokens
from workers import list_index
from workers.runtime import Runtime

TENANT = "kommun-a"
LIST = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-11-{day:02}T00:00:00.000Z"><INDIVIDUALS></INDIVIDUALS><ENTITIES>
<ENTITY><DATAID>2</DATAID><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>Prov</UN_LIST_TYPE>
<REFERENCE_NUMBER>PRe.002</REFERENCE_NUMBER>{more}</ENTITY></ENTITIES></CONSOLIDATED_LIST>"""
ADDRESS = "<ENTITY_ADDRESS><STREET>Provgatan 4</STREET><CITY>Prov</CITY><COUNTRY>Sweden</COUNTRY></ENTITY_ADDRESS>"


@pytest.fixture
def listed(runtime: Runtime, planted: dict[str, Any]) -> Callable[[int, str], None]:
    """Load an issue of the UN list that names the case's party; ``more`` goes into the entry."""
    list_index._cache.clear()
    name = planted["parties"][0]["declared_name"] or planted["parties"][0]["name"]

    def load(day: int, more: str = "") -> None:
        document = LIST.format(day=day, name=name, more=more).encode()
        lists.load_list(runtime.database, read_issue("un_sc", document), document)

    return load


@pytest.fixture
def client(runtime: Runtime) -> TestClient:
    with runtime.database.transaction(TENANT, "test") as session:
        token = tokens.create(session, TENANT, "Anna Handläggare", "officer")
    return TestClient(create_app(runtime, ApiSettings()), headers={"Authorization": f"Bearer {token}"})


def test_from_decision_to_lapse(
    runtime: Runtime,
    make_case: Callable[..., Case],
    finish: Callable[[Case], tasks.Run],
    listed: Callable[..., None],
    client: TestClient,
) -> None:
    first, second = (
        make_case(identifier)
        for identifier in ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")
    )

    def hit(case: Case) -> Fact:
        finish(case)
        with runtime.database.transaction(TENANT, "test") as session:
            found = [fact for fact in facts.current(session, case.id) if fact.predicate is Predicate.LIST_HIT]
        (about,) = [fact for fact in found if fact.subject == case.parties[0].key and fact.source == "un_sc"]
        return about

    def level(case: Case) -> int:
        findings = client.get(f"/api/v1/cases/{case.id}/findings").json()
        return max(finding["level"] for finding in findings if finding["indicator"] == "SAN-03")

    listed(1)
    found = hit(first)
    assert "decision" not in found.value
    address = f"/api/v1/cases/{first.id}/hits/{found.id}/decision"
    assert client.get(address).json()["in_force"] is None
    made = client.post(address, json={"decision": "not_same", "reason": "Annat bolag: annat land och annan bransch"})
    assert made.status_code == 201, made.text
    assert made.json()["in_force"]["decided_by"] == "Anna Handläggare"
    assert made.json()["in_force"]["stands"] is True

    explained = hit(first)
    assert explained.value["decision"]["stands"] is True
    assert level(first) <= 1
    assert "decision" not in hit(second).value

    listed(2, ADDRESS)
    lapsed = hit(first)
    assert lapsed.value["decision"]["stands"] is False
    assert "adresser" in lapsed.value["decision"]["lapsed_sv"]
    shown = client.get(f"/api/v1/cases/{first.id}/hits/{lapsed.id}/decision").json()
    assert shown["in_force"]["stands"] is False
    assert "adresser" in shown["in_force"]["lapsed_sv"]

    taken_back = client.post(
        f"/api/v1/cases/{first.id}/hits/{lapsed.id}/decision", json={"decision": "open", "reason": "Prövas på nytt"}
    )
    assert taken_back.json()["in_force"] is None
    assert [entry["decision"] for entry in taken_back.json()["history"]] == ["open", "not_same"]


def test_what_the_api_refuses(runtime: Runtime, case: Case, client: TestClient) -> None:
    address = f"/api/v1/cases/11111111-1111-4111-8111-111111111111/hits/{'0' * 32}/decision"
    assert client.get(address).status_code == 404
    assert client.post(address, json={"decision": "not_same", "reason": "Annat bolag"}).status_code == 404
    assert client.post(address, json={"decision": "maybe", "reason": "Annat bolag"}).status_code == 422
    assert client.post(address, json={"decision": "same", "reason": ""}).status_code == 422
    personal = client.post(address, json={"decision": "same", "reason": "Se 19811228-9874"})
    assert personal.status_code == 422 and "9874" not in personal.text
    with runtime.database.transaction(TENANT, "test") as session:
        reader = tokens.create(session, TENANT, "Läsare", "reader")
    headers = {"Authorization": f"Bearer {reader}"}
    assert client.post(address, json={"decision": "same", "reason": "Samma"}, headers=headers).status_code == 403
