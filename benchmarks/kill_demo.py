"""Kills one process of ``genomlys demo`` at a random moment, again and again, and compares the verdicts.

    python -m benchmarks.kill_demo [--rounds 3] [--kinds worker,valkey,postgres,sandbox,api,demo] [--seed N] --json

An undisturbed run gives the verdicts to compare with and the time within which to kill. ``demo`` kills the command
itself, which is then started again as ``make demo`` does; every other kind is restarted by the demo's own supervisor.
Prints one JSON object: runs, same, and for each that differed what differed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from screening.store.embedded import EmbeddedPostgres

KINDS = ("worker", "valkey", "postgres", "sandbox", "api", "demo")
MARKS = {
    "worker": "workers.worker",
    "valkey": "valkey-server",
    "sandbox": "connectors.sandbox",
    "api": "api.server",
}
KILLED = -9


def comparable(report: dict[str, Any]) -> dict[str, Any]:
    """Verdicts without ids, times and hashes, by the case's reference."""
    found = {}
    for entry in report["cases"]:
        screening = entry["screening"]
        found[entry["case"]["reference"]] = {
            "verdict": [screening["level"], screening["code"], screening["complete"]],
            "parties": sorted([each["party"], each["level"], each["complete"]] for each in screening["parties"]),
            "findings": sorted(
                [each["indicator"], each["party"], each["level"], each["statement"]["sv"]]
                for each in screening["findings"]
            ),
            "coverage": sorted(
                [each["party"], each["source"], each["status"], each["reason"] or ""] for each in screening["coverage"]
            ),
        }
    return found


def start(state: Path, output: Path) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GENOMLYS_")}
    with output.open("wb") as written, (state / "stderr").open("ab") as complaints:
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("genomlys")), "demo", "--json"],
            stdout=written,
            stderr=complaints,
            env={**environment, "GENOMLYS_STATE_DIR": str(state)},
        )


def processes(state: Path, kind: str) -> list[psutil.Process]:
    """The demo's processes of a kind: those that name its state directory or carry it in their environment."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            command = " ".join(process.cmdline())
            if kind == "valkey":
                mine = MARKS[kind] in command and str(state) in process.cwd()
            else:
                mine = MARKS[kind] in command and process.environ().get("GENOMLYS_STATE_DIR", "").startswith(str(state))
            if mine and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def postgres_process(state: Path, chance: random.Random) -> list[psutil.Process]:
    """The demo's postmaster or, as often, one of the processes behind its connections."""
    pid = EmbeddedPostgres(state / "demo").process_id
    if pid is None:
        return []
    with contextlib.suppress(psutil.Error):
        postmaster = psutil.Process(pid)
        backends = [each for each in postmaster.children() if "genomlys genomlys" in " ".join(each.cmdline())]
        return [chance.choice(backends)] if backends and chance.random() < 0.5 else [postmaster]
    return []


def disturbed(state: Path, kind: str, within: float, chance: random.Random) -> dict[str, Any]:
    """One run with one kill; its exit codes, the moment, and its verdicts."""
    output = state / "demo.json"
    began = time.monotonic()
    process = start(state, output)
    moment = chance.uniform(0.5, within)
    struck = None
    codes = []
    while True:
        if struck is None and time.monotonic() - began >= moment:
            if kind == "demo":
                process.kill()
                struck = time.monotonic() - began
            elif targets := postgres_process(state, chance) if kind == "postgres" else processes(state, kind):
                target = chance.choice(targets)
                with contextlib.suppress(psutil.NoSuchProcess):
                    target.kill()
                    struck = time.monotonic() - began
        code = process.poll()
        if code is not None:
            codes.append(code)
            if code == KILLED and len(codes) < 3:
                process = start(state, output)
                continue
            break
        time.sleep(0.02)
    result: dict[str, Any] = {
        "kind": kind,
        "killed_at": None if struck is None else round(struck, 2),
        "codes": codes,
        "seconds": round(time.monotonic() - began, 1),
    }
    if codes[-1] == 0:
        result["verdicts"] = comparable(json.loads(output.read_bytes()))
    else:
        result["stderr"] = (state / "stderr").read_text(errors="replace")[-2000:]
    return result


def difference(expected: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    differing: dict[str, Any] = {}
    for reference in expected.keys() | found.keys():
        for part in ("verdict", "parties", "findings", "coverage"):
            before, after = (each.get(reference, {}).get(part, []) for each in (expected, found))
            if before != after:
                differing[f"{reference} {part}"] = {
                    "lost": [item for item in before if item not in after],
                    "added": [item for item in after if item not in before],
                }
    return differing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="runs for each kind of process")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="genomlys-kill-demo-") as name:
        state = Path(name)
        state.chmod(0o711)
        began = time.monotonic()
        process = start(state, state / "demo.json")
        if process.wait() != 0:
            raise SystemExit((state / "stderr").read_text(errors="replace")[-4000:])
        undisturbed_seconds = time.monotonic() - began
        expected = comparable(json.loads((state / "demo.json").read_bytes()))
        rounds = []
        shortest = undisturbed_seconds
        for kind in [kind for _ in range(options.rounds) for kind in options.kinds.split(",")]:
            result = disturbed(state, kind, shortest * 0.85, chance)
            shortest = min(shortest, result["seconds"])
            verdicts = result.pop("verdicts", None)
            result["same"] = verdicts == expected
            if verdicts is not None and verdicts != expected:
                result["difference"] = difference(expected, verdicts)
            rounds.append(result)
            if not options.json:
                print(json.dumps(result, ensure_ascii=False), flush=True)
        EmbeddedPostgres(state / "demo").destroy()
    print(
        json.dumps(
            {
                "seed": options.seed,
                "undisturbed_seconds": round(undisturbed_seconds, 1),
                "runs": len(rounds),
                "killed": sum(1 for result in rounds if result["killed_at"] is not None),
                "same": sum(1 for result in rounds if result["same"]),
                "by_kind": {
                    kind: f"{sum(r['same'] for r in rounds if r['kind'] == kind)}/"
                    f"{sum(1 for r in rounds if r['kind'] == kind)}"
                    for kind in options.kinds.split(",")
                },
                "longest_seconds": max((result["seconds"] for result in rounds), default=0),
                "differing": [result for result in rounds if not result["same"]],
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
