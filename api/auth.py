"""Who asks: a bearer token gives a principal (tenant, name, role). Answers are kept until the token is revoked.

Only hashes are kept in memory. The database notifies of revoked tokens and new screenings (``api.cache``); while that
channel is down nothing is kept.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.cache import Caches
from api.errors import ApiProblem
from screening.store import tokens
from screening.store.tokens import Principal
from workers.runtime import Runtime

ROLES = ("officer", "reader", "administrator")
"""officer opens and screens cases; reader reads; administrator also makes tokens and reads the audit trail."""


def runtime_of(request: Request) -> Runtime:
    """The runtime that the application was made with."""
    runtime: Runtime = request.app.state.runtime
    return runtime


def caches_of(request: Request) -> Caches:
    """The application's caches."""
    caches: Caches = request.app.state.caches
    return caches


def principal(request: Request) -> Principal:
    """The principal of the request's bearer token.

    Raises:
        ApiProblem: 401 when it is missing, unknown, revoked or expired.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ApiProblem(401, "unauthenticated")
    caches = caches_of(request)
    found = caches.principal(token)
    if found is None:
        found = tokens.authenticate(runtime_of(request).database, token)
        if found is None:
            raise ApiProblem(401, "unauthenticated")
        caches.keep_principal(token, found)
    return found


def officer(who: Annotated[Principal, Depends(principal)]) -> Principal:
    """A principal that may open and screen cases."""
    if who.role not in ("officer", "administrator"):
        raise ApiProblem(403, "forbidden")
    return who


Who = Annotated[Principal, Depends(principal)]
Officer = Annotated[Principal, Depends(officer)]
Parts = Annotated[Runtime, Depends(runtime_of)]
