"""SSBTEN: which companies a person is engaged in, for Swedish public bodies."""

from __future__ import annotations

from connectors.base import FetchedDocument, Mapped
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings
from connectors.ssbten.client import Client
from connectors.ssbten.mapper import map_facts
from connectors.ssbten.reader import read
from graph.model import EntityKey, PersonKeyer


class SsbtenLookup:
    """This source as ``connectors.registry.lookup`` gives it."""

    def fetch(self, settings: ConnectorSettings, limiter: RateLimiter, number: str) -> FetchedDocument:
        """Ask about one person by twelve digits."""
        return Client(settings, limiter).fetch(number)

    def map(self, document: FetchedDocument, keyer: PersonKeyer, subject: EntityKey | None) -> Mapped:
        """The facts of an answer; see ``mapper.map_facts``."""
        return map_facts(read(document.content), document.reference(), keyer, subject)
