"""NET-04: tiers of subcontractors that the contract does not allow or nobody declared."""

from itertools import pairwise

import pytest

from graph.model import Predicate

ONE, TWO, THREE = "SE:ORG:5580000023", "SE:ORG:5580000031", "SE:ORG:5580000049"


def engages(world, supplier, subcontractor, tier=None, allowed=None, contract="KS 2026/7", name=None) -> None:
    if not world.answers:
        world.answer("municipal_subcontracts")
    world.fact(
        supplier,
        Predicate.SUBCONTRACT,
        subcontractor,
        "municipal_subcontracts",
        contract=contract,
        name=name,
        tier=tier,
        share_pct=None,
        allowed_tiers=allowed,
    )


def test_three_tiers_where_two_are_allowed(world, key) -> None:
    engages(world, key, ONE, 1, 2)
    engages(world, ONE, TWO, 2)
    engages(world, TWO, THREE, 3)
    signal = world.run("NET-04").signal
    assert "KS 2026/7 finns 3 led, men 2 är tillåtna" in signal.statement.sv
    assert len(signal.facts) == 3


def test_two_declared_tiers_are_as_agreed(world, key) -> None:
    engages(world, key, ONE, 1, 2)
    engages(world, ONE, TWO, 2)
    assert world.run("NET-04").silent


def test_a_contract_that_allows_none(world, key) -> None:
    engages(world, key, ONE, 1, 0)
    assert "finns 1 led, men 0 är tillåtna" in world.run("NET-04").signal.statement.sv


def test_the_limit_of_the_policy_is_said_when_the_contract_states_none(world, key) -> None:
    engages(world, key, ONE, 1)
    engages(world, ONE, TWO, 2)
    engages(world, TWO, THREE, 3)
    assert any("2 har använts" in text.sv for text in world.run("NET-04").signal.unknowns)


def test_a_tier_that_was_not_declared(world, key) -> None:
    engages(world, key, ONE, 1, 3)
    engages(world, ONE, TWO, name="Dolda AB")
    signal = world.run("NET-04").signal
    assert signal.statement.sv.endswith("finns led som inte är angivna: Dolda AB.")


def test_a_tier_declared_nearer_than_it_is(world, key) -> None:
    engages(world, key, ONE, 1, 3)
    engages(world, ONE, TWO, 1)
    assert "inte är angivna" in world.run("NET-04").signal.statement.sv


def test_when_no_tier_is_declared_only_the_depth_is_judged(world, key) -> None:
    engages(world, key, ONE, allowed=2)
    engages(world, ONE, TWO)
    assert "Inget led är angivet" in world.run("NET-04").missing


def test_companies_that_engage_each_other_end_the_search_and_are_named(world, key) -> None:
    world.named(ONE, "Ett AB")
    world.named(TWO, "Två AB")
    engages(world, key, ONE, 1, 1)
    engages(world, ONE, TWO, 2)
    engages(world, TWO, ONE, 3)
    engages(world, TWO, key, 3)
    signal = world.run("NET-04").signal
    assert "finns 2 led" in signal.statement.sv
    assert any("i en ring: Ett AB, Två AB" in text.sv for text in signal.unknowns)


def test_another_contracts_links_are_not_put_below_this_one(world, key) -> None:
    engages(world, key, ONE, 1, 1)
    engages(world, ONE, TWO, 2, 5, contract="KS 2026/8")
    assert world.run("NET-04").silent


def test_a_tangle_of_companies_ends_and_says_that_not_all_was_followed(world, key) -> None:
    layers = [[f"SE:ORG:55800{layer}{n:04}" for n in range(8)] for layer in range(1, 9)]
    for one in layers[0]:
        engages(world, key, one, 1, 9)
    for number, (above, below) in enumerate(pairwise(layers), start=2):
        for one in above:
            for other in below:
                engages(world, one, other, number)
    assert "inte alla har följts" in world.run("NET-04").missing


@pytest.mark.parametrize("handed_in", [True, False])
def test_a_party_without_subcontractors_and_a_file_that_is_missing(world, key, handed_in) -> None:
    if handed_in:
        world.answer("municipal_subcontracts")
        assert world.run("NET-04").silent
    else:
        assert "inte tillfrågad" in world.run("NET-04").missing
