"""How far gathering goes: bounded, one direction, and what is left out is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import SourceKind
from connectors.registry import SOURCES
from graph.model import AnswerStatus, EntityKey, Fact, Position, Predicate, is_person, organisation_key
from screening import policies
from screening.case import Case, CaseKind, Party, PartyRole, Procedure, Tenant
from workers import frontier

POLICY = policies.load(CaseKind.PROCUREMENT)
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def organisation(number: int) -> EntityKey:
    return organisation_key(f"558{number:07}")


def person(number: int) -> EntityKey:
    return EntityKey(f"PERSON:{number:032x}")


PARTY = organisation(0)


def fact(subject: EntityKey, predicate: Predicate, target: EntityKey | None, source: str = "ssbtgu", **value) -> Fact:
    return Fact(
        subject=subject, predicate=predicate, value=value, source=source, document="0" * 64, place="/", observed_at=NOW,
        object=target,
    )  # fmt: skip


def officer(company: EntityKey, who: EntityKey, position: Position = Position.BOARD_MEMBER) -> Fact:
    return fact(company, Predicate.OFFICER, who, position=position.value)


def owner(who: EntityKey, company: EntityKey) -> Fact:
    return fact(who, Predicate.OWNERSHIP, company, "bods")


def case(parties: int = 1) -> Case:
    return Case(
        id="fall-1",
        tenant=Tenant("kommun-a", "Provköpings kommun", True),
        kind=CaseKind.PROCUREMENT,
        procedure=Procedure.LOU_OVER_THRESHOLD,
        reference="KS 2026/1",
        opened_on=date(2026, 11, 1),
        purpose="p",
        legal_basis="l",
        parties=tuple(Party(organisation(n), PartyRole.BIDDER, f"558{n:07}") for n in range(parties)),
    )


def test_is_person_agrees():
    assert is_person(person(1))
    assert not is_person(PARTY)


def test_a_run_begins_with_each_party_and_every_source_the_policy_asks():
    first = frontier.complete(case(2), POLICY, (), {})
    asked = {(question.source, question.subject) for question in first.questions}
    assert {subject for _, subject in asked} == {organisation(0), organisation(1)}
    assert all(SOURCES[source].kind in (SourceKind.LOOKUP, SourceKind.BULK) for source, _ in asked)
    assert "ssbten" not in {source for source, _ in asked}, "it is asked about persons"
    assert len(asked) == len(first.questions)


def test_an_officer_who_controls_is_asked_about_and_one_who_does_not_is_not():
    controlling = next(position for position in Position if position.controls)
    other = next(position for position in Position if not position.controls)
    facts = [officer(PARTY, person(1), controlling), officer(PARTY, person(2), other)]
    found = frontier.expand(POLICY, facts, {PARTY: 0}, parties=1)
    assert {(each.source, each.subject, each.hop) for each in found.questions} == {("ssbten", person(1), 1)}


def test_what_is_known_is_not_asked_again_and_links_lead_one_way():
    facts = [officer(PARTY, person(1)), owner(organisation(1), PARTY)]
    known = {PARTY: 0, person(1): 1, organisation(1): 1}
    assert frontier.expand(POLICY, facts, known, parties=1).questions == ()
    backwards = [owner(PARTY, organisation(7)), officer(organisation(8), PARTY)]
    assert frontier.expand(POLICY, backwards, {PARTY: 0}, parties=1).questions == ()


def test_superseded_links_are_not_followed():
    gone = replace(officer(PARTY, person(1)), superseded_at=NOW)
    assert frontier.expand(POLICY, [gone], {PARTY: 0}, parties=1).questions == ()


@pytest.mark.parametrize("parties", [1, 3])
def test_more_persons_than_the_policy_allows_are_left_out_and_it_is_said(parties):
    allowed = POLICY.frontier.persons * parties
    facts = [officer(PARTY, person(number)) for number in range(1, allowed + 10)]
    found = frontier.expand(POLICY, facts, {PARTY: 0}, parties=parties)
    assert len({each.subject for each in found.questions}) == allowed
    assert found.limits == ("limits.persons",)


def test_beyond_the_last_hop_nothing_is_asked_and_it_is_said():
    far = organisation(5)
    found = frontier.expand(POLICY, [owner(organisation(6), far)], {far: POLICY.frontier.hops}, parties=1)
    assert found.questions == ()
    assert found.limits == ("limits.hops",)


@pytest.mark.parametrize("status", list(AnswerStatus))
def test_an_alternative_is_asked_only_when_a_required_source_did_not_find(status):
    rule = next(rule for rule in POLICY.sources if rule.required and rule.alternatives)
    found = frontier.fallbacks(POLICY, rule.source, PARTY, 0, status)
    expected = set(rule.alternatives) & SOURCES.keys() if status is not AnswerStatus.FOUND else set()
    assert {question.source for question in found} == expected


def test_a_source_that_is_not_required_has_no_fallback():
    rule = next(rule for rule in POLICY.sources if not rule.required)
    assert frontier.fallbacks(POLICY, rule.source, PARTY, 0, AnswerStatus.NO_ANSWER) == ()


def test_a_chain_is_followed_whatever_order_it_is_stated_in():
    chain = [owner(organisation(1), PARTY), owner(organisation(2), organisation(1))]
    for facts in (chain, chain[::-1]):
        found = frontier.complete(case(), POLICY, facts, {})
        hops = {each.subject: each.hop for each in found.questions}
        assert hops == {PARTY: 0, organisation(1): 1, organisation(2): 2}


def test_a_shorter_way_that_was_learnt_later_is_followed_to_its_end():
    """Company 5 was first met two links away; as an owner of the party its own owners are within reach."""
    far = organisation(5)
    facts = [owner(far, PARTY), owner(organisation(6), far)]
    known = {PARTY: 0, person(1): 1, far: POLICY.frontier.hops}
    assert organisation(6) not in {each.subject for each in frontier.expand(POLICY, facts, known, parties=1).questions}
    assert organisation(6) in {each.subject for each in frontier.complete(case(), POLICY, facts, known).questions}


entities = st.one_of(st.integers(0, 40).map(organisation), st.integers(0, 40).map(person))
links = st.lists(
    st.one_of(
        st.builds(officer, st.integers(0, 40).map(organisation), entities),
        st.builds(owner, entities, st.integers(0, 40).map(organisation)),
    ),
    max_size=120,
)


@settings(max_examples=60, deadline=None)
@given(links, st.integers(1, 3))
def test_widening_ends_within_the_policys_bounds(facts, parties):
    known: dict[EntityKey, int] = {organisation(number): 0 for number in range(parties)}
    for _ in range(POLICY.frontier.hops + 2):
        found = frontier.expand(POLICY, facts, known, parties=parties)
        assert not {each.subject for each in found.questions} & known.keys()
        if not found.questions:
            break
        known |= {each.subject: each.hop for each in found.questions}
    assert frontier.expand(POLICY, facts, known, parties=parties).questions == ()
    assert max(known.values()) <= POLICY.frontier.hops
    assert sum(1 for key, hop in known.items() if hop and is_person(key)) <= POLICY.frontier.persons * parties
    assert sum(1 for key, hop in known.items() if hop and not is_person(key)) <= POLICY.frontier.organisations * parties


@settings(max_examples=60, deadline=None)
@given(links, st.randoms(use_true_random=False))
def test_what_has_been_asked_in_the_end_does_not_depend_on_the_order_of_answers(facts, chance):
    """Answers come one by one in any order; the last one is followed by ``complete``, until nothing is left."""
    asked_in_the_end = []
    for _ in range(2):
        order = list(facts)
        chance.shuffle(order)
        known: dict[EntityKey, int] = {PARTY: 0}
        asked = {(each.source, each.subject) for each in frontier.complete(case(), POLICY, (), {}).questions}
        for each in order:
            found = frontier.expand(POLICY, [each], known, parties=1)
            known |= {question.subject: question.hop for question in found.questions if question.subject not in known}
            asked |= {(question.source, question.subject) for question in found.questions}
        whole = frontier.complete(case(), POLICY, order, known)
        asked_in_the_end.append(asked | {(question.source, question.subject) for question in whole.questions})
        if {"limits.persons", "limits.organisations"} & set(whole.limits):
            return
    assert asked_in_the_end[0] == asked_in_the_end[1]


def test_a_terminated_supplier_is_asked_about_only_when_somebody_near_is_engaged_in_it():
    ended, elsewhere, director = organisation(7), organisation(8), person(1)
    listed = [
        fact(key, Predicate.TERMINATION, None, "municipal_terminations", decided_on="2026-01-01")
        for key in (ended, elsewhere)
    ]
    links = [officer(PARTY, director), fact(director, Predicate.ENGAGEMENT, ended, "ssbten")]

    def asked(*facts: Fact) -> set[tuple[str, EntityKey]]:
        found = frontier.complete(case(), POLICY, facts, {}).questions
        return {(question.source, question.subject) for question in found if question.subject in (ended, elsewhere)}

    assert asked(*listed) == set()
    mirrored = ("bolagsverket_bulk", ended)  # every company an officer is engaged in: its age and fate
    assert asked(*links) == {mirrored}
    assert asked(*listed, *links) == {mirrored, ("ssbtgu", ended)}
