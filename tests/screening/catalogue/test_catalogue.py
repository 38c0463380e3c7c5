"""The indicator catalogue: each entry has its rule and each rule its entry; nothing refers to what is not there."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from graph.package_data import RuleDataError, read_yaml
from screening import catalogue, engine, law, policies
from screening.case import CaseKind
from screening.catalogue import INDICATORS_FILE, SOURCES_FILE
from screening.verdict import EvidenceClass, Level

SLICE = {
    *("LEG-04", "SAN-01", "SAN-03", "SAN-04", "TAX-01", "TAX-02", "TAX-03", "IDN-01", "IDN-02", "IDN-03", "IDN-04"),
    *("IDN-05", "IDN-08", "GOV-01", "GOV-03", "GOV-05", "OWN-05", "OWN-06", "ADR-01", "ADR-02", "NET-01", "BID-01"),
    *("BID-02", "ACT-01", "GOV-02", "ADR-03", "NET-03", "OWN-07", "GOV-07", "IDN-06", "NET-05"),
}
TODAY = date(2026, 11, 22)


@pytest.fixture
def files() -> list[dict[str, Any]]:
    return [copy.deepcopy(read_yaml("screening.catalogue", name)) for name in (INDICATORS_FILE, SOURCES_FILE)]


def test_every_entry_has_a_function_with_a_page_and_every_function_an_entry() -> None:
    functions = engine.load_indicators()
    assert set(functions) == set(catalogue.load().ids)
    assert [name for name, function in functions.items() if not (function.__doc__ or "").strip()] == []


def test_the_slice_is_whole() -> None:
    assert set(catalogue.load().ids) >= SLICE


def test_legal_facts_alone_reach_l3_unless_the_catalogue_says_so() -> None:
    signals = {
        rule.id
        for rule in catalogue.load().indicators
        if rule.max_level >= Level.L3 and rule.evidence_class is not EvidenceClass.LEGAL_FACT
    }
    assert signals == {"SAN-04", "BID-01"}


def test_an_indicator_is_found_by_date() -> None:
    rules = catalogue.load()
    assert rules.indicator("SAN-01", TODAY).max_level is Level.L4
    with pytest.raises(KeyError):
        rules.indicator("SAN-01", date(2022, 4, 8))
    with pytest.raises(KeyError):
        rules.newest("XXX-01")


def test_building_permits_run_identity_sanctions_and_the_handlers_own_conflicts_only() -> None:
    families = {rule.family for rule in catalogue.load().for_kind(CaseKind.BUILDING_PERMIT, TODAY)}
    assert families == {"SAN", "IDN", "ADR", "COI"}


def test_the_hash_follows_every_part(files: list[dict[str, Any]]) -> None:
    indicators, sources = files
    same = catalogue.build(indicators, sources, law.load())
    assert same.sha256 == catalogue.load().sha256
    indicators["indicators"][0]["parameters"] = {"include_pending_application_for": []}
    changed = catalogue.build(indicators, sources, law.load())
    sources["sources"]["bods"]["binding"] = False
    assert len({same.sha256, changed.sha256, catalogue.build(indicators, sources, law.load()).sha256}) == 3


def without_explanations(indicators: dict[str, Any]) -> None:
    indicators["indicators"][0]["explanations"] = []


def unknown_ground(indicators: dict[str, Any]) -> None:
    indicators["indicators"][0]["legal"] = ["LOU-99"]


def unknown_source(indicators: dict[str, Any]) -> None:
    indicators["indicators"][0]["sources"] = ["RUMOUR"]


def unknown_basis(indicators: dict[str, Any]) -> None:
    indicators["indicators"][0]["parameter_basis"] = "guess"


def wrong_family(indicators: dict[str, Any]) -> None:
    indicators["indicators"][0]["family"] = "TAX"


def doubled(indicators: dict[str, Any]) -> None:
    indicators["indicators"].append(indicators["indicators"][0])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (without_explanations, "innocent explanation"),
        (unknown_ground, "LOU-99"),
        (unknown_source, "RUMOUR"),
        (unknown_basis, "guess"),
        (wrong_family, "family"),
        (doubled, "two versions"),
    ],
)
def test_entries_that_do_not_hold_together_are_refused(files: list[dict[str, Any]], damage: Any, message: str) -> None:
    damage(files[0])
    with pytest.raises(RuleDataError, match=message):
        catalogue.build(*files, law.load())


def test_the_catalogue_knows_every_source_of_every_policy() -> None:
    used = {rule.source for policy in policies.all_kinds().values() for rule in policy.sources}
    assert used <= set(catalogue.load().sources)


def test_the_catalogue_and_the_connectors_know_the_same_sources() -> None:
    registry = pytest.importorskip("connectors.registry")
    assert set(catalogue.load().sources) == set(registry.SOURCES)
