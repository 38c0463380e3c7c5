# ruff: noqa: E501
"""OFAC's lists: legacy CSV in four parts, two XML forms, and the related United States lists."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import FailureReason, MalformedContent, RejectedRow, SourceFailure
from connectors.list_values import ListedRow
from connectors.messages import message
from connectors.ofac_sdn import mapper, reader
from connectors.ofac_sdn.client import Client
from connectors.settings import ConnectorSettings
from graph.model import ListedSchema, ListEntry

SDN = (
    b'101,"FIKTIVSON, Testa","individual","SDGT] [IFSR",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    b'"DOB 05 Jan 1975; alt. DOB circa 1977; POB Provkoping, Sweden; nationality Sweden; citizen Iran; '
    b"Passport A1234567 (Iran); Identification Number 750105-9815 (Sweden); Phone Number 46700000000; "
    b"a.k.a. 'TESSAN'; a.k.a. 'FICTUS, Testus'; Linked To: HITTEPA HANDEL AB.\"\r\n"
    b'102,"HITTEPA HANDEL AB",-0- ,"SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    b'"Registration ID 558000-0015 (Sweden); Tax ID No. 52-194 (United Sta"\r\n'
    b'103,"HITTEPA STAR","vessel","IRAN",-0- ,"ABCD1",Crude Oil Tanker,-0- ,-0- ,"Iran",-0- ,'
    b'"Vessel Registration Identification IMO 9000001."\r\n'
    b'104,"EP-TST","aircraft","IRAN",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
    b'105,"FOR FA KOLUMNER"\r\n'
    b"\x1a"
)
ADD = b'102,1,"Storgatan 1","Provkoping 111 11","Sweden",-0- \r\n103,2,-0- ,-0- ,"Iran",-0- \r\n\x1a'
ALT = (
    b'102,1,"aka","HITTEPA TRADING",-0- \r\n102,2,"fka","GAMLA HITTEPA",-0- \r\n101,3,"aka","FICTUS, Test",-0- \r\n\x1a'
)
COMMENTS = b'102,"tes); Company Number 77 (Iran)."\r\n\x1a'
PACKED = reader.pack({"sdn.csv": SDN, "add.csv": ADD, "alt.csv": ALT, "sdn_comments.csv": COMMENTS})

SDN_XML = b"""<?xml version="1.0"?><sdnList xmlns="http://tempuri.org/sdnList.xsd"><publshInformation>
<Publish_Date>11/02/2026</Publish_Date></publshInformation>
<sdnEntry><uid>101</uid><firstName>Testa</firstName><lastName>FIKTIVSON</lastName><sdnType>Individual</sdnType>
<programList><program>SDGT</program></programList>
<akaList><aka><uid>1</uid><type>a.k.a.</type><category>weak</category><lastName>TESSAN</lastName></aka></akaList>
<nationalityList><nationality><country>Sweden</country></nationality></nationalityList>
<dateOfBirthList><dateOfBirthItem><dateOfBirth>05 Jun 1950</dateOfBirth></dateOfBirthItem></dateOfBirthList>
<idList><id><idType>Passport</idType><idNumber>A1</idNumber><idCountry>Iran</idCountry></id></idList></sdnEntry>
<sdnEntry><uid/><lastName>UTAN</lastName></sdnEntry></sdnList>"""

ADVANCED = """<Sanctions xmlns="urn:any:namespace"><DateOfIssue><Year>2026</Year><Month>7</Month><Day>30</Day></DateOfIssue>
<ReferenceValueSets><AliasTypeValues><AliasType ID="9">F.K.A.</AliasType><AliasType ID="8">Name</AliasType></AliasTypeValues>
<PartyTypeValues><PartyType ID="71">Individual</PartyType></PartyTypeValues>
<PartySubTypeValues><PartySubType ID="5" PartyTypeID="71">Unknown</PartySubType></PartySubTypeValues>
<NamePartTypeValues><NamePartType ID="61">Last Name</NamePartType><NamePartType ID="62">First Name</NamePartType>
</NamePartTypeValues><FeatureTypeValues><FeatureType ID="41">Birthdate</FeatureType><FeatureType ID="42">Location</FeatureType>
</FeatureTypeValues><IDRegDocTypeValues><IDRegDocType ID="31">Registration ID</IDRegDocType></IDRegDocTypeValues>
<AreaCodeValues><AreaCode ID="21" CountryID="21" Description="Sweden">SE</AreaCode></AreaCodeValues></ReferenceValueSets>
<Locations><Location ID="500"><LocationCountry CountryID="21"/><LocationPart><LocationPartValue><Value>Provköping</Value>
</LocationPartValue></LocationPart></Location></Locations>
<IDRegDocuments><IDRegDocument IDRegDocTypeID="31" IdentityID="6"><IDRegistrationNo>558000-0015</IDRegistrationNo>
<IssuedBy CountryID="21"/></IDRegDocument></IDRegDocuments>
<DistinctParties><DistinctParty FixedRef="801"><Profile ID="801" PartySubTypeID="5"><Identity ID="6">
<Alias AliasTypeID="9" Primary="false" LowQuality="true"><DocumentedName><DocumentedNamePart><NamePartValue
 NamePartGroupID="1">GAMMAL</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
<Alias AliasTypeID="8" Primary="true" LowQuality="false"><DocumentedName><DocumentedNamePart><NamePartValue
 NamePartGroupID="1">FIKTIVSON</NamePartValue></DocumentedNamePart><DocumentedNamePart><NamePartValue
 NamePartGroupID="2">Testa</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
<NamePartGroups><MasterNamePartGroup><NamePartGroup ID="1" NamePartTypeID="61"/></MasterNamePartGroup>
<MasterNamePartGroup><NamePartGroup ID="2" NamePartTypeID="62"/></MasterNamePartGroup></NamePartGroups></Identity>
<Feature FeatureTypeID="41"><FeatureVersion><DatePeriod><Start Approximate="false"><From><Year>1965</Year><Month>1</Month>
<Day>1</Day></From></Start><End><To><Year>1966</Year><Month>12</Month><Day>31</Day></To></End></DatePeriod></FeatureVersion>
</Feature><Feature FeatureTypeID="42"><FeatureVersion><VersionLocation LocationID="500"/></FeatureVersion></Feature>
</Profile></DistinctParty></DistinctParties>
<SanctionsEntries><SanctionsEntry ProfileID="801"><EntryEvent><Date><Year>2026</Year><Month>1</Month><Day>15</Day></Date>
</EntryEvent><SanctionsMeasure><Comment>SDGT</Comment></SanctionsMeasure></SanctionsEntry></SanctionsEntries></Sanctions>
""".encode()

DENIED = (
    b'"Name"\t"Street_Address"\t"City"\t"State"\t"Country"\t"Postal_Code"\t"Effective_Date"\t"Action"\r\n'
    b'"HITTEPA HANDEL"\t"1 ROAD"\t"TOWN"\t"TX"\t"US"\t"75159"\t"06/19/2003"\t"ADDED"\r\n'
    b'"HITTEPA HANDEL"\t"2 ROAD"\t"TOWN"\t""\t"SE"\t""\t"06/19/2003"\t"ADDED"\r\n'
)


def entries(content: bytes) -> tuple[dict[str, ListEntry], list[RejectedRow]]:
    rows = list(reader.read(content))
    listed = [row for row in rows if isinstance(row, ListedRow)]
    return {entry.entry: entry for entry in mapper.map_entries(listed)}, [
        row for row in rows if isinstance(row, RejectedRow)
    ]


def test_person_with_remarks() -> None:
    found, _rejected = entries(PACKED)
    person = found["101"]

    assert person.schema is ListedSchema.PERSON
    assert [(name.name, name.kind, name.weak) for name in person.names] == [
        ("Testa FIKTIVSON", "primary", False),
        ("Test FICTUS", "alias", False),
        ("TESSAN", "alias", True),
        ("Testus FICTUS", "alias", True),
    ]
    assert person.programmes == ("SDGT", "IFSR")
    assert person.birth_dates == ("1975-01-05", "1976/1978")
    assert set(person.countries) == {"se", "ir"}
    assert person.identifiers == (("Passport", "A1234567"), ("Identification Number", "750105-****"))
    assert person.swedish_numbers == ()
    assert "9815" not in repr(person)


def test_organisation_with_parts_overflow_and_swedish_number() -> None:
    found, rejected = entries(PACKED)
    firm = found["102"]

    assert [(name.name, name.kind) for name in firm.names] == [
        ("HITTEPA HANDEL AB", "primary"),
        ("HITTEPA TRADING", "alias"),
        ("GAMLA HITTEPA", "former"),
    ]
    assert firm.addresses == ("Storgatan 1, Provkoping 111 11, Sweden",)
    assert firm.swedish_numbers == ("5580000015",)
    assert ("Company Number", "77") in firm.identifiers
    assert firm.place == "sdn.csv row 2"
    assert [(row.place, row.reason) for row in rejected] == [
        ("sdn.csv row 5", message("row.columns", found=2, expected=12))
    ]


def test_vessels_and_aircraft_keep_their_kind() -> None:
    found, _rejected = entries(PACKED)

    assert found["103"].schema is ListedSchema.VESSEL
    assert ("Vessel Registration Identification", "IMO 9000001") in found["103"].identifiers
    assert found["104"].schema is ListedSchema.AIRCRAFT


def test_packing_is_deterministic() -> None:
    again = reader.pack({"sdn_comments.csv": COMMENTS, "alt.csv": ALT, "add.csv": ADD, "sdn.csv": SDN})

    assert again == PACKED


def test_missing_parts_are_told() -> None:
    found, rejected = entries(SDN)

    assert len(found) == 4
    assert {row.place for row in rejected} >= {"add.csv", "alt.csv"}


def test_a_part_alone_is_no_list_but_can_be_read() -> None:
    with pytest.raises(MalformedContent, match=r"add\.csv"):
        list(reader.read(ADD))
    assert [row.address for row in reader.read_part(ADD) if isinstance(row, reader.PartRow)] == [
        "Storgatan 1, Provkoping 111 11, Sweden",
        "Iran",
    ]


def test_sdn_xml() -> None:
    found, rejected = entries(SDN_XML)

    person = found["101"]
    assert [(name.name, name.weak) for name in person.names] == [("Testa FIKTIVSON", False), ("TESSAN", True)]
    assert person.birth_dates == ("1950-06-05",)
    assert person.countries == ("se",)
    moment = reader.stated_at(SDN_XML)
    assert moment is not None
    assert moment.date().isoformat() == "2026-11-02"
    assert len(rejected) == 1


def test_advanced_xml_resolves_its_own_codes() -> None:
    found, _rejected = entries(ADVANCED)

    party = found["801"]
    assert party.schema is ListedSchema.PERSON
    assert [(name.name, name.kind, name.weak) for name in party.names] == [
        ("Testa FIKTIVSON", "primary", False),
        ("GAMMAL", "former", True),
    ]
    assert party.birth_dates == ("1965/1966",)
    assert party.addresses == ("Provköping, Sweden",)
    assert party.swedish_numbers == ("5580000015",)
    assert party.programmes == ("SDGT",)
    assert party.listed_on == "2026-01-15"


def test_denied_persons_are_gathered_by_party() -> None:
    found, _rejected = entries(DENIED)

    (party,) = found.values()
    assert len(party.addresses) == 2
    assert party.countries == ("us", "se")
    assert party.listed_on == "2003-06-19"


def test_consolidated_screening_list() -> None:
    content = (
        b"source,entity_number,type,programs,name,addresses,alt_names,citizenships,dates_of_birth,nationalities,ids,"
        b"start_date,remarks\r\n"
        b'Specially Designated Nationals (SDN) - Treasury Department,101,Individual,SDGT,"FIKTIVSON, Testa",'
        b'"Provkoping, SE",TESSAN; FICTUS,SE,1965,,"SE, 558000-0015, Registration ID",,\r\n'
    )
    found, _rejected = entries(content)

    entry = found["SDN/101"]
    assert [name.name for name in entry.names] == ["Testa FIKTIVSON", "TESSAN", "FICTUS"]
    assert entry.swedish_numbers == ("5580000015",)
    assert entry.countries == ("se",)


@pytest.mark.parametrize(
    "content", [b"", b"hej", b"PK\x03\x04", b"<html/>", b"a,b,c\r\n", b"<sdnList/>", SDN_XML[:600]]
)
def test_what_is_not_the_list_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedContent):
        list(reader.read(content))


@given(st.sampled_from([SDN, PACKED, SDN_XML, ADVANCED, DENIED, ADD]), st.integers(0, 4000), st.binary(max_size=4))
def test_truncated_or_damaged_content_only_raises_malformed(content: bytes, cut: int, junk: bytes) -> None:
    for candidate in (content[:cut], content[:cut] + junk + content[cut + 5 :]):
        try:
            list(mapper.map_entries(row for row in reader.read(candidate) if isinstance(row, ListedRow)))
            reader.stated_at(candidate)
        except MalformedContent:
            pass


def _transport(files: dict[str, bytes]) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        content = files[request.url.path.rsplit("/", 1)[-1]]
        return httpx.Response(200, content=content, headers={"last-modified": "Mon, 02 Nov 2026 10:00:00 GMT"})

    return httpx.MockTransport(answer)


def test_client_packs_the_four_parts() -> None:
    files = {"SDN.CSV": SDN, "ADD.CSV": ADD, "ALT.CSV": ALT, "SDN_COMMENTS.CSV": b"\x1a"}

    document = Client(ConnectorSettings(), transport=_transport(files)).fetch()

    assert document.media_type == "application/zip"
    assert document.stated_at is not None
    assert document.stated_at.isoformat() == "2026-11-02T10:00:00+00:00"
    assert len(entries(document.content)[0]) == 4


def test_client_refuses_a_part_that_is_a_web_page() -> None:
    files = {"SDN.CSV": SDN, "ADD.CSV": b"<html>busy</html>", "ALT.CSV": ALT, "SDN_COMMENTS.CSV": COMMENTS}

    with pytest.raises(SourceFailure) as failure:
        Client(ConnectorSettings(), transport=_transport(files)).fetch()
    assert failure.value.reason is FailureReason.MALFORMED
