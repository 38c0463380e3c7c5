"""All lists behind one door."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.base import FetchedDocument, MalformedContent
from connectors.lists import LIST_SOURCES, list_entry_facts, read_issue
from connectors.registry import SOURCES
from graph.model import Predicate

NOW = datetime(2026, 11, 22, tzinfo=UTC)
UN = """<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00Z"><INDIVIDUALS>
<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>TESTA</FIRST_NAME><UN_LIST_TYPE>Test</UN_LIST_TYPE>
<INDIVIDUAL_DATE_OF_BIRTH><YEAR>1970</YEAR></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>
<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>EN ANNAN</FIRST_NAME></INDIVIDUAL>
<INDIVIDUAL><DATAID>2</DATAID><FIRST_NAME/></INDIVIDUAL>
</INDIVIDUALS><ENTITIES><ENTITY><DATAID>3</DATAID><FIRST_NAME>HITTEPÅ</FIRST_NAME></ENTITY></ENTITIES>
</CONSOLIDATED_LIST>""".encode()


def document(content: bytes, stated_at: datetime | None = None) -> FetchedDocument:
    return FetchedDocument("un_sc", content, "application/xml", "fil", NOW, stated_at)


def test_every_list_source_is_registered() -> None:
    assert set(LIST_SOURCES) <= set(SOURCES)


def test_an_issue_tells_its_time_entries_and_rejected_rows() -> None:
    issue = read_issue("un_sc", document(UN))

    assert issue.list == "un_sc"
    assert issue.stated_at == datetime(2026, 11, 1, tzinfo=UTC)
    assert [entry.entry for entry in issue.entries] == ["1", "1~2", "3"]
    assert len(issue.rejected) == 2


def test_the_documents_time_serves_when_the_list_tells_none() -> None:
    issue = read_issue("un_sc", document(UN.replace(b"dateGenerated", b"other"), NOW))

    assert issue.stated_at == NOW


def test_a_list_without_a_readable_entry_is_refused() -> None:
    content = b"<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL/></INDIVIDUALS></CONSOLIDATED_LIST>"
    with pytest.raises(MalformedContent, match="no entry"):
        read_issue("un_sc", content)


def test_reading_is_bounded_in_time() -> None:
    with pytest.raises(MalformedContent, match="to read"):
        read_issue("un_sc", UN, seconds=-1)


def test_entry_facts_lead_back_to_the_entry() -> None:
    fetched = document(UN)
    issue = read_issue("un_sc", fetched)

    facts = list_entry_facts(issue.entries[0], fetched.reference())

    assert {fact.subject for fact in facts} == {"LIST:un_sc:1"}
    assert facts[0].predicate is Predicate.LISTED
    assert facts[0].value == {"list": "un_sc", "entry": "1", "programme": "Test", "schema": "Person"}
    assert {fact.predicate for fact in facts} == {Predicate.LISTED, Predicate.PERSON_NAME, Predicate.BIRTH_DATE}
    assert all(fact.place == "//INDIVIDUAL[DATAID='1']" for fact in facts)
    assert all(fact.document == fetched.reference().sha256 for fact in facts)
