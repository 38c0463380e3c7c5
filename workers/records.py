"""The municipality's own records handed in to a case: document, answers and facts in one transaction.

They are stored in the case that they were handed in to and nowhere else: another case knows nothing of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.base import FetchedDocument, Mapped, RejectedRow
from connectors.municipal_records import mapper, reader
from connectors.municipal_records.columns import RecordKind
from graph.model import AnswerStatus, DocumentReference, EntityKey, SourceAnswer
from screening.case import Case
from screening.store import audit, documents, facts
from screening.store.facts import Recording
from screening.store.keys import TenantKeyer
from workers.runtime import Runtime

ABOUT_THE_PARTY = frozenset({RecordKind.LEASE_TERMS, RecordKind.PAYMENTS})
"""Kinds whose file answers about the parties that it names; the others are lists that answer about every party."""


@dataclass(frozen=True, slots=True)
class RecordsReport:
    """What became of the file."""

    kind: RecordKind
    document: DocumentReference
    facts: int
    rejected: tuple[RejectedRow, ...]


def hand_in(runtime: Runtime, tenant: str, actor: str, case: Case, content: bytes) -> RecordsReport:
    """Read a file of the municipality's records and record what it states in ``case``.

    A later file of the same kind replaces the former: what it no longer lists is closed and kept as history.

    Raises:
        MalformedContent: it is no such file; nothing was stored.
    """
    now = datetime.now(UTC)
    found = reader.read(content, today=now.date())
    document = FetchedDocument(
        source=found.kind.value,
        content=found.content,
        media_type="text/csv",
        request="municipal record handed in, personal numbers masked",
        retrieved_at=now,
    )
    keyer = TenantKeyer(runtime.keyring, tenant)
    mapped = mapper.map_facts(found.kind, found.records, document.reference(), keyer)
    with runtime.database.transaction(tenant, actor) as session:
        reference = documents.put(session, case.id, document, case.purpose, case.legal_basis)
        facts.record_many(session, case.id, _recordings(found.kind, case, mapped, reference))
        content_of_entry = {"sha256": reference.sha256, "kind": found.kind.value, "facts": len(mapped.facts)}
        audit.append(session, actor, "records.hand_in", case.id, content_of_entry)
    return RecordsReport(found.kind, reference, len(mapped.facts), mapped.rejected)


def _recordings(kind: RecordKind, case: Case, mapped: Mapped, reference: DocumentReference) -> list[Recording]:
    """One answer a party; the facts hang on the first party's, so that a later file closes what it leaves out."""
    parties = sorted({party.key for party in case.parties})
    named = {fact.subject for fact in mapped.facts}
    return [
        Recording(
            _answer(mapped, party, reference, kind not in ABOUT_THE_PARTY or party in named),
            mapped.facts if position == 0 else (),
        )
        for position, party in enumerate(parties)
    ]


def _answer(mapped: Mapped, party: EntityKey, reference: DocumentReference, concerned: bool) -> SourceAnswer:
    """What the file says about ``party``. A row that could not be read may have been about it: then a part is missing,
    which only a *found* answer can say.
    """
    found = mapped.missing or (mapped.status is AnswerStatus.FOUND and concerned)
    return SourceAnswer(
        source=reference.source,
        subject=party,
        status=AnswerStatus.FOUND if found else AnswerStatus.NOT_FOUND,
        asked_at=reference.retrieved_at,
        document=reference.sha256,
        missing=mapped.missing,
    )
