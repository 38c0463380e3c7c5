"""An owner in a file and an officer in a register: when they are one person, when they may be, when they are not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.matching.same_holder import IDENTIFIED_BY_NUMBER, joins, same_holders, with_same_joined
from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.patterns.shared_control import common_controllers

NOW = datetime(2026, 11, 1, tzinfo=UTC)
COMPANY, OTHER_COMPANY = "SE:ORG:5580000015", "SE:ORG:5580000023"
OFFICER, OWNER = "PERSON:officer", "PERSON:owner"


def fact(
    source: str, document: str, subject: str, predicate: Predicate, target: str | None = None, /, **value: Any
) -> Fact:
    place = f"/{subject}/{predicate}/{target}/{value}"
    return Fact(
        EntityKey(subject), predicate, value, source, document.ljust(64, "0"), place, NOW,
        object=None if target is None else EntityKey(target),
    )  # fmt: skip


def officer(name: str, born: str | None, company: str = COMPANY, key: str = OFFICER) -> list[Fact]:
    found = [
        fact("ssbtgu", company[-4:], key, Predicate.PERSON_NAME, name=name),
        fact("ssbtgu", company[-4:], company, Predicate.OFFICER, key, role="Ordförande", position="board_chair"),
    ]
    return [*found, fact("ssbtgu", company[-4:], key, Predicate.BIRTH_DATE, date=born)] if born else found


def owner(name: str, born: str | None, company: str = COMPANY, key: str = OWNER, document: str = "b") -> list[Fact]:
    found = [
        fact("bods", document, key, Predicate.PERSON_NAME, name=name),
        fact("bods", document, key, Predicate.OWNERSHIP, company, interest="shareholding", exact=100),
    ]
    return [*found, fact("bods", document, key, Predicate.BIRTH_DATE, date=born)] if born else found


def judged(*facts: list[Fact]) -> list[tuple[str, str, bool]]:
    network = Network.of([each for some in facts for each in some])
    return [(pair.key, pair.other, pair.certain) for pair in same_holders(network)]


@pytest.mark.parametrize(
    ("name", "born"),
    [
        ("Anna Exempelberg", "1981-04-05"),
        ("Exempelberg, Anna", "1981-04-05"),
        ("Anna Kristina Exempelberg", "1981-04-05"),
    ],
)
def test_the_same_words_and_the_same_birth_date_are_one_person(name: str, born: str) -> None:
    assert judged(officer("Anna Exempelberg", "1981-04-05"), owner(name, born)) == [(OFFICER, OWNER, True)]


def test_one_person_whatever_companies_they_are_named_in() -> None:
    assert judged(
        officer("Anna Exempelberg", "1981-04-05"), owner("Anna Exempelberg", "1981-04-05", OTHER_COMPANY)
    ) == [(OFFICER, OWNER, True)]


@pytest.mark.parametrize(
    ("name", "born"),
    [
        ("Anna Exempelberg", None),  # may be a daughter
        ("Anna Exempelberg", "1981"),
        ("Anna Exempelberg", "1981-04"),
        ("Anna Exempelberg", "1981-05-04"),  # day and month exchanged: a slip as often as another person
        ("Anne Exempelberg", "1981-04-05"),  # a twin
    ],
)
def test_less_is_possible_and_joins_nothing(name: str, born: str | None) -> None:
    facts = [*officer("Anna Exempelberg", "1981-04-05"), *owner(name, born)]
    assert judged(facts) == [(OFFICER, OWNER, False)]
    assert with_same_joined(Network.of(facts)).read_as(OWNER) == OWNER


@pytest.mark.parametrize(
    ("name", "born", "company"),
    [
        ("Anna Exempelberg", None, OTHER_COMPANY),  # a name alone
        ("Anna Exempelberg", "1955-12-30", COMPANY),  # mother and daughter
        ("Bertil Exempelberg", "1981-04-05", COMPANY),  # twins of one firm
        ("", "1981-04-05", COMPANY),
    ],
)
def test_namesakes_and_relatives_are_nobody_else(name: str, born: str | None, company: str) -> None:
    assert judged(officer("Anna Exempelberg", "1981-04-05"), owner(name, born, company)) == []


def test_two_whom_a_register_knows_by_number_are_two() -> None:
    namesakes = [
        officer("Anna Exempelberg", "1981-04-05"),
        officer("Anna Exempelberg", "1981-04-05", OTHER_COMPANY, "PERSON:another"),
    ]
    assert judged(*namesakes) == []


def test_an_owner_who_came_with_a_number_is_who_the_number_says() -> None:
    numbered = fact("bods", "b", OWNER, Predicate.MISCELLANEOUS, name=IDENTIFIED_BY_NUMBER, value="yes")
    facts = [*officer("Anna Exempelberg", "1981-04-05"), *owner("Anna Exempelberg", "1981-04-05"), numbered]
    assert judged(facts) == []


def test_one_file_names_two_persons_if_it_has_two_records() -> None:
    one, other = owner("Anna Exempelberg", "1981-04-05"), owner("Anna Exempelberg", "1981-04-05", key="PERSON:second")
    assert judged(one, other) == []


def test_whoever_may_be_either_of_two_is_joined_to_neither() -> None:
    facts = [
        *officer("Anna Exempelberg", "1981-04-05"),
        *officer("Anna Exempelberg", "1981-04-05", OTHER_COMPANY, "PERSON:another"),
        *owner("Anna Exempelberg", "1981-04-05"),
    ]
    found = judged(facts)
    assert len(found) == 2 and not any(certain for _, _, certain in found)
    assert joins(same_holders(Network.of(facts))) == {}


def test_joining_shows_a_link_that_two_keys_hid_and_keeps_the_documents() -> None:
    elsewhere = fact("bods", "c", OTHER_COMPANY, Predicate.OFFICER, OWNER, role="Styrelse", position="board_member")
    facts = [*officer("Anna Exempelberg", "1981-04-05"), *owner("Anna Exempelberg", "1981-04-05"), elsewhere]
    assert common_controllers(Network.of(facts), COMPANY, OTHER_COMPANY) == ()
    joined = with_same_joined(Network.of(facts))
    (common,) = common_controllers(joined, COMPANY, OTHER_COMPANY)
    assert common.key == OFFICER
    assert {found.id for found in (*common.left, *common.right)} <= {stated.id for stated in facts}


def test_organisations_without_a_number_need_name_and_address() -> None:
    def named(key: str, source: str, street: str, name: str = "Norrhamn Drift AB") -> list[Fact]:
        address = {"street": street, "postal_code": "981 31", "city": "Kiruna"}
        return [
            fact(source, key, key, Predicate.NAME, name=name, kind="registered"),
            fact(source, key, key, Predicate.ADDRESS, **address),
        ]

    registered = named(COMPANY, "bolagsverket_vdm", "Hamnkajen 12")
    assert judged(registered, named("XX:UNKNOWN:1", "bods", "Hamnkajen 12")) == [(COMPANY, "XX:UNKNOWN:1", True)]
    assert judged(registered, named("XX:UNKNOWN:1", "bods", "Torggatan 3")) == []
    assert judged(registered, named("XX:UNKNOWN:1", "bods", "Hamnkajen 12", "Norrhamn Drift i Luleå AB")) == []


@given(st.permutations(officer("Anna Exempelberg", "1981-04-05") + owner("Anna Exempelberg", "1981-04-05")))
def test_the_order_of_the_facts_changes_nothing(facts: list[Fact]) -> None:
    (pair,) = same_holders(Network.of(facts))
    assert (pair.key, pair.other, pair.certain) == (OFFICER, OWNER, True)
    assert "födelsedatum lika" in pair.reasons.sv and "an organisation in common" in pair.reasons.en
