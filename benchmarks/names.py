"""Name pairs: Genomlys beside plain rapidfuzz and, where it is installed, nomenklatura's logic-v2, in one run.

Usage: ``python benchmarks/names.py [--shared DIR] [--nomenklatura PYTHON] [--write]``. ``PYTHON`` is the interpreter of
a separate environment with nomenklatura; it is no dependency of Genomlys. ``--write`` freezes the figures in
``benchmarks/results/names.json``. Every set is reported whole and in two halves by a hash of the row's id: error cases
were looked at in the half "open" only. The Swedish set is our own (graph/names/data/swedish_pairs.csv).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
THRESHOLD = 0.70
SETS = ("nk_name_bench", "nk_checks", "se_company", "ofac_alias", "autofj_pairs", "watchman_cross_script")
NOMENKLATURA = """
import json, sys, time
from followthemoney import model
from nomenklatura.matching import get_algorithm
algorithm = get_algorithm("logic-v2")
config = algorithm.default_config()
rows = json.load(sys.stdin)
def entity(key, schema, side):
    properties = {key: [value] for key, value in side.items()}
    return model.get_proxy({"id": key, "schema": schema, "properties": properties})
pairs = [
    (entity(f"l{i}", row["schema"], row["left"]), entity(f"r{i}", row["schema"], row["right"]))
    for i, row in enumerate(rows)
]
for schema in ("Person", "Company"):  # its tables are loaded by the first name of a kind
    algorithm.compare(entity("a", schema, {"name": "Anna Berg"}), entity("b", schema, {"name": "Anna Berg"}), config)
started = time.process_time()
scores = [algorithm.compare(*pair, config).score for pair in pairs]
json.dump({"scores": scores, "seconds": time.process_time() - started}, sys.stdout)
"""

Row = dict[str, Any]
Scorer = Callable[[Sequence[Row]], tuple[list[float], float]]


def read(path: Path) -> list[Row]:
    """The labelled rows of a set."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    return [row for row in map(json.loads, text.splitlines()) if "label" in row]


def swedish() -> list[Row]:
    """Our own set in the same shape."""
    path = HERE.parent / "graph/names/data/swedish_pairs.csv"
    with path.open(encoding="utf-8") as lines:
        return [
            {
                "id": f"{row['left']}|{row['right']}",
                "schema": row["schema"],
                "left": {"name": row["left"]},
                "right": {"name": row["right"]},
                "label": int(row["label"]),
            }
            for row in csv.DictReader(lines)
        ]


def genomlys(rows: Sequence[Row]) -> tuple[list[float], float]:
    """Our scores and the seconds they took, tables read beforehand, names not."""
    from graph.matching.pairs import score_pairs
    from graph.names import warm_up

    warm_up()
    started = time.process_time()
    scores = score_pairs(rows)
    return [float(score) for score in scores], time.process_time() - started


def rapidfuzz(rows: Sequence[Row]) -> tuple[list[float], float]:
    """Plain rapidfuzz: token_sort_ratio of the lower-cased names."""
    from rapidfuzz import fuzz

    started = time.process_time()
    scores = [
        fuzz.token_sort_ratio(*(" ".join(row[side].values()).lower() for side in ("left", "right"))) / 100
        for row in rows
    ]
    return scores, time.process_time() - started


def nomenklatura(python: str) -> Scorer:
    """logic-v2 run by another interpreter."""

    def scorer(rows: Sequence[Row]) -> tuple[list[float], float]:
        answer = subprocess.run(
            [python, "-c", NOMENKLATURA], input=json.dumps(list(rows)), capture_output=True, text=True, check=True
        )
        found = json.loads(answer.stdout)
        return found["scores"], found["seconds"]

    return scorer


def quality(scored: Sequence[tuple[float, int]]) -> dict[str, float]:
    """Precision, recall and F1 at the threshold."""
    right = sum(score >= THRESHOLD and label == 1 for score, label in scored)
    wrong = sum(score >= THRESHOLD and label == 0 for score, label in scored)
    missed = sum(score < THRESHOLD and label == 1 for score, label in scored)
    return {
        "precision": round(right / max(1, right + wrong), 4),
        "recall": round(right / max(1, right + missed), 4),
        "f1": round(2 * right / max(1, 2 * right + wrong + missed), 4),
    }


def is_open(row: Row) -> bool:
    """Whether the row is in the half whose errors were looked at."""
    return int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 2 == 0


def measure(rows: list[Row], scorer: Scorer) -> dict[str, Any]:
    """All figures of one system on one set."""
    scores, seconds = scorer(rows)
    scored = list(zip(scores, (row["label"] for row in rows), strict=True))
    halves = {
        name: quality([pair for pair, row in zip(scored, rows, strict=True) if is_open(row) is half])["f1"]
        for name, half in (("f1_open_half", True), ("f1_held_half", False))
    }
    strong = sum(
        "STRONG" in row.get("group", "") and (score >= THRESHOLD) != bool(label)
        for row, (score, label) in zip(rows, scored, strict=True)
    )
    speed = round(len(rows) / max(seconds, 1e-9))
    return {**quality(scored), **halves, "strong_failures": strong, "pairs_per_second": speed}


def main() -> None:
    """Measure, print, and freeze the figures when asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=HERE.parents[1] / "shared")
    parser.add_argument("--nomenklatura", metavar="PYTHON")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    systems: dict[str, Scorer] = {"genomlys": genomlys, "rapidfuzz_token_sort": rapidfuzz}
    if options.nomenklatura:
        systems["nomenklatura_logic_v2"] = nomenklatura(options.nomenklatura)
    sets = {"swedish": swedish()}
    for name in SETS:
        path = options.shared / "bench/names" / f"{name}.jsonl"
        sets[name] = read(path if path.exists() else path.with_suffix(".jsonl.gz"))
    results = {}
    for name, rows in sets.items():
        results[name] = {"pairs": len(rows)} | {system: measure(rows, scorer) for system, scorer in systems.items()}
        print(name, json.dumps(results[name]))
    if options.write:
        frozen = {"threshold": THRESHOLD, "python": sys.version.split()[0], "sets": results}
        (HERE / "results").mkdir(exist_ok=True)
        (HERE / "results/names.json").write_text(json.dumps(frozen, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
