from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from api.cli import app

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00.000Z"><INDIVIDUALS>
<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>ARVID</FIRST_NAME><SECOND_NAME>PROVESSON</SECOND_NAME>
<UN_LIST_TYPE>Prov</UN_LIST_TYPE><REFERENCE_NUMBER>PRi.001</REFERENCE_NUMBER>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1958-03-04</DATE></INDIVIDUAL_DATE_OF_BIRTH>
</INDIVIDUAL></INDIVIDUALS><ENTITIES></ENTITIES></CONSOLIDATED_LIST>"""


def run(*arguments: object) -> tuple[int, Any]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    try:
        return result.exit_code, json.loads(result.stdout)
    except ValueError:
        return result.exit_code, result.stdout


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_match_tells_score_verdict_and_why() -> None:
    code, found = run("match", "Åkeri Väst HB", "Akeri Vast Handelsbolag", "--schema", "Company", "--json")
    assert code == 0
    assert found["match"] is True
    assert found["explanation_sv"] and found["explanation_en"]
    code, found = run("match", "Grundstenen 124578 AB", "Grundstenen 124579 AB", "--json")
    assert (code, found["match"]) == (0, False)
    code, shown = run("match", "Provbolaget AB", "Provbolaget Aktiebolag", "--english")
    assert code == 0 and "the same" in shown


def test_match_of_nothing_is_no_match() -> None:
    for left, right in (("", ""), ("AB", "AB"), ("a" * 100_001, "b"), ("😀😀", "😀😀")):
        code, found = run("match", left, right, "--schema", "Person", "--json")
        assert (code, found["match"]) == (0, False)


def test_an_unknown_schema_is_bad_input() -> None:
    assert run("match", "a", "b", "--schema", "Fisk")[0] == 2


def test_bench_pairs(tmp_path: Path) -> None:
    rows = [
        {
            "id": "1",
            "schema": "Company",
            "left": {"name": "Provbolaget AB"},
            "right": {"name": "Provbolaget"},
            "label": 1,
        },
        {"id": "2", "schema": "Company", "left": {"name": "Prov 1 AB"}, "right": {"name": "Prov 2 AB"}, "label": 0},
        {"id": "3", "schema": "Person", "left": {"name": "Nils Test"}, "right": {"name": "Åsa Mall"}, "label": 0},
        {"id": "4", "schema": "Person", "left": {"name": "Nils Test"}, "right": {"name": "Nils Test"}},
    ]
    file = tmp_path / "pairs.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    code, found = run("bench", "pairs", file, "--json")
    assert code == 0
    assert (found["pairs"], found["unlabelled"], found["f1"]) == (3, 1, 1.0)
    assert found["pairs_per_s"] > 0


def test_bench_files_that_are_not_what_they_should_be(tmp_path: Path) -> None:
    broken = tmp_path / "pairs.jsonl"
    broken.write_text('{"schema": ')
    assert run("bench", "pairs", broken)[0] == 2
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress(b"{}" * 1000)[:20])
    assert run("bench", "pairs", cut)[0] == 2
    assert run("bench", "pairs", tmp_path / "missing.jsonl")[0] == 2
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    code, found = run("bench", "pairs", empty, "--json")
    assert (code, found["pairs"]) == (0, 0)


def test_bench_screening(tmp_path: Path) -> None:
    listed = tmp_path / "list.xml"
    listed.write_text(LIST)
    person = {"full_name": "ARVID PROVESSON", "date_of_birth": "1958-03-04", "nationality": "", "row": "1"}
    write(tmp_path / "persons_untreated.csv", [person])
    altered = write(tmp_path / "persons_treated.csv", [{**person, "full_name": "ARVID PROVESON"}])
    strangers = write(tmp_path / "others.csv", [{**person, "full_name": "Åsa Mallgren", "date_of_birth": "1990-01-01"}])
    for option in ([], ["--name-only"]):
        code, found = run(
            "bench", "screening", "--list", listed, "--positives", altered, "--negatives", strangers, *option, "--json"
        )
        assert code == 0
        assert (found["entries"], found["truth_known"]) == (1, 1)
        assert (found["recall"], found["top_1"], found["alert_rate"]) == (1.0, 1.0, 0.0)


def test_bench_screening_says_which_file_is_no_list(tmp_path: Path) -> None:
    other = tmp_path / "other.xml"
    other.write_text("<a/>")
    persons = write(tmp_path / "persons.csv", [{"full_name": "Nils Test", "row": "1"}])
    assert run("bench", "screening", "--list", other, "--positives", persons, "--negatives", persons)[0] == 2


def test_bench_resolve_with_truth_in_ids_in_a_column_and_in_a_file(tmp_path: Path) -> None:
    person = {"name": "Nils Testsson", "date_of_birth": "19700102", "address": "Provgatan 4 Granby"}
    other = {"name": "Åsa Mallgren", "date_of_birth": "19910304", "address": "Testvägen 9 Mallby"}
    records = [
        {"rec_id": "rec-1-org", **person, "cluster": "x"},
        {"rec_id": "rec-1-dup-0", **person, "cluster": "x"},
        {"rec_id": "rec-2-org", **other, "cluster": "y"},
    ]
    table = write(tmp_path / "records.csv", records)
    by_cluster = write(
        tmp_path / "key.csv", [{"CLUSTER_ID": row["cluster"], "RECORD_ID": row["rec_id"]} for row in records]
    )
    by_pair = write(tmp_path / "pairs.csv", [{"id_l": "rec-1-dup-0", "id_r": "rec-1-org"}])
    for truth in ("febrl", "cluster", by_cluster, by_pair):
        code, found = run("bench", "resolve", table, "--truth", truth, "--json")
        assert (code, found["records"], found["true_pairs"], found["f1"]) == (0, 3, 1, 1.0)
    assert run("bench", "resolve", table, "--truth", "address")[0] == 2
    assert run("bench", "resolve", table, "--truth", "nothing")[0] == 2


def test_bench_resolve_reads_nested_records_and_keys_by_source(tmp_path: Path) -> None:
    def record(source: str, key: str, name: str) -> dict[str, Any]:
        features = [
            {"RECORD_TYPE": "PERSON"},
            {"NAME_FULL": name},
            {"DATE_OF_BIRTH": "1970-01-02"},
            {"PASSPORT_NUMBER": "AB123456"},
        ]
        return {"DATA_SOURCE": source, "RECORD_ID": key, "FEATURES": features}

    table = tmp_path / "records.json"
    rows = [record("ONE", "7", "Nils Testsson"), record("TWO", "7", "Nils Testson")]
    table.write_text("\n".join(map(json.dumps, rows)))
    truth = write(
        tmp_path / "key.csv",
        [{"CLUSTER_ID": "1", "DATA_SOURCE": source, "RECORD_ID": "7"} for source in ("ONE", "TWO")],
    )
    code, found = run("bench", "resolve", table, "--truth", truth, "--json")
    assert (code, found["true_pairs"], found["f1"]) == (0, 1, 1.0)


def test_bench_resolve_reads_tables_of_several_sources_with_persons_and_companies(tmp_path: Path) -> None:
    """The shape of Senzing's truth set: CSV and JSON lines side by side, ids that recur between sources, a key."""
    customers = write(
        tmp_path / "customers.csv",
        [
            {
                "DATA_SOURCE": "CUSTOMERS", "RECORD_ID": "1", "RECORD_TYPE": "PERSON", "PRIMARY_NAME_ORG": "",
                "PRIMARY_NAME_LAST": "Testsson", "PRIMARY_NAME_FIRST": "Anna Maria", "DATE_OF_BIRTH": "3/4/1958",
                "ADDR_FULL": "", "PHONE_NUMBER": "08-123 45 67", "STATUS": "Active",
            },
            {
                "DATA_SOURCE": "CUSTOMERS", "RECORD_ID": "2", "RECORD_TYPE": "ORGANIZATION",
                "PRIMARY_NAME_ORG": "Exempelbygg AB", "PRIMARY_NAME_LAST": "", "PRIMARY_NAME_FIRST": "",
                "DATE_OF_BIRTH": "", "ADDR_FULL": "Provgatan 4, 111 22 Granby", "PHONE_NUMBER": "", "STATUS": "",
            },
        ],
    )  # fmt: skip
    watchlist = tmp_path / "watchlist.json"
    listed = (
            {
                "DATA_SOURCE": "WATCHLIST", "RECORD_ID": "1", "RECORD_TYPE": "PERSON",
                "PRIMARY_NAME_FULL": "Anna Testsson", "DATE_OF_BIRTH": "1958-03-04", "PHONE_NUMBER": "+46 8 1234567",
            },
            {
                "DATA_SOURCE": "WATCHLIST", "RECORD_ID": "2", "RECORD_TYPE": "ORGANIZATION",
                "PRIMARY_NAME_ORG": "Provbolaget i Granby", "SECONDARY_NAME_ORG": "Exempelbygg",
                "ADDR_FULL": "Provgatan 4, Granby", "REL_POINTER_KEY": "1", "REL_POINTER_ROLE": "OWNER",
            },
    )  # fmt: skip
    watchlist.write_text("".join(f"{json.dumps(row)}\n" for row in listed))
    key = write(
        tmp_path / "key.csv",
        [
            {"TEST_GROUP": "1", "CLUSTER_ID": cluster, "DATA_SOURCE": source, "RECORD_ID": cluster}
            for cluster in ("1", "2")
            for source in ("CUSTOMERS", "WATCHLIST")
        ],
    )
    code, found = run("bench", "resolve", customers, watchlist, "--truth", key, "--json")
    assert code == 0, found
    assert (found["records"], found["true_pairs"], found["f1"]) == (4, 2, 1.0)


def test_bench_resolve_says_when_the_truth_is_about_other_records(tmp_path: Path) -> None:
    table = write(tmp_path / "a.csv", [{"rec_id": "1", "name": "Exempelbygg AB"}, {"rec_id": "2", "name": "Prov AB"}])
    truth = write(tmp_path / "key.csv", [{"CLUSTER_ID": "1", "RECORD_ID": "x"}, {"CLUSTER_ID": "1", "RECORD_ID": "y"}])
    result = CliRunner().invoke(app, ["bench", "resolve", str(table), "--truth", str(truth)])
    assert result.exit_code == 2
    assert "records' own" in " ".join(result.output.split())
