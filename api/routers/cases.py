"""Cases: open with parties (JSON, CSV or XLSX), list, show, close, people behind them never."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, File, Form, Header, Request, UploadFile

from api.auth import Officer, Parts, Who
from api.errors import ApiProblem, row_problems
from api.schemas import CaseInput, CaseOut, CaseSummary, PartyOut, ProblemOut
from screening import policies
from screening.case import Case, CaseKind, Procedure
from screening.intake.files import Row, UnreadableFileError, read_rows
from screening.intake.parties import Intake, parse_parties
from screening.store import audit, cases
from screening.store.errors import Conflict, NotFound
from screening.store.tokens import Principal
from workers.runtime import Runtime

router = APIRouter(tags=["cases"])

IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]


@router.post("/cases", status_code=201, summary="Open a case with its parties")
def open_case(body: CaseInput, request: Request, parts: Parts, who: Officer, key: IdempotencyKey = None) -> CaseOut:
    """Rows that cannot be used are left out and named in `problems`; if none can be used no case is opened (422). The
    same `Idempotency-Key` again gives the same case.
    """
    rows = [
        Row(
            place=f"row {number}",
            cells={
                field: value
                for field, value in (
                    ("organisation_number", party.organisation_number),
                    ("name", party.name),
                    ("role", party.role.value if party.role else None),
                    ("lot", party.lot),
                    ("relied_on_by", party.relied_on_by),
                    ("contact_email", party.contact_email),
                    ("contact_phone", party.contact_phone),
                )
                if value
            },
        )
        for number, party in enumerate(body.parties, start=1)
    ]
    intake = parse_parties(rows, body.kind, strict=parts.connectors.strict_check_digits)
    return _open(parts, who, request, body, intake, key)


@router.post("/cases/upload", status_code=201, summary="Open a case from a CSV or XLSX file of parties")
def open_case_from_file(
    request: Request,
    parts: Parts,
    who: Officer,
    file: Annotated[UploadFile, File(description="CSV or XLSX; a column «Organisationsnummer», others optional")],
    kind: Annotated[CaseKind, Form()],
    reference: Annotated[str, Form(max_length=300)],
    title: Annotated[str, Form(max_length=300)] = "",
    procedure: Annotated[Procedure | None, Form()] = None,
    opened_on: Annotated[date | None, Form()] = None,
    value_sek: Annotated[int | None, Form(ge=0)] = None,
    directive_scope: Annotated[bool | None, Form()] = None,
    key: IdempotencyKey = None,
) -> CaseOut:
    """As `POST /cases`, with the parties in a file. A file that cannot be read at all opens no case."""
    try:
        rows = read_rows(file.file.read(), file.filename or "")
    except UnreadableFileError as error:
        raise ApiProblem(422, "unreadable_file", error.text) from error
    body = CaseInput(
        kind=kind,
        reference=reference,
        title=title,
        procedure=procedure,
        opened_on=opened_on,
        value_sek=value_sek,
        directive_scope=directive_scope,
    )
    intake = parse_parties(rows, kind, strict=parts.connectors.strict_check_digits)
    return _open(parts, who, request, body, intake, key)


def _open(parts: Runtime, who: Principal, request: Request, body: CaseInput, intake: Intake, key: str | None) -> CaseOut:
    if not intake.parties:
        raise ApiProblem(422, "no_parties", problems=intake.problems)
    policy = policies.load(body.kind)
    case = Case(
        id=str(uuid4()),
        tenant=who.tenant,
        kind=body.kind,
        procedure=body.procedure or policy.default_procedure,
        reference=body.reference,
        opened_on=body.opened_on or datetime.now(UTC).date(),
        purpose=body.purpose or policy.purpose,
        legal_basis=body.legal_basis or policy.legal_basis,
        parties=intake.parties,
        title=body.title,
        cpv=tuple(body.cpv),
        value_sek=body.value_sek,
        directive_scope=body.directive_scope,
    )
    try:
        with parts.database.transaction(who.tenant.id, who.name) as session:
            stored = cases.create(session, case, idempotency_key=key)
            if stored.id == case.id:
                audit.append(session, who.name, "case.open", stored.id, {"parties": len(stored.parties)})
                request.app.state.metrics.cases_opened.inc()
    except Conflict as error:
        raise ApiProblem(409, "idempotency") from error
    return case_out(stored, [ProblemOut(**problem) for problem in row_problems(intake.problems)])


@router.get("/cases", summary="Cases, newest first")
def list_cases(parts: Parts, who: Who) -> list[CaseSummary]:
    """Each with the outcome of its newest screening."""
    with parts.database.transaction(who.tenant.id, who.name) as session:
        return [
            CaseSummary(
                id=case.id,
                kind=case.kind,
                reference=case.reference,
                title=case.title,
                opened_on=case.opened_on,
                parties=case.parties,
                code=case.code,
                complete=case.complete,
            )
            for case in cases.list(session)
        ]


@router.get("/cases/{case_id}", summary="One case with its parties")
def show_case(case_id: str, parts: Parts, who: Who) -> CaseOut:
    """The case as it was opened."""
    with parts.database.transaction(who.tenant.id, who.name) as session:
        return case_out(found(session, case_id), [])


def found(session: object, case_id: str) -> Case:
    """The case, or a 404 that does not tell whether another tenant has it."""
    try:
        return cases.get(session, case_id)  # type: ignore[arg-type]
    except NotFound as error:
        raise ApiProblem(404, "not_found") from error


def case_out(case: Case, problems: list[ProblemOut]) -> CaseOut:
    """A case as the API shows it."""
    return CaseOut(
        id=case.id,
        kind=case.kind,
        procedure=case.procedure,
        reference=case.reference,
        title=case.title,
        opened_on=case.opened_on,
        purpose=case.purpose,
        legal_basis=case.legal_basis,
        cpv=list(case.cpv),
        value_sek=case.value_sek,
        directive_scope=case.directive_scope,
        parties=[
            PartyOut(
                key=party.key,
                organisation_number=party.declared_number,
                name=party.declared_name,
                role=party.role,
                lot=party.lot,
            )
            for party in case.parties
        ],
        problems=problems,
    )
