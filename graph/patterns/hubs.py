"""Hubs: addresses and persons that so many companies have in common that sharing them says nothing.

A company-formation agent's address, an accountant's c/o, a lawyer on a hundred boards would link everybody to
everybody. They are set aside as links, and whoever sets one aside says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from graph.addresses import address_key
from graph.model import EntityKey, Fact, Predicate
from graph.network import Network

HUB_ORGANISATIONS = 30
"""From this many organisations on, an address or a person is a hub (proposed; the same figure as ADR-02's ``n``)."""


@dataclass(frozen=True, slots=True)
class AddressHub:
    """How many companies stand at one address, by the mirrored registers."""

    address: str
    active: int
    bankrupt_3_years: int
    registered_12_months: int
    fact: Fact

    @property
    def bankrupt_share(self) -> float:
        """Bankruptcies in three years as a share of those and the active ones together."""
        total = self.active + self.bankrupt_3_years
        return self.bankrupt_3_years / total if total else 0.0


def address_statistics(network: Network, key: str) -> tuple[AddressHub, ...]:
    """The counts for the addresses of ``key``, the most populous first."""
    found = [
        AddressHub(
            str(fact.value.get("address") or ""),
            int(fact.value.get("active") or 0),
            int(fact.value.get("bankrupt_3_years") or 0),
            int(fact.value.get("registered_12_months") or 0),
            fact,
        )
        for fact in network.facts(key, Predicate.ADDRESS_STATISTICS)
    ]
    return tuple(sorted(found, key=lambda hub: (-hub.active, hub.address)))


@lru_cache(maxsize=4096)
def _normal(street: str | None, postal_code: str | None, city: str | None, care_of: str | None) -> str | None:
    return address_key(street, postal_code, city, care_of)


def addresses(network: Network, key: str, *, history: bool = False) -> dict[str, Fact]:
    """The normalised address keys of an organisation and the newest fact behind each."""
    found: dict[str, Fact] = {}
    for fact in network.facts(key, Predicate.ADDRESS, history=history):
        value = fact.value
        normal = _normal(value.get("street"), value.get("postal_code"), value.get("city"), value.get("care_of"))
        if normal:
            found[normal] = fact
    return found


_TENANTS: WeakKeyDictionary[Network, Mapping[str, Mapping[EntityKey, Fact]]] = WeakKeyDictionary()
"""Who stands where, once a network: it is asked for every party of a case."""


def tenants(network: Network) -> Mapping[str, Mapping[EntityKey, Fact]]:
    """By normalised address the organisations of the dossier that stand or stood there, with the newest fact."""
    if network not in _TENANTS:
        found: dict[str, dict[EntityKey, Fact]] = {}
        for key in network.subjects(Predicate.ADDRESS):
            for address, fact in addresses(network, key, history=True).items():
                found.setdefault(address, {})[key] = fact
        _TENANTS[network] = found
    return _TENANTS[network]


def is_hub_address(network: Network, key: str, address: str, limit: int = HUB_ORGANISATIONS) -> AddressHub | None:
    """The statistics of ``address`` when ``limit`` or more active companies stand at it, else ``None``.

    Statistics whose own address is not told apart are taken to be about the entity's only address.
    """
    for hub in address_statistics(network, key):
        if hub.active >= limit and hub.address in {address, ""}:
            return hub
    return None


def organisations_of(network: Network, person: str) -> dict[EntityKey, tuple[Fact, ...]]:
    """The organisations in which ``person`` is known to hold an office or an engagement, with the facts."""
    found: dict[EntityKey, list[Fact]] = {}
    for fact in network.links(person, Predicate.ENGAGEMENT):
        if fact.object is not None:
            found.setdefault(fact.object, []).append(fact)
    for fact in network.offices(person):
        found.setdefault(fact.subject, []).append(fact)
    return {key: tuple(facts) for key, facts in sorted(found.items())}


def is_hub_person(network: Network, person: str, limit: int = HUB_ORGANISATIONS) -> bool:
    """Whether ``person`` is engaged in ``limit`` or more organisations."""
    return len(organisations_of(network, person)) >= limit
