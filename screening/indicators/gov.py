"""GOV: who runs the party."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import AnswerStatus, EntityKey, Fact, Position, Predicate, is_person
from graph.network import Network, position_of
from graph.ownership import Stakes, controlled
from graph.patterns.hubs import organisations_of
from graph.patterns.phoenix import add_months
from graph.patterns.takeover import family_names, somebody_stayed
from graph.timeline import Event, EventKind, events, known_since, registration_date
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.reading import (
    OFFICER_SOURCES,
    both,
    confirmations,
    gap,
    has_no_owners,
    is_public_body,
    latest_answer,
    listing,
    missing,
    party_name,
    span,
    unique,
)
from screening.verdict import Level, Text

_DIRECTORS = frozenset(
    {Position.BOARD_CHAIR, Position.BOARD_MEMBER, Position.CHIEF_EXECUTIVE, Position.PARTNER, Position.SIGNATORY}
)


@indicator("GOV-01")
def whole_board_replaced(context: Context) -> Iterator[Signal | Unassessed]:
    """Hela styrelsen bytt.

    **Method.** Nobody on the board before the change sits on it after, within ``lookback_months`` before the case. The
    board is chair and members (partners in a trading partnership).

    **Example.** «Hela styrelsen i Exempelbygg AB byttes mellan den 2026-10-25 och den 2026-11-22: Anna Exempel och Bo
    Exempel lämnade, Cia Prov och Dan Prov tillträdde.»

    **Why it matters.** A sign that somebody else has taken over.

    **Innocent explanations considered.** Generational shift: a former member who stays on as deputy or managing
    director, or a new member who was one before, means that the board was *not* wholly replaced (silence); a shared
    surname between leaving and entering supports the explanation. Associations elect at their annual meeting: there
    the signal is a note. Acquisition: cannot be told from the board alone.

    **Exclusions.** Public bodies. Auditors are neither board nor continuity.

    **Assumptions.** Boards are only known at the moments a register answered. When the history does not reach back over
    the whole look-back, the rest of it is stated as not assessed.
    """
    if is_public_body(context):
        return
    key = context.party.key
    name = party_name(context)
    begin = add_months(context.case_date, -int(context.parameters["lookback_months"]))
    found = False
    for event in events(context.network, key, confirmations(context)):
        if event.kind is not EventKind.BOARD or not event.complete or event.not_after < begin:
            continue
        if somebody_stayed(context.network, key, event):
            continue
        found = True
        yield _replaced(context, name, event, event.not_before is not None and event.not_before >= begin)
    if found:
        return
    since = known_since(context.network, key, Predicate.OFFICER)
    if since is None:
        yield missing(
            "Styrelsen är inte känd", "The board is not known", gap(context, Predicate.OFFICER, OFFICER_SOURCES)
        )
    elif since > begin:
        start = registration_date(context.network, key)
        if start is None or start[0] < since:
            yield missing(
                f"Styrelsens sammansättning är känd först från den {since}; byten dessförinnan kan inte ses",
                f"The board's members are known only from {since}; earlier replacements cannot be seen",
            )


def _replaced(context: Context, name: str, event: Event, inside: bool) -> Signal:
    network = context.network
    left = listing(network.name(k) for k in event.before)
    came = listing(network.name(k) for k in event.after)
    when = span(event.not_before, event.not_after)
    outcomes: dict[int, tuple[str, Text | None]] = {}
    association = has_no_owners(context)
    if association:
        outcomes[1] = (
            "supported",
            both("Parten är en förening eller stiftelse.", "The party is an association or a foundation."),
        )
    if family_names(network, event.before) & family_names(network, event.after):
        outcomes[2] = (
            "supported",
            both(
                "Avgående och tillträdande ledamöter delar efternamn.",
                "Members who left and members who entered share a surname.",
            ),
        )
    return Signal(
        context.party.key,
        both(
            f"Hela styrelsen i {name} byttes {when.sv}: {left.sv} lämnade, {came.sv} tillträdde.",
            f"The whole board of {name} was replaced {when.en}: {left.en} left, {came.en} entered.",
        ),
        event.facts,
        event_date=event.not_after,
        unknowns=()
        if inside
        else (both("Om bytet skedde inom tidsfönstret.", "Whether the replacement lies in the look-back."),),
        explanation_outcomes=outcomes,
        ceiling=Level.L1 if association else None,
    )


@indicator("GOV-03")
def many_engagements(context: Context) -> Iterator[Signal | Unassessed]:
    """Ledamot i ovanligt många bolag.

    **Method.** For each director (chair, member, managing director, partner, external signatory): the number of
    different organisations in which SSBTEN or the dossier's officer facts place the person now (``n`` or more), or
    those that were added within twelve months (``m`` or more).

    **Example.** «Kim Exempel, styrelseledamot i Exempelbygg AB, har uppdrag i 24 organisationer.»

    **Why it matters.** A sign of straw directors: nobody runs that many companies.

    **Innocent explanations considered.** Group-internal boards: companies of one majority-owned group are counted as
    one. Lawyers, registrars and property directors: the parameter ``professional_directors`` may list names that the
    municipality knows; they are left out, and that is noted. Deregistered organisations are not counted.

    **Exclusions.** Deputies and auditors of the party. Public bodies. Several clubs in a small town do not come near
    ``n``.

    **Assumptions.** Engagements have no dates: *added* means first stated after the first answer about the person.
    """
    if is_public_body(context):
        return
    network, key = context.network, context.party.key
    directors: dict[EntityKey, Fact] = {}
    for fact in network.officers(key):
        if fact.object is not None and is_person(fact.object) and position_of(fact) in _DIRECTORS:
            directors.setdefault(fact.object, fact)
    if not directors:
        reason = gap(context, Predicate.OFFICER, OFFICER_SOURCES)
        if reason is not None or not network.officers(key):
            yield missing("Företrädarna är inte kända", "The officers are not known", reason)
        return
    known = {str(name).casefold() for name in context.parameters.get("professional_directors", ())}
    unasked: list[str] = []
    for person, office in sorted(directors.items()):
        if person.casefold() in known or network.name(person).casefold() in known:
            continue
        signal = _outlier(context, person, office)
        if signal is not None:
            yield signal
        elif not _asked(context, person):
            unasked.append(network.name(person))
    if unasked:
        names = listing(sorted(unasked))
        yield missing(
            f"Uppdrag i andra organisationer är inte kända för {names.sv}",
            f"Engagements in other organisations are not known for {names.en}",
            gap(context, Predicate.ENGAGEMENT, ("ssbten",), sorted(directors)[0]) if len(directors) == 1 else None,
        )


def _asked(context: Context, person: str) -> bool:
    answer = latest_answer(context, "ssbten", person)
    return answer is not None and answer.status is not AnswerStatus.NO_ANSWER


def _outlier(context: Context, person: EntityKey, office: Fact) -> Signal | None:
    network = context.network
    engaged = {
        key: facts
        for key, facts in organisations_of(network, person).items()
        if not network.facts(key, Predicate.DEREGISTRATION)
    }
    groups = _groups(network, list(engaged))
    added = _added(context, person, engaged)
    many = len(groups) >= int(context.parameters["n"])
    fresh = len(added) >= int(context.parameters["m"])
    if not many and not fresh:
        return None
    who, role = network.name(person), str(office.value.get("role") or office.value.get("position") or "")
    name = party_name(context)
    sv = f"{who}, {role} i {name}, har uppdrag i {len(engaged)} organisationer"
    en = f"{who}, {role} of {name}, is engaged in {len(engaged)} organisations"
    if fresh:
        sv = f"{sv}, varav {len(added)} tillkommit inom tolv månader"
        en = f"{en}, of which {len(added)} were added within twelve months"
    outcomes: dict[int, tuple[str, Text | None]] = {}
    if len(groups) < len(engaged):
        outcomes[1] = (
            "not_examined",
            both(
                f"Organisationer i samma koncern räknas som en; {len(groups)} återstår.",
                f"Organisations of one group count as one; {len(groups)} remain.",
            ),
        )
    return Signal(
        person,
        both(f"{sv}.", f"{en}."),
        unique((office, *(fact for facts in engaged.values() for fact in facts))),
        unknowns=(both("Vilken roll uppdragen avser.", "Which offices the engagements are."),),
        explanation_outcomes=outcomes,
    )


def _groups(network: Network, keys: list[EntityKey]) -> set[str]:
    """One representative for each group of organisations tied by majority ownership."""
    head: dict[str, str] = {key: key for key in keys}
    stakes = Stakes.of(network)
    tops = sorted({key for key in stakes.owned if not is_person(key)})
    for top in tops:
        members = [key for key in (top, *controlled(stakes, top)) if key in head]
        if len(members) > 1:
            joint = min(head[member] for member in members)
            heads = {head[member] for member in members}
            head = {key: joint if value in heads else value for key, value in head.items()}
    return set(head.values())


def _added(context: Context, person: str, engaged: dict[EntityKey, tuple[Fact, ...]]) -> list[EntityKey]:
    facts = context.network.links(person, Predicate.ENGAGEMENT, history=True)
    first = min((fact.observed_at for fact in facts), default=None)
    if first is None:
        return []
    begin = add_months(context.as_of.date(), -12)
    earlier = {fact.object for fact in facts if fact.observed_at == first}
    return [
        key
        for key, stated in engaged.items()
        if key not in earlier
        and any(f.predicate is Predicate.ENGAGEMENT and f.observed_at.date() >= begin for f in stated)
    ]
