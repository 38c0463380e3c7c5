"""What kind of hub somebody or some place is: an accountant, a lawyer, a bank, a public body, an office hotel.

Parameters: how many organisations make a hub by number alone, and how many do when the kind explains it.
Evidence: the counts of the mirrored register (addresses) or of the dossier (persons), and the industry or legal form.
Innocent explanations: being a hub is itself the explanation; a link through one says nothing about those it links.

Whoever sets a hub aside says so: ``Hub`` carries what the sentence needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graph.model import Fact, Position, Predicate, is_person
from graph.network import Network, position_of
from graph.patterns.hubs import HUB_ORGANISATIONS, address_statistics, organisations_of, tenants

HUB_OF_KNOWN_KIND = 10
"""From this many organisations on, when industry or legal form explains why there are many (proposed)."""


class HubKind(StrEnum):
    """Why so many have somebody, or some place, in common."""

    PUBLIC = "public"
    ACCOUNTANT = "accountant"
    LAWYER = "lawyer"
    OFFICE_SERVICES = "office_services"
    """Premises let by the desk, and agents who form companies and receive their post."""
    BANK = "bank"
    OTHER = "other"


_INDUSTRIES = {
    "841": HubKind.PUBLIC,
    "692": HubKind.ACCOUNTANT,
    "691": HubKind.LAWYER,
    "682": HubKind.OFFICE_SERVICES,
    "821": HubKind.OFFICE_SERVICES,
    "641": HubKind.BANK,
    "643": HubKind.BANK,
    "649": HubKind.BANK,
    "651": HubKind.BANK,
}
"""Three-digit groups that mean the same in SNI 2007 and SNI 2025. 642, holding companies, is no kind of hub."""


@dataclass(frozen=True, slots=True)
class Hub:
    """Somebody (``what`` is a key) or some place (a normalised address) that very many have in common."""

    what: str
    kind: HubKind
    organisations: int
    facts: tuple[Fact, ...]


def kind_of(network: Network, organisation: str) -> tuple[HubKind, Fact] | None:
    """The kind of hub that this organisation would be, and the fact that says so; ``None`` for ordinary ones."""
    for fact in network.facts(organisation, Predicate.LEGAL_FORM):
        code = str(fact.value.get("code") or "")
        if fact.value.get("scheme") == "scb" and code.isdigit() and 81 <= int(code) <= 89:
            return HubKind.PUBLIC, fact
    for fact in network.facts(organisation, Predicate.INDUSTRY):
        digits = "".join(sign for sign in str(fact.value.get("code") or "") if sign.isdigit())
        kind = _INDUSTRIES.get(digits[:3])
        if kind is not None and fact.value.get("rank") in (None, 1):
            return kind, fact
    return None


def holder_hub(network: Network, key: str, limit: int = HUB_ORGANISATIONS) -> Hub | None:
    """``key`` as a hub: a person with very many engagements, or an organisation that holds them by trade."""
    engaged = organisations_of(network, key)
    if len(engaged) < min(limit, HUB_OF_KNOWN_KIND):
        return None
    run = [key] if not is_person(key) else [o for o, facts in engaged.items() if any(_runs(fact) for fact in facts)]
    told = next((found for own in run if (found := kind_of(network, own)) is not None), None)
    if told is None and len(engaged) < limit:
        return None
    facts = tuple(fact for stated in engaged.values() for fact in stated)
    kind = HubKind.OTHER if told is None else told[0]
    return Hub(key, kind, len(engaged), facts if told is None else (*facts, told[1]))


def _runs(fact: Fact) -> bool:
    return fact.predicate is Predicate.OFFICER and position_of(fact) in (
        Position.BOARD_CHAIR,
        Position.BOARD_MEMBER,
        Position.CHIEF_EXECUTIVE,
        Position.PARTNER,
    )


def place_hub(network: Network, organisation: str, address: str, limit: int = HUB_ORGANISATIONS) -> Hub | None:
    """The address as a hub: by the register's count, or by a lower one when somebody there explains it."""
    for counted in address_statistics(network, organisation):
        if counted.address not in (address, "") or counted.active < min(limit, HUB_OF_KNOWN_KIND):
            continue
        there = sorted(tenants(network).get(address, ()))
        told = next((found for tenant in there if (found := kind_of(network, tenant)) is not None), None)
        if told is not None:
            return Hub(address, told[0], counted.active, (counted.fact, told[1]))
        if counted.active >= limit:
            return Hub(address, HubKind.OTHER, counted.active, (counted.fact,))
    return None
