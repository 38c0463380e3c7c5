"""Värdefulla datamängder: answers exactly as the published interface (v1) shapes them.

Source of the shapes: Bolagsverket's OpenAPI document, version 1. Every block carries its producer and ``fel``.
"""

from __future__ import annotations

import json
import re
from typing import Any

from connectors.sandbox import vocabulary
from connectors.sandbox.model import Address, Organisation
from connectors.sandbox.numbers import check_digit_ok

PATTERN = re.compile(
    r"^(19|20)?\d{2}(0[1-9]|1[0-2])((0|6)[1-9]|(1|2|7|8)[0-9]|(3|9)[0|1])\d{4}$|^\d{6}\d{4}$|^302\d{8}$"
)
"""The published pattern of ``identitetsbeteckning``."""
BOLAGSVERKET_BLOCKS = (
    "organisationsnamn", "organisationsform", "avregistreradOrganisation", "avregistreringsorsak",
    "pagaendeAvvecklingsEllerOmstruktureringsforfarande", "organisationsdatum", "verksamhetsbeskrivning",
    "postadressOrganisation",
)  # fmt: skip
SCB_BLOCKS = ("juridiskForm", "verksamOrganisation", "naringsgrenOrganisation", "reklamsparr")
_MEMBERS: dict[str, tuple[str, ...]] = {
    "organisationsnamn": ("organisationsnamnLista",),
    "organisationsform": ("kod", "klartext"),
    "avregistreradOrganisation": ("avregistreringsdatum",),
    "avregistreringsorsak": ("kod", "klartext"),
    "pagaendeAvvecklingsEllerOmstruktureringsforfarande": ("pagaendeAvvecklingsEllerOmstruktureringsforfarandeLista",),
    "organisationsdatum": ("registreringsdatum", "infortHosScb"),
    "verksamhetsbeskrivning": ("beskrivning",),
    "postadressOrganisation": ("postadress",),
    "juridiskForm": ("kod", "klartext"),
    "verksamOrganisation": ("kod",),
    "naringsgrenOrganisation": ("sni",),
    "reklamsparr": ("kod",),
}
_NAME_KINDS = {
    "FORETAGSNAMN": "Företagsnamn",
    "FORNAMN_FRSPRAK": "Företagsnamn på främmande språk",
    "NAMN": "Namn",
    "SARSKILT_FORETAGSNAMN": "Särskilt företagsnamn",
}
_LANDS = {"SE": "Sverige", "DE": "Tyskland"}
FAULT_TEXTS = {
    "ORGANISATION_FINNS_EJ": "Efterfrågad organisation finns inte hos {producer}.",
    "OTILLGANGLIG_UPPGIFTSKALLA": (
        "Uppkoppling mot {producer} misslyckades. Efterfrågade uppgifter kunde inte hämtas."
    ),
    "TIMEOUT": "Svar från {producer} uteblev inom utsatt tid.",
    "OGILTIG_BEGARAN": "Begäran är ogiltig.",
}


def _block(producer: str, **members: Any) -> dict[str, Any]:
    return {**members, "dataproducent": producer, "fel": None}


def _faulty(name: str, producer: str, kind: str) -> dict[str, Any]:
    text = FAULT_TEXTS.get(kind, "Ett fel har uppstått.").format(producer=producer)
    return {
        **dict.fromkeys(_MEMBERS[name]),
        "dataproducent": producer,
        "fel": {"typ": kind, "felBeskrivning": text},
    }


def _address(address: Address) -> dict[str, Any]:
    return {
        "utdelningsadress": address.street or None,
        "postnummer": address.postal_code,
        "postort": address.city,
        "coAdress": f"c/o {address.care_of}" if address.care_of else None,
        "land": "Sverige",
    }


def organisation(subject: Organisation, failing: dict[str, str] | None = None) -> dict[str, Any]:
    """One ``Organisation`` object. ``failing`` maps a producer to the ``fel.typ`` that its blocks show instead."""
    faults = dict(failing or {})
    if not subject.in_scb:
        faults.setdefault("SCB", "ORGANISATION_FINNS_EJ")
    first = "Bolagsverket" if subject.in_bolagsverket else "SCB"
    ongoing = [proceeding for proceeding in subject.proceedings if not proceeding.ended]
    blocks: dict[str, dict[str, Any]] = {
        "organisationsnamn": _block(
            first,
            organisationsnamnLista=[
                {
                    "namn": name.name,
                    "organisationsnamntyp": {"kod": name.kind, "klartext": _NAME_KINDS[name.kind]},
                    "registreringsdatum": name.registered.isoformat() if subject.in_bolagsverket else None,
                    "verksamhetsbeskrivningSarskiltForetagsnamn": name.description or None,
                }
                for name in subject.names
            ],
        ),
        "reklamsparr": _block("SCB", kod="NEJ" if subject.advertising else "JA"),
        "organisationsform": _block(
            "Bolagsverket", kod=subject.form, klartext=vocabulary.ORGANISATION_FORMS.get(subject.form)
        ),
        "avregistreradOrganisation": _block(
            "Bolagsverket",
            avregistreringsdatum=subject.deregistered.isoformat() if subject.deregistered else None,
        ),
        "avregistreringsorsak": _block(
            "Bolagsverket",
            kod=subject.deregistration_reason or None,
            klartext=vocabulary.DEREGISTRATION_REASONS.get(subject.deregistration_reason),
        ),
        "pagaendeAvvecklingsEllerOmstruktureringsforfarande": _block(
            "Bolagsverket",
            pagaendeAvvecklingsEllerOmstruktureringsforfarandeLista=[
                {
                    "kod": proceeding.code,
                    "klartext": vocabulary.PROCEEDINGS[proceeding.code][0],
                    "fromDatum": proceeding.date.isoformat(),
                }
                for proceeding in ongoing
            ],
        ),
        "juridiskForm": _block(
            "SCB", kod=subject.juridical_form, klartext=vocabulary.JURIDICAL_FORMS[subject.juridical_form]
        ),
        "verksamOrganisation": _block("SCB", kod="JA" if subject.activity == "1" else "NEJ"),
        "organisationsdatum": _block(
            first,
            registreringsdatum=subject.registered.isoformat() if subject.in_bolagsverket else None,
            infortHosScb=subject.registered.isoformat() if subject.in_scb else None,
        ),
        "verksamhetsbeskrivning": _block(
            "Bolagsverket", beskrivning=subject.description if subject.in_bolagsverket else None
        ),
        "naringsgrenOrganisation": _block(
            "SCB", sni=[{"kod": code, "klartext": vocabulary.SNI_TEXTS[code]} for code in subject.sni]
        ),
        "postadressOrganisation": _block(first, postadress=_address(subject.postal)),
    }
    if not subject.in_bolagsverket:
        for name in BOLAGSVERKET_BLOCKS:
            if blocks[name]["dataproducent"] == "Bolagsverket":
                blocks[name] = _faulty(name, "Bolagsverket", "ORGANISATION_FINNS_EJ")
    for name, block in blocks.items():
        if block["dataproducent"] in faults:
            blocks[name] = _faulty(name, block["dataproducent"], faults[block["dataproducent"]])
    kind = ("PERSONNUMMER", "Identitetsbeteckning person (personnummer)")
    if not subject.is_person:
        kind = ("ORGANISATIONSNUMMER", "Organisationsnummer")
    return {
        "organisationsidentitet": {
            "identitetsbeteckning": subject.number,
            "typ": {"kod": kind[0], "klartext": kind[1]},
        },
        "namnskyddslopnummer": subject.sequence if subject.is_person else None,
        "registreringsland": {"kod": f"{subject.land}-LAND", "klartext": _LANDS[subject.land]},
        **blocks,
    }


def unknown(kind: str = "ORGANISATION_FINNS_EJ") -> dict[str, Any]:
    """The object for a number that neither producer knows (or when neither answers): every block carries ``fel``."""
    return {
        "organisationsidentitet": None,
        "namnskyddslopnummer": None,
        "registreringsland": None,
        **{name: _faulty(name, "Bolagsverket", kind) for name in BOLAGSVERKET_BLOCKS},
        **{name: _faulty(name, "SCB", kind) for name in SCB_BLOCKS},
    }


def answer(found: list[Organisation], failing: dict[str, str] | None = None) -> bytes:
    """Body of ``POST /organisationer``."""
    organisations = [organisation(subject, failing) for subject in found]
    if not organisations:
        both = set(failing or {}) >= {"Bolagsverket", "SCB"}
        organisations = [unknown((failing or {})["Bolagsverket"] if both else "ORGANISATION_FINNS_EJ")]
    return json.dumps({"organisationer": organisations}, ensure_ascii=False).encode()


def error(status: int, instance: str, title: str, detail: str, request_id: str | None, timestamp: str) -> bytes:
    """An ``ApiError`` body (RFC 7807 style)."""
    return json.dumps(
        {
            "type": "about:blank",
            "instance": instance,
            "timestamp": timestamp,
            "requestId": request_id,
            "status": status,
            "title": title,
            "detail": detail,
        },
        ensure_ascii=False,
    ).encode()


def refusal(number: object) -> str | None:
    """Why ``identitetsbeteckning`` is refused with 400, or ``None`` if it is well formed."""
    if not isinstance(number, str) or not PATTERN.match(number):
        return "Identitetsbeteckning har ogiltigt format."
    if len(number) in (10, 12) and not check_digit_ok(number):
        return "Identitetsbeteckning har ogiltig kontrollsiffra."
    return None
