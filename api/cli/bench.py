"""``genomlys bench``: measure matching on labelled data. Nothing is stored, nothing is learnt from it.

Speeds are per second of processor time of this one process, so that they are a core's whatever else the machine does.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import json
import re
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from api.cli.output import clear_messages, console, emit, refuse
from connectors import lists
from connectors.base import MalformedContent
from connectors.reading import read_document
from graph.collection import keep_for_good
from graph.matching import ListIndex, ScreeningQuery
from graph.matching.pairs import score_pairs
from graph.matching.records import Column, Record, read_records, recognise
from graph.matching.resolution import THRESHOLD, quality, resolve
from graph.model import EntityKey, ListedSchema, ListEntry
from graph.names import DEFAULT_THRESHOLD, warm_up

app = typer.Typer(help="Measure matching on labelled data, and graph work.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
FEBRL = re.compile(r"rec-(\d+)-")
MAXIMUM_LINE = 1_000_000
"""Characters of a line; a longer one is no row of a benchmark."""


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    """The file's text, unpacked if its name ends with ``.gz``; a damaged one ends the command with a message."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="") as text:
                yield text
        else:
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
                yield text
    except (gzip.BadGzipFile, EOFError, zlib.error):
        refuse(f"{path.name}: is not a whole gzip file")


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with _open(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            if len(line) > MAXIMUM_LINE:
                refuse(f"{path.name}, line {number}: is longer than {MAXIMUM_LINE} characters")
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                refuse(f"{path.name}, line {number}: is not JSON; each line must be one object")
            if not isinstance(row, dict):
                refuse(f"{path.name}, line {number}: is not an object")
            yield row


def _csv_rows(path: Path) -> list[dict[str, str]]:
    with _open(path) as lines:
        sample = lines.read(4096)
        lines.seek(0)
        first = sample.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        try:
            rows = csv.DictReader(
                (line.replace("\0", "") for line in lines), delimiter=delimiter, skipinitialspace=True
            )
            return [{key.strip(): value or "" for key, value in row.items() if isinstance(key, str)} for row in rows]
        except csv.Error as problem:
            refuse(f"{path.name}: is not CSV that can be read ({problem})")


def _show(result: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        emit(result)
        return
    for name, value in result.items():
        console.print(f"{name:18} {f'{value:.4f}' if isinstance(value, float) else value}", highlight=False)


def _per_second(count: int, seconds: float) -> float:
    return round(count / max(seconds, 1e-9), 1)


@app.command("pairs")
def pairs(
    file: Annotated[Path, typer.Argument(help="JSON lines (or .gz): schema, left, right, label.")],
    threshold: Annotated[float, typer.Option(min=0.0, max=1.0, help="Score from which a pair matches.")] = (
        DEFAULT_THRESHOLD
    ),
    as_json: Json = False,
) -> None:
    """Precision, recall and F1 on labelled pairs, and pairs a second. Rows without a label are left out and counted."""
    with clear_messages():
        rows = list(_json_lines(file))
    labelled = [row for row in rows if row.get("label") in (0, 1, True, False)]
    warm_up()
    started = time.process_time()
    scores = score_pairs(labelled)
    seconds = time.process_time() - started
    found = scores >= threshold
    right = sum(bool(hit) and bool(row["label"]) for hit, row in zip(found, labelled, strict=True))
    wrong = int(found.sum()) - right
    missed = sum(bool(row["label"]) for row in labelled) - right
    strong = [
        str(row.get("id", position))
        for position, (hit, row) in enumerate(zip(found, labelled, strict=True), start=1)
        if str(row.get("group", "")).endswith("STRONG") and bool(hit) != bool(row["label"])
    ]
    _show(
        {
            "pairs": len(labelled),
            "unlabelled": len(rows) - len(labelled),
            "threshold": threshold,
            "precision": round(right / (right + wrong), 4) if right + wrong else 0.0,
            "recall": round(right / (right + missed), 4) if right + missed else 0.0,
            "f1": round(2 * right / (2 * right + wrong + missed), 4) if right + wrong + missed else 0.0,
            "strong_failures": strong,
            "pairs_per_s": _per_second(len(labelled), seconds),
        },
        as_json,
    )


# ---------------------------------------------------------------------- screening


def _entries(path: Path) -> tuple[ListEntry, ...]:
    """The entries of a list's file, whichever of the lists it is."""
    reasons = []
    found: tuple[ListEntry, ...] = ()
    for source in lists.LIST_SOURCES:
        try:
            found = lists.read_issue(source, read_document(source, path)).entries
        except MalformedContent as problem:
            reasons.append(f"{source}: {problem}")
        else:
            break
    if found:
        return found
    return refuse(f"{path.name}: is none of the lists that can be read. {' · '.join(reasons)[:600]}")


def _query(row: Mapping[str, str], number: int, name_only: bool) -> ScreeningQuery:
    name = row.get("full_name") or row.get("name") or ""
    country = row.get("nationality", "").strip().lower()
    return ScreeningQuery(
        EntityKey(f"BENCH:{number}"),
        ListedSchema.PERSON,
        (name,),
        birth_date=None if name_only else row.get("date_of_birth") or None,
        countries=() if name_only or len(country) != 2 else (country,),
    )


def _words(name: str) -> tuple[str, ...]:
    return tuple(sorted(name.upper().replace("-", " ").split()))


@app.command("screening")
def screening(
    positives: Annotated[Path, typer.Option(help="CSV (or .gz) of listed persons, their names altered.")],
    negatives: Annotated[list[Path], typer.Option(help="CSV (or .gz) of persons on no list (repeat).")],
    list_files: Annotated[list[Path] | None, typer.Option("--list", help="A list's file (repeat).")] = None,
    more_lists: Annotated[list[Path] | None, typer.Argument(help="More list files.")] = None,
    original: Annotated[
        Path | None,
        typer.Option(help="The positives before they were altered; default the file beside them, «untreated»."),
    ] = None,
    name_only: Annotated[bool, typer.Option("--name-only", help="Give no birth date and no country.")] = False,
    as_json: Json = False,
) -> None:
    """Recall, top-1, alert rate and queries a second of screening against lists read from files.

    A positive is found when a hit is the very entry whose name the unaltered row bears; rows whose unaltered name is on
    none of the lists are left out of recall (`truth_known` counts the others). Without unaltered rows any hit counts.
    """
    files = [*(list_files or []), *(more_lists or [])]
    if not files:
        refuse("give at least one list with --list")
    with clear_messages():
        entries = [entry for file in files for entry in _entries(file)]
        altered = _csv_rows(positives)
        strangers = [row for file in negatives for row in _csv_rows(file)]
        beside = positives.with_name(positives.name.replace("_treated", "_untreated"))
        source = original or (beside if beside.exists() else positives)
        unaltered = _csv_rows(source)
    warm_up()
    started = time.process_time()
    index = ListIndex.build(entries)
    build_seconds = time.process_time() - started
    keep_for_good()
    bearers: dict[tuple[str, ...], set[tuple[str, str]]] = defaultdict(set)
    for entry in entries:
        for name in entry.names:
            bearers[_words(name.name)].add((entry.list, entry.entry))
    by_row = {row.get("row", str(number)): row for number, row in enumerate(unaltered)}
    sought = [
        bearers.get(_words(by_row.get(row.get("row", str(number)), row).get("full_name", "")), set())
        for number, row in enumerate(altered)
    ]
    queries = [_query(row, number, name_only) for number, row in enumerate(altered)]
    strange = [_query(row, number, name_only) for number, row in enumerate(strangers)]
    started = time.process_time()
    answers = [index.screen(query) for query in queries]
    alerts = sum(bool(index.screen(query)) for query in strange)
    seconds = time.process_time() - started
    # Whoever has left the lists since the positives were collected cannot be found, nor missed.
    told = source != positives and any(sought)
    found = first = total = 0
    for hits, wanted in zip(answers, sought, strict=True):
        if told and not wanted:
            continue
        keys = [(hit.entry.list, hit.entry.entry) for hit in hits]
        total += 1
        found += bool(wanted.intersection(keys)) if wanted else bool(keys)
        first += (keys[0] in wanted if wanted else True) if keys else False
    total = max(1, total)
    _show(
        {
            "entries": len(entries),
            "names": sum(len(entry.names) for entry in entries),
            "name_only": name_only,
            "positives": len(queries),
            "truth_known": sum(map(bool, sought)),
            "recall": round(found / total, 4),
            "top_1": round(first / total, 4),
            "negatives": len(strange),
            "alerts": alerts,
            "alert_rate": round(alerts / max(1, len(strange)), 6),
            "queries_per_s": _per_second(len(queries) + len(strange), seconds),
            "build_seconds": round(build_seconds, 2),
        },
        as_json,
    )


# ---------------------------------------------------------------------- same person, same company


def _flat(value: Mapping[str, Any]) -> dict[str, Any]:
    """A record with its lists of features (Senzing's ``FEATURES``) as columns; repeated ones get a number."""
    flat: dict[str, Any] = {}
    for name, item in value.items():
        if isinstance(item, list):
            for part in item:
                for key, inner in part.items() if isinstance(part, dict) else ():
                    column = key
                    for number in itertools.count(2):
                        if column not in flat:
                            break
                        column = f"{key}_{number}"
                    flat[column] = inner
        elif not isinstance(item, dict):
            flat[name] = item
    return flat


def _rows(path: Path) -> list[dict[str, Any]]:
    name = path.name.removesuffix(".gz")
    if name.endswith((".json", ".jsonl", ".ndjson")):
        return [_flat(row) for row in _json_lines(path)]
    return [dict(row) for row in _csv_rows(path)]


def _groups(labels: Mapping[str, str]) -> set[tuple[str, str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for key, label in labels.items():
        if label:
            grouped[label].append(key)
    return {pair for keys in grouped.values() for pair in itertools.combinations(sorted(keys), 2)}


def _truth_file(path: Path) -> tuple[set[tuple[str, str]], bool]:
    """The pairs that ``path`` says are one, and whether its keys are ``source:key``."""
    rows = _rows(path)
    columns = list(rows[0]) if rows else []
    words = {column: set(re.split(r"[^a-z]+", column.casefold())) for column in columns}
    cluster = next(
        (
            column
            for column in columns
            if words[column] & {"cluster", "group", "entity"} and "test" not in words[column]
        ),
        None,
    )
    source = next((column for column in columns if "source" in words[column]), None)
    if cluster is not None:
        keys = [column for column in columns if column not in (cluster, source) and "id" in words[column]]
        if not keys:
            refuse(f"{path.name}: has no column of record ids beside {cluster}")
        labels = {
            (f"{row[source]}:" if source else "") + str(row[keys[-1]]).strip(): str(row[cluster]).strip()
            for row in rows
        }
        return _groups(labels), source is not None
    keys = [column for column in columns if words[column] & {"id", "rec", "key", "left", "right"} and column != source]
    if len(keys) < 2:
        refuse(f"{path.name}: must have a cluster and a record id, or two record ids, a row")
    label = next((column for column in columns if words[column] & {"label", "score", "match"}), None)
    true = [row for row in rows if label is None or str(row[label]).strip().casefold() in _YES]
    found = ((str(row[keys[0]]).strip(), str(row[keys[1]]).strip()) for row in true)
    return {(min(pair), max(pair)) for pair in found}, False


_YES = {"1", "1.0", "true", "match", "yes", "ja"}


@app.command("resolve")
def resolve_records(
    files: Annotated[list[Path], typer.Argument(help="CSV or JSON lines (or .gz) of records; several are one table.")],
    truth: Annotated[
        str,
        typer.Option(
            help="File of (cluster, record id) or of (id, id), a column of the records, or «febrl» (ids rec-N-…)."
        ),
    ],
    threshold: Annotated[float, typer.Option(min=0.5, max=0.999999, help="Probability from which two are one.")] = (
        THRESHOLD
    ),
    as_json: Json = False,
) -> None:
    """Precision, recall and F1 of pairs found to be the same person or company, and records a second.

    Columns are known by the words in their names, so that a table is read as it is: febrl's, Splink's, or Senzing's
    truth set («customers.jsonl watchlist.jsonl reference.jsonl --truth truthset_key.csv», where the key has the
    columns CLUSTER_ID, DATA_SOURCE and RECORD_ID; flat rows and rows with FEATURES are both read).
    """
    with clear_messages():
        tables = [_rows(file) for file in files]
    rows = [row for table in tables for row in table]
    records = [record for table in tables for record in read_records(table)]
    if not records:
        refuse("there are no records in what was given")
    by_source = False
    if Path(truth).is_file():
        with clear_messages():
            true, by_source = _truth_file(Path(truth))
    if by_source:
        records = [replace(record, key=f"{record.source}:{record.key}") for record in records]
    records = _distinct(records)
    if not Path(truth).is_file():
        labels = _labels(truth, rows, records)
        true = _groups(labels)
    known = {record.key for record in records}
    given = len(true)
    true = {pair for pair in true if known.issuperset(pair)}
    if given and not true:
        refuse(
            f"--truth: none of its {given} pairs is among the records; its ids must be the records' own "
            f"(such as {', '.join(sorted(known)[:3])})"
        )
    warm_up()
    started = time.process_time()
    found = resolve(records, threshold=threshold)
    seconds = time.process_time() - started
    measured = quality(found.pairs(), true)
    _show(
        {
            "records": len(records),
            "true_pairs": len(true),
            "found_pairs": sum(1 for _ in found.pairs()),
            "candidates": found.candidates,
            "weights_learnt": found.model.learnt,
            **{name: round(value, 4) for name, value in measured.items()},
            "seconds": round(seconds, 2),
            "records_per_s": _per_second(len(records), seconds),
        },
        as_json,
    )


def _distinct(records: Sequence[Record]) -> list[Record]:
    """Records with keys of their own: a key seen again gets a number."""
    seen: dict[str, int] = {}
    distinct = []
    for record in records:
        seen[record.key] = seen.get(record.key, 0) + 1
        count = seen[record.key]
        distinct.append(record if count == 1 else replace(record, key=f"{record.key}~{count}"))
    return distinct


def _labels(truth: str, rows: Sequence[Mapping[str, Any]], records: Sequence[Record]) -> dict[str, str]:
    if truth == "febrl":
        found = {record.key: FEBRL.match(record.key) for record in records}
        return {key: match.group(1) if match else "" for key, match in found.items()}
    columns = {str(column).strip() for row in rows[:1] for column in row}
    if truth not in columns:
        refuse(f"--truth: {truth!r} is neither a file nor a column; the columns are {', '.join(sorted(columns))[:300]}")
    if recognise(truth) is not Column.IGNORED:
        refuse(f"--truth: the column {truth!r} is one that records are compared by")
    return {record.key: str(row.get(truth, "")) for record, row in zip(records, rows, strict=True)}
