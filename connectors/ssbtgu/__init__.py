"""SSBTGU: basic data about a company from Bolagsverket, Skatteverket and SCB, for Swedish public bodies."""

from __future__ import annotations

from connectors.base import FetchedDocument, Mapped
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings
from connectors.ssbtgu.client import Client
from connectors.ssbtgu.mapper import map_facts
from connectors.ssbtgu.reader import read
from graph.model import EntityKey, PersonKeyer


class SsbtguLookup:
    """This source as ``connectors.registry.lookup`` gives it."""

    def fetch(self, settings: ConnectorSettings, limiter: RateLimiter, number: str) -> FetchedDocument:
        """Ask about one company."""
        return Client(settings, limiter).fetch(number)

    def map(self, document: FetchedDocument, keyer: PersonKeyer, subject: EntityKey | None) -> Mapped:
        """The facts of an answer; see ``mapper.map_facts``."""
        return map_facts(read(document.content), document.reference(), keyer, subject)
