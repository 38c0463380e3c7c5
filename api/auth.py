"""Who asks: a bearer token gives a principal (tenant, name, role). Answers are kept until the token is revoked.

Only hashes are kept in memory. The database notifies of revoked tokens and new screenings (``api.cache``); while that
channel is down nothing is kept. A token is taken from the header only: an address ends up in logs and histories.
The exception is OpenRefine, which can send no header: a token of the role ``reconciler`` stands in the address, reads
the register and the lists, and opens nothing else.
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

RECONCILER = "reconciler"
"""Role of a token that stands in an address (``/reconcile/<token>``): good for that and for nothing else."""
TOKEN_ROLES = (*ROLES, RECONCILER)
"""Roles that a token can be made with."""

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
        ApiProblem: 401 when it is missing, unknown, revoked or expired, 403 when it is good for reconciliation only.
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
        if found.role == RECONCILER:  # never kept: whoever is found among the kept ones may read
            raise ApiProblem(403, "forbidden")
        caches.keep_principal(token, found, generation)
    return found


def reconciler(request: Request, key: str) -> Principal:
    """The principal of the token in the address, which must be one made for that.

    Raises:
        ApiProblem: 401 when it is unknown, revoked, expired or of another role.
    """
    found = tokens.authenticate(runtime_of(request).database, key)
    if found is None or found.role != RECONCILER:
        raise ApiProblem(401, "reconciliation_key")
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
Reconciler = Annotated[Principal, Depends(reconciler)]
Officer = Annotated[Principal, Depends(officer)]
Administrator = Annotated[Principal, Depends(administrator)]
Parts = Annotated[Runtime, Depends(runtime_of)]
