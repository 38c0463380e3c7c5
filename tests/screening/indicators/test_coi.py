"""COI-01: those who handle the case and the counterparty."""

from datetime import UTC, date, datetime

import pytest

from graph.matching.same_holder import same_holders
from graph.model import Predicate
from graph.network import Network

KIM, BO = "PERSON:kim", "PERSON:bo"
OWNER = "SE:ORG:5580000023"
LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)


def handles(world, person=KIM, name="Kim Exempel", identified=True):
    world.answer("municipal_handlers")
    world.answer("ssbtgu")
    return world.fact(person, Predicate.HANDLER, source="municipal_handlers", name=name, identified=identified)


def declares(world, target, person=KIM, **more):
    value = {"relation": "syskon", "name": None, "handler": "Kim Exempel"}
    return world.fact(person, Predicate.DECLARED_RELATION, target, "municipal_handlers", **{**value, **more})


def test_a_handler_on_the_partys_board(world, key) -> None:
    handles(world)
    world.named(key, "Exempelbygg AB")
    world.officer(key, KIM)
    signal = world.run("COI-01").signal
    assert signal.statement.sv == "Handläggaren Kim Exempel företräder Exempelbygg AB."
    assert signal.subject == key


@pytest.mark.parametrize(
    ("left", "hit"), [(datetime(2024, 11, 22, tzinfo=UTC), True), (datetime(2024, 11, 21, tzinfo=UTC), False)]
)
def test_a_former_office_counts_for_two_years(world, key, left, hit) -> None:
    handles(world)
    world.officer(key, KIM, at=LONG_AGO, until=left)
    outcome = world.run("COI-01")
    assert [("har nyligen företrätt" in signal.statement.sv) for signal in outcome.signals] == [True] * hit


@pytest.mark.parametrize(("percent", "hit"), [(5.0, True), (4.9, False)])
def test_an_owner_of_five_per_cent(world, key, percent, hit) -> None:
    handles(world)
    world.owns(KIM, key, percent)
    assert bool(world.run("COI-01").signals) is hit


def test_an_owner_who_sold_last_year(world, key) -> None:
    handles(world)
    world.owns(KIM, key, 40.0, at=LONG_AGO, valid_to=date(2025, 12, 1))
    assert "har nyligen ägt del i" in world.run("COI-01").signal.statement.sv


def test_shares_in_a_listed_company_have_a_natural_explanation(world, key) -> None:
    handles(world)
    world.owns(KIM, key, 6.0)
    world.fact(key, Predicate.LISTED_COMPANY, source="bods", exchange="X")
    assert world.run("COI-01").signal.explanation_outcomes[1][0] == "supported"


def test_an_auditor_is_no_representative(world, key) -> None:
    handles(world)
    world.officer(key, KIM, position="auditor")
    assert world.run("COI-01").silent


def test_a_namesake_known_by_another_number_is_somebody_else(world, key) -> None:
    handles(world)
    world.named(BO, "Kim Exempel")
    world.officer(key, BO)
    assert world.run("COI-01").silent


def test_a_namesake_without_a_number_is_a_question_and_no_finding(world, key) -> None:
    handles(world, identified=False)
    world.named(BO, "KIM  EXEMPEL")
    world.officer(key, BO)
    missing = world.run("COI-01").missing
    assert "Fråga handläggaren Kim Exempel" in missing
    assert "kan dessa bara jämföras på namn" in missing


def test_an_empty_name_is_like_nobody(world, key) -> None:
    handles(world, name="", identified=False)
    world.fact(BO, Predicate.PERSON_NAME, name="")
    world.officer(key, BO)
    assert "Fråga" not in world.run("COI-01").missing


def test_a_relation_that_the_handler_declared_to_the_party(world, key) -> None:
    handles(world)
    declares(world, key, relation="delägare")
    assert "har själv uppgett en relation till" in world.run("COI-01").signal.statement.sv


def test_a_declared_relative_who_is_in_the_party(world, key) -> None:
    handles(world)
    world.named(BO, "Bo Prov")
    world.officer(key, BO)
    declares(world, BO, name="Bo Prov")
    assert "en relation till Bo Prov, som äger del i eller företräder" in world.run("COI-01").signal.statement.sv


def test_a_declared_relation_to_an_owner_of_the_party(world, key) -> None:
    handles(world)
    world.named(OWNER, "Holding AB")
    world.owns(OWNER, key, 80.0)
    declares(world, OWNER)
    assert "Holding AB" in world.run("COI-01").signal.statement.sv


def test_a_relative_declared_by_name_only_is_a_question(world, key) -> None:
    handles(world)
    world.named(BO, "Bo Prov")
    world.officer(key, BO)
    declares(world, None, name="Bo Prov")
    assert "Bo Prov heter som en företrädare" in world.run("COI-01").missing


def test_a_relation_to_somebody_else_or_one_that_ended_long_ago(world, key) -> None:
    handles(world)
    declares(world, OWNER)
    declares(world, key, valid_to=date(2020, 1, 1))
    assert world.run("COI-01").silent


def test_without_handlers_nothing_is_assessed(world, key) -> None:
    assert "inte tillfrågad" in world.run("COI-01").missing
    world.answer("municipal_handlers")
    assert "Inga handläggare är angivna" in world.run("COI-01").missing


def test_a_party_whose_officers_are_unknown_is_said(world, key) -> None:
    world.answer("municipal_handlers")
    world.fact(KIM, Predicate.HANDLER, source="municipal_handlers", name="Kim Exempel", identified=True)
    assert "har inte jämförts med handläggarna" in world.run("COI-01").missing


def test_a_handler_known_by_name_is_never_taken_for_the_officer_of_that_name(world, key) -> None:
    handles(world, identified=False)
    world.fact(KIM, Predicate.PERSON_NAME, source="municipal_handlers", name="Kim Exempel")
    world.named(BO, "Kim Exempel", source="ssbtgu")
    world.fact(BO, Predicate.BIRTH_DATE, source="ssbtgu", date="1980-01-01")
    world.officer(key, BO)
    assert same_holders(Network.of(world.facts)) == ()
