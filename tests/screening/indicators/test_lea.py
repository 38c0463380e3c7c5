"""LEA-01, LEA-03, LEA-04 and the front lease LEA-08."""

from datetime import UTC, date, datetime

import pytest

from graph.model import Predicate
from screening.case import CaseKind, PartyRole, Procedure

PAYER = "SE:ORG:5580000023"
KIM = "PERSON:kim"
ENTRY = "2026-02-01"
EARLIER = datetime(2025, 11, 1, tzinfo=UTC)
BEFORE_ENTRY = datetime(2025, 12, 15, tzinfo=UTC)


def let(world, key, **more):
    world.case = {"kind": CaseKind.LEASE, "procedure": Procedure.LEASE_RUNNING}
    if not world.parties:
        world.party(role=PartyRole.LESSEE)
    world.answer("municipal_lease_terms")
    value = {
        "premises": "Hamngatan 1",
        "purpose": "Bageri",
        "allowed_sni": ["107"],
        "entry_on": ENTRY,
        "owner_clause": True,
        "owner_change_notified_on": None,
        "guarantor": None,
    }
    return world.fact(key, Predicate.LEASE_TERMS, source="municipal_lease_terms", **{**value, **more})


def pays(world, key, payer=PAYER, payments=3):
    world.answer("municipal_payments")
    who = "organisation" if payer else "person"
    return world.fact(
        key, Predicate.RENT_PAYMENT, payer, "municipal_payments", paid_on=None, payments=payments, payer=who
    )


def industry(world, key, code="47120"):
    return world.fact(key, Predicate.INDUSTRY, source="scb_bulk", code=code, version="SNI2025", rank=1)


def registered(world, key, on="2025-10-01"):
    return world.fact(key, Predicate.REGISTRATION, date=on, register="bolagsverket")


class TestUse:
    def test_a_trade_that_the_purpose_does_not_hold(self, world, key) -> None:
        let(world, key)
        industry(world, key)
        assert "SNI 47120, men lokalen är upplåten för Bageri (SNI 107)" in world.run("LEA-01").signal.statement.sv

    def test_one_fitting_trade_of_several_is_enough(self, world, key) -> None:
        let(world, key)
        industry(world, key)
        industry(world, key, "10710")
        assert world.run("LEA-01").silent

    def test_what_is_not_known_is_said(self, world, key) -> None:
        assert "inte tillfrågad" in world.run("LEA-01").missing
        let(world, key, allowed_sni=[])
        assert "inte angivet" in world.run("LEA-01").missing

    def test_an_unknown_industry_is_not_another_trade(self, world, key) -> None:
        let(world, key)
        industry(world, key, "00000")
        assert not world.run("LEA-01").signals


class TestOwners:
    def sold(self, world, key, since=date(2026, 6, 1), percent=100.0) -> None:
        registered(world, key, "2020-01-01")
        world.owns(KIM, key, percent, valid_from=since)

    def test_a_new_majority_owner_after_the_entry(self, world, key) -> None:
        let(world, key)
        self.sold(world, key)
        assert "har bytt ägare efter tillträdet den 2026-02-01" in world.run("LEA-03").signal.statement.sv

    def test_a_change_that_two_files_show(self, world, key) -> None:
        let(world, key)
        registered(world, key, "2020-01-01")
        world.owns(
            "PERSON:old", key, 100.0, at=datetime(2026, 3, 1, tzinfo=UTC), until=datetime(2026, 8, 1, tzinfo=UTC)
        )
        world.owns(KIM, key, 100.0, at=datetime(2026, 8, 1, tzinfo=UTC))
        assert world.run("LEA-03").signal

    def test_a_notice_makes_it_as_agreed(self, world, key) -> None:
        let(world, key, owner_change_notified_on="2026-06-01")
        self.sold(world, key)
        assert world.run("LEA-03").silent

    def test_without_the_clause_nothing_was_broken(self, world, key) -> None:
        let(world, key, owner_clause=False)
        self.sold(world, key)
        assert world.run("LEA-03").silent

    def test_a_clause_that_nobody_stated_is_asked_about(self, world, key) -> None:
        let(world, key, owner_clause=None)
        self.sold(world, key)
        assert "ägarklausul är inte angivet" in world.run("LEA-03").missing

    @pytest.mark.parametrize(("since", "percent"), [(date(2026, 1, 1), 100.0), (date(2026, 6, 1), 50.0)])
    def test_a_change_before_the_entry_or_without_majority(self, world, key, since, percent) -> None:
        let(world, key)
        self.sold(world, key, since, percent)
        assert world.run("LEA-03").silent

    def test_owners_that_nobody_stated(self, world, key) -> None:
        let(world, key)
        assert "Ägarna är inte kända" in world.run("LEA-03").missing


class TestPayer:
    def test_rent_paid_by_a_stranger(self, world, key) -> None:
        let(world, key)
        world.named(PAYER, "Annat Bolag AB")
        pays(world, key)
        signal = world.run("LEA-04").signal
        assert "har betalats 3 gånger av Annat Bolag AB" in signal.statement.sv
        assert signal.explanation_outcomes[0][0] == "contradicted"

    def test_one_payment_is_a_slip(self, world, key) -> None:
        let(world, key)
        pays(world, key, payments=1)
        assert world.run("LEA-04").silent

    def test_the_tenants_own_payments(self, world, key) -> None:
        let(world, key)
        pays(world, key, payer=key)
        assert world.run("LEA-04").silent

    def test_a_parent_company_pays(self, world, key) -> None:
        let(world, key)
        world.owns(PAYER, key, 100.0)
        pays(world, key)
        assert world.run("LEA-04").silent

    def test_a_sister_company_pays(self, world, key) -> None:
        let(world, key)
        world.owns(KIM, key, 100.0)
        world.owns(KIM, PAYER, 100.0)
        pays(world, key)
        assert world.run("LEA-04").silent

    def test_whoever_has_given_security_pays(self, world, key) -> None:
        let(world, key, guarantor=PAYER)
        pays(world, key)
        assert world.run("LEA-04").silent

    def test_private_persons_pay(self, world, key) -> None:
        let(world, key)
        pays(world, key, payer=None)
        assert "privatpersoner" in world.run("LEA-04").signal.statement.sv

    def test_payments_that_nobody_handed_in(self, world, key) -> None:
        assert "inte tillfrågad" in world.run("LEA-04").missing


class TestFront:
    def owner_changed(self, world, key) -> None:
        world.owns("PERSON:old", key, 100.0, at=EARLIER, until=BEFORE_ENTRY)
        world.owns(KIM, key, 100.0, at=BEFORE_ENTRY)

    def test_all_four_marks(self, world, key) -> None:
        let(world, key)
        registered(world, key)
        self.owner_changed(world, key)
        world.named(PAYER, "Annat Bolag AB")
        pays(world, key)
        industry(world, key)
        signal = world.run("LEA-08").signal
        assert "Det är 4 av fyra tecken" in signal.statement.sv
        assert "ny ägare före tillträdet" in signal.statement.sv
        assert {fact.predicate for fact in signal.facts} == {
            Predicate.LEASE_TERMS, Predicate.REGISTRATION, Predicate.OWNERSHIP, Predicate.RENT_PAYMENT,
            Predicate.INDUSTRY,
        }  # fmt: skip

    def test_three_marks_and_what_is_not_known(self, world, key) -> None:
        let(world, key)
        registered(world, key)
        pays(world, key)
        industry(world, key)
        signal = world.run("LEA-08").signal
        assert "3 av fyra" in signal.statement.sv
        assert any("om ägare eller styrelse ändrats" in text.sv for text in signal.unknowns)

    def test_a_whole_board_replaced_before_the_entry(self, world, key) -> None:
        let(world, key)
        registered(world, key)
        world.officer(key, "PERSON:old", at=EARLIER, until=BEFORE_ENTRY)
        world.officer(key, KIM, at=BEFORE_ENTRY)
        pays(world, key)
        industry(world, key, "10710")
        assert "hela styrelsen utbytt" in world.run("LEA-08").signal.statement.sv

    def test_a_young_tenant_whose_parent_has_given_security(self, world, key) -> None:
        let(world, key, guarantor=PAYER)
        registered(world, key)
        world.owns(PAYER, key, 100.0)
        pays(world, key)
        industry(world, key, "10710")
        assert world.run("LEA-08").silent

    def test_an_old_company_that_moves_and_pays_itself(self, world, key) -> None:
        let(world, key)
        registered(world, key, "2010-01-01")
        pays(world, key, payer=key)
        industry(world, key)
        assert world.run("LEA-08").silent

    def test_the_founders_shares_are_no_change(self, world, key) -> None:
        let(world, key)
        registered(world, key)
        world.owns(KIM, key, 100.0, valid_from=date(2025, 10, 20))
        pays(world, key, payer=key)
        industry(world, key)
        assert not world.run("LEA-08").signals

    def test_two_marks_and_two_unknown_are_not_assessed(self, world, key) -> None:
        let(world, key, allowed_sni=[])
        registered(world, key)
        pays(world, key)
        missing = world.run("LEA-08").missing
        assert "2 av fyra tecken" in missing
        assert "om branschen ryms" in missing

    def test_without_terms_nothing_is_assessed(self, world, key) -> None:
        assert "inte tillfrågad" in world.run("LEA-08").missing
        world.answer("municipal_lease_terms")
        assert "Inga villkor" in world.run("LEA-08").missing
