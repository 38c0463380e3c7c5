"""Searching the mirrored register by name, number and address, for many questions at once.

The names stand in a table of their own (``register_name``), and each distinct one, without legal form, in another with
a trigram index (``register_key``): likeness is measured once a name, however many bear it. Both are brought up to date
before a search, only with what changed since the last time, so that a load of the register is not slowed by indexes it
does not need. The first time, three million organisations take some minutes.

A search only gathers candidates, and rather too many: ``screening.intake.ledger`` compares and decides.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import text
from sqlmodel import Session

from screening.store.database import Database

SIMILARITY = ((0, 0.42), (16, 0.47), (20, 0.55), (24, 0.6))
"""Trigram likeness from which a name is a candidate, by the letters of the name sought: two slips of the hand stay
above. In a long name they change less, and what is like it by a trade and a town only is nobody."""
KEY_LIMIT = 30
"""Distinct names taken for one question, the likest first."""
NAME_LIMIT = 30
"""Organisations taken by name for one question, those with the likest name first."""
ADDRESS_LIMIT = 40
"""Organisations taken at one address; a postal box of a book-keeper has thousands."""
BATCH = 500
"""Questions asked in one statement."""
MAXIMUM_NAME = 200
"""Characters of a name that are searched for."""
_KEY = f"left(register_search_key(name), {MAXIMUM_NAME})"
SETTLED = 0.7
"""Trigram likeness of a name and the name borne by its number from which no other name needs to be looked for."""
LOCK = 0x67656E6F_00020000
"""Advisory lock: one refresh at a time."""

_NAMES = {
    "bolagsverket_bulk": (
        "register_bolagsverket",
        "SELECT mirror.number, entry.position, split_part(entry.part, '$', 1) AS name "
        "FROM register_bolagsverket AS mirror CROSS JOIN LATERAL "
        "regexp_split_to_table(mirror.organisationsnamn, '[|]') WITH ORDINALITY AS entry(part, position)",
    ),
    "scb_bulk": (
        "register_scb",
        "SELECT mirror.number, entry.position, entry.part AS name FROM register_scb AS mirror CROSS JOIN LATERAL "
        "unnest(ARRAY[mirror.namn, mirror.foretagsnamn]) WITH ORDINALITY AS entry(part, position)",
    ),
}


_BY_NAME = f"""
WITH wanted AS MATERIALIZED (
    SELECT row, {_KEY} AS key, number FROM unnest(
        CAST(:rows AS integer[]), CAST(:names AS text[]), CAST(:numbers AS bigint[])) AS given(row, name, number)
), exact AS MATERIALIZED (
    SELECT DISTINCT wanted.key FROM wanted JOIN register_key USING (key)
), asked AS MATERIALIZED (
    SELECT DISTINCT key, key IN (SELECT key FROM exact) AS exact FROM wanted
    WHERE length(key) BETWEEN greatest(:shortest, 1) AND :longest AND NOT EXISTS (
        SELECT FROM register_name AS entry WHERE entry.source = ANY(:sources) AND entry.number = wanted.number
        AND similarity(entry.key, wanted.key) >= :settled)
), alike AS MATERIALIZED (
    SELECT key AS asked, key, 1.0 AS likeness FROM asked WHERE exact
    UNION ALL
    SELECT asked.key, found.key, found.likeness FROM asked CROSS JOIN LATERAL (
        SELECT register_key.key, similarity(register_key.key, asked.key) AS likeness FROM register_key
        WHERE register_key.key % asked.key ORDER BY likeness DESC, register_key.key LIMIT :keys) AS found
    WHERE NOT asked.exact
), holder AS MATERIALIZED (
    SELECT asked.key, found.number FROM asked CROSS JOIN LATERAL (
        SELECT bearer.number, max(alike.likeness) AS likeness FROM alike CROSS JOIN LATERAL (
            SELECT DISTINCT number FROM register_name WHERE register_name.key = alike.key
            ORDER BY number LIMIT :limit) AS bearer
        WHERE alike.asked = asked.key
        GROUP BY bearer.number ORDER BY likeness DESC, bearer.number LIMIT :limit) AS found
)
SELECT wanted.row, holder.number FROM wanted JOIN holder USING (key)
"""  # noqa: S608 - a constant of this module
"""A name that is in the register as it is written is not looked for by likeness, nor one whose number bears it: the
likeness of two million names is what a search costs."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is known of an organisation that is sought; an empty text is not known."""

    name: str = ""
    number: str = ""
    """Ten digits."""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    near_numbers: tuple[int, ...] = ()
    """Numbers that a slip of the hand may have made into the one that was written."""


@dataclass(slots=True)
class Candidate:
    """A mirrored organisation that may be the one sought."""

    number: str
    names: list[str] = field(default_factory=list)
    addresses: list[tuple[str, str, str]] = field(default_factory=list)
    """(street or box, postal code, city)."""
    legal_form: str = ""
    """Bolagsverket's code."""
    deregistered_on: str = ""
    """ISO date; empty when it is registered."""
    former_names: list[str] = field(default_factory=list)
    """Names it bore in an earlier file, as far as the mirror goes back."""


def is_current(session: Session) -> bool:
    """Whether the searchable names are those of the newest loads."""
    return not session.execute(
        text(
            "SELECT EXISTS (SELECT FROM register_load AS loaded LEFT JOIN register_name_state AS filled "
            "ON filled.source = loaded.source WHERE loaded.state = 'loaded' AND loaded.source = ANY(:sources) "
            "AND loaded.id > coalesce(filled.load_id, 0))"
        ),
        {"sources": list(_NAMES)},
    ).scalar_one()


def refresh(database: Database) -> int:
    """Bring the searchable names up to the newest loads; the number of names written."""
    written = 0
    with database.copy_connection() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        found = connection.execute("SELECT NOT EXISTS (SELECT FROM register_name)").fetchone()
        first = bool(found and found[0])
        if first:
            connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
            # Built at once afterwards: many times faster.
            connection.execute("DROP INDEX register_name_key_idx; DROP INDEX register_key_key_idx")
        for source, (table, names) in _NAMES.items():
            written += _refresh(connection, source, table, names)
        if first:
            connection.execute(
                "INSERT INTO register_key SELECT DISTINCT key FROM register_name WHERE key <> '' ON CONFLICT DO NOTHING"
            )
            connection.execute("CREATE INDEX register_name_key_idx ON register_name (key, number)")
            connection.execute("CREATE INDEX register_key_key_idx ON register_key USING gin (key gin_trgm_ops)")
        if written:
            connection.execute("ANALYZE register_name, register_key")
    return written


def _refresh(connection: psycopg.Connection[Any], source: str, table: str, names: str) -> int:
    newest = connection.execute(
        "SELECT max(id) FROM register_load WHERE source = %s AND state = 'loaded'", (source,)
    ).fetchone()
    filled = connection.execute("SELECT load_id FROM register_name_state WHERE source = %s", (source,)).fetchone()
    latest, done = (newest[0] if newest else None) or 0, filled[0] if filled else 0
    if latest <= done:
        return 0
    connection.execute(
        f"DELETE FROM register_name WHERE source = %s AND number IN "  # noqa: S608 - names from this module only
        f"(SELECT number FROM {table} WHERE load_id > %s OR removed_in > %s)".encode(),
        (source, done, done),
    )
    insert = (
        f"INSERT INTO register_name (source, number, position, name, key) "  # noqa: S608 - names from this module only
        f"SELECT %s, number, position, name, {_KEY} FROM ({names} "
        "WHERE mirror.load_id > %s AND mirror.removed_in IS NULL) AS found WHERE btrim(name) <> ''"
    )
    count = connection.execute(insert.encode(), (source, done)).rowcount
    if done:
        connection.execute(
            f"INSERT INTO register_key SELECT DISTINCT entry.key FROM register_name AS entry "  # noqa: S608 - as above
            f"JOIN {table} AS mirror ON mirror.number = entry.number "
            "WHERE entry.source = %s AND mirror.load_id > %s AND entry.key <> '' ON CONFLICT DO NOTHING".encode(),
            (source, done),
        )
    connection.execute(
        "INSERT INTO register_name_state (source, load_id) VALUES (%s, %s) "
        "ON CONFLICT (source) DO UPDATE SET load_id = EXCLUDED.load_id",
        (source, latest),
    )
    return count


def candidates(session: Session, queries: Sequence[SearchQuery]) -> list[list[Candidate]]:
    """Mirrored organisations that may be the ones sought, for each query, by number. ``refresh`` first."""
    found: list[set[int]] = []
    for start in range(0, len(queries), BATCH):
        found += _numbers(session, queries[start : start + BATCH])
    known = _described(session, sorted(set().union(*found)))
    return [[known[number] for number in sorted(numbers) if number in known] for numbers in found]


def described(session: Session, numbers: Iterable[str]) -> dict[str, Candidate]:
    """Mirrored organisations by their ten digits; those that the register does not hold are left out."""
    wanted = sorted({int(number) for number in numbers if len(number) == 10 and number.isdecimal()})
    return {found.number: found for found in _described(session, wanted).values()}


def beginning(session: Session, prefix: str, *, limit: int, skip: int = 0) -> list[Candidate]:
    """Mirrored organisations with a name that begins as ``prefix``, whatever legal form; shortest names first.

    Fewer than three letters find nobody: half the register begins so.
    """
    rows = session.execute(
        text(
            "WITH wanted AS (SELECT register_search_key(:prefix) AS key) "
            "SELECT entry.number FROM wanted CROSS JOIN LATERAL (SELECT key FROM register_key "
            "WHERE register_key.key LIKE wanted.key || '%' ORDER BY length(key), key LIMIT :keys) AS found "
            "JOIN register_name AS entry ON entry.key = found.key WHERE length(wanted.key) >= 3 "
            "GROUP BY entry.number, found.key ORDER BY length(found.key), found.key, entry.number "
            "LIMIT :limit OFFSET :skip"
        ),
        {"prefix": prefix[:MAXIMUM_NAME].replace("\0", ""), "keys": limit + skip, "limit": limit, "skip": skip},
    )
    numbers = list(dict.fromkeys(number for (number,) in rows))
    known = _described(session, numbers)
    return [known[number] for number in numbers if number in known]


def _numbers(session: Session, queries: Sequence[SearchQuery]) -> list[set[int]]:
    found: list[set[int]] = [set() for _ in queries]
    for position, query in enumerate(queries):
        if len(query.number) == 10 and query.number.isdecimal():
            found[position].add(int(query.number))
        found[position].update(query.near_numbers)
    asked = {
        "rows": list(range(len(queries))),
        "names": [query.name[:MAXIMUM_NAME].replace("\0", "") for query in queries],
        "numbers": [int(query.number) if query.number.isdecimal() else None for query in queries],
        "sources": list(_NAMES),
        "settled": SETTLED,
        "keys": KEY_LIMIT,
        "limit": NAME_LIMIT,
    }
    for (shortest, likeness), (beyond, _) in itertools.pairwise((*SIMILARITY, (MAXIMUM_NAME + 1, 1.0))):
        session.execute(text(f"SET LOCAL pg_trgm.similarity_threshold = {likeness}"))
        for row, number in session.execute(text(_BY_NAME), {**asked, "shortest": shortest, "longest": beyond - 1}):
            found[row].add(number)
    by_address = session.execute(
        text(
            "WITH wanted AS MATERIALIZED (SELECT row, register_address_key(street, '', postal_code, city) AS key FROM "
            "unnest(CAST(:rows AS integer[]), CAST(:streets AS text[]), CAST(:codes AS text[]), "
            "CAST(:cities AS text[])) AS given(row, street, postal_code, city)) "
            "SELECT wanted.row, found.number FROM wanted CROSS JOIN LATERAL ("
            "SELECT number FROM register_bolagsverket WHERE address_key = wanted.key AND removed_in IS NULL "
            "ORDER BY number LIMIT :limit) AS found"
        ),
        {
            "rows": list(range(len(queries))),
            "streets": [query.street.replace("\0", "") for query in queries],
            "codes": [query.postal_code.replace(" ", "") for query in queries],
            "cities": [query.city.replace("\0", "") for query in queries],
            "limit": ADDRESS_LIMIT,
        },
    )
    for row, number in by_address:
        found[row].add(number)
    return found


def _described(session: Session, numbers: list[int]) -> dict[int, Candidate]:
    known: dict[int, Candidate] = defaultdict(lambda: Candidate(""))
    for number, form, deregistered, address in session.execute(
        text(
            "SELECT number, organisationsform, avregistreringsdatum, postadress FROM register_bolagsverket "
            "WHERE number = ANY(:numbers) AND removed_in IS NULL"
        ),
        {"numbers": numbers},
    ):
        candidate = known[number]
        candidate.legal_form = form.partition("-")[0]
        candidate.deregistered_on = deregistered if deregistered[:1].isdigit() else ""
        street, _, city, code = [*address.split("$"), "", "", "", ""][:4]
        if street or code or city:
            candidate.addresses.append((street, code, city))
    for number, street, code, city in session.execute(
        text(
            "SELECT number, gatuadress, postnr, postort FROM register_scb "
            "WHERE number = ANY(:numbers) AND removed_in IS NULL"
        ),
        {"numbers": numbers},
    ):
        candidate = known[number]
        if street or code or city:
            candidate.addresses.append((street, code, city))
    for number, name in session.execute(
        text("SELECT number, name FROM register_name WHERE number = ANY(:numbers) ORDER BY source, position"),
        {"numbers": numbers},
    ):
        if number in known and name not in known[number].names:
            known[number].names.append(name)
    for number, candidate in known.items():
        candidate.number = f"{number:010d}"
    for written, source, before in session.execute(
        text(
            "SELECT number, source, before FROM organisation_event "
            "WHERE what = 'name' AND before IS NOT NULL AND number = ANY(:numbers) ORDER BY id"
        ),
        {"numbers": [candidate.number for candidate in known.values()]},
    ):
        candidate = known[int(written)]
        entries = before.split("$") if source == "scb_bulk" else [part.partition("$")[0] for part in before.split("|")]
        candidate.former_names += [name for name in entries if name and name not in candidate.names]
    return dict(known)
