"""Refuses a request body that is larger than allowed, before it is read: a 2 GB upload costs nothing."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import HEADERS, MEDIA_TYPE, problem_body
from screening.texts import text


class BodyLimit:
    """ASGI middleware: 413 by ``Content-Length``, or as soon as a body without one grows past the limit."""

    def __init__(self, app: ASGIApp, maximum: int) -> None:
        self.app = app
        self.maximum = maximum

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not declared.isdigit() or int(declared) > self.maximum:
            await self._refusal(scope["path"])(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.maximum:
                raise HTTPException(413, detail=self._megabytes)
            return message

        await self.app(scope, counted, send)

    @property
    def _megabytes(self) -> str:
        return f"{self.maximum / 1024 / 1024:.3g}"

    def _refusal(self, path: str) -> JSONResponse:
        body = problem_body(413, "too_large", text("problem.too_large", limit=self._megabytes), path)
        return JSONResponse(body, 413, media_type=MEDIA_TYPE, headers=HEADERS[413])
