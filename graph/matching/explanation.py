"""A hit in words. The same facts in the same order in both languages; no number but the score is repeated."""

from __future__ import annotations

from graph.matching.evidence import Birth, Evidence
from graph.model import ListedName
from graph.names.comparison import Comparison
from graph.names.word_similarity import How
from graph.text import Text

_CODES = {
    "identifier": ("registreringsnummer", "registration number"),
    "birth_date": ("födelsedatum", "date of birth"),
    "birth_year": ("födelseår", "year of birth"),
    "address": ("adress", "address"),
    "country": ("land", "country"),
    "legal_form": ("juridisk form", "legal form"),
}
_HOW = {
    How.MEANING: ("formen av samma namn", "forms of one name"),
    How.SOUND: ("uttal eller translitterering", "sound or transliteration"),
    How.SPELLING: ("stavning", "spelling"),
    How.JOINED: ("särskrivning", "written as one word or several"),
    How.INITIAL: ("initial", "initial"),
    How.SHORTENED: ("förkortad form", "shortened form"),
    How.ACRONYM: ("initialförkortning", "acronym"),
}
_NOTES = {
    "single_name": ("bara ett namnled är gemensamt", "only one part of the name is shared"),
    "other_number": ("olika nummer i namnet", "different numbers in the name"),
    "missing_number": ("ett nummer finns bara i det ena namnet", "a number stands in one of the names only"),
    "other_place": ("olika orter i namnet", "different places in the name"),
    "missing_place": ("en ort finns bara i det ena namnet", "a place stands in one of the names only"),
    "other_initial": ("olika initialer", "different initials"),
    "more_trade": ("det längre namnet har ett branschord till", "the longer name has a further word of trade"),
    "around": (
        "det ena namnet är en organisation kring den andra (elever, vänner, personal)",
        "one name is an organisation around the other (pupils, friends, staff)",
    ),
    "other_trade": ("olika branschord", "different words of trade"),
    "other_form": ("olika juridisk form", "different legal forms"),
    "transliterated": ("jämfört över skriftsystem", "compared across scripts"),
}
_BIRTH_NEAR = (
    "Födelsedatum skiljer sig så litet att det kan vara ett fel.",
    "The dates of birth differ so little that it may be a slip.",
)
MAXIMUM_WORDS = 6
"""Words listed in one explanation; the rest are counted."""


def explain(query_name: str, listed: ListedName, names: Comparison, evidence: Evidence) -> Text:
    """Why ``listed`` was found for ``query_name``, what agrees, what contradicts and what could not be compared."""
    return Text(*(_in_language(language, query_name, listed, names, evidence) for language in (0, 1)))


def explain_pair(
    left: str,
    right: str,
    names: Comparison,
    score: float,
    match: bool,
    agrees: tuple[str, ...],
    against: tuple[str, ...],
    birth_near: bool,
) -> Text:
    """Why the records named ``left`` and ``right`` were, or were not, taken for the same."""
    said = []
    for language in (0, 1):
        figure = f"{score:.2f}".replace(".", "," if language == 0 else ".")
        if language == 0:
            verdict = "Sannolikt samma" if match else "Sannolikt inte samma"
            parts = [f"{verdict}: ”{left}” och ”{right}” ({figure})."]
            sides, headings = ("Bara i det första", "Bara i det andra"), ("Stämmer också", "Talar emot")
            nothing = "Inget i namnen svarar mot varandra."
        else:
            parts = [f"{'Probably' if match else 'Probably not'} the same: “{left}” and “{right}” ({figure})."]
            sides, headings = ("Only in the first", "Only in the second"), ("Also agrees", "Speaks against")
            nothing = "Nothing in the names answers to each other."
        parts.extend(_words(language, names, sides) if names.score > 0.0 else [nothing])
        for heading, codes in zip(headings, (agrees, against), strict=True):
            if codes:
                parts.append(f"{heading}: {', '.join(_CODES[code][language] for code in codes)}.")
        if birth_near:
            parts.append(_BIRTH_NEAR[language])
        said.append(" ".join(parts))
    return Text(*said)


def _words(language: int, names: Comparison, sides: tuple[str, str]) -> list[str]:
    """Sentences on which words agree and how, which stand on one side only, and what lowered the score."""
    same, alike = (("Lika", "Liknande"), ("Equal", "Alike"))[language]
    exact = [pair.left for pair in names.pairs if pair.how is How.EXACT]
    others = [f"{pair.left}–{pair.right} ({_HOW[pair.how][language]})" for pair in names.pairs if pair.how in _HOW]
    listed = ((same, exact), (alike, others), (sides[0], names.left_only), (sides[1], names.right_only))
    parts = [f"{heading}: {_some(words)}." for heading, words in listed if words]
    notes = [_NOTES[note][language] for note in names.notes if note in _NOTES]
    if notes:
        sentence = "; ".join(notes)
        parts.append(f"{sentence[0].upper()}{sentence[1:]}.")
    return parts


def _in_language(language: int, query_name: str, listed: ListedName, names: Comparison, evidence: Evidence) -> str:
    score = f"{names.score:.2f}"
    if language == 0:
        parts = [f"Namnet ”{query_name}” liknar ”{listed.name}” på listan ({score.replace('.', ',')})."]
        sides = ("Bara i frågan", "Bara på listan")
        agrees, against, missing = "Stämmer också", "Talar emot", "Kunde inte jämföras"
        weak = "Listan betecknar namnet som svagt."
        alone = "Träffen bygger enbart på namnet."
    else:
        parts = [f"The name “{query_name}” resembles “{listed.name}” on the list ({score})."]
        sides = ("Only in the query", "Only on the list")
        agrees, against, missing = "Also agrees", "Speaks against", "Could not be compared"
        weak = "The list calls the name weak."
        alone = "The hit rests on the name alone."
    parts.extend(_words(language, names, sides))
    for heading, codes in (
        (agrees, evidence.corroboration),
        (against, evidence.contradictions),
        (missing, evidence.missing),
    ):
        if codes:
            parts.append(f"{heading}: {', '.join(_CODES[code][language] for code in codes)}.")
    if evidence.birth is Birth.NEAR:
        parts.append(_BIRTH_NEAR[language])
    if listed.weak:
        parts.append(weak)
    if not evidence.corroboration:
        parts.append(alone)
    return " ".join(parts)


def _some(words: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(words[:MAXIMUM_WORDS])
    return f"{shown} (+{len(words) - MAXIMUM_WORDS})" if len(words) > MAXIMUM_WORDS else shown
