"""Ownership chains: how many companies lie between a company and a human being, and owners in certain countries.

Parameters: what makes an owner significant; the countries looked for and the least share.
Evidence: every stake on the way, and the statement of where an owner is registered.
Innocent explanations: large groups, private equity, funds, cross-border holdings; length and country tell none apart.

Only where *organisations* are registered is looked at, never where a person comes from or lives.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from graph.model import Fact, Predicate, is_person
from graph.network import Network
from graph.ownership import Share, Stakes, chain, supporting_facts


@dataclass(frozen=True, slots=True)
class Chain:
    """The way up from a company to one ultimate owner, ``end``, by the fewest stakes."""

    end: str
    facts: tuple[Fact, ...]
    companies: tuple[str, ...]
    """The companies between, from the nearest; the end itself too when it is a company."""

    @property
    def ends_with_person(self) -> bool:
        """Whether a human being is found at the top."""
        return is_person(self.end)


@dataclass(frozen=True, slots=True)
class OwnerAbroad:
    """An owner registered in a country that was looked for."""

    key: str
    country: str
    share: Share
    facts: tuple[Fact, ...]


def longest_chain(stakes: Stakes, key: str, significant: Fraction) -> Chain | None:
    """The longest of the shortest chains to each human being who may own more than ``significant``.

    Without such persons the nearest ultimate owner shows how far away a human being is. ``None`` when nobody is named.
    """
    ends = stakes.ends(key)
    if not ends:
        return None
    persons = {end for end in ends if is_person(end)}
    possible = persons & stakes.holders(key, significant, "high")
    shown = [end for end in possible if stakes.share(end, key).high > significant]
    if not shown:
        steps = stakes.steps_to(key)
        shown = [min(persons or ends, key=lambda end: (steps[end], end))]
    ways = {end: chain(stakes, end, key) for end in shown}
    end, facts = max(ways.items(), key=lambda item: (len(item[1]), item[0]))
    return Chain(end, facts, tuple(fact.subject for fact in reversed(facts) if not is_person(fact.subject)))


def owners_registered_in(
    network: Network, stakes: Stakes, key: str, countries: Collection[str]
) -> tuple[OwnerAbroad, ...]:
    """Every direct or indirect owner that is an organisation registered in one of ``countries``, the largest first.

    A key from that country's own register says where it is registered too, with no fact beside it.
    """
    found = []
    for owner in sorted(stakes.ancestors(key) - {key}):
        if is_person(owner):
            continue
        stated = {
            str(fact.value.get("country") or "").upper(): fact for fact in network.facts(owner, Predicate.JURISDICTION)
        }
        country = next((each for each in sorted(stated) if each in countries), None)
        prefix = owner.partition(":")[0]
        if country is None and not stated and prefix in countries:
            country = prefix
        if country is not None:
            where = (stated[country],) if country in stated else ()
            facts = (*supporting_facts(stakes, [owner], key), *where)
            found.append(OwnerAbroad(owner, country, stakes.share(owner, key), facts))
    return tuple(sorted(found, key=lambda each: (-each.share.high, each.key)))


def unplaced_owners(network: Network, stakes: Stakes, key: str) -> tuple[str, ...]:
    """Owners that are organisations whose country nobody states."""
    return tuple(
        owner
        for owner in sorted(stakes.ancestors(key) - {key})
        if not is_person(owner)
        and not network.facts(owner, Predicate.JURISDICTION)
        and len(owner.partition(":")[0]) != len("SE")
    )
