"""A new issue of a list finds the cases that it concerns, and no others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.lists import read_issue
from graph.model import Predicate
from screening.case import Case
from screening.store import cases, facts, lists, tasks
from workers import list_index, reverse
from workers.runtime import Runtime

TENANT = "kommun-a"
ENTRY = (
    "<ENTITY><DATAID>{number}</DATAID><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>Prov</UN_LIST_TYPE>"
    "<REFERENCE_NUMBER>PRe.{number}</REFERENCE_NUMBER>{more}</ENTITY>"
)
ADDRESS = "<ENTITY_ADDRESS><STREET>Provgatan 4</STREET><CITY>Prov</CITY></ENTITY_ADDRESS>"
STRANGER = (1, "Mallgrens Rederi Limited", "")


@pytest.fixture
def issue(runtime: Runtime) -> Callable[..., reverse.ReverseReport]:
    """Load an issue of the UN list with these entities, and compare it with the open cases."""
    list_index._cache.clear()
    days = iter(range(1, 28))

    def load(*entities: tuple[int, str, str]) -> reverse.ReverseReport:
        written = "".join(ENTRY.format(number=number, name=name, more=more) for number, name, more in entities)
        document = (
            f'<CONSOLIDATED_LIST dateGenerated="2026-11-{next(days):02}T00:00:00.000Z"><INDIVIDUALS></INDIVIDUALS>'
            f"<ENTITIES>{written}</ENTITIES></CONSOLIDATED_LIST>"
        ).encode()
        lists.load_list(runtime.database, read_issue("un_sc", document), document)
        return reverse.screen_changed(runtime, "un_sc")

    return load


@pytest.fixture
def finished(runtime: Runtime, finish: Callable[[Case], tasks.Run]) -> Callable[[Case], list[str]]:
    """Do what is queued for a case, and give the entries that its dossier has hits on."""

    def carry_out(case: Case) -> list[str]:
        finish(case)
        with runtime.database.transaction(TENANT, "test") as session:
            found = facts.current(session, case.id)
        return sorted(
            str(fact.value["entry"])
            for fact in found
            if fact.predicate is Predicate.LIST_HIT and fact.source == "un_sc"
        )

    return carry_out


def test_new_changed_and_gone_entries(
    runtime: Runtime,
    case: Case,
    planted: dict[str, Any],
    issue: Callable[..., reverse.ReverseReport],
    finished: Callable[[Case], list[str]],
) -> None:
    party = planted["parties"][0]
    name = party.get("declared_name") or party["name"]
    assert issue(STRANGER).cases == 0  # nothing has been screened yet
    assert finished(case) == []

    report = issue(STRANGER, (2, name, ""))
    assert (report.cases, report.hits, len(report.runs)) == (1, 1, 1)
    assert finished(case) == ["2"]

    assert issue(STRANGER, (2, name, ""), (3, "Ett Helt Annat Rederi", "")).runs == ()
    report = issue(STRANGER, (2, name, ADDRESS), (3, "Ett Helt Annat Rederi", ""))
    assert (report.hits, len(report.runs)) == (1, 1)
    assert finished(case) == ["2"]

    report = issue(STRANGER, (3, "Ett Helt Annat Rederi", ""))
    assert (report.hits, len(report.runs)) == (0, 1)
    assert finished(case) == []


def test_closed_cases_are_not_watched(
    runtime: Runtime,
    case: Case,
    planted: dict[str, Any],
    issue: Callable[..., reverse.ReverseReport],
    finished: Callable[[Case], list[str]],
) -> None:
    party = planted["parties"][0]
    issue(STRANGER)
    finished(case)
    with runtime.database.transaction(TENANT, "test") as session:
        cases.close(session, case.id, retention_days=30)
    report = issue(STRANGER, (2, party.get("declared_name") or party["name"], ""))
    assert (report.entries, report.cases, report.runs) == (1, 0, ())


def test_what_is_no_list_is_an_error(runtime: Runtime) -> None:
    with pytest.raises(KeyError):
        reverse.screen_changed(runtime, "bolagsverket_bulk")
