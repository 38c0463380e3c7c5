"""A network as Cytoscape JSON (``elements`` with ``nodes`` and ``edges``), for the pages and for Cytoscape itself.

Format: Cytoscape.js elements JSON, https://js.cytoscape.org/#notation/elements-json. Person keys are the dossier's
keyed hashes; no personnummer can stand in a key, so none can leave this way.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from graph.model import Fact, Predicate, is_person
from graph.network import Network


def cytoscape(network: Network, parties: Collection[str] = ()) -> dict[str, Any]:
    """Nodes (entities that are a party or are linked) and edges (links stated now), in a stable order.

    Node data: ``id``, ``label``, ``kind`` (person|organisation), ``party``, ``listed`` (a list hit is recorded). Edge
    data: ``id`` (the fact's), ``source``, ``target``, ``kind``, ``label``, ``document``, ``place``.
    """
    linked = {key for edge in network.graph.edges() for key in edge[:2]} | set(parties)
    nodes = [
        {
            "data": {
                "id": key,
                "label": network.name(key),
                "kind": "person" if is_person(key) else "organisation",
                "party": key in parties,
                "listed": bool(network.facts(key, Predicate.LIST_HIT)),
            }
        }
        for key in sorted(linked)
    ]
    facts = sorted((data["fact"] for _, _, data in network.graph.edges(data=True)), key=lambda fact: str(fact.id))
    return {"elements": {"nodes": nodes, "edges": [_edge(fact) for fact in facts]}}


def _edge(fact: Fact) -> dict[str, Any]:
    return {
        "data": {
            "id": fact.id,
            "source": fact.subject,
            "target": fact.object,
            "kind": fact.predicate.value,
            "label": _label(fact),
            "document": fact.document,
            "place": fact.place,
        }
    }


def _label(fact: Fact) -> str:
    value = fact.value
    if fact.predicate is Predicate.OFFICER:
        return str(value.get("role") or value.get("position") or "")
    if fact.predicate is Predicate.OWNERSHIP:
        if value.get("exact") is not None:
            return f"{value['exact']} %"
        if value.get("minimum") is not None or value.get("maximum") is not None:
            return f"{value.get('minimum') or 0}–{value.get('maximum') if value.get('maximum') is not None else 100} %"
        return str(value.get("interest") or "")
    return str(value.get("form") or "")
