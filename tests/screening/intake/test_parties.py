"""Rows to parties: each row judged on its own, and no personnummer kept or repeated."""

import pytest

from screening.case import CaseKind, PartyRole
from screening.intake.files import Row
from screening.intake.parties import Intake, parse_parties
from screening.intake.personal import MASK, holds_personal_number, without_personal_numbers

FIRST, SECOND = "5580000015", "5580000023"
PERSONAL = ("199001019802", "19900101-9802", "900101-9802", "900101+9802", "9001019802", "19900161-9809")


def parse(*rows: dict[str, str], kind: CaseKind = CaseKind.PROCUREMENT) -> Intake:
    return parse_parties([Row(f"row {place}", cells) for place, cells in enumerate(rows, start=2)], kind)


def codes(intake: Intake) -> list[tuple[str, str, bool]]:
    return [(problem.place, problem.code, problem.blocking) for problem in intake.problems]


def test_each_bad_row_is_named_and_the_others_go_on() -> None:
    intake = parse(
        {"organisation_number": "558000-0012"},
        {"organisation_number": "abc"},
        {"name": "Ett AB"},
        {"organisation_number": FIRST, "role": "kejsare"},
        {"organisation_number": SECOND, "name": "Två AB"},
    )
    assert codes(intake) == [
        ("row 2", "check_digit", True),
        ("row 3", "not_a_number", True),
        ("row 4", "no_number", True),
        ("row 5", "unknown_role", True),
    ]
    assert [party.declared_name for party in intake.parties] == ["Två AB"]


def test_a_double_is_noted_and_completes_the_first() -> None:
    intake = parse(
        {"organisation_number": FIRST},
        {"organisation_number": "558000-0015", "name": "Ett AB", "contact_email": "a@example.se"},
        {"organisation_number": FIRST, "role": "underleverantör"},
        {"organisation_number": FIRST, "lot": "2"},
    )
    assert codes(intake) == [("row 3", "double", False)]
    assert [(party.role, party.lot) for party in intake.parties] == [
        (PartyRole.BIDDER, None),
        (PartyRole.SUBCONTRACTOR, None),
        (PartyRole.BIDDER, "2"),
    ]
    assert intake.parties[0].declared_name == "Ett AB"
    assert intake.parties[0].contact_email == "a@example.se"


@pytest.mark.parametrize("number", PERSONAL)
def test_a_personal_number_is_neither_taken_nor_repeated(number: str) -> None:
    intake = parse(
        {"organisation_number": number},
        {"organisation_number": FIRST, "name": f"Ett {number} AB", "lot": number, "relied_on_by": number},
    )
    assert codes(intake) == [
        ("row 2", "personal_number", True),
        ("row 3", "personal_number_removed", False),
        ("row 3", "relied_on_by", False),
    ]
    assert intake.parties[0].declared_name == f"Ett {MASK} AB"
    assert number not in repr(intake)


@pytest.mark.parametrize("number", PERSONAL)
def test_personal_numbers_are_found_in_text(number: str) -> None:
    assert holds_personal_number(f"avser {number}.")
    assert without_personal_numbers(f"avser {number}.") == f"avser {MASK}."


@pytest.mark.parametrize(
    "words",
    [
        "",
        FIRST,
        "558000-0015",
        "KS 2026/117",
        "2026-11-22",
        "070-123 45 67",
        "9001019803",
        "1990010198021",
        "6500000000",
    ],
)
def test_other_digits_are_left_alone(words: str) -> None:
    assert without_personal_numbers(words) == words


@pytest.mark.parametrize("kind", CaseKind)
def test_every_case_type_has_a_role_of_its_own(kind: CaseKind) -> None:
    assert parse({"organisation_number": FIRST}, kind=kind).parties[0].role in PartyRole


def test_control_characters_and_long_names() -> None:
    party = parse({"organisation_number": FIRST, "name": "A\x00\x1b\u202eB\n\tC" + "x" * 400}).parties[0]
    assert party.declared_name is not None
    assert party.declared_name.startswith("AB C")
    assert len(party.declared_name) == 300
