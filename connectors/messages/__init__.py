"""What connectors say about bad input and silent sources, in Swedish (the original) and English: one catalogue.

``messages.yaml`` is ordered by topic. ``what`` and reasons are parts of a sentence, remedies are requests; neither
ends with a full stop (``connectors.base`` puts them together). Places are not in here: ``row 17``, an XPath or a JSON
pointer reads the same in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from connectors.statements import without_person_numbers
from graph.text import Text, filled, load_texts

FILE = "messages.yaml"


@cache
def load() -> Mapping[str, Text]:
    """All messages by key; raises ``RuleDataError`` for an incomplete entry."""
    return load_texts("connectors.messages", FILE)


def message(key: str, /, **values: Any) -> Text:
    """The message ``key`` with ``values`` filled in, each without the last digits of any personal number in it.

    Raises ``KeyError`` for an unknown key or a missing value.
    """
    return filled(load()[key], {name: _safe(value) for name, value in values.items()})


def _safe(value: Any) -> Any:
    if isinstance(value, Text):
        return Text(sv=without_person_numbers(value.sv), en=without_person_numbers(value.en))
    return without_person_numbers(value) if isinstance(value, str) else value
