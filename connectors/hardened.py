"""Reading hostile bytes: XML, zip, gzip and text with limits, and one kind of error that says what, where, what to do.

Nothing here trusts a size, an encoding or a nesting that a file claims. Entities, document type definitions and
network access are off for XML; archives are read member by member with a bound on what comes out. Error messages
never quote the content: it can hold a personnummer.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO

from lxml import etree

from connectors.base import MalformedContent

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

_FETCH_AGAIN = "Hämta filen på nytt; blir felet kvar, anmäl det till källan"
_DO_NOT_USE = "Använd inte filen; kontrollera varifrån den kommer"


# --- text


def decode(content: bytes, source: str, encoding: str = "utf-8") -> str:
    """``content`` as text by the one encoding that the source promises; nothing is guessed.

    ``encoding`` is ``utf-8`` (a byte order mark is refused as content, dropped with ``utf-8-sig``), ``utf-8-sig``,
    ``cp1252`` or ``ascii``. A file that should be cp1252 but whose letters outside ASCII are valid UTF-8 is refused,
    since reading it would silently spoil every å, ä and ö.

    Raises ``WrongEncoding`` with the byte and line of the first fault.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise WrongEncoding(source, "texten är UTF-16", "byte 0", f"Spara den som {encoding}")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WrongEncoding(
            source,
            f"texten är inte giltig {encoding}",
            f"byte {error.start} (rad {line})",
            f"Källan lovar {encoding}; hämta filen på nytt utan att öppna och spara om den",
        ) from error
    if encoding == "cp1252" and not content.isascii() and _is_utf8(content):
        raise WrongEncoding(
            source, "texten är UTF-8 men källan lovar cp1252", "", "Hämta filen på nytt utan att spara om den"
        )
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
        raise MalformedContent(source, f"svaret är större än {limits.content_bytes} byte", "", _DO_NOT_USE)
    text = decode(content, source, "utf-8-sig")
    if not text.strip():
        raise TruncatedContent(source, "innehållet är tomt", "", _FETCH_AGAIN)
    if text.lstrip()[:1] == "<":
        raise MalformedContent(source, "innehållet är HTML eller XML, inte JSON", "rad 1", _FETCH_AGAIN)
    _bound_json_depth(text, source, limits.depth)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(pairs)
        if len(built) != len(pairs):
            raise MalformedContent(source, "samma nyckel står två gånger i ett JSON-objekt", "", _FETCH_AGAIN)
        return built

    def refuse(_constant: str) -> Any:
        raise MalformedContent(source, "talet är inte giltig JSON (NaN eller Infinity)", "", _FETCH_AGAIN)

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        where = f"rad {error.lineno}, kolumn {error.colno}"
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            raise TruncatedContent(source, "JSON-texten slutar mitt i", where, _FETCH_AGAIN) from None
        raise MalformedContent(source, "innehållet är inte giltig JSON", where, _FETCH_AGAIN) from None
    except ValueError:  # an integer of many thousand digits
        raise MalformedContent(source, "ett tal i JSON-texten är orimligt långt", "", _DO_NOT_USE) from None


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
                    source, f"JSON djupare än {limit} nivåer", f"tecken {token.start()}", _DO_NOT_USE
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
        raise MalformedContent(source, f"dokumentet är större än {limits.content_bytes} byte", "", _DO_NOT_USE)
    _refuse_other_than_xml(content[:512], source)
    try:
        root = etree.fromstring(content, xml_parser())
    except etree.XMLSyntaxError as error:
        raise _xml_fault(error, source) from None
    except ValueError:
        raise MalformedContent(source, "innehållet är inte XML", "", _FETCH_AGAIN) from None
    _refuse_dtd(root, source)
    for depth, element in _depths(root):
        if depth > limits.depth:
            raise MalformedContent(
                source, f"XML djupare än {limits.depth} nivåer", f"rad {element.sourceline}", _DO_NOT_USE
            )
    return root


def _refuse_other_than_xml(beginning: bytes, source: str) -> None:
    """Name the common mistakes (nothing, a web page, something else) better than an XML parser would."""
    start = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        raise TruncatedContent(source, "innehållet är tomt", "", _FETCH_AGAIN)
    if start.startswith((b"<!doctype html", b"<html")):
        raise MalformedContent(source, "innehållet är en webbsida, inte XML", "rad 1", _FETCH_AGAIN)
    if not start.startswith((b"<", b"\xfe\xff", b"\xff\xfe")):
        raise MalformedContent(source, "innehållet är inte XML", "rad 1", _FETCH_AGAIN)


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
                        source, f"XML djupare än {limits.depth} nivåer", f"rad {element.sourceline}", _DO_NOT_USE
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
            raise TruncatedContent(source, "innehållet är tomt", "", _FETCH_AGAIN) from None
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
        raise MalformedContent(
            source, "XML-dokumentet har en dokumenttypsdefinition (DOCTYPE), vilket källan aldrig har", "", _DO_NOT_USE
        )


_ENCODING_FAULTS = frozenset(
    {"ERR_INVALID_CHAR", "ERR_INVALID_ENCODING", "ERR_UNSUPPORTED_ENCODING", "ERR_UNKNOWN_ENCODING"}
)
_ENDING_FAULTS = frozenset(
    {"ERR_TAG_NOT_FINISHED", "ERR_DOCUMENT_END", "ERR_DOCUMENT_EMPTY", "ERR_GT_REQUIRED", "ERR_CDATA_NOT_FINISHED"}
)


def _xml_fault(error: etree.XMLSyntaxError, source: str) -> MalformedContent:
    """The fault in words. libxml's own message is left out: it can quote the document."""
    line, column = error.position
    where = f"rad {line}, kolumn {column}"
    details: Any = error
    log = details.error_log.last_error
    name: str = log.type_name if log is not None else "okänt fel"
    if name in _ENCODING_FAULTS:
        return WrongEncoding(source, "XML-dokumentet är inte i den teckenkodning det uppger", where, _FETCH_AGAIN)
    if name in _ENDING_FAULTS:
        return TruncatedContent(source, "XML-dokumentet slutar mitt i", where, _FETCH_AGAIN)
    if "ENTITY" in name:
        return MalformedContent(source, "XML-dokumentet använder en otillåten entitet", where, _DO_NOT_USE)
    if name == "ERR_RESOURCE_LIMIT":
        return MalformedContent(source, "XML-dokumentet sväller eller nästlar över alla gränser", where, _DO_NOT_USE)
    return MalformedContent(source, f"innehållet är inte välformad XML ({name})", where, _FETCH_AGAIN)


# --- archives


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
                self._source, f"innehållet är större än {self._limit} byte", self._place, _DO_NOT_USE
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
            raise TruncatedContent(self._source, "den packade filen slutar mitt i", self._place, _FETCH_AGAIN) from None
        except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, NotImplementedError):
            raise MalformedContent(self._source, "den packade filen är skadad", self._place, _FETCH_AGAIN) from None
        except RuntimeError:  # zipfile: encrypted member
            raise MalformedContent(self._source, "filen i arkivet är krypterad", self._place, _DO_NOT_USE) from None


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
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError):
            stream.seek(0)
            if stream.read(2) == b"PK":
                raise TruncatedContent(source, "zip-filen slutar mitt i", "", _FETCH_AGAIN) from None
            raise MalformedContent(source, "innehållet är inte en zip-fil", "", _FETCH_AGAIN) from None
        self._members = self._checked()

    @property
    def names(self) -> tuple[str, ...]:
        """The files in the archive, in its own order, without folders."""
        return tuple(self._members)

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        members: dict[str, zipfile.ZipInfo] = {}
        total = 0
        for number, member in enumerate(self._archive.infolist(), start=1):
            place = f"arkivets fil {number}"
            if number > self._limits.members:
                raise MalformedContent(self._source, f"fler än {self._limits.members} filer i arkivet", "", _DO_NOT_USE)
            if member.is_dir():
                continue
            path = PurePosixPath(member.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
                raise MalformedContent(self._source, "en fil i arkivet pekar utanför arkivet", place, _DO_NOT_USE)
            if member.filename in members:
                raise MalformedContent(self._source, "två filer i arkivet har samma namn", place, _DO_NOT_USE)
            if member.flag_bits & 0x1:
                raise MalformedContent(self._source, "filen i arkivet är krypterad", place, _DO_NOT_USE)
            total += member.file_size
            if total > self._limits.content_bytes:
                raise MalformedContent(
                    self._source,
                    f"arkivet vecklar ut sig till mer än {self._limits.content_bytes} byte",
                    place,
                    _DO_NOT_USE,
                )
            if member.file_size > MEBIBYTE and member.file_size > self._limits.ratio * max(1, member.compress_size):
                raise MalformedContent(
                    self._source, f"filen packas upp mer än {self._limits.ratio} gånger", place, _DO_NOT_USE
                )
            members[member.filename] = member
        return members

    def open(self, name: str) -> io.BufferedReader:
        """The member ``name`` as a stream that stops at the size the archive states; ``KeyError`` if there is none."""
        member = self._members[name]
        try:
            stream = self._archive.open(member)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError):
            raise MalformedContent(self._source, "den packade filen är skadad", "arkivets fil", _FETCH_AGAIN) from None
        return io.BufferedReader(LimitedReader(stream, self._source, member.file_size, "arkivets fil"), MEBIBYTE // 4)

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
