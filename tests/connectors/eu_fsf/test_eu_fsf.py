"""The EU list in each of its forms gives the same kind of entries; bad rows are reported, bad files refused."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import FailureReason, MalformedContent, RejectedRow, SourceFailure
from connectors.eu_fsf import mapper, reader
from connectors.eu_fsf.client import Client
from connectors.list_values import ListedRow
from connectors.messages import message
from connectors.settings import ConnectorSettings
from graph.model import ListedSchema, ListEntry

XML = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-11-02T15:29:22.497+01:00" globalFileId="1">
 <sanctionEntity designationDate="2025-07-03" euReferenceNumber="EU.1.1" logicalId="101">
  <remark>Hittepåperson.</remark>
  <regulation numberTitle="2025/1 (OJ L1)" programme="TEST" logicalId="1"/>
  <subjectType code="person" classificationCode="P"/>
  <nameAlias wholeName="Testa Fiktivson" strong="true" nameLanguage=""/>
  <nameAlias firstName="Testus" middleName="" lastName="Fictus" wholeName="" strong="false" nameLanguage="LA"/>
  <citizenship countryIso2Code="SE" countryDescription="SWEDEN"/>
  <citizenship countryIso2Code="00" countryDescription="UNKNOWN"/>
  <birthdate circa="false" calendarType="GREGORIAN" birthdate="1965-12-12" year="1965"/>
  <birthdate circa="true" calendarType="GREGORIAN" year="1958"/>
  <birthdate circa="false" calendarType="GREGORIAN" yearRangeFrom="1960" yearRangeTo="1962"/>
  <birthdate circa="false" calendarType="ISLAMIC" year="1341"/>
  <address street="Storgatan 1" city="Provköping" zipCode="111 11" countryIso2Code="SE" countryDescription="SWEDEN"/>
  <identification number="488555" identificationTypeDescription="National passport" countryIso2Code="IR"/>
  <identification number="750105-9815" identificationTypeDescription="National id" countryIso2Code="SE"/>
 </sanctionEntity>
 <sanctionEntity logicalId="102">
  <subjectType code="enterprise" classificationCode="E"/>
  <nameAlias wholeName="Hittepå Handel AB" strong="true"/>
  <identification number="558000-0015" identificationTypeDescription="Registration number" countryIso2Code="SE"/>
 </sanctionEntity>
 <sanctionEntity logicalId="103"><subjectType code="person"/></sanctionEntity>
 <sanctionEntity><subjectType code="person"/><nameAlias wholeName="Utan Identitet"/></sanctionEntity>
</export>""".encode()

CSV_1_1 = (
    "\ufefffileGenerationDate;Entity_LogicalId;Entity_SubjectType;Entity_SubjectType_ClassificationCode;"
    "Entity_Regulation_Programme;NameAlias_WholeName;BirthDate_BirthDate;BirthDate_Year;BirthDate_Circa;"
    "Citizenship_CountryIso2Code;Address_City;Address_CountryIso2Code;Identification_Number;Entity_Remark\r\n"
    '02/11/2026;101;P;person;TEST;Testa Fiktivson;;;;;;;;"en; anmärkning\r\nmed två rader"\r\n'
    "02/11/2026;101;P;person;TEST;;1965-12-12;1965;false;;;;;\r\n"
    "02/11/2026;101;P;person;TEST;;;1958;true;;;;;\r\n"
    "02/11/2026;101;P;person;TEST;;;;;SE;;;;\r\n"
    "02/11/2026;102;enterprise;E;TEST;Hittepå Handel AB;;;;;Provköping;SE;;\r\n"
    "02/11/2026;;P;person;TEST;Utan Identitet;;;;;;;;\r\n"
).encode()

CSV_1_0 = (
    b"Date_file;Entity_logical_id;Subject_type;Leba_numtitle;Programme;Entity_remark;Naal_logical_id;Entity_logical_id;"
    b"Naal_wholename;Birt_date;Citi_country\r\n"
    b"02/11/2018;101;P;2018/1;TEST;;1;101;Testa Fiktivson;;\r\n"
    b"02/11/2018;101;P;2018/1;TEST;;;;;1965-12-12;\r\n"
    b"02/11/2018;101;P;2018/1;TEST;;;;;;SWE\r\n"
)

ANNEX = (
    "celex,recordId,programKey,annex,measure,startDate,reason,schema,name,alias,weakAlias,previousName,nationality,"
    "birthDate,imoNumber\r\n"
    '32099R0001,1,EU-TEST,I.A,Asset freeze,24.9.2024,"Skäl, i två led",Person,Testa Fiktivson,Testus Fictus; Teste,'
    "Tessan,,Swedish,17.3.1964,\r\n"
    "32099R0001,1,EU-TEST,I.B,Asset freeze,24.9.2024,,LegalEntity,Hittepå Handel AB,,,Gamla Hittepå AB,,,\r\n"
    "32099R0001,2,EU-TEST,I.B,Asset freeze,24.9.2024,,Asset,M/T HITTEPÅ,,,,,,9000001\r\n"
    "32099R0001,3,EU-TEST,I.B,för få kolumner\r\n"
).encode()


def entries(content: bytes) -> tuple[list[ListEntry], list[RejectedRow]]:
    rows = list(reader.read(content))
    listed = [row for row in rows if isinstance(row, ListedRow)]
    return list(mapper.map_entries(listed)), [row for row in rows if isinstance(row, RejectedRow)]


def test_xml_person() -> None:
    (person, _firm), _rejected = entries(XML)

    assert person.entry == "101"
    assert person.schema is ListedSchema.PERSON
    assert [(name.name, name.kind, name.weak) for name in person.names] == [
        ("Testa Fiktivson", "primary", False),
        ("Testus Fictus", "alias", True),
    ]
    assert person.birth_dates == ("1965-12-12", "1957/1959", "1960/1962")
    assert person.countries == ("se",)
    assert person.addresses == ("Storgatan 1, 111 11, Provköping, SWEDEN",)
    assert person.programmes == ("TEST",)
    assert person.listed_on == "2025-07-03"
    assert person.place == "/export/sanctionEntity[@logicalId='101']"
    assert "9815" not in repr(person)


def test_xml_organisation_with_a_swedish_number() -> None:
    (_person, firm), rejected = entries(XML)

    assert firm.schema is ListedSchema.ORGANISATION
    assert firm.swedish_numbers == ("5580000015",)
    assert [row.reason for row in rejected] == [
        message("list.no_name"),
        message("list.no_identity", field="logicalId"),
    ]


def test_generation_date() -> None:
    moment = reader.stated_at(XML)
    assert moment is not None
    assert moment.isoformat() == "2026-11-02T15:29:22.497000+01:00"
    of_csv = reader.stated_at(CSV_1_1)
    assert of_csv is not None
    assert of_csv.date().isoformat() == "2026-11-02"
    assert reader.stated_at(ANNEX) is None


@pytest.mark.parametrize("content", [CSV_1_1, CSV_1_0], ids=["1.1", "1.0"])
def test_csv_rows_of_one_entity_come_together(content: bytes) -> None:
    found, _rejected = entries(content)

    assert found[0].entry == "101"
    assert found[0].schema is ListedSchema.PERSON
    assert [name.name for name in found[0].names] == ["Testa Fiktivson"]
    assert found[0].birth_dates[0] == "1965-12-12"
    assert found[0].countries == ("se",)


def test_csv_bad_row_is_reported_and_the_rest_read() -> None:
    found, rejected = entries(CSV_1_1)

    assert [entry.entry for entry in found] == ["101", "102"]
    assert found[0].remarks == "en; anmärkning med två rader"
    assert [row.reason for row in rejected] == [message("list.no_identity", field="Entity_LogicalId")]


def test_csv_saved_with_every_line_quoted_once_more() -> None:
    lines = CSV_1_0.decode().replace("Date_file;", "Date_filexx;").splitlines()
    wrapped = "\r\n".join(f'"{line}\t\t\t"' for line in lines).encode()

    found, rejected = entries(wrapped)

    assert [entry.names[0].name for entry in found] == ["Testa Fiktivson"]
    assert not rejected


def test_annex() -> None:
    found, rejected = entries(ANNEX)

    assert [(entry.entry, entry.schema) for entry in found] == [
        ("32099R0001/I.A/1", ListedSchema.PERSON),
        ("32099R0001/I.B/1", ListedSchema.ORGANISATION),
        ("32099R0001/I.B/2", ListedSchema.VESSEL),
    ]
    assert [(name.name, name.kind, name.weak) for name in found[0].names] == [
        ("Testa Fiktivson", "primary", False),
        ("Testus Fictus", "alias", False),
        ("Teste", "alias", False),
        ("Tessan", "alias", True),
    ]
    assert found[0].birth_dates == ("1964-03-17",)
    assert found[0].listed_on == "2024-09-24"
    assert found[1].names[1].kind == "former"
    assert len(rejected) == 1


def test_names_yaml() -> None:
    content = b"""---
EU-Sanctions:
  content:
  - citizen: [no]
    dob_epoch: [-1031270400]
    names: [Testa Fiktivson, Testus]
  - names: []
  updated: 1614297600
"""
    found, rejected = entries(content)

    assert found[0].birth_dates == ("1937-04-28",)
    assert found[0].countries == ("no",)
    assert len(rejected) == 1


BOMB = b"""<?xml version="1.0"?><!DOCTYPE e [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<export generationDate="2026-01-01"><sanctionEntity logicalId="1"><remark>&b;</remark></sanctionEntity></export>"""


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>Service unavailable</body></html>",
        b"<CONSOLIDATED_LIST><sanctionEntity logicalId='1'/></CONSOLIDATED_LIST>",
        b"<export></export>",
        BOMB,
        b"hej",
        XML[: len(XML) // 2],
        CSV_1_1[: CSV_1_1.index(b"\n") + 1],
    ],
    ids=["html", "other list", "empty", "entity bomb", "text", "half", "header only"],
)
def test_what_is_not_the_list_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedContent):
        list(reader.read(content))


@given(st.sampled_from([XML, CSV_1_1, CSV_1_0, ANNEX]), st.integers(0, 3000), st.binary(max_size=4))
def test_truncated_or_damaged_content_only_raises_malformed(content: bytes, cut: int, junk: bytes) -> None:
    damaged = content[:cut] + junk + content[cut + 7 :]
    for candidate in (content[:cut], damaged):
        try:
            list(mapper.map_entries(row for row in reader.read(candidate) if isinstance(row, ListedRow)))
            reader.stated_at(candidate)
        except MalformedContent:
            pass


def test_client_fetches_the_list_and_its_own_time() -> None:
    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, content=XML, headers={"content-type": "application/xml; charset=utf-8"})
    )
    settings = ConnectorSettings(eu_fsf_url="https://list.example/content?token=hemlig")

    document = Client(settings, transport=transport).fetch()

    assert document.content == XML
    assert document.media_type == "application/xml"
    assert document.stated_at == reader.stated_at(XML)
    assert "hemlig" not in repr(document)


def test_client_without_address_is_not_configured() -> None:
    with pytest.raises(SourceFailure) as failure:
        Client(ConnectorSettings(eu_fsf_url=None)).fetch()
    assert failure.value.reason is FailureReason.NOT_CONFIGURED
