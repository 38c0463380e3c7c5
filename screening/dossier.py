"""The dossier: everything known about one case at one moment, frozen, ordered and hashed.

``screen(dossier, policy)`` sees this and nothing else, so the same dossier always gives the same screening.
Invariant: contains no personnummer; persons are known by keyed hash, name and birth date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property

from graph.model import DocumentReference, Fact, SourceAnswer, canonical_json, sha256_hex
from screening.case import Case


@dataclass(frozen=True, slots=True)
class ListVersion:
    """One loaded issue of a list, by which hits are to be understood."""

    list: str
    version: str
    """SHA-256 of the list's document."""
    stated_at: datetime | None
    loaded_at: datetime
    entries: int
    stale: bool = False
    """The newest import was stopped by a guard, or the list is older than its ``fresh_days``: hits are kept."""


@dataclass(frozen=True)
class Dossier:
    """Case, answers, facts, documents and list versions, as of ``as_of``.

    Build with ``Dossier.of`` so that the order, and with it the hash, never depends on how the parts arrived.
    """

    case: Case
    as_of: datetime
    facts: tuple[Fact, ...]
    answers: tuple[SourceAnswer, ...]
    documents: tuple[DocumentReference, ...]
    lists: tuple[ListVersion, ...]
    limits: tuple[str, ...] = ()
    """What the gathering left out and why, as message keys (frontier bounds reached, hub set aside …)."""

    @classmethod
    def of(
        cls,
        case: Case,
        as_of: datetime,
        facts: list[Fact],
        answers: list[SourceAnswer],
        documents: list[DocumentReference],
        lists: list[ListVersion],
        limits: list[str] | None = None,
    ) -> Dossier:
        """A dossier with every part in its canonical order and doubles removed."""
        return cls(
            case=case,
            as_of=as_of,
            facts=tuple(sorted({fact.id: fact for fact in facts}.values(), key=lambda fact: fact.id)),
            answers=tuple(sorted(answers, key=lambda a: (a.source, a.subject, a.asked_at, a.document or ""))),
            documents=tuple(sorted({d.sha256: d for d in documents}.values(), key=lambda d: d.sha256)),
            lists=tuple(sorted(lists, key=lambda entry: entry.list)),
            limits=tuple(sorted(set(limits or ()))),
        )

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over the canonical JSON of the whole dossier."""
        return sha256_hex(self.canonical().encode())

    @cached_property
    def answers_about(self) -> Mapping[str, tuple[SourceAnswer, ...]]:
        """The answers by the entity that they are about, in the dossier's order."""
        found: dict[str, list[SourceAnswer]] = {}
        for answer in self.answers:
            found.setdefault(answer.subject, []).append(answer)
        return {subject: tuple(answers) for subject, answers in found.items()}

    @cached_property
    def documents_by_hash(self) -> Mapping[str, DocumentReference]:
        """The documents by their SHA-256."""
        return {document.sha256: document for document in self.documents}

    def canonical(self) -> str:
        """Canonical JSON of the whole dossier: what is hashed, stored and replayed."""
        return canonical_json(
            {
                "case": asdict(self.case),
                "as_of": self.as_of,
                "facts": [asdict(fact) for fact in self.facts],
                "answers": [asdict(answer) for answer in self.answers],
                "documents": [asdict(document) for document in self.documents],
                "lists": [asdict(version) for version in self.lists],
                "limits": self.limits,
            }
        )
