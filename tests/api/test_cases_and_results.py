"""The main job through the API: open, hand in, screen, read – with everything behind it real."""

import hashlib
import io
import json
import uuid

import httpx
import pytest
from openpyxl import Workbook
from service import OTHER_TENANT, TENANT, World, problem, until

from api.errors import safe_path
from screening import engine
from screening.store import audit, register, screenings, tokens

V1 = "/api/v1"
FIRST, SECOND, THIRD = "5580000015", "5580000023", "5580000031"


def case_body(**other: object) -> dict[str, object]:
    return {"kind": "procurement", "reference": "KS 2026/1", "parties": [{"organisation_number": FIRST}], **other}


def in_database(world: World, tenant: str = TENANT):
    return world.runtime.database.transaction(tenant, "test")


# ---------------------------------------------------------------------- opening


def test_json_opens_a_case_and_names_the_rows_that_could_not_be_used(officer: httpx.Client) -> None:
    parties = [
        {"organisation_number": "558000-0015", "name": "Prov Ett AB"},
        {"organisation_number": "558000-0012"},
        {"organisation_number": "16558000-0023", "role": "subcontractor", "relied_on_by": FIRST},
        {"organisation_number": FIRST},
    ]
    answer = officer.post(f"{V1}/cases", json=case_body(parties=parties, title="Prov", cpv=["90910000"], value_sek=7))
    assert answer.status_code == 201
    case = answer.json()
    assert [party["organisation_number"] for party in case["parties"]] == [FIRST, SECOND]
    assert [(row["place"], row["code"], row["blocking"]) for row in case["problems"]] == [
        ("row 2", "check_digit", True),
        ("row 4", "double", False),
    ]
    assert officer.get(f"{V1}/cases/{case['id']}").json() == {**case, "problems": []}
    listed = officer.get(f"{V1}/cases", params={"limit": 1}).json()
    assert listed[0]["id"] == case["id"]
    assert listed[0]["code"] is None


def spreadsheet(*rows: tuple[object, ...]) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("parter.csv", f"Org.nr;Namn\n{FIRST};Prov Åtta AB\n{SECOND};Två".encode("cp1252")),
        ("parter.xlsx", spreadsheet(("Organisationsnummer", "Namn"), (float(FIRST), "Prov Åtta AB"), (SECOND, "Två"))),
    ],
)
def test_a_file_opens_a_case(officer: httpx.Client, name: str, content: bytes) -> None:
    answer = officer.post(
        f"{V1}/cases/upload", files={"file": (name, content)}, data={"kind": "lease", "reference": "KS 2"}
    )
    assert answer.status_code == 201, answer.text
    assert [(party["organisation_number"], party["name"]) for party in answer.json()["parties"]] == [
        (FIRST, "Prov Åtta AB"),
        (SECOND, "Två"),
    ]


def test_the_same_idempotency_key_gives_the_same_case_and_another_request_a_conflict(officer: httpx.Client) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first = officer.post(f"{V1}/cases", json=case_body(), headers=key)
    again = officer.post(f"{V1}/cases", json=case_body(), headers=key)
    assert first.json()["id"] == again.json()["id"]
    other = officer.post(f"{V1}/cases", json=case_body(title="something else"), headers=key)
    problem(other, 409, "idempotency")


def test_five_thousand_parties_open_in_three_seconds(officer: httpx.Client) -> None:
    from connectors.sandbox.numbers import complete

    parties = [{"organisation_number": complete(559_100_000 + n), "name": f"Bolag {n} AB"} for n in range(5000)]
    answer = officer.post(f"{V1}/cases", json=case_body(kind="contract_monitoring", parties=parties))
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["parties"]) == 5000
    assert answer.elapsed.total_seconds() < 3


def test_a_procedure_that_does_not_fit_and_a_date_without_law_are_refused(officer: httpx.Client) -> None:
    body = problem(officer.post(f"{V1}/cases", json=case_body(procedure="building_permit")), 422, "procedure")
    assert "LOU_over_threshold" in body["detail"]
    problem(officer.post(f"{V1}/cases", json=case_body(opened_on="1917-01-01")), 422, "no_law")


# ---------------------------------------------------------------------- results


def test_the_verdict_is_the_stored_bytes(world: World) -> None:
    case = world.cases["procurement"]["id"]
    answer = world.officer.get(f"{V1}/cases/{case}/verdict")
    with in_database(world) as session:
        stored = screenings.latest(session, case)
    assert answer.content == stored.result
    history = world.officer.get(f"{V1}/cases/{case}/screenings").json()
    assert history[0]["sha256"] == hashlib.sha256(answer.content).hexdigest()


def test_findings_are_ordered_and_can_be_narrowed(world: World) -> None:
    path = f"{V1}/cases/{world.cases['procurement']['id']}"
    verdict = world.officer.get(f"{path}/verdict").json()
    everything = world.officer.get(f"{path}/findings").json()
    assert len(everything) == len(verdict["findings"]) > 0
    assert [finding["level"] for finding in everything] == sorted((f["level"] for f in everything), reverse=True)
    party = everything[0]["party"]
    number = party.removeprefix("SE:ORG:")
    narrowed = world.officer.get(f"{path}/findings", params={"party": f"{number[:6]}-{number[6:]}", "level": 1}).json()
    assert narrowed == [finding for finding in everything if finding["party"] == party and finding["level"] >= 1]
    problem(world.officer.get(f"{path}/findings", params={"party": "199001019802"}), 422, "personal_number")
    problem(world.officer.get(f"{path}/findings", params={"level": 9}), 422, "invalid_request")


def test_the_graph_has_the_parties_and_points_to_documents(world: World) -> None:
    path = f"{V1}/cases/{world.cases['procurement']['id']}"
    elements = world.officer.get(f"{path}/graph").json()["elements"]
    nodes = {node["data"]["id"]: node["data"] for node in elements["nodes"]}
    assert {party["key"] for party in world.cases["procurement"]["parties"]} == {
        key for key, node in nodes.items() if node["party"]
    }
    documents = {document["sha256"] for document in world.officer.get(f"{path}/documents").json()}
    assert elements["edges"]
    assert {edge["data"]["document"] for edge in elements["edges"]} <= documents


def test_a_document_is_given_byte_for_byte_to_officers_and_written_to_the_trail(world: World) -> None:
    path = f"{V1}/cases/{world.cases['procurement']['id']}/documents"
    listed = world.officer.get(path).json()
    assert {"ssbtgu", "bods"} <= {document["source"] for document in listed}
    chosen = next(document for document in listed if document["source"] == "ssbtgu")
    answer = world.officer.get(f"{path}/{chosen['sha256']}")
    assert hashlib.sha256(answer.content).hexdigest() == chosen["sha256"]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    problem(world.clients["reader"].get(f"{path}/{chosen['sha256']}"), 403, "forbidden")
    event = (
        world.clients["administrator"]
        .get(f"{V1}/audit", params={"subject": world.cases["procurement"]["id"], "limit": 1})
        .json()[0]
    )
    assert (event["action"], event["actor"]) == ("document.read", "officer")
    assert json.loads(event["details"])["sha256"] == chosen["sha256"]


def test_verification_computes_the_same_bytes(world: World) -> None:
    answer = world.officer.get(f"{V1}/cases/{world.cases['lease']['id']}/verification").json()
    assert answer["same"] is True
    assert answer["sha256"] == answer["recomputed_sha256"]
    assert answer["detail"] != answer["detail_sv"]


def test_an_organisation_is_shown_and_the_reading_logged(world: World) -> None:
    number = world.cases["procurement"]["parties"][0]["organisation_number"]
    answer = world.officer.get(f"{V1}/organisations/{number}", params={"purpose": "avtalskontroll"})
    with world.runtime.database.system("test") as session:
        assert answer.json()["name"] == register.lookup(session, number).name
    with in_database(world) as session:
        newest = audit.list(session, subject=number, limit=1)[0]
    assert (newest.action, json.loads(newest.details)) == ("organisation.read", {"purpose": "avtalskontroll"})
    problem(world.officer.get(f"{V1}/organisations/{number}"), 422, "invalid_request")
    problem(world.officer.get(f"{V1}/organisations/{THIRD}", params={"purpose": "prov"}), 404, "not_found")
    problem(
        world.officer.get(f"{V1}/organisations/558000-0012", params={"purpose": "prov"}), 422, "organisation_number"
    )


def test_sources_tell_how_fresh_they_are(officer: httpx.Client) -> None:
    sources = {source["id"]: source for source in officer.get(f"{V1}/sources").json()}
    assert sources["eu_fsf"]["rows"] > 0
    assert sources["eu_fsf"]["stale"] is False
    assert sources["bolagsverket_bulk"]["stated_at"]
    assert sources["ssbtgu"]["stale"] is None


def test_every_indicator_has_a_page(officer: httpx.Client) -> None:
    listed = officer.get(f"{V1}/indicators").json()
    assert [entry["id"] for entry in listed] == sorted(engine.load_indicators())
    for entry in listed:
        page = officer.get(f"{V1}/indicators/{entry['id'].lower()}").json()
        assert page == entry
        assert len(page["page"]) > 100
        assert page["explanations"]
    problem(officer.get(f"{V1}/indicators/XXX-99"), 404, "not_found")


# ---------------------------------------------------------------------- runs


def test_a_run_is_followed_by_events_until_it_is_done(world: World) -> None:
    case = world.open("lease")["id"]
    problem(world.officer.get(f"{V1}/cases/{case}/verdict"), 404, "not_screened")
    started = world.officer.post(f"{V1}/cases/{case}/screenings")
    assert started.status_code == 202
    run = started.json()
    with world.officer.stream("GET", f"{V1}/cases/{case}/runs/{run['id']}/events") as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        told = events.read().decode()
    blocks = [block.split("\n") for block in told.strip().split("\n\n")]
    assert {block[0] for block in blocks[:-1]} == {"event: progress"}
    assert blocks[-1][0] == "event: done"
    last = json.loads(blocks[-1][1].removeprefix("data: "))
    assert (last["state"], last["pending"]) == ("done", 0)
    assert last["screening"] == world.officer.get(f"{V1}/cases/{case}/screenings").json()[0]["id"]
    assert sum(source["done"] for source in last["by_source"].values()) == last["done"] > 0
    assert world.officer.get(f"{V1}/cases/{case}/runs/{run['id']}").json() == last


def test_a_run_belongs_to_its_own_case(world: World) -> None:
    run = world.screen(world.cases["lease"]["id"])
    other = world.cases["procurement"]["id"]
    for path in (f"runs/{run}", f"runs/{run}/events", f"runs/{uuid.uuid4()}"):
        problem(world.officer.get(f"{V1}/cases/{other}/{path}"), 404, "not_found")


def test_a_new_screening_takes_the_place_of_a_kept_verdict_at_once(world: World) -> None:
    case = world.open("lease")["id"]
    world.screen(case)
    path = f"{V1}/cases/{case}/verdict"
    for _ in range(3):
        before = world.officer.get(path).content
    world.screen(case)
    with in_database(world) as session:
        newest = screenings.latest(session, case).result
    assert newest != before
    until(lambda: world.officer.get(path).content == newest, 1)


# ---------------------------------------------------------------------- who may


def test_a_revoked_token_stops_working_although_it_was_kept(world: World) -> None:
    token = world.token(TENANT, "short-lived", "reader")
    path = f"{V1}/cases/{world.cases['lease']['id']}/verdict"
    with world.client(token) as client:
        for _ in range(3):
            assert client.get(path).status_code == 200
        with in_database(world) as session:
            mine = next(entry for entry in tokens.list(session) if entry.name == "short-lived")
            tokens.revoke(session, mine.id)
        until(lambda: client.get(path).status_code == 401, 1)
        problem(client.get(path), 401, "unauthenticated")


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer"}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic dTpw"}],
)
def test_without_a_valid_token_nothing_is_told(world: World, headers: dict[str, str]) -> None:
    for path in (f"{V1}/cases", f"{V1}/cases/{world.cases['lease']['id']}/verdict", f"{V1}/sources"):
        answer = world.clients["nobody"].get(path, headers=headers)
        problem(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_is_not_taken_from_the_address_or_another_scheme(world: World) -> None:
    token = world.token(TENANT, "in-address", "officer")
    nobody = world.clients["nobody"]
    path = f"{V1}/cases/{world.cases['lease']['id']}/verdict"
    with world.client(token) as client:
        assert client.get(path).status_code == 200
    for name in ("token", "access_token", "authorization"):
        problem(nobody.get(path, params={name: token}), 401, "unauthenticated")
    problem(nobody.get(path, headers={"Authorization": f"Basics {token}"}), 401, "unauthenticated")
    problem(nobody.get(path, headers={"Cookie": f"token={token}"}), 401, "unauthenticated")


def test_roles(world: World) -> None:
    reader = world.clients["reader"]
    case = world.cases["lease"]["id"]
    problem(reader.post(f"{V1}/cases", json=case_body()), 403, "forbidden")
    problem(reader.post(f"{V1}/cases/{case}/screenings"), 403, "forbidden")
    problem(reader.post(f"{V1}/cases/{case}/evidence", files={"file": b"[]"}), 403, "forbidden")
    problem(world.officer.get(f"{V1}/audit"), 403, "forbidden")
    assert reader.get(f"{V1}/cases/{case}/verdict").status_code == 200


def routes_of_a_case(openapi: dict) -> list[tuple[str, str]]:
    return [
        (method, path) for path, operations in openapi["paths"].items() if "{case_id}" in path for method in operations
    ]


def test_another_tenants_case_is_not_there_on_any_route(world: World) -> None:
    openapi = world.officer.get("/api/openapi.json").json()
    case = world.cases["procurement"]["id"]
    values = {
        "case_id": case,
        "run_id": world.screen(world.cases["lease"]["id"]),
        "sha256": world.officer.get(f"{V1}/cases/{case}/documents").json()[0]["sha256"],
        "fact": "0" * 32,
    }
    asked = {"/paths": {"from": "SE:ORG:5580000015", "to": "SE:ORG:5580000023"}}
    bodies = {"/decision": {"decision": "not_same", "reason": "annat födelseår"}}
    world.officer.get(f"{V1}/cases/{case}/verdict")
    routes = routes_of_a_case(openapi)
    assert len(routes) >= 11
    for method, path in routes:
        files = {"file": ("a.json", b"[]", "application/json")} if path.endswith(("/evidence", "/records")) else None
        last = "/" + path.rsplit("/", 1)[1]
        more = {"files": files, "params": asked.get(last), "json": bodies.get(last) if method == "post" else None}
        answer = world.clients["stranger"].request(method.upper(), path.format(**values), **more)
        problem(answer, 404, "not_found")
        absent = world.clients["stranger"].request(
            method.upper(), path.format(**{**values, "case_id": str(uuid.uuid4())}), **more
        )
        assert {**absent.json(), "instance": ""} == {**answer.json(), "instance": ""}
    assert world.clients["stranger"].get(f"{V1}/cases").json() == []
    with in_database(world, OTHER_TENANT) as session:
        assert not [event for event in audit.list(session) if event.subject == case]


# ---------------------------------------------------------------------- operation


def test_health_readiness_and_metrics_need_no_token(world: World) -> None:
    nobody = world.clients["nobody"]
    assert nobody.get("/healthz").json() == {"status": "ok"}
    assert nobody.get("/readyz").json() == {"database": "ok", "schema": "ok", "queue": "ok", "status": "ok"}
    metrics = nobody.get("/metrics").text
    assert 'genomlys_tasks{state="done"}' in metrics
    assert 'genomlys_source_stale{source="eu_fsf"} 0.0' in metrics
    assert "genomlys_cases_opened_total" in metrics


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/api/v1/organisations/19900101-9802", "/api/v1/organisations/…"),
        ("/api/v1/x/9001019802/y", "/api/v1/x/…/y"),
        ("/api/v1/cases/8c1f6f0e-9f0c-4b7e-8a55-0d9a1f2f7c11", "/api/v1/cases/8c1f6f0e-9f0c-4b7e-8a55-0d9a1f2f7c11"),
    ],
)
def test_a_path_is_repeated_without_numbers(path: str, shown: str) -> None:
    assert safe_path(path) == shown
