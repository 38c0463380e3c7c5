"""``genomlys ownership`` on every ownership oracle and fixture, through the command itself."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from api.cli.ownership import ownership

SHARED = Path(os.environ.get("GENOMLYS_SHARED", Path(__file__).parents[3] / "shared")) / "bench" / "ownership"
ORACLES = SHARED / "oracles"
FIXTURES = SHARED / "bods_fixtures" / "data"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not ORACLES.is_dir(), reason=f"no ownership oracles at {ORACLES}"),
]


def run(path: Path, *arguments: str) -> Any:
    app = typer.Typer()
    app.command()(ownership)
    done = CliRunner().invoke(app, [str(path), "--json", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def load(name: str) -> Any:
    return json.loads((ORACLES / name).read_text())


def test_ofac_fifty_per_cent_rule() -> None:
    found = {network["id"]: network["blocked"] for network in run(ORACLES / "ofac50.json")}
    assert found == {case["id"]: case["expect"] for case in load("ofac50.json")}


def test_company_control() -> None:
    (network,) = run(ORACLES / "company_control_vadalog.json")
    assert network["unit"] == "fraction"
    expected = load("company_control_vadalog.json")["control"]
    found = {key: sorted(map(int, companies)) for key, companies in network["control"].items()}
    assert {key: found.get(key, []) for key in expected} == expected


def test_random_graphs_with_cycles() -> None:
    networks = {network["id"]: network for network in run(ORACLES / "random_graphs.json")}
    compared = 0
    for case in load("random_graphs.json"):
        network = networks[case["id"]]
        entities = {entity["key"]: entity for entity in network["entities"]}
        for person, companies in case["integrated_by_person"].items():
            for company, (exact, _) in companies.items():
                owners = {owner["key"]: owner["capital"] for owner in entities[company]["owners"]}
                assert {Fraction(part) for part in owners[person]["fraction"]} == {Fraction(exact)}, case["id"]
                compared += 1
        for person, companies in case["control"].items():
            assert network["control"].get(person, []) == companies, case["id"]
        for person, companies in case["blocked_if"].items():
            assert network["blocked_if_listed"].get(person, []) == companies, case["id"]
        for company, persons in case["ubo25"].items():
            owners = entities[company]["owners"] if company in entities else []
            found = sorted(
                owner["key"]
                for owner in owners
                if owner["key"].startswith("P") and Fraction(owner["capital"]["fraction"][1]) >= Fraction(1, 4)
            )
            assert found == persons, (case["id"], company)
        circles = {tuple(circle) for entity in entities.values() for circle in entity["circles"]}
        assert circles >= {tuple(sorted(circle)) for circle in case["circular"]}, case["id"]
        for entity in entities.values():
            if not entity["contradictory"]:
                total = sum(Fraction(owner["capital"]["fraction"][1]) for owner in entity["owners"])
                assert abs(float(total) + entity["unknown"] - 1) < 1e-9, case["id"]
    assert compared > 500


def test_published_ranges_of_a_real_company(tmp_path: Path) -> None:
    oracle = load("resights_ResightsApS_brioschi.json")
    rows = json.loads((SHARED / "resights_dk" / "ResightsApS.json").read_text())
    path = tmp_path / "edges.json"
    path.write_text(json.dumps([[row["source_name"], row["target_name"], row["share"]] for row in rows]))
    (network,) = run(path, "--subject", "Resights ApS")
    owners = {owner["key"]: owner["capital"] for owner in network["entities"][0]["owners"]}
    assert owners
    for key, share in owners.items():
        figures = [share["low"], share["mid"], share["high"]]
        assert figures == pytest.approx([oracle[bound][key] for bound in ("low", "mid", "high")], abs=1e-9), key


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="no BODS fixtures")
def test_circular_fixture_names_the_circle_and_no_owner() -> None:
    (network,) = run(FIXTURES / "edge-cases" / "10-circular-ownership.json")
    assert len(network["entities"]) == 2
    for entity in network["entities"]:
        assert (entity["owners"], entity["beneficial_owners"], entity["unknown"]) == ([], [], 1.0)
        assert [len(circle) for circle in entity["circles"]] == [2]


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="no BODS fixtures")
def test_anonymous_fixture_tells_that_unknown_was_declared() -> None:
    (network,) = run(FIXTURES / "edge-cases" / "11-anonymous-person.json")
    (entity,) = network["entities"]
    assert [item["reason"] for item in entity["declared_unknown"]] == [
        "subjectUnableToConfirmOrIdentifyBeneficialOwner"
    ]
    assert entity["beneficial_owners"] == []
    assert entity["unknown"] == 1.0


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="no BODS fixtures")
def test_direct_fixture_names_the_owner_in_one_step() -> None:
    (network,) = run(FIXTURES / "core" / "01-direct-ownership.json")
    (entity,) = network["entities"]
    assert [owner["capital"]["mid"] for owner in entity["owners"]] == [0.75]
    assert [owner["names"] for owner in entity["beneficial_owners"]] == [["Jane Smith"]]
