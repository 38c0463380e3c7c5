"""Asks SSBTEN which companies a person is engaged in (SOAP action ``urn:GetForetagsengagemang``).

The personnummer stands in the body of the request and nowhere else: not in the address, not in the document's
description, not in an error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import httpx
from lxml import etree

from connectors import ssbt
from connectors.base import FailureReason, FetchedDocument, SourceFailure
from connectors.codes import ORGANISATION_FORMS
from connectors.messages import message
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings
from connectors.ssbt import Envelope, Service
from connectors.ssbten import reader

SERVICE = Service(
    source=reader.SOURCE,
    namespace=reader.NAMESPACE,
    action="urn:GetForetagsengagemang",
    schema_version="1.5.0",
    request="EngagemangBegaran",
)


class Client:
    """Asks SSBTEN. Raises ``SourceFailure`` and nothing else for what the outside does."""

    def __init__(
        self, settings: ConnectorSettings, limiter: RateLimiter, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._limiter = limiter
        self._transport = transport

    def fetch(self, person_number: str) -> FetchedDocument:
        """The engagements of the person with this twelve-digit personnummer, samordningsnummer or GD number."""
        self._settings.require(reader.SOURCE, "ssbten_url")
        if not re.fullmatch(r"\d{12}", person_number, re.ASCII):
            raise SourceFailure(reader.SOURCE, FailureReason.NOT_APPLICABLE, message("ask.person_number_only"))

        def details() -> Sequence[etree._Element]:
            forms = (ssbt.make(ssbt.COMPANY, "ForetagsformKod", code) for code in ORGANISATION_FORMS)
            return [
                ssbt.make(reader.NAMESPACE, "PersonId", ssbt.identity_element(_kind(person_number), person_number)),
                ssbt.make(reader.NAMESPACE, "Foretagsformer", *forms),
            ]

        def open_answer(content: bytes) -> Envelope:
            envelope = reader.open_answer(content)
            reader.read(content)
            return envelope

        return ssbt.ask(
            SERVICE,
            self._settings.ssbten_url or "",
            self._settings,
            self._limiter,
            details,
            open_answer,
            "SSBTEN GetForetagsengagemang, en person",
            self._transport,
        )


def _kind(person_number: str) -> str:
    """The published element name for this kind of number: a samordningsnummer has 60 added to the day."""
    if person_number.startswith("302"):
        return "GDNummer"
    return "Samordningsnummer" if int(person_number[6:8]) > 60 else "Personnummer"
