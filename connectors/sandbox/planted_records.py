"""Patterns that rest on the municipality's own records, and a clean look-alike of each, in three cases of their own.

The files are what an officer would hand in: ended contracts, subcontractors' tiers, handlers, lease terms, payments.
Planted after everything else, so that the other cases stay as they are.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from connectors.sandbox.case_files import declaration, holding, human, organisation_record, party, record_id
from connectors.sandbox.model import Organisation, Person

if TYPE_CHECKING:
    from connectors.sandbox.builder import Builder

Files = dict[str, str]


def plant_records(b: Builder) -> tuple[list[dict[str, Any]], dict[str, Files]]:
    """The cases, and the files to hand in to each by case id and file name."""
    planted = [_welfare(b), _tiers(b), _premises(b)]
    return [case for case, _ in planted], {case["id"]: files for case, files in planted}


def _table(headings: str, *rows: tuple[object, ...]) -> str:
    return "\n".join([headings, *(";".join(str(cell) for cell in row) for row in rows)]) + "\n"


def _case(identifier: str, kind: str, procedure: str, reference: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "kind": kind,
        "kind_sv": identifier,
        "procedure": procedure,
        "reference": reference,
        "title": title,
        "cpv": [],
        "value_sek": None,
        "directive_scope": None,
        "bods": [],
        **more,
    }


def _welfare(b: Builder) -> tuple[dict[str, Any], Files]:
    """Providers that apply: one comes back in a new company, another's director was only a deputy in the old one."""
    case = "valfardsutforare"
    director, deputy = b.person("Runar", "Porsvall"), b.person("Hedda", "Ljungek", female=True)
    ended = b.add(
        b.company("Solgläntans Hemtjänst AB", "88101", years=7, officers=b.board(director, b.person(), deputy=deputy))
    )
    returned = b.add(
        b.company("Ängsro Omsorg i Granby AB", "88101", years=2, officers=b.board(director, audited=False))
    )
    b.plant(case, "uppsagd utförare återkommer i nytt bolag", ["WEL-08"], returned, ended)
    fresh = b.add(b.company("Björkallén Omsorg AB", "88101", years=6, officers=b.board(deputy, b.person())))
    b.honest(case, "företrädaren var bara suppleant hos den uppsagda utföraren", fresh)
    files = {
        "avslutade-avtal.csv": _table(
            "Organisationsnummer;Namn;Beslutsdatum;Skäl;Diarienummer;Avtalsslag",
            (ended.number, ended.name, b.days_ago(400), "felaktig fakturering", "VN 2025/0112", "LOV"),
        ),
    }
    parties = [party(each, "provider") for each in (returned, fresh)]
    definition = _case(
        case,
        "welfare_provider",
        "LOV",
        "VN 2026/0044",
        "Ansökningar om hemtjänst i valfrihetssystemet",
        parties=parties,
    )
    return definition, files


def _tiers(b: Builder) -> tuple[dict[str, Any], Files]:
    """Running contracts: a third tier that nobody declared, contracts ended before, a handler's link; look-alikes."""
    case = "avtalsuppfoljning-led"

    def builder(name: str, sni: str = "43341") -> Organisation:
        return b.add(b.company(name, sni, audited=True))

    deep, first, second, third = (
        builder(f"{word} Måleri AB") for word in ("Kvastgrens", "Rönnbergets", "Slånbackens", "Vinterhages")
    )
    b.plant(case, "tredje led som ingen har angett", ["NET-04"], deep, first, second, third)
    flat, one, two = (builder(f"{word} Måleri AB") for word in ("Lövsalens", "Hagtorns", "Brudbärs"))
    b.honest(case, "två led, båda angivna", flat, note=f"anlitar {one.name} och {two.name}")
    shown_out = builder("Tallmons Städ AB", "81210")
    b.plant(case, "kommunen har hävt ett tidigare avtal med bolaget", ["NET-02"], shown_out)
    shrunk = builder("Granhöjdens Städ AB", "81210")
    b.honest(case, "tidigare avtal avslutat av volymskäl", shrunk, "NET-02")
    handler = b.person("Disa", "Videlund", female=True)
    linked = b.add(b.company("Lindallens Trädgård AB", "81300", years=9, officers=b.board(b.person(), handler)))
    b.plant(case, "handläggare sitter i leverantörens styrelse", ["COI-01"], linked)
    namesake, other = b.person("Sven", "Timjansten"), b.person("Sven", "Timjansten")
    honest = b.add(b.company("Hasselbackens Trädgård AB", "81300", years=11, officers=b.board(other, b.person())))
    b.honest(case, "företrädaren är en namne till handläggaren", honest)
    files = {
        "underleverantorer.csv": _table(
            "Avtal;Leverantör;Underleverantör;Underleverantörens namn;Led;Tillåtna led",
            ("KS 2026/7", deep.number, first.number, first.name, 1, 2),
            ("KS 2026/7", first.number, second.number, second.name, 2, ""),
            ("KS 2026/7", second.number, third.number, third.name, "", ""),
            ("KS 2026/8", flat.number, one.number, one.name, 1, 2),
            ("KS 2026/8", one.number, two.number, two.name, 2, ""),
        ),
        "avslutade-avtal.csv": _table(
            "Organisationsnummer;Beslutsdatum;Skäl;Diarienummer;Avtalsslag",
            (shown_out.number, b.days_ago(700), "avtalsbrott", "KS 2024/0931", "LOU"),
            (shrunk.number, b.days_ago(500), "volym", "KS 2025/0207", "LOU"),
        ),
        "handlaggare.csv": _table(
            "Handläggare;Personnummer;Relation;Organisationsnummer",
            (handler.name, handler.number, "", ""),
            (namesake.name, namesake.number, "", ""),
        ),
    }
    parties = [party(each, "supplier") for each in (deep, flat, shown_out, shrunk, linked, honest)]
    definition = _case(
        case, "contract_monitoring", "running_contract", "KS 2026/0501", "Leverantörsled och jäv i sex avtal",
        directive_scope=True, parties=parties,
    )  # fmt: skip
    return definition, files


def _premises(b: Builder) -> tuple[dict[str, Any], Files]:
    """Tenants: one with somebody else behind, one whose owner changed, one young with its parent's guarantee."""
    case = "lokalavtal-underlag"
    buyer, heir = b.person("Rolf", "Näckrosdahl"), b.person("Ulla", "Säveberg", female=True)
    front = b.add(b.company("Skeppsbrons Handel AB", "46900", days=300))
    payer = b.add(b.company("Inre Hamnens Finans AB", "64212", years=3, employer=False))
    b.plant(
        case,
        "ung hyresgäst med ny ägare, annan betalare och annan bransch",
        ["LEA-08", "LEA-04", "LEA-01"],
        front,
        payer,
        tolerated=("IDN-01",),
    )
    sold = b.add(b.company("Vattentornets Bageri AB", "10710", years=12))
    b.plant(case, "ägarbyte efter tillträdet utan anmälan", ["LEA-03"], sold)
    parent = b.add(b.company("Hantverkarnas Kvarn AB", "64212", years=14))
    young = b.add(b.company("Kvarnholmens Bageri AB", "10710", days=250))
    b.honest(case, "ung hyresgäst vars moderbolag gått i borgen och betalar", young, "IDN-01")
    bods = [
        _owned(b, front, buyer, b.days_ago(60)),
        _owned(b, sold, heir, b.days_ago(90)),
    ]
    files = {
        "hyresvillkor.csv": _table(
            "Hyresgäst;Lokal;Ändamål;Tillåten SNI;Tillträde;Ägarklausul;Borgensman",
            (front.number, "Skeppsbron 3", "Bageri", "107", b.days_ago(20), "nej", ""),
            (sold.number, "Vattentorget 1", "Bageri", "107", b.days_ago(900), "ja", ""),
            (young.number, "Kvarnholmen 5", "Bageri", "107", b.days_ago(30), "ja", parent.number),
        ),
        "betalningar.csv": _table(
            "Hyresgäst;Betalare;Betalarens namn;Antal betalningar",
            (front.number, payer.number, payer.name, 3),
            (sold.number, sold.number, sold.name, 12),
            (young.number, parent.number, parent.name, 2),
        ),
    }
    definition = _case(
        case, "lease", "lease_running", "FN 2026/0140", "Tre bagerilokaler",
        parties=[party(each, "lessee") for each in (front, sold, young)], bods=bods,
    )  # fmt: skip
    return definition, files


def _owned(b: Builder, owned: Organisation, owner: Person, since: date) -> dict[str, Any]:
    """An ownership file: one owner of everything, since that day."""
    name = f"{owned.number}.json"
    b.ownership[name] = declaration(
        record_id(owned),
        [
            organisation_record(owned),
            human("per-owner", owner.name, owner.birth_date, "SE"),
            holding("per-owner", record_id(owned), 100, beneficial=True, since=since),
        ],
        b.as_of,
        owned.name,
    )
    return {"name": name, "organisation_number": owned.number}
