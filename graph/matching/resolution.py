"""Which records are the same person or company: identifiers first, then a Fellegi–Sunter model that shows its weights.

Records that share a rare value are compared field by field. Each outcome (*the same birth date*, *another phone*)
has a weight in bits: the logarithm of how much oftener it is seen between two records of one holder than between
records of two. The weights add up with the prior odds; the sum is the answer and its explanation.

With many records the weights are learnt from the records themselves by expectation–maximisation (Fellegi & Sunter
1969, Winkler 1988: no labels are needed); with few they are the ones in ``PRIOR_WEIGHTS``.

Invariants: a pure function of records and settings, whatever their order; no pair is linked on a name alone; records
that an identifier of one scheme tells apart are linked only when everything else agrees.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from graph.matching.records import Record
from graph.names.analysis import NameAnalysis, analyse
from graph.names.comparison import compare
from graph.names.word_similarity import word_similarity
from graph.text import Text

MAXIMUM_BLOCK = 60
"""Records sharing one value that are all compared with each other; a value more common than that tells nothing."""
MAXIMUM_WORDS = 12
"""Words of all of a record's names that it is found by."""
LEARN_FROM = 2_000
"""Candidate pairs from which weights are learnt; fewer give chance its way."""
THRESHOLD = 0.9
"""Posterior probability from which two records are one holder."""
ROUNDS = 60
SMALLEST = 1e-5
"""No outcome is impossible."""


class Level(IntEnum):
    """How two records' values of one field relate, best first. ``MISSING`` weighs nothing."""

    MISSING = 0
    SAME = 1
    NEAR = 2
    ALIKE = 3
    FAR = 4
    OTHER = 5


FIELDS = ("name", "birth_date", "address", "identifier", "phone", "email", "gender", "generation")
FIELD_NAMES = {
    "name": Text("namn", "name"),
    "birth_date": Text("födelsedatum", "date of birth"),
    "address": Text("adress", "address"),
    "identifier": Text("nummer", "identifier"),
    "phone": Text("telefon", "telephone"),
    "email": Text("e-post", "e-mail"),
    "gender": Text("kön", "gender"),
    "generation": Text("generationstillägg", "generation suffix"),
}
LEVEL_NAMES = {
    Level.SAME: Text("lika", "the same"),
    Level.NEAR: Text("nästan lika", "nearly the same"),
    Level.ALIKE: Text("liknande", "alike"),
    Level.FAR: Text("knappt lika", "hardly alike"),
    Level.OTHER: Text("olika", "different"),
}
PRIOR_WEIGHTS: dict[str, tuple[float, float, float, float, float]] = {
    "name": (8.0, 6.0, 3.5, -2.0, -9.0),
    "birth_date": (8.5, 4.0, 1.0, -6.0, -6.0),
    "address": (7.0, 5.0, 1.0, -0.5, -1.0),
    "identifier": (16.0, 5.0, 0.0, -4.0, -5.0),
    "phone": (8.0, 4.0, 0.0, -0.5, -0.5),
    "email": (9.0, 4.0, 0.0, -0.7, -0.7),
    "gender": (0.8, 0.0, 0.0, -2.0, -2.0),
    "generation": (2.0, 0.0, 0.0, -14.0, -14.0),
}
"""Bits for ``SAME`` to ``OTHER``. Eight bits: one pair of strangers in 250 agrees so by chance. People move and change
telephones, so that another address says little; a father and his son share everything but birth date and suffix."""
PRIOR_ODDS = -9.5
"""Bits: about one candidate pair in 700 is one holder before anything is compared."""

Levels = NDArray[np.int8]
Pairs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights in bits: ``weights[field, level]``, and the prior odds of a candidate pair."""

    weights: NDArray[np.float64]
    prior: float
    learnt: bool

    def bits(self, levels: Levels) -> NDArray[np.float64]:
        """The sum of prior and weights of each row of ``levels``."""
        total = np.full(len(levels), self.prior)
        for field in range(len(FIELDS)):
            total += self.weights[field, levels[:, field]]
        return total


@dataclass(frozen=True, slots=True)
class Link:
    """Two records found to be one holder. ``evidence`` is (field, level, bits), heaviest first."""

    left: str
    right: str
    probability: float
    evidence: tuple[tuple[str, Level, float], ...]

    @property
    def explanation(self) -> Text:
        """The link in words."""
        parts = [(FIELD_NAMES[field], LEVEL_NAMES[level], bits) for field, level, bits in self.evidence]
        return Text(
            ", ".join(f"{field.sv} {level.sv} ({bits:+.1f})".replace(".", ",") for field, level, bits in parts),
            ", ".join(f"{field.en} {level.en} ({bits:+.1f})" for field, level, bits in parts),
        )


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who is who: groups of keys (two or more, sorted) and the links that hold them together."""

    groups: tuple[tuple[str, ...], ...]
    links: tuple[Link, ...]
    candidates: int
    model: Model

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every pair of keys within a group."""
        for group in self.groups:
            yield from itertools.combinations(group, 2)


def prior_model() -> Model:
    """The model that has learnt nothing yet."""
    weights = np.zeros((len(FIELDS), len(Level)))
    for position, field in enumerate(FIELDS):
        weights[position, 1:] = PRIOR_WEIGHTS[field]
    return Model(weights, PRIOR_ODDS, learnt=False)


def resolve(records: Sequence[Record], *, threshold: float = THRESHOLD, learn: bool | None = None) -> Resolution:
    """Group ``records`` by holder.

    Args:
        records: with distinct keys.
        threshold: posterior probability from which a pair is linked.
        learn: learn the weights from the records; default when there are enough candidate pairs.

    Raises:
        ValueError: two records have the same key.
    """
    ordered = sorted(records, key=lambda record: record.key)
    if len({record.key for record in ordered}) != len(ordered):
        raise ValueError("two records have the same key")
    pairs = candidate_pairs(ordered)
    levels = compare_records(ordered, pairs)
    enough = len(pairs) >= LEARN_FROM if learn is None else learn
    model = learnt_model(levels) if enough else prior_model()
    bits = model.bits(levels)
    # A name alone, however rare, is no evidence: something else must agree too. Nor is what a household shares, without
    # a name: then only a number will do.
    others = np.delete(levels, FIELDS.index("name"), axis=1)
    supported = ((others >= Level.SAME) & (others <= Level.ALIKE)).any(axis=1)
    named = levels[:, FIELDS.index("name")] != Level.MISSING
    supported &= named | (levels[:, FIELDS.index("identifier")] == Level.SAME)
    wanted = np.log2(threshold / (1.0 - threshold))
    chosen = np.flatnonzero((bits >= wanted) & supported)
    strongest = chosen[np.argsort(-bits[chosen], kind="stable")]
    links, groups = _linked(ordered, pairs, levels, bits, model, strongest)
    return Resolution(groups, links, len(pairs), model)


def _linked(
    records: Sequence[Record],
    pairs: Pairs,
    levels: Levels,
    bits: NDArray[np.float64],
    model: Model,
    strongest: NDArray[np.int64],
) -> tuple[tuple[Link, ...], tuple[tuple[str, ...], ...]]:
    """Join the strongest links first; a link that would put two told-apart records into one group is left out."""
    parent = list(range(len(records)))
    members: dict[int, list[int]] = {position: [position] for position in parent}
    apart = _told_apart(pairs, levels, bits)
    undecided = _undecided(pairs, bits, strongest, apart)

    def root(position: int) -> int:
        while parent[position] != position:
            parent[position] = parent[parent[position]]
            position = parent[position]
        return position

    links = []
    for row in strongest.tolist():
        if row in undecided:
            continue
        left, right = int(pairs[row, 0]), int(pairs[row, 1])
        one, other = root(left), root(right)
        if one != other:
            if any((min(a, b), max(a, b)) in apart for a in members[one] for b in members[other]):
                continue
            parent[other] = one
            members[one] += members.pop(other)
        evidence = [
            (field, Level(int(level)), float(model.weights[position, level]))
            for position, (field, level) in enumerate(zip(FIELDS, levels[row], strict=True))
            if level
        ]
        evidence.sort(key=lambda item: -abs(item[2]))
        probability = float(1.0 / (1.0 + np.exp2(-min(60.0, float(bits[row])))))
        links.append(Link(records[left].key, records[right].key, probability, tuple(evidence)))
    groups = sorted(tuple(sorted(records[m].key for m in found)) for found in members.values() if len(found) > 1)
    return tuple(links), tuple(groups)


def _told_apart(pairs: Pairs, levels: Levels, bits: NDArray[np.float64]) -> set[tuple[int, int]]:
    """Pairs that cannot be one holder whoever links them: another generation, or next to nothing for them."""
    generation = levels[:, FIELDS.index("generation")] == Level.OTHER
    other_birth = levels[:, FIELDS.index("birth_date")] == Level.OTHER
    other_number = levels[:, FIELDS.index("identifier")] != Level.SAME
    rows = np.flatnonzero(generation | (other_birth & other_number & (bits < 0.0)))
    return {(int(left), int(right)) for left, right in pairs[rows]}


def _undecided(
    pairs: Pairs, bits: NDArray[np.float64], chosen: NDArray[np.int64], apart: set[tuple[int, int]]
) -> set[int]:
    """Rows of ``chosen`` that link a record as well to two records told apart: it may be either, so it is neither."""
    linked: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for row in chosen.tolist():
        left, right = int(pairs[row, 0]), int(pairs[row, 1])
        linked[left].append((float(bits[row]), right, row))
        linked[right].append((float(bits[row]), left, row))
    undecided: set[int] = set()
    for found in linked.values():
        for (one, first, row), (other, second, another) in itertools.combinations(found[:MAXIMUM_BLOCK], 2):
            if (min(first, second), max(first, second)) in apart and abs(one - other) < DECIDED_BITS:
                undecided |= {row, another}
    return undecided


DECIDED_BITS = 3.0
"""A record that resembles two holders is linked to the one it resembles by so many bits more."""


# ---------------------------------------------------------------------- candidates


def _values(record: Record, sounds: frozenset[str]) -> Iterator[str]:
    """What a record can be found by. A value of capital letters finds on its own; of others two must be shared."""
    for _, number in record.identifiers:
        yield f"I:{number}"
    for phone in record.phones:
        yield f"P:{phone}"
    for email in record.emails:
        yield f"E:{email}"
    words = sorted(sounds)[:MAXIMUM_WORDS]
    born = record.birth_date
    if len(born) == 8:
        yield f"b:{born[:4]}:{''.join(sorted(born[4:]))}"
    for word in words:
        yield f"n:{word}"
        if born:
            yield f"B:{word}:{born[:4]}:{''.join(sorted(born[4:]))}"
            yield f"nb:{word}:{born[:4]}"
            yield f"nb:{word}:{born[4:]}"
        for number in record.houses:
            yield f"nh:{word}:{number}"
    for one, other in itertools.combinations(words, 2):
        yield f"N:{one}:{other}"
    address = sorted({word for word in record.address.split() if len(word) > 3})[:8]
    for word in address:
        yield f"a:{word}"
        for number in record.houses:
            if number != word:
                yield f"ah:{word}:{number}"
    for one, other in itertools.combinations(address, 2):
        yield f"aa:{one}:{other}"


def candidate_pairs(records: Sequence[Record]) -> Pairs:
    """Positions of records that share what few others have, each pair once, smaller position first."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for position, record in enumerate(records):
        tokens = [token for analysis in _analyses(record) for token in analysis.tokens]
        sounds = frozenset(token.sound for token in tokens if len(token.sound) > 1) | frozenset(
            meaning for token in tokens for meaning in token.meanings
        )
        for value in set(_values(record, sounds)):
            blocks[value].append(position)
    total = len(records)
    found: list[NDArray[np.int64]] = []
    for value, block in blocks.items():
        if 1 < len(block) <= MAXIMUM_BLOCK:
            members = np.array(block, dtype=np.int64)
            left, right = np.triu_indices(len(members), 1)
            codes = members[left] * total + members[right]
            found += [codes, codes] if value[0].isupper() else [codes]
    if not found:
        return np.zeros((0, 2), dtype=np.int64)
    distinct, shared = np.unique(np.concatenate(found), return_counts=True)
    codes = distinct[shared >= SHARED_VALUES]
    return np.stack((codes // total, codes % total), axis=1)


SHARED_VALUES = 2
"""Values that two records must share to be compared; a number, an address of e-mail or a whole name counts for two."""


# ---------------------------------------------------------------------- comparison


def compare_records(records: Sequence[Record], pairs: Pairs) -> Levels:
    """The outcome of every field of every pair: an array (pairs, ``FIELDS``) of ``Level``."""
    levels = np.zeros((len(pairs), len(FIELDS)), dtype=np.int8)
    analyses = [_analyses(record) for record in records]
    names: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
    for row, (left, right) in enumerate(pairs.tolist()):
        one, other = records[left], records[right]
        asked = ((one.name, *one.other_names), (other.name, *other.other_names))
        level = names.get(asked)
        if level is None:
            level = names[asked] = _likest(analyses[left], analyses[right])
        if level == Level.FAR and _siblings(one.given, other.given):
            level = Level.OTHER
        levels[row] = (
            level,
            birth_level(one.birth_date, other.birth_date),
            address_level(one, other),
            _identifiers(one.identifiers, other.identifiers),
            _sets(one.phones, other.phones),
            _sets(one.emails, other.emails),
            _equal(one.gender, other.gender),
            _equal(one.generation, other.generation),
        )
    return levels


def _analyses(record: Record) -> list[NameAnalysis]:
    return [analyse(name, record.schema) for name in (record.name, *record.other_names)]


def _likest(left: Sequence[NameAnalysis], right: Sequence[NameAnalysis]) -> Level:
    """How the likest two of two records' names relate."""
    return min(
        (name_level(one, other) for one, other in itertools.product(left, right)),
        key=lambda level: (level is Level.MISSING, level),
    )


def name_level(left: NameAnalysis, right: NameAnalysis) -> Level:
    """How two analysed names relate."""
    if not left.usable or not right.usable:
        return Level.MISSING
    score = compare(left, right).score
    for level, least in ((Level.SAME, 0.97), (Level.NEAR, 0.85), (Level.ALIKE, 0.62)):
        if score >= least:
            return level
    # People marry, and use one name of several: a part in common is little, but not nothing.
    if not left.person or not right.person:
        return Level.FAR if score >= HARDLY else Level.OTHER
    partners = [max(word_similarity(one, other)[0] for other in right.tokens) for one in left.tokens]
    agreeing = sum(similarity >= PART_AGREES for similarity in partners)
    if agreeing >= 2:
        return Level.ALIKE
    return Level.FAR if agreeing else Level.OTHER


def _siblings(left: str, right: str) -> bool:
    """Whether given names begin differently: with a shared surname that is how siblings and couples differ."""
    return (
        bool(left)
        and bool(right)
        and left[0].casefold() != right[0].casefold()
        and not (left in right or right in left)
    )


HARDLY = 0.4
"""Likeness of two organisations' names below which nothing speaks for them."""
PART_AGREES = 0.8
"""Likeness of two parts of persons' names from which they are taken to be one."""


def birth_level(left: str, right: str) -> Level:
    """How two birth dates relate, each ``YYYYMMDD`` or the figures that are known; empty is missing."""
    if not left or not right:
        return Level.MISSING
    if left == right:
        return Level.SAME
    if len(left) == len(right) == 8 and left[:4] == right[:4] and (left[4:6], left[6:]) == (right[6:], right[4:6]):
        return Level.NEAR
    distance = OSA.distance(left, right, score_cutoff=2)
    return Level.NEAR if distance <= 1 else Level.ALIKE if distance == 2 else Level.OTHER


def address_level(left: Record, right: Record) -> Level:
    """How the addresses of two records relate."""
    if not left.address or not right.address:
        return Level.MISSING
    alike = token_sort_ratio(left.address, right.address)
    within = token_set_ratio(left.address, right.address)
    same_house = not set(left.houses).isdisjoint(right.houses)
    if alike >= 90 or (same_house and within >= 92):
        return Level.SAME
    if alike >= 75 or (same_house and within >= 75):
        return Level.NEAR
    if alike >= 60:
        return Level.ALIKE
    return Level.FAR if alike >= 48 else Level.OTHER


def _identifiers(left: Iterable[tuple[str, str]], right: Iterable[tuple[str, str]]) -> Level:
    ours, theirs = list(left), list(right)
    if not ours or not theirs:
        return Level.MISSING
    same = {number for _, number in ours} & {number for _, number in theirs}
    if same:
        return Level.SAME if max(map(len, same)) >= SHORT_NUMBER else Level.NEAR
    shared = [(one, other) for scheme, one in ours for kind, other in theirs if scheme == kind]
    if not shared:
        return Level.MISSING
    distance = min(OSA.distance(one, other) for one, other in shared)
    return Level.NEAR if distance <= 1 else Level.FAR if distance == 2 else Level.OTHER


SHORT_NUMBER = 6
"""A number of fewer figures is shared by chance, like the last four of a longer one."""


def _sets(left: tuple[str, ...], right: tuple[str, ...]) -> Level:
    if not left or not right:
        return Level.MISSING
    return Level.OTHER if set(left).isdisjoint(right) else Level.SAME


def _equal(left: str, right: str) -> Level:
    if not left or not right:
        return Level.MISSING
    return Level.SAME if left == right else Level.OTHER


# ---------------------------------------------------------------------- learning


def learnt_model(levels: Levels) -> Model:
    """Weights learnt from unlabelled candidate pairs, starting from ``prior_model``.

    Rows with the same outcomes are counted once. The classes' shares and the chance of every outcome within each are
    re-estimated from the posterior until nothing moves (Winkler 1988). Missing values take no part.
    """
    start = prior_model()
    patterns, counts = np.unique(levels, axis=0, return_counts=True)
    weight = counts.astype(np.float64)
    posterior = 1.0 / (1.0 + np.exp2(-np.clip(start.bits(patterns), -60.0, 60.0)))
    model = start
    for _ in range(ROUNDS):
        share = float(np.clip((posterior * weight).sum() / weight.sum(), SMALLEST, 1.0 - SMALLEST))
        weights = np.zeros_like(start.weights)
        for field in range(len(FIELDS)):
            matched = _shares(patterns[:, field], posterior * weight)
            unmatched = _shares(patterns[:, field], (1.0 - posterior) * weight)
            weights[field, 1:] = np.log2(matched / unmatched)
        model = Model(weights, float(np.log2(share / (1.0 - share))), learnt=True)
        latest = 1.0 / (1.0 + np.exp2(-np.clip(model.bits(patterns), -60.0, 60.0)))
        moved = float(np.abs(latest - posterior).max(initial=0.0))
        posterior = latest
        if moved < 1e-6:
            break
    return model


def _shares(levels: NDArray[np.int8], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of each level from ``SAME`` on among rows that are not missing; equal shares where all are."""
    counted = np.bincount(levels, weights=weight, minlength=len(Level))[1:] + SMALLEST
    shares: NDArray[np.float64] = counted / counted.sum()
    return np.maximum(shares, SMALLEST)


# ---------------------------------------------------------------------- measuring


def quality(found: Iterable[tuple[str, str]], true: Iterable[tuple[str, str]]) -> Mapping[str, float]:
    """Precision, recall and F1 of found pairs against true ones; a pair's order does not matter."""
    ours = {(min(pair), max(pair)) for pair in found}
    theirs = {(min(pair), max(pair)) for pair in true}
    right = len(ours & theirs)
    precision = right / len(ours) if ours else 0.0
    recall = right / len(theirs) if theirs else 0.0
    f1 = 2 * right / (len(ours) + len(theirs)) if ours or theirs else 0.0
    return {"precision": precision, "recall": recall, "f1": f1}
