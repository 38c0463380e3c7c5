"""Shelf companies (lagerbolag): registered, never put to use, then sold: a new board and a new name at once.

Parameters: the days within which board and name are replaced; how long the company had been registered is the
indicator's to judge.
Evidence: both changes, and the statements that the company had no activity before them.
Innocent explanations: a law firm or registrar sold the company to an ordinary buyer, which is what this mostly means.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import product

from graph.model import Fact, Predicate
from graph.network import Network
from graph.patterns.change_set import certain_days, least_days
from graph.timeline import Event, EventKind

Activation = tuple[Event, Event]
"""The replacement of the whole board, and the change of name."""


def activations(history: Iterable[Event], window: int) -> tuple[tuple[Activation, bool], ...]:
    """Boards and names that may have been replaced within ``window`` days, each with whether they certainly were."""
    happened = list(history)
    boards = [event for event in happened if event.kind is EventKind.BOARD and event.complete]
    names = [event for event in happened if event.kind is EventKind.NAME]
    found = []
    for pair in product(boards, names):
        if least_days(pair) <= window:
            certain = certain_days(pair)
            found.append((pair, certain is not None and certain <= window))
    return tuple(found)


def dormancy(network: Network, key: str, until: date) -> tuple[Fact, ...] | None:
    """Facts that say ``key`` was inactive before ``until``; empty when it was active, ``None`` when not known.

    Inactive is what Statistics Sweden states so, or what is registered for neither F-tax, VAT nor as an employer.
    """
    idle: list[Fact] = []
    known = False
    for fact in network.facts(key, Predicate.ACTIVE, history=True):
        if fact.observed_at.date() < until:
            known = True
            if fact.value.get("active") is True:
                return ()
            idle.append(fact)
    registrations: list[Fact] = []
    for predicate in (Predicate.F_TAX, Predicate.VAT, Predicate.EMPLOYER):
        facts = [fact for fact in network.facts(key, predicate, history=True) if fact.observed_at.date() < until]
        if any(fact.value.get("registered") is True for fact in facts):
            return ()
        registrations.extend(facts)
    kinds = {fact.predicate for fact in registrations}
    if kinds == {Predicate.F_TAX, Predicate.VAT, Predicate.EMPLOYER}:
        known = True
        idle.extend(registrations)
    return tuple(idle) if known else None
