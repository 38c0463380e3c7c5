"""Audit events: append-only, and chained so that nobody can change, remove or cut off an event unseen.

Each tenant has a chain of its own; events of no tenant (feeds loaded, tenants made) form the chain ``*``. An event's
hash covers its content and the hash before it. The chain's end is kept in ``audit_head`` under a seal made with the
master key, so that cutting off the newest events is seen too, unless whoever does it puts back an old head *and* an old
seal together: against that, note the head elsewhere from time to time (``AuditReport`` gives it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from graph.model import canonical_json, sha256_hex
from screening.store.database import Database, keyring
from screening.store.keys import Keyring
from screening.store.tables import SYSTEM_CHAIN

GENESIS = "0" * 64
"""``prev_hash`` of a chain's first event."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event."""

    sequence: int
    occurred_at: datetime
    actor: str
    action: str
    subject: str
    details: str
    """Canonical JSON."""
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain does not hold."""

    tenant_id: str
    sequence: int
    problem: str
    """``altered``, ``missing``, ``cut_off`` or ``head_altered``."""


@dataclass(frozen=True, slots=True)
class ChainReport:
    """One chain: how many events it has and where it ends."""

    tenant_id: str
    events: int
    head: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What ``verify`` found."""

    chains: tuple[ChainReport, ...]
    breaks: tuple[Break, ...]

    @property
    def intact(self) -> bool:
        """Whether every chain holds."""
        return not self.breaks


def append(session: Session, actor: str, action: str, subject: str, details: Mapping[str, Any] | None = None) -> int:
    """Append an event to the chain of the session's tenant and return its number in the chain.

    It is committed with the transaction it belongs to; others that append to the same chain wait until then.
    ``subject`` and ``details`` must hold no personnummer.
    """
    tenant_id = session.info["tenant_id"] or SYSTEM_CHAIN
    session.execute(
        text(
            "INSERT INTO audit_head (tenant_id, sequence, hash, seal) VALUES (:tenant_id, 0, :hash, :seal) "
            "ON CONFLICT (tenant_id) DO NOTHING"
        ),
        {"tenant_id": tenant_id, "hash": GENESIS, "seal": keyring(session).audit_seal(tenant_id, 0, GENESIS)},
    )
    head = session.execute(
        text("SELECT sequence, hash, clock_timestamp() FROM audit_head WHERE tenant_id = :tenant_id FOR UPDATE"),
        {"tenant_id": tenant_id},
    ).one()
    sequence, occurred_at, body = head[0] + 1, head[2].astimezone(UTC), canonical_json(dict(details or {}))
    digest = _hash(tenant_id, sequence, occurred_at, actor, action, subject, body, head[1])
    session.execute(
        text(
            "INSERT INTO audit_event (tenant_id, sequence, occurred_at, actor, action, subject, details, prev_hash, "
            "hash) VALUES (:tenant_id, :sequence, :occurred_at, :actor, :action, :subject, :details, :prev_hash, :hash)"
        ),
        {
            "tenant_id": tenant_id,
            "sequence": sequence,
            "occurred_at": occurred_at,
            "actor": actor,
            "action": action,
            "subject": subject,
            "details": body,
            "prev_hash": head[1],
            "hash": digest,
        },
    )
    session.execute(
        text("UPDATE audit_head SET sequence = :sequence, hash = :hash, seal = :seal WHERE tenant_id = :tenant_id"),
        {
            "tenant_id": tenant_id,
            "sequence": sequence,
            "hash": digest,
            "seal": keyring(session).audit_seal(tenant_id, sequence, digest),
        },
    )
    return int(sequence)


def list(session: Session, *, subject: str | None = None, limit: int = 100) -> tuple[AuditEvent, ...]:
    """The newest events of the session's tenant (or, in a system session, of no tenant), newest first."""
    rows = session.execute(
        text(
            "SELECT sequence, occurred_at, actor, action, subject, details, hash FROM audit_event "
            "WHERE tenant_id = :tenant_id AND subject = COALESCE(CAST(:subject AS text), subject) "
            "ORDER BY sequence DESC LIMIT :limit"
        ),
        {"tenant_id": session.info["tenant_id"] or SYSTEM_CHAIN, "subject": subject, "limit": limit},
    )
    return tuple(AuditEvent(*row) for row in rows)


def verify(database: Database) -> AuditReport:
    """Recompute every chain, streaming; finds an altered event, a missing one, a cut-off end and an altered head."""
    chains: dict[str, _Chain] = {}
    with database.system("audit") as session:
        # One statement sees one moment: an event appended meanwhile cannot look like a head that is wrong.
        rows = session.execute(
            text(
                "SELECT tenant_id, head.sequence AS head_sequence, head.hash AS head_hash, head.seal, event.sequence, "
                "occurred_at, actor, action, subject, details, prev_hash, event.hash "
                "FROM audit_head AS head FULL JOIN audit_event AS event USING (tenant_id) "
                "ORDER BY tenant_id, event.sequence"
            ).execution_options(stream_results=True, yield_per=1000)
        )
        for row in rows:
            chain = chains.setdefault(row.tenant_id, _Chain(row.tenant_id))
            chain.head = None if row.head_hash is None else (row.head_sequence, row.head_hash, row.seal)
            if row.sequence is not None:
                chain.add(row)
    for chain in chains.values():
        chain.finish(database.keyring)
    return AuditReport(
        chains=tuple(ChainReport(chain.tenant_id, chain.events, chain.hash) for chain in chains.values()),
        breaks=tuple(found for chain in chains.values() for found in chain.breaks.values()),
    )


@dataclass(slots=True)
class _Chain:
    """A chain as far as it has been read."""

    tenant_id: str
    events: int = 0
    sequence: int = 0
    hash: str = GENESIS
    head: tuple[int, str, str] | None = None
    breaks: dict[int, Break] = field(default_factory=dict)

    def add(self, event: Any) -> None:
        if event.sequence != self.sequence + 1:
            self._broken(self.sequence + 1, "missing")
        elif event.prev_hash != self.hash:
            self._broken(event.sequence, "altered")
        digest = _hash(
            self.tenant_id,
            event.sequence,
            event.occurred_at.astimezone(UTC),
            event.actor,
            event.action,
            event.subject,
            event.details,
            event.prev_hash,
        )
        if event.hash != digest:
            self._broken(event.sequence, "altered")
        self.events += 1
        self.sequence, self.hash = event.sequence, event.hash

    def finish(self, keys: Keyring) -> None:
        if self.head is None or self.head[2] != keys.audit_seal(self.tenant_id, self.head[0], self.head[1]):
            self._broken(self.sequence, "head_altered")
        elif self.head[0] > self.sequence:
            self._broken(self.sequence + 1, "cut_off")
        elif self.head[:2] != (self.sequence, self.hash):
            self._broken(self.sequence, "head_altered")

    def _broken(self, sequence: int, problem: str) -> None:
        self.breaks.setdefault(sequence, Break(self.tenant_id, sequence, problem))


def _hash(
    tenant_id: str,
    sequence: int,
    occurred_at: datetime,
    actor: str,
    action: str,
    subject: str,
    details: str,
    prev_hash: str,
) -> str:
    return sha256_hex(
        canonical_json([tenant_id, sequence, occurred_at, actor, action, subject, details, prev_hash]).encode()
    )
