"""``genomlys resolve`` against a register of three million: rows a second, memory, and how often it is right.

    python -m benchmarks.resolve_ledger [--organisations 3000000] [--rows 4000] [--json]

Makes the sandbox municipality's bulk files, adds organisations with names of their own and hard negatives to them (in
the sandbox hundreds bear each name), loads both into an embedded PostgreSQL, and resolves a ledger whose truth is
known: renamed, misspelt, wrong or missing number, moved, other legal form, foreign, not in the register, serial shelf
companies, «… i Stockholm AB» beside «… i Malmö AB». What is measured is the command's own path from the XLSX's bytes to
the added cells, in a process of its own.

*Sure* and *likely* are right when they name the organisation that the row was made of. A row about nobody in the
register has no right answer but *none* and *several*. ``--database URL`` measures one that was prepared before.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from connectors.bolagsverket_bulk import client as bolagsverket_client
from connectors.sandbox import bulk as sandbox_bulk
from connectors.sandbox import numbers
from connectors.scb_bulk import client as scb_client
from graph.names import warm_up
from screening.intake import ledger
from screening.intake.files import read_table
from screening.intake.ledger import Matched, Outcome
from screening.store import register_load, register_search
from screening.store.database import Database
from screening.store.embedded import EmbeddedPostgres
from screening.store.keys import KEY_BYTES, Keyring

AS_OF = date(2026, 11, 16)
DISTINCT = 260_000
"""Organisations with names of their own, beside the sandbox's."""
SHELVES = 400
TOWNS = ("Stockholm", "Malmö", "Göteborg", "Uppsala", "Västerås", "Örebro", "Lund", "Umeå")
ABSENT_TOWN = "Kiruna"
TRADES = ("Bygg", "El", "Måleri", "Transport", "Konsult", "Fastigheter", "Plåt", "Städ", "Restaurang", "Design")
HEADINGS = ("Leverantör", "Org.nr", "Adress", "Postnr", "Ort", "Belopp")
_HEADS = ("Br", "Fl", "Gr", "Kl", "M", "N", "Sk", "St", "Tr", "V", "L", "D", "Sp", "H", "R")
_HEARTS = ("a", "e", "i", "o", "u", "å", "ö")
_TAILS = ("nd", "rk", "lm", "st", "ng", "tt", "ll", "rn", "ck", "sk")


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation of the register, as far as a ledger knows it."""

    number: str
    name: str
    street: str
    postal_code: str
    city: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger: of what kind it is, whom it was made of (``None``: nobody in the register), its cells."""

    kind: str
    truth: str | None
    cells: tuple[str, str, str, str, str]


# ---------------------------------------------------------------------- the register


def _word(chance: random.Random) -> str:
    return "".join(
        chance.choice(_HEADS) + chance.choice(_HEARTS) + chance.choice(_TAILS) for _ in range(chance.choice((2, 2, 3)))
    ).capitalize()


def extras(seed: int, organisations: int) -> Iterator[Organisation]:
    """Organisations beside the sandbox's: shelves of one lawyer, namesakes by town, then names of their own."""
    chance = random.Random(seed)
    free = (
        number
        for number in map(numbers.complete, range(554_000_000, 555_000_000))
        if (numbers.ordinary_index(number, seed) or 0) >= organisations or numbers.ordinary_index(number, seed) is None
    )

    def made(name: str) -> Organisation:
        street = f"{_word(chance)}gatan {chance.randrange(1, 90)}"
        return Organisation(
            next(free), name, street, f"{chance.randrange(10_000, 98_000)}", chance.choice(TOWNS).upper()
        )

    for position in range(SHELVES):
        yield made(f"Startplattan {184_000 + 3 * position} Aktiebolag")
    for _ in range(60):
        stem = f"{_word(chance)} {chance.choice(TRADES)}"
        for town in TOWNS:
            yield made(f"{stem} i {town} AB")
    for _ in range(DISTINCT):
        words = [_word(chance), *([_word(chance)] if chance.random() < 0.4 else [])]
        yield made(f"{' & '.join(words)} {chance.choice(TRADES)} AB")


def _line(one: Organisation) -> str:
    return (
        f'"{one.number}$ORGNR-IDORG";"1";"SE-LAND";"{one.name}$FORETAGSNAMN-ORGNAM$2015-03-02";"AB-ORGFO";"";"";"";'
        f'"2015-03-02";"Verksamhet";"{one.street}$${one.city}${one.postal_code}$SE-LAND"\n'
    )


def with_rows(path: Path, target: Path, organisations: Iterable[Organisation]) -> Path:
    """Bolagsverket's file ``path`` with ``organisations`` added at its end."""
    with (
        zipfile.ZipFile(path) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written,
        source.open(source.infolist()[0]) as given,
        written.open(_same_member(source), "w", force_zip64=True) as made,
    ):
        while block := given.read(1 << 20):
            made.write(block)
        made.write("".join(map(_line, organisations)).encode())
    return target


def _same_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The first member's name and time: the time says how new the file is."""
    given = archive.infolist()[0]
    made = zipfile.ZipInfo(given.filename, given.date_time)
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def prepare(directory: Path, organisations: int, seed: int) -> tuple[EmbeddedPostgres, str, dict[str, Any]]:
    """Make and load both files, and index the names: server, URL, seconds."""
    files = sandbox_bulk.write(directory, seed, organisations, AS_OF)
    bolagsverket = with_rows(files.bolagsverket, directory / "with_more.zip", extras(seed, organisations))
    server = EmbeddedPostgres(directory / "state")
    url = server.start()
    database = Database(url, Keyring(bytes(range(KEY_BYTES))))
    database.upgrade()
    started = time.perf_counter()
    for source, file in (
        ("bolagsverket_bulk", bolagsverket_client.open_file(bolagsverket)),
        ("scb_bulk", scb_client.open_file(files.scb)),
    ):
        register_load.load(database, source, file)
    loaded = time.perf_counter()
    names = register_search.refresh(database)
    seconds = {"load_seconds": round(loaded - started, 1), "index_seconds": round(time.perf_counter() - loaded, 1)}
    database.close()
    return server, url, {**seconds, "names": names}


# ---------------------------------------------------------------------- the ledger


def _slip(name: str, chance: random.Random) -> str:
    """``name`` with one slip of the hand in its first word."""
    word, _, rest = name.partition(" ")
    place = chance.randrange(1, len(word) - 1)
    slips: tuple[Callable[[], str], ...] = (
        lambda: word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        lambda: word[:place] + word[place + 1 :],
        lambda: word[:place] + word[place] + word[place:],
        lambda: word[:place] + chance.choice("aeinrst") + word[place + 1 :],
    )
    return f"{chance.choice(slips)()} {rest}"


def _wrong(number: str, chance: random.Random) -> str:
    place = chance.randrange(2, 9)
    digit = chance.choice([other for other in "0123456789" if other != number[place]])
    return f"{number[:place]}{digit}{number[place + 1 :]}"


def _dashed(number: str) -> str:
    return f"{number[:6]}-{number[6:]}" if number else ""


def make_ledger(common: list[Organisation], made: list[Organisation], count: int, seed: int) -> list[Row]:
    """About ``count`` rows, the same number of every kind. ``common`` are organisations with namesakes."""
    chance = random.Random(seed + 1)
    shelves, towns, own = made[:SHELVES], made[SHELVES : SHELVES + 60 * len(TOWNS)], made[SHELVES + 60 * len(TOWNS) :]
    each = max(1, count // 22)
    rows: list[Row] = []

    def add(kind: str, chosen: list[Organisation], change: Callable[[Organisation], Row | tuple[str, ...]]) -> None:
        for one in chance.sample(chosen, min(each, len(chosen))):
            changed = change(one)
            if isinstance(changed, Row):
                rows.append(changed)
            else:
                name, number, street, code, city = changed
                rows.append(Row(kind, one.number, (name, number, street, code, city)))

    def nobody(kind: str, name: str, number: str = "") -> Row:
        return Row(kind, None, (name, number, "", "", ""))

    def form(name: str) -> str:
        return name.replace(" Aktiebolag", " HB").removesuffix(" AB") + (
            "" if "Aktiebolag" in name else " Handelsbolag"
        )

    elsewhere = ("Nygatan 77", "98765", "Annanstad")
    both = [*own[: 50 * each], *common]
    add("as registered", both, lambda o: (o.name, _dashed(o.number), o.street, o.postal_code, o.city))
    add("misspelt", both, lambda o: (_slip(o.name, chance), _dashed(o.number), "", "", ""))
    add("moved", both, lambda o: (o.name, _dashed(o.number), *elsewhere))
    add("other legal form", own, lambda o: (form(o.name), _dashed(o.number), "", "", ""))
    add("renamed", own, lambda o: (f"{_word(chance)} Holding AB", _dashed(o.number), o.street, o.postal_code, o.city))
    add("wrong digit", both, lambda o: (o.name, _wrong(o.number, chance), "", "", ""))
    add("wrong digit, misspelt", own, lambda o: (_slip(o.name, chance), _wrong(o.number, chance), "", "", ""))
    add("half a number", own, lambda o: (o.name, o.number[:6], o.street, o.postal_code, o.city))
    add("another's number", own, lambda o: (o.name, _dashed(chance.choice(common).number), "", "", ""))
    add("no number, own name", own, lambda o: (o.name, "", "", "", ""))
    add("no number, own name, misspelt", own, lambda o: (_slip(o.name, chance), "", "", "", ""))
    add("no number, address", both, lambda o: (o.name, "", o.street, o.postal_code, o.city))
    add("no number, address, misspelt", own, lambda o: (_slip(o.name, chance), "", o.street, o.postal_code, o.city))
    add("no number, common name", common, lambda o: (o.name, "", "", "", ""))
    add("shelf company", shelves, lambda o: (o.name, "", "", "", ""))
    add("town", towns, lambda o: (o.name, "", "", "", ""))
    for one in chance.sample(own, each):
        # What nobody can tell from a misspelling without a number: the price of finding the misspelt.
        rows.append(nobody("nobody: a letter from somebody", _slip(one.name, chance)))
        absent = numbers.complete(chance.randrange(553_500_000, 553_900_000))
        rows.append(nobody("nobody: a letter from somebody, valid number", _slip(one.name, chance), absent))
    known = {one.name for one in made}
    for position in range(each):
        rows.append(nobody("nobody: another shelf", f"Startplattan {184_001 + 3 * position} Aktiebolag"))
        stem = chance.choice(towns).name.rpartition(" i ")[0]
        rows.append(nobody("nobody: another town", f"{stem} i {ABSENT_TOWN} AB"))
        rows.append(
            nobody("nobody: foreign", f"{_word(chance)} Maschinenbau GmbH", f"DE{chance.randrange(10**8, 10**9)}")
        )
        name = f"{_word(chance)}{_word(chance).lower()} {chance.choice(TRADES)} AB"
        if name not in known:
            rows.append(nobody("nobody: not in the register", name, numbers.complete(553_000_000 + position)))
    chance.shuffle(rows)
    return rows


def as_xlsx(rows: Iterable[Row]) -> bytes:
    """The ledger as a spreadsheet program would write it."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(HEADINGS)
    for position, row in enumerate(rows):
        sheet.append((*row.cells, 100 + position))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


# ---------------------------------------------------------------------- the measurement


def _common(database: Database) -> list[Organisation]:
    with database.copy_connection() as connection:
        found = connection.execute(
            "SELECT number, organisationsnamn, postadress FROM register_bolagsverket WHERE number % 307 = 5 AND "
            "removed_in IS NULL AND avregistreringsdatum = '' AND organisationsform = 'AB-ORGFO' "
            "AND number >= 5550000000 ORDER BY number LIMIT 5000"
        ).fetchall()
    return [
        Organisation(f"{number:010d}", name.partition("$")[0], *(address.split("$")[place] for place in (0, 3, 2)))
        for number, name, address in found
    ]


def measure(url: str, organisations: int, count: int, seed: int) -> dict[str, Any]:
    """Resolve a ledger of about ``count`` rows and compare with the truth."""
    database = Database(url, Keyring(bytes(range(KEY_BYTES))))
    rows = make_ledger(_common(database), list(extras(seed, organisations)), count, seed)
    content = as_xlsx(rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    warm_up()
    started, ours = time.perf_counter(), time.process_time()
    table = read_table(content)
    used = ledger.columns(table[0][1])
    if used is None:
        raise ValueError("the benchmark's own headings are not understood")
    cells = [row for _, row in table[1:]]
    with database.system("benchmark") as session:
        found = register_search.candidates(session, [ledger.query(row, used) for row in cells])
    searched = time.perf_counter()
    matches = [ledger.decide(row, used, candidates) for row, candidates in zip(cells, found, strict=True)]
    seconds, own = time.perf_counter() - started, time.process_time() - ours
    database.close()
    return {
        "rows": len(rows),
        "rows_per_second": round(len(rows) / seconds, 1),
        "search_seconds": round(searched - started, 2),
        "decide_seconds": round(seconds - (searched - started), 2),
        "own_process_seconds": round(own, 2),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "memory_before_mb": before,
        **_judged(rows, matches),
    }


def _judged(rows: list[Row], matches: list[Matched]) -> dict[str, Any]:
    kinds: dict[str, Counter[str]] = {}
    for row, match in zip(rows, matches, strict=True):
        chosen = match.candidate.number if match.candidate else None
        shown = {other.number for other in match.alternatives}
        outcome = ledger.ENGLISH[match.outcome]
        if match.outcome in (Outcome.SURE, Outcome.LIKELY):
            outcome += " right" if chosen == row.truth else " WRONG"
        elif row.truth is not None and row.truth in shown:
            outcome += " with it"
        kinds.setdefault(row.kind, Counter())[outcome] += 1
    total = sum(kinds.values(), Counter())
    known = sum(row.truth is not None for row in rows)

    def share(right: int, wrong: int) -> float | None:
        return round(right / (right + wrong), 4) if right + wrong else None

    chosen_right = total["sure right"] + total["likely right"]
    return {
        "precision_sure": share(total["sure right"], total["sure WRONG"]),
        "precision_likely": share(total["likely right"], total["likely WRONG"]),
        "recall_sure_or_likely": round(chosen_right / known, 4),
        "recall_with_alternatives": round((chosen_right + total["several with it"] + total["none with it"]) / known, 4),
        "kinds": {kind: dict(sorted(counts.items())) for kind, counts in sorted(kinds.items())},
    }


def main() -> int:
    """Prepare, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=int, default=3_000_000)
    parser.add_argument("--rows", type=int, default=4_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--directory", type=Path, help="where to work (default: a temporary directory)")
    parser.add_argument("--database", help="URL of a database that was prepared before, with the same arguments")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    if arguments.database:
        result = measure(arguments.database, arguments.organisations, arguments.rows, arguments.seed)
        print(json.dumps(result, indent=2, ensure_ascii=False) if arguments.json else _table(result))
        return 0
    with ExitStack() as stack:
        directory = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="genomlys-bench-", dir=arguments.directory))
        )
        directory.chmod(0o711)  # the server may run as another user and has to pass through
        server, url, prepared = prepare(directory, arguments.organisations, arguments.seed)
        stack.callback(server.destroy)
        passed = ("organisations", "rows", "seed")
        options = [text for name in passed for text in (f"--{name}", str(getattr(arguments, name)))]
        command = [sys.executable, "-m", "benchmarks.resolve_ledger", "--json", "--database", url, *options]
        finished = subprocess.run(command, check=True, capture_output=True, text=True)
    result = {**prepared, **json.loads(finished.stdout)}
    print(json.dumps(result, indent=2, ensure_ascii=False) if arguments.json else _table(result))
    return 0


def _table(result: dict[str, Any]) -> str:
    figures = [f"{name:28} {value}" for name, value in result.items() if name != "kinds"]
    kinds = [
        f"{kind:46} {', '.join(f'{outcome} {count}' for outcome, count in counts.items())}"
        for kind, counts in result["kinds"].items()
    ]
    return "\n".join((*figures, "", *kinds))


if __name__ == "__main__":
    sys.exit(main())
