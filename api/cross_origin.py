"""Lets web pages of other origins ask the reconciliation service, as its specification demands; nothing else.

What is asked there is allowed by the key in the address, not by a cookie, so that any origin may be let in.
"""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

OPEN_PREFIX = "/reconcile/"


class CrossOrigin:
    """ASGI middleware: CORS for paths under ``OPEN_PREFIX``, errors among them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._open = CORSMiddleware(app, allow_origins=["*"], allow_methods=["GET", "POST"], allow_headers=["*"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        inside = scope["type"] == "http" and scope["path"].startswith(OPEN_PREFIX)
        await (self._open if inside else self.app)(scope, receive, send)
