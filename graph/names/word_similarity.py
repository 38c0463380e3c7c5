"""How well two words of names agree, and why: the same, known forms of one name, alike in sound or in spelling.

The greatest likeness is 1.0, the same word; 0.0 are two different words. Symmetric.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from graph.names.analysis import Token, TokenKind
from graph.names.east_asian import is_han, is_hangul
from graph.names.sound import sounds

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
SIMILARITY_JOINED = 0.95
"""Two words here, one word there."""
SIMILARITY_ARTICLE = 0.9
"""The same but for the Arabic article (Alharamain, Haramain)."""
LEAST_WITH_ARTICLE = 6
"""Shorter words that begin with "al" or "el" are names of their own (Alice, Elsa)."""
MINIMUM_SPELLING = 0.66
"""Below it two spellings are two words: more than one wrong letter in four."""
SWAPPED_LETTERS = 0.6
"""Two neighbouring letters exchanged cost this share of a wrong letter: the commonest slip of the hand."""
OTHER_FIRST_LETTER = 0.06
"""The first letter is rarely mistyped."""

_ARTICLES = frozenset({"al", "el"})
_OTHERWISE_HEARD = frozenset("aeiousz")
"""First sounds that skeletons exchange: a vowel for a vowel, z for s."""
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


@lru_cache(maxsize=131_072)
def spelling(left: str, right: str) -> float:
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
    one, other = left.text, right.text
    if one[0] == other[0] and (_is_glued(one, other) or _is_glued(other, one)):
        return SIMILARITY_JOINED, How.JOINED
    best, how = max(spelling(one, other), spelling(left.sound, right.sound) * 0.97), How.SPELLING
    first = left.sound[0]
    may_be_bony = best < SIMILARITY_SKELETON and (first == right.sound[0] or first in _OTHERWISE_HEARD)
    if may_be_bony and left.skeleton == right.skeleton and _is_bony(left, right):
        best, how = SIMILARITY_SKELETON, How.SOUND
    if best < SIMILARITY_ARTICLE and (one[:2] in _ARTICLES) is not (other[:2] in _ARTICLES):
        likeness = SIMILARITY_ARTICLE * _bare_similarity(one, other)
        if likeness > best:
            best, how = likeness, How.JOINED
    if shared >= best:
        return shared, How.MEANING
    return (best, how) if best >= MINIMUM_SPELLING else (shared, How.MEANING)


def are_far_apart(left: Token, right: Token) -> bool:
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


def _bare_similarity(left: str, right: str) -> float:
    """Likeness of two words of which one begins with the Arabic article, without it."""
    longer, other = (left, right) if left[:2] in _ARTICLES else (right, left)
    if len(longer) < LEAST_WITH_ARTICLE:
        return 0.0
    return 1.0 if sounds(longer[2:]) == sounds(other) else spelling(longer[2:], other)


def _has_figure(text: str) -> bool:
    return not text.isalpha() and any(character.isdigit() for character in text)


@lru_cache(maxsize=16_384)
def _east_asian(written: str) -> bool:
    return is_han(written) or is_hangul(written)


def _is_east_asian(token: Token) -> bool:
    return not token.written.isascii() and _east_asian(token.written)


def _is_bony(left: Token, right: Token) -> bool:
    """Whether equal skeletons tell something: three consonants, or two where one side was written without vowels."""
    if (left.kind is TokenKind.PARTICLE) != (right.kind is TokenKind.PARTICLE):
        return False  # Abdul, which calls for another name, is not Abdullah
    consonants = len(left.skeleton) - left.skeleton.startswith("a")
    written_without = not left.written.isascii() or not right.written.isascii()
    return consonants >= (2 if written_without else 3)


def _heard(token: Token) -> frozenset[str]:
    return token.readings | {token.sound}
