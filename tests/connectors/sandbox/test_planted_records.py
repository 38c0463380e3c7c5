"""What is planted on the municipality's own records: each pattern is in the files and registers, no look-alike is."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest

from connectors.base import RejectedRow
from connectors.municipal_records import reader
from connectors.municipal_records.columns import RecordKind
from connectors.municipal_records.rows import Handler, LeaseTerms, Payment, Subcontract, Termination
from connectors.sandbox.generator import Municipality, generate
from connectors.sandbox.model import Organisation

AS_OF = date(2026, 11, 22)


@pytest.fixture(scope="module", params=[1, 4711])
def municipality(request: pytest.FixtureRequest) -> Municipality:
    return generate(request.param, 2_000, AS_OF)


def rows(municipality: Municipality, case: str, kind: type) -> list:
    found = []
    for content in municipality.planted.records[case].values():
        records = reader.read(content.encode(), today=AS_OF).records
        found += [record for record in records if isinstance(record, kind)]
    assert found
    return found


def party(municipality: Municipality, beginning: str) -> Organisation:
    (entry,) = (
        entry
        for entry in (*municipality.planted.truth, *municipality.planted.clean)
        if (entry.get("pattern") or entry.get("family")).startswith(beginning)
    )
    return municipality.planted.current[entry["organisation"]]


def test_every_file_is_read_without_a_bad_row(municipality: Municipality) -> None:
    kinds = set()
    for files in municipality.planted.records.values():
        for content in files.values():
            found = reader.read(content.encode(), today=AS_OF)
            kinds.add(found.kind)
            assert len(found.records) == len(list(csv.reader(content.splitlines()))) - 1
            assert not any(isinstance(record, RejectedRow) for record in found.records)
    assert kinds == set(RecordKind)


def test_the_returning_provider_shares_a_director_and_its_look_alike_only_a_deputy(municipality: Municipality) -> None:
    (ended,) = rows(municipality, "valfardsutforare", Termination)
    old = municipality.planted.current[ended.organisation]
    assert AS_OF - ended.decided_on < timedelta(days=3 * 365)
    assert ended.contract_kind == "LOV"
    assert old.board & party(municipality, "uppsagd utförare").board
    innocent = party(municipality, "företrädaren var bara suppleant")
    deputies = {o.person.number for o in old.officers if o.person and "styrelsesuppleant" in o.roles}
    assert not old.board & innocent.board
    assert deputies & innocent.board


def test_the_handler_is_on_one_board_and_a_namesake_on_another(municipality: Municipality) -> None:
    linked, namesake = rows(municipality, "avtalsuppfoljning-led", Handler)
    assert linked.number in party(municipality, "handläggare sitter").board
    other = party(municipality, "företrädaren är en namne")
    assert namesake.number not in other.board
    assert namesake.name in {officer.person.name for officer in other.officers if officer.person}


def test_the_third_tier_is_not_declared(municipality: Municipality) -> None:
    links = rows(municipality, "avtalsuppfoljning-led", Subcontract)
    assert [link.tier for link in links if link.contract == "KS 2026/7"] == [1, 2, None]
    assert [link.tier for link in links if link.contract == "KS 2026/8"] == [1, 2]


def test_the_front_is_young_and_paid_for_by_another_and_the_young_one_has_a_guarantor(
    municipality: Municipality,
) -> None:
    front, young = party(municipality, "ung hyresgäst med ny ägare"), party(municipality, "ung hyresgäst vars")
    terms = {row.tenant: row for row in rows(municipality, "lokalavtal-underlag", LeaseTerms)}
    payments = {row.tenant: row for row in rows(municipality, "lokalavtal-underlag", Payment)}
    for tenant in (front, young):
        assert terms[tenant.number].entry_on - tenant.registered < timedelta(days=365)
    assert not front.sni[0].startswith(terms[front.number].allowed_sni)
    assert young.sni[0].startswith(terms[young.number].allowed_sni)
    assert payments[front.number].payer not in ("", front.number)
    assert payments[young.number].payer == terms[young.number].guarantor
