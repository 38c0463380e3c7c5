"""The application: routers, error table, body limit, caches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from api import errors
from api.cache import Caches
from api.cross_origin import CrossOrigin
from api.errors import MEDIA_TYPE, Unexpected
from api.limits import BodyLimit
from api.metrics import Metrics
from api.routers import (
    audit,
    cases,
    catalogue,
    decisions,
    evidence,
    health,
    networks,
    organisations,
    reconciliation,
    records,
    results,
    runs,
    sources,
    yente,
)
from api.schemas import ProblemDetails
from api.settings import ApiSettings
from workers.runtime import Runtime

VERSION = "v1"
DESCRIPTION = """
Bakgrundskontroll av kommunens motparter. *Screens a municipality's counterparties.*

Every answer leads back to a document. *Found*, *not found* and *did not answer* are three answers. A screening is never
a decision: a person decides. Errors are RFC 9457 problem details with `detail` (English) and `detail_sv` (Swedish).
"""

_PROBLEM = {"model": ProblemDetails, "content": {MEDIA_TYPE: {}}}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {**_PROBLEM, "description": "No valid token."},
    403: {**_PROBLEM, "description": "The token's role may not do this."},
    404: {**_PROBLEM, "description": "Not there, or another tenant's."},
    422: {**_PROBLEM, "description": "The content cannot be used; `problems` says where and why."},
    503: {**_PROBLEM, "description": "The database or the queue is away."},
}
"""Problems that any route can answer with; those that only some do (409, 413, 415) are in ``docs/api.md``."""


def create_app(runtime: Runtime, settings: ApiSettings) -> FastAPI:
    """The API over ``runtime``."""
    caches = Caches(runtime.database)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        caches.start()
        yield
        caches.stop()

    app = FastAPI(
        title="Genomlys",
        version="0.1.0",
        summary="Background checks that hold in court.",
        description=DESCRIPTION,
        docs_url="/api/docs",
        openapi_url="/api/openapi.json",
        redoc_url=None,
        lifespan=lifespan,
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    app.state.runtime = runtime
    app.state.settings = settings
    app.state.caches = caches
    app.state.metrics = Metrics()
    errors.install(app)
    app.add_middleware(BodyLimit, maximum=settings.maximum_upload_bytes)
    app.add_middleware(Unexpected)
    app.add_middleware(CrossOrigin)
    app.include_router(health.probes)
    app.include_router(health.router)
    for module in (
        results,
        networks,
        cases,
        runs,
        evidence,
        records,
        organisations,
        sources,
        catalogue,
        audit,
        decisions,
    ):
        app.include_router(module.router, prefix=f"/api/{VERSION}", responses=PROBLEMS)
    app.include_router(health.probes, prefix="/yente", include_in_schema=False)
    app.include_router(yente.router, prefix="/yente", responses=PROBLEMS)
    app.include_router(yente.router, include_in_schema=False)  # where yente's clients look by default
    app.include_router(reconciliation.router, responses=PROBLEMS)
    return app
