"""Ownership handed in: current statements, keys, shares, unknown owners, offices, and what is wrong with a file."""

from __future__ import annotations

import contextlib
import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import FetchedDocument, MalformedContent, Mapped
from connectors.bods import mapper, reader
from graph.model import AnswerStatus, EntityKey, Fact, Predicate, organisation_key

SUBJECT = organisation_key("5580000015")
PERSON_NUMBER = "198001019804"


class Keyer:
    """Person keys by a hash, as the store's keyer makes them."""

    def by_number(self, number: str) -> EntityKey:
        return EntityKey("PERSON:" + hashlib.sha256(number.encode()).hexdigest()[:16])

    def by_description(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        told = f"{name}|{birth_date}" if birth_date else f"{name}|{scope}"
        return EntityKey("PERSON:" + hashlib.sha256(told.encode()).hexdigest()[:16])


def statement(record: str, kind: str, details: dict[str, Any] | None, **other: Any) -> dict[str, Any]:
    number = len(json.dumps([record, details, other])) * 7 + sum(map(ord, record))
    return {
        "statementId": f"{record}-{number}-{other.get('statementDate', '')}-{other.get('recordStatus', '')}".ljust(
            32, "0"
        ),
        "statementDate": "2026-10-01",
        "declarationSubject": "firm",
        "recordId": record,
        "recordType": kind,
        "recordStatus": "new",
        "recordDetails": details if details is not None else {},
        **other,
    }


def entity(record: str, name: str, number: str | None = None, scheme: str = "SE-ON", **details: Any) -> dict[str, Any]:
    identifiers = [{"scheme": scheme, "id": number}] if number else []
    return statement(
        record,
        "entity",
        {"entityType": {"type": "registeredEntity"}, "name": name, "identifiers": identifiers, **details},
    )


def person(record: str, name: str, **details: Any) -> dict[str, Any]:
    return statement(
        record,
        "person",
        {
            "personType": "knownPerson",
            "names": [{"type": "legal", "fullName": name}],
            "birthDate": "1980-05",
            **details,
        },
    )


def owns(record: str, owner: Any, owned: Any, *interests: dict[str, Any], **other: Any) -> dict[str, Any]:
    details = {"subject": owned, "interestedParty": owner, "interests": list(interests)}
    return statement(record, "relationship", details, **other)


def shares(exact: float = 60, **other: Any) -> dict[str, Any]:
    return {"type": "shareholding", "directOrIndirect": "direct", "share": {"exact": exact}, **other}


FIRM = entity("firm", "Hittepå Handel AB", "558000-0015")


def mapped(*statements: Any) -> Mapped:
    content = json.dumps(list(statements)).encode()
    document = FetchedDocument("bods", content, "application/json", "fil", datetime(2026, 11, 22, tzinfo=UTC))
    return mapper.map_facts(reader.read(content), document.reference(), Keyer(), SUBJECT)


def of(result: Mapped, predicate: Predicate) -> list[Fact]:
    return [fact for fact in result.facts if fact.predicate is predicate]


def test_owner_by_description_and_swedish_number() -> None:
    result = mapped(FIRM, person("p", "Testa Fiktivson"), owns("r", "p", "firm", shares(60, startDate="2020-03")))

    (ownership,) = of(result, Predicate.OWNERSHIP)
    assert result.status is AnswerStatus.FOUND
    assert ownership.subject == Keyer().by_description("Testa Fiktivson", "1980-05", "")
    assert ownership.object == SUBJECT
    assert ownership.value["interest"] == "shareholding"
    assert (ownership.value["exact"], ownership.value["minimum"], ownership.value["maximum"]) == (60, None, None)
    assert ownership.value["direct"] is True
    assert ownership.value["beneficial"] is None
    assert ownership.valid_from == date(2020, 3, 1)
    assert ownership.place == "/2/recordDetails/interests/0"
    assert not result.rejected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ({"minimum": 25, "maximum": 50}, {"exact": None, "minimum": 25, "maximum": 50}),
        (
            {"exclusiveMinimum": 25, "maximum": 50},
            {"exact": None, "minimum": 25, "maximum": 50, "exclusive_minimum": True},
        ),
        (
            {"minimum": 25, "exclusiveMinimum": True, "maximum": 50, "exclusiveMaximum": False},
            {"exact": None, "minimum": 25, "maximum": 50, "exclusive_minimum": True},
        ),
        (None, {"exact": None, "minimum": None, "maximum": None}),
    ],
)
def test_shares_as_published(share: Any, expected: dict[str, Any]) -> None:
    result = mapped(FIRM, person("p", "A"), owns("r", "p", "firm", {"type": "shareholding", "share": share}))

    value = of(result, Predicate.OWNERSHIP)[0].value
    names = ("exact", "minimum", "maximum", "exclusive_minimum", "exclusive_maximum")
    assert {name: value[name] for name in names if name in value} == expected
    assert not result.rejected


@pytest.mark.parametrize(
    "share",
    [
        {"exact": 88, "exclusiveMinimum": 12, "exclusiveMaximum": 95},
        {"minimum": 60, "maximum": 40},
        {"minimum": 10, "exclusiveMinimum": 12},
        {"exact": 140},
        {"exact": "60"},
        "60 %",
    ],
)
def test_a_contradictory_share_is_unknown_and_reported(share: Any) -> None:
    result = mapped(FIRM, person("p", "A"), owns("r", "p", "firm", {"type": "shareholding", "share": share}))

    value = of(result, Predicate.OWNERSHIP)[0].value
    assert (value["exact"], value["minimum"], value["maximum"]) == (None, None, None)
    assert len(result.rejected) == 1
    assert result.rejected[0].place.startswith("/2/recordDetails/interests/0/share")


def test_the_latest_statement_of_a_record_is_current() -> None:
    later = {**entity("firm", "Nya Namnet AB", "5580000015"), "statementDate": "2026-11-01", "recordStatus": "updated"}
    later["statementId"] = "x" * 32

    result = mapped(later, FIRM)

    assert [fact.value["name"] for fact in of(result, Predicate.NAME)] == ["Nya Namnet AB"]


def test_closed_ends_a_relationship_but_keeps_its_history() -> None:
    opened = owns("r", "p", "firm", shares(60))
    closed = statement("r", "relationship", None, recordStatus="closed", statementDate="2026-10-15")

    result = mapped(FIRM, person("p", "A"), opened, closed)

    (ownership,) = of(result, Predicate.OWNERSHIP)
    assert ownership.value["exact"] == 60
    assert ownership.valid_to == date(2026, 10, 15)


def test_an_unspecified_owner_is_an_unknown_party_not_a_gap() -> None:
    reason = {"reason": "interestedPartyHasNotProvidedInformation", "description": "Svarar inte"}

    result = mapped(FIRM, owns("r", reason, "firm", {"type": "unknownInterest"}))

    (ownership,) = of(result, Predicate.OWNERSHIP)
    assert ownership.subject.startswith("BODS:UNKNOWN:")
    told = {
        fact.value["name"]: fact.value["value"]
        for fact in of(result, Predicate.MISCELLANEOUS)
        if fact.subject == ownership.subject
    }
    assert told["unspecified_reason"] == "interestedPartyHasNotProvidedInformation"


@pytest.mark.parametrize("kind", ["unknownPerson", "anonymousPerson"])
def test_unknown_and_anonymous_persons_stay_persons_apart(kind: str) -> None:
    first = statement("p1", "person", {"personType": kind, "unspecifiedPersonDetails": {"reason": "unknown"}})
    second = statement("p2", "person", {"personType": kind})

    result = mapped(FIRM, first, second, owns("r1", "p1", "firm", shares(30)), owns("r2", "p2", "firm", shares(70)))

    owners = {fact.subject for fact in of(result, Predicate.OWNERSHIP)}
    assert len(owners) == 2
    assert all(owner.startswith("PERSON:") for owner in owners)


def test_a_dangling_reference_is_an_unknown_party_and_reported() -> None:
    result = mapped(FIRM, owns("r", "nobody", "firm", shares(60)))

    (ownership,) = of(result, Predicate.OWNERSHIP)
    assert ownership.subject == "BODS:5580000015:nobody"
    assert [row.place for row in result.rejected] == ["/1/recordDetails/interestedParty"]


def test_offices() -> None:
    interests = [
        {"type": "boardMember"},
        {"type": "boardChair", "beneficialOwnershipOrControl": True},
        {"type": "seniorManagingOfficial"},
    ]
    result = mapped(FIRM, person("p", "A"), owns("r", "p", "firm", *interests))

    assert [(fact.subject, fact.value["role"], fact.value["position"]) for fact in of(result, Predicate.OFFICER)] == [
        (SUBJECT, "boardMember", "board_member"),
        (SUBJECT, "boardChair", "board_chair"),
        (SUBJECT, "seniorManagingOfficial", "chief_executive"),
    ]
    assert [fact.value["interest"] for fact in of(result, Predicate.OWNERSHIP)] == ["boardChair"]


def test_nominee_is_kept_as_an_interest() -> None:
    result = mapped(FIRM, person("p", "A"), owns("r", "p", "firm", {"type": "nominee"}, {"type": "nominator"}))

    assert [fact.value["interest"] for fact in of(result, Predicate.OWNERSHIP)] == ["nominee", "nominator"]


def test_circular_ownership_is_no_trouble() -> None:
    other = entity("other", "Andra AB", "558000-0023")

    result = mapped(FIRM, other, owns("a", "firm", "other", shares(51)), owns("b", "other", "firm", shares(51)))

    assert {(fact.subject, fact.object) for fact in of(result, Predicate.OWNERSHIP)} == {
        (SUBJECT, organisation_key("5580000023")),
        (organisation_key("5580000023"), SUBJECT),
    }


@pytest.mark.parametrize(
    ("identifier", "key"),
    [
        ({"scheme": "SE-ON", "id": "558000-0023"}, "SE:ORG:5580000023"),
        ({"scheme": "SE-BLV", "id": "5580000023"}, "SE:ORG:5580000023"),
        ({"schemeName": "Organisationsnummer", "id": "165580000023"}, "SE:ORG:5580000023"),
        ({"scheme": "GB-COH", "id": "01234567"}, "GB:COH:01234567"),
        ({"scheme": "XI-LEI", "id": "5493001KJTIIGC8Y1R12"}, "XI:LEI:5493001KJTIIGC8Y1R12"),
        ({"schemeName": "Some list", "id": "7"}, "BODS:5580000015:e"),
    ],
)
def test_entity_keys(identifier: dict[str, str], key: str) -> None:
    result = mapped(statement("e", "entity", {"entityType": {"type": "registeredEntity"}, "identifiers": [identifier]}))

    assert {fact.subject for fact in result.facts} == {key}


def test_a_personal_number_keys_the_person_and_goes_nowhere_else() -> None:
    numbered = person(
        f"rec-{PERSON_NUMBER}",
        "Testa Fiktivson",
        identifiers=[{"scheme": "SE-PNR", "id": "19800101-9804"}],
        addresses=[{"address": f"c/o {PERSON_NUMBER}, Storgatan 1"}],
    )
    trader = entity("trader", "Testas enskilda firma", "800101-9804")

    result = mapped(FIRM, numbered, trader, owns("r", f"rec-{PERSON_NUMBER}", "firm", shares()))

    key = Keyer().by_number(PERSON_NUMBER)
    assert [identity.key for identity in result.identities] == [key]
    assert of(result, Predicate.OWNERSHIP)[0].subject == key
    assert any(fact.subject == key and fact.predicate is Predicate.NAME for fact in result.facts)
    assert "9804" not in repr(result)
    assert "9804" not in repr(result.facts)


def test_a_record_id_with_a_personal_number_never_becomes_a_key() -> None:
    result = mapped(entity(f"firm-{PERSON_NUMBER}", "Utan nummer"))

    assert result.facts
    assert "9804" not in repr(result.facts)


def test_a_beneficial_owner_that_is_no_person_is_reported() -> None:
    other = entity("other", "Andra AB", "558000-0023")

    result = mapped(FIRM, other, owns("r", "other", "firm", shares(beneficialOwnershipOrControl=True)))

    assert of(result, Predicate.OWNERSHIP)[0].value["beneficial"] is True
    assert [row.place for row in result.rejected] == ["/2/recordDetails/interests/0/beneficialOwnershipOrControl"]


def test_dates_that_contradict_are_reported_and_unused() -> None:
    result = mapped(
        FIRM, person("p", "A"), owns("r", "p", "firm", shares(startDate="2024-05-01", endDate="2023-01-01"))
    )

    (ownership,) = of(result, Predicate.OWNERSHIP)
    assert (ownership.valid_from, ownership.valid_to) == (None, None)
    assert len(result.rejected) == 1


def test_component_flags_are_checked() -> None:
    loose = owns("loose", "p", "firm", shares())
    loose["recordDetails"]["isComponent"] = True
    primary = owns("primary", "p", "firm", shares(directOrIndirect="indirect"))
    primary["recordDetails"]["componentRecords"] = ["missing"]

    result = mapped(FIRM, person("p", "A"), loose, primary)

    assert {row.place for row in result.rejected} == {
        "/2/recordDetails/isComponent",
        "/3/recordDetails/componentRecords/0",
    }
    assert [fact.value.get("component") for fact in of(result, Predicate.OWNERSHIP)] == [True, None]


def test_a_bad_statement_never_stops_the_file() -> None:
    bad = [{"recordType": "entity"}, 7, {**FIRM, "recordType": "dog"}, {**FIRM, "recordDetails": []}, FIRM]

    result = mapped(FIRM, *bad)

    assert of(result, Predicate.NAME)
    assert len(result.rejected) == 5
    assert all("Hittepå" not in row.reason.both for row in result.rejected)


def test_json_lines() -> None:
    lines = "\n".join(json.dumps(item) for item in (FIRM, person("p", "A"))) + '\n{"trasig": \n'

    read = reader.read(lines.encode())

    assert [getattr(item, "place", "") for item in read] == ["row 1", "row 2", "row 3"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[]", "no statements"),
        (b'{"a": 1}', "no BODS statements"),
        (b'[{"statementID": "x", "statementType": "entityStatement"}]', "older version"),
        (b"[" * 100_000, "levels"),
        (b"<html/>", "HTML"),
        (b'[{"a": ', "in the middle"),
        (b"3", "neither"),
    ],
)
def test_what_is_not_a_file_of_statements(content: bytes, words: str) -> None:
    with pytest.raises(MalformedContent, match=words):
        reader.read(content)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200) | st.text(max_size=6)
    | st.sampled_from(["p", "firm", "2020-13-40"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["type", "share", "exact", "minimum", "names", "fullName", "identifiers", "id", "scheme", "nationalities",
             "code", "interests", "subject", "interestedParty", "startDate", "endDate", "componentRecords", "country",
             "addresses", "jurisdiction", "birthDate", "entityType", "reason", "publicListing", "isComponent"]
        ),
        inner, max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["entity", "person", "relationship"]), _JSON), max_size=4))
def test_whatever_the_details_the_mapper_keeps_going(items: list[tuple[str, Any]]) -> None:
    odd = [statement(f"x{index}", kind, None, recordDetails=details) for index, (kind, details) in enumerate(items)]

    result = mapped(FIRM, person("p", "A"), *odd)

    assert of(result, Predicate.PERSON_NAME)


@given(st.binary(max_size=60) | st.integers(0, 400).map(lambda cut: json.dumps([FIRM, FIRM]).encode()[:cut]))
def test_arbitrary_bytes_only_raise_malformed(content: bytes) -> None:
    with contextlib.suppress(MalformedContent):
        reader.read(content)
