"""The frozen types that everything else is made of: facts, answers, documents, list entries.

A **fact** says one thing about one entity, in one document, at one place in that document. A link between
two entities (an office held, a share owned) is a fact with an ``object``. Terms follow FollowTheMoney and
BODS 0.4 where they have one.

Invariants:

* an organisation's key is ``SE:ORG:<ten digits>`` (a foreign one ``<ISO 3166 alpha-2>:<scheme>:<id>``);
* a person's key is ``PERSON:<keyed hash>``: a personnummer is never in a key, a fact or a document reference;
* *found*, *not found* and *did not answer* are three answers and never collapse into two.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType, Protocol

EntityKey = NewType("EntityKey", str)
"""Canonical key of an organisation or a person inside one dossier."""

Value = Mapping[str, Any]
"""A fact's value: a flat JSON object whose members ``Predicate`` describes."""

ORGANISATION_PREFIX = "SE:ORG:"
PERSON_PREFIX = "PERSON:"


def organisation_key(organisation_number: str) -> EntityKey:
    """Key of a Swedish legal person from its ten-digit, already validated number."""
    return EntityKey(f"{ORGANISATION_PREFIX}{organisation_number}")


def organisation_number_of(key: str) -> str | None:
    """The ten-digit organisation number in ``key``, or ``None`` if it is not a Swedish organisation."""
    return key.removeprefix(ORGANISATION_PREFIX) if key.startswith(ORGANISATION_PREFIX) else None


def is_person(key: str) -> bool:
    """Whether ``key`` denotes a natural person."""
    return key.startswith(PERSON_PREFIX)


class Predicate(StrEnum):
    """What a fact says. The comment gives the members of ``Fact.value`` (a trailing ? = may be null)."""

    # --- organisation
    NAME = "name"  # name, kind: registered|foreign_language|secondary|former|trading, registered_on?
    LEGAL_FORM = "legal_form"  # scheme: bolagsverket|scb, code, text?
    REGISTRATION = "registration"  # date (ISO), register: bolagsverket|scb
    DEREGISTRATION = "deregistration"  # date?, code?, text?, cause: bankruptcy|liquidation|merger|report_missing|other
    PROCEEDING = (
        "proceeding"  # kind: bankruptcy|liquidation|reconstruction|composition|resolution|merger|division|other,
    )
    #                            state: ongoing|ended|annulled, code?, text?, date?
    ADDRESS = "address"  # kind: postal|visiting, street?, care_of?, postal_code?, city?, country?
    INDUSTRY = "industry"  # code (five digits), version: SNI2007|SNI2025, text?, rank (1 = main)
    ACTIVITY = "activity"  # text
    ACTIVE = "active"  # active: bool (SCB's criterion: VAT, F-tax or employer; not deregistration)
    F_TAX = "f_tax"  # registered: bool
    VAT = "vat"  # registered: bool
    EMPLOYER = "employer"  # registered: bool
    EMAIL = "email"  # address
    PHONE = "phone"  # number
    SEAT = "seat"  # municipality_code?, municipality?, county_code?, county?
    FINANCIAL_YEAR = "financial_year"  # from_month, from_day, to_month, to_day
    SIGNATORY = "signatory"  # text (firmateckning)
    SHARES = "shares"  # number?, capital?, currency?
    IDENTIFIER = "identifier"  # scheme: SE-ORG|LEI|VAT|…, number (never a personnummer)
    JURISDICTION = "jurisdiction"  # country (ISO 3166 alpha-2)
    LISTED_COMPANY = "listed_company"  # exchange?: its shares are publicly traded
    ADVERTISING = "advertising"  # accepts: bool (reklamspärr)
    MISCELLANEOUS = "miscellaneous"  # name, value: a published block that no rule reads yet
    CHANGE = "change"  # what: name|address|industry|status|legal_form, before?, after?, not_before?, not_after
    ADDRESS_STATISTICS = "address_statistics"  # address, active, bankrupt_3_years, registered_12_months
    # --- person
    PERSON_NAME = "person_name"  # name, given?, family?
    BIRTH_DATE = "birth_date"  # date (YYYY, YYYY-MM or YYYY-MM-DD)
    NATIONALITY = "nationality"  # country (ISO 3166 alpha-2); only from ownership files and lists, for 5k and lists
    RESIDENCE = "residence"  # place?, country?
    # --- links: subject -> object
    OFFICER = "officer"  # organisation -> person|organisation: role (text as published), position: a Position value
    OWNERSHIP = "ownership"  # owner -> owned: interest (BODS), exact?, minimum?, maximum? (per cent), direct: bool?,
    #                          beneficial: bool?
    ENGAGEMENT = "engagement"  # person -> organisation (SSBTEN): form?, name?
    # --- the municipality's own records (one case each)
    TERMINATION = "termination"  # organisation: decided_on, reason, reference?, contract_kind (LOU|LUF|LUK|LUFS|LOV|
    #                              lease|grant|other), name?: a contract that the municipality ended early
    SUBCONTRACT = "subcontract"  # supplier -> subcontractor: contract?, name?, tier? (declared), share_pct?,
    #                              allowed_tiers?
    HANDLER = "handler"  # person: name, identified: bool (by number): somebody who handles this case
    DECLARED_RELATION = "declared_relation"  # handler -> organisation|person?: relation?, name?, handler
    LEASE_TERMS = "lease_terms"  # tenant: premises?, purpose?, allowed_sni (beginnings of codes), entry_on,
    #                              owner_clause?, owner_change_notified_on?, guarantor? (an entity key)
    RENT_PAYMENT = "rent_payment"  # tenant -> payer?: paid_on?, payments (how many), payer: organisation|person, name?
    # --- lists
    LISTED = "listed"  # a list entry itself: list, entry, programme?, schema
    LIST_HIT = "list_hit"  # see graph.matching: list, list_version, entry, entry_name, matched_name, score, …


class Position(StrEnum):
    """The kind of office behind a published role text."""

    BOARD_CHAIR = "board_chair"
    BOARD_MEMBER = "board_member"
    DEPUTY = "deputy"
    CHIEF_EXECUTIVE = "chief_executive"
    AUDITOR = "auditor"
    LIQUIDATOR = "liquidator"
    PARTNER = "partner"
    SIGNATORY = "signatory"
    OTHER = "other"

    @property
    def controls(self) -> bool:
        """Whether the office belongs to administration, management or supervision (LOU 13:1 st2)."""
        return self not in (Position.AUDITOR, Position.OTHER)


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no blanks: the one form that is hashed (dates in ISO 8601)."""
    return _CANONICAL.encode(value)


def _encode(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical JSON form")


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_encode)
"""One encoder for all: making one for each fact was half of what hashing it cost."""


def sha256_hex(content: bytes) -> str:
    """SHA-256 of ``content`` as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """A stored document: the bytes a source gave, known by their hash.

    ``request`` describes the question in words without a personnummer; ``stated_at`` is the source's own time
    for the content (``Tidstampel``, ``generationDate``, ``Last-Modified``) when it gives one.
    """

    sha256: str
    source: str
    media_type: str
    request: str
    retrieved_at: datetime
    stated_at: datetime | None = None

    @property
    def observed_at(self) -> datetime:
        """When the content was true according to the source: its own time, else when we fetched it."""
        return self.stated_at or self.retrieved_at


class _Computed:
    """Where a fact keeps what is computed from it; no field, so neither compared nor written."""

    __slots__ = ("_content", "_id")
    _content: str
    _id: str


@dataclass(frozen=True, slots=True)
class Fact(_Computed):
    """One statement about ``subject``, made by ``document`` at ``place``.

    ``place`` is a JSON pointer, an XPath, ``row 17`` or another locator that a person can follow in the document.
    ``valid_from``/``valid_to`` are when it holds in the world, as far as the source says; ``observed_at`` is when
    the source stated it first, ``superseded_at`` when a later answer of the same source no longer did
    (``None`` = still stated).
    """

    subject: EntityKey
    predicate: Predicate
    value: Value
    source: str
    document: str
    place: str
    observed_at: datetime
    object: EntityKey | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    superseded_at: datetime | None = None

    @property
    def content(self) -> str:
        """What is said, without where and when: equal for two documents that state the same thing."""
        try:
            return self._content
        except AttributeError:
            said = [self.subject, self.predicate, self.object, dict(self.value), self.valid_from, self.valid_to]
            object.__setattr__(self, "_content", canonical_json([*said, self.source]))
            return self._content

    @property
    def id(self) -> str:
        """Stable identity of this statement in this document (32 hexadecimal digits).

        ``observed_at`` is part of it: a source that states A, then B, then A again in the same bytes states A twice.
        """
        try:
            return self._id
        except AttributeError:
            moment = round(self.observed_at.timestamp() * 1_000_000)
            whole = f"{self.content}|{self.document}|{self.place}|{moment}"
            object.__setattr__(self, "_id", sha256_hex(whole.encode())[:32])
            return self._id

    @property
    def order(self) -> tuple[str, str]:
        """What to sort by when nothing else decides: what is said, then ``id``.

        ``id`` alone depends on the document's bytes, so that two runs over the same registers would order differently.
        """
        return self.content, self.id


class AnswerStatus(StrEnum):
    """The three answers a source can give. They never collapse into two."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class MissingPart:
    """A block inside an otherwise good answer that its producer did not give."""

    part: str
    """The block's published name, e.g. ``UD0029`` or ``naringsgrenOrganisation``."""
    producer: str
    reason: str
    """The source's own code, e.g. ``OTILLGANGLIG_UPPGIFTSKALLA``."""
    predicates: tuple[Predicate, ...] = ()
    """What is therefore unknown."""


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What one source said when asked about one entity, once."""

    source: str
    subject: EntityKey
    status: AnswerStatus
    asked_at: datetime
    document: str | None = None
    reason: str | None = None
    """For ``no_answer``: a ``connectors.base.FailureReason`` value; for ``not_found``: the source's own code."""
    missing: tuple[MissingPart, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonIdentity:
    """The number behind a person key. Lives only between mapper and store; its ``repr`` shows nothing."""

    key: EntityKey
    number: str = field(repr=False)


class PersonKeyer(Protocol):
    """Makes person keys with a secret that this package never sees (implemented in ``screening.store``)."""

    def by_number(self, number: str) -> EntityKey:
        """Key of the person with this 12-digit personnummer, samordningsnummer or GD number."""
        ...

    def by_description(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        """Key of a person without a number. Without a birth date ``scope`` (the record) keeps namesakes apart."""
        ...


class ListedSchema(StrEnum):
    """What a list entry is (FollowTheMoney schema names)."""

    PERSON = "Person"
    ORGANISATION = "Organization"
    VESSEL = "Vessel"
    AIRCRAFT = "Airplane"


@dataclass(frozen=True, slots=True)
class ListedName:
    """One name of a list entry. ``weak`` marks the list's own low-quality aliases."""

    name: str
    kind: str = "primary"  # primary|alias|former|original_script
    weak: bool = False
    script_language: str | None = None


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One listed person, organisation or vessel, as one issue of one list states it."""

    list: str
    entry: str
    schema: ListedSchema
    names: tuple[ListedName, ...]
    programmes: tuple[str, ...] = ()
    birth_dates: tuple[str, ...] = ()
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; a range as ``1960/1965``."""
    countries: tuple[str, ...] = ()
    """Citizenship, nationality and address countries, ISO 3166 alpha-2 lower case."""
    addresses: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    """(type as published, number)."""
    swedish_numbers: tuple[str, ...] = ()
    """Ten-digit organisation numbers that the entry states."""
    listed_on: str | None = None
    remarks: str | None = None
    place: str = ""
    """Where in the list's document the entry stands."""
