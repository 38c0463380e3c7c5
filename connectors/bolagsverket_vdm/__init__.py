"""Bolagsverket, värdefulla datamängder: one organisation a question."""

from __future__ import annotations

from connectors.base import FetchedDocument, Mapped
from connectors.bolagsverket_vdm.client import Client
from connectors.bolagsverket_vdm.mapper import map_facts
from connectors.bolagsverket_vdm.reader import read
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings
from graph.model import EntityKey, PersonKeyer


class VdmLookup:
    """This source as ``connectors.registry.lookup`` gives it."""

    def fetch(self, settings: ConnectorSettings, limiter: RateLimiter, number: str) -> FetchedDocument:
        """Ask about one organisation number, or the personnummer of a sole trader."""
        return Client(settings, limiter).fetch(number)

    def map(self, document: FetchedDocument, keyer: PersonKeyer, subject: EntityKey | None) -> Mapped:
        """The facts of an answer; see ``mapper.map_facts``."""
        return map_facts(read(document.content), document.reference(), keyer, subject)
