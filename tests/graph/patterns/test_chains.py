"""Ownership chains: how far away a human being is, and owners registered in the countries looked for."""

from datetime import UTC, datetime
from fractions import Fraction

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.ownership import Stakes
from graph.patterns.chains import longest_chain, owners_registered_in, unplaced_owners

NOW = datetime(2026, 11, 22, tzinfo=UTC)
QUARTER = Fraction(1, 4)


def fact(subject: str, predicate: Predicate, object: str | None = None, **value: object) -> Fact:
    key = None if object is None else EntityKey(object)
    return Fact(EntityKey(subject), predicate, value, "bods", "0" * 64, f"/{subject}/{object}", NOW, key)


def owns(owner: str, owned: str, per_cent: float) -> Fact:
    return fact(owner, Predicate.OWNERSHIP, owned, interest="shareholding", exact=per_cent)


def test_the_significant_owner_who_is_farthest_away() -> None:
    stakes = Stakes.of(
        Network.of(
            [owns("PERSON:near", "A", 60), owns("B", "A", 40), owns("C", "B", 100), owns("PERSON:far", "C", 100)]
        )
    )
    found = longest_chain(stakes, "A", QUARTER)
    assert found is not None
    assert (found.end, found.companies, found.ends_with_person) == ("PERSON:far", ("B", "C"), True)


def test_small_owners_do_not_lengthen_the_chain() -> None:
    stakes = Stakes.of(
        Network.of(
            [owns("PERSON:near", "A", 80), owns("B", "A", 20), owns("C", "B", 100), owns("PERSON:far", "C", 100)]
        )
    )
    found = longest_chain(stakes, "A", QUARTER)
    assert found is not None
    assert (found.end, found.companies) == ("PERSON:near", ())


def test_a_chain_without_a_human_being() -> None:
    found = longest_chain(Stakes.of(Network.of([owns("B", "A", 100), owns("C", "B", 100)])), "A", QUARTER)
    assert found is not None
    assert (found.ends_with_person, found.companies) == (False, ("B", "C"))
    assert longest_chain(Stakes.of(Network.of([])), "A", QUARTER) is None


def test_owners_by_the_country_that_is_stated_before_that_of_the_key() -> None:
    network = Network.of(
        [
            owns("PA:REG:1", "A", 30),
            owns("PA:REG:2", "A", 20),
            fact("PA:REG:2", Predicate.JURISDICTION, country="SE"),
            owns("X", "A", 50),
            owns("Y", "X", 50),
            fact("Y", Predicate.JURISDICTION, country="PA"),
        ]
    )
    stakes = Stakes.of(network)
    found = owners_registered_in(network, stakes, "A", {"PA"})
    assert [(each.key, each.share.low) for each in found] == [
        ("PA:REG:1", Fraction(3, 10)),
        ("Y", Fraction(1, 4)),
    ]
    assert owners_registered_in(network, stakes, "A", {"VU"}) == ()


def test_owners_whose_country_nobody_states() -> None:
    network = Network.of([owns("XX-REG:1", "A", 30), owns("DE:HRB:1", "A", 30), owns("PERSON:a", "A", 40)])
    assert unplaced_owners(network, Stakes.of(network), "A") == ("XX-REG:1",)
