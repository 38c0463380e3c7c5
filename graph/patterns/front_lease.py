"""Front lease: a tenant on paper, with somebody else behind. Marks of one lease, each common and innocent by itself.

Four marks: a young company; its owners or board changed shortly before the premises were entered; others pay the rent;
its industry is not what the premises were let for. A payer that belongs to the tenant's group or has given security is
no third party.

Parameters: how young, how long before the entry, how many payments.
Evidence: the lease's terms, the payments, and the registers' facts of each mark.
Innocent explanations: a new entrepreneur; a parent company that pays; a trade that an old industry code hides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.ownership import Stakes
from graph.patterns.phoenix import add_months
from graph.patterns.shared_control import common_controllers
from graph.timeline import Event, EventKind, as_date, registration_date

FOUNDING_DAYS = 60
"""Shares are signed for and paid before a new company is registered, and reported some weeks after (proposed)."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The terms of one lease of the tenant."""

    fact: Fact
    entry_on: date

    @property
    def allowed_sni(self) -> tuple[str, ...]:
        """Beginnings of SNI codes that fit what the premises were let for."""
        stated: Any = self.fact.value.get("allowed_sni") or ()
        return tuple(str(code) for code in stated)


@dataclass(frozen=True, slots=True)
class OtherPayer:
    """Somebody else than the tenant who paid rent. ``key`` is ``None`` for natural persons, who are not told apart."""

    key: EntityKey | None
    payments: int
    facts: tuple[Fact, ...]
    belongs: tuple[Fact, ...] | None
    """What shows that the payer belongs to the tenant (group, common controller, security); ``None`` = nothing does."""


def leases(network: Network, tenant: str) -> tuple[Lease, ...]:
    """The leases of ``tenant``, the newest entry first."""
    found = [
        Lease(fact, entry)
        for fact in network.facts(tenant, Predicate.LEASE_TERMS)
        if (entry := as_date(fact.value.get("entry_on"))) is not None
    ]
    return tuple(sorted(found, key=lambda lease: (-lease.entry_on.toordinal(), lease.fact.order)))


def other_payers(network: Network, stakes: Stakes, tenant: str) -> tuple[OtherPayer, ...]:
    """Who else paid rent for ``tenant``, with the number of payments."""
    by_payer: dict[EntityKey | None, list[Fact]] = defaultdict(list)
    for fact in network.facts(tenant, Predicate.RENT_PAYMENT):
        if fact.object != tenant:
            by_payer[fact.object].append(fact)
    return tuple(
        OtherPayer(
            key,
            sum(int(fact.value.get("payments") or 1) for fact in facts),
            tuple(facts),
            None if key is None else _belongs(network, stakes, tenant, key),
        )
        for key, facts in sorted(by_payer.items(), key=lambda item: str(item[0] or ""))
    )


def youth(network: Network, tenant: str, entry: date, months: int) -> tuple[date, Fact] | None:
    """The registration of a company younger than ``months`` at the entry; ``None`` when it is older or not known."""
    start = registration_date(network, tenant)
    return start if start is not None and start[0] > add_months(entry, -months) else None


def changed_hands(
    network: Network, tenant: str, history: Iterable[Event], begin: date, end: date
) -> tuple[tuple[Fact, ...], ...]:
    """Changes of control that certainly lie between ``begin`` and ``end``: the facts of each, the earliest first.

    Two successive statements of owners that differ, or a holder of more than half whose stake began then. A stake that
    began with the company (within ``FOUNDING_DAYS`` of its registration) is its founder's and no change.
    """
    found = [
        (event.not_after, event.facts)
        for event in history
        if event.kind is EventKind.OWNER and _within(event, begin, end) and _holds_control(network, tenant, event)
    ]
    start = registration_date(network, tenant)
    for fact in network.owners(tenant):
        since = fact.valid_from
        founder = since is None or start is None or (since - start[0]).days <= FOUNDING_DAYS
        if since is not None and not founder and begin <= since <= end and _majority(fact):
            found.append((since, (fact,)))
    return tuple(facts for _, facts in sorted(found, key=lambda each: (each[0], [fact.order for fact in each[1]])))


def board_replaced(history: Iterable[Event], begin: date, end: date) -> tuple[Event, ...]:
    """Replacements of the whole board that certainly lie between ``begin`` and ``end``."""
    return tuple(
        event for event in history if event.kind is EventKind.BOARD and event.complete and _within(event, begin, end)
    )


def _within(event: Event, begin: date, end: date) -> bool:
    return event.not_before is not None and begin <= event.not_before and event.not_after <= end


def _holds_control(network: Network, tenant: str, event: Event) -> bool:
    """Whether somebody new after the event holds more than half."""
    new = set(event.after) - set(event.before)
    return any(fact.subject in new and _majority(fact) for fact in network.owners(tenant, history=True))


def _majority(fact: Fact) -> bool:
    stated = fact.value.get("exact", fact.value.get("minimum"))
    return isinstance(stated, (int, float)) and stated > 50


def other_trade(network: Network, tenant: str, allowed: Sequence[str]) -> tuple[Fact, ...] | None:
    """The tenant's industries when none of them begins with an allowed code.

    ``None``: one of them fits, or the terms or the industries are not known, so that nothing can be said.
    """
    stated = [
        fact for fact in network.facts(tenant, Predicate.INDUSTRY) if str(fact.value.get("code") or "").strip("0")
    ]
    if not allowed or not stated:
        return None
    if any(str(fact.value["code"]).startswith(tuple(allowed)) for fact in stated):
        return None
    return tuple(stated)


def _belongs(network: Network, stakes: Stakes, tenant: str, payer: EntityKey) -> tuple[Fact, ...] | None:
    secured = tuple(lease.fact for lease in leases(network, tenant) if lease.fact.value.get("guarantor") == payer)
    if secured:
        return secured
    owns = [
        fact for fact in (*network.owners(tenant), *network.holdings(tenant)) if payer in (fact.subject, fact.object)
    ]
    if owns:
        return tuple(owns)
    if payer in stakes.ancestors(tenant) or tenant in stakes.ancestors(payer):
        return tuple(fact for fact in network.owners(tenant))
    shared = stakes.ancestors(tenant) & stakes.ancestors(payer)
    if shared:
        return tuple(fact for fact in (*network.owners(tenant), *network.owners(payer)) if fact.subject in shared)
    common = common_controllers(network, tenant, payer, engagements=True)
    return tuple(fact for each in common for fact in (*each.left, *each.right)) if common else None
