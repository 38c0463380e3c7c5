"""``genomlys ownership``: who owns and controls, from a file of edges, a BODS file or a case."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from api.cli.output import ACTOR, clear_messages, console, emit, read_whole, refuse
from api.cli.session import default_tenant, opened
from connectors import edges
from connectors.base import MalformedContent, SourceKind
from connectors.hardened import parse_json
from connectors.reading import MAXIMUM_BYTES, read_file
from graph.export.control import control
from graph.matching.same_holder import with_same_joined
from graph.model import organisation_key
from graph.network import Network
from graph.ownership import Stakes, control_report, controlled, listed_owned
from screening.intake.personal import without_personal_numbers
from screening.store import dossiers
from screening.store.keys import Keyring, TenantKeyer

LARGEST_SUMMARY = 2_000
"""Of larger networks it is not shown what every single owner would reach: that is one run an owner."""


@dataclass(frozen=True, slots=True)
class Structure:
    """One network to report on."""

    name: str
    network: Network
    subjects: tuple[str, ...]
    """Whom to report on unless told otherwise."""
    listed: tuple[str, ...] = ()
    plain: bool = False
    """Plain edges: nothing says who is a person, so whoever nobody owns may be one."""
    unit: str | None = None


def ownership(
    source: Annotated[str, typer.Argument(help="A file of edges [owner, owned, share], a BODS file, or a case's id.")],
    subject: Annotated[list[str] | None, typer.Option(help="Only this entity (key or organisation number).")] = None,
    listed: Annotated[list[str] | None, typer.Option(help="Treat this owner as listed (asset freeze).")] = None,
    relatives: Annotated[
        list[str] | None, typer.Option(help="Persons whom a register calls close relatives: KEY,KEY.")
    ] = None,
    english: Annotated[bool, typer.Option("--english", help="Sentences in English.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show owners (low, mid, high), who controls, beneficial owners, and what listed and Russian owners reach.

    Exact through circles. A stake without a figure is shown as unknown, never as nothing.
    """
    groups = [[_key(part) for part in group.split(",")] for group in relatives or ()]
    with clear_messages():
        structures = _structures(source)
    results = []
    for structure in structures:
        chosen = tuple(_known(structure, entity) for entity in subject) if subject else structure.subjects
        seeds = tuple(dict.fromkeys((*structure.listed, *(_known(structure, entity) for entity in listed or ()))))
        results.append(_result(structure, chosen, seeds, groups))
    if as_json:
        emit(results)
        return
    for result in results:
        _show(result, "en" if english else "sv", several=len(results) > 1)


def _key(entity: str) -> str:
    digits = entity.replace("-", "").strip()
    return organisation_key(digits) if len(digits) == 10 and digits.isdigit() and digits[2] >= "2" else entity.strip()


def _known(structure: Structure, entity: str) -> str:
    for key in (entity, _key(entity)):
        if key in structure.network.graph:
            return key
    return refuse(f"{without_personal_numbers(entity)} is not in {structure.name or 'the network'}")


def _structures(source: str) -> list[Structure]:
    path = Path(source)
    if not path.exists():
        try:
            return [_case(str(uuid.UUID(source)))]
        except ValueError:
            raise FileNotFoundError(2, "", source) from None
    keyer = TenantKeyer(Keyring.generate(), "ownership")
    content = read_whole(path, MAXIMUM_BYTES[SourceKind.FILE] + 1)
    try:
        plain = edges.looks_like_edges(parse_json(content, edges.SOURCE))
    except MalformedContent:
        plain = False  # the reader of BODS says what is wrong, or reads what is packed or has one statement a line
    if plain:
        return [
            Structure(part.name, network, _owned(network), part.listed, True, part.unit)
            for part in edges.read(content, keyer)
            for network in (Network.of(part.facts),)
        ]
    network = Network.of(read_file("bods", path, keyer).facts, datetime.now(UTC))
    return [Structure(path.name, network, _owned(network))]


def _owned(network: Network) -> tuple[str, ...]:
    return tuple(key for key in network.keys if network.owners(key))


def _case(identifier: str) -> Structure:
    with opened() as runtime, runtime.database.transaction(default_tenant(runtime), ACTOR) as session:
        dossier = dossiers.build(session, identifier)
    network = with_same_joined(Network.of(dossier.facts, dossier.as_of))
    return Structure(identifier, network, tuple(dict.fromkeys(party.key for party in dossier.case.parties)))


def _result(
    structure: Structure, subjects: Collection[str], listed: tuple[str, ...], relatives: list[list[str]]
) -> dict[str, Any]:
    network = structure.network
    stakes = Stakes.of(network)
    ends = [key for key in network.keys if key in stakes.owned and key not in stakes.owners]
    persons = ends if structure.plain else None
    reports = [
        control(network, control_report(network, key, listed=listed, relatives=relatives, persons=persons))
        for key in subjects
    ]
    votes = Stakes.of(network, votes=True)
    summarised = sorted(stakes.owned) if len(stakes.owned) <= LARGEST_SUMMARY else []
    return {
        "id": structure.name,
        "unit": structure.unit,
        "entities": reports,
        "control": {key: sorted(controlled(votes, key)) for key in summarised},
        "blocked_if_listed": {key: sorted(item.key for item in listed_owned(stakes, [key])) for key in summarised},
        "listed": list(listed),
        "blocked": sorted(item.key for item in listed_owned(stakes, listed)),
    }


def _show(result: dict[str, Any], language: str, *, several: bool) -> None:
    if several:
        console.print(f"[bold]{escape(result['id'])}[/bold]", highlight=False)
    if result["unit"] == "fraction":
        console.print("[dim]no share is above 1: shares were read as fractions of one[/dim]", highlight=False)
    for entity in result["entities"]:
        console.print(f"[bold]{escape(entity['name'])}[/bold]", highlight=False)
        for sentence in entity["sentences"]:
            console.print(f"  {escape(sentence[language])}", highlight=False, soft_wrap=True)
    if result["blocked"]:
        names = ", ".join(result["blocked"])
        console.print(f"[bold]blocked[/bold] {escape(names)}", highlight=False, soft_wrap=True)
