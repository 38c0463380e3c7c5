"""Matching names and facts of a party against lists, with the reasons in words."""

from graph.matching.index import ListIndex
from graph.matching.query import Hit, ScreeningQuery, Strength, hit_value

__all__ = ["Hit", "ListIndex", "ScreeningQuery", "Strength", "hit_value"]
