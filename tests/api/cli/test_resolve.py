from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from api.cli import app
from api.cli import resolve as command
from screening.store.database import Database
from screening.store.register_load import load_bolagsverket

sys.path.insert(0, str(Path(__file__).parents[2] / "screening" / "store"))
from bulk_files import bolagsverket_file, numbers

FIRST, SECOND = numbers(2)
LEDGER = [
    ["Leverantör", "Org.nr", "Adress", "Postnr", "Ort", "Belopp"],
    ["Exempelbygg i Granby AB", f"{FIRST[:6]}-{FIRST[6:]}", "", "", "", 1200],
    ["Mallgrens Stadservice", "", "", "", "", 7],
    ["", "", "", "", "", None],
    ["Låtsasson Plåt AB", "", "", "", "", 1],
]


@pytest.fixture
def mirrored(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The command on the test's database, with two organisations mirrored."""

    @contextmanager
    def on_the_test_database() -> Iterator[Any]:
        yield SimpleNamespace(database=database)

    monkeypatch.setattr(command, "opened", on_the_test_database)
    rows = {
        FIRST: {"organisationsnamn": "Exempelbygg i Granby AB$FORETAGSNAMN-ORGNAM$2020-01-02"},
        SECOND: {"organisationsnamn": "=Mallgrens Städservice AB$FORETAGSNAMN-ORGNAM$2020-01-02"},
    }
    load_bolagsverket(database, bolagsverket_file(tmp_path, rows))
    return database


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["resolve", *map(str, arguments)])
    return result.exit_code, result.output


@pytest.mark.usefixtures("mirrored")
def test_a_workbook_is_written_back_with_columns_added(tmp_path: Path) -> None:
    workbook = Workbook()
    for cells in LEDGER:
        workbook.worksheets[0].append(cells)
    source = tmp_path / "leverantörer.xlsx"
    workbook.save(source)
    before = source.read_bytes()
    code, output = run(source)
    assert code == 0, output
    assert source.read_bytes() == before
    sheet = load_workbook(tmp_path / "leverantörer-genomlys.xlsx").worksheets[0]
    rows = [list(cells) for cells in sheet.iter_rows(values_only=True)]
    assert rows[0][6:8] == ["genomlys_utfall", "genomlys_orgnr"]
    assert rows[1][5:8] == [1200, "säker", f"{FIRST[:6]}-{FIRST[6:]}"]
    assert rows[2][6] == "trolig"
    assert rows[2][8] == "=Mallgrens Städservice AB"
    assert sheet.cell(3, 9).data_type == "s"
    assert rows[3][6] is None
    assert rows[4][6] == "ingen"


@pytest.mark.usefixtures("mirrored")
def test_a_csv_keeps_its_delimiter_and_holds_no_formula(tmp_path: Path) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(LEDGER)
    source = tmp_path / "ledger.csv"
    source.write_bytes(text.getvalue().encode("cp1252"))
    code, output = run(source, "--english", "--json")
    assert code == 0 and '"sure": 1' in output
    with (tmp_path / "ledger-genomlys.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows[1][0] == "Exempelbygg i Granby AB"
    assert rows[1][6] == "sure"
    assert rows[2][8] == "'=Mallgrens Städservice AB"


@pytest.mark.usefixtures("mirrored")
def test_what_cannot_be_used_is_refused(tmp_path: Path) -> None:
    for name, content in (("a.csv", b"belopp;datum\n1;2\n"), ("b.xlsx", b"PK\x03\x04broken"), ("c.csv", b"")):
        file = tmp_path / name
        file.write_bytes(content)
        assert run(file)[0] == 2
    assert run(tmp_path / "missing.csv")[0] == 2
    ledger = tmp_path / "d.csv"
    ledger.write_text("Leverantör\nProv AB\n")
    assert run(ledger, "--output", ledger)[0] == 2


def test_without_a_mirrored_register_it_says_so(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def on_the_test_database() -> Iterator[Any]:
        yield SimpleNamespace(database=database)

    monkeypatch.setattr(command, "opened", on_the_test_database)
    ledger = tmp_path / "d.csv"
    ledger.write_text("Leverantör\nProv AB\n")
    code, output = run(ledger)
    assert code == 2 and "feed load" in output
