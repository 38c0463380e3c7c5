"""SSBTEN: a person's engagements; each producer answers for itself; the number is in the body only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import FailureReason, FetchedDocument, MalformedContent, Mapped, SourceFailure
from connectors.politeness import UnlimitedRateLimiter
from connectors.registry import lookup
from graph.model import AnswerStatus, EntityKey, Predicate, organisation_key

PERSON = "198001019804"


def fetch(settings, number: str = PERSON) -> FetchedDocument:
    return lookup("ssbten").fetch(settings, UnlimitedRateLimiter(), number)


def mapped(keyer, content: bytes, subject: EntityKey | None = None) -> Mapped:
    document = FetchedDocument("ssbten", content, "text/xml", "fråga", datetime(2026, 11, 22, tzinfo=UTC))
    return lookup("ssbten").map(document, keyer, subject or keyer.by_number(PERSON))


def values(result: Mapped, predicate: Predicate) -> list[dict[str, Any]]:
    return [dict(fact.value) for fact in result.facts if fact.predicate is predicate]


def name(text: str) -> str:
    return f"<iumf:ForetagNamn>{text}</iumf:ForetagNamn>"


def protected(*names: str) -> str:
    return "".join(
        f"<iumf:Namnskydd><iumf:Namnskyddslopnummer>{serial}</iumf:Namnskyddslopnummer>{name(text)}</iumf:Namnskydd>"
        for serial, text in enumerate(names, start=1)
    )


@pytest.mark.parametrize(
    ("number", "kind"), [(PERSON, "Personnummer"), ("198001619801", "Samordningsnummer"), ("302123456789", "GDNummer")]
)
def test_the_number_is_in_the_body_only(outside, settings, make_reply, ssbt, number, kind):
    outside.answers(make_reply(body=ssbt.en(ssbt.group("Bolagsverket"), number=number)))
    document = fetch(settings, number)
    asked = outside.asked[0]
    assert f"<iumf:{kind}>{number}</iumf:{kind}>".encode() in asked.body
    assert asked.headers["soapaction"] == '"urn:GetForetagsengagemang"'
    assert number not in asked.path + str(asked.headers) + document.request + repr(document)
    assert document.stated_at == datetime(2026, 11, 20, 8, 11, 2, 908000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "typ", "reason"),
    [
        (500, "Timeout", FailureReason.TIMEOUT),
        (200, "EjBehorig", FailureReason.UNAUTHORISED),
        (500, None, FailureReason.SERVICE_FAULT),
    ],
)
def test_fault_of_the_whole_call(outside, settings, make_reply, ssbt, caplog, status, typ, reason):
    outside.answers(make_reply(status=status, body=ssbt.service_fault("ssbten", typ)))
    with pytest.raises(SourceFailure) as raised:
        fetch(settings)
    assert raised.value.reason is reason
    assert PERSON not in str(raised.value) + caplog.text


def test_organisation_number_is_not_asked_about(outside, settings):
    with pytest.raises(SourceFailure) as raised:
        fetch(settings, "5580000015")
    assert raised.value.reason is FailureReason.NOT_APPLICABLE
    assert outside.asked == []


def test_engagements_become_links(keyer, ssbt):
    content = ssbt.en(
        ssbt.group(
            "Bolagsverket",
            ssbt.company(PERSON, protected("Evas garn", "Evas tyg"), "E", "Personnummer"),
            ssbt.company("5580000015", name("Granby Bygg AB")),
        ),
        ssbt.group("Skatteverket", ssbt.company(PERSON, name("Enskild näringsverksamhet"), "E", "Personnummer")),
    )
    result = mapped(keyer, content)
    assert result.status is AnswerStatus.FOUND
    person = keyer.by_number(PERSON)
    links = [fact for fact in result.facts if fact.predicate is Predicate.ENGAGEMENT]
    assert {fact.subject for fact in links} == {person}
    assert [(fact.object, fact.value["name"], fact.value.get("firm")) for fact in links] == [
        (None, "Evas garn", "1"),
        (None, "Evas tyg", "2"),
        (organisation_key("5580000015"), "Granby Bygg AB", None),
        (None, "Enskild näringsverksamhet", None),
    ]
    assert values(result, Predicate.NAME)[0]["name"] == "Granby Bygg AB"
    assert PERSON not in str(result.facts)


def test_none_anywhere_is_not_found(keyer, ssbt):
    result = mapped(keyer, ssbt.en(ssbt.group("Bolagsverket"), ssbt.group("Skatteverket")))
    assert (result.status, result.reason) == (AnswerStatus.NOT_FOUND, "INGA_ENGAGEMANG")


def test_one_producer_down_is_partial_whatever_the_other_says(keyer, ssbt):
    down = ssbt.group("Bolagsverket", ssbt.fault("OtillgangligUppgiftskalla"))
    trader = ssbt.company(PERSON, name("Enskild näringsverksamhet"), "E", "Personnummer")
    for other in (ssbt.group("Skatteverket", trader), ssbt.group("Skatteverket")):
        result = mapped(keyer, ssbt.en(down, other))
        assert result.status is AnswerStatus.FOUND
        assert [(part.producer, part.predicates) for part in result.missing] == [
            ("Bolagsverket", (Predicate.ENGAGEMENT,))
        ]


def test_both_down_is_no_answer(keyer, ssbt):
    groups = [ssbt.group(producer, ssbt.fault("Timeout")) for producer in ("Bolagsverket", "Skatteverket")]
    result = mapped(keyer, ssbt.en(*groups))
    assert (result.status, result.reason) == (AnswerStatus.NO_ANSWER, "timeout")


def test_silence_is_no_answer(keyer, ssbt):
    assert mapped(keyer, ssbt.en()).status is AnswerStatus.NO_ANSWER


def test_answer_about_another_person_is_refused_without_its_number(keyer, ssbt):
    with pytest.raises(MalformedContent, match="another person") as raised:
        mapped(keyer, ssbt.en(ssbt.group("Bolagsverket"), number="198102029801"))
    assert "9801" not in str(raised.value)
