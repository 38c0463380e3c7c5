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
