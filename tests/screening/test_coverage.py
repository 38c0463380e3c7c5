"""Coverage: what a missing answer, a missing part, a stale list or an unasked officer does to completeness."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from graph.model import AnswerStatus, MissingPart, Position, Predicate, SourceAnswer
from screening import engine, policies
from screening.case import CaseKind, PartyRole
from screening.verdict import Coverage, CoverageStatus, Screening


def row(screening: Screening, source: str) -> Coverage:
    return next(item for item in screening.coverage if item.source == source)


def said(screening: Screening) -> str:
    return " ".join(text.sv for text in screening.parties[0].not_checked)


@pytest.mark.parametrize("kind", CaseKind)
def test_there_is_a_row_for_every_source_of_the_policy(bench: Any, kind: CaseKind) -> None:
    case = bench(kind)
    case.party(role=PartyRole.SUPPLIER)
    assert [item.source for item in case.screen().coverage] == [rule.source for rule in policies.load(kind).sources]


@pytest.mark.parametrize(
    ("kind", "source"),
    [(kind, rule.source) for kind in CaseKind for rule in policies.load(kind).sources if rule.required],
)
@pytest.mark.parametrize("failure", ["no answer", "not asked"])
def test_a_required_source_that_is_silent_makes_the_check_incomplete(
    bench: Any, kind: CaseKind, source: str, failure: str
) -> None:
    case = bench(kind)
    key = case.party(role=PartyRole.SUPPLIER)
    rule = next(rule for rule in case.policy.sources if rule.source == source)
    for alternative in rule.alternatives:
        case.forget(alternative)
    subjects = {answer.subject for answer in case.answers if answer.source == source} or {key}
    case.forget(source)
    if failure == "no answer":
        for subject in subjects:
            case.answer(source, subject, AnswerStatus.NO_ANSWER, "timeout")
    screening = case.screen()
    expected = CoverageStatus.NO_ANSWER if failure == "no answer" else CoverageStatus.NOT_ASKED
    assert not screening.complete
    assert screening.code == "LX_OFULLSTANDIG"
    assert row(screening, source).status is expected
    if failure == "no answer":
        assert row(screening, source).reason == "timeout"


@pytest.mark.parametrize("source", ["bods", "ofac_sdn"])
def test_an_optional_source_that_is_silent_is_told_but_leaves_the_check_complete(bench: Any, source: str) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.party()
    case.forget(source)
    screening = case.screen()
    assert screening.complete
    assert row(screening, source).status is CoverageStatus.NOT_ASKED
    assert ("BODS" if source == "bods" else "OFAC") in said(screening)


def test_the_mirror_stands_in_for_the_api(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party()
    case.answer("bolagsverket_vdm", key, AnswerStatus.NO_ANSWER, "unreachable")
    screening = case.screen()
    assert screening.complete
    assert row(screening, "bolagsverket_vdm").status is CoverageStatus.NO_ANSWER
    assert "täcks av Bolagsverkets register" in row(screening, "bolagsverket_vdm").missing[0].sv


def test_the_mirror_stands_in_only_for_what_it_tells(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party()
    case.answer("bolagsverket_vdm", key, AnswerStatus.NO_ANSWER, "unreachable")
    case.forget("scb_bulk")
    tax_part = MissingPart("UD0024", "SCB", "Timeout", (Predicate.INDUSTRY,))
    case.answer("ssbtgu", key, missing=(tax_part,))
    screening = case.screen()
    assert not screening.complete
    assert any("Bransch" in reason.sv for reason in screening.parties[0].reasons)


def test_a_missing_part_that_an_indicator_needs_makes_the_check_incomplete(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party()
    case.answer("ssbtgu", key, missing=(MissingPart("UD0029", "Skatteverket", "Timeout", (Predicate.F_TAX,)),))
    screening = case.screen()
    assert not screening.complete
    assert row(screening, "ssbtgu").status is CoverageStatus.PARTIAL
    assert "UD0029 från Skatteverket (Timeout)" in said(screening)


def test_a_missing_part_that_nobody_needs_is_told_only(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party()
    case.answer("ssbtgu", key, missing=(MissingPart("UD0014", "Bolagsverket", "Timeout", (Predicate.FINANCIAL_YEAR,)),))
    screening = case.screen()
    assert screening.complete
    assert "UD0014" in said(screening)


def test_a_part_missing_in_one_source_may_be_known_from_another(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party()
    part = MissingPart("naringsgrenOrganisation", "SCB", "OTILLGANGLIG_UPPGIFTSKALLA", (Predicate.INDUSTRY,))
    case.answer("bolagsverket_vdm", key, missing=(part,))
    assert case.screen().complete


def test_not_found_in_the_register_is_an_open_identity(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party()
    case.answer("bolagsverket_vdm", key, AnswerStatus.NOT_FOUND)
    case.forget("bolagsverket_bulk")
    screening = case.screen()
    assert not screening.complete
    assert "identitet är inte fastställd" in said(screening)


def test_the_newer_of_two_registers_decides_whether_the_party_exists(bench: Any) -> None:
    case = bench(CaseKind.CONTRACT_MONITORING)
    key = case.party(role=PartyRole.SUPPLIER)
    case.answer("bolagsverket_bulk", key, AnswerStatus.NOT_FOUND)
    mirror = case.document("bolagsverket_bulk")
    case.documents[mirror] = replace(case.documents[mirror], stated_at=case.dossier().as_of - timedelta(days=6))
    assert case.screen().complete  # registered after the mirror was made: the API knows it

    case.documents[mirror] = replace(case.documents[mirror], stated_at=case.dossier().as_of)
    api = case.document("bolagsverket_vdm")
    case.documents[api] = replace(case.documents[api], stated_at=case.dossier().as_of - timedelta(days=6))
    assert not case.screen().complete


def test_the_newest_answer_counts(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party()
    now = case.dossier().as_of
    later = SourceAnswer("ssbtgu", key, AnswerStatus.NO_ANSWER, now, None, "timeout")
    case.answers = [replace(a, asked_at=now - timedelta(hours=1)) for a in case.answers]
    case.answers.append(later)
    assert not case.screen().complete
    case.answers[-1] = replace(later, asked_at=now - timedelta(hours=2))
    assert case.screen().complete


def test_an_answer_from_after_the_moment_is_not_seen(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.party()
    after = case.dossier().as_of + timedelta(seconds=1)
    case.answers = [replace(a, asked_at=after) if a.source == "ssbtgu" else a for a in case.answers]
    assert not case.screen().complete


def test_no_hit_on_a_list_is_a_full_answer(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.party()
    assert row(case.screen(), "eu_fsf").status is CoverageStatus.ANSWERED


def test_a_stale_list_keeps_its_hits_and_makes_the_check_incomplete(bench: Any, finding_of: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.listed(case.party())
    case.lists["eu_fsf"] = replace(case.lists["eu_fsf"], stale=True)
    screening = case.screen()
    assert finding_of(screening, "SAN-03").level == 4
    assert not screening.complete
    assert "för gammal" in said(screening)


def test_a_list_of_unknown_issue_is_not_enough(bench: Any) -> None:
    case = bench(CaseKind.LEASE)
    case.party(role=PartyRole.LESSEE)
    del case.lists["un_sc"]
    assert not case.screen().complete


def test_every_officer_must_have_been_compared_with_the_lists(bench: Any) -> None:
    case = bench(CaseKind.LEASE)
    key = case.party(role=PartyRole.LESSEE)
    case.fact(
        key, Predicate.OFFICER, "PERSON:second", source="ssbtgu", role="VD", position=Position.CHIEF_EXECUTIVE.value
    )
    screening = case.screen()
    assert not screening.complete
    assert "1 av 2 kända företrädare" in said(screening)


def test_auditors_are_not_officers(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party()
    case.fact(
        key, Predicate.OFFICER, "PERSON:auditor", source="ssbtgu", role="Revisor", position=Position.AUDITOR.value
    )
    assert case.screen().complete


def test_every_owner_up_the_chain_must_have_been_compared(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    key = case.party()
    case.fact("SE:ORG:5580000035", Predicate.OWNERSHIP, key, source="bods", exact=100.0)
    case.fact("PERSON:owner", Predicate.OWNERSHIP, "SE:ORG:5580000035", source="bods", exact=100.0)
    case.fact(key, Predicate.OWNERSHIP, "PERSON:owner", source="bods", exact=1.0)  # a circle does not hang it
    for source in ("eu_fsf", "un_sc", "ofac_sdn"):
        case.answer(source, "SE:ORG:5580000035", AnswerStatus.NOT_FOUND)
    assert "1 av 2 kända ägare" in said(case.screen())
    for source in ("eu_fsf", "un_sc", "ofac_sdn"):
        case.answer(source, "PERSON:owner", AnswerStatus.NOT_FOUND)
    lists = [item for item in case.screen().coverage if item.source in ("eu_fsf", "un_sc", "ofac_sdn")]
    assert all(item.status is CoverageStatus.ANSWERED for item in lists)


@pytest.mark.parametrize(("reason", "complete"), [("not_applicable", True), ("timeout", False)])
def test_a_question_that_cannot_be_asked_is_no_failure(bench: Any, reason: str, complete: bool) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.party()
    director = next(fact.object for fact in case.facts if fact.predicate is Predicate.OFFICER)
    case.answer("ssbten", director, AnswerStatus.NO_ANSWER, reason)
    screening = case.screen()
    assert screening.complete is complete
    assert "1 av 1 kända företrädare" in said(screening)


def test_no_known_officers_is_said_and_not_taken_for_none(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.party()
    case.facts = [fact for fact in case.facts if fact.predicate is not Predicate.OFFICER]
    assert "Inga företrädare är kända" in said(case.screen())


def test_one_party_incomplete_makes_the_case_incomplete_but_not_the_others(bench: Any, verdict_of: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    first = case.party()
    second = case.party("5580000027", name="Annat Exempel AB")
    case.forget("ssbtgu", second)
    screening = case.screen()
    assert verdict_of(screening, first).complete
    assert not verdict_of(screening, second).complete
    assert not screening.complete


def test_an_incomplete_check_keeps_the_level_of_what_was_found(bench: Any) -> None:
    case = bench(CaseKind.PROCUREMENT)
    case.bankrupt(case.party())
    case.forget("eu_fsf")
    screening = case.screen()
    assert (int(screening.level), screening.complete, screening.code) == (3, False, "LX_OFULLSTANDIG")


def test_a_policy_with_an_unknown_source_is_refused(bench: Any) -> None:
    case = bench(CaseKind.LEASE)
    case.party(role=PartyRole.LESSEE)
    rule = replace(case.policy.sources[0], source="oracle")
    with pytest.raises(engine.ScreeningError, match="oracle"):
        engine.screen(case.dossier(), replace(case.policy, sources=(rule,)))
