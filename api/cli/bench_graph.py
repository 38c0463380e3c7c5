"""``genomlys bench graph``: whole-register graph work, beside other libraries on the same links in the same run.

The links are drawn at random, every pair equally likely: harder on the processor's caches than a real register, whose
neighbours lie near each other. Each library runs in a process of its own, so that peak memory is its own.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing import get_context
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from api.cli.output import console, emit, errors
from api.cli.session import opened

LINKS_PER_ORGANISATION = 15 / 8
"""3 million links to 1.6 million organisations."""
NEIGHBOURHOODS = 1000
SEED = 20_261_122
NETWORKX_MOST = 200_000
"""With more organisations networkx needs minutes and gigabytes."""

Ints = NDArray[np.int64]


def graph(
    organisations: Annotated[int, typer.Option(min=1000, max=20_000_000, help="Organisations.")] = 1_600_000,
    links: Annotated[int | None, typer.Option(min=1, help="Links; default 15 to 8 organisations.")] = None,
    database: Annotated[bool, typer.Option(help="Also two-hop neighbourhoods from PostgreSQL.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Build, components, strongly connected, two-hop neighbourhoods; networkx, igraph and scipy beside."""
    count = links or round(organisations * LINKS_PER_ORGANISATION)
    result: dict[str, Any] = {"organisations": organisations, "links": count, "neighbourhoods": NEIGHBOURHOODS}
    engines: dict[str, Any] = {}
    for name in ENGINES:
        reason = _left_out(name, organisations)
        if reason is not None:
            engines[name] = {"left_out": reason}
            continue
        with errors.status(f"{name} …"):
            engines[name] = _in_own_process(name, organisations, count)
    result["engines"] = engines
    if database:
        with errors.status("PostgreSQL …"):
            result["postgresql"] = _postgresql(organisations, count)
    emit(result) if as_json else _show(result)


def _left_out(name: str, organisations: int) -> str | None:
    if name == "networkx" and organisations > NETWORKX_MOST:
        return f"only up to {NETWORKX_MOST} organisations"
    if name == "igraph" and find_spec("igraph") is None:
        return "not installed"
    return None


def _in_own_process(name: str, organisations: int, links: int) -> dict[str, Any]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, name, organisations, links).result()


def drawn(organisations: int, links: int) -> tuple[Ints, Ints, Ints]:
    """Sources, targets and the organisations whose neighbourhoods are asked for."""
    random = np.random.default_rng(SEED)
    return (
        random.integers(0, organisations, links),
        random.integers(0, organisations, links),
        random.choice(organisations, min(NEIGHBOURHOODS, organisations), replace=False),
    )


class _Clock:
    """Wall and processor seconds of each step, by name."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = {}
        self.processor: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        wall, processor = time.perf_counter(), time.process_time()
        yield
        self.wall[name] = round(time.perf_counter() - wall, 3)
        self.processor[name] = round(time.process_time() - processor, 3)


def measure(name: str, organisations: int, links: int) -> dict[str, Any]:
    """Run one library on the links of this size; seconds of each step, what it found, and this process's peak memory.

    Memory includes Python, the libraries and the links themselves.
    """
    source, target, asked = drawn(organisations, links)
    clock = _Clock()
    found = ENGINES[name](clock, organisations, source, target, asked)
    three = ("build", "components", "strong")
    return {
        "seconds": clock.wall,
        "processor_seconds": clock.processor,
        "build_components_strong_seconds": round(sum(clock.wall[step] for step in three), 3),
        "build_components_strong_processor_seconds": round(sum(clock.processor[step] for step in three), 3),
        "found": dict(zip(("components", "strong", "neighbours"), found, strict=True)),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


Found = tuple[int, int, int]
"""Components, strongly connected groups, neighbours within two steps (all asked organisations together)."""


def _ours(clock: _Clock, organisations: int, source: Ints, target: Ints, asked: Ints) -> Found:
    from graph.register.links import Links

    with clock.step("build"):
        links = Links.of(organisations, source, target)
    with clock.step("components"):
        components, _ = links.components()
    with clock.step("strong"):
        strong, _ = links.strong_components()
    with clock.step("both_directions"):
        _ = links.either_way
    with clock.step("two_hop"):
        _, near = links.within_two(asked)
    return components, strong, len(near)


def _scipy(clock: _Clock, organisations: int, source: Ints, target: Ints, asked: Ints) -> Found:
    from scipy.sparse import coo_array, csr_array
    from scipy.sparse.csgraph import connected_components

    with clock.step("build"):
        marks = np.ones(len(source), dtype=np.int8)
        matrix = coo_array((marks, (source, target)), shape=(organisations, organisations)).tocsr()
    with clock.step("components"):
        components, _ = connected_components(matrix, directed=True, connection="weak")
    with clock.step("strong"):
        strong, _ = connected_components(matrix, directed=True, connection="strong")
    with clock.step("both_directions"):
        both = (matrix + matrix.T).astype(np.int64).tocsr()
    with clock.step("two_hop"):
        chosen = csr_array(
            (np.ones(len(asked), dtype=np.int64), (np.arange(len(asked)), asked)), shape=(len(asked), organisations)
        )
        near = chosen @ both
        near = (near + near @ both).tocoo()
        neighbours = int((near.col != asked[near.row]).sum())
    return int(components), int(strong), neighbours


def _igraph(clock: _Clock, organisations: int, source: Ints, target: Ints, asked: Ints) -> Found:
    import igraph

    with clock.step("build"):
        network = igraph.Graph(organisations, np.stack((source, target), axis=1), directed=True)
    with clock.step("components"):
        components = len(network.connected_components(mode="weak"))
    with clock.step("strong"):
        strong = len(network.connected_components(mode="strong"))
    with clock.step("two_hop"):
        neighbours = sum(len(near) - 1 for near in network.neighborhood(asked.tolist(), order=2, mode="all"))
    return components, strong, neighbours


def _networkx(clock: _Clock, organisations: int, source: Ints, target: Ints, asked: Ints) -> Found:
    import networkx

    with clock.step("build"):
        network: networkx.DiGraph[int] = networkx.DiGraph()
        network.add_nodes_from(range(organisations))
        network.add_edges_from(zip(source.tolist(), target.tolist(), strict=True))
    with clock.step("components"):
        components = networkx.number_weakly_connected_components(network)
    with clock.step("strong"):
        strong = networkx.number_strongly_connected_components(network)
    with clock.step("two_hop"):
        both = network.to_undirected(as_view=True)
        neighbours = sum(
            len(networkx.single_source_shortest_path_length(both, node, cutoff=2)) - 1 for node in asked.tolist()
        )
    return components, strong, neighbours


ENGINES: dict[str, Callable[[_Clock, int, Ints, Ints, Ints], Found]] = {
    "genomlys": _ours,
    "scipy": _scipy,
    "igraph": _igraph,
    "networkx": _networkx,
}


def _postgresql(organisations: int, links: int) -> dict[str, Any]:
    from screening.store.links import load_links, within_two

    source, target, asked = drawn(organisations, links)
    with opened() as runtime, runtime.database.copy_connection() as connection:
        started = time.perf_counter()
        load_links(connection, source, target)
        loaded = time.perf_counter() - started
        seconds = []
        for _ in range(3):
            started = time.perf_counter()
            neighbours = len(within_two(connection, asked.tolist()))
            seconds.append(time.perf_counter() - started)
        connection.rollback()
    return {
        "load_and_index_seconds": round(loaded, 2),
        "two_hop_seconds": round(min(seconds), 3),
        "two_hop_seconds_first": round(seconds[0], 3),
        "neighbours": neighbours,
    }


def _show(result: dict[str, Any]) -> None:
    from rich.table import Table

    columns = ("build", "components", "strong", "two_hop")
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", *columns, "three", "MB"):
        table.add_column(heading, justify="left" if not heading else "right", no_wrap=True)
    for name, engine in result["engines"].items():
        if "left_out" in engine:
            table.add_row(name, engine["left_out"])
            continue
        seconds = [f"{engine['seconds'][column]:.3f}" for column in columns]
        three = f"{engine['build_components_strong_seconds']:.2f}"
        table.add_row(name, *seconds, three, str(engine["peak_memory_mb"]))
    console.print(f"{result['organisations']:,} organisations, {result['links']:,} links; seconds", highlight=False)
    console.print(table)
    if "postgresql" in result:
        row = result["postgresql"]
        console.print(
            f"PostgreSQL: {NEIGHBOURHOODS} two-hop neighbourhoods in {row['two_hop_seconds']:.3f} s "
            f"(first time {row['two_hop_seconds_first']:.3f} s; load and index {row['load_and_index_seconds']:.1f} s)",
            highlight=False,
        )
