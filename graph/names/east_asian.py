"""Names in Chinese characters, Hangul and kana: where the family name ends, and how the parts are read.

>>> split("김정은")
('김', '정은')
>>> split("欧阳修文")
('欧阳', '修文')
>>> sorted(korean_readings("정은"))
['jeongeun', 'jongun', 'jungun']

Such names are written without a blank, family name first: one character, rarely two (a closed list in persons.yaml); a
Japanese family name is mostly two characters and known as one in the table of name forms. Latin text writes the given
name in one word or two. Korean names are romanised by no one rule (Jung, Jeong, Chung), and the same Chinese characters
have a Korean reading.
"""

from __future__ import annotations

from functools import lru_cache

from graph.names.facts import facts
from graph.names.forms import groups, hanja

MAXIMUM_CHARACTERS = 6
"""Longer runs are no personal name written together."""

_HANGUL_FIRST, _HANGUL_LAST = 0xAC00, 0xD7A3
_INITIALS = tuple("g,kk,n,d,tt,r,m,b,pp,s,ss,,j,jj,ch,k,t,p,h".split(","))  # noqa: SIM905
_VOWELS = tuple("a,ae,ya,yae,eo,e,yeo,ye,o,wa,wae,oe,yo,u,wo,we,wi,yu,eu,ui,i".split(","))  # noqa: SIM905
_FINALS = tuple(",k,k,k,n,n,n,t,l,k,m,l,l,l,p,l,m,p,p,t,t,ng,t,t,k,t,p,t".split(","))  # noqa: SIM905
"""Revised Romanisation (2000), syllable by syllable, as names are written; in the order of Unicode's syllables."""
_POPULAR = (("eo", "u", "eu", "u"), ("eo", "o", "eu", "u"))
"""How people write the two vowels that English lacks."""


def is_hangul(text: str) -> bool:
    """Whether every character is a Korean syllable."""
    return all(_HANGUL_FIRST <= ord(character) <= _HANGUL_LAST for character in text)


def is_han(text: str) -> bool:
    """Whether every character is Chinese (also used in Japanese and, for names, in Korean)."""
    return all(0x4E00 <= ord(character) <= 0x9FFF or character == "々" for character in text)


def is_unspaced(text: str) -> bool:
    """Whether ``text`` may be a whole name written together in Chinese characters or Hangul, kana among them."""
    return 2 <= len(text) <= MAXIMUM_CHARACTERS and all(
        0x4E00 <= ord(c) <= 0x9FFF or c == "々" or 0x3041 <= ord(c) <= 0x30FF or _HANGUL_FIRST <= ord(c) <= _HANGUL_LAST
        for c in text
    )


@lru_cache(maxsize=8_192)
def split(text: str) -> tuple[str, ...]:
    """The family and the given name of a name written together; the text itself where it is one name alone."""
    if len(text) < 2 or (len(text) > 4 and is_hangul(text)) or not (is_hangul(text) or _has_han(text)):
        return (text,)
    if len(text) > 2 and text[:2] in facts().double_family_names:
        return text[:2], text[2:]
    if is_hangul(text):
        return text[:1], text[1:]
    known = [at for at in (2, 1, 3) if at < len(text) and groups(text[:at]) and groups(text[at:])]
    if known:
        return text[: known[0]], text[known[0] :]
    if len(text) == 2 and groups(text):
        return (text,)
    if len(text) == 4:
        return text[:2], text[2:]
    return text[:1], text[1:]


def _has_han(text: str) -> bool:
    return any(0x4E00 <= ord(character) <= 0x9FFF for character in text)


def romanised_hangul(text: str) -> str:
    """Hangul in Revised Romanisation, each syllable for itself."""
    return "".join(_syllable(character) for character in text)


def _syllable(character: str) -> str:
    number = ord(character) - _HANGUL_FIRST
    initial, rest = divmod(number, 21 * 28)
    vowel, final = divmod(rest, 28)
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]


@lru_cache(maxsize=8_192)
def korean_readings(text: str) -> frozenset[str]:
    """How a Korean name in Hangul, or in Chinese characters with a known reading, is written in Latin letters."""
    if not is_hangul(text):
        known = hanja()
        if not is_han(text) or not all(character in known for character in text):
            return frozenset()
        text = "".join(known[character] for character in text)
    exact = romanised_hangul(text)
    popular = {exact.replace(a, b).replace(c, d) for a, b, c, d in _POPULAR}
    return frozenset({exact, *popular})
