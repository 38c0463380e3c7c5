"""Names: analysis and comparison of personal and organisation names in any script.

``normalise_organisation`` and ``normalise_person`` take a name apart, ``similarity`` and ``compare`` score a pair.
The first personal name that a process analyses reads the table of name forms (about 0.05 s and 10 MB).
"""

from graph.names.analysis import (
    NameAnalysis,
    Token,
    TokenKind,
    analyse,
    normalise_object,
    normalise_organisation,
    normalise_person,
)
from graph.names.comparison import DEFAULT_THRESHOLD, Comparison, compare, similarity

__all__ = [
    "DEFAULT_THRESHOLD",
    "Comparison",
    "NameAnalysis",
    "Token",
    "TokenKind",
    "analyse",
    "compare",
    "normalise_object",
    "normalise_organisation",
    "normalise_person",
    "similarity",
    "warm_up",
]


def warm_up() -> None:
    """Load the name tables and what romanises other scripts (0.3 s) now, so that no first query waits."""
    normalise_person("Anna Андерссон محمد 王 カナ")
    normalise_organisation("Exempel AB")
