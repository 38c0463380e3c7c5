"""Evidence: ownership files that a supplier hands in, and the documents behind every statement."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Path, Query, Response, UploadFile

from api.auth import Officer, Parts, Who
from api.errors import ApiProblem
from api.numbers import organisation_number
from api.routers.cases import sends
from api.schemas import CaseId, DocumentOut, EvidenceOut
from connectors.base import MalformedContent
from graph.model import DocumentReference, organisation_key
from screening.store import audit, cases, documents
from screening.texts import text
from workers import evidence

router = APIRouter(tags=["evidence"])


@router.post(
    "/cases/{case_id}/evidence",
    status_code=201,
    summary="Hand in an ownership file (BODS 0.4)",
    dependencies=[sends("multipart/form-data")],
)
def hand_in(
    case_id: CaseId,
    parts: Parts,
    who: Officer,
    file: Annotated[UploadFile, File(description="BODS 0.4, JSON")],
    party: Annotated[
        str | None, Query(max_length=40, description="Organisation number of the party it is about; default the first.")
    ] = None,
) -> EvidenceOut:
    """The file is stored as a document and its statements become facts. Statements that cannot be used are named in
    `rejected`; the others are used. A file that is not BODS at all changes nothing (422).
    """
    with parts.database.transaction(who.tenant.id, who.name) as session:
        case = cases.get(session, case_id)
    subject = organisation_key(organisation_number(parts, party)) if party else case.parties[0].key
    if subject not in {known.key for known in case.parties}:
        raise ApiProblem(422, "not_a_party")
    try:
        report = evidence.hand_in(parts, who.tenant.id, who.name, case, subject, file.file.read())
    except MalformedContent as error:
        raise ApiProblem(422, "unreadable_file", text("problem.evidence", what=error.text)) from error
    return EvidenceOut(
        document=document_out(report.document),
        facts=report.facts,
        rejected=list(report.rejected),
    )


@router.get("/cases/{case_id}/documents", summary="Documents of a case")
def list_documents(case_id: CaseId, parts: Parts, who: Who) -> list[DocumentOut]:
    """Every document that a fact of the case can point to."""
    with parts.database.transaction(who.tenant.id, who.name) as session:
        cases.require(session, case_id)
        return [document_out(document) for document in documents.list(session, case_id)]


@router.get(
    "/cases/{case_id}/documents/{sha256}",
    summary="One document, byte for byte",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def show_document(
    case_id: CaseId, sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")], parts: Parts, who: Officer
) -> Response:
    """The bytes as the source gave them. Registers' answers hold personal data in the clear: officers only, and each
    reading is written to the audit trail.
    """
    with parts.database.transaction(who.tenant.id, who.name) as session:
        reference = documents.get(session, case_id, sha256)
        content = documents.content(session, sha256)
        audit.append(session, who.name, "document.read", case_id, {"sha256": sha256, "source": reference.source})
    # Never rendered in the browser as what it claims to be: it comes from outside.
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{sha256}.bin"',
            "X-Content-Type-Options": "nosniff",
            "X-Source-Media-Type": reference.media_type,
            "Cache-Control": "no-store",
        },
    )


def document_out(reference: DocumentReference) -> DocumentOut:
    """A document as the API shows it."""
    return DocumentOut(
        sha256=reference.sha256,
        source=reference.source,
        media_type=reference.media_type,
        request=reference.request,
        retrieved_at=reference.retrieved_at,
        stated_at=reference.stated_at,
    )
