"""Findings that rest on two entries being one person: they are made, they say so, and a person must confirm them."""

from __future__ import annotations

from typing import Any

from graph.model import Predicate
from screening.case import CaseKind
from screening.verdict import Level

SECOND = "5580000027"
OFFICER, OWNER = "PERSON:0123456789abcdef0123456789abcdef", "PERSON:fedcba9876543210fedcba9876543210"


def tender(bench: Any, born: str | None) -> Any:
    """Two bidders: one owned by somebody whom its file names without a number, the other by its own chairman."""
    case = bench(CaseKind.PROCUREMENT)
    first, second = case.party(), case.party(SECOND, name="Provstäd AB")
    case.fact(second, Predicate.OFFICER, OFFICER, source="ssbtgu", role="Ordförande", position="board_chair")
    case.fact(OFFICER, Predicate.PERSON_NAME, source="ssbtgu", name="Eva Provberg")
    case.fact(OFFICER, Predicate.BIRTH_DATE, source="ssbtgu", date="1975-02-03")
    case.fact(OWNER, Predicate.PERSON_NAME, source="bods", name="Eva Provberg")
    if born:
        case.fact(OWNER, Predicate.BIRTH_DATE, source="bods", date=born)
    for owner, owned in ((OWNER, first), (OFFICER, second)):
        case.fact(owner, Predicate.OWNERSHIP, owned, source="bods", interest="shareholding", exact=100, direct=True)
    return case


def test_a_common_owner_is_seen_and_the_judgement_behind_it_is_told(bench: Any) -> None:
    screening = tender(bench, "1975-02-03").screen()
    linked = [finding for finding in screening.findings if finding.indicator == "BID-01"]
    assert linked and all(finding.level is Level.L2 for finding in linked)
    for finding in linked:
        assert finding.needs_confirmation
        assert any("bedöms vara samma person: namn lika, födelsedatum lika" in said.sv for said in finding.unknowns)
        stated = {(item.source, item.summary.sv.partition(":")[0]) for item in finding.evidence}
        assert {("bods", "Födelsedatum"), ("ssbtgu", "Födelsedatum")} <= stated
    (judged,) = screening.identities
    assert judged.certain and {judged.key, judged.other} == {OFFICER, OWNER}


def test_without_a_birth_date_it_is_a_question_and_no_finding(bench: Any) -> None:
    screening = tender(bench, None).screen()
    assert screening.identities == ()
    assert "BID-01" not in {finding.indicator for finding in screening.findings}


def test_another_birth_date_is_another_person(bench: Any) -> None:
    screening = tender(bench, "1944-07-21").screen()
    assert screening.identities == () and "BID-01" not in {finding.indicator for finding in screening.findings}
