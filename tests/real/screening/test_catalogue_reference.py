"""The product's catalogue against the reference: same rules, same numbers, own words. Skips without ../shared."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening import catalogue, law
from screening.case import Procedure
from screening.verdict import Level

SHARED = Path(os.environ.get("GENOMLYS_SHARED", Path(__file__).parents[4] / "shared"))
REFERENCE = SHARED / "reference" / "indicators.yaml"

SPELT_OUT = {
    "GOV-05": ("first_months", "posts", "posts_added", "at_once", "hub", "hub_bankrupt_pct", "hub_registered"),
    "NET-05": (
        "divisions",
        "age_years",
        "window_days",
        "inactive_months",
        "marks",
        "first_months",
        "posts",
        "posts_added",
        "at_once",
        "hub",
        "hub_bankrupt_pct",
        "hub_registered",
    ),
    "GOV-07": ("first_months", "posts", "at_once"),
}
"""Numbers that stand as words in the reference's rule, or in the indicators it names; ours are parameters."""

COMPOUND = frozenset({"LEA-08"})
"""Rules put together from others: the reference describes them in domain.md 4.3 and has no entry with numbers."""

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REFERENCE.is_file(), reason=f"{REFERENCE} is not here"),
]


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("identifier", [each for each in catalogue.load().ids if each not in COMPOUND])
def test_the_numbers_are_the_references(reference: dict[str, Any], identifier: str) -> None:
    theirs = next(entry for entry in reference["indicators"] if entry["id"] == identifier)
    ours = catalogue.load().newest(identifier)
    spelt_out = {name: ours.parameters[name] for name in SPELT_OUT.get(identifier, ())}
    assert dict(ours.parameters) == {**theirs["parameters"], **spelt_out}
    assert ours.parameter_basis == theirs["parameter_basis"]
    assert ours.severity == theirs["severity"]
    assert ours.evidence_class == theirs["evidence_class"]
    assert ours.max_level.code == theirs["max_level"]
    assert [kind.value for kind in ours.case_types] == theirs["case_types"]
    assert len(ours.explanations) == len(theirs["legitimate_explanations"])


def test_the_caps_are_the_references(reference: dict[str, Any]) -> None:
    for rule in law.load().procedures:
        stated = reference["procedure_effects"][rule.procedure.value]["caps"]
        if rule.procedure is Procedure.RUNNING_CONTRACT:  # «L4 only for …»: everything else stops at L3
            assert rule.cap is Level.L3
        else:
            assert stated.startswith(rule.cap.name)
        assert bool(rule.exceptions) == ("only" in stated)


def test_no_sentence_was_carried_over(reference: dict[str, Any]) -> None:
    theirs = {
        sentence.casefold()
        for entry in reference["indicators"]
        for sentence in (entry["severity_rationale"], entry["rule"], *entry["legitimate_explanations"])
        if len(sentence.split()) > 4
    }
    ours = {
        sentence.casefold()
        for rule in catalogue.load().indicators
        for text in (rule.severity_rationale, *rule.explanations)
        for sentence in (text.sv, text.en)
    }
    assert ours & theirs == set()
