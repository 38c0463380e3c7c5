"""Name swaps (namnkarusell): a name leaves a company that goes bankrupt and turns up on another, tied to it.

Parameters: how many days may lie between the bankruptcy and the day the name was taken, and how alike the names are.
Evidence: both names, the bankruptcy, and what ties the two companies: somebody in charge, or an address.
Innocent explanations: a reorganisation that was made public; a new owner who bought the name from the estate.

An address or a person that very many share is a hub and no tie.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from graph.model import Fact, ListedSchema, Predicate
from graph.names import similarity
from graph.network import Network
from graph.patterns.hub_kinds import Hub, holder_hub, place_hub
from graph.patterns.hubs import addresses
from graph.patterns.phoenix import Bankruptcy, bankruptcies
from graph.patterns.shared_control import common_controllers
from graph.timeline import as_date, registration_date


@dataclass(frozen=True, slots=True)
class Taken:
    """A bankrupt company whose name the other has taken."""

    old: Bankruptcy
    name: str
    """The name as the bankrupt company bore it."""
    on: date
    """The day the other took it."""
    people: tuple[str, ...]
    address: bool
    facts: tuple[Fact, ...]
    aside: tuple[Hub, ...]


@dataclass(frozen=True, slots=True)
class _Bearing:
    name: str
    since: date
    facts: tuple[Fact, ...]


def names_taken(network: Network, key: str, *, days: int, similar: float) -> tuple[Taken, ...]:
    """Names that ``key`` bears and took within ``days`` before or after the bankruptcy of a company it is tied to."""
    bearings = _bearings(network, key)
    window = timedelta(days=days)
    found = []
    for old in bankruptcies(network) if bearings else ():
        if old.key == key or old.on is None:
            continue
        for bearing in bearings:
            if abs(bearing.since - old.on) > window:
                continue
            theirs = _alike(network, old.key, bearing.name, similar)
            if theirs is None:
                continue
            people, address, facts, aside = _ties(network, key, old.key)
            if people or address:
                evidence = (*bearing.facts, theirs, old.fact, *facts)
                shown = str(theirs.value["name"])
                found.append(Taken(old, shown, bearing.since, people, address, evidence, aside))
                break
    return tuple(found)


def undated_names(network: Network, key: str) -> bool:
    """Whether it is not known since when ``key`` bears its name."""
    return not _bearings(network, key)


def _bearings(network: Network, key: str) -> list[_Bearing]:
    """The registered names with the day each was taken: its own registration, else that of the company."""
    start = registration_date(network, key)
    found = []
    for fact in network.facts(key, Predicate.NAME):
        if fact.value.get("kind") != "registered" or not fact.value.get("name"):
            continue
        since = as_date(fact.value.get("registered_on"))
        if since is not None:
            found.append(_Bearing(str(fact.value["name"]), since, (fact,)))
        elif start is not None and not any(
            other.value.get("kind") == "former" for other in network.facts(key, Predicate.NAME, history=True)
        ):
            found.append(_Bearing(str(fact.value["name"]), start[0], (fact, start[1])))
    # The name's own registration date, where one source gives it, before the company's.
    return sorted(found, key=lambda each: (len(each.facts), each.name))


def _alike(network: Network, old: str, name: str, similar: float) -> Fact | None:
    """The most alike of the names that the bankrupt company bears or bore."""
    best: tuple[float, Fact] | None = None
    for fact in network.facts(old, Predicate.NAME, history=True):
        score = similarity(name, str(fact.value.get("name") or ""), ListedSchema.ORGANISATION)
        if score >= similar and (best is None or score > best[0]):
            best = (score, fact)
    return None if best is None else best[1]


def _ties(network: Network, new: str, old: str) -> tuple[tuple[str, ...], bool, tuple[Fact, ...], tuple[Hub, ...]]:
    people: list[str] = []
    facts: list[Fact] = []
    aside: list[Hub] = []
    for common in common_controllers(network, new, old, history=True, engagements=True):
        hub = holder_hub(network, common.key)
        if hub is not None:
            aside.append(hub)
        else:
            people.append(common.key)
            facts += [*common.left, *common.right]
    shared = False
    ours, theirs = addresses(network, new), addresses(network, old, history=True)
    for address in sorted(ours.keys() & theirs.keys()):
        hub = place_hub(network, new, address)
        if hub is not None:
            aside.append(hub)
        else:
            shared = True
            facts += [ours[address], theirs[address]]
    return tuple(people), shared, tuple(facts), tuple(aside)
