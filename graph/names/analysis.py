"""A name taken apart for comparison: tokens with their weight, legal form, numbers, places, meanings.

Invariants: an analysis is a pure function of the text and the schema; a name without a single telling word
(``usable`` is false) matches nothing. Tokens are ASCII lower case. rigour does the script-neutral work (tokens, legal
forms of the world); which personal names are forms of one another stands in ``forms``, Swedish facts in the YAML files.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from normality import ascii_text
from rapidfuzz.distance import OSA
from rigour.names import NameTypeTag, SymbolCategory, analyze_names, extract_org_types, tokenize_name

from graph.model import ListedSchema
from graph.names.east_asian import is_hangul, is_unspaced, korean_readings, romanised_hangul, split
from graph.names.facts import facts, plain
from graph.names.forms import NO_GROUPS, groups
from graph.names.sound import skeletons, sound, sounds

MAXIMUM_LENGTH = 256
"""Characters of a name that are read. The longest names of registers and lists are shorter."""
MAXIMUM_TOKENS = 32

# How much a token tells. One distinctive word is 1; the rest are shares of it.
WEIGHT_WORD = 1.0
WEIGHT_SHORT_WORD = 0.7
"""Two letters: often an abbreviation that recurs."""
WEIGHT_INITIAL = 0.35
WEIGHT_TRADE = 0.45
WEIGHT_PLACE = 0.4
WEIGHT_NUMBER = 0.6
WEIGHT_GENERIC = 0.15
WEIGHT_JOINING = 0.05
WEIGHT_PARTICLE = 0.2
WEIGHT_NAME_PREFIX = 0.35
"""Abdul, Abu: part of a name, though written apart."""
WEIGHT_REGNAL = 0.3
"""II after a person's name."""
WEIGHT_TITLE = 0.1
WEIGHT_ASIDE = 0.1
"""What stands in brackets, or a title after a comma: an explanation beside the name."""

_ROMAN = {
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "xi": "11",
    "xii": "12",
    "xiii": "13",
    "xiv": "14",
    "xv": "15",
    "xvi": "16",
}
_ROMAN_NAMES = frozenset({"vi", "xi"})
"""Also Vietnamese and Chinese names."""
_ORDINAL = re.compile(r"0*([1-9]\d*)(?:st|nd|rd|th)", re.ASCII)
_ROMAN_LETTER = {"i": "1", "v": "5", "x": "10"}
_ARTICLES = frozenset({"al", "el", "ul"})
_SERVANTS = frozenset({"abd", "abdel", "abdal", "abdol", "abdoul", "abdil"})
"""Abd al-, "servant of the …", opens many Arabic names and is romanised in many ways."""
_SERVANT = "عبد"
_SERVANT_ARTICLES = frozenset(
    {"al", "el", "ul", "ar", "er", "ur", "as", "es", "us", "an", "en", "un", "ad", "ud", "az", "at"}
)
_GOD = frozenset({"allah", "allh", "ullah"})
_LOOK_ALIKE = str.maketrans("0134579", "oleastg")
"""Figures that stand for letters inside a person's name (Ex3mpel); no person has a figure in the name."""
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_AMPERSAND = re.compile(r"(?<![\w&.])(\w{1,2})\s?&\s?(\w)(?![\w&])")
_DOTTED = re.compile(r"(?<![\w.])(?:[^\W\d_]\.\s?){2,}(?:[^\W\d_](?![\w.]))?", re.UNICODE)
_PIECES = re.compile(r"[a-z0-9]+", re.ASCII)
_SPLIT = re.compile(r"\s+")


class TokenKind(StrEnum):
    """What a token is in its name."""

    WORD = "word"
    INITIAL = "initial"
    NUMBER = "number"
    TRADE = "trade"
    PLACE = "place"
    GENERIC = "generic"
    JOINING = "joining"
    PARTICLE = "particle"
    TITLE = "title"
    ASIDE = "aside"


TELLING = frozenset({TokenKind.WORD, TokenKind.TRADE})
"""Kinds that can carry a name. Without one of them the name is unusable."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a name. ``written`` is as rigour read it (lower case, own script), ``text`` plain ASCII."""

    text: str
    written: str
    kind: TokenKind
    weight: float
    sound: str
    meanings: frozenset[str] = frozenset()
    """Name forms and rigour's symbols that the token alone stands for."""
    readings: frozenset[str] = frozenset()
    """Sounds of other ways to romanise the token (Korean)."""

    @property
    def skeleton(self) -> str:
        """What is left of the sound without vowels; few words are alike enough to be asked for it."""
        return skeletons(self.sound)


@dataclass(frozen=True, slots=True)
class NameAnalysis:
    """A name ready to compare. ``usable`` is false when nothing in it tells one holder from another."""

    original: str
    person: bool
    tokens: tuple[Token, ...]
    joined: str
    """The telling tokens run together, for names written without blanks."""
    legal_forms: frozenset[str] = frozenset()
    """Families of legal form: ours for Swedish ones, rigour's classes for the rest."""
    numbers: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, frozenset[int]], ...] = ()
    """Meanings that several tokens carry together: (meaning, positions in ``tokens``)."""
    usable: bool = False
    transliterated: bool = False
    """Whether the name was not written in Latin script."""

    @property
    def text(self) -> str:
        """The tokens with blanks between."""
        return " ".join(token.text for token in self.tokens)

    @property
    def weight(self) -> float:
        """Sum of the tokens' weights."""
        return sum(token.weight for token in self.tokens)


def normalise_organisation(name: str) -> NameAnalysis:
    """Analyse the name of an organisation (company, association, authority, vessel owner)."""
    return _organisation(name, NameTypeTag.ORG)


def normalise_person(name: str) -> NameAnalysis:
    """Analyse the name of a natural person, in any order and script."""
    return _person(name)


def normalise_object(name: str) -> NameAnalysis:
    """Analyse the name of a vessel or an aircraft."""
    return _organisation(name, NameTypeTag.OBJ)


def analyse(name: str, schema: ListedSchema) -> NameAnalysis:
    """Analyse ``name`` as what ``schema`` says it names."""
    if schema is ListedSchema.PERSON:
        return normalise_person(name)
    return normalise_organisation(name) if schema is ListedSchema.ORGANISATION else normalise_object(name)


def clean(text: str) -> str:
    """``text`` in NFKC, control characters as blanks, single blanks, cut at ``MAXIMUM_LENGTH`` characters."""
    cut = unicodedata.normalize("NFKC", text[: 2 * MAXIMUM_LENGTH])
    visible = "".join(" " if unicodedata.category(c) in _INVISIBLE else c for c in cut) if not cut.isascii() else cut
    if not visible.isprintable():
        visible = "".join(c if c.isprintable() else " " for c in visible)
    return " ".join(visible.split())[:MAXIMUM_LENGTH]


_NOT_JOINED = frozenset({TokenKind.ASIDE, TokenKind.TITLE, TokenKind.JOINING})
_INVISIBLE = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})


@lru_cache(maxsize=65_536)
def ascii_pieces(form: str, comparable: str) -> tuple[str, ...]:
    """The ASCII tokens of one word in any script (one word of a script without blanks may become several).

    A word that cannot be romanised stays in its own script: it can still be equal, or known as a form of a name.."""
    text = comparable if comparable.isascii() else ascii_text(form)
    return tuple(_PIECES.findall(text.casefold())) or (form,)


def _token(
    text: str,
    written: str,
    kind: TokenKind,
    weight: float,
    meanings: frozenset[str] = NO_GROUPS,
    readings: frozenset[str] = NO_GROUPS,
) -> Token:
    return Token(text, written, kind, weight, sounds(text), meanings, readings)


def _without_asides(text: str) -> tuple[str, tuple[str, ...]]:
    """The name without its bracketed parts, and these; a name that stands in brackets entirely stays."""
    asides = tuple(match[1] for match in _BRACKETS.finditer(text))
    rest = _BRACKETS.sub(" ", text)
    return (rest, asides) if asides and any(c.isalpha() for c in rest) else (text, ())


def _empty(name: str, person: bool) -> NameAnalysis:
    return NameAnalysis(name, person, (), "")


# --- persons


@lru_cache(maxsize=32_768)
def _person(name: str) -> NameAnalysis:
    text, asides = _without_asides(clean(name))
    before, comma, after = text.partition(",")
    if comma:
        words = _SPLIT.split(after.strip().casefold().replace(".", ""))
        if words and words[0] in facts().after_comma_asides:
            text, asides = before, (*asides, after)
        else:  # "FAMILY, Given": in the natural order a slip over the boundary of two words can be seen
            text = f"{after} {before}"
    words = _words(text)
    if len(words) > 2 and words[0] in facts().forms_of_address:
        del words[0]
    alone = len(words) == 1
    tokens = [token for word in words for token in _person_word(word, alone)][:MAXIMUM_TOKENS]
    joined = _joined(tokens)
    tokens = _with_servant_names(tokens)
    tokens.extend(_aside_tokens(asides))
    numbers = frozenset(token.text for token in tokens if token.kind is TokenKind.NUMBER)
    return _finish(name, True, tokens, joined, [], _is_foreign(text), frozenset(), numbers)


def _with_servant_names(tokens: list[Token]) -> list[Token]:
    """The tokens with "Abd al-", "Abd ar-", "Abdel" … as the word "abdul", and "Abd Allah" as one name."""
    if not any(token.text in _SERVANTS or token.written == _SERVANT for token in tokens[:-1]):
        return tokens
    kept: list[Token] = []
    for position, token in enumerate(tokens):
        before, last = tokens[position - 1] if position else None, position == len(tokens) - 1
        after_servant = before is not None and (before.text == "abd" or before.written == _SERVANT)
        if after_servant and token.text in _SERVANT_ARTICLES and not last:
            kept[-1] = _person_token("abdul", "abdul")
        elif after_servant and token.text in _GOD:
            kept[-1] = _person_token("abdullah", "abdullah")
        elif token.text in _SERVANTS and token.text != "abd" and not last:
            kept.append(_person_token("abdul", "abdul"))
        else:
            kept.append(token)
    return kept


def _words(text: str) -> list[str]:
    """The words of a personal name, lower case, in their own script."""
    if not any(character.isalpha() for character in text):
        return []
    return tokenize_name(text.casefold())


@lru_cache(maxsize=131_072)
def _person_word(word: str, alone: bool) -> tuple[Token, ...]:
    """The tokens of one word: several where a whole name in Chinese characters or Hangul is written together."""
    if word.isascii():
        return (_person_token(word, word),)
    if is_unspaced(word):
        return tuple(_east_asian_token(part) for part in (split(word) if alone else (word,)))
    pieces = ascii_pieces(word, plain(word))
    if len(pieces) == 1:
        return (_person_token(pieces[0], word),)
    return tuple(_person_token(piece, piece) for piece in pieces[:MAXIMUM_TOKENS])


def _east_asian_token(part: str) -> Token:
    text = romanised_hangul(part) if is_hangul(part) else "".join(ascii_pieces(part, part))
    readings = frozenset(sound(reading) for reading in korean_readings(part))
    return _token(text, part, TokenKind.WORD, WEIGHT_WORD, groups(part), readings)


def _person_token(text: str, written: str) -> Token:
    known = facts()
    if not text.isalpha() and not text.isdigit():
        text = text.translate(_LOOK_ALIKE)
    if len(text) == 1:
        return _token(text, written, TokenKind.INITIAL, WEIGHT_INITIAL)
    text = known.given_name_abbreviations.get(text, text)
    meanings = groups(text)
    if written != text:
        meanings |= groups(written)
    meanings |= known.nicknames.get(text, NO_GROUPS) | known.translations.get(text, NO_GROUPS)
    if text in known.particles:
        weight = WEIGHT_NAME_PREFIX if text in known.name_prefixes else WEIGHT_PARTICLE
        return _token(text, written, TokenKind.PARTICLE, weight, meanings)
    if text in _ROMAN and text not in _ROMAN_NAMES:
        return _token(_ROMAN[text], written, TokenKind.NUMBER, WEIGHT_REGNAL)
    if text in known.titles:
        return _token(text, written, TokenKind.TITLE, WEIGHT_TITLE, meanings)
    return _token(text, written, TokenKind.WORD, WEIGHT_SHORT_WORD if len(text) == 2 else WEIGHT_WORD, meanings)


# --- organisations and objects


@lru_cache(maxsize=32_768)
def _organisation(name: str, tag: NameTypeTag) -> NameAnalysis:
    text, asides = _without_asides(_AMPERSAND.sub(_ampersand, _DOTTED.sub(_undotted, clean(name))))
    legal: set[str] = set()
    tokens, phrases, foreign = _read(text, tag, legal)
    kept, forms, moved = _without_legal_forms(tokens)
    if len(kept) > 1 and kept[-1].text in _ROMAN_LETTER:  # "Fund I, Ltd", "Partners V": at the end a letter counts
        kept[-1] = _token(_ROMAN_LETTER[kept[-1].text], kept[-1].written, TokenKind.NUMBER, WEIGHT_NUMBER)
    phrases = [
        (meaning, frozenset(moved[p] for p in positions)) for meaning, positions in phrases if positions <= moved.keys()
    ]
    for aside in asides:
        extra, _, _ = _read(aside, tag, legal)
        rest, more, _ = _without_legal_forms(extra)
        forms |= more
        kept.extend(_aside(token) for token in rest)
    if not forms:  # a Swedish firm of the letters AL is no article
        kept = [_article(token) if token.text in _ARTICLES and token is not kept[-1] else token for token in kept]
    numbers = frozenset(token.text for token in kept if token.kind is TokenKind.NUMBER)
    return _finish(name, False, kept, _joined(kept), phrases, foreign, frozenset(forms | legal), numbers)


def _ampersand(match: re.Match[str]) -> str:
    """AT&T and H & M are one word; "AB & X" is not."""
    return match[0] if plain(match[1]) in facts().legal_phrases else match[1] + match[2]


def _aside(token: Token) -> Token:
    """A word in brackets: numbers count as ever, places still contradict other places, the rest explains."""
    if token.kind is TokenKind.NUMBER:
        return token
    kind = token.kind if token.kind is TokenKind.PLACE else TokenKind.ASIDE
    return _token(token.text, token.written, kind, min(WEIGHT_ASIDE * 2, token.weight), token.meanings)


def _article(token: Token) -> Token:
    """The Arabic article, which is written or left out, apart or together."""
    return replace(token, kind=TokenKind.PARTICLE)


def _undotted(match: re.Match[str]) -> str:
    """A.B.C. is one word; a dotted legal form (S.A., L.L.C.) is read by rigour and left alone."""
    letters = "".join(character for character in match[0] if character.isalpha())
    return match[0] if extract_org_types(match[0].strip()) or len(letters) < 3 else letters + " "


@lru_cache(maxsize=65_536)
def _is_mistyped_form(text: str) -> bool:
    """Whether the word is a long legal form with one slip ("limietd"), which would pass for a name of its own."""
    return any(text != form and OSA.distance(text, form, score_cutoff=1) <= 1 for form in facts().long_forms)


def _organisation_token(text: str, written: str, meanings: frozenset[str]) -> Token:
    known = facts()
    if text.isdigit():
        return _token(text.lstrip("0") or "0", written, TokenKind.NUMBER, WEIGHT_NUMBER)
    if text in _ROMAN:
        return _token(_ROMAN[text], written, TokenKind.NUMBER, WEIGHT_NUMBER)
    ordinal = _ORDINAL.fullmatch(text)
    if ordinal:
        return _token(ordinal[1], written, TokenKind.NUMBER, WEIGHT_NUMBER)
    if text in known.ordinals:
        return _token(known.ordinals[text], written, TokenKind.NUMBER, WEIGHT_NUMBER)
    text = known.abbreviations.get(text, text)
    meanings |= known.synonyms.get(text, NO_GROUPS)
    if text in known.joining:
        return _token(text, written, TokenKind.JOINING, WEIGHT_JOINING)
    if text in known.generic or (len(text) > 5 and _is_mistyped_form(text)):
        return _token(text, written, TokenKind.GENERIC, WEIGHT_GENERIC, meanings)
    if len(text) == 1:
        return _token(text, written, TokenKind.INITIAL, WEIGHT_INITIAL, meanings)
    base = text[:-1] if text.endswith("s") else text
    if text in known.towns or base in known.towns or text in known.regions or base in known.regions:
        return _token(
            base if base in known.towns or base in known.regions else text,
            written,
            TokenKind.PLACE,
            WEIGHT_PLACE,
            meanings,
        )
    if any(meaning.startswith("LOC:") for meaning in meanings):
        return _token(text, written, TokenKind.PLACE, WEIGHT_PLACE, meanings)
    if text in known.trade or any(meaning.startswith(("DOMAIN:", "SYMBOL:")) for meaning in meanings):
        return _token(text, written, TokenKind.TRADE, WEIGHT_TRADE, meanings)
    return _token(text, written, TokenKind.WORD, WEIGHT_SHORT_WORD if len(text) == 2 else WEIGHT_WORD, meanings)


def _without_legal_forms(tokens: list[Token]) -> tuple[list[Token], set[str], dict[int, int]]:
    """Tokens without Swedish legal forms; the families found; old position -> new position of those kept."""
    phrases, foreign = facts().legal_phrases, facts().foreign_forms
    kept: list[Token] = []
    moved: dict[int, int] = {}
    forms: set[str] = set()
    position = 0
    while position < len(tokens):
        for phrase, form in phrases.get(tokens[position].text, ()):
            if tuple(token.text for token in tokens[position : position + len(phrase)]) == phrase:
                if form.code != "MARK":
                    forms.add(form.family)
                position += len(phrase)
                break
        else:
            found = _foreign_form(tokens, position, foreign.get(tokens[position].skeleton, ()))
            if found:
                forms.add(found[1])
                position += len(found[0])
                continue
            moved[position] = len(kept)
            kept.append(tokens[position])
            position += 1
    return kept, forms, moved


def _foreign_form(
    tokens: list[Token], position: int, forms: tuple[tuple[tuple[str, ...], str], ...]
) -> tuple[tuple[str, ...], str] | None:
    """The longest of ``forms`` whose consonants the tokens from ``position`` on have."""
    for form in forms:
        if tuple(token.skeleton for token in tokens[position : position + len(form[0])]) == form[0]:
            return form
    return None


# --- shared

_LATIN_END, _LATIN_ADDITIONAL = 0x24F, range(0x1E00, 0x1F00)
_FAMILIES = {
    "LLC": "limited_liability",
    "JSC": "joint_stock",
    "LP": "limited_partnership",
    "GP": "partnership",
    "COOP": "cooperative",
}
"""rigour's classes of legal form that a Swedish family has a counterpart to; the others keep rigour's name."""

Phrases = list[tuple[str, frozenset[int]]]


def _is_foreign(word: str) -> bool:
    return not word.isascii() and any(
        ord(c) > _LATIN_END and ord(c) not in _LATIN_ADDITIONAL and c.isalpha() for c in word
    )


def _read(text: str, tag: NameTypeTag, legal: set[str]) -> tuple[list[Token], Phrases, bool]:
    """Tokens, meanings of several tokens, and whether another script was read; families of form go to ``legal``."""
    tokens: list[Token] = []
    phrases: Phrases = []
    if not any(character.isalpha() for character in text):
        return tokens, phrases, False
    for name in analyze_names(tag, [text], phonetics=False, numerics=False):
        own: dict[int, set[str]] = {}
        several: list[tuple[str, list[int]]] = []
        legal_parts: set[int] = set()
        for span in name.spans:
            category, indexes = span.symbol.category, [part.index for part in span.parts]
            if category == SymbolCategory.ORG_CLASS:
                if not any(part.form in _ROMAN for part in span.parts):
                    legal.add(_FAMILIES.get(span.symbol.id, span.symbol.id))
                    legal_parts.update(indexes)
            elif category not in (SymbolCategory.NUMERIC, SymbolCategory.INITIAL):
                meaning = f"{category.value}:{span.symbol.id}"
                if len(indexes) == 1:
                    own.setdefault(indexes[0], set()).add(meaning)
                else:
                    several.append((meaning, indexes))
        positions: dict[int, list[int]] = {}
        for part in name.parts:
            if part.index in legal_parts:
                continue
            meanings = frozenset(own.get(part.index, ()))
            pieces = ascii_pieces(part.form, part.comparable)[: MAXIMUM_TOKENS - len(tokens)]
            if len(pieces) > 1:  # 贝拉克 is one name of three tokens: its meaning is theirs together
                several.extend((meaning, [part.index]) for meaning in meanings)
                meanings = frozenset()
            for piece in pieces:
                positions.setdefault(part.index, []).append(len(tokens))
                tokens.append(_organisation_token(piece, part.form, meanings))
        for meaning, indexes in several:
            if all(index in positions for index in indexes):
                places = frozenset(place for index in indexes for place in positions[index])
                phrases.append((meaning, places))
                if meaning.startswith("LOC:"):  # Hong Kong, United Kingdom: a place of two words
                    for place in places:
                        tokens[place] = _as_place(tokens[place], len(places))
    return tokens, phrases, _is_foreign(text)


def _as_place(token: Token, words: int) -> Token:
    """A word of a place that is named with several ``words``: together they weigh what one would."""
    if token.kind is TokenKind.JOINING:
        return token
    return replace(token, kind=TokenKind.PLACE, weight=WEIGHT_PLACE / words)


def _aside_tokens(asides: tuple[str, ...]) -> list[Token]:
    """What stands beside a person's name, as tokens that hardly weigh."""
    words = [word for aside in asides for word in clean(aside).split()]
    pieces = [(piece, word) for word in words for piece in ascii_pieces(word, plain(word))]
    return [_token(piece, word, TokenKind.ASIDE, WEIGHT_ASIDE / 2) for piece, word in pieces[:MAXIMUM_TOKENS]]


def _joined(tokens: list[Token]) -> str:
    return "".join([token.text for token in tokens if token.kind not in _NOT_JOINED])


def _is_company_word(text: str) -> bool:
    """Whether the word alone is a company's ("Ltd", "Company", "AB"): as a person's whole name it names nobody."""
    known = facts()
    phrases = known.legal_phrases.get(text, ())
    return text in known.generic or any(len(phrase) == 1 for phrase, _ in phrases)


def _finish(
    name: str,
    person: bool,
    tokens: list[Token],
    joined: str,
    phrases: Phrases,
    foreign: bool,
    legal: frozenset[str],
    numbers: frozenset[str],
) -> NameAnalysis:
    telling = [token for token in tokens if token.kind in TELLING and not (person and _is_company_word(token.text))]
    usable = sum(len(token.text) for token in telling) >= 2
    return NameAnalysis(
        name, person, tuple(tokens), joined if usable else "", legal, numbers, tuple(phrases), usable, foreign
    )
