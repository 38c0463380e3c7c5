"""Fetching bulk files over HTTP, and what the two files share."""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import bulk
from connectors.base import FailureReason, MalformedContent, SourceFailure
from connectors.bolagsverket_bulk import client as bolagsverket_client
from connectors.scb_bulk import client as scb_client
from connectors.settings import ConnectorSettings

if TYPE_CHECKING:
    from conftest import Outside

MODIFIED = {"Last-Modified": "Mon, 01 Jun 2026 04:30:00 GMT"}
SCB_NAME = "scb_bulkfil_JE_20260601T065839_76.txt"


def packed(name: str, content: str = "innehåll") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2026, 5, 31, 14, 0, 0)), content)
    return stream.getvalue()


@pytest.fixture
def reply(outside: Outside) -> Any:
    return sys.modules[type(outside).__module__].Reply


@pytest.fixture
def pointed(settings: ConnectorSettings, outside: Outside) -> ConnectorSettings:
    return settings.model_copy(
        update={"bolagsverket_bulk_url": f"{outside.url}/bv.zip", "scb_bulk_url": f"{outside.url}/scb.zip"}
    )


def test_a_file_is_fetched_to_disk_and_known_by_hash_and_the_sources_own_time(
    pointed: ConnectorSettings, outside: Outside, reply: Any, tmp_path: Path
) -> None:
    body = packed("bolagsverket_bulkfil.txt")
    outside.answers(reply(body=body, headers=MODIFIED))
    file = bolagsverket_client.Client(pointed).fetch(tmp_path)
    assert file.path.read_bytes() == body
    assert (file.sha256, file.size) == (hashlib.sha256(body).hexdigest(), len(body))
    assert file.name == "bolagsverket_bulkfil.txt"
    assert file.stated_at == datetime(2026, 6, 1, 4, 30, tzinfo=UTC)
    assert [path.name for path in tmp_path.iterdir()] == [file.path.name]


def test_scb_states_its_time_in_the_files_name(
    pointed: ConnectorSettings, outside: Outside, reply: Any, tmp_path: Path
) -> None:
    outside.answers(reply(body=packed(SCB_NAME), headers=MODIFIED))
    file = scb_client.Client(pointed).fetch(tmp_path)
    assert file.stated_at == datetime(2026, 6, 1, 4, 58, 39, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "declared", "status", "reason"),
    [
        (packed("bolagsverket_bulkfil.txt")[:-30], None, 200, FailureReason.TRUNCATED),
        (packed("bolagsverket_bulkfil.txt")[:50], 5000, 200, FailureReason.TRUNCATED),
        (packed("annat.pdf"), None, 200, FailureReason.MALFORMED),
        (b"", None, 503, FailureReason.SERVICE_FAULT),
        (b"", None, 404, FailureReason.REFUSED),
    ],
)
def test_a_failed_download_leaves_nothing_behind(
    pointed: ConnectorSettings,
    outside: Outside,
    reply: Any,
    tmp_path: Path,
    body: bytes,
    declared: int | None,
    status: int,
    reason: FailureReason,
) -> None:
    outside.answers(reply(body=body, declared_length=declared, status=status))
    with pytest.raises(SourceFailure) as failure:
        bolagsverket_client.Client(pointed).fetch(tmp_path)
    assert failure.value.reason is reason
    assert list(tmp_path.iterdir()) == []


def test_a_failed_download_keeps_the_previous_file(
    pointed: ConnectorSettings, outside: Outside, reply: Any, tmp_path: Path
) -> None:
    body = packed("bolagsverket_bulkfil.txt")
    outside.answers(reply(body=body), reply(body=body[:-30]))
    file = bolagsverket_client.Client(pointed).fetch(tmp_path)
    with pytest.raises(SourceFailure):
        bolagsverket_client.Client(pointed).fetch(tmp_path)
    assert file.path.read_bytes() == body


def test_a_file_handed_in_tells_its_time_by_name_or_packing(tmp_path: Path) -> None:
    path = tmp_path / "bv.zip"
    path.write_bytes(packed("bolagsverket_bulkfil.txt"))
    assert bolagsverket_client.open_file(path).stated_at == datetime(2026, 5, 31, 12, 0, tzinfo=UTC)
    path.write_bytes(packed(SCB_NAME))
    assert scb_client.open_file(path).stated_at == datetime(2026, 6, 1, 4, 58, 39, tzinfo=UTC)
    text = tmp_path / "bolagsverket_bulkfil.txt"
    text.write_text("x")
    file = bolagsverket_client.open_file(text)
    assert (file.stated_at, file.observed_at) == (None, file.retrieved_at)


def test_a_zip_without_the_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bv.zip"
    path.write_bytes(packed("annat.pdf"))
    with pytest.raises(MalformedContent, match="0 text files"):
        bolagsverket_client.open_file(path)


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_escaped_text_holds_no_separator_and_comes_back(value: str) -> None:
    escaped = bulk.escape(value.encode())
    assert not {b"\t", b"\n", b"\r"} & {bytes([byte]) for byte in escaped}
    assert bulk.unescape(escaped.decode()) == value
