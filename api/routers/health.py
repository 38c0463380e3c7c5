"""Liveness, readiness and metrics: without sign-in, and without anything about anybody."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.auth import Parts
from workers import freshness

router = APIRouter(tags=["operation"])
probes = APIRouter(tags=["operation"])
"""Those that yente's clients ask too, under the address they are pointed at."""


@probes.get("/healthz", summary="The process lives")
def healthz() -> dict[str, str]:
    """Always `ok`: that it answers is the answer."""
    return {"status": "ok"}


@probes.get(
    "/readyz",
    summary="Database and queue answer, and the schema is current",
    response_class=Response,
    responses={
        status: {"content": {"application/json": {"example": {"database": word, "schema": word, "queue": "ok"}}}}
        for status, word in ((200, "ok"), (503, "OperationalError"))
    },
)
def readyz(parts: Parts) -> Response:
    """503 with the parts that do not answer."""
    state = freshness.readiness(parts)
    ready = all(value == "ok" for value in state.values())
    state = {**state, "status": "ok" if ready else "unavailable"}  # status is what yente's clients read
    return Response(orjson.dumps(state), 200 if ready else 503, media_type="application/json")


@router.get(
    "/metrics",
    summary="Prometheus metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"example": 'genomlys_tasks{state="pending"} 0.0'}}}},
)
def metrics(request: Request, parts: Parts) -> Response:
    """Work, queues and source ages as numbers; never a name, number or case."""
    gauges: Any = request.app.state.metrics
    for state, count in freshness.task_counts(parts).items():
        gauges.tasks.labels(state).set(count)
    for queue, length in freshness.queue_lengths(parts).items():
        gauges.queue.labels(queue).set(length)
    for source in freshness.states(parts):
        if source.age_seconds is not None:
            gauges.source_age.labels(source.description.id).set(source.age_seconds)
        if source.stale is not None:
            gauges.source_stale.labels(source.description.id).set(int(source.stale))
    return Response(gauges.text(), media_type=CONTENT_TYPE_LATEST)
