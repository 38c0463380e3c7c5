"""Which words of two names answer to each other, surest first, and which are left over on each side."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from graph.names.analysis import WEIGHT_SHORT_WORD, NameAnalysis, Token, TokenKind
from graph.names.forms import groups
from graph.names.sound import sounds
from graph.names.word_similarity import (
    OTHER_FIRST_LETTER,
    SIMILARITY_JOINED,
    SIMILARITY_MEANING,
    SIMILARITY_SOUND,
    How,
    are_far_apart,
    spelling,
    word_similarity,
)

SIMILARITY_SHORTENED = 0.76
"""One word opens the other: a short form, or a name of its own."""
SIMILARITY_ACRONYM = (0.85, 0.92, 0.95)
"""Letters that begin three, four, and five or more words of the other name (SEH = Svenska Exempel Hanteringen): the
more letters, the less by chance."""
SIMILARITY_INITIAL = 0.8
"""An initial that fits says little, and its small weight says the rest."""
MINIMUM_JOINED = 0.8
"""Words run together are longer, so fewer of their letters may differ."""
SIMILARITY_SCRAMBLED = 0.75
"""The same letters in any order."""
LEAST_SCRAMBLED = 5
"""Fewer letters make another name by chance."""
SIMILARITY_IN_CONTEXT = 0.7
"""A name that is roughly alike, where two others agree."""
MINIMUM_IN_CONTEXT = 0.55
"""Share of its sounds that must be the same: brothers' names have fewer in common."""
LEAST_IN_CONTEXT = 5
"""Sounds of the longer name: shorter names are alike by chance."""

_INITIAL_OF = {TokenKind.INITIAL: TokenKind.WORD, TokenKind.WORD: TokenKind.INITIAL}


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of the left name that answer to words of the right one. ``weight`` is the mean of the two sides."""

    left: str
    right: str
    how: How
    similarity: float
    weight: float


def pair_words(left: NameAnalysis, right: NameAnalysis) -> tuple[list[Pair], list[int], list[int]]:
    """Pair the words of two names, surest first; the positions left over on each side."""
    lefts, rights = left.tokens, right.tokens
    pairs: list[Pair] = []
    free_left, free_right = list(range(len(lefts))), list(range(len(rights)))

    texts = [token.text for token in rights]
    for i, token in enumerate(lefts):
        if token.text in texts:
            j = texts.index(token.text)
            texts[j] = ""
            pairs.append(Pair(token.text, token.text, How.EXACT, 1.0, (token.weight + rights[j].weight) / 2))
            free_left.remove(i)
            free_right.remove(j)
    if not free_left or not free_right:
        return pairs, free_left, free_right

    _pair_phrases(left, right, free_left, free_right, pairs)

    candidates: list[tuple[float, float, int, int, How]] = []
    for i in free_left:
        one = lefts[i]
        for j in free_right:
            other = rights[j]
            if are_far_apart(one, other):
                continue
            value, how = word_similarity(one, other)
            if value > 0.0:
                candidates.append((value, min(one.weight, other.weight), -i, -j, how))
    for value, _, i, j, how in sorted(candidates, reverse=True):
        if -i in free_left and -j in free_right:
            pairs.append(_single(lefts[-i], rights[-j], how, value))
            free_left.remove(-i)
            free_right.remove(-j)
    if free_left and free_right and len(free_left) + len(free_right) > 2:  # several words here, one there
        _pair_joined(lefts, rights, free_left, free_right, pairs, swapped=False)
        _pair_joined(rights, lefts, free_right, free_left, pairs, swapped=True)
        _pair_acronyms(lefts, rights, free_left, free_right, pairs, left.person, swapped=False)
        _pair_acronyms(rights, lefts, free_right, free_left, pairs, left.person, swapped=True)
    if free_left and free_right:
        if left.person:
            _pair_shortened(lefts, rights, free_left, free_right, pairs)
            if pairs or len(left.joined) == len(right.joined):
                _pair_scrambled(lefts, rights, free_left, free_right, pairs)
        _pair_initials(lefts, rights, free_left, free_right, pairs)
    if left.person and free_left and free_right and len(pairs) > 1:
        _pair_in_context(lefts, rights, free_left, free_right, pairs)
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


def _joined_similarity(parts: list[Token], whole: Token) -> float:
    """Likeness of words run together and one word; both must begin or end alike, as written or as heard."""
    first, last = parts[0], parts[-1]
    written = first.text[0] == whole.text[0] or last.text[-1] == whole.text[-1]
    if not (written or whole.readings or first.sound[0] == whole.sound[0] or last.sound[-1] == whole.sound[-1]):
        return 0.0
    joined = "".join([part.text for part in parts])
    if joined == whole.text:
        return 1.0
    if whole.meanings and not whole.meanings.isdisjoint(groups(joined)):  # Tse-tung, Zedong
        return SIMILARITY_MEANING
    best = spelling(joined, whole.text) if written else 0.0
    heard = sounds(joined)
    for reading in (whole.sound, *whole.readings):
        best = max(best, SIMILARITY_SOUND if heard == reading else spelling(heard, reading))
    return best


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
    if len(free_parts) < 2:
        return
    runs = _runs(parts, free_parts)
    for j in list(free_wholes):
        if not runs:
            return
        whole = wholes[j]
        length = len(whole.text)
        if length < 5 and not whole.readings:
            continue
        for run, size in runs:
            if abs(size - length) > 3:
                continue
            value = _joined_similarity([parts[i] for i in run], whole)
            if value < MINIMUM_JOINED:
                continue
            some, one = [parts[i] for i in run], [whole]
            pairs.append(_group(*((one, some) if swapped else (some, one)), How.JOINED, value * SIMILARITY_JOINED))
            free_parts[:] = [i for i in free_parts if i not in run]
            free_wholes.remove(j)
            runs = _runs(parts, free_parts)
            break


def _runs(parts: tuple[Token, ...], free: list[int]) -> list[tuple[tuple[int, ...], int]]:
    """Two, then three neighbouring words without a partner, with how many letters they have together."""
    lengths = [len(parts[i].text) for i in free]
    found: list[tuple[tuple[int, ...], int]] = [
        ((free[k], free[k + 1]), lengths[k] + lengths[k + 1])
        for k in range(len(free) - 1)
        if free[k + 1] - free[k] == 1
    ]
    found += [
        ((free[k], free[k + 1], free[k + 2]), lengths[k] + lengths[k + 1] + lengths[k + 2])
        for k in range(len(free) - 2)
        if free[k + 2] - free[k] == 2
    ]
    return found


def _is_shortened(left: str, right: str) -> bool:
    """Whether one word opens the other and has at least four letters (Wencho is not, Kristof of Kristoffer is)."""
    shorter, longer = sorted((left, right), key=len)
    return len(shorter) >= 4 and longer.startswith(shorter)


def _pair_shortened(
    lefts: tuple[Token, ...], rights: tuple[Token, ...], free_left: list[int], free_right: list[int], pairs: list[Pair]
) -> None:
    """Pair a name with its short form that opens it (Kristof, Kristoffer); last names are not shortened."""
    for i in [i for i in free_left if i < len(lefts) - 1]:
        for j in [j for j in free_right if j < len(rights) - 1]:
            if lefts[i].kind is rights[j].kind is TokenKind.WORD and _is_shortened(lefts[i].text, rights[j].text):
                pairs.append(_single(lefts[i], rights[j], How.SHORTENED, SIMILARITY_SHORTENED))
                free_left.remove(i)
                free_right.remove(j)
                break


def _pair_scrambled(
    lefts: tuple[Token, ...], rights: tuple[Token, ...], free_left: list[int], free_right: list[int], pairs: list[Pair]
) -> None:
    """Pair a word that is nobody's name with the name of the same letters (Nitup, Putin): an evasion, or a slip.

    Two words that are names both, as Roland and Arnold, are two names.
    """
    for i in list(free_left):
        one = lefts[i]
        length = len(one.text)
        if length < LEAST_SCRAMBLED or one.kind is not TokenKind.WORD:
            continue
        for j in free_right:
            other = rights[j]
            if len(other.text) != length or other.kind is not TokenKind.WORD or (one.meanings and other.meanings):
                continue
            if sorted(one.text) == sorted(other.text):
                pairs.append(_single(one, other, How.SPELLING, SIMILARITY_SCRAMBLED))
                free_left.remove(i)
                free_right.remove(j)
                break


def _pair_in_context(
    lefts: tuple[Token, ...], rights: tuple[Token, ...], free_left: list[int], free_right: list[int], pairs: list[Pair]
) -> None:
    """Pair the one name that is left on each side when two others agree: then less of its letters need to.

    Muhammad Nowshad Alam Khan is Muhammad Naushad Alam Khan, though Nowshad alone is not Naushad.
    """
    if sum(pair.weight > WEIGHT_SHORT_WORD for pair in pairs) < 2:
        return
    ours = [i for i in free_left if lefts[i].kind is TokenKind.WORD]
    theirs = [j for j in free_right if rights[j].kind is TokenKind.WORD]
    if len(ours) != 1 or len(theirs) != 1:
        return
    one, other = lefts[ours[0]], rights[theirs[0]]
    longest = max(len(one.sound), len(other.sound))
    if longest < LEAST_IN_CONTEXT or not (one.sound.isascii() and other.sound.isascii()):
        return
    likeness = 1.0 - OSA.distance(one.sound, other.sound) / longest
    if one.sound[0] != other.sound[0]:
        likeness -= OTHER_FIRST_LETTER
    if likeness >= MINIMUM_IN_CONTEXT:
        pairs.append(_single(one, other, How.SPELLING, SIMILARITY_IN_CONTEXT))
        free_left.remove(ours[0])
        free_right.remove(theirs[0])


def _pair_acronyms(
    letters: tuple[Token, ...],
    words: tuple[Token, ...],
    free_letters: list[int],
    free_words: list[int],
    pairs: list[Pair],
    person: bool,
    *,
    swapped: bool,
) -> None:
    """Pair a short word with the neighbouring words whose first letters it is: JC = Jean Claude, an acronym."""
    least = 2 if person else 3
    if len(free_words) < least:
        return
    for i in list(free_letters):
        token = letters[i]
        size = len(token.text)
        if token.kind not in (TokenKind.WORD, TokenKind.PARTICLE) or not least <= size <= 8 or not token.text.isalpha():
            continue
        if person and size > 3:
            continue
        candidates = [j for j in free_words if words[j].kind not in (TokenKind.JOINING, TokenKind.NUMBER)]
        for start in range(len(candidates) - size + 1):
            run = candidates[start : start + size]
            if all(words[j].text[0] == letter for j, letter in zip(run, token.text, strict=True)):
                some, one = [words[j] for j in run], [token]
                how = How.INITIAL if person else How.ACRONYM
                sides = (some, one) if swapped else (one, some)
                pairs.append(
                    _group(*sides, how, SIMILARITY_INITIAL if person else SIMILARITY_ACRONYM[min(size, 5) - 3])
                )
                free_letters.remove(i)
                free_words[:] = [j for j in free_words if j not in run]
                break


def _pair_initials(
    lefts: tuple[Token, ...], rights: tuple[Token, ...], free_left: list[int], free_right: list[int], pairs: list[Pair]
) -> None:
    """Pair a letter with a word that begins with it (J, John)."""
    for i in list(free_left):
        one = lefts[i]
        wanted = _INITIAL_OF.get(one.kind)
        if wanted is None:
            continue
        for j in free_right:
            other = rights[j]
            if other.kind is wanted and one.text[0] == other.text[0]:
                weight = min(one.weight, other.weight)
                pairs.append(Pair(one.text, other.text, How.INITIAL, SIMILARITY_INITIAL, weight))
                free_left.remove(i)
                free_right.remove(j)
                break
