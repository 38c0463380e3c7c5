"""Matching names and facts of a party against lists, with the reasons in words."""

from graph.matching.index import ListIndex
from graph.matching.query import Explanation, Hit, ScreeningQuery, Strength, hit_value

__all__ = ["Explanation", "Hit", "ListIndex", "ScreeningQuery", "Strength", "hit_value"]
