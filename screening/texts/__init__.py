"""Every sentence that the product says about a screening and in its interfaces, in Swedish (the original) and English.

Texts stand in YAML beside this module: ``verdict.yaml`` holds what a screening can contain and is therefore part of
the rule catalogue's hash; ``interface.yaml`` holds what only the interfaces say. A value that is itself a ``Text`` is
filled in by language. What is wrong with a source's content is said by ``connectors.messages``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graph.text import Text, filled, joined, load_texts, placeholders

__all__ = ["INTERFACE_FILE", "VERDICT_FILE", "has", "joined", "load", "placeholders", "text"]

VERDICT_FILE = "verdict.yaml"
"""Texts that end up in a screening's bytes."""
INTERFACE_FILE = "interface.yaml"
"""Texts of the interfaces only."""


@lru_cache(maxsize=4)
def load(*names: str) -> Mapping[str, Text]:
    """All texts of the named files (default: both) by key; raises ``RuleDataError`` for an incomplete entry."""
    return load_texts("screening.texts", *(names or (VERDICT_FILE, INTERFACE_FILE)))


def has(key: str) -> bool:
    """Whether there is a text with this key."""
    return key in load()


def text(key: str, /, **values: Any) -> Text:
    """The text ``key`` with ``values`` filled in. Raises ``KeyError`` for an unknown key or a missing value."""
    return filled(load()[key], values)
