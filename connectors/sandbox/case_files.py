"""What a demo case is made of: parties as declared, and ownership files (BODS 0.4) as suppliers hand them in."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from connectors.sandbox.model import Organisation


def entity(record: str, name: str, country: str, number: str = "") -> dict[str, Any]:
    """A BODS entity with its registered number."""
    details: dict[str, Any] = {
        "isComponent": False,
        "entityType": {"type": "registeredEntity"},
        "name": name,
        "jurisdiction": {"code": country, "name": {"SE": "Sweden", "RU": "Russian Federation"}.get(country, country)},
    }
    if number:
        scheme = {"SE": "SE-BLV", "RU": "RU-INN"}.get(country, "XX-REG")
        details["identifiers"] = [{"id": number, "scheme": scheme}]
    return {"recordId": record, "recordType": "entity", "recordDetails": details}


def human(record: str, name: str, birth: str, country: str) -> dict[str, Any]:
    """A BODS person."""
    given, _, family = name.partition(" ")
    return {
        "recordId": record,
        "recordType": "person",
        "recordDetails": {
            "isComponent": False,
            "personType": "knownPerson",
            "names": [{"type": "legal", "fullName": name, "givenName": given, "familyName": family}],
            "birthDate": birth,
            "nationalities": [{"code": country}],
        },
    }


def holding(owner: str, owned: str, share: float, *, beneficial: bool, since: date) -> dict[str, Any]:
    """A BODS relationship: shares in per cent."""
    return {
        "recordId": f"rel-{owner}-{owned}",
        "recordType": "relationship",
        "recordDetails": {
            "isComponent": False,
            "subject": owned,
            "interestedParty": owner,
            "interests": [
                {
                    "type": "shareholding",
                    "directOrIndirect": "direct",
                    "beneficialOwnershipOrControl": beneficial,
                    "share": {"exact": share},
                    "startDate": since.isoformat(),
                }
            ],
        },
    }


def declaration(subject: str, records: list[dict[str, Any]], as_of: date, publisher: str) -> list[dict[str, Any]]:
    """A BODS 0.4 file: statement ids of 32 hexadecimal digits, one declaration, everything new."""
    statements = []
    for record in records:
        seeded = random.Random(f"{subject}|{record['recordId']}")
        statements.append(
            {
                "statementId": f"{seeded.getrandbits(128):032x}",
                "declarationSubject": subject,
                "statementDate": as_of.isoformat(),
                "publicationDetails": {
                    "publicationDate": as_of.isoformat(),
                    "bodsVersion": "0.4",
                    "license": "https://creativecommons.org/publicdomain/zero/1.0/",
                    "publisher": {"name": publisher},
                },
                "source": {"type": ["selfDeclaration"], "assertedBy": [{"name": publisher}]},
                "recordStatus": "new",
                **record,
            }
        )
    return statements


def party(organisation: Organisation, role: str, **extra: Any) -> dict[str, Any]:
    """A party of a demo case, as the officer declares it."""
    return {
        "organisation_number": organisation.number,
        "declared_name": organisation.name,
        "role": role,
        "lot": None,
        "relied_on_by": None,
        "contact_email": organisation.email or None,
        "contact_phone": organisation.phone or None,
    } | extra


def organisation_record(organisation: Organisation) -> dict[str, Any]:
    """The BODS entity of a planted organisation."""
    return entity(f"ent-{organisation.number}", organisation.name, "SE", organisation.number)


def record_id(organisation: Organisation) -> str:
    """The BODS record id of a planted organisation."""
    return f"ent-{organisation.number}"
