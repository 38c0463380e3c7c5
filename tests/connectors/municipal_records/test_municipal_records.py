"""The municipality's own records: kinds told by headings, rows one by one, and no personal number kept anywhere."""

from __future__ import annotations

import contextlib
import hashlib
import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from connectors.base import FetchedDocument, MalformedContent, Mapped, RejectedRow
from connectors.municipal_records import mapper, reader
from connectors.municipal_records.columns import COLUMNS, RecordKind, recognise
from connectors.municipal_records.rows import Handler, Payment, Termination
from graph.model import AnswerStatus, EntityKey, Predicate, organisation_key

TODAY = date(2026, 11, 22)
FIRST, SECOND, THIRD = "5580000015", "5580000023", "5580000031"
NUMBER = "198001019804"
"""A test personnummer of Skatteverket's range."""


class Keyer:
    """Person keys by a hash, as the store's keyer makes them."""

    def by_number(self, number: str) -> EntityKey:
        return EntityKey("PERSON:" + hashlib.sha256(number.encode()).hexdigest()[:16])

    def by_description(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        return EntityKey("PERSON:" + hashlib.sha256(f"{name}|{birth_date}|{scope}".encode()).hexdigest()[:16])


def read(text: str | bytes) -> reader.ReadRecords:
    return reader.read(text.encode() if isinstance(text, str) else text, today=TODAY)


def mapped(text: str | bytes) -> Mapped:
    found = read(text)
    document = FetchedDocument(
        found.kind.value, found.content, "text/csv", "fil", datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    )
    return mapper.map_facts(found.kind, found.records, document.reference(), Keyer())


def facts(text: str | bytes, predicate: Predicate) -> list[dict[str, Any]]:
    return [
        {"subject": fact.subject, "object": fact.object, "place": fact.place, **fact.value}
        for fact in mapped(text).facts
        if fact.predicate is predicate
    ]


def spreadsheet(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("Dolt").append([NUMBER])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


TERMINATIONS = f"""Organisationsnummer;Beslutsdatum;Skäl;Diarienummer;Avtalsslag;Namn
{FIRST[:6]}-{FIRST[6:]};2025-03-01;Avtalsbrott;KS 2025/12;LOU;Gamla Bygget AB
"""


def test_a_terminated_contract_is_a_fact_about_the_organisation_with_its_row() -> None:
    assert facts(TERMINATIONS, Predicate.TERMINATION) == [
        {
            "subject": organisation_key(FIRST),
            "object": None,
            "place": "row 2",
            "decided_on": "2025-03-01",
            "reason": "breach",
            "reference": "KS 2025/12",
            "contract_kind": "LOU",
            "name": "Gamla Bygget AB",
        }
    ]


def test_english_headings_tabs_and_old_code_pages_are_read_as_well() -> None:
    english = f"Organisation number\tDecision date\tReason\n{FIRST}\t2025-03-01\tquality\n"
    swedish = f"Orgnr,Beslutsdag,Orsak,Utförare\n{FIRST},2025-03-01,bristande kvalitet,Åsens Omsorg\n".encode("cp1252")
    assert facts(english, Predicate.TERMINATION)[0]["reason"] == "quality"
    assert facts(swedish, Predicate.TERMINATION)[0]["name"] == "Åsens Omsorg"


def test_a_spreadsheet_gives_the_same_facts_and_only_its_first_sheet_is_kept() -> None:
    book = spreadsheet(
        ("Organisationsnummer", "Beslutsdatum", "Skäl", "Diarienummer", "Avtalsslag", "Namn"),
        (float(FIRST), datetime(2025, 3, 1), "Avtalsbrott", "KS 2025/12", "LOU", "Gamla Bygget AB"),
    )
    assert facts(book, Predicate.TERMINATION) == facts(TERMINATIONS, Predicate.TERMINATION)
    assert NUMBER.encode() not in read(book).content
    assert not zipfile.is_zipfile(io.BytesIO(read(book).content))


@pytest.mark.parametrize("kind", RecordKind)
def test_every_kind_is_told_by_the_first_heading_of_each_of_its_columns(kind: RecordKind) -> None:
    headings = [names[0] for names in COLUMNS[kind].headings.values()]
    assert recognise(headings) == (kind, tuple(COLUMNS[kind].headings))


def test_a_list_without_rows_is_a_whole_answer_that_there_is_nothing() -> None:
    empty = mapped("Organisationsnummer;Beslutsdatum\n")
    assert empty.status is AnswerStatus.NOT_FOUND
    assert empty.missing == ()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (f"{FIRST[:-1]}9;2025-03-01", "no organisation number"),
        (";2025-03-01", "organisation_number is missing"),
        (f"{NUMBER};2025-03-01", "a person's number"),
        (f"{FIRST};1 mars", "no date"),
        (f"{FIRST};", "decided_on is missing"),
        (f"{FIRST};2025-02-30", "no date"),
    ],
)
def test_one_bad_row_is_named_and_the_others_are_used(row: str, words: str) -> None:
    result = mapped(f"Organisationsnummer;Beslutsdatum\n{row}\n{SECOND};2025-04-01\n")
    assert [fact.subject for fact in result.facts] == [organisation_key(SECOND)]
    (rejected,) = result.rejected
    assert rejected.place == "row 2"
    assert words in rejected.reason.en
    assert NUMBER not in rejected.reason.both
    (part,) = result.missing
    assert (part.part, part.predicates) == ("row 2", (Predicate.TERMINATION,))


def test_an_unknown_reason_is_noted_and_its_words_are_not_kept() -> None:
    result = mapped(f"Orgnr;Beslutsdatum;Skäl\n{FIRST};2025-03-01;Kim Exempel var otrevlig\n")
    assert result.facts[0].value["reason"] == "other"
    assert "Exempel" not in str(result.facts[0].value)
    assert "counts as other" in result.rejected[0].reason.en
    assert result.missing == ()


def test_tiers_shares_and_limits_of_subcontracts() -> None:
    text = (
        "Avtal;Leverantör;Underleverantör;Underleverantörens namn;Led;Andel;Tillåtna led\n"
        f"KS 2026/7;{FIRST};{SECOND};Dolda AB;1;12,5 %;2\n"
        f"KS 2026/7;{SECOND};{THIRD};;;;\n"
        f"KS 2026/7;{FIRST};{THIRD};;0;;\n"
        f"KS 2026/7;{FIRST};{THIRD};;1;130;\n"
    )
    assert facts(text, Predicate.SUBCONTRACT) == [
        {
            "subject": organisation_key(FIRST), "object": organisation_key(SECOND), "place": "row 2",
            "contract": "KS 2026/7", "name": "Dolda AB", "tier": 1, "share_pct": 12.5, "allowed_tiers": 2,
        },
        {
            "subject": organisation_key(SECOND), "object": organisation_key(THIRD), "place": "row 3",
            "contract": "KS 2026/7", "name": None, "tier": None, "share_pct": None, "allowed_tiers": None,
        },
    ]  # fmt: skip
    assert [row.place for row in mapped(text).rejected] == ["row 4", "row 5"]


HANDLERS = f"""Handläggare;Personnummer;Relation;Organisationsnummer;Närstående;Närståendes personnummer
Kim Exempel;{NUMBER[:8]}-{NUMBER[8:]};;;;
Kim Exempel;{NUMBER};Styrelseledamot;{FIRST};;
Åsa Prov;;Syskon;;Bo Prov;
"""


def test_a_handler_is_a_keyed_hash_at_once_and_the_number_is_nowhere() -> None:
    result = mapped(HANDLERS)
    key = Keyer().by_number(NUMBER)
    handlers = {fact.subject: fact for fact in result.facts if fact.predicate is Predicate.HANDLER}
    assert handlers[key].value == {"name": "Kim Exempel", "identified": True}
    assert result.identities == ()
    everything = read(HANDLERS).content.decode() + str(result) + repr(read(HANDLERS).records)
    for form in (NUMBER, NUMBER[2:], f"{NUMBER[:8]}-{NUMBER[8:]}"):
        assert form not in everything
    assert "Kim Exempel" in read(HANDLERS).content.decode()


def test_declared_relations_reach_organisations_and_named_persons() -> None:
    assert facts(HANDLERS, Predicate.DECLARED_RELATION) == [
        {
            "subject": Keyer().by_number(NUMBER), "object": organisation_key(FIRST), "place": "row 3",
            "relation": "Styrelseledamot", "name": None, "handler": "Kim Exempel",
        },
        {
            "subject": facts(HANDLERS, Predicate.HANDLER)[1]["subject"], "object": None, "place": "row 4",
            "relation": "Syskon", "name": "Bo Prov", "handler": "Åsa Prov",
        },
    ]  # fmt: skip


def test_a_mistyped_personal_number_is_not_kept_and_the_handler_is_known_by_name() -> None:
    wrong = f"Handläggare;Personnummer\nKim Exempel;{NUMBER[:-1]}5\n"
    (fact, note) = read(wrong).records
    assert isinstance(fact, Handler)
    assert fact.number == ""
    assert isinstance(note, RejectedRow)
    assert "known by name only" in note.reason.en
    assert NUMBER[:-1] not in read(wrong).content.decode()


def test_lease_terms_are_codes_days_and_a_clause_that_may_be_unknown() -> None:
    text = (
        "Hyresgäst;Ändamål;Tillåten SNI;Tillträde;Ägarklausul;Borgensman\n"
        f"{FIRST};Bageri;10.71, 56;2026-02-01;ja;{SECOND}\n"
        f"{SECOND};Lager;;2026-03-01;kanske;\n"
    )
    first, second = facts(text, Predicate.LEASE_TERMS)
    assert (first["allowed_sni"], first["owner_clause"], first["guarantor"]) == (
        ["1071", "56"], True, organisation_key(SECOND),
    )  # fmt: skip
    assert (second["allowed_sni"], second["owner_clause"], second["guarantor"]) == ([], None, None)
    assert "counts as unknown" in mapped(text).rejected[0].reason.en


def test_a_private_payer_is_counted_and_their_number_is_not_kept() -> None:
    text = f"Hyresgäst;Betalare;Betalarens namn;Antal\n{FIRST};{SECOND};Annat AB;3\n{FIRST};{NUMBER};Kim;2\n"
    organisation, person = facts(text, Predicate.RENT_PAYMENT)
    assert (organisation["object"], organisation["payments"]) == (organisation_key(SECOND), 3)
    assert (person["object"], person["payments"], person["payer"]) == (None, 2, "person")
    assert (organisation["name"], person["name"]) == ("Annat AB", None)
    stored = read(text).content.decode()
    assert NUMBER not in stored
    assert "Kim" not in stored
    assert "Annat AB" in stored
    assert isinstance(read(text).records[1], Payment)


def test_columns_that_nobody_asked_for_are_not_kept() -> None:
    text = f"Anteckning;Orgnr;Beslutsdatum\nringde Kim;{FIRST};2025-03-01\n"
    assert "Kim" not in read(text).content.decode()
    assert FIRST in read(text).content.decode()


def test_what_is_stored_has_every_row_on_its_own_line() -> None:
    text = f'Orgnr;Beslutsdatum;Namn\n\n{FIRST};2025-03-01;"Två\nrader AB"\n{SECOND};2025-04-01;B\n'
    found = read(text)
    lines = found.content.decode().splitlines()
    for record in found.records:
        assert isinstance(record, Termination)
        assert record.organisation in lines[int(record.place.removeprefix("row ")) - 1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"Namn;Ort\nA;B\n", "belong to no record"),
        (b'{"statementId": "x"}', "no table"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 512, "old Excel format"),
        (b"x" * (10 * 2**20 + 1), "larger than 10 MB"),
        (b"PK\x03\x04", "damaged"),
        (b"Orgnr;Beslutsdatum\n" + f"{FIRST};2025-03-01\n".encode() * 20_001, "more than 20000 rows"),
    ],
)
def test_what_is_no_record_says_what_and_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(MalformedContent) as caught:
        read(content)
    assert words in caught.value.text.en
    assert caught.value.remedy is not None


def test_a_spreadsheet_that_swells_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 90_000_000)
    with pytest.raises(MalformedContent) as caught:
        read(packed.getvalue())
    assert "unreasonable size" in caught.value.text.en


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(list(RecordKind)),
    st.lists(st.lists(st.text(max_size=20), max_size=9), max_size=6),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_rows_of_any_text_are_records_or_named_problems(kind: RecordKind, rows: list[list[str]], encoding: str) -> None:
    headings = [names[0] for names in COLUMNS[kind].headings.values()]
    text = "\n".join(";".join(cells) for cells in [headings, *rows])
    with contextlib.suppress(MalformedContent):
        found = read(text.encode(encoding, "ignore"))
        assert all(record.place.startswith("row ") for record in found.records)
        mapped(text.encode(encoding, "ignore"))


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1930, 1, 1), date(2015, 1, 1)), st.sampled_from(["", "-", " "]), st.integers(0, 7))
def test_no_personal_number_survives_in_any_column(born: date, mark: str, column: int) -> None:
    digits = f"{born:%y%m%d}980"
    total = sum(int(d) * (2 - i % 2) - 9 * (int(d) * (2 - i % 2) > 9) for i, d in enumerate(digits))
    number = f"{born:%Y%m%d}{mark}980{-total % 10}"
    cells = ["Kim Exempel", "", "Vän", "", "", "", "", ""]
    cells[column] = f"{cells[column]} {number}".strip()
    found = read("Handläggare;Personnummer;Relation;Närstående;Från;Till;Anteckning;Övrigt\n" + ";".join(cells) + "\n")
    kept = found.content.decode().replace(f"{born:%Y%m%d}-****", "")  # the birth date alone may stand
    assert f"980{-total % 10}" not in kept
    assert f"980{-total % 10}" not in repr(found.records)
