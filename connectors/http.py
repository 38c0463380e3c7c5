"""One way to speak HTTP for every connector: bounded, patient, polite, and honest about what went wrong.

Whatever the outside does becomes a ``SourceFailure`` with a reason; nothing else leaves this module. Details name the
host and the fault, never the address's path or query (they can hold a token), never a body, header or credential.
Tries are repeated with growing, jittered waits (stamina) that honour ``Retry-After``; a wait longer than
``http_retry_max_seconds`` is handed to the caller as ``retry_after`` so that a worker can put the task back, and a turn
that our own limit withholds (``OwnLimit``) is handed on at once.
"""

from __future__ import annotations

import hashlib
import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import httpx
import stamina

from connectors.base import FailureReason, MalformedContent, SourceFailure
from connectors.hardened import TruncatedContent, WrongEncoding
from connectors.messages import message
from connectors.politeness import OwnLimit, RateLimiter
from connectors.settings import ConnectorSettings
from graph.text import Text

# httpx logs each address, and httpcore each header, both of which can hold credentials.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A complete answer in memory."""

    status: int
    headers: httpx.Headers
    content: bytes
    retrieved_at: datetime

    @property
    def media_type(self) -> str:
        """The media type without parameters, lower case; empty when the source states none."""
        stated: str = self.headers.get("content-type", "")
        return stated.split(";", maxsplit=1)[0].strip().lower()

    @property
    def last_modified(self) -> datetime | None:
        """The source's own time for the content, if it gives one."""
        return http_date(self.headers.get("last-modified"))


@dataclass(frozen=True, slots=True)
class HttpFile:
    """A complete answer that was written to a file."""

    headers: httpx.Headers
    size: int
    sha256: str
    retrieved_at: datetime

    @property
    def last_modified(self) -> datetime | None:
        """The source's own time for the content, if it gives one."""
        return http_date(self.headers.get("last-modified"))


Judge = Callable[[HttpAnswer], None]
"""Raises ``SourceFailure`` when an answer is not an answer; runs inside the retries."""


def http_date(text: str | None) -> datetime | None:
    """An HTTP date (RFC 9110) in UTC; ``None`` when absent or unreadable."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that ``Retry-After`` asks for (a number or a date); ``None`` when absent or unreadable."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    moment = http_date(text)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment else None


def failure_of_status(
    source: str, status: int, headers: Mapping[str, str], detail: Text | None = None
) -> SourceFailure | None:
    """The failure that an HTTP status means (``detail`` says more than the status), or ``None`` for a success (2xx)."""
    if 200 <= status < 300:
        return None
    said = detail or message("ask.status", status=status)
    reasons = {
        401: FailureReason.UNAUTHORISED,
        403: FailureReason.UNAUTHORISED,
        407: FailureReason.UNAUTHORISED,
        408: FailureReason.TIMEOUT,
        425: FailureReason.RATE_LIMITED,
        429: FailureReason.RATE_LIMITED,
        504: FailureReason.TIMEOUT,
    }
    reason = reasons.get(status, FailureReason.SERVICE_FAULT if status >= 500 else FailureReason.REFUSED)
    return SourceFailure(source, reason, said, retry_after=retry_after(headers))


def failure_of_content(error: MalformedContent) -> SourceFailure:
    """The failure that unreadable content means: truncated, wrong encoding or malformed."""
    reason = FailureReason.MALFORMED
    if isinstance(error, TruncatedContent):
        reason = FailureReason.TRUNCATED
    elif isinstance(error, WrongEncoding):
        reason = FailureReason.WRONG_ENCODING
    said = message("ask.unreadable", what=error.what, where=error.where) if error.where else error.what
    return SourceFailure(error.source, reason, said)


@lru_cache(maxsize=8)
def tls_context(ca_file: Path | None, certificate: Path | None = None, key: Path | None = None) -> ssl.SSLContext:
    """A verifying TLS context, with a client certificate if one is given; kept, since reading the issuers is slow.

    Raises ``OSError`` or ``ssl.SSLError`` when a file cannot be read.
    """
    context = ssl.create_default_context(cafile=str(ca_file)) if ca_file else httpx.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        context.load_cert_chain(str(certificate), str(key) if key else None)
    return context


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "?"
    except ValueError:
        return "?"


class Fetcher:
    """Asks one source. Cheap to make; keeps a connection open while it lives (use as a context manager)."""

    def __init__(
        self,
        source: str,
        settings: ConnectorSettings,
        limiter: RateLimiter | None = None,
        *,
        certificate: Path | None = None,
        key: Path | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._source = source
        self._settings = settings
        self._limiter = limiter
        try:
            context = tls_context(settings.http_ca_file, certificate, key)
        except (OSError, ssl.SSLError) as error:
            raise SourceFailure(source, FailureReason.NOT_CONFIGURED, message("ask.certificate_file")) from error
        self._client = httpx.Client(
            verify=context,
            transport=transport,
            timeout=httpx.Timeout(settings.http_timeout_seconds, connect=settings.http_connect_seconds),
            headers={"User-Agent": settings.http_user_agent},
            max_redirects=settings.http_max_redirects,
            event_hooks={"response": [self._refuse_downgrade]},
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        judge: Judge | None = None,
        max_bytes: int | None = None,
    ) -> HttpAnswer:
        """One question, answered in memory. ``judge`` decides what counts as an answer (default: any 2xx status).

        Redirects are followed for GET only. Raises ``SourceFailure``.
        """
        limit = max_bytes or self._settings.http_max_answer_bytes
        for attempt in self._attempts():
            with attempt:
                chunks: list[bytes] = []
                with self._opened(method, url, headers, content) as response:
                    for chunk in self._bounded(response, limit, self._settings.http_deadline_seconds):
                        chunks.append(chunk)
                answer = HttpAnswer(response.status_code, response.headers, b"".join(chunks), datetime.now(UTC))
                (judge or self._judge_status)(answer)
        return answer

    def download(
        self,
        url: str,
        target: IO[bytes],
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
    ) -> HttpFile:
        """Fetch a file into ``target`` (seekable), never holding more than a piece of it. Raises ``SourceFailure``.

        Each try starts ``target`` over; after a failure its content is undefined.
        """
        limit = max_bytes or self._settings.http_max_bulk_bytes
        for attempt in self._attempts():
            with attempt:
                target.seek(0)
                target.truncate()
                digest = hashlib.sha256()
                size = 0
                with self._opened("GET", url, headers, None) as response:
                    failure = failure_of_status(self._source, response.status_code, response.headers)
                    if failure is not None:
                        raise failure
                    for chunk in self._bounded(response, limit, self._settings.http_download_seconds):
                        target.write(chunk)
                        digest.update(chunk)
                        size += len(chunk)
                if size == 0:
                    raise SourceFailure(self._source, FailureReason.TRUNCATED, message("content.empty_file"))
                file = HttpFile(response.headers, size, digest.hexdigest(), datetime.now(UTC))
        return file

    # --- inside one try

    def _attempts(self) -> Iterator[stamina.Attempt]:
        settings = self._settings
        return iter(
            stamina.retry_context(
                on=self._pause,
                attempts=settings.http_attempts,
                timeout=None,
                wait_initial=settings.http_retry_seconds,
                wait_max=settings.http_retry_max_seconds,
                wait_jitter=settings.http_retry_seconds,
            )
        )

    def _pause(self, error: Exception) -> bool | float:
        """Whether, and after how long, to try again."""
        if not isinstance(error, SourceFailure) or isinstance(error, OwnLimit) or not error.retryable:
            return False
        if error.retry_after is None:
            return True
        # A zero would read as "do not retry".
        return max(error.retry_after, 0.001) if error.retry_after <= self._settings.http_retry_max_seconds else False

    def _judge_status(self, answer: HttpAnswer) -> None:
        failure = failure_of_status(self._source, answer.status, answer.headers)
        if failure is not None:
            raise failure

    def _refuse_downgrade(self, response: httpx.Response) -> None:
        following = response.next_request
        if following is not None and response.url.scheme == "https" and following.url.scheme != "https":
            raise SourceFailure(self._source, FailureReason.REFUSED, message("ask.downgrade"))

    @contextmanager
    def _opened(
        self, method: str, url: str, headers: Mapping[str, str] | None, content: bytes | None
    ) -> Iterator[httpx.Response]:
        """The response with its body still to be read; every fault of the transport becomes a ``SourceFailure``."""
        if self._limiter is not None:
            self._limiter.acquire(self._source)
        answered = False
        host = _host(url)

        def failure(reason: FailureReason, what: Text) -> SourceFailure:
            return SourceFailure(self._source, reason, message("ask.at_host", host=host, what=what))

        try:
            with self._client.stream(
                method, url, headers=dict(headers or {}), content=content, follow_redirects=method == "GET"
            ) as response:
                answered = True
                yield response
        except httpx.TimeoutException:
            raise failure(FailureReason.TIMEOUT, message("ask.timeout")) from None
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise failure(FailureReason.NOT_CONFIGURED, message("ask.bad_address")) from None
        except httpx.TooManyRedirects:
            raise failure(FailureReason.REFUSED, message("ask.redirects")) from None
        except httpx.DecodingError:
            raise failure(FailureReason.MALFORMED, message("ask.content_coding")) from None
        except httpx.ConnectError as error:
            untrusted = "CERTIFICATE_VERIFY_FAILED" in str(error)
            what = message("ask.untrusted") if untrusted else message("ask.no_connection")
            raise failure(FailureReason.UNREACHABLE, what) from None
        except httpx.TransportError:
            if answered:
                raise failure(FailureReason.TRUNCATED, message("ask.cut_off")) from None
            raise failure(FailureReason.UNREACHABLE, message("ask.lost")) from None

    def _bounded(self, response: httpx.Response, limit: int, seconds: float) -> Iterator[bytes]:
        """The body piece by piece; stops at ``limit`` bytes and after ``seconds``, however slowly it drips."""
        declared = response.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            raise SourceFailure(self._source, FailureReason.TOO_LARGE, message("ask.too_large", limit=limit))
        deadline = time.monotonic() + seconds
        received = 0
        for chunk in response.iter_bytes():
            received += len(chunk)
            if received > limit:
                raise SourceFailure(self._source, FailureReason.TOO_LARGE, message("ask.too_large", limit=limit))
            if time.monotonic() > deadline:
                raise SourceFailure(self._source, FailureReason.TIMEOUT, message("ask.too_slow"))
            yield chunk
