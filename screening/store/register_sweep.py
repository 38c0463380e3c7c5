"""The mirrored register as columns for ``graph.register.sweep``, and the ownership links between organisations.

One statement reads the whole register, as binary COPY of numbers only: no name and no address leaves the database but
for the few organisations that a lead is about. Nobody's personal data is read at all: the mirror holds no persons, and
of ownership only links from an organisation to an organisation are taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy import text
from sqlmodel import Session

from connectors.base import FailureReason, SourceFailure
from connectors.bolagsverket_bulk import mapper as bolagsverket_mapper
from connectors.messages import message
from connectors.statements import sni_version, tidy
from graph.model import DocumentReference, Predicate
from graph.register.sweep import VERSION, Register
from screening.store.database import Database
from screening.store.register import BOLAGSVERKET, MEDIA_TYPE, SCB, freshness

_SNI_VERSIONS = {"SNI2007": 1, "SNI2025": 2}

FORM_WORDS = (
    "AB", "AKTIEBOLAG", "AKTIEBOLAGET", "HB", "HANDELSBOLAG", "HANDELSBOLAGET", "KB", "KOMMANDITBOLAG",
    "KOMMANDITBOLAGET", "BRF", "BOSTADSRÄTTSFÖRENINGEN", "FÖRENINGEN", "STIFTELSEN", "FIRMA", "EKONOMISKA",
)  # fmt: skip
"""First words that only say the legal form: the next word is then the name's first."""
SHORTEST_WORD = 4
"""Shorter first words (initials, «Den») tell nothing."""

_FIELDS = ("number", "address", "stem", "registered", "ended", "bankrupt", "industry", "version", "removed")
_WIDE = frozenset({"number", "address", "stem"})
_ROW = np.dtype(
    [("fields", ">i2")]
    + [item for name in _FIELDS for item in ((f"{name}_size", ">i4"), (name, ">i8" if name in _WIDE else ">i4"))]
)
"""A row of PostgreSQL's binary COPY whose columns are all BIGINT or INTEGER and none NULL."""
_HEADER = 19
_CHUNK = 1 << 24

_DAY = (
    "CASE WHEN {0} ~ '^[0-9]{{{{4}}}}-[0-9]{{{{2}}}}-[0-9]{{{{2}}}}' "
    "THEN replace(left({0}, 10), '-', '')::int ELSE 0 END"
)
_COLUMNS = f"""
COPY (
    SELECT mirror.number, coalesce(mirror.address_key, 0),
        CASE WHEN length(word) >= {{shortest}} THEN hashtextextended(word, 0) ELSE 0 END,
        {_DAY.format("mirror.registreringsdatum")},
        CASE
            WHEN mirror.avregistreringsdatum IN ('', 'null') AND mirror.avregistreringsorsak IN ('', 'null') THEN 0
            ELSE greatest({_DAY.format("mirror.avregistreringsdatum")}, 1)
        END,
        {_DAY.format("coalesce(mirror.bankrupt_on, '')")},
        CASE WHEN scb.ng1 ~ '^[0-9]{{{{5}}}}$' AND scb.ng1 <> '00000' THEN left(scb.ng1, 3)::int ELSE 0 END,
        CASE WHEN scb.removed_in IS NULL THEN 0 ELSE scb.load_id END,
        (mirror.removed_in IS NOT NULL)::int
    FROM register_bolagsverket AS mirror
    CROSS JOIN LATERAL (SELECT upper(split_part(mirror.organisationsnamn, '$', 1)) AS name) AS named
    CROSS JOIN LATERAL (
        SELECT btrim(CASE
            WHEN split_part(name, ' ', 1) = ANY({{forms}}) THEN split_part(name, ' ', 2)
            ELSE split_part(name, ' ', 1)
        END, '.,:;&-''"()') AS word
    ) AS worded
    LEFT JOIN register_scb AS scb ON scb.number = mirror.number
) TO STDOUT (FORMAT BINARY)
"""  # noqa: S608 - only constants of this module


@dataclass(frozen=True, slots=True)
class Shown:
    """An organisation as a lead names it."""

    number: str
    name: str
    address: str
    care_of: str | None


@dataclass(frozen=True, slots=True)
class OwnershipLinks:
    """Ownership between organisations in the tenant's open cases."""

    pairs: tuple[tuple[str, str], ...]
    """(owner, owned) keys, once each, whose share reaches the least."""
    unknown: int
    """Links left out since their share is not known."""


def columns(database: Database) -> tuple[Register, date]:
    """The whole mirrored register as columns, and the day of Bolagsverket's newest file.

    Raises:
        SourceFailure: ``NOT_LOADED`` when Bolagsverket's file was never loaded. Without SCB's no industry is known.
    """
    with database.system("sweep") as session:
        state = {each.source: each for each in freshness(session)}
        file = state[BOLAGSVERKET].file
        if file is None:
            raise SourceFailure(BOLAGSVERKET, FailureReason.NOT_LOADED, message("ask.not_loaded", source=BOLAGSVERKET))
        versions = _versions(session)
    chunks: list[NDArray[Any]] = []
    statement = sql.SQL(_COLUMNS).format(shortest=sql.Literal(SHORTEST_WORD), forms=sql.Literal(list(FORM_WORDS)))
    with database.copy_connection() as connection, connection.cursor().copy(statement) as copy:
        waiting = bytearray()
        skip = _HEADER
        for block in copy:
            waiting += block
            if len(waiting) >= _CHUNK:
                chunks.append(_rows(waiting, skip))
                del waiting[: skip + chunks[-1].nbytes]
                skip = 0
        chunks.append(_rows(waiting, skip))
    rows = np.concatenate(chunks)
    del chunks
    return _register(rows, versions), file.observed_at.date()


def _rows(content: bytearray, skip: int) -> NDArray[Any]:
    """The whole rows in ``content`` after ``skip`` bytes (the two bytes that end the stream are less than a row)."""
    count = (len(content) - skip) // _ROW.itemsize
    return np.frombuffer(bytes(content[skip : skip + count * _ROW.itemsize]), dtype=_ROW)


def _versions(session: Session) -> dict[int, int]:
    """SNI version by load of SCB's file; ``0`` stands for the newest."""
    found: dict[int, int] = {}
    for row in session.execute(
        text(
            "SELECT id, coalesce(stated_at, retrieved_at) AS at FROM register_load "
            "WHERE source = :source AND state = 'loaded' ORDER BY id"
        ),
        {"source": SCB},
    ):
        found[row.id] = found[0] = _SNI_VERSIONS[
            sni_version(DocumentReference("", SCB, MEDIA_TYPE, "", row.at, row.at))
        ]
    return found


def _register(rows: NDArray[Any], versions: dict[int, int]) -> Register:
    group = rows["industry"].astype(np.int32)
    of_load = rows["version"].astype(np.int32)
    version = np.zeros(len(rows), dtype=np.int32)
    for load, number in versions.items():
        version[of_load == load] = number
    return Register(
        number=rows["number"].astype(np.int64),
        address=rows["address"].astype(np.int64),
        stem=rows["stem"].astype(np.int64),
        registered=_days(rows["registered"]),
        ended=_days(rows["ended"]),
        bankrupt=_days(rows["bankrupt"]),
        industry=np.where(group > 0, version * VERSION + group, 0).astype(np.int32),
        removed=rows["removed"].astype(bool),
    )


def _days(written: NDArray[Any]) -> NDArray[np.int32]:
    """``YYYYMMDD`` as ordinals; ``0`` and ``1`` (unknown day) stay."""
    digits = written.astype(np.int64)
    months = (digits // 10_000 - 1970) * 12 + digits // 100 % 100 - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    ordinal = first + digits % 100 - 1 + date(1970, 1, 1).toordinal()
    return np.where(digits > 1, np.maximum(ordinal, 1), digits).astype(np.int32)


def shown(session: Session, numbers: Iterable[int]) -> dict[int, Shown]:
    """Name and postal address of organisations in the mirror, by number."""
    found: dict[int, Shown] = {}
    for row in session.execute(
        text("SELECT number, organisationsnamn, postadress FROM register_bolagsverket WHERE number = ANY(:numbers)"),
        {"numbers": sorted(set(numbers))},
    ):
        parts = bolagsverket_mapper.address_parts(row.postadress)
        place = " ".join(part for part in (parts["postal_code"], parts["city"]) if part)
        address = tidy(", ".join(part for part in (parts["street"] or parts["care_of"], place) if part)) or ""
        name = next((name for name, *_ in bolagsverket_mapper.name_entries(row.organisationsnamn)), "")
        found[row.number] = Shown(f"{row.number:010d}", tidy(name) or "", address, tidy(parts["care_of"] or "") or None)
    return found


def ownership(session: Session, least_percent: float) -> OwnershipLinks:
    """Ownership links between organisations that the open cases of the session's tenant state, of at least that share.

    Links from or to persons are not read, nor is anything from a procurement: what a tenderer hands in is secret
    until the award (OSL 19:3 st2) and may not be used outside its case.
    """
    pairs: set[tuple[str, str]] = set()
    unknown = 0
    for row in session.execute(
        text(
            "SELECT DISTINCT fact.subject, fact.object, coalesce(fact.value ->> 'exact', fact.value ->> 'minimum', "
            "fact.value ->> 'maximum')::float8 AS share FROM fact "
            "JOIN case_file ON case_file.tenant_id = fact.tenant_id AND case_file.id = fact.case_id "
            "WHERE fact.predicate = :predicate AND fact.recorded_to IS NULL AND fact.superseded_at IS NULL "
            "AND case_file.state = 'open' AND case_file.kind NOT IN ('procurement', 'direct_procurement') "
            "AND fact.subject NOT LIKE 'PERSON:%' AND fact.object NOT LIKE 'PERSON:%'"
        ),
        {"predicate": Predicate.OWNERSHIP.value},
    ):
        if row.share is None:
            unknown += 1
        elif row.share >= least_percent:
            pairs.add((row.subject, row.object))
    return OwnershipLinks(tuple(sorted(pairs)), unknown)
