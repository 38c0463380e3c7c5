"""What a register sweep must find among 20 000 organisations, and the ordinary families that it must leave alone.

Planted only in a municipality large enough to have them, after everything else, so that a small one stays as it is.
Persons play no part: a sweep knows none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connectors.sandbox.builder import Builder
from connectors.sandbox.model import Proceeding

LEAST_ORGANISATIONS = 20_000
SUCCESSORS, CLUSTERS, HUBS, FAMILIES = 40, 10, 4, 8
"""How many of each lead, and of each ordinary family."""

_TRADES = ("81210", "41000", "49410", "56110", "43341")


def plant_leads(b: Builder) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Plant the leads and the families; ground truth of both: kind or family, and the organisations."""
    leads: list[dict[str, Any]] = []
    families: list[dict[str, Any]] = []

    def company(name: str, sni: str, **more: Any) -> str:
        failed = more.pop("failed", None)
        made = b.company(name, sni, officers=(), phone="", **more)
        if failed is not None:
            made = replace(
                made, proceedings=(Proceeding("KK", b.days_ago(failed)),), activity="9", f_tax=False, vat=False,
                employer=False,
            )  # fmt: skip
        return b.add(made).number

    def lead(kind: str, *organisations: str) -> None:
        leads.append({"kind": kind, "organisations": list(organisations)})

    def family(name: str, *organisations: str) -> None:
        families.append({"family": name, "organisations": list(organisations)})

    for turn in range(SUCCESSORS):
        word, sni, place = f"Lodjurets{turn}", _TRADES[turn % 5], b.address()
        failed = 150 + 20 * turn
        # Every fourth starts before the bankruptcy, every third under another name, at the same address.
        start = failed + 90 if turn % 4 == 0 else failed - 60
        old = company(f"{word} Drift AB", sni, years=8, address=place, failed=failed)
        new = company(f"Nya{turn} Drift AB" if turn % 3 == 0 else f"{word} AB", sni, days=start, address=place)
        lead("successors", new, old)
    for turn in range(CLUSTERS):
        sni, place = _TRADES[turn % 5], b.address()
        lead(
            "clusters",
            *(
                company(f"Dagsländan{turn} {member} AB", sni, days=500 + 10 * member, address=place,
                        failed=40 + member if member < 3 else None)
                for member in range(6)
            ),
        )  # fmt: skip
    for turn in range(HUBS):
        place = b.address()
        lead(
            "address_hubs",
            *(
                company(f"Brevlådan{turn}x{member} AB", "70200", days=30 + 9 * member, address=place)
                for member in range(34)
            ),
        )

    for turn in range(FAMILIES):
        place, sni = b.address(), _TRADES[turn % 5]
        family("franchisekedja på samma adress", *(
            company(f"Kedjan{turn} {shop} AB", sni, years=6 + shop, address=place) for shop in range(6)
        ))  # fmt: skip
        place = b.address()
        family("koncernbolag på samma adress", *(
            company(f"Gruppen{turn} {part} AB", _TRADES[part], years=9 + part, address=place) for part in range(5)
        ))  # fmt: skip
        place = b.address()
        family("företagshotell", *(
            company(f"Kontoret{turn}x{guest} AB", "62201", years=2 + guest / 5, address=place) for guest in range(32)
        ))  # fmt: skip
        place = replace(b.address(), care_of="Granby Bokföringstjänst AB")
        family("c/o redovisningsbyrå", company(f"Byrån{turn} AB", "69201", years=20, address=place), *(
            company(f"Klienten{turn}x{client} AB", "70200", years=3 + client / 5, address=place) for client in range(31)
        ))  # fmt: skip
        place = b.address()
        family("ny hyresgäst i annan bransch efter en konkurs",
            company(f"Skorna{turn} AB", "47721", years=9, address=place, failed=200),
            company(f"Kaffet{turn} AB", "56110", days=120, address=place),
        )  # fmt: skip
        family("namnlikhet i samma bransch på annan ort, långt från konkursen",
            company(f"Solstrålen{turn} Frisör AB", "96210", years=12, failed=900),
            company(f"Solstrålen{turn} Salong AB", "96210", days=200),
        )  # fmt: skip
        place = b.address()
        family("nystartade på samma adress, ingen i konkurs", *(
            company(f"Inkubatorn{turn} {start} AB", "62201", days=200 + 30 * start, address=place) for start in range(6)
        ))  # fmt: skip
    return leads, families
