"""Addresses: the same house gets one key, different houses never do."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.addresses import address_key, analyse, is_box, is_care_of, swedish


def test_the_examples_that_open_the_module_hold() -> None:
    assert doctest.testmod(swedish).failed == 0


SAME_HOUSE = [
    "Storgatan 12 A",
    "STORGATAN 12A",
    "storgatan 12a",
    "Storg. 12 A",
    "Storgat. 12A",
    "Storgatan 12 A lgh 1203",
    "Storgatan 12A, lgh 1203",
    "Storgatan 12A, 2 tr",
    "Storgatan 12 A 3 tr ög",
    "Storgatan 12A, vån 4",
    "Storgatan 12 A, plan 2",
    "Storgatan 12 A, bv",
    "c/o Redovisning i Ort AB, Storgatan 12A",
    "C/O Redovisning Storgatan 12A",
    "Storgatan 12A c/o Redovisning",
    "  Storgatan\u00a012A\u0000",
]


@pytest.mark.parametrize("written", SAME_HOUSE)
def test_one_house_has_one_key(written: str) -> None:
    assert address_key(written, "111 22", "Stockholm") == "STORGATAN 12A|11122"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Storgatan 12", "Storgatan 12 A"),
        ("Storgatan 12", "Storgatan 21"),
        ("Storgatan 12", "Storvägen 12"),
        ("Norra Storgatan 12", "Storgatan 12"),
        ("Åvägen 1", "Avägen 1"),
        ("Berg 3", "Bergatan 3"),
        ("Box 12", "Box 123"),
        ("Box 12", "Storgatan 12"),
    ],
)
def test_different_houses_have_different_keys(left: str, right: str) -> None:
    assert address_key(left, "11122", "Stockholm") != address_key(right, "11122", "Stockholm")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("N. Kungsgatan 3", "Norra Kungsgatan 3"),
        ("S:t Eriksgatan 5", "Sankt Eriksgatan 5"),
        ("Strandv. 7", "Strandvägen 7"),
        ("Storgatan 12-14", "Storgatan 12 – 14"),
        ("Box 123", "P.O. Box 123"),
        ("BOX123", "Box  123"),
        ("PO Box 123", "Postbox 123"),
        ("Lilla Berga", "LILLA BERGA"),
        ("Allégatan 4", "Allegatan 4"),
    ],
)
def test_notations_of_the_same_place_agree(left: str, right: str) -> None:
    assert address_key(left, "11122", "Stockholm") == address_key(right, "SE-111 22", None) is not None


def test_the_postal_code_tells_equal_street_names_apart() -> None:
    assert address_key("Storgatan 1", "11122", "Stockholm") != address_key("Storgatan 1", "80320", "Gävle")


def test_the_town_serves_where_no_swedish_code_is_given() -> None:
    assert address_key("Storgatan 1", None, "Gävle") == "STORGATAN 1|GÄVLE"
    assert address_key("Hauptstraße 5", "01067", "Dresden") == "HAUPTSTRASSE 5|01067 DRESDEN"


@pytest.mark.parametrize(
    ("street", "postal_code", "city", "care_of"),
    [
        (None, "11122", "Stockholm", None),
        ("", "11122", "Stockholm", None),
        ("c/o Andersson", "11122", "Stockholm", None),
        (None, "11122", "Stockholm", "Andersson"),
        ("Adress saknas", "11122", "Stockholm", None),
        ("null", "null", "null", "null"),
        ("Storgatan 1", None, None, None),
        ("😀", "11122", "Stockholm", None),
        ("-", "-", "-", "-"),
    ],
)
def test_nothing_usable_has_no_key(
    street: str | None, postal_code: str | None, city: str | None, care_of: str | None
) -> None:
    assert address_key(street, postal_code, city, care_of) is None


def test_a_street_in_the_care_of_field_is_found() -> None:
    assert address_key("c/o Andersson", "11122", "Stockholm", "Storgatan 12A") == "STORGATAN 12A|11122"


def test_the_name_after_care_of_is_never_in_the_key() -> None:
    key = address_key("c/o Anna Andersson, Storgatan 1", "11122", "Stockholm", "Anna Andersson")
    assert key == "STORGATAN 1|11122"


@pytest.mark.parametrize("street", ["Box 1", "BOX 4711", "box12", "P.O. Box 7", "Box 5, Storgatan 1"])
def test_a_box_is_seen(street: str) -> None:
    assert is_box(street)


@pytest.mark.parametrize("street", [None, "", "Boxholmsvägen 3", "Storgatan 1", "Boxgatan 12"])
def test_a_street_is_no_box(street: str | None) -> None:
    assert not is_box(street)


@pytest.mark.parametrize(
    ("street", "care_of"),
    [
        ("c/o Firman AB, Storgatan 1", None),
        ("C/O FIRMAN", None),
        ("Storgatan 1", "Firman AB"),
        ("Storgatan 1", "c/o Firman"),
        ("℅ Firman", None),
    ],
)
def test_care_of_is_seen(street: str | None, care_of: str | None) -> None:
    assert is_care_of(street, care_of)


@pytest.mark.parametrize(
    ("street", "care_of"),
    [("Storgatan 1", None), ("Storgatan 1", " "), ("Storgatan 1", "c/o"), (None, "null"), ("Co Berggatan 1", None)],
)
def test_no_care_of_is_imagined(street: str | None, care_of: str | None) -> None:
    assert not is_care_of(street, care_of)


def test_parts_are_told_apart() -> None:
    parts = analyse("Storgatan 12-14 B lgh 1001", "111 22", "Stockholm")
    assert (parts.street, parts.number, parts.entrance, parts.postal_code, parts.city) == (
        "STORGATAN",
        "12-14",
        "B",
        "11122",
        "STOCKHOLM",
    )


@given(*[st.none() | st.text(max_size=60)] * 4)
def test_any_text_is_survived(
    street: str | None, postal_code: str | None, city: str | None, care_of: str | None
) -> None:
    key = address_key(street, postal_code, city, care_of)
    assert key is None or "|" in key


def test_a_hundred_kilobytes_are_survived() -> None:
    assert address_key("Storgatan 1, " + "x" * 100_000, "11122", "Stockholm") == "STORGATAN 1|11122"
    address_key("c/o " * 25_000, "1" * 100_000, "a" * 100_000, "1 " * 50_000)
