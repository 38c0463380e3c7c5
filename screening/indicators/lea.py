"""LEA: tenants of the municipality's premises."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from graph.model import Fact, Predicate
from graph.network import Network
from graph.ownership import Stakes
from graph.patterns.front_lease import (
    Lease,
    OtherPayer,
    board_replaced,
    changed_hands,
    leases,
    other_payers,
    other_trade,
    youth,
)
from graph.patterns.phoenix import add_months
from graph.timeline import as_date, events, registration_date
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import (
    INDUSTRY_SOURCES,
    OWNERSHIP_SOURCES,
    both,
    confirmations,
    gap,
    joined,
    listed_name,
    listing,
    missing,
    party_name,
    unique,
)
from screening.verdict import Text

TERMS = ("municipal_lease_terms",)
PAYMENTS = ("municipal_payments",)
_GROUP, _GUARANTOR = 0, 1
"""Places of *group company* and *security given* in LEA-04's innocent explanations."""
_NO_TIE = both("Inget gemensamt syns i underlaget.", "The material shows nothing in common.")
_NO_SECURITY = both("Ingen säkerhet från betalaren är angiven.", "No security from the payer is stated.")


@indicator("LEA-01")
def other_use(context: Context) -> Iterator[Signal | Unassessed]:
    """Verksamheten avviker från avtalat ändamål.

    **Method.** None of the party's industry codes begins with a code that fits what the premises were let for.

    **Example.** «Exempel Handel AB är registrerat för SNI 47120, men lokalen är upplåten för bageri (SNI 107).»

    **Why it matters.** The tenant may not use the premises for another purpose (JB 12:23); forfeiture needs a demand
    for correction first.

    **Innocent explanations considered.** Ancillary use and a permission must be asked about; codes are often stale.

    **Exclusions.** A lease without stated codes, and a company without industry, are not assessed.

    **Assumptions.** The officer translated the purpose clause into codes.
    """
    found = yield from _terms(context)
    for lease in found:
        trade = other_trade(context.network, context.party.key, lease.allowed_sni)
        if trade:
            yield _other_use(context, lease, trade)
        elif not lease.allowed_sni:
            yield missing(
                "Vilka branscher som ryms i ändamålet är inte angivet", "Which industries fit the purpose is not stated"
            )
        elif not context.facts(Predicate.INDUSTRY):
            reason = gap(context, Predicate.INDUSTRY, INDUSTRY_SOURCES)
            yield missing("Branschen är inte känd", "The industry is not known", reason)


@indicator("LEA-03")
def change_of_control(context: Context) -> Iterator[Signal | Unassessed]:
    """Ägarbyte i hyresgästbolaget.

    **Method.** The lease has a clause on change of owners, somebody has become the holder of more than half since the
    entry, and no notice is on file from then or later.

    **Example.** «Exempel Krog AB har bytt ägare efter tillträdet den 2026-02-01 utan att det anmälts enligt
    ägarklausulen.»

    **Why it matters.** A sale of shares is no transfer of the lease; only the clause makes it matter.

    **Innocent explanations considered.** A change inside the group must be asked about.

    **Exclusions.** Leases without the clause: then nothing was broken.

    **Assumptions.** Owners are known from what is handed in; a change shows when a stake's start is dated or two
    successive files differ.
    """
    found = yield from _terms(context)
    network, key = context.network, context.party.key
    history = events(network, key, confirmations(context))
    for lease in found:
        clause = lease.fact.value.get("owner_clause")
        if clause is False:
            continue
        if not network.owners(key):
            reason = gap(context, Predicate.OWNERSHIP, OWNERSHIP_SOURCES)
            yield missing("Ägarna är inte kända", "The owners are not known", reason)
            return
        notified = as_date(lease.fact.value.get("owner_change_notified_on"))
        after = lease.entry_on + timedelta(days=1)
        changes = [
            facts
            for facts in changed_hands(network, key, history, after, context.case_date)
            if notified is None or all(notified < (fact.valid_from or fact.observed_at.date()) for fact in facts)
        ]
        if changes and clause is None:
            yield missing(
                "Ägarna har ändrats, men om avtalet har en ägarklausul är inte angivet",
                "The owners have changed, but whether the lease has a clause on that is not stated",
            )
        elif changes:
            name = party_name(context)
            yield Signal(
                key,
                both(
                    f"{name} har bytt ägare efter tillträdet den {lease.entry_on} utan att det anmälts enligt "
                    "ägarklausulen.",
                    f"{name} has changed owners since the entry on {lease.entry_on} without the notice that the clause "
                    "on owners demands.",
                ),
                unique((lease.fact, *(fact for facts in changes for fact in facts))),
            )


@indicator("LEA-04")
def rent_paid_by_others(context: Context) -> Iterator[Signal | Unassessed]:
    """Hyran betalas av tredje part.

    **Method.** Somebody else than the tenant paid the rent at least ``k`` times and neither belongs to the tenant's
    group, nor shares a controller with it, nor has given security for the rent.

    **Example.** «Hyran för Exempel Krog AB har betalats 3 gånger av Annat Bolag AB.»

    **Why it matters.** Whoever pays may be whoever runs the business.

    **Innocent explanations considered.** Group companies and guarantors are told by the dossier; such payers are left
    out. Others must be asked about.

    **Exclusions.** Natural persons count together, since their numbers are not kept.

    **Assumptions.** The list of payments is complete for the time it covers.
    """
    reason = gap(context, Predicate.RENT_PAYMENT, PAYMENTS)
    if reason is not None:
        yield missing(
            "Hyresbetalningarna har inte lämnats in eller är ofullständiga",
            "The rent payments were not handed in, or are incomplete",
            reason,
        )
    elif not context.facts(Predicate.RENT_PAYMENT):
        yield missing("Inga betalningar för hyresgästen är angivna", "No payments for the tenant are listed")
    for payer in _strangers(context, int(context.parameters["k"])):
        who = _payer(context.network, payer)
        name = party_name(context)
        yield Signal(
            context.party.key,
            both(
                f"Hyran för {name} har betalats {payer.payments} gånger av {who.sv}.",
                f"The rent of {name} was paid {payer.payments} times by {who.en}.",
            ),
            unique(payer.facts),
            explanation_outcomes={_GROUP: ("not_examined", None)}
            if payer.key is None
            else {_GROUP: ("contradicted", _NO_TIE), _GUARANTOR: ("contradicted", _NO_SECURITY)},
        )


@dataclass(frozen=True, slots=True)
class _Mark:
    """One of the front lease's four marks: seen (with facts), not seen, or not known."""

    said: Text
    facts: tuple[Fact, ...] = ()
    known: bool = True


@indicator("LEA-08")
def front_lease(context: Context) -> Iterator[Signal | Unassessed]:
    """Tecken på att någon annan driver verksamheten i lokalen (bulvanhyra).

    **Method.** At least ``k`` of four marks of one lease: the company was younger than ``young_months`` at the entry;
    its controlling owner or whole board changed in the ``before_months`` before it; a third party paid the rent at
    least twice (as LEA-04); its industry is not what the premises were let for (as LEA-01).

    **Example.** «Exempel Krog AB: registrerat 3 månader före tillträdet; hyran betalas av Annat Bolag AB; SNI 56100
    ryms inte i ändamålet. Det är tre av fyra tecken på att någon annan driver verksamheten.»

    **Why it matters.** Premises let to a front are used by people whom nobody has looked at.

    **Innocent explanations considered.** A new entrepreneur is one mark only. A parent that pays, or has given
    security, is no third party. A stale industry code must be asked about.

    **Exclusions.** Marks of one kind never add up: three marks always come from at least two families.

    **Assumptions.** A compound rule of our own making from its parts; its numbers are starting values.
    """
    found = yield from _terms(context)
    least = int(context.parameters["k"])
    for lease in found:
        marks = _marks(context, lease)
        seen = [mark for mark in marks if mark.facts]
        unknown = [mark for mark in marks if not mark.known]
        if len(seen) >= least:
            yield _front(context, lease, seen, unknown)
        elif len(seen) + len(unknown) >= least:
            yield missing(
                f"{len(seen)} av fyra tecken finns, men detta är inte känt: {joined([m.said for m in unknown]).sv}",
                f"{len(seen)} of four marks are there, but this is not known: {joined([m.said for m in unknown]).en}",
            )


def _terms(context: Context) -> Generator[Unassessed, None, tuple[Lease, ...]]:
    """The leases of the party; what is missing is yielded."""
    reason = gap(context, Predicate.LEASE_TERMS, TERMS)
    if reason is not None:
        yield missing(
            "Hyresvillkoren har inte lämnats in eller är ofullständiga",
            "The terms of the lease were not handed in, or are incomplete",
            reason,
        )
    found = leases(context.network, context.party.key)
    if not found and reason is None:
        yield missing("Inga villkor för hyresgästen är angivna", "No terms for the tenant are listed")
    return found


def _other_use(context: Context, lease: Lease, trade: tuple[Fact, ...]) -> Signal:
    name, codes, purpose = party_name(context), _codes(trade), _purpose(lease)
    return Signal(
        context.party.key,
        both(
            f"{name} är registrerat för SNI {codes.sv}, men lokalen är upplåten för {purpose.sv}.",
            f"{name} is registered for SNI {codes.en}, but the premises were let for {purpose.en}.",
        ),
        unique((lease.fact, *trade)),
        unknowns=(both("Vad lokalen i verkligheten används till.", "What the premises are actually used for."),),
    )


def _codes(trade: tuple[Fact, ...]) -> Text:
    return listing(sorted({str(fact.value.get("code")) for fact in trade}))


def _purpose(lease: Lease) -> Text:
    stated, codes = lease.fact.value.get("purpose"), f"SNI {', '.join(lease.allowed_sni)}"
    said = f"{stated} ({codes})" if stated else codes
    return Text(said, said)


def _strangers(context: Context, least: int) -> list[OtherPayer]:
    """Third parties with at least that many payments that nothing joins to the tenant."""
    network, key = context.network, context.party.key
    if not context.facts(Predicate.RENT_PAYMENT):
        return []
    payers = other_payers(network, Stakes.of(network), key)
    return [payer for payer in payers if payer.belongs is None and payer.payments >= least]


def _payer(network: Network, payer: OtherPayer) -> Text:
    if payer.key is None:
        return both("en eller flera privatpersoner", "one or more private persons")
    name = listed_name(network, payer.key, payer.facts[-1])
    return Text(name, name)


def _marks(context: Context, lease: Lease) -> tuple[_Mark, ...]:
    months = int(context.parameters["young_months"])
    before = int(context.parameters["before_months"])
    return (
        _young(context, lease.entry_on, months),
        _changed(context, lease.entry_on, before),
        _paid(context, int(context.parameters["payments"])),
        _trade(context, lease),
    )


def _young(context: Context, entry: date, months: int) -> _Mark:
    if registration_date(context.network, context.party.key) is None:
        return _Mark(both("bolagets ålder", "the company's age"), known=False)
    start = youth(context.network, context.party.key, entry, months)
    if start is None:
        return _Mark(both("bolaget var inte ungt", "the company was not young"))
    return _Mark(
        both(
            f"registrerat den {start[0]}, tillträde den {entry}",
            f"registered on {start[0]}, entry on {entry}",
        ),
        (start[1],),
    )


def _changed(context: Context, entry: date, months: int) -> _Mark:
    network, key = context.network, context.party.key
    history = events(network, key, confirmations(context))
    begin = add_months(entry, -months)
    owners = changed_hands(network, key, history, begin, entry)
    boards = board_replaced(history, begin, entry)
    facts = unique(fact for each in (*owners, *(board.facts for board in boards)) for fact in each)
    if owners:
        return _Mark(both("ny ägare före tillträdet", "a new owner before the entry"), facts)
    if boards:
        return _Mark(both("hela styrelsen utbytt före tillträdet", "the whole board replaced before the entry"), facts)
    return _Mark(
        both(
            f"om ägare eller styrelse ändrats mellan {begin} och {entry}",
            f"whether owners or board changed between {begin} and {entry}",
        ),
        known=False,
    )


def _paid(context: Context, least: int) -> _Mark:
    if not context.facts(Predicate.RENT_PAYMENT):
        return _Mark(both("vem som betalar hyran", "who pays the rent"), known=False)
    strangers = _strangers(context, least)
    if not strangers:
        return _Mark(both("ingen utomstående betalar", "no outsider pays"))
    who = listing(sorted(_payer(context.network, payer).sv for payer in strangers))
    who_en = listing(sorted(_payer(context.network, payer).en for payer in strangers))
    return _Mark(
        both(f"hyran betalas av {who.sv}", f"the rent is paid by {who_en.en}"),
        unique(fact for payer in strangers for fact in payer.facts),
    )


def _trade(context: Context, lease: Lease) -> _Mark:
    if not lease.allowed_sni or not context.facts(Predicate.INDUSTRY):
        return _Mark(both("om branschen ryms i ändamålet", "whether the industry fits the purpose"), known=False)
    trade = other_trade(context.network, context.party.key, lease.allowed_sni)
    if trade is None:
        return _Mark(both("branschen ryms i ändamålet", "the industry fits the purpose"))
    codes = _codes(trade)
    return _Mark(
        both(f"SNI {codes.sv} ryms inte i ändamålet", f"SNI {codes.en} does not fit the purpose"),
        trade,
    )


def _front(context: Context, lease: Lease, seen: list[_Mark], unknown: list[_Mark]) -> Signal:
    name, said = party_name(context), joined([mark.said for mark in seen])
    return Signal(
        context.party.key,
        both(
            f"{name}: {said.sv}. Det är {len(seen)} av fyra tecken på att någon annan driver verksamheten i lokalen.",
            f"{name}: {said.en}. These are {len(seen)} of four marks of somebody else running the business there.",
        ),
        unique((lease.fact, *(fact for mark in seen for fact in mark.facts))),
        unknowns=tuple(both(f"Inte känt: {mark.said.sv}.", f"Not known: {mark.said.en}.") for mark in unknown),
    )
