"""Every library counts the same on the same links, and a library that is not run says why."""

import json

import pytest
from typer.testing import CliRunner

from api.cli import bench_graph
from api.cli.bench_graph import ENGINES, NETWORKX_MOST, measure


def test_all_libraries_find_the_same() -> None:
    found = {name: measure(name, 3000, 4000)["found"] for name in ENGINES if bench_graph._left_out(name, 3000) is None}
    assert {"genomlys", "scipy", "networkx"} <= set(found)
    assert len({json.dumps(each) for each in found.values()}) == 1


def test_networkx_is_left_out_of_large_registers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_graph, "ENGINES", {"networkx": ENGINES["networkx"]})
    app = bench_graph.typer.Typer()
    app.command()(bench_graph.graph)
    result = CliRunner().invoke(app, ["--organisations", str(NETWORKX_MOST + 1), "--no-database", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["engines"] == {
        "networkx": {"left_out": f"only up to {NETWORKX_MOST} organisations"}
    }
