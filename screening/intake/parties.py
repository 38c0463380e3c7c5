"""Rows to parties: numbers validated, roles understood, doubles joined, every problem named with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from graph.identity import organisationsnummer
from graph.identity.errors import InvalidCheckDigit, InvalidIdentifier, PersonalNumberGiven
from graph.model import EntityKey, organisation_key
from screening.case import CaseKind, Party, PartyRole
from screening.intake.files import Row
from screening.intake.personal import without_personal_numbers
from screening.texts import text
from screening.verdict import Text

DEFAULT_ROLE: dict[CaseKind, PartyRole] = {
    CaseKind.PROCUREMENT: PartyRole.BIDDER,
    CaseKind.DIRECT_PROCUREMENT: PartyRole.BIDDER,
    CaseKind.CONTRACT_MONITORING: PartyRole.SUPPLIER,
    CaseKind.LEASE: PartyRole.LESSEE,
    CaseKind.BUILDING_PERMIT: PartyRole.APPLICANT,
    CaseKind.ASSOCIATION_GRANT: PartyRole.APPLICANT,
    CaseKind.WELFARE_PROVIDER: PartyRole.PROVIDER,
}

ROLE_NAMES: dict[str, PartyRole] = {
    **{role.value: role for role in PartyRole},
    "anbudsgivare": PartyRole.BIDDER,
    "underleverantör": PartyRole.SUBCONTRACTOR,
    "underleverantor": PartyRole.SUBCONTRACTOR,
    "åberopat företag": PartyRole.RELIED_UPON,
    "åberopad": PartyRole.RELIED_UPON,
    "leverantör": PartyRole.SUPPLIER,
    "leverantor": PartyRole.SUPPLIER,
    "hyresgäst": PartyRole.LESSEE,
    "hyresgast": PartyRole.LESSEE,
    "sökande": PartyRole.APPLICANT,
    "sokande": PartyRole.APPLICANT,
    "byggherre": PartyRole.APPLICANT,
    "utförare": PartyRole.PROVIDER,
    "utforare": PartyRole.PROVIDER,
}
FREE_TEXT = ("name", "lot", "contact_email", "contact_phone")
MAXIMUM_FIELD = 300
"""Characters kept of a declared name, lot or contact: more is not a name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one row: the others go on."""

    place: str
    code: str
    text: Text
    blocking: bool
    """Whether the row was left out (a double is only noted)."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Parties that can be screened, and what was wrong with the rest."""

    parties: tuple[Party, ...]
    problems: tuple[Problem, ...]


def parse_parties(rows: Iterable[Row], kind: CaseKind, *, strict: bool = True) -> Intake:
    """Parties from rows. ``strict`` checks check digits (off only for the registers' own test numbers)."""
    parties: dict[tuple[str, PartyRole, str | None], Party] = {}
    problems: list[Problem] = []
    for row in rows:
        number_text = row.cells.get("organisation_number", "")
        try:
            number = organisationsnummer.validate(number_text, strict=strict)
        except PersonalNumberGiven:
            problems.append(_problem(row, "personal_number"))
            continue
        except InvalidCheckDigit:
            problems.append(_problem(row, "check_digit"))
            continue
        except InvalidIdentifier:
            problems.append(_problem(row, "no_number" if not number_text.strip() else "not_a_number"))
            continue
        role_text = row.cells.get("role", "").casefold()
        role = ROLE_NAMES.get(role_text) if role_text else DEFAULT_ROLE[kind]
        if role is None:
            problems.append(_problem(row, "unknown_role"))
            continue
        fields = {column: _field(row, column) for column in FREE_TEXT}
        if any(fields[column] != value for column, value in _masked(fields).items()):
            problems.append(_problem(row, "personal_number_removed", blocking=False))
            fields = _masked(fields)
        relied_on_by = _relied_on_by(row, strict=strict)
        if relied_on_by is None and row.cells.get("relied_on_by", "").strip():
            problems.append(_problem(row, "relied_on_by", blocking=False))
        party = Party(
            key=organisation_key(number),
            role=role,
            declared_number=number,
            declared_name=fields["name"],
            lot=fields["lot"],
            relied_on_by=relied_on_by,
            contact_email=fields["contact_email"],
            contact_phone=fields["contact_phone"],
        )
        identity = (number, role, party.lot)
        if identity in parties:
            problems.append(_problem(row, "double", blocking=False))
            known = parties[identity]
            parties[identity] = replace(
                known,
                declared_name=known.declared_name or party.declared_name,
                contact_email=known.contact_email or party.contact_email,
                contact_phone=known.contact_phone or party.contact_phone,
            )
            continue
        parties[identity] = party
    return Intake(parties=tuple(parties.values()), problems=tuple(problems))


def _relied_on_by(row: Row, *, strict: bool) -> EntityKey | None:
    """The bidder that relies on the company, if its number can be read; the row itself stands without it."""
    try:
        return organisation_key(organisationsnummer.validate(row.cells.get("relied_on_by", ""), strict=strict))
    except InvalidIdentifier:
        return None


def _masked(fields: dict[str, str | None]) -> dict[str, str | None]:
    return {column: value and without_personal_numbers(value) for column, value in fields.items()}


def _field(row: Row, column: str) -> str | None:
    return printable(row.cells.get(column, ""))[:MAXIMUM_FIELD].strip() or None


def printable(value: str) -> str:
    """``value`` on one line, without control characters, half characters and doubled blanks."""
    return "".join(character for character in " ".join(value.split()) if character.isprintable())


def _problem(row: Row, code: str, *, blocking: bool = True) -> Problem:
    place_number = row.place.removeprefix("row ")
    return Problem(place=row.place, code=code, text=text(f"intake.row.{code}", place=place_number), blocking=blocking)
