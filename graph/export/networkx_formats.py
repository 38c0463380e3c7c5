"""A network as GraphML (Gephi, yEd, Cytoscape) and GEXF (Gephi), written by networkx."""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import date
from typing import Any

import networkx as nx

from graph.export.content import clean, content
from graph.network import Graph, Network


def graphml(network: Network, parties: Collection[str], day: date) -> bytes:
    """GraphML 1.0, http://graphml.graphdrawing.org/specification.html."""
    stream = io.BytesIO()
    nx.write_graphml(_plain(network, parties, day), stream, encoding="utf-8", named_key_ids=True)
    return stream.getvalue()


def gexf(network: Network, parties: Collection[str], day: date) -> bytes:
    """GEXF 1.2, https://gexf.net."""
    stream = io.BytesIO()
    nx.write_gexf(_plain(network, parties, day), stream, encoding="utf-8")
    return stream.getvalue()


def _plain(network: Network, parties: Collection[str], day: date) -> Graph:
    """The content as a graph whose attributes are texts and truth values only: what both formats can hold."""
    found = content(network, parties)
    graph: Graph = nx.MultiDiGraph(as_of=day.isoformat())
    for entity in found.entities:
        graph.add_node(
            entity.id,
            label=entity.name,
            key=clean(entity.key),
            kind="person" if entity.person else "organisation",
            party=entity.party,
            country=entity.country or "",
        )
    for link in found.links:
        fact = link.fact
        attributes: dict[str, Any] = {
            "label": link.label,
            "kind": fact.predicate.value,
            "start_date": fact.valid_from.isoformat() if fact.valid_from else "",
            "end_date": fact.valid_to.isoformat() if fact.valid_to else "",
            "source_id": fact.source,
            "document": fact.document,
            "place": clean(fact.place),
        }
        graph.add_edge(link.start.id, link.end.id, key=fact.id, **attributes)
    return graph
