"""The tables. One SQL dialect: PostgreSQL 16 or later.

Every table with a ``tenant_id`` column is protected by row-level security (migration ``0001`` and
``migrations.policies.protect``); a table without one names in ``info["shared"]`` why every tenant may read it. A test
enumerates the metadata and fails for a table that does neither.

Foreign keys between tenant tables contain the tenant, so that no row can point into another tenant's case: foreign keys
are checked past row-level security.

Times are ``timestamptz`` in UTC. ``recorded_*`` is when *we* knew, ``observed_at``/``superseded_at``/``stated_at`` what
the *source* said, ``valid_*`` when it held in the world.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

SYSTEM_CHAIN = "*"
"""``tenant_id`` of audit events that belong to no tenant; no tenant can have this id."""


class Base(SQLModel):
    """Base of all tables: one metadata with predictable constraint names."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        }
    )


def _time(*, nullable: bool = False, now: bool = False) -> Any:
    """A UTC time column; ``now`` gives it the transaction's time by default."""
    return Field(
        default=None if nullable or now else ...,
        sa_column=Column(DateTime(timezone=True), nullable=nullable, server_default=text("now()") if now else None),
    )


def _text(*, nullable: bool = False, default: str | None = None, primary_key: bool = False) -> Any:
    return Field(
        default=default if default is not None else (None if nullable else ...),
        sa_column=Column(Text, nullable=nullable, server_default=default, primary_key=primary_key),
    )


def _json(default: str = "{}") -> Any:
    """Canonical JSON kept as the very text that was given (``json``, not ``jsonb``, which would rewrite numbers)."""
    return Field(sa_column=Column(JSON, nullable=False, server_default=default))


def _row_id() -> Any:
    return Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))


def _case_reference() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "case_id"], ["case_file.tenant_id", "case_file.id"])


class TenantRow(Base, table=True):
    """A kommun or a municipal company."""

    __tablename__ = "tenant"
    __table_args__ = (CheckConstraint(r"id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'", name="id"),)

    id: str = _text(primary_key=True)
    name: str = _text()
    is_authority: bool
    created_at: datetime = _time(now=True)


class TokenRow(Base, table=True):
    """A bearer token, known by its hash alone."""

    __tablename__ = "token"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        UniqueConstraint("token_hash"),
        Index(None, "tenant_id"),
    )

    id: uuid.UUID = Field(primary_key=True)
    tenant_id: str = _text()
    name: str = _text()
    role: str = _text()
    token_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = _time(now=True)
    created_by: str = _text()
    expires_at: datetime | None = _time(nullable=True)
    revoked_at: datetime | None = _time(nullable=True)


class CaseRow(Base, table=True):
    """A case. ``case`` is a word of SQL, hence ``case_file``."""

    __tablename__ = "case_file"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        Index(
            "case_file_idempotency_key_idx",
            "tenant_id",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        Index(None, "tenant_id", "created_at"),
        CheckConstraint("purpose ~ '[^[:space:]]' AND legal_basis ~ '[^[:space:]]'", name="purpose"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
    )

    tenant_id: str = _text(primary_key=True)
    id: str = _text(primary_key=True)
    kind: str = _text()
    procedure: str = _text()
    reference: str = _text()
    opened_on: date
    purpose: str = _text()
    legal_basis: str = _text()
    title: str = _text(default="")
    cpv: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    value_sek: int | None = Field(default=None, sa_column=Column(BigInteger))
    directive_scope: bool | None = None
    state: str = _text(default="open")
    created_at: datetime = _time(now=True)
    created_by: str = _text()
    closed_at: datetime | None = _time(nullable=True)
    retain_until: date | None = None
    idempotency_key: str | None = _text(nullable=True)
    request_sha256: str = _text()


class PartyRow(Base, table=True):
    """A party of a case."""

    __tablename__ = "case_party"
    __table_args__ = (
        _case_reference(),
        Index(
            "case_party_unique_idx",
            "tenant_id",
            "case_id",
            "key",
            "role",
            text("COALESCE(lot, '')"),
            unique=True,
        ),
        Index(None, "tenant_id", "key"),
    )

    tenant_id: str = _text(primary_key=True)
    case_id: str = _text(primary_key=True)
    position: int = Field(primary_key=True)
    key: str = _text()
    role: str = _text()
    declared_number: str = _text()
    declared_name: str | None = _text(nullable=True)
    lot: str | None = _text(nullable=True)
    relied_on_by: str | None = _text(nullable=True)
    contact_email: str | None = _text(nullable=True)
    contact_phone: str | None = _text(nullable=True)
    added_at: datetime = _time(now=True)
    added_by: str = _text()


class DocumentContentRow(Base, table=True):
    """Bytes of documents, once for each hash, compressed and sealed; visible only through a visible ``document``."""

    __tablename__ = "document_content"
    __table_args__ = ({"info": {"shared": "bytes once by hash; its policy looks for a visible document row"}},)

    sha256: str = _text(primary_key=True)
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    stored_at: datetime = _time(now=True)


class DocumentRow(Base, table=True):
    """One retrieval of a document for a case."""

    __tablename__ = "document"
    __table_args__ = (
        _case_reference(),
        UniqueConstraint("tenant_id", "case_id", "sha256", "source", "retrieved_at"),
        Index(None, "sha256"),
    )

    id: int | None = _row_id()
    tenant_id: str = _text()
    case_id: str = _text()
    sha256: str = _text()
    source: str = _text()
    media_type: str = _text()
    request: str = _text()
    purpose: str = _text()
    legal_basis: str = _text()
    retrieved_at: datetime = _time()
    stated_at: datetime | None = _time(nullable=True)
    recorded_at: datetime = _time(now=True)


class FactRow(Base, table=True):
    """One statement and the time we knew it. Only ever inserted, and closed once."""

    __tablename__ = "fact"
    __table_args__ = (
        _case_reference(),
        # The same statement of the same answer cannot be current twice.
        Index(
            "fact_current_idx",
            "tenant_id",
            "case_id",
            "asked_source",
            "asked_subject",
            "content_sha256",
            unique=True,
            postgresql_where=text("recorded_to IS NULL"),
        ),
        Index(None, "tenant_id", "case_id", "recorded_from"),
        Index(None, "tenant_id", "subject"),
    )

    id: int | None = _row_id()
    tenant_id: str = _text()
    case_id: str = _text()
    asked_source: str = _text()
    asked_subject: str = _text()
    fact_id: str = _text()
    content_sha256: str = _text()
    subject: str = _text()
    predicate: str = _text()
    object: str | None = _text(nullable=True)
    value: dict[str, Any] = _json()
    source: str = _text()
    document: str = _text()
    place: str = _text()
    valid_from: date | None = None
    valid_to: date | None = None
    observed_at: datetime = _time()
    superseded_at: datetime | None = _time(nullable=True)
    recorded_from: datetime = _time()
    recorded_to: datetime | None = _time(nullable=True)


class ConfirmationRow(Base, table=True):
    """A later document that states an unchanged fact again."""

    __tablename__ = "fact_confirmation"
    __table_args__ = (
        _case_reference(),
        Index(None, "tenant_id", "case_id", "fact"),
        UniqueConstraint("fact", "document"),
    )

    id: int | None = _row_id()
    tenant_id: str = _text()
    case_id: str = _text()
    fact: int = Field(sa_column=Column(BigInteger, nullable=False))
    document: str = _text()
    place: str = _text()
    observed_at: datetime = _time()
    recorded_at: datetime = _time()


class AnswerRow(Base, table=True):
    """What one source said about one entity, once: found, not found, or no answer."""

    __tablename__ = "source_answer"
    __table_args__ = (
        _case_reference(),
        Index("source_answer_asked_idx", "tenant_id", "case_id", "source", "subject", "asked_at"),
        CheckConstraint("status IN ('found', 'not_found', 'no_answer')", name="status"),
    )

    id: int | None = _row_id()
    tenant_id: str = _text()
    case_id: str = _text()
    source: str = _text()
    subject: str = _text()
    status: str = _text()
    asked_at: datetime = _time()
    document: str | None = _text(nullable=True)
    reason: str | None = _text(nullable=True)
    missing: list[dict[str, Any]] = _json("[]")
    recorded_at: datetime = _time()


class IdentityRow(Base, table=True):
    """The number behind a person key, sealed; the key is a keyed hash of it."""

    __tablename__ = "person_identity"
    __table_args__ = (_case_reference(), Index(None, "tenant_id", "key"))

    tenant_id: str = _text(primary_key=True)
    case_id: str = _text(primary_key=True)
    key: str = _text(primary_key=True)
    sealed_number: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    recorded_at: datetime = _time(now=True)


class RunRow(Base, table=True):
    """One screening of a case on its way: gathering, matching, screening, done."""

    __tablename__ = "screening_run"
    __table_args__ = (
        _case_reference(),
        UniqueConstraint("tenant_id", "id"),
        Index(
            "screening_run_open_idx",
            "tenant_id",
            "case_id",
            unique=True,
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index(None, "tenant_id", "case_id", "requested_at"),
        CheckConstraint("state IN ('gathering', 'matching', 'screening', 'done', 'failed')", name="state"),
    )

    id: uuid.UUID = Field(primary_key=True)
    tenant_id: str = _text()
    case_id: str = _text()
    state: str = _text(default="gathering")
    requested_by: str = _text()
    requested_at: datetime = _time(now=True)
    finished_at: datetime | None = _time(nullable=True)
    screening_id: uuid.UUID | None = None
    reason: str | None = _text(nullable=True)
    limits: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))


class TaskRow(Base, table=True):
    """One piece of work of a run, done once."""

    __tablename__ = "gather_task"
    __table_args__ = (
        _case_reference(),
        ForeignKeyConstraint(["tenant_id", "run_id"], ["screening_run.tenant_id", "screening_run.id"]),
        UniqueConstraint("run_id", "purpose", "source", "subject"),
        Index("gather_task_pending_idx", "not_before", "created_at", postgresql_where=text("state = 'pending'")),
        Index(None, "tenant_id", "case_id"),
        CheckConstraint("state IN ('pending', 'done', 'failed')", name="state"),
    )

    id: uuid.UUID = Field(primary_key=True)
    tenant_id: str = _text()
    case_id: str = _text()
    run_id: uuid.UUID
    source: str = _text()
    subject: str = _text()
    purpose: str = _text(default="gather")
    number_ref: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    hop: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    state: str = _text(default="pending")
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    not_before: datetime | None = _time(nullable=True)
    reason: str | None = _text(nullable=True)
    created_at: datetime = _time(now=True)
    finished_at: datetime | None = _time(nullable=True)


class ScreeningRow(Base, table=True):
    """A result with everything it was made of."""

    __tablename__ = "screening"
    __table_args__ = (
        _case_reference(),
        UniqueConstraint("tenant_id", "case_id", "result_sha256"),
        Index(None, "tenant_id", "case_id", "created_at"),
    )

    id: uuid.UUID = Field(primary_key=True)
    tenant_id: str = _text()
    case_id: str = _text()
    run_id: uuid.UUID | None = None
    as_of: datetime = _time()
    level: int
    code: str = _text()
    complete: bool
    dossier_sha256: str = _text()
    policy_sha256: str = _text()
    catalogue_sha256: str = _text()
    result_sha256: str = _text()
    engine_version: str = _text()
    dossier: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    policy: str = _text()
    result: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = _time(now=True)
    created_by: str = _text()


class MatchDecisionRow(Base, table=True):
    """An officer's decision on a list hit; the newest of a subject and an entry is in force. Only ever inserted."""

    __tablename__ = "match_decision"
    __table_args__ = (
        _case_reference(),
        Index(None, "tenant_id", "case_id"),
        CheckConstraint("decision IN ('same', 'not_same', 'open')", name="decision"),
        CheckConstraint("reason ~ '[^[:space:]]'", name="reason"),
    )

    id: int | None = _row_id()
    tenant_id: str = _text()
    case_id: str = _text()
    subject: str = _text()
    list: str = _text()
    entry: str = _text()
    decision: str = _text()
    reason: str = _text()
    evidence: dict[str, Any] = _json()
    fact_id: str = _text()
    decided_at: datetime = _time(now=True)
    decided_by: str = _text()


class AuditRow(Base, table=True):
    """One link of a tenant's audit chain. Only ever inserted."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "tenant_id", "subject"),)

    tenant_id: str = _text(primary_key=True)
    sequence: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    occurred_at: datetime = _time()
    actor: str = _text()
    action: str = _text()
    subject: str = _text()
    details: str = _text()
    prev_hash: str = _text()
    hash: str = _text()


class AuditHeadRow(Base, table=True):
    """Where a tenant's audit chain ends; its seal shows that the end was not cut off."""

    __tablename__ = "audit_head"

    tenant_id: str = _text(primary_key=True)
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    hash: str = _text()
    seal: str = _text()


class SettingRow(Base, table=True):
    """A tenant's override of a setting or of a policy parameter."""

    __tablename__ = "setting"
    __table_args__ = (ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),)

    tenant_id: str = _text(primary_key=True)
    name: str = _text(primary_key=True)
    value: Any = _json("null")
    updated_at: datetime = _time(now=True)
    updated_by: str = _text()


class PropertyRow(Base, table=True):
    """Facts about the database itself, such as the fingerprint of the master key it belongs to."""

    __tablename__ = "database_property"
    __table_args__ = ({"info": {"shared": "holds nothing of any tenant"}},)

    name: str = _text(primary_key=True)
    value: str = _text()
