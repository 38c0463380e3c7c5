"""Results: the newest screening of a case, its findings and the evidence behind them."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.auth import Parts, Who, bearer, caches_of, principal, runtime_of
from api.errors import ApiProblem
from api.examples import FINDING, VERDICT
from api.numbers import organisation_number
from api.schemas import CaseId, ScreeningOut, VerificationOut
from graph.model import organisation_key
from screening import certificate
from screening.store import cases, screenings
from screening.store.screenings import StoredScreening
from screening.store.tokens import Principal
from workers.runtime import Runtime

router = APIRouter(tags=["results"])

JSON = "application/json"


@router.get(
    "/cases/{case_id}/verdict",
    summary="The newest screening of a case, whole",
    response_class=Response,
    responses={200: {"content": {JSON: {"schema": {"type": "object"}, "example": VERDICT}}}},
    openapi_extra={"security": [{"token": []}]},
)
async def verdict(case_id: CaseId, request: Request) -> Response:
    """The stored result, byte for byte as it was hashed: level per party and for the case, findings with evidence and
    law, coverage per source, and what could not be checked. `code` is `LX_OFULLSTANDIG` when a required source is
    missing; `level` then says how far what was found reaches.
    """
    caches = caches_of(request)
    # The fast way: who asks and what is asked for are both at hand. Everything else goes to the database.
    token = bearer(request)
    who = caches.principal(token) if token else None
    if who is None:
        who = await run_in_threadpool(principal, request)
    body = caches.result(who.tenant.id, case_id)
    if body is None:
        body = await run_in_threadpool(_newest, request, who, case_id)
    return Response(body, media_type=JSON)


def _newest(request: Request, who: Principal, case_id: str) -> bytes:
    caches = caches_of(request)
    generation = caches.generation
    with runtime_of(request).database.transaction(who.tenant.id, who.name) as session:
        cases.require(session, case_id)
        stored = screenings.latest(session, case_id)
    if stored is None:
        raise ApiProblem(404, "not_screened")
    caches.keep_result(who.tenant.id, case_id, stored.result, generation)
    return stored.result


def _stored(parts: Runtime, who: Principal, case_id: str) -> tuple[StoredScreening, str]:
    with parts.database.transaction(who.tenant.id, who.name) as session:
        cases.require(session, case_id)
        stored = screenings.latest(session, case_id)
        if stored is None:
            raise ApiProblem(404, "not_screened")
        return stored, screenings.dossier_json(session, stored.id)


@router.get(
    "/cases/{case_id}/findings",
    summary="Findings of the newest screening",
    responses={200: {"content": {JSON: {"example": [FINDING]}}}},
)
def findings(
    case_id: CaseId,
    parts: Parts,
    who: Who,
    party: Annotated[str | None, Query(max_length=40, description="Only this organisation number.")] = None,
    level: Annotated[int, Query(ge=0, le=4, description="Only from this level.")] = 0,
) -> list[dict[str, Any]]:
    """Findings as they stand in the result, highest level first."""
    wanted = organisation_key(organisation_number(parts, party)) if party else None
    stored, _ = _stored(parts, who, case_id)
    rows: list[dict[str, Any]] = [
        finding
        for finding in orjson.loads(stored.result)["findings"]
        if finding["level"] >= level and (wanted is None or finding["party"] == wanted)
    ]
    return sorted(rows, key=lambda finding: (-finding["level"], finding["indicator"], finding["id"]))


@router.get("/cases/{case_id}/screenings", summary="All screenings of a case")
def history(case_id: CaseId, parts: Parts, who: Who) -> list[ScreeningOut]:
    """Newest first: id, time, level, completeness and hashes."""
    with parts.database.transaction(who.tenant.id, who.name) as session:
        cases.require(session, case_id)
        return [
            ScreeningOut(
                id=stored.id,
                as_of=stored.as_of,
                level=int(stored.level),
                code=stored.code,
                complete=stored.complete,
                sha256=stored.result_sha256,
                dossier_sha256=stored.dossier_sha256,
                policy_sha256=stored.policy_sha256,
                catalogue_sha256=stored.catalogue_sha256,
            )
            for stored in screenings.all(session, case_id)
        ]


@router.get("/cases/{case_id}/verification", summary="Compute the newest screening again and compare bytes")
def verification(case_id: CaseId, parts: Parts, who: Who) -> VerificationOut:
    """Replays dossier and policy through the engine. `same` is true only if every byte of the result agrees."""
    stored, dossier = _stored(parts, who, case_id)
    outcome = certificate.verify(dossier, stored.policy, stored.result)
    return VerificationOut(
        screening=stored.id,
        same=outcome.ok,
        sha256=outcome.stored_sha256,
        recomputed_sha256=outcome.recomputed_sha256,
        detail=" ".join(problem.en for problem in outcome.problems),
        detail_sv=" ".join(problem.sv for problem in outcome.problems),
    )
