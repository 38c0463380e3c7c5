"""OWN: the shape of the ownership."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from graph.model import Fact, Predicate, is_person
from graph.ownership import Stakes, chain
from graph.patterns.circular import circles, possible_circles
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import (
    OWNERSHIP_SOURCES,
    both,
    gap,
    has_no_owners,
    is_sole_trader,
    listing,
    missing,
    party_name,
    percent,
    unique,
)

SIGNIFICANT = Fraction(1, 4)
"""An owner of more than a quarter is a beneficial owner (lag (2017:631) 1:4); chains to smaller ones matter less."""


def _unowned(context: Context) -> bool:
    return has_no_owners(context) or is_sole_trader(context)


@indicator("OWN-05")
def long_chain(context: Context) -> Iterator[Signal | Unassessed]:
    """Lång ägarkedja.

    **Method.** More than ``n`` companies lie between the party and a natural person who owns a significant part (more
    than a quarter, as far as the figures allow); the shortest chain to each person counts. With no natural person
    found, a chain that is longer than ``n`` before it ends counts too.

    **Example.** «Mellan Exempelbygg AB och Kim Exempel ligger 5 bolag: Ett AB, Två AB, Tre AB, Fyra AB och Fem AB.»

    **Why it matters.** Complexity without a business reason hides who decides (FATF).

    **Innocent explanations considered.** Large groups, private equity and cross-border holdings: cannot be told apart
    by length, hence never more than a note. A chain through a listed company is silent: its owners are public.

    **Exclusions.** Sole traders, associations, foundations, public bodies.

    **Assumptions.** Ownership comes from the statements handed in; a chain that ends with a company whose owners nobody
    has stated, before the limit, is not assessed.
    """
    if _unowned(context):
        return
    key, network = context.party.key, context.network
    if not network.owners(key):
        yield missing(
            "Ägarna är inte kända", "The owners are not known", gap(context, Predicate.OWNERSHIP, OWNERSHIP_SOURCES)
        )
        return
    stakes = Stakes.of(network)
    limit = int(context.parameters["n"])
    ends = stakes.ends(key)
    if not ends:
        yield missing("Ägandet leder inte till någon namngiven ägare", "The ownership leads to no named owner")
        return
    persons = {end for end in ends if is_person(end)}
    possible = persons & stakes.holders(key, SIGNIFICANT, "high")
    shown = [end for end in possible if stakes.share(end, key).high > SIGNIFICANT]
    if not shown:
        # Only small or no persons: the nearest of them shows how far away a human being is.
        steps = stakes.steps_to(key)
        shown = [min(persons or ends, key=lambda end: (steps[end], end))]
    routes = {end: chain(stakes, end, key) for end in shown}
    end, facts = max(routes.items(), key=lambda item: (len(item[1]), item[0]))
    companies = [fact.subject for fact in reversed(facts) if not is_person(fact.subject)]
    if any(network.facts(company, Predicate.LISTED_COMPANY) for company in companies):
        return
    if len(companies) > limit:
        yield _long(context, end, facts, [network.name(company) for company in companies])
    elif not persons:
        yield missing(
            "Ägarkedjan slutar utan att någon människa är namngiven",
            "The ownership chain ends without a named natural person",
        )


def _long(context: Context, end: str, facts: tuple[Fact, ...], names: list[str]) -> Signal:
    name, owner = party_name(context), context.network.name(end)
    shown = listing(names)
    if is_person(end):
        sv = f"Mellan {name} och {owner} ligger {len(names)} bolag: {shown.sv}."
        en = f"Between {name} and {owner} lie {len(names)} companies: {shown.en}."
    else:
        sv = f"Ovanför {name} ligger {len(names)} bolag utan att någon människa är namngiven: {shown.sv}."
        en = f"Above {name} lie {len(names)} companies without a named natural person: {shown.en}."
    return Signal(context.party.key, both(sv, en), unique(facts))


@indicator("OWN-06")
def circular(context: Context) -> Iterator[Signal | Unassessed]:
    """Cirkelägande.

    **Method.** The party is one of, or is owned through, at least two companies that own each other round about, by
    stakes of ``min_share_pct`` or more (middle figure of a range).

    **Example.** «Exempelbygg AB, Två AB och Tre AB äger varandra i en cirkel; minsta andel 52 %.»

    **Why it matters.** It hides who decides, and the same capital is counted several times.

    **Innocent explanations considered.** A small cross-holding in a co-operative stays below the minimum. A statement
    that is no longer made (historic shares) does not count. Statements whose dates lie far apart are named with them.

    **Exclusions.** A company's own shares. Associations, foundations, public bodies.

    **Assumptions.** A circle that only closes through stakes without a published figure is not assessed.
    """
    if _unowned(context):
        return
    key, network = context.party.key, context.network
    if not network.owners(key):
        yield missing(
            "Ägarna är inte kända", "The owners are not known", gap(context, Predicate.OWNERSHIP, OWNERSHIP_SOURCES)
        )
        return
    stakes = Stakes.of(network)
    minimum = Fraction(str(context.parameters["min_share_pct"])) / 100
    found = circles(stakes, key, minimum)
    for circle in found:
        names, smallest = listing(network.name(member) for member in circle.members), percent(circle.smallest)
        where = both("", "")
        if key not in circle.members:
            name = party_name(context)
            where = both(f" {name} ägs genom dem.", f" {name} is owned through them.")
        yield Signal(
            key,
            both(
                f"{names.sv} äger varandra i en cirkel; minsta andel {smallest.sv}.{where.sv}",
                f"{names.en} own each other in a circle; the smallest stake is {smallest.en}.{where.en}",
            ),
            unique(circle.facts),
        )
    if not found and possible_circles(stakes, key):
        yield missing(
            "Bolag äger varandra i en cirkel, men andelarnas storlek är inte känd",
            "Companies own each other in a circle, but the size of the stakes is not known",
        )
