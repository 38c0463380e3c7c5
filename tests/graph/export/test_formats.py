"""Every export format: parses, holds the same links, never a personnummer, survives hostile names."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.bods import mapper, reader
from graph.export import FORMATS
from graph.model import DocumentReference, EntityKey, Fact, Predicate, is_person
from graph.network import Network
from screening.store.keys import Keyring, TenantKeyer

NOW = datetime(2026, 10, 1, tzinfo=UTC)
DAY = date(2026, 11, 22)
COMPANY, OWNER, PERSON, AUDITOR = "SE:ORG:5580000015", "GB:COH:10000001", "PERSON:" + "ab" * 16, "SE:ORG:5580000023"
SOLE_TRADER = "SE:ORG:8001019986"


def fact(subject: str, predicate: Predicate, target: str | None = None, /, **value: Any) -> Fact:
    dates = {name: value.pop(name) for name in ("valid_from", "valid_to") if name in value}
    at = None if target is None else EntityKey(target)
    return Fact(EntityKey(subject), predicate, value, "bods", "d" * 64, f"/{subject}", NOW, at, **dates)


FACTS = [
    fact(COMPANY, Predicate.NAME, name="Ett & Två <AB>", kind="registered"),
    fact(COMPANY, Predicate.REGISTRATION, date="2020-02-03", register="bolagsverket"),
    fact(OWNER, Predicate.NAME, name="=cmd()", kind="registered"),
    fact(OWNER, Predicate.JURISDICTION, country="GB"),
    fact(PERSON, Predicate.PERSON_NAME, name="Kim Exempel"),
    fact(PERSON, Predicate.BIRTH_DATE, date="1980-01-01"),
    fact(COMPANY, Predicate.OFFICER, PERSON, role="ordförande", position="board_chair", valid_from=date(2024, 3, 1)),
    fact(COMPANY, Predicate.OFFICER, AUDITOR, role="revisor", position="auditor"),
    fact(OWNER, Predicate.OWNERSHIP, COMPANY, interest="shareholding", minimum=25, maximum=50, exclusive_minimum=True),
    fact(PERSON, Predicate.OWNERSHIP, COMPANY, interest="votingRights", exact=60.5, beneficial=True, direct=True),
    fact(PERSON, Predicate.OWNERSHIP, COMPANY, interest="rightsGrantedByContract"),
    fact(PERSON, Predicate.ENGAGEMENT, AUDITOR, form="AB"),
    fact("BODS:UNKNOWN:5580000015:r1", Predicate.OWNERSHIP, COMPANY, interest="unknownInterest"),
    fact("BODS:UNKNOWN:5580000015:r1", Predicate.MISCELLANEOUS, name="unspecified_reason", value="noBeneficialOwners"),
    fact(SOLE_TRADER, Predicate.OWNERSHIP, COMPANY, interest="shareholding", exact=1),
]
NETWORK = Network.of(FACTS)


def written(name: str, network: Network = NETWORK) -> bytes:
    return FORMATS[name].write(network, {COMPANY}, DAY)


@pytest.mark.parametrize("name", FORMATS)
def test_no_personnummer_no_birth_date_and_the_same_bytes_again(name: str) -> None:
    made = written(name)
    assert b"8001019986" not in made
    assert b"800101" not in made
    assert b"1980-01-01" not in made
    assert b"Kim Exempel" in made
    if name != "gexf":  # networkx writes today's date into it
        assert made == written(name)


def test_followthemoney() -> None:
    rows = [json.loads(line) for line in written("ftm").decode().splitlines()]
    by_schema: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_schema.setdefault(row["schema"], []).append(row["properties"] | {"id": [row["id"]]})
        assert all(isinstance(value, str) and value for values in row["properties"].values() for value in values)
    assert {schema: len(found) for schema, found in by_schema.items()} == {
        "Company": 3,
        "LegalEntity": 1,
        "Person": 1,
        "Ownership": 3,
        "Directorship": 2,
        "UnknownLink": 2,
    }
    ids = {row["id"] for row in rows}
    for found in by_schema["Ownership"]:
        assert {*found["owner"], *found["asset"]} <= ids
    assert sorted(found.get("percentage", []) for found in by_schema["Ownership"]) == [[], ["25–50"], ["60.5"]]
    (company,) = (found for found in by_schema["Company"] if found["id"] == ["SE-ORG-5580000015"])
    assert company["registrationNumber"] == ["5580000015"]
    assert company["incorporationDate"] == ["2020-02-03"]


def test_bods_is_read_back_whole() -> None:
    keyer = TenantKeyer(Keyring.generate(), "test")
    reference = DocumentReference("e" * 64, "bods", "application/json", "fil", NOW)
    statements = reader.read(written("bods"))
    mapped = mapper.map_facts(statements, reference, keyer, EntityKey(COMPANY))
    assert mapped.rejected == ()
    stakes = [
        (
            "PERSON" if is_person(found.subject) else "UNKNOWN" if "UNKNOWN" in found.subject else found.subject,
            found.object,
            found.value["interest"],
            found.value["exact"],
            found.value["minimum"],
            found.value["maximum"],
            found.value.get("exclusive_minimum", False),
            found.value["beneficial"],
        )
        for found in mapped.facts
        if found.predicate is Predicate.OWNERSHIP
    ]
    assert sorted(stakes, key=str) == sorted(
        [
            (OWNER, COMPANY, "shareholding", None, 25.0, 50.0, True, None),
            ("PERSON", COMPANY, "votingRights", 60.5, None, None, False, True),
            ("PERSON", COMPANY, "rightsGrantedByContract", None, None, None, False, None),
            ("UNKNOWN", COMPANY, "unknownInterest", None, None, None, False, None),
        ],
        key=str,
    )
    offices = [found for found in mapped.facts if found.predicate is Predicate.OFFICER]
    assert [(found.value["position"], found.valid_from) for found in offices] == [("board_chair", date(2024, 3, 1))]
    reasons = [found.value["value"] for found in mapped.facts if found.value.get("name") == "unspecified_reason"]
    assert reasons == ["noBeneficialOwners"]


def test_graphml_and_gexf_hold_every_link() -> None:
    links = sum(SOLE_TRADER not in edge[:2] for edge in NETWORK.graph.edges())
    graphml = nx.read_graphml(io.BytesIO(written("graphml")), force_multigraph=True)
    gexf = nx.read_gexf(io.BytesIO(written("gexf")))
    for graph in (graphml, gexf):
        assert graph.number_of_edges() == links
        assert graph.nodes["SE-ORG-5580000015"]["label"] == "Ett & Två <AB>"
    labels = {data["label"] for *_, data in graphml.edges(data=True)}
    assert {"60.5 %", "25–50 %", "ordförande"} <= labels


def test_csv_has_a_row_a_link_and_no_formula() -> None:
    text = written("csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 7
    assert {row["from_name"] for row in rows if row["from"] == OWNER} == {"'=cmd()"}
    (range_row,) = (row for row in rows if row["from"] == OWNER)
    assert (range_row["low"], range_row["high"], range_row["document"]) == ("25", "50", "d" * 64)


KEYS = st.one_of(st.sampled_from([COMPANY, OWNER, PERSON]), st.text(min_size=1, max_size=6))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(KEYS, KEYS, st.text(max_size=8)), max_size=5))
def test_any_names_and_keys_can_be_written(rows: list[tuple[str, str, str]]) -> None:
    facts = [fact(a, Predicate.OWNERSHIP, b, interest="shareholding", exact=50) for a, b, _ in rows]
    facts += [fact(a, Predicate.NAME, name=name, kind="registered") for a, _, name in rows]
    network = Network.of(facts)
    for name in ("graphml", "gexf"):
        nx_reader = nx.read_graphml if name == "graphml" else nx.read_gexf
        nx_reader(io.BytesIO(written(name, network)))
    json.loads(written("bods", network))
    for line in written("ftm", network).decode().splitlines():
        json.loads(line)
