"""What an indicator sees (``Context``) and what it gives back (``Signal``).

An indicator is a function ``(context: Context) -> Iterator[Signal]`` registered with ``@indicator("LEG-04")``. It is
pure: the dossier and its network are all it knows, ``context.as_of`` is its only clock. It says what it saw and on
which facts; the engine decides level, law, time bars, caps and combination.

Missing is not clean: when the facts an indicator needs are absent it yields ``Unassessed`` with what was missing, never
silence that could be read as *no remark*. Silence means: assessed, nothing found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from graph.model import EntityKey, Fact, Predicate
from screening.case import Case, Party
from screening.verdict import Level, Text

if TYPE_CHECKING:
    from graph.network import Network
    from screening.dossier import Dossier


@dataclass(frozen=True, slots=True)
class Signal:
    """One hit: what was seen about whom, on which facts."""

    subject: EntityKey
    """The entity that the statement is about (the party itself, or an owner or officer of it)."""
    statement: Text
    facts: tuple[Fact, ...]
    """The evidence. Empty only when the subject is in no register: then the *not found* answers are the evidence."""
    event_date: date | None = None
    """The event's date for the three-year clock of LOU 13:3 a (or the judgment's for 13:1 a)."""
    unknowns: tuple[Text, ...] = ()
    explanation_outcomes: Mapping[int, tuple[str, Text | None]] = field(default_factory=dict)
    """Per index in the catalogue's list of innocent explanations: (outcome, note); others are ``not_examined``."""
    ceiling: Level | None = None
    """A lower level than the catalogue's for this very hit, e.g. a name-only list hit."""
    other_grounds: tuple[str, ...] = ()
    """Grounds of the catalogue's entry that this very hit does not touch, e.g. a lease under LOU 13:3 point 5."""


@dataclass(frozen=True, slots=True)
class Unassessed:
    """The indicator could not be assessed for this party: what was missing."""

    missing: Text


@dataclass(frozen=True)
class Context:
    """Everything an indicator may look at, for one party."""

    dossier: Dossier
    party: Party
    network: Network
    parameters: Mapping[str, Any]
    """The catalogue's parameters with the policy's overrides."""

    @property
    def case(self) -> Case:
        """The case."""
        return self.dossier.case

    @property
    def as_of(self) -> datetime:
        """The only clock."""
        return self.dossier.as_of

    @property
    def case_date(self) -> date:
        """The date whose law applies and that windows count from."""
        return self.dossier.case.opened_on

    def facts(
        self, predicate: Predicate, subject: EntityKey | None = None, *, history: bool = False
    ) -> tuple[Fact, ...]:
        """Facts about ``subject`` (default: the party) that are still stated; with ``history`` superseded ones too."""
        return self.network.facts(subject or self.party.key, predicate, history=history)


Indicator = Callable[[Context], Iterator[Signal | Unassessed]]

REGISTRY: dict[str, Indicator] = {}


def indicator(identifier: str) -> Callable[[Indicator], Indicator]:
    """Register a function as the indicator ``identifier``; twice the same id is a programming error."""

    def register(function: Indicator) -> Indicator:
        if identifier in REGISTRY:
            raise ValueError(f"indicator {identifier} is defined twice")
        REGISTRY[identifier] = function
        return function

    return register
