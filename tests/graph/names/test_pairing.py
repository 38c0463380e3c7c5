"""Which words answer to each other where the whole name has to decide."""

from __future__ import annotations

import pytest

from graph.model import ListedSchema
from graph.names import DEFAULT_THRESHOLD, similarity

PERSON = ListedSchema.PERSON


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Provan Nowshad Testim Khan", "Provan Naushad Testim Khan", True),
        ("Nowshad Khan", "Naushad Khan", False),
        ("Provan Bahadir Testim Khan", "Provan Naushad Testim Khan", False),
        ("Niels Testim Rost", "Niels Testim Troost", False),
        ("Lars Göran Provberg", "Karin Göran Provberg", False),
    ],
)
def test_a_name_roughly_alike_is_the_same_only_where_two_others_agree(left: str, right: str, same: bool) -> None:
    assert (similarity(left, right, PERSON) >= DEFAULT_THRESHOLD) is same


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Testimir vorPni", "Testimir Provin", True),
        ("rimitseT nivorP", "Testimir Provin", True),
        ("Testimir vorPna", "Testimir Provin", False),
        ("Roland Provin", "Arnold Provin", False),
    ],
)
def test_scrambled_letters_are_seen_through_unless_they_make_another_name(left: str, right: str, same: bool) -> None:
    assert (similarity(left, right, PERSON) >= DEFAULT_THRESHOLD) is same


def test_a_given_name_of_two_syllables_is_known_by_its_form_when_run_together() -> None:
    assert similarity("Prov Tse-tung", "Prov Zedong", PERSON) >= DEFAULT_THRESHOLD
    assert similarity("Prov Tse-ping", "Prov Zedong", PERSON) < DEFAULT_THRESHOLD
