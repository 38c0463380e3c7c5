"""Blocks of an SSBTGU answer to facts.

A block without content states that there is nothing to tell, as does the fault ``UppgiftFinnsEj``. Every other fault,
and an essential block that is not in the answer at all, is a missing part. Places are XPath expressions on the block
(``//UD0047``), with the line for the officers' text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from connectors import ssbt
from connectors.base import MalformedContent, Mapped
from connectors.codes import (
    LEGAL_FORMS,
    NUMERIC_PROCEEDINGS,
    ORGANISATION_FORMS,
    SSBT_PROCEEDING_KINDS,
    position_of,
    proceeding_state,
)
from connectors.messages import message
from connectors.ssbt import child, text_of
from connectors.ssbtgu import officers
from connectors.ssbtgu.reader import SOURCE, Answer, Block
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
from graph.text import Text

_PREDICATES: dict[str, tuple[Predicate, ...]] = {
    "UD0001": (Predicate.NAME,),
    "UD0002": (Predicate.LEGAL_FORM,),
    "UD0003": (Predicate.ADDRESS,),
    "UD0004": (Predicate.EMAIL,),
    "UD0006": (Predicate.PHONE,),
    "UD0011": (Predicate.SEAT,),
    "UD0012": (Predicate.SEAT,),
    "UD0014": (Predicate.FINANCIAL_YEAR,),
    "UD0020": (Predicate.PERSON_NAME,),
    "UD0023": (Predicate.ADDRESS,),
    "UD0024": (Predicate.INDUSTRY,),
    "UD0025": (Predicate.LEGAL_FORM,),
    "UD0026": (Predicate.REGISTRATION,),
    "UD0027": (Predicate.PROCEEDING,),
    "UD0028": (Predicate.DEREGISTRATION,),
    "UD0029": (Predicate.F_TAX,),
    "UD0031": (Predicate.VAT,),
    "UD0033": (Predicate.EMPLOYER,),
    "UD0040": (Predicate.ADDRESS,),
    "UD0045": (Predicate.SIGNATORY,),
    "UD0046": (Predicate.ACTIVITY,),
    "UD0047": (Predicate.OFFICER,),
    "UD0048": (Predicate.SHARES,),
}
"""What each block tells. Blocks that are not here become ``MISCELLANEOUS``."""

_ESSENTIAL = ("UD0027", "UD0029", "UD0031", "UD0033", "UD0047")
"""Blocks whose silence would read as an all-clear: proceedings, F-tax, VAT, employer, officers."""

_MISCELLANEOUS_NAMES: dict[str, str] = {
    "UD0009": "Arbetsställens postadresser",
    "UD0010": "Arbetsställens belägenhetsadresser",
    "UD0034": "CFAR-nummer",
    "UD0039": "Arbetsställens SNI-koder",
    "UD0042": "Antal arbetsställen",
    "UD0043": "Arbetsställens benämningar",
    "UD0044": "Huvudarbetsställe",
    "UD0049": "Arbetsställens telefonnummer",
    "UD0050": "Storleksklass, omsättning",
    "UD0051": "Storleksklass, anställda",
    "UD0052": "Arbetsställens storleksklasser, anställda",
}

_CAUSES = {
    "Konkurs": "bankruptcy",
    "Likvidation": "liquidation",
    "FusionOverlatande": "merger",
    "FusionOvertagande": "merger",
}


def map_facts(
    rows: Answer, document: DocumentReference, keyer: PersonKeyer, subject: EntityKey | None = None
) -> Mapped:
    """The facts of one answer.

    ``subject`` is whom the question was about (``None`` takes the document's word). Raises ``MalformedContent`` when
    the document is about someone else.
    """
    if rows.fault is not None:
        if rows.fault.typ == ssbt.UNKNOWN_COMPANY:
            return Mapped(AnswerStatus.NOT_FOUND, reason=rows.fault.label)
        return Mapped(AnswerStatus.NO_ANSWER, reason=rows.fault.reason)
    if document.stated_at is None:
        document = replace(document, stated_at=rows.stated_at)
    statements = Statements(document, keyer)
    mapping = _Mapping(rows, document, statements, _key(rows, statements, subject))
    faults = mapping.run()
    serious = [fault for fault in faults if fault.typ not in (ssbt.ABSENT, ssbt.UNKNOWN_COMPANY)]
    if mapping.states_anything:
        for code in _ESSENTIAL:
            if not any(block.code == code for block in rows.blocks):
                statements.lacks(code, "okänd", "EJ_I_SVARET", _PREDICATES[code])
        return statements.mapped(AnswerStatus.FOUND)
    if serious:
        return statements.mapped(AnswerStatus.NO_ANSWER, serious[0].reason)
    unknown = next((fault for fault in faults if fault.typ == ssbt.UNKNOWN_COMPANY), None)
    return Mapped(AnswerStatus.NOT_FOUND, reason=unknown.label if unknown else ssbt.ABSENT)


def _key(rows: Answer, statements: Statements, subject: EntityKey | None) -> EntityKey:
    if rows.identity is None:
        raise MalformedContent(SOURCE, message("answer.about_nobody"), "//ForetagId", message("remedy.answer_again"))
    key = (
        organisation_key(rows.identity.number)
        if rows.identity.is_organisation
        else statements.person(rows.identity.number)
    )
    if subject is not None and key != subject:
        raise MalformedContent(
            SOURCE,
            message("answer.other_organisation"),
            "//ForetagId",
            message("remedy.ask_again"),
        )
    return key


class _Mapping:
    """One answer on its way to facts."""

    def __init__(self, rows: Answer, document: DocumentReference, statements: Statements, key: EntityKey) -> None:
        self._rows = rows
        self._document = document
        self._statements = statements
        self._key = key
        self._firm: dict[str, Any] = {"firm": rows.firm} if is_person(key) and rows.firm is not None else {}
        self._blocks = {block.code: block for block in rows.blocks}
        self.states_anything = False

    def run(self) -> list[ssbt.Fault]:
        """State everything; the faults that blocks carry."""
        faults = []
        readers: dict[str, Callable[[Block, str], None]] = {
            "UD0001": self._name,
            "UD0002": self._legal_form,
            "UD0003": self._postal_address,
            "UD0004": self._text(Predicate.EMAIL, "address"),
            "UD0006": self._text(Predicate.PHONE, "number"),
            "UD0011": self._seat,
            "UD0012": self._county,
            "UD0014": self._financial_year,
            "UD0020": self._person_name,
            "UD0023": self._postal_address,
            "UD0024": self._industries,
            "UD0025": self._organisation_form,
            "UD0026": self._registration,
            "UD0027": self._proceedings,
            "UD0028": self._deregistration,
            "UD0029": self._yes_no(Predicate.F_TAX),
            "UD0031": self._yes_no(Predicate.VAT),
            "UD0033": self._yes_no(Predicate.EMPLOYER),
            "UD0040": self._visiting_address,
            "UD0045": self._text(Predicate.SIGNATORY, "text"),
            "UD0046": self._text(Predicate.ACTIVITY, "text"),
            "UD0047": self._officers,
            "UD0048": self._shares,
        }
        for block in self._rows.blocks:
            if block.fault is not None:
                faults.append(block.fault)
                if block.fault.typ not in (ssbt.ABSENT, ssbt.UNKNOWN_COMPANY):
                    predicates = _PREDICATES.get(block.code, (Predicate.MISCELLANEOUS,))
                    self._statements.lacks(block.code, block.producer, block.fault.label, predicates)
                continue
            if block.content:
                self.states_anything = True
                readers.get(block.code, self._miscellaneous)(block, f"//{block.code}")
        # The identity is only echoed; it is a statement about the company once something else is said.
        if self.states_anything:
            self._identity()
        return faults

    def _identity(self) -> None:
        identity = self._rows.identity
        if identity is None:
            return
        if identity.is_organisation:
            self._state(Predicate.IDENTIFIER, "//ForetagId", {"scheme": "SE-ORG", "number": identity.number})
        elif born := birth_date_of(identity.number):
            self._statements.add(self._key, Predicate.BIRTH_DATE, "//ForetagId", {"date": born})

    # --- one method a kind of block

    def _name(self, block: Block, place: str) -> None:
        name = tidy(text_of(block.element, ssbt.COMPANY, "ForetagNamn"))
        if name is None:
            return
        self._state(Predicate.NAME, f"{place}/ForetagNamn", {"name": name, "kind": "registered", "registered_on": None})

    def _legal_form(self, block: Block, place: str) -> None:
        form = child(block.element, ssbt.COMPANY, "JuridiskForm")
        code = text_of(form, ssbt.COMPANY, "JuridiskFormKod")
        if code:
            text = tidy(text_of(form, ssbt.COMPANY, "JuridiskFormBeskrivning")) or LEGAL_FORMS.get(code)
            self._state(Predicate.LEGAL_FORM, f"{place}/JuridiskForm", {"scheme": "scb", "code": code, "text": text})

    def _organisation_form(self, block: Block, place: str) -> None:
        form = child(block.element, ssbt.COMPANY, "Foretagsform")
        code = text_of(form, ssbt.COMPANY, "ForetagsformKod")
        if code:
            text = tidy(text_of(form, ssbt.COMPANY, "ForetagsformBeskrivning")) or ORGANISATION_FORMS.get(code)
            value = {"scheme": "bolagsverket", "code": code, "text": text}
            self._state(Predicate.LEGAL_FORM, f"{place}/Foretagsform", value)

    def _postal_address(self, block: Block, place: str) -> None:
        address = child(block.element, ssbt.COMPANY, "Postadress")
        streets = [text_of(address, ssbt.COMPANY, f"Utdelningsadress{index}") for index in (1, 2)]
        value = {
            "kind": "postal",
            "street": ", ".join(street for street in streets if street) or None,
            "care_of": text_of(address, ssbt.COMPANY, "COAdress"),
            "postal_code": text_of(address, ssbt.COMPANY, "Postnummer"),
            "city": text_of(address, ssbt.COMPANY, "Postort"),
            "country": text_of(address, ssbt.COMPANY, "Land"),
        }
        self._address(f"{place}/Postadress", value)

    def _visiting_address(self, block: Block, place: str) -> None:
        address = child(block.element, ssbt.COMPANY, "Belagenhetsadress")
        area, number = (text_of(address, ssbt.COMPANY, name) for name in ("Adressomrade", "Adressplats"))
        value = {
            "kind": "visiting",
            "street": " ".join(part for part in (area, number) if part) or None,
            "care_of": None,
            "postal_code": text_of(address, ssbt.COMPANY, "Postnummer"),
            "city": text_of(address, ssbt.COMPANY, "Postort"),
            "country": None,
        }
        self._address(f"{place}/Belagenhetsadress", value)

    def _address(self, place: str, value: dict[str, Any]) -> None:
        if any(value[member] for member in ("street", "care_of", "postal_code", "city")):
            self._state(Predicate.ADDRESS, place, value)

    def _seat(self, block: Block, place: str) -> None:
        municipality = child(block.element, ssbt.COMPANY, "Kommun")
        county_block = self._blocks.get("UD0012")
        county = child(county_block.element, ssbt.COMPANY, "Lan") if county_block else None
        self._state_seat(f"{place}/Kommun", municipality, county)

    def _county(self, block: Block, place: str) -> None:
        municipality = self._blocks.get("UD0011")
        if municipality is None or not municipality.content:
            self._state_seat(f"{place}/Lan", None, child(block.element, ssbt.COMPANY, "Lan"))

    def _state_seat(self, place: str, municipality: etree._Element | None, county: etree._Element | None) -> None:
        value = {
            "municipality_code": text_of(municipality, ssbt.COMPANY, "KommunKod"),
            "municipality": text_of(municipality, ssbt.COMPANY, "KommunNamn"),
            "county_code": text_of(county, ssbt.COMPANY, "LanKod"),
            "county": text_of(county, ssbt.COMPANY, "LanNamn"),
        }
        if any(value.values()):
            self._state(Predicate.SEAT, place, value)

    def _financial_year(self, block: Block, place: str) -> None:
        year = child(block.element, ssbt.COMPANY, "Rakenskapsar")
        value = {}
        for member, path in (
            ("from_month", ("RakenskapsarFrom", "Manad")),
            ("from_day", ("RakenskapsarFrom", "Dag")),
            ("to_month", ("RakenskapsarTom", "Manad")),
            ("to_day", ("RakenskapsarTom", "Dag")),
        ):
            text = text_of(year, ssbt.COMPANY, *path)
            if text is None or not text.isdecimal():
                self._unread(block, f"{place}/Rakenskapsar", message("value.financial_year"))
                return
            value[member] = int(text)
        self._state(Predicate.FINANCIAL_YEAR, f"{place}/Rakenskapsar", value)

    def _person_name(self, block: Block, place: str) -> None:
        person = child(block.element, ssbt.COMPANY, "FysiskPersonNamn")
        if person is None:
            return
        given = " ".join((item.text or "").strip() for item in person.findall(f"{{{ssbt.COMPANY}}}Fornamn"))
        family = " ".join(text for name in ("Mellannamn", "Efternamn") if (text := text_of(person, ssbt.COMPANY, name)))
        name = f"{given} {family}".strip()
        if name:
            self._state(
                Predicate.PERSON_NAME, f"{place}/FysiskPersonNamn", {"name": name, "given": given, "family": family}
            )

    def _industries(self, block: Block, place: str) -> None:
        for rank, sni in enumerate(block.element.findall(f"{{{ssbt.COMPANY}}}SNI"), start=1):
            code = (text_of(sni, ssbt.COMPANY, "SNIKod") or "").replace(".", "")
            if not re.fullmatch(r"\d{5}", code, re.ASCII):
                self._unread(block, f"{place}/SNI[{rank}]", message("value.not_sni"))
                continue
            text = tidy(text_of(sni, ssbt.COMPANY, "SNIBeskrivning"))
            value = {"code": code, "version": sni_version(self._document), "text": text, "rank": rank}
            self._state(Predicate.INDUSTRY, f"{place}/SNI[{rank}]", value)

    def _registration(self, block: Block, place: str) -> None:
        place = f"{place}/ForetagRegistreratDatum"
        on = self._date(block, text_of(block.element, ssbt.COMPANY, "ForetagRegistreratDatum"), place)
        if on is not None:
            value = {"date": on.isoformat(), "register": "bolagsverket"}
            self._state(Predicate.REGISTRATION, place, value, valid_from=on)

    def _proceedings(self, block: Block, place: str) -> None:
        procedure = child(block.element, ssbt.COMPANY, "Avvecklingsforfarande")
        if procedure is None:
            return
        place = f"{place}/Avvecklingsforfarande"
        for index, item in enumerate(procedure.findall(f"{{{ssbt.COMPANY}}}Avveckling"), start=1):
            self._proceeding(block, item, f"{place}/Avveckling[{index}]")
        struck = self._blocks.get("UD0028")
        if (struck is None or not struck.content) and child(
            procedure, ssbt.COMPANY, "AvvecklingAvfordAnledning"
        ) is not None:
            self._state_deregistration(None, f"{place}/AvvecklingAvfordAnledning")

    def _proceeding(self, block: Block, item: etree._Element, place: str) -> None:
        code = text_of(item, ssbt.COMPANY, "AvvecklingKod") or ""
        text = tidy(text_of(item, ssbt.COMPANY, "AvvecklingBeskrivning"))
        known = NUMERIC_PROCEEDINGS.get(code)
        state = known.state if known else proceeding_state(text or "")
        kind = SSBT_PROCEEDING_KINDS.get(str(item.get("Typ") or "")) or (known.kind if known else "other")
        on = self._date(block, text_of(item, ssbt.COMPANY, "AvvecklingDatum"), f"{place}/AvvecklingDatum")
        if state is None:
            # Whether it goes on is not known: neither an ongoing nor an ended proceeding may be claimed.
            self._state(Predicate.MISCELLANEOUS, place, {"name": "Förfarande", "value": f"{code} {text or ''}".strip()})
            self._statements.lacks(block.code, block.producer, f"OKAND_KOD {code}".strip(), (Predicate.PROCEEDING,))
            return
        ended = on if state != "ongoing" else None
        self._statements.add(
            self._key,
            Predicate.PROCEEDING,
            place,
            {
                "kind": kind,
                "state": state,
                "code": code or None,
                "text": text,
                "date": on.isoformat() if on else None,
                **self._firm,
            },
            valid_from=on if state == "ongoing" else None,
            valid_to=ended,
        )

    def _deregistration(self, block: Block, place: str) -> None:
        place = f"{place}/ForetagAvregistreratDatum"
        on = self._date(block, text_of(block.element, ssbt.COMPANY, "ForetagAvregistreratDatum"), place)
        if on is not None:
            self._state_deregistration(on, place)

    def _state_deregistration(self, on: date | None, place: str) -> None:
        status = self._blocks.get("UD0027")
        reason = (
            child(status.element, ssbt.COMPANY, "Avvecklingsforfarande", "AvvecklingAvfordAnledning")
            if status
            else None
        )
        self._state(
            Predicate.DEREGISTRATION,
            place,
            {
                "date": on.isoformat() if on else None,
                "code": text_of(reason, ssbt.COMPANY, "AvvecklingKod"),
                "text": tidy(text_of(reason, ssbt.COMPANY, "AvvecklingBeskrivning")),
                "cause": _CAUSES.get(str(reason.get("Typ") or ""), "other") if reason is not None else "other",
            },
            valid_from=on,
        )

    def _officers(self, block: Block, place: str) -> None:
        text = child(block.element, block_namespace(block), "SamladeFunktionarerBeskrivning")
        read = officers.parse(text.text or "" if text is not None else "")
        place = f"{place}/SamladeFunktionarerBeskrivning"
        for officer in read.officers:
            self._officer(officer, f"{place}, row {officer.line}")
        for line, reason in read.unread:
            self._statements.reject(f"{place}, row {line}", reason)
        if read.unread:
            self._statements.lacks(block.code, block.producer, "OLASLIG_RAD", (Predicate.OFFICER,))

    def _officer(self, officer: officers.Officer, place: str) -> None:
        statements = self._statements
        if officer.is_organisation:
            holder = organisation_key(officer.number or "")
            name = {"name": officer.name, "kind": "registered", "registered_on": None}
            statements.add(holder, Predicate.NAME, place, name)
        else:
            born = birth_date_of(officer.number) if officer.number else officer.birth_date
            holder = (
                statements.person(officer.number)
                if officer.number
                else statements.described_person(officer.name, born, self._key)
            )
            statements.add(
                holder,
                Predicate.PERSON_NAME,
                place,
                {"name": officer.name, "given": officer.given, "family": officer.family},
            )
            if born:
                statements.add(holder, Predicate.BIRTH_DATE, place, {"date": born})
            if officer.place:
                statements.add(holder, Predicate.RESIDENCE, place, {"place": officer.place, "country": None})
        for role in officer.roles:
            value = {"role": role, "position": position_of(role).value}
            statements.add(self._key, Predicate.OFFICER, place, value, target=holder)

    def _shares(self, block: Block, place: str) -> None:
        shares = child(block.element, ssbt.COMPANY, "Aktier")
        if shares is None:
            return
        place = f"{place}/Aktier"
        capital = child(shares, ssbt.COMPANY, "Aktiekapital")
        value = {
            "number": self._number(block, text_of(shares, ssbt.COMPANY, "AktierAntal"), f"{place}/AktierAntal"),
            "capital": self._number(block, text_of(shares, ssbt.COMPANY, "Aktiekapital"), f"{place}/Aktiekapital"),
            "currency": str(capital.get("Redovisningsvaluta") or "") or None if capital is not None else None,
        }
        if any(item is not None for item in value.values()):
            self._state(Predicate.SHARES, place, value)
        for index, kind in enumerate(shares.findall(f"{{{ssbt.COMPANY}}}Aktieslag"), start=1):
            self._state(
                Predicate.MISCELLANEOUS,
                f"{place}/Aktieslag[{index}]",
                {
                    "name": "Aktieslag",
                    "value": text_of(kind, ssbt.COMPANY, "AktieslagBeteckning"),
                    "number": self._number(
                        block, text_of(kind, ssbt.COMPANY, "AktieslagAntal"), f"{place}/Aktieslag[{index}]"
                    ),
                    # Kept as printed: a fraction such as 1/10 has no exact decimal in general.
                    "votes": text_of(kind, ssbt.COMPANY, "AktieslagRostvarde"),
                },
            )

    def _miscellaneous(self, block: Block, place: str) -> None:
        for index, element in enumerate(block.content, start=1):
            texts = (" ".join(str(text).split()) for text in element.itertext())
            value = ", ".join(text for text in texts if text)
            if value:
                name = _MISCELLANEOUS_NAMES.get(block.code, block.code)
                where = f"{place}/{ssbt.local_name(element)}[{index}]"
                self._state(Predicate.MISCELLANEOUS, where, {"name": name, "value": value})

    def _text(self, predicate: Predicate, member: str) -> Callable[[Block, str], None]:
        def state(block: Block, place: str) -> None:
            element = block.content[0]
            text = (element.text or "").strip()
            if text:
                self._state(predicate, f"{place}/{ssbt.local_name(element)}", {member: text})

        return state

    def _yes_no(self, predicate: Predicate) -> Callable[[Block, str], None]:
        def state(block: Block, place: str) -> None:
            element = block.content[0]
            text = (element.text or "").strip()
            place = f"{place}/{ssbt.local_name(element)}"
            if text in ("Ja", "Nej"):
                self._state(predicate, place, {"registered": text == "Ja"})
            else:
                self._unread(block, place, message("value.not_yes_or_no"))

        return state

    # --- helpers

    def _state(self, predicate: Predicate, place: str, value: dict[str, Any], valid_from: date | None = None) -> None:
        self._statements.add(self._key, predicate, place, {**value, **self._firm}, valid_from=valid_from)

    def _unread(self, block: Block, place: str, reason: Text) -> None:
        self._statements.reject(place, reason)
        self._statements.lacks(
            block.code, block.producer, "OLASLIG_UPPGIFT", _PREDICATES.get(block.code, (Predicate.MISCELLANEOUS,))
        )

    def _date(self, block: Block, text: str | None, place: str) -> date | None:
        try:
            return iso_date(text)
        except ValueError:
            self._unread(block, place, message("value.not_a_date"))
            return None

    def _number(self, block: Block, text: str | None, place: str) -> int | float | None:
        if text is None:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) > Decimal(10) ** 18:
            self._unread(block, place, message("value.not_a_number"))
            return None
        return int(number) if number == number.to_integral_value() else float(number)


def block_namespace(block: Block) -> str:
    """The namespace of the block's own element."""
    return str(etree.QName(block.element).namespace or "")
