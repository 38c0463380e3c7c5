"""The two weekly bulk files, Bolagsverket's and SCB's, byte for byte in their published layouts.

Bolagsverket: UTF-8, ``;``, every field quoted, 11 columns, sub-fields parted by ``$``, entries by ``|``. SCB: cp1252,
TAB, CRLF, 34 columns and a trailing TAB. Written a chunk at a time: memory stays bounded whatever the size.
"""

from __future__ import annotations

import itertools
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from connectors.sandbox import ordinary, vocabulary
from connectors.sandbox.generator import Municipality, Register, generate
from connectors.sandbox.model import Organisation
from connectors.sandbox.ordinary import Columns

BOLAGSVERKET_MEMBER = "bolagsverket_bulkfil.txt"
BOLAGSVERKET_HEADER = (
    "organisationsidentitet;namnskyddslopnummer;registreringsland;organisationsnamn;organisationsform;"
    "avregistreringsdatum;avregistreringsorsak;pagandeAvvecklingsEllerOmstruktureringsforfarande;registreringsdatum;"
    "verksamhetsbeskrivning;postadress\n"
)
SCB_COLUMNS = (
    "ForAndrTyp", "COAdress", "Foretagsnamn", "FtgStat", "Gatuadress", "JEStat", "JurForm", "Namn", "Ng1", "Ng2",
    "Ng3", "Ng4", "Ng5", "PeOrgNr", "PostNr", "PostOrt", "RegDatKtid", "Reklamsparrtyp", "mCOAdress", "mForetagsnamn",
    "mFtgStat", "mGatuadress", "mJEStat", "mJurForm", "mNamn", "mNg1", "mNg2", "mNg3", "mNg4", "mNg5", "mPostNr",
    "mPostOrt", "mRegDatKtid", "mReklamsparrtyp",
)  # fmt: skip
_FLAGS = "1\t" * 16
_NAME_TYPES = {"SARSKILT_FORETAGSNAMN": "SARS_FORNAMN"}
"""The bulk file spells this name type in its own way."""


@dataclass(frozen=True, slots=True)
class BulkFiles:
    """What was written."""

    bolagsverket: Path
    scb: Path
    bolagsverket_rows: int
    scb_rows: int
    seconds: float


def scb_member(register: Register) -> str:
    """Name of the file inside SCB's zip, with its time stamp."""
    return f"scb_bulkfil_JE_{register.stated_at:%Y%m%dT%H%M%S}_76.txt"


def _quoted(text: str) -> str:
    return text.replace('"', '""')


def _bolagsverket_row(subject: Organisation) -> str:
    identity = f"{subject.number}${'PERSON' if subject.is_person else 'ORGNR'}-IDORG"
    names = "|".join(
        f"{name.name}${_NAME_TYPES.get(name.kind, name.kind)}-ORGNAM${name.registered}"
        + (f"${name.description}" if name.description else "")
        for name in subject.names
    )
    proceedings = "|".join(
        f"{proceeding.code}-{'AVSLAVOMFO' if proceeding.ended else 'AVOMFO'}${proceeding.date}"
        for proceeding in subject.proceedings
    )
    address = subject.postal
    care_of = f"c/o {address.care_of}" if address.care_of else ""
    fields = (
        identity,
        str(subject.sequence),
        f"{subject.land}-LAND",
        names,
        f"{subject.form}-ORGFO",
        subject.deregistered.isoformat() if subject.deregistered else "",
        f"{subject.deregistration_reason}-AVORG" if subject.deregistration_reason else "",
        proceedings,
        subject.registered.isoformat(),
        subject.description,
        f"{address.street}${care_of}${address.city}${address.postal_code}$SE-LAND",
    )
    return '"' + '";"'.join(_quoted(field) for field in fields) + '"\n'


def _scb_row(subject: Organisation) -> str:
    sni = [*subject.sni, "", "", "", "", ""][:5]
    address = subject.postal
    return "\t".join(
        (
            "1",
            f"C/O {address.care_of.upper()}" if address.care_of else "",
            next((name.name.upper() for name in subject.names[1:]), ""),
            subject.activity,
            address.street.upper(),
            "1",
            subject.juridical_form,
            subject.name.upper(),
            *sni,
            subject.number if subject.is_person else f"16{subject.number}",
            address.postal_code,
            address.city,
            f"{subject.registered:%Y%m%d}",
            "1" if subject.advertising else "2",
            f"{_FLAGS}\r\n",
        )
    )


def scb_text(organisations: Iterable[Organisation]) -> bytes:
    """SCB's file of these organisations alone."""
    rows = [_scb_row(each) for each in organisations if each.in_scb]
    return ("\t".join(SCB_COLUMNS) + "\t\r\n" + "".join(rows)).encode("cp1252")


def _bolagsverket_chunk(columns: Columns) -> list[str]:
    rows = []
    for index, number, sequence, name, form, land, registered, deregistered, reason, code, day, text, street, care_of, \
            code_post, city in zip(
        columns.index, columns.number, columns.sequence, columns.name, columns.form, columns.land, columns.registered,
        columns.deregistered, columns.reason, columns.proceeding, columns.proceeding_date, columns.description,
        columns.street, columns.care_of, columns.postal_code, columns.city, strict=True,
    ):  # fmt: skip
        if not form:
            continue
        proceeding = f"{code}-{'AVSLAVOMFO' if len(code) > 2 else 'AVOMFO'}${day}" if code else ""
        cause = f"{reason}-AVORG" if reason else ""
        through = f"c/o {care_of}" if care_of else ""
        activity = _quoted(text) if '"' in text else text
        if index % ordinary.NUL_BYTE_EVERY == ordinary.NUL_BYTE_AT:
            activity = f"{activity[:12]}\x00{activity[12:]}"
        ended = deregistered
        if not ended and index % ordinary.NULL_DATE_EVERY == ordinary.NULL_DATE_AT:
            ended = "null"
        kind = "NAMN" if form in ("BRF", "I", "S") else "FORETAGSNAMN"
        identity = "PERSON" if form == "E" else "ORGNR"
        rows.append(
            f'"{number}${identity}-IDORG";"{sequence}";"{land}-LAND";"{name}${kind}-ORGNAM${registered}";'
            f'"{form}-ORGFO";"{ended}";"{cause}";"{proceeding}";"{registered}";"{activity}";'
            f'"{street}${through}${city}${code_post}$SE-LAND"\n'
        )
    return rows


def _scb_chunk(columns: Columns) -> list[str]:
    rows = []
    tail = f"{_FLAGS}\r\n"
    for place, (number, name, form, juridical, registered, deregistered, activity, street, care_of, code_post, city,
                sni, sequence, advertising) in enumerate(zip(
        columns.number, columns.name, columns.form, columns.juridical_form, columns.registered, columns.deregistered,
        columns.activity, columns.street, columns.care_of, columns.postal_code, columns.city, columns.sni,
        columns.sequence, columns.advertising, strict=True,
    )):  # fmt: skip
        if deregistered or sequence != 1:
            continue
        firm = ""
        owner = name.upper()
        identity = number if form == "E" else f"16{number}"
        if form == "E":
            firm = owner
            owner = vocabulary.FAMILY_NAMES[columns.index[place] % len(vocabulary.FAMILY_NAMES)].upper()
        rows.append(
            f"1\t{'C/O ' + care_of.upper() if care_of else ''}\t{firm}\t{activity}\t{street.upper()}\t1\t{juridical}\t"
            f"{owner}\t{sni}\t\t\t\t\t{identity}\t{code_post}\t{city}\t{registered.replace('-', '')}\t"
            f"{1 if advertising else 2}\t{tail}"
        )
    return rows


def _info(member: str, register: Register) -> zipfile.ZipInfo:
    moment = register.stated_at
    info = zipfile.ZipInfo(member, (moment.year, moment.month, moment.day, moment.hour, moment.minute, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def write(
    directory: Path,
    seed: int,
    organisations: int,
    as_of: date,
    *,
    day: date | None = None,
    compress: int = 1,
) -> BulkFiles:
    """Write both zips for that municipality into ``directory`` (made if need be), as they stand on ``day``.

    ``day`` defaults to ``as_of``; give ``as_of`` minus 28 days for the baseline, where one row in a hundred differs.
    The same arguments give the same bytes. ``compress`` is the deflate level.
    """
    return write_files(directory, generate(seed, organisations, as_of), day or as_of, compress=compress)


def write_files(directory: Path, municipality: Municipality, day: date, *, compress: int = 1) -> BulkFiles:
    """As :func:`write`, for a municipality that is already there."""
    started = time.perf_counter()
    directory.mkdir(parents=True, exist_ok=True)
    register = municipality.at(day)
    paths = (directory / "bolagsverket_bulkfil.zip", directory / "scb_bulkfil.zip")
    counts = [0, 0]
    planted = register.planted.values()
    first_batch = (
        [_bolagsverket_row(each) for each in planted if each.in_bolagsverket],
        [_scb_row(each) for each in planted if each.in_scb],
    )
    chunks = ((_bolagsverket_chunk(columns), _scb_chunk(columns)) for columns in register.chunks())
    with (
        zipfile.ZipFile(paths[0], "w", zipfile.ZIP_DEFLATED, compresslevel=compress) as first,
        zipfile.ZipFile(paths[1], "w", zipfile.ZIP_DEFLATED, compresslevel=compress) as second,
        first.open(_info(BOLAGSVERKET_MEMBER, register), "w", force_zip64=True) as bolagsverket,
        second.open(_info(scb_member(register), register), "w", force_zip64=True) as scb,
    ):
        bolagsverket.write(BOLAGSVERKET_HEADER.encode())
        scb.write(("\t".join(SCB_COLUMNS) + "\t\r\n").encode("cp1252"))
        for rows, scb_rows in itertools.chain([first_batch], chunks):
            counts[0] += len(rows)
            counts[1] += len(scb_rows)
            bolagsverket.write("".join(rows).encode())
            scb.write("".join(scb_rows).encode("cp1252"))
    return BulkFiles(paths[0], paths[1], counts[0], counts[1], time.perf_counter() - started)
