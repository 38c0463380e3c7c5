"""TAX-01, TAX-02, TAX-03."""

from datetime import timedelta

import pytest

from graph.model import AnswerStatus, Predicate
from screening.verdict import Level


def industry(world, key, code: str) -> None:
    world.fact(key, Predicate.INDUSTRY, source="scb_bulk", code=code, version="SNI2025", rank=1)


class TestFTax:
    def test_not_registered(self, world, key) -> None:
        world.fact(key, Predicate.F_TAX, source="ssbtgu", registered=False)
        assert "inte registrerat för F-skatt" in world.run("TAX-01").signal.statement.sv

    def test_revoked_between_two_answers(self, world, key, now, baseline) -> None:
        world.fact(key, Predicate.F_TAX, source="ssbtgu", at=baseline, until=now, registered=True)
        world.fact(key, Predicate.F_TAX, source="ssbtgu", registered=False)
        signal = world.run("TAX-01").signal
        assert "2026-10-25" in signal.statement.sv
        assert signal.event_date == now.date()

    def test_registered_again_is_seen_within_the_look_back(self, world, key, now, baseline) -> None:
        before = baseline - timedelta(days=90)
        world.fact(key, Predicate.F_TAX, source="ssbtgu", at=before, until=baseline, registered=True)
        world.fact(key, Predicate.F_TAX, source="ssbtgu", at=baseline, until=now, registered=False)
        world.fact(key, Predicate.F_TAX, source="ssbtgu", registered=True)
        assert "var det inte" in world.run("TAX-01").signal.statement.sv

    def test_first_approval_is_no_revocation(self, world, key, now, baseline) -> None:
        world.fact(key, Predicate.F_TAX, source="ssbtgu", at=baseline, until=now, registered=False)
        world.fact(key, Predicate.F_TAX, source="ssbtgu", registered=True)
        assert world.run("TAX-01").silent

    def test_skatteverket_before_the_copy(self, world, key) -> None:
        world.fact(key, Predicate.F_TAX, source="scb_bulk", registered=False)
        world.fact(key, Predicate.F_TAX, source="ssbtgu", registered=True)
        assert world.run("TAX-01").silent

    def test_association_is_a_note(self, world) -> None:
        party = world.party("SE:ORG:8020000000")
        world.fact(party.key, Predicate.F_TAX, source="ssbtgu", registered=False)
        assert world.run("TAX-01", party).signal.ceiling is Level.L1

    def test_newly_started_supports_a_pending_application(self, world, key) -> None:
        world.fact(key, Predicate.REGISTRATION, date="2026-10-01", register="bolagsverket")
        world.fact(key, Predicate.F_TAX, source="ssbtgu", registered=False)
        assert world.run("TAX-01").signal.explanation_outcomes[2][0] == "supported"

    def test_public_body_is_skipped(self, world, key) -> None:
        world.fact(key, Predicate.LEGAL_FORM, source="scb_bulk", scheme="scb", code="83")
        world.fact(key, Predicate.F_TAX, source="ssbtgu", registered=False)
        assert world.run("TAX-01").silent

    @pytest.mark.parametrize("foreign", [False, True])
    def test_not_known(self, world, foreign) -> None:
        party = world.party("DE:HRB:1") if foreign else world.party()
        world.answer("ssbtgu", status=AnswerStatus.NO_ANSWER, reason="unreachable")
        assert world.run("TAX-01", party).missing


class TestVat:
    def test_taxable_above_the_limit(self, world, key) -> None:
        world.case = {"value_sek": 900_000}
        industry(world, key, "41000")
        world.fact(key, Predicate.VAT, source="ssbtgu", registered=False)
        assert "900 000 kr" in world.run("TAX-02").signal.statement.sv

    def test_value_not_known_is_said(self, world, key) -> None:
        industry(world, key, "41000")
        world.fact(key, Predicate.VAT, source="ssbtgu", registered=False)
        assert any("värde" in text.sv for text in world.run("TAX-02").signal.unknowns)

    @pytest.mark.parametrize(("code", "value"), [("88101", 900_000), ("86222", None), ("41000", 120_000)])
    def test_exempt_or_small_is_silent(self, world, key, code, value) -> None:
        world.case = {"value_sek": value}
        industry(world, key, code)
        world.fact(key, Predicate.VAT, source="ssbtgu", registered=False)
        assert world.run("TAX-02").silent

    def test_registered_is_silent(self, world, key) -> None:
        world.fact(key, Predicate.VAT, source="ssbtgu", registered=True)
        assert world.run("TAX-02").silent

    def test_not_known(self, world, key) -> None:
        assert "momsregistrerad" in world.run("TAX-02").missing
        world.fact(key, Predicate.VAT, source="ssbtgu", registered=False)
        assert "branschen är inte känd" in world.run("TAX-02").missing


class TestEmployer:
    @pytest.mark.parametrize("code", ["81210", "41200", "49410", "43999"])
    def test_labour_intensive_industry(self, world, key, code) -> None:
        industry(world, key, code)
        world.fact(key, Predicate.EMPLOYER, source="ssbtgu", registered=False)
        assert code in world.run("TAX-03").signal.statement.sv

    def test_labour_intensive_contract(self, world, key) -> None:
        world.case = {"cpv": ("90910000-9",)}
        industry(world, key, "62100")
        world.fact(key, Predicate.EMPLOYER, source="ssbtgu", registered=False)
        assert "CPV" in world.run("TAX-03").signal.statement.sv

    @pytest.mark.parametrize("code", ["64212", "62201", "49310"])
    def test_holding_and_consultant_without_staff_are_silent(self, world, key, code) -> None:
        industry(world, key, code)
        world.fact(key, Predicate.EMPLOYER, source="ssbtgu", registered=False)
        assert world.run("TAX-03").silent

    def test_declared_subcontractors_support(self, world, key) -> None:
        party = world.party()
        world.party("SE:ORG:5580000023", relied_on_by=key)
        industry(world, key, "81210")
        world.fact(key, Predicate.EMPLOYER, source="ssbtgu", registered=False)
        assert world.run("TAX-03", party).signal.explanation_outcomes[2][0] == "supported"

    def test_not_known(self, world, key) -> None:
        world.answer("ssbtgu", missing=(Predicate.EMPLOYER,))
        assert world.run("TAX-03").missing
