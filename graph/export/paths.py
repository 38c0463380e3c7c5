"""Explained paths as JSON, in both languages, every hop with its documents."""

from __future__ import annotations

from typing import Any

from graph.network import Network
from graph.paths import Hop, PathReport
from graph.text import Text


def paths(network: Network, report: PathReport) -> dict[str, Any]:
    """The whole report: paths shortest first, hubs set aside, and what was cut off."""
    return {
        "from": {"key": report.start, "name": network.name(report.start)},
        "to": {"key": report.end, "name": network.name(report.end)},
        "paths": [
            {
                "text": _both(path.text),
                "entities": [{"key": key, "name": network.name(key)} for key in path.keys],
                "hops": [_hop(hop) for hop in path.hops],
            }
            for path in report.paths
        ],
        "set_aside": [
            {"key": hub.key, "organisations": hub.organisations, "text": _both(hub.text)} for hub in report.set_aside
        ],
        "truncated": report.truncated,
        "notes": [_both(note) for note in report.notes],
    }


def _hop(hop: Hop) -> dict[str, Any]:
    return {
        "from": hop.start,
        "to": hop.end,
        "label": _both(hop.label),
        "start_date": hop.valid_from.isoformat() if hop.valid_from else None,
        "end_date": hop.valid_to.isoformat() if hop.valid_to else None,
        "uncertain": hop.doubt.value if hop.doubt else None,
        "evidence": [
            {"fact": fact.id, "source": fact.source, "document": fact.document, "place": fact.place}
            for fact in hop.facts
        ],
    }


def _both(text: Text) -> dict[str, str]:
    return {"sv": text.sv, "en": text.en}
