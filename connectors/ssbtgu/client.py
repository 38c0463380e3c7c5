"""Asks SSBTGU for the basic data of one company (SOAP action ``urn:GetForetagsuppgifter``).

For Swedish public bodies with an agreement; the address comes with it. A client certificate is used when one is set.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import httpx
from lxml import etree

from connectors import ssbt
from connectors.base import FailureReason, FetchedDocument, SourceFailure
from connectors.messages import message
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings
from connectors.ssbt import Envelope, Service
from connectors.ssbtgu import reader

SERVICE = Service(
    source=reader.SOURCE,
    namespace=reader.NAMESPACE,
    action="urn:GetForetagsuppgifter",
    schema_version="2.5.0",
    request="GrundlaggandeUppgifterBegaran",
)

ASKED = (
    *("UD0001", "UD0002", "UD0003", "UD0004", "UD0006", "UD0011", "UD0012", "UD0014", "UD0020", "UD0023"),
    *("UD0024", "UD0025", "UD0026", "UD0027", "UD0028", "UD0029", "UD0031", "UD0033", "UD0040", "UD0042"),
    *("UD0045", "UD0046", "UD0047", "UD0048", "UD0050", "UD0051"),
)
"""What is asked for: what a rule or an officer reads. Data on single workplaces is left out (minimisation)."""


class Client:
    """Asks SSBTGU. Raises ``SourceFailure`` and nothing else for what the outside does."""

    def __init__(
        self, settings: ConnectorSettings, limiter: RateLimiter, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._limiter = limiter
        self._transport = transport

    def fetch(self, organisation_number: str) -> FetchedDocument:
        """The basic data of the company with this number: ten digits, or a sole trader's twelve."""
        self._settings.require(reader.SOURCE, "ssbtgu_url")
        if not re.fullmatch(r"\d{10}|\d{12}", organisation_number, re.ASCII):
            raise SourceFailure(reader.SOURCE, FailureReason.NOT_APPLICABLE, message("ask.number_kind"))
        is_organisation = len(organisation_number) == 10
        kind = "Organisationsnummer" if is_organisation else "Personnummer"

        def details() -> Sequence[etree._Element]:
            identity = ssbt.identity_element(kind, organisation_number)
            company = ssbt.make(reader.NAMESPACE, "ForetagId", identity)
            return [company, *(ssbt.make(reader.NAMESPACE, "GrundlaggandeUppgiftId", code) for code in ASKED)]

        def open_answer(content: bytes) -> Envelope:
            envelope = reader.open_answer(content)
            reader.read(content)
            return envelope

        shown = f"{organisation_number[:6]}-{organisation_number[6:]}" if is_organisation else "enskild näringsidkare"
        return ssbt.ask(
            SERVICE,
            self._settings.ssbtgu_url or "",
            self._settings,
            self._limiter,
            details,
            open_answer,
            f"SSBTGU GetForetagsuppgifter, {'organisationsnummer ' if is_organisation else ''}{shown}",
            self._transport,
        )
