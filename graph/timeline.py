"""What changed in an organisation, and between which two dates: board, owners, name, address, seat, industry.

Few sources date a change. Most only state how things are, so that a change shows as two successive answers that
differ: it happened after the last answer that still stated the old, and no later than the first that stated the new.
An ``Event`` therefore has ``not_before`` and ``not_after``. Other evidence dates better: the register mirror's
``CHANGE`` facts (between two weekly files) and a name's own registration date (one day).

Invariants: the first answer is never a change; a block that a source left out once is no change; a changed *spelling*
(capitals, blanks) is no change; an industry code that only moved from SNI 2007 to SNI 2025 is no change, since the two
versions are never compared with each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from graph.addresses import address_key
from graph.model import Fact, Position, Predicate
from graph.network import Network, position_of

BOARD = frozenset({Position.BOARD_CHAIR, Position.BOARD_MEMBER, Position.PARTNER})
"""The offices that make up the board; partners stand in its place in a trading partnership. Deputies are not the
board: they step in for it."""


class EventKind(StrEnum):
    """What changed."""

    BOARD = "board"
    OWNER = "owner"
    NAME = "name"
    ADDRESS = "address"
    INDUSTRY = "industry"
    STATUS = "status"
    LEGAL_FORM = "legal_form"
    SEAT = "seat"


@dataclass(frozen=True, slots=True)
class Event:
    """One change. ``before`` and ``after`` hold entity keys (board, owner) or values as text (the rest)."""

    kind: EventKind
    not_before: date | None
    not_after: date
    before: tuple[str, ...]
    after: tuple[str, ...]
    facts: tuple[Fact, ...]

    @property
    def complete(self) -> bool:
        """Whether nobody (nothing) of before is left after, and both are known."""
        return bool(self.before and self.after) and not set(self.before) & set(self.after)

    @property
    def dated(self) -> bool:
        """Whether the day is known."""
        return self.not_before == self.not_after


def as_date(value: Any) -> date | None:
    """An ISO date (or date-time) as a date; ``None`` when it is absent or no full date."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def registration_date(network: Network, key: str) -> tuple[date, Fact] | None:
    """When ``key`` was first registered, Bolagsverket before SCB, and the fact that says so."""
    dated = [
        (fact.value.get("register") != "bolagsverket", found, fact.order, fact)
        for fact in network.facts(key, Predicate.REGISTRATION)
        if (found := as_date(fact.value.get("date"))) is not None
    ]
    if not dated:
        return None
    _, found, _, fact = min(dated, key=lambda item: item[:3])
    return found, fact


def is_board(fact: Fact) -> bool:
    """Whether an OFFICER fact is about a seat on the board."""
    return position_of(fact) in BOARD


def events(network: Network, key: str, confirmed: Mapping[str, Sequence[datetime]] | None = None) -> tuple[Event, ...]:
    """Every change in ``key`` that the dossier shows, by ``not_after``, kind and values.

    ``confirmed`` gives per source further moments at which it answered about ``key`` without a change; they make the
    span in which a change happened shorter.
    """
    moments = confirmed or {}
    found = [
        *_succession(network.officers(key, history=True), EventKind.BOARD, is_board, _holder, _by_source, moments),
        *_succession(network.owners(key, history=True), EventKind.OWNER, _any, _owner, _by_source, moments),
        *_succession(
            network.facts(key, Predicate.NAME, history=True), EventKind.NAME, _registered, _name, _by_source, moments
        ),
        *_succession(
            network.facts(key, Predicate.ADDRESS, history=True), EventKind.ADDRESS, _any, _address, _by_kind, moments
        ),
        *_succession(
            network.facts(key, Predicate.INDUSTRY, history=True), EventKind.INDUSTRY, _any, _code, _by_version, moments
        ),
        *_succession(
            network.facts(key, Predicate.SEAT, history=True), EventKind.SEAT, _any, _seat, _by_source, moments
        ),
        *_stated_changes(network, key),
        *_registered_names(network, key),
    ]
    merged = _merge(found)
    return tuple(sorted(merged, key=lambda event: (event.not_after, event.kind, event.before, event.after)))


def known_since(network: Network, key: str, predicate: Predicate) -> date | None:
    """The first day on which a source stated anything of this kind about ``key``: history is blank before it."""
    facts = network.facts(key, predicate, history=True)
    return min((fact.observed_at.date() for fact in facts), default=None)


def _any(fact: Fact) -> bool:
    return True


def _registered(fact: Fact) -> bool:
    return fact.value.get("kind") == "registered"


def _holder(fact: Fact) -> str:
    return str(fact.object)


def _owner(fact: Fact) -> str:
    return str(fact.subject)


def _name(fact: Fact) -> str:
    return _plain(fact.value.get("name"))


def _code(fact: Fact) -> str:
    return str(fact.value.get("code") or "")


def _seat(fact: Fact) -> str:
    return str(fact.value.get("municipality_code") or "") or _plain(fact.value.get("municipality"))


def _address(fact: Fact) -> str:
    value = fact.value
    key = address_key(value.get("street"), value.get("postal_code"), value.get("city"), value.get("care_of"))
    return key or ""


def _by_source(fact: Fact) -> tuple[str, str]:
    return (fact.source, "")


def _by_kind(fact: Fact) -> tuple[str, str]:
    return (fact.source, str(fact.value.get("kind")))


def _by_version(fact: Fact) -> tuple[str, str]:
    return (fact.source, str(fact.value.get("version")))


def _plain(value: Any) -> str:
    return " ".join(str(value or "").casefold().split())


def _succession(
    facts: Iterable[Fact],
    kind: EventKind,
    select: Callable[[Fact], bool],
    value: Callable[[Fact], str],
    group: Callable[[Fact], tuple[str, str]],
    confirmed: Mapping[str, Sequence[datetime]],
) -> list[Event]:
    """Events from successive answers: for each group of facts, the values stated at each moment it was asked."""
    groups: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        if select(fact) and value(fact):
            groups.setdefault(group(fact), []).append(fact)
    found: list[Event] = []
    for (source, _), members in sorted(groups.items()):
        moments = {fact.observed_at for fact in members} | {
            fact.superseded_at for fact in members if fact.superseded_at is not None
        }
        first = min(moments)
        moments |= {moment for moment in confirmed.get(source, ()) if moment > first}
        before: list[Fact] = []
        seen_at = first
        for moment in sorted(moments):
            now = [
                fact
                for fact in members
                if fact.observed_at <= moment and (fact.superseded_at is None or fact.superseded_at > moment)
            ]
            if not now:
                continue  # the block was left out, which says nothing about what it would have held
            old, new = {value(fact) for fact in before}, {value(fact) for fact in now}
            if before and old != new:
                found.append(
                    Event(
                        kind,
                        seen_at.date(),
                        moment.date(),
                        tuple(sorted(old)),
                        tuple(sorted(new)),
                        tuple(sorted({f.id: f for f in (*before, *now)}.values(), key=lambda f: f.order)),
                    )
                )
            before, seen_at = now, moment
    return found


def _stated_changes(network: Network, key: str) -> list[Event]:
    found: list[Event] = []
    for fact in network.facts(key, Predicate.CHANGE, history=True):
        value = fact.value
        not_after = as_date(value.get("not_after")) or fact.observed_at.date()
        try:
            kind = EventKind(str(value.get("what")))
        except ValueError:
            continue
        # ``None``: the register did not hold the organisation then, which is an entry or an exit and no change.
        if value.get("before") is None or value.get("after") is None:
            continue
        before, after = _parts(kind, value["before"]), _parts(kind, value["after"])
        gone = tuple(sorted(before[key] for key in before.keys() - after.keys()))
        come = tuple(sorted(after[key] for key in after.keys() - before.keys()))
        if kind is EventKind.INDUSTRY:
            # A dormant company has no industry, and gets one when somebody puts it to use; a recoding is no change.
            if before.keys() == after.keys() or _other_version(value):
                continue
        elif not gone or not come:
            continue  # a secondary name more, a blank filled in, a respelling: nothing was replaced
        found.append(
            Event(
                kind,
                as_date(value.get("not_before")),
                not_after,
                gone,
                come,
                (fact,),
            )
        )
    return found


_LAST_LINE = re.compile(r"(\d{3} ?\d{2}) (.+)")


def _parts(kind: EventKind, written: Any) -> dict[str, str]:
    """What a change names, by what it is compared by: several names or codes, one address by its normalised key."""
    text = " ".join(str(written).split())
    if kind is EventKind.NAME:
        pieces = text.split("; ")
    elif kind is EventKind.INDUSTRY:
        pieces = text.split(", ")
    else:
        pieces = [text]
    found = {piece.casefold(): piece for piece in pieces if piece}
    if kind is EventKind.ADDRESS and (normal := _written_address(text)) is not None:
        return {normal: text}
    return found


def _written_address(text: str) -> str | None:
    """The key of an address as the mirror writes it: *c/o, street, postcode town*."""
    *lines, last = text.split(", ")
    place = _LAST_LINE.fullmatch(last)
    if place is None or not lines:
        return None
    return address_key(lines[-1], place[1].replace(" ", ""), place[2], ", ".join(lines[:-1]) or None)


def _other_version(value: Mapping[str, Any]) -> bool:
    before, after = value.get("version_before"), value.get("version_after")
    return before is not None and after is not None and before != after


def _registered_names(network: Network, key: str) -> list[Event]:
    """A registered name whose own registration is later than the company's: changed on that very day."""
    start = registration_date(network, key)
    former = tuple(
        sorted(
            str(fact.value.get("name"))
            for fact in network.facts(key, Predicate.NAME, history=True)
            if fact.value.get("kind") == "former"
        )
    )
    found: list[Event] = []
    for fact in network.facts(key, Predicate.NAME, history=True):
        day = as_date(fact.value.get("registered_on"))
        if _registered(fact) and day is not None and start is not None and day > start[0]:
            found.append(
                Event(EventKind.NAME, day, day, former, (str(fact.value.get("name") or ""),), (fact, start[1]))
            )
    return found


def _span(event: Event) -> int:
    return (event.not_after - (event.not_before or date.min)).days


def _merge(found: Iterable[Event]) -> list[Event]:
    """Several sources' accounts of one change become one: the narrowest span, with everybody's facts.

    Accounts are of one change when their kinds are equal and their spans overlap, and they end in the same or come from
    different sources. Two boards replaced in one span stay apart when a single source saw both.
    """
    merged: list[Event] = []
    for event in sorted(found, key=lambda item: (item.kind, _span(item), item.not_after, item.before, item.after)):
        sources = {fact.source for fact in event.facts}
        for index, other in enumerate(merged):
            overlap = (
                event.kind == other.kind
                and (event.not_before or date.min) <= other.not_after
                and (other.not_before or date.min) <= event.not_after
            )
            same = {_plain(value) for value in event.after} == {_plain(value) for value in other.after}
            if overlap and (same or not sources & {fact.source for fact in other.facts}):
                facts = {fact.id: fact for fact in (*other.facts, *event.facts)}
                merged[index] = replace(
                    other,
                    before=other.before or event.before,
                    facts=tuple(sorted(facts.values(), key=lambda fact: fact.order)),
                )
                break
        else:
            merged.append(event)
    return merged
