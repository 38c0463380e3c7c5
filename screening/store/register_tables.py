"""Tables of the mirrored register and of the lists. They belong to no tenant: public registers, the same for all.

The mirror keeps rows as published, column by column under the published names in lower case, so that a fact leads to
the very field. ``line`` is the row's line in the file of ``load_id``: the file that first stated the row as it is now.
``removed_in`` is the load whose file no longer held the organisation (``NULL`` = still there).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Float,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlmodel import Field

from screening.store.tables import Base, _text, _time

_SHARED = {"shared": "public registers and lists, the same for every tenant"}


def _states() -> CheckConstraint:
    return CheckConstraint("state IN ('loaded', 'confirmed', 'refused')", name="state")


def _number() -> Any:
    return Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


def _integer(*, wide: bool = False, nullable: bool = False, default: str | None = None) -> Any:
    return Field(
        default=None if nullable or default else ...,
        sa_column=Column(BigInteger if wide else Integer, nullable=nullable, server_default=default),
    )


def _identity(*, wide: bool = False) -> Any:
    return Field(
        default=None, sa_column=Column(BigInteger if wide else Integer, Identity(always=True), primary_key=True)
    )


def _computed(expression: str, kind: Any = Text) -> Any:
    return Field(default=None, sa_column=Column(kind, Computed(expression, persisted=True)))


class RegisterLoadRow(Base, table=True):
    """One attempt to load a bulk file: loaded, confirmed (the same file again) or refused."""

    __tablename__ = "register_load"
    __table_args__ = (Index(None, "source", "id"), _states(), {"info": _SHARED})

    id: int | None = _identity()
    source: str = _text()
    sha256: str = _text()
    name: str = _text()
    request: str = _text()
    stated_at: datetime | None = _time(nullable=True)
    retrieved_at: datetime = _time()
    recorded_at: datetime = _time(now=True)
    state: str = _text()
    reason: str | None = _text(nullable=True)
    rows: int = _integer(wide=True, default="0")
    new: int = _integer(wide=True, default="0")
    changed: int = _integer(wide=True, default="0")
    unchanged: int = _integer(wide=True, default="0")
    removed: int = _integer(wide=True, default="0")
    persons: int = _integer(wide=True, default="0")
    others: int = _integer(wide=True, default="0")
    rejected: int = _integer(wide=True, default="0")
    events: int = _integer(wide=True, default="0")
    seconds: float = Field(default=0.0, sa_column=Column(Float(53), nullable=False, server_default="0"))


_BANKRUPT_ON = (
    "register_bankrupt_on(pagandeavvecklingselleromstruktureringsforfarande, "
    "avregistreringsorsak, avregistreringsdatum)"
)


class BolagsverketRow(Base, table=True):
    """One organisation's row in Bolagsverket's file."""

    __tablename__ = "register_bolagsverket"
    __table_args__ = (
        Index(None, "address_key"),
        Index(
            "register_bolagsverket_bankrupt_address_idx",
            "address_key",
            "bankrupt_on",
            postgresql_where=text("bankrupt_on IS NOT NULL"),
        ),
        Index(
            "register_bolagsverket_bankrupt_name_idx",
            literal_column("register_name_key(organisationsnamn)").label("name_key"),
            postgresql_using="gin",
            postgresql_ops={"name_key": "gin_trgm_ops"},
            postgresql_where=text("bankrupt_on IS NOT NULL"),
        ),
        {"info": _SHARED},
    )

    number: int = _number()
    hash: int = _integer(wide=True)
    load_id: int = _integer()
    line: int = _integer()
    removed_in: int | None = _integer(nullable=True)
    namnskyddslopnummer: str = _text()
    registreringsland: str = _text()
    organisationsnamn: str = _text()
    organisationsform: str = _text()
    avregistreringsdatum: str = _text()
    avregistreringsorsak: str = _text()
    pagandeavvecklingselleromstruktureringsforfarande: str = _text()
    registreringsdatum: str = _text()
    verksamhetsbeskrivning: str = _text()
    postadress: str = _text()
    address_key: int | None = _computed("register_postal_key(postadress)", BigInteger)
    bankrupt_on: str | None = _computed(_BANKRUPT_ON)


class ScbRow(Base, table=True):
    """One organisation's row in SCB's file, without its change flags."""

    __tablename__ = "register_scb"
    __table_args__ = ({"info": _SHARED},)

    number: int = _number()
    hash: int = _integer(wide=True)
    load_id: int = _integer()
    line: int = _integer()
    removed_in: int | None = _integer(nullable=True)
    coadress: str = _text()
    foretagsnamn: str = _text()
    ftgstat: str = _text()
    gatuadress: str = _text()
    jestat: str = _text()
    jurform: str = _text()
    namn: str = _text()
    ng1: str = _text()
    ng2: str = _text()
    ng3: str = _text()
    ng4: str = _text()
    ng5: str = _text()
    postnr: str = _text()
    postort: str = _text()
    regdatktid: str = _text()
    reklamsparrtyp: str = _text()


class RegisterNameRow(Base, table=True):
    """One name of one mirrored organisation, for searching by likeness; ``register_search`` fills it."""

    __tablename__ = "register_name"
    __table_args__ = (
        Index("register_name_key_idx", "key", "number"),
        {"info": _SHARED},
    )

    source: str = _text(primary_key=True)
    number: int = _number()
    position: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    name: str = _text()
    key: str = _text()


class RegisterKeyRow(Base, table=True):
    """One distinct key of ``register_name``; a key whose last holder has left the register finds nobody."""

    __tablename__ = "register_key"
    __table_args__ = (
        Index("register_key_key_idx", "key", postgresql_using="gin", postgresql_ops={"key": "gin_trgm_ops"}),
        {"info": _SHARED},
    )

    key: str = _text(primary_key=True)


class RegisterNameStateRow(Base, table=True):
    """The load of a register up to which ``register_name`` is filled."""

    __tablename__ = "register_name_state"
    __table_args__ = ({"info": _SHARED},)

    source: str = _text(primary_key=True)
    load_id: int = _integer()


class OrganisationEventRow(Base, table=True):
    """One aspect of one organisation that differs between two files; ``before``/``after`` as published."""

    __tablename__ = "organisation_event"
    __table_args__ = (
        ForeignKeyConstraint(["load_id"], ["register_load.id"]),
        UniqueConstraint("load_id", "number", "what"),
        Index(None, "number", "id"),
        CheckConstraint(
            "what IN ('name', 'address', 'industry', 'status', 'legal_form', 'proceeding')",
            name="what",
        ),
        {"info": _SHARED},
    )

    id: int | None = _identity(wide=True)
    number: str = _text()
    source: str = _text()
    what: str = _text()
    before: str | None = _text(nullable=True)
    after: str | None = _text(nullable=True)
    not_before: datetime = _time()
    not_after: datetime = _time()
    load_id: int = _integer()


class ListDocumentRow(Base, table=True):
    """The bytes of a list's issue, once, compressed with Zstandard."""

    __tablename__ = "list_document"
    __table_args__ = ({"info": _SHARED},)

    sha256: str = _text(primary_key=True)
    media_type: str = _text()
    size: int = _integer(wide=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    stored_at: datetime = _time(now=True)


class ListIssueRow(Base, table=True):
    """One attempt to load an issue of a list: loaded, confirmed (the same issue again) or refused."""

    __tablename__ = "list_issue"
    __table_args__ = (Index(None, "list", "id"), _states(), {"info": _SHARED})

    id: int | None = _identity()
    list: str = _text()
    version: str = _text()
    stated_at: datetime | None = _time(nullable=True)
    recorded_at: datetime = _time()
    state: str = _text()
    reason: str | None = _text(nullable=True)
    entries: int = _integer(wide=True, default="0")
    new: int = _integer(wide=True, default="0")
    changed: int = _integer(wide=True, default="0")
    removed: int = _integer(wide=True, default="0")
    rejected: int = _integer(wide=True, default="0")


class ListEntryRow(Base, table=True):
    """One entry of a list's current issue; ``content`` is its canonical JSON, whole."""

    __tablename__ = "list_entry"
    __table_args__ = (ForeignKeyConstraint(["issue_id"], ["list_issue.id"]), {"info": _SHARED})

    list: str = _text(primary_key=True)
    entry: str = _text(primary_key=True)
    schema_: str = Field(sa_column=Column("schema", Text, nullable=False))
    content: str = _text()
    issue_id: int = _integer()


class ListNameRow(Base, table=True):
    """One name of a list entry, beside its place in the entry's JSON so that names can be searched."""

    __tablename__ = "list_name"
    __table_args__ = (
        ForeignKeyConstraint(["list", "entry"], ["list_entry.list", "list_entry.entry"], ondelete="CASCADE"),
        {"info": _SHARED},
    )

    list: str = _text(primary_key=True)
    entry: str = _text(primary_key=True)
    position: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    name: str = _text()
    kind: str = _text()
    weak: bool
    script_language: str | None = _text(nullable=True)
