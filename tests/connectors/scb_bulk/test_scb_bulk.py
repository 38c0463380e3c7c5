"""Layout and traps of ``scb_bulkfil_JE_<timestamp>_<n>.txt``, and the facts of its rows."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import MalformedContent
from connectors.bulk import ReadReport, Row
from connectors.hardened import TruncatedContent, WrongEncoding
from connectors.messages import message
from connectors.scb_bulk import mapper, reader
from graph.model import DocumentReference, EntityKey, Predicate

HEADER = "\t".join(reader.PUBLISHED_COLUMNS) + "\t\r\n"


def line(number: str = "165580000015", tail: str = "\t\r\n", **columns: str) -> str:
    values = dict.fromkeys(reader.CONTENT, "") | {
        "ForAndrTyp": "1", "FtgStat": "1", "JEStat": "1", "JurForm": "49", "Namn": "PROVBOLAGET Å AB", "Ng1": "81210",
        "Gatuadress": "ÖSTRA GATAN 1", "PostNr": "11122", "PostOrt": "ORT", "RegDatKtid": "20200102",
        "Reklamsparrtyp": "1", "PeOrgNr": number,
    } | columns  # fmt: skip
    return "\t".join([*values.values(), *["1"] * len(reader.FLAGS)]) + tail


def read(tmp_path: Path, content: str | bytes) -> tuple[list[Row], ReadReport]:
    path = tmp_path / "scb_bulkfil_JE_20260601T065839_76.txt"
    path.write_bytes(content.encode("cp1252") if isinstance(content, str) else content)
    report = ReadReport()
    return list(reader.read(path, report)), report


def test_a_row_gives_its_content_and_leaves_the_change_flags_out(tmp_path: Path) -> None:
    (row,), report = read(tmp_path, HEADER + line())
    assert (row.number, row.line, report.rows) == ("5580000015", 2, 1)
    assert row.columns["Gatuadress"] == "ÖSTRA GATAN 1"
    assert tuple(row.columns) == reader.COLUMNS
    assert not any(name.startswith("m") for name in row.columns)


@pytest.mark.parametrize("number", ["165580000015", "5580000015"])
def test_ten_and_twelve_digits_are_the_same_number(tmp_path: Path, number: str) -> None:
    (row,), _ = read(tmp_path, HEADER + line(number))
    assert row.number == "5580000015"


def test_persons_are_counted_and_never_given_out(tmp_path: Path) -> None:
    rows, report = read(tmp_path, HEADER + line("198109809876") + line("200009809876") + line("8109809876") + line())
    assert len(rows) == 1
    assert report.persons == 3


@pytest.mark.parametrize("tail", ["\t\r\n", "\r\n", "\t\n", "\n"])
def test_trailing_tab_and_line_ends_do_not_matter(tmp_path: Path, tail: str) -> None:
    rows, report = read(tmp_path, HEADER + line(tail=tail) + line("165580000023", tail=tail))
    assert [row.number for row in rows] == ["5580000015", "5580000023"]
    assert report.rejected == []


def test_bad_rows_are_reported_by_line(tmp_path: Path) -> None:
    rows, report = read(
        tmp_path, HEADER + "för\tfå\r\n" + line("165580000A15") + line("995580000015") + line(Namn="A\tB") + line()
    )
    assert len(rows) == 1
    assert [(each.place, each.reason) for each in report.rejected] == [
        ("row 2", message("row.columns", found=2, expected=34)),
        ("row 3", message("bulk.scb_number")),
        ("row 4", message("bulk.scb_century")),
        ("row 5", message("row.columns", found=36, expected=34)),
    ]


def test_cp1252_signs_backslashes_nul_and_stray_controls(tmp_path: Path) -> None:
    content = HEADER.encode() + line(Namn="CAFÉ – €\\N").encode("cp1252").replace(b"CAF", b"C\0A\x81F")
    (row,), _ = read(tmp_path, content)
    assert row.columns["Namn"] == "CAFÉ – €\\N"


def test_utf8_is_refused_rather_than_read_as_cp1252(tmp_path: Path) -> None:
    with pytest.raises(WrongEncoding):
        read(tmp_path, (HEADER + line()).encode())
    with pytest.raises(WrongEncoding):
        read(tmp_path, (HEADER + line()).encode("utf-16"))


@pytest.mark.parametrize("kept", [5, 60, 90])
def test_a_file_that_ends_in_the_middle_of_a_row_is_refused(tmp_path: Path, kept: int) -> None:
    with pytest.raises(TruncatedContent):
        read(tmp_path, HEADER + line() + line("165580000023")[:kept])


@pytest.mark.parametrize("content", ["", "a\tb\r\n", "<html></html>", HEADER.replace("Ng5", "Ng6") + line()])
def test_what_is_not_the_file_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(MalformedContent):
        read(tmp_path, content)


def test_the_name_tells_when_the_file_was_made() -> None:
    assert reader.stated_at("scb_bulkfil_JE_20260601T065839_76.txt") == datetime(2026, 6, 1, 4, 58, 39, tzinfo=UTC)
    assert reader.stated_at("scb_bulkfil.txt") is None
    assert reader.stated_at("scb_bulkfil_JE_20261399T065839_76.txt") is None


@given(st.binary(max_size=300))
def test_no_bytes_make_anything_but_rows_reports_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    try:
        rows, _ = read(tmp_path_factory.mktemp("scb"), (HEADER + line()).encode("cp1252") + content + b"\r\n")
    except MalformedContent:
        return
    assert all(len(row.number) == 10 for row in rows)


# ---------------------------------------------------------------------- facts


class Keyer:
    def by_number(self, number: str) -> EntityKey:
        raise AssertionError

    def by_description(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        raise AssertionError


def mapped(year: int = 2026, **columns: str) -> Any:
    document = DocumentReference("0" * 64, reader.SOURCE, "x", "hela", datetime(year, 6, 1, tzinfo=UTC))
    row = Row(17, "5580000015", dict.fromkeys(reader.COLUMNS, "") | {"FtgStat": "1"} | columns)
    return mapper.map_facts([row], document, Keyer())


def values(predicate: Predicate, year: int = 2026, **columns: str) -> list[dict[str, Any]]:
    return [dict(fact.value) for fact in mapped(year, **columns).facts if fact.predicate is predicate]


@pytest.mark.parametrize(("code", "active"), [("0", False), ("1", True), ("9", False)])
def test_activity_status_is_not_deregistration(code: str, active: bool) -> None:
    assert values(Predicate.ACTIVE, FtgStat=code) == [{"active": active, "code": code}]
    assert values(Predicate.DEREGISTRATION, FtgStat=code) == []


def test_an_unknown_status_is_missing_not_inactive() -> None:
    answer = mapped(FtgStat="7")
    assert not any(fact.predicate is Predicate.ACTIVE for fact in answer.facts)
    assert (Predicate.ACTIVE,) in [part.predicates for part in answer.missing]


def test_industries_have_rank_and_version() -> None:
    assert values(Predicate.INDUSTRY, Ng1="81210", Ng2="70200") == [
        {"code": "81210", "version": "SNI2025", "text": None, "rank": 1},
        {"code": "70200", "version": "SNI2025", "text": None, "rank": 2},
    ]
    assert values(Predicate.INDUSTRY, year=2025, Ng1="81210")[0]["version"] == "SNI2007"


@pytest.mark.parametrize("code", ["00000", ""])
def test_an_unknown_industry_is_missing(code: str) -> None:
    answer = mapped(Ng1=code)
    assert not any(fact.predicate is Predicate.INDUSTRY for fact in answer.facts)
    assert answer.missing[0].predicates == (Predicate.INDUSTRY,)


def test_names_address_registration_form_and_advertising() -> None:
    assert [value["kind"] for value in values(Predicate.NAME, Namn="ÄGAREN", Foretagsnamn="FIRMAN")] == [
        "registered",
        "trading",
    ]
    assert values(Predicate.ADDRESS, COAdress="C/O BYRÅN", PostNr="11122")[0]["care_of"] == "C/O BYRÅN"
    assert values(Predicate.REGISTRATION, RegDatKtid="20200102") == [{"date": "2020-01-02", "register": "scb"}]
    assert values(Predicate.REGISTRATION, RegDatKtid="") == []
    assert values(Predicate.LEGAL_FORM, JurForm="53")[0]["text"] == "Bostadsrättsföreningar"
    assert values(Predicate.ADVERTISING, Reklamsparrtyp="2") == [{"accepts": False}]
