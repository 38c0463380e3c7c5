"""Documents: bytes exactly as a source gave them, stored once by their SHA-256, compressed and sealed.

A case sees a document through its own row in ``document``, which says when, why and on what legal basis it was
retrieved. The bytes are sealed with one key for the whole installation, since equal bytes are stored once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import text
from sqlmodel import Session

from connectors.base import FetchedDocument
from graph.model import DocumentReference, sha256_hex
from screening.store import cases
from screening.store.database import keyring, tenant_of
from screening.store.errors import Corrupt, NotFound, Refused

COMPRESSION_LEVEL = 3


def put(session: Session, case_id: str, document: FetchedDocument, purpose: str, legal_basis: str) -> DocumentReference:
    """Store a document for a case; the same retrieval again changes nothing.

    Raises:
        NotFound: when the tenant has no such case.
        Refused: when purpose or legal basis is blank.
    """
    reference = document.reference()
    _insert(session, case_id, reference, purpose, legal_basis)
    _store_content(session, document.content, reference.sha256)
    return reference


def content(session: Session, sha256: str) -> bytes:
    """The bytes, checked against their hash.

    Raises:
        NotFound: when no document of the tenant has this hash.
        Corrupt: when the stored bytes are not those that were stored.
    """
    row = session.execute(
        text("SELECT sealed, size FROM document_content WHERE sha256 = :sha256"), {"sha256": sha256}
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no document {sha256}")
    plain = zstandard.ZstdDecompressor().decompress(
        keyring(session).documents.open(row.sealed, sha256), max_output_size=row.size
    )
    if sha256_hex(plain) != sha256:
        raise Corrupt(f"The stored bytes of document {sha256} have another hash. Restore it from a backup")
    return plain


def get(session: Session, case_id: str, sha256: str) -> DocumentReference:
    """A document of a case, by its latest retrieval.

    Raises:
        NotFound: when the case has no such document.
    """
    row = session.execute(
        text(
            f"SELECT {_COLUMNS} FROM document WHERE tenant_id = :tenant_id AND case_id = :case_id "  # noqa: S608
            "AND sha256 = :sha256 ORDER BY retrieved_at DESC, id DESC LIMIT 1"
        ),
        {"tenant_id": tenant_of(session), "case_id": case_id, "sha256": sha256},
    ).one_or_none()
    if row is None:
        raise NotFound(f"The case {case_id} has no document {sha256}")
    return reference_of(row._mapping)


def list(session: Session, case_id: str, *, recorded_by: datetime | None = None) -> tuple[DocumentReference, ...]:
    """The documents of a case, each by its latest retrieval (recorded no later than ``recorded_by``), by hash."""
    rows = session.execute(
        text(
            f"SELECT DISTINCT ON (sha256) {_COLUMNS} FROM document "  # noqa: S608
            "WHERE tenant_id = :tenant_id AND case_id = :case_id "
            "AND recorded_at <= COALESCE(CAST(:recorded_by AS timestamptz), 'infinity') "
            "ORDER BY sha256, retrieved_at DESC, id DESC"
        ),
        {"tenant_id": tenant_of(session), "case_id": case_id, "recorded_by": recorded_by},
    )
    return tuple(reference_of(row._mapping) for row in rows)


_COLUMNS = "sha256, source, media_type, request, retrieved_at, stated_at"


def reference_of(row: Mapping[Any, Any]) -> DocumentReference:
    """A ``document`` row as facts refer to it."""
    return DocumentReference(
        sha256=row["sha256"],
        source=row["source"],
        media_type=row["media_type"],
        request=row["request"],
        retrieved_at=row["retrieved_at"],
        stated_at=row["stated_at"],
    )


def _insert(session: Session, case_id: str, reference: DocumentReference, purpose: str, legal_basis: str) -> None:
    if not purpose.strip() or not legal_basis.strip():
        raise Refused("A document is stored for a purpose and on a legal basis; state both")
    cases.require(session, case_id)
    session.execute(
        text(
            "INSERT INTO document (tenant_id, case_id, sha256, source, media_type, request, purpose, legal_basis, "
            "retrieved_at, stated_at, recorded_at) VALUES (:tenant_id, :case_id, :sha256, :source, :media_type, "
            ":request, :purpose, :legal_basis, :retrieved_at, :stated_at, clock_timestamp()) "
            "ON CONFLICT (tenant_id, case_id, sha256, source, retrieved_at) DO NOTHING"
        ),
        {
            "tenant_id": tenant_of(session),
            "case_id": case_id,
            "purpose": purpose,
            "legal_basis": legal_basis,
            "sha256": reference.sha256,
            "source": reference.source,
            "media_type": reference.media_type,
            "request": reference.request,
            "retrieved_at": reference.retrieved_at,
            "stated_at": reference.stated_at,
        },
    )


def _store_content(session: Session, content: bytes, sha256: str) -> None:
    """Store bytes once. The ``document`` row has to be there: it lets the tenant see bytes that are stored already."""
    known = session.execute(
        text("SELECT EXISTS (SELECT 1 FROM document_content WHERE sha256 = :sha256)"), {"sha256": sha256}
    ).scalar_one()
    if known:
        return
    compressed = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL).compress(content)
    session.execute(
        text(
            "INSERT INTO document_content (sha256, size, sealed) VALUES (:sha256, :size, :sealed) "
            "ON CONFLICT DO NOTHING"
        ),
        {"sha256": sha256, "size": len(content), "sealed": keyring(session).documents.seal(compressed, sha256)},
    )
