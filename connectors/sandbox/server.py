"""The registers' stand-in: one HTTP server that speaks as Bolagsverket, Skatteverket, SCB, EU, UN and OFAC do.

===========================================================  =====================================================
``POST /oauth2/token``, ``POST /oauth2/revoke``              OAuth2 client credentials
``/vardefulla-datamangder/v1/…``                             värdefulla datamängder: isalive, organisationer,
                                                             dokumentlista, dokument
``POST /ssbtgu``, ``POST /ssbten``                           SOAP 1.1
``/bolagsverket/bolagsverket_bulkfil.zip``                   Bolagsverket's bulk file
``/scb/scb_bulkfil.zip``                                     SCB's bulk file
``/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content``   EU list
``/resources/xml/en/consolidated.xml``                       UN list
``/api/PublicationPreview/exports/{SDN,ADD,ALT,…}.CSV``      OFAC list
``/sandbox/…``                                               control: clock, faults, cases, ownership, ground truth
===========================================================  =====================================================
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
import secrets
import tempfile
import time
import zipfile
from collections import deque
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from connectors.sandbox import bulk, faults, lists, ssbt, vdm
from connectors.sandbox.generator import Municipality, Register, generate
from connectors.sandbox.ordinary import Ordinary

CLIENT_ID = "sandbox"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 - opens nothing but this sandbox
SCOPES = ("vardefulla-datamangder:read", "vardefulla-datamangder:ping")
TOKEN_SECONDS = 3600
REQUESTS_PER_MINUTE = 60
VDM = "/vardefulla-datamangder/v1"
_SHRUNK_SHARE = 0.1
_PARTS = {"SDN", "ADD", "ALT", "SDN_COMMENTS"}


class ClockOrder(BaseModel):
    """Set the training clock."""

    date: date


class FaultOrder(BaseModel):
    """Order a fault (see ``connectors.sandbox.faults``)."""

    source: faults.Source
    fault: faults.Kind
    subject: str | None = Field(default=None, description="Only answers about this number (list part, file).")
    times: int | None = Field(default=None, ge=1, description="How many answers; null = until withdrawn.")
    parameters: dict[str, Any] = Field(default_factory=dict)


@dataclass
class _Token:
    client: str
    scopes: frozenset[str]
    expires: float


class RateLimit:
    """A sliding minute per client, as the API gateway counts."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._taken: dict[str, deque[float]] = {}

    def refuse(self, client: str) -> int | None:
        """Seconds to wait, or ``None`` when the request may pass (and is counted)."""
        now = time.monotonic()
        taken = self._taken.setdefault(client, deque())
        while taken and now - taken[0] >= 60:
            taken.popleft()
        if len(taken) >= self.per_minute:
            return max(1, int(60 - (now - taken[0])) + 1)
        taken.append(now)
        return None


class Sandbox:
    """State of one server: municipality, clock, tokens, faults, and the bulk files made so far."""

    def __init__(self, municipality: Municipality, *, requests_per_minute: int = REQUESTS_PER_MINUTE) -> None:
        self.municipality = municipality
        self.today = municipality.as_of
        self.faults = faults.Faults()
        self.limit = RateLimit(requests_per_minute)
        self.tokens: dict[str, _Token] = {}
        self.requests: dict[str, int] = {}
        self._directory = tempfile.TemporaryDirectory(prefix="genomlys-sandbox-")
        self._bulk_lock = asyncio.Lock()
        self._clock_file: Path | None = None

    def keep_clock_in(self, path: Path | None) -> None:
        """Take the clock from ``path`` if it is there, and write every later setting to it."""
        self._clock_file = path
        if path is not None and path.exists():
            self.today = date.fromisoformat(path.read_text().strip())

    def set_clock(self, day: date) -> None:
        """Set the training clock."""
        if self._clock_file is not None:
            partial = self._clock_file.with_name(self._clock_file.name + ".partial")
            partial.write_text(day.isoformat())
            partial.replace(self._clock_file)
        self.today = day

    @property
    def register(self) -> Register:
        """The registers as the clock has it."""
        return self.municipality.at(self.today)

    async def bulk_files(self, *, shrunk: bool = False) -> bulk.BulkFiles:
        """The bulk files of the clock's day, written once."""
        name = f"{self.today}{'-shrunk' if shrunk else ''}"
        directory = Path(self._directory.name) / name
        municipality = self.municipality
        if shrunk:
            municipality = _shrunk(municipality)
        async with self._bulk_lock:
            ready = directory / "ready"
            if not ready.exists():
                await asyncio.to_thread(bulk.write_files, directory, municipality, self.today)
                ready.touch()
        return bulk.BulkFiles(directory / "bolagsverket_bulkfil.zip", directory / "scb_bulkfil.zip", 0, 0, 0.0)

    def close(self) -> None:
        """Remove the bulk files."""
        self._directory.cleanup()


class _ShrunkMunicipality(Municipality):
    """A municipality whose files lost nine rows in ten, the planted ones among them."""

    def at(self, day: date) -> Register:
        whole = super().at(day)
        ordinary: Ordinary = replace(whole.ordinary, count=whole.ordinary.count // 10)
        kept = dict(list(whole.planted.items())[: len(whole.planted) // 10])
        return replace(whole, ordinary=ordinary, planted=kept)


def _shrunk(municipality: Municipality) -> Municipality:
    return _ShrunkMunicipality(municipality.seed, municipality.organisations, municipality.as_of)


def _transport(request: Request) -> asyncio.Transport:
    """The connection under a uvicorn request (its request cycle owns ``receive``)."""
    cycle = getattr(request.receive, "__self__", None)
    transport: asyncio.Transport | None = getattr(cycle, "transport", None)
    if transport is None:
        raise RuntimeError("breaking connections works under uvicorn only")
    return transport


async def _spoil(request: Request, taken: dict[str, dict[str, Any]], response: Response, member: str = "") -> Response:
    """Apply the faults that replace or damage a finished answer."""
    body = bytes(response.body)
    kind = response.headers.get("content-type", "application/octet-stream")
    headers = {k: v for k, v in response.headers.items() if k not in ("content-length", "content-type")}
    if "entity_bomb" in taken:
        return Response(faults.entity_bomb(), media_type="text/xml")
    if "zip_bomb" in taken:
        megabytes = int(taken["zip_bomb"].get("megabytes", 1024))
        if member:
            bomb = await asyncio.to_thread(faults.zip_bomb, member, megabytes)
            return Response(bomb, media_type="application/zip", headers=headers)
        bomb = await asyncio.to_thread(faults.gzip_bomb, megabytes)
        return Response(bomb, headers=headers | {"content-encoding": "gzip", "content-type": kind})
    if "wrong_charset" in taken:
        body = _recoded(body) if member else faults.wrong_charset(body)
    if "truncated" in taken:
        half = body[: len(body) // 2]
        if taken["truncated"].get("mode") == "short":
            return Response(half, headers=headers | {"content-type": kind})

        async def broken() -> Any:
            yield half
            await asyncio.sleep(0)
            _transport(request).close()

        return StreamingResponse(broken(), headers=headers | {"content-type": kind, "content-length": str(len(body))})
    return Response(body, response.status_code, headers=headers | {"content-type": kind})


def _recoded(archive: bytes) -> bytes:
    """A bulk zip whose text is in another encoding than published."""
    import io

    source = zipfile.ZipFile(io.BytesIO(archive))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for info in source.infolist():
            encoding = "cp1252" if info.filename.startswith("scb") else "utf-8"
            made.writestr(info.filename, source.read(info).decode(encoding).encode("utf-16"))
    return target.getvalue()


def create_app(municipality: Municipality, *, requests_per_minute: int = REQUESTS_PER_MINUTE) -> FastAPI:
    """The ASGI application for ``municipality``; its state is ``app.state.sandbox``."""
    sandbox = Sandbox(municipality, requests_per_minute=requests_per_minute)
    app = FastAPI(title="Genomlys sandbox registers", openapi_url="/sandbox/openapi.json", docs_url="/sandbox/docs")
    app.state.sandbox = sandbox

    async def early(request: Request, source: str, subject: str) -> tuple[dict[str, dict[str, Any]], Response | None]:
        """Count the request; the faults of this answer, and the answer itself if they leave nothing to say."""
        sandbox.requests[source] = sandbox.requests.get(source, 0) + 1
        taken = sandbox.faults.take(source, subject)
        if "latency" in taken:
            await asyncio.sleep(float(taken["latency"].get("seconds", 2)))
        if "dead" in taken:
            _transport(request).abort()
            await asyncio.sleep(0.01)
            return taken, Response()
        if "429" in taken:
            wait = str(taken["429"].get("retry_after", 1))
            return taken, Response("Too many requests", 429, headers={"Retry-After": wait}, media_type="text/plain")
        if "503" in taken:
            return taken, Response("Service Unavailable", 503, media_type="text/plain")
        if "html" in taken:
            return taken, Response(faults.HTML_PAGE, media_type="text/html; charset=utf-8")
        return taken, None

    # ------------------------------------------------------------------ OAuth2
    @app.post("/oauth2/token")
    async def token(request: Request) -> Response:
        """Client credentials in the body or as HTTP Basic."""
        _, answer = await early(request, "bolagsverket_token", "")
        if answer is not None:
            return answer
        form = {key: values[0] for key, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}
        client, secret = form.get("client_id", ""), form.get("client_secret", "")
        basic = request.headers.get("authorization", "")
        if basic.lower().startswith("basic "):
            try:
                client, _, secret = base64.b64decode(basic[6:], validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                client = ""
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if client != CLIENT_ID or not secrets.compare_digest(secret.encode(), CLIENT_SECRET.encode()):
            return JSONResponse({"error": "invalid_client", "error_description": "Client Authentication failed."}, 401)
        scopes = frozenset(form.get("scope", "").split()) & frozenset(SCOPES)
        value = secrets.token_urlsafe(24)
        sandbox.tokens[value] = _Token(client, scopes, time.monotonic() + TOKEN_SECONDS)
        return JSONResponse(
            {
                "access_token": value,
                "scope": " ".join(sorted(scopes)),
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
            }
        )

    @app.post("/oauth2/revoke")
    async def revoke(request: Request) -> Response:
        """Forget a token."""
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        sandbox.tokens.pop(form.get("token", [""])[0], None)
        return Response()

    # ------------------------------------------------------------------ VDM
    def api_error(request: Request, status: int, instance: str, title: str, detail: str) -> Response:
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        identifier = request.headers.get("x-request-id")
        body = vdm.error(status, instance, title, detail, identifier, stamp)
        return Response(body, status, media_type="application/problem+json")

    def refused(request: Request, scope: str) -> Response | None:
        header = request.headers.get("authorization", "")
        held = sandbox.tokens.get(header[7:]) if header.startswith("Bearer ") else None
        if held is None or held.expires <= time.monotonic():
            return api_error(
                request, 401, "client.error", "Unauthorized", "Anroparen saknar giltiga autentiseringsuppgifter."
            )
        if scope not in held.scopes:
            return api_error(request, 403, "client.error", "Forbidden", "Anroparen saknar behörighet till resursen.")
        wait = sandbox.limit.refuse(held.client)
        if wait is not None:
            return Response(
                json.dumps({"code": "900802", "message": "Message throttled out"}),
                429,
                headers={"Retry-After": str(wait)},
                media_type="application/json",
            )
        return None

    @app.get(f"{VDM}/isalive")
    async def isalive(request: Request) -> Response:
        """Whether the API is up."""
        return refused(request, SCOPES[1]) or Response("OK", media_type="text/plain")

    async def asked_number(request: Request) -> str | Response:
        try:
            body = json.loads(await request.body())
            number = body.get("identitetsbeteckning") if isinstance(body, dict) else None
        except ValueError:
            number = None
        reason = vdm.refusal(number)
        if reason:
            return api_error(request, 400, "client.error", "Bad Request", reason)
        return str(number)

    @app.post(f"{VDM}/organisationer")
    async def organisationer(request: Request) -> Response:
        """One organisation (or a sole trader's firms)."""
        answer = refused(request, SCOPES[0])
        if answer is not None:
            return answer
        number = await asked_number(request)
        taken, answer = await early(request, "bolagsverket_vdm", number if isinstance(number, str) else "")
        if answer is not None:
            return answer
        if isinstance(number, Response):
            return number
        failing: dict[str, str] | None = None
        if "fel" in taken:
            failing = taken["fel"].get("producers") or {"SCB": "OTILLGANGLIG_UPPGIFTSKALLA"}
        body = vdm.answer(sandbox.register.find(number), failing)
        # The answer itself holds no time; the server's Date is the training clock's.
        stated = {"Date": format_datetime(sandbox.register.stated_at.astimezone(UTC), usegmt=True)}
        return await _spoil(request, taken, Response(body, headers=stated, media_type="application/json"))

    @app.post(f"{VDM}/dokumentlista")
    async def dokumentlista(request: Request) -> Response:
        """No annual reports are kept: an empty list."""
        answer = refused(request, SCOPES[0])
        if answer is not None:
            return answer
        number = await asked_number(request)
        return number if isinstance(number, Response) else JSONResponse({"dokument": []})

    @app.get(f"{VDM}/dokument/{{document_id}}")
    async def dokument(request: Request, document_id: str) -> Response:
        """No annual reports are kept: always 404."""
        return refused(request, SCOPES[0]) or api_error(
            request, 404, "not.found", "Not Found", "Dokumentet finns inte."
        )

    # ------------------------------------------------------------------ SSBT
    async def soap(request: Request, service: str) -> Response:
        body = await request.body()
        stamp = sandbox.register.stated_at.isoformat(timespec="milliseconds")
        try:
            asked = ssbt.parse(body, service)
        except ssbt.BadRequest as error:
            return Response(
                ssbt.service_fault(service, "OgiltigBegaran", str(error), stamp), 500, media_type="text/xml"
            )
        taken, answer = await early(request, service, asked.number)
        if answer is not None:
            return answer
        failing: dict[str, str] | None = None
        if "fel" in taken:
            if taken["fel"].get("call"):
                text = "Tjänsten kunde inte besvara anropet."
                return Response(
                    ssbt.service_fault(service, "OtillgangligUppgiftskalla", text, stamp), 500, media_type="text/xml"
                )
            failing = taken["fel"].get("blocks") or {"Skatteverket": "OtillgangligUppgiftskalla"}
        if service == "ssbtgu":
            found = sandbox.register.find(asked.number)
            content = ssbt.ssbtgu_answer(asked, found[0] if found else None, stamp, failing)
        else:
            content = ssbt.ssbten_answer(asked, sandbox.register.engagements(asked.number), stamp, failing)
        return await _spoil(request, taken, Response(content, media_type="text/xml; charset=utf-8"))

    @app.post("/ssbtgu")
    async def ssbtgu(request: Request) -> Response:
        """Basic data about a company."""
        return await soap(request, "ssbtgu")

    @app.post("/ssbten")
    async def ssbten(request: Request) -> Response:
        """The companies a person is engaged in."""
        return await soap(request, "ssbten")

    # ------------------------------------------------------------------ files
    def modified() -> dict[str, str]:
        return {"Last-Modified": format_datetime(sandbox.register.stated_at.astimezone(UTC), usegmt=True)}

    async def bulk_file(request: Request, source: str) -> Response:
        taken, answer = await early(request, source, "")
        if answer is not None:
            return answer
        files = await sandbox.bulk_files(shrunk="shrunk" in taken)
        path = files.bolagsverket if source == "bolagsverket_bulk" else files.scb
        if not set(taken) - {"latency", "shrunk"}:
            return FileResponse(path, media_type="application/zip", headers=modified())
        member = zipfile.ZipFile(path).namelist()[0]
        response = Response(path.read_bytes(), media_type="application/zip", headers=modified())
        return await _spoil(request, taken, response, member)

    @app.api_route("/bolagsverket/bolagsverket_bulkfil.zip", methods=["GET", "HEAD"])
    async def bolagsverket_bulk(request: Request) -> Response:
        """Bolagsverket's file of all organisations."""
        return await bulk_file(request, "bolagsverket_bulk")

    @app.api_route("/scb/scb_bulkfil.zip", methods=["GET", "HEAD"])
    async def scb_bulk(request: Request) -> Response:
        """SCB's file of all organisations."""
        return await bulk_file(request, "scb_bulk")

    async def list_file(request: Request, source: str, part: str = "") -> Response:
        taken, answer = await early(request, source, part)
        if answer is not None:
            return answer
        share = _SHRUNK_SHARE if "shrunk" in taken else 1.0
        register = sandbox.register
        if source == "eu_fsf":
            body = lists.eu_fsf(municipality, register, share)
        elif source == "un_sc":
            body = lists.un_sc(municipality, register, share)
        else:
            body = lists.ofac(part, municipality, share)
        kind = "text/csv" if part else "application/xml"
        return await _spoil(request, taken, Response(body, media_type=kind, headers=modified()))

    @app.get("/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content")
    async def eu(request: Request) -> Response:
        """The EU's list; a token is asked for in the URL."""
        if not request.query_params.get("token"):
            return Response("Forbidden", 403, media_type="text/plain")
        return await list_file(request, "eu_fsf")

    @app.get("/resources/xml/en/consolidated.xml")
    async def un(request: Request) -> Response:
        """The Security Council's list."""
        return await list_file(request, "un_sc")

    @app.get("/api/PublicationPreview/exports/{name}.CSV")
    async def ofac(request: Request, name: str) -> Response:
        """OFAC's files."""
        if name not in _PARTS:
            raise HTTPException(404)
        return await list_file(request, "ofac_sdn", name)

    # ------------------------------------------------------------------ control
    @app.get("/sandbox/clock")
    async def clock() -> dict[str, str]:
        """The clock, and the two moments that differ."""
        return {
            "date": sandbox.today.isoformat(),
            "baseline": municipality.baseline.isoformat(),
            "as_of": municipality.as_of.isoformat(),
        }

    @app.post("/sandbox/clock")
    async def set_clock(order: ClockOrder) -> dict[str, str]:
        """Set the clock: before ``as_of`` the registers stand as at the baseline."""
        sandbox.set_clock(order.date)
        return await clock()

    @app.post("/sandbox/faults", status_code=201)
    async def order_fault(order: FaultOrder) -> dict[str, Any]:
        """Order a fault."""
        fault = faults.Fault(order.source, order.fault, order.subject, order.times, order.parameters)
        sandbox.faults.order(fault)
        return asdict(fault)

    @app.get("/sandbox/faults")
    async def list_faults() -> list[dict[str, Any]]:
        """The faults in force."""
        return [asdict(fault) for fault in sandbox.faults.all()]

    @app.delete("/sandbox/faults", status_code=204)
    async def withdraw_faults() -> None:
        """Withdraw all faults."""
        sandbox.faults.withdraw()

    @app.get("/sandbox/requests")
    async def requests() -> dict[str, int]:
        """How many requests each source has had."""
        return dict(sandbox.requests)

    @app.get("/sandbox/ground-truth")
    async def ground_truth() -> dict[str, Any]:
        """What a check must find and must not find."""
        return municipality.ground_truth

    @app.get("/sandbox/cases")
    async def cases() -> list[dict[str, Any]]:
        """The demo cases."""
        return municipality.cases

    @app.get("/sandbox/bods/{name}")
    async def bods(name: str) -> Response:
        """An ownership file as a supplier hands it in."""
        statements = municipality.planted.ownership.get(name)
        if statements is None or not re.fullmatch(r"\d{10}\.json", name):
            raise HTTPException(404)
        return Response(json.dumps(statements, ensure_ascii=False, indent=1).encode(), media_type="application/json")

    @app.get("/sandbox/records/{case}")
    async def records(case: str) -> dict[str, str]:
        """The municipality's own records for one demo case: CSV by file name; none for most."""
        return municipality.planted.records.get(case, {})

    return app


def app_for(seed: int, organisations: int, as_of: date, *, requests_per_minute: int = REQUESTS_PER_MINUTE) -> FastAPI:
    """The application for a municipality made from these three."""
    return create_app(generate(seed, organisations, as_of), requests_per_minute=requests_per_minute)
