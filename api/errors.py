"""Errors as the caller sees them: RFC 9457 problem details, in Swedish and English, from one table.

A problem always says what is wrong, where, and what to do. It never repeats input that could be a personnummer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from screening.intake.parties import Problem
from screening.texts import text
from screening.verdict import Text

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "urn:genomlys:problem:"


class ApiProblem(Exception):
    """A refusal with a status, a stable code and a text."""

    def __init__(
        self, status: int, code: str, detail: Text | None = None, *, problems: Sequence[Problem] = (), **values: str
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail or text(f"problem.{code}", **values)
        self.problems = problems


def problem_body(
    status: int, code: str, detail: Text, instance: str, extra: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The JSON of one problem."""
    return {
        "type": TYPE_BASE + code,
        "title": text("problem.title." + str(status)).en,
        "status": status,
        "detail": detail.en,
        "detail_sv": detail.sv,
        "instance": instance,
        **(extra or {}),
    }


def row_problems(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems of single rows, as JSON."""
    return [
        {
            "place": problem.place,
            "code": problem.code,
            "blocking": problem.blocking,
            "detail": problem.text.en,
            "detail_sv": problem.text.sv,
        }
        for problem in problems
    ]


def _response(request: Request, status: int, code: str, detail: Text, extra: dict[str, Any] | None = None) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(
        problem_body(status, code, detail, request.url.path, extra), status, media_type=MEDIA_TYPE, headers=headers
    )


def install(app: FastAPI) -> None:
    """Register the handlers that turn every failure into a problem."""

    @app.exception_handler(ApiProblem)
    async def on_problem(request: Request, error: ApiProblem) -> JSONResponse:
        extra = {"problems": row_problems(error.problems)} if error.problems else None
        return _response(request, error.status, error.code, error.detail, extra)

    @app.exception_handler(RequestValidationError)
    async def on_validation(request: Request, error: RequestValidationError) -> JSONResponse:
        # pydantic repeats the input, which may be a personnummer: only the place and the kind of error are given
        places = [
            {"place": "/" + "/".join(str(part) for part in entry["loc"]), "code": entry["type"]}
            for entry in error.errors()
        ]
        return _response(request, 422, "invalid_request", text("problem.invalid_request"), {"problems": places})

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 413:
            return _response(request, 413, "too_large", text("problem.too_large", limit=error.detail))
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "invalid_request")
        return _response(request, error.status_code, code, text("problem." + code))

    @app.exception_handler(Exception)
    async def on_unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected error", path=request.url.path, error=type(error).__name__, exc_info=error)
        return _response(request, 500, "internal", text("problem.internal"))
