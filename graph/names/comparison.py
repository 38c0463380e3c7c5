"""How alike two names are: one function for lists, registers and screens, so that no two scores differ for one pair.

The words of the two names are paired, best first; the score is the share of telling weight that found a partner, times
how well the partners agree, lowered for what contradicts (another number, another town, another legal form).
0.70 is the usual line between "probably the same name" and not.

Invariants: symmetric; 0.0 when either side is unusable; 1.0 only for names equal but for case, accents, order, legal
form and joining words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from graph.model import ListedSchema
from graph.names.analysis import NameAnalysis, Token, TokenKind, analyse
from graph.names.sound import sound

DEFAULT_THRESHOLD = 0.70
"""Where other matchers of the field draw the line as well; errors to both sides balance about there."""

# --- how well two words agree (1 = the same word)
SIMILARITY_MEANING = 0.93
"""Known forms of one name (John/Juan, Mohammed/محمد): sure in kind, but two persons may well have the two forms."""
SIMILARITY_SOUND = 0.95
"""Differ only by how they are romanised."""
SIMILARITY_SKELETON = 0.84
"""The same consonants: what Arabic script leaves, but also what separates Omar from Amir."""
SIMILARITY_INITIAL = 0.8
"""An initial that fits says little, and its small weight says the rest."""
SIMILARITY_JOINED = 0.95
"""Two words here, one word there."""
MINIMUM_SPELLING = 0.66
"""Below it two spellings are two words: more than one wrong letter in four."""
SWAPPED_LETTERS = 0.6
"""Two neighbouring letters exchanged cost this share of a wrong letter: the commonest slip of the hand."""
SLIP_IN_WHOLE = 0.95
"""The same letters in nearly the same order across the words: a blank or a letter slipped over the boundary."""
SLIP_COST = 0.03
SLIP_SHORT = 0.10
"""Fewer than seven letters in all can be the same letters by chance."""
OTHER_FIRST_LETTER = 0.06
"""The first letter is rarely mistyped."""

# --- what lowers a score
EXTRA_PERSON = 0.33
"""Weight of a name that one side lacks at the beginning or the end."""
EXTRA_BETWEEN = 0.24
"""The same between names that agree: middle names and patronymics are often left out."""
EXTRA_WORD = 0.42
"""An organisation's extra distinctive word, when the shorter name may be how it is called for short."""
EXTRA_WORD_REGISTERED = 0.65
"""The same when both names carry a legal form: then the shorter one is a whole registered name of its own."""
EXTRA_OTHER = 0.30
"""An extra trade, place or generic word."""
SINGLE_NAME = 0.66
"""One matched name against a fuller name identifies nobody."""
OTHER_NUMBER = 0.5
"""Serial shelf companies, numbered funds, vessels: another number is another holder."""
MISSING_NUMBER = 0.8
OTHER_PLACE = 0.6
"""Branches and namesakes in two towns."""
OTHER_TRADE = 0.75
OTHER_NAMES = 0.85
"""Both persons have a name that the other lacks: brothers share all names but one."""
OTHER_FORM = 0.8
"""Two legal forms are two legal persons, unless one was converted into the other."""
OTHER_FORM_SAME_GROUP = 0.97
"""Kinds of limited company, which lists and translations mix up."""
ONLY_TRADE_WORDS = 0.7

_LIMITED = frozenset({"limited", "limited_liability", "joint_stock"})
_SPELLABLE = frozenset(
    {TokenKind.WORD, TokenKind.TRADE, TokenKind.PLACE, TokenKind.GENERIC, TokenKind.TITLE, TokenKind.PARTICLE}
)


class How(StrEnum):
    """Why two words were paired."""

    EXACT = "exact"
    MEANING = "meaning"
    SOUND = "sound"
    SPELLING = "spelling"
    JOINED = "joined"
    INITIAL = "initial"


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of the left name that answer to words of the right one. ``weight`` is the mean of the two sides."""

    left: str
    right: str
    how: How
    similarity: float
    weight: float


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


@lru_cache(maxsize=131_072)
def _spelling(left: str, right: str) -> float:
    """Likeness of two different words by their letters, 0.0 where they are two words."""
    longest = max(len(left), len(right))
    allowed = 0 if longest < 3 else 1 if longest < 7 else 2 if longest < 11 else 3
    if abs(len(left) - len(right)) > allowed:
        return 0.0
    distance = OSA.distance(left, right, score_cutoff=allowed)
    if distance > allowed:
        return 0.0
    if sorted(left) == sorted(right):
        return 1.0 - SWAPPED_LETTERS * distance / longest
    value = 1.0 - distance / longest
    return value if left[0] == right[0] else value - OTHER_FIRST_LETTER


def word_similarity(left: Token, right: Token) -> tuple[float, How]:
    """How well two words agree, and why; 0.0 for two different words."""
    if left.text == right.text:
        return 1.0, How.EXACT
    if left.kind is TokenKind.NUMBER or right.kind is TokenKind.NUMBER:
        return 0.0, How.EXACT
    if left.meanings and right.meanings and not left.meanings.isdisjoint(right.meanings):
        return SIMILARITY_MEANING, How.MEANING
    if left.kind not in _SPELLABLE or right.kind not in _SPELLABLE:
        return 0.0, How.EXACT
    if not left.text.isalpha() or not right.text.isalpha():
        return 0.0, How.EXACT
    if left.sound == right.sound or ((left.readings or right.readings) and not _heard(left).isdisjoint(_heard(right))):
        return SIMILARITY_SOUND, How.SOUND
    best, how = max(_spelling(left.text, right.text), _spelling(left.sound, right.sound) * 0.97), How.SPELLING
    if best < SIMILARITY_SKELETON and len(left.skeleton) > 2 and left.skeleton == right.skeleton:
        best, how = SIMILARITY_SKELETON, How.SOUND
    return (best, how) if best >= MINIMUM_SPELLING else (0.0, how)


def _as_heard(left: str, right: str) -> float:
    return SIMILARITY_SOUND if left == right else _spelling(left, right)


def _heard(token: Token) -> frozenset[str]:
    return token.readings | {token.sound}


def compare(left: NameAnalysis, right: NameAnalysis) -> Comparison:
    """Compare two analysed names of the same kind."""
    if not left.usable or not right.usable or left.person != right.person:
        return NO_MATCH
    pairs, free_left, free_right = _pair(left, right)
    matched = sum(pair.weight for pair in pairs)
    if matched <= 0:
        return NO_MATCH
    quality = sum(pair.weight * pair.similarity for pair in pairs) / matched
    ends = _unmatched(left, free_left), _unmatched(right, free_right)
    score, notes = (_person_score if left.person else _organisation_score)(left, right, matched, *ends)
    return Comparison(
        min(1.0, max(score * quality, _slip(left.joined, right.joined))),
        tuple(pairs),
        tuple(token.text for token in ends[0]),
        tuple(token.text for token in ends[1]),
        notes,
    )


def _slip(left: str, right: str) -> float:
    """Score of two names of the same letters in nearly the same order, 0.0 for others (Lauren Tnkunda)."""
    if len(left) != len(right) or len(left) < 4 or sorted(left) != sorted(right):
        return 0.0
    distance = OSA.distance(left, right, score_cutoff=2)
    if distance > 2:
        return 0.0
    return SLIP_IN_WHOLE - SLIP_COST * distance - (SLIP_SHORT if len(left) < 7 else 0.0)


def _unmatched(analysis: NameAnalysis, free: list[int]) -> list[Token]:
    """The words without a partner; joining words ("och", "of") are not missed."""
    return [analysis.tokens[i] for i in free if analysis.tokens[i].kind is not TokenKind.JOINING]


def _pair(left: NameAnalysis, right: NameAnalysis) -> tuple[list[Pair], list[int], list[int]]:
    """Pair the words of two names, surest first; the positions left over on each side."""
    lefts, rights = left.tokens, right.tokens
    pairs: list[Pair] = []
    free_left, free_right = list(range(len(lefts))), list(range(len(rights)))

    places: dict[str, list[int]] = {}
    for j, token in enumerate(rights):
        places.setdefault(token.text, []).append(j)
    for i, token in enumerate(lefts):
        found = places.get(token.text)
        if found:
            j = found.pop(0)
            pairs.append(Pair(token.text, token.text, How.EXACT, 1.0, (token.weight + rights[j].weight) / 2))
            free_left.remove(i)
            free_right.remove(j)
    if not free_left or not free_right:
        return pairs, free_left, free_right

    _pair_phrases(left, right, free_left, free_right, pairs)

    candidates: list[tuple[float, float, int, int, How]] = []
    for i in free_left:
        for j in free_right:
            value, how = word_similarity(lefts[i], rights[j])
            if value > 0.0:
                candidates.append((value, min(lefts[i].weight, rights[j].weight), -i, -j, how))
    for value, _, i, j, how in sorted(candidates, reverse=True):
        if -i in free_left and -j in free_right:
            pairs.append(_single(lefts[-i], rights[-j], how, value))
            free_left.remove(-i)
            free_right.remove(-j)
    if free_left and free_right:
        _pair_joined(lefts, rights, free_left, free_right, pairs, swapped=False)
        _pair_joined(rights, lefts, free_right, free_left, pairs, swapped=True)
        _pair_initials(lefts, rights, free_left, free_right, pairs)
    return pairs, free_left, free_right


def _single(left: Token, right: Token, how: How, value: float) -> Pair:
    """A pair of single words; a mistyped weak word ("holdig") is still a weak word."""
    weight = min(left.weight, right.weight) if how is How.SPELLING else (left.weight + right.weight) / 2
    return Pair(left.text, right.text, how, value, weight)


def _meanings(analysis: NameAnalysis, free: list[int]) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {
        meaning: positions for meaning, positions in analysis.phrases if positions <= set(free)
    }
    for i in free:
        for meaning in analysis.tokens[i].meanings:
            found.setdefault(meaning, frozenset({i}))
    return found


def _pair_phrases(
    left: NameAnalysis, right: NameAnalysis, free_left: list[int], free_right: list[int], pairs: list[Pair]
) -> None:
    """Pair what several words mean together (Abd al-Aziz = Abdulaziz); the longest phrase first."""
    if not left.phrases and not right.phrases:
        return
    lefts, rights = _meanings(left, free_left), _meanings(right, free_right)
    shared = [m for m in lefts.keys() & rights.keys() if len(lefts[m]) + len(rights[m]) > 2]
    for meaning in sorted(shared, key=lambda m: (-len(lefts[m]) - len(rights[m]), m)):
        ours, theirs = lefts[meaning], rights[meaning]
        if ours <= set(free_left) and theirs <= set(free_right):
            words = [left.tokens[i] for i in sorted(ours)], [right.tokens[j] for j in sorted(theirs)]
            pairs.append(_group(*words, How.MEANING, SIMILARITY_MEANING))
            free_left[:] = [i for i in free_left if i not in ours]
            free_right[:] = [j for j in free_right if j not in theirs]


def _group(left: list[Token], right: list[Token], how: How, value: float) -> Pair:
    weight = (sum(token.weight for token in left) + sum(token.weight for token in right)) / 2
    return Pair(" ".join(t.text for t in left), " ".join(t.text for t in right), how, value, weight)


def _pair_joined(
    parts: tuple[Token, ...],
    wholes: tuple[Token, ...],
    free_parts: list[int],
    free_wholes: list[int],
    pairs: list[Pair],
    *,
    swapped: bool,
) -> None:
    """Pair neighbouring words of one side with one word of the other (Mohammad Hasni = Mohammadhasni)."""
    for j in list(free_wholes):
        whole = wholes[j].text
        if len(whole) < 5 and not wholes[j].readings:
            continue
        for size in (2, 3):
            runs = [free_parts[k : k + size] for k in range(len(free_parts) - size + 1)]
            for run in runs:
                if run[-1] - run[0] != size - 1 or j not in free_wholes:
                    continue
                joined = "".join(parts[i].text for i in run)
                value = 1.0 if joined == whole else _spelling(joined, whole)
                if value < 1.0 and wholes[j].readings:
                    value = max(value, *(_as_heard(sound(joined), reading) for reading in wholes[j].readings))
                if value < 0.8:
                    continue
                some, one = [parts[i] for i in run], [wholes[j]]
                pair = _group(*((one, some) if swapped else (some, one)), How.JOINED, value * SIMILARITY_JOINED)
                pairs.append(pair)
                free_parts[:] = [i for i in free_parts if i not in run]
                free_wholes.remove(j)
                break


def _pair_initials(
    lefts: tuple[Token, ...], rights: tuple[Token, ...], free_left: list[int], free_right: list[int], pairs: list[Pair]
) -> None:
    for i in list(free_left):
        for j in list(free_right):
            one, other = lefts[i], rights[j]
            kinds = {one.kind, other.kind}
            if kinds == {TokenKind.INITIAL, TokenKind.WORD} and one.text[0] == other.text[0]:
                weight = min(one.weight, other.weight)
                pairs.append(Pair(one.text, other.text, How.INITIAL, SIMILARITY_INITIAL, weight))
                free_left.remove(i)
                free_right.remove(j)
                break


def _lacks_an_end(longer: NameAnalysis, free: list[Token]) -> bool:
    """Whether the first or the last telling word of the longer name is among those without a partner."""
    words = [token for token in longer.tokens if token.kind is TokenKind.WORD]
    return bool(words) and any(token is words[0] or token is words[-1] for token in free)


def _person_score(
    left: NameAnalysis,
    right: NameAnalysis,
    matched: float,
    free_left: list[Token],
    free_right: list[Token],
) -> tuple[float, tuple[str, ...]]:
    ours, theirs = sum(token.weight for token in free_left), sum(token.weight for token in free_right)
    extra = (
        EXTRA_PERSON if _lacks_an_end(*((left, free_left) if ours > theirs else (right, free_right))) else EXTRA_BETWEEN
    )
    score = matched / (matched + min(ours, theirs) + extra * abs(ours - theirs))
    notes: list[str] = []
    if matched < 1.5 and max(left.weight, right.weight) > 1.5 and (ours > 0.5 or theirs > 0.5):
        score *= SINGLE_NAME
        notes.append("single_name")
    if ours > 0.5 and theirs > 0.5:
        score *= OTHER_NAMES
        notes.append("other_names")
    if left.transliterated or right.transliterated:
        notes.append("transliterated")
    return score, tuple(notes)


def _organisation_score(
    left: NameAnalysis,
    right: NameAnalysis,
    matched: float,
    free_left: list[Token],
    free_right: list[Token],
) -> tuple[float, tuple[str, ...]]:
    notes: list[str] = []
    ours, theirs = sum(token.weight for token in free_left), sum(token.weight for token in free_right)
    both, extra = min(ours, theirs), free_left if ours > theirs else free_right
    words = sum(token.weight for token in extra if token.kind is TokenKind.WORD)
    surplus = abs(ours - theirs)
    words = min(words, surplus)
    extra_word = EXTRA_WORD_REGISTERED if left.legal_forms and right.legal_forms else EXTRA_WORD
    score = matched / (matched + both + extra_word * words + EXTRA_OTHER * (surplus - words))
    if left.numbers != right.numbers:
        other = bool(left.numbers - right.numbers) and bool(right.numbers - left.numbers)
        score *= OTHER_NUMBER if other else MISSING_NUMBER
        notes.append("other_number" if other else "missing_number")
    kinds = [{token.kind for token in free_left}, {token.kind for token in free_right}]
    if all(TokenKind.PLACE in found for found in kinds):
        score *= OTHER_PLACE
        notes.append("other_place")
    if all(TokenKind.TRADE in found for found in kinds):
        score *= OTHER_TRADE
        notes.append("other_trade")
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
