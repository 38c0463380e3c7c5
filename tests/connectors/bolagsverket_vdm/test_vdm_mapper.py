"""What the API says becomes facts with places; what it does not say stays unsaid."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.base import FetchedDocument, MalformedContent, Mapped
from connectors.bolagsverket_vdm.reader import read
from connectors.registry import lookup
from graph.model import AnswerStatus, EntityKey, Predicate, is_person, organisation_key

NUMBER = "5580000015"
PERSON = "198001019804"
KEY = organisation_key(NUMBER)


def block(producer: str = "Bolagsverket", fault: str | None = None, **content: Any) -> dict[str, Any]:
    return {**content, "dataproducent": producer, "fel": {"typ": fault, "felBeskrivning": "x"} if fault else None}


def company(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "organisationsidentitet": {"identitetsbeteckning": NUMBER, "typ": {"kod": "ORGANISATIONSNUMMER"}},
        "namnskyddslopnummer": None,
        "registreringsland": {"kod": "SE-LAND", "klartext": "Sverige"},
        "organisationsnamn": block(
            organisationsnamnLista=[
                {
                    "namn": "Granby Bygg AB",
                    "organisationsnamntyp": {"kod": "FORETAGSNAMN"},
                    "registreringsdatum": "2015-03-02",
                },
                {"namn": "Granby Build Ltd", "organisationsnamntyp": {"kod": "FORNAMN_FRSPRAK"}},
                {"namn": "Granby Homes", "organisationsnamntyp": {"kod": "FORETAGSNAMN_PA_FRAMMANDE_SPRAK"}},
                {"namn": "Rivarna", "organisationsnamntyp": {"kod": "SARSKILT_FORETAGSNAMN"}},
            ]
        ),
        "organisationsform": block(kod="AB", klartext="n/a"),
        "reklamsparr": None,
        "avregistreradOrganisation": None,
        "avregistreringsorsak": None,
        "pagaendeAvvecklingsEllerOmstruktureringsforfarande": None,
        "juridiskForm": block("SCB", kod="49", klartext="Övriga aktiebolag"),
        "verksamOrganisation": block("SCB", kod="NEJ"),
        "organisationsdatum": block(registreringsdatum="2015-03-02T00:00:00.000+00:00", infortHosScb=None),
        "verksamhetsbeskrivning": block(beskrivning="\n   Bolaget ska bygga."),
        "naringsgrenOrganisation": block("SCB", sni=[{"kod": "41000", "klartext": "Byggande"}, {"kod": "x"}]),
        "postadressOrganisation": block(
            "SCB",
            postadress={"utdelningsadress": "Box 12", "postnummer": "123 45", "postort": "GRANBY", "coAdress": None},
        ),
    }
    return {**whole, **changes}


def mapped(keyer, *organisations: dict[str, Any], subject: EntityKey | None = KEY) -> Mapped:
    content = json.dumps({"organisationer": organisations}).encode()
    document = FetchedDocument(
        "bolagsverket_vdm", content, "application/json", "fråga", datetime(2026, 11, 22, tzinfo=UTC)
    )
    return lookup("bolagsverket_vdm").map(document, keyer, subject)


def values(result: Mapped, predicate: Predicate) -> list[dict[str, Any]]:
    return [dict(fact.value) for fact in result.facts if fact.predicate is predicate]


def test_a_company_becomes_facts(keyer):
    result = mapped(keyer, company())
    assert result.status is AnswerStatus.FOUND
    assert [name["kind"] for name in values(result, Predicate.NAME)] == [
        "registered",
        "foreign_language",
        "foreign_language",
        "secondary",
    ]
    assert values(result, Predicate.LEGAL_FORM) == [
        {"scheme": "bolagsverket", "code": "AB", "text": "Aktiebolag"},
        {"scheme": "scb", "code": "49", "text": "Övriga aktiebolag"},
    ]
    assert values(result, Predicate.ACTIVE) == [{"active": False}]
    assert values(result, Predicate.REGISTRATION) == [{"date": "2015-03-02", "register": "bolagsverket"}]
    assert values(result, Predicate.ACTIVITY) == [{"text": "Bolaget ska bygga."}]
    assert values(result, Predicate.INDUSTRY)[0]["version"] == "SNI2025"
    assert values(result, Predicate.ADDRESS)[0]["postal_code"] == "12345"
    assert values(result, Predicate.DEREGISTRATION) == values(result, Predicate.PROCEEDING) == []
    assert [row.place for row in result.rejected] == ["/organisationer/0/naringsgrenOrganisation/sni/1"]
    assert not result.missing
    assert {fact.subject for fact in result.facts} == {KEY}


def test_every_place_is_a_json_pointer_into_the_document(keyer):
    value: Any = {"organisationer": [company()]}
    for fact in mapped(keyer, company()).facts:
        found = value
        for step in fact.place.strip("/").split("/"):
            found = found[int(step)] if isinstance(found, list) else found[step]


@pytest.mark.parametrize("spelling", ["pagaende", "pagande"])
def test_both_spellings_of_ongoing_proceedings(keyer, spelling):
    name = f"{spelling}AvvecklingsEllerOmstruktureringsforfarande"
    listed = [{"kod": "KK", "klartext": "Konkurs", "fromDatum": "2026-10-01"}, {"kod": "ZZ", "klartext": "Nytt"}]
    result = mapped(keyer, company(**{name: block(**{f"{name}Lista": listed})}))
    bankruptcy, unknown = (fact for fact in result.facts if fact.predicate is Predicate.PROCEEDING)
    assert bankruptcy.value["kind"] == "bankruptcy"
    assert bankruptcy.valid_from == date(2026, 10, 1)
    assert (unknown.value["kind"], unknown.value["text"]) == ("other", "Nytt")
    assert unknown.place == f"/organisationer/0/{name}/{name}Lista/1"


def test_deregistration_joins_date_and_cause(keyer):
    result = mapped(
        keyer,
        company(
            avregistreradOrganisation=block(avregistreringsdatum="2026-01-02"),
            avregistreringsorsak=block(kod="KKAV", klartext=None),
        ),
    )
    assert values(result, Predicate.DEREGISTRATION) == [
        {"date": "2026-01-02", "code": "KKAV", "text": "Konkurs", "cause": "bankruptcy"}
    ]


@pytest.mark.parametrize("fault", ["OTILLGANGLIG_UPPGIFTSKALLA", "TIMEOUT", "OGILTIG_BEGARAN"])
def test_a_producer_that_failed_leaves_a_missing_part_and_never_an_inactive_company(keyer, fault):
    result = mapped(
        keyer, company(verksamOrganisation=block("SCB", fault), naringsgrenOrganisation=block("SCB", fault))
    )
    assert result.status is AnswerStatus.FOUND
    assert values(result, Predicate.ACTIVE) == []
    assert [(part.producer, part.reason, part.predicates) for part in result.missing] == [
        ("SCB", fault, (Predicate.ACTIVE,)),
        ("SCB", fault, (Predicate.INDUSTRY,)),
    ]


def nothing_but(fault: str, scb_fault: str | None = None) -> dict[str, Any]:
    scb = scb_fault or fault
    return {
        "organisationsidentitet": {"identitetsbeteckning": NUMBER},
        "organisationsnamn": block(fault=fault),
        "organisationsform": block(fault=fault),
        "juridiskForm": block("SCB", scb),
        "verksamOrganisation": block("SCB", scb),
    }


def test_unknown_everywhere_is_not_found(keyer):
    result = mapped(keyer, nothing_but("ORGANISATION_FINNS_EJ"))
    assert (result.status, result.reason, result.facts) == (AnswerStatus.NOT_FOUND, "ORGANISATION_FINNS_EJ", ())


def test_unknown_without_an_identity_is_not_found(keyer):
    answer = nothing_but("ORGANISATION_FINNS_EJ")
    answer["organisationsidentitet"] = None
    assert mapped(keyer, answer).status is AnswerStatus.NOT_FOUND


def test_failed_everywhere_is_no_answer(keyer):
    result = mapped(keyer, nothing_but("TIMEOUT"))
    assert (result.status, result.reason) == (AnswerStatus.NO_ANSWER, "timeout")


def test_unknown_to_one_and_no_answer_from_the_other_is_no_answer(keyer):
    result = mapped(keyer, nothing_but("OTILLGANGLIG_UPPGIFTSKALLA", "ORGANISATION_FINNS_EJ"))
    assert (result.status, result.reason) == (AnswerStatus.NO_ANSWER, "service_fault")


def test_company_unknown_to_scb_alone_is_found(keyer):
    unknown = block("SCB", "ORGANISATION_FINNS_EJ")
    result = mapped(keyer, company(juridiskForm=unknown, verksamOrganisation=unknown))
    assert result.status is AnswerStatus.FOUND
    assert not result.missing


def test_a_sole_traders_firms_are_all_there_and_the_number_is_nowhere(keyer):
    firms = []
    for serial in (1, 2):
        names = block(organisationsnamnLista=[{"namn": f"Firma {serial} {PERSON[:8]}-{PERSON[8:]}"}])
        firms.append(
            company(
                organisationsidentitet={"identitetsbeteckning": PERSON, "typ": {"kod": "PERSONNUMMER"}},
                namnskyddslopnummer=serial,
                organisationsnamn=names,
                verksamhetsbeskrivning=block(beskrivning=f"Ägs av {PERSON[2:8]}-{PERSON[8:]}."),
            )
        )
    result = mapped(keyer, *firms, subject=keyer.by_number(PERSON))
    assert [(name["name"], name["firm"]) for name in values(result, Predicate.NAME)] == [
        ("Firma 1 19800101-****", 1),
        ("Firma 2 19800101-****", 2),
    ]
    assert all(is_person(fact.subject) for fact in result.facts)
    assert values(result, Predicate.IDENTIFIER) == []
    assert values(result, Predicate.BIRTH_DATE) == [{"date": "1980-01-01"}]
    assert PERSON[8:] not in str(result.facts)
    assert [identity.number for identity in result.identities] == [PERSON]
    assert PERSON not in repr(result)


def test_answer_about_someone_else_is_refused(keyer):
    with pytest.raises(MalformedContent, match="another organisation"):
        mapped(keyer, company(), subject=organisation_key("5580000023"))


def test_unreadable_date_is_reported_and_counts_as_unknown(keyer):
    result = mapped(keyer, company(avregistreradOrganisation=block(avregistreringsdatum="i våras")))
    assert [part.predicates for part in result.missing] == [(Predicate.DEREGISTRATION,)]
    assert len(result.rejected) == 2


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'{"identitetsbeteckning": "5580000015"}', "a request"),
        (b'{"openapi": "3.0.3", "paths": {}}', "specification"),
        (b"openapi: 3.0.3\npaths:\n", "specification"),
        (b'{"dokument": []}', "list of"),
        (b'{"organisationer": [{"namnskyddslopnummer": "x"}]}', "wrong form"),
    ],
)
def test_what_is_not_an_answer_is_named(content, what):
    with pytest.raises(MalformedContent, match=what):
        read(content)


def test_error_body_is_no_answer(keyer):
    content = b'{"type": "about:blank", "status": 403, "title": "Forbidden", "detail": "x"}'
    document = FetchedDocument("bolagsverket_vdm", content, "application/json", "", datetime.now(UTC))
    result = lookup("bolagsverket_vdm").map(document, keyer, KEY)
    assert (result.status, result.reason) == (AnswerStatus.NO_ANSWER, "unauthorised")


def test_flattened_form_of_another_team_is_read(keyer):
    flat = {
        "company_name": "Granby Bygg AB",
        "org_number": "558000-0015",
        "company_type_code": "AB",
        "is_active": True,
        "registered_date": "2015-03-02",
        "deregistered_date": None,
        "deregistration_reason": None,
        "registered_address": {"street": "Box 12", "postal_code": "12345", "city": "GRANBY"},
        "sni_codes": [{"code": "41000", "description": "Byggande"}],
        "ongoing_procedures": [],
        "alternative_names": [{"name": "Rivarna", "type": "Särskilt företagsnamn"}],
    }
    document = FetchedDocument("bolagsverket_vdm", json.dumps(flat).encode(), "application/json", "", datetime.now(UTC))
    result = lookup("bolagsverket_vdm").map(document, keyer, KEY)
    assert [name["kind"] for name in values(result, Predicate.NAME)] == ["registered", "secondary"]
    assert values(result, Predicate.ACTIVE) == [{"active": True}]
    assert not result.missing
