"""Searching the mirrored register by name, number and address, for many questions at once.

The names stand in a table of their own with a trigram index (``register_name``), brought up to date before a search:
only what changed since the last time, so that a load of the register is not slowed by an index it does not need. The
first time, three million organisations take some minutes.

A search only gathers candidates, and rather too many: ``screening.intake.ledger`` compares and decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import text
from sqlmodel import Session

from screening.store.database import Database

SIMILARITY = 0.42
"""Trigram likeness from which a name is a candidate: two slips of the hand in a name of twelve letters stay above."""
NAME_LIMIT = 30
"""Names taken for one question, the likest first; an organisation has up to a handful."""
ADDRESS_LIMIT = 40
"""Organisations taken at one address; a postal box of a book-keeper has thousands."""
BATCH = 500
"""Questions asked in one statement."""
MAXIMUM_NAME = 200
"""Characters of a name that are searched for."""
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


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is known of an organisation that is sought; an empty text is not known."""

    name: str = ""
    number: str = ""
    """Ten digits."""
    street: str = ""
    postal_code: str = ""
    city: str = ""


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


def refresh(database: Database) -> int:
    """Bring the searchable names up to the newest loads; the number of names written."""
    written = 0
    with database.copy_connection() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        for source, (table, names) in _NAMES.items():
            written += _refresh(connection, source, table, names)
    return written


def _refresh(connection: psycopg.Connection[Any], source: str, table: str, names: str) -> int:
    newest = connection.execute(
        "SELECT max(id) FROM register_load WHERE source = %s AND state = 'loaded'", (source,)
    ).fetchone()
    filled = connection.execute("SELECT load_id FROM register_name_state WHERE source = %s", (source,)).fetchone()
    latest, done = (newest[0] if newest else None) or 0, filled[0] if filled else 0
    if latest <= done:
        return 0
    empty = connection.execute("SELECT NOT EXISTS (SELECT FROM register_name)").fetchone()
    if empty and empty[0]:
        connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        connection.execute("DROP INDEX register_name_key_idx")  # built at once afterwards: many times faster
    connection.execute(
        f"DELETE FROM register_name WHERE source = %s AND number IN "  # noqa: S608 - names from this module only
        f"(SELECT number FROM {table} WHERE load_id > %s OR removed_in > %s)".encode(),
        (source, done, done),
    )
    count = connection.execute(
        f"INSERT INTO register_name (source, number, position, name, key) "  # noqa: S608 - names from this module only
        f"SELECT %s, number, position, name, register_search_key(name) FROM ({names} "
        "WHERE mirror.load_id > %s AND mirror.removed_in IS NULL) AS found WHERE btrim(name) <> ''".encode(),
        (source, done),
    ).rowcount
    if empty and empty[0]:
        connection.execute("CREATE INDEX register_name_key_idx ON register_name USING gin (key gin_trgm_ops)")
    connection.execute(
        "INSERT INTO register_name_state (source, load_id) VALUES (%s, %s) "
        "ON CONFLICT (source) DO UPDATE SET load_id = EXCLUDED.load_id",
        (source, latest),
    )
    connection.execute("ANALYZE register_name")
    return count


def candidates(session: Session, queries: Sequence[SearchQuery]) -> list[list[Candidate]]:
    """Mirrored organisations that may be the ones sought, for each query, by number. ``refresh`` first."""
    session.execute(text(f"SET LOCAL pg_trgm.similarity_threshold = {SIMILARITY}"))
    found: list[set[int]] = []
    for start in range(0, len(queries), BATCH):
        found += _numbers(session, queries[start : start + BATCH])
    known = _described(session, sorted(set().union(*found)))
    return [[known[number] for number in sorted(numbers) if number in known] for numbers in found]


def _numbers(session: Session, queries: Sequence[SearchQuery]) -> list[set[int]]:
    found: list[set[int]] = [set() for _ in queries]
    for position, query in enumerate(queries):
        if len(query.number) == 10 and query.number.isdecimal():
            found[position].add(int(query.number))
    named = [(position, query.name[:MAXIMUM_NAME].replace("\0", "")) for position, query in enumerate(queries)]
    by_name = session.execute(
        text(
            "WITH wanted AS MATERIALIZED (SELECT row, register_search_key(name) AS key FROM "
            "unnest(CAST(:rows AS integer[]), CAST(:names AS text[])) AS given(row, name)) "
            "SELECT wanted.row, found.number FROM wanted CROSS JOIN LATERAL ("
            "SELECT number FROM register_name WHERE register_name.key % wanted.key "
            "ORDER BY similarity(register_name.key, wanted.key) DESC, number LIMIT :limit) AS found "
            "WHERE wanted.key <> ''"
        ),
        {"rows": [row for row, _ in named], "names": [name for _, name in named], "limit": NAME_LIMIT},
    )
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
    for result in (by_name, by_address):
        for row, number in result:
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
    return dict(known)
