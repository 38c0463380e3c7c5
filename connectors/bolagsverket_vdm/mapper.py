"""Rows of Bolagsverket's API to facts.

Three things are kept apart. An organisation that Bolagsverket does not know is *not found*. A block whose producer did
not answer is a missing part, with what is therefore unknown. A block that is null or empty states nothing.

``verksamOrganisation = NEJ`` means no registration for VAT, F-tax or as employer; it is not deregistration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from connectors.base import FailureReason, MalformedContent, Mapped
from connectors.bolagsverket_vdm.reader import NOT_FOUND, SOURCE, Answer, Block, Organisation
from connectors.codes import (
    DEREGISTRATIONS,
    LEGAL_FORMS,
    NAME_KINDS,
    ONGOING_PROCEEDINGS,
    ORGANISATION_FORMS,
)
from connectors.messages import message
from connectors.statements import Statements, birth_date_of, iso_date, sni_version, tidy
from graph.model import (
    AnswerStatus,
    DocumentReference,
    EntityKey,
    PersonKeyer,
    Predicate,
    is_person,
    organisation_key,
)

_BLOCKS: tuple[tuple[str, str, str, tuple[Predicate, ...]], ...] = (
    # attribute, published name, producer when the block does not say, what it tells
    ("organisationsnamn", "organisationsnamn", "Bolagsverket", (Predicate.NAME,)),
    ("organisationsform", "organisationsform", "Bolagsverket", (Predicate.LEGAL_FORM,)),
    ("reklamsparr", "reklamsparr", "SCB", (Predicate.ADVERTISING,)),
    ("avregistrerad_organisation", "avregistreradOrganisation", "Bolagsverket", (Predicate.DEREGISTRATION,)),
    ("avregistreringsorsak", "avregistreringsorsak", "Bolagsverket", (Predicate.DEREGISTRATION,)),
    ("pagaende", "pagaendeAvvecklingsEllerOmstruktureringsforfarande", "Bolagsverket", (Predicate.PROCEEDING,)),
    ("juridisk_form", "juridiskForm", "SCB", (Predicate.LEGAL_FORM,)),
    ("verksam_organisation", "verksamOrganisation", "SCB", (Predicate.ACTIVE,)),
    ("organisationsdatum", "organisationsdatum", "Bolagsverket", (Predicate.REGISTRATION,)),
    ("verksamhetsbeskrivning", "verksamhetsbeskrivning", "Bolagsverket", (Predicate.ACTIVITY,)),
    ("naringsgren_organisation", "naringsgrenOrganisation", "SCB", (Predicate.INDUSTRY,)),
    ("postadress_organisation", "postadressOrganisation", "SCB", (Predicate.ADDRESS,)),
)

_FAULT_REASONS = {
    "TIMEOUT": FailureReason.TIMEOUT,
    "OTILLGANGLIG_UPPGIFTSKALLA": FailureReason.SERVICE_FAULT,
    "OGILTIG_BEGARAN": FailureReason.REFUSED,
}


def map_facts(
    rows: Answer, document: DocumentReference, keyer: PersonKeyer, subject: EntityKey | None = None
) -> Mapped:
    """The facts of one answer. Places are JSON pointers into the document.

    ``subject`` is whom the question was about (``None`` takes the document's word). Raises ``MalformedContent`` when
    the document is about someone else.
    """
    if rows.error is not None:
        return Mapped(AnswerStatus.NO_ANSWER, reason=rows.error.reason)
    statements = Statements(document, keyer)
    faults: list[str] = []
    unknown = False
    for index, organisation in enumerate(rows.organisations):
        pointer = f"/organisationer/{index}" if rows.form == "published" else ""
        key = _key(organisation, statements, pointer, subject)
        for fault in _faults(organisation, pointer, statements):
            unknown = unknown or fault == NOT_FOUND
            if fault != NOT_FOUND:
                faults.append(fault)
        if key is not None and _states_anything(organisation):
            _map_organisation(organisation, key, pointer, statements, document)
    if statements.any_fact:
        return statements.mapped(AnswerStatus.FOUND)
    if unknown and not faults:
        return Mapped(AnswerStatus.NOT_FOUND, reason=NOT_FOUND)
    reason = _FAULT_REASONS.get(faults[0], FailureReason.SERVICE_FAULT) if faults else FailureReason.MALFORMED
    return statements.mapped(AnswerStatus.NO_ANSWER, reason)


def _key(
    organisation: Organisation, statements: Statements, pointer: str, subject: EntityKey | None
) -> EntityKey | None:
    """Whom the row is about; ``None`` when it does not say and nobody was asked about."""
    identity = organisation.organisationsidentitet
    if identity is None:
        return subject
    number = identity.identitetsbeteckning.strip().replace("-", "")
    kind = (identity.typ.kod if identity.typ else None) or ""
    country = _country(organisation)
    if kind == "UTLANDSK_JURIDISK_IDENTITETSBETECKNING":
        key = EntityKey(f"{country or 'XX'}:BOLAGSVERKET:{number}")
    elif re.fullmatch(r"16\d{10}", number):
        key = organisation_key(number[2:])
    elif re.fullmatch(r"\d{2}[2-9]\d{7}", number) or (re.fullmatch(r"\d{10}", number) and kind in ("DODSBO",)):
        key = organisation_key(number)
    elif re.fullmatch(r"\d{10,12}", number):
        key = statements.person(number)
    else:
        raise MalformedContent(
            SOURCE,
            message("answer.identity_kind"),
            f"{pointer}/organisationsidentitet",
            message("remedy.answer_again"),
        )
    if subject is not None and key != subject:
        raise MalformedContent(
            SOURCE,
            message("answer.other_organisation"),
            f"{pointer}/organisationsidentitet",
            message("remedy.ask_again"),
        )
    return key


def _country(organisation: Organisation) -> str | None:
    code = (organisation.registreringsland.kod if organisation.registreringsland else None) or ""
    found = re.fullmatch(r"([A-Z]{2})(?:-LAND)?", code.strip())
    return found[1] if found else None


def _blocks(organisation: Organisation) -> Iterator[tuple[Block, str, str, tuple[Predicate, ...]]]:
    for attribute, name, producer, predicates in _BLOCKS:
        block: Block | None = getattr(organisation, attribute)
        if block is not None:
            yield block, name, block.dataproducent or producer, predicates


def _faults(organisation: Organisation, pointer: str, statements: Statements) -> Iterator[str]:
    """The kind of every fault in the row; those that leave something unknown are noted as missing parts."""
    for block, name, producer, predicates in _blocks(organisation):
        if block.fel is None:
            continue
        if block.fel.typ != NOT_FOUND:
            statements.lacks(f"{pointer}/{name}", producer, block.fel.typ, predicates)
        yield block.fel.typ


def _states_anything(organisation: Organisation) -> bool:
    """Whether any block holds more than its producer's name and a fault."""
    return any(
        value not in (None, [])
        for block, *_ in _blocks(organisation)
        if block.fel is None
        for field, value in block
        if field not in ("dataproducent", "fel")
    )


def _map_organisation(
    organisation: Organisation, key: EntityKey, pointer: str, statements: Statements, document: DocumentReference
) -> None:
    person = is_person(key)
    # A person can run several firms under one number; the serial number of the name protection keeps them apart.
    firm: dict[str, Any] = (
        {"firm": organisation.namnskyddslopnummer} if person and organisation.namnskyddslopnummer is not None else {}
    )

    def state(predicate: Predicate, place: str, value: dict[str, Any], valid_from: date | None = None) -> None:
        statements.add(key, predicate, f"{pointer}/{place}", {**value, **firm}, valid_from=valid_from)

    def day(text: str | None, place: str, *unknown: Predicate) -> date | None:
        try:
            return iso_date(text)
        except ValueError:
            statements.reject(f"{pointer}/{place}", message("value.not_a_date"))
            if unknown:
                statements.lacks(f"{pointer}/{place}", "Bolagsverket", "OLASLIGT_DATUM", unknown)
            return None

    identity = organisation.organisationsidentitet
    if identity is not None and not person:
        country = _country(organisation) or "SE"
        scheme = "SE-ORG" if key.startswith("SE:ORG:") else f"{country}-BOLAGSVERKET"
        number = key.rsplit(":", 1)[1]
        state(Predicate.IDENTIFIER, "organisationsidentitet", {"scheme": scheme, "number": number})
    elif identity is not None and (born := birth_date_of(identity.identitetsbeteckning.strip())):
        statements.add(key, Predicate.BIRTH_DATE, f"{pointer}/organisationsidentitet", {"date": born})
    if (country_code := _country(organisation)) is not None:
        state(Predicate.JURISDICTION, "registreringsland", {"country": country_code})

    names = organisation.organisationsnamn
    for index, name in enumerate((names and names.organisationsnamn_lista) or ()):
        place = f"organisationsnamn/organisationsnamnLista/{index}"
        if tidy(name.namn) is None:
            statements.reject(f"{pointer}/{place}", message("value.empty_name"))
            continue
        code = (name.organisationsnamntyp.kod if name.organisationsnamntyp else None) or ""
        registered = day(name.registreringsdatum, f"{place}/registreringsdatum")
        state(
            Predicate.NAME,
            place,
            {
                "name": name.namn,
                "kind": NAME_KINDS.get(code, "secondary"),
                "registered_on": registered.isoformat() if registered else None,
            },
            valid_from=registered,
        )

    form = organisation.organisationsform
    if form is not None and form.kod:
        text = tidy(form.klartext) or ORGANISATION_FORMS.get(form.kod)
        state(Predicate.LEGAL_FORM, "organisationsform", {"scheme": "bolagsverket", "code": form.kod, "text": text})
    legal = organisation.juridisk_form
    if legal is not None and legal.kod:
        text = tidy(legal.klartext) or LEGAL_FORMS.get(legal.kod)
        state(Predicate.LEGAL_FORM, "juridiskForm", {"scheme": "scb", "code": legal.kod, "text": text})

    dates = organisation.organisationsdatum
    if dates is not None:
        for text, register, field in (
            (dates.registreringsdatum, "bolagsverket", "registreringsdatum"),
            (dates.infort_hos_scb, "scb", "infortHosScb"),
        ):
            place = f"organisationsdatum/{field}"
            registered = day(text, place, Predicate.REGISTRATION)
            if registered is not None:
                value = {"date": registered.isoformat(), "register": register}
                state(Predicate.REGISTRATION, place, value, valid_from=registered)

    _deregistration(organisation, state, day)
    proceedings = organisation.pagaende
    for index, proceeding in enumerate((proceedings and proceedings.lista) or ()):
        place = f"{proceedings.place if proceedings else ''}/{index}"
        since = day(proceeding.from_datum, f"{place}/fromDatum")
        known = ONGOING_PROCEEDINGS.get(proceeding.kod or "")
        state(
            Predicate.PROCEEDING,
            place,
            {
                "kind": known.kind if known else "other",
                "state": "ongoing",
                "code": proceeding.kod,
                "text": tidy(proceeding.klartext) or (known.text if known else None),
                "date": since.isoformat() if since else None,
            },
            valid_from=since,
        )

    for block, place, predicate, member, affirmative in (
        (organisation.verksam_organisation, "verksamOrganisation", Predicate.ACTIVE, "active", "JA"),
        (organisation.reklamsparr, "reklamsparr", Predicate.ADVERTISING, "accepts", "NEJ"),
    ):
        if block is None or block.kod is None:
            continue
        if block.kod not in ("JA", "NEJ"):
            statements.reject(f"{pointer}/{place}", message("value.not_yes_or_no"))
            statements.lacks(f"{pointer}/{place}", block.dataproducent or "SCB", "OKAND_KOD", (predicate,))
            continue
        state(predicate, place, {member: block.kod == affirmative})

    activity = organisation.verksamhetsbeskrivning
    if activity is not None and tidy(activity.beskrivning):
        state(Predicate.ACTIVITY, "verksamhetsbeskrivning", {"text": activity.beskrivning})

    industries = organisation.naringsgren_organisation
    for index, industry in enumerate((industries and industries.sni) or ()):
        place = f"naringsgrenOrganisation/sni/{index}"
        code = (industry.kod or "").replace(".", "").strip()
        if not re.fullmatch(r"\d{5}", code):
            statements.reject(f"{pointer}/{place}", message("value.not_sni"))
            continue
        sni = {"code": code, "version": sni_version(document), "text": tidy(industry.klartext), "rank": index + 1}
        state(Predicate.INDUSTRY, place, sni)

    address = organisation.postadress_organisation.postadress if organisation.postadress_organisation else None
    if address is not None and any((address.utdelningsadress, address.postnummer, address.postort, address.co_adress)):
        state(
            Predicate.ADDRESS,
            "postadressOrganisation/postadress",
            {
                "kind": "postal",
                "street": address.utdelningsadress,
                "care_of": address.co_adress,
                "postal_code": (address.postnummer or "").replace(" ", "") or None,
                "city": address.postort,
                "country": address.land,
            },
        )


def _deregistration(organisation: Organisation, state: Any, day: Any) -> None:
    """Date and cause stand in two blocks; together they are one fact, placed where the date (else the cause) is."""
    struck = organisation.avregistrerad_organisation
    cause = organisation.avregistreringsorsak
    place = "avregistreradOrganisation/avregistreringsdatum"
    on = day(struck.avregistreringsdatum, place, Predicate.DEREGISTRATION) if struck else None
    code = cause.kod if cause else None
    text = tidy(cause.klartext) if cause else None
    if on is None and code is None and text is None:
        return
    known = DEREGISTRATIONS.get(code or "")
    state(
        Predicate.DEREGISTRATION,
        place if on is not None else "avregistreringsorsak",
        {
            "date": on.isoformat() if on else None,
            "code": code,
            "text": text or (known.text if known else None),
            "cause": known.cause if known else "other",
        },
        valid_from=on,
    )
