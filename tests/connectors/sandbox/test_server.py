"""The server speaks as published, keeps the training clock, and misbehaves exactly as ordered."""

import csv
import importlib.util
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree

from connectors.sandbox import environment
from connectors.settings import ConnectorSettings

_SPEC = importlib.util.spec_from_file_location("asking", Path(__file__).with_name("asking.py"))
assert _SPEC and _SPEC.loader
asking = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(asking)

VDM = "/vardefulla-datamangder/v1"
IUMF = "{http://schema.bolagsverket.se/ssbt/foretag}"
FEL = "{http://schema.bolagsverket.se/ssbt/fel}"
EU = "/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=x"


def _planted(client: httpx.Client, indicator: str, case: str | None = None) -> str:
    truth = client.get("/sandbox/ground-truth").json()["planted"]
    return next(e["organisation"] for e in truth if indicator in e["indicators"] and case in (None, e["case"]))


def _ask(client: httpx.Client, bearer: dict[str, str], number: str) -> httpx.Response:
    return client.post(f"{VDM}/organisationer", json={"identitetsbeteckning": number}, headers=bearer)


def _soap(client: httpx.Client, number: str, service: str = "ssbtgu") -> httpx.Response:
    body = asking.company(number) if service == "ssbtgu" else asking.person(number)
    return client.post(f"/{service}", content=body, headers={"Content-Type": "text/xml; charset=utf-8"})


# ---------------------------------------------------------------- access
def test_a_wrong_secret_gives_no_token(client: httpx.Client) -> None:
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "no"}

    assert client.post("/oauth2/token", data=form).status_code == 401


def test_credentials_may_come_as_http_basic(client: httpx.Client) -> None:
    answer = client.post(
        "/oauth2/token",
        data={"grant_type": "client_credentials", "scope": "vardefulla-datamangder:ping"},
        auth=("sandbox", "sandbox-secret"),
    ).json()

    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 3600
    assert client.get(f"{VDM}/isalive", headers={"Authorization": f"Bearer {answer['access_token']}"}).text == "OK"
    forbidden = _ask(client, {"Authorization": f"Bearer {answer['access_token']}"}, "5580072691")
    assert forbidden.status_code == 403


def test_without_a_token_nothing_is_told(client: httpx.Client) -> None:
    answer = _ask(client, {}, "5580072691")

    assert answer.status_code == 401
    assert answer.json()["detail"].startswith("Anroparen saknar")


def test_a_revoked_token_is_refused(client: httpx.Client, bearer: dict[str, str]) -> None:
    client.post("/oauth2/revoke", data={"token": bearer["Authorization"][7:]})

    assert _ask(client, bearer, "5580072691").status_code == 401


# ---------------------------------------------------------------- VDM
@pytest.mark.parametrize("number", ["5580072690", "abc", "", "55800726911", None, 5580072691])
def test_a_malformed_number_is_refused(client: httpx.Client, bearer: dict[str, str], number: Any) -> None:
    answer = client.post(
        f"{VDM}/organisationer",
        json={"identitetsbeteckning": number},
        headers=bearer | {"X-Request-Id": "f628a504-4631-4c04-8358-f17fc370ac79"},
    )

    assert answer.status_code == 400
    assert answer.json()["requestId"] == "f628a504-4631-4c04-8358-f17fc370ac79"


def test_an_unknown_organisation_is_found_nowhere_inside_a_200(client: httpx.Client, bearer: dict[str, str]) -> None:
    answer = _ask(client, bearer, "5560360793")
    (organisation,) = answer.json()["organisationer"]
    kinds = {block["fel"]["typ"] for block in organisation.values() if block}

    assert answer.status_code == 200
    assert kinds == {"ORGANISATION_FINNS_EJ"}


def test_a_known_organisation_has_every_block(client: httpx.Client, bearer: dict[str, str]) -> None:
    (organisation,) = _ask(client, bearer, _planted(client, "BID-01")).json()["organisationer"]
    names = organisation["organisationsnamn"]["organisationsnamnLista"]

    assert len(organisation) == 15
    assert names[0]["organisationsnamntyp"] == {"kod": "FORETAGSNAMN", "klartext": "Företagsnamn"}
    assert organisation["organisationsform"]["kod"] == "AB"
    assert organisation["naringsgrenOrganisation"]["dataproducent"] == "SCB"


def test_a_sole_trader_answers_with_every_firm(client: httpx.Client, bearer: dict[str, str]) -> None:
    archive = zipfile.ZipFile(io.BytesIO(client.get("/bolagsverket/bolagsverket_bulkfil.zip").content))
    text = archive.read("bolagsverket_bulkfil.txt").decode().replace("\x00", "")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    number = next(row[0].split("$")[0] for row in rows if row[1] == "2")
    firms = _ask(client, bearer, number).json()["organisationer"]

    assert [firm["namnskyddslopnummer"] for firm in firms] == [1, 2]
    assert firms[0]["organisationsidentitet"]["typ"]["kod"] == "PERSONNUMMER"


def test_the_rate_limit_of_a_minute(tmp_path: Path) -> None:
    import asyncio

    from connectors.sandbox.server import CLIENT_ID, CLIENT_SECRET, SCOPES, app_for

    async def run() -> list[httpx.Response]:
        from datetime import date

        app = app_for(1, 200, date(2026, 11, 22))
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
            form = {
                "grant_type": "client_credentials",
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "scope": " ".join(SCOPES),
            }
            token = (await client.post("/oauth2/token", data=form)).json()["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            return [await client.get(f"{VDM}/isalive", headers=headers) for _ in range(61)]

    answers = asyncio.run(run())

    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61


# ---------------------------------------------------------------- SSBT
def test_ssbtgu_tells_taxes_and_officers(client: httpx.Client) -> None:
    answer = _soap(client, _planted(client, "BID-01"))
    root = etree.fromstring(answer.content)
    officers = root.findtext(".//{*}SamladeFunktionarerBeskrivning")

    assert answer.status_code == 200
    assert root.findtext(f".//{IUMF}Skatteform") == "Ja"
    assert officers and officers.splitlines()[0] == "styrelseledamot,ordförande"
    assert ", GRANBY" in officers
    assert root.findtext(".//{*}Tidstampel") == "2026-11-22T00:05:00.000+01:00"


def test_ssbtgu_answers_an_unknown_company_in_every_block(client: httpx.Client) -> None:
    root = etree.fromstring(_soap(client, "5560360793").content)

    assert {fault.get("Typ") for fault in root.iter(f"{FEL}Fel")} == {"ForetagFinnsEj"}


def test_ssbten_tells_every_engagement(client: httpx.Client) -> None:
    officers = etree.fromstring(_soap(client, _planted(client, "GOV-03")).content)
    text = officers.findtext(".//{*}SamladeFunktionarerBeskrivning")
    assert text
    number = text.splitlines()[1].split()[0]
    engaged = etree.fromstring(_soap(client, number, "ssbten").content)

    assert len(engaged.findall(".//{*}Foretag")) == 24


def test_a_body_that_is_no_request_is_a_soap_fault(client: httpx.Client) -> None:
    answer = client.post("/ssbtgu", content=b"<x/>")

    assert answer.status_code == 500
    assert b"OgiltigBegaran" in answer.content


# ---------------------------------------------------------------- clock
def test_the_clock_moves_board_and_name_together(client: httpx.Client, bearer: dict[str, str]) -> None:
    number = _planted(client, "IDN-02")
    moments = client.get("/sandbox/clock").json()
    seen = []
    for day in (moments["baseline"], moments["as_of"]):
        client.post("/sandbox/clock", json={"date": day})
        (organisation,) = _ask(client, bearer, number).json()["organisationer"]
        root = etree.fromstring(_soap(client, number).content)
        names = organisation["organisationsnamn"]["organisationsnamnLista"][0]["namn"]
        assert root.findtext(f".//{IUMF}ForetagNamn") == names
        assert (root.findtext(".//{*}Tidstampel") or "").startswith(day)
        bulk = client.get("/scb/scb_bulkfil.zip")
        (member,) = zipfile.ZipFile(io.BytesIO(bulk.content)).namelist()
        assert day.replace("-", "") in member
        assert names.upper() in zipfile.ZipFile(io.BytesIO(bulk.content)).read(member).decode("cp1252")
        seen.append((names, organisation["verksamOrganisation"]["kod"], bulk.headers["Last-Modified"]))

    assert seen[0][:2] == ("Goldkorn Startbolag 417 AB", "NEJ")
    assert seen[1][:2] == ("Kvarnen Krog & Bar AB", "JA")
    assert seen[0][2] == "Sat, 24 Oct 2026 23:05:00 GMT"


# ---------------------------------------------------------------- lists
def test_the_lists_carry_the_planted_entries(client: httpx.Client) -> None:
    listed = _planted(client, "SAN-03", "bygglov")
    union = etree.fromstring(client.get(EU).content)
    nations = etree.fromstring(client.get("/resources/xml/en/consolidated.xml").content)
    numbers = [each.get("number") for each in union.iter("{*}identification")]
    sdn = client.get("/api/PublicationPreview/exports/SDN.CSV").content

    assert f"{listed[:6]}-{listed[6:]}" in numbers
    assert len(union) > 300
    assert any(each.text == "MELKAZIN" for each in nations.iter("SECOND_NAME"))
    assert sdn.endswith(b"\r\n\x1a")
    assert {len(row) for row in csv.reader(io.StringIO(sdn[:-1].decode("ascii")))} == {12}
    assert client.get(EU.partition("?")[0]).status_code == 403


def test_the_cases_and_their_ownership_files(client: httpx.Client) -> None:
    cases = client.get("/sandbox/cases").json()
    files = [each["name"] for case in cases for each in case["bods"]]

    assert [case["kind"] for case in cases] == [
        "procurement", "lease", "building_permit", "contract_monitoring",
        "welfare_provider", "contract_monitoring", "lease",
    ]  # fmt: skip
    assert len(files) == 8
    assert all(isinstance(client.get(f"/sandbox/bods/{name}").json(), list) for name in files)
    assert client.get("/sandbox/bods/nothing.json").status_code == 404
    records = {case["id"]: client.get(f"/sandbox/records/{case['id']}").json() for case in cases}
    assert {case: len(found) for case, found in records.items() if found} == {
        "valfardsutforare": 1, "avtalsuppfoljning-led": 3, "lokalavtal-underlag": 2,
    }  # fmt: skip


def test_the_environment_fits_the_settings(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = environment(base_url)
    fields = {f"GENOMLYS_{name.upper()}" for name in ConnectorSettings.model_fields}
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert set(given) <= fields
    assert ConnectorSettings().ssbtgu_url == f"{base_url}/ssbtgu"


# ---------------------------------------------------------------- faults
def _order(client: httpx.Client, source: str, fault: str, **extra: Any) -> None:
    answer = client.post("/sandbox/faults", json={"source": source, "fault": fault, **extra})
    assert answer.status_code == 201


SOURCES: dict[str, Callable[[httpx.Client, dict[str, str]], httpx.Response]] = {
    "bolagsverket_vdm": lambda client, bearer: _ask(client, bearer, "5580072691"),
    "ssbtgu": lambda client, bearer: _soap(client, "5580072691"),
    "ssbten": lambda client, bearer: _soap(client, "196001019983", "ssbten"),
    "bolagsverket_bulk": lambda client, bearer: client.get("/bolagsverket/bolagsverket_bulkfil.zip"),
    "scb_bulk": lambda client, bearer: client.get("/scb/scb_bulkfil.zip"),
    "eu_fsf": lambda client, bearer: client.get(EU),
    "un_sc": lambda client, bearer: client.get("/resources/xml/en/consolidated.xml"),
    "ofac_sdn": lambda client, bearer: client.get("/api/PublicationPreview/exports/SDN.CSV"),
}


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_fails_as_ordered_and_recovers(client: httpx.Client, bearer: dict[str, str], source: str) -> None:
    def fetch() -> httpx.Response:
        return SOURCES[source](client, bearer)

    whole = fetch()
    assert whole.status_code == 200

    _order(client, source, "429", times=1, parameters={"retry_after": 7})
    answer = fetch()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")

    _order(client, source, "503", times=1)
    assert fetch().status_code == 503

    _order(client, source, "html", times=1)
    answer = fetch()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")

    _order(client, source, "dead", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        fetch()

    _order(client, source, "truncated", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        fetch()

    _order(client, source, "truncated", times=1, parameters={"mode": "short"})
    assert fetch().content == whole.content[: len(whole.content) // 2]

    _order(client, source, "wrong_charset", times=1)
    content = fetch().content
    if "bulk" in source:
        archive = zipfile.ZipFile(io.BytesIO(content))
        assert archive.read(archive.namelist()[0]).startswith(b"\xff\xfe")
    else:
        with pytest.raises(UnicodeDecodeError):
            content.decode("utf-8")

    _order(client, source, "entity_bomb", times=1)
    assert b"<!ENTITY" in fetch().content

    assert fetch().content == whole.content


def test_latency(client: httpx.Client, bearer: dict[str, str]) -> None:
    _order(client, "bolagsverket_vdm", "latency", times=1, parameters={"seconds": 0.4})

    assert _ask(client, bearer, "5580072691").elapsed.total_seconds() >= 0.4


def test_a_fault_may_hit_one_subject_only(client: httpx.Client, bearer: dict[str, str]) -> None:
    _order(client, "bolagsverket_vdm", "503", subject="5580072691")

    assert _ask(client, bearer, "5580072691").status_code == 503
    assert _ask(client, bearer, "5580008406").status_code == 200
    client.delete("/sandbox/faults")
    assert _ask(client, bearer, "5580072691").status_code == 200


def test_fel_in_one_producers_blocks(client: httpx.Client, bearer: dict[str, str]) -> None:
    _order(client, "bolagsverket_vdm", "fel", times=1)
    (organisation,) = _ask(client, bearer, "5580072691").json()["organisationer"]

    assert organisation["juridiskForm"]["fel"]["typ"] == "OTILLGANGLIG_UPPGIFTSKALLA"
    assert organisation["organisationsform"]["fel"] is None

    _order(client, "ssbtgu", "fel", times=1, parameters={"blocks": {"UD0047": "Timeout", "Skatteverket": "EjBehorig"}})
    root = etree.fromstring(_soap(client, "5580072691").content)
    assert root.find(f".//{{*}}UD0047/{FEL}Fel").get("Typ") == "Timeout"  # type: ignore[union-attr]
    assert root.find(f".//{{*}}UD0029/{FEL}Fel").get("Typ") == "EjBehorig"  # type: ignore[union-attr]

    _order(client, "ssbten", "fel", times=1, parameters={"call": True})
    assert _soap(client, "196001019983", "ssbten").status_code == 500


def test_a_list_shrinks_to_a_tenth(client: httpx.Client) -> None:
    whole = len(etree.fromstring(client.get(EU).content))
    _order(client, "eu_fsf", "shrunk", times=1)
    assert len(etree.fromstring(client.get(EU).content)) == whole // 10

    rows = len(client.get("/scb/scb_bulkfil.zip").content)
    _order(client, "scb_bulk", "shrunk", times=1)
    assert len(client.get("/scb/scb_bulkfil.zip").content) < rows / 4


def test_bombs_are_small_on_the_wire(client: httpx.Client) -> None:
    _order(client, "scb_bulk", "zip_bomb", times=1, parameters={"megabytes": 64})
    bomb = client.get("/scb/scb_bulkfil.zip").content
    (info,) = zipfile.ZipFile(io.BytesIO(bomb)).infolist()
    assert len(bomb) < 200_000
    assert info.file_size == 64 << 20

    _order(client, "un_sc", "zip_bomb", times=1, parameters={"megabytes": 64})
    with client.stream("GET", "/resources/xml/en/consolidated.xml") as answer:
        assert int(answer.headers["content-length"]) < 200_000
        assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("order", [{"source": "nobody", "fault": "503"}, {"source": "ssbtgu", "fault": "magic"}])
def test_an_impossible_fault_is_refused(client: httpx.Client, order: dict[str, str]) -> None:
    assert client.post("/sandbox/faults", json=order).status_code == 422


def test_ground_truth_and_cases_are_json(client: httpx.Client) -> None:
    truth = client.get("/sandbox/ground-truth").json()

    assert truth["as_of"] == "2026-11-22"
    assert truth["baseline"] == "2026-10-25"
    assert json.dumps(truth)
    assert len(truth["clean"]) > 25


def test_the_server_tidies_up_when_stopped(tmp_path: Path) -> None:
    import os
    import subprocess
    import sys
    import time

    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "-m", "connectors.sandbox", "--port-file", str(tmp_path / "port"), "--organisations", "300"],
        cwd=root,
        env=os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(root)},
    )
    started = time.monotonic()
    while not (tmp_path / "port").exists():
        assert time.monotonic() - started < 20
        time.sleep(0.02)
    port = (tmp_path / "port").read_text().strip()
    assert httpx.get(f"http://127.0.0.1:{port}/scb/scb_bulkfil.zip").status_code == 200
    process.terminate()

    assert process.wait(10) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_sandbox_imports_nothing_of_the_real_connectors() -> None:
    import ast

    folder = Path(__file__).parents[3] / "connectors" / "sandbox"
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            for name in names:
                assert not name.startswith("connectors.") or name.startswith("connectors.sandbox")
                assert name.split(".")[0] not in ("screening", "workers", "api")
