"""Texts in two languages and the strictness of their catalogue files."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.package_data import RuleDataError
from graph.text import Text, filled, joined, load_texts


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """An importable package ``words_N`` whose ``texts.yaml`` holds the test's parameter."""
    name = f"words_{abs(hash(request.param))}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "texts.yaml").write_text(request.param, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


@pytest.mark.parametrize(
    "package", ["a.b: {sv: Hej {name}, en: 'Hello {name}'}".replace("Hej {name}", "'Hej {name}'")], indirect=True
)
def test_a_catalogue_is_read(package: str) -> None:
    assert load_texts(package, "texts.yaml") == {"a.b": Text("Hej {name}", "Hello {name}")}


@pytest.mark.parametrize(
    "package",
    [
        "a: {sv: Hej}",
        "a: {sv: Hej, en: ''}",
        "a: {sv: Hej, en: Hello, de: Hallo}",
        "a: {sv: 1, en: 1}",
        "a: Hej",
        "a: {sv: 'Hej {name}', en: Hello}",
        "a: {sv: Hej, en: Hello}\na: {sv: Hej, en: Hello}",
        "[1]",
    ],
    indirect=True,
)
def test_an_incomplete_catalogue_is_refused(package: str) -> None:
    with pytest.raises(RuleDataError):
        load_texts(package, "texts.yaml")


def test_values_are_filled_in_by_language() -> None:
    template = Text("{count} {what}", "{count} of {what}")
    assert filled(template, {"count": 2, "what": Text("filer", "files")}) == Text("2 filer", "2 of files")
    with pytest.raises(KeyError):
        filled(template, {"count": 2})


def test_texts_are_joined_and_shown_together() -> None:
    assert joined([Text("ja", "yes"), Text("nej", "no")], ". ") == Text("ja. nej", "yes. no")
    assert Text("ja", "yes").both == "yes / ja"
    assert Text("HTTP 500", "HTTP 500").both == "HTTP 500"
