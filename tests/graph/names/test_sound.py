"""How words sound: what romanisations exchange, and what they do not."""

from __future__ import annotations

import pytest

from graph.names.sound import skeletons, sounds


@pytest.mark.parametrize(("left", "right"), [("kaddafi", "qadhafi"), ("provalez", "provales"), ("talibi", "talebi")])
def test_romanisations_of_one_word_have_one_skeleton(left: str, right: str) -> None:
    assert skeletons(sounds(left)) == skeletons(sounds(right))


@pytest.mark.parametrize(("left", "right"), [("qaddafi", "haddafi"), ("provalez", "provalet"), ("talibi", "taribi")])
def test_another_consonant_is_another_word(left: str, right: str) -> None:
    assert skeletons(sounds(left)) != skeletons(sounds(right))


def test_the_skeleton_of_nothing_is_nothing() -> None:
    assert skeletons(sounds("")) == ""
    assert skeletons(sounds("12")) == "12"
