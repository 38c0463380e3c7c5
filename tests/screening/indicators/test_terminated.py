"""NET-02 and WEL-08: a party that is, or stands near, a supplier whose contract the municipality ended."""

from datetime import UTC, date, datetime

import pytest

from graph.model import Predicate
from screening.case import CaseKind, Procedure
from screening.verdict import Level

OLD = "SE:ORG:5580000023"
LONG_AGO = datetime(2024, 1, 10, tzinfo=UTC)
KIM = "PERSON:kim"


def ended(world, key=OLD, on="2025-03-01", kind="LOU", reason="breach", **more):
    world.answer("municipal_terminations")
    value = {"decided_on": on, "reason": reason, "reference": "KS 2025/12", "contract_kind": kind, "name": "Gamla AB"}
    return world.fact(key, Predicate.TERMINATION, source="municipal_terminations", **{**value, **more})


def director_of_both(world, key, **more) -> None:
    world.named(key, "Nya Bygget AB")
    world.named(KIM, "Kim Exempel", source="ssbtgu")
    world.officer(key, KIM)
    world.officer(OLD, KIM, **more)


def test_the_same_director_runs_the_new_company(world, key) -> None:
    ended(world)
    director_of_both(world, key)
    signal = world.run("NET-02").signal
    assert signal.statement.sv == (
        "Nya Bygget AB har samband med Gamla AB (Kim Exempel företräder eller företrädde båda), vars avtal enligt LOU "
        "avslutades av kommunen den 2025-03-01: avtalsbrott (beslut KS 2025/12)."
    )
    assert signal.ceiling is None
    assert signal.event_date == date(2025, 3, 1)
    assert signal.other_grounds == ("LOU-13-3-5",), "the ground is about the supplier's own contract"


def test_the_suppliers_own_contract_under_the_procurement_act_touches_the_ground(world, key) -> None:
    ended(world, key)
    signal = world.run("NET-02").signal
    assert "avtal enligt LOU avslutades av kommunen den 2025-03-01" in signal.statement.sv
    assert signal.other_grounds == ()


@pytest.mark.parametrize("kind", ["lease", "grant", "other"])
def test_a_lease_or_grant_is_no_earlier_contract_of_lou(world, key, kind) -> None:
    ended(world, key, kind=kind)
    assert world.run("NET-02").signal.other_grounds == ("LOU-13-3-5",)


def test_a_contract_of_a_system_of_choice_is_welfare_and_told_once(world, key) -> None:
    ended(world, kind="LOV", reason="invoicing")
    director_of_both(world, key)
    world.case = {"kind": CaseKind.WELFARE_PROVIDER, "procedure": Procedure.LOV}
    assert not world.run("NET-02").signals
    signal = world.run("WEL-08").signal
    assert "felaktig fakturering" in signal.statement.sv
    assert signal.explanation_outcomes[0][0] == "contradicted"


@pytest.mark.parametrize(("on", "hit"), [("2023-11-22", True), ("2023-11-21", False)])
def test_three_years_after_the_decision_nothing_is_left(world, key, on, hit) -> None:
    ended(world, on=on)
    director_of_both(world, key, at=LONG_AGO)
    assert bool(world.run("NET-02").signals) is hit


@pytest.mark.parametrize("reason", ["volume", "expiry", "mutual"])
def test_an_end_for_reasons_of_volume_is_a_note(world, key, reason) -> None:
    ended(world, kind="LOV", reason=reason)
    director_of_both(world, key)
    signal = world.run("WEL-08").signal
    assert signal.ceiling is Level.L1
    assert signal.explanation_outcomes[0][0] == "supported"


@pytest.mark.parametrize("position", ["deputy", "auditor", "liquidator"])
def test_a_former_deputy_or_an_auditor_ran_nothing(world, key, position) -> None:
    ended(world)
    director_of_both(world, key, position=position)
    world.fact(KIM, Predicate.ENGAGEMENT, OLD, "ssbten", name="Gamla AB")
    assert world.run("NET-02").silent


@pytest.mark.parametrize(
    ("dates", "hit"),
    [
        ({"at": LONG_AGO, "until": datetime(2025, 6, 1, tzinfo=UTC)}, True),
        ({"at": LONG_AGO, "until": datetime(2024, 12, 1, tzinfo=UTC)}, False),
        ({"at": LONG_AGO, "valid_from": date(2025, 4, 1)}, False),
        ({"at": LONG_AGO, "valid_from": date(2020, 1, 1), "valid_to": date(2025, 3, 1)}, True),
        ({"at": LONG_AGO, "valid_from": date(2020, 1, 1), "valid_to": date(2025, 2, 28)}, False),
    ],
)
def test_a_former_officer_counts_only_when_dates_enclose_the_decision(world, key, dates, hit) -> None:
    ended(world)
    director_of_both(world, key, **dates)
    assert bool(world.run("NET-02").signals) is hit


def test_an_engagement_without_a_known_office_is_a_note_and_a_question(world, key) -> None:
    ended(world)
    world.named(KIM, "Kim Exempel", source="ssbtgu")
    world.officer(key, KIM)
    world.fact(KIM, Predicate.ENGAGEMENT, OLD, "ssbten", name="Gamla AB")
    outcome = world.run("NET-02")
    (signal,) = outcome.signals
    assert signal.ceiling is Level.L1
    assert any("Vilken roll" in text.sv for text in signal.unknowns)


def test_an_owner_of_a_quarter_in_both(world, key) -> None:
    ended(world)
    world.owns(KIM, key, 60.0)
    world.owns(KIM, OLD, 25.0)
    world.named(KIM, "Kim Exempel")
    assert "Kim Exempel äger i båda" in world.run("NET-02").signals[0].statement.sv


def test_a_small_shareholder_is_no_link(world, key) -> None:
    ended(world)
    world.owns(KIM, key, 60.0)
    world.owns(KIM, OLD, 24.0)
    assert not world.run("NET-02").signals


def test_the_same_telephone_number_but_not_an_office_hotels(world, key) -> None:
    ended(world)
    world.fact(key, Predicate.PHONE, number="08-465 004 01")
    world.fact(OLD, Predicate.PHONE, number="+46 8 46500401")
    assert "samma telefonnummer" in world.run("NET-02").signals[0].statement.sv
    for other in range(3):
        world.fact(f"SE:ORG:55800001{other:02}", Predicate.PHONE, number="08-46500401")
    assert not world.run("NET-02").signals


def test_a_professional_director_with_thirty_boards_is_set_aside(world, key) -> None:
    ended(world)
    director_of_both(world, key)
    for other in range(30):
        world.officer(f"SE:ORG:55800002{other:02}", KIM)
    assert not world.run("NET-02").signals


def test_nobody_in_common(world, key) -> None:
    ended(world)
    world.officer(key, KIM)
    world.officer(OLD, "PERSON:other")
    assert world.run("NET-02").silent


def test_without_the_list_nothing_is_assessed(world, key) -> None:
    assert "inte tillfrågad" in world.run("NET-02").missing
    assert "inte tillfrågad" in world.run("WEL-08").missing


def test_rows_that_could_not_be_read_are_told_beside_what_was_found(world, key) -> None:
    ended(world)
    director_of_both(world, key)
    world.answers.clear()
    world.answer("municipal_terminations", missing=(Predicate.TERMINATION,))
    outcome = world.run("NET-02")
    assert outcome.signals
    assert "ofullständig" in outcome.unassessed[0].missing.sv


def test_former_boards_that_no_register_publishes_are_told(world, key) -> None:
    ended(world)
    world.officer(key, KIM)
    assert "1 av 1 avslutade leverantörer" in world.run("NET-02").missing


def test_officers_that_are_not_known_are_told(world, key) -> None:
    ended(world)
    assert "genom företrädare har inte kunnat prövas" in world.run("NET-02").missing
