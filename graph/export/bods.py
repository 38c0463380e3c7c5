"""A network as statements of the Beneficial Ownership Data Standard 0.4 (https://standard.openownership.org/en/0.4.0/).

Stakes and influence become interests, and so do seats on the board and the managing director's office; auditors,
deputies and engagements have no place in the standard and are left out. A party that is declared to be unknown stays a
reason, not a record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from datetime import date
from typing import Any

from graph.export.content import Entity, Link, clean, content
from graph.model import Position, Predicate, sha256_hex
from graph.network import Network, position_of

VERSION = "0.4"
INTERESTS = frozenset(
    {
        "shareholding", "votingRights", "appointmentOfBoard", "otherInfluenceOrControl", "seniorManagingOfficial",
        "settlor", "trustee", "protector", "beneficiaryOfLegalArrangement", "rightsToSurplusAssetsOnDissolution",
        "rightsToProfitOrIncome", "rightsGrantedByContract", "conditionalRightsGrantedByContract",
        "controlViaCompanyRulesOrArticles", "controlByLegalFramework", "boardMember", "boardChair", "unknownInterest",
        "unpublishedInterest", "enjoymentAndUseOfAssets", "rightToProfitOrIncomeFromAssets", "nominee", "nominator",
    }
)  # fmt: skip
REASONS = frozenset(
    {
        "noBeneficialOwners", "subjectUnableToConfirmOrIdentifyBeneficialOwner", "subjectExemptFromDisclosure",
        "interestedPartyHasNotProvidedInformation", "interestedPartyExemptFromDisclosure",
        "informationUnknownToPublisher", "unknown",
    }
)  # fmt: skip
_OFFICES = {
    Position.BOARD_MEMBER: "boardMember",
    Position.BOARD_CHAIR: "boardChair",
    Position.CHIEF_EXECUTIVE: "seniorManagingOfficial",
}
_REGISTER_KEY = re.compile(r"([A-Z]{2}):([A-Z0-9-]+):(.+)")


def bods(network: Network, parties: Collection[str], day: date) -> bytes:
    """A JSON list of statements, dated ``day``."""
    found = content(network, parties)
    relationships: dict[tuple[str, str], list[tuple[Link, dict[str, Any]]]] = {}
    ends: dict[str, Entity] = {}
    for link in found.links:
        interest = _interest(link)
        # In BODS the owned (or run) is always an entity.
        of, by = (link.start, link.end) if link.fact.predicate is Predicate.OFFICER else (link.end, link.start)
        if interest is not None and not of.person:
            relationships.setdefault((of.id, by.id), []).append((link, interest))
            ends.update({of.id: of, by.id: by})
    inline = {
        entity.id
        for entity in found.entities
        if entity.unknown_reason and not entity.person and not any(owned == entity.id for owned, _ in relationships)
    }
    kept = [entity for entity in found.entities if (entity.party or entity.id in ends) and entity.id not in inline]
    first = next((entity.id for entity in kept if entity.party and not entity.person), None)
    about = {holder: owned for owned, holder in relationships}
    statements = [
        _statement(
            entity.id,
            "person" if entity.person else "entity",
            (about.get(entity.id) or first or entity.id) if entity.person else entity.id,
            _person(entity) if entity.person else _entity(entity),
            day,
        )
        for entity in kept
    ]
    for (owned, holder), parts in sorted(relationships.items()):
        details = {
            "isComponent": False,
            "subject": owned,
            "interestedParty": _unspecified(ends[holder]) if holder in inline else holder,
            "interests": [interest for _, interest in parts],
        }
        sources = sorted({f"{link.fact.source} sha256:{link.fact.document}" for link, _ in parts})
        statements.append(_statement(f"{owned}--{holder}", "relationship", owned, details, day, "; ".join(sources)))
    return (json.dumps(statements, ensure_ascii=False, indent=1) + "\n").encode()


def _statement(
    record: str, kind: str, subject: str, details: dict[str, Any], day: date, source: str | None = None
) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "declarationSubject": subject,
        "statementDate": day.isoformat(),
        "publicationDetails": {
            "publicationDate": day.isoformat(),
            "bodsVersion": VERSION,
            "publisher": {"name": "Genomlys"},
        },
        "recordId": record,
        "recordStatus": "new",
        "recordType": kind,
        "recordDetails": details,
    }
    if source:
        statement["source"] = {"type": ["thirdParty"], "description": source}
    digest = sha256_hex(json.dumps(statement, sort_keys=True).encode())
    return {"statementId": digest[:40], **statement}


def _entity(entity: Entity) -> dict[str, Any]:
    unknown = entity.unknown_reason is not None
    details: dict[str, Any] = {
        "isComponent": False,
        "entityType": {"type": "unknownEntity" if unknown else "registeredEntity" if entity.number else "legalEntity"},
    }
    if unknown:
        details["unspecifiedEntityDetails"] = _unspecified(entity)
    else:
        details["name"] = entity.name
    if entity.number:
        details["identifiers"] = [{"scheme": "SE-BLV", "schemeName": "Bolagsverket", "id": entity.number}]
    elif (match := _REGISTER_KEY.fullmatch(entity.key)) is not None:
        details["identifiers"] = [{"scheme": f"{match[1]}-{match[2]}", "id": match[3]}]
    if entity.country:
        details["jurisdiction"] = {"code": entity.country, "name": entity.country}
    if entity.registered_on:
        details["foundingDate"] = entity.registered_on.isoformat()
    return details


def _person(entity: Entity) -> dict[str, Any]:
    if entity.unknown_reason is not None:
        return {
            "isComponent": False,
            "personType": "unknownPerson",
            "unspecifiedPersonDetails": _unspecified(entity),
        }
    return {"isComponent": False, "personType": "knownPerson", "names": [{"type": "legal", "fullName": entity.name}]}


def _unspecified(entity: Entity) -> dict[str, str]:
    reason = entity.unknown_reason or "unknown"
    return {"reason": reason if reason in REASONS else "unknown"}


def _interest(link: Link) -> dict[str, Any] | None:
    fact = link.fact
    interest: dict[str, Any]
    if fact.predicate is Predicate.OFFICER:
        office = _OFFICES.get(position_of(fact))
        if office is None:
            return None
        interest = {"type": office, "directOrIndirect": "direct", "beneficialOwnershipOrControl": False}
    elif fact.predicate is Predicate.OWNERSHIP:
        kind = clean(fact.value.get("interest"))
        direct = fact.value.get("direct")
        interest = {
            "type": kind if kind in INTERESTS else "unknownInterest",
            "directOrIndirect": "unknown" if direct is None else "direct" if direct else "indirect",
        }
        beneficial = fact.value.get("beneficial")
        if isinstance(beneficial, bool):  # only a natural person can be a beneficial owner
            interest["beneficialOwnershipOrControl"] = beneficial and link.start.person
        if share := _share(fact.value):
            interest["share"] = share
    else:
        return None
    if fact.valid_from:
        interest["startDate"] = fact.valid_from.isoformat()
    if fact.valid_to:
        interest["endDate"] = fact.valid_to.isoformat()
    return interest


def _share(value: Any) -> dict[str, float]:
    """The published figures as BODS has them: bounds that exclude their value have names of their own."""
    share: dict[str, float] = {}
    if value.get("exact") is not None:
        share["exact"] = float(value["exact"])
    for bound, name in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if value.get(bound) is not None and "exact" not in share:
            share[name if value.get(f"exclusive_{bound}") is True else bound] = float(value[bound])
    return share
