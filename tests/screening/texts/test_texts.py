"""The text catalogue: complete, in both languages, and free of the words the product never uses."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from connectors.base import FailureReason
from graph.model import Predicate
from graph.package_data import RuleDataError, read_yaml
from screening import texts
from screening.case import CaseKind, PartyRole
from screening.verdict import CoverageStatus, EvidenceClass, Force, Level, Severity, Text

ROOT = Path(texts.__file__).parents[2]
PACKAGES = ("api", "workers", "screening", "connectors", "graph")
NEVER = re.compile(r"skyldig|kriminell|godkän|riskpoäng|oseriös|underkän", re.IGNORECASE)
"""The words of the vocabulary rule with every inflection."""


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_every_text_has_both_languages_and_the_same_placeholders() -> None:
    assert len(texts.load()) > 200


@pytest.mark.parametrize(
    ("prefix", "members"),
    [
        ("failure", [reason.value for reason in FailureReason]),
        ("coverage", [status.value for status in CoverageStatus]),
        ("severity", [severity.value for severity in Severity]),
        ("evidence_class", [item.value for item in EvidenceClass]),
        ("force", [force.value for force in Force]),
        ("role", [role.value for role in PartyRole]),
        ("case_kind", [kind.value for kind in CaseKind]),
        ("notice", [kind.value for kind in CaseKind]),
        ("predicate", [predicate.value for predicate in Predicate]),
        ("level", [level.name for level in Level] + ["LX"]),
        ("next", [level.name for level in Level] + ["LX"]),
        ("basis", ["law", "sourced", "proposed", "memory"]),
        ("outcome", ["supported", "contradicted", "not_examined"]),
    ],
)
def test_every_member_of_a_vocabulary_has_a_text(prefix: str, members: list[str]) -> None:
    assert [member for member in members if not texts.has(f"{prefix}.{member}")] == []


def literal_keys(path: Path) -> list[str]:
    """Keys given as literals to ``text(…)`` in modules that import it from here."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "screening.texts"
        and any(a.name == "text" for a in node.names)
        for node in ast.walk(tree)
    )
    if not imported:
        return []
    return [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "text"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


def test_every_key_that_the_code_asks_for_exists() -> None:
    asked = {(path.name, key) for path in modules() for key in literal_keys(path)}
    assert asked
    assert sorted((name, key) for name, key in asked if not texts.has(key)) == []


MADE_KEYS = {
    "problem.title.": None,  # by HTTP status, also those that the framework gives
    "problem.field.": None,  # by pydantic's kind of error
    "problem.": "api",
    "intake.row.": "screening/intake",
}
"""Beginnings of keys that are put together, and where the code's literals hold their endings (``None``: elsewhere)."""


def literals(folder: str) -> set[str]:
    """Every string literal in the code of ``folder``."""
    return {
        node.value
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_text_of_the_interfaces_is_used() -> None:
    said = set().union(*map(literals, PACKAGES))
    unused = []
    for key in set(texts.load(texts.INTERFACE_FILE)) - said:
        beginning = next((start for start in MADE_KEYS if key.startswith(start)), None)
        folder = MADE_KEYS[beginning] if beginning else ""
        if beginning is None or (folder and key.removeprefix(beginning) not in literals(folder)):
            unused.append(key)
    assert unused == []


def test_values_are_filled_in_by_language() -> None:
    said = texts.text(
        "unchecked.source_no_answer", source=Text("Källan", "The source"), reason=texts.text("failure.timeout")
    )
    assert said == Text("Källan: källan svarade inte i tid.", "The source: the source did not answer in time.")


def test_an_unknown_key_or_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts.text("no.such.text")
    with pytest.raises(KeyError):
        texts.text("level.as_of")


def test_the_rule_files_never_use_the_forbidden_words() -> None:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.yaml")]
    assert len(files) > 10
    found = [(path.name, hit.group()) for path in files for hit in NEVER.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


def test_the_code_never_uses_the_forbidden_words() -> None:
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and NEVER.search(node.value):
                found.append((str(path.relative_to(ROOT)), node.lineno, node.value[:60]))
    assert found == []


def test_a_doubled_key_in_a_rule_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "badrules"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "rules.yaml").write_text("one: 1\none: 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(RuleDataError, match="given twice"):
        read_yaml("badrules", "rules.yaml")


def test_a_missing_rule_file_says_so() -> None:
    with pytest.raises(RuleDataError, match=r"none\.yaml"):
        read_yaml("screening.texts", "none.yaml")


def test_every_problem_of_the_api_has_a_text() -> None:
    asked = {
        node.args[1].value
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "ApiProblem"
        and len(node.args) == 2
        and isinstance(node.args[1], ast.Constant)
    }
    assert sorted(code for code in asked if not texts.has(f"problem.{code}")) == []
