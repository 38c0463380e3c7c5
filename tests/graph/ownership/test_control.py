"""Control reports: beneficial owners, majorities, art. 5k, asset freeze, circles, declared unknowns."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.ownership import GroundKind, control_report

MOMENT = datetime(2026, 10, 1, tzinfo=UTC)
ANNA, BO, CARIN = "PERSON:anna", "PERSON:bo", "PERSON:carin"


def stated(owner: str, owned: str, interest: str = "shareholding", **value: object) -> Fact:
    return Fact(
        EntityKey(owner),
        Predicate.OWNERSHIP,
        {"interest": interest, **value},
        "bods",
        "d" * 64,
        f"/{owner}/{owned}/{interest}/{sorted(value.items())}",
        MOMENT,
        EntityKey(owned),
    )


def said(key: str, predicate: Predicate, **value: object) -> Fact:
    return Fact(EntityKey(key), predicate, value, "bods", "d" * 64, f"/{key}/{predicate}", MOMENT)


def kinds(facts: list[Fact], key: str = "A", **options: object) -> dict[tuple[str, ...], list[tuple[GroundKind, bool]]]:
    report = control_report(Network.of(facts), key, **options)  # type: ignore[arg-type]
    return {
        owner.persons: [(ground.kind, ground.certain) for ground in owner.grounds] for owner in report.beneficial_owners
    }


def test_more_than_a_quarter_of_the_votes_and_not_exactly_a_quarter() -> None:
    found = kinds([stated(ANNA, "A", exact=25), stated(BO, "A", exact=25.1)])
    assert found == {(BO,): [(GroundKind.VOTES, True)]}


def test_votes_count_before_shares() -> None:
    facts = [stated(ANNA, "A", exact=10), stated(ANNA, "A", "votingRights", exact=60)]
    assert kinds(facts) == {(ANNA,): [(GroundKind.VOTES, True)]}


def test_register_range_above_a_quarter_is_certain() -> None:
    above = stated(ANNA, "A", "votingRights", minimum=25, maximum=50, exclusive_minimum=True)
    assert kinds([above]) == {(ANNA,): [(GroundKind.VOTES, True)]}
    from_a_quarter = stated(ANNA, "A", "votingRights", minimum=25, maximum=50)
    assert kinds([from_a_quarter]) == {(ANNA,): [(GroundKind.VOTES, False)]}


def test_stake_without_figure_is_a_possible_owner() -> None:
    assert kinds([stated(ANNA, "A")]) == {(ANNA,): [(GroundKind.VOTES, False)]}


def test_control_of_a_holder_counts_its_whole_stake() -> None:
    facts = [stated(ANNA, "H", exact=60), stated("H", "A", exact=30), stated(BO, "A", exact=20)]
    report = control_report(Network.of(facts), "A")
    (owner,) = report.beneficial_owners
    assert owner.persons == (ANNA,)
    (ground,) = owner.grounds
    assert (ground.kind, ground.certain, ground.share and ground.share.low) == (
        GroundKind.VOTES_OF_CONTROLLED,
        True,
        Fraction(3, 10),
    )
    assert [fact.subject for fact in ground.facts] == [ANNA, "H"]


def test_appointment_right_needs_more_than_half_of_the_board() -> None:
    right = "appointmentOfBoard"
    assert kinds([stated(ANNA, "A", right, minimum=50, maximum=100, exclusive_minimum=True)]) == {
        (ANNA,): [(GroundKind.APPOINTMENT, True)]
    }
    assert kinds([stated(ANNA, "A", right)]) == {(ANNA,): [(GroundKind.APPOINTMENT, False)]}
    assert kinds([stated(ANNA, "A", right, exact=40)]) == {}


def test_right_held_by_a_controlled_company_is_the_persons() -> None:
    facts = [stated(ANNA, "H", exact=51), stated("H", "A", "rightsGrantedByContract", beneficial=True)]
    assert kinds(facts) == {(ANNA,): [(GroundKind.AGREEMENT, True)]}


def test_right_over_a_holder_is_control_of_its_stake() -> None:
    facts = [
        stated(ANNA, "H", "appointmentOfBoard", exact=100),
        stated("H", "A", exact=70),
    ]
    assert kinds(facts) == {(ANNA,): [(GroundKind.VOTES_OF_CONTROLLED, True)]}


def test_a_manager_is_not_an_owner() -> None:
    assert kinds([stated(ANNA, "A", "seniorManagingOfficial"), stated("H", "A", exact=100)]) == {}


def test_relatives_are_counted_together_only_when_told_who_they_are() -> None:
    facts = [stated(ANNA, "A", exact=15), stated(BO, "A", exact=15), stated(CARIN, "A", exact=15)]
    assert kinds(facts) == {}
    assert kinds(facts, relatives=[{ANNA, BO}]) == {(ANNA, BO): [(GroundKind.VOTES, True)]}


def test_declared_beneficial_owner_without_figures_above_the_limit() -> None:
    assert kinds([stated(ANNA, "A", exact=20, beneficial=True)]) == {(ANNA,): [(GroundKind.DECLARED, True)]}


def test_controllers_with_their_steps() -> None:
    facts = [stated(ANNA, "H", exact=51), stated("H", "A", exact=51), stated("H", "X", exact=100)]
    report = control_report(Network.of(facts), "A")
    assert [(found.key, [step.key for step in found.steps]) for found in report.controllers] == [
        ("H", ["A"]),
        (ANNA, ["H", "A"]),
    ]
    assert [fact.document for step in report.controllers[1].steps for fact in step.facts] == ["d" * 64] * 2


def test_register_range_above_half_is_a_majority() -> None:
    facts = [stated(ANNA, "A", minimum=50, maximum=75, exclusive_minimum=True)]
    assert [found.key for found in control_report(Network.of(facts), "A").controllers] == [ANNA]


def test_article_5k_is_more_than_half_by_entities_in_russia() -> None:
    russian = [said("R1", Predicate.JURISDICTION, country="RU"), said("R2", Predicate.JURISDICTION, country="RU")]
    half = control_report(Network.of([*russian, stated("R1", "A", exact=30), stated("R2", "A", exact=20)]), "A")
    assert (half.russian.share.low, half.russian.exceeds, half.russian.may_exceed) == (Fraction(1, 2), False, False)
    more = control_report(Network.of([*russian, stated("R1", "A", exact=30), stated("R2", "A", exact=21)]), "A")
    assert more.russian.exceeds
    assert control_report(Network.of(russian), "R1").russian.established


def test_asset_freeze_leads_step_by_step_to_the_entity() -> None:
    facts = [stated("X", "B", exact=50), stated("X", "C", exact=50), stated("B", "A", exact=25)]
    facts.append(stated("C", "A", exact=25))
    report = control_report(Network.of(facts), "A", listed=["X"])
    assert [(step.key, step.step) for step in report.blocked] == [("B", 1), ("C", 1), ("A", 2)]
    assert control_report(Network.of(facts[:3]), "A", listed=["X"]).blocked == ()


def test_circle_terminates_and_is_named() -> None:
    report = control_report(Network.of([stated("A", "B", exact=100), stated("B", "A", exact=100)]), "A")
    assert report.circles == (("A", "B"),)
    assert report.owners == ()
    assert report.unknown == 1
    assert report.beneficial_owners == ()


def test_declared_unknown_is_told_apart_from_missing() -> None:
    facts = [
        stated("BODS:UNKNOWN:A:r", "A", "unknownInterest"),
        said("BODS:UNKNOWN:A:r", Predicate.MISCELLANEOUS, name="unspecified_reason", value="informationUnknown"),
    ]
    report = control_report(Network.of(facts), "A")
    assert [found.reason for found in report.declared_unknown] == ["informationUnknown"]
    assert control_report(Network.of([]), "A").declared_unknown == ()
    assert report.unknown == 1


def test_contradicting_stakes_are_named() -> None:
    facts = [stated(ANNA, "A", exact=90), stated(BO, "A", exact=90)]
    assert control_report(Network.of(facts), "A").contradictory == ("A",)


PARTIES = [ANNA, BO, "A", "B", "C"]
INTERESTS = ["shareholding", "votingRights", "appointmentOfBoard", "rightsGrantedByContract", "nonsense"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(PARTIES),
            st.sampled_from(PARTIES[2:]),
            st.sampled_from(INTERESTS),
            st.one_of(st.none(), st.integers(0, 100)),
            st.booleans(),
        ),
        max_size=14,
    )
)
def test_any_statements_give_a_report_within_bounds(
    rows: list[tuple[str, str, str, int | None, bool]],
) -> None:
    facts = [stated(owner, owned, kind, exact=part, beneficial=flag) for owner, owned, kind, part, flag in rows]
    network = Network.of(facts)
    for key in PARTIES[2:]:
        report = control_report(network, key, listed=["B"], relatives=[{ANNA, BO}])
        for owner in report.owners:
            assert 0 <= owner.capital.low <= owner.capital.mid <= owner.capital.high <= 1
        assert key not in {owner.key for owner in report.owners}
        assert all(owner.persons and owner.grounds for owner in report.beneficial_owners)
        if not report.contradictory:
            assert sum((owner.capital.mid for owner in report.owners), report.unknown) == 1
