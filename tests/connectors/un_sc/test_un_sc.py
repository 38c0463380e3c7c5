"""The UN list: joined names, alias quality, dates of three kinds, empty children."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import MalformedContent, RejectedRow
from connectors.list_values import ListedRow
from connectors.messages import message
from connectors.un_sc import mapper, reader
from graph.model import ListedSchema, ListEntry

XML = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:09.554Z"><INDIVIDUALS>
<INDIVIDUAL><DATAID>6900001</DATAID><FIRST_NAME>TESTA</FIRST_NAME><SECOND_NAME>VON</SECOND_NAME>
 <THIRD_NAME>FIKTIV</THIRD_NAME><FOURTH_NAME>SON</FOURTH_NAME><UN_LIST_TYPE>Test</UN_LIST_TYPE>
 <REFERENCE_NUMBER>TSi.001</REFERENCE_NUMBER><LISTED_ON>2020-02-29</LISTED_ON>
 <NAME_ORIGINAL_SCRIPT>Теста Фиктивсон</NAME_ORIGINAL_SCRIPT><COMMENTS1>Hittepå.</COMMENTS1>
 <NATIONALITY><VALUE>Sweden</VALUE></NATIONALITY>
 <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Testus Fictus</ALIAS_NAME></INDIVIDUAL_ALIAS>
 <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Tessan</ALIAS_NAME></INDIVIDUAL_ALIAS>
 <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
 <INDIVIDUAL_ADDRESS><CITY>Provköping</CITY><COUNTRY>Iran (Islamic Republic of)</COUNTRY></INDIVIDUAL_ADDRESS>
 <INDIVIDUAL_ADDRESS><COUNTRY/></INDIVIDUAL_ADDRESS>
 <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1969-02-07</DATE></INDIVIDUAL_DATE_OF_BIRTH>
 <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1970</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
 <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1960</FROM_YEAR><TO_YEAR>1962</TO_YEAR>
 </INDIVIDUAL_DATE_OF_BIRTH>
 <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE/></INDIVIDUAL_DATE_OF_BIRTH>
 <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>A1234567</NUMBER>
  <ISSUING_COUNTRY>Iran</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>
 <INDIVIDUAL_DOCUMENT/><SORT_KEY/></INDIVIDUAL>
<INDIVIDUAL><DATAID/><FIRST_NAME>UTAN IDENTITET</FIRST_NAME></INDIVIDUAL>
</INDIVIDUALS><ENTITIES>
<ENTITY><DATAID>6900002</DATAID><FIRST_NAME>HITTEPÅ HANDEL ; HITTEPA TRADING</FIRST_NAME>
 <UN_LIST_TYPE>Test</UN_LIST_TYPE>
 <ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Gamla Hittepå</ALIAS_NAME></ENTITY_ALIAS>
 <ENTITY_ALIAS><QUALITY/><ALIAS_NAME/></ENTITY_ALIAS>
 <ENTITY_ADDRESS><STREET>Storgatan 1</STREET><CITY>Provköping</CITY><COUNTRY>Sweden</COUNTRY></ENTITY_ADDRESS>
</ENTITY></ENTITIES></CONSOLIDATED_LIST>""".encode()


def entries(content: bytes) -> tuple[list[ListEntry], list[RejectedRow]]:
    rows = list(reader.read(content))
    listed = [row for row in rows if isinstance(row, ListedRow)]
    return list(mapper.map_entries(listed)), [row for row in rows if isinstance(row, RejectedRow)]


def test_individual() -> None:
    (person, _entity), rejected = entries(XML)

    assert person.entry == "6900001"
    assert person.schema is ListedSchema.PERSON
    assert [(name.name, name.kind, name.weak) for name in person.names] == [
        ("TESTA VON FIKTIV SON", "primary", False),
        ("Теста Фиктивсон", "original_script", False),
        ("Testus Fictus", "alias", False),
        ("Tessan", "alias", True),
    ]
    assert person.birth_dates == ("1969-02-07", "1969/1971", "1960/1962")
    assert person.countries == ("se", "ir")
    assert person.addresses == ("Provköping, Iran (Islamic Republic of)",)
    assert person.identifiers == (("Passport", "A1234567"),)
    assert person.programmes == ("Test",)
    assert person.listed_on == "2020-02-29"
    assert [row.reason for row in rejected] == [message("list.no_identity", field="DATAID")]


def test_an_entity_name_can_hold_two_names() -> None:
    (_person, entity), _rejected = entries(XML)

    assert entity.schema is ListedSchema.ORGANISATION
    assert [(name.name, name.kind) for name in entity.names] == [
        ("HITTEPÅ HANDEL", "primary"),
        ("HITTEPA TRADING", "alias"),
        ("Gamla Hittepå", "former"),
    ]


def test_date_generated() -> None:
    moment = reader.stated_at(XML)
    assert moment is not None
    assert moment.isoformat() == "2026-11-01T00:00:09.554000+00:00"


@pytest.mark.parametrize(
    "content", [b"<html></html>", b"<export/>", XML[:900], b"{}", b"<CONSOLIDATED_LIST/>"], ids=lambda c: str(c[:12])
)
def test_what_is_not_the_list_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedContent):
        list(reader.read(content))


@given(st.integers(0, len(XML)), st.binary(max_size=4))
def test_truncated_or_damaged_content_only_raises_malformed(cut: int, junk: bytes) -> None:
    for candidate in (XML[:cut], XML[:cut] + junk + XML[cut + 5 :]):
        try:
            list(mapper.map_entries(row for row in reader.read(candidate) if isinstance(row, ListedRow)))
            reader.stated_at(candidate)
        except MalformedContent:
            pass
