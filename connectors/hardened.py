"""Reading hostile bytes: XML, zip, gzip and text with limits, and one kind of error that says what, where, what to do.

Nothing here trusts a size, an encoding or a nesting that a file claims. Entities, document type definitions and
network access are off for XML; archives are read member by member with a bound on what comes out. Error messages
never quote the content: it can hold a personnummer.
"""

from __future__ import annotations

import gzip
import io
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO

from lxml import etree

from connectors.base import MalformedContent
from connectors.messages import message

MEBIBYTE = 2**20


class WrongEncoding(MalformedContent):
    """The bytes are not in the encoding that the format promises."""


class TruncatedContent(MalformedContent):
    """The content ends before it should: half a file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a document may hold before it is refused."""

    content_bytes: int = 512 * MEBIBYTE
    """Largest document, and largest total that an archive may unfold to."""
    depth: int = 64
    """Deepest nesting of XML elements or JSON values."""
    members: int = 64
    """Most files in one archive."""
    ratio: int = 200
    """Largest unfolded size divided by packed size (counted above one mebibyte unfolded)."""


DEFAULT_LIMITS = Limits()

_FETCH_AGAIN = message("remedy.fetch_again")
_DO_NOT_USE = message("remedy.do_not_use")


# --- text


def decode(content: bytes, source: str, encoding: str = "utf-8") -> str:
    """``content`` as text by the one encoding that the source promises; nothing is guessed.

    ``encoding`` is ``utf-8`` (a byte order mark is refused as content, dropped with ``utf-8-sig``), ``utf-8-sig``,
    ``cp1252`` or ``ascii``. A file that should be cp1252 but whose letters outside ASCII are valid UTF-8 is refused,
    since reading it would silently spoil every å, ä and ö.

    Raises ``WrongEncoding`` with the byte and line of the first fault.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise WrongEncoding(source, message("text.utf16"), "byte 0", message("remedy.save_as", encoding=encoding))
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WrongEncoding(
            source,
            message("text.not_encoding", encoding=encoding),
            f"row {line}, byte {error.start}",
            message("remedy.promised_encoding", encoding=encoding),
        ) from error
    if encoding == "cp1252" and not content.isascii() and _is_utf8(content):
        raise WrongEncoding(source, message("text.utf8_not_cp1252"), "", message("remedy.fetch_unsaved"))
    return text


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


# --- JSON


def parse_json(content: bytes, source: str, limits: Limits = DEFAULT_LIMITS) -> Any:
    """JSON in UTF-8 (a leading byte order mark is tolerated), bounded in size and depth, without NaN or doubled keys.

    Raises ``WrongEncoding``, ``TruncatedContent`` when the text ends in the middle, else ``MalformedContent`` with
    line and column.
    """
    if len(content) > limits.content_bytes:
        raise MalformedContent(source, message("content.too_large", limit=limits.content_bytes), "", _DO_NOT_USE)
    text = decode(content, source, "utf-8-sig")
    if not text.strip():
        raise TruncatedContent(source, message("content.empty"), "", _FETCH_AGAIN)
    if text.lstrip()[:1] == "<":
        raise MalformedContent(source, message("json.not_json_but_markup"), "row 1", _FETCH_AGAIN)
    _bound_json_depth(text, source, limits.depth)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(pairs)
        if len(built) != len(pairs):
            raise MalformedContent(source, message("json.doubled_key"), "", _FETCH_AGAIN)
        return built

    def refuse(_constant: str) -> Any:
        raise MalformedContent(source, message("json.not_a_number"), "", _FETCH_AGAIN)

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        where = f"row {error.lineno}, column {error.colno}"
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            raise TruncatedContent(source, message("json.cut_off"), where, _FETCH_AGAIN) from None
        raise MalformedContent(source, message("json.invalid"), where, _FETCH_AGAIN) from None
    except ValueError:  # an integer of many thousand digits
        raise MalformedContent(source, message("json.long_number"), "", _DO_NOT_USE) from None


_JSON_NESTING = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def _bound_json_depth(text: str, source: str, limit: int) -> None:
    """Refuse nesting deeper than ``limit`` before the recursive parser meets it."""
    if text.count("[") + text.count("{") <= limit:
        return
    depth = 0
    for token in _JSON_NESTING.finditer(text):
        letter = token.group()
        if letter in ("[", "{"):
            depth += 1
            if depth > limit:
                raise MalformedContent(
                    source, message("json.too_deep", limit=limit), f"character {token.start()}", _DO_NOT_USE
                )
        elif letter in ("]", "}"):
            depth -= 1


# --- XML


def xml_parser() -> etree.XMLParser:
    """An lxml parser without entities, document type definitions, network, recovery or huge trees."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def parse_xml(content: bytes, source: str, limits: Limits = DEFAULT_LIMITS) -> etree._Element:
    """The root element of a small XML document (an answer, not a list).

    Raises ``WrongEncoding``, ``TruncatedContent`` or ``MalformedContent`` with line and column.
    """
    if len(content) > limits.content_bytes:
        raise MalformedContent(source, message("content.too_large", limit=limits.content_bytes), "", _DO_NOT_USE)
    _refuse_other_than_xml(content[:512], source)
    try:
        root = etree.fromstring(content, xml_parser())
    except etree.XMLSyntaxError as error:
        raise _xml_fault(error, source) from None
    except ValueError:
        raise MalformedContent(source, message("xml.not_xml"), "", _FETCH_AGAIN) from None
    _refuse_dtd(root, source)
    for depth, element in _depths(root):
        if depth > limits.depth:
            raise MalformedContent(
                source, message("xml.too_deep", limit=limits.depth), f"row {element.sourceline}", _DO_NOT_USE
            )
    return root


def _refuse_other_than_xml(beginning: bytes, source: str) -> None:
    """Name the common mistakes (nothing, a web page, something else) better than an XML parser would."""
    start = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        raise TruncatedContent(source, message("content.empty"), "", _FETCH_AGAIN)
    if start.startswith((b"<!doctype html", b"<html")):
        raise MalformedContent(source, message("content.web_page"), "row 1", _FETCH_AGAIN)
    if not start.startswith((b"<", b"\xfe\xff", b"\xff\xfe")):
        raise MalformedContent(source, message("xml.not_xml"), "row 1", _FETCH_AGAIN)


def iterate_xml(
    stream: IO[bytes], source: str, tags: Sequence[str], limits: Limits = DEFAULT_LIMITS
) -> Iterator[etree._Element]:
    """Every complete element whose local name is in ``tags``, from a large XML file, in bounded memory.

    An element is emptied after the caller has asked for the next one: read what is needed at once. The root's
    attributes are reached through ``element.getroottree().getroot()``. Raises like ``parse_xml``.
    """
    wanted = frozenset(tags)
    bounded = LimitedReader(stream, source, limits.content_bytes)
    events = etree.iterparse(
        bounded,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    inside = 0
    try:
        for event, element in events:
            local = etree.QName(element).localname
            if event == "start":
                if depth == 0:
                    _refuse_dtd(element, source)
                depth += 1
                if depth > limits.depth:
                    raise MalformedContent(
                        source, message("xml.too_deep", limit=limits.depth), f"row {element.sourceline}", _DO_NOT_USE
                    )
                inside += local in wanted
                continue
            depth -= 1
            if local in wanted:
                inside -= 1
                if inside == 0:
                    yield element
            if inside == 0:
                _release(element)
    except etree.XMLSyntaxError as error:
        if bounded.read_bytes == 0:
            raise TruncatedContent(source, message("content.empty"), "", _FETCH_AGAIN) from None
        raise _xml_fault(error, source) from None


def _release(element: etree._Element) -> None:
    """Free an element that has been read, and the siblings before it, but not the root."""
    parent = element.getparent()
    if parent is None:
        return
    element.clear()
    while element.getprevious() is not None:
        del parent[0]


def _depths(root: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    pending = [(1, root)]
    while pending:
        depth, element = pending.pop()
        yield depth, element
        pending.extend((depth + 1, child) for child in element)


def _refuse_dtd(element: etree._Element, source: str) -> None:
    tree: Any = element.getroottree()
    if tree.docinfo.doctype:
        raise MalformedContent(source, message("xml.doctype"), "", _DO_NOT_USE)


_ENCODING_FAULTS = frozenset(
    {"ERR_INVALID_CHAR", "ERR_INVALID_ENCODING", "ERR_UNSUPPORTED_ENCODING", "ERR_UNKNOWN_ENCODING"}
)
_ENDING_FAULTS = frozenset(
    {"ERR_TAG_NOT_FINISHED", "ERR_DOCUMENT_END", "ERR_DOCUMENT_EMPTY", "ERR_GT_REQUIRED", "ERR_CDATA_NOT_FINISHED"}
)


def _xml_fault(error: etree.XMLSyntaxError, source: str) -> MalformedContent:
    """The fault in words. libxml's own message is left out: it can quote the document."""
    line, column = error.position
    where = f"row {line}, column {column}"
    details: Any = error
    log = details.error_log.last_error
    name: str = log.type_name if log is not None else "unknown"
    if name in _ENCODING_FAULTS:
        return WrongEncoding(source, message("xml.encoding"), where, _FETCH_AGAIN)
    if name in _ENDING_FAULTS:
        return TruncatedContent(source, message("xml.cut_off"), where, _FETCH_AGAIN)
    if "ENTITY" in name:
        return MalformedContent(source, message("xml.entity"), where, _DO_NOT_USE)
    if name == "ERR_RESOURCE_LIMIT":
        return MalformedContent(source, message("xml.swells"), where, _DO_NOT_USE)
    return MalformedContent(source, message("xml.malformed", code=name), where, _FETCH_AGAIN)


# --- archives


_DAMAGED = (
    zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, NotImplementedError,
    ValueError, struct.error,  # an offset outside the archive, a header that is cut
)  # fmt: skip


class LimitedReader(io.RawIOBase):
    """A stream that refuses to give more than ``limit`` bytes and names decompression faults."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, source: str, limit: int, place: str = "") -> None:
        super().__init__()
        self._stream = stream
        self._source = source
        self._limit = limit
        self._place = place
        self.read_bytes = 0

    def readable(self) -> bool:
        """Whether the stream can be read: always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer``; raises ``MalformedContent`` past the limit or on damaged content."""
        view = memoryview(buffer).cast("B")
        data = self._translate(lambda: self._stream.read(len(view)))
        self.read_bytes += len(data)
        if self.read_bytes > self._limit:
            raise MalformedContent(
                self._source, message("content.too_large", limit=self._limit), self._place, _DO_NOT_USE
            )
        view[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes, or all."""
        if size is None or size < 0:
            return self.readall() or b""
        buffer = bytearray(size)
        return bytes(buffer[: self.readinto(buffer)])

    def _translate(self, read: Callable[[], bytes]) -> bytes:
        try:
            return read() or b""
        except EOFError:
            raise TruncatedContent(self._source, message("archive.packed_cut_off"), self._place, _FETCH_AGAIN) from None
        except _DAMAGED:
            raise self._damaged() from None
        except RuntimeError:  # zipfile: encrypted member
            raise MalformedContent(self._source, message("archive.encrypted"), self._place, _DO_NOT_USE) from None
        except OSError as error:
            if error.errno is None:  # bzip2 reports damage so; a fault of the disk has a number
                raise self._damaged() from None
            raise

    def _damaged(self) -> MalformedContent:
        return MalformedContent(self._source, message("archive.damaged"), self._place, _FETCH_AGAIN)


def open_gzip(stream: IO[bytes], source: str, limits: Limits = DEFAULT_LIMITS) -> io.BufferedReader:
    """A gzip stream unfolded while it is read, never beyond ``limits.content_bytes``."""
    return io.BufferedReader(LimitedReader(gzip.GzipFile(fileobj=stream), source, limits.content_bytes), MEBIBYTE // 4)


class HardenedZip:
    """A zip archive whose every claim is checked: number of members, sizes, ratio, names, encryption.

    ``stream`` must be seekable. Raises ``TruncatedContent`` when the directory at the end is missing (half a file)
    and ``MalformedContent`` for everything else that is wrong.
    """

    def __init__(self, stream: BinaryIO | IO[bytes], source: str, limits: Limits = DEFAULT_LIMITS) -> None:
        self._source = source
        self._limits = limits
        try:
            self._archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, struct.error, NotImplementedError):
            stream.seek(0)
            if stream.read(2) == b"PK":
                raise TruncatedContent(source, message("archive.cut_off"), "", _FETCH_AGAIN) from None
            raise MalformedContent(source, message("archive.not_zip"), "", _FETCH_AGAIN) from None
        self._members = self._checked()

    @property
    def names(self) -> tuple[str, ...]:
        """The files in the archive, in its own order, without folders."""
        return tuple(self._members)

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        members: dict[str, zipfile.ZipInfo] = {}
        total = 0
        for number, member in enumerate(self._archive.infolist(), start=1):
            place = f"member {number}"
            if number > self._limits.members:
                raise MalformedContent(
                    self._source, message("archive.too_many", limit=self._limits.members), "", _DO_NOT_USE
                )
            if not member.filename:
                raise MalformedContent(self._source, message("archive.damaged"), place, _FETCH_AGAIN)
            if member.is_dir():
                continue
            path = PurePosixPath(member.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
                raise MalformedContent(self._source, message("archive.outside"), place, _DO_NOT_USE)
            if member.filename in members:
                raise MalformedContent(self._source, message("archive.same_name"), place, _DO_NOT_USE)
            if member.flag_bits & 0x1:
                raise MalformedContent(self._source, message("archive.encrypted"), place, _DO_NOT_USE)
            total += member.file_size
            if total > self._limits.content_bytes:
                raise MalformedContent(
                    self._source,
                    message("archive.unfolds", limit=self._limits.content_bytes),
                    place,
                    _DO_NOT_USE,
                )
            if member.file_size > MEBIBYTE and member.file_size > self._limits.ratio * max(1, member.compress_size):
                raise MalformedContent(
                    self._source, message("archive.ratio", limit=self._limits.ratio), place, _DO_NOT_USE
                )
            members[member.filename] = member
        return members

    def open(self, name: str) -> io.BufferedReader:
        """The member ``name`` as a stream that stops at the size the archive states; ``KeyError`` if there is none."""
        member = self._members[name]
        place = f"member {self._archive.infolist().index(member) + 1}"
        try:
            stream = self._archive.open(member)
        except (*_DAMAGED, EOFError, RuntimeError, OSError):
            raise MalformedContent(self._source, message("archive.damaged"), place, _FETCH_AGAIN) from None
        return io.BufferedReader(LimitedReader(stream, self._source, member.file_size, place), MEBIBYTE // 4)

    def read(self, name: str) -> bytes:
        """The whole member ``name``."""
        with self.open(name) as stream:
            return stream.read()

    def close(self) -> None:
        """Close the archive (not the stream it was given)."""
        self._archive.close()

    def __enter__(self) -> HardenedZip:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
