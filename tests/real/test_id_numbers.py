"""The public test vectors for Swedish numbers, each one: what is valid passes, what is invalid fails."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graph.identity import organisationsnummer, personnummer, samordningsnummer, vat
from graph.identity.errors import PersonalNumberGiven

SHARED = Path(os.environ.get("GENOMLYS_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
FOLDER = SHARED / "samples" / "id-numbers"
TODAY = date(2026, 11, 22)

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason=f"{FOLDER} is not there: the public vectors are not part of the product"
    ),
]


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _person_is_valid(text: str) -> bool:
    return personnummer.is_valid(text, today=TODAY) or samordningsnummer.is_valid(text, today=TODAY)


def test_organisation_numbers() -> None:
    rows = _read("organisationsnummer-list.json")
    assert rows
    for row in rows:
        if row["type"] == "Enskild firma":
            with pytest.raises(PersonalNumberGiven):
                organisationsnummer.validate(row["input"])
            assert _person_is_valid(row["input"]) == row["valid"]
            assert not row["valid"] or vat.holds_personal_number(vat.validate(row["vat_number"]))
            continue
        for written in (row["input"], row["long_format"], row["short_format"]):
            assert organisationsnummer.is_valid(written) == row["valid"]
        assert vat.is_valid(row["vat_number"]) == row["valid"]
        if row["valid"]:
            number = organisationsnummer.validate(row["input"])
            assert (number, organisationsnummer.format(number)) == (row["short_format"], row["long_format"])
            assert vat.organisation_number(row["vat_number"]) == number


def test_personal_and_coordination_numbers() -> None:
    rows = _read("personnummer-list.json")
    assert rows
    for row in rows:
        module = personnummer if row["type"] == "ssn" else samordningsnummer
        other = samordningsnummer if row["type"] == "ssn" else personnummer
        for name in ("integer", "long_format", "short_format", "separated_format", "separated_long"):
            text = str(row[name])
            if name == "short_format" and row["separated_format"][6] == "+":
                continue  # ten digits without the plus sign mean another century
            assert module.is_valid(text, today=TODAY) == row["valid"], name
            assert not other.is_valid(text, today=TODAY)
            if row["valid"]:
                assert module.validate(text, today=TODAY) == row["long_format"]


def test_structured_vectors() -> None:
    modules = {"ssn": personnummer, "con": samordningsnummer}
    for kind, notations in _read("personnummer-structured.json").items():
        for vectors in notations.values():
            for text in vectors["valid"]:
                assert modules[kind].is_valid(str(text), today=TODAY)
            for text in vectors["invalid"]:
                assert not _person_is_valid(str(text))


def test_organisation_numbers_that_look_almost_like_dates() -> None:
    for row in _read("personnummer-orgnumber.json"):
        for text in (str(row["integer"]), row["short_format"], row["separated_format"]):
            assert not _person_is_valid(text)
            assert organisationsnummer.is_valid(text)
