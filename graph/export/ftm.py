"""A network as FollowTheMoney entities, one JSON object a line (https://followthemoney.tech).

Organisations are ``Company`` (an owned one must be an asset, and only companies are both), parties that a statement
declares to be unknown ``LegalEntity``, persons ``Person``. Stakes become ``Ownership``, offices ``Directorship``, every
other link ``UnknownLink`` with its role. Each link has its fact's id as ``recordId`` and tells its document.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date
from typing import Any

from graph.export.content import Entity, Link, clean, content
from graph.model import Predicate
from graph.network import Network


def ftm(network: Network, parties: Collection[str], day: date) -> bytes:
    """All entities and links; ``day`` (of the network) stands in every link as ``date`` it was seen to hold."""
    found = content(network, parties)
    lines = [_entity(entity) for entity in found.entities] + [_link(link, day) for link in found.links]
    return "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines).encode()


def _object(identifier: str, schema: str, **properties: str | None) -> dict[str, Any]:
    kept = {name: [value] for name, value in properties.items() if value}
    return {"id": identifier, "schema": schema, "properties": kept}


def _schema(entity: Entity) -> str:
    if entity.person:
        return "Person"
    return "LegalEntity" if entity.unknown_reason and not entity.owned else "Company"


def _entity(entity: Entity) -> dict[str, Any]:
    schema = _schema(entity)
    if schema == "Person":
        return _object(entity.id, schema, name=entity.name)
    country = entity.country.lower() if entity.country else None
    return _object(
        entity.id,
        schema,
        name=entity.name,
        jurisdiction=country,
        registrationNumber=entity.number,
        incorporationDate=entity.registered_on.isoformat() if entity.registered_on and schema == "Company" else None,
        description=entity.unknown_reason,
    )


def _link(link: Link, day: date) -> dict[str, Any]:
    fact = link.fact
    common = {
        "startDate": fact.valid_from.isoformat() if fact.valid_from else None,
        "endDate": fact.valid_to.isoformat() if fact.valid_to else None,
        "date": day.isoformat(),
        "recordId": fact.id,
        "publisher": fact.source,
        "description": f"sha256:{fact.document} {clean(fact.place)}",
    }
    if fact.predicate is Predicate.OWNERSHIP and link.stake is not None and _schema(link.end) == "Company":
        return _object(
            fact.id,
            "Ownership",
            owner=link.start.id,
            asset=link.end.id,
            percentage=link.share.removesuffix(" %"),
            role=clean(fact.value.get("interest")),
            ownershipType=_ownership_type(link),
            **common,
        )
    if fact.predicate is Predicate.OFFICER and _schema(link.start) == "Company":
        return _object(
            fact.id, "Directorship", director=link.end.id, organization=link.start.id, role=link.label, **common
        )
    return _object(
        fact.id,
        "UnknownLink",
        subject=link.start.id,
        object=link.end.id,
        role=link.label or fact.predicate.value,
        **common,
    )


def _ownership_type(link: Link) -> str | None:
    if link.fact.value.get("beneficial") is True:
        return "beneficial"
    direct = link.fact.value.get("direct")
    if direct is True:
        return "direct"
    return "indirect" if direct is False else None
