"""One organisation as the mirrored register has it: organisations only, no persons."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.auth import Officer, Parts
from api.errors import ApiProblem
from graph.identity import organisationsnummer
from graph.identity.errors import InvalidIdentifier, PersonalNumberGiven
from screening.store import audit, register
from screening.texts import text

router = APIRouter(tags=["organisations"])


@router.get("/organisations/{number}", summary="An organisation in the mirrored register")
def show(
    number: str,
    parts: Parts,
    who: Officer,
    purpose: Annotated[str, Query(min_length=3, max_length=300, description="why it is looked up; is logged")],
) -> dict[str, Any]:
    """404 means that the mirrored register does not hold it, which is not the same as that it does not exist: see
    `/sources` for the mirror's date.
    """
    try:
        compact = organisationsnummer.validate(number, strict=parts.connectors.strict_check_digits)
    except PersonalNumberGiven as error:
        raise ApiProblem(422, "personal_number", text("intake.row.personal_number", place="–")) from error
    except InvalidIdentifier as error:
        raise ApiProblem(422, "check_digit", text("intake.row.check_digit", place="–")) from error
    with parts.database.transaction(who.tenant.id, who.name) as session:
        audit.append(session, who.name, "organisation.read", compact, {"purpose": purpose})
    with parts.database.system(who.name) as session:
        found = register.lookup(session, compact)
    if found is None:
        raise ApiProblem(404, "not_found")
    return asdict(found)
