"""An in-memory index of list entries, asked by name: few candidates by shared features, then the one scoring function.

Candidates are names that share rare features with the query: sounds of words, three-letter parts of words, all letters
of the name, and meanings across scripts. Features are weighed by how rare they are on the lists; the commonest are not
read at all.

Invariants: the index is a pure function of the entries given; ``screen`` changes nothing; hits are ordered by what
corroborates them, then by score, then by list and entry, so that the same question has the same answer byte for byte.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.collection import paused_collection
from graph.matching.evidence import COUNTRY, LEGAL_FORM, Birth, Evidence, gather, identifiers, strength
from graph.matching.explanation import explain
from graph.matching.query import Hit, ScreeningQuery
from graph.model import ListedName, ListedSchema, ListEntry
from graph.names.analysis import NameAnalysis, TokenKind, analyse
from graph.names.comparison import NO_MATCH, Comparison, compare

# --- when a likeness of names is shown as a hit
NAME_AND_MORE = 0.72
"""With an agreeing birth date, birth year, number or address even a distorted name is worth a look."""
NAME_ONLY_PERSON = 0.88
"""Without anything else: two of three names alike (0.87) are shared by thousands, slips of the hand stay above."""
NAME_ONLY_OTHER = 0.84
"""An organisation's name is made to be distinct, so a little less will do."""
MISTYPED_OTHER = 0.62
"""A one-word organisation with a letter amiss is probably another (so the pair scores below the usual line), but a
listed one must not slip through by a letter: it is shown as weak."""
NAME_CONTRADICTED = 0.97
"""When a birth date or a number contradicts: only the same name, and it is shown as weak."""
COMMON_WORD = 8
"""Listed names with a word of this sound, from which it tells nobody apart."""
WEAK_ALIAS = 0.95
"""The list itself calls the alias unsuitable for screening: only the same name counts, unless something else agrees."""

# --- how candidates are found
MAXIMUM_CANDIDATES = 40
"""Names scored exactly for one queried name. More costs time and finds nothing on the lists tried."""
MINIMUM_OVERLAP = 0.44
"""Share of the shorter name's feature weight that must be common; below it no score reaches a threshold."""
READ_BUDGET = 6_000
"""Postings read for one queried name, rarest features first."""
KINDS_INDEXED = frozenset({TokenKind.WORD, TokenKind.TRADE, TokenKind.PLACE, TokenKind.NUMBER, TokenKind.PARTICLE})

_KIND = {
    ListedSchema.PERSON: 0,
    ListedSchema.ORGANISATION: 1,
    ListedSchema.VESSEL: 2,
    ListedSchema.AIRCRAFT: 2,
}


@dataclass(frozen=True, slots=True)
class _Name:
    entry: int
    listed: ListedName
    analysis: NameAnalysis


@dataclass(frozen=True, slots=True)
class _Part:
    """The names of one kind of entry with their postings."""

    names: tuple[_Name, ...]
    postings: dict[str, NDArray[np.int32]]
    rarity: dict[str, float]
    weight: NDArray[np.float32]
    """Sum of the rarity of each name's features."""
    least_weight: float
    """The smallest of them."""


def features(analysis: NameAnalysis) -> set[str]:
    """What a name can be found by: sounds and three-letter parts of its words, all its letters, meanings."""
    found: set[str] = set()
    for token in analysis.tokens:
        if token.kind not in KINDS_INDEXED:
            continue
        for meaning in token.meanings:
            found.add(f"={meaning}")
        if token.kind is TokenKind.PARTICLE:
            continue
        heard = token.sound
        found.add(f"~{heard}")
        padded = f"^{heard}$"
        found.update(padded[i : i + 3] for i in range(len(padded) - 2))
    found.update(f"={meaning}" for meaning, _ in analysis.phrases)
    found.add("#" + "".join(sorted(analysis.joined)))
    return found


@dataclass(frozen=True, slots=True)
class ListIndex:
    """Lists indexed for screening. Build once an issue, pickle, share between processes."""

    entries: tuple[ListEntry, ...]
    _parts: dict[int, _Part]
    _numbers: dict[str, tuple[int, ...]]

    @classmethod
    def build(cls, entries: Iterable[ListEntry]) -> ListIndex:
        """Index ``entries``. A name that tells nothing (one letter, a legal form alone) can never be hit."""
        kept = tuple(entries)
        names: dict[int, list[_Name]] = {}
        numbers: dict[str, list[int]] = {}
        with paused_collection():
            for position, entry in enumerate(kept):
                for listed in entry.names:
                    analysis = analyse(listed.name, entry.schema)
                    if analysis.usable:
                        names.setdefault(_KIND[entry.schema], []).append(_Name(position, listed, analysis))
                for number in identifiers(entry):
                    numbers.setdefault(number, []).append(position)
            parts = {kind: _part(tuple(found)) for kind, found in names.items()}
        return cls(kept, parts, {number: tuple(found) for number, found in numbers.items()})

    def screen(self, query: ScreeningQuery) -> list[Hit]:
        """The entries that may be the one asked about, best corroborated first."""
        best: dict[int, tuple[float, Comparison, str, ListedName]] = {}
        common = all(self._is_common(name, query.schema) for name in query.names)
        for name in query.names:
            for score, comparison, found in self._compared(name, query.schema):
                known = best.get(found.entry)
                if known is None or _rank(score, found.listed) > _rank(known[0], known[3]):
                    best[found.entry] = (score, comparison, name, found.listed)
        by_number = self._numbers.get(query.organisation_number or "", ())
        for position in by_number:
            if position not in best and self.entries[position].names:
                listed = self.entries[position].names[0]
                best[position] = (0.0, NO_MATCH, query.names[0] if query.names else "", listed)
        hits: list[tuple[tuple[int, float, str, str], Hit]] = []
        for position, (score, comparison, name, listed) in best.items():
            entry = self.entries[position]
            evidence = gather(query, entry, comparison)
            if position not in by_number and (
                score < _required(query.schema, evidence, listed, comparison)
                or (common and evidence.birth is Birth.OTHER)
            ):
                continue
            hit = Hit(
                entry,
                name,
                listed,
                round(score, 4),
                strength(query, evidence, score),
                evidence.corroboration,
                evidence.contradictions,
                evidence.missing,
                explain(name, listed, comparison, evidence),
            )
            hits.append(((-evidence.weight, -score, entry.list, entry.entry), hit))
        hits.sort(key=lambda pair: pair[0])
        return [hit for _, hit in hits]

    def _is_common(self, name: str, schema: ListedSchema) -> bool:
        """Whether a person's name has no word that is rare on the lists: with another birth date, a mere namesake."""
        part = self._parts.get(_KIND[schema])
        if part is None or schema is not ListedSchema.PERSON:
            return False
        words = [token for token in analyse(name, schema).tokens if token.kind is TokenKind.WORD]
        return all(len(part.postings.get(f"~{token.sound}", ())) >= COMMON_WORD for token in words)

    def _compared(self, name: str, schema: ListedSchema) -> list[tuple[float, Comparison, _Name]]:
        part = self._parts.get(_KIND[schema])
        analysis = analyse(name, schema)
        if part is None or not analysis.usable:
            return []
        found = []
        for position in _candidates(part, analysis):
            comparison = compare(analysis, part.names[position].analysis)
            if comparison.score >= (MISTYPED_OTHER if "mistyped" in comparison.notes else NAME_AND_MORE):
                found.append((comparison.score, comparison, part.names[position]))
        return found


def _rank(score: float, listed: ListedName) -> tuple[float, bool]:
    return score, not listed.weak


def _required(schema: ListedSchema, evidence: Evidence, listed: ListedName, names: Comparison) -> float:
    """The likeness of names that this evidence calls for."""
    if "mistyped" in names.notes and not evidence.contradictions and not listed.weak:
        return MISTYPED_OTHER
    against = set(evidence.contradictions) - {COUNTRY, LEGAL_FORM}
    if against:
        return NAME_CONTRADICTED
    if set(evidence.corroboration) - {COUNTRY, LEGAL_FORM}:
        return NAME_AND_MORE
    if listed.weak:
        return WEAK_ALIAS
    return NAME_ONLY_PERSON if schema is ListedSchema.PERSON else NAME_ONLY_OTHER


def _part(names: tuple[_Name, ...]) -> _Part:
    collected: dict[str, list[int]] = {}
    owned: list[set[str]] = []
    for position, name in enumerate(names):
        found = features(name.analysis)
        owned.append(found)
        for feature in found:
            collected.setdefault(feature, []).append(position)
    total = len(names)
    rarity = {feature: math.log(1.0 + total / len(positions)) for feature, positions in collected.items()}
    weight = np.array([sum(rarity[feature] for feature in sorted(found)) for found in owned], dtype=np.float32)
    postings = {feature: np.array(positions, dtype=np.int32) for feature, positions in collected.items()}
    return _Part(names, postings, rarity, weight, float(weight.min(initial=np.inf)))


def _candidates(part: _Part, analysis: NameAnalysis) -> list[int]:
    """Positions of the names that share most with ``analysis``, best first."""
    unknown = math.log(1.0 + len(part.names))
    wanted = [(part.rarity.get(feature, unknown), feature) for feature in features(analysis)]
    query_weight = sum(sorted(rarity for rarity, _ in wanted))
    known = sorted((pair for pair in wanted if pair[1] in part.postings), reverse=True)
    lists: list[NDArray[np.int32]] = []
    weights: list[float] = []
    read = 0
    for rarity, feature in known:
        positions = part.postings[feature]
        read += len(positions)
        if read > READ_BUDGET and lists:
            break
        lists.append(positions)
        weights.append(rarity)
    if not lists:
        return []
    counts = np.fromiter((len(positions) for positions in lists), dtype=np.int64, count=len(lists))
    shared = np.bincount(np.concatenate(lists), weights=np.repeat(np.array(weights), counts), minlength=len(part.names))
    # The least that any name needs first: most of the lists' names share nothing, and need not be weighed one by one.
    touched = np.flatnonzero(shared >= MINIMUM_OVERLAP * min(part.least_weight, query_weight))
    touched = touched[shared[touched] >= MINIMUM_OVERLAP * np.minimum(part.weight[touched], query_weight)]
    overlap = shared[touched]
    theirs = part.weight[touched]
    share = overlap / (0.7 * np.minimum(theirs, query_weight) + 0.3 * np.maximum(theirs, query_weight))
    good = np.arange(len(touched))
    if len(good) > MAXIMUM_CANDIDATES:
        good = good[np.argpartition(-share[good], MAXIMUM_CANDIDATES)[:MAXIMUM_CANDIDATES]]
    order = good[np.lexsort((touched[good], -share[good]))]
    return [int(position) for position in touched[order]]
