"""Runs: start a screening, follow it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from api.auth import Officer, Parts, Who
from api.schemas import CaseId, RunId, RunOut
from screening.store import tasks
from screening.store.errors import NotFound
from screening.store.tokens import Principal
from workers import runs
from workers.runtime import Runtime

router = APIRouter(tags=["screenings"])

POLL_SECONDS = 0.3
LONGEST_STREAM_SECONDS = 3600.0


@router.post("/cases/{case_id}/screenings", status_code=202, summary="Start a screening")
def start(case_id: CaseId, request: Request, parts: Parts, who: Officer) -> RunOut:
    """Gathers from every source that the policy asks, matches against the lists, and screens. While a run is under way
    the same run is given again. Follow it at `/cases/{case_id}/runs/{run}` or `…/events`.
    """
    run = runs.start(parts, who.tenant.id, case_id, who.name)
    request.app.state.metrics.screenings_started.inc()
    return _state(parts, who, case_id, str(run))


@router.get("/cases/{case_id}/runs/{run_id}", summary="How far a run has come")
def state(case_id: CaseId, run_id: RunId, parts: Parts, who: Who) -> RunOut:
    """Counts of tasks by source and state."""
    return _state(parts, who, case_id, run_id)


@router.get(
    "/cases/{case_id}/runs/{run_id}/events",
    summary="Follow a run as server-sent events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def events(case_id: CaseId, run_id: RunId, parts: Parts, who: Who) -> StreamingResponse:
    """An event `progress` with the run's state at each change, then one `done`."""
    first = await run_in_threadpool(_state, parts, who, case_id, run_id)

    async def stream() -> AsyncIterator[str]:
        current, sent = first, ""
        deadline = asyncio.get_running_loop().time() + LONGEST_STREAM_SECONDS
        while True:
            body = current.model_dump_json()
            if body != sent:
                yield f"event: progress\ndata: {body}\n\n"
                sent = body
            if current.state in ("done", "failed"):
                yield f"event: done\ndata: {body}\n\n"
                return
            if asyncio.get_running_loop().time() > deadline:
                return
            await asyncio.sleep(POLL_SECONDS)
            current = await run_in_threadpool(_state, parts, who, case_id, run_id)

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


def _state(parts: Runtime, who: Principal, case_id: str, run_id: str) -> RunOut:
    with parts.database.transaction(who.tenant.id, who.name) as session:
        progress = tasks.progress_of(session, run_id)
    if progress.run.case_id != case_id:
        raise NotFound(run_id)
    return RunOut(
        id=progress.run.id,
        case=case_id,
        state=progress.run.state,
        done=sum(source.done for source in progress.sources.values()),
        failed=sum(source.failed for source in progress.sources.values()),
        pending=sum(source.pending for source in progress.sources.values()),
        by_source={name: asdict(source) for name, source in progress.sources.items()},
        screening=progress.run.screening_id,
        reason=progress.run.reason,
    )
