"""Read one file of one source into facts, offline: the core of ``genomlys read``.

The file may be packed (gzip, or a zip of one file). It is never trusted: size, nesting, unpacked size and time are
bounded. A file that is something else raises ``MalformedContent`` that says what it looks like instead.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from connectors import bulk, lists, registry, tables
from connectors.base import FetchedDocument, MalformedContent, Mapped, RejectedRow, SourceKind
from connectors.bods import mapper as bods_mapper
from connectors.bods import reader as bods_reader
from connectors.bolagsverket_bulk import mapper as bolagsverket_mapper
from connectors.bolagsverket_bulk import reader as bolagsverket_reader
from connectors.hardened import HardenedZip, Limits, TruncatedContent, open_gzip, parse_json
from connectors.messages import message
from connectors.municipal_records import mapper as records_mapper
from connectors.municipal_records import reader as records_reader
from connectors.municipal_records.columns import RecordKind, recognise
from connectors.ofac_sdn import reader as ofac_reader
from connectors.scb_bulk import mapper as scb_mapper
from connectors.scb_bulk import reader as scb_reader
from connectors.statements import without_person_numbers
from graph.model import (
    DocumentReference,
    EntityKey,
    Fact,
    ListedSchema,
    ListEntry,
    MissingPart,
    PersonKeyer,
    SourceAnswer,
    sha256_hex,
)
from graph.text import Text, joined

MAXIMUM_BYTES = {
    SourceKind.LOOKUP: 16 * 2**20,
    SourceKind.LIST: 512 * 2**20,
    SourceKind.FILE: 64 * 2**20,
    SourceKind.BULK: 64 * 2**20,
}
"""Largest file, packed or unpacked, by the kind of source. A whole register is loaded, not read: ``genomlys feed``."""

MAXIMUM_BULK_ROWS = 100_000
"""More rows of a register than this would fill the memory as facts."""

_OFAC_COMPANIONS = {
    "sdn": {"sdn.csv": "sdn.csv", "add.csv": "add.csv", "alt.csv": "alt.csv", "sdn_comments.csv": "sdn_comments.csv"},
    "cons_prim": {
        "sdn.csv": "cons_prim.csv",
        "add.csv": "cons_add.csv",
        "alt.csv": "cons_alt.csv",
        "sdn_comments.csv": "cons_comments.csv",
    },
}


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What one file of one source says."""

    source: str
    document: DocumentReference
    facts: tuple[Fact, ...]
    rejected: tuple[RejectedRow, ...]
    """Rows that could not be used, with place and reason."""
    answers: tuple[SourceAnswer, ...]
    """What the source said about whom it was asked about; empty for lists and bulk files."""
    missing: tuple[MissingPart, ...] = ()


def read_file(source: str, path: Path, keyer: PersonKeyer, subject: EntityKey | None = None) -> ReadResult:
    """The facts in the file at ``path``.

    Args:
        source: a source id of ``connectors.registry.SOURCES`` that is read from files or answers.
        keyer: makes the keys of persons.
        subject: whom the file is about, when the file does not tell (a supplier's ownership file).

    Raises:
        KeyError: ``source`` is unknown or has no files.
        OSError: the file cannot be opened.
        MalformedContent: the file is not what the source gives, and what it looks like instead.
    """
    description = registry.SOURCES[source]
    if source.startswith("register_"):
        raise KeyError(source)
    if description.kind is SourceKind.BULK:
        return _read_bulk(source, path, keyer)
    if source in list(RecordKind):
        return _read_records(source, path, keyer)
    document = read_document(source, path)
    try:
        if description.kind is SourceKind.LIST:
            return _read_list(source, document)
        if description.kind is SourceKind.FILE:
            reference = document.reference()
            about = subject or EntityKey(f"FILE:{reference.sha256[:12]}")
            mapped = bods_mapper.map_facts(bods_reader.read(document.content), reference, keyer, about)
            return _result(document, mapped, subject)
        return _result(document, registry.lookup(source).map(document, keyer, subject), subject)
    except MalformedContent as error:
        raise _with_likeness(error, source, document.content) from error


def read_document(source: str, path: Path) -> FetchedDocument:
    """The unpacked content of the file at ``path`` as a document of ``source``.

    For ``ofac_sdn`` the main file of the legacy CSV (``sdn.csv``, ``cons_prim.csv``, packed or not) brings its sister
    files from the same folder along, packed as ``connectors.ofac_sdn.reader.pack`` does.

    Raises:
        OSError: the file cannot be opened.
        MalformedContent: it is empty, damaged, too large, or an archive of several files.
    """
    kind = registry.SOURCES[source].kind
    content = _unpacked(source, path, MAXIMUM_BYTES[kind])
    media_type = _media_type(content)
    if source == ofac_reader.SOURCE:
        packed = _with_companions(path, content, MAXIMUM_BYTES[kind])
        if packed is not None:
            content, media_type = packed, "application/zip"
    return FetchedDocument(
        source=source,
        content=content,
        media_type=media_type,
        request=f"fil {without_person_numbers(path.name)}",
        retrieved_at=datetime.now(UTC),
    )


def _result(document: FetchedDocument, mapped: Mapped, subject: EntityKey | None) -> ReadResult:
    reference = document.reference()
    about = subject or (mapped.facts[0].subject if mapped.facts else EntityKey("UNKNOWN"))
    return ReadResult(
        source=document.source,
        document=reference,
        facts=mapped.facts,
        rejected=mapped.rejected,
        answers=(mapped.answer(about, reference),),
        missing=mapped.missing,
    )


def _read_list(source: str, document: FetchedDocument) -> ReadResult:
    reference = document.reference()
    facts: list[Fact] = []
    rejected: list[RejectedRow] = []
    part = ofac_reader.part_of(document.content) if source == ofac_reader.SOURCE else None
    if part not in (None, "sdn.csv"):
        for entry in _part_entries(document.content, rejected):
            facts.extend(lists.list_entry_facts(entry, reference))
    else:
        issue = lists.read_issue(source, document)
        rejected.extend(issue.rejected)
        if issue.stated_at is not None:
            reference = DocumentReference(
                sha256=reference.sha256,
                source=source,
                media_type=reference.media_type,
                request=reference.request,
                retrieved_at=reference.retrieved_at,
                stated_at=issue.stated_at,
            )
        for entry in issue.entries:
            facts.extend(lists.list_entry_facts(entry, reference))
    return ReadResult(source, reference, tuple(facts), tuple(rejected), ())


def _part_entries(content: bytes, rejected: list[RejectedRow]) -> Iterator[ListEntry]:
    """Entries as far as one part of OFAC's legacy CSV tells them: without a main name, so no ``LISTED`` is claimed."""
    for row in ofac_reader.read_part(content):
        if isinstance(row, RejectedRow):
            rejected.append(row)
            continue
        yield ListEntry(
            list=ofac_reader.SOURCE,
            entry=row.key,
            schema=ListedSchema.ORGANISATION,
            names=row.aliases,
            addresses=(row.address,) if row.address else (),
            remarks=row.remarks or None,
            place=row.place,
        )


def _read_records(source: str, path: Path, keyer: PersonKeyer) -> ReadResult:
    """A table of the municipality's own; an XLSX is a table here and not an archive to unpack."""
    if path.stat().st_size > tables.MAXIMUM_BYTES:
        limit = tables.MAXIMUM_BYTES >> 20
        raise MalformedContent(source, message("table.too_large", limit=limit), "", message("remedy.split"))
    content = path.read_bytes()
    now = datetime.now(UTC)
    try:
        found = records_reader.read(content, today=now.date())
    except MalformedContent as error:
        raise _with_likeness(error, source, content) from error
    if found.kind != source:
        remedy = message("remedy.looks_like_source", kind=message("looks_like.records"), source=found.kind.value)
        raise MalformedContent(source, message("records.other_kind"), "", remedy)
    document = FetchedDocument(source, found.content, "text/csv", f"fil {without_person_numbers(path.name)}", now)
    return _result(document, records_mapper.map_facts(found.kind, found.records, document.reference(), keyer), None)


# --- bulk


def _read_bulk(source: str, path: Path, keyer: PersonKeyer) -> ReadResult:
    if path.stat().st_size > MAXIMUM_BYTES[SourceKind.BULK]:
        raise _whole_register(source)
    content = path.read_bytes()
    report = bulk.ReadReport()
    try:
        if source == "scb_bulk":
            stated_at = scb_reader.stated_at(bulk.text_name(source, path, "scb_bulkfil"))
            reference = _bulk_document(source, path, content, stated_at)
            mapped = scb_mapper.map_facts(_bounded(source, scb_reader.read(path, report)), reference, keyer)
        else:
            reference = _bulk_document(source, path, content, None)
            mapped = bolagsverket_mapper.map_facts(
                _bounded(source, bolagsverket_reader.read(path, report)), reference, keyer
            )
    except MalformedContent as error:
        raise _with_likeness(error, source, content) from error
    rejected = [*report.rejected, *mapped.rejected]
    skipped = report.persons + report.others
    if skipped:
        rejected.append(RejectedRow("", message("bulk.skipped", count=skipped)))
    return ReadResult(source, reference, mapped.facts, tuple(rejected), ())


def _bounded(source: str, rows: Iterator[bulk.Row]) -> Iterator[bulk.Row]:
    for number, row in enumerate(rows):
        if number >= MAXIMUM_BULK_ROWS:
            raise _whole_register(source)
        yield row


def _whole_register(source: str) -> MalformedContent:
    return MalformedContent(
        source,
        message("bulk.whole_register"),
        "",
        message("remedy.feed_load", source=source),
    )


def _bulk_document(source: str, path: Path, content: bytes, stated_at: datetime | None) -> DocumentReference:
    return DocumentReference(
        sha256=sha256_hex(content),
        source=source,
        media_type=_media_type(content),
        request=f"fil {without_person_numbers(path.name)}",
        retrieved_at=datetime.now(UTC),
        stated_at=stated_at,
    )


# --- unpacking


def _unpacked(source: str, path: Path, limit: int) -> bytes:
    if path.stat().st_size > limit:
        raise MalformedContent(
            source, message("content.too_large_file", limit=limit >> 20), "", message("remedy.right_file")
        )
    content = path.read_bytes()
    limits = Limits(content_bytes=limit)
    if content.startswith(b"\x1f\x8b"):
        with open_gzip(io.BytesIO(content), source, limits) as stream:
            content = stream.read()
    elif content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        content = _from_zip(source, content, limits)
    if not content.strip():
        raise TruncatedContent(source, message("content.empty_file"), "", message("remedy.fetch_again"))
    return content


def _from_zip(source: str, content: bytes, limits: Limits) -> bytes:
    with HardenedZip(io.BytesIO(content), source, limits) as archive:
        names = archive.names
        if len(names) == 1:
            return archive.read(names[0])
        if source == ofac_reader.SOURCE and any(name.lower().endswith(("sdn.csv", "cons_prim.csv")) for name in names):
            return content
    raise MalformedContent(source, message("archive.files", count=len(names)), "", message("remedy.unpack"))


def _with_companions(path: Path, content: bytes, limit: int) -> bytes | None:
    stem = path.name.lower().removesuffix(".gz").removesuffix(".csv")
    companions = _OFAC_COMPANIONS.get(stem)
    if companions is None or ofac_reader.part_of(content) != "sdn.csv":
        return None
    parts = {"sdn.csv": content}
    present = {entry.name.lower(): entry for entry in path.parent.iterdir() if entry.is_file()}
    for part, name in companions.items():
        found = present.get(name) or present.get(f"{name}.gz")
        if part != "sdn.csv" and found is not None:
            parts[part] = _unpacked(ofac_reader.SOURCE, found, limit)
    return ofac_reader.pack(parts) if len(parts) > 1 else None


# --- what a file looks like

_ROOTS = {
    "export": (message("looks_like.eu_xml"), "eu_fsf"),
    "CONSOLIDATED_LIST": (message("looks_like.un_xml"), "un_sc"),
    "sdnList": (message("looks_like.ofac_xml"), "ofac_sdn"),
    "Sanctions": (message("looks_like.ofac_advanced"), "ofac_sdn"),
    "definitions": (message("looks_like.wsdl"), None),
    "schema": (message("looks_like.xsd"), None),
    "html": (message("looks_like.web_page"), None),
}
_MAGIC = (
    (b"%PDF", message("looks_like.pdf")),
    (b"\x89PNG", message("looks_like.png")),
    (b"\xff\xd8\xff", message("looks_like.jpeg")),
    (b"\xd0\xcf\x11\xe0", message("looks_like.office")),
    (b"PK", message("looks_like.zip")),
    (b"\x1f\x8b", message("looks_like.gzip")),
    (b"SQLite format", message("looks_like.database")),
)


def likeness(content: bytes) -> tuple[Text, str | None]:
    """(what ``content`` looks like; the source that gives such files, if one does)."""
    for magic, name in _MAGIC:
        if content.startswith(magic):
            return name, None
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        return _xml_likeness(content)
    if start.startswith((b"{", b"[")):
        return _json_likeness(content)
    head = start.decode("utf-8", "replace")
    for beginning, name, source in (
        ("fileGenerationDate;", message("looks_like.eu_csv"), "eu_fsf"),
        ('"Date_file', message("looks_like.eu_csv_old"), "eu_fsf"),
        ("Date_file", message("looks_like.eu_csv_old"), "eu_fsf"),
        ("celex,", message("looks_like.eu_annex"), "eu_fsf"),
        ("source,entity_number,", message("looks_like.us_screening_list"), "ofac_sdn"),
        ('"Name"\t', message("looks_like.us_denied"), "ofac_sdn"),
        ("organisationsidentitet;", message("looks_like.bolagsverket_bulk"), "bolagsverket_bulk"),
        ("ForAndrTyp\t", message("looks_like.scb_bulk"), "scb_bulk"),
    ):
        if head.startswith(beginning):
            return name, source
    if ofac_reader.part_of(content) is not None:
        return message("looks_like.ofac_part"), "ofac_sdn"
    if (records := _records_kind(head)) is not None:
        return message("looks_like.records"), records
    if re.match(r"(---\s*)?(openapi|swagger):", head):
        return message("looks_like.openapi"), None
    if b"\0" in content[:4096]:
        return message("looks_like.binary"), None
    return message("looks_like.unknown_text"), None


def _records_kind(head: str) -> str | None:
    """The kind of the municipality's own records whose headings are the first line of a text file."""
    line = head.splitlines()[0] if head else ""
    found = recognise(line.split(max(";,\t", key=line.count)))
    return found[0].value if found else None


def _xml_likeness(content: bytes) -> tuple[Text, str | None]:
    if content[:512].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return message("looks_like.web_page"), None
    try:
        parser: Any = etree.iterparse(io.BytesIO(content), events=("start",), resolve_entities=False, no_network=True)
        names = [etree.QName(element) for _event, element in (item for item, _n in zip(parser, range(3), strict=False))]
    except etree.XMLSyntaxError:
        return message("looks_like.damaged_xml"), None
    local = names[0].localname if names else ""
    if local == "Envelope":
        text = content[:8192]
        if b"ssbten" in text:
            return message("looks_like.ssbten"), "ssbten"
        if b"ssbtgu" in text:
            return message("looks_like.ssbtgu"), "ssbtgu"
        return message("looks_like.soap"), None
    return _ROOTS.get(local, (message("looks_like.other_xml", element=local[:40]), None))


def _json_likeness(content: bytes) -> tuple[Text, str | None]:
    try:
        document = parse_json(content, "")
    except MalformedContent:
        return message("looks_like.damaged_json"), None
    first = document[0] if isinstance(document, list) and document else document
    if not isinstance(first, dict):
        return message("looks_like.json_without_object"), None
    keys = set(first)
    if "openapi" in keys or "swagger" in keys:
        return message("looks_like.openapi"), None
    if {"type", "status", "title"} <= keys:
        return message("looks_like.problem"), None
    if keys == {"identitetsbeteckning"}:
        return message("looks_like.vdm_request"), None
    if "organisationer" in keys:
        return message("looks_like.vdm"), "bolagsverket_vdm"
    if "dokument" in keys:
        return message("looks_like.vdm_documents"), None
    if "statementId" in keys or "statementID" in keys:
        return message("looks_like.bods"), "bods"
    return message("looks_like.unknown_json"), None


def _with_likeness(error: MalformedContent, source: str, content: bytes) -> MalformedContent:
    """``error`` with what the content looks like, when that is something else than the source gives."""
    kind, belongs = likeness(content)
    if belongs == source:
        return error
    if belongs is not None:
        remedy = message("remedy.looks_like_source", kind=kind, source=belongs)
    elif registry.SOURCES[source].kind is SourceKind.LOOKUP:
        return error  # its own reader names requests, specifications and error answers better
    else:
        parts = [message("remedy.looks_like", kind=kind), error.remedy]
        remedy = joined([part for part in parts if part is not None], ". ")
    return type(error)(error.source, error.what, error.where, remedy)


def _media_type(content: bytes) -> str:
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith(b"PK"):
        return "application/zip"
    if start.startswith(b"<"):
        return "application/xml"
    return "application/json" if start.startswith((b"{", b"[")) else "text/plain"
