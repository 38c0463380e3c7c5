"""The indicator catalogue: each entry with its page, which is the docstring of the function that is the rule."""

from __future__ import annotations

import inspect

from fastapi import APIRouter

from api.auth import Who
from api.schemas import IndicatorOut
from screening import catalogue, engine
from screening.indicators.base import REGISTRY
from screening.store.errors import NotFound

router = APIRouter(tags=["catalogue"])


@router.get("/indicators", summary="All indicators with rule, parameters, law and innocent explanations")
def list_indicators(who: Who) -> list[IndicatorOut]:
    """What the engine may raise, and nothing else."""
    engine.load_indicators()
    return [_out(identifier) for identifier in sorted(REGISTRY)]


@router.get("/indicators/{identifier}", summary="One indicator")
def show_indicator(identifier: str, who: Who) -> IndicatorOut:
    """The entry and its page."""
    engine.load_indicators()
    if identifier.upper() not in REGISTRY:
        raise NotFound(identifier)
    return _out(identifier.upper())


def _out(identifier: str) -> IndicatorOut:
    entry = catalogue.load().indicator(identifier)
    return IndicatorOut(
        id=entry.id,
        version=entry.version,
        name_sv=entry.name.sv,
        name_en=entry.name.en,
        case_types=[kind.value for kind in entry.case_types],
        evidence_class=entry.evidence_class.value,
        severity=entry.severity.value,
        max_level=int(entry.max_level),
        parameters=dict(entry.parameters),
        parameter_basis=entry.parameter_basis,
        legal=list(entry.legal),
        explanations=[{"sv": explanation.sv, "en": explanation.en} for explanation in entry.explanations],
        page=inspect.getdoc(REGISTRY[identifier]) or "",
    )
