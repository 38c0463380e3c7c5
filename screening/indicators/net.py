"""NET: ties to other companies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from graph.model import EntityKey, Fact, Predicate
from graph.network import Network
from graph.patterns.phoenix import (
    Bankruptcy,
    Link,
    SetAside,
    add_months,
    bankruptcies,
    industry_groups,
    links,
)
from graph.timeline import registration_date
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import (
    COMPANY_REGISTERS,
    OFFICER_SOURCES,
    both,
    gap,
    is_public_body,
    listing,
    missing,
    party_name,
    unique,
)
from screening.verdict import Text

_SHARED = {
    "phone": Text("telefonnummer", "telephone number"),
    "address": Text("adress", "address"),
    "name": Text("ett liknande namn", "a similar name"),
}
_ESTATE = 0
"""Place of *purchase from the estate* in the catalogue's innocent explanations."""


@indicator("NET-01")
def phoenix(context: Context) -> Iterator[Signal | Unassessed]:
    """Efterföljare till bolag i konkurs (konkurskarusell, fenix).

    **Method.** The party was registered between ``b`` months before and ``a`` months after another company's
    bankruptcy, in the same industry (first three digits of SNI, *same version*), and at least ``k`` different kinds
    of link join the two: a common controller, a phone number, an address, a name at least ``s`` similar.

    **Example.** «Exempelstäd Service AB registrerades den 2026-06-25, 55 dagar efter att Exempelstäd AB gick i konkurs,
    i samma bransch (SNI 812). Gemensamt: Kim Exempel, adress, telefonnummer och ett liknande namn.»

    **Why it matters.** Debts stay in the old company and the business goes on in the new; that distorts competition.

    **Innocent explanations considered.** Purchase from the estate: possible when the party was registered after the
    bankruptcy, not examined, and the note says which document to ask for; before the bankruptcy there was no estate
    to buy from. Former employees starting on their own share no controller. A rescue by a supplier cannot be seen here.

    **Exclusions.** Hubs: an address or a person with very many companies is no link and is named as set aside.
    Deputies, auditors and liquidators are not controllers. An annulled bankruptcy is none. Public bodies.

    **Assumptions.** An SSBTEN engagement in the bankrupt company counts as control there unless its office is known to
    be another; that is said. Codes of different SNI versions are never compared: *not assessed*.
    """
    if is_public_body(context):
        return
    key, network = context.party.key, context.network
    start = registration_date(network, key)
    if start is None:
        yield missing(
            "Registreringsdatum är inte känt",
            "The date of registration is not known",
            gap(context, Predicate.REGISTRATION, (*COMPANY_REGISTERS, "scb_bulk")),
        )
        return
    least = int(context.parameters["k"])
    found = False
    for bankrupt in bankruptcies(network):
        if bankrupt.key == key or not _in_window(context, start[0], bankrupt.on):
            continue
        joined, aside = links(network, key, bankrupt.key, similar=float(context.parameters["s"]))
        if len({link.kind for link in joined}) < least:
            continue
        industry = _same_industry(network, key, bankrupt.key)
        if isinstance(industry, str):
            name = network.name(bankrupt.key)
            found = True
            yield missing(
                f"Samband finns med {name}, som gått i konkurs, men branscherna kan inte jämföras: {_why(industry).sv}",
                f"There are links with {name}, which went bankrupt, but industries cannot be compared: "
                f"{_why(industry).en}",
            )
        elif industry and bankrupt.on is None:
            name = network.name(bankrupt.key)
            found = True
            yield missing(
                f"Samband finns med {name}, som gått i konkurs, men konkursens dag är inte känd",
                f"There are links with {name}, which went bankrupt, but the day of the bankruptcy is not known",
            )
        elif industry:
            found = True
            yield _risen(context, start, bankrupt, joined, aside, industry)
    if found:
        return
    reason = gap(context, (Predicate.PROCEEDING, Predicate.DEREGISTRATION), ("register_neighbours",))
    if reason is not None:
        yield missing(
            "Företag i konkurs med samma adress, namn eller bransch har inte kunnat sökas",
            "Bankrupt companies with the same address, name or industry could not be searched for",
            reason,
        )
    elif not network.officers(key):
        officers = gap(context, Predicate.OFFICER, OFFICER_SOURCES)
        if officers is not None:
            yield missing(
                "Samband genom gemensamma företrädare har inte kunnat prövas",
                "Links through common officers could not be examined",
                officers,
            )


def _in_window(context: Context, registered: date, bankrupt: date | None) -> bool:
    if bankrupt is None:
        return True
    before, after = int(context.parameters["b"]), int(context.parameters["a"])
    return add_months(bankrupt, -before) <= registered <= add_months(bankrupt, after)


def _same_industry(network: Network, new: str, old: str) -> tuple[str, Fact, Fact] | str | None:
    """The common three-digit group; ``None`` = different; a word for why they cannot be compared."""
    ours, theirs = industry_groups(network, new), industry_groups(network, old)
    if not ours or not theirs:
        return "unknown"
    versions = sorted(ours.keys() & theirs.keys(), reverse=True)
    if not versions:
        return "versions"
    for version in versions:
        for group in sorted(ours[version].keys() & theirs[version].keys()):
            return group, ours[version][group], theirs[version][group]
    return None


def _why(code: str) -> Text:
    if code == "versions":
        return both("de är angivna i olika versioner av SNI", "they are stated in different versions of SNI")
    return both("minst en av dem är inte känd", "at least one of them is not known")


def _risen(
    context: Context,
    start: tuple[date, Fact],
    bankrupt: Bankruptcy,
    joined: tuple[Link, ...],
    aside: tuple[SetAside, ...],
    industry: tuple[str, Fact, Fact],
) -> Signal:
    network = context.network
    registered, fact = start
    assert bankrupt.on is not None
    days = (registered - bankrupt.on).days
    name, old = party_name(context), network.name(bankrupt.key)
    people = [network.name(link.what) for link in joined if link.kind == "controller"]
    kinds = sorted({link.kind for link in joined} - {"controller"})
    shared = listing([*people, *(_SHARED[kind].sv for kind in kinds)]).sv
    shared_en = listing([*people, *(_SHARED[kind].en for kind in kinds)]).en
    distance = both(
        f"{abs(days)} dagar {'efter' if days >= 0 else 'före'}",
        f"{abs(days)} days {'after' if days >= 0 else 'before'}",
    )
    note = (
        both(
            f"Registrerat efter konkursen den {bankrupt.on}, så ett köp från boet är möjligt: begär köpeavtalet med "
            "konkursförvaltaren.",
            f"Registered after the bankruptcy on {bankrupt.on}, so a purchase from the estate is possible: ask for the "
            "agreement with the administrator.",
        )
        if days >= 0
        else both(
            "Registrerat före konkursen; fråga om verksamheten köptes före den eller därefter från boet.",
            "Registered before the bankruptcy; ask whether the business was bought before it or from the estate after.",
        )
    )
    unknowns = [both("Om verksamheten köptes från konkursboet.", "Whether the business was bought from the estate.")]
    if any(f.predicate is Predicate.ENGAGEMENT for link in joined for f in link.facts):
        unknowns.append(
            both(
                f"Vilken roll den gemensamma företrädaren hade i {old}.",
                f"Which office the common officer held in {old}.",
            )
        )
    unknowns.extend(_set_aside(network, item) for item in aside)
    return Signal(
        context.party.key,
        both(
            f"{name} registrerades den {registered}, {distance.sv} att {old} gick i konkurs ({bankrupt.on}), i samma "
            f"bransch (SNI {industry[0]}). Gemensamt: {shared}.",
            f"{name} was registered on {registered}, {distance.en} {old} went bankrupt ({bankrupt.on}), in the same "
            f"industry (SNI {industry[0]}). In common: {shared_en}.",
        ),
        unique((fact, bankrupt.fact, *industry[1:], *(f for link in joined for f in link.facts))),
        event_date=bankrupt.on,
        unknowns=tuple(unknowns),
        explanation_outcomes={_ESTATE: ("not_examined", note)},
    )


def _set_aside(network: Network, item: SetAside) -> Text:
    if item.kind == "controller":
        name = network.name(EntityKey(item.what))
        return both(
            f"{name} har uppdrag i så många organisationer att sambandet inte räknats.",
            f"{name} is engaged in so many organisations that the link was not counted.",
        )
    return both(
        "Den gemensamma adressen delas av så många bolag att den inte räknats.",
        "The common address is shared by so many companies that it was not counted.",
    )
