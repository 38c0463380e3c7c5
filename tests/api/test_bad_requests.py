"""Bad input over sockets: clear problems in both languages, nothing stored half, nothing personal repeated."""

import asyncio
import contextlib
import io
import json
import zipfile
from collections.abc import Iterator

import httpx
import psutil
import pytest
from fastapi import FastAPI
from service import World, problem

from api import errors
from api.errors import Unexpected

V1 = "/api/v1"
FIRST = "5580000015"
PERSONAL = ("199001019802", "19900101-9802", "900101-9802", "9001019802", "19900101 9802", "199001619809")
"""Skatteverket's test numbers, as people write them."""


def case_body(**other: object) -> dict[str, object]:
    return {"kind": "procurement", "reference": "KS 2026/1", "parties": [{"organisation_number": FIRST}], **other}


def upload(officer: httpx.Client, content: bytes, name: str = "parter.csv", **data: str) -> httpx.Response:
    return officer.post(
        f"{V1}/cases/upload",
        files={"file": (name, content)},
        data={"kind": "procurement", "reference": "KS 3", **data},
    )


def count(officer: httpx.Client) -> int:
    return len(officer.get(f"{V1}/cases", params={"limit": 1000}).json())


def test_no_personal_number_comes_back_or_is_logged(world: World) -> None:
    officer = world.officer
    answers: list[httpx.Response] = []
    for letter, number in zip("abcdef", PERSONAL, strict=True):
        words = f"avser {number} enligt anbud"
        for field in ("reference", "title", "purpose", "legal_basis"):
            answer = officer.post(f"{V1}/cases", json=case_body(**{field: words}))
            entry = problem(answer, 422, "invalid_request")["problems"][0]
            assert (entry["place"], entry["code"]) == (f"/body/{field}", "personal_number")
            assert entry["detail"] != entry["detail_sv"]
            answers.append(answer)
        for field in ("value_sek", "cpv", "kind", "procedure", "opened_on", number):
            answers.append(officer.post(f"{V1}/cases", json=case_body(**{field: number})))
            answers.append(officer.post(f"{V1}/cases", json=case_body(**{field: [number]})))
            assert answers[-1].status_code == 422
        only = officer.post(f"{V1}/cases", json=case_body(parties=[{"organisation_number": number}]))
        assert problem(only, 422, "no_parties")["problems"][0]["code"] == "personal_number"
        row = dict.fromkeys(("name", "lot", "contact_email", "contact_phone", "relied_on_by"), words) | {
            "organisation_number": FIRST
        }
        mixed = officer.post(
            f"{V1}/cases",
            json=case_body(parties=[row, {"organisation_number": number, "name": words}]),
            headers={"Idempotency-Key": f"prov {letter}"},
        )
        assert mixed.status_code == 201
        assert {entry["code"] for entry in mixed.json()["problems"]} == {
            "personal_number_removed", "relied_on_by", "personal_number",
        }  # fmt: skip
        case = mixed.json()["id"]
        answers += [
            only,
            mixed,
            upload(officer, f"Org.nr;Namn;Roll\n{FIRST};{words};\n{number};A;\n{FIRST};A;{words}".encode(), words),
            upload(officer, f"Org.nr;Namn\n{FIRST};A".encode(), title=words, value_sek=number),
            upload(officer, f"{number};{words}".encode()),
            upload(officer, words.encode()),
            officer.get(f"{V1}/cases/{case}"),
            officer.get(f"{V1}/cases/{number}"),
            officer.get(f"{V1}/{number}"),
            officer.get(f"{V1}/organisations/{number}", params={"purpose": "prov"}),
            officer.get(f"{V1}/organisations/{FIRST}", params={"purpose": words}),
            officer.get(f"{V1}/cases/{case}/findings", params={"party": number, "level": number}),
            officer.get(f"{V1}/cases/{case}/documents/{number}"),
            officer.get(f"{V1}/indicators/{number}"),
            officer.post(f"{V1}/cases", json=case_body(), headers={"Idempotency-Key": number}),
            officer.post(
                f"{V1}/cases/{case}/evidence",
                params={"party": number},
                files={"file": (words, json.dumps([words]).encode())},
            ),
            officer.post(f"{V1}/cases/{case}/evidence", files={"file": (words, json.dumps([{"a": words}]).encode())}),
            world.clients["administrator"].get(f"{V1}/audit", params={"subject": number}),
        ]
        answers.append(officer.get(f"{V1}/cases"))
    answers.append(world.clients["administrator"].get(f"{V1}/audit", params={"limit": 1000}))
    told = "\n".join(answer.text for answer in answers) + world.logged()
    for number in (*PERSONAL, "0101-9802", "0161-9809"):
        assert number not in told
    assert not [answer for answer in answers if answer.status_code >= 500]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"kind": "procurement"}',
        json.dumps(case_body(kind="nonsense")).encode(),
        json.dumps(case_body(extra=1)).encode(),
        json.dumps(case_body(title="x" * 301)).encode(),
        json.dumps(case_body(parties=[{"organisation_number": FIRST}] * 20_001)).encode(),
        json.dumps(case_body(value_sek=-1)).encode(),
        b"[" * 100_000,
    ],
)
def test_a_body_of_the_wrong_form_is_explained(officer: httpx.Client, body: bytes) -> None:
    before = count(officer)
    answer = officer.post(f"{V1}/cases", content=body, headers={"Content-Type": "application/json"})
    if answer.status_code == 400:
        problem(answer, 400, "invalid_request")
    else:
        for entry in problem(answer, 422, "invalid_request")["problems"]:
            assert entry["place"].startswith("/body")
            assert entry["detail"] != entry["detail_sv"]
    assert count(officer) == before


def test_control_characters_are_left_out(officer: httpx.Client) -> None:
    party = {"organisation_number": f" {FIRST[:6]}-{FIRST[6:]} ", "name": "A\x00B\x1b[31m\u202eC\ud800"}
    body = json.dumps(case_body(title="rad\x00\n\tett", parties=[party]))
    case = officer.post(f"{V1}/cases", content=body, headers={"Content-Type": "application/json"}).json()
    assert case["title"] == "rad ett"
    assert case["parties"][0]["name"] == "AB[31mC"


def test_other_media_types_and_methods(officer: httpx.Client) -> None:
    xml = officer.post(f"{V1}/cases", content=b"<case/>", headers={"Content-Type": "application/xml"})
    assert "application/json" in problem(xml, 415, "media_type")["detail"]
    problem(officer.post(f"{V1}/cases/upload", json={}), 415, "media_type")
    problem(officer.delete(f"{V1}/cases"), 405, "method_not_allowed")
    problem(officer.get("/api/v1/nothing"), 404, "not_found")


def zip_bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"PK\x03\x04 half", "damaged"),
        (zip_bomb(), "unpacks"),
        ("orgnr\n" + f"{FIRST}\n" * 20_001, "20000"),
        (b"Namn;Ort\nA;B", "column"),
    ],
    ids=["empty", "xls", "xml", "half", "bomb", "rows", "columns"],
)
def test_an_unreadable_file_opens_no_case(officer: httpx.Client, content: bytes | str, word: str) -> None:
    before = count(officer)
    answer = upload(officer, content.encode() if isinstance(content, str) else content)
    assert word in problem(answer, 422, "unreadable_file")["detail"]
    assert count(officer) == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'[{"statementId": "a"',
        b"\x00\xff",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"[]",
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_not_bods_changes_nothing(world: World, content: bytes) -> None:
    path = f"{V1}/cases/{world.cases['lease']['id']}"
    before = world.officer.get(f"{path}/documents").json()
    answer = world.officer.post(f"{path}/evidence", files={"file": ("a.json", content, "application/json")})
    problem(answer, 422, "unreadable_file")
    assert world.officer.get(f"{path}/documents").json() == before
    stranger = world.officer.post(f"{path}/evidence", params={"party": FIRST}, files={"file": ("a", b"[]")})
    problem(stranger, 422, "not_a_party")


@pytest.mark.parametrize("content", [b"", b"Namn;Ort\nA;B", b"PK\x03\x04 half", b"\x00\xff", b"%PDF-1.7"])
def test_a_file_that_is_no_record_changes_nothing(world: World, content: bytes) -> None:
    path = f"{V1}/cases/{world.cases['lease']['id']}"
    before = world.officer.get(f"{path}/documents").json()
    answer = world.officer.post(f"{path}/records", files={"file": ("a.csv", content, "text/csv")})
    problem(answer, 422, "unreadable_file")
    assert world.officer.get(f"{path}/documents").json() == before


def api_process(world: World) -> psutil.Process:
    port = int(world.url.rsplit(":", 1)[1])
    return next(
        child
        for child in psutil.Process().children()
        if "api.server" in child.cmdline() and str(port) in child.cmdline()
    )


@pytest.mark.parametrize("path", ["/cases", "/cases/upload"])
def test_two_gigabytes_are_refused_early_and_cost_no_memory(world: World, path: str) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        yield head if path.endswith("upload") else b'{"title": "'
        for _ in range(2048):
            sent += 1
            yield b"x" * 2**20

    media_type = "multipart/form-data; boundary=b" if path.endswith("upload") else "application/json"
    server = api_process(world)
    before = server.memory_info().rss
    url = f"{V1}{path}"
    declared = {"Content-Type": media_type, "Content-Length": str(2 * 2**30)}
    for headers, most in ((declared, 40), ({"Content-Type": media_type}, 60)):
        sent = 0
        with contextlib.suppress(httpx.TransportError):  # the server may hang up while we are still sending
            problem(world.officer.post(url, content=chunks(), headers=headers), 413, "too_large")
        assert sent <= most
    assert server.memory_info().rss - before < 64 * 2**20
    assert world.clients["nobody"].get("/healthz").status_code == 200


def test_an_unexpected_error_tells_nothing_but_that_it_happened(capsys: pytest.CaptureFixture[str]) -> None:
    app = FastAPI()
    errors.install(app)

    @app.get("/fail/{number}")
    def fail(number: str) -> None:
        raise RuntimeError(f"number {number}")

    app.add_middleware(Unexpected)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
            return await client.get("/fail/9001019802")

    answer = asyncio.run(ask())
    problem(answer, 500, "internal")
    told = answer.text + "".join(capsys.readouterr())
    assert "RuntimeError" in told
    assert "9001019802" not in told
