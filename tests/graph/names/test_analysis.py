"""What is read out of a name: legal forms in romanised Cyrillic, abbreviations, ordinals, places, the article."""

from __future__ import annotations

import pytest

from graph.model import ListedSchema
from graph.names import DEFAULT_THRESHOLD, TokenKind, normalise_organisation, normalise_person, similarity

ORGANISATION, PERSON = ListedSchema.ORGANISATION, ListedSchema.PERSON


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Obshchestvo s ogranichennoy otvetstvennostyu Exempel", "limited_liability"),
        ("Obschestvo S Ogranichennoi Otvetstvennostyu Exempel", "limited_liability"),
        ("Otkrytoye aktsionernoye obshchestvo Exempel", "joint_stock"),
        ("Adkrytaye aktsyyanernaye tavarystva Exempel", "joint_stock"),
    ],
)
def test_a_legal_form_in_romanised_cyrillic_is_no_part_of_the_name(name: str, form: str) -> None:
    analysis = normalise_organisation(name)
    assert analysis.legal_forms == {form}
    assert analysis.text == "exempel"


def test_half_of_such_a_legal_form_stays_in_the_name() -> None:
    assert not normalise_organisation("Obshchestvo Exempel").legal_forms


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Provdal Imp. & Exp. Co. Ltd", "Provdal Import and Export Co. Ltd"),
        ("St. Exempla Hosp.", "Saint Exempla Hospital"),
        ("Exempel Mfg", "Exempel Manufacturing"),
        ("140th Exempel Plant", "140 Exempel Plant"),
    ],
)
def test_an_abbreviation_is_read_as_the_word(left: str, right: str) -> None:
    assert similarity(left, right, ORGANISATION) == pytest.approx(1.0)


def test_an_abbreviation_of_another_word_is_another_word() -> None:
    assert similarity("Provdal Imp. Ltd", "Provdal Export Ltd", ORGANISATION) < 0.7
    assert similarity("140th Exempel Plant", "141 Exempel Plant", ORGANISATION) < DEFAULT_THRESHOLD


def test_an_abbreviated_given_name_is_the_name() -> None:
    assert similarity("Mohd Provdal Testi", "Mohammed Provdal Testi", PERSON) == pytest.approx(1.0)
    assert normalise_person("Moha Provdal").text == "moha provdal"


def test_a_place_of_two_words_is_one_place() -> None:
    analysis = normalise_organisation("Exempel Hong Kong")
    places = [token for token in analysis.tokens if token.kind is TokenKind.PLACE]
    assert [token.text for token in places] == ["hong", "kong"]
    assert sum(token.weight for token in places) == pytest.approx(normalise_organisation("Exempel China").weight - 1.0)


def test_branches_in_two_such_places_are_two_companies() -> None:
    assert similarity("Bank of Exempel (Hong Kong) Ltd", "Bank of Exempel (Australia) Ltd", ORGANISATION) < 0.7
    assert similarity("Bank of Exempel (Hong Kong) Ltd", "Bank of Exempel Hong Kong Ltd", ORGANISATION) >= 0.7


def test_the_arabic_article_may_be_left_out_but_the_letters_of_a_swedish_firm_may_not() -> None:
    assert similarity("Al Provara", "Provara Organization", ORGANISATION) >= DEFAULT_THRESHOLD
    assert normalise_organisation("AL Provara AB").tokens[0].kind is TokenKind.WORD
    assert similarity("AL Provara AB", "BL Provara AB", ORGANISATION) < DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    "name", ["Abd al-Proviz Testi", "Abdel Proviz Testi", "Abdul-Proviz Testi", "Abd ar-Proviz Testi"]
)
def test_servant_of_is_one_word_however_romanised(name: str) -> None:
    assert normalise_person(name).text == "abdul proviz testi"


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("عبد العزيز محمد", "Abdul Aziz Mohammed", True),
        ("عبد الله محمد", "Abdullah Mohammed", True),
        ("Abd Allah Provin", "Abdullah Provin", True),
        ("Abd al-Aziz Provin", "Abd al-Rahman Provin", False),
        ("عبد العزيز محمد", "Abdullah Mohammed", False),
    ],
)
def test_the_servant_of_one_is_not_the_servant_of_another(left: str, right: str, same: bool) -> None:
    assert (similarity(left, right, PERSON) >= DEFAULT_THRESHOLD) is same
