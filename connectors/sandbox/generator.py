"""The fictional municipality: one object that answers for every register, at two moments, from one seed.

``generate(seed, organisations, as_of)`` costs the same for two thousand organisations and for three million: the
planted ones are built, the ordinary ones computed when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cached_property
from typing import Any

from connectors.sandbox import numbers
from connectors.sandbox.model import Organisation
from connectors.sandbox.ordinary import CHUNK, Columns, Ordinary
from connectors.sandbox.planted import Planted, plant

DAYS_BETWEEN = 28
"""The baseline lies this many days before ``as_of``."""
SWEDISH_WINTER_TIME = timezone(timedelta(hours=1))


@dataclass(frozen=True)
class Register:
    """The registers at one moment."""

    moment: date
    planted: dict[str, Organisation]
    ordinary: Ordinary

    def find(self, number: str) -> list[Organisation]:
        """The organisation with this number; for a sole trader one entry a firm; empty if unknown."""
        if number in self.planted:
            return [self.planted[number]]
        return self.ordinary.find(number)

    def engagements(self, number: str) -> list[Organisation]:
        """The organisations in which the person with this personnummer is engaged.

        None for anything but twelve digits: a foreigner is known by birth date only.
        """
        if len(number) != 12 or not number.isdigit():
            return []
        found = [
            organisation
            for organisation in self.planted.values()
            if organisation.in_bolagsverket
            and any(officer.person and officer.person.number == number for officer in organisation.officers)
        ]
        return found + [each for each in self.ordinary.engagements(number) if each.in_bolagsverket]

    def chunks(self) -> Iterator[Columns]:
        """The ordinary organisations, a bounded number at a time."""
        for start in range(0, self.ordinary.count, CHUNK):
            yield self.ordinary.columns(start, min(start + CHUNK, self.ordinary.count))

    @property
    def stated_at(self) -> datetime:
        """The time that every answer of this moment carries (five past midnight, so never in the future)."""
        return datetime.combine(self.moment, time(0, 5), SWEDISH_WINTER_TIME)


@dataclass(frozen=True)
class Municipality:
    """Registers, cases and ground truth of one fictional municipality."""

    seed: int
    organisations: int
    as_of: date

    @property
    def baseline(self) -> date:
        """The earlier of the two moments."""
        return self.as_of - timedelta(days=DAYS_BETWEEN)

    @cached_property
    def planted(self) -> Planted:
        """What was planted."""
        return plant(self.seed, self.as_of, self.organisations)

    def at(self, day: date) -> Register:
        """The registers as they stand on ``day``: as at the baseline until ``as_of``, then as at ``as_of``."""
        current = day >= self.as_of
        planted = self.planted.current if current else self.planted.baseline
        moment = self.as_of if current else self.baseline
        count = max(0, self.organisations - len(self.planted.current))
        return Register(day, planted, Ordinary(self.seed, count, self.as_of, moment))

    @property
    def cases(self) -> list[dict[str, Any]]:
        """The demo cases with parties, declared names and ownership files."""
        return self.planted.cases

    @property
    def ground_truth(self) -> dict[str, Any]:
        """What a check must find, and on whom it must find nothing."""
        return {
            "seed": self.seed,
            "organisations": self.organisations,
            "as_of": self.as_of.isoformat(),
            "baseline": self.baseline.isoformat(),
            "planted": self.planted.truth,
            "clean": self.planted.clean,
            "leads": self.planted.leads,
            "no_leads": self.planted.no_leads,
        }


def generate(seed: int, organisations: int, as_of: date) -> Municipality:
    """The municipality of ``seed`` with that many organisations (planted ones included), as of ``as_of``.

    Raises ``ValueError`` for more organisations than there are test numbers for (3 200 000).
    """
    if not 0 <= organisations <= numbers.MAXIMUM:
        raise ValueError(f"between 0 and {numbers.MAXIMUM} organisations, not {organisations}")
    if seed < 0:
        raise ValueError("the seed must not be negative")
    return Municipality(seed, organisations, as_of)
