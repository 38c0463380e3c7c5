"""An ownership file that a supplier hands in: document, answer and facts in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.base import FetchedDocument, RejectedRow
from connectors.bods import mapper, reader
from graph.model import DocumentReference, EntityKey
from screening.case import Case
from screening.store import audit, documents, facts
from screening.store.keys import TenantKeyer
from workers.runtime import Runtime

SOURCE = "bods"


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """What became of the file."""

    document: DocumentReference
    facts: int
    rejected: tuple[RejectedRow, ...]


def hand_in(
    runtime: Runtime, tenant: str, actor: str, case: Case, subject: EntityKey, content: bytes
) -> EvidenceReport:
    """Read a BODS 0.4 file about ``subject`` and record what it states.

    Raises:
        MalformedContent: it is not a BODS file; nothing was stored.
    """
    document = FetchedDocument(
        source=SOURCE,
        content=content,
        media_type="application/json",
        request="ownership file handed in",
        retrieved_at=datetime.now(UTC),
    )
    statements = reader.read(content)
    mapped = mapper.map_facts(statements, document.reference(), TenantKeyer(runtime.keyring, tenant), subject)
    with runtime.database.transaction(tenant, actor) as session:
        reference = documents.put(session, case.id, document, case.purpose, case.legal_basis)
        facts.record(session, case.id, mapped.answer(subject, reference), mapped.facts, mapped.identities)
        audit.append(
            session, actor, "evidence.hand_in", case.id, {"sha256": reference.sha256, "facts": len(mapped.facts)}
        )
    return EvidenceReport(document=reference, facts=len(mapped.facts), rejected=mapped.rejected)
