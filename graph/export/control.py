"""A control report as JSON: figures as numbers and, where exact, as fractions; every step with its documents."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from graph.model import Fact
from graph.network import Network
from graph.ownership import Blocked, ControlReport, Share
from graph.ownership.sentences import describe


def control(network: Network, report: ControlReport) -> dict[str, Any]:
    """The whole report. Shares are fractions of one; ``fraction`` gives low, mid, high as *numerator/denominator*."""
    russian = report.russian
    return {
        "key": report.key,
        "name": network.name(report.key),
        "owners": [
            {
                "key": owner.key,
                "name": network.name(owner.key),
                "capital": _share(owner.capital),
                "votes": _share(owner.votes),
                "evidence": _evidence(owner.facts),
            }
            for owner in report.owners
        ],
        "unknown": _number(report.unknown),
        "controllers": [
            {"key": item.key, "name": network.name(item.key), "steps": [_step(step) for step in item.steps]}
            for item in report.controllers
        ],
        "influence": [
            {"key": fact.subject, "interest": fact.value.get("interest"), "evidence": _evidence([fact])}
            for fact in report.influence
        ],
        "beneficial_owners": [
            {
                "persons": list(owner.persons),
                "names": [network.name(person) for person in owner.persons],
                "certain": owner.certain,
                "grounds": [
                    {
                        "kind": ground.kind.value,
                        "certain": ground.certain,
                        "share": None if ground.share is None else _share(ground.share),
                        "evidence": _evidence(ground.facts),
                    }
                    for ground in owner.grounds
                ],
            }
            for owner in report.beneficial_owners
        ],
        "declared_unknown": [
            {"key": item.key, "reason": item.reason, "evidence": _evidence([item.fact])}
            for item in report.declared_unknown
        ],
        "circles": [list(members) for members in report.circles],
        "contradictory": list(report.contradictory),
        "article_5k": {
            "established": russian.established,
            "entities": list(russian.entities),
            "share": _share(russian.share),
            "exceeds": russian.exceeds,
            "may_exceed": russian.may_exceed,
            "evidence": _evidence(russian.facts),
        },
        "blocked": [_step(step) for step in report.blocked],
        "sentences": [{"sv": sentence.sv, "en": sentence.en} for sentence in describe(network, report)],
    }


def _number(share: Fraction) -> float:
    return round(float(share), 12)


def _share(share: Share) -> dict[str, Any]:
    bounds = (share.low, share.mid, share.high)
    return {
        "low": _number(share.low),
        "mid": _number(share.mid),
        "high": _number(share.high),
        "more_than_low": share.excludes_low,
        "fraction": [f"{part.numerator}/{part.denominator}" for part in bounds],
    }


def _step(step: Blocked) -> dict[str, Any]:
    return {
        "key": step.key,
        "share": _number(step.share),
        "owners": list(step.owners),
        "step": step.step,
        "evidence": _evidence(step.facts),
    }


def _evidence(facts: Iterable[Fact]) -> list[dict[str, str]]:
    return [{"fact": fact.id, "document": fact.document, "place": fact.place} for fact in facts]
