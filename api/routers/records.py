"""The municipality's own records: ended contracts, subcontractors, handlers, lease terms, rent payments."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, UploadFile

from api.auth import Officer, Parts
from api.errors import ApiProblem
from api.routers.cases import sends
from api.routers.evidence import document_out
from api.schemas import CaseId, RecordsOut
from connectors.base import MalformedContent
from screening.store import cases
from screening.texts import text
from workers import records

router = APIRouter(tags=["evidence"])


@router.post(
    "/cases/{case_id}/records",
    status_code=201,
    summary="Hand in a record of the municipality's own",
    dependencies=[sends("multipart/form-data")],
)
def hand_in(
    case_id: CaseId,
    parts: Parts,
    who: Officer,
    file: Annotated[UploadFile, File(description="CSV or XLSX; the headings tell which kind of record it is")],
) -> RecordsOut:
    """The headings tell the kind (`docs/underlag.md`). Rows become facts of this case and of no other; rows that cannot
    be used are named in `rejected`. A later file of the same kind replaces the former. Personal numbers are masked in
    what is stored. A file of no known kind changes nothing (422).
    """
    with parts.database.transaction(who.tenant.id, who.name) as session:
        case = cases.get(session, case_id)
    try:
        report = records.hand_in(parts, who.tenant.id, who.name, case, file.file.read())
    except MalformedContent as error:
        raise ApiProblem(422, "unreadable_file", text("problem.evidence", what=error.text)) from error
    return RecordsOut(
        kind=report.kind.value,
        document=document_out(report.document),
        facts=report.facts,
        rejected=list(report.rejected),
    )
