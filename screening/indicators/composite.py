"""What composite indicators share: another indicator's outcome read as one sign among several."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graph.model import is_person
from graph.patterns.front_person import NOT_KNOWN, NOT_MET, Criterion
from screening.indicators.base import Context, Indicator, Signal


def as_criterion(context: Context, other: Indicator, **parameters: Any) -> Criterion:
    """What another indicator says with these parameters: a signal is met, *not assessed* is not known."""
    said = list(other(replace(context, parameters=parameters)))
    for outcome in said:
        if isinstance(outcome, Signal):
            return Criterion(True, outcome.subject if is_person(outcome.subject) else None, outcome.facts)
    return NOT_KNOWN if said else NOT_MET
