"""Planted patterns through the real engine: found, with no near miss taken for one and no ordinary family above a note.

The same measurement at 20 000 organisations is ``python -m benchmarks.planted_patterns``.
"""

from __future__ import annotations

import pytest

from benchmarks.planted_patterns import CARRIED_BY, PRECISION, RECALL, Report, measure, ordinary_organisations, planted
from connectors.sandbox.innocent_families import FAMILIES
from screening.verdict import Level

SEED, EACH = 4711, 4


@pytest.fixture(scope="module")
def report() -> Report:
    return measure(*planted(SEED, EACH), ordinary_organisations(SEED, 80))


@pytest.mark.parametrize(
    "indicator",
    ["ADR-02", "BID-01", "BID-02", "GOV-01", "GOV-03", "GOV-05", "IDN-02", "IDN-03", "IDN-04", "NET-01", "OWN-05",
     "OWN-06"],
)  # fmt: skip
def test_planted_patterns_are_found_and_near_misses_are_not(report: Report, indicator: str) -> None:
    count = report.indicators[indicator]
    assert count.planted
    assert count.recall >= RECALL, count.missed
    assert count.precision >= PRECISION, count.wrong


@pytest.mark.parametrize("indicator", sorted(CARRIED_BY))
def test_without_its_source_no_pattern_reads_as_clean(report: Report, indicator: str) -> None:
    count = report.indicators[indicator]
    assert count.blind == count.planted > 0
    assert count.unsaid == 0


def test_no_ordinary_family_is_above_a_note(report: Report) -> None:
    above = {name: said for name, members in report.families.items() for level, said in members if level > Level.L1}
    assert above == {}
    assert len(report.families) == len(FAMILIES)
