"""OWN: the shape of the ownership."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from graph.model import Predicate
from graph.ownership import Stakes
from graph.patterns.chains import Chain, OwnerAbroad, longest_chain, owners_registered_in, unplaced_owners
from graph.patterns.circular import circles, possible_circles
from screening import law
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
from screening.verdict import Level, Text

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
    limit = int(context.parameters["n"])
    found = longest_chain(Stakes.of(network), key, SIGNIFICANT)
    if found is None:
        yield missing("Ägandet leder inte till någon namngiven ägare", "The ownership leads to no named owner")
    elif any(network.facts(company, Predicate.LISTED_COMPANY) for company in found.companies):
        return
    elif len(found.companies) > limit:
        yield _long(context, found)
    elif not found.ends_with_person:
        yield missing(
            "Ägarkedjan slutar utan att någon människa är namngiven",
            "The ownership chain ends without a named natural person",
        )


def _long(context: Context, found: Chain) -> Signal:
    name, owner = party_name(context), context.network.name(found.end)
    names = [context.network.name(company) for company in found.companies]
    shown = listing(names)
    if found.ends_with_person:
        sv = f"Mellan {name} och {owner} ligger {len(names)} bolag: {shown.sv}."
        en = f"Between {name} and {owner} lie {len(names)} companies: {shown.en}."
    else:
        sv = f"Ovanför {name} ligger {len(names)} bolag utan att någon människa är namngiven: {shown.sv}."
        en = f"Above {name} lie {len(names)} companies without a named natural person: {shown.en}."
    return Signal(context.party.key, both(sv, en), unique(found.facts))


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


_EEA = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI",
     "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"}
)  # fmt: skip
"""The member states of the European Economic Area, who must be treated alike (LOU 4:1)."""
_EEA_OWNER = 2
"""Place of *the owner is in the EEA* in the catalogue's innocent explanations."""


@indicator("OWN-07")
def listed_country(context: Context) -> Iterator[Signal | Unassessed]:
    """Ägare i land på EU:s eller FATF:s lista.

    **Method.** A company that owns ``share_pct`` per cent or more of the party, directly or through others, is
    registered in a country that on the case's date is on the EU list of non-cooperative jurisdictions or on one of the
    FATF's two lists (``screening/law/jurisdictions.yaml``).

    **Example.** «Exempel Holdings Ltd, som äger 40 % av Exempelbygg AB, är registrerat i PA (EU:s lista över icke
    samarbetsvilliga jurisdiktioner).»

    **Why it matters.** It may be hard to learn there who owns and decides.

    **Innocent explanations considered.** An owner in the EEA is supported and never more than a note: it must be
    treated like others. International funds, shipping and insurance cannot be told apart here.

    **Exclusions.** Persons: where somebody comes from or lives is never looked at. Sole traders, associations,
    foundations, public bodies.

    **Assumptions.** The lists are written from memory and marked so; a finding says that they are to be compared with
    the published ones. The Financial Secrecy Index (``fsi_min``) is not among the data and is not used.
    """
    if _unowned(context):
        return
    key, network = context.party.key, context.network
    if not network.owners(key):
        yield missing(
            "Ägarna är inte kända", "The owners are not known", gap(context, Predicate.OWNERSHIP, OWNERSHIP_SOURCES)
        )
        return
    lists = law.load().jurisdiction_lists(context.case_date)
    if not lists:
        yield missing(
            "Ländernas listor finns inte för ärendets datum", "There are no country lists for the case's date"
        )
        return
    stakes = Stakes.of(network)
    least = Fraction(str(context.parameters["share_pct"])) / 100
    countries = frozenset().union(*(each.countries for each in lists))
    may_reach = [owner for owner in owners_registered_in(network, stakes, key, countries) if owner.share.high >= least]
    for owner in may_reach:
        if owner.share.low >= least:
            yield _registered_in(context, owner, [each for each in lists if owner.country in each.countries])
        else:
            name = network.name(owner.key)
            yield missing(
                f"{name} finns i ett land på EU:s eller FATF:s lista, men andelens storlek är inte känd",
                f"{name} is in a country on the EU's or the FATF's list, but the size of the stake is not known",
            )
    unplaced = [owner for owner in unplaced_owners(network, stakes, key) if stakes.share(owner, key).high >= least]
    if unplaced:
        names = listing(sorted(network.name(owner) for owner in unplaced))
        yield missing(
            f"Det är inte känt var ägaren är registrerad: {names.sv}",
            f"It is not known where the owner is registered: {names.en}",
        )


def _registered_in(context: Context, owner: OwnerAbroad, lists: list[law.JurisdictionList]) -> Signal:
    name, who, size = party_name(context), context.network.name(owner.key), percent(owner.share.low)
    at_least = Text("", "") if owner.share.exact else Text("minst ", "at least ")
    shown, shown_en = listing(each.name.sv for each in lists).sv, listing(each.name.en for each in lists).en
    sources = "; ".join(each.source for each in lists if each.status != "verified")
    unknowns = [
        both(
            f"Om landet fortfarande finns på listan: den är återgiven ur minnet ({sources}) och ska jämföras med den "
            "publicerade.",
            f"Whether the country is still on the list: it is given from memory ({sources}) and must be compared with "
            "the published one.",
        )
    ]
    inside = owner.country in _EEA
    note = both("Landet hör till EES.", "The country belongs to the EEA.")
    return Signal(
        context.party.key,
        both(
            f"{who}, som äger {at_least.sv}{size.sv} av {name}, är registrerat i {owner.country} ({shown}).",
            f"{who}, which owns {at_least.en}{size.en} of {name}, is registered in {owner.country} ({shown_en}).",
        ),
        unique(owner.facts),
        unknowns=tuple(unknowns) if sources else (),
        explanation_outcomes={_EEA_OWNER: ("supported", note)} if inside else {},
        ceiling=Level.L1 if inside else None,
    )
