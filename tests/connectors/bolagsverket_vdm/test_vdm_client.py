"""The API's client against a scripted API: token, renewal, each error, and no number where it can leak."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from connectors.base import FailureReason, SourceFailure
from connectors.bolagsverket_vdm import client as vdm
from connectors.bolagsverket_vdm.client import Client
from connectors.politeness import UnlimitedRateLimiter
from connectors.settings import ConnectorSettings

NUMBER = "5580000015"
PERSON = "198001019804"
GOOD = json.dumps(
    {
        "organisationer": [
            {
                "organisationsidentitet": {"identitetsbeteckning": NUMBER},
                "organisationsform": {
                    "kod": "AB",
                    "klartext": "Aktiebolag",
                    "fel": None,
                    "dataproducent": "Bolagsverket",
                },
            }
        ]
    }
).encode()


def api_error(status: int, instance: str = "client.error", title: str = "Bad Request") -> bytes:
    return json.dumps(
        {
            "type": "about:blank",
            "instance": instance,
            "status": status,
            "timestamp": None,
            "requestId": None,
            "title": title,
            "detail": f"Nummer {PERSON} är fel",
        }
    ).encode()


@pytest.fixture
def api(outside, make_reply):
    """The outside as token server and API; ``api(*replies)`` sets what the API answers."""
    vdm._TOKENS.__init__()  # type: ignore[misc]  # each test starts without a token
    tokens = iter(range(1, 1000))

    def answer(*replies, expires_in=3600):
        waiting = list(replies)

        def script(asked):
            if asked.path == "/oauth2/token":
                token = {"access_token": f"biljett-{next(tokens)}", "token_type": "Bearer", "expires_in": expires_in}
                return make_reply(body=json.dumps(token).encode())
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]

        outside.script = script

    return answer


def client(settings: ConnectorSettings) -> Client:
    return Client(settings, UnlimitedRateLimiter())


def failure(settings: ConnectorSettings, number: str = PERSON) -> SourceFailure:
    with pytest.raises(SourceFailure) as raised:
        client(settings).fetch(number)
    assert PERSON not in str(raised.value)
    assert "hemligt" not in str(raised.value)
    assert "biljett" not in str(raised.value)
    return raised.value


def test_an_organisation_is_asked_for_with_a_token(outside, settings, api, make_reply):
    api(make_reply(body=GOOD, headers={"Content-Type": "application/json"}))
    document = client(settings).fetch(NUMBER)
    assert document.content == GOOD
    assert document.request == "POST /organisationer, organisationsnummer 558000-0015"
    token, question = outside.asked
    assert parse_qs(token.body.decode())["grant_type"] == ["client_credentials"]
    assert question.path == "/vardefulla-datamangder/v1/organisationer"
    assert question.headers["authorization"] == "Bearer biljett-1"
    assert json.loads(question.body) == {"identitetsbeteckning": NUMBER}


def test_a_sole_traders_number_is_in_the_body_only(outside, settings, api, make_reply):
    api(make_reply(body=GOOD.replace(NUMBER.encode(), PERSON.encode())))
    document = client(settings).fetch(PERSON)
    question = outside.asked[-1]
    assert PERSON in question.body.decode()
    assert PERSON not in question.path + str(question.headers) + document.request + repr(document)


def test_the_token_is_kept_until_a_minute_before_it_ends(outside, settings, api, make_reply):
    api(make_reply(body=GOOD))
    for _ in range(3):
        client(settings).fetch(NUMBER)
    assert [asked.path for asked in outside.asked].count("/oauth2/token") == 1
    vdm._TOKENS.__init__()  # type: ignore[misc]
    api(make_reply(body=GOOD), expires_in=60)
    for _ in range(3):
        client(settings).fetch(NUMBER)
    assert [asked.path for asked in outside.asked].count("/oauth2/token") == 4


def test_a_refused_token_is_renewed_once(outside, settings, api, make_reply):
    api(make_reply(status=401, body=api_error(401)), make_reply(body=GOOD))
    client(settings).fetch(NUMBER)
    assert outside.asked[-1].headers["authorization"] == "Bearer biljett-2"
    api(make_reply(status=401, body=api_error(401)))
    assert failure(settings).reason is FailureReason.UNAUTHORISED
    assert len(outside.asked) == 7


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, api_error(400), FailureReason.REFUSED),
        (403, api_error(403, title="Forbidden"), FailureReason.UNAUTHORISED),
        (403, b"<html>stopp</html>", FailureReason.RATE_LIMITED),
        (404, b"", FailureReason.REFUSED),
        (429, b"", FailureReason.RATE_LIMITED),
        (500, api_error(500, "server.error"), FailureReason.SERVICE_FAULT),
        (500, api_error(500, "network.timeout"), FailureReason.TIMEOUT),
        (502, b"<html>", FailureReason.SERVICE_FAULT),
        (503, b"", FailureReason.SERVICE_FAULT),
        (200, b"<html>Logga in</html>", FailureReason.MALFORMED),
        (200, b"[]", FailureReason.MALFORMED),
        (200, b"{}", FailureReason.MALFORMED),
        (200, b'{"organisationer": []}', FailureReason.MALFORMED),
        (200, b'{"organisationer": {}}', FailureReason.MALFORMED),
        (200, b'{"organisationer": ["x"]}', FailureReason.MALFORMED),
        (200, b'{"organisationer": [{"organisationsnamn": "x"}]}', FailureReason.MALFORMED),
        (200, GOOD[:-5], FailureReason.TRUNCATED),
        (200, b"", FailureReason.TRUNCATED),
        (200, GOOD.replace(b"Aktiebolag", b"Aktiebolag\xe5"), FailureReason.WRONG_ENCODING),
        (200, api_error(500), FailureReason.SERVICE_FAULT),
    ],
)
def test_each_bad_answer_has_its_reason(settings, api, make_reply, status, body, reason):
    api(make_reply(status=status, body=body))
    assert failure(settings).reason is reason


def test_retry_after_reaches_the_caller(settings, api, make_reply):
    api(make_reply(status=429, headers={"Retry-After": "30"}))
    assert failure(settings).retry_after == 30.0


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, b'{"error": "invalid_client"}', FailureReason.UNAUTHORISED),
        (400, b'{"error": "invalid_client"}', FailureReason.UNAUTHORISED),
        (500, b"", FailureReason.SERVICE_FAULT),
        (200, b"<html>", FailureReason.MALFORMED),
        (200, b'{"token": 1}', FailureReason.MALFORMED),
        (200, b'{"access_token": "bil jett\\u00e5"}', FailureReason.MALFORMED),
    ],
)
def test_each_bad_token_answer_has_its_reason(outside, settings, api, make_reply, status, body, reason):
    outside.answers(make_reply(status=status, body=body))
    assert failure(settings).reason is reason
    assert {asked.path for asked in outside.asked} == {"/oauth2/token"}


def test_without_credentials_nothing_is_asked(outside, settings, api):
    bare = settings.model_copy(update={"vdm_client_id": None, "vdm_client_secret": None})
    raised = failure(bare)
    assert raised.reason is FailureReason.NOT_CONFIGURED
    assert "GENOMLYS_VDM_CLIENT_ID" in str(raised)
    assert outside.asked == []


@pytest.mark.parametrize("number", ["", "HRB 12345", "558000-0015", "55800000150"])
def test_a_number_of_another_kind_is_not_asked_about(outside, settings, api, number):
    assert failure(settings, number).reason is FailureReason.NOT_APPLICABLE
    assert outside.asked == []


def test_document_list_and_document(outside, settings, api, make_reply):
    listed = b'{"dokument": [{"dokumentId": "abc_paket", "filformat": "application/zip"}]}'
    api(make_reply(body=listed), make_reply(body=b"PK\x03\x04", headers={"Content-Type": "application/zip"}))
    assert vdm.reader.read_documents(client(settings).fetch_document_list(NUMBER).content)[0].dokument_id == "abc_paket"
    assert client(settings).fetch_document("abc_paket").media_type == "application/zip"
    assert outside.asked[-1].path.endswith("/dokument/abc_paket")
    api(make_reply(body=b"<html>"))
    with pytest.raises(SourceFailure):
        client(settings).fetch_document("abc_paket")
    with pytest.raises(SourceFailure):
        client(settings).fetch_document("../organisationer")
    with pytest.raises(SourceFailure):
        client(settings).fetch_document_list(NUMBER)


def test_alive(settings, api, make_reply):
    api(make_reply(body=b"OK"))
    client(settings).check_alive()
