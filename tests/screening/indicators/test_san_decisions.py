"""SAN with officers' decisions: explained while they stand, as before when they lapse."""

from __future__ import annotations

from typing import Any

import pytest

from screening.verdict import Level


def decision(what: str = "not_same", *, stands: bool = True) -> dict[str, Any]:
    said = {
        "decision": what,
        "reason": "Annat födelseår enligt uppvisat pass.",
        "decided_by": "Anna Handläggare",
        "decided_at": "2026-11-20T08:00:00+00:00",
        "stands": stands,
    }
    lapsed = {"lapsed_sv": "Bedömningen gäller inte längre: …", "lapsed_en": "The decision has lapsed: …"}
    return said if stands else {**said, **lapsed}


@pytest.mark.parametrize("agreeing", [["birth_date"], ["identifier"], []])
def test_a_hit_found_to_be_somebody_else_is_a_note_and_says_who_decided(world, key, agreeing) -> None:
    world.load_lists()
    world.hit(key, corroboration=agreeing, decision=decision())
    signal = world.run("SAN-03").signal
    assert signal.ceiling is Level.L1
    assert "Anna Handläggare" in signal.statement.sv
    assert "Annat födelseår enligt uppvisat pass" in signal.statement.sv
    assert signal.explanation_outcomes[0][0] == "supported"


def test_a_decision_that_lapsed_weighs_nothing_and_says_why(world, key) -> None:
    world.load_lists()
    world.hit(key, corroboration=["birth_date"], decision=decision(stands=False))
    signal = world.run("SAN-03").signal
    assert signal.ceiling is None
    assert "gäller inte längre" in signal.statement.sv


def test_a_hit_found_to_be_the_same_keeps_its_level_and_says_so(world, key) -> None:
    world.load_lists()
    world.hit(key, corroboration=["birth_date"], decision=decision("same"))
    signal = world.run("SAN-03").signal
    assert signal.ceiling is None
    assert "decided on 2026-11-20: the same" in signal.statement.en


def test_other_hits_are_not_touched(world, key) -> None:
    world.load_lists()
    world.hit(key, corroboration=["birth_date"], decision=decision())
    world.hit(key, entry="E.2", corroboration=["birth_date"])
    ceilings = [signal.ceiling for signal in world.run("SAN-03").signals]
    assert sorted(ceilings, key=str) == sorted([Level.L1, None], key=str)
