"""NET: ties to other companies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from graph.model import Fact, Predicate
from graph.network import Network
from graph.patterns.invoice_mill import broad_activity, invoices_without_staff
from graph.patterns.phoenix import (
    Bankruptcy,
    Link,
    SetAside,
    add_months,
    bankruptcies,
    industry_groups,
    links,
)
from graph.patterns.short_lived_cluster import MOST_COMPANIES, Cluster, cluster
from graph.patterns.subcontracting import Contract, contracts, undeclared
from graph.timeline import registration_date
from screening.indicators.adr import box_address
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.composite import as_criterion
from screening.indicators.gov import stands_for_another
from screening.indicators.idn import company_with_history
from screening.indicators.reading import (
    COMPANY_REGISTERS,
    OFFICER_SOURCES,
    both,
    gap,
    has_no_owners,
    is_public_body,
    listed_name,
    listing,
    missing,
    party_name,
    unique,
)
from screening.indicators.set_aside import hub_set_aside
from screening.indicators.terminated import returns
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
    unknowns.extend(hub_set_aside(network, item.hub) for item in aside)
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


@indicator("NET-03")
def short_lived(context: Context) -> Iterator[Signal | Unassessed]:
    """Kluster av kortlivade bolag.

    **Method.** The party and the companies tied to it, step by step, by who runs or ran them or by an address: ``n`` or
    more, their median life ``m`` months or less, ``p_pct`` per cent or more of them bankrupt.

    **Example.** «Exempelbygg AB hör ihop med 5 andra bolag genom Kim Exempel: hälften fanns i högst 21 månader och 4 av
    6 har gått i konkurs.»

    **Why it matters.** Companies made to be used up: the next one takes over when one is left with the debts.

    **Innocent explanations considered.** Franchising, a trade in which companies come and go, and somebody who tries
    many ideas cannot be told apart here. So that a street of shops is no cluster, everybody who stands at a shared
    address is counted, also those the dossier knows nothing else about.

    **Exclusions.** Hubs are set aside and named. Public bodies, banks, accountants, lawyers and landlords are no
    members. Deputies, auditors and liquidators are no ties. Companies that ended over five years ago do not count.

    **Assumptions.** A company that goes on has lived until the case's date. Companies whose registration no source
    states are not counted; when they could make the pattern it is *not assessed*. Nor is a company that hangs together
    with more companies than are searched.
    """
    if is_public_body(context):
        return
    network, key, today = context.network, context.party.key, context.case_date
    found = cluster(network, key, today)
    if found.cut:
        yield missing(
            f"Företrädare och adresser binder bolaget till fler än {MOST_COMPANIES} bolag, som inte alla söks igenom",
            f"Officers and addresses tie the company to more than {MOST_COMPANIES} companies, not all of them searched",
        )
        return
    least, longest = int(context.parameters["n"]), float(context.parameters["m"])
    percent = float(context.parameters["p_pct"])
    failed, months = found.bankruptcies, found.median_months(today)
    if found.size >= least and months <= longest and 100 * failed >= percent * found.size:
        yield _cluster(context, found, months)
        return
    blank = len(found.unknown)
    if blank and found.size + blank >= least and 100 * (failed + blank) >= percent * (found.size + blank):
        names = listing(sorted(network.name(member) for member in found.unknown)[:5])
        yield missing(
            f"Bolag med samma företrädare eller adress är inte kända till ålder och öde, bland dem {names.sv}",
            f"The age and fate of companies with the same officers or address are not known, among them {names.en}",
        )
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


def _cluster(context: Context, found: Cluster, months: float) -> Signal:
    network, name = context.network, party_name(context)
    companies = [network.name(life.key) for life in found.known if life.key != context.party.key]
    through = [network.name(person) for person in found.people]
    address = Text("en gemensam adress", "a common address")
    by = listing([*through, *([address.sv] if found.places else [])]).sv
    by_en = listing([*through, *([address.en] if found.places else [])]).en
    failed, size, shown = found.bankruptcies, found.size, listing(sorted(companies))
    unknowns = [hub_set_aside(network, hub) for hub in found.aside]
    if found.unknown:
        unknowns.append(
            both(
                f"Ålder och öde för {len(found.unknown)} bolag till med samma företrädare eller adress.",
                f"The age and fate of {len(found.unknown)} more companies with the same officers or address.",
            )
        )
    return Signal(
        context.party.key,
        both(
            f"{name} hör ihop med {shown.sv} genom {by}: hälften av bolagen fanns i högst {months:.0f} månader och "
            f"{failed} av {size} har gått i konkurs.",
            f"{name} hangs together with {shown.en} through {by_en}: half of the companies lasted {months:.0f} months "
            f"at most and {failed} of {size} went bankrupt.",
        ),
        unique((*found.ties, *(fact for life in found.known for fact in life.facts))),
        unknowns=tuple(unknowns),
    )


@indicator("NET-05")
def invoice_mill(context: Context) -> Iterator[Signal | Unassessed]:
    """Fakturaskrivarmönster.

    **Method.** At least ``k`` of five: (1) registered for VAT but not as an employer; (2) a company with a history was
    taken over (IDN-03); (3) only a box or c/o address (ADR-01); (4) somebody may stand for another (GOV-05); (5)
    industries of ``divisions`` or more unrelated divisions of SNI.

    **Example.** «Tre av fem tecken stämmer på Exempelbygg AB: momsregistrerat men inte arbetsgivare, bara box- eller
    c/o-adress och verksamhet i många skilda branscher.»

    **Why it matters.** Each sign is weak by itself; together they are reason to ask who does the work, and for the
    payroll behind the invoices.

    **Innocent explanations considered.** A consultancy that works through subcontractors: supported when the case names
    some. An owner who works alone has no staff either, hence three signs at least.

    **Exclusions.** Public bodies, associations and foundations.

    **Assumptions.** Turnover, payroll, customers and the account's movements are stated by no source here: they are
    said to be unknown and never counted. (3) may also be one of GOV-05's marks. When signs that are not known could
    make ``k``, the indicator is *not assessed*.
    """
    if has_no_owners(context):
        return
    network, key, parameters = context.network, context.party.key, context.parameters
    front = {name: parameters[name] for name in _FRONT if name != "k"} | {"k": parameters["marks"]}
    signs = {
        "staff": invoices_without_staff(network, key),
        "history": as_criterion(context, company_with_history, **{name: parameters[name] for name in _HISTORY}),
        "address": as_criterion(context, box_address),
        "front": as_criterion(context, stands_for_another, **front),
        "broad": broad_activity(network, key, int(parameters["divisions"])),
    }
    met = [code for code, sign in signs.items() if sign.met]
    unknown = [code for code, sign in signs.items() if sign.met is None]
    least = int(parameters["k"])
    if len(met) >= least:
        name = party_name(context)
        count = _COUNTS.get(len(met), Text(str(len(met)), str(len(met))))
        helpers = any(party.relied_on_by == key for party in context.case.parties)
        note = both("Ärendet anger underleverantörer eller åberopade företag.", "The case names subcontractors.")
        yield Signal(
            key,
            both(
                f"{count.sv} av fem tecken stämmer på {name}: {listing(_SIGNS[code].sv for code in met).sv}.",
                f"{count.en} of five signs fit {name}: {listing(_SIGNS[code].en for code in met).en}.",
            ),
            unique(fact for code in met for fact in signs[code].facts),
            unknowns=(
                *(
                    both(f"Om det är så: {_SIGNS[code].sv}.", f"Whether it is so: {_SIGNS[code].en}.")
                    for code in unknown
                ),
                _NOT_STATED,
            ),
            explanation_outcomes={0: ("supported", note)} if helpers else {},
        )
    elif len(met) + len(unknown) >= least:
        names = listing(_SIGNS[code].sv for code in unknown).sv, listing(_SIGNS[code].en for code in unknown).en
        yield missing(
            f"Tecken på fakturaskrivning kan inte bedömas; det är inte känt om det stämmer: {names[0]}",
            f"Signs of an invoice mill cannot be assessed; it is not known whether it holds: {names[1]}",
        )


_HISTORY = ("age_years", "window_days", "inactive_months")
"""Parameters of IDN-03."""
_FRONT = ("k", "first_months", "posts", "posts_added", "at_once", "hub", "hub_bankrupt_pct", "hub_registered")
"""Parameters of GOV-05; its ``k`` is called ``marks`` here."""
_COUNTS = {3: Text("Tre", "Three"), 4: Text("Fyra", "Four"), 5: Text("Fem", "Five")}
_SIGNS = {
    "staff": Text("momsregistrerat men inte arbetsgivare", "registered for VAT but not as an employer"),
    "history": Text("ett vilande bolag har tagits över", "a dormant company was taken over"),
    "address": Text("bara box- eller c/o-adress", "only a box or c/o address"),
    "front": Text("tecken på att någon annan styr", "marks that somebody else is in charge"),
    "broad": Text("verksamhet i många skilda branscher", "activities in many unrelated industries"),
}
_NOT_STATED = Text(
    "Omsättning, löner, antal kunder och kontorörelser: ingen källa här anger dem, och de har inte räknats.",
    "Turnover, payroll, the number of customers and the account's movements: no source here states them, and they were "
    "not counted.",
)


@indicator("NET-02")
def near_a_terminated_supplier(context: Context) -> Iterator[Signal | Unassessed]:
    """Närhet till leverantör vars avtal kommunen avslutat.

    **Method.** The municipality ended a contract (any but those of WEL-08) with the party itself, or with a supplier at
    most ``h`` links away through a common controller, an owner of at least a quarter or a telephone number, at most
    ``y_years`` before the case.

    **Example.** «Exempelbygg AB har samband med Gamla Bygget AB (Kim Exempel företräder eller företrädde båda), vars
    avtal enligt LOU avslutades av kommunen den 2025-03-01: avtalsbrott (beslut KS 2025/12).»

    **Why it matters.** Whoever was shown out may come back through another company; nobody keeps a list but the
    municipality itself.

    **Innocent explanations considered.** A sale in good faith and an ordinary employee: only persons in office count,
    and the sale must be asked about. A contract that ended for reasons of volume, by agreement or at its term is a
    note.

    **Exclusions.** Hubs are set aside and named. Former officers count only when dates show that they held office on
    the day of the decision; deputies, auditors and liquidators never.

    **Assumptions.** LOU 13:3 point 5 is cited for the party's own contracts under the procurement acts only, never for
    leases, grants or contracts of systems of choice. An engagement without a known office is a note.
    """
    yield from returns(
        context,
        hops=int(context.parameters["h"]),
        years=int(context.parameters["y_years"]),
        concerns=lambda ended: ended.contract_kind != "LOV",
        innocent=None,
    )


@indicator("NET-04")
def deep_subcontracting(context: Context) -> Iterator[Signal | Unassessed]:
    """Underleverantörskedja djupare än tillåtet eller angett.

    **Method.** Below the party stand more tiers than the contract allows (``max_tiers_default`` where it states none),
    or a company whose tier was not declared, or was declared nearer than it is.

    **Example.** «Under Exempelbygg AB i avtalet KS 2026/7 finns 3 led, men 2 är tillåtna: Ett AB, Två AB, Tre AB.»

    **Why it matters.** Undeclared tiers hide who does the work and on what terms.

    **Innocent explanations considered.** A specialist's task and a supplier of goods: to be asked about.

    **Exclusions.** Where no row declares a tier the column was not filled in: only the depth is judged, and that is
    said. Companies that engage each other in a ring are named; a ring never makes a chain longer.

    **Assumptions.** The list handed in is complete as far as the municipality knows.
    """
    source = ("municipal_subcontracts",)
    reason = gap(context, Predicate.SUBCONTRACT, source)
    if reason is not None:
        yield missing(
            "Underleverantörsleden har inte lämnats in eller är ofullständiga",
            "The tiers of subcontractors were not handed in, or are incomplete",
            reason,
        )
    for contract in contracts(context.network, context.party.key):
        yield from _tiers(context, contract)


def _tiers(context: Context, contract: Contract) -> Iterator[Signal | Unassessed]:
    network, name = context.network, party_name(context)
    called = both(
        f" i avtalet {contract.name}" if contract.name else "",
        f" under contract {contract.name}" if contract.name else "",
    )
    allowed = int(context.parameters["max_tiers_default"]) if contract.allowed is None else contract.allowed
    unknowns = [_ring(network, ring) for ring in contract.rings]
    if contract.allowed is None:
        unknowns.append(
            both(
                f"Avtalets egen gräns för antal led är inte angiven; {allowed} har använts.",
                f"The contract's own limit of tiers is not stated; {allowed} was used.",
            )
        )
    if contract.cut:
        yield missing(
            f"Kedjorna{called.sv} är så många att inte alla har följts",
            f"There are so many chains{called.en} that not all were followed",
        )
    deepest = max(contract.chains, key=lambda chain: (chain.depth, chain.last), default=None)
    if deepest is not None and deepest.depth > allowed:
        way = ", ".join(listed_name(network, str(fact.object), fact) for fact in deepest.links)
        yield Signal(
            context.party.key,
            both(
                f"Under {name}{called.sv} finns {deepest.depth} led, men {allowed} är tillåtna: {way}.",
                f"Below {name}{called.en} there are {deepest.depth} tiers, but {allowed} are allowed: {way}.",
            ),
            unique(deepest.links),
            unknowns=tuple(unknowns),
        )
    links = [fact for chain in contract.chains for fact in chain.links]
    if links and all(fact.value.get("tier") is None for fact in links):
        yield missing(
            f"Inget led är angivet{called.sv}: om alla led är redovisade kan inte bedömas",
            f"No tier is declared{called.en}: whether all tiers were disclosed cannot be judged",
        )
        return
    hidden = [chain for chain in contract.chains if undeclared(chain)]
    if hidden:
        names = listing(sorted(listed_name(network, chain.last, chain.links[-1]) for chain in hidden))
        yield Signal(
            context.party.key,
            both(
                f"Under {name}{called.sv} finns led som inte är angivna: {names.sv}.",
                f"Below {name}{called.en} there are tiers that were not declared: {names.en}.",
            ),
            unique(fact for chain in hidden for fact in chain.links),
            unknowns=tuple(unknowns),
        )


def _ring(network: Network, ring: tuple[Fact, ...]) -> Text:
    names = ", ".join(network.name(fact.subject) for fact in ring)
    return both(
        f"Företagen anlitar varandra i en ring: {names}.", f"The companies engage each other in a ring: {names}."
    )
