"""SSBTGU (2.5.0) and SSBTEN (1.5.0): SOAP 1.1 answers that validate against the published schemas."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from connectors.sandbox import vocabulary
from connectors.sandbox.model import Address, Officer, Organisation

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
GU = "http://schema.bolagsverket.se/ssbtgu/v2/grundlaggandeuppgifter"
EN = "http://schema.bolagsverket.se/ssbten/engagemang"
MD = "http://schema.bolagsverket.se/ssbt/metadata"
IUMF = "http://schema.bolagsverket.se/ssbt/foretag"
FEL = "http://schema.bolagsverket.se/ssbt/fel"
PRODUCERS = {"Bolagsverket": "2021005489", "SCB": "2021000837", "Skatteverket": "2021005448"}
PRODUCER_OF: dict[str, str] = {
    "UD0001": "Bolagsverket", "UD0002": "SCB", "UD0003": "Bolagsverket", "UD0004": "Bolagsverket", "UD0006": "SCB",
    "UD0009": "SCB", "UD0010": "SCB", "UD0011": "Bolagsverket", "UD0012": "Bolagsverket", "UD0014": "Bolagsverket",
    "UD0020": "Skatteverket", "UD0023": "Skatteverket", "UD0024": "Skatteverket", "UD0025": "Bolagsverket",
    "UD0026": "Bolagsverket", "UD0027": "Bolagsverket", "UD0028": "Bolagsverket", "UD0029": "Skatteverket",
    "UD0031": "Skatteverket", "UD0033": "Skatteverket", "UD0034": "SCB", "UD0039": "SCB", "UD0040": "SCB",
    "UD0042": "SCB", "UD0043": "SCB", "UD0044": "SCB", "UD0045": "Bolagsverket", "UD0046": "Bolagsverket",
    "UD0047": "Bolagsverket", "UD0048": "Bolagsverket", "UD0049": "SCB", "UD0050": "SCB", "UD0051": "SCB",
    "UD0052": "SCB",
}  # fmt: skip


class BadRequest(Exception):
    """The request is not a message of this service."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: whom, which blocks, and the metadata that the answer repeats."""

    number: str
    blocks: tuple[str, ...]
    message_id: str
    transaction_id: str
    consumer: str
    user: str
    """``Datakonsument`` and ``Anvandare`` as XML, repeated in the answer."""


def parse(body: bytes, service: str) -> Request:
    """Read a ``…Begaran`` (service ``ssbtgu`` or ``ssbten``). Raises :class:`BadRequest`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise BadRequest("Begäran är inte välformad XML.") from error
    namespaces = {"gu": GU, "en": EN, "md": MD, "iumf": IUMF, "soap": SOAP}
    name = "gu:GrundlaggandeUppgifterBegaran" if service == "ssbtgu" else "en:EngagemangBegaran"
    message = root.find(f"soap:Body/{name}", namespaces)
    if root.tag != f"{{{SOAP}}}Envelope" or message is None:
        raise BadRequest(f"Kuvertet saknar {name}.")
    if service == "ssbtgu":
        identity = message.find("gu:GrundlaggandeUppgifterBegaranDetaljer/gu:ForetagId/*", namespaces)
    else:
        identity = message.find("en:EngagemangBegaranDetaljer/en:PersonId/*", namespaces)
    if identity is None or not len(identity) or not identity[0].text:
        raise BadRequest("Identitetsbeteckning saknas.")
    blocks = tuple(element.text or "" for element in message.iterfind(".//gu:GrundlaggandeUppgiftId", namespaces))
    if service == "ssbtgu" and (not blocks or any(block not in PRODUCER_OF for block in blocks)):
        raise BadRequest("GrundlaggandeUppgiftId saknas eller är okänd.")

    def text(path: str) -> str:
        found = message.findtext(f".//{path}", namespaces=namespaces)
        if not found:
            raise BadRequest(f"{path} saknas.")
        return found

    def repeated(path: str) -> str:
        element = message.find(f".//{path}", namespaces)
        if element is None:
            raise BadRequest(f"{path} saknas.")
        return etree.tostring(element, encoding="unicode", with_tail=False)

    text("md:Tidstampel")
    return Request(
        number=identity[0].text,
        blocks=blocks,
        message_id=text("md:MeddelandeId"),
        transaction_id=text("md:TransaktionId"),
        consumer=repeated("md:Datakonsument"),
        user=repeated("md:Anvandare"),
    )


def _element(name: str, value: object) -> str:
    return f"<iumf:{name}>{escape(str(value))}</iumf:{name}>"


def _producer(name: str, wrapper: str) -> str:
    return (
        f"<{wrapper}><md:Dataproducent><md:PartId><md:Organisationsnummer>{PRODUCERS[name]}</md:Organisationsnummer>"
        f"</md:PartId><md:PartNamn>{name}</md:PartNamn></md:Dataproducent></{wrapper}>"
    )


def fault_block(kind: str, description: str = "") -> str:
    """A ``Fel`` inside a good answer."""
    text = f"<fel:FelBeskrivning>{escape(description)}</fel:FelBeskrivning>" if description else ""
    return f'<fel:Fel Typ={quoteattr(kind)} Kalla="Dataproducent">{text}</fel:Fel>'


def _postal(address: Address) -> str:
    parts = []
    if address.street:
        parts.append(_element("Utdelningsadress1", address.street))
    if address.care_of:
        parts.append(_element("COAdress", f"c/o {address.care_of}"))
    parts += [_element("Postnummer", address.postal_code), _element("Postort", address.city)]
    return f"<iumf:Postadress>{''.join(parts)}</iumf:Postadress>"


def officers_text(officers: tuple[Officer, ...]) -> str:
    """UD0047: a line of roles, then one line a holder of exactly these roles."""
    lines: list[str] = []
    previous: tuple[str, ...] = ()
    for officer in officers:
        if officer.roles != previous:
            lines.append(",".join(officer.roles))
            previous = officer.roles
        if officer.person:
            person = officer.person
            lines.append(f"{person.number} {person.family}, {person.given}, {person.city}")
        else:
            lines.append(f"{officer.firm_number}, {officer.firm_name}, GRANBY")
    return "\n".join(lines)


def _winding_up(subject: Organisation) -> str:
    entries = []
    for proceeding in subject.proceedings:
        if proceeding.ended:
            kind, code, text = vocabulary.ENDED_PROCEEDINGS[proceeding.code]
        else:
            _, kind, code, text = vocabulary.PROCEEDINGS[proceeding.code]
        entries.append((kind, code, text, proceeding.date))
    struck = ""
    if subject.deregistered and subject.deregistration_reason in vocabulary.SSBT_DEREGISTRATIONS:
        kind, code, text = vocabulary.SSBT_DEREGISTRATIONS[subject.deregistration_reason]
        entries.append((kind, code, text, subject.deregistered))
        struck = _winding("AvvecklingAvfordAnledning", *entries[-1])
    if not entries:
        return ""
    rows = "".join(_winding("Avveckling", *entry) for entry in entries)
    return f"<iumf:Avvecklingsforfarande>{struck}{rows}</iumf:Avvecklingsforfarande>"


def _winding(tag: str, kind: str, code: str, text: str, day: object) -> str:
    return (
        f'<iumf:{tag} Typ="{kind}">{_element("AvvecklingKod", code)}{_element("AvvecklingBeskrivning", text)}'
        f"{_element('AvvecklingDatum', day)}</iumf:{tag}>"
    )


def _place(code: str, name: str, kind: str) -> str:
    return f"<iumf:{kind}>{_element(kind + 'Kod', code)}{_element(kind + 'Namn', name)}</iumf:{kind}>"


def _visiting(address: Address) -> str:
    street, _, number = address.street.rpartition(" ")
    if not street or not number[:1].isdigit():
        # An entrance letter stands apart: "Virkesgatan 3 B".
        words = address.street.split(" ")
        street, number = words[0], " ".join(words[1:])
    return (
        "<iumf:Belagenhetsadress>"
        f"{_place(vocabulary.COUNTY_CODE, vocabulary.COUNTY, 'Lan')}"
        f"{_place(vocabulary.MUNICIPALITY_CODE, vocabulary.MUNICIPALITY, 'Kommun')}"
        f"{_element('Adressomrade', street.upper())}{_element('Adressplats', number)}"
        f"{_element('Postnummer', address.postal_code)}{_element('Postort', address.city)}</iumf:Belagenhetsadress>"
    )


def _yes(flag: bool) -> str:
    return "Ja" if flag else "Nej"


def _content(block: str, subject: Organisation) -> str:
    """The block's content, or the empty string when the register holds nothing for it."""
    form = vocabulary.ORGANISATION_FORMS.get(subject.form, "")
    bolagsverket: dict[str, str] = {
        "UD0001": _element("ForetagNamn", subject.name),
        "UD0003": _postal(subject.postal),
        "UD0004": _element("EPostAdress", subject.email) if subject.email else "",
        "UD0011": _place(vocabulary.MUNICIPALITY_CODE, "Granby kommun", "Kommun"),
        "UD0012": _place(vocabulary.COUNTY_CODE, vocabulary.COUNTY, "Lan"),
        "UD0014": (
            "<iumf:Rakenskapsar><iumf:RakenskapsarFrom><iumf:Manad>1</iumf:Manad><iumf:Dag>1</iumf:Dag>"
            "</iumf:RakenskapsarFrom><iumf:RakenskapsarTom><iumf:Manad>12</iumf:Manad><iumf:Dag>31</iumf:Dag>"
            "</iumf:RakenskapsarTom></iumf:Rakenskapsar>"
        ),
        "UD0025": (
            f"<iumf:Foretagsform>{_element('ForetagsformKod', subject.form)}"
            f"{_element('ForetagsformBeskrivning', form.lower())}</iumf:Foretagsform>"
        ),
        "UD0026": _element("ForetagRegistreratDatum", subject.registered),
        "UD0027": _winding_up(subject),
        "UD0028": _element("ForetagAvregistreratDatum", subject.deregistered) if subject.deregistered else "",
        "UD0045": _element("FirmateckningBeskrivning", subject.signatory) if subject.signatory else "",
        "UD0046": _element("Verksamhetsbeskrivning", subject.description),
        "UD0047": (
            f"<gu:SamladeFunktionarerBeskrivning>{escape(officers_text(subject.officers))}"
            "</gu:SamladeFunktionarerBeskrivning>"
            if subject.officers
            else ""
        ),
        "UD0048": (
            f"<iumf:Aktier>{_element('AktierAntal', subject.shares)}"
            f'<iumf:Aktiekapital Redovisningsvaluta="SEK">{subject.capital}.00</iumf:Aktiekapital></iumf:Aktier>'
            if subject.shares
            else ""
        ),
    }
    scb: dict[str, str] = {
        "UD0002": (
            f"<iumf:JuridiskForm>{_element('JuridiskFormKod', subject.juridical_form)}"
            f"{_element('JuridiskFormBeskrivning', vocabulary.JURIDICAL_FORMS[subject.juridical_form])}"
            "</iumf:JuridiskForm>"
        ),
        "UD0006": _element("Telefonnummer", subject.phone) if subject.phone else "",
        "UD0040": _visiting(subject.visiting) if subject.visiting else "",
    }
    if block in bolagsverket:
        return bolagsverket[block] if subject.in_bolagsverket else _public_body(block, subject)
    if block in scb:
        return scb[block] if subject.in_scb else ""
    if block == "UD0024":
        rows = "".join(
            f"<iumf:SNI>{_element('SNIKod', code)}{_element('SNIBeskrivning', vocabulary.SNI_TEXTS[code])}</iumf:SNI>"
            for code in subject.sni
        )
        return rows if subject.in_scb else ""
    flags = {
        "UD0029": ("Skatteform", subject.f_tax),
        "UD0031": ("Momsregistrerad", subject.vat),
        "UD0033": ("Arbetsgivarregistrerad", subject.employer),
    }
    if block in flags:
        name, flag = flags[block]
        return _element(name, _yes(flag))
    return ""


def _public_body(block: str, subject: Organisation) -> str:
    """What SCB answers for a body that Bolagsverket does not register."""
    if block == "UD0001":
        return _element("ForetagNamn", subject.name)
    if block == "UD0003":
        return _postal(subject.postal)
    return ""


def _metadata(prefix: str, wrapper: str, request: Request, timestamp: str, service: str) -> str:
    answer_id = uuid.uuid5(uuid.NAMESPACE_OID, f"{request.message_id}|{timestamp}")
    return (
        f"<{prefix}:{wrapper}><md:MeddelandeId>{answer_id}</md:MeddelandeId>"
        f"<md:TransaktionId>{escape(request.transaction_id)}</md:TransaktionId>"
        f"<md:Tidstampel>{timestamp}</md:Tidstampel>{request.consumer}{request.user}"
        f"<md:Formedlare><md:PartId><md:Organisationsnummer>2021005489</md:Organisationsnummer></md:PartId>"
        f"<md:PartNamn>Bolagsverket</md:PartNamn><md:Service><md:ServiceNamn>{service}</md:ServiceNamn></md:Service>"
        f"</md:Formedlare></{prefix}:{wrapper}>"
    )


def _envelope(message: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{message}'
        "</soap:Body></soap:Envelope>"
    ).encode()


def ssbtgu_answer(
    request: Request, subject: Organisation | None, timestamp: str, failing: dict[str, str] | None = None
) -> bytes:
    """``GrundlaggandeUppgifterSvar``. ``failing`` maps a block (UD…) or a producer to a ``Fel`` type."""
    faults = failing or {}
    rows = []
    for block in sorted(set(request.blocks)):
        producer = PRODUCER_OF[block]
        if subject and not subject.in_bolagsverket and producer == "Bolagsverket" and block in ("UD0001", "UD0003"):
            producer = "SCB"
        content = _content(block, subject) if subject else ""
        if block in faults or producer in faults:
            content = fault_block(faults.get(block) or faults[producer], f"{producer} kunde inte lämna uppgiften.")
        elif subject is None:
            content = fault_block("ForetagFinnsEj", "Företaget finns inte.")
        elif not content:
            content = fault_block("UppgiftFinnsEj", "Uppgift finns ej.")
        rows.append(f"<gu:{block}>{_producer(producer, 'gu:GrundlaggandeUppgiftMetadata')}{content}</gu:{block}>")
    kind = "Personnummer" if len(request.number) == 12 else "Organisationsnummer"
    return _envelope(
        f'<gu:GrundlaggandeUppgifterSvar SchemaVersion="2.5.0" xmlns:gu="{GU}" xmlns:md="{MD}" xmlns:iumf="{IUMF}"'
        f' xmlns:fel="{FEL}">'
        f"{_metadata('gu', 'GrundlaggandeUppgifterSvarMetadata', request, timestamp, 'SSBTGU')}"
        "<gu:GrundlaggandeUppgifterSvarDetaljer><gu:ForetagId><iumf:PersonIdentitetsbeteckning>"
        f"{_element(kind, request.number)}</iumf:PersonIdentitetsbeteckning></gu:ForetagId>"
        f"{''.join(rows)}</gu:GrundlaggandeUppgifterSvarDetaljer></gu:GrundlaggandeUppgifterSvar>"
    )


def _engaged(subject: Organisation) -> str:
    kind = "Personnummer" if subject.is_person else "Organisationsnummer"
    if subject.is_person:
        name = (
            f"<iumf:Namnskydd>{_element('Namnskyddslopnummer', subject.sequence)}"
            f"{_element('ForetagNamn', subject.name)}</iumf:Namnskydd>"
        )
    else:
        name = _element("ForetagNamn", subject.name)
    ended = _element("ForetagAvregistreratDatum", subject.deregistered) if subject.deregistered else ""
    return (
        f"<en:Foretag><en:ForetagId><iumf:PersonIdentitetsbeteckning>{_element(kind, subject.number)}"
        f"</iumf:PersonIdentitetsbeteckning></en:ForetagId>{name}<iumf:Foretagsform>"
        f"{_element('ForetagsformKod', subject.form)}"
        f"{_element('ForetagsformBeskrivning', vocabulary.ORGANISATION_FORMS[subject.form].lower())}"
        f"</iumf:Foretagsform>{ended}</en:Foretag>"
    )


def ssbten_answer(
    request: Request, found: list[Organisation], timestamp: str, failing: dict[str, str] | None = None
) -> bytes:
    """``EngagemangSvar``: one group a producer; ``failing`` maps a producer to a ``Fel`` type."""
    faults = failing or {}
    trader = next((subject for subject in found if subject.is_person and not subject.deregistered), None)
    groups = {
        "Bolagsverket": "".join(_engaged(subject) for subject in found),
        "Skatteverket": (
            "<en:Foretag><en:ForetagId><iumf:PersonIdentitetsbeteckning>"
            f"{_element('Personnummer', trader.number)}</iumf:PersonIdentitetsbeteckning></en:ForetagId>"
            f"{_element('ForetagNamn', 'Enskild näringsverksamhet')}<iumf:Foretagsform>"
            f"{_element('ForetagsformKod', 'E')}{_element('ForetagsformBeskrivning', 'enskild näringsidkare')}"
            f"</iumf:Foretagsform>{_element('EnskildNaringsverksamhet', 'Ja')}</en:Foretag>"
            if trader
            else ""
        ),
    }
    rows = "".join(
        f"<en:ForetagEngagemang>{_producer(producer, 'en:ForetagEngagemangMetadata')}"
        f"{fault_block(faults[producer], 'Uppgiftskällan svarar inte.') if producer in faults else content}"
        "</en:ForetagEngagemang>"
        for producer, content in groups.items()
    )
    return _envelope(
        f'<en:EngagemangSvar SchemaVersion="1.5.0" xmlns:en="{EN}" xmlns:md="{MD}" '
        f'xmlns:iumf="{IUMF}" xmlns:fel="{FEL}">'
        f"{_metadata('en', 'EngagemangSvarMetadata', request, timestamp, 'SSBTEN')}"
        "<en:EngagemangSvarDetaljer><en:PersonId><iumf:PersonIdentitetsbeteckning>"
        f"{_element('Personnummer', request.number)}</iumf:PersonIdentitetsbeteckning></en:PersonId>{rows}"
        "</en:EngagemangSvarDetaljer></en:EngagemangSvar>"
    )


def service_fault(service: str, kind: str, description: str, timestamp: str) -> bytes:
    """A ``soap:Fault`` with ``Servicefel``: the whole call failed."""
    space, version = (
        ("http://schema.bolagsverket.se/ssbtgu/v2/servicefel", "2.5.0")
        if service == "ssbtgu"
        else ("http://schema.bolagsverket.se/ssbten/servicefel", "1.5.0")
    )
    identifier = uuid.uuid5(uuid.NAMESPACE_OID, f"{service}|{kind}|{timestamp}")
    return _envelope(
        f"<soap:Fault><faultcode>soap:Server</faultcode><faultstring>{escape(description)}</faultstring><detail>"
        f'<sf:Servicefel SchemaVersion="{version}" xmlns:sf="{space}" xmlns:md="{MD}" xmlns:fel="{FEL}">'
        f"<sf:ServicefelMetadata><md:MeddelandeId>{identifier}</md:MeddelandeId><md:Tidstampel>{timestamp}"
        "</md:Tidstampel></sf:ServicefelMetadata><sf:ServicefelDetaljer>"
        f"{fault_block(kind, description)}</sf:ServicefelDetaljer></sf:Servicefel></detail></soap:Fault>"
    )
