"""The lists as clients of yente see them: by recorded shapes, and with yente's own client where it is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.machine import free_port
from api.settings import ApiSettings
from connectors.lists import read_issue
from connectors.settings import ConnectorSettings
from screening.store import lists, tokens
from screening.store.database import Database
from workers import list_index
from workers.runtime import Runtime
from workers.settings import WorkerSettings

LIST = b"""<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00.000Z"><INDIVIDUALS>
<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>ARVID</FIRST_NAME><SECOND_NAME>PROVESSON</SECOND_NAME>
<UN_LIST_TYPE>Prov</UN_LIST_TYPE><REFERENCE_NUMBER>PRi.001</REFERENCE_NUMBER>
<NATIONALITY><VALUE>Sweden</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Arre</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1958-03-04</DATE></INDIVIDUAL_DATE_OF_BIRTH>
</INDIVIDUAL></INDIVIDUALS><ENTITIES>
<ENTITY><DATAID>2</DATAID><FIRST_NAME>LATSAS HANDELSBOLAGET FOR PROVNING</FIRST_NAME>
<UN_LIST_TYPE>Prov</UN_LIST_TYPE><REFERENCE_NUMBER>PRe.002</REFERENCE_NUMBER></ENTITY>
</ENTITIES></CONSOLIDATED_LIST>"""


@pytest.fixture
def app(database: Database) -> FastAPI:
    lists.load_list(database, read_issue("un_sc", LIST), LIST)
    list_index._cache.clear()
    runtime = Runtime(database, database.keyring, ConnectorSettings(), WorkerSettings(), "redis://127.0.0.1:1")
    return create_app(runtime, ApiSettings())


@pytest.fixture
def token(database: Database) -> str:
    with database.transaction("kommun-a", "test") as session:
        return tokens.create(session, "kommun-a", "integration", "reader")


@pytest.fixture
def client(app: FastAPI, token: str) -> TestClient:
    return TestClient(app, headers={"Authorization": f"Bearer {token}"})


def ask(client: TestClient, schema: str = "Person", **properties: list[str]) -> dict[str, object]:
    body = {"queries": {"q1": {"schema": schema, "properties": properties}}}
    answer = client.post("/match/default", json=body)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"responses", "limit"}
    found: dict[str, object] = answer.json()["responses"]["q1"]
    assert found["status"] == 200
    return found


def test_match_has_the_shape_that_clients_expect(client: TestClient) -> None:
    found = ask(client, name=["Arvid Proveson"], birthDate=["1958-03-04"])
    assert found["total"] == {"value": 1, "relation": "eq"}
    (result,) = found["results"]  # type: ignore[misc]
    assert {"id", "caption", "schema", "properties", "datasets", "score", "match", "features"} <= set(result)
    assert result["id"] == "un_sc-1"
    assert result["match"] is True
    assert result["datasets"] == ["un_sc"]
    assert result["properties"]["weakAlias"] == ["Arre"]
    assert result["properties"]["birthDate"] == ["1958-03-04"]
    assert result["explanations"]["birth_date"]["score"] == 1.0
    assert "Arvid Proveson" in result["explanations"]["name"]["detail"]


def test_organisations_and_either_kind(client: TestClient) -> None:
    for schema in ("Company", "Organization", "LegalEntity"):
        found = ask(client, schema, name=["Latsas HB for Provning"])
        assert [result["id"] for result in found["results"]] == ["un_sc-2"]  # type: ignore[union-attr]


def test_strangers_and_odd_queries_match_nobody(client: TestClient) -> None:
    for name in ("Åsa Mallgren", "", "A", "😀", "x" * 5000, "\x00\x01"):
        assert ask(client, name=[name])["results"] == []
    assert ask(client)["results"] == []


def test_limits_and_exclusions(client: TestClient) -> None:
    body = {"queries": {"q1": {"schema": "Person", "properties": {"name": ["Arvid Provesson"]}}}}
    for parameters in ({"limit": 0}, {"cutoff": 1.0, "limit": 0}, {"exclude_entity_ids": "un_sc-1"}):
        answer = client.post("/match/un_sc", json=body, params=parameters)
        assert answer.json()["responses"]["q1"]["results"] == []


def test_search_entity_catalogue_and_algorithms(client: TestClient) -> None:
    for words in ("provesson", "Provesson Arvid", "arvid"):
        found = client.get("/yente/search/default", params={"q": words}).json()
        assert [item["id"] for item in found["results"]] == ["un_sc-1"]
        assert found["total"]["value"] == 1
    assert client.get("/search/default", params={"q": ""}).json()["results"] == []
    assert client.get("/entities/un_sc-1").json()["caption"] == "ARVID PROVESSON"
    catalogue = client.get("/catalog").json()
    assert {item["name"] for item in catalogue["datasets"]} == {"default", "un_sc"}
    assert client.get("/algorithms").json()["best"] == "genomlys"


def test_what_is_not_there_and_who_may_not(client: TestClient, app: FastAPI, token: str) -> None:
    assert client.get("/entities/un_sc-nothing").status_code == 404
    assert client.get("/search/eu_fsf").status_code == 404
    body = {"queries": {"q1": {"schema": "Document", "properties": {}}}}
    assert client.post("/match/default", json=body).status_code == 422
    for path in ("/catalog", "/algorithms", "/search/default", "/entities/un_sc-1", "/entities/un_sc-1/adjacent"):
        assert TestClient(app).get(path).status_code == 401
    assert TestClient(app, headers={"Authorization": f"ApiKey {token}"}).get("/catalog").status_code == 200


def test_an_entity_has_no_ties_and_a_stranger_is_not_there(client: TestClient) -> None:
    found = client.get("/entities/un_sc-1/adjacent").json()
    assert found["entity"]["id"] == "un_sc-1"
    assert found["adjacent"] == {}
    by_property = client.get("/entities/un_sc-1/adjacent/ownershipOwner").json()
    assert by_property == {"results": [], "total": {"value": 0, "relation": "eq"}, "limit": 10, "offset": 0}
    for path in ("/entities/un_sc-9/adjacent", "/entities/un_sc-9/adjacent/ownershipOwner", "/statements"):
        assert client.get(path).status_code == 404


def test_the_probes_answer_under_the_same_address(client: TestClient) -> None:
    assert client.get("/yente/healthz").json() == {"status": "ok"}
    assert client.get("/yente/readyz").json()["status"] == "unavailable"  # there is no queue here


SCRIPT = """
import json, sys
from yente_client import Client
from yente_client.entities import Company, Person
with Client(base_url=sys.argv[1], api_key=sys.argv[2]) as client:
    found = client.match(Person(name=["Arvid Proveson"], birthDate=["1958-03-04"]))
    print(json.dumps({
        "match": [(item.id, item.match) for item in found.results],
        "why": sorted(found.top.contributing_explanations),
        "none": len(client.match(Company(name=["Mallgrens Bygg AB"])).results),
        "search": [item.id for item in client.search("provesson").results],
        "fetched": client.fetch("un_sc-1").caption,
        "datasets": sorted(item.name for item in client.datasets().datasets),
        "best": client.algorithms().best,
        "health": client.healthz().status,
        "adjacent": [client.adjacent("un_sc-1").entity.id, client.adjacent("un_sc-1", prop="ownershipOwner").results],
        "many": sorted((key, len(found.results)) for key, found in client.match_iter([
            ("a", Person(name=["Arvid Provesson"])), ("b", Company(name=["Mallgrens Bygg AB"]))])),
    }))
"""


@pytest.fixture
def served(app: FastAPI) -> Iterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.mark.parametrize("prefix", ["", "/yente"])
def test_yentes_own_client(served: str, token: str, prefix: str) -> None:
    python = os.environ.get("GENOMLYS_YENTE_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import yente_client"], capture_output=True, check=False).returncode:
        pytest.skip("yente-client is not installed; name a Python that has it in GENOMLYS_YENTE_PYTHON")
    done = subprocess.run(
        [python, "-c", SCRIPT, served + prefix, token], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {
        "match": [["un_sc-1", True]],
        "why": ["birth_date", "name"],
        "none": 0,
        "search": ["un_sc-1"],
        "fetched": "ARVID PROVESSON",
        "datasets": ["default", "un_sc"],
        "best": "genomlys",
        "health": "ok",
        "adjacent": ["un_sc-1", []],
        "many": [["a", 1], ["b", 0]],
    }
