"""The grammar of the officers' text: every role of every holder, and nothing guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.codes import is_known_role, position_of
from connectors.ssbtgu.officers import parse
from graph.model import Position

TEXT = """
    styrelseledamot,ordförande
    198001019804 Granlund, Eva Maria, GRANBY
    styrelseledamot
    19800101-9804 Granlund, Eva Maria, GRANBY
    198102029801 Berg, Nils, STORA BERG
    styrelsesuppleant
    19870310 Holt, James, LONDON, STORBRITANNIEN
    revisor
    5580000015, Revisionsbyrån Ek, AB, GRANBY
    extern verkställande direktör
    198203039808 Sten, Åke
"""


def test_roles_belong_to_the_lines_below_them():
    read = parse(TEXT)
    assert read.unread == ()
    assert [(officer.name, officer.roles, officer.place) for officer in read.officers] == [
        ("Eva Maria Granlund", ("styrelseledamot", "ordförande"), "GRANBY"),
        ("Eva Maria Granlund", ("styrelseledamot",), "GRANBY"),
        ("Nils Berg", ("styrelseledamot",), "STORA BERG"),
        ("James Holt", ("styrelsesuppleant",), "LONDON, STORBRITANNIEN"),
        ("Revisionsbyrån Ek, AB", ("revisor",), "GRANBY"),
        ("Åke Sten", ("extern verkställande direktör",), None),
    ]
    foreign = read.officers[3]
    assert (foreign.number, foreign.birth_date, foreign.given, foreign.family) == (None, "1987-03-10", "James", "Holt")
    assert read.officers[0].number == read.officers[1].number == "198001019804"
    assert read.officers[4].is_organisation
    assert [officer.line for officer in read.officers] == [3, 5, 6, 8, 10, 12]


@pytest.mark.parametrize(
    "text",
    [
        "198001019804 Granlund, Eva, GRANBY",
        "styrelseledamot\n8001019804 Granlund, Eva, GRANBY",
        "styrelseledamot\n19801399 Granlund, Eva, GRANBY",
        "styrelseledamot\nGranlund, Eva, GRANBY",
    ],
)
def test_what_does_not_fit_is_reported_without_its_text(text):
    read = parse(text)
    assert read.officers == ()
    assert len(read.unread) == 1
    assert "Granlund" not in str(read.unread)


def test_holders_after_an_unread_line_are_not_given_the_previous_roles():
    read = parse("styrelseledamot\n198001019804 Granlund, Eva, GRANBY\nHolt, James\n198102029801 Berg, Nils, GRANBY")
    assert [officer.name for officer in read.officers] == ["Eva Granlund"]
    assert len(read.unread) == 2


def test_number_is_not_in_the_repr():
    assert "9804" not in repr(parse(TEXT).officers[0])


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text):
    read = parse(text)
    assert all(officer.roles and officer.name for officer in read.officers)


@pytest.mark.parametrize(
    ("role", "position"),
    [
        ("styrelseledamot", Position.BOARD_MEMBER),
        ("ordförande", Position.BOARD_CHAIR),
        ("vice ordförande", Position.BOARD_MEMBER),
        ("styrelsesuppleant", Position.DEPUTY),
        ("verkställande direktör", Position.CHIEF_EXECUTIVE),
        ("vice verkställande direktör", Position.DEPUTY),
        ("huvudansvarig revisor", Position.AUDITOR),
        ("revisorssuppleant", Position.AUDITOR),
        ("likvidator", Position.LIQUIDATOR),
        ("bolagsman", Position.PARTNER),
        ("Komplementär", Position.PARTNER),
        ("särskild firmatecknare", Position.SIGNATORY),
        ("särskild delgivningsmottagare", Position.OTHER),
    ],
)
def test_position_of_each_role(role, position):
    assert position_of(role) is position
    assert is_known_role(role)


def test_unknown_role_is_other():
    assert position_of("hedersmedlem") is Position.OTHER
    assert not is_known_role("hedersmedlem")
