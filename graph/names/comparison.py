"""How alike two names are: one function for lists, registers and screens, so that no two scores differ for one pair.

The words of the two names are paired, best first; the score is the share of telling weight that found a partner, times
how well the partners agree, lowered for what contradicts (another number, another town, another legal form).
0.70 is the usual line between "probably the same name" and not.

Invariants: symmetric; 0.0 when either side is unusable; 1.0 only for names equal but for case, accents, order, legal
form and joining words.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from graph.model import ListedSchema
from graph.names.analysis import (
    WEIGHT_PARTICLE,
    WEIGHT_PLACE,
    WEIGHT_SHORT_WORD,
    NameAnalysis,
    Token,
    TokenKind,
    analyse,
)
from graph.names.facts import facts
from graph.names.pairing import Pair, pair_words
from graph.names.sound import skeletons, sounds
from graph.names.word_similarity import How

DEFAULT_THRESHOLD = 0.70
"""Where other matchers of the field draw the line as well; errors to both sides balance about there."""

SLIP_IN_WHOLE = 0.95
"""The same letters in nearly the same order across the words: a blank or a letter slipped over the boundary."""
SLIP_COST = 0.03
SLIP_SHORT = 0.10
"""Fewer than seven letters in all can be the same letters by chance."""
EXTRA_PERSON = 0.28
"""Weight of a name that one side lacks at the beginning or the end."""
EXTRA_BETWEEN = 0.24
"""The same between names that agree: middle names and patronymics are often left out."""
EXTRA_IN_OFFICE = 0.15
"""Weight of the given names of somebody who is called by office and family name."""
EXTRA_WORD = 0.25
"""An organisation's extra distinctive word, when the shorter name may be how it is called for short."""
MOST_EXTRA = 1.4
"""Of words that may well be left out so many count: how much longer the whole name is says no more."""
EXTRA_WORD_REGISTERED = 0.65
"""The same when both names carry a legal form: then the shorter one is a whole registered name of its own."""
EXTRA_OTHER = 0.30
"""An extra trade, place or generic word."""
SINGLE_NAME = 0.66
"""One matched name against a fuller name identifies nobody."""
OTHER_NUMBER = 0.5
"""Serial shelf companies, numbered funds, vessels: another number is another holder."""
MISSING_NUMBER = 0.74
OTHER_REGNAL = 0.65
"""Philip II and Philip III are two persons."""
OTHER_INITIAL = 0.8
"""Both persons have an initial, and another one."""
OTHER_PLACE = 0.6
"""Branches and namesakes in two towns."""
MISSING_PLACE = 0.72
"""Two registered names of which one carries a place: a parent and its company in that place."""
OTHER_TRADE = 0.75
MORE_TRADE = 0.78
"""A name that is whole with its own trade, and another that only adds a trade (Exempel Bank, Exempel Bank Trust): a
group names its companies so."""
OTHER_NAMES = 0.82
"""Both persons have a name that the other lacks: brothers share all names but one."""
OTHER_FORM = 0.65
"""Two legal forms are two legal persons, unless one was converted into the other."""
OTHER_FORM_SAME_GROUP = 0.68
"""Kinds of limited company, which lists and translations mix up."""
AROUND = 0.7
"""An organisation of another one's pupils, friends or pensioners."""
ONLY_TRADE_WORDS = 0.7
ONLY_INITIALS = 0.6
"""N.N. may be anybody."""
MISTYPED_COINED_WORD = 0.73
"""Organisations whose one distinctive word differs by a letter: firms coin names that differ by no more
(Polarium, Polarius), and a register would not let both stand if they were one."""
COINED_WORD_LENGTH = 12
"""Longer words differ by a letter through a slip rather than by choice."""
LETTERS = 3
"""Firms of three letters are many."""
ROMANISED_LENGTH = 6
"""Shorter words with other vowels are other words."""

_LIMITED = frozenset({"limited", "limited_liability", "joint_stock"})
_NO_SLIP = frozenset(
    {"other_number", "missing_number", "other_place", "missing_place", "other_form", "other_form_same_group"}
)
"""What contradicts although the letters are the same."""
_SWEDISH = frozenset({"limited", "partnership", "limited_partnership", "cooperative", "foundation", "association"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """A score with what it was made of. ``notes`` are codes of what lowered it."""

    score: float
    pairs: tuple[Pair, ...] = ()
    left_only: tuple[str, ...] = ()
    right_only: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


NO_MATCH = Comparison(0.0)


def similarity(left: str, right: str, schema: ListedSchema) -> float:
    """0..1 likeness of two names of a ``schema``; 0.0 when either is empty or tells nothing."""
    return compare(analyse(left, schema), analyse(right, schema)).score


def compare(left: NameAnalysis, right: NameAnalysis) -> Comparison:
    """Compare two analysed names of the same kind."""
    if not left.usable or not right.usable or left.person != right.person:
        return NO_MATCH
    pairs, free_left, free_right = pair_words(left, right)
    matched = sum(pair.weight for pair in pairs)
    if matched <= 0:
        return NO_MATCH
    quality = sum(pair.weight * pair.similarity for pair in pairs) / matched
    ends = _unmatched(left, free_left), _unmatched(right, free_right)
    score, notes = (_person_score if left.person else _organisation_score)(left, right, matched, *ends)
    score *= quality
    if all(pair.how is How.INITIAL for pair in pairs):
        score *= ONLY_INITIALS
    elif not left.person and _is_coined_word_changed(left, right, pairs, *ends):
        score *= MISTYPED_COINED_WORD
        notes = (*notes, "mistyped")
    return Comparison(
        min(1.0, score if _NO_SLIP.intersection(notes) else max(score, _slip(left, right))),
        tuple(pairs),
        tuple(token.text for token in ends[0]),
        tuple(token.text for token in ends[1]),
        notes,
    )


def _share_foreign_form(left: NameAnalysis, right: NameAnalysis) -> bool:
    """Whether both write the same legal form, none that the Swedish register guards against names so alike."""
    return bool((left.legal_forms & right.legal_forms) - _SWEDISH)


def _is_coined_word_changed(
    left: NameAnalysis, right: NameAnalysis, pairs: list[Pair], free_left: list[Token], free_right: list[Token]
) -> bool:
    """Whether all that two organisations share of a distinctive word is one short word written in two ways."""
    telling = [pair for pair in pairs if pair.weight > WEIGHT_SHORT_WORD - 0.01]
    if len(telling) != 1:
        return False
    (pair,) = telling
    if pair.how is How.JOINED or len(pair.left) == len(pair.right) == LETTERS:
        # "Ya Exempel", "Yaexempel" are one name, and so is ABC, unless each goes on in its own way
        return bool(free_left and free_right)
    if pair.how not in (How.SPELLING, How.SOUND) or len(pairs) > 1 or _share_foreign_form(left, right):
        return False
    if not (left.legal_forms | right.legal_forms) & _SWEDISH and _is_romanised_otherwise(pair):
        return False
    return max(len(pair.left), len(pair.right)) < COINED_WORD_LENGTH


def _is_romanised_otherwise(pair: Pair) -> bool:
    """Whether two words differ in vowels within only, as romanisations of one word do (Taleban, Taliban)."""
    one, other = sounds(pair.left), sounds(pair.right)
    bones = skeletons(one)
    if min(len(pair.left), len(pair.right)) < ROMANISED_LENGTH or one[0] != other[0] or one[-1] != other[-1]:
        return False
    return len(bones) >= 3 and bones == skeletons(other)


def _slip(left: NameAnalysis, right: NameAnalysis) -> float:
    """Score of two names of the same letters in nearly the same order, 0.0 for others (Lauren Tnkunda)."""
    one, other = left.joined, right.joined
    if len(one) != len(other) or len(one) < (4 if left.person else COINED_WORD_LENGTH) or sorted(one) != sorted(other):
        return 0.0
    if left.numbers != right.numbers:
        return 0.0
    distance = OSA.distance(one, other, score_cutoff=2)
    if distance > (2 if left.person else 1):
        return 0.0
    return SLIP_IN_WHOLE - SLIP_COST * distance - (SLIP_SHORT if len(one) < 7 else 0.0)


def _unmatched(analysis: NameAnalysis, free: list[int]) -> list[Token]:
    """The words without a partner; joining words ("och", "of") are not missed."""
    return [analysis.tokens[i] for i in free if analysis.tokens[i].kind is not TokenKind.JOINING]


def _lacks_an_end(longer: NameAnalysis, free: list[Token]) -> bool:
    """Whether the first or the last telling word of the longer name is among those without a partner."""
    words = [token for token in longer.tokens if token.kind is TokenKind.WORD]
    return bool(words) and any(token is words[0] or token is words[-1] for token in free)


def _is_in_office(called: NameAnalysis, whole: NameAnalysis, missed: list[Token]) -> bool:
    """Whether ``called`` is an office and the family name of ``whole`` (President Exempelsson)."""
    if not any(token.kind is TokenKind.TITLE and token.text in facts().offices for token in called.tokens):
        return False
    if sum(token.kind is TokenKind.WORD for token in called.tokens) != 1:
        return False
    names = [token for token in whole.tokens if token.kind is TokenKind.WORD]
    return len(names) > 1 and not any(token is names[-1] for token in missed)


def _person_score(
    left: NameAnalysis,
    right: NameAnalysis,
    matched: float,
    free_left: list[Token],
    free_right: list[Token],
) -> tuple[float, tuple[str, ...]]:
    ours, theirs = sum(token.weight for token in free_left), sum(token.weight for token in free_right)
    surplus = abs(ours - theirs)
    in_office = matched < 1.5 and (_is_in_office(left, right, free_right) or _is_in_office(right, left, free_left))
    if in_office:
        extra = EXTRA_IN_OFFICE
    elif _lacks_an_end(*((left, free_left) if ours > theirs else (right, free_right))):
        extra = EXTRA_PERSON
    else:
        extra, surplus = EXTRA_BETWEEN, min(surplus, MOST_EXTRA)
    score = matched / (matched + min(ours, theirs) + extra * surplus)
    notes: list[str] = []
    if not in_office and matched < 1.5 and max(left.weight, right.weight) > 1.5 and (ours > 0.5 or theirs > 0.5):
        score *= SINGLE_NAME
        notes.append("single_name")
    if min(ours, theirs) > 0.3 and max(ours, theirs) > 0.5:
        score *= OTHER_NAMES
        notes.append("other_names")
    if any(token.kind is TokenKind.INITIAL for token in free_left) and any(
        token.kind is TokenKind.INITIAL for token in free_right
    ):
        score *= OTHER_INITIAL
        notes.append("other_initial")
    if left.numbers and right.numbers and left.numbers.isdisjoint(right.numbers):
        score *= OTHER_REGNAL
        notes.append("other_number")
    if left.transliterated or right.transliterated:
        notes.append("transliterated")
    return score, tuple(notes)


def _has_place(free: list[Token]) -> bool:
    """Whether a place stands among the words without a partner, not merely in brackets."""
    return sum(token.weight for token in free if token.kind is TokenKind.PLACE) >= WEIGHT_PLACE


def _goes_on_to_another_trade(whole: NameAnalysis, free: list[Token], extra: list[Token]) -> bool:
    """Whether ``whole`` has its own word and trade, lacks nothing, and the other name only adds trades to it."""
    if free or not extra:
        return False
    added, own = {token.kind for token in extra}, {token.kind for token in whole.tokens}
    return TokenKind.TRADE in added and TokenKind.WORD not in added and {TokenKind.TRADE, TokenKind.WORD} <= own


def _missed(free: list[Token]) -> float:
    """Weight of an organisation's words without a partner; an article is hardly missed."""
    return sum([WEIGHT_PARTICLE if token.kind is TokenKind.PARTICLE else token.weight for token in free])


def _organisation_score(
    left: NameAnalysis,
    right: NameAnalysis,
    matched: float,
    free_left: list[Token],
    free_right: list[Token],
) -> tuple[float, tuple[str, ...]]:
    notes: list[str] = []
    ours, theirs = _missed(free_left), _missed(free_right)
    both, extra = min(ours, theirs), free_left if ours > theirs else free_right
    words = sum(token.weight for token in extra if token.kind is TokenKind.WORD)
    surplus = abs(ours - theirs)
    extra_word = EXTRA_WORD_REGISTERED
    if not (left.legal_forms and right.legal_forms):
        extra_word, surplus = EXTRA_WORD, min(surplus, MOST_EXTRA)
    words = min(words, surplus)
    score = matched / (matched + both + extra_word * words + EXTRA_OTHER * (surplus - words))
    if left.numbers != right.numbers:
        other = bool(left.numbers - right.numbers) and bool(right.numbers - left.numbers)
        score *= OTHER_NUMBER if other else MISSING_NUMBER
        notes.append("other_number" if other else "missing_number")
    kinds = [{token.kind for token in free_left}, {token.kind for token in free_right}]
    if all(TokenKind.PLACE in found for found in kinds):
        score *= OTHER_PLACE
        notes.append("other_place")
    elif left.legal_forms and right.legal_forms and _has_place(free_left) != _has_place(free_right):
        score *= MISSING_PLACE
        notes.append("missing_place")
    if all(TokenKind.TRADE in found for found in kinds):
        score *= OTHER_TRADE
        notes.append("other_trade")
    elif _goes_on_to_another_trade(left, free_left, free_right) or _goes_on_to_another_trade(
        right, free_right, free_left
    ):
        score *= MORE_TRADE
        notes.append("more_trade")
    if any(token.text in facts().around for token in (*free_left, *free_right)):
        score *= AROUND
        notes.append("around")
    if left.legal_forms and right.legal_forms and left.legal_forms.isdisjoint(right.legal_forms):
        alike = bool(left.legal_forms & _LIMITED) and bool(right.legal_forms & _LIMITED)
        score *= OTHER_FORM_SAME_GROUP if alike else OTHER_FORM
        notes.append("other_form_same_group" if alike else "other_form")
    elif left.legal_forms & right.legal_forms:
        notes.append("same_form")
    if matched < 0.9 and (free_left or free_right):
        score *= ONLY_TRADE_WORDS
        notes.append("only_trade_words")
    return score, tuple(notes)
