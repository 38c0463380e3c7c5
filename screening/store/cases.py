"""Cases and their parties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from graph.model import EntityKey, canonical_json, sha256_hex
from screening.case import Case, CaseKind, Party, PartyRole, Procedure
from screening.store import tenants
from screening.store.database import actor_of, tenant_of
from screening.store.errors import Conflict, NotFound, Refused


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case in a list, with its latest screening and run."""

    id: str
    kind: CaseKind
    procedure: Procedure
    reference: str
    title: str
    opened_on: date
    state: str
    """``open`` or ``closed``."""
    created_at: datetime
    created_by: str
    parties: int
    run_state: str | None
    screening_id: str | None
    code: str | None
    level: int | None
    complete: bool | None
    screened_at: datetime | None


def create(session: Session, case: Case, *, idempotency_key: str | None = None) -> Case:
    """Open a case with its parties and return it as stored.

    With an ``idempotency_key`` the same request again returns the case that the first one opened (whatever ``case.id``
    the second one bears).

    Raises:
        Refused: when purpose, legal basis or reference is blank, or the case names another tenant than the session's.
        Conflict: when the id exists, the key was used for another case, or a party is there twice in the same role.
    """
    tenant_id = tenant_of(session)
    if case.tenant.id != tenant_id:
        raise Refused(f"The case names tenant {case.tenant.id}, the session works for {tenant_id}")
    for name, value in (("purpose", case.purpose), ("legal basis", case.legal_basis)):
        if not value.strip():
            raise Refused(f"A case needs a {name}: personal data may not be gathered without one")
    request = asdict(case)
    del request["id"]
    request_sha256 = sha256_hex(canonical_json(request).encode())
    inserted = session.execute(
        text(
            "INSERT INTO case_file (tenant_id, id, kind, procedure, reference, opened_on, purpose, legal_basis, title, "
            "cpv, value_sek, directive_scope, created_by, idempotency_key, request_sha256) VALUES (:tenant_id, :id, "
            ":kind, :procedure, :reference, :opened_on, :purpose, :legal_basis, :title, :cpv, :value_sek, "
            ":directive_scope, :created_by, :idempotency_key, :request_sha256) ON CONFLICT DO NOTHING RETURNING id"
        ),
        {
            "tenant_id": tenant_id,
            "id": case.id,
            "kind": case.kind.value,
            "procedure": case.procedure.value,
            "reference": case.reference,
            "opened_on": case.opened_on,
            "purpose": case.purpose,
            "legal_basis": case.legal_basis,
            "title": case.title,
            "cpv": [*case.cpv],
            "value_sek": case.value_sek,
            "directive_scope": case.directive_scope,
            "created_by": actor_of(session),
            "idempotency_key": idempotency_key,
            "request_sha256": request_sha256,
        },
    ).one_or_none()
    if inserted is None:
        return _opened_before(session, case.id, idempotency_key, request_sha256)
    _insert_parties(session, case.id, case.parties, first_position=0)
    return get(session, case.id)


def get(session: Session, case_id: str) -> Case:
    """A case with its parties in the order they were added.

    Raises:
        NotFound: when the tenant has no such case.
    """
    parameters = {"tenant_id": tenant_of(session), "id": case_id}
    row = (
        session.execute(text("SELECT * FROM case_file WHERE tenant_id = :tenant_id AND id = :id"), parameters)
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound(f"There is no case {case_id}")
    parties = session.execute(
        text(
            "SELECT key, role, declared_number, declared_name, lot, relied_on_by, contact_email, contact_phone "
            "FROM case_party WHERE tenant_id = :tenant_id AND case_id = :id ORDER BY position"
        ),
        parameters,
    ).mappings()
    return Case(
        id=row["id"],
        tenant=tenants.get(session, row["tenant_id"]),
        kind=CaseKind(row["kind"]),
        procedure=Procedure(row["procedure"]),
        reference=row["reference"],
        opened_on=row["opened_on"],
        purpose=row["purpose"],
        legal_basis=row["legal_basis"],
        parties=tuple(_party(party) for party in parties),
        title=row["title"],
        cpv=tuple(row["cpv"]),
        value_sek=row["value_sek"],
        directive_scope=row["directive_scope"],
    )


def summary(session: Session, case_id: str) -> CaseSummary:
    """A case as a list shows it.

    Raises:
        NotFound: when the tenant has no such case.
    """
    found = _summaries(session, "AND case_file.id = :id", {"id": case_id})
    if not found:
        raise NotFound(f"There is no case {case_id}")
    return found[0]


def list(
    session: Session, *, limit: int = 100, offset: int = 0, kind: CaseKind | None = None, state: str | None = None
) -> tuple[CaseSummary, ...]:
    """The tenant's cases, newest first."""
    return _summaries(
        session,
        "AND case_file.kind = COALESCE(CAST(:kind AS text), case_file.kind) "
        "AND case_file.state = COALESCE(CAST(:state AS text), case_file.state) ",
        {"kind": kind.value if kind else None, "state": state},
        "ORDER BY case_file.created_at DESC, case_file.id LIMIT :limit OFFSET :offset",
        {"limit": limit, "offset": offset},
    )


def add_parties(session: Session, case_id: str, parties: Iterable[Party]) -> Case:
    """Add parties to an open case and return it.

    Raises:
        NotFound: when the tenant has no such case.
        Conflict: when the case is closed, or a party is there already in the same role and lot.
    """
    row = session.execute(
        text("SELECT state FROM case_file WHERE tenant_id = :tenant_id AND id = :id FOR NO KEY UPDATE"),
        {"tenant_id": tenant_of(session), "id": case_id},
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no case {case_id}")
    if row.state != "open":
        raise Conflict(f"The case {case_id} is closed; open a new one for new parties")
    position: int = session.execute(
        text(
            "SELECT COALESCE(max(position) + 1, 0) FROM case_party WHERE tenant_id = :tenant_id AND case_id = :case_id"
        ),
        {"tenant_id": tenant_of(session), "case_id": case_id},
    ).scalar_one()
    _insert_parties(session, case_id, tuple(parties), first_position=position)
    return get(session, case_id)


def close(session: Session, case_id: str, *, retention_days: int) -> None:
    """Close a case; ``retention_days`` after today it is deleted by ``retention.run``. Closing twice changes nothing.

    Raises:
        NotFound: when the tenant has no such case.
    """
    require(session, case_id)
    session.execute(
        text(
            "UPDATE case_file SET state = 'closed', closed_at = now(), "
            "retain_until = CAST(now() AT TIME ZONE 'Europe/Stockholm' AS date) + :retention "
            "WHERE tenant_id = :tenant_id AND id = :id AND state = 'open'"
        ),
        {"tenant_id": tenant_of(session), "id": case_id, "retention": timedelta(days=retention_days).days},
    )


def require(session: Session, case_id: str) -> None:
    """Make sure that the session's tenant has the case.

    Raises:
        NotFound: when it has not.
    """
    found = session.execute(
        text("SELECT EXISTS (SELECT 1 FROM case_file WHERE tenant_id = :tenant_id AND id = :id)"),
        {"tenant_id": tenant_of(session), "id": case_id},
    )
    if not found.scalar_one():
        raise NotFound(f"There is no case {case_id}")


def _opened_before(session: Session, case_id: str, idempotency_key: str | None, request_sha256: str) -> Case:
    """The case of an earlier request with the same key.

    Raises:
        Conflict: when it was another request, or not the key but the id is taken.
    """
    earlier = session.execute(
        text(
            "SELECT id, request_sha256 FROM case_file WHERE tenant_id = :tenant_id "
            "AND idempotency_key = :idempotency_key"
        ),
        {"tenant_id": tenant_of(session), "idempotency_key": idempotency_key},
    ).one_or_none()
    if earlier is None:
        raise Conflict(f"There is a case {case_id} already")
    if earlier.request_sha256 != request_sha256:
        raise Conflict("This idempotency key was used for another case. Use a new key for a new case")
    return get(session, earlier.id)


def _insert_parties(session: Session, case_id: str, parties: tuple[Party, ...], first_position: int) -> None:
    if not parties:
        return
    tenant_id, actor = tenant_of(session), actor_of(session)
    inserted: Any = session.execute(
        text(
            "INSERT INTO case_party (tenant_id, case_id, position, key, role, declared_number, declared_name, lot, "
            "relied_on_by, contact_email, contact_phone, added_by) VALUES (:tenant_id, :case_id, :position, :key, "
            ":role, :declared_number, :declared_name, :lot, :relied_on_by, :contact_email, :contact_phone, :added_by) "
            "ON CONFLICT DO NOTHING"
        ),
        [
            {
                "tenant_id": tenant_id,
                "case_id": case_id,
                "position": position,
                "key": party.key,
                "role": party.role.value,
                "declared_number": party.declared_number,
                "declared_name": party.declared_name,
                "lot": party.lot,
                "relied_on_by": party.relied_on_by,
                "contact_email": party.contact_email,
                "contact_phone": party.contact_phone,
                "added_by": actor,
            }
            for position, party in enumerate(parties, start=first_position)
        ],
    )
    if inserted.rowcount != len(parties):
        raise Conflict("A party is in the case already in the same role and lot. Name each party once")


def _party(row: Mapping[Any, Any]) -> Party:
    return Party(
        key=EntityKey(row["key"]),
        role=PartyRole(row["role"]),
        declared_number=row["declared_number"],
        declared_name=row["declared_name"],
        lot=row["lot"],
        relied_on_by=None if row["relied_on_by"] is None else EntityKey(row["relied_on_by"]),
        contact_email=row["contact_email"],
        contact_phone=row["contact_phone"],
    )


def _summaries(
    session: Session,
    condition: str,
    parameters: Mapping[str, Any],
    tail: str = "",
    tail_parameters: Mapping[str, Any] | None = None,
) -> tuple[CaseSummary, ...]:
    rows = session.execute(
        text(
            "SELECT case_file.*, (SELECT count(*) FROM case_party "  # noqa: S608 - our own text
            "WHERE case_party.tenant_id = case_file.tenant_id AND case_party.case_id = case_file.id) AS parties, "
            "run.state AS run_state, latest.id::text AS screening_id, latest.code, latest.level, latest.complete, "
            "latest.created_at AS screened_at FROM case_file "
            "LEFT JOIN LATERAL (SELECT state FROM screening_run WHERE tenant_id = case_file.tenant_id "
            "AND case_id = case_file.id ORDER BY requested_at DESC LIMIT 1) AS run ON true "
            "LEFT JOIN LATERAL (SELECT id, code, level, complete, created_at FROM screening "
            "WHERE tenant_id = case_file.tenant_id AND case_id = case_file.id ORDER BY created_at DESC LIMIT 1) "
            f"AS latest ON true WHERE case_file.tenant_id = :tenant_id {condition} {tail}"
        ),
        {"tenant_id": tenant_of(session), **parameters, **(tail_parameters or {})},
    ).mappings()
    return tuple(
        CaseSummary(
            id=row["id"],
            kind=CaseKind(row["kind"]),
            procedure=Procedure(row["procedure"]),
            reference=row["reference"],
            title=row["title"],
            opened_on=row["opened_on"],
            state=row["state"],
            created_at=row["created_at"],
            created_by=row["created_by"],
            parties=row["parties"],
            run_state=row["run_state"],
            screening_id=row["screening_id"],
            code=row["code"],
            level=row["level"],
            complete=row["complete"],
            screened_at=row["screened_at"],
        )
        for row in rows
    )
