"""Explained paths: shortest first, detours dropped, never two uncertain links in a row, hubs set aside, in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.paths import Doubt, explained_paths

NOW = datetime(2026, 10, 1, tzinfo=UTC)
P, Q, R = "PERSON:p", "PERSON:q", "PERSON:r"


def link(
    subject: str, predicate: Predicate, target: str, source: str = "ssbtgu", document: str = "d", **value: Any
) -> Fact:
    start, end = value.pop("start", None), value.pop("end", None)
    return Fact(
        EntityKey(subject),
        predicate,
        value,
        source,
        document * 64,
        f"/{subject}/{target}",
        NOW,
        EntityKey(target),
        start,
        end,
    )


def office(company: str, holder: str, position: str = "board_member", **more: Any) -> Fact:
    return link(company, Predicate.OFFICER, holder, role="x", position=position, **more)


def stake(owner: str, owned: str, source: str = "bods", **value: Any) -> Fact:
    return link(owner, Predicate.OWNERSHIP, owned, source, **{"interest": "shareholding", **value})


def named(key: str, name: str) -> Fact:
    person = key.startswith("PERSON:")
    value = {"name": name} if person else {"name": name, "kind": "registered"}
    predicate = Predicate.PERSON_NAME if person else Predicate.NAME
    return Fact(EntityKey(key), predicate, value, "ssbtgu", "d" * 64, f"/{key}", NOW)


def ways(facts: list[Fact], start: str = "A", end: str = "B", **options: int) -> list[tuple[str, ...]]:
    return [path.keys for path in explained_paths(Network.of(facts), start, end, **options).paths]


def test_a_path_in_words_with_its_documents() -> None:
    facts = [
        office("A", P, start=date(2024, 3, 1)),
        stake(P, "B", minimum=60, maximum=75),
        named("A", "Ett AB"),
        named("B", "Två AB"),
        named(P, "Kim Exempel"),
    ]
    (path,) = explained_paths(Network.of(facts), "A", "B").paths
    assert path.text.sv == "Ett AB – styrelseledamot 2024-03-01– → Kim Exempel – ägare 60–75 % → Två AB"
    assert path.text.en == "Ett AB – board member 2024-03-01– → Kim Exempel – owner of 60–75% → Två AB"
    assert [[fact.document for fact in hop.facts] for hop in path.hops] == [["d" * 64], ["d" * 64]]
    (back,) = explained_paths(Network.of(facts), "B", "A").paths
    assert back.text.sv == "Två AB – ägs 60–75 % av → Kim Exempel – styrelseledamot 2024-03-01– i → Ett AB"


def test_one_hop_tells_every_office_once() -> None:
    facts = [
        office("A", P),
        office("A", P, "chief_executive"),
        office("A", P, document="e"),
        link(P, Predicate.ENGAGEMENT, "A", "ssbten"),
    ]
    (path,) = explained_paths(Network.of(facts), "A", P).paths
    assert len(path.hops[0].facts) == 4
    assert path.hops[0].label.sv == "styrelseledamot, verkställande direktör"


def test_shortest_first_and_detours_dropped() -> None:
    facts = [
        office("A", P),
        office("B", P),
        office("A", Q),
        office("C", Q),
        office("C", P),
        office("B", R),
        office("C", R),
    ]
    # A–Q–C–P–B goes round A–P–B; A–Q–C–R–B does not.
    assert ways(facts) == [("A", P, "B"), ("A", Q, "C", R, "B")]


def test_a_direct_link_hides_no_other_way() -> None:
    facts = [stake("A", "B", exact=10), office("A", P), office("B", P)]
    assert ways(facts) == [("A", "B"), ("A", P, "B")]


def test_never_two_uncertain_links_in_a_row() -> None:
    unnamed = Fact(
        EntityKey("BODS:UNKNOWN:1"),
        Predicate.MISCELLANEOUS,
        {"name": "unspecified_reason", "value": "x"},
        "bods",
        "d" * 64,
        "/",
        NOW,
    )
    through = [stake("BODS:UNKNOWN:1", "A"), stake("BODS:UNKNOWN:1", "B"), unnamed]
    assert ways(through) == []
    vague = [stake(P, "A", interest="unknownInterest"), office("B", P)]
    (path,) = explained_paths(Network.of(vague), "A", "B").paths
    assert [hop.doubt for hop in path.hops] == [Doubt.UNNAMED, None]
    assert "osäkert" in path.text.sv


def test_one_person_by_description_is_an_uncertain_link() -> None:
    facts = [stake(P, "A", exact=50, document="1"), stake(P, "B", exact=50, document="2")]
    (path,) = explained_paths(Network.of(facts), "A", "B").paths
    assert [hop.doubt for hop in path.hops] == [None, Doubt.DESCRIPTION]
    same_file = [stake(P, "A", exact=50), stake(P, "B", exact=50)]
    (path,) = explained_paths(Network.of(same_file), "A", "B").paths
    assert [hop.doubt for hop in path.hops] == [None, None]
    numbered = [*facts, office("A", P, source="ssbtgu")]
    (path,) = explained_paths(Network.of(numbered), "A", "B").paths
    assert [hop.doubt for hop in path.hops] == [None, None]


def test_hub_is_set_aside_with_a_sentence() -> None:
    facts = [office(company, P) for company in ["A", "B", *(f"C{i}" for i in range(30))]]
    facts += [office("A", Q), office("B", Q), named(P, "Kim Exempel")]
    report = explained_paths(Network.of(facts), "A", "B")
    assert [path.keys for path in report.paths] == [("A", Q, "B")]
    (aside,) = report.set_aside
    assert (aside.key, aside.organisations) == (P, 32)
    assert aside.text.sv.startswith("Kim Exempel är knuten till 32 organisationer.")
    assert explained_paths(Network.of(facts), "A", Q).set_aside == report.set_aside
    assert not explained_paths(Network.of(facts), P, "B").set_aside


def test_a_parent_of_many_subsidiaries_is_no_hub() -> None:
    facts = [stake("M", company, exact=100) for company in ["A", "B", *(f"C{i}" for i in range(40))]]
    assert ways(facts) == [("A", "M", "B")]
    custodian = [stake("M", company, exact=5) for company in ["A", "B", *(f"C{i}" for i in range(40))]]
    assert ways(custodian) == []


def test_truncation_is_told() -> None:
    facts = [office(company, f"PERSON:{i:02}") for i in range(20) for company in "AB"]
    report = explained_paths(Network.of(facts), "A", "B", limit=5)
    assert len(report.paths) == 5
    assert report.truncated
    assert [note.sv for note in report.notes] == ["Det finns fler vägar än de 5 kortaste som visas."]
    assert not explained_paths(Network.of(facts), "A", "B", limit=20).truncated


def test_nothing_found_is_said() -> None:
    report = explained_paths(Network.of([office("A", P), office("B", Q)]), "A", "B")
    assert report.paths == ()
    assert "högst 6 led" in report.notes[0].sv
    assert explained_paths(Network.of([office("A", P)]), "A", "nobody").paths == ()
    assert ways([office("A", P), office("C", P), office("C", Q), office("B", Q)], longest=3) == []


def test_dense_network_is_searched_within_bounds() -> None:
    clique = [stake(f"N{i}", f"N{j}", exact=1) for i in range(40) for j in range(40) if i != j]
    report = explained_paths(Network.of(clique), "N0", "N1", hub=1000)
    assert [len(path.hops) for path in report.paths] == [1] + [2] * 15
    assert report.truncated


NODES = ["A", "B", "C", "D", P, Q]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(NODES),
            st.sampled_from(NODES),
            st.sampled_from(["shareholding", "unknownInterest"]),
            st.sampled_from("12"),
        ),
        max_size=14,
    ),
    st.randoms(),
)
def test_rules_hold_for_any_network(rows: list[tuple[str, str, str, str]], dice: Any) -> None:
    facts = [stake(a, b, exact=60, interest=kind, document=document) for a, b, kind, document in rows]
    report = explained_paths(Network.of(facts), "A", "B")
    dice.shuffle(facts)
    assert explained_paths(Network.of(facts), "A", "B") == report
    linked = {frozenset((fact.subject, fact.object)) for fact in facts}
    lengths = [len(path.hops) for path in report.paths]
    assert lengths == sorted(lengths)
    for path in report.paths:
        assert len(set(path.keys)) == len(path.keys)
        assert (path.keys[0], path.keys[-1]) == ("A", "B")
        assert all(frozenset(pair) in linked for pair in pairwise(path.keys))
        assert not any(one.doubt and other.doubt for one, other in pairwise(path.hops))
        inner = set(path.keys[1:-1])
        assert not any(set(other.keys[1:-1]) < inner for other in report.paths if len(other.keys) > 2)
