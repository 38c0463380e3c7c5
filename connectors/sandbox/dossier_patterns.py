"""Instances of every pattern that a dossier can show, and near misses of each, for measuring recall and precision.

Each instance has parameters of its own, drawn here and not read from the rules: windows and counts from just inside to
well inside what the catalogue says, which links and which changes there are, and how many. A near miss lacks one thing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from connectors.sandbox.builder import Builder
from connectors.sandbox.case_files import declaration, entity, holding, human
from connectors.sandbox.instances import Planting
from connectors.sandbox.model import Name, Officer, Organisation, Person, Proceeding

TRADES = ("81210", "41000", "49410", "43341", "43210", "62201", "70200", "18122")
DORMANT: dict[str, Any] = {"f_tax": False, "vat": False, "employer": False}
LISTED_LONG_AGO = 1200
"""Days since the stakes in the ownership files were acquired."""


def plant_patterns(planting: Planting, each: int) -> None:
    """``each`` instances of every pattern, and as many near misses of it."""
    for turn in range(each):
        for pattern in PATTERNS:
            pattern(planting, turn)


def owned_by(b: Builder, owned: Organisation, stakes: list[tuple[Organisation | Person, Organisation, float]]) -> None:
    """An ownership file of ``owned``: stakes as (owner, owned, per cent)."""
    records: dict[str, dict[str, Any]] = {}

    def record(who: Organisation | Person) -> str:
        name = f"ent-{who.number}" if isinstance(who, Organisation) else f"per-{who.number[:8]}-{who.family}"
        if name not in records:
            records[name] = (
                entity(name, who.name, "SE", who.number)
                if isinstance(who, Organisation)
                else human(name, who.name, who.birth_date, "SE")
            )
        return name

    since = b.days_ago(LISTED_LONG_AGO)
    holdings = [
        holding(record(owner), record(company), share, beneficial=isinstance(owner, Person), since=since)
        for owner, company, share in stakes
    ]
    subject = record(owned)
    statements = declaration(subject, [*records.values(), *holdings], b.as_of, owned.name)
    b.ownership[f"{owned.number}.json"] = statements


def _sole(b: Builder, person: Person) -> tuple[Officer, ...]:
    return b.board(person, audited=False)


def _renamed(b: Builder, company: Organisation, name: str) -> Organisation:
    return replace(company, names=(Name(name, b.days_ago(b.random.randint(1, 26))),))


def _other_trade(b: Builder, company: Organisation) -> Organisation:
    code = b.random.choice([trade for trade in TRADES if trade[:3] != company.sni[0][:3]])
    return replace(company, sni=(code,))


def _moved(b: Builder, company: Organisation) -> Organisation:
    place = b.address()
    return replace(company, postal=place, visiting=place)


# --- companies taken over


def company_with_history(planting: Planting, turn: int) -> None:
    """IDN-03: three years or older, no longer active, a new board and one to three other changes."""
    b = planting.builder
    years = (3.2, 4, 6, 11, 17, 29)[turn % 6]
    before = b.company(f"Kråkbärets{turn} Åkeri AB", TRADES[turn % 8], years=years, activity="9", **DORMANT)
    faces: list[Callable[[Organisation], Organisation]] = [
        lambda c: _renamed(b, c, f"Granitens{turn} Entreprenad AB"),
        lambda c: _moved(b, c),
        lambda c: _other_trade(b, c),
    ]
    now = replace(before, officers=b.board(b.person(), *([b.person()] if turn % 2 else [])))
    for face in b.random.sample(faces, 1 + turn % 3):
        now = face(now)
    if turn % 4:
        now = replace(now, activity="1", f_tax=True, vat=True, employer=turn % 2 == 0)
    planting.found("historikbolag", "IDN-03", b.add(now, before))

    fault = turn % 4
    old_board = (b.person(), b.person())
    before = b.company(
        f"Odonets{turn} Handel AB", TRADES[turn % 8], years=2 if fault == 0 else years, officers=b.board(*old_board),
        **({"activity": "1"} if fault == 1 else {"activity": "9", **DORMANT}),
    )  # fmt: skip
    stays = old_board[0] if fault == 2 else None
    now = replace(before, officers=b.board(b.person(), deputy=stays))
    if fault != 3:
        now = _moved(b, _renamed(b, now, f"Skiffers{turn} Projekt AB"))
    why = ("bara två år gammalt", "i drift", "en ledamot blir suppleant", "bara styrelsen bytt")[fault]
    planting.near("historikbolag", "IDN-03", b.add(now, before), note=why)


def shelf_company(planting: Planting, turn: int) -> None:
    """IDN-02: never active, registered six months or more ago, a new board and a new name."""
    b = planting.builder
    days = (215, 240, 300, 420, 700, 1000)[turn % 6]
    before = b.company(f"Lagerhyllan{turn} Nr {100 + turn} AB", "70200", days=days, activity="0", **DORMANT)
    now = _renamed(b, replace(before, officers=_sole(b, b.person())), f"Vindflöjelns{turn} Bygg AB")
    planting.found("lagerbolag", "IDN-02", b.add(now, before))

    fault = turn % 3
    board = (b.person(), b.person())
    idle: dict[str, Any] = {"activity": "1"} if fault == 2 else {"activity": "0", **DORMANT}
    before = b.company(
        f"Hyllvärmaren{turn} AB", "70200", days=130 if fault == 0 else days, officers=b.board(*board), **idle
    )
    now = _renamed(b, before, f"Tornurets{turn} Bygg AB")
    now = replace(now, officers=b.board(board[0] if fault == 1 else b.person(), b.person()))
    why = ("bara fyra månader gammalt", "en ledamot kvar", "redan i drift")[fault]
    planting.near("lagerbolag", "IDN-02", b.add(now, before), note=why)


def three_changes(planting: Planting, turn: int) -> None:
    """IDN-04: somebody on the board, the trade and the address, all within four weeks."""
    b = planting.builder
    steady = b.person()
    before = b.company(f"Pinnmons{turn} Konsult AB", TRADES[turn % 8], officers=b.board(steady, b.person()))
    now = _moved(b, _other_trade(b, replace(before, officers=b.board(steady, b.person()))))
    planting.found("tre ändringar på fyra veckor", "IDN-04", b.add(now, before))

    before = b.company(f"Ripans{turn} Konsult AB", TRADES[turn % 8], officers=b.board(steady, b.person()))
    changes: list[Callable[[Organisation], Organisation]] = [
        lambda c: replace(c, officers=b.board(steady, b.person())),
        lambda c: _other_trade(b, c),
        lambda c: _moved(b, c),
    ]
    now = before
    for place, change in enumerate(changes):
        now = now if place == turn % 3 else change(now)
    planting.near("tre ändringar på fyra veckor", "IDN-04", b.add(now, before), note="bara två av tre")


def whole_board(planting: Planting, turn: int) -> None:
    """GOV-01: nobody of the old board is left."""
    b = planting.builder
    old = [b.person() for _ in range(1 + turn % 4)]
    before = b.company(f"Sälgens{turn} Omsorg AB", TRADES[turn % 8], officers=b.board(*old))
    now = replace(before, officers=b.board(*(b.person() for _ in range(1 + turn % 3))))
    planting.found("hela styrelsen bytt", "GOV-01", b.add(now, before))

    old = [b.person(), b.person()]
    before = b.company(f"Aspens{turn} Omsorg AB", TRADES[turn % 8], officers=b.board(*old))
    members = (b.person(), b.person()) if turn % 2 else (b.person(), old[0])
    later = replace(before, officers=b.board(*members, deputy=old[1] if turn % 2 else None))
    why = "en stannar, som suppleant" if turn % 2 else "en stannar"
    planting.near("hela styrelsen bytt", "GOV-01", b.add(later, before), note=why)


# --- ties to other companies


def phoenix(planting: Planting, turn: int) -> None:
    """NET-01: registered up to a year before or half a year after a bankruptcy, same trade, two kinds of link."""
    b = planting.builder
    kinds = list(itertools.combinations(("controller", "address", "phone", "name"), 2 + turn % 2))
    ago = b.random.randint(240, 900)
    offset = (-358, -200, -30, 5, 90, 176)[turn % 6]
    new, old = _risen(b, turn, ago, offset, kinds[turn % len(kinds)], "Järpens")
    planting.found("fenix", "NET-01", new, others=(old,))

    all_but_person = ("address", "phone", "name")
    why, (new, old) = (
        lambda: ("en enda länk", _risen(b, turn, ago, 30, all_but_person[turn // 4 % 3 :][:1], "Ormvråkens")),
        lambda: ("annan bransch", _risen(b, turn, ago, 30, all_but_person, "Ormvråkens", sni="56110")),
        lambda: (
            "utanför tidsfönstret",
            _risen(b, turn, ago, -430 if turn % 8 < 4 else 230, all_but_person, "Ormvråkens"),
        ),
        lambda: ("konkursen upphävd", _risen(b, turn, ago, 30, all_but_person, "Ormvråkens", annulled=True)),
    )[turn % 4]()
    planting.near("fenix", "NET-01", new, others=(old,), note=why)


def _risen(
    b: Builder, turn: int, ago: int, offset: int, links: tuple[str, ...], word: str, *, sni: str | None = None,
    annulled: bool = False,
) -> tuple[Organisation, Organisation]:  # fmt: skip
    """A company registered ``offset`` days after another's bankruptcy, and that other one."""
    trade, person = TRADES[turn % 8], b.person()
    old = b.company(f"{word}{turn} Golvläggning AB", trade, years=8, officers=b.board(person, b.person()))
    code, ended = ("KKUHAVD", True) if annulled else ("KK", False)
    idle = {} if annulled else {"activity": "9", **DORMANT}
    old = b.add(replace(old, proceedings=(Proceeding(code, b.days_ago(ago), ended),), **idle))
    new = b.company(
        f"{word}{turn} Golvläggarna AB" if "name" in links else f"Slipstenens{turn} {word} Invest AB",
        sni or trade, days=ago - offset,
        address=old.postal if "address" in links else None,
        officers=b.board(person if "controller" in links else b.person(), audited=False),
    )  # fmt: skip
    return b.add(replace(new, phone=old.phone) if "phone" in links else new), old


def circle(planting: Planting, turn: int) -> None:
    """OWN-06: two to six companies that own each other, the smallest stake from five per cent."""
    b = planting.builder
    for word, least in (("Kvarnhjulets", (5, 6, 10, 26, 51, 80)[turn % 6]), ("Trissans", 4.5)):
        size = 2 + turn % 5
        ring = [b.add(b.company(f"{word}{turn}x{place} AB", TRADES[turn % 8], years=6)) for place in range(size)]
        stakes: list[tuple[Organisation | Person, Organisation, float]] = [
            (owner, owned, least if place == 0 else max(least, 12))
            for place, (owner, owned) in enumerate(zip(ring, (*ring[1:], ring[0]), strict=True))
        ]
        stakes.append((b.person(), ring[0], 20))
        party = ring[turn % size]
        if turn % 3 == 2:  # not in the circle, but owned through it
            party = b.add(b.company(f"{word}{turn} Dotter AB", TRADES[turn % 8], years=5))
            stakes.append((ring[0], party, 60))
        owned_by(b, party, stakes)
        if least == 4.5:
            planting.near("cirkelägande", "OWN-06", party, others=tuple(ring), note="en länk under fem procent")
        else:
            planting.found("cirkelägande", "OWN-06", party, others=tuple(ring))


def long_chain(planting: Planting, turn: int) -> None:
    """OWN-05: more than four companies between the party and a natural person."""
    b = planting.builder
    for word, between in (("Kedjebrevets", 5 + turn % 4), ("Länkens", 1 + turn % 4)):
        chain = [
            b.add(b.company(f"{word}{turn}x{place} AB", "64212", years=7, employer=False))
            for place in range(between + 1)
        ]
        stakes: list[tuple[Organisation | Person, Organisation, float]] = [
            (owner, owned, (100, 91, 60)[turn % 3]) for owned, owner in itertools.pairwise(chain)
        ]
        stakes.append((b.person(), chain[-1], 100))
        owned_by(b, chain[0], stakes)
        if between > 4:
            planting.found("lång ägarkedja", "OWN-05", chain[0])
        else:
            planting.near("lång ägarkedja", "OWN-05", chain[0], note="högst fyra bolag emellan")


def linked_bidders(planting: Planting, turn: int) -> None:
    """BID-01: a director, an owner of a quarter or more, or one bidder owning the other."""
    b = planting.builder

    def bidders(word: str, first: tuple[Officer, ...] | None = None, second: tuple[Officer, ...] | None = None) -> Any:
        return (
            b.add(b.company(f"{word}{turn} Städ AB", "81210", officers=first)),
            b.add(b.company(f"{b.random.choice(('Norr', 'Väster', 'Öster'))}ljus{turn}{word} AB", "81210",
                            officers=second)),
        )  # fmt: skip

    common = b.person()
    kind = turn % 3
    if kind == 0:
        pair = bidders("Rönnens", b.board(b.person(), common), b.board(common, b.person()))
    else:
        pair = bidders("Rönnens")
        owner: Organisation | Person = common if kind == 1 else pair[0]
        share = (25, 34, 60, 100)[turn % 4]
        if kind == 1:
            owned_by(b, pair[0], [(common, pair[0], max(share, 30))])
        owned_by(b, pair[1], [(owner, pair[1], share)])
    planting.found("anbudsgivare med gemensam kontroll", "BID-01", *pair)

    fault = turn % 4
    if fault == 0:
        pair = bidders("Häggens")
        for company in pair:
            owned_by(b, company, [(common, company, 24), (b.person(), company, 76)])
    elif fault == 1:
        pair = bidders("Häggens", b.board(b.person(), deputy=common), b.board(b.person(), deputy=common))
    elif fault == 2:
        pair = bidders("Häggens", b.board(b.person(), audited=True), b.board(b.person(), audited=True))
    else:
        pair = bidders("Häggens", b.board(common), b.board(common))
    why = ("ägaren har 24 procent i båda", "gemensam suppleant", "gemensam revisor", "olika delar")[fault]
    lots = ("1", "2") if fault == 3 else ()
    planting.near("anbudsgivare med gemensam kontroll", "BID-01", *pair, note=why, lots=lots)


def shared_contacts(planting: Planting, turn: int) -> None:
    """BID-02: two of telephone number, e-mail domain and address."""
    b = planting.builder
    first = b.add(b.company(f"Klövervallens{turn} Städ AB", "81210"))
    second = b.company(f"Timotejens{turn} Städ AB", "81210")
    shared = (("phone", "email"), ("phone", "postal"), ("email", "postal"), ("phone", "email", "postal"))[turn % 4]
    second = b.add(_sharing(first, second, shared))
    planting.found("anbudsgivare med gemensamma kontaktuppgifter", "BID-02", first, second)

    first = b.company(f"Havrens{turn} Städ AB", "81210")
    second = b.company(f"Kornets{turn} Städ AB", "81210")
    if turn % 4 == 3:
        first, second = replace(first, email="havren@gmail.com"), replace(second, email="kornet@gmail.com")
        second = _sharing(first, second, ("phone",))
    else:
        second = _sharing(first, second, (("phone",), ("email",), ("postal",))[turn % 4])
    why = "en enda gemensam uppgift" if turn % 4 < 3 else "telefon, men bara en allmän e-postdomän"
    planting.near("anbudsgivare med gemensamma kontaktuppgifter", "BID-02", b.add(first), b.add(second), note=why)


def _sharing(first: Organisation, second: Organisation, what: tuple[str, ...]) -> Organisation:
    changes: dict[str, Any] = {kind: getattr(first, kind) for kind in what}
    if "email" in changes:
        changes["email"] = f"anbud@{first.email.partition('@')[2]}"
    if "postal" in changes:
        changes["visiting"] = first.visiting
    return replace(second, **changes)


# --- people


def many_engagements(planting: Planting, turn: int) -> None:
    """GOV-03: twenty engagements or more; companies of one group count as one."""
    if turn % 4:
        return  # each takes dozens of organisations
    b = planting.builder
    planting.found("ledamot med många uppdrag", "GOV-03", _busy(b, turn, (20, 22, 27)[turn // 4 % 3], "Myrans"))
    planting.near("ledamot med många uppdrag", "GOV-03", _busy(b, turn, 19, "Humlans"), note="nitton uppdrag")


def _busy(b: Builder, turn: int, posts: int, word: str, **more: Any) -> Organisation:
    """A company whose director sits on ``posts`` boards in all."""
    person = b.person()
    for place in range(posts - 1):
        b.add(b.company(f"{word}{turn}x{place} AB", "68203", officers=_sole(b, person)))
    return b.add(b.company(f"{word}{turn} Elteknik AB", "43210", officers=_sole(b, person), **more))


def stands_for_another(planting: Planting, turn: int) -> None:
    """GOV-05: three of five marks; two are a near miss."""
    b = planting.builder
    for marks, found in (
        ((("first", "sole", "address"), ("sole", "address", "at_once"), ("many", "sole", "address"))[turn % 3], True),
        ((("first", "sole"), ("sole", "address"), ("first", "address"), ("address", "at_once"))[turn % 4], False),
    ):
        if "many" in marks and turn % 4:
            continue
        party = _front(b, turn, marks, "Fyrtornets" if found else "Bojens")
        if found:
            planting.found("målvaktsmönster", "GOV-05", party, note=" + ".join(marks))
        else:
            planting.near("målvaktsmönster", "GOV-05", party, note="bara " + " + ".join(marks))


def _front(b: Builder, turn: int, marks: tuple[str, ...], word: str) -> Organisation:
    trade = TRADES[turn % 8]
    new: dict[str, Any] = {"days": b.random.randint(40, 330)} if "first" in marks else {"years": 5}
    if "many" in marks:
        party = _busy(b, turn, 21, word, **new)
    else:
        person = b.person()
        party = b.add(b.company(f"{word}{turn} Service AB", trade, officers=_sole(b, person), **new))
        if "at_once" in marks:
            for place in range(3 + turn % 2):
                before = b.company(f"{word}{turn}x{place} Drift AB", TRADES[place], officers=_sole(b, b.person()))
                b.add(replace(before, officers=_sole(b, person)), before)
        elif "first" not in marks:  # has another post, so that this is no first one
            b.add(b.company(f"{word}{turn} Annat AB", trade, officers=_sole(b, person)))
    director = party.officers[0].person
    assert director is not None
    owner = b.person() if "sole" in marks else director
    owned_by(b, party, [(owner, party, 100)])
    if "address" in marks:
        there = b.address()
        boxed, care_of = replace(there, street=f"Box {900 + turn}"), replace(there, care_of="Granby Kontorsvärd")
        postal = boxed if turn % 2 else care_of
        party = replace(party, postal=postal, visiting=None)
        b.current[party.number] = party
        if party.number in b.baseline:
            b.baseline[party.number] = party
    return party


# --- places


def hub(planting: Planting, turn: int) -> None:
    """ADR-02: thirty active companies or more at one address, and many of them new or many bankrupt."""
    if turn % 6:
        return  # each takes dozens of organisations
    b = planting.builder
    for word, new, bankrupt in (("Spolarens", 16 if turn % 12 else 3, 2 if turn % 12 else 7), ("Tågvirkets", 12, 4)):
        place = b.address()
        guests = [
            b.add(b.company(f"{word}{turn}x{guest} AB", "46900", address=place,
                            days=60 + 18 * guest if guest < new else 500 + 30 * guest))
            for guest in range(33)
        ]  # fmt: skip
        for lost in range(bankrupt):
            b.add(_struck(b, b.company(f"{word}{turn}y{lost} AB", "46900", years=6, address=place), 100 + 90 * lost))
        if word == "Spolarens":
            planting.found("adressnav", "ADR-02", guests[-1])
        else:
            planting.near("adressnav", "ADR-02", guests[-1], note="många bolag, men få nya och få konkurser")


def _struck(b: Builder, company: Organisation, ago: int) -> Organisation:
    gone: date = b.days_ago(ago)
    return replace(
        company, deregistered=gone, deregistration_reason="KKAV", activity="9", officers=(), in_scb=False, **DORMANT
    )


PATTERNS: tuple[Callable[[Planting, int], None], ...] = (
    company_with_history,
    shelf_company,
    three_changes,
    whole_board,
    phoenix,
    circle,
    long_chain,
    linked_bidders,
    shared_contacts,
    many_engagements,
    stands_for_another,
    hub,
)
