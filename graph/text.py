"""A sentence for people in Swedish and English, and the YAML catalogues that such sentences are kept in.

Two catalogues use this: ``connectors.messages`` (what is wrong with a source's content) and ``screening.texts`` (what a
screening and the interfaces say). An entry is ``key: {sv: …, en: …}``; names in braces are filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from string import Formatter
from types import MappingProxyType
from typing import Any

from graph.package_data import RuleDataError, read_yaml


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence for people, in Swedish (the original) and English."""

    sv: str
    en: str

    @property
    def both(self) -> str:
        """English and Swedish in one line, for the command line and for what is stored as one text."""
        return self.en if self.en == self.sv else f"{self.en} / {self.sv}"


@cache
def placeholders(template: str) -> frozenset[str]:
    """The names in braces in ``template``."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


def load_texts(package: str, *names: str) -> Mapping[str, Text]:
    """All texts of the named YAML files in ``package``, by key.

    Raises ``RuleDataError`` for a key given twice, a language that is missing or empty, and for placeholders that are
    not the same in both languages.
    """
    found: dict[str, Text] = {}
    for name in names:
        for key, entry in read_yaml(package, name).items():
            if key in found:
                raise RuleDataError(name, f"text {key} is given twice")
            if not isinstance(entry, dict) or set(entry) != {"sv", "en"} or not all(map(_is_said, entry.values())):
                raise RuleDataError(name, f"text {key} must have exactly sv and en")
            if placeholders(entry["sv"]) != placeholders(entry["en"]):
                raise RuleDataError(name, f"text {key} has different placeholders in sv and en")
            found[key] = Text(sv=entry["sv"], en=entry["en"])
    return MappingProxyType(found)


def _is_said(sentence: Any) -> bool:
    return isinstance(sentence, str) and bool(sentence.strip())


def filled(template: Text, values: Mapping[str, Any]) -> Text:
    """``template`` with ``values`` filled in, each that is itself a ``Text`` by language; ``KeyError`` if one lacks."""
    if not placeholders(template.sv):
        return template
    return Text(
        sv=template.sv.format_map({name: _spoken(value, "sv") for name, value in values.items()}),
        en=template.en.format_map({name: _spoken(value, "en") for name, value in values.items()}),
    )


def _spoken(value: Any, language: str) -> str:
    return str(getattr(value, language)) if isinstance(value, Text) else str(value)


def joined(parts: Iterable[Text], separator: str = ", ") -> Text:
    """Several texts as one, by language."""
    kept = tuple(parts)
    return Text(sv=separator.join(part.sv for part in kept), en=separator.join(part.en for part in kept))


def percent(share: Fraction) -> Text:
    """A fraction of one as per cent with at most two decimals, with the language's own decimal sign."""
    shown = f"{float(share * 100):.2f}".rstrip("0").rstrip(".")
    return Text(f"{shown.replace('.', ',')} %", f"{shown}%")


def listing(names: Iterable[str]) -> Text:
    """Names in a sentence: *A, B och C*."""
    found = list(names)
    if len(found) < 2:
        return Text("".join(found), "".join(found))
    head = ", ".join(found[:-1])
    return Text(f"{head} och {found[-1]}", f"{head} and {found[-1]}")
