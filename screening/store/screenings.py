"""Screenings: the result's exact bytes, with the dossier and the policy it was made of."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import text
from sqlmodel import Session

from screening.dossier import Dossier
from screening.policy import Policy
from screening.store import cases
from screening.store.database import actor_of, tenant_of
from screening.store.errors import NotFound, Refused
from screening.verdict import Level, Screening

CHANNEL = "genomlys_screening"
"""Notified with ``<tenant>:<case>`` when a screening is saved."""
COMPRESSION_LEVEL = 6


@dataclass(frozen=True, slots=True)
class StoredScreening:
    """A screening as it was saved."""

    id: str
    case_id: str
    run_id: str | None
    as_of: datetime
    level: Level
    code: str
    complete: bool
    dossier_sha256: str
    policy_sha256: str
    catalogue_sha256: str
    result_sha256: str
    engine_version: str
    policy: str
    """Canonical JSON of the policy."""
    result: bytes
    """``Screening.canonical()`` in UTF-8, byte for byte."""
    created_at: datetime
    created_by: str


def save(session: Session, dossier: Dossier, policy: Policy, screening: Screening, *, run_id: str | None = None) -> str:
    """Store a screening and return its id; the same screening again gives the id of the first.

    Raises:
        NotFound: when the tenant has no such case.
        Refused: when the screening names another dossier or policy than those given.
    """
    if (screening.dossier_sha256, screening.policy_sha256) != (dossier.sha256, policy.sha256):
        raise Refused("The screening was not made of this dossier and this policy")
    cases.require(session, screening.case)
    tenant_id = tenant_of(session)
    result = screening.canonical().encode()
    identifier = uuid.uuid4()
    inserted = session.execute(
        text(
            "INSERT INTO screening (id, tenant_id, case_id, run_id, as_of, level, code, complete, dossier_sha256, "
            "policy_sha256, catalogue_sha256, result_sha256, engine_version, dossier, policy, result, created_by) "
            "VALUES (:id, :tenant_id, :case_id, :run_id, :as_of, :level, :code, :complete, :dossier_sha256, "
            ":policy_sha256, "
            ":catalogue_sha256, :result_sha256, :engine_version, :dossier, :policy, :result, :created_by) "
            "ON CONFLICT (tenant_id, case_id, result_sha256) DO NOTHING RETURNING id"
        ),
        {
            "id": identifier,
            "tenant_id": tenant_id,
            "case_id": screening.case,
            "run_id": uuid.UUID(run_id) if run_id else None,
            "as_of": screening.as_of,
            "level": int(screening.level),
            "code": screening.code,
            "complete": screening.complete,
            "dossier_sha256": screening.dossier_sha256,
            "policy_sha256": screening.policy_sha256,
            "catalogue_sha256": screening.catalogue_sha256,
            "result_sha256": screening.sha256,
            "engine_version": screening.engine_version,
            "dossier": zstandard.ZstdCompressor(level=COMPRESSION_LEVEL).compress(dossier.canonical().encode()),
            "policy": policy.canonical(),
            "result": result,
            "created_by": actor_of(session),
        },
    ).one_or_none()
    if inserted is None:
        earlier: uuid.UUID = session.execute(
            text(
                "SELECT id FROM screening WHERE tenant_id = :tenant_id AND case_id = :case_id "
                "AND result_sha256 = :result_sha256"
            ),
            {"tenant_id": tenant_id, "case_id": screening.case, "result_sha256": screening.sha256},
        ).scalar_one()
        return str(earlier)
    session.execute(
        text("SELECT pg_notify(:channel, :payload)"),
        {"channel": CHANNEL, "payload": f"{tenant_id}:{screening.case}"},
    )
    return str(identifier)


def latest(session: Session, case_id: str) -> StoredScreening | None:
    """The newest screening of a case; ``None`` when it was never screened."""
    found = _read(session, "AND case_id = :case_id ORDER BY created_at DESC, id LIMIT 1", {"case_id": case_id})
    return found[0] if found else None


def get(session: Session, screening_id: str) -> StoredScreening:
    """One screening.

    Raises:
        NotFound: when the tenant has no such screening.
    """
    found = _read(session, "AND id = :id", {"id": uuid.UUID(screening_id)})
    if not found:
        raise NotFound(f"There is no screening {screening_id}")
    return found[0]


def all(session: Session, case_id: str) -> tuple[StoredScreening, ...]:
    """All screenings of a case, newest first."""
    return _read(session, "AND case_id = :case_id ORDER BY created_at DESC, id", {"case_id": case_id})


def dossier_json(session: Session, screening_id: str) -> str:
    """The canonical JSON of the dossier that the screening was made of.

    Raises:
        NotFound: when the tenant has no such screening.
    """
    compressed = session.execute(
        text("SELECT dossier FROM screening WHERE tenant_id = :tenant_id AND id = :id"),
        {"tenant_id": tenant_of(session), "id": uuid.UUID(screening_id)},
    ).scalar_one_or_none()
    if compressed is None:
        raise NotFound(f"There is no screening {screening_id}")
    with zstandard.ZstdDecompressor().stream_reader(compressed) as reader:
        return reader.read().decode()


def _read(session: Session, condition: str, parameters: Mapping[str, Any]) -> tuple[StoredScreening, ...]:
    rows = session.execute(
        text(
            "SELECT id::text, case_id, run_id::text, as_of, level, code, complete, dossier_sha256, "  # noqa: S608
            "policy_sha256, catalogue_sha256, result_sha256, engine_version, policy, result, created_at, "
            "created_by FROM screening "
            f"WHERE tenant_id = :tenant_id {condition}"
        ),
        {"tenant_id": tenant_of(session), **parameters},
    ).mappings()
    return tuple(
        StoredScreening(**{**row, "level": Level(row["level"]), "result": bytes(row["result"])}) for row in rows
    )
