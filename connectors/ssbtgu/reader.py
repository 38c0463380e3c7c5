"""Bytes of an SSBTGU answer to blocks.

Interface: ``GrundlaggandeUppgifter.xsd`` 2.5.0. The answer holds one element a kind of information (``UD0001`` …
``UD0052``), each with its producer and either content, nothing (there is none) or a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from connectors import ssbt
from connectors.base import MalformedContent
from connectors.messages import message
from connectors.ssbt import Envelope, Fault, Identity

SOURCE = "ssbtgu"
NAMESPACE = "http://schema.bolagsverket.se/ssbtgu/v2/grundlaggandeuppgifter"
FAULT_NAMESPACE = "http://schema.bolagsverket.se/ssbtgu/v2/servicefel"
ANSWER = "GrundlaggandeUppgifterSvar"

_BLOCK = re.compile(r"UD\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of information: content (``element``'s children after the metadata), or a fault."""

    code: str
    producer: str
    fault: Fault | None
    element: etree._Element

    @property
    def content(self) -> tuple[etree._Element, ...]:
        """The content elements; empty when the producer has nothing to tell."""
        return tuple(
            item for item in self.element if ssbt.local_name(item) not in ("GrundlaggandeUppgiftMetadata", "Fel")
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """An SSBTGU answer: blocks about one company, or a fault of the whole call."""

    stated_at: datetime | None
    identity: Identity | None = None
    firm: int | None = None
    """Serial number of the name protection, for a sole trader."""
    blocks: tuple[Block, ...] = ()
    fault: Fault | None = None


def open_answer(content: bytes) -> Envelope:
    """Open the SOAP envelope and check that it is this service's. Raises ``MalformedContent``."""
    return ssbt.open_envelope(content, SOURCE, NAMESPACE, ANSWER, FAULT_NAMESPACE)


def read(content: bytes) -> Answer:
    """The blocks of an answer. Raises ``MalformedContent``."""
    envelope = open_answer(content)
    if envelope.details is None:
        return Answer(envelope.stated_at, fault=envelope.fault)
    company = ssbt.child(envelope.details, NAMESPACE, "ForetagId")
    identity = ssbt.read_identity(company, SOURCE, f"//{ANSWER}Detaljer/ForetagId")
    serial = ssbt.text_of(company, ssbt.COMPANY, "Namnskyddslopnummer")
    blocks: list[Block] = []
    for element in envelope.details:
        code = ssbt.local_name(element)
        if not _BLOCK.fullmatch(code):
            continue
        if any(block.code == code for block in blocks):
            raise MalformedContent(
                SOURCE, message("ssbtgu.doubled", code=code), f"//{code}", message("remedy.answer_again")
            )
        metadata = ssbt.child(element, NAMESPACE, "GrundlaggandeUppgiftMetadata")
        blocks.append(Block(code, ssbt.producer_of(metadata), ssbt.read_fault(element), element))
    return Answer(envelope.stated_at, identity, int(serial) if serial and serial.isdecimal() else None, tuple(blocks))
