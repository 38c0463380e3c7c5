"""LEG-04: ongoing, ended, annulled, merger, solvent liquidation."""

import pytest

from graph.model import AnswerStatus, Predicate
from screening.verdict import Level


def test_ongoing_bankruptcy_is_a_hit_with_its_date(world, key) -> None:
    world.named(key, "Exempelbygg AB")
    world.fact(key, Predicate.PROCEEDING, kind="bankruptcy", state="ongoing", date="2026-03-02", code="KK")
    signal = world.run("LEG-04").signal
    assert signal.statement.sv == "Exempelbygg AB är i konkurs sedan den 2026-03-02 enligt Bolagsverket."
    assert signal.ceiling is None
    assert str(signal.event_date) == "2026-03-02"


@pytest.mark.parametrize("kind", ["reconstruction", "composition", "liquidation"])
def test_other_insolvency_is_a_hit(world, key, kind) -> None:
    world.fact(key, Predicate.PROCEEDING, kind=kind, state="ongoing", date="2026-03-02")
    assert world.run("LEG-04").signal.ceiling is None


def test_ended_is_a_note(world, key) -> None:
    world.fact(key, Predicate.PROCEEDING, kind="reconstruction", state="ended", date="2025-03-02")
    signal = world.run("LEG-04").signal
    assert signal.ceiling is Level.L1
    assert "avslutat" in signal.statement.sv


@pytest.mark.parametrize(
    ("kind", "state"), [("bankruptcy", "annulled"), ("merger", "ongoing"), ("division", "ongoing")]
)
def test_annulled_bankruptcy_and_merger_are_silent(world, key, kind, state) -> None:
    world.fact(key, Predicate.PROCEEDING, kind=kind, state=state, date="2026-03-02")
    world.answer("bolagsverket_vdm")
    assert world.run("LEG-04").silent


def test_liquidation_within_a_merger_is_solvent(world, key) -> None:
    world.fact(key, Predicate.PROCEEDING, kind="liquidation", state="ongoing", date="2026-03-02")
    world.fact(key, Predicate.PROCEEDING, kind="merger", state="ongoing", date="2026-03-02")
    signal = world.run("LEG-04").signal
    assert signal.ceiling is Level.L2
    assert signal.explanation_outcomes[0][0] == "supported"


def test_voluntary_liquidation_is_solvent(world, key) -> None:
    world.fact(key, Predicate.PROCEEDING, kind="liquidation", state="ongoing", text="Frivillig likvidation")
    assert world.run("LEG-04").signal.ceiling is Level.L2


def test_whole_answer_without_proceeding_is_silent(world) -> None:
    world.answer("bolagsverket_vdm")
    assert world.run("LEG-04").silent


def test_missing_block_is_not_clean(world) -> None:
    world.answer("bolagsverket_vdm", missing=(Predicate.PROCEEDING,))
    assert "TIMEOUT" in world.run("LEG-04").missing


def test_no_answer_is_not_clean_unless_the_mirror_answered(world) -> None:
    world.answer("bolagsverket_vdm", status=AnswerStatus.NO_ANSWER, reason="timeout")
    assert "svarade inte i tid" in world.run("LEG-04").missing
    world.answer("bolagsverket_bulk")
    assert world.run("LEG-04").silent


def test_three_sources_give_one_signal_on_three_facts(world, key) -> None:
    for source in ("bolagsverket_vdm", "bolagsverket_bulk", "ssbtgu"):
        world.fact(key, Predicate.PROCEEDING, source=source, kind="bankruptcy", state="ongoing", date="2026-03-02")
    assert len(world.run("LEG-04").signal.facts) == 3


def test_older_file_does_not_keep_an_annulled_bankruptcy_alive(world, key, baseline) -> None:
    proceeding = {"kind": "bankruptcy", "date": "2026-03-02"}
    world.fact(key, Predicate.PROCEEDING, source="bolagsverket_bulk", at=baseline, state="ongoing", **proceeding)
    world.fact(key, Predicate.PROCEEDING, source="ssbtgu", state="annulled", **proceeding)
    world.answer("bolagsverket_vdm")
    assert world.run("LEG-04").silent
