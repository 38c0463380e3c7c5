"""Typed errors of the identity numbers. A message never repeats the number: it may be a personnummer."""

from __future__ import annotations


class InvalidIdentifier(ValueError):
    """The text is not a number of the kind asked for. ``str(error)`` says why and what is expected, without it."""


class InvalidFormat(InvalidIdentifier):
    """Characters or separators that the number cannot have."""


class InvalidLength(InvalidIdentifier):
    """Too few or too many characters."""


class InvalidCheckDigit(InvalidIdentifier):
    """The check digit does not agree with the rest: most often one digit is mistyped."""


class InvalidComponent(InvalidIdentifier):
    """A part of the number is impossible: a date that does not exist, an unknown country, a wrong group."""


class PersonalNumberGiven(InvalidIdentifier):
    """A personnummer or samordningsnummer where an organisationsnummer is asked (a sole trader, or a slip)."""
