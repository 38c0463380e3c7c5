"""Writes small bulk files in the published layouts, for the tests of the mirrored register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.bolagsverket_bulk import reader as bolagsverket
from connectors.bulk import BulkFile, sha256_of
from connectors.scb_bulk import reader as scb

START = datetime(2026, 6, 1, 5, tzinfo=UTC)
Rows = Mapping[str, Mapping[str, str]]
"""Columns that differ from the ordinary, by organisation number (or whole identity)."""


def numbers(count: int, first: int = 558000000) -> list[str]:
    """Organisation numbers of the series that belongs to nobody, with their check digits."""
    found = []
    for stem in range(first, first + count):
        doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(str(stem)))
        found.append(f"{stem}{-sum(value // 10 + value % 10 for value in doubled) % 10}")
    return found


def bolagsverket_file(path: Path, rows: Rows, week: int = 0, extra: str = "") -> BulkFile:
    """Bolagsverket's file with these rows, stated ``week`` weeks after ``START``; ``extra`` is appended as it is."""
    lines = [";".join(bolagsverket.PUBLISHED_COLUMNS)]
    for number, changes in rows.items():
        columns = dict.fromkeys(bolagsverket.COLUMNS, "") | {
            "namnskyddslopnummer": "1",
            "registreringsland": "SE-LAND",
            "organisationsnamn": f"Prov {number} AB$FORETAGSNAMN-ORGNAM$2020-01-02",
            "organisationsform": "AB-ORGFO",
            "registreringsdatum": "2020-01-02",
            "verksamhetsbeskrivning": "Städning",
            "postadress": f"Gatan {int(number[:9]) % 1000}$$ORT$11122$SE-LAND",
        }
        identity = number if "$" in number else f"{number}$ORGNR-IDORG"
        fields = [identity, *(columns | changes).values()]
        lines.append(";".join('"' + field.replace('"', '""') + '"' for field in fields))
    target = path / f"bolagsverket_bulkfil_{week}.txt"
    target.write_text("\n".join(lines) + "\n" + extra, encoding="utf-8", newline="")
    return _file(bolagsverket.SOURCE, target, week)


def scb_file(path: Path, rows: Rows, week: int = 0) -> BulkFile:
    """SCB's file with these rows, stated ``week`` weeks after ``START``; its change flags differ every week."""
    lines = ["\t".join(scb.PUBLISHED_COLUMNS) + "\t"]
    for number, changes in rows.items():
        columns = dict.fromkeys(scb.CONTENT, "") | {
            "ForAndrTyp": str(week % 3),
            "FtgStat": "1",
            "Gatuadress": f"GATAN {int(number) // 10 % 1000}",
            "JEStat": "1",
            "JurForm": "49",
            "Namn": f"PROV {number} AB",
            "Ng1": "81210",
            "PeOrgNr": f"16{number}",
            "PostNr": "11122",
            "PostOrt": "ORT",
            "RegDatKtid": "20200102",
            "Reklamsparrtyp": "1",
        }
        lines.append("\t".join([*(columns | changes).values(), *[str(week % 2)] * len(scb.FLAGS)]) + "\t")
    target = path / f"scb_bulkfil_JE_20260601T065839_{week}.txt"
    target.write_text("\r\n".join(lines) + "\r\n", encoding="cp1252", newline="")
    return _file(scb.SOURCE, target, week)


def _file(source: str, path: Path, week: int) -> BulkFile:
    stated_at = START + timedelta(weeks=week)
    return BulkFile(
        source, path, path.name, sha256_of(path), path.stat().st_size, "prov", stated_at + timedelta(hours=3), stated_at
    )
