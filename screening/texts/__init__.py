"""Every sentence the product says to people, in Swedish (the original) and English.

Texts stand in YAML beside this module: ``verdict.yaml`` holds what a screening can contain and is therefore part of
the rule catalogue's hash; ``interface.yaml`` holds what only the interfaces say. A value that is itself a ``Text`` is
filled in by language.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from string import Formatter
from types import MappingProxyType
from typing import Any

from screening.package_data import RuleDataError, read_yaml
from screening.verdict import Text

VERDICT_FILE = "verdict.yaml"
"""Texts that end up in a screening's bytes."""
INTERFACE_FILE = "interface.yaml"
"""Texts of the interfaces only."""


def placeholders(template: str) -> frozenset[str]:
    """The names in braces in ``template``."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


@lru_cache(maxsize=4)
def load(*names: str) -> Mapping[str, Text]:
    """All texts of the named files (default: both) by key; raises ``RuleDataError`` for an incomplete entry."""
    found: dict[str, Text] = {}
    for name in names or (VERDICT_FILE, INTERFACE_FILE):
        for key, entry in read_yaml("screening.texts", name).items():
            if key in found:
                raise RuleDataError(name, f"text {key} is given twice")
            if not isinstance(entry, dict) or set(entry) != {"sv", "en"} or not all(map(str, entry.values())):
                raise RuleDataError(name, f"text {key} must have exactly sv and en")
            if placeholders(entry["sv"]) != placeholders(entry["en"]):
                raise RuleDataError(name, f"text {key} has different placeholders in sv and en")
            found[key] = Text(sv=entry["sv"], en=entry["en"])
    return MappingProxyType(found)


def has(key: str) -> bool:
    """Whether there is a text with this key."""
    return key in load()


def text(key: str, /, **values: Any) -> Text:
    """The text ``key`` with ``values`` filled in. Raises ``KeyError`` for an unknown key or a missing value."""
    template = load()[key]
    if not placeholders(template.sv):
        return template
    return Text(
        sv=template.sv.format_map({name: _spoken(value, "sv") for name, value in values.items()}),
        en=template.en.format_map({name: _spoken(value, "en") for name, value in values.items()}),
    )


def _spoken(value: Any, language: str) -> str:
    return str(getattr(value, language)) if isinstance(value, Text) else str(value)


def joined(parts: list[Text] | tuple[Text, ...], separator: str = ", ") -> Text:
    """Several texts as one, by language."""
    return Text(sv=separator.join(part.sv for part in parts), en=separator.join(part.en for part in parts))
