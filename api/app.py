"""The application: routers, error table, body limit, caches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api import errors
from api.cache import Caches
from api.limits import BodyLimit
from api.metrics import Metrics
from api.routers import audit, cases, catalogue, evidence, health, organisations, results, runs, sources
from api.settings import ApiSettings
from workers.runtime import Runtime

VERSION = "v1"
DESCRIPTION = """
Bakgrundskontroll av kommunens motparter. *Screens a municipality's counterparties.*

Every answer leads back to a document. *Found*, *not found* and *did not answer* are three answers. A screening is never
a decision: a person decides. Errors are RFC 9457 problem details with `detail` (English) and `detail_sv` (Swedish).
"""


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
    app.include_router(health.router)
    for module in (results, cases, runs, evidence, organisations, sources, catalogue, audit):
        app.include_router(module.router, prefix=f"/api/{VERSION}")
    return app
