"""Measure name comparison and list screening on labelled data that is not part of the product.

Usage: ``python benchmarks/matching.py [path to shared]``. Prints F1 at the default threshold for each set of pairs,
then, for the UN and OFAC lists, recall on altered names, alerts on names that are on no list, and queries a second.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectors.lists import read_issue
from graph.matching import ListIndex, ScreeningQuery
from graph.model import EntityKey, ListedName, ListedSchema, ListEntry
from graph.names import DEFAULT_THRESHOLD, similarity, warm_up

SCHEMAS = {
    "Person": ListedSchema.PERSON,
    "Company": ListedSchema.ORGANISATION,
    "Organization": ListedSchema.ORGANISATION,
    "Vessel": ListedSchema.VESSEL,
}
OFAC_TYPES = {"individual": ListedSchema.PERSON, "vessel": ListedSchema.VESSEL, "aircraft": ListedSchema.AIRCRAFT}
NEGATIVES_STEP = 12
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BIRTH = re.compile(r"DOB (?:circa )?(?:(\d{1,2}) )?(?:([A-Z][a-z]{2}) )?(\d{4})")


def _open(path: Path) -> Any:
    return gzip.open(path, "rt", errors="replace") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _name(side: dict[str, str]) -> str:
    return side.get("name") or " ".join(side[part] for part in ("firstName", "middleName", "lastName") if part in side)


def pairs(folder: Path) -> None:
    for path in sorted(folder.glob("*.jsonl*")):
        right = wrong = missed = total = 0
        started = time.process_time()
        with _open(path) as lines:
            for row in map(json.loads, lines):
                if "label" not in row:
                    continue
                schemas = [SCHEMAS[row["schema"]]] if row["schema"] in SCHEMAS else list(SCHEMAS.values())[:2]
                found = (
                    max(similarity(_name(row["left"]), _name(row["right"]), s) for s in schemas) >= DEFAULT_THRESHOLD
                )
                total += 1
                right += found and row["label"] == 1
                wrong += found and row["label"] == 0
                missed += not found and row["label"] == 1
        if total:
            seconds = time.process_time() - started
            f1 = 2 * right / max(1, 2 * right + wrong + missed)
            print(f"{path.name:28} pairs {total:6} F1 {f1:.3f}  {total / seconds:8.0f} pairs/s")


def entries(shared: Path) -> Iterator[ListEntry]:
    united_nations = shared / "samples/sanctions-un/consolidated-2026-02-27.xml.gz"
    yield from read_issue("un_sc", gzip.decompress(united_nations.read_bytes())).entries
    folder = shared / "bench/lists/ofac_2022-01"
    aliases: dict[str, list[ListedName]] = {}
    with _open(folder / "alt.csv.gz") as lines:
        for row in csv.reader(lines):
            if len(row) > 3:
                aliases.setdefault(row[0], []).append(ListedName(row[3].strip(), "alias"))
    with _open(folder / "sdn.csv.gz") as lines:
        for row in csv.reader(lines):
            if len(row) > 3:
                schema = OFAC_TYPES.get(row[2].strip(), ListedSchema.ORGANISATION)
                names = (ListedName(row[1].strip()), *aliases.get(row[0], ()))
                yield ListEntry("ofac_sdn", row[0], schema, names, birth_dates=_births(row[-1]))


def _births(remarks: str) -> tuple[str, ...]:
    """The birth dates in an SDN row's remarks ("DOB 07 Oct 1954; alt. DOB 1955")."""
    found = []
    for day, month, year in _BIRTH.findall(remarks):
        parts = [year, *([f"{MONTHS.index(month) + 1:02}"] if month in MONTHS else [])]
        found.append("-".join([*parts, *([f"{int(day):02}"] if day and len(parts) == 2 else [])]))
    return tuple(found)


def _rows(path: Path) -> list[dict[str, str]]:
    with _open(path) as lines:
        return list(csv.DictReader(lines))


def _query(row: dict[str, str], with_birth_date: bool) -> ScreeningQuery:
    birth_date = row["date_of_birth"] if with_birth_date else ""
    return ScreeningQuery(EntityKey("PERSON:0"), ListedSchema.PERSON, (row["full_name"],), birth_date or None)


def screening(shared: Path) -> None:
    listed = list(entries(shared))
    started = time.process_time()
    index = ListIndex.build(listed)
    print(f"{len(listed)} entries indexed in {time.process_time() - started:.1f} s")
    folder = shared / "bench/names/yente_screening"
    by_name: dict[tuple[str, ...], set[str]] = {}
    for entry in listed:
        for name in entry.names:
            by_name.setdefault(_words(name.name), set()).add(entry.entry)
    original = _rows(folder / "positives_un_untreated.csv")
    altered = _rows(folder / "positives_un_treated.csv")
    sought = [by_name.get(_words(row["full_name"]), set()) for row in original]
    negatives = [
        row for name in ("global", "us") for row in _rows(folder / f"negatives_{name}.csv.gz")[1::NEGATIVES_STEP]
    ]
    for with_birth_date in (False, True):
        known = [(row, wanted) for row, wanted in zip(altered, sought, strict=True) if wanted]
        found = sum(
            any(hit.entry.entry in wanted for hit in index.screen(_query(row, with_birth_date)))
            for row, wanted in known
        )
        started = time.process_time()
        alerts = sum(bool(index.screen(_query(row, with_birth_date))) for row in negatives)
        seconds = time.process_time() - started
        print(
            f"{'with birth date' if with_birth_date else 'name only'}: recall {found / len(known):.4f} ({len(known)})  "
            f"alerts {alerts / len(negatives):.3%} ({len(negatives)})  {len(negatives) / seconds:.0f} queries/s"
        )


def _words(name: str) -> tuple[str, ...]:
    return tuple(sorted(name.upper().replace("-", " ").split()))


def main() -> None:
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "shared"
    warm_up()
    pairs(shared / "bench/names")
    screening(shared)


if __name__ == "__main__":
    main()
