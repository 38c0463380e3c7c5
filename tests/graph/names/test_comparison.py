"""What a pairing is worth: acronyms, romanised words, names that stand for longer ones or go on in another way."""

from __future__ import annotations

import pytest

from graph.model import ListedSchema
from graph.names import DEFAULT_THRESHOLD, similarity

ORGANISATION, PERSON = ListedSchema.ORGANISATION, ListedSchema.PERSON


def test_a_long_acronym_identifies_better_than_a_short_one() -> None:
    long = similarity("SPEHB", "Svenska Provkraft Exempel Hanteringen Bygden", ORGANISATION)
    short = similarity("SEH", "Svenska Exempel Hanteringen", ORGANISATION)
    assert long > short >= DEFAULT_THRESHOLD


def test_letters_in_another_order_are_no_acronym() -> None:
    assert similarity("SPHEB", "Svenska Provkraft Exempel Hanteringen Bygden", ORGANISATION) < DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Provaleban", "Provaliban", True),
        ("Proveeha", "Proviha", True),
        ("Proveeha AB", "Proviha", False),
        ("Provaleban", "Provalebat", False),
        ("Slakk", "Slekk", False),
    ],
)
def test_a_foreign_word_may_be_romanised_with_other_vowels_but_a_coined_one_not(
    left: str, right: str, same: bool
) -> None:
    assert (similarity(left, right, ORGANISATION) >= DEFAULT_THRESHOLD) is same


def test_a_name_may_stand_for_a_much_longer_one_unless_both_are_registered() -> None:
    longer = "Provkatt Deltro Sambra Filuxa Norvento"
    assert similarity("Provkatt", longer, ORGANISATION) >= DEFAULT_THRESHOLD
    assert similarity("Provkatt AB", longer + " AB", ORGANISATION) < DEFAULT_THRESHOLD
    assert similarity("Provhund", longer, ORGANISATION) == 0.0


def test_one_word_written_apart_is_another_firm_when_each_goes_on_in_its_own_way() -> None:
    assert similarity("Yaprovi (UK) Limited", "Ya Provi Industries Group", ORGANISATION) < DEFAULT_THRESHOLD
    assert similarity("Yaprovi Limited", "Ya Provi Group", ORGANISATION) >= DEFAULT_THRESHOLD


@pytest.mark.parametrize("schema", [ORGANISATION, PERSON])
def test_the_article_may_be_written_on_to_the_name(schema: ListedSchema) -> None:
    left, right = ("Alprovarain", "Provarain") if schema is ORGANISATION else ("Omar Alprovari", "Omar Provari")
    assert similarity(left, right, schema) >= DEFAULT_THRESHOLD
    assert similarity(left, right.replace("rov", "ilg"), schema) < DEFAULT_THRESHOLD


def test_a_further_trade_makes_another_company_of_a_name_that_is_whole() -> None:
    assert similarity("Provdal Bank", "Provdal Bank Trust Company", ORGANISATION) < DEFAULT_THRESHOLD
    assert similarity("Provdal", "Provdal Bank Trust Company", ORGANISATION) >= DEFAULT_THRESHOLD
    assert similarity("Provdal Bank", "Provdal Bank Company", ORGANISATION) >= DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("President Provdalen", "Testa Maria Provdalen", True),
        ("President Testa", "Testa Maria Provdalen", False),
        ("Doktor Provdalen", "Testa Maria Provdalen", False),
        ("Provdalen", "Testa Maria Provdalen", False),
    ],
)
def test_an_office_and_the_family_name_say_who_is_meant(left: str, right: str, same: bool) -> None:
    assert (similarity(left, right, PERSON) >= DEFAULT_THRESHOLD) is same


def test_an_organisation_around_another_is_not_it() -> None:
    assert similarity("Provbackens gymnasium", "Provbackens gymnasiums elevkår", ORGANISATION) < DEFAULT_THRESHOLD
    assert similarity("Provmuseet", "Provmuseets vänner", ORGANISATION) < DEFAULT_THRESHOLD
    assert similarity("Provmuseets vänner", "Föreningen Provmuseets vänner", ORGANISATION) >= DEFAULT_THRESHOLD


def test_three_letters_are_many_firms() -> None:
    assert similarity("PXD International", "P.X.D. Company", ORGANISATION) < DEFAULT_THRESHOLD
    assert similarity("PXD", "P.X.D. Company", ORGANISATION) >= DEFAULT_THRESHOLD
    assert similarity("Pixdel International", "Pixdel Company", ORGANISATION) >= DEFAULT_THRESHOLD


def test_many_names_may_be_left_out_between_but_not_at_the_end() -> None:
    whole = "Ibrahim Provin Testam Deltro Sambra Filux Norvent"
    assert similarity("Ibrahim Norvent", whole, PERSON) >= DEFAULT_THRESHOLD
    assert similarity("Ibrahim Provin", whole, PERSON) < DEFAULT_THRESHOLD
