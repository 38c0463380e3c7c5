"""Networks in other tools' formats: one function each, ``(network, parties, day) -> bytes``."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from graph.export.bods import bods
from graph.export.cytoscape import cytoscape
from graph.export.ftm import ftm
from graph.export.networkx_formats import gexf, graphml
from graph.export.table import table
from graph.network import Network


@dataclass(frozen=True, slots=True)
class Format:
    """How a network is written, and what to call the result."""

    media_type: str
    suffix: str
    write: Callable[[Network, Collection[str], date], bytes]


def _cytoscape(network: Network, parties: Collection[str], day: date) -> bytes:
    return json.dumps({**cytoscape(network, parties), "as_of": day.isoformat()}, ensure_ascii=False).encode()


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "cytoscape": Format("application/json", "json", _cytoscape),
        "ftm": Format("application/x-ndjson", "ftm.json", ftm),
        "bods": Format("application/json", "bods.json", bods),
        "graphml": Format("application/xml", "graphml", graphml),
        "gexf": Format("application/xml", "gexf", gexf),
        "csv": Format("text/csv; charset=utf-8", "csv", table),
    }
)
"""Every format by its name on the command line and in the API."""
