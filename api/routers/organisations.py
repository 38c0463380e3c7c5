"""One organisation as the mirrored register has it: organisations only, no persons."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.auth import Officer, Parts
from api.numbers import organisation_number
from api.schemas import ShortText
from screening.store import audit, register
from screening.store.errors import NotFound

router = APIRouter(tags=["organisations"])


@router.get("/organisations/{number}", summary="An organisation in the mirrored register")
def show(
    number: str,
    parts: Parts,
    who: Officer,
    purpose: Annotated[
        ShortText, Query(min_length=3, description="Why it is looked up; is written to the audit trail.")
    ],
) -> dict[str, Any]:
    """The rows as they stand in Bolagsverket's and SCB's files. 404 means that the mirrored register does not hold it,
    which is not the same as that it does not exist: see `/sources` for the mirror's date.
    """
    compact = organisation_number(parts, number)
    with parts.database.transaction(who.tenant.id, who.name) as session:
        audit.append(session, who.name, "organisation.read", compact, {"purpose": purpose})
    with parts.database.system(who.name) as session:
        found = register.lookup(session, compact)
    if found is None:
        raise NotFound(compact)
    return {"name": found.name, **asdict(found)}
