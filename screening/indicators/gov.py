"""GOV: who runs the party."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from graph.model import AnswerStatus, EntityKey, Fact, Position, Predicate, is_person, organisation_number_of
from graph.network import position_of
from graph.ownership import Stakes
from graph.patterns.front_person import (
    NOT_KNOWN,
    NOT_MET,
    Criterion,
    directors,
    first_post,
    many_at_once,
    sole_director_without_stake,
)
from graph.patterns.groups import one_a_group
from graph.patterns.hubs import organisations_of
from graph.patterns.officer_exit import Exit, exits_before
from graph.patterns.phoenix import add_months
from graph.patterns.repeated_changes import only_added, repeated
from graph.patterns.takeover import family_names, somebody_stayed
from graph.timeline import Event, EventKind, as_date, events, known_since, registration_date
from screening.case import CaseKind
from screening.indicators.adr import address_hub, box_address
from screening.indicators.base import Context, Signal, Unassessed, indicator
from screening.indicators.composite import as_criterion
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


@indicator("GOV-02")
def board_keeps_changing(context: Context) -> Iterator[Signal | Unassessed]:
    """Täta styrelsebyten.

    **Method.** The board's members changed at least ``n`` times within ``window_months`` before the case. Each change
    is one between two answers: who left and who came on the same occasion counts once.

    **Example.** «Styrelsen i Exempelbygg AB har ändrats 3 gånger sedan den 2024-11-22: mellan den 2025-03-01 och den
    2025-06-01, …»

    **Why it matters.** Listed in Ekobrottsmyndigheten's checklist: nobody stays long enough to answer for anything.

    **Innocent explanations considered.** A growing start-up that takes in investors: supported when nobody left.
    An association's yearly election: supported for associations and foundations, and then a note.

    **Exclusions.** Public bodies. Deputies and auditors are not the board.

    **Assumptions.** Boards are only known at the moments a register answered: two changes between two answers show as
    one. When the history does not reach back over the window, or the changes may lie before it, that is said.
    """
    if is_public_body(context):
        return
    key, name = context.party.key, party_name(context)
    begin = add_months(context.case_date, -int(context.parameters["window_months"]))
    least = int(context.parameters["n"])
    history = events(context.network, key, confirmations(context))
    changes = repeated(history, [EventKind.BOARD], begin, context.case_date)
    if len(changes.certain) >= least:
        association = has_no_owners(context)
        outcomes: dict[int, tuple[str, Text | None]] = {}
        if only_added(changes.certain):
            outcomes[0] = ("supported", both("Ingen har lämnat styrelsen.", "Nobody left the board."))
        if association:
            note = both("Parten är en förening eller stiftelse.", "The party is an association or a foundation.")
            outcomes[1] = ("supported", note)
        when = [span(event.not_before, event.not_after) for event in changes.certain]
        yield Signal(
            key,
            both(
                f"Styrelsen i {name} har ändrats {len(when)} gånger sedan den {begin}: "
                f"{listing(each.sv for each in when).sv}.",
                f"The board of {name} changed {len(when)} times since {begin}: {listing(each.en for each in when).en}.",
            ),
            unique(fact for event in changes.certain for fact in event.facts),
            event_date=changes.certain[-1].not_after,
            explanation_outcomes=outcomes,
            ceiling=Level.L1 if association else None,
        )
        return
    since = known_since(context.network, key, Predicate.OFFICER)
    if since is None:
        yield missing(
            "Styrelsen är inte känd", "The board is not known", gap(context, Predicate.OFFICER, OFFICER_SOURCES)
        )
    elif len(changes.certain) + len(changes.possible) >= least:
        yield missing(
            "Styrelsen har ändrats flera gånger, men det är inte känt om alla ändringar skett inom tidsfönstret",
            "The board changed several times, but whether all changes lie in the window is not known",
        )
    elif since > begin:
        start = registration_date(context.network, key)
        if start is None or start[0] < since:
            yield missing(
                f"Styrelsens sammansättning är känd först från den {since}; byten dessförinnan kan inte ses",
                f"The board's members are known only from {since}; earlier replacements cannot be seen",
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
    groups = one_a_group(network, engaged)
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


@indicator("GOV-05")
def stands_for_another(context: Context) -> Iterator[Signal | Unassessed]:
    """Målvaktsmönster: tecken på att någon annan styr.

    **Method.** At least ``k`` of five: (1) a director came within ``first_months`` and holds no other post; (2) a
    director has ``posts`` posts or ``posts_added`` new ones (GOV-03); (3) the whole board is one person who is none of
    the stated owners; (4) only a box or c/o address (ADR-01), or an address hub (ADR-02); (5) a director entered
    ``at_once`` unrelated organisations between two answers.

    **Example.** «Tre av fem kännetecken stämmer på Exempelbygg AB: Kim Exempel har sin första post sedan kort tid, Kim
    Exempel är ensam i styrelsen och finns inte bland de uppgivna ägarna, och bara en box- eller c/o-adress är känd.»

    **Why it matters.** Nobody may be appointed to a board who is not meant to take part (ABL 8:12). Police and
    Ekobrottsmyndigheten describe the pattern.

    **Innocent explanations considered.** A young entrepreneur owns the company, so (3) is not met. A foreign parent
    with a local director: supported when a stated owner is a foreign organisation. Retired owner and family company
    cannot be told from the registers.

    **Exclusions.** Public bodies. Age, income, nationality, faith, health, sheltered address and area are never looked
    at. Companies of one group count as one. A person whose name is like an owner's is taken to be that owner.

    **Assumptions.** That the management emigrated and that somebody without a post negotiates are stated by no source
    here and are not counted. When what is not known could make ``k``, the indicator is *not assessed*.
    """
    if is_public_body(context):
        return
    network, key, parameters = context.network, context.party.key, context.parameters
    if not directors(network, key):
        yield missing(
            "Företrädarna är inte kända",
            "The officers are not known",
            gap(context, Predicate.OFFICER, OFFICER_SOURCES),
        )
        return
    history = events(network, key, confirmations(context))
    criteria = {
        "first": first_post(
            network, key, history, context.case_date, int(parameters["first_months"]), lambda p: _asked(context, p)
        ),
        "many": as_criterion(
            context, many_engagements, n=parameters["posts"], m=parameters["posts_added"]
        ),
        "sole": sole_director_without_stake(network, key),
        "address": _nowhere(context),
        "at_once": many_at_once(
            network, key, context.as_of.date(), int(parameters["at_once"]), lambda keys: len(one_a_group(network, keys))
        ),
    }  # fmt: skip
    met = {code: each for code, each in criteria.items() if each.met}
    unknown = [code for code, each in criteria.items() if each.met is None]
    least = int(parameters["k"])
    if len(met) >= least:
        yield _stands_for_another(context, met, unknown)
    elif len(met) + len(unknown) >= least:
        names = listing(_UNKNOWN[code].sv for code in unknown).sv, listing(_UNKNOWN[code].en for code in unknown).en
        yield missing(
            f"Om någon annan styr kan inte bedömas: det är inte känt {names[0]}",
            f"Whether somebody else is in charge cannot be assessed: it is not known {names[1]}",
        )


def _nowhere(context: Context) -> Criterion:
    parameters = context.parameters
    hub = {"n": parameters["hub"], "p_pct": parameters["hub_bankrupt_pct"], "m": parameters["hub_registered"]}
    boxed, crowded = as_criterion(context, box_address), as_criterion(context, address_hub, **hub)
    if boxed.met or crowded.met:
        return boxed if boxed.met else crowded
    return NOT_KNOWN if boxed.met is None else crowded


_UNKNOWN = {
    "first": Text("om någon i ledningen har sin första post", "whether somebody in charge holds a first post"),
    "many": Text("hur många uppdrag företrädarna har", "how many posts the officers hold"),
    "sole": Text("om styrelsen äger något i bolaget", "whether the board owns any of the company"),
    "address": Text("vilka som finns på adressen", "who else stands at the address"),
    "at_once": Text(
        "om företrädarna tillträtt flera uppdrag samtidigt", "whether the officers took many posts at once"
    ),
}


def _stands_for_another(context: Context, met: dict[str, Criterion], unknown: list[str]) -> Signal:
    network, name = context.network, party_name(context)
    said: list[Text] = []
    for code, criterion in met.items():
        who = network.name(criterion.person) if criterion.person else ""
        said.append(
            {
                "first": both(f"{who} har sin första post sedan kort tid", f"{who} recently took a first post"),
                "many": both(f"{who} har ovanligt många uppdrag", f"{who} holds unusually many posts"),
                "sole": both(
                    f"{who} är ensam i styrelsen och finns inte bland de uppgivna ägarna",
                    f"{who} is the whole board and none of the stated owners",
                ),
                "address": both(
                    "bara en box- eller c/o-adress eller ett adressnav är känt",
                    "only a box or c/o address or an address hub is known",
                ),
                "at_once": both(
                    f"{who} har tillträtt flera uppdrag samtidigt", f"{who} took several posts at the same time"
                ),
            }[code]
        )
    numbers = {3: Text("Tre", "Three"), 4: Text("Fyra", "Four"), 5: Text("Alla fem", "All five")}
    count = numbers.get(len(met), Text(str(len(met)), str(len(met))))
    of = Text("", "") if len(met) == 5 else Text(" av fem", " of five")
    outcomes: dict[int, tuple[str, Text | None]] = {}
    abroad = sorted(
        owner
        for owner in Stakes.of(network).ancestors(context.party.key)
        if not is_person(owner) and organisation_number_of(owner) is None
    )
    if abroad:
        note = both(
            f"En uppgiven ägare är utländsk: {network.name(abroad[0])}.",
            f"A stated owner is foreign: {network.name(abroad[0])}.",
        )
        outcomes[_FOREIGN_PARENT] = ("supported", note)
    return Signal(
        context.party.key,
        both(
            f"{count.sv}{of.sv} kännetecken stämmer på {name}: {listing(text.sv for text in said).sv}.",
            f"{count.en}{of.en} marks fit {name}: {listing(text.en for text in said).en}.",
        ),
        unique(fact for criterion in met.values() for fact in criterion.facts),
        unknowns=tuple(
            both(f"{_UNKNOWN[code].sv.capitalize()}.", f"{_UNKNOWN[code].en.capitalize()}.") for code in unknown
        ),
        explanation_outcomes=outcomes,
    )


_FOREIGN_PARENT = 2
"""Place of *foreign parent with a local director* in the catalogue's innocent explanations."""


@indicator("GOV-07")
def left_before_the_fall(context: Context) -> Iterator[Signal | Unassessed]:
    """Företrädare lämnade strax före konkurs eller tilldelning.

    **Method.** In the ``d`` days before the party's bankruptcy, or before a procurement case's date (which stands for
    the award), somebody left the board and was replaced by a person with a mark of GOV-05: a first post just taken,
    ``posts`` posts or more, or ``at_once`` unrelated ones at the same time.

    **Example.** «Kim Exempel lämnade styrelsen i Exempelbygg AB mellan den 2026-10-25 och den 2026-11-22, inom 90 dagar
    före konkursen den 2026-11-22. Bo Prov tillträdde och har sin första post sedan kort tid.»

    **Why it matters.** The company may have been handed over to somebody who only stands for it.

    **Innocent explanations considered.** A sale of the company and illness cannot be told from the registers: ask. A
    change of generation is supported by a shared surname between who left and who entered; it is then a note.
    Whoever leaves without being replaced, or is replaced by somebody experienced, raises nothing.

    **Exclusions.** Public bodies, associations and foundations. Deputies and auditors are not the board.

    **Assumptions.** When the change may lie outside the days, or the successor's posts are not known, the indicator is
    *not assessed*. The day of an award is stated by no source; a running contract is not assessed for it.
    """
    if has_no_owners(context):
        return
    key, network = context.party.key, context.network
    happened = list(_falls(context))
    if not happened:
        return
    days = int(context.parameters["d"])
    history = events(network, key, confirmations(context))
    doubtful = unassessed = False
    for on, what, facts in happened:
        for exit_ in exits_before(history, on, days):
            profile = _profile(context, exit_, on)
            if profile.met is None:
                unassessed = True
            elif profile.met and not exit_.certain:
                doubtful = True
            elif profile.met:
                yield _left(context, exit_, profile, what, facts, days)
                return
    if unassessed:
        yield missing(
            "Någon lämnade styrelsen strax före konkurs eller ärende, men efterträdarens uppdrag är inte kända",
            "Somebody left the board shortly before bankruptcy or case, but the successor's posts are not known",
        )
        return
    if doubtful:
        yield missing(
            "Någon lämnade styrelsen, men det är inte känt om det var strax före konkurs eller ärende",
            "Somebody left the board, but whether it was shortly before bankruptcy or case is not known",
        )
        return
    since = known_since(network, key, Predicate.OFFICER)
    start = registration_date(network, key)
    if since is None:
        yield missing(
            "Styrelsen är inte känd", "The board is not known", gap(context, Predicate.OFFICER, OFFICER_SOURCES)
        )
    elif any(since > on - timedelta(days=days) for on, _, _ in happened) and (start is None or start[0] < since):
        yield missing(
            f"Styrelsens sammansättning är känd först från den {since}; byten dessförinnan kan inte ses",
            f"The board's members are known only from {since}; earlier replacements cannot be seen",
        )


def _falls(context: Context) -> Iterator[tuple[date, Text, tuple[Fact, ...]]]:
    """The bankruptcies of the party, and the case's date where it stands for an award."""
    for fact in context.facts(Predicate.PROCEEDING):
        on = as_date(fact.value.get("date"))
        if fact.value.get("kind") == "bankruptcy" and fact.value.get("state") != "annulled" and on is not None:
            yield on, both(f"konkursen den {on}", f"the bankruptcy on {on}"), (fact,)
    if context.case.kind in (CaseKind.PROCUREMENT, CaseKind.DIRECT_PROCUREMENT):
        day = context.case_date
        yield day, both(f"ärendet den {day}", f"the case of {day}"), ()


def _profile(context: Context, exit_: Exit, on: date) -> Criterion:
    """Whether one of those who came bears a mark of GOV-05 that is about the person."""
    network, key, parameters = context.network, context.party.key, context.parameters
    came = [person for person in exit_.came if is_person(person)]
    found = [
        first_post(network, key, [exit_.board], on, int(parameters["first_months"]), lambda p: _asked(context, p)),
        many_at_once(
            network, key, context.as_of.date(), int(parameters["at_once"]), lambda keys: len(one_a_group(network, keys))
        ),
    ]
    for person in came:
        if len(one_a_group(network, organisations_of(network, person))) >= int(parameters["posts"]):
            return Criterion(True, EntityKey(person), exit_.board.facts)
    met = [each for each in found if each.met and each.person in came]
    if met:
        return met[0]
    return NOT_MET if all(_asked(context, person) for person in came) else NOT_KNOWN


_HANDED_OVER = 0
"""Place of *the company was sold* in the catalogue's innocent explanations of GOV-07."""


def _left(context: Context, exit_: Exit, profile: Criterion, what: Text, facts: tuple[Fact, ...], days: int) -> Signal:
    network, name = context.network, party_name(context)
    left = listing(network.name(person) for person in exit_.left)
    when = span(exit_.board.not_before, exit_.board.not_after)
    successor = network.name(str(profile.person))
    mark = (
        both("har sin första post sedan kort tid", "recently took a first post")
        if len(organisations_of(network, str(profile.person))) <= 1
        else both("har ovanligt många eller många nya uppdrag", "holds unusually many posts, or many new ones")
    )
    # A parent hands over to a child: a name is no proof, so it is said, and weighs as a note.
    family = bool(family_names(network, [str(profile.person)]) & family_names(network, exit_.left))
    shared = both(
        "Den som lämnade och den som tillträdde delar efternamn, vilket talar för en överlåtelse inom familjen.",
        "Who left and who entered share a surname, which speaks for a transfer within the family.",
    )
    return Signal(
        context.party.key,
        both(
            f"{left.sv} lämnade styrelsen i {name} {when.sv}, inom {days} dagar före {what.sv}. "
            f"{successor} tillträdde och {mark.sv}.",
            f"{left.en} left the board of {name} {when.en}, within {days} days before {what.en}. "
            f"{successor} entered and {mark.en}.",
        ),
        unique((*exit_.board.facts, *profile.facts, *facts)),
        event_date=exit_.board.not_after,
        unknowns=(both("Varför företrädaren lämnade.", "Why the director left."),),
        explanation_outcomes={_HANDED_OVER: ("supported", shared)} if family else {},
        ceiling=Level.L1 if family else None,
    )
