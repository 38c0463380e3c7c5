"""SSBTGU: the question by the schema, every block to facts, every fault kept apart from *there is none*."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from lxml import etree

from connectors.base import FailureReason, FetchedDocument, MalformedContent, Mapped, SourceFailure
from connectors.politeness import UnlimitedRateLimiter
from connectors.registry import lookup
from graph.model import AnswerStatus, EntityKey, Predicate, organisation_key

NUMBER = "5580000015"
PERSON = "198001019804"
KEY = organisation_key(NUMBER)
STATED = datetime(2026, 11, 20, 8, 11, 2, 908000, tzinfo=UTC)


def fetch(settings, number: str = NUMBER) -> FetchedDocument:
    return lookup("ssbtgu").fetch(settings, UnlimitedRateLimiter(), number)


def failure(settings, number: str = NUMBER) -> SourceFailure:
    with pytest.raises(SourceFailure) as raised:
        fetch(settings, number)
    assert PERSON not in str(raised.value)
    return raised.value


def mapped(keyer, content: bytes, subject: EntityKey | None = KEY) -> Mapped:
    document = FetchedDocument("ssbtgu", content, "text/xml", "fråga", datetime(2026, 11, 22, tzinfo=UTC))
    return lookup("ssbtgu").map(document, keyer, subject)


def values(result: Mapped, predicate: Predicate) -> list[dict[str, Any]]:
    return [dict(fact.value) for fact in result.facts if fact.predicate is predicate]


def test_the_question_carries_who_asks_and_what(outside, settings, make_reply, ssbt):
    outside.answers(make_reply(body=ssbt.gu(ssbt.block("UD0029", "<iumf:Skatteform>Ja</iumf:Skatteform>"))))
    document = fetch(settings)
    assert document.stated_at == STATED
    assert document.request == "SSBTGU GetForetagsuppgifter, organisationsnummer 558000-0015"
    asked = outside.asked[0]
    assert asked.headers["soapaction"] == '"urn:GetForetagsuppgifter"'
    request = etree.fromstring(asked.body)
    texts = {etree.QName(element).localname: element.text for element in request.iter() if element.text}
    assert texts["PartNamn"] == "Provköpings kommun"
    codes = [element.text for element in request.iter() if etree.QName(element).localname == "GrundlaggandeUppgiftId"]
    assert {"UD0029", "UD0031", "UD0033", "UD0047"} <= set(codes)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (500, "EjBehorig", FailureReason.UNAUTHORISED),
        (500, "Timeout", FailureReason.TIMEOUT),
        (500, "OtillgangligUppgiftskalla", FailureReason.SERVICE_FAULT),
        (200, "OgiltigBegaran", FailureReason.REFUSED),
        (500, None, FailureReason.SERVICE_FAULT),
        (500, b"<html>Internal error</html>", FailureReason.SERVICE_FAULT),
        (503, b"", FailureReason.SERVICE_FAULT),
        (403, b"", FailureReason.UNAUTHORISED),
        (200, b"<html>Logga in</html>", FailureReason.MALFORMED),
        (200, b"{}", FailureReason.MALFORMED),
        (200, b"<a/>", FailureReason.MALFORMED),
        (200, b"", FailureReason.TRUNCATED),
        (
            200,
            b"<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><soap:Bo",
            FailureReason.TRUNCATED,
        ),
        (200, b"<?xml version='1.0' encoding='UTF-8'?><a>\xe5</a>", FailureReason.WRONG_ENCODING),
    ],
)
def test_each_bad_answer_has_its_reason(outside, settings, make_reply, ssbt, status, body, reason):
    content = body if isinstance(body, bytes) else ssbt.service_fault("ssbtgu/v2", body)
    outside.answers(make_reply(status=status, body=content))
    assert failure(settings).reason is reason


def test_fault_of_the_clients_making_is_not_tried_again(outside, settings, make_reply, ssbt):
    outside.answers(make_reply(status=500, body=ssbt.service_fault("ssbtgu/v2", None, "soap:Client")))
    assert failure(settings).reason is FailureReason.REFUSED
    assert len(outside.asked) == 1


def test_unknown_company_is_an_answer(outside, settings, make_reply, ssbt, keyer):
    outside.answers(make_reply(status=500, body=ssbt.service_fault("ssbtgu/v2", "ForetagFinnsEj")))
    document = fetch(settings)
    result = lookup("ssbtgu").map(document, keyer, KEY)
    assert (result.status, result.reason) == (AnswerStatus.NOT_FOUND, "ForetagFinnsEj 17")


@pytest.mark.parametrize("setting", ["ssbtgu_url", "ssbt_consumer_number", "ssbt_consumer_name"])
def test_without_an_agreement_nothing_is_asked(outside, settings, setting):
    raised = failure(settings.model_copy(update={setting: None}))
    assert raised.reason is FailureReason.NOT_CONFIGURED
    assert f"GENOMLYS_{setting.upper()}" in str(raised)
    assert outside.asked == []


def test_missing_client_certificate_is_named(outside, settings, tmp_path):
    bare = settings.model_copy(update={"ssbt_client_certificate": tmp_path / "saknas.pem"})
    assert failure(bare).reason is FailureReason.NOT_CONFIGURED


def test_a_sole_traders_number_is_in_the_body_only(outside, settings, make_reply, ssbt):
    outside.answers(make_reply(body=ssbt.gu(number=PERSON, kind="Personnummer")))
    document = fetch(settings, PERSON)
    asked = outside.asked[0]
    assert PERSON.encode() in asked.body
    assert PERSON not in asked.path + str(asked.headers) + document.request


def yes_no(ssbt, f_tax: str = "Ja", vat: str = "Nej") -> list[str]:
    return [
        ssbt.block("UD0029", f"<iumf:Skatteform>{f_tax}</iumf:Skatteform>", "Skatteverket"),
        ssbt.block("UD0031", f"<iumf:Momsregistrerad>{vat}</iumf:Momsregistrerad>", "Skatteverket"),
        ssbt.block("UD0033", "<iumf:Arbetsgivarregistrerad>Nej</iumf:Arbetsgivarregistrerad>", "Skatteverket"),
    ]


def proceedings(*items: tuple[str, str, str, str]) -> str:
    rows = "".join(
        f'<iumf:Avveckling Typ="{kind}"><iumf:AvvecklingKod>{code}</iumf:AvvecklingKod><iumf:AvvecklingBeskrivning>'
        f"{text}</iumf:AvvecklingBeskrivning><iumf:AvvecklingDatum>{on}</iumf:AvvecklingDatum></iumf:Avveckling>"
        for kind, code, text, on in items
    )
    return f"<iumf:Avvecklingsforfarande>{rows}</iumf:Avvecklingsforfarande>"


def test_tax_registrations(keyer, ssbt):
    result = mapped(keyer, ssbt.gu(*yes_no(ssbt)))
    assert values(result, Predicate.F_TAX) == [{"registered": True}]
    assert values(result, Predicate.VAT) == values(result, Predicate.EMPLOYER) == [{"registered": False}]
    assert {fact.observed_at for fact in result.facts} == {STATED}
    assert next(fact.place for fact in result.facts) == "//UD0029/Skatteform"


def test_absent_is_fine_but_every_other_fault_and_silence_is_unknown(keyer, ssbt):
    result = mapped(
        keyer,
        ssbt.gu(
            ssbt.block("UD0001", "<iumf:ForetagNamn>Granby Bygg AB</iumf:ForetagNamn>"),
            ssbt.block("UD0027", ssbt.fault("UppgiftFinnsEj")),
            ssbt.block("UD0029", ssbt.fault("OtillgangligUppgiftskalla"), "Skatteverket"),
            ssbt.block("UD0031", ssbt.fault("Timeout", "99"), "Skatteverket"),
            ssbt.block("UD0047", "", "Bolagsverket"),
        ),
    )
    assert result.status is AnswerStatus.FOUND
    assert [(part.part, part.producer, part.reason, part.predicates) for part in result.missing] == [
        ("UD0029", "Skatteverket", "OtillgangligUppgiftskalla", (Predicate.F_TAX,)),
        ("UD0031", "Skatteverket", "Timeout 99", (Predicate.VAT,)),
        ("UD0033", "okänd", "EJ_I_SVARET", (Predicate.EMPLOYER,)),
    ]


@pytest.mark.parametrize(
    ("faults", "status", "reason"),
    [
        (["ForetagFinnsEj", "ForetagFinnsEj"], AnswerStatus.NOT_FOUND, "ForetagFinnsEj"),
        (["UppgiftFinnsEj", "ForetagFinnsEj"], AnswerStatus.NOT_FOUND, "ForetagFinnsEj"),
        (["ForetagFinnsEj", "Timeout"], AnswerStatus.NO_ANSWER, "timeout"),
        (["EjBehorig", "EjBehorig"], AnswerStatus.NO_ANSWER, "unauthorised"),
    ],
)
def test_only_faults_is_found_by_nobody_or_answered_by_nobody(keyer, ssbt, faults, status, reason):
    blocks = [ssbt.block(code, ssbt.fault(fault)) for code, fault in zip(("UD0001", "UD0029"), faults, strict=True)]
    result = mapped(keyer, ssbt.gu(*blocks))
    assert (result.status, result.reason, result.facts) == (status, reason, ())


def test_proceedings_keep_their_state(keyer, ssbt):
    content = proceedings(
        ("Konkurs", "20", "Konkurs inledd", "2026-09-01"),
        ("Foretagsrekonstruktion", "81", "Företagsrekonstruktion avslutad", "2025-01-01"),
        ("Konkurs", "24", "Konkurs upphävd", "2024-01-01"),
        ("FusionOverlatande", "55", "Fusion beslutad", "2026-01-01"),
        ("Likvidation", "39", "Något nytt", "2026-02-01"),
    )
    result = mapped(keyer, ssbt.gu(ssbt.block("UD0027", content)))
    assert [(value["kind"], value["state"]) for value in values(result, Predicate.PROCEEDING)] == [
        ("bankruptcy", "ongoing"),
        ("reconstruction", "ended"),
        ("bankruptcy", "annulled"),
        ("merger", "ongoing"),
    ]
    first, second = [fact for fact in result.facts if fact.predicate is Predicate.PROCEEDING][:2]
    assert (first.valid_from, first.valid_to) == (date(2026, 9, 1), None)
    assert (second.valid_from, second.valid_to) == (None, date(2025, 1, 1))
    # A state that cannot be told is neither ongoing nor ended: it is unknown, and its text is kept.
    assert ("UD0027", "OKAND_KOD 39") in [(part.part, part.reason) for part in result.missing]
    assert values(result, Predicate.MISCELLANEOUS) == [{"name": "Förfarande", "value": "39 Något nytt"}]


def test_deregistration_has_its_cause_from_the_proceedings(keyer, ssbt):
    cause = (
        '<iumf:Avvecklingsforfarande><iumf:AvvecklingAvfordAnledning Typ="Konkurs"><iumf:AvvecklingKod>21'
        "</iumf:AvvecklingKod><iumf:AvvecklingBeskrivning>Konkurs avslutad</iumf:AvvecklingBeskrivning>"
        "</iumf:AvvecklingAvfordAnledning></iumf:Avvecklingsforfarande>"
    )
    date_ = "<iumf:ForetagAvregistreratDatum>2026-05-05</iumf:ForetagAvregistreratDatum>"
    result = mapped(keyer, ssbt.gu(ssbt.block("UD0027", cause), ssbt.block("UD0028", date_)))
    expected = {"date": "2026-05-05", "code": "21", "text": "Konkurs avslutad", "cause": "bankruptcy"}
    assert values(result, Predicate.DEREGISTRATION) == [expected]
    alone = mapped(keyer, ssbt.gu(ssbt.block("UD0027", cause)))
    assert values(alone, Predicate.DEREGISTRATION) == [{**expected, "date": None}]


def test_shares_with_fractional_votes_and_decimal_capital(keyer, ssbt):
    content = (
        '<iumf:Aktier><iumf:AktierAntal>1000</iumf:AktierAntal><iumf:Aktiekapital Redovisningsvaluta="SEK">50000.50'
        "</iumf:Aktiekapital><iumf:Aktieslag><iumf:AktieslagBeteckning>B</iumf:AktieslagBeteckning><iumf:AktieslagAntal>"
        "900</iumf:AktieslagAntal><iumf:AktieslagRostvarde>1/10</iumf:AktieslagRostvarde></iumf:Aktieslag></iumf:Aktier>"
    )
    result = mapped(keyer, ssbt.gu(ssbt.block("UD0048", content)))
    assert values(result, Predicate.SHARES) == [{"number": 1000, "capital": 50000.5, "currency": "SEK"}]
    assert values(result, Predicate.MISCELLANEOUS) == [
        {"name": "Aktieslag", "value": "B", "number": 900, "votes": "1/10"}
    ]


def test_officers_become_links_and_numbers_stay_out_of_facts(keyer, ssbt):
    text = (
        "<gu:SamladeFunktionarerBeskrivning>styrelseledamot,ordförande\n198001019804 Granlund, Eva, GRANBY\n"
        "styrelsesuppleant\n19870310 Holt, James, LONDON\nrevisor\n5580000023, Byrån AB, GRANBY\nokänd rad ÅÅ 1\n"
        "</gu:SamladeFunktionarerBeskrivning>"
    )
    signing = (
        "<iumf:FirmateckningBeskrivning>Firman tecknas av 19800101-9804 Granlund, Eva ensam"
        "</iumf:FirmateckningBeskrivning>"
    )
    result = mapped(keyer, ssbt.gu(ssbt.block("UD0045", signing), ssbt.block("UD0047", text)))
    links = [fact for fact in result.facts if fact.predicate is Predicate.OFFICER]
    person = keyer.by_number(PERSON)
    assert [(link.object, link.value["position"]) for link in links] == [
        (person, "board_member"),
        (person, "board_chair"),
        (keyer.by_description("James Holt", "1987-03-10", KEY), "deputy"),
        (organisation_key("5580000023"), "auditor"),
    ]
    assert links[0].place == "//UD0047/SamladeFunktionarerBeskrivning, row 2"
    assert values(result, Predicate.PERSON_NAME)[0] == {"name": "Eva Granlund", "given": "Eva", "family": "Granlund"}
    assert values(result, Predicate.BIRTH_DATE)[0] == {"date": "1980-01-01"}
    assert values(result, Predicate.SIGNATORY) == [{"text": "Firman tecknas av 19800101-**** Granlund, Eva ensam"}]
    assert "9804" not in str(result.facts)
    assert [identity.number for identity in result.identities] == [PERSON]
    # An unread line means that officers may be missing.
    assert ("UD0047", "OLASLIG_RAD") in [(part.part, part.reason) for part in result.missing]


def test_the_other_blocks(keyer, ssbt):
    result = mapped(
        keyer,
        ssbt.gu(
            ssbt.block(
                "UD0002", "<iumf:JuridiskForm><iumf:JuridiskFormKod>49</iumf:JuridiskFormKod></iumf:JuridiskForm>"
            ),
            ssbt.block(
                "UD0003",
                "<iumf:Postadress><iumf:Utdelningsadress1>Box 1</iumf:Utdelningsadress1>"
                "<iumf:COAdress>c/o Ek</iumf:COAdress>"
                "<iumf:Postnummer>12345</iumf:Postnummer><iumf:Postort>GRANBY</iumf:Postort></iumf:Postadress>",
            ),
            ssbt.block("UD0004", "<iumf:EPostAdress>info@granby.example</iumf:EPostAdress>"),
            ssbt.block("UD0006", "<iumf:Telefonnummer>0704121234</iumf:Telefonnummer>"),
            ssbt.block("UD0012", "<iumf:Lan><iumf:LanKod>01</iumf:LanKod><iumf:LanNamn>X</iumf:LanNamn></iumf:Lan>"),
            ssbt.block(
                "UD0040",
                "<iumf:Belagenhetsadress><iumf:Adressomrade>STORGATAN</iumf:Adressomrade><iumf:Adressplats>4 B"
                "</iumf:Adressplats></iumf:Belagenhetsadress>",
            ),
            ssbt.block("UD0042", "<gu:AntalArbetsstallen>3</gu:AntalArbetsstallen>"),
        ),
    )
    assert values(result, Predicate.LEGAL_FORM)[0]["text"] == "Aktiebolag utom bank- och försäkringsaktiebolag"
    postal, visiting = values(result, Predicate.ADDRESS)
    assert (postal["care_of"], visiting["street"], visiting["kind"]) == ("c/o Ek", "STORGATAN 4 B", "visiting")
    assert values(result, Predicate.EMAIL) == [{"address": "info@granby.example"}]
    assert values(result, Predicate.PHONE) == [{"number": "0704121234"}]
    assert values(result, Predicate.SEAT)[0]["county_code"] == "01"
    assert values(result, Predicate.MISCELLANEOUS) == [{"name": "Antal arbetsställen", "value": "3"}]


@pytest.mark.parametrize(
    ("code", "content", "predicate"),
    [
        ("UD0029", "<iumf:Skatteform>Kanske</iumf:Skatteform>", Predicate.F_TAX),
        ("UD0026", "<iumf:ForetagRegistreratDatum>i fjol</iumf:ForetagRegistreratDatum>", Predicate.REGISTRATION),
        ("UD0014", "<iumf:Rakenskapsar/>", Predicate.FINANCIAL_YEAR),
        ("UD0024", "<iumf:SNI><iumf:SNIKod>4100</iumf:SNIKod></iumf:SNI>", Predicate.INDUSTRY),
        ("UD0048", "<iumf:Aktier><iumf:AktierAntal>många</iumf:AktierAntal></iumf:Aktier>", Predicate.SHARES),
    ],
)
def test_a_value_that_cannot_be_read_is_unknown(keyer, ssbt, code, content, predicate):
    result = mapped(keyer, ssbt.gu(ssbt.block(code, content)))
    assert values(result, predicate) == []
    assert (code, "OLASLIG_UPPGIFT", (predicate,)) in [(p.part, p.reason, p.predicates) for p in result.missing]
    assert result.rejected


def test_sole_trader(keyer, ssbt):
    name = (
        "<iumf:FysiskPersonNamn><iumf:Fornamn>Eva</iumf:Fornamn><iumf:Fornamn>Maria</iumf:Fornamn>"
        "<iumf:Efternamn>Granlund</iumf:Efternamn></iumf:FysiskPersonNamn>"
    )
    result = mapped(
        keyer, ssbt.gu(ssbt.block("UD0020", name), number=PERSON, kind="Personnummer"), keyer.by_number(PERSON)
    )
    assert values(result, Predicate.PERSON_NAME) == [
        {"name": "Eva Maria Granlund", "given": "Eva Maria", "family": "Granlund"}
    ]
    assert values(result, Predicate.IDENTIFIER) == []
    assert PERSON not in str(result.facts)


def test_answer_about_another_company_is_refused(keyer, ssbt):
    with pytest.raises(MalformedContent, match="another organisation"):
        mapped(keyer, ssbt.gu(), organisation_key("5580000023"))


def test_a_block_twice_and_a_request_are_refused(keyer, ssbt):
    with pytest.raises(MalformedContent, match="stands twice"):
        mapped(keyer, ssbt.gu(ssbt.block("UD0001"), ssbt.block("UD0001")))
    request = ssbt.gu().replace(b"GrundlaggandeUppgifterSvar", b"GrundlaggandeUppgifterBegaran")
    with pytest.raises(MalformedContent, match="is a request"):
        mapped(keyer, request)
