"""One policy a case type, as YAML: which sources may and must be asked, how far, and which indicators run.

``load`` gives the product's own profile, or a tenant's: the same with a few fields overridden. A tenant may change
thresholds that are the municipality's own to set, how far gathering goes and how long data are kept; it may not
drop a source or an indicator, nor move a threshold that stands in law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from graph.model import canonical_json, sha256_hex
from graph.package_data import RuleDataError, read_yaml
from screening import catalogue
from screening.case import CaseKind, Procedure
from screening.policy import Frontier, Policy, SourceRule
from screening.texts import text
from screening.verdict import Text

SUBJECTS = ("party", "owner", "officer", "neighbour", "engagement", "terminated")
OVERRIDABLE = ("frontier", "legal_basis", "parameters", "purpose", "retention_days")
"""What a tenant's copy may change."""


class PolicyError(ValueError):
    """An override that cannot be used. ``text`` says what, where and what to do in both languages."""

    def __init__(self, problem: Text) -> None:
        super().__init__(problem.en)
        self.text = problem


def parse(entry: Mapping[str, Any], file: str) -> Policy:
    """A policy from the content of its file. Raises ``RuleDataError`` for anything that does not hold together."""
    rules = catalogue.load()
    try:
        policy = Policy(
            id=entry["id"],
            version=entry["version"],
            kind=CaseKind(entry["kind"]),
            default_procedure=Procedure(entry["default_procedure"]),
            purpose=entry["purpose"],
            legal_basis=entry["legal_basis"],
            sources=tuple(
                SourceRule(
                    source=rule["source"],
                    required=rule["required"],
                    subjects=tuple(rule["subjects"]),
                    alternatives=tuple(rule.get("alternatives", ())),
                )
                for rule in entry["sources"]
            ),
            frontier=Frontier(**entry["frontier"]),
            indicators=tuple(entry["indicators"]),
            parameters=entry.get("parameters", {}),
            retention_days=entry["retention_days"],
        )
    except (KeyError, ValueError, TypeError) as error:
        raise RuleDataError(file, f"{error!r}") from error
    named = [rule.source for rule in policy.sources]
    if doubles := {source for source in named if named.count(source) > 1}:
        raise RuleDataError(file, f"source named twice: {', '.join(sorted(doubles))}")
    for rule in policy.sources:
        if unknown := {rule.source, *rule.alternatives} - set(rules.sources):
            raise RuleDataError(file, f"unknown source {', '.join(sorted(unknown))}")
        if not rule.subjects or set(rule.subjects) - set(SUBJECTS):
            raise RuleDataError(file, f"{rule.source}: unknown subject")
    for identifier in policy.indicators:
        if identifier not in rules.ids or policy.kind not in rules.newest(identifier).case_types:
            raise RuleDataError(file, f"{identifier} does not concern {policy.kind.value}")
    return policy


@lru_cache(maxsize=16)
def _standard(kind: CaseKind) -> Policy:
    name = f"{kind.value}.yaml"
    policy = parse(read_yaml("screening.policies", name), name)
    if policy.kind is not kind:
        raise RuleDataError(name, f"kind is {policy.kind.value}")
    return policy


def load(kind: CaseKind, overrides: Mapping[str, Any] | None = None) -> Policy:
    """The policy of a case type, with a tenant's overrides (keys: ``OVERRIDABLE``) if there are any.

    Overridden policies carry a version of their own, made of the overrides, so that a result tells them apart.
    Raises ``PolicyError`` for an override that is not allowed or does not fit.
    """
    policy = _standard(CaseKind(kind))
    if not overrides:
        return policy
    if unknown := sorted(set(overrides) - set(OVERRIDABLE)):
        raise PolicyError(text("error.policy.unknown_field", field=", ".join(unknown), known=", ".join(OVERRIDABLE)))
    changes: dict[str, Any] = {key: overrides[key] for key in ("purpose", "legal_basis") if key in overrides}
    if "retention_days" in overrides:
        changes["retention_days"] = _whole_number("retention_days", overrides["retention_days"])
    if "frontier" in overrides:
        changes["frontier"] = _frontier(policy.frontier, overrides["frontier"])
    if "parameters" in overrides:
        changes["parameters"] = _parameters(policy, overrides["parameters"])
    suffix = sha256_hex(canonical_json(dict(overrides)).encode())[:8]
    return replace(policy, version=f"{policy.version}+{suffix}", **changes)


def all_kinds() -> Mapping[CaseKind, Policy]:
    """Every standard policy."""
    return MappingProxyType({kind: _standard(kind) for kind in CaseKind})


def _whole_number(field: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise PolicyError(text("error.policy.field_type", field=field, example="365"))
    return value


def _frontier(standard: Frontier, changes: Any) -> Frontier:
    known = ("hops", "organisations", "persons")
    if not isinstance(changes, Mapping) or set(changes) - set(known):
        raise PolicyError(text("error.policy.unknown_field", field="frontier", known=", ".join(known)))
    return replace(standard, **{key: _whole_number(f"frontier.{key}", value) for key, value in changes.items()})


def _parameters(policy: Policy, changes: Any) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(changes, Mapping):
        raise PolicyError(text("error.policy.field_type", field="parameters", example="{IDN-01: {min_age_months: 6}}"))
    rules = catalogue.load()
    merged = {identifier: dict(values) for identifier, values in policy.parameters.items()}
    for identifier, values in changes.items():
        if identifier not in policy.indicators:
            raise PolicyError(text("error.policy.unknown_indicator", indicator=identifier))
        rule = rules.newest(identifier)
        if not isinstance(values, Mapping):
            raise PolicyError(text("error.policy.field_type", field=f"parameters.{identifier}", example="{…: …}"))
        for parameter, value in values.items():
            if parameter not in rule.parameters:
                known = ", ".join(rule.parameters) or "–"
                raise PolicyError(
                    text("error.policy.unknown_parameter", indicator=identifier, parameter=parameter, known=known)
                )
            if rule.parameter_basis == "law":
                raise PolicyError(text("error.policy.law", indicator=identifier, parameter=parameter))
            example = rule.parameters[parameter]
            if not _same_kind(value, example):
                raise PolicyError(
                    text("error.policy.parameter_type", indicator=identifier, parameter=parameter, example=example)
                )
            merged.setdefault(identifier, {})[parameter] = value
    return merged


def _same_kind(value: Any, example: Any) -> bool:
    if isinstance(example, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(example, bool)
    if isinstance(example, (int, float)):
        return isinstance(value, (int, float)) and value >= 0
    if isinstance(example, list):
        return isinstance(value, list) and all(isinstance(item, type(example[0])) for item in value)
    return isinstance(value, type(example))
