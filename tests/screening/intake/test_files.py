"""Reading party lists: what spreadsheet programs write, and what nobody should have to read."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from connectors.tables import MAXIMUM_BYTES, MAXIMUM_ROWS
from screening.intake.files import Row, UnreadableFileError, read_rows

FIRST = "5580000015"


def spreadsheet(*rows: tuple[object, ...]) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


WHOLE = spreadsheet(("Organisationsnummer", "Namn"), (FIRST, "Ett"))


def repacked(member: str, content: bytes) -> bytes:
    """``WHOLE`` with one part replaced."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    return output.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_csv_in_every_dress(encoding: str, delimiter: str, ending: str) -> None:
    lines = [delimiter.join(cells) for cells in (("Org.nr", "Företag", "Okänd"), (FIRST, "Å Ö AB", "x"), ("", "", ""))]
    rows = read_rows(ending.join(lines).encode(encoding))
    assert rows == [Row("row 2", {"organisation_number": FIRST, "name": "Å Ö AB"})]


def test_a_file_without_headings_is_numbers_and_names() -> None:
    assert read_rows(f"{FIRST}\n\n{FIRST};Ett".encode()) == [
        Row("row 1", {"organisation_number": FIRST}),
        Row("row 3", {"organisation_number": FIRST, "name": "Ett"}),
    ]


def test_quotes_and_line_breaks_inside_a_cell() -> None:
    rows = read_rows(f'orgnr;namn\n{FIRST};"Ett; ""Två""\nAB"\n{FIRST};B'.encode())
    assert [row.cells["name"] for row in rows] == ['Ett; "Två"\nAB', "B"]


def test_numbers_that_excel_made_floats() -> None:
    rows = read_rows(spreadsheet(("orgnr", "namn"), (float(FIRST), 7.5), (int(FIRST), None)))
    assert rows == [
        Row("row 2", {"organisation_number": FIRST, "name": "7.5"}),
        Row("row 3", {"organisation_number": FIRST}),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"orgnr\n", "empty"),
        (spreadsheet(), "empty"),
        (b"x" * (MAXIMUM_BYTES + 1), "larger than 10 MB"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 512, "old Excel format"),
        (b"<?xml version='1.0'?><a/>", "looks like XML"),
        (b"\xef\xbb\xbf<html>", "looks like XML"),
        (b"%PDF-1.7", "looks like XML"),
        (b'{"parties": []}', "JSON"),
        (b"\xff\xfea", "encoding"),
        (b"a\x00b", "encoding"),
        (b"Namn;Ort\nA;B", "No column"),
        (b"orgnr\n" + f"{FIRST}\n".encode() * (MAXIMUM_ROWS + 1), "more than 20000 rows"),
        (b'orgnr\n"' + b"1" * 200_000, "cannot be read"),
        (WHOLE[: len(WHOLE) // 2], "damaged"),
        (b"PK\x03\x04", "damaged"),
        (repacked("xl/workbook.xml", b"not xml"), "damaged"),
        (repacked("xl/worksheets/sheet1.xml", b"0" * 90_000_000), "unreasonable size"),
        (
            repacked("xl/worksheets/sheet1.xml", b"<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'>]><a>&c;</a>"),
            "damaged",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why_in_both_languages(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_rows(content)
    assert words in caught.value.text.en
    assert caught.value.text.sv != caught.value.text.en


def test_a_workbook_that_lies_about_its_size_is_read_whole() -> None:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b'ref="A1:B2"' in sheet
    lying = repacked("xl/worksheets/sheet1.xml", sheet.replace(b'ref="A1:B2"', b'ref="A1"'))
    assert read_rows(lying) == read_rows(WHOLE)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_bytes_of_any_kind_are_rows_or_a_clear_refusal(content: bytes) -> None:
    try:
        rows = read_rows(content)
    except UnreadableFileError:
        return
    assert all(row.cells is not None and row.place.startswith("row ") for row in rows)


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
@settings(max_examples=150, deadline=None)
def test_text_of_any_kind_is_rows_or_a_clear_refusal(content: str, encoding: str) -> None:
    try:
        read_rows(f"orgnr;namn\n{content}".encode(encoding, errors="ignore"))
    except UnreadableFileError:
        return


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_damaged_workbook_is_rows_or_a_clear_refusal(place: int, damage: bytes) -> None:
    try:
        read_rows(WHOLE[:place] + damage + WHOLE[place + len(damage) :])
    except UnreadableFileError:
        return
