"""Stakes: chains, cycles, ranges, unknowns, and the invariants of integrated ownership."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.ownership import (
    ONE,
    Stake,
    Stakes,
    chain,
    controlled,
    controlling_interests,
    listed_owned,
    share,
    supporting_facts,
    ultimate_owners,
)

MOMENT = datetime(2026, 10, 1, tzinfo=UTC)


def stakes(*edges: tuple[str, str, float]) -> Stakes:
    return Stakes({(owner, owned): Stake.exactly(Fraction(str(part)) / 100) for owner, owned, part in edges})


def stated(owner: str, owned: str, **value: object) -> Fact:
    return Fact(
        EntityKey(owner),
        Predicate.OWNERSHIP,
        {"interest": "shareholding", **value},
        "bods",
        "d" * 64,
        f"/{owner}/{owned}/{sorted(value.items())}",
        MOMENT,
        EntityKey(owned),
    )


def test_chain_multiplies() -> None:
    found = stakes(("P", "A", 60), ("A", "B", 50)).share("P", "B")
    assert found.low == found.mid == found.high == Fraction(3, 10)
    assert found.unknown == Fraction(7, 10)


def test_cycle_is_counted_to_its_limit() -> None:
    found = stakes(("P", "A", 40), ("B", "A", 40), ("A", "B", 49))
    assert found.share("P", "A").mid == Fraction(100, 201)
    assert found.share("P", "B").mid == Fraction(49, 201)


def test_closed_cycle_belongs_to_nobody_named() -> None:
    closed = stakes(("A", "B", 100), ("B", "A", 100), ("P", "C", 10), ("A", "C", 90))
    assert closed.share("P", "C").mid == Fraction(1, 10)
    assert closed.unknown("A") == 1
    assert closed.unknown("C") == Fraction(9, 10)


def test_company_inside_a_cycle_does_not_own_more_than_all_of_another() -> None:
    found = stakes(("A", "B", 90), ("B", "A", 90)).share("A", "B")
    assert found.mid == Fraction(9, 10)


def test_own_shares_are_spread_over_the_other_owners() -> None:
    assert stakes(("P", "A", 50), ("A", "A", 50)).share("P", "A").mid == 1


def test_range_gives_low_mid_high() -> None:
    found = share(Network.of([stated("P", "A", minimum=25, maximum=50)]), "P", "A")
    assert (found.low, found.mid, found.high) == (Fraction(1, 4), Fraction(3, 8), Fraction(1, 2))


def test_stake_without_figure_is_unknown_not_nothing() -> None:
    network = Network.of([stated("P", "A"), stated("Q", "A", exact=30)])
    found = share(network, "P", "A")
    assert (found.low, found.mid, found.high) == (0, 0, Fraction(7, 10))
    assert found.unknown == Fraction(7, 10)


def test_high_never_spends_more_than_all_of_a_company() -> None:
    network = Network.of(
        [
            stated("P", "A", minimum=25, maximum=100),
            stated("P", "B", minimum=0, maximum=100),
            stated("A", "C", minimum=25, maximum=100),
            stated("B", "C", minimum=25, maximum=100),
        ]
    )
    assert share(network, "P", "C").high == 1


def test_shares_and_votes_of_one_owner_are_not_added() -> None:
    network = Network.of([stated("P", "A", exact=60), stated("P", "A", interest="votingRights", exact=80)])
    assert share(network, "P", "A").mid == Fraction(3, 5)
    assert Stakes.of(network, votes=True).share("P", "A").mid == Fraction(4, 5)


def test_indirect_stake_is_not_counted_beside_its_own_chain() -> None:
    facts = [
        stated("P", "A", exact=100, direct=True),
        stated("A", "B", exact=60, direct=True),
        stated("P", "B", exact=60, direct=False),
    ]
    assert share(Network.of(facts), "P", "B").mid == Fraction(3, 5)
    assert share(Network.of(facts[2:]), "P", "B").mid == Fraction(3, 5)


def test_ultimate_owners_are_the_named_ends() -> None:
    network = Network.of([stated("P", "A", exact=70), stated("Q", "A", exact=30), stated("A", "B", exact=80)])
    found = ultimate_owners(network, "B")
    assert [(owner.key, owner.share.mid) for owner in found] == [("P", Fraction(14, 25)), ("Q", Fraction(6, 25))]
    assert len(supporting_facts(Stakes.of(network), ["P"], "B")) == 2
    assert [fact.subject for fact in chain(Stakes.of(network), "P", "B")] == ["P", "A"]


def test_control_needs_more_than_half_and_follows_majorities() -> None:
    graph = stakes(("P", "A", 51), ("A", "B", 51), ("P", "C", 50), ("Q", "D", 30), ("A", "D", 21), ("P", "D", 30))
    assert set(controlled(graph, "P")) == {"A", "B", "D"}


def test_fifty_per_cent_rule_adds_up_the_listed() -> None:
    graph = stakes(("X", "A", 25), ("Y", "A", 25), ("A", "B", 50), ("X", "C", 49))
    assert [(item.key, item.step) for item in listed_owned(graph, ["X", "Y"])] == [("A", 1), ("B", 2)]


def test_agreement_is_control_but_no_stake() -> None:
    network = Network.of([stated("P", "A", interest="appointmentOfBoard"), stated("Q", "A", exact=100)])
    assert share(network, "P", "A").high == 0
    assert [fact.subject for fact in controlling_interests(network, "A")] == ["P"]


def test_contradicting_statements_terminate_and_stay_within_bounds() -> None:
    graph = stakes(("P", "A", 90), ("B", "A", 90), ("A", "B", 90), ("Q", "B", 90))
    found = graph.share("P", "A")
    assert 0 <= found.low <= found.mid <= found.high <= 1
    assert graph.overstated("A")


def test_large_cycle_is_iterated_to_the_same_answer() -> None:
    ring = 60
    edges = [(f"C{i:03}", f"C{(i + 1) % ring:03}", 50.0) for i in range(ring)]
    found = stakes(*edges, ("P", "C000", 50)).share("P", "C000")
    exact = Fraction(1, 2) / (1 - Fraction(1, 2) ** ring)
    assert abs(found.mid - exact) < Fraction(1, 10**9)


NODES = ["P0", "P1", "C0", "C1", "C2", "C3"]


@st.composite
def ownership_graphs(draw: st.DrawFn) -> Stakes:
    """Random graphs in which no company is owned to more than 100 %, cycles and self-holdings included."""
    direct: dict[tuple[str, str], Stake] = {}
    for company in NODES[2:]:
        left = 100
        for owner in draw(st.permutations(NODES)):
            low = draw(st.integers(0, left)) if draw(st.booleans()) else 0
            if low == 0:
                continue
            width = draw(st.sampled_from([0, 0, 10])) if left - low >= 10 else 0
            bottom, top = Fraction(low, 100), Fraction(low + width, 100)
            direct[(owner, company)] = Stake(bottom, (bottom + top) / 2, top)
            left -= low + width
    return Stakes(direct)


@settings(max_examples=150, deadline=None)
@given(ownership_graphs())
def test_ultimate_owners_and_unknown_sum_to_one(graph: Stakes) -> None:
    for company in NODES[2:]:
        ends = graph.ultimate_owners(company)
        assert sum((end.share.mid for end in ends), graph.unknown(company)) == ONE
        for end in ends:
            assert 0 <= end.share.low <= end.share.mid <= end.share.high <= 1


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)),
        st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted),
        max_size=14,
    )
)
def test_any_input_terminates_within_bounds(edges: dict[tuple[str, str], list[int]]) -> None:
    graph = Stakes(
        {pair: Stake(Fraction(a, 100), Fraction(a + b, 200), Fraction(b, 100)) for pair, (a, b) in edges.items()}
    )
    for company in NODES:
        found = graph.share("P0", company)
        assert 0 <= found.low <= found.mid <= found.high <= 1
        assert 0 <= found.unknown <= 1
    listed_owned(graph, ["P0"])
    controlled(graph, "P0")


@st.composite
def ranges_with_a_truth(draw: st.DrawFn) -> tuple[Stakes, Stakes]:
    """Published ranges, and exact stakes inside them that add up to at most 100 % of each company."""
    published: dict[tuple[str, str], Stake] = {}
    truth: dict[tuple[str, str], Stake] = {}
    for company in NODES[2:]:
        left = 100
        for owner in draw(st.permutations(NODES)):
            part = draw(st.integers(0, left)) if draw(st.booleans()) else 0
            if part == 0 or owner == company:
                continue
            left -= part
            low = Fraction(max(0, part - draw(st.sampled_from([0, 5, 100]))), 100)
            high = Fraction(min(100, part + draw(st.sampled_from([0, 5, 100]))), 100)
            published[(owner, company)] = Stake(low, (low + high) / 2, high)
            truth[(owner, company)] = Stake.exactly(Fraction(part, 100))
    return Stakes(published), Stakes(truth)


@settings(max_examples=150, deadline=None)
@given(ranges_with_a_truth())
def test_the_truth_lies_between_low_and_high(graphs: tuple[Stakes, Stakes]) -> None:
    published, truth = graphs
    for company in NODES[2:]:
        for owner in NODES[:2]:
            found, exact = published.share(owner, company), truth.share(owner, company).mid
            assert found.low <= exact <= found.high


@settings(max_examples=100, deadline=None)
@given(ownership_graphs())
def test_all_owners_at_once_are_what_each_is_alone(graph: Stakes) -> None:
    for company in NODES[2:]:
        for end in graph.ultimate_owners(company):
            assert end.share == graph.share(end.key, company)


def test_bounds_hold_the_share_of_a_web_of_ranges() -> None:
    """More members than are solved exactly: the highest share is sought in floats, and right to nine decimals."""
    size = 60
    direct = {
        (f"C{place:02}", f"C{(place + step) % size:02}"): Stake(Fraction(5, 100), Fraction(10, 100), Fraction(15, 100))
        for place in range(size)
        for step in (1, 7)
    }
    direct |= {("P", f"C{place:02}"): Stake.exactly(Fraction(2, 5)) for place in range(size)}
    found = Stakes(direct).share("P", "C00")
    # Everybody is held alike: the share is 0.4 / (1 - what the others hold together).
    for value, others in ((found.low, 10), (found.mid, 20), (found.high, 30)):
        assert abs(value - Fraction(2, 5) / (1 - Fraction(others, 100))) < Fraction(1, 10**9)


shares = st.integers(0, 100).map(lambda percent: Fraction(percent, 100))
minima = st.sampled_from([Fraction(1, 100), Fraction(1, 4), Fraction(1, 2), ONE])
any_graph = st.dictionaries(
    st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), st.tuples(shares, shares).map(sorted), max_size=16
).map(lambda edges: Stakes({pair: Stake(low, (low + high) / 2, high) for pair, (low, high) in edges.items()}))


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(ownership_graphs(), any_graph), st.sampled_from([Fraction(1, 100), Fraction(1, 4), Fraction(1, 2), ONE])
)
def test_no_holder_is_left_out(graph: Stakes, minimum: Fraction) -> None:
    """Whatever is stated, contradictions and closed circles too: who has the share is among those examined for it."""
    for company in NODES[2:]:
        by_middle, by_most = graph.holders(company, minimum), graph.holders(company, minimum, "high")
        for owner in NODES:
            found = graph.share(owner, company)
            assert owner in by_middle or found.mid < minimum
            assert owner in by_most or found.high < minimum


def test_small_holders_are_not_examined() -> None:
    graph = stakes(("P", "A", 60), ("Q", "A", 3), ("A", "B", 50), ("R", "B", 20), ("B", "A", 10))
    assert graph.holders("B", Fraction(1, 4)) == {"A", "B", "P"}


def test_steps_to_count_the_shortest_way() -> None:
    graph = stakes(("P", "A", 50), ("A", "B", 50), ("P", "M", 1), ("M", "B", 1), ("B", "A", 5), ("Q", "P", 1))
    assert graph.steps_to("B") == {"A": 1, "M": 1, "P": 2, "Q": 3}
    assert graph.ends("B") == {"Q"}


def test_more_than_the_lower_bound_is_kept_through_a_chain() -> None:
    network = Network.of(
        [
            stated("P", "A", minimum=50, maximum=75, exclusive_minimum=True),
            stated("A", "B", exact=100),
            stated("Q", "B", exact=0),
        ]
    )
    found = share(network, "P", "B")
    assert found.low == Fraction(1, 2)
    assert found.exceeds(Fraction(1, 2))
    assert not share(Network.of([stated("P", "A", minimum=50, maximum=75)]), "P", "A").exceeds(Fraction(1, 2))


def test_chain_is_the_shortest_and_first_in_order() -> None:
    network = Network.of(
        [
            stated("P", "B", exact=1),
            stated("P", "A", exact=1),
            stated("B", "Z", exact=1),
            stated("A", "Z", exact=1),
            stated("P", "M", exact=1),
            stated("M", "A", exact=1),
        ]
    )
    assert [fact.subject for fact in chain(Stakes.of(network), "P", "Z")] == ["P", "A"]
    assert chain(Stakes.of(network), "Z", "P") == ()
