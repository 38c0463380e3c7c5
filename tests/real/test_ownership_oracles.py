"""Ownership against independent oracles: OFAC FAQ 401, the Vadalog control example, random graphs, Resights ApS."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from graph.ownership import Stake, Stakes, controlled, listed_owned

SHARED = Path(os.environ.get("GENOMLYS_SHARED", Path(__file__).parents[3] / "shared"))
ORACLES = SHARED / "bench" / "ownership" / "oracles"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not ORACLES.is_dir(), reason=f"no ownership oracles at {ORACLES}"),
]


def load(name: str) -> Any:
    return json.loads((ORACLES / name).read_text())


def stakes(edges: list[list[Any]], scale: int = 100) -> Stakes:
    return Stakes(
        {(str(owner), str(owned)): Stake.exactly(Fraction(str(part)) / scale) for owner, owned, part in edges}
    )


def test_ofac_fifty_per_cent_rule() -> None:
    for case in load("ofac50.json"):
        reached = listed_owned(stakes(case["edges"]), case["seeds"])
        assert sorted(item.key for item in reached) == case["expect"], case["id"]


def test_company_control() -> None:
    oracle = load("company_control_vadalog.json")
    graph = stakes(oracle["edges"], scale=1)
    for controller, expected in oracle["control"].items():
        assert sorted(int(key) for key in controlled(graph, controller)) == expected, controller


def test_random_graphs_with_cycles() -> None:
    cases = load("random_graphs.json")
    compared = 0
    for case in cases:
        graph = stakes(case["edges"])
        for person, companies in case["integrated_by_person"].items():
            for company, (exact, _) in companies.items():
                found = graph.share(person, company)
                assert found.low == found.mid == found.high == Fraction(exact), (case["id"], person, company)
                compared += 1
        for person, expected in case["control"].items():
            assert sorted(controlled(graph, person)) == expected, (case["id"], person)
        for person, expected in case["blocked_if"].items():
            assert sorted(item.key for item in listed_owned(graph, [person])) == expected, (case["id"], person)
        for company, expected in case["ubo25"].items():
            persons = sorted(
                end.key
                for end in graph.ultimate_owners(company)
                if end.key.startswith("P") and end.share.mid >= Fraction(1, 4)
            )
            assert persons == expected, (case["id"], company)
    assert compared > 500


def test_published_ranges_of_a_real_company() -> None:
    oracle = load("resights_ResightsApS_brioschi.json")
    raw = json.loads((SHARED / "bench" / "ownership" / "resights_dk" / "ResightsApS.json").read_text())
    direct: dict[tuple[str, str], Stake] = {}
    for row in raw:
        bounds = [Fraction(part) / 100 for part in row["share"].removesuffix("%").split("-")]
        stake = Stake(bounds[0], (bounds[0] + bounds[-1]) / 2, bounds[-1])
        direct[(row["source_name"], row["target_name"])] = stake
    for owner, low in oracle["low"].items():
        found = Stakes(direct).share(owner, "Resights ApS")
        figures = [float(found.low), float(found.mid), float(found.high)]
        assert figures == pytest.approx([low, oracle["mid"][owner], oracle["high"][owner]], abs=1e-9), owner
