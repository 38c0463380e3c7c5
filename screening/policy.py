"""A policy: which sources a case type may and must ask, how far the frontier goes, which parameters apply.

One YAML file a case type in ``screening/policies``; a tenant may override parameters in its own copy. The policy
is part of what a screening is hashed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from graph.model import canonical_json, sha256_hex
from screening.case import CaseKind, Procedure


@dataclass(frozen=True, slots=True)
class SourceRule:
    """How one source is used for one case type."""

    source: str
    required: bool
    """A required source that did not answer makes the screening incomplete (LX)."""
    subjects: tuple[str, ...]
    """Whom it is asked about: ``party``, ``owner``, ``officer``, ``neighbour``, ``engagement``, ``terminated``."""
    alternatives: tuple[str, ...] = ()
    """Sources whose answer serves as well (the bulk mirror for the API)."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """How far gathering widens from the parties: links away, and further organisations and persons per party."""

    hops: int
    organisations: int
    persons: int


@dataclass(frozen=True)
class Policy:
    """The rules of one case type, as data. Load with ``screening.policies.load``."""

    id: str
    version: str
    kind: CaseKind
    default_procedure: Procedure
    purpose: str
    """Default purpose (ändamål), Swedish."""
    legal_basis: str
    """Default legal basis, with sections."""
    sources: tuple[SourceRule, ...]
    frontier: Frontier
    indicators: tuple[str, ...]
    """Ids of the indicators that run for this case type."""
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Per indicator id: values that override the catalogue's."""
    retention_days: int = 365

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over the canonical JSON of the policy."""
        return sha256_hex(self.canonical().encode())

    def canonical(self) -> str:
        """Canonical JSON of the policy."""
        return canonical_json(asdict(self))
