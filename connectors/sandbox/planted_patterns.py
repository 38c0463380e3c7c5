"""The patterns over several companies or over time that are planted among the running contracts, and their look-alikes.

Boards and addresses that keep
changing (GOV-02, ADR-03) need more than the sandbox's two moments and are not planted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors.sandbox.case_files import declaration, entity, holding, organisation_record, record_id
from connectors.sandbox.model import Address, Name, Organisation, Proceeding

if TYPE_CHECKING:
    from connectors.sandbox.builder import Builder

Contract = Callable[..., None]
Files = list[dict[str, Any]]

_BUSY_TRADES = ("70200", "62201", "46900", "18122")
"""Four unrelated divisions of SNI."""


def plant_patterns(b: Builder, case: str, contract: Contract, bods: Files) -> None:
    """Each pattern once, and nothing else on its party but what follows from it."""
    place = b.address()
    resident = b.add(b.company("Kopparmyrens Lokalvård AB", "81210", days=430, address=place))
    gone = _failed(b, place, ("Stenbrottets", "Lövsalens", "Aspudden", "Myrholma", "Tranmossens"))
    contract(
        b.plant(case, "kluster: fem kortlivade bolag i konkurs på samma adress", ["NET-03"], resident, *gone)
    )  # fmt: skip

    mill = b.company("Vadmals Projekt AB", "70200", years=5, employer=False)
    mill = replace(mill, sni=_BUSY_TRADES, postal=Address("Box 4170", "99010", "GRANBY"), visiting=None)
    contract(
        b.plant(case, "fakturaskrivarmönster: inga anställda, box, fyra branscher", ["NET-05"], b.add(mill),
                tolerated=("ADR-01",))
    )  # fmt: skip

    steady, leaving, entering = b.person(), b.person(), b.person()
    before = b.company("Nävertorps Plåt AB", "43991", years=11, officers=b.board(steady, leaving))
    now = replace(before, officers=b.board(steady, entering), proceedings=(Proceeding("KK", b.as_of),))
    contract(
        b.plant(case, "ledamot lämnade inom 28 dagar före konkursen", ["GOV-07", "LEG-04"], b.add(now, before))
    )  # fmt: skip

    place = b.address()
    old = _bankrupt_namesake(b, "Rallarrosens Måleri Granby AB", place)
    new = b.company("Rallarrosens Måleri i Granby AB", "43341", days=430, address=place)
    new = replace(new, names=(Name(new.name, b.days_ago(200)),))
    contract(
        b.plant(case, "namnet övertaget från bolag i konkurs på samma adress", ["IDN-06"], b.add(new), old)
    )  # fmt: skip

    owned = b.add(b.company("Solvändans Logistik AB", "52100", years=7))
    _owned_from(b, owned, "Brisa Azul Holdings SA", "PA", bods)
    contract(b.plant(case, "ägs till 40 % från Panama (BODS)", ["OWN-07"], owned))


def plant_look_alikes(b: Builder, case: str, contract: Contract, bods: Files) -> None:
    """What looks like the patterns and is none."""
    place = b.address()
    shop = b.add(b.company("Gallerians Skrädderi AB", "81210", days=520, address=place))
    _failed(b, place, ("Pilträdets", "Rönnbärets", "Havtornets", "Nyponrosens"))
    for number in range(9):
        b.add(b.company(f"Galleributiken {number + 1} AB", "46900", years=8 + number, address=place))
    contract(b.honest(case, "galleria där bolag kommer och går", shop))

    alone = b.company("Enmansbyråns Teknikråd AB", "70200", years=9, employer=False)
    alone = replace(alone, postal=replace(alone.postal, care_of="Granby Bokföringstjänst AB"), visiting=None)
    contract(b.honest(case, "konsult utan anställda, c/o redovisningsbyrå", b.add(alone), "ADR-01"))

    steady, leaving, entering = b.person(), b.person(), b.person()
    b.add(b.company("Snödroppens Förvaltning AB", "68203", years=6, officers=b.board(entering, b.person())))
    before = b.company("Snödroppens Rör AB", "43320", years=13, officers=b.board(steady, leaving))
    after = b.add(replace(before, officers=b.board(steady, entering)), before)
    contract(b.honest(case, "ledamot bytt i ett bolag som lever vidare", after))

    _bankrupt_namesake(b, "Kaprifolens Måleri Granby AB", b.address())
    namesake = b.add(b.company("Kaprifolens Måleri i Granby AB", "43341", days=520))
    contract(b.honest(case, "namne till ett bolag i konkurs, utan samband", namesake))

    abroad = b.add(b.company("Vindilens Komponenter AB", "46900", years=12))
    _owned_from(b, abroad, "Nordwind Beteiligungen GmbH", "DE", bods)
    contract(b.honest(case, "utländsk ägare inom EES", abroad))


def _failed(b: Builder, place: Address, names: tuple[str, ...]) -> list[Organisation]:
    """Companies that lived twenty months at ``place`` and went bankrupt, one every third month."""
    return [
        b.add(
            b.company(
                f"{name} Renservice AB", "81210", days=780 + 90 * position, address=place,
                proceedings=(Proceeding("KK", b.days_ago(180 + 90 * position)),), activity="9", f_tax=False, vat=False,
                employer=False,
            )
        )
        for position, name in enumerate(names)
    ]  # fmt: skip


def _bankrupt_namesake(b: Builder, name: str, place: Address) -> Organisation:
    """A bankrupt company whose industry no register states any longer."""
    return b.add(
        b.company(
            name, "43341", years=9, address=place, proceedings=(Proceeding("KK", b.days_ago(180)),), activity="9",
            f_tax=False, vat=False, employer=False, in_scb=False,
        )
    )  # fmt: skip


def _owned_from(b: Builder, company: Organisation, owner: str, country: str, bods: Files) -> None:
    """An ownership file: 40 per cent of ``company`` belongs to ``owner``, the rest to its own people."""
    since = b.days_ago(1500)
    records = [
        organisation_record(company),
        entity(f"ent-{country.lower()}-owner", owner, country, f"{company.number[-6:]}"),
        holding(f"ent-{country.lower()}-owner", record_id(company), 40, beneficial=False, since=since),
    ]
    b.ownership[f"{company.number}.json"] = declaration(record_id(company), records, b.as_of, company.name)
    bods.append({"name": f"{company.number}.json", "organisation_number": company.number})
