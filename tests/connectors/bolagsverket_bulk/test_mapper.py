from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.bolagsverket_bulk import mapper, reader
from connectors.bulk import Row
from graph.model import AnswerStatus, DocumentReference, EntityKey, Fact, Predicate, organisation_key

DOCUMENT = DocumentReference(
    "0" * 64,
    reader.SOURCE,
    "application/zip",
    "hela",
    datetime(2026, 6, 2, tzinfo=UTC),
    datetime(2026, 6, 1, tzinfo=UTC),
)


class Keyer:
    def by_number(self, number: str) -> EntityKey:
        raise AssertionError

    def by_description(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        raise AssertionError


def row(number: str = "5580000015", **columns: str) -> Row:
    return Row(17, number, dict.fromkeys(reader.COLUMNS, "") | columns)


def facts(predicate: Predicate, **columns: str) -> list[Fact]:
    mapped = mapper.map_facts([row(**columns)], DOCUMENT, Keyer())
    return [fact for fact in mapped.facts if fact.predicate is predicate]


def values(predicate: Predicate, **columns: str) -> list[dict[str, Any]]:
    return [dict(fact.value) for fact in facts(predicate, **columns)]


def test_every_fact_leads_to_line_and_column() -> None:
    (fact,) = facts(Predicate.ADDRESS, postadress="Box 1$$ORT$11122$SE-LAND")
    assert fact.place == "row 17, column postadress"
    assert fact.subject == organisation_key("5580000015")
    assert (fact.document, fact.source, fact.observed_at) == (DOCUMENT.sha256, reader.SOURCE, DOCUMENT.stated_at)


def test_names_with_kind_and_date() -> None:
    column = (
        "Provbolaget AB$FORETAGSNAMN-ORGNAM$2020-01-02|Test Company Ltd$FORNAMN_FRSPRAK-ORGNAM$2021-02-03"
        "|Provstäd$SARS_FORNAMN-ORGNAM$2022-03-04$städar $ och | putsar|Namnet$NAMN-ORGNAM$"
    )
    found = facts(Predicate.NAME, organisationsnamn=column)
    assert [(fact.value["name"], fact.value["kind"], fact.value["registered_on"]) for fact in found] == [
        ("Provbolaget AB", "registered", "2020-01-02"),
        ("Test Company Ltd", "foreign_language", "2021-02-03"),
        ("Provstäd", "secondary", "2022-03-04"),
        ("Namnet", "registered", None),
    ]
    assert found[0].valid_from == date(2020, 1, 2)
    assert found[2].place == "row 17, column organisationsnamn, entry 3"
    assert values(Predicate.ACTIVITY, organisationsnamn=column) == [{"text": "städar $ och | putsar"}]


def test_signs_of_the_format_inside_a_name_belong_to_it() -> None:
    column = "A|B $ C AB$FORETAGSNAMN-ORGNAM$2020-01-02"
    assert [value["name"] for value in values(Predicate.NAME, organisationsnamn=column)] == ["A|B $ C AB"]


def test_a_name_that_cannot_be_read_is_missing_not_absent() -> None:
    mapped = mapper.map_facts([row(organisationsnamn="bara text")], DOCUMENT, Keyer())
    assert mapped.missing[0].predicates == (Predicate.NAME,)


@pytest.mark.parametrize(
    ("column", "kind", "state", "on"),
    [
        ("KK-AVOMFO$2024-06-05", "bankruptcy", "ongoing", "2024-06-05"),
        ("LI-AVOMFO$2024-06-05", "liquidation", "ongoing", "2024-06-05"),
        ("FR-AVOMFO$2024-06-05", "reconstruction", "ongoing", "2024-06-05"),
        ("FUOL-AVOMFO$2024-06-05", "merger", "ongoing", "2024-06-05"),
        ("KKUHAVD-AVSLAVOMFO$2024-06-05", "bankruptcy", "annulled", "2024-06-05"),
        ("KKAVOV-AVSLAVOMFO$2024-06-05", "bankruptcy", "ended", "2024-06-05"),
        ("FRUHOR-AVSLAVOMFO$2024-06-05", "reconstruction", "ended", "2024-06-05"),
        ("FRNYKOD-AVSLAVOMFO$2024-06-05", "reconstruction", "ended", "2024-06-05"),
        ("XX-AVOMFO$null", "other", "ongoing", None),
    ],
)
def test_proceedings_ongoing_ended_annulled(column: str, kind: str, state: str, on: str | None) -> None:
    (value,) = values(Predicate.PROCEEDING, **{mapper.PROCEEDINGS: column})
    assert (value["kind"], value["state"], value["date"]) == (kind, state, on)


def test_several_proceedings_and_one_in_an_unknown_form() -> None:
    mapped = mapper.map_facts(
        [row(**{mapper.PROCEEDINGS: "FRUHOR-AVSLAVOMFO$2023-01-01|KK-AVOMFO$2024-06-05|konstigt"})], DOCUMENT, Keyer()
    )
    assert sum(fact.predicate is Predicate.PROCEEDING for fact in mapped.facts) == 2
    assert mapped.missing[0].predicates == (Predicate.PROCEEDING,)


@pytest.mark.parametrize(
    ("cause", "meaning"),
    [
        ("KKAV", "bankruptcy"),
        ("LIAV", "liquidation"),
        ("FUAV", "merger"),
        ("ARSEED", "report_missing"),
        ("DOM", "other"),
    ],
)
def test_deregistration_with_its_cause(cause: str, meaning: str) -> None:
    (fact,) = facts(Predicate.DEREGISTRATION, avregistreringsdatum="2025-02-03", avregistreringsorsak=f"{cause}-AVORG")
    assert (fact.value["cause"], fact.value["date"], fact.value["code"]) == (meaning, "2025-02-03", cause)
    assert fact.valid_from == date(2025, 2, 3)


def test_null_is_how_some_rows_write_no_date() -> None:
    assert values(Predicate.DEREGISTRATION, avregistreringsdatum="null") == []
    (value,) = values(Predicate.DEREGISTRATION, avregistreringsdatum="null", avregistreringsorsak="KKAV-AVORG")
    assert (value["date"], value["cause"]) == (None, "bankruptcy")


def test_an_unreadable_date_is_missing_not_absent() -> None:
    mapped = mapper.map_facts([row(registreringsdatum="2020-13-45")], DOCUMENT, Keyer())
    assert mapped.rejected[0].place == "row 17, column registreringsdatum"
    assert mapped.missing[0].predicates == (Predicate.REGISTRATION,)


@pytest.mark.parametrize(
    ("column", "street", "care_of", "city", "postal_code", "country"),
    [
        ("Box 1$$STOCKHOLM$11122$SE-LAND", "Box 1", None, "STOCKHOLM", "11122", "SE"),
        ("Gatan 1$c/o Byrån$ORT$111 22$SE-LAND", "Gatan 1", "c/o Byrån", "ORT", "11122", "SE"),
        ("5 $ Street$$OSLO$0150$NO-LAND", "5 $ Street", None, "OSLO", "0150", "NO"),
        ("Bara gatan", "Bara gatan", None, None, None, None),
    ],
)
def test_addresses(column: str, street: str, care_of: str, city: str, postal_code: str, country: str) -> None:
    (value,) = values(Predicate.ADDRESS, postadress=column)
    assert value == {
        "kind": "postal", "street": street, "care_of": care_of, "city": city, "postal_code": postal_code,
        "country": country,
    }  # fmt: skip
    assert values(Predicate.ADDRESS, postadress="$$$$SE-LAND") == []


def test_form_registration_country_and_activity() -> None:
    assert values(Predicate.LEGAL_FORM, organisationsform="BRF-ORGFO") == [
        {"scheme": "bolagsverket", "code": "BRF", "text": "Bostadsrättsförening"}
    ]
    assert values(Predicate.REGISTRATION, registreringsdatum="2020-01-02") == [
        {"date": "2020-01-02", "register": "bolagsverket"}
    ]
    assert values(Predicate.JURISDICTION, registreringsland="NO-LAND") == [{"country": "NO"}]
    assert values(Predicate.ACTIVITY, verksamhetsbeskrivning="\n   Städning  i hem\n") == [{"text": "Städning i hem"}]


def test_a_personnummer_in_free_text_is_masked() -> None:
    (value,) = values(Predicate.ACTIVITY, verksamhetsbeskrivning="Ägs av 19810980-9876" + " och 19800101-9802")
    assert "9802" not in value["text"]


def test_an_organisation_that_is_not_in_the_file_is_not_found() -> None:
    mapped = mapper.map_facts([row()], DOCUMENT, Keyer(), organisation_key("5580000023"))
    assert (mapped.status, mapped.facts) == (AnswerStatus.NOT_FOUND, ())
