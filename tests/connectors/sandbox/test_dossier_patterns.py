"""Planting: the same for the same seed, every pattern with near misses, and files that hold what they say."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest

from benchmarks.gathered import Registers
from connectors.sandbox.builder import Builder
from connectors.sandbox.dossier_patterns import PATTERNS, plant_patterns
from connectors.sandbox.innocent_families import FAMILIES, plant_families
from connectors.sandbox.instances import Expected, Planting
from graph.model import Predicate, organisation_key

AS_OF = date(2026, 11, 22)
BASELINE = AS_OF - timedelta(days=28)


@pytest.fixture(scope="module")
def planting() -> Planting:
    return plant(7)


def plant(seed: int) -> Planting:
    made = Planting(Builder(seed, AS_OF))
    plant_patterns(made, 4)
    plant_families(made, 3)
    return made


def test_the_same_seed_plants_the_same(planting: Planting) -> None:
    again = plant(7)
    assert again.instances == planting.instances
    assert again.builder.current == planting.builder.current
    assert again.builder.ownership == planting.builder.ownership
    assert plant(8).builder.current != planting.builder.current


def test_every_pattern_has_a_near_miss_and_every_family_members(planting: Planting) -> None:
    kinds = defaultdict(set)
    for instance in planting.instances:
        kinds[instance.expected].add(instance.indicator or instance.name)
    assert kinds[Expected.FOUND] == kinds[Expected.NOT_FOUND]
    assert len(kinds[Expected.FOUND]) == len(PATTERNS)
    assert len(kinds[Expected.HARMLESS]) == len(FAMILIES)


def test_every_number_is_in_the_register(planting: Planting) -> None:
    for instance in planting.instances:
        for number in (*instance.parties, *instance.others):
            assert number in planting.builder.current
            assert number.startswith("558")


def test_two_answers_give_a_history_with_the_old_superseded(planting: Planting) -> None:
    builder = planting.builder
    registers = Registers(builder.baseline, builder.current, builder.ownership, (BASELINE, AS_OF))
    (instance, *_) = [each for each in planting.instances if each.indicator == "GOV-01"]
    facts = registers.about(instance.parties[0]).facts
    board = [fact for fact in facts if fact.predicate is Predicate.OFFICER and fact.value["position"] == "board_chair"]
    assert {fact.superseded_at and fact.superseded_at.date() for fact in board} == {None, AS_OF}
    assert {fact.observed_at.date() for fact in board} == {BASELINE, AS_OF}
    name = [fact for fact in facts if fact.predicate is Predicate.NAME and fact.source == "bolagsverket_vdm"]
    assert [(fact.observed_at.date(), fact.superseded_at) for fact in name] == [(BASELINE, None)]


def test_an_address_is_counted_over_the_whole_register(planting: Planting) -> None:
    builder = planting.builder
    registers = Registers(builder.baseline, builder.current, builder.ownership, (BASELINE, AS_OF))
    (instance, *_) = [e for e in planting.instances if e.indicator == "ADR-02" and e.expected is Expected.FOUND]
    (counted,) = [
        fact.value
        for fact in registers.about(instance.parties[0]).facts
        if fact.predicate is Predicate.ADDRESS_STATISTICS and fact.subject == organisation_key(instance.parties[0])
    ]
    assert counted["active"] == 33
    assert counted["bankrupt_3_years"] > 0
