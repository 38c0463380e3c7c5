"""Handing in the municipality's own records through the API: the kind, the rows, the graph and who may."""

from __future__ import annotations

import pytest
from service import World

V1 = "/api/v1"
ELSEWHERE = "5580000015"
NUMBER = "198001019804"


@pytest.fixture
def case(world: World) -> str:
    """A lease case of this test's own."""
    body = {"kind": "lease", "reference": "FN 2026/9", "parties": [{"organisation_number": "5580000023"}]}
    answer = world.officer.post(f"{V1}/cases", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_the_headings_tell_the_kind_and_bad_rows_are_named(world: World, case: str) -> None:
    content = f"Orgnr;Beslutsdatum;Skäl\n{ELSEWHERE};2026-02-01;avtalsbrott\n{NUMBER};2026-02-01;avtalsbrott\n"
    answer = world.officer.post(f"{V1}/cases/{case}/records", files={"file": ("a.csv", content.encode(), "text/csv")})
    assert answer.status_code == 201, answer.text
    report = answer.json()
    assert (report["kind"], report["facts"]) == ("municipal_terminations", 1)
    assert [row["place"] for row in report["rejected"]] == ["row 3"]
    assert NUMBER not in answer.text
    stored = world.officer.get(f"{V1}/cases/{case}/documents/{report['document']['sha256']}")
    assert ELSEWHERE.encode() in stored.content
    assert NUMBER.encode() not in stored.content


def test_neither_handlers_nor_other_peoples_contracts_are_drawn_in_the_graph(world: World, case: str) -> None:
    for content in (
        f"Orgnr;Beslutsdatum\n{ELSEWHERE};2026-02-01\n",
        f"Handläggare;Personnummer;Relation;Organisationsnummer\nKim Exempel;{NUMBER};ägare;{ELSEWHERE}\n",
    ):
        handed = world.officer.post(f"{V1}/cases/{case}/records", files={"file": ("a.csv", content.encode())})
        assert handed.status_code == 201, handed.text
    drawn = world.officer.get(f"{V1}/cases/{case}/graph").text
    assert "Kim Exempel" not in drawn
    assert ELSEWHERE not in drawn


def test_only_officers_and_only_of_this_municipality(world: World, case: str) -> None:
    files = {"file": ("a.csv", f"Orgnr;Beslutsdatum\n{ELSEWHERE};2026-02-01\n".encode(), "text/csv")}
    assert world.clients["reader"].post(f"{V1}/cases/{case}/records", files=files).status_code == 403
    other = world.client(world.token("kommun-b", "theirs", "officer"))
    assert other.post(f"{V1}/cases/{case}/records", files=files).status_code == 404
    assert world.client(None).post(f"{V1}/cases/{case}/records", files=files).status_code == 401
