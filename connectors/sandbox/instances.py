"""What a measurement of the dossier's patterns is made of: one instance, planted, innocent or only nearly so."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from connectors.sandbox.builder import Builder
from connectors.sandbox.model import Organisation


class Expected(StrEnum):
    """What a check must say of an instance."""

    FOUND = "found"
    """The indicator must be raised on the first party."""
    NOT_FOUND = "not_found"
    """A near miss: the indicator must not be raised."""
    HARMLESS = "harmless"
    """A member of an ordinary family: nothing above L1 may be said."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One case: its parties, the organisations that the dossier also knows, and what is expected."""

    name: str
    """Pattern or family, in Swedish."""
    expected: Expected
    indicator: str
    """Empty for a family: every indicator counts."""
    parties: tuple[str, ...]
    others: tuple[str, ...] = ()
    note: str = ""
    lots: tuple[str | None, ...] = ()
    """The parties' lots; empty: one procurement without lots."""
    cpv: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    """Sources that do not answer in this case."""


@dataclass
class Planting:
    """The builder's registers, and the instances planted so far."""

    builder: Builder
    instances: list[Instance] = field(default_factory=list)

    def add(
        self, name: str, expected: Expected, indicator: str, *parties: Organisation,
        others: tuple[Organisation, ...] = (), **more: Any,
    ) -> None:  # fmt: skip
        """Enter one instance."""
        numbers = tuple(party.number for party in parties)
        known = tuple(dict.fromkeys(other.number for other in others if other.number not in numbers))
        self.instances.append(Instance(name, expected, indicator, numbers, known, **more))

    def found(self, name: str, indicator: str, *parties: Organisation, **more: Any) -> None:
        """A planted pattern."""
        self.add(name, Expected.FOUND, indicator, *parties, **more)

    def near(self, name: str, indicator: str, *parties: Organisation, **more: Any) -> None:
        """A near miss."""
        self.add(name, Expected.NOT_FOUND, indicator, *parties, **more)

    def family(self, name: str, *parties: Organisation, **more: Any) -> None:
        """A member of an ordinary family."""
        self.add(name, Expected.HARMLESS, "", *parties, **more)
