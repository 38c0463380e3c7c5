"""Faults on demand: what a real source does on a bad day, done to the next answers of one source.

========================  =============================================================================================
``latency``               wait ``seconds`` (default 2) before answering
``429``                   refuse with ``Retry-After`` = ``retry_after`` (default 1)
``503``                   refuse with a plain-text 503
``fel``                   VDM: ``producers`` {producer: fel.typ}; SSBT: ``blocks`` {UD… or producer: Typ}, or
                          ``call`` true for a ``soap:Fault``. Default: SCB (VDM) or Skatteverket (SSBT) does not answer
``truncated``             half the body, then the connection breaks; with ``mode`` ``short`` a well-delimited half
``wrong_charset``         the body in an encoding that it does not declare
``html``                  200 with an HTML page
``dead``                  the connection is closed without an answer
``entity_bomb``           an XML document with exponentially nested entities
``zip_bomb``              a small zip that unpacks to ``megabytes`` (default 1024); a gzip for the lists
``shrunk``                a list or file of a tenth of its rows
========================  =============================================================================================
"""

from __future__ import annotations

import gzip
import io
import threading
import zipfile
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, get_args

Kind = Literal[
    "latency", "429", "503", "fel", "truncated", "wrong_charset", "html", "dead", "entity_bomb", "zip_bomb", "shrunk"
]  # fmt: skip
Source = Literal[
    "bolagsverket_token", "bolagsverket_vdm", "ssbtgu", "ssbten", "bolagsverket_bulk", "scb_bulk", "eu_fsf", "un_sc",
    "ofac_sdn",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)
SOURCES: tuple[str, ...] = get_args(Source)
HTML_PAGE = (
    "<!DOCTYPE html><html><head><title>Underhåll</title></head><body>Tjänsten uppdateras.</body></html>".encode()
)


@dataclass
class Fault:
    """One ordered fault. ``times`` counts down to 0; ``None`` means until it is withdrawn."""

    source: str
    kind: str
    subject: str | None = None
    times: int | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    done: int = 0
    """How many answers it has spoilt."""


class Faults:
    """The ordered faults of a server. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Add a fault; several may be in force at once."""
        with self._lock:
            self._faults.append(fault)

    def withdraw(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._faults.clear()

    def all(self) -> list[Fault]:
        """The faults in force."""
        with self._lock:
            return list(self._faults)

    def take(self, source: str, subject: str) -> dict[str, dict[str, Any]]:
        """The faults that apply to this answer, as kind -> parameters; each is counted down once."""
        taken: dict[str, dict[str, Any]] = {}
        with self._lock:
            for fault in self._faults:
                if fault.source == source and fault.subject in (None, subject) and fault.times != 0:
                    taken[fault.kind] = fault.parameters
                    fault.done += 1
                    if fault.times is not None:
                        fault.times -= 1
            self._faults = [fault for fault in self._faults if fault.times != 0]
        return taken


def entity_bomb() -> bytes:
    """An XML document whose one entity would unfold to 10**9 copies of a word."""
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "bomb">{levels}]><x>&l9;</x>'.encode()


@lru_cache(maxsize=2)
def zip_bomb(member: str, megabytes: int) -> bytes:
    """A zip whose only member unpacks to that many megabytes of nothing."""
    buffer = io.BytesIO()
    info = zipfile.ZipInfo(member, (2020, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    block = bytes(1 << 20)
    with zipfile.ZipFile(buffer, "w") as archive, archive.open(info, "w", force_zip64=True) as stream:
        for _ in range(megabytes):
            stream.write(block)
    return buffer.getvalue()


@lru_cache(maxsize=2)
def gzip_bomb(megabytes: int) -> bytes:
    """A gzip stream that unpacks to that many megabytes of nothing."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as stream:
        block = bytes(1 << 20)
        for _ in range(megabytes):
            stream.write(block)
    return buffer.getvalue()


def wrong_charset(body: bytes) -> bytes:
    """The same text in an encoding that nobody announced: every Swedish letter is now invalid UTF-8."""
    text = body.decode("utf-8", "replace")
    if text.isascii():
        text += "\nå"
    return text.encode("latin-1", "replace")
