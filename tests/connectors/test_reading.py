"""``genomlys read``: one file in, facts out, or what the file is instead."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from connectors.base import MalformedContent
from connectors.reading import likeness, read_document, read_file
from graph.model import AnswerStatus, EntityKey, Predicate

UN = (
    b'<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00Z"><ENTITIES><ENTITY><DATAID>3</DATAID>'
    b"<FIRST_NAME>HITTEPA</FIRST_NAME></ENTITY></ENTITIES></CONSOLIDATED_LIST>"
)
BODS = json.dumps(
    [
        {
            "statementId": "a" * 32,
            "statementDate": "2026-10-01",
            "declarationSubject": "f",
            "recordId": "f",
            "recordType": "entity",
            "recordStatus": "new",
            "recordDetails": {"entityType": {"type": "registeredEntity"}, "name": "Hittepå AB"},
        }
    ]
).encode()
SDN = b'101,"HITTEPA AB",-0- ,"T",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\x1a'
ALT = b'101,1,"aka","HITTEPA TRADING",-0- \r\n\x1a'


class Keyer:
    """Person keys by a hash, as the store's keyer makes them."""

    def by_number(self, number: str) -> EntityKey:
        return EntityKey("PERSON:" + hashlib.sha256(number.encode()).hexdigest()[:16])

    def by_description(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        return EntityKey("PERSON:" + hashlib.sha256(f"{name}{birth_date}{scope}".encode()).hexdigest()[:16])


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lambda content: zipped({"list.xml": content})])
def test_plain_gzip_and_zip_give_the_same_facts(tmp_path: Path, pack: object) -> None:
    path = tmp_path / "consolidated"
    path.write_bytes(pack(UN))  # type: ignore[operator]

    result = read_file("un_sc", path, Keyer())

    assert [fact.predicate for fact in result.facts] == [Predicate.LISTED, Predicate.NAME]
    assert result.document.sha256 == hashlib.sha256(UN).hexdigest()
    assert result.facts[0].document == result.document.sha256
    assert result.facts[0].observed_at == result.document.stated_at


def test_ownership_file(tmp_path: Path) -> None:
    path = tmp_path / "agare.json"
    path.write_bytes(BODS)

    result = read_file("bods", path, Keyer())

    assert [answer.status for answer in result.answers] == [AnswerStatus.FOUND]
    assert any(fact.value.get("name") == "Hittepå AB" for fact in result.facts)


def test_ofac_main_file_brings_its_sister_files(tmp_path: Path) -> None:
    (tmp_path / "sdn.csv").write_bytes(SDN)
    (tmp_path / "alt.csv.gz").write_bytes(gzip.compress(ALT, mtime=0))

    result = read_file("ofac_sdn", tmp_path / "sdn.csv", Keyer())

    names = [fact.value["name"] for fact in result.facts if fact.predicate is Predicate.NAME]
    assert names == ["HITTEPA AB", "HITTEPA TRADING"]


def test_ofac_part_alone_claims_no_listing(tmp_path: Path) -> None:
    path = tmp_path / "alt.csv"
    path.write_bytes(ALT)

    result = read_file("ofac_sdn", path, Keyer())

    assert [fact.predicate for fact in result.facts] == [Predicate.NAME]


def test_a_personal_number_in_the_files_name_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "svar-198001019804.xml"
    path.write_bytes(UN)

    assert "9804" not in read_document("un_sc", path).request


@pytest.mark.parametrize(
    ("source", "content", "words"),
    [
        ("un_sc", BODS, "read it with the source bods"),
        ("eu_fsf", UN, "read it with the source un_sc"),
        ("bods", UN, "read it with the source un_sc"),
        ("bods", b"%PDF-1.7 ...", "a PDF document"),
        ("ofac_sdn", b"<html><body>busy</body></html>", "a web page"),
        ("un_sc", b"", "empty"),
        ("un_sc", b"   \n", "empty"),
        ("un_sc", gzip.compress(UN, mtime=0)[:40], "in the middle"),
        ("un_sc", zipped({"a": b"1", "b": b"2"}), "2 files"),
        ("un_sc", UN[:60], "in the middle"),
    ],
)
def test_what_is_something_else_is_named(tmp_path: Path, source: str, content: bytes, words: str) -> None:
    path = tmp_path / "fil"
    path.write_bytes(content)

    with pytest.raises(MalformedContent, match=words):
        read_file(source, path, Keyer())


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped({"list.xml": b"<a>" + b" " * 40_000_000}))

    with pytest.raises(MalformedContent, match="unpacks"):
        read_file("un_sc", path, Keyer())


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "stor.json"
    with path.open("wb") as stream:
        stream.truncate(2 * 2**30)

    with pytest.raises(MalformedContent, match="larger than"):
        read_file("bods", path, Keyer())


@pytest.mark.parametrize("source", ["register_history", "nobody"])
def test_sources_without_files(tmp_path: Path, source: str) -> None:
    with pytest.raises(KeyError):
        read_file(source, tmp_path / "fil", Keyer())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"openapi": "3.0.3"}', "OpenAPI"),
        (b"openapi: 3.0.3\n", "OpenAPI"),
        (b'{"type": "about:blank", "status": 403, "title": "Forbidden"}', "error answer"),
        (b'{"identitetsbeteckning": "5580000015"}', "a request"),
        (b"<definitions/>", "WSDL"),
        (b"{", "damaged"),
        (b"\0\1\2", "binary"),
        (b"hej", "does not know"),
    ],
)
def test_likeness(content: bytes, words: str) -> None:
    assert words in likeness(content)[0].en
