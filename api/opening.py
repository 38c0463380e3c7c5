"""Opening a case, for the API and the command line alike: the tenant's policy fills in what was not given."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

from screening import law
from screening.case import Case, CaseKind, Procedure
from screening.intake.parties import Intake
from screening.store import audit, cases, tenants
from screening.texts import text
from screening.verdict import Text
from workers.policy import policy_for
from workers.runtime import Runtime


class CannotOpenError(ValueError):
    """The case cannot be opened as asked for; ``code`` and ``text`` say why and what to do."""

    def __init__(self, code: str, problem: Text) -> None:
        super().__init__(problem.en)
        self.code = code
        self.text = problem


def open_case(
    runtime: Runtime,
    tenant: str,
    actor: str,
    intake: Intake,
    kind: CaseKind,
    *,
    reference: str,
    title: str = "",
    procedure: Procedure | None = None,
    opened_on: date | None = None,
    purpose: str | None = None,
    legal_basis: str | None = None,
    cpv: tuple[str, ...] = (),
    value_sek: int | None = None,
    directive_scope: bool | None = None,
    idempotency_key: str | None = None,
) -> tuple[Case, bool]:
    """Open a case; the case as stored, and whether it is new (the same key again gives the first one).

    Raises:
        CannotOpenError: the procedure does not fit the case type, or no law is on file for the date.
        screening.store.errors.Conflict: the key was used for another case.
    """
    day = opened_on or datetime.now(UTC).date()
    fitting = law.load().procedures_for(kind, day)
    if not fitting:
        raise CannotOpenError("no_law", text("problem.no_law", date=day.isoformat()))
    with runtime.database.transaction(tenant, actor) as session:
        policy = policy_for(session, kind)
        chosen = procedure or policy.default_procedure
        if chosen not in fitting:
            known = ", ".join(item.value for item in fitting)
            raise CannotOpenError("procedure", text("problem.procedure", known=known))
        case = Case(
            id=str(uuid4()),
            tenant=tenants.get(session, tenant),
            kind=kind,
            procedure=chosen,
            reference=reference,
            opened_on=day,
            purpose=purpose or policy.purpose,
            legal_basis=legal_basis or policy.legal_basis,
            parties=intake.parties,
            title=title,
            cpv=cpv,
            value_sek=value_sek,
            directive_scope=directive_scope,
        )
        stored = cases.create(session, case, idempotency_key=idempotency_key)
        new = stored.id == case.id
        if new:
            audit.append(session, actor, "case.open", stored.id, {"parties": len(stored.parties)})
    return stored, new
