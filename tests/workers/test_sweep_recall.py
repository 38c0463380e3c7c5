"""Planted against found in a register of 20 000 organisations: recall .95, precision .90, ordinary families silent."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from connectors.bolagsverket_bulk import client as bolagsverket
from connectors.sandbox import bulk
from connectors.sandbox.generator import generate
from connectors.scb_bulk import client as scb
from screening.store.database import Database
from screening.store.register_load import load_bolagsverket, load_scb
from workers.sweep_register import sweep_register

AS_OF = date(2026, 11, 22)
ORGANISATIONS = 20_000


def told(report: Any) -> dict[str, list[frozenset[str]]]:
    return {
        "successors": [frozenset((each["new"]["number"], each["old"]["number"])) for each in report.successors],
        "clusters": [frozenset(one["number"] for one in each["organisations"]) for each in report.clusters],
    }


@pytest.mark.parametrize("seed", [1, 4711])
def test_planted_leads_are_found_and_ordinary_families_left_alone(
    database: Database, tmp_path: Path, seed: int
) -> None:
    municipality = generate(seed, ORGANISATIONS, AS_OF)
    for day in (AS_OF - timedelta(days=28), AS_OF):
        files = bulk.write_files(tmp_path / str(day), municipality, day)
        load_bolagsverket(database, bolagsverket.open_file(files.bolagsverket))
        load_scb(database, scb.open_file(files.scb))
    report = sweep_register(SimpleNamespace(database=database), "kommun-a", "prov", limit=10_000)  # type: ignore[arg-type]

    planted = municipality.planted
    found = told(report)
    # The demo's own phoenixes and address hub are real too: whatever was planted counts as right.
    known = {number for entry in planted.truth for number in entry["organisations"]}
    for kind, groups in found.items():
        wanted = [frozenset(lead["organisations"]) for lead in planted.leads if lead["kind"] == kind]
        recall = sum(any(want <= group for group in groups) for want in wanted) / len(wanted)
        right = sum(any(want <= group for want in wanted) or group <= known for group in groups) / len(groups)
        assert recall >= 0.95, (kind, recall)
        assert right >= 0.90, (kind, right)
    assert len(report.address_hubs) == sum(lead["kind"] == "address_hubs" for lead in planted.leads) + 1

    ordinary = {number for family in planted.no_leads for number in family["organisations"]}
    blamed = [group for groups in found.values() for group in groups if group & ordinary]
    assert blamed == []


def test_a_small_municipality_has_none_of_them() -> None:
    assert generate(1, ORGANISATIONS - 1, AS_OF).planted.leads == []
