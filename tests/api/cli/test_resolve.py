from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
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


def _workbook() -> Workbook:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["Leverantör", "Org.nr", "Förfallodag", "Belopp", "Dubbelt"])
    sheet.append(["Exempelbygg i Granby AB", int(FIRST), date(2026, 3, 1), 1234.5, "=D2*2"])
    sheet.append(["=cmd|' /C calc'!A0", "inget", None, "007", None])
    sheet["C2"].number_format = "YYYY-MM-DD"
    sheet["A5"] = "Summa"
    sheet.merge_cells("A5:B5")
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].width = 41
    workbook.create_sheet("Anteckningar")["A1"] = "kvar"
    return workbook


@pytest.mark.usefixtures("mirrored")
def test_dates_numbers_formulas_and_other_sheets_stay_as_they_were(tmp_path: Path) -> None:
    source = tmp_path / "reskontra.xlsx"
    _workbook().save(source)
    code, output = run(source)
    assert code == 0, output
    before = load_workbook(source)
    after = load_workbook(tmp_path / "reskontra-genomlys.xlsx")
    assert after.sheetnames == before.sheetnames
    assert after["Anteckningar"]["A1"].value == "kvar"
    ours, theirs = after.worksheets[0], before.worksheets[0]
    for cells in theirs.iter_rows():
        for cell in cells:
            same = ours[cell.coordinate]
            assert (same.value, same.data_type, same.number_format) == (cell.value, cell.data_type, cell.number_format)
    assert ours.merged_cells.ranges == theirs.merged_cells.ranges
    assert (ours.freeze_panes, ours.column_dimensions["A"].width) == ("A2", 41)
    assert ours["F2"].value == "säker"
    added = [cell for cells in ours.iter_rows(min_col=6) for cell in cells if cell.value is not None]
    assert all(cell.data_type == "s" for cell in added)


@pytest.mark.usefixtures("mirrored")
def test_a_workbook_with_macros_becomes_one_without_and_it_says_so(tmp_path: Path) -> None:
    plain = tmp_path / "plain.xlsx"
    _workbook().save(plain)
    source = tmp_path / "reskontra.xlsm"
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(source, "w") as made:
        for name in given.namelist():
            made.writestr(name, given.read(name))
        made.writestr("xl/vbaProject.bin", b"x")
    code, output = run(source)
    assert code == 0, output
    assert "macros" in output
    assert (tmp_path / "reskontra-genomlys.xlsx").exists()


@pytest.mark.usefixtures("mirrored")
def test_ragged_rows_blank_lines_and_amounts_of_a_csv_stay(tmp_path: Path) -> None:
    source = tmp_path / "ledger.csv"
    lines = ["Leverantör;Orgnr;Belopp", f"Exempelbygg i Granby AB;{FIRST};1 234,50", "=1+1;;", "", "kort"]
    source.write_text("\r\n".join(lines), encoding="utf-16")
    code, output = run(source)
    assert code == 0, output
    with (tmp_path / "ledger-genomlys.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert [row[:3] for row in rows] == [line.split(";") + [""] * (3 - len(line.split(";"))) for line in lines]
    assert [row[3] for row in rows] == ["genomlys_utfall", "säker", "ingen", "", "ingen"]


@pytest.mark.usefixtures("mirrored")
def test_half_a_file_and_a_zip_bomb_leave_nothing_behind(tmp_path: Path) -> None:
    whole = tmp_path / "whole.xlsx"
    _workbook().save(whole)
    half = tmp_path / "half.xlsx"
    half.write_bytes(whole.read_bytes()[:2000])
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    for file in (half, bomb):
        code, output = run(file)
        assert code == 2
        assert "Excel" in output or "packas upp" in output
    assert not list(tmp_path.glob("*-genomlys*"))
