"""Bytes of an SSBTEN answer to engagements.

Interface: ``Engagemang.xsd`` 1.5.0. The answer holds one group a producer (Bolagsverket, Skatteverket), each with the
companies that a person is engaged in, nothing, or a fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors import ssbt
from connectors.ssbt import Envelope, Fault, Identity

SOURCE = "ssbten"
NAMESPACE = "http://schema.bolagsverket.se/ssbten/engagemang"
FAULT_NAMESPACE = "http://schema.bolagsverket.se/ssbten/servicefel"
ANSWER = "EngagemangSvar"


@dataclass(frozen=True, slots=True)
class Engagement:
    """One company or firm that the person is engaged in."""

    place: str
    identity: Identity
    name: str | None
    firm: int | None
    form: str | None
    form_text: str | None
    deregistered_on: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """What one producer says."""

    place: str
    producer: str
    fault: Fault | None
    engagements: tuple[Engagement, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An SSBTEN answer: groups about one person, or a fault of the whole call."""

    stated_at: datetime | None
    identity: Identity | None = None
    groups: tuple[Group, ...] = ()
    fault: Fault | None = None


def open_answer(content: bytes) -> Envelope:
    """Open the SOAP envelope and check that it is this service's. Raises ``MalformedContent``."""
    return ssbt.open_envelope(content, SOURCE, NAMESPACE, ANSWER, FAULT_NAMESPACE)


def read(content: bytes) -> Answer:
    """The groups of an answer. Raises ``MalformedContent``."""
    envelope = open_answer(content)
    if envelope.details is None:
        return Answer(envelope.stated_at, fault=envelope.fault)
    person = ssbt.child(envelope.details, NAMESPACE, "PersonId")
    identity = ssbt.read_identity(person, SOURCE, f"//{ANSWER}Detaljer/PersonId")
    groups = []
    for index, element in enumerate(envelope.details.findall(f"{{{NAMESPACE}}}ForetagEngagemang"), start=1):
        place = f"//ForetagEngagemang[{index}]"
        engagements: list[Engagement] = []
        for number, company in enumerate(element.findall(f"{{{NAMESPACE}}}Foretag"), start=1):
            where = f"{place}/Foretag[{number}]"
            engaged = ssbt.read_identity(ssbt.child(company, NAMESPACE, "ForetagId"), SOURCE, f"{where}/ForetagId")
            form = ssbt.text_of(company, ssbt.COMPANY, "Foretagsform", "ForetagsformKod")
            form_text = ssbt.text_of(company, ssbt.COMPANY, "Foretagsform", "ForetagsformBeskrivning")
            struck = ssbt.text_of(company, ssbt.COMPANY, "ForetagAvregistreratDatum")
            # The schema allows several protected names in one company; each is a firm of its own.
            protected = company.findall(f"{{{ssbt.COMPANY}}}Namnskydd") or [company]
            for name in protected:
                serial = ssbt.text_of(name, ssbt.COMPANY, "Namnskyddslopnummer")
                engagements.append(
                    Engagement(
                        place=where,
                        identity=engaged,
                        name=ssbt.text_of(name, ssbt.COMPANY, "ForetagNamn"),
                        firm=int(serial) if serial and serial.isdecimal() else None,
                        form=form,
                        form_text=form_text,
                        deregistered_on=struck,
                    )
                )
        producer = ssbt.producer_of(ssbt.child(element, NAMESPACE, "ForetagEngagemangMetadata"))
        groups.append(Group(place, producer, ssbt.read_fault(element), tuple(engagements)))
    return Answer(envelope.stated_at, identity, tuple(groups))
