"""The reconciliation service as OpenRefine asks it; members and forms are those of the specification, version 0.2."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from connectors.lists import read_issue
from connectors.settings import ConnectorSettings
from screening.store import lists, register_search, tokens
from screening.store.database import Database
from screening.store.register_load import load_bolagsverket
from workers import list_index, register_names
from workers.runtime import Runtime
from workers.settings import WorkerSettings

sys.path.insert(0, str(Path(__file__).parents[1] / "screening" / "store"))
from bulk_files import bolagsverket_file, numbers

FIRST, SECOND, THIRD, FOURTH = numbers(4)
ENTRY = "{}$FORETAGSNAMN-ORGNAM$2020-01-02"
PERSONAL = "19900101-9802"
"""Skatteverket's test number."""
LIST = b"""<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00.000Z"><INDIVIDUALS>
<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>ARVID</FIRST_NAME><SECOND_NAME>PROVESSON</SECOND_NAME>
<UN_LIST_TYPE>Prov</UN_LIST_TYPE><REFERENCE_NUMBER>PRi.001</REFERENCE_NUMBER>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>PX1234567</NUMBER></INDIVIDUAL_DOCUMENT>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1958-03-04</DATE></INDIVIDUAL_DATE_OF_BIRTH>
</INDIVIDUAL></INDIVIDUALS><ENTITIES>
<ENTITY><DATAID>2</DATAID><FIRST_NAME>LATSAS HANDELSBOLAGET FOR PROVNING</FIRST_NAME>
<UN_LIST_TYPE>Prov</UN_LIST_TYPE><REFERENCE_NUMBER>PRe.002</REFERENCE_NUMBER></ENTITY>
</ENTITIES></CONSOLIDATED_LIST>"""


def _named(name: str, address: str = "") -> dict[str, str]:
    columns = {"organisationsnamn": ENTRY.format(name)}
    return {**columns, "postadress": address} if address else columns


@pytest.fixture
def app(database: Database, tmp_path: Path) -> FastAPI:
    rows = {
        FIRST: _named("Exempelbygg i Granby AB", "Provgatan 4$$GRANBY$11122$SE-LAND"),
        SECOND: _named("Exempelbygg i Malby AB", "Malgatan 9$$MALBY$22233$SE-LAND"),
        THIRD: _named("<b>Prov & Son</b> AB"),
        FOURTH: _named("Exempelbygg i Granby HB"),
    }
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    register_search.refresh(database)
    lists.load_list(database, read_issue("un_sc", LIST), LIST)
    list_index._cache.clear()
    return create_app(_runtime(database), ApiSettings())


def _runtime(database: Database) -> Runtime:
    return Runtime(database, database.keyring, ConnectorSettings(), WorkerSettings(), "redis://127.0.0.1:1")


def _token(database: Database, role: str) -> str:
    with database.transaction("kommun-a", "test") as session:
        return tokens.create(session, "kommun-a", "openrefine", role)


@pytest.fixture
def key(database: Database) -> str:
    return _token(database, "reconciler")


@pytest.fixture
def client(app: FastAPI, key: str) -> TestClient:
    return TestClient(app, base_url=f"http://genomlys.test/reconcile/{key}/", headers={"Origin": "http://elsewhere"})


def endpoint(client: TestClient) -> str:
    return str(client.base_url).rstrip("/")


def batch(client: TestClient, **asked: object) -> dict[str, Any]:
    answer = client.post(endpoint(client), data={"queries": json.dumps(asked)})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert set(found) == set(asked)
    for each in found.values():
        scores = [candidate["score"] for candidate in each["result"]]
        assert scores == sorted(scores, reverse=True)
        for candidate in each["result"]:
            assert isinstance(candidate["id"], str) and isinstance(candidate["name"], str)
            assert isinstance(candidate["score"], float) and isinstance(candidate["match"], bool)
            assert all(set(kind) == {"id", "name"} for kind in candidate["type"])
            features = [feature["id"] for feature in candidate["features"]]
            assert len(features) == len(set(features))
            assert all(isinstance(feature["value"], (bool, float)) for feature in candidate["features"])
    return found


def reconcile(client: TestClient, query: str = "", **rest: object) -> list[dict[str, Any]]:
    properties = [{"pid": name, "v": value} for name, value in rest.pop("properties", {}).items()]  # type: ignore[attr-defined]
    result: list[dict[str, Any]] = batch(client, q0={"query": query, "properties": properties, **rest})["q0"]["result"]
    return result


def test_the_manifest_says_what_the_service_does(client: TestClient) -> None:
    answer = client.get(endpoint(client))
    manifest = answer.json()
    assert {"versions", "name", "identifierSpace", "schemaSpace"} <= set(manifest)
    assert manifest["versions"] == ["0.2"]
    assert all(set(kind) == {"id", "name"} for kind in manifest["defaultTypes"])
    assert set(manifest["suggest"]) == {"entity", "property", "type"}
    for suggest in (*manifest["suggest"].values(), manifest["extend"]["propose_properties"]):
        assert client.get(suggest["service_url"] + suggest["service_path"]).status_code == 200
    assert "{{id}}" in manifest["preview"]["url"]
    assert {type(manifest["preview"][side]) for side in ("width", "height")} == {int}
    assert client.get(manifest["preview"]["url"].replace("{{id}}", FIRST)).status_code == 200


def test_other_origins_may_ask_and_read_refusals_too(client: TestClient) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    assert client.options(endpoint(client), headers=asked).status_code == 200
    for answer in (client.get(endpoint(client)), client.post(endpoint(client), data={"queries": "["})):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-origin" not in client.get("http://genomlys.test/healthz").headers


def test_jsonp_hands_over_to_a_function_and_nothing_else(client: TestClient) -> None:
    answer = client.get(endpoint(client), params={"callback": "jQuery.done_1"})
    assert answer.headers["content-type"].startswith("application/javascript")
    assert answer.text.startswith("/**/jQuery.done_1({") and answer.text.endswith("});")
    for callback in ("alert(1)//", "a b", "", "<script>"):
        assert client.get(endpoint(client), params={"callback": callback}).status_code == 422


def test_a_name_alone_is_shown_but_never_chosen(client: TestClient) -> None:
    found = reconcile(client, "Exempelbygg i Granby AB")
    assert {candidate["id"] for candidate in found[:2]} == {FIRST, FOURTH}
    assert not any(candidate["match"] for candidate in found)
    assert not any(candidate["match"] for candidate in reconcile(client, "Exempelbygg i Malby AB"))


def test_number_or_address_with_the_name_is_chosen(client: TestClient) -> None:
    for properties in (
        {"organisation_number": f"{FIRST[:6]}-{FIRST[6:]}"},
        {"organisation_number": float(FIRST)},
        {"organisation_number": {"id": FIRST, "name": FIRST}},
        {"address": "Provgatan 4, 111 22 Granby"},
        {"address": ["PROVGATAN 4"], "postal_code": "111 22", "city": "Granby"},
    ):
        found = reconcile(client, "Exempelbygg i Granby AB", properties=properties)
        assert [candidate["id"] for candidate in found if candidate["match"]] == [FIRST], properties
        assert found[0]["id"] == FIRST


def test_a_number_of_another_company_is_not_chosen(client: TestClient) -> None:
    found = reconcile(client, "Exempelbygg i Granby AB", properties={"organisation_number": THIRD})
    assert not any(candidate["match"] for candidate in found)


def test_an_id_as_query_finds_the_entity(client: TestClient) -> None:
    assert [candidate["id"] for candidate in reconcile(client, FIRST)] == [FIRST]


def test_a_listed_person_is_chosen_by_birth_date_only(client: TestClient) -> None:
    asked: dict[str, object] = {"type": "listed_person"}
    (alone,) = reconcile(client, "Arvid Proveson", **asked)
    assert (alone["id"], alone["match"]) == ("un_sc-1", False)
    (born,) = reconcile(client, "Arvid Provesson", properties={"birth_date": "1958-03-04"}, **asked)
    assert born["match"] is True
    assert {"id": "birth_date", "value": True} in born["features"]
    other = reconcile(client, "Arvid Provesson", properties={"birth_date": "1991-08-21"}, **asked)
    assert not any(candidate["match"] for candidate in other)
    assert reconcile(client, "Arvid Provesson", type="organisation") == []


def test_the_score_is_the_one_that_clients_of_yente_get(client: TestClient, app: FastAPI, database: Database) -> None:
    reader = TestClient(app, headers={"Authorization": f"Bearer {_token(database, 'reader')}"})
    example = {"schema": "Person", "properties": {"name": ["Arvid Proveson"], "birthDate": ["1958-03-04"]}}
    answer = reader.post("/match/default", json={"queries": {"q": example}}).json()
    (result,) = answer["responses"]["q"]["results"]
    (found,) = reconcile(client, "Arvid Proveson", type=["listed_person"], properties={"birth_date": "1958-03-04"})
    assert found["score"] == result["score"]


def test_one_bad_query_does_not_stop_the_batch(client: TestClient) -> None:
    bad: dict[str, object] = {
        "form": "Exempelbygg",
        "number": {"query": 7},
        "limit": {"query": "Exempelbygg", "limit": 0},
        "limit_nan": {"query": "Exempelbygg", "limit": "many"},
        "type": {"query": "Exempelbygg", "type": "Person"},
        "properties": {"query": "Exempelbygg", "properties": {"pid": "address"}},
        "empty": {"query": "  "},
        "long": {"query": "x" * 5_000},
        "personal": {"query": f"Arvid {PERSONAL}"},
        "personal_property": {"query": "Arvid", "properties": [{"pid": "organisation_number", "v": PERSONAL}]},
    }
    found = batch(client, good={"query": "Exempelbygg i Malby AB"}, **bad)
    assert found["good"]["result"][0]["id"] == SECOND
    for key in bad:
        assert found[key]["result"] == []
        assert found[key]["error"]["detail"] and found[key]["error"]["detail_sv"]
    assert PERSONAL not in json.dumps(found) and PERSONAL.replace("-", "") not in json.dumps(found)


def test_odd_texts_match_nobody(client: TestClient) -> None:
    odd = {str(place): {"query": name} for place, name in enumerate(("😀", "AB", "%_'\";--", "\x00\x01a", "A"))}
    assert all(each["result"] == [] for each in batch(client, **odd).values())


def test_a_request_that_cannot_be_read_is_refused_with_a_reason(client: TestClient) -> None:
    many = json.dumps({str(place): {"query": "Prov"} for place in range(101)})
    for form, status in (
        ({"queries": "{"}, 422),
        ({"queries": "[]"}, 422),
        ({"queries": "[" * 100_000}, 422),
        ({"queries": many}, 413),
        ({"queries": json.dumps({"q": {"query": "x" * 600_000}})}, 413),
        ({"extend": "{}"}, 422),
        ({"extend": json.dumps({"ids": ["x"] * 501, "properties": []})}, 413),
        ({"other": "x"}, 422),
    ):
        answer = client.post(endpoint(client), data=form)
        assert answer.status_code == status, (form, answer.text[:300])
        assert answer.json()["detail_sv"]


def test_queries_may_stand_in_the_address(client: TestClient) -> None:
    asked = {"queries": json.dumps({"q": {"query": "Exempelbygg i Malby AB", "limit": 1}})}
    assert [item["id"] for item in client.get(endpoint(client), params=asked).json()["q"]["result"]] == [SECOND]


def test_suggestions(client: TestClient) -> None:
    def suggested(what: str, prefix: str) -> list[str]:
        answer = client.get(f"{endpoint(client)}/suggest/{what}", params={"prefix": prefix}).json()
        assert all(item["id"] and item["name"] for item in answer["result"])
        return [item["id"] for item in answer["result"]]

    assert suggested("entity", "Exempelbygg i Mal") == [SECOND]
    assert suggested("entity", "exempelby") == [SECOND, FIRST, FOURTH]
    for written in (FIRST, f"{FIRST[:6]}-{FIRST[6:]}"):
        assert suggested("entity", written) == [FIRST]
    assert suggested("entity", "un_sc-1") == ["un_sc-1"]
    for nothing in ("Ex", "", "Zzzz", "%%%", "5580"):
        assert suggested("entity", nothing) == []
    assert suggested("type", "person") == ["listed_person"]
    assert suggested("property", "organisationsn") == ["organisation_number"]
    assert suggested("property", "legal_form") == []


def test_data_extension(client: TestClient) -> None:
    ids = [FIRST, "un_sc-1", THIRD, "5580000999", "un_sc-nobody", "x"]
    wanted = [{"id": name} for name in ("address", "birth_date", "programme", "unknown")]
    answer = client.post(endpoint(client), data={"extend": json.dumps({"ids": ids, "properties": wanted})}).json()
    assert [column["id"] for column in answer["meta"]] == ["address", "birth_date", "programme"]
    assert all(column["name"] for column in answer["meta"])
    assert set(answer["rows"]) == set(ids)
    assert all(set(row) == {"address", "birth_date", "programme"} for row in answer["rows"].values())
    assert answer["rows"][FIRST]["address"] == [{"str": "Provgatan 4, 11122 GRANBY"}]
    assert answer["rows"]["un_sc-1"]["birth_date"] == [{"str": "1958-03-04"}]
    assert answer["rows"]["5580000999"] == answer["rows"]["x"] == {"address": [], "birth_date": [], "programme": []}
    assert "PX1234567" not in json.dumps(answer)


def test_properties_are_proposed_for_a_type(client: TestClient) -> None:
    answer = client.get(f"{endpoint(client)}/properties", params={"type": "listed_person", "limit": 3}).json()
    assert answer["type"] == "listed_person" and len(answer["properties"]) == 3
    assert client.get(f"{endpoint(client)}/properties", params={"type": "unknown"}).json()["properties"] == []


def test_the_preview_is_escaped_and_leads_nowhere(client: TestClient) -> None:
    answer = client.get(f"{endpoint(client)}/preview", params={"id": THIRD})
    assert "&lt;b&gt;Prov &amp; Son&lt;/b&gt;" in answer.text and "<b>" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "http" not in answer.text
    assert client.get(f"{endpoint(client)}/preview", params={"id": "un_sc-9"}).status_code == 404


def test_a_key_opens_this_and_nothing_else(client: TestClient, app: FastAPI, database: Database, key: str) -> None:
    assert client.get(endpoint(client)).status_code == 200
    elsewhere = TestClient(app, headers={"Authorization": f"Bearer {key}"})
    for path in ("/api/v1/cases", "/api/v1/sources", "/yente/catalog", f"/api/v1/cases/{'0' * 32}/verdict"):
        assert elsewhere.get(path).status_code in (403, 404), path
    assert elsewhere.get("/api/v1/cases").status_code == 403
    for role in ("reader", "officer", "administrator"):
        other = TestClient(app).get(f"/reconcile/{_token(database, role)}")
        assert other.status_code == 401
        assert tokens.PREFIX not in other.text


def test_a_revoked_key_opens_nothing(client: TestClient, database: Database) -> None:
    with database.transaction("kommun-a", "test") as session:
        (made,) = tokens.list(session)
        tokens.revoke(session, made.id)
    assert client.get(endpoint(client)).status_code == 401


def test_what_is_not_loaded_is_no_answer(database: Database, key: str, tmp_path: Path) -> None:
    """Not loaded and not found are two answers: an empty result would say that there is nobody of that name."""
    list_index._cache.clear()
    bare = TestClient(create_app(_runtime(database), ApiSettings()))
    for kind in ("organisation", "listed_person"):
        asked = {"queries": json.dumps({"q": {"query": "Prov", "type": kind}})}
        assert bare.post(f"/reconcile/{key}", data=asked).status_code == 503
    load_bolagsverket(database, bolagsverket_file(tmp_path, {FIRST: _named("Exempelbygg i Granby AB")}))
    asked = {"queries": json.dumps({"q": {"query": "Exempelbygg i Granby", "type": "organisation"}})}
    early = bare.post(f"/reconcile/{key}", data=asked)
    assert early.status_code == 503 and early.headers["retry-after"]
    register_search.refresh(database)
    assert register_names.current(_runtime(database))
    (found,) = bare.post(f"/reconcile/{key}", data=asked).json()["q"]["result"]
    assert found["id"] == FIRST


def test_the_audit_trail_says_that_it_was_asked_and_how_much_but_not_what(
    client: TestClient, app: FastAPI, database: Database
) -> None:
    batch(client, a={"query": "Exempelbygg i Granby"}, b={"query": "Mallgrens"})
    administrator = TestClient(app, headers={"Authorization": f"Bearer {_token(database, 'administrator')}"})
    answer = administrator.get("/api/v1/audit")
    (written,) = [entry for entry in answer.json() if entry["action"] == "reconciliation.match"]
    assert json.loads(written["details"]) == {"count": 2}
    assert "Exempelbygg" not in answer.text
