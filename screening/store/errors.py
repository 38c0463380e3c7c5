"""What the repositories raise: what, where, what to do. No message holds a personnummer or a secret."""

from __future__ import annotations


class StoreError(Exception):
    """Base of what the store refuses."""


class NotFound(StoreError):
    """The row does not exist for this tenant (another tenant's row does not exist either)."""


class Conflict(StoreError):
    """What is asked for contradicts what is stored."""


class Refused(StoreError):
    """What is asked for would break a promise of the store, e.g. a case without purpose."""


class Corrupt(StoreError):
    """What is stored is not what was stored: restore it from a backup."""
