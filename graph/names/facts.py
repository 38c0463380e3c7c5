"""The linguistic facts beside this module, read once. They stand in YAML so that a language person can mend them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from graph.names.sound import skeletons, sounds


@dataclass(frozen=True, slots=True)
class LegalForm:
    """A Swedish legal form and how it is written. ``phrases`` are folded token sequences, longest first."""

    code: str
    family: str
    phrases: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All word lists, folded to plain ASCII lower case as tokens are."""

    legal_phrases: dict[str, tuple[tuple[tuple[str, ...], LegalForm], ...]]
    """First word of a phrase -> the phrases that begin with it, longest first."""
    foreign_forms: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    """Consonants of the first word -> (consonants of the words, family) of legal forms as Cyrillic is romanised."""
    towns: frozenset[str]
    regions: frozenset[str]
    long_forms: tuple[str, ...]
    """Legal forms of one long word, in which a slip of the hand can be recognised."""
    joining: frozenset[str]
    generic: frozenset[str]
    trade: frozenset[str]
    around: frozenset[str]
    """Words of organisations around another one, whose name they carry (its pupils, its pensioners)."""
    titles: frozenset[str]
    offices: frozenset[str]
    """Titles that so few hold that a family name after it says who is meant."""
    forms_of_address: frozenset[str]
    """Titles that anybody may have; before a name they are no part of it."""
    particles: frozenset[str]
    after_comma_asides: frozenset[str]
    nicknames: dict[str, frozenset[str]]
    """A pet name or a full name -> the names it goes with (marked so that they differ from other meanings)."""
    translations: dict[str, frozenset[str]]
    """A given name -> what it shares with the same name in other languages."""
    synonyms: dict[str, frozenset[str]]
    """A word of organisation names -> what it shares with words of the same meaning."""
    ordinals: dict[str, str]
    """First, andra, 3rd -> the figures."""
    name_prefixes: frozenset[str]
    """Particles that make a name with the word that follows (Abdul, Abu): without them a part is lacking."""
    abbreviations: dict[str, str]
    """How a word of an organisation's name is shortened -> the word."""
    given_name_abbreviations: dict[str, str]
    """How a given name is shortened in writing (Mohd) -> the name."""
    double_family_names: frozenset[str]
    """Chinese and Korean family names of two characters."""


def plain(text: str) -> str:
    """Lower-case ``text`` without diacritics, as tokens are compared (Latin script only)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _read(name: str) -> Any:
    return yaml.safe_load(resources.files("graph.names").joinpath(name).read_text(encoding="utf-8"))


def _words(items: list[object]) -> frozenset[str]:
    return frozenset(plain(str(item)) for item in items)


def _sets(mark: str, rows: list[list[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        for word in row:
            found.setdefault(plain(word), set()).add(f"{mark}:{plain(row[0])}")
    return {word: frozenset(marks) for word, marks in found.items()}


def _nicknames(languages: dict[str, dict[str, list[str]]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for rows in languages.values():
        for full, pet_names in rows.items():
            for name in (full, *pet_names):
                found.setdefault(plain(name), set()).add(f"NICK:{plain(full)}")
    return {name: frozenset(meanings) for name, meanings in found.items()}


def _foreign_forms(rows: list[dict[str, Any]]) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for row in rows:
        for phrase in row["phrases"]:
            bones = tuple(skeletons(sounds(word)) for word in plain(phrase).split())
            found.setdefault(bones[0], []).append((bones, str(row["family"])))
    return {first: tuple(sorted(forms, key=lambda f: -len(f[0]))) for first, forms in found.items()}


def _shortened(rows: dict[str, list[str]]) -> dict[str, str]:
    return {plain(short): plain(whole) for whole, shortened in rows.items() for short in shortened}


@cache
def facts() -> Facts:
    """The facts, read from the package's YAML files once a process."""
    phrases: dict[str, list[tuple[tuple[str, ...], LegalForm]]] = {}
    for row in _read("legal_forms.yaml"):
        written = tuple(tuple(plain(phrase).split()) for phrase in row["phrases"])
        form = LegalForm(row["code"], row["family"], written)
        for phrase in written:
            phrases.setdefault(phrase[0], []).append((phrase, form))
    words, persons, places = _read("words.yaml"), _read("persons.yaml"), _read("places.yaml")
    return Facts(
        legal_phrases={first: tuple(sorted(found, key=lambda f: -len(f[0]))) for first, found in phrases.items()},
        foreign_forms=_foreign_forms(_read("foreign_legal_forms.yaml")),
        towns=_words(places["towns"]),
        regions=_words(places["regions"]),
        long_forms=tuple(sorted(_words(words["long_forms"]))),
        joining=_words(words["joining"]),
        generic=_words(words["generic"]),
        trade=_words(words["trade"]),
        around=_words(words["around"]),
        offices=_words(persons["offices"]),
        titles=_words(persons["titles"]),
        forms_of_address=_words(persons["forms_of_address"]),
        particles=_words(persons["particles"]),
        after_comma_asides=_words(persons["after_comma_asides"]),
        nicknames=_nicknames(_read("nicknames.yaml")),
        translations=_sets("TRANS", persons["translations"]),
        synonyms=_sets("SAME", words["synonyms"]),
        ordinals={plain(str(word)): str(number) for number, said in words["ordinals"].items() for word in said},
        name_prefixes=_words(persons["name_prefixes"]),
        abbreviations=_shortened(words["abbreviations"]),
        given_name_abbreviations=_shortened(persons["abbreviations"]),
        double_family_names=frozenset(persons["double_family_names"]),
    )
