"""The published samples and schemas of Bolagsverket's services, and another team's reading of them as oracle."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from connectors import ssbt
from connectors.base import FetchedDocument, MalformedContent, Mapped
from connectors.bolagsverket_vdm.reader import read_documents
from connectors.codes import (
    DEREGISTRATIONS,
    LEGAL_FORMS,
    NUMERIC_PROCEEDINGS,
    ONGOING_PROCEEDINGS,
    ORGANISATION_FORMS,
)
from connectors.politeness import UnlimitedRateLimiter
from connectors.registry import lookup
from connectors.settings import ConnectorSettings
from connectors.ssbten import client as ssbten_client
from connectors.ssbtgu import client as ssbtgu_client
from connectors.ssbtgu.officers import parse
from graph.model import AnswerStatus, EntityKey, Predicate

SHARED = Path(os.environ.get("GENOMLYS_SHARED", Path(__file__).parents[3] / "shared"))
SAMPLES = SHARED / "samples"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no samples at {SAMPLES}"),
]


class Keyer:
    def by_number(self, number: str) -> EntityKey:
        return EntityKey("PERSON:" + hashlib.sha256(number.encode()).hexdigest()[:32])

    def by_description(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        return self.by_number(f"{name}|{birth_date or scope}")


def mapped(source: str, path: Path) -> Mapped:
    document = FetchedDocument(source, path.read_bytes(), "x/y", "fil", datetime(2026, 11, 22, tzinfo=UTC))
    return lookup(source).map(document, Keyer(), None)


def values(result: Mapped, predicate: Predicate) -> list[dict[str, object]]:
    return [dict(fact.value) for fact in result.facts if fact.predicate is predicate]


@pytest.mark.parametrize(
    ("file", "status", "facts"),
    [
        ("organisationer-aktiebolag-svar.json", AnswerStatus.FOUND, 18),
        ("live-flattened-hm.json", AnswerStatus.FOUND, 9),
        ("live-flattened-ikea-of-sweden-ab.json", AnswerStatus.FOUND, 10),
        ("live-flattened-spotify-ab.json", AnswerStatus.FOUND, 9),
        ("ApiError-ejbehorig.json", AnswerStatus.NO_ANSWER, 0),
        ("ApiError-felbegaran.json", AnswerStatus.NO_ANSWER, 0),
        ("ApiError-forbjuden.json", AnswerStatus.NO_ANSWER, 0),
        ("ApiError-servicefel.json", AnswerStatus.NO_ANSWER, 0),
    ],
)
def test_every_vdm_answer_is_read(file, status, facts):
    result = mapped("bolagsverket_vdm", SAMPLES / "bolagsverket-vdm" / file)
    assert (result.status, len(result.facts), result.rejected, result.missing) == (status, facts, (), ())


@pytest.mark.parametrize(
    "file",
    [
        "organisationer-aktiebolag-begaran.json",
        "organisationer-enskild-begaran.json",
        "openapi-vardefulla-datamangder-v1-portal-export.json",
        "openapi-vardefulla-datamangder-v1.yaml",
        "dokumentlista-svar.json",
    ],
)
def test_every_other_vdm_file_is_named_for_what_it_is(file):
    with pytest.raises(MalformedContent, match="the file is"):
        mapped("bolagsverket_vdm", SAMPLES / "bolagsverket-vdm" / file)


def test_document_list_is_read():
    assert len(read_documents((SAMPLES / "bolagsverket-vdm" / "dokumentlista-svar.json").read_bytes())) == 2


SSBT = SAMPLES / "bolagsverket-ssbt"


@pytest.mark.parametrize(
    ("person", "status", "engagements"),
    [
        ("198000000001", AnswerStatus.FOUND, 2),
        ("198000000003", AnswerStatus.NOT_FOUND, 0),
        ("198000000004", AnswerStatus.FOUND, 2),
        ("198000000005", AnswerStatus.NO_ANSWER, 0),
        ("198000000006", AnswerStatus.FOUND, 1),
        ("198000000009", AnswerStatus.FOUND, 2),
        ("198001011234", AnswerStatus.FOUND, 6),
    ],
)
def test_every_ssbten_answer_is_read(person, status, engagements):
    result = mapped("ssbten", SSBT / f"ssbten-svar-{person}.xml")
    assert (result.status, len(values(result, Predicate.ENGAGEMENT))) == (status, engagements)
    assert person not in str(result.facts)


def test_ssbtgu_answer_agrees_with_the_other_team():
    expected = json.loads((SSBT / "ssbtgu-expected-parse.json").read_text())
    result = mapped("ssbtgu", SSBT / "ssbtgu-svar.xml")

    def only(predicate: Predicate, **having: object) -> dict[str, object]:
        found = [value for value in values(result, predicate) if having.items() <= value.items()]
        assert len(found) == 1
        return found[0]

    assert only(Predicate.NAME, name=expected["companyName"])["kind"] == "registered"
    assert only(Predicate.SIGNATORY)["text"] == expected["businessSignatory"]
    assert only(Predicate.ACTIVITY)["text"] == expected["companyDescription"]
    postal = only(Predicate.ADDRESS, kind="postal")
    address = expected["address"]
    assert (postal["street"], postal["postal_code"], postal["city"]) == (
        address["street"],
        address["postcode"],
        address["city"],
    )
    assert str(only(Predicate.ADDRESS, kind="visiting")["street"]).startswith(expected["companyLocation"]["street"])
    seat = only(Predicate.SEAT)
    assert seat["municipality_code"] == expected["municipality"]["municipalityCode"]
    assert seat["county_code"] == expected["county"]["countyCode"]
    assert only(Predicate.REGISTRATION)["date"] == expected["companyRegistrationTime"]
    assert only(Predicate.DEREGISTRATION)["date"] == expected["deregistrationDate"]
    assert only(Predicate.LEGAL_FORM, scheme="scb")["code"] == expected["legalForm"]["legalFormCode"]
    assert only(Predicate.LEGAL_FORM, scheme="bolagsverket")["code"] == expected["companyForm"]["companyFormCode"]
    assert only(Predicate.EMAIL)["address"] == expected["emailAddress"]
    assert only(Predicate.PHONE)["number"] == expected["phoneNumber"]
    assert only(Predicate.FINANCIAL_YEAR) == {
        "from_month": expected["fiscalYear"]["fromMonth"],
        "from_day": expected["fiscalYear"]["fromDay"],
        "to_month": expected["fiscalYear"]["toMonth"],
        "to_day": expected["fiscalYear"]["toDay"],
    }
    assert [(value["code"], value["date"], value["text"]) for value in values(result, Predicate.PROCEEDING)] == [
        (reason["liquidationCode"], reason["liquidationDate"], reason["liquidationDescription"])
        for reason in expected["liquidationInformation"]["liquidationReasons"]
    ]
    codes = expected["errorInformation"]["errorDescriptions"]
    assert [part.reason.split()[-1] for part in result.missing] == list(codes)


def test_officers_agree_with_the_other_team():
    expected = json.loads((SSBT / "ssbtgu-expected-officials.json").read_text())
    root = etree.parse(str(SSBT / "ssbtgu-svar.xml")).getroot()
    text = next(root.iter("{*}SamladeFunktionarerBeskrivning")).text or ""
    read = parse(text)
    assert read.unread == ()

    def line(officer) -> tuple[object, ...]:
        identity = officer.number or (officer.birth_date or "").replace("-", "")
        name = officer.name if officer.is_organisation else f"{officer.family}, {officer.given}"
        return (identity, name, officer.place, tuple(sorted(officer.roles)))

    assert sorted(map(line, read.officers)) == sorted(
        (row["legalId"].rstrip(","), row["name"], row["location"], tuple(sorted(row["roles"]))) for row in expected
    )


class _Sent(Exception):
    """Stops a client when its request is written."""


@pytest.mark.parametrize(
    ("module", "schema", "number"),
    [
        (ssbtgu_client, "ssbtgu/GrundlaggandeUppgifter.xsd", "5580000015"),
        (ssbtgu_client, "ssbtgu/GrundlaggandeUppgifter.xsd", "198001019804"),
        (ssbten_client, "ssbten/Engagemang.xsd", "198001019804"),
        (ssbten_client, "ssbten/Engagemang.xsd", "198001619801"),
    ],
)
def test_requests_are_valid_by_the_published_schema(monkeypatch, module, schema, number):
    settings = ConnectorSettings(
        ssbtgu_url="http://127.0.0.1:1/",
        ssbten_url="http://127.0.0.1:1/",
        ssbt_consumer_number="212000-1234",
        ssbt_consumer_name="Provköpings kommun",
    )
    written: list[bytes] = []

    def capture(*arguments, **named) -> bytes:
        written.append(build(*arguments, **named))
        raise _Sent

    build = ssbt.build_request
    monkeypatch.setattr(ssbt, "build_request", capture)
    with pytest.raises(_Sent):
        module.Client(settings, UnlimitedRateLimiter()).fetch(number)
    body = etree.fromstring(written[0]).find(f"{{{ssbt.ENVELOPE}}}Body")
    xsd = etree.XMLSchema(etree.parse(str(SSBT / "wsdl-xsd" / "schema" / schema)))
    xsd.assertValid(etree.ElementTree(body[0]))
    wsdl = etree.parse(str(SSBT / "wsdl-xsd" / f"{module.SERVICE.source.capitalize()}.wsdl"))
    assert wsdl.xpath("//@soapAction") == [module.SERVICE.action]


@pytest.mark.parametrize(
    ("file", "codes"),
    [
        ("organisationsform.csv", ORGANISATION_FORMS),
        ("jurform.csv", LEGAL_FORMS),
        ("avregistreringsorsak.csv", {code: item.text for code, item in DEREGISTRATIONS.items()}),
        ("pagaende_forfarande.csv", {code: item.text for code, item in ONGOING_PROCEEDINGS.items()}),
        ("numeriska_statuskoder_delvis.csv", {code: item.text for code, item in NUMERIC_PROCEEDINGS.items()}),
    ],
)
def test_code_lists_are_complete(file, codes):
    lines = (SAMPLES / "codelists-bolagsverket" / file).read_text().splitlines()[1:]
    listed = {code: text.strip('"') for code, text in (line.split(",", 1) for line in lines)}
    assert listed == dict(codes)
