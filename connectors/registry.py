"""The sources that the product knows, and one shape for those that are asked one question at a time.

``SOURCES`` describes every source, also those that are answered from the mirrored register, so that a verdict can
name what it rests on. ``lookup`` hides how the three network lookups differ.
"""

from __future__ import annotations

from typing import Protocol

from connectors.base import FetchedDocument, Mapped, SourceDescription, SourceKind
from connectors.politeness import RateLimiter
from connectors.settings import ConnectorSettings
from graph.model import EntityKey, PersonKeyer

_BOLAGSVERKET = "Bolagsverket"
_FREE_REUSE = "Fri vidareutnyttjning, ingen namngiven licens"

_DESCRIPTIONS = (
    SourceDescription(
        id="bolagsverket_vdm",
        kind=SourceKind.LOOKUP,
        name_sv="Bolagsverket, värdefulla datamängder",
        name_en="Swedish Companies Registration Office, valuable data sets",
        producer="Bolagsverket och SCB",
        personal_data=True,
        requests_per_minute=60,
        fresh_days=7,
        licence=_FREE_REUSE,
        answers_sv="Namn, form, registrering, pågående förfaranden, bransch och postadress för en organisation.",
    ),
    SourceDescription(
        id="ssbtgu",
        kind=SourceKind.LOOKUP,
        name_sv="SSBTGU, grundläggande uppgifter",
        name_en="SSBTGU, basic company data for public bodies",
        producer="Bolagsverket, Skatteverket och SCB",
        personal_data=True,
        requests_per_minute=120,
        fresh_days=7,
        licence="Avtal med Bolagsverket, endast svenska offentliga organ",
        answers_sv="F-skatt, moms, arbetsgivare, funktionärer, firmateckning, aktier och förfaranden för ett företag.",
    ),
    SourceDescription(
        id="ssbten",
        kind=SourceKind.LOOKUP,
        name_sv="SSBTEN, företagsengagemang",
        name_en="SSBTEN, a person's company engagements",
        producer="Bolagsverket och Skatteverket",
        personal_data=True,
        requests_per_minute=120,
        fresh_days=7,
        licence="Avtal med Bolagsverket, endast svenska offentliga organ",
        answers_sv="Vilka företag en person är engagerad i.",
    ),
    SourceDescription(
        id="bolagsverket_bulk",
        kind=SourceKind.BULK,
        name_sv="Bolagsverkets bulkfil",
        name_en="Swedish Companies Registration Office, bulk file",
        producer=_BOLAGSVERKET,
        personal_data=False,
        requests_per_minute=None,
        fresh_days=14,
        licence=_FREE_REUSE,
        answers_sv="Samma grunduppgifter för alla organisationer varje vecka, med avslutade förfaranden.",
    ),
    SourceDescription(
        id="scb_bulk",
        kind=SourceKind.BULK,
        name_sv="SCB:s bulkfil",
        name_en="Statistics Sweden, bulk file",
        producer="SCB",
        personal_data=False,
        requests_per_minute=None,
        fresh_days=14,
        licence=_FREE_REUSE,
        answers_sv="Juridisk form, verksamhetsstatus, bransch och adress för alla organisationer varje vecka.",
    ),
    SourceDescription(
        id="eu_fsf",
        kind=SourceKind.LIST,
        name_sv="EU:s förteckning över finansiella sanktioner",
        name_en="EU financial sanctions file",
        producer="Europeiska kommissionen",
        personal_data=True,
        requests_per_minute=None,
        fresh_days=3,
        licence="Europeiska kommissionens villkor för vidareutnyttjande",
        answers_sv="Personer och organisationer vars tillgångar är frysta enligt EU-rätten.",
    ),
    SourceDescription(
        id="un_sc",
        kind=SourceKind.LIST,
        name_sv="FN:s säkerhetsråds sanktionsförteckning",
        name_en="UN Security Council consolidated list",
        producer="FN:s säkerhetsråd",
        personal_data=True,
        requests_per_minute=None,
        fresh_days=3,
        licence="FN:s allmänna villkor",
        answers_sv="Personer och organisationer som säkerhetsrådet har beslutat sanktioner mot.",
    ),
    SourceDescription(
        id="ofac_sdn",
        kind=SourceKind.LIST,
        name_sv="USA:s sanktionsförteckning (OFAC SDN)",
        name_en="US sanctions list (OFAC SDN)",
        producer="U.S. Department of the Treasury",
        personal_data=True,
        requests_per_minute=None,
        fresh_days=3,
        licence="Public domain (USA:s federala förvaltning)",
        answers_sv="Personer, organisationer och fartyg som USA har beslutat sanktioner mot.",
    ),
    SourceDescription(
        id="bods",
        kind=SourceKind.FILE,
        name_sv="Ägaruppgifter som leverantören lämnat (BODS)",
        name_en="Ownership stated by the supplier (BODS)",
        producer="Den som lämnat filen",
        personal_data=True,
        requests_per_minute=None,
        fresh_days=365,
        licence="Inlämnad handling",
        answers_sv="Ägare och verkliga huvudmän enligt den fil som lämnats in i ärendet.",
    ),
    SourceDescription(
        id="municipal_terminations",
        kind=SourceKind.FILE,
        name_sv="Kommunens avslutade avtal",
        name_en="The municipality's terminated contracts",
        producer="Kommunen",
        personal_data=False,
        requests_per_minute=None,
        fresh_days=365,
        licence="Kommunens egen handling",
        answers_sv="Vilka avtal kommunen har avslutat i förtid, när, varför och med vilket beslut.",
    ),
    SourceDescription(
        id="municipal_subcontracts",
        kind=SourceKind.FILE,
        name_sv="Underleverantörsled enligt avtalet",
        name_en="Tiers of subcontractors under the contract",
        producer="Kommunen",
        personal_data=False,
        requests_per_minute=None,
        fresh_days=365,
        licence="Kommunens egen handling",
        answers_sv="Vem som anlitar vem i avtalet, angivet led, andel och hur många led avtalet tillåter.",
    ),
    SourceDescription(
        id="municipal_handlers",
        kind=SourceKind.FILE,
        name_sv="Ärendets handläggare och deras jävsuppgifter",
        name_en="The case's handlers and what they have declared",
        producer="Kommunen",
        personal_data=True,
        requests_per_minute=None,
        fresh_days=365,
        licence="Kommunens egen handling",
        answers_sv="Vilka som handlägger ärendet och vilka relationer de själva har uppgett.",
    ),
    SourceDescription(
        id="municipal_lease_terms",
        kind=SourceKind.FILE,
        name_sv="Hyresavtalens villkor",
        name_en="Terms of the leases",
        producer="Kommunen",
        personal_data=False,
        requests_per_minute=None,
        fresh_days=365,
        licence="Kommunens egen handling",
        answers_sv="Avtalat ändamål, tillträde, ägarklausul och borgensman för en hyresgäst.",
    ),
    SourceDescription(
        id="municipal_payments",
        kind=SourceKind.FILE,
        name_sv="Hyresbetalningar",
        name_en="Rent payments",
        producer="Kommunen",
        personal_data=False,
        requests_per_minute=None,
        fresh_days=365,
        licence="Kommunens egen handling",
        answers_sv="Vem som har betalat hyran, hur många gånger.",
    ),
    SourceDescription(
        id="register_history",
        kind=SourceKind.BULK,
        name_sv="Ändringar i det speglade registret",
        name_en="Changes in the mirrored register",
        producer="Bolagsverket och SCB, jämförda vecka för vecka",
        personal_data=False,
        requests_per_minute=None,
        fresh_days=14,
        licence=_FREE_REUSE,
        answers_sv="När namn, adress, bransch eller status ändrades mellan två av registrets veckofiler.",
    ),
    SourceDescription(
        id="register_statistics",
        kind=SourceKind.BULK,
        name_sv="Adresstatistik ur det speglade registret",
        name_en="Address statistics from the mirrored register",
        producer="Bolagsverket och SCB",
        personal_data=False,
        requests_per_minute=None,
        fresh_days=14,
        licence=_FREE_REUSE,
        answers_sv="Hur många organisationer som delar postadress, och hur många av dem som gått i konkurs.",
    ),
    SourceDescription(
        id="register_neighbours",
        kind=SourceKind.BULK,
        name_sv="Angränsande organisationer i det speglade registret",
        name_en="Neighbouring organisations in the mirrored register",
        producer="Bolagsverket och SCB",
        personal_data=False,
        requests_per_minute=None,
        fresh_days=14,
        licence=_FREE_REUSE,
        answers_sv="Organisationer i konkurs som delar adress, namn eller bransch med den som granskas.",
    ),
)

SOURCES: dict[str, SourceDescription] = {description.id: description for description in _DESCRIPTIONS}
"""Every source by its id."""


class LookupConnector(Protocol):
    """One question about one entity, whatever the source."""

    def fetch(self, settings: ConnectorSettings, limiter: RateLimiter, number: str) -> FetchedDocument:
        """Ask about ``number`` (compact). Raises ``SourceFailure`` and nothing else for what the outside does."""
        ...

    def map(self, document: FetchedDocument, keyer: PersonKeyer, subject: EntityKey | None) -> Mapped:
        """Read the document and state its facts; ``subject`` is whom the question was about.

        Raises ``connectors.base.MalformedContent`` when the document is not what the source promises or is about
        someone else. ``subject=None`` takes the document's own word for whom it is about (``genomlys read``).
        """
        ...


def lookup(source: str) -> LookupConnector:
    """The lookup connector of ``source``; ``KeyError`` if the id is unknown or is not a lookup."""
    if source == "bolagsverket_vdm":
        from connectors.bolagsverket_vdm import VdmLookup

        return VdmLookup()
    if source == "ssbtgu":
        from connectors.ssbtgu import SsbtguLookup

        return SsbtguLookup()
    if source == "ssbten":
        from connectors.ssbten import SsbtenLookup

        return SsbtenLookup()
    raise KeyError(source)
