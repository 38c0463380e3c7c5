"""Layout and traps of ``bolagsverket_bulkfil.txt``; one test for each thing that has gone wrong for others."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import MalformedContent
from connectors.bolagsverket_bulk import reader
from connectors.bulk import BLOCK_BYTES, ReadReport, Row
from connectors.hardened import TruncatedContent, WrongEncoding
from connectors.messages import message

HEADER = ";".join(reader.PUBLISHED_COLUMNS) + "\n"


def line(
    identity: str = "5580000015$ORGNR-IDORG", activity: str = "Städning", address: str = "Box 1$$ORT$11122$SE-LAND"
) -> str:
    fields = (
        identity, "1", "SE-LAND", "Provbolaget AB$FORETAGSNAMN-ORGNAM$2020-01-02", "AB-ORGFO", "", "", "",
        "2020-01-02", activity, address,
    )  # fmt: skip
    return ";".join('"' + field.replace('"', '""') + '"' for field in fields) + "\n"


def read(tmp_path: Path, content: str | bytes) -> tuple[list[Row], ReadReport]:
    path = tmp_path / "bolagsverket_bulkfil.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    report = ReadReport()
    return list(reader.read(path, report)), report


def test_a_row_gives_number_line_and_columns_as_published(tmp_path: Path) -> None:
    (row,), report = read(tmp_path, HEADER + line())
    assert (row.number, row.line) == ("5580000015", 2)
    assert row.columns["postadress"] == "Box 1$$ORT$11122$SE-LAND"
    assert row.columns["avregistreringsorsak"] == ""
    assert tuple(row.columns) == reader.COLUMNS
    assert row.place("postadress") == "row 2, column postadress"
    assert (report.rows, report.read) == (1, 1)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_byte_order_mark_and_line_ends_do_not_matter(tmp_path: Path, mark: str, newline: str) -> None:
    text = (mark + HEADER + line() + line("5580000023$ORGNR-IDORG")).replace("\n", newline)
    rows, _ = read(tmp_path, text)
    assert [row.number for row in rows] == ["5580000015", "5580000023"]
    assert rows[1].columns["postadress"] == "Box 1$$ORT$11122$SE-LAND"


def test_nul_bytes_are_dropped(tmp_path: Path) -> None:
    (row,), _ = read(tmp_path, HEADER + line(activity="Stä\0dning\0"))
    assert row.columns["verksamhetsbeskrivning"] == "Städning"


@pytest.mark.parametrize(
    "text",
    [
        'säger "hej"; och hej då',
        "första raden\nandra; raden",
        'slutar med citat"',
        '"börjar med citat',
        '"',
        ";",
        'två";"fält',
        'före"\n"efter',
        "omvänt \\ snedstreck \\t \\\\ \t tabb",
        "pris 100$ | eller mer",
        "vagn\rretur",
    ],
)
def test_signs_of_the_format_inside_text_belong_to_the_text(tmp_path: Path, text: str) -> None:
    rows, report = read(tmp_path, HEADER + line(activity=text) + line("5580000023$ORGNR-IDORG"))
    assert [row.number for row in rows] == ["5580000015", "5580000023"]
    assert rows[0].columns["verksamhetsbeskrivning"] == text
    assert report.rejected == []


def test_line_numbers_count_lines_of_the_file_also_after_broken_text(tmp_path: Path) -> None:
    rows, report = read(tmp_path, HEADER + line(activity="a\nb\nc") + line("5580000023$ORGNR-IDORG") + '"trasig"\n')
    assert [row.line for row in rows] == [2, 5]
    assert [(each.place, each.reason) for each in report.rejected] == [("row 6", message("bulk.no_identity"))]


def test_a_stray_quote_spoils_one_row_and_not_those_after_it(tmp_path: Path) -> None:
    broken = line("5580000031$ORGNR-IDORG").replace('"AB-ORGFO"', '"AB-ORGFO')
    rows, report = read(tmp_path, HEADER + line() + broken + line("5580000023$ORGNR-IDORG"))
    assert [row.number for row in rows] == ["5580000015", "5580000023"]
    assert [each.place for each in report.rejected] == ["row 3"]


def test_a_row_with_too_few_columns_is_reported_by_line_without_its_content(tmp_path: Path) -> None:
    rows, report = read(tmp_path, HEADER + '"5580000031$ORGNR-IDORG";"hemligt"\n' + line())
    assert len(rows) == 1
    assert report.rejected[0].place == "row 2"
    assert report.rejected[0].reason == message("row.columns", found=2, expected=11)


def test_persons_are_counted_and_never_given_out(tmp_path: Path) -> None:
    rows, report = read(
        tmp_path,
        HEADER
        + line("198109809876$PERSON-IDORG")
        + line("8109809876$ORGNR-IDORG")  # a personnummer labelled as an organisation
        + line("198109809876$GDNR-IDORG")
        + line(),
    )
    assert [row.number for row in rows] == ["5580000015"]
    assert (report.persons, report.others, report.rejected_count) == (2, 1, 0)


def test_a_twelve_digit_organisation_number_loses_its_prefix(tmp_path: Path) -> None:
    (row,), _ = read(tmp_path, HEADER + line("165580000015$ORGNR-IDORG"))
    assert row.number == "5580000015"


def test_the_eighth_column_is_known_by_both_spellings(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, HEADER.replace("pagande", "pagaende") + line())
    assert len(rows) == 1


def test_a_row_in_another_encoding_is_reported(tmp_path: Path) -> None:
    good = (HEADER + line() * 3).encode()
    rows, report = read(tmp_path, good + line("5580000023$ORGNR-IDORG").encode("latin-1") + line().encode())
    assert len(rows) == 4
    assert [(each.place, each.reason) for each in report.rejected] == [("row 5", message("bulk.not_utf8"))]


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongEncoding):
        read(tmp_path, (HEADER + line() * 5).encode("latin-1"))
    with pytest.raises(WrongEncoding):
        read(tmp_path, (HEADER + line()).encode("utf-16"))


@pytest.mark.parametrize("kept", [40, 90, 130])
def test_a_file_that_ends_in_the_middle_of_a_row_is_refused(tmp_path: Path, kept: int) -> None:
    with pytest.raises(TruncatedContent, match="in the middle of a row"):
        read(tmp_path, HEADER + line() + line("5580000023$ORGNR-IDORG")[:kept])


def test_a_missing_last_line_end_is_no_fault(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, (HEADER + line()).rstrip("\n"))
    assert len(rows) == 1


@pytest.mark.parametrize(
    "content", ["", "a;b;c\n1;2;3\n", "<html><body>Stängt för underhåll</body></html>", '{"fel": 1}', HEADER[:50]]
)
def test_what_is_not_the_file_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(MalformedContent):
        read(tmp_path, content)


def test_rows_across_blocks_are_whole(tmp_path: Path) -> None:
    count = 3 * BLOCK_BYTES // len(line()) + 7
    path = tmp_path / "stor.txt"
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(HEADER)
        for index in range(count):
            stream.write(
                line(f"{5580000000 + index}$ORGNR-IDORG", activity='före"\n"efter' if index % 1000 == 0 else "å")
            )
    report = ReadReport()
    numbers = [int(number) for batch in reader.batches(path, report) for number in batch.numbers]
    assert numbers == list(range(5580000000, 5580000000 + count))
    assert report.rejected_count == 0


def _zip(path: Path, text: str, name: str = "bolagsverket_bulkfil.txt") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return path


def test_a_zip_is_read_without_unpacking_it(tmp_path: Path) -> None:
    path = _zip(tmp_path / "bolagsverket_bulkfil.zip", HEADER + line())
    assert [row.number for row in reader.read(path, ReadReport())] == ["5580000015"]


def test_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "fil.zip", HEADER + line() * 50)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(TruncatedContent):
        list(reader.read(path, ReadReport()))


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "fil.zip", HEADER + line() * 50)
    content = bytearray(path.read_bytes())
    content[80:90] = b"\xff" * 10
    path.write_bytes(content)
    with pytest.raises(MalformedContent):
        list(reader.read(path, ReadReport()))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = _zip(tmp_path / "fil.zip", HEADER + "\0" * (64 << 20))
    with pytest.raises(MalformedContent):
        list(reader.read(path, ReadReport()))


def test_a_row_without_end_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    with pytest.raises(MalformedContent, match="longer than"):
        read(tmp_path, HEADER + '"5580000015$ORGNR-IDORG";"' + "x" * (9 << 20))


@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\x1a"), max_size=30),
        min_size=1,
        max_size=5,
    )
)
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    content = HEADER + "".join(
        line(f"{5580000000 + index}$ORGNR-IDORG", activity=text) for index, text in enumerate(texts)
    )
    rows, report = read(tmp_path_factory.mktemp("bulk"), content)
    assert report.rejected == []
    # A line break after a closing quote is read as the source writes it, without the carriage return.
    assert [row.columns["verksamhetsbeskrivning"].replace('"\r\n', '"\n') for row in rows] == [
        text.replace('"\r\n', '"\n') for text in texts
    ]


@pytest.mark.parametrize("text", ["\n", '\n"', '"\n"', ";\n;", '"\n";"\n"'])
def test_a_line_break_beside_a_quotation_mark_in_the_last_row(tmp_path: Path, text: str) -> None:
    rows, report = read(tmp_path, HEADER + line() + line("5580000023$ORGNR-IDORG", activity=text))
    assert report.rejected == []
    assert rows[-1].columns["verksamhetsbeskrivning"] == text


@given(st.binary(max_size=400))
def test_no_bytes_make_anything_but_rows_reports_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    try:
        rows, _ = read(tmp_path_factory.mktemp("bulk"), (HEADER + line()).encode() + content + line().encode())
    except MalformedContent:
        return
    assert all(len(row.number) == 10 for row in rows)
