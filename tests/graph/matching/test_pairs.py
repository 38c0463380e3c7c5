"""Two records side by side: what decides, in which direction, and in which words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.matching.pairs import compare_pair, score_pairs
from graph.names import DEFAULT_THRESHOLD

ANNA = {"name": "Anna Exempelsson", "birthDate": "1980-04-12"}


def _score(left: object, right: object, schema: str = "Person") -> float:
    return compare_pair(left, right, schema).score  # type: ignore[arg-type]


def test_a_birth_date_a_slip_away_is_weak_evidence_and_another_is_strong() -> None:
    bare = {"name": "Anna Exempelson"}
    same, slip, swapped, other = (
        _score(ANNA, {**bare, "birthDate": date}) for date in ("1980-04-12", "1980-04-13", "1980-12-04", "1963-09-30")
    )
    assert same > _score({"name": ANNA["name"]}, bare) > slip >= DEFAULT_THRESHOLD
    assert swapped == slip
    assert other < DEFAULT_THRESHOLD


def test_another_number_of_the_same_kind_is_strong_evidence_against() -> None:
    left = {"name": "Exempelverken AB", "registrationNumber": "558000-0007"}
    assert (
        _score(left, {"name": "Exempelverken AB", "registrationNumber": "558000-0015"}, "Company") < DEFAULT_THRESHOLD
    )
    assert _score(left, {"name": "Exempelverken AB", "taxNumber": "558000-0015"}, "Company") == 1.0


def test_exchanged_given_and_family_names_are_two_persons_when_both_records_say_which_is_which() -> None:
    one = {"firstName": "Exempel", "lastName": "Provar"}
    other = {"firstName": "Provar", "lastName": "Exempel"}
    assert _score(one, other) < DEFAULT_THRESHOLD
    assert _score({"name": "Exempel Provar"}, {"name": "Provar Exempel"}) == 1.0


def test_any_of_several_names_may_match() -> None:
    assert _score({"name": ["Något Helt Annat", "Exempelverken AB"]}, {"name": "Exempelverken"}, "Company") == 1.0


def test_the_explanation_says_what_agrees_and_what_speaks_against() -> None:
    result = compare_pair(ANNA, {"name": "Anna Exempelson", "birthDate": "1963-09-30"}, "Person")
    assert not result.match
    assert "Talar emot: födelsedatum" in result.explanation.sv
    assert "Speaks against: date of birth" in result.explanation.en
    assert [part.left for part in result.parts] == ["anna", "exempelsson"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "A",
        "😀😀",
        "AB",
        "Company Ltd",
        "\u0000\u0007",
        "x" * 100_000,
        "nossnosselpmexE annA",
        "Аnna 例え 😀",
        None,
        7,
        [],
    ],
)
@pytest.mark.parametrize("schema", ["Person", "Company", "LegalEntity", "Vessel", "Okänt", ""])
def test_bad_names_never_match_and_never_fail(name: object, schema: str) -> None:
    assert not compare_pair({"name": name}, {"name": "Anna Exempelsson"}, schema).match
    rows = [{"schema": schema, "left": {"name": name}, "right": {"name": "Anna Exempelsson"}}, {}, {"left": None}]
    assert all(score_pairs(rows) < DEFAULT_THRESHOLD)


_names = st.lists(
    st.sampled_from(
        ["Anna", "Berg", "Lasse", "al", "金", "김정은", "II", "B.", "AB", "Exempel", "bygg", "Иван", "i", "JC"]
    ),
    max_size=5,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(_names, _names, st.sampled_from(["Person", "Company", "LegalEntity"]))
def test_many_pairs_are_judged_as_each_alone_and_in_either_direction(left: str, right: str, schema: str) -> None:
    one, other = {"name": left}, {"name": right}
    alone = compare_pair(one, other, schema)
    assert alone.score == pytest.approx(compare_pair(other, one, schema).score)
    (many,) = score_pairs([{"schema": schema, "left": one, "right": other}])
    assert (many >= DEFAULT_THRESHOLD) == alone.match
    if alone.match:
        assert many == alone.score
