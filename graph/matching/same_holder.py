"""Who in a dossier is one and the same: persons and organisations that one source knows by number, another by name.

An ownership file names an owner and, at best, a birth date; the register knows its officers by personnummer. Without
this step the owner and the managing director who are one person are two, and what they share is not seen.

Identifiers come first: an equal number is an equal key, so that nothing is left to judge, and two entities that
registers keep apart by number are never joined. For the rest the weights of ``graph.matching.resolution`` are added
(Fellegi & Sunter 1969): name, birth date or address, and whether the two have to do with one organisation.

*Certain* is a name of the same words and the same full birth date (a person), or the same name and address (an
organisation): ``joins`` gives these for ``Network.joined``. Anything weaker is *possible*: it is said and joins
nothing; father and son share name, firm and address.

Invariants: a pure function of the network; no pair on a name alone; an entity that may be either of two others is
joined to neither.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from graph.matching.records import Record
from graph.matching.resolution import (
    FIELD_NAMES,
    FIELDS,
    LEVEL_NAMES,
    THRESHOLD,
    Level,
    Model,
    address_level,
    birth_level,
    name_level,
    prior_model,
)
from graph.model import EntityKey, Fact, ListedSchema, Predicate, is_person
from graph.names.analysis import NameAnalysis, analyse
from graph.names.comparison import compare
from graph.names.word_similarity import How
from graph.network import HANDED_IN, LINKS, Network
from graph.text import Text, filled, joined

ORGANISATION_IN_COMMON = 6.0
"""Bits: of two namesakes in a dossier, how much oftener those who are one have to do with one organisation."""
IDENTIFIED_BY_NUMBER = "identified_by_number"
"""Name of the MISCELLANEOUS fact by which a reader says that a handed-in person came with a personnummer."""
FULL_DATE = 8
"""Figures of a whole birth date."""
_COMMON = Text("en organisation gemensam", "an organisation in common")
_PART = Text("{field} {level}", "{field} {level}")


@dataclass(frozen=True, slots=True)
class SameHolder:
    """Two keys of a dossier that are, or may be, one person or organisation."""

    key: EntityKey
    """The one to keep: a register's before one that was handed in."""
    other: EntityKey
    certain: bool
    probability: float
    """By the model, 0..1; shown beside what it rests on, never instead of it."""
    reasons: Text
    """What agrees and what does not, in words."""
    facts: tuple[Fact, ...]
    """The statements compared: names, birth dates, addresses of both."""


@dataclass(frozen=True, slots=True)
class _Holder:
    key: EntityKey
    record: Record
    described: bool
    """Known only from what a party has handed in, which names people without a number."""
    documents: frozenset[str]
    organisations: frozenset[str]
    facts: tuple[Fact, ...]


def same_holders(network: Network) -> tuple[SameHolder, ...]:
    """Every pair that is or may be one, the certain ones first, then by key."""
    model = prior_model()
    found = [
        judged for left, right in _candidates(_holders(network)) if (judged := _judge(left, right, model)) is not None
    ]
    rivals: dict[EntityKey, set[EntityKey]] = defaultdict(set)
    for pair in found:
        if pair.certain:
            rivals[pair.other].add(pair.key)
    settled = [
        pair
        if not pair.certain or len(rivals[pair.other]) == 1
        else SameHolder(pair.key, pair.other, False, pair.probability, pair.reasons, pair.facts)
        for pair in found
    ]
    return tuple(sorted(settled, key=lambda pair: (not pair.certain, pair.key, pair.other)))


def joins(found: Iterable[SameHolder]) -> dict[EntityKey, EntityKey]:
    """Key -> the key to read it as, for the certain pairs, through chains of them."""
    direct = {pair.other: pair.key for pair in found if pair.certain}

    def last(key: EntityKey) -> EntityKey:
        while key in direct:
            key = direct[key]
        return key

    return {key: last(key) for key in direct}


def with_same_joined(network: Network) -> Network:
    """``network`` with everybody who is certainly one read under one key."""
    return network.joined(joins(same_holders(network)))


def _holders(network: Network) -> Iterator[_Holder]:
    for key in network.keys:
        person = is_person(key)
        named = network.facts(key, Predicate.PERSON_NAME if person else Predicate.NAME)
        if not named or not named[-1].value.get("name"):
            continue
        details = network.facts(key, Predicate.BIRTH_DATE if person else Predicate.ADDRESS)
        facts = (*named, *details)
        links = [fact for kind in LINKS for way in ("out", "in") for fact in network.links(key, kind, way)]
        yield _Holder(
            key,
            _record(key, person, str(named[-1].value["name"]), details),
            all(fact.source in HANDED_IN for fact in (*facts, *links)) and not _is_numbered(network, key),
            frozenset(fact.document for fact in facts),
            frozenset(
                end
                for fact in links
                for end in (fact.subject, fact.object)
                if end and end != key and not is_person(end)
            ),
            facts,
        )


def _is_numbered(network: Network, key: EntityKey) -> bool:
    """Whether the file that was handed in gave the person's number, so that the key is the number's."""
    said = network.facts(key, Predicate.MISCELLANEOUS)
    return any(fact.value.get("name") == IDENTIFIED_BY_NUMBER for fact in said)


def _record(key: EntityKey, person: bool, name: str, details: tuple[Fact, ...]) -> Record:
    born = address = ""
    houses: tuple[str, ...] = ()
    if person:
        dates = ["".join(sign for sign in str(fact.value.get("date") or "") if sign.isdigit()) for fact in details]
        born = max(dates, key=len, default="")
    elif details:
        value = details[-1].value
        address = " ".join(str(value[part]).casefold() for part in ("street", "postal_code", "city") if value.get(part))
        houses = tuple(word for word in str(value.get("street") or "").split() if word.isdigit())
    schema = ListedSchema.PERSON if person else ListedSchema.ORGANISATION
    return Record(key, schema, name=name, birth_date=born, address=address, houses=houses)


def _candidates(holders: Iterable[_Holder]) -> Iterator[tuple[_Holder, _Holder]]:
    """Pairs worth a look: one at least was only handed in, no document names both, they share a word of the name and
    a birth date, an address or an organisation (without one of these no pair can be one, see ``_judge``)."""
    blocks: dict[tuple[str, str, str], list[_Holder]] = defaultdict(list)
    for holder in holders:
        analysis = analyse(holder.record.name, holder.record.schema)
        sounds = {token.sound for token in analysis.tokens if len(token.sound) > 1}
        shared = [("detail", detail) for detail in (holder.record.birth_date, *holder.record.houses) if detail]
        shared += [("organisation", organisation) for organisation in holder.organisations]
        for (kind, value), sound in itertools.product(shared, sounds):
            blocks[(kind, value, sound)].append(holder)
    seen: set[tuple[EntityKey, EntityKey]] = set()
    for block in blocks.values():
        described = [holder for holder in block if holder.described] if len(block) > 1 else []
        for one, other in itertools.product(described, block):
            first, second = sorted((one, other), key=lambda holder: (holder.described, holder.key))
            pair = (first.key, second.key)
            if first.key != second.key and pair not in seen and first.documents.isdisjoint(second.documents):
                seen.add(pair)
                if is_person(first.key) == is_person(second.key):
                    yield first, second


def _judge(left: _Holder, right: _Holder, model: Model) -> SameHolder | None:
    person = left.record.schema is ListedSchema.PERSON
    one, other = (analyse(side.record.name, side.record.schema) for side in (left, right))
    names = name_level(one, other)
    if names not in (Level.SAME, Level.NEAR):
        return None
    field = "birth_date" if person else "address"
    ours, theirs = left.record.birth_date, right.record.birth_date
    known = min(len(ours), len(theirs))
    if not person:
        detail = address_level(left.record, right.record)
    elif 0 < known < FULL_DATE:  # a year or a month can agree, which is less than the day
        detail = Level.NEAR if ours[:known] == theirs[:known] else Level.OTHER
    else:
        detail = birth_level(ours, theirs)
    common = bool(left.organisations & right.organisations)
    levels = np.zeros((1, len(FIELDS)), dtype=np.int8)
    levels[0, FIELDS.index("name")] = names
    levels[0, FIELDS.index(field)] = detail
    bits = float(model.bits(levels)[0]) + (ORGANISATION_IN_COMMON if common else 0.0)
    probability = float(1.0 / (1.0 + np.exp2(-bits)))
    if probability < THRESHOLD or not (common or detail in (Level.SAME, Level.NEAR)):
        return None
    certain = detail is Level.SAME and (known == FULL_DATE and _agree(one, other) if person else names is Level.SAME)
    said = [
        filled(_PART, {"field": FIELD_NAMES[name], "level": LEVEL_NAMES[level]})
        for name, level in (("name", names), (field, detail))
        if level is not Level.MISSING
    ]
    reasons = joined([*said, *([_COMMON] if common else [])])
    return SameHolder(left.key, right.key, certain, round(probability, 4), reasons, (*left.facts, *right.facts))


def _agree(left: NameAnalysis, right: NameAnalysis) -> bool:
    """Whether one name has every word of the other: twins share surname and birth date, and are Anna and Anne."""
    compared = compare(left, right)
    plain = all(pair.how in (How.EXACT, How.SOUND) for pair in compared.pairs)
    return plain and not (compared.left_only and compared.right_only)
