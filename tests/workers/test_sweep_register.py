"""A sweep of a small mirrored register, from bulk files to named leads."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from graph.register.sweep import Parameters
from screening.store import audit
from screening.store.database import Database
from screening.store.register_load import load_bolagsverket, load_scb
from workers.sweep_register import EXPLANATIONS, sweep_register

sys.path.insert(0, str(Path(__file__).parents[1] / "screening" / "store"))
from bulk_files import bolagsverket_file, numbers, scb_file

NUMBERS = numbers(40)


def row(name: str, registered: str, street: str, **more: str) -> dict[str, str]:
    return {
        "organisationsnamn": f"{name}$FORETAGSNAMN-ORGNAM${registered}",
        "registreringsdatum": registered,
        "postadress": f"{street}$$GRANBY$99010$SE-LAND",
        **more,
    }


def bankrupt(day: str) -> dict[str, str]:
    return {"pagandeAvvecklingsEllerOmstruktureringsforfarande": f"KK-AVOMFO${day}"}


def test_leads_are_named_explained_and_noted(database: Database, tmp_path: Path) -> None:
    rows: dict[str, Any] = {
        NUMBERS[0]: row("Klarstäd i Granby AB", "2018-01-02", "Gatan 1", **bankrupt("2026-01-10")),
        NUMBERS[1]: row("Klarstäd Granby AB", "2026-03-01", "Gatan 1"),
        NUMBERS[2]: row("Annat AB", "2026-03-01", "Gatan 2"),
    }
    for place, number in enumerate(NUMBERS[3:9]):
        failed = bankrupt("2026-04-01") if place < 3 else {}
        rows[number] = row(f"Kort {place} AB", "2025-01-02", "Vägen 5", **failed)
    for place, number in enumerate(NUMBERS[10:16]):
        rows[number] = row(f"Nytt {place} AB", "2026-02-02", "Hotellet 1")
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    load_scb(database, scb_file(tmp_path, {number: {} for number in rows}))

    report = sweep_register(
        SimpleNamespace(database=database),  # type: ignore[arg-type]
        "kommun-a",
        "prov",
        parameters=Parameters(hub=6, registered=5),
    )

    assert (report.as_of, report.organisations) == (date(2026, 6, 1), len(rows))
    (pair,) = [each for each in report.successors if each["new"]["number"] == NUMBERS[1]]
    assert pair["old"] == {"number": NUMBERS[0], "name": "Klarstäd i Granby AB"}
    assert (pair["days_after_bankruptcy"], pair["shared"]) == (50, ["address", "name", "industry"])
    assert pair["name_similarity"] > 0.8
    (cluster,) = report.clusters
    assert {each["number"] for each in cluster["organisations"]} == set(NUMBERS[3:9])
    assert (cluster["address"], cluster["bankrupt"]) == ("Vägen 5, 99010 GRANBY", 3)
    (hub,) = report.address_hubs
    assert (hub["address"], hub["active"], hub["registered_12_months"]) == ("Hotellet 1, 99010 GRANBY", 6, 6)
    assert report.circles == []
    assert set(EXPLANATIONS) == set(report.counts)
    with database.transaction("kommun-a", "prov") as session:
        (event,) = audit.list(session)
    assert (event.action, event.actor) == ("register.swept", "prov")


def test_the_limit_bounds_what_is_told_and_the_counts_say_the_rest(database: Database, tmp_path: Path) -> None:
    rows: dict[str, Any] = {}
    for place in range(4):
        rows[NUMBERS[2 * place]] = row(f"Gammalt{place} AB", "2018-01-02", f"Gatan {place}", **bankrupt("2026-01-10"))
        rows[NUMBERS[2 * place + 1]] = row(f"Gammalt{place} Nya AB", "2026-03-01", f"Gatan {place}")
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    runtime: Any = SimpleNamespace(database=database)
    report = sweep_register(runtime, "kommun-a", "prov", limit=3)
    assert (len(report.successors), report.counts["successors"]) == (3, 4)
    assert report.successors[0]["shared"] == ["address", "name"]
