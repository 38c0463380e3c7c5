"""Questions answered from the mirrored register: rows, changes, counts at an address, bankrupt neighbours.

Every answer is a document of its own: canonical JSON that quotes the mirrored rows as published, with the line and the
SHA-256 of the bulk file they stand in, so that it can be stored with the case and led back to the register.

Invariant: a register that was never loaded *did not answer* (``SourceFailure`` with ``NOT_LOADED``); only a loaded one
can say *not found*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from connectors.base import FailureReason, FetchedDocument, Mapped, SourceFailure
from connectors.bolagsverket_bulk import mapper as bolagsverket_mapper
from connectors.bolagsverket_bulk import reader as bolagsverket_reader
from connectors.bulk import Row
from connectors.codes import DEREGISTRATIONS, LEGAL_FORMS, ORGANISATION_FORMS
from connectors.messages import message
from connectors.registry import SOURCES
from connectors.scb_bulk import mapper as scb_mapper
from connectors.scb_bulk import reader as scb_reader
from connectors.statements import sni_version, tidy
from graph.addresses import address_key
from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    Fact,
    MissingPart,
    Predicate,
    canonical_json,
    organisation_key,
)

BOLAGSVERKET = bolagsverket_reader.SOURCE
SCB = scb_reader.SOURCE
HISTORY = "register_history"
STATISTICS = "register_statistics"
NEIGHBOURS = "register_neighbours"
ANSWERED = (BOLAGSVERKET, SCB, HISTORY, STATISTICS, NEIGHBOURS)
"""The sources that ``register_answer`` answers."""

PRODUCER = "Genomlys"
MEDIA_TYPE = "application/json"
NOT_IN_REGISTER = "FINNS_EJ_I_REGISTRET"

BANKRUPT_YEARS = 3
REGISTERED_MONTHS = 12
NEIGHBOUR_MONTHS = 12
"""Bankruptcies from so long before to so long after the registration: wider than NET-01 asks, which narrows it."""
NEIGHBOUR_LIMIT = 50
"""Neighbours told; more are cut off, and the answer says so."""
CANDIDATE_LIMIT = 500
"""Candidates looked at before industries are compared."""
NAME_SIMILARITY = 0.45
"""Trigram similarity from which a name is a candidate; NET-01 compares names with care afterwards."""
_NEIGHBOUR_PREDICATES = frozenset(
    {
        Predicate.NAME,
        Predicate.LEGAL_FORM,
        Predicate.REGISTRATION,
        Predicate.DEREGISTRATION,
        Predicate.PROCEEDING,
        Predicate.ADDRESS,
        Predicate.INDUSTRY,
    }
)


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A bulk file that was loaded."""

    load_id: int
    source: str
    name: str
    sha256: str
    stated_at: datetime | None
    retrieved_at: datetime

    @property
    def observed_at(self) -> datetime:
        """When the content held according to the source, else when we got it."""
        return self.stated_at or self.retrieved_at

    def as_json(self) -> dict[str, Any]:
        """As documents quote it."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "stated_at": self.stated_at,
            "retrieved_at": self.retrieved_at,
        }


@dataclass(frozen=True, slots=True)
class MirroredRow:
    """One organisation's row in one register."""

    row: Row
    file: LoadedFile
    """The file that first stated the row as it is."""
    latest: LoadedFile
    """The newest file, which states it still, unless ``removed``."""
    removed: bool
    """The newest file no longer holds the organisation."""

    @property
    def observed_at(self) -> datetime:
        """The newest time at which the source stated this row."""
        return self.file.observed_at if self.removed else self.latest.observed_at

    def as_json(self) -> dict[str, Any]:
        """As documents quote it: the published columns and where they stand."""
        return {
            "line": self.row.line,
            "columns": self.row.columns,
            "file": self.file.as_json(),
            "confirmed_by": None if self.removed else self.latest.as_json(),
        }


@dataclass(frozen=True, slots=True)
class MirroredOrganisation:
    """What the mirror holds about one organisation; a register that does not have it is ``None``."""

    number: str
    bolagsverket: MirroredRow | None
    scb: MirroredRow | None

    @property
    def name(self) -> str:
        """The registered name, Bolagsverket's before SCB's."""
        if self.bolagsverket is not None:
            for name, *_ in bolagsverket_mapper.name_entries(self.bolagsverket.row.columns["organisationsnamn"]):
                return tidy(name) or ""
        return (tidy(self.scb.row.columns["Namn"]) or "") if self.scb is not None else ""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How current one mirrored register is."""

    source: str
    file: LoadedFile | None
    """The file that is mirrored; ``None`` = never loaded."""
    loaded_at: datetime | None
    rows: int
    stale: bool
    """The newest attempt was refused, or the file is older than the source's ``fresh_days``."""
    refusal: str | None
    """Why the newest attempt was refused."""


@dataclass(frozen=True, slots=True)
class OrganisationEvent:
    """One aspect of one organisation that differs between two files. ``before``/``after`` in words."""

    id: int
    number: str
    source: str
    what: str
    before: str | None
    after: str | None
    not_before: datetime
    not_after: datetime


# ---------------------------------------------------------------------- what is mirrored


def lookup(session: Session, number: str) -> MirroredOrganisation | None:
    """What the newest files say about the organisation with this ten-digit number; ``None`` if they do not have it."""
    organisation = MirroredOrganisation(number, _row(session, BOLAGSVERKET, number), _row(session, SCB, number))
    return organisation if organisation.bolagsverket or organisation.scb else None


def freshness(session: Session, now: datetime | None = None) -> tuple[Freshness, ...]:
    """How current each mirrored register is, Bolagsverket's first."""
    moment = now or datetime.now(UTC)
    found = []
    for source in (BOLAGSVERKET, SCB):
        newest = session.execute(
            text("SELECT state, reason FROM register_load WHERE source = :source ORDER BY id DESC LIMIT 1"),
            {"source": source},
        ).one_or_none()
        file = _latest(session, source)
        refusal = newest.reason if newest is not None and newest.state == "refused" else None
        loaded_at, rows = None, 0
        if file is not None:
            loaded_at, rows = session.execute(
                text("SELECT recorded_at, rows FROM register_load WHERE id = :id"), {"id": file.load_id}
            ).one()
        old = file is not None and moment - file.observed_at > timedelta(days=SOURCES[source].fresh_days)
        found.append(Freshness(source, file, loaded_at, rows, old or refusal is not None, refusal))
    return tuple(found)


def events(session: Session, *, after: int = 0, limit: int = 10_000) -> Iterator[OrganisationEvent]:
    """Change events of all organisations in the order they were recorded, from the one after id ``after``."""
    for row in session.execute(
        text("SELECT * FROM organisation_event WHERE id > :after ORDER BY id LIMIT :limit"),
        {"after": after, "limit": limit},
    ):
        yield _event(row)


def _latest(session: Session, source: str) -> LoadedFile | None:
    row = session.execute(
        text(
            "SELECT id, source, name, sha256, stated_at, retrieved_at FROM register_load "
            "WHERE source = :source AND state = 'loaded' ORDER BY id DESC LIMIT 1"
        ),
        {"source": source},
    ).one_or_none()
    return None if row is None else LoadedFile(*row)


def _loaded(session: Session, source: str, asked: str) -> LoadedFile:
    file = _latest(session, source)
    if file is None:
        raise SourceFailure(asked, FailureReason.NOT_LOADED, message("ask.not_loaded", source=source))
    return file


_COLUMNS = {BOLAGSVERKET: bolagsverket_reader.COLUMNS, SCB: scb_reader.COLUMNS}
_TABLES = {BOLAGSVERKET: "register_bolagsverket", SCB: "register_scb"}


def _row(session: Session, source: str, number: str, *, removed: bool = False) -> MirroredRow | None:
    return _rows(session, source, [number], removed=removed).get(number)


def _rows(session: Session, source: str, numbers: list[str], *, removed: bool) -> dict[str, MirroredRow]:
    """Mirrored rows by number; with ``removed`` also those that the newest file no longer holds."""
    if not numbers or (latest := _latest(session, source)) is None:
        return {}
    columns = _COLUMNS[source]
    fields = ", ".join(f"mirror.{name.lower()}" for name in columns)
    result = session.execute(
        text(
            f"SELECT mirror.number, mirror.line, mirror.removed_in, load.id, load.source, load.name, load.sha256, "  # noqa: S608 - names from this module only
            f"load.stated_at, load.retrieved_at, {fields} FROM {_TABLES[source]} AS mirror "
            "JOIN register_load AS load ON load.id = mirror.load_id WHERE mirror.number = ANY(:numbers)"
        ),
        {"numbers": [int(number) for number in numbers if number.isdecimal()]},
    )
    found = {}
    for mirrored, line, removed_in, *rest in result:
        if removed_in is not None and not removed:
            continue
        number = f"{mirrored:010d}"
        row = Row(line, number, dict(zip(columns, rest[6:], strict=True)))
        found[number] = MirroredRow(row, LoadedFile(*rest[:6]), latest, removed_in is not None)
    return found


# ---------------------------------------------------------------------- answers


def register_answer(session: Session, source: str, number: str, now: datetime) -> tuple[FetchedDocument, Mapped]:
    """Ask the mirror about the organisation ``number`` (ten digits) as one of the sources in ``ANSWERED``.

    The document's ``stated_at`` is the bulk file's own time, its ``retrieved_at`` is ``now``.

    Raises:
        SourceFailure: ``NOT_LOADED`` when the register behind the source was never loaded.
        KeyError: ``source`` is none of them.
    """
    answer = {
        BOLAGSVERKET: _bolagsverket_answer,
        SCB: _scb_answer,
        HISTORY: _history_answer,
        STATISTICS: _statistics_answer,
        NEIGHBOURS: _neighbours_answer,
    }[source]
    return answer(session, number, now)


class _NoPersons:
    """A keyer for rows that hold no person: the mirror never has one."""

    def by_number(self, number: str) -> EntityKey:
        raise AssertionError("the mirrored register holds no persons")

    def by_description(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        raise AssertionError("the mirrored register holds no persons")


_NO_PERSONS = _NoPersons()


def _document(
    source: str, number: str, content: Mapping[str, Any], stated_at: datetime, now: datetime
) -> FetchedDocument:
    return FetchedDocument(
        source=source,
        content=canonical_json({"source": source, "number": number, **content}).encode(),
        media_type=MEDIA_TYPE,
        request=f"{SOURCES[source].name_sv}: organisationsnummer {number}",
        retrieved_at=now,
        stated_at=stated_at,
    )


def _bolagsverket_answer(session: Session, number: str, now: datetime) -> tuple[FetchedDocument, Mapped]:
    latest = _loaded(session, BOLAGSVERKET, BOLAGSVERKET)
    mirrored = _row(session, BOLAGSVERKET, number)
    document = _row_document(BOLAGSVERKET, number, latest, mirrored, now)
    rows = [] if mirrored is None else [mirrored.row]
    return document, bolagsverket_mapper.map_facts(rows, document.reference(), _NO_PERSONS)


def _scb_answer(session: Session, number: str, now: datetime) -> tuple[FetchedDocument, Mapped]:
    latest = _loaded(session, SCB, SCB)
    mirrored = _row(session, SCB, number)
    document = _row_document(SCB, number, latest, mirrored, now)
    rows = [] if mirrored is None else [mirrored.row]
    return document, scb_mapper.map_facts(rows, document.reference(), _NO_PERSONS)


def _row_document(
    source: str, number: str, latest: LoadedFile, mirrored: MirroredRow | None, now: datetime
) -> FetchedDocument:
    content = (
        {"found": False, "searched": latest.as_json()} if mirrored is None else {"found": True, **mirrored.as_json()}
    )
    return _document(source, number, content, latest.observed_at, now)


# --- history


def _history_answer(session: Session, number: str, now: datetime) -> tuple[FetchedDocument, Mapped]:
    """Change events as ``CHANGE`` facts. A register of which one file was loaded has no history yet: a missing part."""
    files = {
        source: [
            LoadedFile(*row)
            for row in session.execute(
                text(
                    "SELECT id, source, name, sha256, stated_at, retrieved_at FROM register_load "
                    "WHERE source = :source AND state = 'loaded' ORDER BY id"
                ),
                {"source": source},
            )
        ]
        for source in (BOLAGSVERKET, SCB)
    }
    if not any(files.values()):
        _loaded(session, BOLAGSVERKET, HISTORY)
    told = [
        _event(row)
        for row in session.execute(
            text("SELECT * FROM organisation_event WHERE number = :number ORDER BY id"), {"number": number}
        )
    ]
    stated_at = max(each[-1].observed_at for each in files.values() if each)
    document = _document(
        HISTORY,
        number,
        {
            "events": [
                {
                    "register": event.source,
                    "what": event.what,
                    "before": event.before,
                    "after": event.after,
                    "not_before": event.not_before,
                    "not_after": event.not_after,
                }
                for event in told
            ],
            "files": {source: [file.as_json() for file in each] for source, each in files.items()},
        },
        stated_at,
        now,
    )
    missing = tuple(
        MissingPart(f"ändringar i {SOURCES[source].name_sv}", PRODUCER, reason, (Predicate.CHANGE,))
        for source, each in files.items()
        if (reason := {0: FailureReason.NOT_LOADED.value, 1: "single_file"}.get(len(each))) is not None
    )
    if not told and lookup(session, number) is None:
        return document, Mapped(AnswerStatus.NOT_FOUND, missing=missing, reason=NOT_IN_REGISTER)
    facts = tuple(
        _fact(document, organisation_key(number), Predicate.CHANGE, _change(event), f"/events/{index}")
        for index, event in enumerate(told)
    )
    return document, Mapped(AnswerStatus.FOUND, facts=facts, missing=missing)


def _change(event: OrganisationEvent) -> dict[str, Any]:
    value: dict[str, Any] = {
        "what": event.what,
        "before": event.before,
        "after": event.after,
        "not_before": event.not_before.date().isoformat(),
        "not_after": event.not_after.date().isoformat(),
        "register": event.source,
    }
    if event.what == "industry":
        value["version_before"] = _sni_version(event.not_before)
        value["version_after"] = _sni_version(event.not_after)
    return value


def _sni_version(moment: datetime) -> str:
    return sni_version(DocumentReference("", SCB, MEDIA_TYPE, "", moment, moment))


def _event(row: Any) -> OrganisationEvent:
    return OrganisationEvent(
        id=row.id,
        number=row.number,
        source=row.source,
        what=row.what,
        before=_in_words(row.source, row.what, row.before),
        after=_in_words(row.source, row.what, row.after),
        not_before=row.not_before,
        not_after=row.not_after,
    )


_ACTIVITY_STATES = {"0": "aldrig verksam", "1": "verksam", "9": "inte längre verksam"}


def _in_words(source: str, what: str, value: str | None) -> str | None:
    """An aspect as published, in words; ``None`` when the register did not hold the organisation."""
    if value is None:
        return None
    if what == "industry":
        return value.replace(",", ", ")
    if source == SCB:
        return _scb_in_words(what, value)
    if what == "name":
        return tidy("; ".join(name for name, *_ in bolagsverket_mapper.name_entries(value))) or ""
    if what == "address":
        return _address_in_words(bolagsverket_mapper.address_parts(value))
    if what == "status":
        day, _, cause = value.rpartition("$")
        code = cause.removesuffix("-AVORG")
        if not day and not code:
            return "registrerad"
        known = DEREGISTRATIONS.get(code)
        return " ".join(
            part for part in ("avregistrerad", day, f"({known.text if known else code})" if code else "") if part
        )
    if what == "legal_form":
        code = value.removesuffix("-ORGFO")
        return ORGANISATION_FORMS.get(code, code)
    return "; ".join(
        f"{proceeding.text}{' ' + day if day else ''}"
        for _, proceeding, day in bolagsverket_mapper.proceeding_entries(value)
    )


def _scb_in_words(what: str, value: str) -> str:
    if what == "name":
        return tidy("; ".join(value.split("$"))) or ""
    if what == "address":
        street, care_of, city, postal_code = value.split("$")[:4]
        return _address_in_words({"street": street, "care_of": care_of, "city": city, "postal_code": postal_code})
    if what == "legal_form":
        return LEGAL_FORMS.get(value, value)
    activity, _, population = value.partition("$")
    words = _ACTIVITY_STATES.get(activity, f"FtgStat {activity}")
    return f"{words}, utgången ur SCB:s register" if population == "9" else words


def _address_in_words(parts: Mapping[str, str | None]) -> str:
    place = " ".join(part for part in (parts.get("postal_code"), parts.get("city")) if part)
    return tidy(", ".join(part for part in (parts.get("care_of"), parts.get("street"), place) if part)) or ""


def _fact(
    document: FetchedDocument, subject: EntityKey, predicate: Predicate, value: dict[str, Any], place: str
) -> Fact:
    reference = document.reference()
    return Fact(
        subject=subject,
        predicate=predicate,
        value=value,
        source=reference.source,
        document=reference.sha256,
        place=place,
        observed_at=reference.observed_at,
    )


# --- statistics


def _statistics_answer(session: Session, number: str, now: datetime) -> tuple[FetchedDocument, Mapped]:
    """Who else stands at the organisation's addresses, counted by the mirror's own key on the bulk file's day.

    ``active`` = not struck off and not bankrupt. The fact's ``address`` is ``graph.addresses.address_key``, so that it
    can be compared with the dossier's addresses.
    """
    latest = _loaded(session, BOLAGSVERKET, STATISTICS)
    day = latest.observed_at.date()
    organisation = lookup(session, number)
    counted = [] if organisation is None else list(_counted_addresses(session, organisation, day))
    document = _document(
        STATISTICS,
        number,
        {"found": organisation is not None, "as_of": day, "addresses": counted, "file": latest.as_json()},
        latest.observed_at,
        now,
    )
    if organisation is None:
        return document, Mapped(AnswerStatus.NOT_FOUND, reason=NOT_IN_REGISTER)
    facts = tuple(
        _fact(
            document,
            organisation_key(number),
            Predicate.ADDRESS_STATISTICS,
            {**each, "as_of": day.isoformat()},
            f"/addresses/{index}",
        )
        for index, each in enumerate(counted)
    )
    missing = () if facts else (MissingPart("postadress", PRODUCER, "no_address", (Predicate.ADDRESS_STATISTICS,)),)
    return document, Mapped(AnswerStatus.FOUND, facts=facts, missing=missing)


def _addresses(session: Session, organisation: MirroredOrganisation) -> dict[int, dict[str, str | None]]:
    """The organisation's postal addresses by the mirror's key, Bolagsverket's first."""
    parts = []
    if organisation.bolagsverket is not None:
        parts.append(bolagsverket_mapper.address_parts(organisation.bolagsverket.row.columns["postadress"]))
    if organisation.scb is not None:
        columns = organisation.scb.row.columns
        parts.append(
            {
                "street": columns["Gatuadress"],
                "care_of": columns["COAdress"],
                "postal_code": columns["PostNr"],
                "city": columns["PostOrt"],
            }
        )
    found: dict[int, dict[str, str | None]] = {}
    for each in parts:
        key = session.execute(
            text("SELECT register_address_key(:street, :care_of, :postal_code, :city)"),
            {name: each[name] or "" for name in ("street", "care_of", "postal_code", "city")},
        ).scalar_one()
        if key is not None:
            found.setdefault(key, each)
    return found


def _counted_addresses(session: Session, organisation: MirroredOrganisation, day: date) -> Iterator[dict[str, Any]]:
    for key, parts in _addresses(session, organisation).items():
        active, bankrupt, registered = session.execute(
            text(
                "SELECT count(*) FILTER (WHERE removed_in IS NULL AND bankrupt_on IS NULL "
                "AND avregistreringsdatum IN ('', 'null') AND avregistreringsorsak IN ('', 'null')), "
                "count(*) FILTER (WHERE bankrupt_on BETWEEN :bankrupt_since AND :day), "
                "count(*) FILTER (WHERE removed_in IS NULL AND registreringsdatum BETWEEN :registered_since AND :day) "
                "FROM register_bolagsverket WHERE address_key = :key"
            ),
            {
                "key": key,
                "day": day.isoformat(),
                "bankrupt_since": _months_from(day, -12 * BANKRUPT_YEARS).isoformat(),
                "registered_since": _months_from(day, -REGISTERED_MONTHS).isoformat(),
            },
        ).one()
        yield {
            "address": address_key(parts["street"], parts["postal_code"], parts["city"], parts["care_of"]) or "",
            "shown": _address_in_words(parts),
            "active": active,
            "bankrupt_3_years": bankrupt,
            "registered_12_months": registered,
        }


def _months_from(day: date, months: int) -> date:
    """``day`` moved by whole months; the last day of the month when the day does not exist there."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for candidate in (day.day, 30, 29):
        try:
            return date(year, month + 1, min(candidate, day.day))
        except ValueError:
            continue
    return date(year, month + 1, 28)


# --- neighbours


def _neighbours_answer(session: Session, number: str, now: datetime) -> tuple[FetchedDocument, Mapped]:
    """Organisations that went bankrupt around the day the party was registered, at its address or under a like name.

    An organisation whose industry is known and differs in the first three digits is left out; one that SCB has purged
    is compared by the industry it had last. Facts are about the neighbours, not about the party.
    """
    latest = _loaded(session, BOLAGSVERKET, NEIGHBOURS)
    organisation = lookup(session, number)
    if organisation is None:
        document = _document(NEIGHBOURS, number, {"found": False, "file": latest.as_json()}, latest.observed_at, now)
        return document, Mapped(AnswerStatus.NOT_FOUND, reason=NOT_IN_REGISTER)
    missing: list[MissingPart] = []
    bankruptcy = (Predicate.PROCEEDING, Predicate.DEREGISTRATION)
    if _latest(session, SCB) is None:
        missing.append(MissingPart("näringsgren", PRODUCER, FailureReason.NOT_LOADED.value, (Predicate.INDUSTRY,)))
    registered = _registered_on(organisation)
    told: list[dict[str, Any]] = []
    facts: list[tuple[MirroredRow, str]] = []
    window: list[date] = []
    if registered is None:
        missing.append(MissingPart("registreringsdatum", PRODUCER, "no_registration_date", bankruptcy))
    else:
        window = [_months_from(registered, -NEIGHBOUR_MONTHS), _months_from(registered, NEIGHBOUR_MONTHS)]
        candidates = _candidates(session, organisation, window)
        numbers = [candidate["number"] for candidate in candidates]
        bolagsverket = _rows(session, BOLAGSVERKET, numbers, removed=True)
        scb = _rows(session, SCB, numbers, removed=True)
        own = _industry_groups(organisation.scb)
        truncated = len(candidates) > CANDIDATE_LIMIT
        for candidate in candidates[:CANDIDATE_LIMIT]:
            there = scb.get(candidate["number"])
            if not _may_share_industry(own, _industry_groups(there)):
                continue
            if len(told) == NEIGHBOUR_LIMIT:
                truncated = True
                break
            pointer = f"/neighbours/{len(told)}"
            here = bolagsverket[candidate["number"]]
            facts.append((here, f"{pointer}/bolagsverket"))
            if there is not None:
                facts.append((there, f"{pointer}/scb"))
            told.append(
                {**candidate, "bolagsverket": here.as_json(), "scb": None if there is None else there.as_json()}
            )
        if truncated:
            missing.append(MissingPart("angränsande organisationer", PRODUCER, "truncated", bankruptcy))
    document = _document(
        NEIGHBOURS,
        number,
        {"found": True, "bankrupt_between": window, "neighbours": told, "file": latest.as_json()},
        latest.observed_at,
        now,
    )
    return document, Mapped(
        AnswerStatus.FOUND,
        facts=tuple(fact for mirrored, pointer in facts for fact in _quoted(document, mirrored, pointer)),
        missing=tuple(missing),
    )


def _registered_on(organisation: MirroredOrganisation) -> date | None:
    for mirrored, column, layout in (
        (organisation.bolagsverket, "registreringsdatum", "%Y-%m-%d"),
        (organisation.scb, "RegDatKtid", "%Y%m%d"),
    ):
        if mirrored is not None:
            try:
                return datetime.strptime(mirrored.row.columns[column][:10], layout).replace(tzinfo=UTC).date()
            except ValueError:
                continue
    return None


def _candidates(session: Session, organisation: MirroredOrganisation, window: list[date]) -> list[dict[str, Any]]:
    """Bankrupt organisations at the same address or with a like name: two index scans, the closest first."""
    session.execute(
        text("SELECT set_config('pg_trgm.similarity_threshold', :threshold, true)"),
        {"threshold": str(NAME_SIMILARITY)},
    )
    rows = session.execute(
        text(
            "WITH party AS (SELECT register_name_key(:name) AS name) "
            "SELECT lpad(mirror.number::text, 10, '0') AS number, mirror.bankrupt_on, "
            "coalesce(mirror.address_key = ANY(:addresses), false) AS same_address, "
            "round(similarity(register_name_key(mirror.organisationsnamn), party.name)::numeric, 2)::float8 "
            "AS name_similarity "
            "FROM register_bolagsverket AS mirror, party WHERE mirror.bankrupt_on IS NOT NULL "
            "AND mirror.bankrupt_on BETWEEN :first AND :last AND mirror.number <> :number "
            "AND (mirror.address_key = ANY(:addresses) OR register_name_key(mirror.organisationsnamn) % party.name) "
            "ORDER BY same_address DESC, name_similarity DESC, mirror.number LIMIT :limit"
        ),
        {
            "name": organisation.name,
            "addresses": list(_addresses(session, organisation)),
            "first": window[0].isoformat(),
            "last": window[1].isoformat(),
            "number": int(organisation.number),
            "limit": CANDIDATE_LIMIT + 1,
        },
    )
    return [dict(row) for row in rows.mappings()]


def _industry_groups(mirrored: MirroredRow | None) -> dict[str, set[str]]:
    """First three digits of the known industries, by SNI version."""
    if mirrored is None:
        return {}
    codes = {mirrored.row.columns[f"Ng{rank}"].strip() for rank in range(1, 6)} - {"", "00000"}
    return {_sni_version(mirrored.observed_at): {code[:3] for code in codes}} if codes else {}


def _may_share_industry(left: dict[str, set[str]], right: dict[str, set[str]]) -> bool:
    """Whether a group is shared, or the two cannot be compared (unknown, or of different SNI versions)."""
    comparable = left.keys() & right.keys()
    return not comparable or any(left[version] & right[version] for version in comparable)


def _quoted(document: FetchedDocument, mirrored: MirroredRow, pointer: str) -> Iterator[Fact]:
    """The facts of a quoted row, dated by the file that last stated it."""
    reference = replace(document.reference(), stated_at=mirrored.observed_at)
    mapper = bolagsverket_mapper if mirrored.file.source == BOLAGSVERKET else scb_mapper
    for fact in mapper.map_facts([mirrored.row], reference, _NO_PERSONS).facts:
        if fact.predicate in _NEIGHBOUR_PREDICATES:
            yield replace(fact, place=f"{pointer}, {fact.place}")
