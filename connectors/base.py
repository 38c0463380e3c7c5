"""What every source shares: the document fetched, the mapped answer, the typed failure.

Every source folder holds the same three files:

``client.py``
    ``class Client`` with ``fetch(...) -> FetchedDocument``: transport, authentication, politeness. Raises
    ``SourceFailure`` and nothing else for anything the outside does.
``reader.py``
    ``read(content: bytes) -> …`` (or ``read(stream)`` for bulk): bytes to rows, strict and streaming, hardened
    against hostile input. Raises ``MalformedContent``; a bad row in a file of many is reported, not raised.
``mapper.py``
    ``map_facts(rows, document, keyer) -> Mapped``: rows to facts with provenance. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    Fact,
    MissingPart,
    PersonIdentity,
    SourceAnswer,
    sha256_hex,
)
from graph.text import Text, joined


class FailureReason(StrEnum):
    """Why a source did not answer. Each has a Swedish and an English text in ``screening.texts``."""

    NOT_CONFIGURED = "not_configured"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    RATE_LIMITED = "rate_limited"
    UNAUTHORISED = "unauthorised"
    REFUSED = "refused"
    SERVICE_FAULT = "service_fault"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    WRONG_ENCODING = "wrong_encoding"
    TOO_LARGE = "too_large"
    NOT_LOADED = "not_loaded"
    STALE = "stale"
    NOT_APPLICABLE = "not_applicable"


RETRYABLE = frozenset(
    {
        FailureReason.UNREACHABLE,
        FailureReason.TIMEOUT,
        FailureReason.RATE_LIMITED,
        FailureReason.SERVICE_FAULT,
        FailureReason.TRUNCATED,
        FailureReason.MALFORMED,
    }
)


class SourceFailure(Exception):
    """The source did not answer. Never means *not found*.

    ``detail`` (from ``connectors.messages``) is safe to log and show: it holds no personnummer, secret or token.
    ``str()`` is the English form, for logs; ``text`` has both.
    """

    def __init__(
        self, source: str, reason: FailureReason, detail: Text | None = None, *, retry_after: float | None = None
    ) -> None:
        self.text = _sentence(source, Text(sv=reason.value, en=reason.value), ": ", detail)
        """Source, reason and detail in both languages."""
        super().__init__(self.text.en)
        self.source = source
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
        """Seconds to wait, when the source says so."""

    @property
    def retryable(self) -> bool:
        """Whether asking again later can help."""
        return self.reason in RETRYABLE


class MalformedContent(Exception):
    """Bytes that are not what the source's format promises: ``what`` is wrong, ``where``, and what to do (``remedy``).

    ``what`` and ``remedy`` come from ``connectors.messages``. ``where`` reads the same in both languages: ``row 17``,
    ``row 3, column 4``, ``byte 6``, ``member 2`` (of an archive), an XPath or a JSON pointer; empty for the whole.
    ``str()`` is the English form, for logs; ``text`` has both.
    """

    def __init__(self, source: str, what: Text, where: str = "", remedy: Text | None = None) -> None:
        placed = Text(sv=f"{what.sv} ({where})", en=f"{what.en} ({where})") if where else what
        self.text = _sentence(source, placed, ". ", remedy)
        """The whole message in both languages: ``source: what (where). remedy``."""
        super().__init__(self.text.en)
        self.source = source
        self.what = what
        self.where = where
        self.remedy = remedy


def _sentence(source: str, first: Text, separator: str, second: Text | None) -> Text:
    parts = (first,) if second is None else (first, second)
    whole = joined(parts, separator)
    return Text(sv=f"{source}: {whole.sv}", en=f"{source}: {whole.en}")


@dataclass(frozen=True, slots=True)
class FetchedDocument:
    """Bytes exactly as a source gave them, with how they were asked for."""

    source: str
    content: bytes = field(repr=False)
    media_type: str
    request: str
    """The question in words, without a personnummer."""
    retrieved_at: datetime
    stated_at: datetime | None = None

    def reference(self) -> DocumentReference:
        """The document as facts refer to it."""
        return DocumentReference(
            sha256=sha256_hex(self.content),
            source=self.source,
            media_type=self.media_type,
            request=self.request,
            retrieved_at=self.retrieved_at,
            stated_at=self.stated_at,
        )


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be read: where, why (from ``connectors.messages``), and never its personal content."""

    place: str
    """``row 17``, an XPath or a JSON pointer."""
    reason: Text


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a mapper made of one document."""

    status: AnswerStatus
    facts: tuple[Fact, ...] = ()
    identities: tuple[PersonIdentity, ...] = ()
    missing: tuple[MissingPart, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    reason: str | None = None
    """The source's own code when the status is not ``found``."""

    def answer(self, subject: EntityKey, document: DocumentReference) -> SourceAnswer:
        """The answer about ``subject`` that this document gives."""
        return SourceAnswer(
            source=document.source,
            subject=subject,
            status=self.status,
            asked_at=document.retrieved_at,
            document=document.sha256,
            reason=self.reason,
            missing=self.missing,
        )


class SourceKind(StrEnum):
    """How a source is reached."""

    LOOKUP = "lookup"  # one question about one entity over the network
    BULK = "bulk"  # a whole register as a file, mirrored
    LIST = "list"  # a whole list as a file, screened against
    FILE = "file"  # a file that a person hands in


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """A source as the product shows it: ``connectors.registry`` holds one for each."""

    id: str
    kind: SourceKind
    name_sv: str
    name_en: str
    producer: str
    personal_data: bool
    requests_per_minute: int | None
    fresh_days: int
    """After this many days an answer or a loaded file counts as stale."""
    licence: str
    answers_sv: str
    """What the source tells, in one Swedish sentence."""


def rejected_summary(rejected: Iterator[RejectedRow], limit: int = 20) -> tuple[list[RejectedRow], int]:
    """The first ``limit`` rejected rows and how many there were in all."""
    kept: list[RejectedRow] = []
    count = 0
    for row in rejected:
        count += 1
        if len(kept) < limit:
            kept.append(row)
    return kept, count
