"""Errors as the caller sees them: RFC 9457 problem details, in Swedish and English, from one table.

A problem always says what is wrong, where, and what to do. It never repeats input that could be a personnummer, and
what is logged of an unexpected error is its type and place, never its message: that may hold personal data.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Sequence
from typing import Any

import redis
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from screening.intake.parties import Problem
from screening.intake.personal import without_personal_numbers
from screening.store import tokens
from screening.store.database import UNREACHABLE
from screening.store.errors import NotFound, Refused
from screening.texts import has, text
from screening.verdict import Text

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "urn:genomlys:problem:"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
_DIGITS = re.compile(r"\d{4}")

HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    413: {"Connection": "close"},  # or the rest of the body would be read only to be thrown away
    503: {"Retry-After": "5"},
}
FIELD_TEXTS = {
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "too_short",
    "too_short": "too_short",
}
"""Kinds of validation error that share a text; the others have their own, or the general one."""


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
    status: int, code: str, detail: Text, path: str, extra: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The JSON of one problem."""
    return {
        "type": TYPE_BASE + code,
        "title": text(f"problem.title.{status}").en,
        "status": status,
        "detail": detail.en,
        "detail_sv": detail.sv,
        "instance": safe_path(path),
        **(extra or {}),
    }


def safe_path(path: str) -> str:
    """``path`` with every part that may be an identity number or a token left out; ids of cases, runs and documents
    stay.
    """
    return "/".join("…" if _is_private(part) else part[:80] for part in path.split("/"))


def _is_private(part: str) -> bool:
    return tokens.PREFIX in part or bool(_DIGITS.search(part) and not _UUID.fullmatch(part))


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


def _response(
    request: Request, status: int, code: str, detail: Text, extra: dict[str, Any] | None = None
) -> JSONResponse:
    body = problem_body(status, code, detail, request.url.path, extra)
    headers = HEADERS.get(status)
    return JSONResponse(body, status, media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Register the handlers that turn every failure into a problem."""

    @app.exception_handler(ApiProblem)
    async def on_problem(request: Request, error: ApiProblem) -> JSONResponse:
        extra = {"problems": row_problems(error.problems)} if error.problems else None
        return _response(request, error.status, error.code, error.detail, extra)

    @app.exception_handler(NotFound)
    async def on_not_found(request: Request, _: NotFound) -> JSONResponse:
        return _response(request, 404, "not_found", text("problem.not_found"))

    @app.exception_handler(Refused)
    async def on_refused(request: Request, _: Refused) -> JSONResponse:
        return _response(request, 422, "invalid_request", text("problem.invalid_request"))

    @app.exception_handler(RequestValidationError)
    async def on_validation(request: Request, error: RequestValidationError) -> JSONResponse:
        entries = error.errors()
        if entries and all(entry["loc"][0] == "path" for entry in entries):
            return _response(request, 404, "not_found", text("problem.not_found"))
        problems = [_field_problem(entry) for entry in entries[:100]]
        return _response(request, 422, "invalid_request", text("problem.invalid_request"), {"problems": problems})

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 413:
            return _response(request, 413, "too_large", text("problem.too_large", limit=error.detail))
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "invalid_request")
        return _response(request, error.status_code, code, text("problem." + code))

    async def on_unreachable(request: Request, error: Exception) -> JSONResponse:
        log.warning("a part is away", path=safe_path(request.url.path), error=type(error).__name__)
        return _response(request, 503, "unavailable", text("problem.unavailable"))

    for kind in (*UNREACHABLE, redis.ConnectionError, redis.TimeoutError):
        app.add_exception_handler(kind, on_unreachable)


def _field_problem(entry: dict[str, Any]) -> dict[str, str]:
    """Place and kind of one validation error. The framework's own message repeats the input: it is not used."""
    code = str(entry["type"])
    key = f"problem.field.{FIELD_TEXTS.get(code, code)}"
    words = text(key if has(key) else "problem.field.other")
    place = "/" + "/".join(str(part)[:80] for part in entry["loc"])
    return {"place": without_personal_numbers(place), "code": code, "detail": words.en, "detail_sv": words.sv}


class Unexpected:
    """ASGI middleware: any other exception becomes a 500 and a log line with its type and place only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - the last place before the server
            frames = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
            ]
            log.error(
                "unexpected error",
                path=safe_path(scope.get("path", "")),
                error=type(error).__name__,
                frames=frames[-12:],
            )
            if scope["type"] != "http" or started:
                raise ConnectionError("the answer was broken off") from None
            await _response(Request(scope), 500, "internal", text("problem.internal"))(scope, receive, send)
