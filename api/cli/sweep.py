"""``genomlys sweep``: leads about organisations from the whole mirrored register."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from api.cli.output import ACTOR, clear_messages, console, emit, errors
from api.cli.session import default_tenant, opened
from graph.text import Text

if TYPE_CHECKING:
    from workers.sweep_register import SweepReport

SHOWN = 10
"""Leads of each kind printed without ``--json``."""

_HUBS = {
    "public": Text("offentlig verksamhet", "public body"),
    "accountant": Text("redovisningsbyrå på adressen", "accounting firm at the address"),
    "lawyer": Text("advokatbyrå på adressen", "law firm at the address"),
    "office_services": Text("kontorstjänster på adressen", "office services at the address"),
    "other": Text("okänd anledning", "reason not known"),
}
_SHARED = {
    "address": Text("adress", "address"),
    "name": Text("namnets första ord", "the name's first word"),
    "industry": Text("bransch", "industry"),
}
_HEADINGS = {
    "address_hubs": Text(
        "Adresser med många konkurser eller nya bolag", "Addresses with many bankruptcies or new companies"
    ),
    "clusters": Text("Kortlivade bolag som hör ihop", "Short-lived companies that belong together"),
    "successors": Text("Nya bolag som följer på bolag i konkurs", "New companies that follow bankrupt ones"),
    "circles": Text("Bolag som äger varandra i cirkel", "Companies that own each other in a circle"),
}


def sweep(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most leads of each kind.")] = 100,
    english: Annotated[bool, typer.Option("--english", help="Texts in English instead of Swedish.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Look through the whole mirrored register for what needs no persons: leads, not verdicts.

    Crowded addresses, clusters of short-lived companies, successors to bankrupt companies, and circular ownership in
    the open cases. Nothing is stored but a note in the audit trail that it was done.
    """
    from workers.sweep_register import sweep_register  # loads scipy, which no other command needs

    with opened() as runtime, clear_messages(), errors.status("looking through the register …"):
        report = sweep_register(runtime, default_tenant(runtime), ACTOR, limit=limit)
    if as_json:
        emit(_as_json(report))
    else:
        _show(report, "en" if english else "sv")


def _as_json(report: SweepReport) -> dict[str, Any]:
    from workers.sweep_register import EXPLANATIONS, PREAMBLE

    return {
        **asdict(report),
        "note": {"sv": PREAMBLE.sv, "en": PREAMBLE.en},
        "explanations": {
            kind: [{"sv": text.sv, "en": text.en} for text in texts] for kind, texts in EXPLANATIONS.items()
        },
    }


def _show(report: SweepReport, language: str) -> None:
    from workers.sweep_register import EXPLANATIONS, PREAMBLE

    def say(text: Text) -> str:
        return escape(text.sv if language == "sv" else text.en)

    def line(text: Text) -> None:
        console.print(f"  {say(text)}", highlight=False, soft_wrap=True)

    console.print(say(PREAMBLE), style="dim", soft_wrap=True)
    for kind, heading in _HEADINGS.items():
        console.print(f"\n{say(heading)}: {report.counts[kind]}", style="bold", highlight=False)
        lines = {"address_hubs": _hubs, "clusters": _clusters, "successors": _successors, "circles": _circles}[kind]
        told = lines(report)
        for text in told[:SHOWN]:
            line(text)
        if report.counts[kind] > SHOWN:
            rest = report.counts[kind] - SHOWN
            line(Text(f"… och {rest} till (--json visar dem)", f"… and {rest} more (--json shows them)"))
        if told:
            reasons = "; ".join(say(text) for text in EXPLANATIONS[kind])
            console.print(f"  {say(Text('Tänk på', 'Consider'))}: {reasons}", style="dim", soft_wrap=True)
    ordinary = sum(report.set_aside["ordinary_hubs"].values())
    words = report.set_aside["common_words"]
    console.print()
    line(
        Text(
            f"Lagt åt sidan som samband: {ordinary} adresser med många bolag men få konkurser och nya, och {words} "
            "förstaord som många namn har gemensamma.",
            f"Set aside as links: {ordinary} addresses with many companies but few bankruptcies and new ones, and "
            f"{words} first words that many names share.",
        )
    )
    line(
        Text(
            f"{report.organisations} organisationer enligt registret den {report.as_of}, "
            f"{report.seconds['all']:.1f} s.",
            f"{report.organisations} organisations by the register of {report.as_of}, {report.seconds['all']:.1f} s.",
        )
    )


def _hubs(report: SweepReport) -> list[Text]:
    return [
        Text(
            f"{hub['address']}: {hub['active']} aktiva, {hub['bankrupt_3_years']} konkurser på tre år "
            f"({hub['bankrupt_percent']:.0f} %), {hub['registered_12_months']} nya på ett år; {_HUBS[hub['kind']].sv}",
            f"{hub['address']}: {hub['active']} active, {hub['bankrupt_3_years']} bankruptcies in three years "
            f"({hub['bankrupt_percent']:.0f}%), {hub['registered_12_months']} new in a year; {_HUBS[hub['kind']].en}",
        )
        for hub in report.address_hubs
    ]


def _named(organisation: dict[str, str]) -> str:
    number = organisation["number"]
    shown = f"{number[:6]}-{number[6:]}" if number.isdecimal() else number
    return f"{organisation['name']} ({shown})".strip()


def _clusters(report: SweepReport) -> list[Text]:
    found = []
    for cluster in report.clusters:
        names = ", ".join(_named(each) for each in cluster["organisations"])
        months = f"{cluster['median_months']:.0f}"
        found.append(
            Text(
                f"{cluster['address']}: {len(cluster['organisations'])} bolag, {cluster['bankrupt']} i konkurs, "
                f"medianlivslängd {months} månader: {names}",
                f"{cluster['address']}: {len(cluster['organisations'])} companies, {cluster['bankrupt']} bankrupt, "
                f"median life {months} months: {names}",
            )
        )
    return found


def _successors(report: SweepReport) -> list[Text]:
    found = []
    for pair in report.successors:
        days = pair["days_after_bankruptcy"]
        shared = [_SHARED[kind] for kind in pair["shared"]]
        new, old = _named(pair["new"]), _named(pair["old"])
        found.append(
            Text(
                f"{new} registrerades {abs(days)} dagar {'efter' if days >= 0 else 'före'} konkursen i {old}; "
                f"gemensamt: {', '.join(text.sv for text in shared)}",
                f"{new} was registered {abs(days)} days {'after' if days >= 0 else 'before'} the bankruptcy of {old}; "
                f"in common: {', '.join(text.en for text in shared)}",
            )
        )
    return found


def _circles(report: SweepReport) -> list[Text]:
    shown = [", ".join(_named(each) for each in circle) for circle in report.circles]
    return [Text(each, each) for each in shown]
