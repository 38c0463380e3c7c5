"""The mirror's columns as the sweep reads them, and the ownership links of open cases."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.base import FailureReason, SourceFailure
from graph.model import DocumentReference, EntityKey, Predicate, organisation_key
from graph.register.sweep import VERSION
from screening.case import CaseKind, Procedure
from screening.store import cases, documents, facts, register_sweep
from screening.store.database import Database
from screening.store.register_load import load_bolagsverket, load_scb

sys.path.insert(0, str(Path(__file__).parent))
from bulk_files import bolagsverket_file, numbers, scb_file

NUMBERS = numbers(20)


def names(name: str) -> dict[str, str]:
    return {"organisationsnamn": f"{name}$FORETAGSNAMN-ORGNAM$2020-01-02"}


def test_a_register_that_was_never_loaded_cannot_be_swept(database: Database) -> None:
    with pytest.raises(SourceFailure) as failure:
        register_sweep.columns(database)
    assert failure.value.reason is FailureReason.NOT_LOADED


def test_columns_of_the_mirror(database: Database, tmp_path: Path) -> None:
    plain, bankrupt, ended, undated, gone = NUMBERS[:5]
    rows = {
        plain: {**names("Klarstäd i Granby AB"), "postadress": "Gatan 1$$ORT$11122$SE-LAND"},
        bankrupt: {
            **names("Aktiebolaget Klarstäd"),
            "postadress": "GATAN 1$$ORT$111 22$SE-LAND",
            "pagandeAvvecklingsEllerOmstruktureringsforfarande": "KK-AVOMFO$2026-03-01",
        },
        ended: {"avregistreringsdatum": "2026-02-28", "avregistreringsorsak": "OVERK-AVORG", **names("AB X")},
        undated: {"avregistreringsorsak": "OVERK-AVORG", "registreringsdatum": "", "postadress": "$$$$SE-LAND"},
        gone: {},
    }
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    load_scb(database, scb_file(tmp_path, {plain: {}, bankrupt: {"Ng1": "00000"}}))
    load_bolagsverket(
        database, bolagsverket_file(tmp_path, {number: row for number, row in rows.items() if number != gone}, 1)
    )

    register, day = register_sweep.columns(database)
    place = {f"{number:010d}": index for index, number in enumerate(register.number.tolist())}
    one, two, three, four, five = (place[number] for number in NUMBERS[:5])

    assert (len(register), day) == (5, date(2026, 6, 8))
    assert register.address[one] == register.address[two] != 0
    assert register.stem[one] == register.stem[two] != 0
    assert register.address[four] == register.stem[three] == 0
    assert register.industry[one] == 2 * VERSION + 812
    assert register.industry[two] == register.industry[three] == 0
    assert register.registered[one] == date(2020, 1, 2).toordinal()
    assert register.registered[four] == 0
    assert register.bankrupt[two] == date(2026, 3, 1).toordinal()
    assert register.ended[[one, two, three, four]].tolist() == [0, 0, date(2026, 2, 28).toordinal(), 1]
    assert register.removed.tolist().count(True) == 1
    assert register.removed[five]


def test_an_industry_that_scb_no_longer_states_keeps_the_version_it_was_stated_in(
    database: Database, tmp_path: Path
) -> None:
    load_bolagsverket(database, bolagsverket_file(tmp_path, {NUMBERS[0]: {}, NUMBERS[1]: {}}))
    load_scb(database, scb_file(tmp_path, {NUMBERS[0]: {}, NUMBERS[1]: {}}, -30))
    load_scb(database, scb_file(tmp_path, {NUMBERS[0]: {}}, 1))
    register, _ = register_sweep.columns(database)
    found = dict(zip(register.number.tolist(), register.industry.tolist(), strict=True))
    assert found == {int(NUMBERS[0]): 2 * VERSION + 812, int(NUMBERS[1]): 1 * VERSION + 812}


def test_what_a_lead_shows(database: Database, tmp_path: Path) -> None:
    row = {**names("Provfirman AB"), "postadress": "Torget 1$c/o Byrån$GRANBY$99010$SE-LAND"}
    load_bolagsverket(database, bolagsverket_file(tmp_path, {NUMBERS[0]: row}))
    with database.system() as session:
        told = register_sweep.shown(session, [int(NUMBERS[0]), 1])
    assert told == {
        int(NUMBERS[0]): register_sweep.Shown(NUMBERS[0], "Provfirman AB", "Torget 1, 99010 GRANBY", "c/o Byrån")
    }


def test_ownership_between_organisations_in_open_cases_of_one_tenant(
    database: Database, case_id: str, make: Any, put: Callable[..., DocumentReference]
) -> None:
    document = put(b"{}", source="bods")
    keys = [organisation_key(number) for number in NUMBERS[:4]]
    person = EntityKey("PERSON:abc")

    def held(owner: EntityKey, owned: EntityKey, place: str, **share: float) -> Any:
        fact = make.fact(document, Predicate.OWNERSHIP, place, owned, interest="shareholding", **share)
        return replace(fact, subject=owner)

    stated = [
        held(keys[0], keys[1], "/0", exact=60.0),
        held(keys[1], keys[0], "/1", minimum=5.0, maximum=10.0),
        held(keys[2], keys[0], "/2", exact=1.0),
        held(keys[3], keys[0], "/3"),
        held(person, keys[0], "/4", exact=40.0),
    ]
    with database.transaction("kommun-a", "prov") as session:
        facts.record(session, case_id, make.answer(document), stated, ())

    with database.transaction("kommun-a", "prov") as session:
        # The case is a procurement: nothing that a tenderer handed in leaves it.
        assert register_sweep.ownership(session, 5) == register_sweep.OwnershipLinks((), 0)
        monitored = make.case(case_id="fall-2", kind=CaseKind.CONTRACT_MONITORING, procedure=Procedure.RUNNING_CONTRACT)
        cases.create(session, monitored)
        documents.put(session, "fall-2", make.fetched(b"{}", source="bods"), "Följa upp", "Avtalet")
        facts.record(session, "fall-2", make.answer(document), stated, ())
        links = register_sweep.ownership(session, 5)
    assert links == register_sweep.OwnershipLinks(((keys[0], keys[1]), (keys[1], keys[0])), 1)
    with database.transaction("kommun-b", "prov") as session:
        assert register_sweep.ownership(session, 5).pairs == ()
    with database.transaction("kommun-a", "prov") as session:
        cases.close(session, "fall-2", retention_days=365)
    with database.transaction("kommun-a", "prov") as session:
        assert register_sweep.ownership(session, 5).pairs == ()
