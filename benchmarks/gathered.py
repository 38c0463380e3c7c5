"""What the sources say about planted organisations, without a network, a worker or a database.

The registers' answers at both moments (Bolagsverket, SSBTGU, SSBTEN, SCB's file, ownership files) are made by the
sandbox as it would send them and read by the connectors' own readers and mappers. What the register mirror computes
(changes between its files, how many companies stand at an address, who is near) is stated directly instead.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import connectors.bods.mapper as bods
import connectors.scb_bulk.mapper as scb
from connectors.base import FetchedDocument, Mapped
from connectors.bods import reader as bods_reader
from connectors.bulk import ReadReport, Row
from connectors.registry import lookup
from connectors.sandbox import ssbt, vdm
from connectors.sandbox.bulk import scb_text
from connectors.sandbox.model import Address, Organisation, Person
from connectors.scb_bulk import reader as scb_reader
from graph.addresses import address_key
from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    Fact,
    Predicate,
    SourceAnswer,
    organisation_key,
)

_ACTIVITY = {"0": "aldrig verksam", "1": "verksam", "9": "inte längre verksam"}
_YEAR, _THREE_YEARS = 365, 1095


class SandboxKeyer:
    """Person keys with a fixed secret: these persons do not exist."""

    def by_number(self, number: str) -> EntityKey:
        """Key of the person with this number."""
        return self._key("number", number)

    def by_description(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        """Key of a person without a number."""
        return self._key("description", name.casefold(), birth_date or scope)

    def _key(self, *parts: str) -> EntityKey:
        return EntityKey(f"PERSON:{hashlib.sha256('|'.join(('sandbox', *parts)).encode()).hexdigest()[:32]}")


@dataclass
class Gathered:
    """The parts of a dossier."""

    facts: list[Fact] = field(default_factory=list)
    answers: list[SourceAnswer] = field(default_factory=list)
    documents: list[DocumentReference] = field(default_factory=list)

    def extend(self, other: Gathered) -> None:
        """Add what was gathered about somebody else."""
        self.facts += other.facts
        self.answers += other.answers
        self.documents += other.documents


class Registers:
    """The registers at two moments, and what each source answers from them."""

    def __init__(
        self,
        before: Mapping[str, Organisation],
        now: Mapping[str, Organisation],
        ownership: Mapping[str, list[dict[str, Any]]],
        moments: tuple[date, date],
    ) -> None:
        self._states = (before, now)
        self._ownership = ownership
        self._moments = tuple(datetime.combine(day, time(5), UTC) for day in moments)
        self._keyer = SandboxKeyer()
        self._rows = tuple(_scb_rows(state.values()) for state in self._states)
        self._posts = tuple(_posts(state.values()) for state in self._states)
        self._counts = _counted(now.values(), moments[1])
        self._known: dict[str, Gathered] = {}

    def about(self, number: str) -> Gathered:
        """Everything about one organisation and the persons in its offices."""
        if number not in self._known:
            self._known[number] = self._gather(number)
        return self._known[number]

    def forget(self) -> None:
        """Let go of what was gathered: it would fill the memory when tens of thousands are asked about once."""
        self._known.clear()

    def _gather(self, number: str) -> Gathered:
        found = Gathered()
        key = organisation_key(number)
        before, now = (state.get(number) for state in self._states)
        if now is None:
            raise KeyError(number)
        self._ask(
            found, "bolagsverket_vdm", key, [None if each is None else vdm.answer([each]) for each in (before, now)]
        )
        self._ask(
            found,
            "ssbtgu",
            key,
            [None if each is None else self._ssbtgu(each, at) for at, each in enumerate((before, now))],
        )
        self._scb(found, number, key)
        if statements := self._ownership.get(f"{number}.json"):
            document = self._document("bods", json.dumps(statements, ensure_ascii=False).encode(), 1)
            mapped = bods.map_facts(bods_reader.read(document.content), document.reference(), self._keyer, key)
            self._record(found, key, [None, (document, mapped)])
        self._mirror(found, key, before, now)
        for person in {o.person.number: o.person for each in (before, now) if each for o in each.officers if o.person}:
            if len(person) == 12:
                subject = self._keyer.by_number(person)
                self._ask(found, "ssbten", subject, [self._ssbten(person, at) for at in (0, 1)])
        return found

    def _ssbtgu(self, organisation: Organisation, at: int) -> bytes:
        request = ssbt.Request(organisation.number, tuple(ssbt.PRODUCER_OF), f"m{at}", f"t{at}", "", "")
        return ssbt.ssbtgu_answer(request, organisation, self._moments[at].isoformat())

    def _ssbten(self, number: str, at: int) -> bytes:
        request = ssbt.Request(number, (), f"m{at}", f"t{at}", "", "")
        return ssbt.ssbten_answer(request, self._posts[at].get(number, []), self._moments[at].isoformat())

    def _scb(self, found: Gathered, number: str, key: EntityKey) -> None:
        told: list[tuple[FetchedDocument, Mapped] | None] = []
        for at, rows in enumerate(self._rows):
            row = rows.get(number)
            document = self._document("scb_bulk", f"{number}/{at}".encode(), at)
            mapped = None if row is None else scb.map_facts([row], document.reference(), self._keyer, key)
            told.append(None if mapped is None else (document, mapped))
        self._record(found, key, told)

    def _ask(self, found: Gathered, source: str, subject: EntityKey, contents: list[bytes | None]) -> None:
        told: list[tuple[FetchedDocument, Mapped] | None] = []
        for at, content in enumerate(contents):
            if content is None:
                told.append(None)
                continue
            document = self._document(source, content, at)
            told.append((document, lookup(source).map(document, self._keyer, subject)))
        self._record(found, subject, told)

    def _document(self, source: str, content: bytes, at: int) -> FetchedDocument:
        moment = self._moments[at]
        return FetchedDocument(source, content, "application/octet-stream", f"sandbox: {source}", moment, moment)

    def _record(self, found: Gathered, subject: EntityKey, told: list[tuple[FetchedDocument, Mapped] | None]) -> None:
        """Keep successive answers of one source as the store does: what is no longer stated is superseded."""
        held: dict[str, Fact] = {}
        for each in told:
            if each is None:
                continue
            document, mapped = each
            reference = document.reference()
            said = {fact.content: fact for fact in mapped.facts}
            if mapped.status is not AnswerStatus.NO_ANSWER:
                for content in held.keys() - said.keys():
                    if held[content].superseded_at is None:
                        held[content] = replace(held[content], superseded_at=reference.observed_at)
            for content, fact in said.items():
                if content not in held or held[content].superseded_at is not None:
                    held[content] = fact
            found.documents.append(reference)
            found.answers.append(mapped.answer(subject, reference))
        found.facts += held.values()

    # --- what the mirror computes

    def _mirror(self, found: Gathered, key: EntityKey, before: Organisation | None, now: Organisation) -> None:
        first, last = (moment.date().isoformat() for moment in self._moments)
        version = "SNI2025"
        changes: tuple[tuple[str, str | None, str | None, dict[str, str]], ...] = (
            ("name", _names(before), _names(now), {}),
            ("address", _written(before.postal if before else None), _written(now.postal), {}),
            ("industry", ", ".join(before.sni) if before else None, ", ".join(now.sni),
             {"version_before": version, "version_after": version}),
            ("status", _ACTIVITY[before.activity] if before else None, _ACTIVITY[now.activity], {}),
        )  # fmt: skip
        told = [
            {"what": what, "before": old, "after": new, "not_before": first, "not_after": last, **more}
            for what, old, new, more in changes
            if old is not None and old != new
        ]
        active, bankrupt, new = self._counts.get(_place(now.postal), (0, 0, 0))
        counted = {
            "address": _place(now.postal),
            "active": active,
            "bankrupt_3_years": bankrupt,
            "registered_12_months": new,
        }
        computed: tuple[tuple[str, Predicate, list[dict[str, Any]]], ...] = (
            ("register_history", Predicate.CHANGE, told),
            ("register_statistics", Predicate.ADDRESS_STATISTICS, [counted]),
            ("register_neighbours", Predicate.NAME, []),
        )
        for source, predicate, values in computed:
            document = self._document(source, f"{source}/{key}".encode(), 1)
            at = document.reference().observed_at
            facts = tuple(
                Fact(key, predicate, value, source, document.reference().sha256, f"/{index}", at)
                for index, value in enumerate(values)
            )
            self._record(found, key, [None, (document, Mapped(AnswerStatus.FOUND, facts))])


def _scb_rows(organisations: Iterable[Organisation]) -> dict[str, Row]:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "scb.txt"
        path.write_bytes(scb_text(organisations))
        return {row.number: row for row in scb_reader.read(path, ReadReport())}


def _posts(organisations: Iterable[Organisation]) -> dict[str, list[Organisation]]:
    posts: dict[str, list[Organisation]] = defaultdict(list)
    for organisation in organisations:
        people: dict[str, Person] = {o.person.number: o.person for o in organisation.officers if o.person}
        for number in people if organisation.in_bolagsverket else ():
            posts[number].append(organisation)
    return posts


def _place(address: Address) -> str:
    return address_key(address.street, address.postal_code, address.city, address.care_of) or ""


def _counted(organisations: Iterable[Organisation], day: date) -> dict[str, tuple[int, int, int]]:
    """Per address: active, bankrupt in three years, registered in twelve months."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for organisation in organisations:
        count = counts[_place(organisation.postal)]
        failed = [each.date for each in organisation.proceedings if each.code == "KK"]
        if organisation.deregistration_reason == "KKAV" and organisation.deregistered:
            failed.append(organisation.deregistered)
        active = organisation.activity == "1" and organisation.deregistered is None
        count[0] += active
        count[1] += any((day - each).days <= _THREE_YEARS for each in failed)
        count[2] += active and (day - organisation.registered).days <= _YEAR
    return {place: (count[0], count[1], count[2]) for place, count in counts.items()}


def _names(organisation: Organisation | None) -> str | None:
    return "; ".join(name.name for name in organisation.names) if organisation else None


def _written(address: Address | None) -> str | None:
    if address is None:
        return None
    care_of = f"c/o {address.care_of}" if address.care_of else ""
    return ", ".join(part for part in (care_of, address.street, f"{address.postal_code} {address.city}") if part)
