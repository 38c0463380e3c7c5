"""SAN-01, SAN-03, SAN-04: thresholds, natural persons, corroboration, stale lists."""

import pytest

from graph.model import Predicate
from screening.verdict import Level

RU = "RU:RU-INN:7700099901"
HOLDING = "SE:ORG:5580000023"


@pytest.fixture
def scoped(world):
    world.case = {"directive_scope": True}
    return world


def russian_entity(world, share: float, key: str):
    world.named(RU, "OOO Primer")
    world.fact(RU, Predicate.JURISDICTION, source="bods", country="RU")
    world.owns(RU, key, share)


class TestRussianOwnership:
    def test_entity_above_half_is_a_hit(self, scoped, key) -> None:
        russian_entity(scoped, 51, key)
        signal = scoped.run("SAN-01").signal
        assert signal.ceiling is None
        assert "51 %" in signal.statement.sv and "OOO Primer" in signal.statement.sv

    def test_exactly_half_is_not_more_than_half(self, scoped, key) -> None:
        russian_entity(scoped, 50, key)
        scoped.owns("PERSON:a", key, 50)
        scoped.fact("PERSON:a", Predicate.NATIONALITY, source="bods", country="SE")
        assert scoped.run("SAN-01").silent

    def test_chain_is_multiplied(self, scoped, key) -> None:
        russian_entity(scoped, 60, HOLDING)
        scoped.owns(HOLDING, key, 100)
        assert "60 %" in scoped.run("SAN-01").signal.statement.sv

    def test_majority_in_every_step_but_less_than_half_is_for_a_lawyer(self, scoped, key) -> None:
        russian_entity(scoped, 60, HOLDING)
        scoped.owns(HOLDING, key, 60)
        signal = scoped.run("SAN-01").signal
        assert signal.ceiling is Level.L2
        assert "majoritet i varje led" in signal.statement.sv

    def test_range_that_may_exceed_is_for_a_lawyer(self, scoped, key) -> None:
        russian_entity(scoped, None, key)
        scoped.facts.pop()
        scoped.owns(RU, key, minimum=25, maximum=75)
        assert scoped.run("SAN-01").signal.ceiling is Level.L2

    def test_a_range_above_half_is_more_than_half(self, scoped, key) -> None:
        russian_entity(scoped, None, key)
        scoped.facts.pop()
        scoped.owns(RU, key, minimum=50, maximum=75, exclusive_minimum=True)
        signal = scoped.run("SAN-01").signal
        assert signal.ceiling is None
        assert "till mer än 50 %" in signal.statement.sv

    def test_russian_natural_person_owner_is_for_a_lawyer(self, scoped, key) -> None:
        scoped.owns("PERSON:a", key, 100)
        scoped.named("PERSON:a", "Kim Exempel")
        scoped.fact("PERSON:a", Predicate.NATIONALITY, source="bods", country="RU")
        scoped.fact("PERSON:a", Predicate.RESIDENCE, source="bods", country="SE")
        signal = scoped.run("SAN-01").signal
        assert signal.ceiling is Level.L2
        assert signal.explanation_outcomes[1][0] == "supported"

    def test_russian_manager_alone_is_silent(self, scoped, key) -> None:
        scoped.officer(key, "PERSON:a")
        scoped.fact("PERSON:a", Predicate.NATIONALITY, source="bods", country="RU")
        scoped.owns("PERSON:b", key, 100)
        scoped.fact("PERSON:b", Predicate.NATIONALITY, source="bods", country="SE")
        assert scoped.run("SAN-01").silent

    def test_established_in_russia(self, scoped) -> None:
        party = scoped.party(RU)
        scoped.fact(RU, Predicate.JURISDICTION, source="bods", country="RU")
        assert scoped.run("SAN-01", party).signal.ceiling is None

    def test_outside_the_scope_is_silent(self, world, key) -> None:
        russian_entity(world, 100, key)
        world.case = {"directive_scope": False}
        assert world.run("SAN-01").silent

    def test_scope_not_stated(self, world, key) -> None:
        russian_entity(world, 100, key)
        assert "artikel 5k" in world.run("SAN-01").missing

    def test_owners_not_known(self, scoped) -> None:
        assert "Ägarna är inte kända" in scoped.run("SAN-01").missing

    def test_ownership_that_leads_to_nobody(self, scoped, key) -> None:
        scoped.owns("PERSON:a", key, 40)
        scoped.fact("PERSON:a", Predicate.NATIONALITY, source="bods", country="SE")
        assert "60 %" in scoped.run("SAN-01").missing

    def test_association_has_no_owners(self, scoped) -> None:
        assert scoped.run("SAN-01", scoped.party("SE:ORG:8020000000")).silent


class TestListed:
    def test_party_with_identifier_has_full_reach(self, world, key) -> None:
        world.load_lists()
        world.hit(key, corroboration=["identifier"])
        world.answer("ssbtgu")
        signal = world.run("SAN-03").signal
        assert signal.ceiling is None
        assert "registreringsnummer" in signal.statement.sv

    def test_officer_with_birth_date_is_named_with_role(self, world, key) -> None:
        world.load_lists()
        world.officer(key, "PERSON:a", "board_member")
        world.hit("PERSON:a", "un_sc", corroboration=["birth_date"])
        signal = world.run("SAN-03").signal
        assert signal.ceiling is Level.L3
        assert "board_member" in signal.statement.sv and "FN:s" in signal.statement.sv

    @pytest.mark.parametrize("agreeing", [[], ["country"], ["legal_form"]])
    def test_name_only_is_a_note(self, world, key, agreeing) -> None:
        world.load_lists()
        world.hit(key, corroboration=agreeing)
        signal = world.run("SAN-03").signal
        assert signal.ceiling is Level.L1
        assert ("enbart på namnet" in signal.statement.sv) == (not agreeing)

    def test_contradiction_is_never_more_than_a_note(self, world, key) -> None:
        world.load_lists()
        world.officer(key, "PERSON:a")
        world.hit("PERSON:a", corroboration=["country", "birth_year"], contradictions=["birth_date"])
        signal = world.run("SAN-03").signal
        assert signal.ceiling is Level.L1
        assert signal.explanation_outcomes[0][0] == "supported"

    def test_list_that_does_not_bind_is_a_note(self, world, key) -> None:
        world.load_lists()
        world.hit(key, "ofac_sdn", corroboration=["identifier"])
        assert world.run("SAN-03").signal.ceiling is Level.L1

    def test_low_score_and_delisted_are_silent(self, world, key, now, baseline) -> None:
        world.load_lists()
        world.answer("ssbtgu")
        world.hit(key, score=0.89, corroboration=["country"])
        world.hit(key, entry="E.2", score=0.7, corroboration=["birth_date"])
        world.hit(key, entry="E.3", at=baseline, until=now, corroboration=["identifier"])
        assert world.run("SAN-03").silent

    def test_a_misspelt_name_with_the_same_birth_date_is_looked_into(self, world, key) -> None:
        world.load_lists()
        world.hit(key, score=0.8, corroboration=["birth_date"])
        signal = world.run("SAN-03").signal
        assert signal.ceiling is Level.L2
        assert "skiljer sig" in signal.statement.sv

    def test_one_signal_for_each_entry(self, world, key) -> None:
        world.load_lists()
        world.hit(key, score=0.92)
        world.hit(key, score=0.99, matched_name="Annat alias")
        world.hit(key, entry="E.2")
        assert len(world.run("SAN-03").signals) == 2

    def test_list_not_loaded_or_stale(self, world, key) -> None:
        world.answer("ssbtgu")
        world.load_lists("eu_fsf", stale=True)
        missing = world.run("SAN-03").missing
        assert "för gammal" in missing and "FN:s sanktionslista: listan är inte inläst" in missing

    def test_officers_not_known(self, world) -> None:
        world.load_lists()
        assert "Företrädarna" in world.run("SAN-03").missing


class TestOwnedByListed:
    def test_two_listed_owners_are_added_up(self, world, key) -> None:
        world.load_lists()
        world.owns("PERSON:a", HOLDING, 60)
        world.owns("PERSON:b", HOLDING, 40)
        world.owns(HOLDING, key, 56)
        for person in ("PERSON:a", "PERSON:b"):
            world.hit(person, corroboration=["birth_date"])
        signal = world.run("SAN-04").signal
        assert signal.ceiling is None
        assert "56 %" in signal.statement.sv

    def test_half_by_steps(self, world, key) -> None:
        world.load_lists()
        world.owns("PERSON:a", HOLDING, 50)
        world.owns(HOLDING, key, 50)
        world.hit("PERSON:a", corroboration=["birth_date"])
        assert "led för led" in world.run("SAN-04").signal.statement.sv

    def test_below_half_is_silent(self, world, key) -> None:
        world.load_lists()
        world.owns("PERSON:a", key, 49)
        world.owns("PERSON:b", key, 51)
        world.hit("PERSON:a", corroboration=["birth_date"])
        assert world.run("SAN-04").silent

    def test_right_to_appoint_the_board_is_control(self, world, key) -> None:
        world.owns("PERSON:a", key, interest="appointmentOfBoard")
        world.hit("PERSON:a", corroboration=["birth_date"])
        assert "annat sätt" in world.run("SAN-04").signal.statement.sv

    def test_namesake_owner_is_a_note(self, world, key) -> None:
        world.owns("PERSON:a", key, 100)
        world.hit("PERSON:a")
        assert world.run("SAN-04").signal.ceiling is Level.L1

    def test_sold_shares_do_not_count(self, world, key, now, baseline) -> None:
        world.load_lists()
        world.owns("PERSON:a", key, 100, at=baseline, until=now)
        world.owns("PERSON:b", key, 100)
        world.hit("PERSON:a", corroboration=["birth_date"])
        assert world.run("SAN-04").silent

    def test_owners_not_known(self, world) -> None:
        assert "Ägarna" in world.run("SAN-04").missing
