"""Names: analysis and comparison of personal and organisation names in any script.

``normalise_organisation`` and ``normalise_person`` take a name apart, ``similarity`` and ``compare`` score a pair.
The first personal name that a process analyses loads rigour's table of name forms (about 5 s and 270 MB):
long-lived parents call ``warm_up`` before they fork.
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
    """Load the name tables now, so that forked workers share them and no first query waits."""
    normalise_person("Anna Andersson")
    normalise_organisation("Exempel AB")
