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
from graph.names.analysis import WEIGHT_PLACE, WEIGHT_SHORT_WORD, NameAnalysis, Token, TokenKind, analyse
from graph.names.east_asian import is_han, is_hangul
from graph.names.sound import sounds

DEFAULT_THRESHOLD = 0.70
"""Where other matchers of the field draw the line as well; errors to both sides balance about there."""

# --- how well two words agree (1 = the same word)
SIMILARITY_MEANING = 0.93
"""Known forms of one name (John/Juan, Mohammed/محمد): sure in kind, but two persons may well have the two forms."""
SIMILARITY_NICKNAME = 0.82
"""A pet name (Lasse, Lars)."""
SIMILARITY_FORM = 0.75
"""Forms of one name in one script (Karl, Carol; John, Juan); a single Chinese character, which many names share."""
SIMILARITY_SOUND = 0.95
"""Differ only by how they are romanised."""
SIMILARITY_SKELETON = 0.84
"""The same consonants: what Arabic script leaves, but also what separates Omar from Amir."""
SIMILARITY_SHORTENED = 0.76
"""One word opens the other: a short form, or a name of its own."""
SIMILARITY_ACRONYM = 0.85
"""Letters that begin the words of the other name (SKB = Svensk Kärnbränslehantering)."""
SIMILARITY_INITIAL = 0.8
"""An initial that fits says little, and its small weight says the rest."""
SIMILARITY_JOINED = 0.95
"""Two words here, one word there."""
MINIMUM_JOINED = 0.8
"""Words run together are longer, so fewer of their letters may differ."""
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
EXTRA_PERSON = 0.28
"""Weight of a name that one side lacks at the beginning or the end."""
EXTRA_BETWEEN = 0.24
"""The same between names that agree: middle names and patronymics are often left out."""
EXTRA_WORD = 0.25
"""An organisation's extra distinctive word, when the shorter name may be how it is called for short."""
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
OTHER_NAMES = 0.82
"""Both persons have a name that the other lacks: brothers share all names but one."""
OTHER_FORM = 0.65
"""Two legal forms are two legal persons, unless one was converted into the other."""
OTHER_FORM_SAME_GROUP = 0.68
"""Kinds of limited company, which lists and translations mix up."""
ONLY_TRADE_WORDS = 0.7
ONLY_INITIALS = 0.6
"""N.N. may be anybody."""
MISTYPED_COINED_WORD = 0.73
"""Organisations whose one distinctive word differs by a letter: firms coin names that differ by no more
(Polarium, Polarius), and a register would not let both stand if they were one."""
COINED_WORD_LENGTH = 12
"""Longer words differ by a letter through a slip rather than by choice."""

_LIMITED = frozenset({"limited", "limited_liability", "joint_stock"})
_NO_SLIP = frozenset(
    {"other_number", "missing_number", "other_place", "missing_place", "other_form", "other_form_same_group"}
)
"""What contradicts although the letters are the same."""
_SWEDISH = frozenset({"limited", "partnership", "limited_partnership", "cooperative", "foundation", "association"})
_GLUED_FORMS = frozenset(
    {
        "ab",
        "hb",
        "kb",
        "ag",
        "gmbh",
        "kg",
        "ltd",
        "inc",
        "llc",
        "plc",
        "oy",
        "as",
        "asa",
        "aps",
        "sa",
        "srl",
        "bv",
        "nv",
    }
)
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
    SHORTENED = "shortened"
    ACRONYM = "acronym"


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
    allowed = 0 if longest < 3 else 1 if longest < 8 else 2 if longest < 12 else 3
    if abs(len(left) - len(right)) > allowed:
        return 0.0
    distance = OSA.distance(left, right, score_cutoff=allowed)
    if distance > allowed:
        return 0.0
    if longest <= 4 and len(left) == len(right) and not _differ_in_vowel(left, right):
        return 0.0
    if sorted(left) == sorted(right):
        return 1.0 - SWAPPED_LETTERS * distance / longest
    value = 1.0 - distance / longest
    return value if left[0] == right[0] else value - OTHER_FIRST_LETTER


def _differ_in_vowel(left: str, right: str) -> bool:
    """Whether two words of one length exchange vowels or neighbours (Omar, Umar), not a consonant (Asif, Arif)."""
    return sorted(left) == sorted(right) or all(
        one in "aeiouy" and other in "aeiouy" for one, other in zip(left, right, strict=True) if one != other
    )


def word_similarity(left: Token, right: Token) -> tuple[float, How]:
    """How well two words agree, and why; 0.0 for two different words."""
    if left.text == right.text:
        return 1.0, How.EXACT
    if left.kind is TokenKind.NUMBER or right.kind is TokenKind.NUMBER:
        return 0.0, How.EXACT
    shared = _shared_meaning(left, right)
    if left.kind not in _SPELLABLE or right.kind not in _SPELLABLE:
        return shared, How.MEANING
    if left.kind is TokenKind.PLACE and right.kind is TokenKind.PLACE and not shared:
        return 0.0, How.EXACT  # two known places: Huddinge is not Haninge mistyped
    if shared >= SIMILARITY_MEANING:
        return shared, How.MEANING
    if not (left.written.isalpha() and left.written.isascii() and right.written.isalpha() and right.written.isascii()):
        if _has_figure(left.text) or _has_figure(right.text):
            return shared, How.MEANING
        if _is_east_asian(left) and _is_east_asian(right):
            return shared, How.MEANING  # in one such script another sign is another name
    if left.sound == right.sound or ((left.readings or right.readings) and not _heard(left).isdisjoint(_heard(right))):
        return SIMILARITY_SOUND, How.SOUND
    if _is_glued(left.text, right.text) or _is_glued(right.text, left.text):
        return SIMILARITY_JOINED, How.JOINED
    best, how = max(_spelling(left.text, right.text), _spelling(left.sound, right.sound) * 0.97), How.SPELLING
    if best < SIMILARITY_SKELETON and left.skeleton == right.skeleton and _is_bony(left, right):
        best, how = SIMILARITY_SKELETON, How.SOUND
    if shared >= best:
        return shared, How.MEANING
    return (best, how) if best >= MINIMUM_SPELLING else (shared, How.MEANING)


def _are_far_apart(left: Token, right: Token) -> bool:
    """Whether a glance tells that ``word_similarity`` is 0.0: most words have nothing to do with each other.

    Words that begin and end otherwise, as written and as heard, are at least two letters apart, which no spelling of
    fewer than eight letters is forgiven.
    """
    ours, theirs = left.sound, right.sound
    return (
        ours[0] != theirs[0]
        and ours[-1] != theirs[-1]
        and len(ours) < 8
        and len(theirs) < 8
        and len(left.text) < 8
        and len(right.text) < 8
        and left.text[0] != right.text[0]
        and left.text[-1] != right.text[-1]
        and (not left.meanings or left.meanings.isdisjoint(right.meanings))
        and not left.readings
        and not right.readings
    )


def _shared_meaning(left: Token, right: Token) -> float:
    """How well two words agree by what they mean: across scripts nearly as one word, within one script less."""
    if not left.meanings or not right.meanings or left.meanings.isdisjoint(right.meanings):
        return 0.0
    both = left.meanings & right.meanings
    if not any(meaning.isdigit() or meaning.startswith("TRANS") for meaning in both):
        return SIMILARITY_NICKNAME if all(meaning.startswith("NICK") for meaning in both) else SIMILARITY_MEANING
    if left.written.isascii() == right.written.isascii():
        return SIMILARITY_FORM
    return SIMILARITY_FORM if len(left.written) == 1 or len(right.written) == 1 else SIMILARITY_MEANING


def _is_glued(longer: str, shorter: str) -> bool:
    """Whether ``longer`` is ``shorter`` with a legal form written on to it (SiemensAG)."""
    length = len(shorter)
    return len(longer) > length >= 4 and longer.startswith(shorter) and longer[length:] in _GLUED_FORMS


def _has_figure(text: str) -> bool:
    return not text.isalpha() and any(character.isdigit() for character in text)


@lru_cache(maxsize=16_384)
def _east_asian(written: str) -> bool:
    return is_han(written) or is_hangul(written)


def _is_east_asian(token: Token) -> bool:
    return not token.written.isascii() and _east_asian(token.written)


def _is_bony(left: Token, right: Token) -> bool:
    """Whether equal skeletons tell something: three consonants, or two where one side was written without vowels."""
    consonants = len(left.skeleton) - left.skeleton.startswith("a")
    written_without = not left.written.isascii() or not right.written.isascii()
    return consonants >= (2 if written_without else 3)


def _is_shortened(left: str, right: str) -> bool:
    """Whether one word opens the other and has at least four letters (Wencho is not, Kristof of Kristoffer is)."""
    shorter, longer = sorted((left, right), key=len)
    return len(shorter) >= 4 and longer.startswith(shorter)


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
    score *= quality
    if all(pair.how is How.INITIAL for pair in pairs):
        score *= ONLY_INITIALS
    elif (
        not left.person and len(pairs) == 1 and _is_coined_word_mistyped(pairs) and not _share_foreign_form(left, right)
    ):
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


def _is_coined_word_mistyped(pairs: list[Pair]) -> bool:
    """Whether all that two organisations share of a distinctive word is one short word spelt in two ways."""
    telling = [pair for pair in pairs if pair.weight > WEIGHT_SHORT_WORD - 0.01]
    if len(telling) != 1 or telling[0].how not in (How.SPELLING, How.SOUND):
        return False
    return max(len(telling[0].left), len(telling[0].right)) < COINED_WORD_LENGTH


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


def _pair(left: NameAnalysis, right: NameAnalysis) -> tuple[list[Pair], list[int], list[int]]:
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
            if _are_far_apart(one, other):
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


def _joined_similarity(parts: list[Token], whole: Token) -> float:
    """Likeness of words run together and one word; both must begin or end alike, as written or as heard."""
    first, last = parts[0], parts[-1]
    written = first.text[0] == whole.text[0] or last.text[-1] == whole.text[-1]
    if not (written or whole.readings or first.sound[0] == whole.sound[0] or last.sound[-1] == whole.sound[-1]):
        return 0.0
    joined = "".join([part.text for part in parts])
    if joined == whole.text:
        return 1.0
    best = _spelling(joined, whole.text) if written else 0.0
    heard = sounds(joined)
    for reading in (whole.sound, *whole.readings):
        best = max(best, SIMILARITY_SOUND if heard == reading else _spelling(heard, reading))
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
    found: list[tuple[tuple[int, ...], int]] = []
    for size in (2, 3):
        for k in range(len(free) - size + 1):
            first = free[k]
            if free[k + size - 1] - first == size - 1:
                run = tuple(range(first, first + size))
                found.append((run, sum([len(parts[i].text) for i in run])))
    return found


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
                pairs.append(_group(*sides, how, SIMILARITY_INITIAL if person else SIMILARITY_ACRONYM))
                free_letters.remove(i)
                free_words[:] = [j for j in free_words if j not in run]
                break


_INITIAL_OF = {TokenKind.INITIAL: TokenKind.WORD, TokenKind.WORD: TokenKind.INITIAL}


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
    return any(token.kind is TokenKind.PLACE and token.weight >= WEIGHT_PLACE for token in free)


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
    elif left.legal_forms and right.legal_forms and _has_place(free_left) != _has_place(free_right):
        score *= MISSING_PLACE
        notes.append("missing_place")
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
