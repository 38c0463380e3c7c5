"""The register sweep: leads about organisations from the whole mirrored register, with names to the few that are told.

A lead is something to look at. It is no finding, is stored nowhere and touches no case: whoever wants to go on opens a
case with a purpose and a legal basis.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from graph.model import ListedSchema, organisation_number_of
from graph.names import similarity
from graph.register.links import Links
from graph.register.sweep import Leads, Parameters, Register, sweep
from graph.text import Text
from screening.store import audit, register_sweep
from screening.store.register_sweep import OwnershipLinks, Shown
from workers.runtime import Runtime

LIMIT = 100
"""Leads told of each kind; the report says how many there are."""
CIRCLE_PERCENT = 5.0
"""Smaller shares close no circle (as for the indicator OWN-06)."""

PREAMBLE = Text(
    "Uppslag om organisationer, inte slutsatser: de flesta har en vanlig förklaring. Inga personuppgifter har lästs.",
    "Leads about organisations, not conclusions: most have an ordinary explanation. No personal data was read.",
)
EXPLANATIONS: dict[str, tuple[Text, ...]] = {
    "address_hubs": (
        Text("Företagshotell, redovisnings- eller advokatbyrå", "Business centre, accounting or law firm"),
        Text("Köpcentrum eller företagspark", "Shopping mall or business park"),
        Text("Kommunal företagsinkubator", "Municipal business incubator"),
    ),
    "clusters": (
        Text(
            "Franchise eller en bransch med hög omsättning på företag", "Franchise, or a trade where firms come and go"
        ),
        Text("En verksamhet som startar många bolag", "A start-up studio"),
        Text("Projektbolag som är avsedda att vara kortlivade", "Project companies meant to be short-lived"),
    ),
    "successors": (
        Text("Köp från konkursboet på marknadsvillkor", "Purchase from the estate on market terms"),
        Text("Tidigare anställda som startat eget", "Former employees starting their own firm"),
        Text(
            "En leverantör eller hyresvärd som räddat verksamheten", "A supplier or landlord that rescued the business"
        ),
    ),
    "circles": (
        Text("Litet korsägande i ett kooperativ", "Small cross-holding in a co-operative"),
        Text("Fel i äldre aktieuppgifter", "Error in historic share data"),
    ),
}
"""The innocent explanations to consider, by kind of lead."""


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep found, ready to be shown. Lists hold at most the limit; ``counts`` says how many there are."""

    as_of: date
    organisations: int
    counts: dict[str, int]
    address_hubs: list[dict[str, Any]]
    clusters: list[dict[str, Any]]
    successors: list[dict[str, Any]]
    circles: list[list[dict[str, str]]]
    set_aside: dict[str, Any]
    addresses: dict[str, int]
    seconds: dict[str, float]


def sweep_register(
    runtime: Runtime, tenant_id: str, actor: str, *, limit: int = LIMIT, parameters: Parameters | None = None
) -> SweepReport:
    """Look through the mirrored register, and through the ownership that the tenant's open cases state.

    The sweep is noted in the tenant's audit trail.

    Raises:
        SourceFailure: ``NOT_LOADED`` when the register was never loaded.
    """
    clock = [time.perf_counter()]
    register, day = register_sweep.columns(runtime.database)
    clock.append(time.perf_counter())
    leads = sweep(register, day, parameters)
    clock.append(time.perf_counter())
    with runtime.database.transaction(tenant_id, actor) as session:
        held = register_sweep.ownership(session, CIRCLE_PERCENT)
        circles = _circles(held)
        told = register_sweep.shown(session, _numbers(register, leads, circles, limit))
        audit.append(
            session, actor, "register.swept", BOLAGSVERKET_MIRROR, {"as_of": day, "organisations": len(register)}
        )
    report = _report(register, day, leads, held, circles, told, limit)
    clock.append(time.perf_counter())
    names = ("reading", "looking", "naming")
    for name, before, after in zip(names, clock, clock[1:], strict=False):
        report.seconds[name] = round(after - before, 2)
    report.seconds["all"] = round(clock[-1] - clock[0], 2)
    return report


BOLAGSVERKET_MIRROR = "register_bolagsverket"
"""The audit trail's word for what was swept."""


def _circles(held: OwnershipLinks) -> tuple[tuple[str, ...], ...]:
    keys = sorted({key for pair in held.pairs for key in pair})
    place = {key: index for index, key in enumerate(keys)}
    ends = np.array([(place[owner], place[owned]) for owner, owned in held.pairs], dtype=np.int64).reshape(-1, 2)
    return tuple(
        tuple(keys[index] for index in circle) for circle in Links.of(len(keys), ends[:, 0], ends[:, 1]).circles()
    )


def _numbers(register: Register, leads: Leads, circles: tuple[tuple[str, ...], ...], limit: int) -> list[int]:
    places = [hub.example for hub in leads.hubs[:limit]]
    places += [member for cluster in leads.clusters[:limit] for member in cluster.members]
    places += [place for pair in leads.successors[:limit] for place in (pair.new, pair.old)]
    owned = [organisation_number_of(key) for circle in circles[:limit] for key in circle]
    return [int(register.number[place]) for place in places] + [int(number) for number in owned if number]


def _report(
    register: Register,
    day: date,
    leads: Leads,
    held: OwnershipLinks,
    circles: tuple[tuple[str, ...], ...],
    told: dict[int, Shown],
    limit: int,
) -> SweepReport:
    def organisation(place: int) -> dict[str, str]:
        one = told[int(register.number[place])]
        return {"number": one.number, "name": one.name}

    hubs = [
        {
            "address": told[int(register.number[hub.example])].address,
            "care_of": told[int(register.number[hub.example])].care_of,
            "kind": hub.kind.value,
            "active": hub.active,
            "bankrupt_3_years": hub.bankrupt,
            "bankrupt_percent": round(hub.bankrupt_percent, 1),
            "registered_12_months": hub.registered,
        }
        for hub in leads.hubs[:limit]
    ]
    clusters = [
        {
            "organisations": [organisation(place) for place in cluster.members],
            "address": told[int(register.number[cluster.members[0]])].address,
            "bankrupt": cluster.bankrupt,
            "median_months": cluster.median_months,
        }
        for cluster in leads.clusters[:limit]
    ]
    successors = []
    for pair in leads.successors[:limit]:
        new, old = organisation(pair.new), organisation(pair.old)
        successors.append(
            {
                "new": new,
                "old": old,
                "days_after_bankruptcy": pair.days,
                "shared": list(pair.links),
                "name_similarity": round(similarity(new["name"], old["name"], ListedSchema.ORGANISATION), 2),
            }
        )
    named = []
    for circle in circles[:limit]:
        numbers = [organisation_number_of(key) for key in circle]
        named.append(
            [
                {"number": number or key, "name": told[int(number)].name if number and int(number) in told else ""}
                for key, number in zip(circle, numbers, strict=True)
            ]
        )
    return SweepReport(
        as_of=day,
        organisations=leads.organisations,
        counts={
            "address_hubs": len(leads.hubs),
            "clusters": len(leads.clusters),
            "successors": len(leads.successors),
            "circles": len(circles),
        },
        address_hubs=hubs,
        clusters=clusters,
        successors=successors,
        circles=named,
        set_aside={
            "ordinary_hubs": leads.ordinary_hubs,
            "common_words": leads.common_words,
            "ownership_without_share": held.unknown,
        },
        addresses=leads.addresses,
        seconds={},
    )
