"""BID: bidders in the same tender who are not strangers to each other."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from graph.model import EntityKey, Fact, Predicate
from graph.ownership import Stakes
from graph.patterns.hubs import addresses, is_hub_address, is_hub_person
from graph.patterns.phoenix import phone_key
from graph.patterns.shared_control import (
    CommonController,
    CommonOwner,
    OwnerWhoRuns,
    common_controllers,
    common_owners,
    owners_who_run,
)
from screening.case import Party, PartyRole
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import (
    OFFICER_SOURCES,
    OWNERSHIP_SOURCES,
    both,
    gap,
    has_no_owners,
    is_sole_trader,
    joined,
    listing,
    missing,
    party_name,
    percent,
    unique,
)
from screening.verdict import Level, Text

PUBLIC_MAIL = frozenset(
    {
        "gmail.com", "googlemail.com", "hotmail.com", "hotmail.se", "outlook.com", "outlook.se", "live.com", "live.se",
        "msn.com", "yahoo.com", "yahoo.se", "icloud.com", "me.com", "telia.com", "bredband.net", "comhem.se",
        "spray.se", "passagen.se", "protonmail.com", "proton.me",
    }
)  # fmt: skip
"""Domains where anybody can have an address: sharing one says nothing."""


def rivals(context: Context) -> list[Party]:
    """The other bidders in the same lot. A bidder without a lot bids on all of them. Subcontractors are no rivals."""
    if context.party.role is not PartyRole.BIDDER:
        return []
    found: dict[EntityKey, Party] = {}
    for party in context.case.parties:
        same_lot = party.lot is None or context.party.lot is None or party.lot == context.party.lot
        if party.role is PartyRole.BIDDER and party.key != context.party.key and same_lot:
            found.setdefault(party.key, party)
    return [found[key] for key in sorted(found)]


@indicator("BID-01")
def shared_control(context: Context) -> Iterator[Signal | Unassessed]:
    """Anbudsgivare delar företrädare eller ägare.

    **Method.** Two bidders in the same lot have a controlling officer in common, or an owner whose effective
    (integrated) share reaches ``s_pct`` in both, or one's owner of ``s_pct`` or more runs the other; one of the two may
    itself be the owner of the other.

    **Example.** «Exempelstäd AB och Annanstäd AB lämnar anbud i samma del och har Kim Exempel gemensamt
    (styrelseledamot; styrelseledamot).»

    **Why it matters.** No ground of exclusion by itself: the authority must examine whether the bids are autonomous and
    independent (C-531/16, C-416/21).

    **Innocent explanations considered.** A minority investor stays below ``s_pct``. Bids on different lots are not
    compared. Independent divisions and a joint bid filed as two need the bidders' own answer. A person with very many
    engagements (a professional director) is a note only, and that is said.

    **Exclusions.** A common subcontractor, a relied-upon company, an auditor, a deputy or a liquidator in common is not
    common control.

    **Assumptions.** Officers and owners of *both* must be known; else the pair is not assessed.
    """
    others = rivals(context)
    if not others:
        return
    network = context.network
    stakes = Stakes.of(network)
    limit = Fraction(str(context.parameters["s_pct"])) / 100
    without_officers: list[str] = []
    without_owners: list[str] = []
    for other in others:
        persons = common_controllers(network, context.party.key, other.key)
        owners = common_owners(stakes, context.party.key, other.key, limit)
        owned = {item.key for item in owners}
        crossing = [
            item
            for item in owners_who_run(network, stakes, context.party.key, other.key, limit)
            if item.key not in owned
        ]
        real = [item for item in persons if not is_hub_person(network, item.key)]
        if real or owners or crossing:
            yield _linked(context, other, real, owners, crossing, None)
        elif persons:
            yield _linked(context, other, list(persons), (), [], Level.L1)
        else:
            name = party_name(context, other.key)
            if not network.officers(other.key):
                without_officers.append(name)
            if not network.owners(other.key):
                without_owners.append(name)
    yield from _unknown_control(context, without_officers, without_owners)


def _unknown_control(context: Context, officers: list[str], owners: list[str]) -> Iterator[Unassessed]:
    network, key = context.network, context.party.key
    if not network.officers(key):
        yield missing(
            "Företrädarna är inte kända och har inte jämförts med andra anbudsgivares",
            "The officers are not known and were not compared with other bidders'",
            gap(context, Predicate.OFFICER, OFFICER_SOURCES),
        )
    elif officers:
        names = listing(sorted(officers))
        yield missing(f"Företrädarna är inte kända för {names.sv}", f"The officers are not known for {names.en}")
    if has_no_owners(context) or is_sole_trader(context):
        return
    if not network.owners(key):
        yield missing(
            "Ägarna är inte kända och har inte jämförts med andra anbudsgivares",
            "The owners are not known and were not compared with other bidders'",
            gap(context, Predicate.OWNERSHIP, OWNERSHIP_SOURCES),
        )
    elif owners:
        names = listing(sorted(owners))
        yield missing(f"Ägarna är inte kända för {names.sv}", f"The owners are not known for {names.en}")


def _roles(facts: tuple[Fact, ...]) -> str:
    return ", ".join(sorted({str(fact.value.get("role") or fact.value.get("position") or "") for fact in facts}))


def _linked(
    context: Context,
    other: Party,
    persons: list[CommonController],
    owners: tuple[CommonOwner, ...],
    crossing: list[OwnerWhoRuns],
    ceiling: Level | None,
) -> Signal:
    network = context.network
    ours, theirs = party_name(context), party_name(context, other.key)
    parts: list[Text] = []
    for item in persons:
        who = network.name(item.key)
        parts.append(both(*(f"{who} ({_roles(item.left)}; {_roles(item.right)})",) * 2))
    for owner in owners:
        left, right = percent(owner.left.mid), percent(owner.right.mid)
        if owner.key in (context.party.key, other.key):
            owned = theirs if owner.key == context.party.key else ours
            share = right if owner.key == context.party.key else left
            parts.append(
                both(
                    f"att {network.name(owner.key)} äger {share.sv} av {owned}",
                    f"that {network.name(owner.key)} owns {share.en} of {owned}",
                )
            )
        else:
            parts.append(
                both(
                    f"{network.name(owner.key)} (äger {left.sv}; {right.sv})",
                    f"{network.name(owner.key)} (owns {left.en}; {right.en})",
                )
            )
    for link in crossing:
        share, who = percent(link.share.mid), network.name(link.key)
        owned, run = party_name(context, link.owned), party_name(context, link.run)
        parts.append(
            both(
                f"{who} (äger {share.sv} av {owned}; {_roles(link.offices)} i {run})",
                f"{who} (owns {share.en} of {owned}; {_roles(link.offices)} in {run})",
            )
        )
    shared = both(listing(part.sv for part in parts).sv, listing(part.en for part in parts).en)
    unknowns = [
        both("Om anbuden har utformats självständigt.", "Whether the bids were prepared independently."),
    ]
    if ceiling is not None:
        unknowns.append(
            both(
                "Personen har uppdrag i mycket många organisationer; sambandet väger därför lätt.",
                "The person is engaged in very many organisations; the link therefore weighs little.",
            )
        )
    return Signal(
        context.party.key,
        both(
            f"{ours} och {theirs} lämnar anbud i samma del och har gemensamt: {shared.sv}.",
            f"{ours} and {theirs} bid in the same lot and have in common: {shared.en}.",
        ),
        unique(
            (
                *(fact for item in persons for fact in (*item.left, *item.right)),
                *(fact for owner in owners for fact in owner.facts),
                *(fact for link in crossing for fact in link.facts),
            )
        ),
        unknowns=tuple(unknowns),
        ceiling=ceiling,
    )


_ATTRIBUTES = {
    "phone": Text("telefonnummer", "telephone number"),
    "mail": Text("e-postdomän", "e-mail domain"),
    "address": Text("adress", "address"),
}


@indicator("BID-02")
def shared_contact(context: Context) -> Iterator[Signal | Unassessed]:
    """Anbudsgivare delar adress, telefon eller e-post.

    **Method.** Two bidders in the same lot agree, after normalisation, in at least ``k`` of: telephone number, e-mail
    domain, address. Both what was declared in the tender and what the registers state is compared.

    **Example.** «Exempelstäd AB och Annanstäd AB lämnar anbud i samma del och har samma adress och telefonnummer.»

    **Why it matters.** A practical sign that the bids were written together (Konkurrensverket's checklist).

    **Innocent explanations considered.** A shared business centre: an address with very many companies is set aside,
    and that is said. Public mail domains are no common attribute. The same consultant may have written both: ask.

    **Exclusions.** Subcontractors in common; bids on different lots.

    **Assumptions.** File metadata and network addresses of the bids are not read in this version; that is stated. A
    pair in which fewer than ``k`` attributes are known for both is not assessed.
    """
    least = int(context.parameters["k"])
    blank: list[str] = []
    for other in rivals(context):
        ours, theirs = _contacts(context, context.party), _contacts(context, other)
        shared: list[str] = []
        facts: list[Fact] = []
        unknowns = [both("Anbudsfilernas metadata.", "The metadata of the bid files.")]
        for kind in _ATTRIBUTES:
            common = sorted(ours[kind].keys() & theirs[kind].keys())
            if kind == "address" and common:
                kept = [value for value in common if not _hub(context, other, value)]
                if not kept:
                    unknowns.append(
                        both(
                            "Adressen är gemensam men delas av så många bolag att den inte räknats.",
                            "The address is shared, but by so many companies that it was not counted.",
                        )
                    )
                common = kept
            if common:
                shared.append(kind)
                facts.extend(f for value in common for f in (*ours[kind][value], *theirs[kind][value]))
        name = party_name(context, other.key)
        if len(shared) >= least:
            what = both(
                listing(_ATTRIBUTES[kind].sv for kind in shared).sv, listing(_ATTRIBUTES[kind].en for kind in shared).en
            )
            # What was declared in the tender is no fact; the names show who the two are in the registers.
            known = (f for key in (context.party.key, other.key) for f in context.facts(Predicate.NAME, key))
            evidence = unique((*facts, *known))
            if not evidence:
                yield missing(
                    f"Samma {what.sv} är uppgivet som för {name}, men inget register har svarat om någon av dem",
                    f"The same {what.en} is declared as for {name}, but no register has answered about either",
                )
                continue
            yield Signal(
                context.party.key,
                both(
                    f"{party_name(context)} och {name} lämnar anbud i samma del och har samma {what.sv}.",
                    f"{party_name(context)} and {name} bid in the same lot and have the same {what.en}.",
                ),
                evidence,
                unknowns=tuple(unknowns),
            )
        elif sum(1 for kind in _ATTRIBUTES if ours[kind] and theirs[kind]) < least:
            blank.append(name)
    if blank:
        names = joined((both(name, name) for name in sorted(blank)), ", ")
        yield missing(
            f"För få kontaktuppgifter är kända för att jämföra med: {names.sv}",
            f"Too few contact details are known to compare with: {names.en}",
        )


def _hub(context: Context, other: Party, address: str) -> bool:
    return any(is_hub_address(context.network, key, address) is not None for key in (context.party.key, other.key))


def _contacts(context: Context, party: Party) -> dict[str, dict[str, tuple[Fact, ...]]]:
    """Normalised contact details of a bidder by attribute, each with the facts behind (none for what was declared)."""
    found: dict[str, dict[str, tuple[Fact, ...]]] = {kind: {} for kind in _ATTRIBUTES}
    phone = phone_key(party.contact_phone)
    if phone:
        found["phone"][phone] = ()
    for fact in context.facts(Predicate.PHONE, party.key):
        number = phone_key(fact.value.get("number"))
        if number:
            found["phone"][number] = (*found["phone"].get(number, ()), fact)
    domain = _domain(party.contact_email)
    if domain:
        found["mail"][domain] = ()
    for fact in context.facts(Predicate.EMAIL, party.key):
        domain = _domain(str(fact.value.get("address") or ""))
        if domain:
            found["mail"][domain] = (*found["mail"].get(domain, ()), fact)
    for address, fact in addresses(context.network, party.key).items():
        found["address"][address] = (fact,)
    return found


def _domain(address: str | None) -> str | None:
    domain = (address or "").rpartition("@")[2].strip().casefold().rstrip(".")
    return domain if "." in domain and domain not in PUBLIC_MAIL else None
