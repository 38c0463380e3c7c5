"""The planted patterns, the honest parties beside them, and the four demo cases.

Every planted party carries its pattern and nothing else; the ground truth says which indicators must be found on whom,
and which weak ones are tolerated beside. The clean parties are the false-positive families that a good check leaves
alone. Each state is written for two moments: the baseline (28 days before ``as_of``) and ``as_of``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from connectors.sandbox.builder import Builder, ListedParty
from connectors.sandbox.case_files import declaration as _declaration
from connectors.sandbox.case_files import entity as _entity
from connectors.sandbox.case_files import holding as _holding
from connectors.sandbox.case_files import human as _human
from connectors.sandbox.case_files import organisation_record as _se
from connectors.sandbox.case_files import party as _party
from connectors.sandbox.case_files import record_id as _record
from connectors.sandbox.model import Address, Name, Officer, Organisation, Person, Proceeding
from connectors.sandbox.planted_patterns import plant_look_alikes, plant_patterns
from connectors.sandbox.planted_records import plant_records
from connectors.sandbox.register_leads import LEAST_ORGANISATIONS, plant_leads

_BUSY_WORDS = (
    "Aspmyra", "Barrtorp", "Cedervik", "Dovmossa", "Enrisa", "Furulid", "Getmarka", "Hedlyckan",
    "Idemossa", "Junibacken", "Kaprisa", "Lavmon", "Mossfällan", "Nypontorp", "Orrmyren", "Pilkroken",
    "Rismyra", "Slånlyckan", "Trollhassel", "Utklippa", "Vitmossa", "Yxnerum", "Ålkroken",
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """What was planted: both moments' states, cases, ownership files, list entries, ground truth."""

    baseline: dict[str, Organisation]
    current: dict[str, Organisation]
    cases: list[dict[str, Any]]
    ownership: dict[str, list[dict[str, Any]]]
    listed: list[ListedParty]
    truth: list[dict[str, Any]]
    clean: list[dict[str, Any]]
    leads: list[dict[str, Any]] = field(default_factory=list)
    """What a register sweep must find: kind and organisations (only in a large municipality)."""
    no_leads: list[dict[str, Any]] = field(default_factory=list)
    """Ordinary families that it must leave alone."""
    records: dict[str, dict[str, str]] = field(default_factory=dict)
    """Per case the municipality's own records by file name, CSV."""


def _procurement(b: Builder) -> dict[str, Any]:
    case = "upphandling"
    shared_place = b.address()
    shared_phone = b.phone()
    director = b.person("Roland", "Hallonbacke", female=False)
    first = b.add(
        b.company(
            "Norrgårdens Lokalvård AB", "81210", years=9, address=shared_place, phone=shared_phone,
            officers=b.board(director, b.person(), deputy=b.person()), email="anbud@norrgarden.example",
        )
    )  # fmt: skip
    second = b.add(
        b.company(
            "Skinande Trapphus i Granby AB", "81210", years=6, address=shared_place, phone=shared_phone,
            officers=b.board(b.person(), director, deputy=b.person()), email="offert@norrgarden.example",
        )
    )  # fmt: skip
    for one, other in ((first, second), (second, first)):
        b.plant(case, "anbudsgivare med gemensam styrelseledamot, adress och telefon", ["BID-01", "BID-02"], one, other)

    russian = b.add(b.company("Östmarka Fastighetsservice AB", "81210", years=11))
    parent = b.add(b.company("Östmarka Holding AB", "64212", years=11, employer=False))
    swede = b.person()
    subject = _record(russian)
    b.ownership[f"{russian.number}.json"] = _declaration(
        subject,
        [
            _se(russian),
            _se(parent),
            _entity("ent-ru-severozvet", "OOO Severozvet Klining", "RU", "7700099901"),
            _human("per-minority", swede.name, swede.birth_date, "SE"),
            _holding(_record(parent), subject, 100, beneficial=False, since=b.days_ago(3000)),
            _holding("ent-ru-severozvet", _record(parent), 60, beneficial=False, since=b.days_ago(3000)),
            _holding("per-minority", _record(parent), 40, beneficial=True, since=b.days_ago(3000)),
        ],
        b.as_of,
        russian.name,
    )
    b.plant(
        case, "ägs till 60 % av ett bolag etablerat i Ryssland (BODS)", ["SAN-01"], russian, parent,
        tolerated=("OWN-07",), note="Severozvet -> 60 % Östmarka Holding -> 100 %",
    )  # fmt: skip

    old_place, old_phone, old_director = b.address(), b.phone(), b.person("Göran", "Videberg", female=False)
    old = b.add(
        b.company(
            "Klarstäd i Granby AB", "81210", years=7, address=old_place, phone=old_phone,
            officers=b.board(old_director, deputy=b.person(), audited=False),
            proceedings=(Proceeding("KK", b.days_ago(205)),), activity="9",
            f_tax=False, vat=False, employer=False,
        )
    )  # fmt: skip
    phoenix = b.add(
        b.company(
            "Klarstäd Granby AB", "81210", days=150, address=old_place, phone=old_phone,
            officers=b.board(old_director, deputy=b.person(), audited=False),
        )
    )  # fmt: skip
    b.plant(
        case, "konkurskarusell: ny firma 55 dagar efter konkursen, samma ledamot, adress, telefon, namn och bransch",
        ["NET-01", "IDN-01"], phoenix, old, tolerated=("IDN-06",),
    )  # fmt: skip

    sound = b.add(b.company("Granby Ren & Prydlig AB", "81210", years=14, audited=True))
    b.honest(case, "ordentligt företag som delar revisor med andra anbudsgivare", sound)

    off_trade = b.add(b.company("Skoboden i Lillvass AB", "47721", years=12))
    b.plant(case, "SNI passar inte upphandlingens CPV", ["ACT-01"], off_trade, note="skobutik i en städupphandling")
    troubled = b.add(
        b.company("Fönsterglans i Tallmo AB", "81221", years=8, proceedings=(Proceeding("FR", b.days_ago(60)),))
    )
    b.plant(case, "företagsrekonstruktion pågår", ["LEG-04"], troubled)
    bidders = (first, second, russian, phoenix, sound)
    return {
        "id": case,
        "kind": "procurement",
        "kind_sv": "upphandling",
        "procedure": "LOU_over_threshold",
        "reference": "KS 2026/0417",
        "title": "Lokalvård i Granby kommuns skolor och förskolor",
        "cpv": ["90910000"],
        "value_sek": 18_500_000,
        "directive_scope": True,
        "parties": [_party(bidder, "bidder", lot="1") for bidder in bidders]
        + [
            _party(off_trade, "subcontractor", lot="1", relied_on_by=sound.number),
            _party(troubled, "subcontractor", lot="1", relied_on_by=first.number),
        ],
        "bods": [{"name": f"{russian.number}.json", "organisation_number": russian.number}],
    }


def _lease(b: Builder) -> dict[str, Any]:
    case = "lokalavtal"
    agent_place = b.address()
    shelf = b.company(
        "Goldkorn Startbolag 417 AB", "00000", days=430, address=agent_place,
        officers=b.board(b.person(), deputy=b.person(), audited=False),
        activity="0", f_tax=False, vat=False, employer=False, capital=25_000, phone="", email="",
        description="Bolaget ska äga och förvalta lös och fast egendom och därmed förenlig verksamhet.",
    )  # fmt: skip
    new_place = b.address()
    activated = replace(
        shelf,
        names=(Name("Kvarnen Krog & Bar AB", b.days_ago(12)),),
        sni=("56110",),
        postal=new_place,
        visiting=new_place,
        officers=b.board(b.person(), b.person(), audited=False),
        activity="1",
        f_tax=True,
        vat=True,
        employer=True,
        phone=b.phone(),
        email="bokning@kvarnenkrog.example",
        description="Bolaget ska bedriva restaurang och därmed förenlig verksamhet.",
    )
    b.add(activated, shelf)
    b.plant(
        case, "lagerbolag aktiverat: namn, styrelse, SNI och adress bytta inom 28 dagar",
        ["IDN-02", "IDN-04", "IDN-05", "GOV-01"], activated,
    )  # fmt: skip

    ring = b.add(b.company("Hamnmagasinet Event AB", "56110", years=5))
    second = b.add(b.company("Kajplats Invest AB", "64212", years=5, employer=False))
    third = b.add(b.company("Bryggan Förvaltning AB", "64212", years=5, employer=False))
    owner = b.person()
    since = b.days_ago(1500)
    b.ownership[f"{ring.number}.json"] = _declaration(
        _record(ring),
        [
            _se(ring), _se(second), _se(third),
            _human("per-owner", owner.name, owner.birth_date, "SE"),
            _holding(_record(second), _record(ring), 55, beneficial=False, since=since),
            _holding(_record(third), _record(second), 60, beneficial=False, since=since),
            _holding(_record(ring), _record(third), 52, beneficial=False, since=since),
            _holding("per-owner", _record(ring), 45, beneficial=True, since=since),
        ],
        b.as_of,
        ring.name,
    )  # fmt: skip
    b.plant(case, "cirkelägande i tre led", ["OWN-06"], ring, second, third)

    family = b.person("Sigrid", "Timjansten", female=True)
    bakery = b.add(
        b.company(
            "Timjanstens Bageri AB", "10710", years=31,
            officers=b.board(family, b.person("Olof", "Timjansten"), deputy=b.person("Tove", "Timjansten")),
        )
    )  # fmt: skip
    b.honest(case, "familjeföretag med samma efternamn", bakery)
    return {
        "id": case,
        "kind": "lease",
        "kind_sv": "lokalavtal",
        "procedure": "lease_new",
        "reference": "FN 2026/0093",
        "title": "Uthyrning av tre lokaler i Hamnkvarteret",
        "cpv": [],
        "value_sek": 2_400_000,
        "directive_scope": None,
        "parties": [_party(party, "lessee") for party in (activated, ring, bakery)],
        "bods": [{"name": f"{ring.number}.json", "organisation_number": ring.number}],
    }


def _permit(b: Builder) -> dict[str, Any]:
    case = "bygglov"
    listed = b.add(b.company("Vostmarin Handel AB", "46900", years=13))
    b.listed.append(
        ListedParty(
            "eu_fsf", listed.name.upper(), person=False,
            registration_number=f"{listed.number[:6]}-{listed.number[6:]}", city="GRANBY", country="SE",
        )
    )  # fmt: skip
    b.plant(case, "bolaget självt står på EU:s sanktionslista med sitt organisationsnummer", ["SAN-03"], listed)
    boxed = b.company("Tallåsens Byggprojekt AB", "41000", years=4)
    boxed = b.add(replace(boxed, postal=Address("Box 417", "99010", "GRANBY"), visiting=None))
    b.plant(case, "boxadress utan besöksadress", ["ADR-01"], boxed, note="bygglov: högst L1")
    sound = b.add(b.company("Granby Villabyggarna AB", "41000", years=17, audited=True))
    b.honest(case, "ordinär byggherre", sound)
    return {
        "id": case,
        "kind": "building_permit",
        "kind_sv": "bygglov",
        "procedure": "building_permit",
        "reference": "BN 2026/0288",
        "title": "Nybyggnad av tre radhus, Granby Tallåsen 2:14",
        "cpv": [],
        "value_sek": None,
        "directive_scope": None,
        "parties": [_party(party, "applicant") for party in (listed, boxed, sound)],
        "bods": [],
    }


def _monitoring(b: Builder) -> dict[str, Any]:
    case = "avtalsuppfoljning"
    parties: list[dict[str, Any]] = []
    bods: list[dict[str, Any]] = []

    def contract(organisation: Organisation, **extra: Any) -> None:
        parties.append(_party(organisation, "supplier", **extra))

    _planted_contracts(b, case, contract, bods)
    _clean_contracts(b, case, contract)
    plant_patterns(b, case, contract, bods)
    plant_look_alikes(b, case, contract, bods)
    return {
        "id": case,
        "kind": "contract_monitoring",
        "kind_sv": "avtalsuppfoljning",
        "procedure": "running_contract",
        "reference": "KS 2026/0500",
        "title": "Årlig uppföljning av Granby kommuns löpande avtal",
        "cpv": [],
        "value_sek": 64_000_000,
        "directive_scope": True,
        "parties": parties,
        "bods": bods,
    }


def _planted_contracts(b: Builder, case: str, contract: Callable[..., None], bods: list[dict[str, Any]]) -> None:
    sound = b.company("Rödjarnas Markentreprenad AB", "43120", years=10)
    bankrupt = b.add(replace(sound, proceedings=(Proceeding("KK", b.days_ago(9)),)), sound)
    contract(b.plant(case, "konkurs inledd mellan de två tillfällena", ["LEG-04"], bankrupt))

    haulier = b.company("Lillvass Åkeri AB", "49410", years=15)
    contract(
        b.plant(
            case,
            "F-skatt återkallad mellan de två tillfällena",
            ["TAX-01"],
            b.add(replace(haulier, f_tax=False), haulier),
        )
    )
    contract(
        b.plant(case, "inte momsregistrerad i momspliktig bransch", ["TAX-02"],
                b.add(b.company("Stensmåla Fasadvård AB", "43310", years=6, vat=False)))
    )  # fmt: skip
    contract(
        b.plant(case, "inte arbetsgivare i personalintensiv bransch", ["TAX-03"],
                b.add(b.company("Sjöholma Städteam AB", "81210", years=7, employer=False)))
    )  # fmt: skip
    contract(b.plant(case, "nystartat", ["IDN-01"], b.add(b.company("Tullportens Trädgård AB", "81300", days=120))))
    misnamed = b.add(b.company("Ljungmarks Redovisning AB", "69201", years=18))
    contract(
        b.plant(case, "uppgivet namn hör inte till organisationsnumret", ["IDN-08"], misnamed),
        declared_name="Tranbärets Transport AB",
    )
    ended = b.add(
        b.company(
            "Granby Kopiering AB", "18122", years=20, deregistered=b.days_ago(95), deregistration_reason="OVERK",
            activity="9", f_tax=False, vat=False, employer=False, officers=(), in_scb=False,
        )
    )  # fmt: skip
    contract(
        b.plant(case, "avregistrerat bolag", ["IDN-08"], ended, tolerated=("TAX-01", "TAX-02", "TAX-03"),
                note="avregistrerat, därför inte heller registrerat för skatt")
    )  # fmt: skip

    busy = b.person("Kjell", "Porsgård", female=False)
    main = b.add(b.company("Porsgårds Elteknik AB", "43210", years=9, officers=b.board(busy, deputy=b.person())))
    trades = ("62201", "70200", "46900", "68203", "52100")
    others = [
        b.add(
            b.company(
                f"{word} {('Invest', 'Partner', 'Gruppen')[place % 3]} AB", trades[place % 5],
                officers=b.board(busy, deputy=b.person(), audited=False),
            )
        )
        for place, word in enumerate(_BUSY_WORDS)
    ]  # fmt: skip
    contract(
        b.plant(
            case, "ledamot med 24 aktiva uppdrag (SSBTEN)", ["GOV-03"], main, *others, note=f"{len(others) + 1} bolag"
        )
    )

    _hub(b, case, contract)
    _owned(b, case, contract, bods)
    _changed(b, case, contract)


def _hub(b: Builder, case: str, contract: Callable[..., None]) -> None:
    place = Address("Virkesgatan 3 B", "99030", "GRANBY")
    resident = b.add(b.company("Virkeskajens Logistik AB", "52100", years=5, address=place))
    neighbours = []
    for position in range(35):
        new = position < 18
        neighbours.append(
            b.add(
                b.company(
                    f"Lagerbyggnaden {position + 1} i Granby AB", "46900", address=place,
                    days=60 + position * 15 if new else 900 + position * 40,
                    officers=b.board(b.person(), deputy=b.person(), audited=False),
                )
            )
        )  # fmt: skip
    for position in range(9):
        neighbours.append(
            b.add(
                b.company(
                    f"Bodlagret {position + 1} AB", "46900", years=6, address=place, officers=(),
                    deregistered=b.days_ago(100 + 80 * position), deregistration_reason="KKAV",
                    activity="9", f_tax=False, vat=False, employer=False, in_scb=False,
                )
            )
        )  # fmt: skip
    contract(
        b.plant(
            case,
            "adressnav: 36 aktiva bolag, 18 nya på ett år, 9 konkurser på tre år",
            ["ADR-02"],
            resident,
            *neighbours,
        )
    )


def _owned(b: Builder, case: str, contract: Callable[..., None], bods: list[dict[str, Any]]) -> None:
    since = b.days_ago(1200)
    bottom = b.add(b.company("Norrskenets Datadrift AB", "62201", years=8))
    chain = [bottom] + [
        b.add(b.company(f"Norrskenets {ordinal} Holding AB", "64212", years=8, employer=False))
        for ordinal in ("Första", "Andra", "Tredje", "Fjärde", "Femte")
    ]
    top = b.person()
    b.ownership[f"{bottom.number}.json"] = _declaration(
        _record(bottom),
        [_se(organisation) for organisation in chain]
        + [_human("per-top", top.name, top.birth_date, "SE")]
        + [
            _holding(_record(owner), _record(owned), 100, beneficial=False, since=since)
            for owned, owner in itertools.pairwise(chain)
        ]
        + [_holding("per-top", _record(chain[-1]), 100, beneficial=True, since=since)],
        b.as_of,
        bottom.name,
    )
    bods.append({"name": f"{bottom.number}.json", "organisation_number": bottom.number})
    contract(b.plant(case, "ägarkedja med fem bolag mellan leverantören och en människa", ["OWN-05"], *chain))

    controlled = b.add(b.company("Kvartsbergets Frakt AB", "49410", years=9))
    holding = b.add(b.company("Kvartsberget Intressenter AB", "64212", years=9, employer=False))
    listed = (("Genrik Vasparov", "1961-04-17", 60), ("Milenka Vasparova", "1964-09-02", 40))
    records = [
        _se(controlled),
        _se(holding),
        _holding(_record(holding), _record(controlled), 56, beneficial=False, since=since),
    ]
    other = b.person()
    records.append(_human("per-other", other.name, other.birth_date, "SE"))
    records.append(_holding("per-other", _record(controlled), 44, beneficial=True, since=since))
    for place, (name, birth, share) in enumerate(listed):
        b.listed.append(ListedParty("eu_fsf", name, person=True, birth_date=birth, country="BY"))
        records.append(_human(f"per-{place}", name, birth, "BY"))
        records.append(_holding(f"per-{place}", _record(holding), share, beneficial=True, since=since))
    b.ownership[f"{controlled.number}.json"] = _declaration(_record(controlled), records, b.as_of, controlled.name)
    bods.append({"name": f"{controlled.number}.json", "organisation_number": controlled.number})
    contract(
        b.plant(case, "två listade personer äger tillsammans 56 %", ["SAN-04"], controlled, holding,
                tolerated=("SAN-03",),
                note="33,6 % + 22,4 % genom ett holdingbolag; ägarna själva är listade")
    )  # fmt: skip

    director = b.person("Tarvo", "Melkazin", female=False, birth=date(1968, 11, 23))
    b.listed.append(ListedParty("un_sc", director.name, person=True, birth_date=director.birth_date, country="SY"))
    employed = b.add(
        b.company("Ådalens Kylteknik AB", "46900", years=6, officers=b.board(b.person(), director, deputy=b.person()))
    )
    contract(b.plant(case, "styrelseledamot på FN:s lista, samma födelsedatum", ["SAN-03"], employed))


def _changed(b: Builder, case: str, contract: Callable[..., None]) -> None:
    steady = b.person()
    before = b.company("Mosippans Konsult AB", "70200", years=5, officers=b.board(steady, b.person()))
    place = b.address()
    now = replace(
        before, officers=b.board(steady, b.person()), sni=("43120",), postal=place, visiting=place,
        description="Bolaget ska bedriva mark- och grundarbeten och därmed förenlig verksamhet.",
    )  # fmt: skip
    contract(b.plant(case, "styrelse, SNI och adress ändrade inom 28 dagar", ["IDN-04"], b.add(now, before)))

    before = b.company("Gullvivans Assistans AB", "88101", years=12)
    now = replace(before, officers=b.board(b.person(), b.person(), b.person()))
    contract(b.plant(case, "hela styrelsen bytt", ["GOV-01"], b.add(now, before)))

    before = b.company("Blåsippans Bygg AB", "41000", years=9)
    now = replace(before, names=(Name("Granby Betongteam AB", b.days_ago(15)),))
    contract(b.plant(case, "namnbyte 15 dagar före uppföljningen", ["IDN-05"], b.add(now, before)))

    place, phone = b.address(), b.phone()
    old = b.add(
        b.company(
            "Älvkajens Ställning AB", "43999", years=8, address=place, phone=phone,
            proceedings=(Proceeding("KK", b.days_ago(310)),), activity="9", f_tax=False, vat=False, employer=False,
        )
    )  # fmt: skip
    new = b.add(b.company("Älvkajens Ställningar AB", "43991", days=470, address=place, phone=phone))
    contract(
        b.plant(
            case,
            "konkurskarusell: ny firma 160 dagar före konkursen, samma adress, telefon och namn",
            ["NET-01"],
            new,
            old,
        )
    )


def _clean_contracts(b: Builder, case: str, contract: Callable[..., None]) -> None:
    def clean(family: str, organisation: Organisation, *tolerated: str, **extra: Any) -> None:
        contract(b.honest(case, family, organisation, *tolerated), **extra)

    accountant = b.address()
    for name, sni in (("Rönnängens Måleri AB", "43341"), ("Fågelsångens Frisör AB", "96210")):
        company = b.company(name, sni, years=8)
        boxed = replace(company, postal=replace(accountant, care_of="Granby Bokföringstjänst AB"), visiting=None)
        clean("c/o redovisningsbyrå", b.add(boxed), "ADR-01")
    for number in range(10):
        client = b.company(f"Byråkunden {number + 1} AB", "70200", years=5 + number)
        b.add(replace(client, postal=replace(accountant, care_of="Granby Bokföringstjänst AB"), visiting=None))

    hotel = Address("Torggatan 1 A", "99010", "GRANBY")
    clean("företagshotell", b.add(b.company("Hyllplanets IT AB", "62201", years=4, address=hotel)))
    for number in range(44):
        b.add(
            b.company(
                f"Kontorsplats {number + 1} AB", "70200", days=250 if number < 3 else 500 + 130 * number, address=hotel,
                officers=b.board(b.person(), deputy=b.person(), audited=False),
            )
        )  # fmt: skip

    group_board = (b.person(), b.person(), b.person())
    for name, sni in (("Videgruppen Entreprenad AB", "41000"), ("Videgruppen Maskin AB", "43120")):
        clean("koncernbolag med samma styrelse", b.add(b.company(name, sni, years=16, officers=b.board(*group_board))))

    clean(
        "familjeföretag med samma efternamn",
        b.add(
            b.company(
                "Sävlunds Tryckeri AB", "18122", years=27,
                officers=b.board(
                    b.person("Bo", "Sävlund"), b.person("Ann", "Sävlund"), deputy=b.person("Ida", "Sävlund")
                ),
            )
        ),
    )  # fmt: skip
    clean(
        "holdingbolag utan personal",
        b.add(b.company("Ljungvalls Förvaltning AB", "64212", years=19, employer=False)),
    )

    father, mother, daughter = (
        b.person("Arne", "Näckrosdahl"),
        b.person("Gun", "Näckrosdahl"),
        b.person("Klara", "Näckrosdahl"),
    )
    before = b.company("Näckrosdahls Snickeri AB", "43320", years=33, officers=b.board(father, mother, deputy=daughter))
    clean(
        "generationsskifte, en del av styrelsen kvar",
        b.add(replace(before, officers=b.board(daughter, mother, deputy=father)), before),
    )

    clean(
        "konsult utan anställda",
        b.add(
            b.company(
                "Tistelbergs Systemkonsult AB", "62201", years=6, employer=False,
                officers=b.board(b.person(), deputy=b.person(), audited=False),
            )
        ),
    )  # fmt: skip

    namesake = b.person("Livan", "Ordesko", female=False, birth=date(1979, 3, 8))
    b.listed.append(ListedParty("eu_fsf", namesake.name, person=True, birth_date="1951-10-30", country="IR"))
    clean(
        "namne till en listad person, annat födelsedatum",
        b.add(b.company("Ordeskos Golv AB", "43320", years=7, officers=b.board(namesake, deputy=b.person()))),
        "SAN-03",
    )

    clean("kommunalt bolag", b.add(b.company("Granby Energi AB", "35140", years=45, audited=True)))
    union = b.company(
        "Granbybygdens Räddningstjänstförbund", "84250", years=24, form="", juridical_form="83", officers=(),
        signatory="", shares=0, capital=0,
    )  # fmt: skip
    clean("kommunalförbund, finns inte hos Bolagsverket", b.add(union), "TAX-02")
    clean(
        "fusion inom koncernen pågår",
        b.add(b.company("Timjanvalls Bygg AB", "41000", years=21, proceedings=(Proceeding("FUOT", b.days_ago(40)),))),
    )
    clean(
        "konkurs som upphävdes",
        b.add(
            b.company(
                "Porslundens Måleri AB", "43341", years=13,
                proceedings=(Proceeding("KKUHAVD", b.days_ago(700), ended=True),),
            )
        ),
    )  # fmt: skip
    chair = b.person()
    club = b.company(
        "Granby Idrottsförening",
        "93120",
        years=60,
        form="I",
        vat=False,
        officers=b.board(chair, b.person(), b.person(), audited=False),
    )
    clean("ideell förening utan moms", b.add(club), "TAX-02")
    for name in ("Granby Byalag", "Granby Orienteringsklubb", "Granby Hembygdsförening", "Granby Teaterförening"):
        b.add(
            b.company(
                name,
                "94990",
                years=40,
                form="I",
                vat=False,
                employer=False,
                officers=b.board(chair, b.person(), audited=False),
            )
        )
    clean("stiftelse", b.add(b.company("Stiftelsen Granby Konstscen", "90200", years=28, form="S")))

    before = b.company("Hallonvalls El AB", "43210", years=10)
    place = b.address()
    clean("nyligen flyttat", b.add(replace(before, postal=place, visiting=place), before))

    florist = b.company("Tistelvalls Handelsträdgård AB", "81300", years=15)
    florist = replace(
        florist,
        names=(
            *florist.names,
            Name("Granby Blomsterbod", b.days_ago(2000), "SARSKILT_FORETAGSNAMN", "Att bedriva handel med blommor."),
        ),
    )
    clean("anbud under särskilt företagsnamn", b.add(florist), declared_name="Granby Blomsterbod")

    partners = (Officer(("bolagsman",), b.person()), Officer(("bolagsman",), b.person()))
    clean("handelsbolag", b.add(b.company("Handelsbolaget Säv & Vide", "71110", years=9, form="HB", officers=partners)))
    general = b.add(b.company("Pors Förvaltning AB", "70200", years=20, employer=False))
    limited = (
        Officer(("komplementär",), firm_number=general.number, firm_name=general.name),
        Officer(("kommanditdelägare",), b.person()),
    )
    clean(
        "kommanditbolag",
        b.add(b.company("Kommanditbolaget Porsbacken", "68203", years=20, form="KB", officers=limited)),
    )
    clean(
        "ekonomisk förening",
        b.add(b.company("Granby Omsorgskooperativ ekonomisk förening", "88101", years=11, form="EK")),
    )
    branch = b.company(
        "Nordwerk Reinigung GmbH Filial", "43210", years=5, form="FL", land="DE",
        officers=(Officer(("verkställande direktör",), Person("19730514", "Jürgen", "Moosbach", "GRANBY")),),
    )  # fmt: skip
    clean("utländsk filial", b.add(branch))

    grill = b.address()
    for name in ("Skärgårdsgrillen Granby AB", "Skärgårdsgrillen Sjöholma AB"):
        clean("franchisekedja på samma adress", b.add(b.company(name, "56110", years=7, address=grill)))


def plant(seed: int, as_of: date, organisations: int = 0) -> Planted:
    """Everything that is planted, for this seed and date. Same arguments, same result.

    A municipality of ``register_leads.LEAST_ORGANISATIONS`` or more also holds what a register sweep is measured on.
    """
    b = Builder(seed, as_of)
    town = b.company(
        "Granby kommun", "84111", years=50, form="", juridical_form="82", officers=(), signatory="", shares=0, capital=0
    )
    b.add(town)
    cases = [_procurement(b), _lease(b), _permit(b), _monitoring(b)]
    leads, ordinary = plant_leads(b) if organisations >= LEAST_ORGANISATIONS else ([], [])
    more, records = plant_records(b)
    cases.extend(more)
    return Planted(b.baseline, b.current, cases, b.ownership, b.listed, b.truth, b.clean, leads, ordinary, records)
