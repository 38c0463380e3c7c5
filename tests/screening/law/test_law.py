"""Law as data: the version of the date applies, and files that do not hold together are refused."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from graph.package_data import RuleDataError, read_yaml
from screening import law
from screening.case import CaseKind, Procedure
from screening.law import GROUNDS_FILE, JURISDICTIONS_FILE, PROCEDURES_FILE, THRESHOLDS_FILE
from screening.verdict import Force, Level


@pytest.fixture
def files() -> list[dict[str, Any]]:
    names = (GROUNDS_FILE, PROCEDURES_FILE, THRESHOLDS_FILE, JURISDICTIONS_FILE)
    return [copy.deepcopy(read_yaml("screening.law", name)) for name in names]


def test_the_version_in_force_on_the_date_applies() -> None:
    rules = law.load()
    before, after = rules.ground("NF-5", date(2025, 12, 31)), rules.ground("NF-5", date(2026, 1, 1))
    assert before is not None
    assert after is not None
    assert "tio år" in before.text.sv
    assert "femton år" in after.text.sv


def test_a_ground_that_did_not_exist_yet_is_none() -> None:
    assert law.load().ground("EU-833-5K", date(2022, 4, 8)) is None
    assert law.load().ground("EU-833-5K", date(2022, 4, 9)) is not None


@pytest.mark.parametrize(
    ("ground", "procedure", "force"),
    [
        ("LOU-13-1-2", Procedure.LOU_OVER_THRESHOLD, Force.MUST),
        ("LOU-13-1-2", Procedure.LOU_UNDER_THRESHOLD, Force.MAY),
        ("LOU-13-2-1", Procedure.LOU_OVER_THRESHOLD, Force.MUST),
        ("LOU-13-3-2", Procedure.LOU_OVER_THRESHOLD, Force.MAY),
        ("LUFS-11-1", Procedure.LUFS, Force.MUST),
        ("LOV-7-1-1", Procedure.LOV, Force.MAY),
    ],
)
def test_force_follows_the_procedure(ground: str, procedure: Procedure, force: Force) -> None:
    found = law.load().ground(ground, date(2026, 1, 1))
    assert found is not None
    assert found.force[procedure] is force


def test_lov_has_no_mandatory_ground_but_the_freeze() -> None:
    mandatory = {g.id for g in law.load().grounds if g.force.get(Procedure.LOV) is Force.MUST}
    assert mandatory == {"EU-269-2"}


def test_no_exclusion_ground_applies_to_a_direct_award() -> None:
    found = {g.id for g in law.load().grounds if g.force.get(Procedure.LOU_DIRECT_AWARD) in (Force.MUST, Force.MAY)}
    assert found == {"EU-833-5K", "EU-269-2"}


@pytest.mark.parametrize(
    ("procedure", "cap"),
    [
        (Procedure.LOU_OVER_THRESHOLD, Level.L4),
        (Procedure.LOU_UNDER_THRESHOLD, Level.L3),
        (Procedure.LOU_DIRECT_AWARD, Level.L3),
        (Procedure.LUF, Level.L4),
        (Procedure.LUK, Level.L4),
        (Procedure.LUFS, Level.L4),
        (Procedure.LOV, Level.L3),
        (Procedure.RUNNING_CONTRACT, Level.L3),
        (Procedure.LEASE_NEW, Level.L3),
        (Procedure.LEASE_RUNNING, Level.L3),
        (Procedure.ASSOCIATION_GRANT, Level.L3),
        (Procedure.BUILDING_PERMIT, Level.L1),
    ],
)
def test_caps(procedure: Procedure, cap: Level) -> None:
    assert law.load().procedure(procedure, date(2026, 1, 1)).cap is cap


def test_every_case_kind_has_a_procedure() -> None:
    for kind in CaseKind:
        assert law.load().procedures_for(kind, date(2026, 1, 1))


def test_a_building_permit_fits_no_other_procedure() -> None:
    assert law.load().procedures_for(CaseKind.BUILDING_PERMIT, date(2026, 1, 1)) == (Procedure.BUILDING_PERMIT,)


def test_law_before_the_files_begin_is_not_guessed() -> None:
    with pytest.raises(LookupError, match="2016-12-31"):
        law.load().procedure(Procedure.LOV, date(2016, 12, 31))


def test_an_unsettled_amount_is_open_and_empty() -> None:
    settled = law.load().threshold("goods_services_municipality", date(2025, 6, 1))
    unsettled = law.load().threshold("goods_services_municipality", date(2026, 6, 1))
    assert settled is not None
    assert settled.sek == 2_389_585
    assert unsettled is not None
    assert (unsettled.sek, unsettled.status) == (None, "open")


def overlap(grounds: dict[str, Any]) -> None:
    next(g for g in grounds["grounds"] if g["id"] == "NF-5" and g["valid_to"])["valid_to"] = date(2026, 3, 1)


def gap(grounds: dict[str, Any]) -> None:
    next(g for g in grounds["grounds"] if g["id"] == "NF-5" and g["valid_to"])["valid_to"] = date(2025, 12, 1)


def backwards(grounds: dict[str, Any]) -> None:
    grounds["grounds"][0].update(valid_from=date(2020, 1, 1), valid_to=date(2019, 1, 1))


def unknown_force(grounds: dict[str, Any]) -> None:
    grounds["grounds"][0]["force"] = {"LOU_over_threshold": "perhaps"}


def unknown_procedure(grounds: dict[str, Any]) -> None:
    grounds["grounds"][0]["force"] = {"LOU": "must"}


def unknown_source(grounds: dict[str, Any]) -> None:
    grounds["grounds"][0]["source"] = "HEARSAY"


def one_language(grounds: dict[str, Any]) -> None:
    grounds["grounds"][0]["text"] = {"sv": "bara svenska"}


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (overlap, "two versions"),
        (gap, "no version"),
        (backwards, "ends before"),
        (unknown_force, "perhaps"),
        (unknown_procedure, "LOU"),
        (unknown_source, "HEARSAY"),
        (one_language, "sv and en"),
    ],
)
def test_grounds_that_do_not_hold_together_are_refused(files: list[dict[str, Any]], damage: Any, message: str) -> None:
    damage(files[0])
    with pytest.raises(RuleDataError, match=message):
        law.build(*files)


def test_a_procedure_must_refer_to_known_grounds(files: list[dict[str, Any]]) -> None:
    files[1]["procedures"][0]["hearing"]["ground"] = "LOU-99"
    with pytest.raises(RuleDataError, match="LOU-99"):
        law.build(*files)


def test_every_procedure_must_have_a_rule(files: list[dict[str, Any]]) -> None:
    del files[1]["procedures"][0]
    with pytest.raises(RuleDataError, match="LOU_over_threshold"):
        law.build(*files)


def test_a_list_of_countries_is_that_of_the_date() -> None:
    rules = law.load()

    def countries(on: date) -> frozenset[str]:
        return next(each.countries for each in rules.jurisdiction_lists(on) if each.id == "EU_NON_COOPERATIVE")

    assert countries(date(2024, 10, 7)) - countries(date(2024, 10, 8)) == {"AG"}
    assert rules.jurisdiction_lists(date(2020, 1, 1)) == ()


def test_no_list_from_memory_passes_for_verified() -> None:
    assert {each.status for each in law.load().jurisdictions} == {"memory"}


@pytest.mark.parametrize("country", [False, "no", "NOR"])  # an unquoted NO is *false* in YAML
def test_a_country_is_two_capitals(files: list[dict[str, Any]], country: Any) -> None:
    files[3]["lists"][0]["countries"].append(country)
    with pytest.raises(RuleDataError, match="two capital letters"):
        law.build(*files)


def test_the_lists_of_countries_are_part_of_the_hash(files: list[dict[str, Any]]) -> None:
    files[3]["lists"][-1]["countries"].append("XX")
    assert law.build(*files).sha256 != law.load().sha256
