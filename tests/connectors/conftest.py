"""The outside world for connectors' tests: a scripted HTTP server on a real socket, and a person keyer."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connectors.settings import ConnectorSettings
from graph.model import EntityKey


@dataclass
class Asked:
    """A request as the outside saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What the outside does with a request."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    declared_length: int | None = None
    """Content-Length to claim; the connection is closed after the body that there is."""
    hang_up: bool = False
    """Close without any answer."""
    reset: bool = False
    """Send the body that there is, then reset the connection."""
    silence: float = 0.0
    """Seconds before the answer begins."""
    drip: float = 0.0
    """Seconds between single bytes."""


@dataclass
class Outside:
    """The server: its address, what it was asked, and the script that answers."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    script: Callable[[Asked], Reply] = lambda _asked: Reply()

    def answers(self, *replies: Reply) -> None:
        """Answer in this order; the last one for ever."""
        waiting = list(replies)

        def script(_asked: Asked) -> Reply:
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]

        self.script = script


@pytest.fixture
def outside() -> Iterator[Outside]:
    world = Outside("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_arguments: object) -> None:
            pass

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            world.asked.append(asked)
            reply = world.script(asked)
            if reply.hang_up:
                self.close_connection = True
                return
            time.sleep(reply.silence)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            length = len(reply.body) if reply.declared_length is None else reply.declared_length
            self.send_header("Content-Length", str(length))
            self.end_headers()
            try:
                if reply.drip:
                    for index in range(len(reply.body)):
                        self.wfile.write(reply.body[index : index + 1])
                        self.wfile.flush()
                        time.sleep(reply.drip)
                else:
                    self.wfile.write(reply.body)
            except OSError:
                pass
            if reply.reset:
                self.wfile.flush()
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
            if reply.declared_length is not None:
                self.close_connection = True

        do_GET = do_POST = _serve

        def handle(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                super().handle()

        def finish(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                super().finish()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    world.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield world
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> ConnectorSettings:
    """Settings that point at the outside and wait for milliseconds only."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return ConnectorSettings(
        vdm_base_url=f"{outside.url}/vardefulla-datamangder/v1",
        vdm_token_url=f"{outside.url}/oauth2/token",
        vdm_client_id="klient",
        vdm_client_secret="mycket-hemligt",  # type: ignore[arg-type]
        ssbtgu_url=f"{outside.url}/ssbtgu",
        ssbten_url=f"{outside.url}/ssbten",
        ssbt_consumer_number="212000-1234",
        ssbt_consumer_name="Provköpings kommun",
        http_retry_seconds=0.001,
        http_retry_max_seconds=0.05,
        http_timeout_seconds=0.25,
        http_connect_seconds=0.25,
        http_deadline_seconds=0.6,
        http_download_seconds=0.6,
    )


class TestKeyer:
    """Keys persons with a fixed secret, as the store does with its own."""

    __test__ = False

    def by_number(self, number: str) -> EntityKey:
        return self._key("number", number)

    def by_description(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        return self._key("description", name.casefold(), birth_date or scope)

    def _key(self, *parts: str) -> EntityKey:
        digest = hmac.new(b"prov", "|".join(parts).encode(), hashlib.sha256).hexdigest()
        return EntityKey(f"PERSON:{digest[:32]}")


@pytest.fixture
def keyer() -> TestKeyer:
    return TestKeyer()


@pytest.fixture
def make_reply() -> type[Reply]:
    """``Reply``, since test modules cannot import a conftest."""
    return Reply


METADATA = (
    "<md:MeddelandeId>m</md:MeddelandeId><md:TransaktionId>t</md:TransaktionId>"
    "<md:Tidstampel>2026-11-20T09:11:02.908+01:00</md:Tidstampel>"
)
NAMES = (
    'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:md="http://schema.bolagsverket.se/ssbt/metadata" '
    'xmlns:iumf="http://schema.bolagsverket.se/ssbt/foretag" xmlns:fel="http://schema.bolagsverket.se/ssbt/fel" '
)


class SsbtAnswers:
    """Writes SSBT answers as the schemas shape them."""

    def gu(self, *blocks: str, number: str = "5580000015", kind: str = "Organisationsnummer") -> bytes:
        return self._envelope(
            f'<gu:GrundlaggandeUppgifterSvar xmlns:gu="{self.GU}" SchemaVersion="2.5.0">'
            f"<gu:GrundlaggandeUppgifterSvarMetadata>{METADATA}</gu:GrundlaggandeUppgifterSvarMetadata>"
            "<gu:GrundlaggandeUppgifterSvarDetaljer><gu:ForetagId><iumf:PersonIdentitetsbeteckning>"
            f"<iumf:{kind}>{number}</iumf:{kind}></iumf:PersonIdentitetsbeteckning></gu:ForetagId>"
            f"{''.join(blocks)}</gu:GrundlaggandeUppgifterSvarDetaljer></gu:GrundlaggandeUppgifterSvar>"
        )

    GU = "http://schema.bolagsverket.se/ssbtgu/v2/grundlaggandeuppgifter"
    EN = "http://schema.bolagsverket.se/ssbten/engagemang"

    def block(self, code: str, content: str = "", producer: str = "Bolagsverket") -> str:
        return f"<gu:{code}>{self.producer('gu:GrundlaggandeUppgiftMetadata', producer)}{content}</gu:{code}>"

    def producer(self, wrapper: str, name: str) -> str:
        return (
            f"<{wrapper}><md:Dataproducent><md:PartId><md:Organisationsnummer>2021005489</md:Organisationsnummer>"
            f"</md:PartId><md:PartNamn>{name}</md:PartNamn></md:Dataproducent></{wrapper}>"
        )

    def fault(self, typ: str, code: str = "") -> str:
        number = f"<fel:FelKod>{code}</fel:FelKod>" if code else ""
        return f'<fel:Fel Typ="{typ}" Kalla="Dataproducent">{number}</fel:Fel>'

    def en(self, *groups: str, number: str = "198001019804") -> bytes:
        return self._envelope(
            f'<en:EngagemangSvar xmlns:en="{self.EN}" SchemaVersion="1.5.0">'
            f"<en:EngagemangSvarMetadata>{METADATA}</en:EngagemangSvarMetadata>"
            "<en:EngagemangSvarDetaljer><en:PersonId><iumf:PersonIdentitetsbeteckning>"
            f"<iumf:Personnummer>{number}</iumf:Personnummer></iumf:PersonIdentitetsbeteckning></en:PersonId>"
            f"{''.join(groups)}</en:EngagemangSvarDetaljer></en:EngagemangSvar>"
        )

    def group(self, producer: str, *content: str) -> str:
        metadata = self.producer("en:ForetagEngagemangMetadata", producer)
        return f"<en:ForetagEngagemang>{metadata}{''.join(content)}</en:ForetagEngagemang>"

    def company(self, number: str, names: str, form: str = "AB", kind: str = "Organisationsnummer") -> str:
        return (
            f"<en:Foretag><en:ForetagId><iumf:PersonIdentitetsbeteckning><iumf:{kind}>{number}</iumf:{kind}>"
            f"</iumf:PersonIdentitetsbeteckning></en:ForetagId>{names}<iumf:Foretagsform><iumf:ForetagsformKod>{form}"
            "</iumf:ForetagsformKod><iumf:ForetagsformBeskrivning>x\n</iumf:ForetagsformBeskrivning></iumf:Foretagsform>"
            "</en:Foretag>"
        )

    def service_fault(self, service: str, typ: str | None, code: str = "soap:Server") -> bytes:
        detail = ""
        if typ is not None:
            space = f"http://schema.bolagsverket.se/{service}/servicefel"
            detail = (
                f'<sf:Servicefel xmlns:sf="{space}" SchemaVersion="1"><sf:ServicefelMetadata>{METADATA}'
                f"</sf:ServicefelMetadata><sf:ServicefelDetaljer>{self.fault(typ, '17')}</sf:ServicefelDetaljer>"
                "</sf:Servicefel>"
            )
        return self._envelope(
            f"<soap:Fault><faultcode>{code}</faultcode><faultstring>Person 198001019804</faultstring>"
            f"<detail>{detail}</detail></soap:Fault>"
        )

    def _envelope(self, body: str) -> bytes:
        return f"<soap:Envelope {NAMES}><soap:Body>{body}</soap:Body></soap:Envelope>".encode()


@pytest.fixture
def ssbt() -> SsbtAnswers:
    return SsbtAnswers()
