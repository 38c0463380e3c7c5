"""``genomlys read``: one file of one source into facts, without storing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from api.cli.output import Exit, clear_messages, console, emit, errors, refuse
from api.cli.render import display_key
from connectors.reading import read_file
from connectors.registry import SOURCES
from screening.store.keys import Keyring, TenantKeyer


def read(
    source: Annotated[str, typer.Argument(help="Source id, e.g. bolagsverket_vdm, ssbtgu, un_sc, bods.")],
    files: Annotated[list[Path], typer.Argument(help="Files as the source publishes them (plain, .gz or .zip).")],
    as_json: Annotated[bool, typer.Option("--json", help="Print facts as JSON.")] = False,
    limit: Annotated[int, typer.Option(help="Facts to print as a table; 0 = only the counts.")] = 20,
) -> None:
    """Read files of a source and show the facts they state, with the place of each. Nothing is stored.

    Persons are shown under keys made for this very command; a personnummer is never shown.
    """
    if source not in SOURCES:
        refuse(f"there is no source {source!r}; the sources are {', '.join(sorted(SOURCES))}")
    keyer = TenantKeyer(Keyring.generate(), "read")
    results: list[dict[str, Any]] = []
    failed = False
    for path in files:
        try:
            with clear_messages():
                result = read_file(source, path, keyer)
        except typer.Exit:
            failed = True
            continue
        if as_json:
            results.append(
                {
                    "file": path.name,
                    "facts": [{**asdict(fact), "id": fact.id} for fact in result.facts],
                    "answers": [asdict(answer) for answer in result.answers],
                    "rejected": [asdict(row) for row in result.rejected],
                }
            )
            continue
        counts = Counter(fact.predicate.value for fact in result.facts)
        summary = ", ".join(f"{count} {name}" for name, count in counts.most_common())
        console.print(f"[bold]{path.name}[/bold]: {len(result.facts)} facts ({summary or '–'})")
        if limit:
            table = Table("subject", "predicate", "value", "place", box=None, padding=(0, 2, 0, 0))
            for fact in result.facts[:limit]:
                value = ", ".join(f"{name}={item}" for name, item in fact.value.items() if item is not None)
                table.add_row(display_key(fact.subject), fact.predicate.value, escape(value[:80]), escape(fact.place))
            console.print(table)
        for row in result.rejected[:20]:
            errors.print(f"  [yellow]left out[/yellow] {escape(f'{row.place}: {row.reason.both}')}", highlight=False)
        if len(result.rejected) > 20:
            errors.print(f"  … and {len(result.rejected) - 20} more")
    if as_json:
        emit(results)
    if failed:
        raise typer.Exit(int(Exit.BAD_INPUT))
