"""A network as Cytoscape JSON (``elements`` with ``nodes`` and ``edges``), for the pages and for Cytoscape itself.

Format: Cytoscape.js elements JSON, https://js.cytoscape.org/#notation/elements-json. Person keys are the dossier's
keyed hashes; no personnummer can stand in a key, so none can leave this way.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from graph.export.content import Link, content
from graph.model import Predicate
from graph.network import Network


def cytoscape(network: Network, parties: Collection[str] = ()) -> dict[str, Any]:
    """Nodes (entities that are a party or are linked) and edges (links stated now), in a stable order.

    Node data: ``id``, ``label``, ``kind`` (person|organisation), ``party``, ``listed`` (a list hit is recorded). Edge
    data: ``id`` (the fact's), ``source``, ``target``, ``kind``, ``label``, ``document``, ``place``.
    """
    found = content(network, parties)
    nodes = [
        {
            "data": {
                "id": entity.key,
                "label": entity.name,
                "kind": "person" if entity.person else "organisation",
                "party": entity.party,
                "listed": bool(network.facts(entity.key, Predicate.LIST_HIT)),
            }
        }
        for entity in found.entities
    ]
    return {"elements": {"nodes": nodes, "edges": [_edge(link) for link in found.links]}}


def _edge(link: Link) -> dict[str, Any]:
    fact = link.fact
    return {
        "data": {
            "id": fact.id,
            "source": fact.subject,
            "target": fact.object,
            "kind": fact.predicate.value,
            "label": link.label,
            "document": fact.document,
            "place": fact.place,
        }
    }
