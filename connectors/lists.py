"""All sanction lists behind one door: fetch, read an issue, state an entry's facts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import httpx

from connectors.base import FetchedDocument, MalformedContent, RejectedRow
from connectors.eu_fsf import client as eu_client
from connectors.eu_fsf import mapper as eu_mapper
from connectors.eu_fsf import reader as eu_reader
from connectors.list_values import ListedRow
from connectors.messages import message
from connectors.ofac_sdn import client as ofac_client
from connectors.ofac_sdn import mapper as ofac_mapper
from connectors.ofac_sdn import reader as ofac_reader
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings
from connectors.un_sc import client as un_client
from connectors.un_sc import mapper as un_mapper
from connectors.un_sc import reader as un_reader
from graph.model import DocumentReference, EntityKey, Fact, ListedSchema, ListEntry, Predicate

LIST_SOURCES: tuple[str, ...] = (eu_reader.SOURCE, un_reader.SOURCE, ofac_reader.SOURCE)
"""Ids of the lists that are screened against."""


MAXIMUM_SECONDS = 600.0
"""Longest time for reading one issue. A synthetic 25 MB EU file takes about a second."""


@dataclass(frozen=True, slots=True)
class ListIssue:
    """One issue of one list, read whole."""

    list: str
    stated_at: datetime | None
    """When the list says that it was made; else what the document says; ``None`` when nobody does."""
    entries: tuple[ListEntry, ...]
    rejected: tuple[RejectedRow, ...]
    """Rows that could not be read and parts that are missing. The rest of the issue is good."""


@dataclass(frozen=True, slots=True)
class _Source:
    read: Callable[[bytes], Iterator[ListedRow | RejectedRow]]
    map_entries: Callable[[Iterable[ListedRow]], Iterator[ListEntry]]
    stated_at: Callable[[bytes], datetime | None]


_SOURCES = {
    eu_reader.SOURCE: _Source(eu_reader.read, eu_mapper.map_entries, eu_reader.stated_at),
    un_reader.SOURCE: _Source(un_reader.read, un_mapper.map_entries, un_reader.stated_at),
    ofac_reader.SOURCE: _Source(ofac_reader.read, ofac_mapper.map_entries, ofac_reader.stated_at),
}


def fetch(
    source: str,
    settings: ConnectorSettings,
    limiter: RateLimiter | None = None,
    transport: httpx.BaseTransport | None = None,
) -> FetchedDocument:
    """The newest issue of the list ``source``, as its publisher gives it.

    Raises:
        KeyError: ``source`` is not in ``LIST_SOURCES``.
        SourceFailure: whatever the outside does.
    """
    if source == eu_reader.SOURCE:
        return eu_client.Client(settings, limiter, transport).fetch()
    if source == un_reader.SOURCE:
        return un_client.Client(settings, limiter, transport).fetch()
    if source == ofac_reader.SOURCE:
        return ofac_client.Client(settings, limiter, transport).fetch()
    raise KeyError(source)


def read_issue(source: str, document: FetchedDocument | bytes, *, seconds: float = MAXIMUM_SECONDS) -> ListIssue:
    """Every entry in ``document`` (unpacked, but for the zip that ``ofac_sdn`` packs its parts in).

    Of entries that share one identity the later get ``~2``, ``~3`` … after it and are reported: none is lost.

    Raises:
        KeyError: ``source`` is not in ``LIST_SOURCES``.
        MalformedContent: the document is not the list, breaks off, holds no readable entry, or takes longer than
            ``seconds`` to read: nothing is half read.
    """
    content = document if isinstance(document, bytes) else document.content
    parts = _SOURCES[source]
    rejected: list[RejectedRow] = []
    rows: dict[str, ListedRow] = {}
    deadline = time.monotonic() + seconds
    for row in parts.read(content):
        if time.monotonic() > deadline:
            raise MalformedContent(
                source, message("list.too_slow", seconds=f"{seconds:g}"), row.place, message("remedy.nothing_loaded")
            )
        if isinstance(row, RejectedRow):
            rejected.append(row)
        elif rows.get(row.key) == row:
            rejected.append(RejectedRow(row.place, message("list.same_entry")))
        elif row.key in rows:
            # Two parties under one identity: losing either could clear a listed party.
            copy = next(number for number in range(2, len(rows) + 3) if f"{row.key}~{number}" not in rows)
            rows[f"{row.key}~{copy}"] = replace(row, key=f"{row.key}~{copy}")
            rejected.append(RejectedRow(row.place, message("list.same_identity")))
        else:
            rows[row.key] = row
    entries = tuple(parts.map_entries(rows.values()))
    if not entries:
        raise MalformedContent(source, message("list.nothing_readable"), "", message("remedy.nothing_loaded"))
    stated_at = parts.stated_at(content)
    if stated_at is None and isinstance(document, FetchedDocument):
        stated_at = document.stated_at
    return ListIssue(source, stated_at, entries, tuple(rejected))


def entry_key(list_id: str, entry: str) -> EntityKey:
    """Key of a list entry as an entity of its own: ``LIST:<list>:<entry>``."""
    return EntityKey(f"LIST:{list_id}:{entry}")


_NAME_KINDS = {
    "primary": "registered",
    "former": "former",
    "alias": "secondary",
    "original_script": "foreign_language",
}


def list_entry_facts(entry: ListEntry, document: DocumentReference) -> tuple[Fact, ...]:
    """What ``entry`` states, as facts about the entry itself (key ``LIST:<list>:<entry>``).

    ``LISTED`` first, then names, birth dates (a span as ``1960/1965``), Swedish numbers and other
    identifiers, addresses; countries and remarks as ``MISCELLANEOUS``, since a list does not always tell whether a
    country is a citizenship or an address.
    """
    subject = entry_key(entry.list, entry.entry)

    def fact(predicate: Predicate, **value: object) -> Fact:
        return Fact(
            subject=subject,
            predicate=predicate,
            value=value,
            source=document.source,
            document=document.sha256,
            place=entry.place,
            observed_at=document.observed_at,
        )

    person = entry.schema is ListedSchema.PERSON
    facts: list[Fact] = []
    if any(name.kind == "primary" for name in entry.names):
        facts += [
            fact(Predicate.LISTED, list=entry.list, entry=entry.entry, programme=programme, schema=entry.schema.value)
            for programme in entry.programmes or (None,)
        ]
    for name in entry.names:
        if person:
            facts.append(fact(Predicate.PERSON_NAME, name=name.name, kind=name.kind, weak=name.weak))
        else:
            kind = {"primary": "registered", "former": "former", "alias": "secondary"}.get(
                name.kind, "foreign_language"
            )
            facts.append(fact(Predicate.NAME, name=name.name, kind=kind, weak=name.weak))
    facts += [fact(Predicate.BIRTH_DATE, date=date) for date in entry.birth_dates]
    facts += [fact(Predicate.IDENTIFIER, scheme="SE-ORG", number=number) for number in entry.swedish_numbers]
    facts += [fact(Predicate.IDENTIFIER, scheme=kind, number=number) for kind, number in entry.identifiers]
    facts += [fact(Predicate.ADDRESS, kind="postal", street=address) for address in entry.addresses]
    facts += [fact(Predicate.MISCELLANEOUS, name="country", value=country) for country in entry.countries]
    if entry.listed_on:
        facts.append(fact(Predicate.MISCELLANEOUS, name="listed_on", value=entry.listed_on))
    if entry.remarks:
        facts.append(fact(Predicate.MISCELLANEOUS, name="remarks", value=entry.remarks))
    return tuple(facts)
