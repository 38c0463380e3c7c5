"""``genomlys feed``: load registers and lists."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.cli.output import Exit, clear_messages, console, emit, errors, refuse
from api.cli.session import opened
from connectors.lists import LIST_SOURCES
from screening.store.lists import ListRefused
from screening.store.register_load import LoadRefused
from workers import feeds, freshness, reverse

app = typer.Typer(help="Load the registers' bulk files and the lists.", no_args_is_help=True)


@app.command("load")
def load(
    source: Annotated[str, typer.Argument(help="Source id, or «all».")],
    location: Annotated[str | None, typer.Argument(help="File or URL; default the source's own address.")] = None,
    accept_count: Annotated[
        bool,
        typer.Option("--accept-count", help="Load although the size guard refuses: a person has checked the file."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Load a feed. Only what changed is written; a damaged or shrunk file leaves what was there."""
    if source != "all" and source not in feeds.FEEDS:
        refuse(f"{source!r} is not a feed; the feeds are {', '.join(feeds.FEEDS)}")
    if source == "all" and location:
        refuse("give a file or URL only together with one source")
    reports = []
    failed = False
    with opened() as runtime, clear_messages():
        for name in feeds.FEEDS if source == "all" else (source,):
            try:
                with errors.status(f"loading {name} …"):
                    if location and "://" in location:
                        report = feeds.load_from(runtime, name, location, accept_count=accept_count)
                    else:
                        report = feeds.load(
                            runtime, name, file=Path(location) if location else None, accept_count=accept_count
                        )
            except (ListRefused, LoadRefused) as refused:
                errors.print(f"[red]refused:[/red] {escape(refused.text.both)}", highlight=False)
                failed = True
                continue
            again = reverse.screen_changed(runtime, name) if name in LIST_SOURCES and report.state == "loaded" else None
            reports.append({**asdict(report), "screened_again": len(again.runs) if again else 0})
            if not as_json:
                counts = ", ".join(f"{key} {value}" for key, value in report.counts.items() if value)
                console.print(f"{report.source}: {report.state} in {report.seconds:.1f} s ({counts})")
                if again and again.runs:
                    console.print(f"  {len(again.runs)} of {again.cases} open cases are screened again")
                for row in report.rejected:
                    errors.print(
                        f"  [yellow]left out[/yellow] {escape(f'{row.place}: {row.reason.both}')}", highlight=False
                    )
    if as_json:
        emit(reports)
    if failed:
        raise typer.Exit(int(Exit.BAD_INPUT))


@app.command("list")
def list_feeds(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Show every source and how fresh what we hold from it is."""
    with opened() as runtime:
        states = freshness.states(runtime)
    if as_json:
        emit(
            [
                {
                    "source": state.description.id,
                    "stated_at": state.stated_at,
                    "loaded_at": state.loaded_at,
                    "rows": state.rows,
                    "stale": state.stale,
                }
                for state in states
            ]
        )
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("source", "name", "held from", "rows", "state"):
        table.add_column(heading, no_wrap=heading != "name", justify="right" if heading == "rows" else "left")
    for state in states:
        note = {None: "", True: "[red]stale[/red]", False: "fresh"}[state.stale]
        held = state.stated_at or state.loaded_at
        table.add_row(
            state.description.id,
            state.description.name_sv,
            held.date().isoformat() if held else "–",
            str(state.rows) if state.rows is not None else "–",
            note,
        )
    console.print(table)
