"""Hubs by number and by kind: the same number of engagements is a hub for an accountant and none for a builder."""

from datetime import UTC, datetime

import pytest

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.patterns.hub_kinds import HubKind, holder_hub, kind_of, place_hub

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HERE = "VIRKESGATAN 3|99010"


def fact(subject: str, predicate: Predicate, object: str | None = None, **value: object) -> Fact:
    key = None if object is None else EntityKey(object)
    return Fact(EntityKey(subject), predicate, value, "s", "0" * 64, f"/{object}{value}", NOW, key)


def engaged(count: int, industry: str) -> Network:
    """Somebody with ``count`` engagements who also sits on the board of a company of this industry."""
    return Network.of(
        [
            fact("OWN", Predicate.OFFICER, "PERSON:p", position="board_member"),
            fact("OWN", Predicate.INDUSTRY, code=industry, version="SNI2025", rank=1),
            *(fact("PERSON:p", Predicate.ENGAGEMENT, f"C{place}") for place in range(count - 1)),
        ]
    )


@pytest.mark.parametrize(
    ("count", "industry", "kind"),
    [
        (10, "69201", HubKind.ACCOUNTANT),
        (9, "69201", None),
        (10, "69102", HubKind.LAWYER),
        (10, "41000", None),
        (29, "41000", None),
        (30, "41000", HubKind.OTHER),
        (10, "64212", None),  # holding companies
        (10, "64190", HubKind.BANK),
    ],
)
def test_a_person_by_number_and_kind(count: int, industry: str, kind: HubKind | None) -> None:
    found = holder_hub(engaged(count, industry), "PERSON:p")
    assert (found.kind if found else None) is kind
    assert found is None or found.organisations == count


def test_an_auditor_in_a_company_does_not_run_it() -> None:
    facts = [
        fact("OWN", Predicate.OFFICER, "PERSON:p", position="auditor"),
        fact("OWN", Predicate.INDUSTRY, code="69201", version="SNI2025", rank=1),
        *(fact("PERSON:p", Predicate.ENGAGEMENT, f"C{place}") for place in range(12)),
    ]
    assert holder_hub(Network.of(facts), "PERSON:p") is None


@pytest.mark.parametrize(
    ("active", "industry", "kind"),
    [
        (12, "68203", HubKind.OFFICE_SERVICES),
        (9, "68203", None),
        (12, "41000", None),
        (30, "41000", HubKind.OTHER),
    ],
)
def test_a_place_by_the_registers_count_and_who_stands_there(active: int, industry: str, kind: HubKind | None) -> None:
    address = {"kind": "postal", "street": "Virkesgatan 3", "postal_code": "99010", "city": "GRANBY"}
    network = Network.of(
        [
            fact("A", Predicate.ADDRESS, **address),
            fact("B", Predicate.ADDRESS, **address),
            fact("B", Predicate.INDUSTRY, code=industry, version="SNI2025", rank=1),
            fact(
                "A", Predicate.ADDRESS_STATISTICS, address=HERE, active=active, bankrupt_3_years=0,
                registered_12_months=0,
            ),
        ]
    )  # fmt: skip
    found = place_hub(network, "A", HERE)
    assert (found.kind if found else None) is kind
    assert place_hub(network, "A", "STORGATAN 1|99010") is None


@pytest.mark.parametrize(("code", "public"), [("82", True), ("49", False), ("90", False)])
def test_a_municipality_is_known_by_its_legal_form(code: str, public: bool) -> None:
    network = Network.of([fact("K", Predicate.LEGAL_FORM, scheme="scb", code=code)])
    found = kind_of(network, "K")
    assert (found is not None and found[0] is HubKind.PUBLIC) is public
