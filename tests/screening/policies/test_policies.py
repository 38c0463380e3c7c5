"""Policies: one a case type, with what each may and must ask; and what a tenant may change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from graph.package_data import RuleDataError, read_yaml
from screening import catalogue, law, policies
from screening.case import CaseKind
from screening.policies import PolicyError


@pytest.mark.parametrize("kind", CaseKind)
def test_every_case_kind_has_a_policy_that_fits(kind: CaseKind) -> None:
    policy = policies.load(kind)
    assert policy.kind is kind
    assert policy.purpose
    assert policy.legal_basis
    procedure = law.load().procedure(policy.default_procedure, date(2026, 11, 22))
    assert kind in procedure.case_kinds


@pytest.mark.parametrize("kind", CaseKind)
def test_a_policy_runs_every_indicator_of_its_case_kind(kind: CaseKind) -> None:
    concerned = [rule.id for rule in catalogue.load().indicators if kind in rule.case_types]
    assert list(policies.load(kind).indicators) == concerned


@pytest.mark.parametrize("kind", CaseKind)
def test_the_lists_of_eu_and_un_are_required_everywhere(kind: CaseKind) -> None:
    required = {rule.source for rule in policies.load(kind).sources if rule.required}
    assert {"eu_fsf", "un_sc"} <= required
    assert "ofac_sdn" not in required


def test_building_permits_ask_about_nobody_but_the_applicant() -> None:
    policy = policies.load(CaseKind.BUILDING_PERMIT)
    assert {subject for rule in policy.sources for subject in rule.subjects} == {"party"}
    assert {"ssbten", "ssbtgu", "bods"}.isdisjoint(rule.source for rule in policy.sources)
    assert (policy.frontier.hops, policy.frontier.persons) == (0, 0)


def test_monitoring_reads_the_mirror_first() -> None:
    rules = {rule.source: rule for rule in policies.load(CaseKind.CONTRACT_MONITORING).sources}
    assert rules["bolagsverket_bulk"].required
    assert rules["bolagsverket_bulk"].alternatives == ("bolagsverket_vdm",)
    assert not rules["bolagsverket_vdm"].required
    assert rules["ssbtgu"].required
    assert not rules["ssbten"].required


def test_overrides_change_the_hash_and_the_version() -> None:
    standard = policies.load(CaseKind.LEASE)
    own = policies.load(
        CaseKind.LEASE,
        {"parameters": {"IDN-01": {"min_age_months": 24}}, "retention_days": 100, "frontier": {"hops": 0}},
    )
    assert own.parameters == {"IDN-01": {"min_age_months": 24}}
    assert (own.retention_days, own.frontier.hops, own.frontier.persons) == (100, 0, standard.frontier.persons)
    assert own.version.startswith(f"{standard.version}+")
    assert own.sha256 != standard.sha256
    assert policies.load(CaseKind.LEASE) == standard


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"sources": []}, "sources"),
        ({"indicators": []}, "indicators"),
        ({"parameters": {"IDN-01": {"age": 1}}}, "min_age_months"),
        ({"parameters": {"IDN-01": {"min_age_months": "many"}}}, "12"),
        ({"parameters": {"IDN-01": {"min_age_months": -1}}}, "12"),
        ({"parameters": {"IDN-01": 12}}, "IDN-01"),
        ({"parameters": {"BID-01": {"s_pct": 10}}}, "BID-01"),
        ({"parameters": {"LEG-04": {"include_pending_application_for": []}}}, "law"),
        ({"retention_days": "long"}, "retention_days"),
        ({"frontier": {"width": 3}}, "frontier"),
    ],
)
def test_what_a_tenant_may_not_change(overrides: dict[str, Any], message: str) -> None:
    with pytest.raises(PolicyError, match=message) as caught:
        policies.load(CaseKind.LEASE, overrides)
    assert caught.value.text.sv != caught.value.text.en


def test_a_policy_file_that_names_what_is_not_there_is_refused() -> None:
    entry = read_yaml("screening.policies", "lease.yaml")
    with pytest.raises(RuleDataError, match="oracle"):
        policies.parse({**entry, "sources": [{"source": "oracle", "required": True, "subjects": ["party"]}]}, "x.yaml")
    with pytest.raises(RuleDataError, match="BID-01"):
        policies.parse({**entry, "indicators": ["BID-01"]}, "x.yaml")
    with pytest.raises(RuleDataError, match="twice"):
        policies.parse({**entry, "sources": entry["sources"] * 2}, "x.yaml")
