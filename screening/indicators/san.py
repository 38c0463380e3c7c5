"""SAN: sanctions. Listed parties, owners and officers, and Russian ownership (art. 5k)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from graph.model import EntityKey, Fact, Predicate, is_person
from graph.network import Network
from graph.ownership import Share, Stakes, controlled, controlling_interests, listed_owned, supporting_facts
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import (
    OFFICER_SOURCES,
    OWNERSHIP_SOURCES,
    both,
    gap,
    has_no_owners,
    is_sole_trader,
    listing,
    missing,
    party_name,
    percent,
    source_name,
    unique,
)
from screening.verdict import Level, Text

BINDING_LISTS = ("eu_fsf", "un_sc")
"""Lists that bind in Sweden. OFAC's does not: a hit there is told but never more than noted."""
CORROBORATED_SCORE = 0.75
"""A name this similar is shown when a birth date or an address agrees too: transliterated and misspelt names of listed
persons fall below the threshold for the name alone. Such a hit reaches no further than *bör utredas*."""
SECONDARY = frozenset({"identifier", "birth_date", "birth_year", "address"})
"""What counts as a second agreeing thing. Country and legal form do not: millions share them."""


@indicator("SAN-01")
def russian_ownership(context: Context) -> Iterator[Signal | Unassessed]:
    """Ryskt etablerad eller ägd leverantör (art. 5k i förordning (EU) 833/2014).

    **Method.** Only where the contract is inside the procurement directives' scope. The party is established in Russia;
    or entities established in Russia together own **more than** 50 % of it, directly and through chains and cycles
    (integrated ownership by lower bounds). Exactly 50 % is not more than 50 %.

    **Example.** «Exempelbygg AB ägs till 51 % av OOO Primer, etablerat i Ryssland.»

    **Why it matters.** Art. 5k forbids both awarding and continuing such a contract.

    **Innocent explanations considered.** Russian *managers* alone raise nothing (AG in C-313/24). Russian
    *natural-person* owners of a company in the EU, a range that only may exceed half, a majority in every step with
    less than half in all, or control by agreement reach *bör utredas*: a lawyer must look. A second citizenship is
    noted. Contracts outside the scope are silent.

    **Exclusions.** Associations, foundations and public bodies have no owners.

    **Assumptions.** Acting on somebody's behalf or direction shows in no register; that is always stated as unknown.
    Ownership comes from the statements that were handed in.
    """
    scope = context.case.directive_scope
    if scope is False:
        return
    if scope is None:
        yield missing(
            "Det är inte angivet om avtalet omfattas av upphandlingsdirektiven; artikel 5k har därför inte prövats",
            "It is not stated whether the contract is in the procurement directives' scope; art. 5k was not assessed",
        )
        return
    name = party_name(context)
    key = context.party.key
    direction = both(
        "Om någon handlar för en rysk parts räkning eller på dess uppdrag.",
        "Whether somebody acts on behalf or at the direction of a Russian party.",
    )
    if _established_in_russia(context.network, key):
        yield Signal(
            key,
            both(f"{name} är etablerat i Ryssland.", f"{name} is established in Russia."),
            _country_facts(context.network, key),
            unknowns=(direction,),
        )
        return
    if has_no_owners(context) or is_sole_trader(context):
        return
    stakes = Stakes.of(context.network)
    reason = gap(context, Predicate.OWNERSHIP, OWNERSHIP_SOURCES)
    if not context.network.owners(key):
        yield missing("Ägarna är inte kända", "The owners are not known", reason)
        return
    signal = _russian_signal(context, stakes, name, direction)
    if signal is not None:
        yield signal
        return
    yield from _hidden_owners(context, stakes)


def _russian_signal(context: Context, stakes: Stakes, name: str, direction: Text) -> Signal | None:
    key, network = context.party.key, context.network
    limit = Fraction(str(context.parameters["ownership_threshold_pct"])) / 100
    above = sorted(stakes.ancestors(key))
    entities = [owner for owner in above if not is_person(owner) and _established_in_russia(network, owner)]
    persons = [owner for owner in above if is_person(owner) and _russian_person(network, owner)]
    directors = [fact for fact in controlling_interests(network, key) if _russian(network, fact.subject)]
    owners = entities + persons
    if not owners and not directors:
        return None
    of_entities = stakes.share(entities, key) if entities else _nothing()
    of_all = stakes.share(owners, key) if owners else _nothing()
    names = listing(network.name(owner) for owner in owners)
    facts = unique(
        (*supporting_facts(stakes, owners, key), *(f for owner in owners for f in _country_facts(network, owner)))
    )
    if of_entities.exceeds(limit):  # a register's range «more than 50» counts
        shown, entity_names = percent(of_entities.low), listing(network.name(owner) for owner in entities)
        if of_entities.low == limit:
            shown = both(f"mer än {shown.sv}", f"more than {shown.en}")
        return Signal(
            key,
            both(
                f"{name} ägs direkt eller indirekt till {shown.sv} av {entity_names.sv}, etablerat i Ryssland.",
                f"{name} is directly or indirectly owned to {shown.en} by {entity_names.en}, established in Russia.",
            ),
            facts,
            unknowns=(direction,),
        )
    majority = key in controlled(stakes, owners) if owners else False
    if not (of_all.may_exceed(limit) or majority or directors):
        return None
    low, high = percent(of_all.low), percent(of_all.high)
    extent = low if of_all.low == of_all.high else both(f"{low.sv}–{high.sv}", f"{low.en} to {high.en}")
    why: list[Text] = []
    if persons:
        why.append(both("fysiska ägare med rysk anknytning", "natural-person owners with a Russian connection"))
    if of_all.may_exceed(limit) and not of_all.exceeds(limit):
        why.append(both("andelen är ett intervall som kan överstiga gränsen", "a range that may exceed the limit"))
    if majority and not of_all.exceeds(limit):
        why.append(both("majoritet i varje led", "a majority in every step"))
    if directors:
        why.append(both("bestämmanderätt på annat sätt än genom ägande", "control by other means than ownership"))
        names = listing(dict.fromkeys(network.name(k) for k in (*owners, *(f.subject for f in directors))))
    grounds = both(", ".join(text.sv for text in why), ", ".join(text.en for text in why))
    dual = [owner for owner in persons if len(_countries(network, owner)) > 1]
    note = both(
        "Minst en ägare har fler medborgarskap eller hemvist i ett annat land.",
        "At least one owner has another citizenship or lives in another country.",
    )
    return Signal(
        key,
        both(
            f"{name} har ägare med rysk anknytning ({names.sv}), sammanlagt {extent.sv}: {grounds.sv}. "
            "En jurist behöver bedöma om artikel 5k gäller.",
            f"{name} has owners with a Russian connection ({names.en}), together {extent.en}: {grounds.en}. "
            "A lawyer needs to judge whether art. 5k applies.",
        ),
        unique((*facts, *directors, *(f for d in directors for f in _country_facts(network, d.subject)))),
        unknowns=(direction,),
        explanation_outcomes={1: ("supported", note)} if dual else {},
        ceiling=Level.L2,
    )


def _hidden_owners(context: Context, stakes: Stakes) -> Iterator[Unassessed]:
    """What nobody has named, or whose country nobody has told, could exceed the limit."""
    key, network = context.party.key, context.network
    limit = Fraction(str(context.parameters["ownership_threshold_pct"])) / 100
    nameless = stakes.unknown(key)
    placeless = [
        end.key
        for end in stakes.ultimate_owners(key)
        if not end.key.startswith("SE:") and not _countries(network, end.key)
    ]
    unplaced = stakes.share(placeless, key).mid if placeless else Fraction(0)
    if nameless + unplaced > limit:
        shown = percent(nameless + unplaced)
        yield missing(
            f"{shown.sv} av ägandet leder inte till någon ägare vars land eller medborgarskap är känt",
            f"{shown.en} of the ownership leads to no owner whose country or citizenship is known",
        )


def _nothing() -> Share:
    return Share(Fraction(0), Fraction(0), Fraction(0))


def _country_facts(network: Network, key: str) -> tuple[Fact, ...]:
    return tuple(
        fact
        for predicate in (Predicate.JURISDICTION, Predicate.NATIONALITY, Predicate.RESIDENCE)
        for fact in network.facts(key, predicate)
        if fact.value.get("country")
    )


def _countries(network: Network, key: str) -> frozenset[str]:
    return frozenset(str(fact.value["country"]).upper() for fact in _country_facts(network, key))


def _established_in_russia(network: Network, key: str) -> bool:
    stated = {str(fact.value.get("country") or "").upper() for fact in network.facts(key, Predicate.JURISDICTION)}
    return "RU" in stated or key.startswith("RU:")


def _russian_person(network: Network, key: str) -> bool:
    return "RU" in _countries(network, key)


def _russian(network: Network, key: str) -> bool:
    return _russian_person(network, key) if is_person(key) else _established_in_russia(network, key)


@indicator("SAN-03")
def listed(context: Context) -> Iterator[Signal | Unassessed]:
    """Träff på EU:s eller FN:s sanktionslista.

    **Method.** The party, its owners and its officers are screened by name against the lists. A hit counts from the
    parameter's name score on, or when an identifier agrees. Only with a second agreeing thing (identifier, birth
    date or year, address) and nothing that contradicts does it have its full reach; country and legal form are shared
    by millions and are no second thing.

    **Example.** «Namnet Anna Exempel (styrelseledamot i Exempelbygg AB) liknar posten Anna EXEMPEL på EU:s
    sanktionslista (likhet 0,97). Överensstämmer: födelsedatum.»

    **Why it matters.** Funds and economic resources may not be made available to a listed person or entity; doing so is
    an offence even by gross negligence (lag (2025:327) 3 §).

    **Innocent explanations considered.** Namesake: a hit by name alone, or one that something contradicts (another
    birth date, another identifier), is a note and says so. Transliteration: the list's own weak aliases are marked as
    such. Delisted: an entry that left the list is no longer stated and raises nothing.

    **Exclusions.** A name below the threshold counts only when a birth date, an address or an identifier agrees.
    OFAC's list does not bind in Sweden: a hit is a note. A hit on an owner or officer reaches at most
    L3, since the listed person is not the one who is paid; whether the funds reach that person must be examined.

    **Assumptions.** A person always confirms. A list that is missing or stale, and officers that are not known, are
    stated as not assessed.
    """
    for subject, role in _screened(context).items():
        for fact in _best_hits(context.network, subject, context.parameters):
            yield _hit_signal(context, EntityKey(subject), role, fact)
    yield from _list_gaps(context)
    if not context.network.officers(context.party.key):
        reason = gap(context, Predicate.OFFICER, OFFICER_SOURCES)
        if reason is not None:
            yield missing(
                "Företrädarna är inte kända och har därför inte prövats mot sanktionslistorna",
                "The officers are not known and were therefore not screened against the sanctions lists",
                reason,
            )


def _screened(context: Context) -> dict[str, Text]:
    """The party, its owners and officers, and what they are to the party."""
    key, network = context.party.key, context.network
    name = party_name(context)
    found: dict[str, Text] = {key: both("parten i ärendet", "the party of the case")}
    for fact in network.officers(key):
        role = str(fact.value.get("role") or fact.value.get("position") or "")
        if fact.object is not None:
            found.setdefault(fact.object, both(f"{role} i {name}", f"{role} of {name}"))
    owners = Stakes.of(network).ancestors(key) | {fact.subject for fact in network.owners(key)}
    for owner in sorted(owners):
        found.setdefault(owner, both(f"ägare till {name}", f"owner of {name}"))
    return found


def _score(fact: Fact) -> float:
    return float(fact.value.get("score") or 0.0)


def _codes(fact: Fact, member: str) -> list[str]:
    return [str(code) for code in fact.value.get(member) or ()]


def _decision(fact: Fact) -> Mapping[str, Any]:
    """What an officer has decided about the hit, or nothing."""
    found = fact.value.get("decision")
    return found if isinstance(found, Mapping) else {}


def _dismissed(fact: Fact) -> bool:
    """Whether an officer has decided that it is somebody else, on the evidence that there still is."""
    return _decision(fact).get("decision") == "not_same" and _decision(fact).get("stands") is True


def _decided(fact: Fact) -> Text | None:
    """The decision in words: who, when and why, and whether it stands."""
    found = _decision(fact)
    if not found:
        return None
    day, by, reason = str(found.get("decided_at"))[:10], found.get("decided_by"), str(found.get("reason")).rstrip(".")
    what = {"same": ("samma", "the same"), "not_same": ("inte samma", "not the same")}[str(found["decision"])]
    sv, en = f"{by} bedömde {day}: {what[0]} ({reason}).", f"{by} decided on {day}: {what[1]} ({reason})."
    if not found.get("stands"):
        sv, en = f"{sv} {found.get('lapsed_sv')}", f"{en} {found.get('lapsed_en')}"
    return both(sv, en)


def _corroborated(fact: Fact) -> bool:
    if _dismissed(fact):
        return False
    return bool(SECONDARY & set(_codes(fact, "corroboration"))) and not _codes(fact, "contradictions")


def _best_hits(network: Network, subject: str, parameters: Mapping[str, Any]) -> list[Fact]:
    """The strongest hit per list entry, from the parameter's score on or with an agreeing identifier."""
    minimum = float(parameters.get("name_score_min", 0.9))
    best: dict[tuple[str, str], Fact] = {}
    for fact in network.facts(subject, Predicate.LIST_HIT):
        needed = min(minimum, CORROBORATED_SCORE) if _corroborated(fact) else minimum
        told = _dismissed(fact) or "identifier" in _codes(fact, "corroboration")
        if _score(fact) < needed and not told:
            continue
        entry = (str(fact.value.get("list")), str(fact.value.get("entry")))
        other = best.get(entry)
        if other is None or (_corroborated(fact), _score(fact), fact.order) > (
            _corroborated(other),
            _score(other),
            other.order,
        ):
            best[entry] = fact
    return [best[entry] for entry in sorted(best)]


_AGREEING = {
    "identifier": Text("registreringsnummer", "registration number"),
    "birth_date": Text("födelsedatum", "birth date"),
    "birth_year": Text("födelseår", "birth year"),
    "country": Text("land", "country"),
    "address": Text("adress", "address"),
    "legal_form": Text("juridisk form", "legal form"),
}


def _named(codes: list[str]) -> Text:
    texts = [_AGREEING.get(code, Text(code, code)) for code in codes]
    return both(", ".join(text.sv for text in texts), ", ".join(text.en for text in texts))


def _hit_signal(context: Context, subject: EntityKey, role: Text, fact: Fact) -> Signal:
    value = fact.value
    source = str(value.get("list"))
    shown = source_name(source)
    query = str(value.get("query_name") or context.network.name(subject))
    entry = str(value.get("entry_name") or value.get("matched_name") or "")
    score = f"{_score(fact):.2f}"
    agreeing, against = _codes(fact, "corroboration"), _codes(fact, "contradictions")
    sv = f"Namnet {query} ({role.sv}) liknar posten {entry} på {shown.sv} (likhet {score.replace('.', ',')})."
    en = f"The name {query} ({role.en}) resembles the entry {entry} on {shown.en} (similarity {score})."
    if value.get("weak"):
        sv, en = f"{sv} Listan betecknar namnet som ett svagt alias.", f"{en} The list calls the name a weak alias."
    if agreeing:
        named = _named(agreeing)
        sv, en = f"{sv} Överensstämmer: {named.sv}.", f"{en} Agrees: {named.en}."
    if against:
        named = _named(against)
        sv, en = f"{sv} Stämmer inte: {named.sv}.", f"{en} Does not agree: {named.en}."
    ceiling: Level | None = None if subject == context.party.key else Level.L3
    minimum = float(context.parameters.get("name_score_min", 0.9))
    if _score(fact) < minimum and "identifier" not in agreeing:
        ceiling = Level.L2
        sv, en = f"{sv} Namnen skiljer sig något.", f"{en} The names differ somewhat."
    if not _corroborated(fact):
        ceiling = Level.L1
        if not agreeing:
            sv, en = f"{sv} Träffen bygger enbart på namnet.", f"{en} The hit rests on the name alone."
    decided = _decided(fact)
    if decided is not None:
        sv, en = f"{sv} {decided.sv}", f"{en} {decided.en}"
    if source not in BINDING_LISTS:
        ceiling = Level.L1
        sv, en = f"{sv} Listan är inte bindande i Sverige.", f"{en} The list is not binding in Sweden."
    unknowns = [
        both(f"Inte jämfört: {_named([code]).sv}.", f"Not compared: {_named([code]).en}.")
        for code in _codes(fact, "missing")
    ]
    outcomes: dict[int, tuple[str, Text | None]] = {}
    if decided is not None and _dismissed(fact):
        outcomes[0] = ("supported", decided)
    elif against:
        outcomes[0] = (
            "supported",
            both("Uppgifter skiljer sig från listans post.", "Details differ from the list's entry."),
        )
    elif _corroborated(fact):
        outcomes[0] = (
            "contradicted",
            both("Fler uppgifter än namnet överensstämmer.", "More than the name agrees."),
        )
    outcomes[1] = (
        "contradicted",
        both(
            "Posten står i den inlästa utgåvan av listan.", "The entry stands in the issue of the list that is loaded."
        ),
    )
    return Signal(subject, both(sv, en), (fact,), None, tuple(unknowns), outcomes, ceiling)


def _list_gaps(context: Context) -> Iterator[Unassessed]:
    loaded = {version.list: version for version in context.dossier.lists}
    for source in BINDING_LISTS:
        shown = source_name(source)
        version = loaded.get(source)
        if version is None:
            yield missing(
                f"Ingen prövning mot {shown.sv}: listan är inte inläst",
                f"No screening against {shown.en}: the list is not loaded",
            )
        elif version.stale:
            yield missing(
                f"Prövningen mot {shown.sv} bygger på en utgåva som är för gammal eller vars efterföljare stoppades",
                f"The screening against {shown.en} rests on an issue that is too old or whose successor was stopped",
            )


@indicator("SAN-04")
def owned_by_listed(context: Context) -> Iterator[Signal | Unassessed]:
    """Ägs eller kontrolleras av listad person.

    **Method.** The listed owners (EU, UN) are taken together. A signal when their joint integrated share reaches the
    threshold; when they own it step by step by the 50 % rule, a company reached at one step counting in full at the
    next; or when a listed one can control the party by other means (right to appoint the board, agreement, trust).

    **Example.** «Exempelbygg AB ägs till 50 % av Anna Exempel, som har en träff på EU:s sanktionslista.»

    **Why it matters.** By EU practice the assets of what a listed person owns or controls are treated as frozen.

    **Innocent explanations considered.** Divestment: only stakes that are still stated count, and the date of the
    statement is part of the evidence. Namesakes: where an owner's hit rests on the name alone, this is a note too.

    **Exclusions.** Managers without a stake (see SAN-03). OFAC hits. Associations and public bodies.

    **Assumptions.** Lower bounds decide; a range that only may reach the threshold goes no further than *bör utredas*.
    """
    key, network = context.party.key, context.network
    if has_no_owners(context) or is_sole_trader(context):
        return
    if not network.owners(key):
        yield missing(
            "Ägarna är inte kända", "The owners are not known", gap(context, Predicate.OWNERSHIP, OWNERSHIP_SOURCES)
        )
        return
    stakes = Stakes.of(network)
    hits = _listed_above(context, stakes)
    firm = {owner for owner, facts in hits.items() if any(_corroborated(fact) for fact in facts)}
    signal = _listed_signal(context, stakes, hits, firm) if firm else None
    if signal is None and set(hits) - firm:
        signal = _listed_signal(context, stakes, hits, set(hits), Level.L1)
    if signal is not None:
        yield signal
        return
    yield from _list_gaps(context)
    limit = Fraction(str(context.parameters["ownership_threshold_pct"])) / 100
    if stakes.unknown(key) >= limit:
        shown = percent(stakes.unknown(key))
        yield missing(
            f"{shown.sv} av ägandet leder inte till någon namngiven ägare",
            f"{shown.en} of the ownership leads to no named owner",
        )


def _listed_above(context: Context, stakes: Stakes) -> dict[str, list[Fact]]:
    network, key = context.network, context.party.key
    above = stakes.ancestors(key) | {fact.subject for fact in controlling_interests(network, key)}
    found: dict[str, list[Fact]] = {}
    for owner in sorted(above - {key}):
        facts = [
            fact
            for fact in _best_hits(network, owner, context.parameters)
            if str(fact.value.get("list")) in BINDING_LISTS
        ]
        if facts:
            found[owner] = facts
    return found


def _listed_signal(
    context: Context,
    stakes: Stakes,
    hits: Mapping[str, list[Fact]],
    owners: set[str],
    ceiling: Level | None = None,
) -> Signal | None:
    key, network = context.party.key, context.network
    limit = Fraction(str(context.parameters["ownership_threshold_pct"])) / 100
    name = party_name(context)
    names = listing(network.name(owner) for owner in sorted(owners))
    share = stakes.share(sorted(owners), key)
    reached = {item.key: item for item in listed_owned(stakes, owners, limit)}.get(key)
    control = [fact for fact in controlling_interests(network, key) if fact.subject in owners]
    evidence = unique(
        (*supporting_facts(stakes, owners, key), *(f for owner in sorted(owners) for f in hits[owner]), *control)
    )
    lists = listing(
        sorted({source_name(str(fact.value.get("list"))).sv for owner in owners for fact in hits[owner]})
    ).sv
    lists_en = listing(
        sorted({source_name(str(fact.value.get("list"))).en for owner in owners for fact in hits[owner]})
    ).en
    unknowns: list[Text] = []
    if ceiling is Level.L1:
        unknowns.append(
            both(
                "Om ägaren är den listade: träffen bygger på namnet.",
                "Whether the owner is the one listed: the hit rests on the name.",
            )
        )
    if share.low >= limit or reached is not None:
        shown = percent(max(share.low, reached.share if reached else Fraction(0)))
        step_sv = ", led för led," if share.low < limit else ""
        step_en = ", step by step," if share.low < limit else ""
        sv = f"{name} ägs{step_sv} till {shown.sv} av {names.sv}, med träff på {lists}."
        en = f"{name} is owned{step_en} to {shown.en} by {names.en}, with a hit on {lists_en}."
    elif control:
        sv = f"{names.sv}, med träff på {lists}, kan bestämma över {name} på annat sätt än genom ägande."
        en = f"{names.en}, with a hit on {lists_en}, can control {name} by other means than ownership."
    elif share.high >= limit:
        low, high = percent(share.low), percent(share.high)
        sv = f"{name} ägs till {low.sv}–{high.sv} av {names.sv}, med träff på {lists}."
        en = f"{name} is owned to {low.en}–{high.en} by {names.en}, with a hit on {lists_en}."
        unknowns.append(both("Hur stor andelen är.", "How large the share is."))
        ceiling = ceiling or Level.L2
    else:
        return None
    return Signal(key, both(sv, en), evidence, None, tuple(unknowns), {}, ceiling)
