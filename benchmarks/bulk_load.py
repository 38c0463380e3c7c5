"""How fast both register files load, next to raw COPY of the same rows in the same run.

    python benchmarks/bulk_load.py [--organisations 3000000] [--json]

Makes the sandbox municipality's two bulk files as of two days four weeks apart (one row in a hundred differs), starts
an embedded PostgreSQL of its own, and measures

* raw COPY: the very rows that the loader stores (same columns, ready-made text, read from disk) into plain tables
  without indexes or computed columns;
* first load: from zip to committed mirror with its indexes, in a process of its own (peak memory is that process's);
* re-load of the later files: rows written, change events, seconds;
* the same files once more: nothing is done.

Targets: first load at a quarter of raw COPY or better, under 1 GB.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from psycopg import sql

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from connectors.bolagsverket_bulk import client as bolagsverket_client
from connectors.bulk import BulkFile, ReadReport
from connectors.sandbox import bulk as sandbox_bulk
from connectors.scb_bulk import client as scb_client
from screening.store import register_load
from screening.store.database import Database
from screening.store.embedded import EmbeddedPostgres
from screening.store.keys import KEY_BYTES, Keyring

OPEN = {"bolagsverket_bulk": bolagsverket_client.open_file, "scb_bulk": scb_client.open_file}
AS_OF = date(2026, 11, 16)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=int, default=3_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--directory", type=Path, help="where to work (default: a temporary directory)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--load", nargs=3, metavar=("URL", "BOLAGSVERKET", "SCB"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.load:
        print(json.dumps(_load(*arguments.load)))
        return 0
    with ExitStack() as stack:
        directory = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="genomlys-bench-", dir=arguments.directory))
        )
        directory.chmod(0o711)  # the server may run as another user and has to pass through
        result = _run(directory, arguments.organisations, arguments.seed, quiet=arguments.json)
    print(json.dumps(result, indent=2) if arguments.json else _table(result))
    return 0


def _say(quiet: bool, message: str) -> None:
    if not quiet:
        print(message, file=sys.stderr, flush=True)


def _run(directory: Path, organisations: int, seed: int, *, quiet: bool) -> dict[str, Any]:
    result: dict[str, Any] = {"organisations": organisations}
    files = {}
    for name, day in (("before", AS_OF - timedelta(days=28)), ("after", AS_OF)):
        _say(quiet, f"writing the files of {day}")
        written = sandbox_bulk.write(directory / name, seed, organisations, AS_OF, day=day)
        files[name] = (written.bolagsverket, written.scb)
        result[f"written_{name}"] = {
            "bolagsverket_rows": written.bolagsverket_rows,
            "scb_rows": written.scb_rows,
            "seconds": round(written.seconds, 1),
        }
    server = EmbeddedPostgres(directory / "state")
    try:
        url = server.start()
        database = Database(url, Keyring(bytes(range(KEY_BYTES))))
        database.upgrade()
        _say(quiet, "raw COPY")
        result["raw_copy"] = _raw_copy(database, directory, files["before"])
        for step, name in (("first_load", "before"), ("reload", "after"), ("same_again", "after")):
            _say(quiet, step)
            result[step] = _in_own_process(url, files[name])
            if step == "first_load":  # right before and right after: the machine may grow busier meanwhile
                result["raw_copy_again"] = _raw_copy(database, directory, files["before"])
        database.close()
    finally:
        server.destroy()
    raws = (result["raw_copy"], result["raw_copy_again"])
    raw = sum(each["rows"] for each in raws) / sum(each["seconds"] for each in raws)
    result["ratio_to_raw_copy"] = round(result["first_load"]["rows_per_second"] / raw, 3)
    result["peak_memory_mb"] = result["first_load"]["peak_memory_mb"]
    return result


def _raw_copy(database: Database, directory: Path, paths: tuple[Path, Path]) -> dict[str, Any]:
    """Seconds for COPY alone of every row that the loader stores."""
    rows, seconds, size = 0, 0.0, 0
    for mirror, path in zip(register_load.MIRRORS.values(), paths, strict=True):
        columns = ("number", "hash", "load_id", "line", *mirror.columns)
        ready = directory / "rows.copy"
        with ready.open("wb") as stream:
            for batch in mirror.batches(path, ReadReport()):
                hashes = register_load._hashes(batch.texts).tolist()
                stream.write(register_load._copy_block(batch.numbers, hashes, 1, batch.lines, batch.texts))
                rows += len(batch.numbers)
        size += ready.stat().st_size
        kinds = {"number": "bigint", "hash": "bigint", "load_id": "integer", "line": "integer"}
        table = sql.Identifier(f"raw_{mirror.table}")
        with database.copy_connection() as connection:
            connection.execute(
                sql.SQL("CREATE TABLE {} ({})").format(
                    table,
                    sql.SQL(", ").join(
                        sql.SQL("{} {} NOT NULL").format(sql.Identifier(name), sql.SQL(kinds.get(name, "text")))
                        for name in columns
                    ),
                )
            )
        started = time.perf_counter()
        with (
            database.copy_connection() as connection,
            connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy,
            ready.open("rb") as stream,
        ):
            while block := stream.read(1 << 20):
                copy.write(block)
        seconds += time.perf_counter() - started
        with database.copy_connection() as connection:
            connection.execute(sql.SQL("DROP TABLE {}").format(table))
        ready.unlink()
    return {"rows": rows, "mb": size >> 20, "seconds": round(seconds, 2), "rows_per_second": round(rows / seconds)}


def _in_own_process(url: str, paths: tuple[Path, Path]) -> dict[str, Any]:
    command = [sys.executable, __file__, "--load", url, *map(str, paths)]
    finished = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(finished.stdout.strip().splitlines()[-1])
    return found


def _load(url: str, *paths: str) -> dict[str, Any]:
    database = Database(url, Keyring(bytes(range(KEY_BYTES))))
    loads: dict[str, Any] = {}
    rows, seconds = 0, 0.0
    for (source, open_file), path in zip(OPEN.items(), paths, strict=True):
        started = time.perf_counter()
        file: BulkFile = open_file(Path(path))
        report = register_load.load(database, source, file)
        taken = time.perf_counter() - started
        rows += report.rows
        seconds += taken
        loads[source] = {
            "state": report.state,
            "rows": report.rows,
            "rows_written": report.rows_written,
            "new": report.new,
            "changed": report.changed,
            "removed": report.removed,
            "persons_skipped": report.persons,
            "rejected": report.rejected_count,
            "events": report.events,
            "seconds": round(taken, 2),
        }
    return {
        "sources": loads,
        "rows": rows,
        "rows_written": sum(each["rows_written"] for each in loads.values()),
        "events": sum(each["events"] for each in loads.values()),
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _table(result: dict[str, Any]) -> str:
    first, again, same = result["first_load"], result["reload"], result["same_again"]
    return "\n".join(
        (
            f"organisations            {result['organisations']:>12,}",
            f"raw COPY                 {result['raw_copy']['rows_per_second']:>12,} rows/s  "
            f"({result['raw_copy']['rows']:,} rows, {result['raw_copy']['mb']} MB, {result['raw_copy']['seconds']} s; "
            f"again {result['raw_copy_again']['rows_per_second']:,} rows/s)",
            f"first load, both files   {first['rows_per_second']:>12,} rows/s  "
            f"({first['rows']:,} rows, {first['seconds']} s)",
            f"ratio to raw COPY        {result['ratio_to_raw_copy']:>12}  (target 0.25)",
            f"peak memory, loader      {first['peak_memory_mb']:>12} MB "
            f"(target below 1024; re-load {again['peak_memory_mb']})",
            f"re-load                  {again['seconds']:>12} s  ({again['rows_written']:,} rows written, "
            f"{again['events']:,} events)",
            f"the same files again     {same['seconds']:>12} s  ({same['rows_written']:,} rows written)",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
