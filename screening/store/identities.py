"""The numbers behind person keys: sealed, found by the key (which is a keyed hash of the number)."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session

from graph.model import EntityKey
from screening.store.database import keyer, tenant_of
from screening.store.errors import NotFound


def number(session: Session, case_id: str, key: EntityKey) -> str:
    """The 12-digit number of a person in a case, for asking a source about that person, and for nothing else.

    Raises:
        NotFound: when the case knows no number for this person.
    """
    sealed = session.execute(
        text(
            "SELECT sealed_number FROM person_identity WHERE tenant_id = :tenant_id AND case_id = :case_id "
            "AND key = :key"
        ),
        {"tenant_id": tenant_of(session), "case_id": case_id, "key": key},
    ).scalar_one_or_none()
    if sealed is None:
        raise NotFound(f"The case {case_id} knows no number of {key}")
    return keyer(session).open(sealed, key)


def cases_of(session: Session, person_number: str) -> tuple[str, ...]:
    """The tenant's cases that hold the person with this number (for the person's own right of access)."""
    rows = session.execute(
        text("SELECT case_id FROM person_identity WHERE tenant_id = :tenant_id AND key = :key ORDER BY case_id"),
        {"tenant_id": tenant_of(session), "key": keyer(session).by_number(person_number)},
    )
    return tuple(rows.scalars())
