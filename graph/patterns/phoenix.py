"""Phoenix: the links between a new company and one that went bankrupt around the time it was registered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.model import EntityKey, Fact, ListedSchema, Predicate
from graph.names import similarity
from graph.network import Network
from graph.patterns.hub_kinds import Hub, holder_hub, place_hub
from graph.patterns.hubs import HUB_ORGANISATIONS, addresses
from graph.patterns.shared_control import common_controllers
from graph.timeline import as_date


@dataclass(frozen=True, slots=True)
class Bankruptcy:
    """A bankrupt organisation and what says so."""

    key: EntityKey
    on: date | None
    fact: Fact


@dataclass(frozen=True, slots=True)
class Link:
    """One thing in common. ``kind``: controller, phone, address or name; ``what`` the person's key or the value."""

    kind: str
    what: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something in common that so many share that it is no link."""

    kind: str
    what: str
    facts: tuple[Fact, ...]
    hub: Hub


def bankruptcies(network: Network) -> tuple[Bankruptcy, ...]:
    """Every organisation in the dossier that is or was bankrupt (an annulled bankruptcy is none), by key."""
    found: dict[EntityKey, Bankruptcy] = {}
    for key in network.subjects(Predicate.DEREGISTRATION):
        for fact in network.facts(key, Predicate.DEREGISTRATION):
            if fact.value.get("cause") == "bankruptcy":
                found[key] = Bankruptcy(key, as_date(fact.value.get("date")), fact)
    for key in network.subjects(Predicate.PROCEEDING):
        for fact in network.facts(key, Predicate.PROCEEDING):
            if fact.value.get("kind") == "bankruptcy" and fact.value.get("state") != "annulled":
                on = as_date(fact.value.get("date"))
                earlier = found.get(key)
                # The decision is the event; deregistration follows months later when the estate is wound up.
                if earlier is None or on is not None:
                    found[key] = Bankruptcy(key, on, fact)
    return tuple(found[key] for key in sorted(found))


def add_months(day: date, months: int) -> date:
    """``day`` moved by whole months; the last day of the month when the day does not exist there."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for candidate in (day.day, 30, 29, 28):
        if candidate <= day.day:
            try:
                return date(year, month + 1, candidate)
            except ValueError:
                continue
    raise AssertionError("every month has 28 days")


def industry_groups(network: Network, key: str) -> dict[str, dict[str, Fact]]:
    """Per SNI version the three-digit groups of ``key`` and a fact for each; codes for *unknown* are left out."""
    found: dict[str, dict[str, Fact]] = {}
    for fact in network.facts(key, Predicate.INDUSTRY, history=True):
        code = "".join(sign for sign in str(fact.value.get("code") or "") if sign.isdigit())
        if len(code) >= 3 and code.strip("0"):
            found.setdefault(str(fact.value.get("version")), {})[code[:3]] = fact
    return found


def links(
    network: Network, new: str, old: str, *, similar: float, hub: int = HUB_ORGANISATIONS
) -> tuple[tuple[Link, ...], tuple[SetAside, ...]]:
    """What ``new`` and the bankrupt ``old`` have in common, and what was set aside as a hub.

    Former addresses, names and offices of ``old`` count, since bankruptcy ends them.
    """
    found: list[Link] = []
    aside: list[SetAside] = []
    for common in common_controllers(network, new, old, history=True, engagements=True):
        facts = (*common.left, *common.right)
        person = holder_hub(network, common.key, hub)
        if person is not None:
            aside.append(SetAside("controller", common.key, facts, person))
        else:
            found.append(Link("controller", common.key, facts))
    ours, theirs = addresses(network, new), addresses(network, old, history=True)
    for address in sorted(ours.keys() & theirs.keys()):
        place = place_hub(network, new, address, hub)
        if place is not None:
            aside.append(SetAside("address", address, (ours[address], theirs[address], *place.facts), place))
        else:
            found.append(Link("address", address, (ours[address], theirs[address])))
    phones, old_phones = _phones(network, new, False), _phones(network, old, True)
    for phone in sorted(phones.keys() & old_phones.keys()):
        found.append(Link("phone", phone, (phones[phone], old_phones[phone])))
    alike = _alike(network, new, old)
    if alike is not None and alike[0] >= similar:
        found.append(Link("name", str(alike[2].value.get("name")), alike[1:]))
    return tuple(found), tuple(aside)


def phone_key(value: Any) -> str | None:
    """A telephone number as digits without the country code 46 and without the trunk zero; ``None`` if too short."""
    digits = "".join(sign for sign in str(value or "") if sign.isdigit())
    digits = digits.removeprefix("00")
    if digits.startswith("46"):
        digits = digits[2:]
    digits = digits.lstrip("0")
    return digits if len(digits) >= 6 else None


def _phones(network: Network, key: str, history: bool) -> dict[str, Fact]:
    return {
        phone: fact
        for fact in network.facts(key, Predicate.PHONE, history=history)
        if (phone := phone_key(fact.value.get("number"))) is not None
    }


def _alike(network: Network, new: str, old: str) -> tuple[float, Fact, Fact] | None:
    best: tuple[float, Fact, Fact] | None = None
    for ours in network.facts(new, Predicate.NAME):
        for theirs in network.facts(old, Predicate.NAME, history=True):
            score = similarity(
                str(ours.value.get("name") or ""), str(theirs.value.get("name") or ""), ListedSchema.ORGANISATION
            )
            if best is None or score > best[0]:
                best = (score, ours, theirs)
    return best
