"""The Swedish set: fictional names after real naming customs, each pair with the reason for its label."""

from __future__ import annotations

import csv
from importlib import resources

import pytest

from graph.matching.pairs import compare_pair, score_pairs
from graph.names import DEFAULT_THRESHOLD

LEAST_PAIRS = 500
LEAST_F1 = 0.99
ALLOWED = {
    ("Karin Testlund", "Carina Testlund"),
    ("Per Testlund", "Pär-Ola Testlund"),
    ("Anna Testlund", "Hanna Testlund"),
    ("Lena Testlund", "Lina Testlund"),
}
"""Given names a letter apart: told apart only by what stands beside the name."""


def _pairs() -> list[dict[str, str]]:
    text = resources.files("graph.names").joinpath("data/swedish_pairs.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_the_set_is_large_enough_and_every_label_has_its_reason() -> None:
    pairs = _pairs()
    assert len(pairs) >= LEAST_PAIRS
    assert all(pair["reason"] and pair["label"] in ("0", "1") for pair in pairs)


def test_the_swedish_set_is_matched_but_for_the_allowed_failures() -> None:
    pairs = _pairs()
    rows = [
        {"schema": pair["schema"], "left": {"name": pair["left"]}, "right": {"name": pair["right"]}} for pair in pairs
    ]
    matched = [bool(score >= DEFAULT_THRESHOLD) for score in score_pairs(rows)]
    wrong = {
        (pair["left"], pair["right"])
        for pair, found in zip(pairs, matched, strict=True)
        if found != (pair["label"] == "1")
    }
    right = sum(found and pair["label"] == "1" for pair, found in zip(pairs, matched, strict=True))
    assert wrong <= ALLOWED
    assert 2 * right / (2 * right + len(wrong)) >= LEAST_F1


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ({"name": "Grundstenen 124578 AB"}, {"name": "Grundstenen 124579 AB"}, False),
        ({"name": "Lagrummet December nr 1923 AB"}, {"name": "Lagrummet December nr 1924 AB"}, False),
        ({"name": "Nordbygg Entreprenad i Stockholm AB"}, {"name": "Nordbygg Entreprenad i Malmö AB"}, False),
        ({"name": "Åkeri Väst HB"}, {"name": "Akeri Vast Handelsbolag"}, True),
        (
            {"name": "Exempelverken AB", "registrationNumber": "16558000-0007"},
            {"name": "Heter Något Annat AB", "registrationNumber": "5580000007"},
            True,
        ),
    ],
)
def test_the_five_swedish_errors_of_others_are_right(left: dict[str, str], right: dict[str, str], same: bool) -> None:
    assert compare_pair(left, right, "Company").match is same
    assert compare_pair(right, left, "Company").match is same
