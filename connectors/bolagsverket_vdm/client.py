"""Bolagsverket's API for valuable data sets: OAuth2 client credentials, one organisation a question.

Interface: Bolagsverket's OpenAPI document "Värdefulla datamängder" v1. The number goes in the body of a POST, never
in an address. A token is kept for the whole process and renewed a minute before it ends; a token that the API
refuses (401) is renewed once.
"""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from collections.abc import Callable
from urllib.parse import urlencode

import httpx

from connectors.base import FailureReason, FetchedDocument, MalformedContent, SourceFailure
from connectors.bolagsverket_vdm import reader
from connectors.bolagsverket_vdm.reader import SOURCE
from connectors.hardened import parse_json
from connectors.http import Fetcher, HttpAnswer, failure_of_content, failure_of_status, http_date, retry_after
from connectors.messages import message
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings

_SCOPE = "vardefulla-datamangder:read vardefulla-datamangder:ping"
_RENEW_SECONDS_EARLY = 60.0

_NUMBER = re.compile(
    r"(19|20)?\d{2}(0[1-9]|1[0-2])((0|6)[1-9]|(1|2|7|8)[0-9]|(3|9)[01])\d{4}|\d{10}|302\d{8}", re.ASCII
)
"""``identitetsbeteckning`` as the OpenAPI document defines it (its ``[0|1]`` read as meant: 0 or 1)."""

_DOCUMENT_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)


_Judgement = Callable[[HttpAnswer], None]


class _TokenRefused(SourceFailure):
    """The API answered 401: the token may have been revoked."""


class _Tokens:
    """Access tokens of this process by token address and client id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[tuple[str, str], tuple[str, float]] = {}

    def get(self, key: tuple[str, str]) -> str | None:
        with self._lock:
            token, ends = self._tokens.get(key, ("", 0.0))
        return token if token and time.monotonic() < ends else None

    def put(self, key: tuple[str, str], token: str, lifetime: float) -> None:
        with self._lock:
            self._tokens[key] = (token, time.monotonic() + lifetime - _RENEW_SECONDS_EARLY)

    def drop(self, key: tuple[str, str], token: str) -> None:
        """Forget ``token``, unless another thread has renewed it already."""
        with self._lock:
            if self._tokens.get(key, ("", 0.0))[0] == token:
                del self._tokens[key]


_TOKENS = _Tokens()


class Client:
    """Asks Bolagsverket's API. Every method raises ``SourceFailure`` and nothing else for what the outside does."""

    def __init__(
        self, settings: ConnectorSettings, limiter: RateLimiter, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._limiter = limiter
        self._transport = transport

    def fetch(self, number: str) -> FetchedDocument:
        """The organisation (for a sole trader all firms) with this number: ten digits, or twelve for a person."""
        answer = self._post("organisationer", number, self._judge_organisations)
        return self._document(answer, f"POST /organisationer, {_described(number)}")

    def fetch_document_list(self, number: str) -> FetchedDocument:
        """The list of the organisation's digital annual reports; read with ``reader.read_documents``."""
        answer = self._post("dokumentlista", number, self._judge_document_list)
        return self._document(answer, f"POST /dokumentlista, {_described(number)}")

    def fetch_document(self, document_id: str) -> FetchedDocument:
        """One annual report as a zip file."""
        if not _DOCUMENT_ID.fullmatch(document_id):
            raise SourceFailure(SOURCE, FailureReason.NOT_APPLICABLE, message("ask.document_id"))
        answer = self._authorised("GET", f"dokument/{document_id}", None, self._judge_zip)
        return self._document(answer, f"GET /dokument/{document_id}")

    def check_alive(self) -> None:
        """Return if the API answers ``/isalive`` (which promises nothing about the registers behind it)."""
        self._authorised("GET", "isalive", None, self._judge_status)

    # --- asking

    def _post(self, operation: str, number: str, judge: _Judgement) -> HttpAnswer:
        if not _NUMBER.fullmatch(number):
            raise SourceFailure(SOURCE, FailureReason.NOT_APPLICABLE, message("ask.number_kind"))
        body = json.dumps({"identitetsbeteckning": number}).encode()
        return self._authorised("POST", operation, body, judge)

    def _authorised(self, method: str, operation: str, body: bytes | None, judge: _Judgement) -> HttpAnswer:
        settings = self._settings
        settings.require(SOURCE, "vdm_client_id", "vdm_client_secret")
        url = f"{settings.vdm_base_url.rstrip('/')}/{operation}"
        with Fetcher(SOURCE, settings, self._limiter, transport=self._transport) as fetcher:
            for renewed in (False, True):
                token = self._token()
                headers = {"Authorization": f"Bearer {token}", "X-Request-Id": str(uuid.uuid4())}
                if body is not None:
                    headers["Content-Type"] = "application/json"
                    headers["Accept"] = "application/json"
                try:
                    return fetcher.ask(method, url, headers=headers, content=body, judge=judge)
                except _TokenRefused:
                    _TOKENS.drop(self._token_key, token)
                    if renewed:
                        raise
        raise AssertionError("unreachable")

    @property
    def _token_key(self) -> tuple[str, str]:
        return self._settings.vdm_token_url, self._settings.vdm_client_id or ""

    def _token(self) -> str:
        kept = _TOKENS.get(self._token_key)
        if kept is not None:
            return kept
        settings = self._settings
        secret = settings.vdm_client_secret
        form = {
            "grant_type": "client_credentials",
            "scope": _SCOPE,
            "client_id": settings.vdm_client_id or "",
            "client_secret": secret.get_secret_value() if secret else "",
        }
        granted: dict[str, object] = {}

        def judge(answer: HttpAnswer) -> None:
            # An OAuth2 server refuses a client with 400 or 401 (RFC 6749, 5.2).
            status = message("ask.token_status", status=answer.status)
            if answer.status in (400, 401, 403):
                raise SourceFailure(SOURCE, FailureReason.UNAUTHORISED, status)
            failure = failure_of_status(SOURCE, answer.status, answer.headers, status)
            if failure is not None:
                raise failure
            try:
                value = parse_json(answer.content, SOURCE)
            except MalformedContent as error:
                raise failure_of_content(error) from None
            token = value.get("access_token") if isinstance(value, dict) else None
            if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]+", token):
                raise SourceFailure(SOURCE, FailureReason.MALFORMED, message("ask.token_missing"))
            granted.update(value)

        with Fetcher(SOURCE, settings, transport=self._transport) as fetcher:
            fetcher.ask(
                "POST",
                settings.vdm_token_url,
                headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
                content=urlencode(form).encode(),
                judge=judge,
            )
        token = str(granted["access_token"])
        lifetime = granted.get("expires_in")
        _TOKENS.put(self._token_key, token, float(lifetime) if isinstance(lifetime, int | float) else 0.0)
        return token

    # --- judging

    def _judge_status(self, answer: HttpAnswer) -> None:
        """Turn an error status, and the error body if it is Bolagsverket's own, into a failure."""
        if 200 <= answer.status < 300:
            return
        error = reader.read_error(answer.content)
        if answer.status == 401:
            raise _TokenRefused(SOURCE, FailureReason.UNAUTHORISED, message("ask.status", status=401))
        if error is not None:
            wait = retry_after(answer.headers)
            detail = message("ask.status_title", status=answer.status, title=_safe(error.title))
            raise SourceFailure(SOURCE, error.reason, detail, retry_after=wait)
        if answer.status == 403:
            # A gateway's refusal without Bolagsverket's own error body is how the limit has been seen to show itself.
            raise SourceFailure(
                SOURCE,
                FailureReason.RATE_LIMITED,
                message("ask.status_without_body", status=403),
                retry_after=retry_after(answer.headers) or 60.0,
            )
        failure = failure_of_status(SOURCE, answer.status, answer.headers)
        if failure is not None:
            raise failure

    def _judge_organisations(self, answer: HttpAnswer) -> None:
        self._judge_status(answer)
        try:
            read = reader.read(answer.content)
        except MalformedContent as error:
            raise failure_of_content(error) from None
        if read.error is not None:
            raise SourceFailure(SOURCE, read.error.reason, message("ask.error_in_success", status=read.error.status))

    def _judge_document_list(self, answer: HttpAnswer) -> None:
        self._judge_status(answer)
        try:
            reader.read_documents(answer.content)
        except MalformedContent as error:
            raise failure_of_content(error) from None

    def _judge_zip(self, answer: HttpAnswer) -> None:
        self._judge_status(answer)
        if not answer.content.startswith(b"PK"):
            raise SourceFailure(SOURCE, FailureReason.MALFORMED, message("ask.not_a_zip"))

    def _document(self, answer: HttpAnswer, request: str) -> FetchedDocument:
        return FetchedDocument(
            source=SOURCE,
            content=answer.content,
            media_type=answer.media_type or "application/octet-stream",
            request=request,
            retrieved_at=answer.retrieved_at,
            stated_at=http_date(answer.headers.get("date")),  # the answer itself holds no time
        )


def _described(number: str) -> str:
    """The question in words: an organisation number is shown, a person's number is not."""
    is_organisation = len(number) == 10 and number[2] >= "2"
    return f"organisationsnummer {number[:6]}-{number[6:]}" if is_organisation else "enskild näringsidkare"


def _safe(title: str | None) -> str:
    """An error title that cannot carry data: letters and blanks only. ``detail`` is never repeated."""
    return re.sub(r"[^A-Za-zÅÄÖåäö ]", "", title or "")[:60] or "–"
