"""Cytoscape JSON: elements, labels, stable order, serialisable."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from graph.export.cytoscape import cytoscape
from graph.model import EntityKey, Fact, Predicate
from graph.network import Network

AT = datetime(2026, 10, 1, tzinfo=UTC)


def fact(subject: str, predicate: Predicate, target: str | None = None, **value: object) -> Fact:
    return Fact(
        EntityKey(subject),
        predicate,
        value,
        "s",
        "d" * 64,
        f"/{subject}",
        AT,
        None if target is None else EntityKey(target),
    )


def test_elements() -> None:
    network = Network.of(
        [
            fact("A", Predicate.OFFICER, "PERSON:p", role="styrelseledamot", position="board_member"),
            fact("PERSON:p", Predicate.OWNERSHIP, "A", interest="shareholding", minimum=25, maximum=50),
            fact("PERSON:p", Predicate.LIST_HIT, list="eu_fsf"),
            fact("A", Predicate.NAME, name="A AB", kind="registered"),
            fact("Z", Predicate.NAME, name="Ensam AB", kind="registered"),
        ]
    )
    made = cytoscape(network, ["A"])
    nodes = {node["data"]["id"]: node["data"] for node in made["elements"]["nodes"]}
    assert set(nodes) == {"A", "PERSON:p"}
    assert nodes["A"] == {"id": "A", "label": "A AB", "kind": "organisation", "party": True, "listed": False}
    assert nodes["PERSON:p"]["kind"] == "person"
    assert nodes["PERSON:p"]["listed"] is True
    labels = {edge["data"]["kind"]: edge["data"]["label"] for edge in made["elements"]["edges"]}
    assert labels == {"officer": "styrelseledamot", "ownership": "25–50 %"}
    assert json.loads(json.dumps(made)) == made


def test_party_without_links_is_shown() -> None:
    assert [node["data"]["id"] for node in cytoscape(Network.of([]), ["A"])["elements"]["nodes"]] == ["A"]
