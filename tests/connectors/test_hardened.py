"""Hostile bytes give one kind of error that says what is wrong, and never unfold beyond their limits."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import MalformedContent
from connectors.hardened import (
    HardenedZip,
    Limits,
    TruncatedContent,
    WrongEncoding,
    decode,
    iterate_xml,
    open_gzip,
    parse_json,
    parse_xml,
)

SMALL = Limits(content_bytes=100_000, depth=10, members=3, ratio=50)

ENTITY_BOMB = (
    b"<!DOCTYPE a [<!ENTITY l0 'ha'>"
    + b"".join(b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><a>&l9;</a>"
)
OUTSIDE_ENTITY = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"


def iterated(content: bytes) -> list[str]:
    return [element.text or "" for element in iterate_xml(io.BytesIO(content), "prov", ["e"], SMALL)]


@pytest.mark.parametrize("read", [lambda content: parse_xml(content, "prov", SMALL), iterated])
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (ENTITY_BOMB, MalformedContent),
        (OUTSIDE_ENTITY, MalformedContent),
        (b"<!DOCTYPE a><a/>", MalformedContent),
        (b"<a>&okand;</a>", MalformedContent),
        (b"<a>" * 11 + b"</a>" * 11, MalformedContent),
        (b"<a>" * 5000 + b"</a>" * 5000, MalformedContent),
        (b"<a><b></a>", MalformedContent),
        (b"<a>" + b"x" * 100_000 + b"</a>", MalformedContent),
        (b"<a><e>1</e>", TruncatedContent),
        (b"<a><e", TruncatedContent),
        (b"", TruncatedContent),
        (b"<?xml version='1.0' encoding='utf-8'?><a>\xe5</a>", WrongEncoding),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", WrongEncoding),
    ],
)
def test_hostile_xml_is_refused(read, content, kind):
    with pytest.raises(kind):
        read(content)


@pytest.mark.parametrize("content", [b"hej", b"<html><p>Fel</html>", b"<!doctype html><p>", b"{}"])
def test_what_is_not_xml_is_named(content):
    with pytest.raises(MalformedContent, match="not XML"):
        parse_xml(content, "prov")


def test_iteration_gives_each_element_with_its_content_and_keeps_the_root():
    content = b"<r d='1'><x><e>1</e></x><e>2</e><y/><e>3</e></r>"
    seen = []
    for element in iterate_xml(io.BytesIO(content), "prov", ["e"]):
        seen.append((element.text, element.getroottree().getroot().get("d")))
    assert seen == [("1", "1"), ("2", "1"), ("3", "1")]


def test_xml_fault_never_quotes_the_document():
    with pytest.raises(MalformedContent) as raised:
        parse_xml(b"<a><b>19800101-9812</b><c></a>", "prov")
    assert "9812" not in str(raised.value)
    assert raised.value.where
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"a": [1, 2', TruncatedContent),
        (b'{"a": "b', TruncatedContent),
        (b"  ", TruncatedContent),
        (b'{"a": 1, "a": 2}', MalformedContent),
        (b"[NaN]", MalformedContent),
        (b"<html>", MalformedContent),
        (b"[1,,2]", MalformedContent),
        (b"[" * 11 + b"]" * 11, MalformedContent),
        (b"[" * 50_000, MalformedContent),
        (b"[" + b"9" * 6000 + b"]", MalformedContent),
        (b'"' + b"x" * 100_001 + b'"', MalformedContent),
        ('{"a": "å"}'.encode("cp1252"), WrongEncoding),
        ('{"a": "å"}'.encode("utf-16"), WrongEncoding),
    ],
)
def test_hostile_json_is_refused(content, kind):
    with pytest.raises(kind):
        parse_json(content, "prov", SMALL)


def test_brackets_inside_strings_are_no_depth():
    value = ['[[[[[[[[[[[["\\'] * 3
    assert parse_json(json.dumps(value).encode(), "prov", SMALL) == value


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(json_values)
def test_good_json_is_read_as_it_is(value):
    assert parse_json(json.dumps(value).encode(), "prov") == value


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_a_named_fault(content):
    for read in (parse_json, parse_xml):
        try:
            read(content, "prov")
        except MalformedContent as fault:
            assert fault.what.sv
            assert fault.what.en


def test_decoding_tells_byte_and_line():
    with pytest.raises(WrongEncoding) as raised:
        decode(b"ett\ntv\xe5", "prov")
    assert raised.value.where == "row 2, byte 6"


def test_utf8_is_not_read_as_cp1252():
    assert decode("Åre".encode("cp1252"), "prov", "cp1252") == "Åre"
    with pytest.raises(WrongEncoding):
        decode("Åre".encode(), "prov", "cp1252")
    with pytest.raises(WrongEncoding):
        decode(b"\x81", "prov", "cp1252")


# --- archives


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_good_zip_is_read():
    with HardenedZip(io.BytesIO(zipped(a=b"1", b=b"2")), "prov", SMALL) as archive:
        assert archive.names == ("a", "b")
        assert archive.read("b") == b"2"


@pytest.mark.parametrize("name", ["../ut", "/etc/passwd", "..\\ut", "a/../../b"])
def test_member_that_points_outside_is_refused(name):
    with pytest.raises(MalformedContent, match="outside"):
        HardenedZip(io.BytesIO(zipped(**{name: b"x"})), "prov", SMALL)


def test_bombs_are_refused_before_they_unfold():
    with pytest.raises(MalformedContent, match="times its size"):
        HardenedZip(io.BytesIO(zipped(a=bytes(3 * 2**20))), "prov", Limits(ratio=50))
    with pytest.raises(MalformedContent, match="unfolds"):
        HardenedZip(io.BytesIO(zipped(a=bytes(60_000), b=bytes(60_000))), "prov", SMALL)
    with pytest.raises(MalformedContent, match="more than 3"):
        HardenedZip(io.BytesIO(zipped(a=b"", b=b"", c=b"", d=b"")), "prov", SMALL)


def test_member_larger_than_its_claim_is_refused():
    content = bytearray(zipped(a=bytes(5000)))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(signature) + offset
        content[at : at + 4] = (10).to_bytes(4, "little")
    with HardenedZip(io.BytesIO(bytes(content)), "prov", SMALL) as archive, pytest.raises(MalformedContent):
        archive.read("a")


def test_half_encrypted_and_foreign_archives_are_named():
    whole = zipped(a=b"1" * 1000)
    with pytest.raises(TruncatedContent):
        HardenedZip(io.BytesIO(whole[: len(whole) // 2]), "prov")
    with pytest.raises(MalformedContent, match="not a zip"):
        HardenedZip(io.BytesIO(b"<html>"), "prov")
    encrypted = bytearray(whole)
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(MalformedContent, match="encrypted"):
        HardenedZip(io.BytesIO(bytes(encrypted)), "prov")


def test_damaged_member_is_named():
    content = bytearray(zipped(a=bytes(range(256)) * 20))
    content[40] ^= 0xFF
    content[60] ^= 0xFF
    with HardenedZip(io.BytesIO(bytes(content)), "prov") as archive, pytest.raises(MalformedContent):
        archive.read("a")


def test_an_offset_before_the_archive_and_a_file_without_a_name_are_damage():
    shifted = bytearray(zipped(a=b"x"))
    end = shifted.index(b"PK\x05\x06")
    shifted[end + 16 : end + 20] = (int.from_bytes(shifted[end + 16 : end + 20], "little") + 7).to_bytes(4, "little")
    with HardenedZip(io.BytesIO(bytes(shifted)), "prov") as archive, pytest.raises(MalformedContent, match="damaged"):
        archive.read("a")
    nameless = zipped(a=b"x").replace(b"a", b"\0")
    with pytest.raises(MalformedContent, match="damaged"):
        HardenedZip(io.BytesIO(nameless), "prov")


COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


@given(st.sampled_from(COMPRESSIONS), st.data())
def test_a_damaged_zip_gives_its_content_or_a_named_fault(compression, data):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        archive.writestr("a", b"some text " * 20)
    content = bytearray(target.getvalue())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        with HardenedZip(io.BytesIO(bytes(content)), "prov") as archive:
            for name in archive.names:
                archive.read(name)
    except MalformedContent as fault:
        assert fault.remedy is not None


def test_gzip_is_bounded_and_half_a_file_is_named():
    packed = gzip.compress(b"hej" * 100, mtime=0)
    assert open_gzip(io.BytesIO(packed), "prov").read() == b"hej" * 100
    with pytest.raises(MalformedContent, match="larger"):
        open_gzip(io.BytesIO(gzip.compress(bytes(200_000), mtime=0)), "prov", SMALL).read()
    with pytest.raises(TruncatedContent):
        open_gzip(io.BytesIO(packed[:-9]), "prov").read()
    with pytest.raises(MalformedContent):
        open_gzip(io.BytesIO(b"inte gzip"), "prov").read()
