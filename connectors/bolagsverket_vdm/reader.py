"""Bytes of Bolagsverket's API for valuable data sets to typed rows.

The shape is checked strictly (a text where an object is promised refuses the whole answer), codes and texts are taken
as they come. Format: Bolagsverket's OpenAPI document "Värdefulla datamängder" v1. Field names are the published ones.

Three things can be an answer: organisations, an error body, and (for ``genomlys read``) another team's flattened form
of a real answer, see ``flattened``. A request or the specification itself is named for what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from connectors.base import FailureReason, MalformedContent
from connectors.bolagsverket_vdm import flattened
from connectors.hardened import Limits, parse_json
from connectors.messages import message
from graph.text import Text

SOURCE = "bolagsverket_vdm"
LIMITS = Limits(content_bytes=16 * 2**20, depth=24)

NOT_FOUND = "ORGANISATION_FINNS_EJ"
"""``fel.typ`` of an organisation that the producer does not know."""


def _spelled(value: Any, ending: str) -> str | None:
    """The key for ongoing proceedings that ``value`` uses with a content, of the two spellings that occur."""
    if not isinstance(value, dict):
        return None
    return next((key for start in ("pagaende", "pagande") if value.get(key := start + ending) is not None), None)


class _Shape(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="ignore", frozen=True, strict=True, hide_input_in_errors=True
    )


class Fault(_Shape):
    """``fel`` inside a block of an answer with status 200."""

    typ: str
    fel_beskrivning: str | None = None


class CodeText(_Shape):
    """``{kod, klartext}``."""

    kod: str | None = None
    klartext: str | None = None


class Block(_Shape):
    """What every block carries: who produces it, and what went wrong."""

    dataproducent: str | None = None
    fel: Fault | None = None


class CodeBlock(Block):
    """A block that is one code."""

    kod: str | None = None
    klartext: str | None = None


class Identity(_Shape):
    """``organisationsidentitet``."""

    identitetsbeteckning: str
    typ: CodeText | None = None


class Name(_Shape):
    """One name of the organisation."""

    namn: str | None = None
    organisationsnamntyp: CodeText | None = None
    registreringsdatum: str | None = None
    verksamhetsbeskrivning_sarskilt_foretagsnamn: str | None = None


class Names(Block):
    """``organisationsnamn``."""

    organisationsnamn_lista: list[Name] | None = None


class Deregistered(Block):
    """``avregistreradOrganisation``."""

    avregistreringsdatum: str | None = None


class OngoingProceeding(_Shape):
    """One ongoing winding-up or restructuring."""

    kod: str | None = None
    klartext: str | None = None
    from_datum: str | None = None


class OngoingProceedings(Block):
    """``pagaendeAvvecklingsEllerOmstruktureringsforfarande``; the official example spells it ``pagande…``."""

    lista: list[OngoingProceeding] | None = None
    place: str = ""
    """Where the list stands inside the organisation, as the document spells it."""


class Dates(Block):
    """``organisationsdatum``."""

    registreringsdatum: str | None = None
    infort_hos_scb: str | None = None


class Activity(Block):
    """``verksamhetsbeskrivning``."""

    beskrivning: str | None = None


class Industries(Block):
    """``naringsgrenOrganisation``: up to five SNI codes, the main one first."""

    sni: list[CodeText] | None = None


class PostalAddress(_Shape):
    """``postadress``."""

    utdelningsadress: str | None = None
    postnummer: str | None = None
    postort: str | None = None
    co_adress: str | None = None
    land: str | None = None


class PostalAddressBlock(Block):
    """``postadressOrganisation``."""

    postadress: PostalAddress | None = None


class Organisation(_Shape):
    """One organisation (one firm of a sole trader). Every block may be null."""

    organisationsidentitet: Identity | None = None
    namnskyddslopnummer: int | None = None
    registreringsland: CodeText | None = None
    organisationsnamn: Names | None = None
    organisationsform: CodeBlock | None = None
    reklamsparr: CodeBlock | None = None
    avregistrerad_organisation: Deregistered | None = None
    avregistreringsorsak: CodeBlock | None = None
    pagaende: OngoingProceedings | None = None
    juridisk_form: CodeBlock | None = None
    verksam_organisation: CodeBlock | None = None
    organisationsdatum: Dates | None = None
    verksamhetsbeskrivning: Activity | None = None
    naringsgren_organisation: Industries | None = None
    postadress_organisation: PostalAddressBlock | None = None

    @model_validator(mode="before")
    @classmethod
    def _either_spelling(cls, value: Any) -> Any:
        found = _spelled(value, "AvvecklingsEllerOmstruktureringsforfarande")
        if not found:
            return value
        block = value[found]
        if isinstance(block, dict) and (inner := _spelled(block, "AvvecklingsEllerOmstruktureringsforfarandeLista")):
            block = {**block, "lista": block[inner], "place": f"{found}/{inner}"}
        return {**value, "pagaende": block}


class _Organisations(_Shape):
    organisationer: list[Organisation]


class ListedDocument(_Shape):
    """One annual report in a document list."""

    dokument_id: str
    filformat: str | None = None
    rapporteringsperiod_tom: str | None = None
    registreringstidpunkt: str | None = None


class _DocumentList(_Shape):
    dokument: list[ListedDocument]


class ApiError(_Shape):
    """The body of an answer with an error status (RFC 7807 style)."""

    status: int
    title: str | None = None
    detail: str | None = None
    type: str | None = None
    instance: str | None = None

    @property
    def reason(self) -> FailureReason:
        """What the error means for whoever asked."""
        if self.instance in ("network.timeout",) or self.status == 504:
            return FailureReason.TIMEOUT
        if self.status == 429:
            return FailureReason.RATE_LIMITED
        if self.status in (401, 403) or self.instance == "auth.error":
            return FailureReason.UNAUTHORISED
        if self.status >= 500 or self.instance == "network.error":
            return FailureReason.SERVICE_FAULT
        return FailureReason.REFUSED


@dataclass(frozen=True, slots=True)
class Answer:
    """What a document of this source says: organisations, or the source's own error."""

    organisations: tuple[Organisation, ...] = ()
    error: ApiError | None = None
    form: Literal["published", "flattened"] = "published"
    """Whether places follow the published form or the flattened one."""


_AnyShape = TypeVar("_AnyShape", bound=_Shape)


def read(content: bytes) -> Answer:
    """The answer to ``POST /organisationer``.

    Raises ``MalformedContent`` for anything that is neither organisations nor an error body, and says what it is.
    """
    if content.lstrip()[:8].lower() in (b"openapi:", b"swagger:"):
        raise _not_an_answer(message("vdm.kind.specification"))
    value = parse_json(content, SOURCE, LIMITS)
    if not isinstance(value, dict):
        raise MalformedContent(SOURCE, message("vdm.no_object"), "/", _REMEDY)
    if "organisationer" in value:
        organisations = tuple(_validated(_Organisations, value).organisationer)
        _refuse_empty(organisations)
        return Answer(organisations=organisations)
    if isinstance(value.get("status"), int) and ("title" in value or "detail" in value):
        return Answer(error=_validated(ApiError, value))
    if flattened.is_flattened(value):
        return Answer(organisations=(_validated(Organisation, flattened.unfold(value)),), form="flattened")
    if "openapi" in value or "swagger" in value:
        raise _not_an_answer(message("vdm.kind.specification"))
    if set(value) == {"identitetsbeteckning"}:
        raise _not_an_answer(message("vdm.kind.request"))
    if "dokument" in value:
        raise _not_an_answer(message("vdm.kind.document_list"))
    raise MalformedContent(SOURCE, message("vdm.neither"), "/", _REMEDY)


def read_documents(content: bytes) -> tuple[ListedDocument, ...]:
    """The answer to ``POST /dokumentlista``: the digital annual reports that exist. Raises ``MalformedContent``."""
    value = parse_json(content, SOURCE, LIMITS)
    if not isinstance(value, dict) or "dokument" not in value:
        raise MalformedContent(SOURCE, message("vdm.no_document_list"), "/", _REMEDY)
    return tuple(_validated(_DocumentList, value).dokument)


def read_error(content: bytes) -> ApiError | None:
    """The error body of an answer with an error status; ``None`` when the body is something else (a gateway's page)."""
    try:
        return read(content).error
    except MalformedContent:
        return None


_REMEDY = message("remedy.answer_again")


def _not_an_answer(kind: Text) -> MalformedContent:
    return MalformedContent(SOURCE, message("vdm.not_an_answer", kind=kind), "", message("remedy.vdm_answer"))


def _refuse_empty(organisations: tuple[Organisation, ...]) -> None:
    """An answer without any organisation says nothing: unknown organisations are reported by ``fel``."""
    if not organisations:
        raise MalformedContent(SOURCE, message("vdm.neither"), "/organisationer", _REMEDY)


def _validated(shape: type[_AnyShape], value: dict[str, Any]) -> _AnyShape:
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = "/" + "/".join(str(part) for part in first["loc"])
        raise MalformedContent(
            SOURCE, message("vdm.field_form", code=first["type"], count=error.error_count()), where, _REMEDY
        ) from None
