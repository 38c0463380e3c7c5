"""The indicator catalogue: what each rule means, how heavily it weighs, which law it touches, and since when.

Invariants: ids are unique on any date; every legal reference exists in ``screening.law``; every parameter has a basis;
the hash covers indicators, sources, law and the texts that can appear in a result, so that a result names the exact
edition of the rules it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from graph.model import Predicate, canonical_json, sha256_hex
from graph.package_data import RuleDataError, read_yaml
from screening import law
from screening.case import CaseKind
from screening.texts import VERDICT_FILE
from screening.verdict import EvidenceClass, Level, Severity, Text

INDICATORS_FILE = "indicators.yaml"
SOURCES_FILE = "sources.yaml"
PARAMETER_BASES = ("law", "sourced", "proposed", "memory")


@dataclass(frozen=True, slots=True)
class IndicatorRule:
    """One indicator as data; its function of the same id stands in ``screening.indicators``."""

    id: str
    version: str
    family: str
    """The id group (``IDN``, ``TAX`` …): two medium signals add up only across families."""
    name: Text
    case_types: tuple[CaseKind, ...]
    evidence_class: EvidenceClass
    severity: Severity
    severity_rationale: Text
    max_level: Level
    level_before_reply: Level | None
    """The level until the parties have been heard, where the law demands that first (C-531/16)."""
    parameters: Mapping[str, Any]
    parameter_basis: str
    legal: tuple[str, ...]
    """Ground ids of ``screening.law``; those of the case's procedure and date are cited."""
    explanations: tuple[Text, ...]
    """Innocent explanations; ``Signal.explanation_outcomes`` answers them by index."""
    predicates: tuple[Predicate, ...]
    """What the rule needs to know."""
    sources: tuple[str, ...]
    """Where the rule comes from: keys of ``Catalogue.references``."""
    valid_from: date | None
    valid_to: date | None

    def in_force(self, on: date) -> bool:
        """Whether this version applies to a case opened on that date."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class SourceMeaning:
    """What a source can tell and what its silence means (``sources.yaml``)."""

    id: str
    name: Text
    kind: str
    """``register``, ``list`` or ``file``."""
    tells: tuple[Predicate, ...]
    identifies: bool
    """Whether *not found* means that the party could not be identified; else it means that nothing is there."""
    binding: bool
    """Whether a finding resting on it can reach L3 and L4."""


@dataclass(frozen=True)
class Catalogue:
    """All indicators, sources and law of one edition."""

    version: str
    indicators: tuple[IndicatorRule, ...]
    references: Mapping[str, Text]
    sources: Mapping[str, SourceMeaning]
    law: law.Law
    sha256: str
    """Over the content of indicators, sources, law and verdict texts."""

    def indicator(self, identifier: str, on: date | None = None) -> IndicatorRule:
        """The version in force on that date (default: the newest); raises ``KeyError`` when there is none."""
        if on is None:
            return self.newest(identifier)
        for rule in self.indicators:
            if rule.id == identifier and rule.in_force(on):
                return rule
        raise KeyError(identifier)

    def newest(self, identifier: str) -> IndicatorRule:
        """The newest version of an indicator; raises ``KeyError`` when it is unknown."""
        versions = [rule for rule in self.indicators if rule.id == identifier]
        if not versions:
            raise KeyError(identifier)
        return max(versions, key=lambda rule: rule.valid_from or date.min)

    def for_kind(self, kind: CaseKind, on: date) -> tuple[IndicatorRule, ...]:
        """The indicators that concern a case type on that date, in catalogue order."""
        return tuple(rule for rule in self.indicators if kind in rule.case_types and rule.in_force(on))

    @property
    def ids(self) -> tuple[str, ...]:
        """Every indicator id once, in catalogue order."""
        return tuple(dict.fromkeys(rule.id for rule in self.indicators))


def _text(entry: Any, where: str) -> Text:
    if not isinstance(entry, dict) or set(entry) != {"sv", "en"} or not entry["sv"] or not entry["en"]:
        raise RuleDataError(INDICATORS_FILE, f"{where} must have sv and en")
    return Text(sv=entry["sv"], en=entry["en"])


def _rule(entry: dict[str, Any]) -> IndicatorRule:
    where = str(entry.get("id", "an indicator without id"))
    try:
        before_reply = entry.get("level_before_reply")
        rule = IndicatorRule(
            id=entry["id"],
            version=entry["version"],
            family=entry["family"],
            name=_text(entry["name"], where),
            case_types=tuple(CaseKind(kind) for kind in entry["case_types"]),
            evidence_class=EvidenceClass(entry["evidence_class"]),
            severity=Severity(entry["severity"]),
            severity_rationale=_text(entry["severity_rationale"], where),
            max_level=Level(entry["max_level"]),
            level_before_reply=None if before_reply is None else Level(before_reply),
            parameters=dict(entry["parameters"]),
            parameter_basis=entry["parameter_basis"],
            legal=tuple(entry["legal"]),
            explanations=tuple(_text(explanation, where) for explanation in entry["explanations"]),
            predicates=tuple(Predicate(predicate) for predicate in entry["predicates"]),
            sources=tuple(entry["sources"]),
            valid_from=entry.get("valid_from"),
            valid_to=entry.get("valid_to"),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise RuleDataError(INDICATORS_FILE, f"{where}: {error}") from error
    if not rule.id.startswith(f"{rule.family}-"):
        raise RuleDataError(INDICATORS_FILE, f"{where}: family {rule.family} is not the id's")
    if rule.parameter_basis not in PARAMETER_BASES:
        raise RuleDataError(INDICATORS_FILE, f"{where}: unknown parameter_basis {rule.parameter_basis}")
    if not rule.explanations:
        raise RuleDataError(INDICATORS_FILE, f"{where}: at least one innocent explanation is required")
    return rule


def _source(identifier: str, entry: dict[str, Any]) -> SourceMeaning:
    try:
        if entry["kind"] not in ("register", "list", "file") or entry["not_found"] not in ("unidentified", "nothing"):
            raise ValueError("unknown kind or not_found")
        return SourceMeaning(
            id=identifier,
            name=_text(entry["name"], identifier),
            kind=entry["kind"],
            tells=tuple(Predicate(predicate) for predicate in entry["tells"]),
            identifies=entry["not_found"] == "unidentified",
            binding=bool(entry["binding"]),
        )
    except (KeyError, ValueError) as error:
        raise RuleDataError(SOURCES_FILE, f"{identifier}: {error}") from error


def build(indicators: dict[str, Any], sources: dict[str, Any], rules: law.Law) -> Catalogue:
    """A catalogue from the contents of its files. Raises ``RuleDataError`` for anything that does not hold together."""
    references = {key: _text(entry, f"source {key}") for key, entry in indicators["sources"].items()}
    entries = tuple(_rule(entry) for entry in indicators["indicators"])
    law.check_periods(INDICATORS_FILE, [(rule.id, rule.valid_from, rule.valid_to) for rule in entries])
    for rule in entries:
        if unknown := [key for key in rule.sources if key not in references]:
            raise RuleDataError(INDICATORS_FILE, f"{rule.id}: unknown source {', '.join(unknown)}")
        if unknown := [ground for ground in rule.legal if not rules.knows(ground)]:
            raise RuleDataError(INDICATORS_FILE, f"{rule.id}: unknown legal ground {', '.join(unknown)}")
    digest = sha256_hex(
        canonical_json(
            [indicators, sources, rules.sha256, read_yaml("screening.texts", VERDICT_FILE)],
        ).encode()
    )
    return Catalogue(
        version=indicators["version"],
        indicators=entries,
        references=references,
        sources={key: _source(key, entry) for key, entry in sources["sources"].items()},
        law=rules,
        sha256=digest,
    )


@lru_cache(maxsize=1)
def load() -> Catalogue:
    """The catalogue that ships with this version. Read once; frozen."""
    package = "screening.catalogue"
    return build(read_yaml(package, INDICATORS_FILE), read_yaml(package, SOURCES_FILE), law.load())
