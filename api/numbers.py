"""Organisation numbers given in an address or a query."""

from __future__ import annotations

from api.errors import ApiProblem
from graph.identity import organisationsnummer
from graph.identity.errors import InvalidIdentifier, PersonalNumberGiven
from workers.runtime import Runtime


def organisation_number(parts: Runtime, given: str) -> str:
    """The ten digits of ``given``.

    Raises:
        ApiProblem: 422 when it is no organisation number, or a personnummer (which is not repeated).
    """
    try:
        return organisationsnummer.validate(given, strict=parts.connectors.strict_check_digits)
    except PersonalNumberGiven as error:
        raise ApiProblem(422, "personal_number") from error
    except InvalidIdentifier as error:
        raise ApiProblem(422, "organisation_number") from error
