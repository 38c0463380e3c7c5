"""What the SSBT services (Bolagsverket's composed base services for public bodies) have in common.

SOAP 1.1, document/literal, one question about one company or person. Interface: Bolagsverket's WSDL and XSD, schema
build 1.5.7 (SSBTGU 2.5.0, SSBTEN 1.5.0). A fault can be the whole answer (``soap:Fault`` with ``Servicefel``) or stand
inside one block of a good answer (``fel:Fel``); both carry ``Typ`` and ``Kalla``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
from lxml import etree

from connectors.base import FailureReason, FetchedDocument, MalformedContent, SourceFailure
from connectors.hardened import Limits, parse_xml
from connectors.http import Fetcher, HttpAnswer, failure_of_content, failure_of_status
from connectors.messages import message
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings
from graph.text import Text

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
METADATA = "http://schema.bolagsverket.se/ssbt/metadata"
COMPANY = "http://schema.bolagsverket.se/ssbt/foretag"
FAULT = "http://schema.bolagsverket.se/ssbt/fel"

LIMITS = Limits(content_bytes=16 * 2**20, depth=48)

ABSENT = "UppgiftFinnsEj"
"""``Typ`` of a fault that only says that there is no such information: an answer, not a failure."""
UNKNOWN_COMPANY = "ForetagFinnsEj"
"""``Typ`` of a fault that says that the company does not exist."""

_REASONS: dict[str, FailureReason] = {
    "EjBehorig": FailureReason.UNAUTHORISED,
    "EjKomplettSvar": FailureReason.SERVICE_FAULT,
    "OgiltigBegaran": FailureReason.REFUSED,
    "OgiltigtSvar": FailureReason.SERVICE_FAULT,
    "OtillgangligUppgiftskalla": FailureReason.SERVICE_FAULT,
    "Timeout": FailureReason.TIMEOUT,
    "TvetydigBegaran": FailureReason.REFUSED,
    "Odefinierad": FailureReason.SERVICE_FAULT,
}

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_REMEDY = message("remedy.answer_again")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in a block or of a whole call."""

    typ: str
    source: str = ""
    """``Kalla``: Dataproducent or Formedlare."""
    code: str = ""

    @property
    def reason(self) -> FailureReason:
        """What the fault means for whoever asked."""
        return _REASONS.get(self.typ, FailureReason.SERVICE_FAULT)

    @property
    def label(self) -> str:
        """The source's own code: type and number."""
        return f"{self.typ} {self.code}".strip()


@dataclass(frozen=True, slots=True)
class Envelope:
    """An opened answer: ``details`` (the ``…SvarDetaljer`` element) or a ``fault`` of the whole call."""

    stated_at: datetime | None
    details: etree._Element | None
    fault: Fault | None = None


# --- reading


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def child(element: etree._Element | None, namespace: str, *path: str) -> etree._Element | None:
    """The first descendant along ``path``, all in ``namespace``; ``None`` when any step is missing."""
    for name in path:
        if element is None:
            return None
        element = element.find(f"{{{namespace}}}{name}")
    return element


def text_of(element: etree._Element | None, namespace: str = COMPANY, *path: str) -> str | None:
    """The text of the descendant along ``path`` without outer blanks; ``None`` when absent or empty."""
    found = child(element, namespace, *path)
    return ((found.text or "").strip() or None) if found is not None else None


def read_fault(element: etree._Element | None) -> Fault | None:
    """The ``fel:Fel`` among the element's children."""
    found = child(element, FAULT, "Fel")
    if found is None:
        return None
    typ = str(found.get("Typ") or "Odefinierad")
    return Fault(typ, str(found.get("Kalla") or ""), text_of(found, FAULT, "FelKod") or "")


def producer_of(metadata: etree._Element | None) -> str:
    """The name of the producer in a block's metadata; ``okänd`` when it is not given."""
    return text_of(metadata, METADATA, "Dataproducent", "PartNamn") or "okänd"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom an element is about. ``kind`` is the published element name, e.g. ``Organisationsnummer``."""

    kind: str
    number: str

    @property
    def is_organisation(self) -> bool:
        """Whether the number is an organisation number."""
        return self.kind == "Organisationsnummer"

    def __repr__(self) -> str:
        return f"Identity(kind={self.kind!r})"


def read_identity(element: etree._Element | None, source: str, place: str) -> Identity:
    """The ``PersonIdentitetsbeteckning`` under ``element``. Raises ``MalformedContent`` when there is none."""
    choice = child(element, COMPANY, "PersonIdentitetsbeteckning")
    found = next(iter(choice), None) if choice is not None else None
    number = (found.text or "").strip() if found is not None else ""
    if found is None or not number.isascii() or not number.isdecimal() or len(number) not in (10, 12):
        raise MalformedContent(source, message("answer.identity_form"), place, _REMEDY)
    return Identity(local_name(found), number)


def read_moment(text: str | None) -> datetime | None:
    """An ``xs:dateTime`` in UTC; without a zone it is Swedish time. ``None`` when absent or unreadable."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=_STOCKHOLM)).astimezone(UTC)


def open_envelope(content: bytes, source: str, namespace: str, answer: str, fault_namespace: str) -> Envelope:
    """Open a SOAP answer whose body should be ``{namespace}answer`` or a fault.

    Raises ``MalformedContent``: not XML, not SOAP, another service's answer, a request, or without details.
    """
    root = parse_xml(content, source, LIMITS)
    if root.tag != f"{{{ENVELOPE}}}Envelope":
        raise MalformedContent(
            source, message("ssbt.not_soap", element=local_name(root)[:40]), "/*", _not_answer_remedy(root)
        )
    body = child(root, ENVELOPE, "Body")
    element = next(iter(body), None) if body is not None else None
    if element is None:
        raise MalformedContent(source, message("ssbt.empty"), "/Envelope/Body", _REMEDY)
    if element.tag == f"{{{ENVELOPE}}}Fault":
        return _soap_fault(element, fault_namespace)
    if element.tag != f"{{{namespace}}}{answer}":
        found = local_name(element)[:40]
        asked = found.endswith("Begaran")
        what = (
            message("ssbt.request", element=found)
            if asked
            else message("ssbt.other_answer", element=found, expected=answer)
        )
        raise MalformedContent(source, what, "/Envelope/Body/*", message("remedy.right_answer"))
    stated_at = read_moment(text_of(element, METADATA, "Tidstampel") or _stamp(element, namespace, f"{answer}Metadata"))
    details = child(element, namespace, f"{answer}Detaljer")
    if details is None:
        raise MalformedContent(source, message("ssbt.no_details"), f"/Envelope/Body/{answer}", _REMEDY)
    return Envelope(stated_at, details)


def _stamp(element: etree._Element, namespace: str, metadata: str) -> str | None:
    return text_of(child(element, namespace, metadata), METADATA, "Tidstampel")


def _not_answer_remedy(root: etree._Element) -> Text:
    kind = local_name(root)
    return message("remedy.specification") if kind in ("definitions", "schema") else _REMEDY


def _soap_fault(element: etree._Element, fault_namespace: str) -> Envelope:
    detail = element.find("detail")
    servicefel = child(detail, fault_namespace, "Servicefel")
    fault = read_fault(child(servicefel, fault_namespace, "ServicefelDetaljer"))
    stated_at = None
    if servicefel is not None:
        stated_at = read_moment(_stamp(servicefel, fault_namespace, "ServicefelMetadata"))
    if fault is None:
        # Without a Servicefel the SOAP fault code tells whose fault it is (SOAP 1.1, 4.4.1).
        code = (element.findtext("faultcode") or "").rsplit(":", 1)[-1].split(".")[0]
        fault = Fault("OgiltigBegaran" if code == "Client" else "Odefinierad", "Formedlare", code)
    return Envelope(stated_at, None, fault)


# --- asking


@dataclass(frozen=True, slots=True)
class Service:
    """One SSBT service: what differs between them."""

    source: str
    namespace: str
    action: str
    schema_version: str
    request: str
    """Local name of the request element, e.g. ``EngagemangBegaran``."""


Details = Callable[[], Sequence[etree._Element]]
"""Builds the children of ``…BegaranDetaljer``: whom and what the question is about."""

_PREFIXES = {"soap": ENVELOPE, "md": METADATA, "iumf": COMPANY}


def make(namespace: str, name: str, *content: etree._Element | str, **attributes: str) -> etree._Element:
    """An element with children or a text."""
    element = etree.Element(f"{{{namespace}}}{name}", attributes, nsmap=_PREFIXES)
    for item in content:
        if isinstance(item, str):
            element.text = item
        else:
            element.append(item)
    return element


def identity_element(kind: str, number: str) -> etree._Element:
    """``PersonIdentitetsbeteckning`` with one number; ``kind`` is the published element name."""
    return make(COMPANY, "PersonIdentitetsbeteckning", make(COMPANY, kind, number))


def build_request(
    service: Service, settings: ConnectorSettings, details: Details, *, moment: datetime, message_id: str
) -> bytes:
    """The SOAP envelope of one question (XSD: ``…Begaran``), made in the name of the configured consumer and user.

    Raises ``SourceFailure(NOT_CONFIGURED)`` when the consumer is not set.
    """
    settings.require(service.source, "ssbt_consumer_number", "ssbt_consumer_name")

    def party(number: str | None, name: str | None) -> tuple[etree._Element, etree._Element]:
        digits = "".join(letter for letter in number or "" if letter.isdecimal())
        return (
            make(METADATA, "PartId", make(METADATA, "Organisationsnummer", digits)),
            make(METADATA, "PartNamn", name or ""),
        )

    consumer = party(settings.ssbt_consumer_number, settings.ssbt_consumer_name)
    user = party(
        settings.ssbt_user_number or settings.ssbt_consumer_number,
        settings.ssbt_user_name or settings.ssbt_consumer_name,
    )
    service_name = make(METADATA, "Service", make(METADATA, "ServiceNamn", settings.ssbt_service_name))
    request = make(
        service.namespace,
        service.request,
        make(
            service.namespace,
            f"{service.request}Metadata",
            make(METADATA, "MeddelandeId", message_id),
            make(METADATA, "TransaktionId", message_id),
            make(METADATA, "Tidstampel", moment.isoformat(timespec="milliseconds")),
            make(METADATA, "Datakonsument", *consumer, service_name),
            make(METADATA, "Anvandare", *user),
        ),
        make(service.namespace, f"{service.request}Detaljer", *details()),
        SchemaVersion=service.schema_version,
    )
    envelope = make(ENVELOPE, "Envelope", make(ENVELOPE, "Body", request))
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def ask(
    service: Service,
    url: str,
    settings: ConnectorSettings,
    limiter: RateLimiter,
    details: Details,
    open_answer: Callable[[bytes], Envelope],
    described: str,
    transport: httpx.BaseTransport | None = None,
) -> FetchedDocument:
    """Ask one question. ``open_answer`` reads the whole answer (and refuses a bad one); ``described`` names no person.

    A fault that means *not found* is an answer and comes back as a document; every other fault of the whole call is
    raised as ``SourceFailure``.
    """
    moment = datetime.now(UTC)
    body = build_request(service, settings, details, moment=moment, message_id=str(uuid.uuid4()))
    stated: list[datetime | None] = []

    def judge(answer: HttpAnswer) -> None:
        failure = failure_of_status(service.source, answer.status, answer.headers)
        # SOAP 1.1 sends a fault with status 500 (6.2), so the body decides there.
        if failure is not None and answer.status != 500:
            raise failure
        try:
            envelope = open_answer(answer.content)
        except MalformedContent as error:
            raise failure or failure_of_content(error) from None
        if envelope.fault is not None and envelope.fault.typ != UNKNOWN_COMPANY:
            raise SourceFailure(
                service.source, envelope.fault.reason, message("ask.service_fault", label=envelope.fault.label)
            )
        if envelope.fault is None and failure is not None:
            raise failure
        stated[:] = [envelope.stated_at]

    with Fetcher(
        service.source,
        settings,
        limiter,
        certificate=settings.ssbt_client_certificate,
        key=settings.ssbt_client_key,
        transport=transport,
    ) as fetcher:
        answer = fetcher.ask(
            "POST",
            url,
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{service.action}"'},
            content=body,
            judge=judge,
        )
    return FetchedDocument(
        source=service.source,
        content=answer.content,
        media_type=answer.media_type or "text/xml",
        request=described,
        retrieved_at=answer.retrieved_at,
        stated_at=stated[0],
    )
