"""Every way in which the outside can misbehave has its own reason, and no secret gets into it."""

from __future__ import annotations

import gzip
import hashlib
import io
import logging
import socket

import pytest

from connectors.base import FailureReason, SourceFailure
from connectors.http import Fetcher, failure_of_status, http_date, retry_after
from connectors.settings import ConnectorSettings

SECRET_URL_PART = "token=mycket-hemligt"


def failing(settings: ConnectorSettings, url: str, **arguments: object) -> SourceFailure:
    with Fetcher("prov", settings) as fetcher, pytest.raises(SourceFailure) as raised:
        fetcher.ask("GET", f"{url}/fil?{SECRET_URL_PART}", **arguments)  # type: ignore[arg-type]
    assert "hemligt" not in str(raised.value)
    return raised.value


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_good_answer_comes_whole_with_a_user_agent(outside, settings, make_reply):
    outside.answers(make_reply(body=b"abc", headers={"Content-Type": "Text/Plain; charset=utf-8"}))
    with Fetcher("prov", settings) as fetcher:
        answer = fetcher.ask("GET", outside.url)
    assert (answer.content, answer.media_type, answer.status) == (b"abc", "text/plain", 200)
    assert outside.asked[0].headers["user-agent"].startswith("Genomlys")


@pytest.mark.parametrize(
    ("change", "reason", "tries"),
    [
        ({"hang_up": True}, FailureReason.UNREACHABLE, 3),
        ({"silence": 0.5}, FailureReason.TIMEOUT, 3),
        ({"body": b"x" * 50, "drip": 0.05}, FailureReason.TIMEOUT, 3),
        ({"body": b"half", "declared_length": 900}, FailureReason.TRUNCATED, 3),
        ({"body": b"half", "declared_length": 900, "reset": True}, FailureReason.TRUNCATED, 3),
        ({"status": 400}, FailureReason.REFUSED, 1),
        ({"status": 401}, FailureReason.UNAUTHORISED, 1),
        ({"status": 403}, FailureReason.UNAUTHORISED, 1),
        ({"status": 404}, FailureReason.REFUSED, 1),
        ({"status": 429}, FailureReason.RATE_LIMITED, 3),
        ({"status": 500}, FailureReason.SERVICE_FAULT, 3),
        ({"status": 503}, FailureReason.SERVICE_FAULT, 3),
        ({"status": 504}, FailureReason.TIMEOUT, 3),
        ({"body": b"no gzip", "headers": {"Content-Encoding": "gzip"}}, FailureReason.MALFORMED, 3),
    ],
)
def test_each_fault_has_its_reason_and_only_passing_ones_are_tried_again(
    outside, settings, make_reply, change, reason, tries
):
    outside.answers(make_reply(**change))
    assert failing(settings, outside.url).reason is reason
    assert len(outside.asked) == tries


def test_nobody_listening_is_unreachable(settings):
    assert failing(settings, f"http://127.0.0.1:{free_port()}").reason is FailureReason.UNREACHABLE


def test_plain_server_behind_https_is_unreachable(outside, settings):
    failure = failing(settings, outside.url.replace("http:", "https:"))
    assert failure.reason is FailureReason.UNREACHABLE


@pytest.mark.parametrize("address", ["ftp://127.0.0.1", "skräp", "http://[::1"])
def test_address_that_is_no_address_counts_as_not_configured(settings, address):
    assert failing(settings, address).reason is FailureReason.NOT_CONFIGURED


def test_a_passing_fault_is_followed_by_the_answer(outside, settings, make_reply):
    outside.answers(make_reply(status=503), make_reply(hang_up=True), make_reply(body=b"till slut"))
    with Fetcher("prov", settings) as fetcher:
        assert fetcher.ask("GET", outside.url).content == b"till slut"


def test_a_short_retry_after_is_waited_for(outside, settings, make_reply):
    outside.answers(make_reply(status=429, headers={"Retry-After": "0"}), make_reply(body=b"ok"))
    with Fetcher("prov", settings) as fetcher:
        assert fetcher.ask("GET", outside.url).content == b"ok"


def test_a_long_retry_after_is_handed_to_the_caller_at_once(outside, settings, make_reply):
    outside.answers(make_reply(status=429, headers={"Retry-After": "120"}))
    failure = failing(settings, outside.url)
    assert (failure.reason, failure.retry_after, len(outside.asked)) == (FailureReason.RATE_LIMITED, 120.0, 1)


def test_too_large_is_refused_by_its_claim_and_by_its_size(outside, settings, make_reply):
    outside.answers(make_reply(body=b"x" * 2000))
    assert failing(settings, outside.url, max_bytes=1000).reason is FailureReason.TOO_LARGE
    packed = gzip.compress(bytes(500_000), mtime=0)
    outside.answers(make_reply(body=packed, headers={"Content-Encoding": "gzip"}))
    assert failing(settings, outside.url, max_bytes=100_000).reason is FailureReason.TOO_LARGE


def test_redirects_are_bounded_and_never_followed_for_a_question(outside, settings, make_reply):
    outside.answers(make_reply(status=302, headers={"Location": "/igen"}))
    assert failing(settings, outside.url).reason is FailureReason.REFUSED
    assert len(outside.asked) == 1 + settings.http_max_redirects
    with Fetcher("prov", settings) as fetcher, pytest.raises(SourceFailure) as raised:
        fetcher.ask("POST", outside.url, content=b"{}")
    assert raised.value.reason is FailureReason.REFUSED


def test_download_goes_to_the_file_with_its_hash_and_starts_over_after_half_a_file(outside, settings, make_reply):
    stamp = "Mon, 16 Nov 2026 03:00:00 GMT"
    outside.answers(
        make_reply(body=b"abc", declared_length=10),
        make_reply(body=b"hela filen", headers={"Last-Modified": stamp}),
    )
    target = io.BytesIO()
    with Fetcher("prov", settings) as fetcher:
        file = fetcher.download(outside.url, target)
    assert target.getvalue() == b"hela filen"
    assert file.size == 10
    assert file.last_modified == http_date(stamp)
    assert file.sha256 == hashlib.sha256(b"hela filen").hexdigest()


def test_download_of_nothing_or_too_much_fails(outside, settings, make_reply):
    outside.answers(make_reply(body=b""))
    with Fetcher("prov", settings) as fetcher, pytest.raises(SourceFailure) as raised:
        fetcher.download(outside.url, io.BytesIO())
    assert raised.value.reason is FailureReason.TRUNCATED
    outside.answers(make_reply(body=b"x" * 100))
    with Fetcher("prov", settings) as fetcher, pytest.raises(SourceFailure) as raised:
        fetcher.download(outside.url, io.BytesIO(), max_bytes=10)
    assert raised.value.reason is FailureReason.TOO_LARGE


def test_each_try_takes_a_turn_under_the_limit(outside, settings, make_reply):
    turns: list[str] = []

    class Counting:
        def acquire(self, source: str) -> None:
            turns.append(source)

    outside.answers(make_reply(status=500), make_reply(body=b"ok"))
    with Fetcher("prov", settings, Counting()) as fetcher:
        fetcher.ask("GET", outside.url)
    assert turns == ["prov", "prov"]


def test_unreadable_certificate_counts_as_not_configured(settings, tmp_path):
    with pytest.raises(SourceFailure) as raised:
        Fetcher("prov", settings, certificate=tmp_path / "saknas.pem")
    assert raised.value.reason is FailureReason.NOT_CONFIGURED


def test_addresses_are_not_logged(outside, settings, make_reply, caplog):
    outside.answers(make_reply(status=500), make_reply(body=b"ok"))
    with caplog.at_level(logging.INFO), Fetcher("prov", settings) as fetcher:
        fetcher.ask("GET", f"{outside.url}/?{SECRET_URL_PART}")
    assert "hemligt" not in caplog.text


@pytest.mark.parametrize(
    ("text", "seconds"), [("7", 7.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("snart", None), ("", None)]
)
def test_retry_after_takes_seconds_or_a_date(text, seconds):
    assert retry_after({"retry-after": text}) == seconds


def test_success_is_no_failure():
    assert failure_of_status("prov", 204, {}) is None
