"""``genomlys``: the command line.

One module a group of commands. A command parses, calls the layer below and shows; it holds no rule. Every command that
prints results has ``--json``. Exit codes: 0 done, 1 something outside failed, 2 bad input, 3 incomplete screening.
"""

from __future__ import annotations

import logging
import sys

import typer

from api.cli import (
    bench,
    bench_graph,
    case,
    demo,
    feed,
    match,
    networks,
    operate,
    ownership,
    read,
    records,
    resolve,
    screen,
    sweep,
    token,
)
from workers.logs import configure

EPILOG = "Exit codes: 0 done · 1 something outside failed · 2 bad input · 3 incomplete screening."

app = typer.Typer(
    name="genomlys",
    help="Background checks of a municipality's counterparties that hold in court. A person decides, not the machine.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo", epilog=EPILOG)(demo.demo)
app.command("up", epilog=EPILOG)(operate.up)
app.command("serve", epilog=EPILOG)(operate.serve)
app.command("worker", epilog=EPILOG)(operate.worker)
app.command("screen", epilog=EPILOG)(screen.screen)
app.command("verify", epilog=EPILOG)(screen.verify)
app.command("read", epilog=EPILOG)(read.read)
app.command("ownership", epilog=EPILOG)(ownership.ownership)
app.command("paths", epilog=EPILOG)(networks.paths)
app.command("graph", epilog=EPILOG)(networks.graph)
app.command("config", epilog=EPILOG)(operate.config)
app.command("match", epilog=EPILOG)(match.match)
app.command("resolve", epilog=EPILOG)(resolve.resolve)
app.command("sweep", epilog=EPILOG)(sweep.sweep)
bench.app.command("graph")(bench_graph.graph)
case.app.command("records")(records.hand_in)
app.add_typer(bench.app, name="bench")
app.add_typer(case.app, name="case")
app.add_typer(feed.app, name="feed")
app.add_typer(token.app, name="token")
app.add_typer(token.tenant_app, name="tenant")
app.add_typer(operate.database_app, name="db")
app.add_typer(operate.audit_app, name="audit")


def main() -> None:
    """Entry point: logs to the error stream, problems as messages."""
    configure(logging.ERROR)  # a command says itself what it did; services log more
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
