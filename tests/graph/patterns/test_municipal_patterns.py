"""Patterns on the municipality's own records: searches end, and dates decide who was there."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.patterns.subcontracting import LONGEST, contracts
from graph.patterns.terminated_supplier import held_at

NOW = datetime(2026, 11, 22, tzinfo=UTC)
COMPANIES = [f"SE:ORG:558000{n:04}" for n in range(8)]


def engagement(pair: tuple[str, str]) -> Fact:
    supplier, subcontractor = pair
    return Fact(
        EntityKey(supplier),
        Predicate.SUBCONTRACT,
        {"contract": "K", "tier": None, "allowed_tiers": None},
        "municipal_subcontracts",
        "d" * 64,
        f"row {supplier}{subcontractor}",
        NOW,
        EntityKey(subcontractor),
    )


pairs = st.lists(st.tuples(st.sampled_from(COMPANIES), st.sampled_from(COMPANIES)), max_size=14, unique=True)


@settings(max_examples=150, deadline=None)
@given(pairs, st.randoms())
def test_any_tangle_of_companies_ends_and_every_chain_is_a_way_down(links, random) -> None:
    facts = [engagement(pair) for pair in links]
    found = contracts(Network.of(facts, NOW), COMPANIES[0])
    random.shuffle(facts)
    assert contracts(Network.of(facts, NOW), COMPANIES[0]) == found
    for contract in found:
        for chain in contract.chains:
            assert chain.links[0].subject == COMPANIES[0]
            assert all(a.object == b.subject for a, b in zip(chain.links, chain.links[1:], strict=False))
            visited = [chain.links[0].subject, *(link.object for link in chain.links)]
            assert len(set(visited)) == len(visited) <= LONGEST + 1
        for ring in contract.rings:
            assert ring[0].subject == ring[-1].object
        if not contract.cut:
            reached = {COMPANIES[0]}
            for _ in COMPANIES:
                reached |= {below for above, below in links if above in reached}
            assert {chain.last for chain in contract.chains} == reached - {COMPANIES[0]}


@given(st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.integers(1, 900), st.integers(1, 900))
def test_an_office_that_ended_counts_only_inside_its_own_dates(day, before, after) -> None:
    def office(start: int, end: int) -> Fact:
        return Fact(
            EntityKey(COMPANIES[0]),
            Predicate.OFFICER,
            {"role": "ledamot", "position": "board_member"},
            "ssbtgu",
            "d" * 64,
            "/",
            NOW,
            EntityKey("PERSON:a"),
            date.fromordinal(day.toordinal() + start),
            date.fromordinal(day.toordinal() + end),
        )

    assert held_at(office(-before, after), day)
    assert held_at(office(0, 0), day)
    assert not held_at(office(-before - after, -before), day)
    assert not held_at(office(before, before + after), day)
