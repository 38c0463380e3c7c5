"""Every file in ../shared/samples of the slice's sources gives facts, or a clear message that says what it is."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from pathlib import Path

import pytest

from connectors import lists
from connectors.base import MalformedContent
from connectors.reading import read_document, read_file
from graph.model import AnswerStatus, EntityKey, ListedSchema

SHARED = Path(os.environ.get("GENOMLYS_SHARED") or Path(__file__).resolve().parents[2].parent / "shared")
SAMPLES = SHARED / "samples"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/samples is not here (GENOMLYS_SHARED tells where)"),
]

FOLDERS = {
    "sanctions-eu": "eu_fsf",
    "sanctions-un": "un_sc",
    "sanctions-ofac": "ofac_sdn",
    "bods": "bods",
    "bolagsverket-vdm": "bolagsverket_vdm",
    "bolagsverket-bulk": "bolagsverket_bulk",
    "bolagsverket-ssbt": "ssbtgu",
}
NOT_ANSWERS = (
    "dokumentlista", "openapi-", "-begaran.",  ".xsd", ".wsdl", "ssbtgu-expected",
)  # fmt: skip
"""Files in the folders that describe or ask, and therefore hold no facts."""


class Keyer:
    """Person keys by a hash, as the store's keyer makes them."""

    def by_number(self, number: str) -> EntityKey:
        return EntityKey("PERSON:" + hashlib.sha256(number.encode()).hexdigest()[:16])

    def by_description(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        return EntityKey("PERSON:" + hashlib.sha256(f"{name}{birth_date}{scope}".encode()).hexdigest()[:16])


def source_of(path: Path) -> str:
    source = FOLDERS[path.relative_to(SAMPLES).parts[0]]
    if "ssbten" in path.name.lower():
        return "ssbten"
    return "scb_bulk" if "scb" in path.name else source


def files() -> list[Path]:
    if not SAMPLES.is_dir():
        return []
    return sorted(
        path
        for folder in FOLDERS
        for path in (SAMPLES / folder).rglob("*")
        if path.is_file() and path.name != "SOURCES.md"
    )


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_gives_facts_or_says_what_it_is(path: Path) -> None:
    if any(mark in path.name for mark in NOT_ANSWERS):
        with pytest.raises(MalformedContent) as refusal:
            read_file(source_of(path), path, Keyer())
        assert len(str(refusal.value)) > 40
        return

    result = read_file(source_of(path), path, Keyer())

    told = [answer for answer in result.answers if answer.status is not AnswerStatus.FOUND]
    assert result.facts or (told and all(answer.reason for answer in told))
    assert all(fact.document == result.document.sha256 and fact.place for fact in result.facts)


def issue_of(source: str, relative: str) -> tuple[lists.ListIssue, float]:
    document = read_document(source, SAMPLES / relative)
    started = time.perf_counter()
    issue = lists.read_issue(source, document)
    return issue, time.perf_counter() - started


def test_the_complete_un_list_loads() -> None:
    issue, seconds = issue_of("un_sc", "sanctions-un/consolidated-2026-02-27.xml.gz")

    assert Counter(entry.schema for entry in issue.entries) == {
        ListedSchema.PERSON: 730,
        ListedSchema.ORGANISATION: 273,
    }
    assert issue.rejected == ()
    assert issue.stated_at is not None
    assert issue.stated_at.date().isoformat() == "2026-02-27"
    print(f"UN: {len(issue.entries)} entries in {seconds:.2f} s")


def test_the_complete_ofac_list_loads() -> None:
    issue, seconds = issue_of("ofac_sdn", "sanctions-ofac/sdn.csv.gz")

    assert len(issue.entries) == 8976
    assert issue.rejected == ()
    assert Counter(entry.schema for entry in issue.entries) == {
        ListedSchema.PERSON: 4620,
        ListedSchema.ORGANISATION: 3673,
        ListedSchema.VESSEL: 406,
        ListedSchema.AIRCRAFT: 277,
    }
    by_number = {number: entry.entry for entry in issue.entries for number in entry.swedish_numbers}
    assert by_number == {"8024010962": "10486"}
    assert sum(len(entry.names) for entry in issue.entries) > 23_000
    print(f"OFAC SDN: {len(issue.entries)} entries in {seconds:.2f} s")


def test_the_complete_ofac_consolidated_list_loads() -> None:
    issue, _seconds = issue_of("ofac_sdn", "sanctions-ofac/cons_prim.csv.gz")

    assert (len(issue.entries), issue.rejected) == (442, ())


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("oj-32006R0765.csv.gz", 408),
        ("oj-32011R0359.csv.gz", 321),
        ("oj-32012R0036.csv.gz", 368),
        ("oj-32014R0269.csv.gz", 2802),
        ("oj-32020R1998.csv.gz", 177),
        ("oj-32024R2642.csv.gz", 100),
        ("fsf-full-list-v1.0-2018-excerpt.csv", 93),
    ],
)
def test_eu_lists_load_whole(name: str, count: int) -> None:
    issue, _seconds = issue_of("eu_fsf", f"sanctions-eu/{name}")

    assert (len(issue.entries), issue.rejected) == (count, ())
