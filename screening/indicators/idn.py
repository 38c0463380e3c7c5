"""IDN: is the party who it says it is, and for how long has it been so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from graph.model import AnswerStatus, Fact, ListedSchema, Predicate
from graph.names import similarity
from graph.network import HANDED_IN
from graph.patterns.change_set import KINDS, change_set, may_complete
from graph.patterns.name_swap import Taken, names_taken, undated_names
from graph.patterns.phoenix import add_months
from graph.patterns.shelf_company import activations, dormancy
from graph.patterns.takeover import Standstill, Takeover, family_names, standstill, takeovers
from graph.timeline import Event, EventKind, as_date, events, registration_date
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import (
    COMPANY_REGISTERS,
    OFFICER_SOURCES,
    both,
    confirmations,
    gap,
    has_no_owners,
    is_foreign,
    is_public_body,
    joined,
    latest_answer,
    listing,
    missing,
    party_name,
    source_name,
    span,
    unique,
)
from screening.indicators.set_aside import hub_set_aside
from screening.verdict import Text

_SAME_NAME = 0.97
"""From this similarity on a new name is the old one respelled (form abbreviation, hyphen, «(publ)»)."""


@indicator("IDN-01")
def newly_registered(context: Context) -> Iterator[Signal | Unassessed]:
    """Nystartat företag.

    **Method.** Fewer months than the parameter's between registration (Bolagsverket's date before SCB's) and the case.

    **Example.** «Exempelbygg AB registrerades den 2026-08-14, 2 månader före ärendet.»

    **Why it matters.** Listed in Ekobrottsmyndigheten's checklist: a new company has no history to go by. Alone it is
    never more than a note.

    **Innocent explanations considered.** Genuine start-up, demerged operating company, shelf company bought by a known
    group: the registers read here do not tell them apart, so none is examined.

    **Exclusions.** Public bodies.

    **Assumptions.** The date of first registration; a change of form keeps the number and the date.
    """
    if is_public_body(context):
        return
    start = registration_date(context.network, context.party.key)
    if start is None:
        yield missing(
            "Registreringsdatum är inte känt",
            "The date of registration is not known",
            gap(context, Predicate.REGISTRATION, (*COMPANY_REGISTERS, "scb_bulk")),
        )
        return
    registered, fact = start
    if registered > add_months(context.case_date, -int(context.parameters["min_age_months"])):
        days = (context.case_date - registered).days
        yield Signal(
            context.party.key,
            both(
                f"{party_name(context)} registrerades den {registered}, {max(days, 0)} dagar före ärendet.",
                f"{party_name(context)} was registered on {registered}, {max(days, 0)} days before the case.",
            ),
            (fact,),
        )


def _history(context: Context) -> tuple[Event, ...]:
    return events(context.network, context.party.key, confirmations(context))


def _answered_twice(context: Context, predicate: Predicate, sources: Sequence[str]) -> bool:
    """Whether one source has stated such facts at two moments at least, so that a change would show."""
    confirmed = confirmations(context)
    for source in sources:
        facts = [f for f in context.facts(predicate, history=True) if f.source == source]
        moments: set[datetime] = {f.observed_at for f in facts}
        moments |= {f.superseded_at for f in facts if f.superseded_at is not None}
        if facts and len(moments | {m for m in confirmed.get(source, ()) if m > min(moments)}) >= 2:
            return True
    return False


def _no_history(context: Context, kind: EventKind) -> bool:
    """Whether changes of this kind could not have been seen at all."""
    if kind is EventKind.BOARD:
        return not _answered_twice(context, Predicate.OFFICER, OFFICER_SOURCES)
    return gap(context, Predicate.CHANGE, ("register_history",)) is not None


@indicator("IDN-02")
def shelf_company(context: Context) -> Iterator[Signal | Unassessed]:
    """Lagerbolag aktiverat.

    **Method.** The company had been registered for at least ``dormant_months`` and was stated as inactive (SCB) or as
    registered for neither F-tax, VAT nor as an employer, when, inside ``window_days``, its whole board was replaced and
    its name changed.

    **Example.** «Exempelkrog AB, registrerat den 2025-09-18 och utan verksamhet, bytte hela styrelsen mellan den
    2026-10-25 och den 2026-11-22 och namn den 2026-11-10.»

    **Why it matters.** According to the national underrettelsecentrum shelf and history companies are brokered to
    criminal buyers.

    **Innocent explanations considered.** A law firm or registrar that sold a shelf company to an ordinary buyer is very
    common; it is what the same facts mostly mean, and the person who judges is told so.

    **Exclusions.** Public bodies, associations and foundations: nobody sells them.

    **Assumptions.** How long before the change the company had been dormant is not known beyond the first answer that
    says so. Changes that cannot be dated closely enough give *not assessed*, not a signal.
    """
    if has_no_owners(context):
        return
    key, name = context.party.key, party_name(context)
    history = _history(context)
    names = any(event.kind is EventKind.NAME for event in history)
    start = registration_date(context.network, key)
    pairs = activations(history, int(context.parameters["window_days"]))
    if not pairs:
        if names and _no_history(context, EventKind.BOARD):
            yield missing(
                f"{name} har bytt namn, men styrelsens historik är inte känd",
                f"{name} changed its name, but the board's history is not known",
                gap(context, Predicate.OFFICER, OFFICER_SOURCES),
            )
        elif not names and _no_history(context, EventKind.BOARD) and not _names_dated(context):
            yield missing(
                "Det är inte känt om namn och styrelse har bytts",
                "It is not known whether name and board have been replaced",
                gap(context, Predicate.CHANGE, ("register_history",)),
            )
        return
    if start is None:
        yield missing("Registreringsdatum är inte känt", "The date of registration is not known")
        return
    for (board, rename), certain in pairs:
        if not certain:
            continue
        changed = min(board.not_after, rename.not_after)
        if start[0] > add_months(changed, -int(context.parameters["dormant_months"])):
            return
        dormant = dormancy(context.network, key, max(board.not_after, rename.not_after))
        if dormant is None:
            yield missing(
                "Styrelse och namn har bytts samtidigt, men det är inte känt om bolaget var vilande dessförinnan",
                "Board and name were replaced together, but whether the company was dormant before is not known",
            )
        elif dormant:
            when, renamed = span(board.not_before, board.not_after), span(rename.not_before, rename.not_after)
            yield Signal(
                key,
                both(
                    f"{name}, registrerat den {start[0]} och utan verksamhet enligt registren, bytte hela styrelsen "
                    f"{when.sv} och namn {renamed.sv}.",
                    f"{name}, registered on {start[0]} and without activity according to the registers, replaced its "
                    f"whole board {when.en} and its name {renamed.en}.",
                ),
                unique((*board.facts, *rename.facts, start[1], *dormant)),
                event_date=max(board.not_after, rename.not_after),
                unknowns=(both("Sedan när bolaget var vilande.", "Since when the company was dormant."),),
            )
        return
    yield missing(
        "Styrelse och namn har bytts, men ändringarna kan inte dateras så noga att de säkert hör ihop",
        "Board and name were replaced, but the changes cannot be dated closely enough to belong together",
    )


def _names_dated(context: Context) -> bool:
    return any(
        fact.value.get("kind") == "registered" and as_date(fact.value.get("registered_on"))
        for fact in context.facts(Predicate.NAME)
    )


@indicator("IDN-03")
def company_with_history(context: Context) -> Iterator[Signal | Unassessed]:
    """Historikbolag, kapat bolag.

    **Method.** The company was registered at least ``age_years`` before its whole board was replaced; name, address or
    industry changed with it inside ``window_days``; and before that Statistics Sweden stated that it was *no longer
    active*. When the standstill is known to have been shorter than ``inactive_months`` nothing is said.

    **Example.** «Exempelbygg AB, registrerat den 2014-03-01 och inte längre verksamt enligt registren, bytte hela
    styrelsen mellan den 2026-10-25 och den 2026-11-22 och ändrade samtidigt namn och adress.»

    **Why it matters.** The age and the clean history are what is bought, to look established. According to the National
    Intelligence Centre (NUC) up to four of five brokered history companies go to persons with criminal aims.

    **Innocent explanations considered.** Generation change: somebody who stays on in another office means that the
    board was not wholly replaced (silence); a shared surname between leaving and entering supports the explanation, and
    also a restart by the same family. An acquisition with other plans cannot be told apart here.

    **Exclusions.** Public bodies, associations and foundations. A company that never was active has no history to sell:
    that is IDN-02. A company in operation is not assessed further: it was not standing still.

    **Assumptions.** Activity is Statistics Sweden's: VAT, F-tax or employer. Since when it had ceased is known only as
    far back as the answers reach, and is stated as unknown when they do not reach over ``inactive_months``.
    """
    if has_no_owners(context):
        return
    key, network, history = context.party.key, context.network, _history(context)
    candidates = takeovers(network, key, history, int(context.parameters["window_days"]))
    if not candidates:
        faces = any(event.kind in (EventKind.NAME, EventKind.ADDRESS, EventKind.INDUSTRY) for event in history)
        if faces and _no_history(context, EventKind.BOARD):
            yield missing(
                "Namn, adress eller bransch har ändrats, men styrelsens historik är inte känd",
                "Name, address or industry changed, but the board's history is not known",
                gap(context, Predicate.OFFICER, OFFICER_SOURCES),
            )
        return
    start = registration_date(network, key)
    if start is None:
        yield missing("Registreringsdatum är inte känt", "The date of registration is not known")
        return
    for takeover in candidates:
        if start[0] > add_months(takeover.end, -12 * int(context.parameters["age_years"])):
            continue
        before = standstill(network, key, history, takeover.end)
        if before is None:
            yield missing(
                "Styrelse och annat har bytts, men det är inte känt om verksamheten dessförinnan hade upphört",
                "Board and more were replaced together, but whether the activity had ceased before is not known",
                gap(context, Predicate.ACTIVE, ("scb_bulk",)),
            )
            return
        least = add_months(takeover.end, -int(context.parameters["inactive_months"]))
        if not before.ceased or (before.active_until is not None and before.active_until > least):
            continue
        if not takeover.certain:
            yield missing(
                "Ett bolag som inte längre var verksamt har bytt styrelse och annat, men ändringarna kan inte dateras "
                "så noga att de säkert hör ihop",
                "A company that was no longer active replaced its board and more, but the changes cannot be dated "
                "closely enough to belong together",
            )
            return
        yield _taken_over(context, start, takeover, before, before.since is not None and before.since <= least)
        return


def _taken_over(
    context: Context, start: tuple[date, Fact], takeover: Takeover, before: Standstill, whole: bool
) -> Signal:
    name, board = party_name(context), takeover.board
    kinds = [_FACE_NAMES[kind] for kind in _FACE_NAMES if any(event.kind is kind for event in takeover.others)]
    when = span(board.not_before, board.not_after)
    changed, changed_en = listing(kind.sv for kind in kinds).sv, listing(kind.en for kind in kinds).en
    unknowns = () if whole else (both("Sedan när verksamheten hade upphört.", "Since when the activity had ceased."),)
    outcomes: dict[int, tuple[str, Text | None]] = {}
    shared = family_names(context.network, board.before) & family_names(context.network, board.after)
    if shared:
        note = both(
            "Avgående och tillträdande ledamöter delar efternamn.",
            "Members who left and members who entered share a surname.",
        )
        outcomes = {0: ("supported", note), 2: ("supported", note)}
    return Signal(
        context.party.key,
        both(
            f"{name}, registrerat den {start[0]} och inte längre verksamt enligt registren, bytte hela styrelsen "
            f"{when.sv} och ändrade samtidigt {changed}.",
            f"{name}, registered on {start[0]} and no longer active according to the registers, replaced its whole "
            f"board {when.en} and changed {changed_en} at the same time.",
        ),
        unique((start[1], *board.facts, *(fact for event in takeover.others for fact in event.facts), *before.facts)),
        event_date=takeover.end,
        unknowns=unknowns,
        explanation_outcomes=outcomes,
    )


_FACE_NAMES = {
    EventKind.NAME: Text("namn", "name"),
    EventKind.ADDRESS: Text("adress", "address"),
    EventKind.INDUSTRY: Text("bransch (SNI)", "industry (SNI)"),
}


_KIND_NAMES = {
    EventKind.BOARD: Text("styrelse", "board"),
    EventKind.INDUSTRY: Text("bransch (SNI)", "industry (SNI)"),
    EventKind.ADDRESS: Text("adress", "address"),
}


@indicator("IDN-04")
def changed_together(context: Context) -> Iterator[Signal | Unassessed]:
    """Styrelse, SNI och adress ändrade inom kort tid.

    **Method.** Board, industry and address each changed, and all the changes certainly lie within ``window_days``. The
    spans between two answers count in full: changes that only *may* lie so close give *not assessed*.

    **Example.** «Exempelbygg AB ändrade styrelse, bransch (SNI) och adress mellan den 2026-10-25 och den 2026-11-22.»

    **Why it matters.** The published method that flagged 1 049 Swedish companies (Roaring, 2025): a company taken over
    to be used for something else.

    **Innocent explanations considered.** An acquisition with relocation; an accounting agent that files everything at
    once. A recoding from SNI 2007 to SNI 2025 is no change and neither is a respelled address.

    **Exclusions.** Public bodies.

    **Assumptions.** Any change of the board's members counts, not only of all; deputies and auditors are not the board.
    """
    if is_public_body(context):
        return
    name = party_name(context)
    window, least = int(context.parameters["window_days"]), int(context.parameters["min_types"])
    found = change_set(_history(context), window, least)
    if found.together:
        chosen = found.together
        first, last = min(e.not_before or e.not_after for e in chosen), max(e.not_after for e in chosen)
        when = span(first, last)
        kinds = [_KIND_NAMES[event.kind] for event in chosen]
        yield Signal(
            context.party.key,
            both(
                f"{name} ändrade {listing(k.sv for k in kinds).sv} {when.sv}.",
                f"{name} changed {listing(k.en for k in kinds).en} {when.en}.",
            ),
            unique(fact for event in chosen for fact in event.facts),
            event_date=last,
        )
        return
    if found.undated:
        yield missing(
            "Styrelse, bransch och adress har ändrats, men det kan inte dateras om det skett inom samma korta tid",
            "Board, industry and address changed, but whether within the same short time cannot be dated",
        )
        return
    blind = [kind for kind in KINDS if not found.by_kind[kind] and _no_history(context, kind)]
    if may_complete(found, blind, window, least):
        names = listing(_KIND_NAMES[kind].sv for kind in blind).sv, listing(_KIND_NAMES[kind].en for kind in blind).en
        yield missing(
            f"Det är inte känt om {names[0]} har ändrats: ingen tidigare uppgift finns att jämföra med",
            f"It is not known whether {names[1]} changed: there is no earlier statement to compare with",
        )


@indicator("IDN-05")
def renamed(context: Context) -> Iterator[Signal | Unassessed]:
    """Namnbyte strax före eller efter ansökan.

    **Method.** The registered name changed within ``window_days`` before or after the case's date. The day is the
    name's own registration date when the register gives it, else the span between two answers.

    **Example.** «Exempelbygg AB bytte namn den 2026-11-07, 15 dagar före ärendet; tidigare namn: Äldre Exempel AB.»

    **Why it matters.** A new name hides an old history; names are changed before bankruptcies.

    **Innocent explanations considered.** Rebranding and trademark disputes cannot be told from the registers. A name
    that was only respelled (form abbreviation, hyphen, capitals) is no change; a secondary or trading name is none
    either.

    **Exclusions.** Public bodies. The first name of a new company.

    **Assumptions.** A name without a registration date, in a register whose history is not mirrored, is *not assessed*.
    """
    if is_public_body(context):
        return
    window = timedelta(days=int(context.parameters["window_days"]))
    first, last = context.case_date - window, context.case_date + window
    name = party_name(context)
    for event in reversed([e for e in _history(context) if e.kind is EventKind.NAME]):
        if event.not_after < first or (event.not_before or date.min) > last or _respelled(event):
            continue
        inside = event.not_before is not None and event.not_before >= first and event.not_after <= last
        when = span(event.not_before, event.not_after)
        former = listing(_stated_names(event))
        days = (context.case_date - event.not_after).days
        distance = (
            both(
                f", {abs(days)} dagar {'före' if days >= 0 else 'efter'} ärendet",
                f", {abs(days)} days {'before' if days >= 0 else 'after'} the case",
            )
            if event.dated
            else both("", "")
        )
        yield Signal(
            context.party.key,
            both(
                f"{name} bytte namn {when.sv}{distance.sv}" + (f"; tidigare namn: {former.sv}." if former.sv else "."),
                f"{name} changed its name {when.en}{distance.en}"
                + (f"; former name: {former.en}." if former.en else "."),
            ),
            event.facts,
            event_date=event.not_after,
            unknowns=()
            if inside
            else (both("Om namnbytet skedde inom tidsfönstret.", "Whether the change lies in the window."),),
        )
        return
    if not _names_dated(context) and _no_history(context, EventKind.NAME):
        yield missing(
            "Det är inte känt när namnet registrerades",
            "It is not known when the name was registered",
            gap(context, Predicate.CHANGE, ("register_history",)),
        )


def _stated_names(event: Event) -> list[str]:
    """The former names as written in the facts (the event itself holds them folded)."""
    after = {value.casefold() for value in event.after}
    shown = [
        str(fact.value.get("before") or "") if fact.predicate is Predicate.CHANGE else str(fact.value.get("name") or "")
        for fact in event.facts
        if fact.predicate in (Predicate.CHANGE, Predicate.NAME)
    ]
    known = {" ".join(value.casefold().split()): value for value in shown if value}
    return sorted(
        known.get(" ".join(value.casefold().split()), value)
        for value in event.before
        if value and value.casefold() not in after
    )


def _respelled(event: Event) -> bool:
    return any(
        similarity(before, after, ListedSchema.ORGANISATION) >= _SAME_NAME
        for before in event.before
        for after in event.after
        if before and after
    )


@indicator("IDN-06")
def name_from_a_bankrupt(context: Context) -> Iterator[Signal | Unassessed]:
    """Namnet övertaget från bolag i konkurs (namnkarusell).

    **Method.** The party took its name within ``window_days`` before or after the bankruptcy of another company that
    bore a name at least ``similarity`` alike, and the two share somebody in charge or an address.

    **Example.** «Exempelstäd i Granby AB tog sitt namn den 2026-03-01. Exempelstäd Granby AB, som gick i konkurs den
    2026-05-01, hade namnet före. Gemensamt: Kim Exempel och en adress.»

    **Why it matters.** The known name goes on in the next company while the debts stay in the last one.

    **Innocent explanations considered.** A purchase of the name from the estate: possible when the name was taken after
    the bankruptcy, and the note says what to ask for. A reorganisation that was made public cannot be seen here.

    **Exclusions.** Public bodies. Persons and addresses that very many share are set aside and named.

    **Assumptions.** A name without a registration date of its own is as old as the company, unless former names are
    known. Names of the bankrupt company are those that the sources asked about it still state or once stated.
    """
    if is_public_body(context):
        return
    key, network = context.party.key, context.network
    found = names_taken(
        network, key, days=int(context.parameters["window_days"]), similar=float(context.parameters["similarity"])
    )
    for taken in found:
        yield _name_taken(context, taken)
    if found:
        return
    reason = gap(context, (Predicate.PROCEEDING, Predicate.DEREGISTRATION), ("register_neighbours",))
    if reason is not None:
        yield missing(
            "Företag i konkurs med samma adress, namn eller bransch har inte kunnat sökas",
            "Bankrupt companies with the same address, name or industry could not be searched for",
            reason,
        )
    elif undated_names(network, key):
        yield missing("Det är inte känt när namnet registrerades", "It is not known when the name was registered")


def _name_taken(context: Context, taken: Taken) -> Signal:
    network, name = context.network, party_name(context)
    people = [network.name(person) for person in taken.people]
    common = listing([*people, *(["en adress"] if taken.address else [])]).sv
    common_en = listing([*people, *(["an address"] if taken.address else [])]).en
    now = network.name(taken.old.key)
    # Registers write the same name in capitals or not: the one to show is the one that everything else shows.
    old = now if taken.name.casefold() == now.casefold() else taken.name
    called, called_en = (f" (nu {now})", f" (now {now})") if now != old else ("", "")
    after = taken.old.on is not None and taken.on >= taken.old.on
    note = (
        both(
            "Namnet togs efter konkursen, så ett köp från boet är möjligt: begär avtalet med konkursförvaltaren.",
            "The name was taken after the bankruptcy, so a purchase from the estate is possible: ask for the agreement "
            "with the administrator.",
        )
        if after
        else both("Namnet togs före konkursen: då fanns inget bo.", "The name was taken before there was an estate.")
    )
    return Signal(
        context.party.key,
        both(
            f"{name} tog sitt namn den {taken.on}. {old}{called}, som gick i konkurs den {taken.old.on}, hade namnet "
            f"före. Gemensamt: {common}.",
            f"{name} took its name on {taken.on}. {old}{called_en}, which went bankrupt on {taken.old.on}, bore the "
            f"name before. In common: {common_en}.",
        ),
        unique(taken.facts),
        event_date=taken.old.on,
        unknowns=(
            both("Om namnet köptes från konkursboet.", "Whether the name was bought from the estate."),
            *(hub_set_aside(network, hub) for hub in taken.aside),
        ),
        explanation_outcomes={1: ("not_examined" if after else "contradicted", note)},
    )


@indicator("IDN-08")
def wrong_number(context: Context) -> Iterator[Signal | Unassessed]:
    """Organisationsnummer stämmer inte.

    **Method.** The number is in no register that answered; or the organisation behind it is deregistered; or the name
    that was declared is less similar than ``similarity`` to every name the registers know for it (registered,
    secondary, foreign-language, trading and former names).

    **Example.** «Numret 558000-0001 tillhör Exempelbygg AB, inte Annat Exempel AB som uppgetts.»

    **Why it matters.** The contract would be with somebody else, or with nobody.

    **Innocent explanations considered.** A typing error; a trading name (all registered names are compared); a change
    of form (supported when the register's reason for deregistration is a merger or another form).

    **Exclusions.** A missing answer is never *not found*: it gives *not assessed*.

    **Assumptions.** The check digit was examined when the case was opened; a number that fails it never gets here.
    """
    key, number = context.party.key, context.party.declared_number
    if is_foreign(context):
        yield missing(
            "Numret är inte svenskt och har inte prövats mot svenska register",
            "The number is not Swedish and was not checked against Swedish registers",
        )
        return
    names = context.facts(Predicate.NAME, history=True)
    stated = [f for f in names if f.value.get("name") and f.source not in HANDED_IN]
    if not stated:
        answers = [
            answer
            for source in (*COMPANY_REGISTERS, "scb_bulk")
            if (answer := latest_answer(context, source)) is not None
        ]
        absent = [a for a in answers if a.status is AnswerStatus.NOT_FOUND]
        if absent and not any(a.status is AnswerStatus.FOUND for a in answers):
            registers = joined([source_name(a.source) for a in absent], ", ")
            shown = f"{number[:6]}-{number[6:]}"
            yield Signal(
                key,
                both(
                    f"Organisationsnumret {shown} finns inte i: {registers.sv}.",
                    f"The organisation number {shown} is not in: {registers.en}.",
                ),
                (),
                unknowns=(both("Om numret är felskrivet.", "Whether the number was mistyped."),),
            )
            return
        yield missing(
            "Inget register har svarat vem numret tillhör",
            "No register has answered whose number it is",
            gap(context, Predicate.NAME, (*COMPANY_REGISTERS, "scb_bulk")),
        )
        return
    yield from _deregistered(context)
    declared = context.party.declared_name
    if not declared:
        yield missing(
            "Inget namn har uppgetts att jämföra med; numret finns i registret",
            "No name was declared to compare with; the number is in the register",
        )
        return
    best = max(
        stated,
        key=lambda f: (similarity(declared, str(f.value["name"]), ListedSchema.ORGANISATION), f.order),
    )
    score = similarity(declared, str(best.value["name"]), ListedSchema.ORGANISATION)
    if score < float(context.parameters["similarity"]):
        registered = context.network.name(key)
        yield Signal(
            key,
            both(
                f"Numret {number[:6]}-{number[6:]} tillhör {registered}, inte {declared} som uppgetts.",
                f"The number {number[:6]}-{number[6:]} belongs to {registered}, not to {declared} as declared.",
            ),
            unique(stated),
        )


def _deregistered(context: Context) -> Iterator[Signal]:
    facts = context.facts(Predicate.DEREGISTRATION)
    if not facts:
        return
    fact = max(facts, key=lambda f: (as_date(f.value.get("date")) or date.min, f.order))
    on = as_date(fact.value.get("date"))
    text = str(fact.value.get("text") or "")
    name = context.network.name(context.party.key)
    note = both("Registret anger fusion eller ombildning.", "The register states a merger or a change of form.")
    yield Signal(
        context.party.key,
        both(
            f"{name} är avregistrerat{f' sedan den {on}' if on else ''}{f' ({text})' if text else ''}.",
            f"{name} is deregistered{f' since {on}' if on else ''}{f' ({text})' if text else ''}.",
        ),
        (fact,),
        event_date=on,
        explanation_outcomes={2: ("supported", note)} if fact.value.get("cause") == "merger" else {},
    )
