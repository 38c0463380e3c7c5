"""The engine: levels, caps, time bars, combination, and that nothing missing ever reads as clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest

from graph.model import AnswerStatus, Predicate, SourceAnswer
from screening import engine, policies
from screening.case import CaseKind, PartyRole, Procedure, Tenant
from screening.engine import ScreeningError
from screening.indicators.base import Context, Signal, Unassessed
from screening.verdict import Force, Level, Screening, Text

SECOND = "5580000027"
BY_KIND = {
    CaseKind.PROCUREMENT: PartyRole.BIDDER,
    CaseKind.DIRECT_PROCUREMENT: PartyRole.BIDDER,
    CaseKind.CONTRACT_MONITORING: PartyRole.SUPPLIER,
    CaseKind.LEASE: PartyRole.LESSEE,
    CaseKind.BUILDING_PERMIT: PartyRole.APPLICANT,
    CaseKind.ASSOCIATION_GRANT: PartyRole.APPLICANT,
    CaseKind.WELFARE_PROVIDER: PartyRole.PROVIDER,
}


def says(*identifiers: str, **extra: Any) -> dict[str, Callable[[Context], Iterator[Signal | Unassessed]]]:
    """Every indicator silent but these, which point at the party's name and say one thing."""

    def silent(context: Context) -> Iterator[Signal | Unassessed]:
        return iter(())

    def found(context: Context) -> Iterator[Signal | Unassessed]:
        fact = context.facts(Predicate.NAME)[0]
        yield Signal(context.party.key, Text("Något syns.", "Something is seen."), (fact,), **extra)

    return {name: found if name in identifiers else silent for name in engine.load_indicators()}


@pytest.mark.parametrize("kind", CaseKind)
def test_a_sound_party_in_a_fully_answered_case_is_l0_and_complete(bench: Any, kind: CaseKind) -> None:
    case = bench(kind)
    case.party(role=BY_KIND[kind])
    screening = case.screen()
    assert (screening.level, screening.complete, screening.findings) == (Level.L0, True, ())
    assert screening.code == "L0_INGA_ANMARKNINGAR"


def test_a_case_without_parties_is_not_clean(bench: Any) -> None:
    assert not bench(CaseKind.LEASE).screen().complete


# --- levels by evidence class and combination


@pytest.mark.parametrize(
    ("identifiers", "level"),
    [
        (("IDN-01",), Level.L1),  # low
        (("IDN-05",), Level.L1),  # medium alone
        (("GOV-01",), Level.L1),
        (("IDN-05", "IDN-02"), Level.L1),  # two medium of one family
        (("IDN-05", "IDN-01"), Level.L1),  # medium and low
        (("IDN-05", "GOV-01"), Level.L2),  # two medium of two families
        (("IDN-04",), Level.L2),  # one high
        (("BID-01",), Level.L2),  # reaches L3 only after the reply
        (("SAN-04",), Level.L3),  # a risk signal whose catalogue entry says L3
        (("LEG-04",), Level.L3),
        (("SAN-03",), Level.L4),
    ],
)
def test_combination(bench: Any, identifiers: tuple[str, ...], level: Level) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.party()
    screening = case.screen(indicators=says(*identifiers, event_date=date(2026, 1, 1)))
    assert screening.parties[0].level is level
    assert {finding.indicator for finding in screening.findings} == set(identifiers)


def test_a_medium_signal_with_a_lower_ceiling_does_not_add_up(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.party()
    assert case.screen(indicators=says("IDN-05", "GOV-01", ceiling=Level.L1)).level is Level.L1


def test_l3_and_l4_need_confirmation_by_a_person(bench: Any, finding_of: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.party()
    screening = case.screen(indicators=says("SAN-03", "LEG-04", "IDN-04", event_date=date(2026, 1, 1)))
    assert finding_of(screening, "SAN-03").needs_confirmation
    assert finding_of(screening, "LEG-04").needs_confirmation
    assert not finding_of(screening, "IDN-04").needs_confirmation


# --- caps by procedure

PROCEDURE_CAPS = [
    (CaseKind.PROCUREMENT, Procedure.LOU_OVER_THRESHOLD, "SAN-03", Level.L4),
    (CaseKind.PROCUREMENT, Procedure.LOU_UNDER_THRESHOLD, "SAN-03", Level.L4),
    (CaseKind.PROCUREMENT, Procedure.LOU_UNDER_THRESHOLD, "LEG-04", Level.L3),
    (CaseKind.PROCUREMENT, Procedure.LUFS, "LEG-04", Level.L3),
    (CaseKind.DIRECT_PROCUREMENT, Procedure.LOU_DIRECT_AWARD, "SAN-03", Level.L3),
    (CaseKind.WELFARE_PROVIDER, Procedure.LOV, "SAN-03", Level.L4),
    (CaseKind.WELFARE_PROVIDER, Procedure.LOV, "LEG-04", Level.L3),
    (CaseKind.CONTRACT_MONITORING, Procedure.RUNNING_CONTRACT, "SAN-03", Level.L4),
    (CaseKind.CONTRACT_MONITORING, Procedure.RUNNING_CONTRACT, "LEG-04", Level.L3),
    (CaseKind.LEASE, Procedure.LEASE_NEW, "SAN-03", Level.L3),
    (CaseKind.LEASE, Procedure.LEASE_RUNNING, "SAN-03", Level.L3),
    (CaseKind.ASSOCIATION_GRANT, Procedure.ASSOCIATION_GRANT, "SAN-03", Level.L3),
    (CaseKind.BUILDING_PERMIT, Procedure.BUILDING_PERMIT, "SAN-03", Level.L3),
    (CaseKind.BUILDING_PERMIT, Procedure.BUILDING_PERMIT, "IDN-08", Level.L1),
]


@pytest.mark.parametrize(("kind", "procedure", "indicator", "level"), PROCEDURE_CAPS)
def test_procedure_caps(
    bench: Any, finding_of: Any, kind: CaseKind, procedure: Procedure, indicator: str, level: Level
) -> None:
    case = bench(kind, procedure)
    case.party(role=BY_KIND[kind])
    found = finding_of(case.screen(indicators=says(indicator, event_date=date(2026, 1, 1))), indicator)
    assert found.level is level
    assert bool(found.caps) == (found.level < found.own_level)


@pytest.mark.parametrize(
    ("procedure", "scope", "level"),
    [
        (Procedure.LOU_OVER_THRESHOLD, True, Level.L4),
        (Procedure.LOU_OVER_THRESHOLD, None, Level.L4),
        (Procedure.LOU_OVER_THRESHOLD, False, Level.L2),
        (Procedure.LOU_UNDER_THRESHOLD, True, Level.L4),
        (Procedure.LOU_UNDER_THRESHOLD, None, Level.L3),
        (Procedure.LOU_UNDER_THRESHOLD, False, Level.L2),
    ],
)
def test_article_5k_binds_inside_the_directives_scope_only(
    bench: Any, procedure: Procedure, scope: bool | None, level: Level
) -> None:
    case = bench(CaseKind.PROCUREMENT, procedure, case={"directive_scope": scope})
    case.party()
    assert case.screen(indicators=says("SAN-01")).level is level


def test_signals_in_a_building_permit_never_add_up_to_more_than_a_note(bench: Any) -> None:
    case = bench(CaseKind.BUILDING_PERMIT)
    case.party(role=PartyRole.APPLICANT)
    # The standard profile does not run these: even so they may not reach the permit.
    policy = replace(case.policy, indicators=("IDN-05", "GOV-01", "IDN-04"))
    screening = engine.screen(case.dossier(), policy, indicators=says("IDN-05", "GOV-01", "IDN-04"))
    assert screening.level is Level.L1
    assert "får inte påverka lovprövningen" in screening.notices[0].sv


def test_a_source_without_legal_effect_never_reaches_l3(bench: Any, finding_of: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party()
    hit = case.fact(key, Predicate.LIST_HIT, source="ofac_sdn", list="ofac_sdn", entry="1", entry_name="X")

    def american(context: Context) -> Iterator[Signal | Unassessed]:
        yield Signal(key, Text("Träff.", "Hit."), (hit, *context.facts(Predicate.NAME)))

    found = finding_of(case.screen(indicators={**says(), "SAN-03": american}), "SAN-03")
    assert (found.level, found.caps) == (Level.L2, ("cap.no_legal_effect",))


def test_a_fact_without_its_document_never_reaches_l3(bench: Any, finding_of: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party()
    case.bankrupt(key)
    case.documents.clear()
    found = finding_of(case.screen(), "LEG-04")
    assert (found.level, found.caps) == (Level.L2, ("cap.not_verified",))


# --- law


def test_grounds_are_those_of_the_procedure(bench: Any, finding_of: Any) -> None:
    cited = {}
    for kind, procedure in [
        (CaseKind.PROCUREMENT, Procedure.LOU_OVER_THRESHOLD),
        (CaseKind.WELFARE_PROVIDER, Procedure.LOV),
        (CaseKind.CONTRACT_MONITORING, Procedure.RUNNING_CONTRACT),
    ]:
        case = bench(kind, procedure)
        case.bankrupt(case.party(role=BY_KIND[kind]))
        cited[procedure] = [(r.statute, r.force) for r in finding_of(case.screen(), "LEG-04").legal]
    assert cited[Procedure.LOU_OVER_THRESHOLD] == [("LOU (2016:1145)", Force.MAY)]
    assert {statute for statute, _ in cited[Procedure.LOV]} == {"LOV (2008:962)"}
    assert all(statute != "LOU (2016:1145)" for statute, _ in cited[Procedure.RUNNING_CONTRACT])


def test_the_law_of_the_case_date_applies(bench: Any) -> None:
    before = bench(CaseKind.PROCUREMENT, opened_on=date(2022, 4, 8), case={"directive_scope": True})
    before.party()
    screening = before.screen(indicators=says("SAN-01"))
    assert screening.findings == ()
    assert any("SAN-01 gällde inte" in said.sv for said in screening.parties[0].not_checked)


@pytest.mark.parametrize(
    ("event", "level", "barred"),
    [
        (date(2023, 11, 20), Level.L3, False),  # three years to the day
        (date(2023, 11, 19), Level.L1, True),
        (date(2026, 1, 1), Level.L3, False),
        (None, Level.L3, None),
    ],
)
def test_an_event_more_than_three_years_old_is_barred(
    bench: Any, finding_of: Any, event: date | None, level: Level, barred: bool | None
) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.party()
    found = finding_of(case.screen(indicators=says("LEG-04", event_date=event)), "LEG-04")
    assert found.time_bar is not None
    assert (found.level, found.time_bar.barred) == (level, barred)
    assert ("cap.time_bar" in found.caps) is bool(barred)


def test_a_bankruptcy_still_going_on_has_not_begun_to_age(bench: Any, finding_of: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.bankrupt(case.party(), on="2019-01-01")
    found = finding_of(case.screen(), "LEG-04")
    assert (found.level, found.time_bar and found.time_bar.barred) == (Level.L3, False)


def test_under_the_threshold_the_time_limit_only_guides(bench: Any, finding_of: Any) -> None:
    case = bench(CaseKind.PROCUREMENT, Procedure.LOU_UNDER_THRESHOLD)
    case.party()
    found = finding_of(case.screen(indicators=says("LEG-04", event_date=date(2020, 1, 1))), "LEG-04")
    assert found.level is Level.L3
    assert any("vägledande" in said.sv for said in found.unknowns)


def test_leap_day_plus_three_years() -> None:
    assert engine._years_later(date(2024, 2, 29), 3) == date(2027, 2, 28)


def test_hearing_and_self_cleaning_are_named_when_a_ground_is_in_sight(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.party()
    notices = " ".join(notice.sv for notice in case.screen(indicators=says("SAN-03")).notices)
    assert "13 kap. 4 §" in notices
    assert "13 kap. 5 §" in notices
    assert "13 kap. 4 §" not in " ".join(notice.sv for notice in case.screen(indicators=says()).notices)


@pytest.mark.parametrize(
    ("kind", "procedure", "message"),
    [
        (CaseKind.BUILDING_PERMIT, Procedure.LOU_OVER_THRESHOLD, "does not fit"),
        (CaseKind.LEASE, Procedure.LOV, "does not fit"),
    ],
)
def test_a_procedure_of_another_case_type_is_refused(
    bench: Any, kind: CaseKind, procedure: Procedure, message: str
) -> None:
    case = bench(kind, procedure)
    case.party()
    with pytest.raises(ScreeningError, match=message):
        case.screen()


def test_a_date_before_the_law_files_is_refused(bench: Any) -> None:
    case = bench(CaseKind.LEASE, opened_on=date(2010, 1, 1))
    case.party()
    with pytest.raises(ScreeningError, match="2010-01-01"):
        case.screen()


def test_a_policy_of_another_case_type_is_refused(bench: Any) -> None:
    lease, permit = bench(CaseKind.LEASE), bench(CaseKind.BUILDING_PERMIT)
    lease.party()
    with pytest.raises(ScreeningError, match="bygglov"):
        engine.screen(lease.dossier(), permit.policy)


# --- faults


def test_an_indicator_that_fails_never_reads_as_clean(bench: Any) -> None:
    case = bench(CaseKind.LEASE)
    case.party()

    def broken(context: Context) -> Iterator[Signal | Unassessed]:
        raise RuntimeError("Test Testsson 19900101-9999")

    screening = case.screen(indicators={**says("IDN-04"), "TAX-01": broken})
    verdict = screening.parties[0]
    assert (verdict.level, verdict.complete, verdict.code) == (Level.L2, False, "LX_OFULLSTANDIG")
    assert any("TAX-01" in said.sv and "RuntimeError" in said.sv for said in verdict.not_checked)
    assert "Testsson" not in " ".join(said.sv for said in verdict.not_checked)


def test_an_indicator_without_a_rule_makes_the_check_incomplete(bench: Any) -> None:
    case = bench(CaseKind.LEASE)
    case.party()
    indicators = says()
    del indicators["NET-01"]
    assert not case.screen(indicators=indicators).complete


def outside(context: Context) -> Iterator[Signal | Unassessed]:
    fact = replace(context.facts(Predicate.NAME)[0], place="/elsewhere")
    yield Signal(context.party.key, Text("a", "b"), (fact,))


def baseless(context: Context) -> Iterator[Signal | Unassessed]:
    yield Signal(context.party.key, Text("a", "b"), ())


def wrong_explanation(context: Context) -> Iterator[Signal | Unassessed]:
    fact = context.facts(Predicate.NAME)[0]
    yield Signal(context.party.key, Text("a", "b"), (fact,), explanation_outcomes={99: ("supported", None)})


@pytest.mark.parametrize("faulty", [outside, baseless, wrong_explanation])
def test_nothing_is_asserted_that_cannot_be_shown(bench: Any, faulty: Any) -> None:
    case = bench(CaseKind.LEASE)
    case.party()
    screening = case.screen(indicators={**says(), "IDN-04": faulty})
    assert screening.findings == ()
    assert not screening.complete


# --- what a finding says


def test_a_finding_leads_to_its_documents_and_explanations(bench: Any, finding_of: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.bankrupt(case.party())
    screening = case.screen()
    found = finding_of(screening, "LEG-04")
    known = {document.sha256 for document in case.dossier().documents}
    assert found.evidence
    assert all(item.document in known and item.place for item in found.evidence)
    assert "konkurs pågående 2026-06-01" in found.evidence[0].summary.sv
    assert len(found.explanations) == 3
    assert found.id in screening.parties[0].findings
    assert found.parameter_basis == "law"


def test_a_finding_keeps_its_identity_when_unrelated_things_change(bench: Any, finding_of: Any) -> None:
    first, second = bench(CaseKind.PROCUREMENT), bench(CaseKind.PROCUREMENT)
    for case in (first, second):
        case.bankrupt(case.party())
    second.party(SECOND, name="Annat Exempel AB")
    assert finding_of(first.screen(), "LEG-04").id == finding_of(second.screen(), "LEG-04").id


def test_a_listed_party_is_l4_in_a_procurement(bench: Any, finding_of: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.listed(case.party())
    found = finding_of(case.screen(), "SAN-03")
    assert found.level is Level.L4
    assert found.legal[0].force is Force.MUST


def test_an_unknown_number_is_incomplete_and_said(bench: Any, finding_of: Any) -> None:
    case = bench(CaseKind.LEASE)
    key = case.party()
    case.facts.clear()
    for source in ("bolagsverket_vdm", "bolagsverket_bulk", "scb_bulk", "ssbtgu"):
        case.answers = [a for a in case.answers if a.source != source]
        document = case.document(source)
        case.answers.append(
            SourceAnswer(source, key, AnswerStatus.NOT_FOUND, case.dossier().as_of, document, "ORGANISATION_FINNS_EJ")
        )
    screening = case.screen()
    verdict = screening.parties[0]
    assert not verdict.complete
    assert any("identitet är inte fastställd" in said.sv for said in verdict.not_checked)
    assert finding_of(screening, "IDN-08").evidence[0].document


# --- parties


def test_a_subcontractors_findings_stay_with_the_subcontractor(bench: Any, verdict_of: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    bidder = case.party()
    below = case.party(SECOND, PartyRole.SUBCONTRACTOR, "Underexempel AB", relied_on_by=bidder)
    case.bankrupt(below)
    screening = case.screen()
    assert (verdict_of(screening, bidder).level, verdict_of(screening, below).level) == (Level.L0, Level.L3)
    assert screening.level is Level.L3
    assert any("underleverantör" in reason.sv for reason in verdict_of(screening, below).reasons)


def test_the_same_party_in_two_lots_has_one_finding(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party(lot="1")
    case.parties.append(replace(case.parties[0], lot="2"))
    case.bankrupt(key)
    screening = case.screen()
    assert len(screening.parties) == 2
    assert len([f for f in screening.findings if f.indicator == "LEG-04"]) == 1
    assert len({(row.party, row.source) for row in screening.coverage}) == len(screening.coverage)


def test_bidders_checked_to_different_depth_are_pointed_out(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.party()
    other = case.party(SECOND, name="Annat Exempel AB")
    equal = " ".join(notice.sv for notice in case.screen().notices)
    case.forget("ssbtgu", other)
    unequal = " ".join(notice.sv for notice in case.screen().notices)
    assert "lika djupt" not in equal
    assert "lika djupt" in unequal


def test_a_municipal_company_is_told_that_it_is_no_authority(bench: Any) -> None:
    case = bench(CaseKind.LEASE, case={"tenant": Tenant("bostader", "Granby bostäder AB", False)})
    case.party(role=PartyRole.LESSEE)
    assert any("inte myndigheter" in notice.sv for notice in case.screen().notices)


def test_a_tenants_parameters_reach_the_indicator_and_the_finding(bench: Any, finding_of: Any) -> None:
    case = bench(CaseKind.LEASE)
    case.party(role=PartyRole.LESSEE)
    policy = policies.load(CaseKind.LEASE, {"parameters": {"IDN-01": {"min_age_months": 400}}})
    found = finding_of(engine.screen(case.dossier(), policy), "IDN-01")
    assert found.parameters == {"min_age_months": 400}


def test_limits_of_gathering_are_told(bench: Any) -> None:
    case = bench(CaseKind.LEASE, limits=["limits.persons", "something.new"])
    case.party()
    said = " ".join(entry.sv for entry in case.screen().parties[0].not_checked)
    assert "fler personer" in said
    assert "something.new" in said


def test_a_screening_holds_no_decision(bench: Any) -> None:
    case = bench(CaseKind.LEASE)
    case.party()
    screening: Screening = case.screen()
    assert not any("decision" in key or "approved" in key for key in asdict(screening))


# --- grounds that one hit does not touch


@pytest.mark.parametrize(("kind", "cited"), [("LOU", True), ("lease", False), ("grant", False), ("other", False)])
def test_an_earlier_lease_or_grant_never_cites_the_ground_on_earlier_procurement_contracts(
    bench: Any, finding_of: Any, kind: str, cited: bool
) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party(role=PartyRole.BIDDER)
    value = {"decided_on": "2026-01-01", "reason": "breach", "reference": "KS 1", "contract_kind": kind, "name": None}
    case.fact(key, Predicate.TERMINATION, source="municipal_terminations", **value)
    found = finding_of(case.screen(), "NET-02")
    assert found.level is Level.L2
    assert any("13 kap. 3 § 5" in reference.section for reference in found.legal) is cited
