"""Results: the newest screening of a case, its findings, the evidence and the network behind it."""

from __future__ import annotations

import time
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.auth import Parts, Who, caches_of, principal, runtime_of
from api.errors import ApiProblem
from api.schemas import VerificationOut
from graph.export.cytoscape import cytoscape
from graph.network import Network
from screening import certificate
from screening.dossier_codec import dossier_from_canonical
from screening.store import cases, screenings
from screening.store.errors import NotFound
from screening.store.screenings import StoredScreening
from screening.store.tokens import Principal
from workers.runtime import Runtime

router = APIRouter(tags=["results"])

JSON = "application/json"


@router.get("/cases/{case_id}/verdict", summary="The newest screening of a case, whole")
async def verdict(case_id: str, request: Request) -> Response:
    """The stored result, byte for byte as it was hashed: level per party and for the case, findings with evidence and
    law, coverage per source, and what could not be checked. `code` is `LX_OFULLSTANDIG` when a required source is
    missing; `level` then says how far what was found reaches.
    """
    caches = caches_of(request)
    # The fast way: who asks and what is asked for are both at hand. Everything else goes to the database.
    who = caches.principal(request.headers.get("authorization", "")[7:])
    if who is None:
        who = await run_in_threadpool(principal, request)
    body = caches.result(who.tenant.id, case_id)
    if body is None:
        body = await run_in_threadpool(_newest, request, who.tenant.id, who.name, case_id)
    return Response(body, media_type=JSON)


def _newest(request: Request, tenant: str, actor: str, case_id: str) -> bytes:
    read_at = time.monotonic()
    with runtime_of(request).database.transaction(tenant, actor) as session:
        try:
            cases.get(session, case_id)
        except NotFound as error:
            raise ApiProblem(404, "not_found") from error
        stored = screenings.latest(session, case_id)
    if stored is None:
        raise ApiProblem(404, "not_screened")
    caches_of(request).keep_result(tenant, case_id, stored.result, read_at)
    return stored.result


def _stored(parts: Runtime, who: Principal, case_id: str) -> tuple[StoredScreening, str]:
    with parts.database.transaction(who.tenant.id, who.name) as session:
        stored = screenings.latest(session, case_id)
        if stored is None:
            raise ApiProblem(404, "not_screened")
        return stored, screenings.dossier_json(session, stored.id)


@router.get("/cases/{case_id}/findings", summary="Findings of the newest screening")
def findings(case_id: str, parts: Parts, who: Who, party: str | None = None, level: int = 0) -> list[dict[str, Any]]:
    """Findings, highest level first; only those of `party` (an organisation number) and from `level` if given."""
    stored, _ = _stored(parts, who, case_id)
    result = orjson.loads(stored.result)
    wanted = f"SE:ORG:{party.replace('-', '')}" if party else None
    rows: list[dict[str, Any]] = [
        finding
        for finding in result["findings"]
        if finding["level"] >= level and (wanted is None or finding["party"] == wanted)
    ]
    return sorted(rows, key=lambda finding: (-finding["level"], finding["indicator"], finding["id"]))


@router.get("/cases/{case_id}/graph", summary="The network of a case, as Cytoscape JSON")
def graph(case_id: str, parts: Parts, who: Who) -> dict[str, Any]:
    """Nodes are organisations and persons (by keyed hash, never by number), edges are facts with their documents."""
    dossier = dossier_from_canonical(_stored(parts, who, case_id)[1])
    return cytoscape(Network.of(dossier.facts, dossier.as_of), {party.key for party in dossier.case.parties})


@router.get("/cases/{case_id}/screenings", summary="All screenings of a case")
def history(case_id: str, parts: Parts, who: Who) -> list[dict[str, Any]]:
    """Newest first: id, time, level, completeness and hashes."""
    with parts.database.transaction(who.tenant.id, who.name) as session:
        return [
            {
                "id": str(stored.id),
                "as_of": stored.as_of,
                "level": stored.level,
                "code": stored.code,
                "complete": stored.complete,
                "sha256": stored.result_sha256,
                "dossier_sha256": stored.dossier_sha256,
                "policy_sha256": stored.policy_sha256,
                "catalogue_sha256": stored.catalogue_sha256,
            }
            for stored in screenings.all(session, case_id)
        ]


@router.get("/cases/{case_id}/verification", summary="Compute the newest screening again and compare bytes")
def verification(case_id: str, parts: Parts, who: Who) -> VerificationOut:
    """Replays dossier and policy through the engine. `same` is true only if every byte of the result agrees."""
    stored, dossier = _stored(parts, who, case_id)
    outcome = certificate.verify(dossier, stored.policy, stored.result)
    return VerificationOut(
        screening=stored.id,
        same=outcome.ok,
        sha256=outcome.stored_sha256,
        recomputed_sha256=outcome.recomputed_sha256,
        detail=" ".join(problem.en for problem in outcome.problems),
    )
