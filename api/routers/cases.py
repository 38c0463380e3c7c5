"""Cases: open with parties (JSON, CSV or XLSX), list, show."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, File, Form, Header, Query, Request, UploadFile, params

from api.auth import Officer, Parts, Who
from api.errors import ApiProblem, row_problems
from api.opening import CannotOpenError, open_case
from api.schemas import CaseId, CaseInput, CaseOut, CaseSummary, NumberText, PartyOut, ProblemOut, ShortText
from screening.case import Case, CaseKind, Procedure
from screening.intake.files import Row, UnreadableFileError, read_rows
from screening.intake.parties import Intake, parse_parties
from screening.store import cases
from screening.store.errors import Conflict
from screening.store.tokens import Principal
from workers.runtime import Runtime

router = APIRouter(tags=["cases"])

IdempotencyKey = Annotated[ShortText | None, Header(alias="Idempotency-Key")]


def sends(*media_types: str) -> params.Depends:
    """A dependency that refuses (415) a body of another media type."""

    def check(request: Request) -> None:
        given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if given not in media_types:
            raise ApiProblem(415, "media_type", known=", ".join(media_types))

    return params.Depends(check)


@router.post(
    "/cases", status_code=201, summary="Open a case with its parties", dependencies=[sends("application/json")]
)
def open_from_json(
    body: CaseInput, request: Request, parts: Parts, who: Officer, key: IdempotencyKey = None
) -> CaseOut:
    """Rows that cannot be used are left out and named in `problems`; if none can be used no case is opened (422). The
    same `Idempotency-Key` again gives the same case.
    """
    rows = [
        Row(f"row {number}", {name: str(value) for name, value in party.model_dump(exclude_none=True).items()})
        for number, party in enumerate(body.parties, start=1)
    ]
    return _open(parts, who, request, body, rows, key)


@router.post(
    "/cases/upload",
    status_code=201,
    summary="Open a case from a CSV or XLSX file of parties",
    dependencies=[sends("multipart/form-data")],
)
def open_from_file(
    request: Request,
    parts: Parts,
    who: Officer,
    file: Annotated[UploadFile, File(description="CSV or XLSX; a column «Organisationsnummer», others optional")],
    kind: Annotated[CaseKind, Form()],
    reference: Annotated[ShortText, Form()],
    title: Annotated[ShortText, Form()] = "",
    procedure: Annotated[Procedure | None, Form()] = None,
    opened_on: Annotated[date | None, Form()] = None,
    value_sek: Annotated[NumberText | None, Form()] = None,
    directive_scope: Annotated[bool | None, Form()] = None,
    key: IdempotencyKey = None,
) -> CaseOut:
    """As `POST /cases`, with the parties in a file. A file that cannot be read at all opens no case."""
    try:
        rows = read_rows(file.file.read())
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
    return _open(parts, who, request, body, rows, key)


def _open(
    parts: Runtime, who: Principal, request: Request, body: CaseInput, rows: list[Row], key: str | None
) -> CaseOut:
    intake: Intake = parse_parties(rows, body.kind, strict=parts.connectors.strict_check_digits)
    if not intake.parties:
        raise ApiProblem(422, "no_parties", problems=intake.problems)
    try:
        case, new = open_case(
            parts,
            who.tenant.id,
            who.name,
            intake,
            body.kind,
            reference=body.reference,
            title=body.title,
            procedure=body.procedure,
            opened_on=body.opened_on,
            purpose=body.purpose,
            legal_basis=body.legal_basis,
            cpv=tuple(body.cpv),
            value_sek=body.value_sek,
            directive_scope=body.directive_scope,
            idempotency_key=key,
        )
    except CannotOpenError as error:
        raise ApiProblem(422, error.code, error.text) from error
    except Conflict as error:
        raise ApiProblem(409, "idempotency") from error
    if new:
        request.app.state.metrics.cases_opened.inc()
    return case_out(case, [ProblemOut(**problem) for problem in row_problems(intake.problems)])


@router.get("/cases", summary="Cases, newest first")
def list_cases(
    parts: Parts,
    who: Who,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> list[CaseSummary]:
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
            for case in cases.list(session, limit=limit, offset=offset)
        ]


@router.get("/cases/{case_id}", summary="One case with its parties")
def show_case(case_id: CaseId, parts: Parts, who: Who) -> CaseOut:
    """The case as it was opened."""
    with parts.database.transaction(who.tenant.id, who.name) as session:
        return case_out(cases.get(session, case_id), [])


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
