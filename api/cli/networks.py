"""``genomlys graph`` and ``genomlys paths``: the network of a case, and how two of its entities hang together."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from api.cli.output import ACTOR, console, emit, errors, refuse
from api.cli.session import default_tenant, opened
from graph.export import FORMATS
from graph.export.paths import paths as as_json
from graph.identity import organisationsnummer
from graph.identity.errors import InvalidIdentifier
from graph.matching.same_holder import with_same_joined
from graph.model import organisation_key
from graph.network import Network
from graph.paths import LIMIT, LONGEST, explained_paths
from screening.dossier import Dossier
from screening.store import dossiers

AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="A day: what held then by what is known now."),
]


def graph(
    case: Annotated[str, typer.Argument(help="The case's id.")],
    format_: Annotated[str, typer.Option("--format", help="One of " + ", ".join(FORMATS))] = "cytoscape",
    as_of: AsOfOption = None,
    output: Annotated[Path | None, typer.Option(help="Write to this file instead of the terminal.")] = None,
) -> None:
    """Export the network of a case. Persons go by name and keyed hash; a personnummer is never exported."""
    if format_ not in FORMATS:
        refuse(f"there is no format {format_!r}; the formats are {', '.join(FORMATS)}")
    dossier, network = _network(case, as_of)
    day = as_of.date() if as_of else dossier.as_of.date()
    content = FORMATS[format_].write(network, {party.key for party in dossier.case.parties}, day)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as problem:
        refuse(f"{output}: cannot be written ({problem.strerror})")
    errors.print(f"{output}: {len(content)} bytes", highlight=False)


def paths(
    case: Annotated[str, typer.Argument(help="The case's id.")],
    start: Annotated[str, typer.Argument(metavar="A", help="Organisation number, or a node's id in the graph.")],
    end: Annotated[str, typer.Argument(metavar="B", help="Organisation number, or a node's id in the graph.")],
    as_of: AsOfOption = None,
    longest: Annotated[int, typer.Option(min=1, max=8, help="Links at most.")] = LONGEST,
    limit: Annotated[int, typer.Option(min=1, max=50, help="Paths at most.")] = LIMIT,
    english: Annotated[bool, typer.Option("--english", help="Sentences in English.")] = False,
    as_json_: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show how two entities of a case hang together: shortest first, every link with its document."""
    _, network = _network(case, as_of)
    ends = [_entity(network, given) for given in (start, end)]
    report = explained_paths(network, *ends, longest=longest, limit=limit)
    if as_json_:
        emit(as_json(network, report))
        return
    language = "en" if english else "sv"
    for path in report.paths:
        console.print(escape(getattr(path.text, language)), highlight=False, soft_wrap=True)
        documents = sorted({f"{fact.source} {fact.document[:12]}" for hop in path.hops for fact in hop.facts})
        console.print(f"  [dim]{escape(', '.join(documents))}[/dim]", highlight=False, soft_wrap=True)
    for sentence in (*(hub.text for hub in report.set_aside), *report.notes):
        console.print(f"[yellow]{escape(getattr(sentence, language))}[/yellow]", highlight=False, soft_wrap=True)


def _network(case: str, as_of: datetime | None) -> tuple[Dossier, Network]:
    with opened() as runtime, runtime.database.transaction(default_tenant(runtime), ACTOR) as session:
        dossier = dossiers.build(session, case)
    day: date | None = as_of.date() if as_of else None
    network = with_same_joined(
        Network.of(dossier.facts, dossier.as_of) if day is None else Network.at(dossier.facts, day)
    )
    return dossier, network


def _entity(network: Network, given: str) -> str:
    if network.read_as(given) in network.graph:
        return network.read_as(given)
    try:
        key = organisation_key(organisationsnummer.validate(given, strict=False))
    except InvalidIdentifier:
        return refuse("an end is neither an organisation number nor the id of a node in the case's graph")
    if key not in network.graph:
        refuse(f"{given} is not in the case's network; «genomlys graph» lists what is")
    return key
