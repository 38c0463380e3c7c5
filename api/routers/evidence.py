"""Evidence: ownership files that a supplier hands in, and the documents behind every statement."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Query, Response, UploadFile

from api.auth import Officer, Parts, Who
from api.errors import ApiProblem
from api.routers.cases import found
from api.schemas import DocumentOut, EvidenceOut
from connectors.base import MalformedContent
from graph.identity import organisationsnummer
from graph.identity.errors import InvalidIdentifier
from graph.model import DocumentReference, organisation_key
from screening.store import documents
from screening.store.errors import NotFound
from screening.texts import text
from screening.verdict import Text
from workers import evidence

router = APIRouter(tags=["evidence"])


@router.post("/cases/{case_id}/evidence", status_code=201, summary="Hand in an ownership file (BODS 0.4)")
def hand_in(
    case_id: str,
    parts: Parts,
    who: Officer,
    file: Annotated[UploadFile, File(description="BODS 0.4, JSON")],
    party: Annotated[str | None, Query(description="organisation number of the party that it is about")] = None,
) -> EvidenceOut:
    """The file is stored as a document and its statements become facts. Statements that cannot be used are named in
    `rejected`; the others are used. A file that is not BODS at all changes nothing (422).
    """
    with parts.database.transaction(who.tenant.id, who.name) as session:
        case = found(session, case_id)
    try:
        subject = organisation_key(organisationsnummer.validate(party)) if party else case.parties[0].key
    except InvalidIdentifier as error:
        raise ApiProblem(422, "not_found") from error
    if subject not in {known.key for known in case.parties}:
        raise ApiProblem(422, "not_a_party")
    try:
        report = evidence.hand_in(parts, who.tenant.id, who.name, case, subject, file.file.read())
    except MalformedContent as error:
        what = f"{error.what}. {error.remedy}".strip()
        raise ApiProblem(422, "unreadable_file", text("problem.evidence", what=Text(sv=what, en=what))) from error
    return EvidenceOut(
        document=document_out(report.document),
        facts=report.facts,
        rejected=[{"place": row.place, "reason": row.reason} for row in report.rejected],
    )


@router.get("/cases/{case_id}/documents", summary="Documents of a case")
def list_documents(case_id: str, parts: Parts, who: Who) -> list[DocumentOut]:
    """Every document that a fact of the case can point to."""
    with parts.database.transaction(who.tenant.id, who.name) as session:
        found(session, case_id)
        return [document_out(document) for document in documents.list(session, case_id)]


@router.get(
    "/cases/{case_id}/documents/{sha256}",
    summary="One document, byte for byte",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def show_document(case_id: str, sha256: str, parts: Parts, who: Officer) -> Response:
    """The bytes as the source gave them. Registers' answers hold personal data in the clear: officers only, and each
    reading is written to the audit trail.
    """
    from screening.store import audit

    with parts.database.transaction(who.tenant.id, who.name) as session:
        found(session, case_id)
        try:
            reference = documents.get(session, case_id, sha256)
            content = documents.content(session, sha256)
        except NotFound as error:
            raise ApiProblem(404, "not_found") from error
        audit.append(session, who.name, "document.read", case_id, {"sha256": sha256, "source": reference.source})
    # Never rendered in the browser as what it claims to be: it comes from outside.
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{sha256}.bin"',
            "X-Content-Type-Options": "nosniff",
            "X-Source-Media-Type": reference.media_type,
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
