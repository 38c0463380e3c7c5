"""Who is who, on records made here: two hundred persons, each written two or three times with slips of the hand."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest

from graph.matching.records import Record, read_records
from graph.matching.resolution import Level, prior_model, quality, resolve

GIVEN = ["Anna", "Karin", "Lars", "Nils", "Åsa", "Göran", "Maria", "Johan", "Sara", "Mikael", "Ingrid", "Ove"]
SURNAMES = ["Testsson", "Provberg", "Exempelius", "Mallgren", "Försökare", "Låtsasson", "Övningslund", "Kvist"]
STREETS = ["Provgatan", "Testvägen", "Mallstigen", "Exempelgränd", "Övningsvägen", "Låtsastorget"]
TOWNS = ["Granby", "Exempelstad", "Provköping", "Mallby"]


def slip(text: str, chance: random.Random) -> str:
    position = chance.randrange(max(1, len(text)))
    return text[:position] + chance.choice("aeinrst") + text[position + 1 :]


def rows(persons: int, seed: int = 7) -> Iterator[dict[str, object]]:
    chance = random.Random(seed)
    for number in range(persons):
        row: dict[str, object] = {
            "given_name": chance.choice(GIVEN),
            "surname": chance.choice(SURNAMES) + chance.choice(["", "", "-Ek", "-Alm"]),
            "street": f"{chance.choice(STREETS)} {chance.randrange(1, 200)}",
            "city": chance.choice(TOWNS),
            "postcode": str(chance.randrange(10000, 99999)),
            "date_of_birth": f"{chance.randrange(1930, 2005)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}",
            "customer_id": str(chance.randrange(10**7, 10**8)),
        }
        yield {"rec_id": f"rec-{number}-org", **row}
        for copy in range(chance.choice([1, 1, 2])):
            altered = dict(row)
            for column in chance.sample(sorted(altered), 2):
                altered[column] = chance.choice(["", slip(str(altered[column]), chance)])
            yield {"rec_id": f"rec-{number}-dup-{copy}", **altered}


def true_pairs(records: list[Record]) -> set[tuple[str, str]]:
    return {
        (one.key, other.key)
        for one, other in itertools.combinations(sorted(records, key=lambda record: record.key), 2)
        if one.key.split("-")[1] == other.key.split("-")[1]
    }


@pytest.mark.parametrize("learn", [False, True])
def test_altered_records_find_each_other(learn: bool) -> None:
    records = read_records(rows(200))
    found = resolve(records, learn=learn)
    assert found.model.learnt is learn
    assert quality(found.pairs(), true_pairs(records))["f1"] > 0.99


def test_the_order_of_records_does_not_matter() -> None:
    records = read_records(rows(60))
    shuffled = records[:]
    random.Random(1).shuffle(shuffled)
    assert resolve(records).groups == resolve(shuffled).groups


def test_a_link_says_what_weighed_most() -> None:
    records = read_records(
        [
            {"id": "a", "name": "Nils Testsson", "date_of_birth": "1970-01-02", "passport": "AB123456"},
            {"id": "b", "name": "Nils Testson", "date_of_birth": "1970-02-01", "passport": "AB 123456"},
        ]
    )
    (link,) = resolve(records).links
    assert link.evidence[0][:2] == ("identifier", Level.SAME)
    assert "nummer lika" in link.explanation.sv
    assert "date of birth nearly the same" in link.explanation.en
    assert link.probability > 0.99


def pairs_of(*table: dict[str, object]) -> set[tuple[str, str]]:
    return set(resolve(read_records(table)).pairs())


def test_a_name_alone_links_nobody() -> None:
    assert not pairs_of({"id": "a", "name": "Nils Testsson"}, {"id": "b", "name": "Nils Testsson"})


def test_father_and_son_share_name_and_address_but_not_birth_date() -> None:
    home = {"name": "Nils Testsson", "address": "Provgatan 4, 111 22 Granby"}
    assert not pairs_of(
        {"id": "father", **home, "date_of_birth": "1941-05-03"}, {"id": "son", **home, "date_of_birth": "1972-11-30"}
    )


def test_who_may_be_either_of_two_is_neither() -> None:
    home = {"name": "Nils Testsson", "address": "Provgatan 4, 111 22 Granby"}
    assert not pairs_of(
        {"id": "father", **home, "date_of_birth": "1941-05-03"},
        {"id": "son", **home, "date_of_birth": "1972-11-30"},
        {"id": "unknown", **home},
    )


def test_a_suffix_tells_two_apart_though_all_else_agrees() -> None:
    same = {"first": "Nils", "date_of_birth": "1970-01-02", "address": "Provgatan 4, 111 22 Granby"}
    assert not pairs_of({"id": "a", "last": "Testsson I", **same}, {"id": "b", "last": "Testsson II", **same})


def test_marriage_changes_a_name_but_not_a_number() -> None:
    assert pairs_of(
        {"id": "a", "first": "Anna", "last": "Testsson", "date_of_birth": "1970-01-02", "passport": "AB123456"},
        {"id": "b", "first": "Anna", "last": "Provberg", "date_of_birth": "1970-01-02", "passport": "AB123456"},
    )


def test_companies_by_name_and_address() -> None:
    address = "Provgatan 4, 111 22 Granby"
    assert pairs_of(
        {"id": "a", "company": "Granby Prov Entreprenad AB", "address": address},
        {"id": "b", "company": "Granby Prov Entreprenad Aktiebolag", "address": address},
    )
    assert not pairs_of(
        {"id": "a", "company": "Grundstenen 124578 AB", "address": address},
        {"id": "b", "company": "Grundstenen 124579 AB", "address": address},
    )


def test_empty_and_odd_records_link_nothing() -> None:
    table: list[dict[str, object]] = [
        {"id": str(number), "name": name} for number, name in enumerate(["", "A", "😀", "AB"])
    ]
    assert not pairs_of(*table)
    assert not resolve([]).groups


def test_two_records_with_one_key_are_refused() -> None:
    records = read_records([{"id": "a", "name": "x"}, {"id": "a", "name": "y"}])
    with pytest.raises(ValueError, match="same key"):
        resolve(records)


def test_prior_weights_fall_from_same_to_other() -> None:
    weights = prior_model().weights[:, 1:]
    assert (weights[:, :-1] >= weights[:, 1:]).all()


def test_an_alias_is_as_good_as_the_name() -> None:
    rows = [
        {"record_id": "a", "PRIMARY_NAME_ORG": "Exempelbygg AB", "ADDR_FULL": "Provgatan 4, 111 22 Granby"},
        {
            "record_id": "b",
            "PRIMARY_NAME_ORG": "Nordisk Betong och Schakt AB",
            "SECONDARY_NAME_ORG": "Exempelbygg",
            "ADDR_FULL": "Provgatan 4, Granby",
        },
        {"record_id": "c", "PRIMARY_NAME_ORG": "Nordiska Blommor AB", "ADDR_FULL": "Provgatan 4, Granby"},
    ]
    assert resolve(read_records(rows)).groups == (("a", "b"),)


def test_companies_with_the_same_contact_are_not_one() -> None:
    rows = [
        {"record_id": key, "company": name, "contact_name": "Arvid Provesson", "ADDR_FULL": "Provgatan 4, Granby"}
        for key, name in (("a", "Exempelbygg AB"), ("b", "Mallgrens Städ AB"))
    ]
    assert resolve(read_records(rows)).groups == ()
