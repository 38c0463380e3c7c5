"""Who asks: a bearer token gives a principal (tenant, name, role). Answers are kept until the token is revoked.

Only hashes are kept in memory. The database notifies of revoked tokens and new screenings (``api.cache``); while that
channel is down nothing is kept. A token is taken from the header only: an address ends up in logs and histories.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from api.cache import Caches
from api.errors import ApiProblem
from screening.store import tokens
from screening.store.tokens import Principal
from workers.runtime import Runtime

ROLES = ("officer", "reader", "administrator")
"""officer opens and screens cases; reader reads; administrator also makes tokens and reads the audit trail."""

_declared = HTTPBearer(scheme_name="token", auto_error=False, description="Made with «genomlys token create».")
"""For the OpenAPI description only."""


def runtime_of(request: Request) -> Runtime:
    """The runtime that the application was made with."""
    runtime: Runtime = request.app.state.runtime
    return runtime


def caches_of(request: Request) -> Caches:
    """The application's caches."""
    caches: Caches = request.app.state.caches
    return caches


def bearer(request: Request) -> str | None:
    """The request's bearer token, if it has one; clients of yente call it ``ApiKey``."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() in ("bearer", "apikey") and token else None


def principal(request: Request) -> Principal:
    """The principal of the request's bearer token.

    Raises:
        ApiProblem: 401 when it is missing, unknown, revoked or expired.
    """
    token = bearer(request)
    if token is None:
        raise ApiProblem(401, "unauthenticated")
    caches = caches_of(request)
    found = caches.principal(token)
    if found is None:
        generation = caches.generation
        found = tokens.authenticate(runtime_of(request).database, token)
        if found is None:
            raise ApiProblem(401, "unauthenticated")
        caches.keep_principal(token, found, generation)
    return found


def signed_in(request: Request, _: Annotated[object, Depends(_declared)]) -> Principal:
    """``principal`` as a dependency that the API description knows."""
    return principal(request)


def officer(who: Annotated[Principal, Depends(signed_in)]) -> Principal:
    """A principal that may open and screen cases."""
    if who.role not in ("officer", "administrator"):
        raise ApiProblem(403, "forbidden")
    return who


def administrator(who: Annotated[Principal, Depends(signed_in)]) -> Principal:
    """A principal that may read the audit trail."""
    if who.role != "administrator":
        raise ApiProblem(403, "forbidden")
    return who


Who = Annotated[Principal, Depends(signed_in)]
Officer = Annotated[Principal, Depends(officer)]
Administrator = Annotated[Principal, Depends(administrator)]
Parts = Annotated[Runtime, Depends(runtime_of)]
