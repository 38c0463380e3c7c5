"""A hit in words. The same facts in the same order in both languages; no number but the score is repeated."""

from __future__ import annotations

from graph.matching.evidence import Birth, Evidence
from graph.model import ListedName
from graph.names.comparison import Comparison, How
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
}
_NOTES = {
    "single_name": ("bara ett namnled är gemensamt", "only one part of the name is shared"),
    "other_number": ("olika nummer i namnet", "different numbers in the name"),
    "missing_number": ("ett nummer finns bara i det ena namnet", "a number stands in one of the names only"),
    "other_place": ("olika orter i namnet", "different places in the name"),
    "other_trade": ("olika branschord", "different words of trade"),
    "other_form": ("olika juridisk form", "different legal forms"),
    "transliterated": ("jämfört över skriftsystem", "compared across scripts"),
}
MAXIMUM_WORDS = 6
"""Words listed in one explanation; the rest are counted."""


def explain(query_name: str, listed: ListedName, names: Comparison, evidence: Evidence) -> Text:
    """Why ``listed`` was found for ``query_name``, what agrees, what contradicts and what could not be compared."""
    return Text(*(_in_language(language, query_name, listed, names, evidence) for language in (0, 1)))


def _in_language(language: int, query_name: str, listed: ListedName, names: Comparison, evidence: Evidence) -> str:
    score = f"{names.score:.2f}"
    parts = []
    if language == 0:
        parts.append(f"Namnet ”{query_name}” liknar ”{listed.name}” på listan ({score.replace('.', ',')}).")
        same, alike, ours, theirs = "Lika", "Liknande", "Bara i frågan", "Bara på listan"
        agrees, against, missing = "Stämmer också", "Talar emot", "Kunde inte jämföras"
        weak, near = "Listan betecknar namnet som svagt.", "Födelsedatum skiljer sig så litet att det kan vara ett fel."
        alone = "Träffen bygger enbart på namnet."
    else:
        parts.append(f"The name “{query_name}” resembles “{listed.name}” on the list ({score}).")
        same, alike, ours, theirs = "Equal", "Alike", "Only in the query", "Only on the list"
        agrees, against, missing = "Also agrees", "Speaks against", "Could not be compared"
        weak, near = "The list calls the name weak.", "The dates of birth differ so little that it may be a slip."
        alone = "The hit rests on the name alone."
    exact = [pair.left for pair in names.pairs if pair.how is How.EXACT]
    others = [f"{pair.left}–{pair.right} ({_HOW[pair.how][language]})" for pair in names.pairs if pair.how in _HOW]
    for heading, words in ((same, exact), (alike, others), (ours, names.left_only), (theirs, names.right_only)):
        if words:
            parts.append(f"{heading}: {_some(words)}.")
    notes = [_NOTES[note][language] for note in names.notes if note in _NOTES]
    if notes:
        sentence = "; ".join(notes)
        parts.append(f"{sentence[0].upper()}{sentence[1:]}.")
    for heading, codes in (
        (agrees, evidence.corroboration),
        (against, evidence.contradictions),
        (missing, evidence.missing),
    ):
        if codes:
            parts.append(f"{heading}: {', '.join(_CODES[code][language] for code in codes)}.")
    if evidence.birth is Birth.NEAR:
        parts.append(near)
    if listed.weak:
        parts.append(weak)
    if not evidence.corroboration:
        parts.append(alone)
    return " ".join(parts)


def _some(words: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(words[:MAXIMUM_WORDS])
    return f"{shown} (+{len(words) - MAXIMUM_WORDS})" if len(words) > MAXIMUM_WORDS else shown
