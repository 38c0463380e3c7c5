"""Code lists of the Swedish registers and what they mean in the vocabulary of ``graph.model``.

Texts are the registers' own. A code that is not listed is kept as code and text and counts as ``other``; it is never
an error, since registers add codes without notice.

Sources: Bolagsverket's documentation of värdefulla datamängder (organisationsform, avregistreringsorsak, pågående
förfarande, organisationsnamntyp), SCB's list of juridisk form, codes seen in the bulk file and in SSBT answers.
"""

from __future__ import annotations

from typing import NamedTuple

from graph.model import Position

ORGANISATION_FORMS: dict[str, str] = {
    "AB": "Aktiebolag",
    "BAB": "Bankaktiebolag",
    "BF": "Bostadsförening",
    "BFL": "Utländsk banks filial",
    "BRF": "Bostadsrättsförening",
    "E": "Enskild näringsverksamhet",
    "EB": "Enkla bolag",
    "EEIG": "Europeisk ekonomisk intressegruppering",
    "EGTS": "Europeiska grupperingar för territoriellt samarbete",
    "EK": "Ekonomisk förening",
    "FAB": "Försäkringsaktiebolag",
    "FF": "Försäkringsförmedlare",
    "FL": "Filial",
    "FOF": "Försäkringsförening",
    "HB": "Handelsbolag",
    "I": "Ideell förening som bedriver näringsverksamhet",
    "KB": "Kommanditbolag",
    "KHF": "Kooperativ hyresrättsförening",
    "MB": "Medlemsbank",
    "OFB": "Ömsesidigt försäkringsbolag",
    "OTPB": "Ömsesidigt tjänstepensionsbolag",
    "S": "Stiftelse som bedriver näringsverksamhet",
    "SB": "Sparbank",
    "SCE": "Europakooperativ",
    "SE": "Europabolag",
    "SF": "Sambruksförening",
    "TPAB": "Tjänstepensionsaktiebolag",
    "TPF": "Tjänstepensionsförening",
    "TSF": "Trossamfund som bedriver näringsverksamhet",
}
"""Bolagsverket's organisationsform."""

LEGAL_FORMS: dict[str, str] = {
    "10": "Fysiska personer",
    "21": "Enkla bolag",
    "22": "Partrederier",
    "23": "Värdepappersfonder",
    "31": "Handelsbolag, kommanditbolag",
    "32": "Gruvbolag",
    "41": "Bankaktiebolag",
    "42": "Försäkringsaktiebolag",
    "43": "Europabolag",
    "49": "Aktiebolag utom bank- och försäkringsaktiebolag",
    "51": "Ekonomiska föreningar utom bostadsrättsföreningar",
    "53": "Bostadsrättsföreningar",
    "54": "Kooperativa hyresrättsföreningar",
    "55": "Europakooperativ och EGTS",
    "61": "Ideella föreningar",
    "62": "Samfällighetsföreningar, vägföreningar, vägsamfälligheter",
    "63": "Registrerade trossamfund",
    "71": "Familjestiftelser",
    "72": "Övriga stiftelser och fonder",
    "81": "Statliga enheter",
    "82": "Kommuner",
    "83": "Kommunalförbund",
    "84": "Regioner",
    "85": "Allmänna försäkringskassor",
    "86": "Enheter inom svenska kyrkan",
    "87": "Offentliga korporationer och anstalter",
    "88": "Hypoteksföreningar",
    "89": "Regionala statliga myndigheter",
    "91": "Dödsbon",
    "92": "Ömsesidiga försäkringsbolag",
    "93": "Sparbanker",
    "94": "Understödsföreningar",
    "95": "Arbetslöshetskassor",
    "96": "Utländska juridiska personer",
    "98": "Övriga svenska juridiska personer bildade enligt särskild lagstiftning",
    "99": "Juridisk form ej utredd",
}
"""SCB's and Skatteverket's juridisk form."""


class Deregistration(NamedTuple):
    """Why an organisation was struck off: published text, and ``cause`` as ``Predicate.DEREGISTRATION`` has it."""

    text: str
    cause: str


DEREGISTRATIONS: dict[str, Deregistration] = {
    "AKEJH": Deregistration("Aktiekapitalet inte höjts", "other"),
    "ARSEED": Deregistration("Årsredovisning saknas", "report_missing"),
    "AVREG": Deregistration("Avregistrerad", "other"),
    "BABAKEJH": Deregistration("Ombildat till bankaktiebolag eller aktiekapitalet inte höjts", "other"),
    "DELAV": Deregistration("Delning", "other"),
    "DOM": Deregistration("Beslut av domstol", "other"),
    "FUAV": Deregistration("Fusion", "merger"),
    "GROMAV": Deregistration("Gränsöverskridande ombildning", "other"),
    "KKAV": Deregistration("Konkurs", "bankruptcy"),
    "LIAV": Deregistration("Likvidation", "liquidation"),
    "NYINN": Deregistration("Ny innehavare", "other"),
    "OMAV": Deregistration("Ombildning", "other"),
    "OMBAB": Deregistration("Ombildat till bankaktiebolag", "other"),
    "OVERK": Deregistration("Overksamhet", "other"),
    "UTLKKLI": Deregistration("Det utländska företagets likvidation eller konkurs", "other"),
    "VERKUPP": Deregistration("Verksamheten har upphört", "other"),
    "VDSAK": Deregistration("Verkställande direktör saknas", "other"),
}
"""Bolagsverket's avregistreringsorsak."""


class Proceeding(NamedTuple):
    """A proceeding: published text, ``kind`` and ``state`` as ``Predicate.PROCEEDING`` has them."""

    text: str
    kind: str
    state: str


ONGOING_PROCEEDINGS: dict[str, Proceeding] = {
    "AC": Proceeding("Ackordsförhandling", "composition", "ongoing"),
    "DEOL": Proceeding("Överlåtande vid delning", "division", "ongoing"),
    "DEOT": Proceeding("Övertagande vid delning", "division", "ongoing"),
    "FR": Proceeding("Företagsrekonstruktion", "reconstruction", "ongoing"),
    "FUOL": Proceeding("Överlåtande i fusion", "merger", "ongoing"),
    "FUOT": Proceeding("Övertagande i fusion", "merger", "ongoing"),
    "GROM": Proceeding("Gränsöverskridande ombildning", "other", "ongoing"),
    "KK": Proceeding("Konkurs", "bankruptcy", "ongoing"),
    "LI": Proceeding("Likvidation", "liquidation", "ongoing"),
    "OM": Proceeding("Ombildning", "other", "ongoing"),
    "RES": Proceeding("Resolution", "resolution", "ongoing"),
}
"""Bolagsverket's pågående avvecklings- eller omstruktureringsförfarande."""

ENDED_PROCEEDINGS: dict[str, Proceeding] = {
    "KKAVOV": Proceeding("Konkurs avslutad med överskott", "bankruptcy", "ended"),
    "KKUHAVD": Proceeding("Konkurs upphävd", "bankruptcy", "annulled"),
    "LIUHOR": Proceeding("Likvidation upphörd", "liquidation", "ended"),
    "LIUHAVD": Proceeding("Likvidation upphävd", "liquidation", "annulled"),
    "ACUHOR": Proceeding("Ackordsförhandling upphörd", "composition", "ended"),
    "ACUHAVD": Proceeding("Ackordsförhandling upphävd", "composition", "annulled"),
    "FRUHOR": Proceeding("Företagsrekonstruktion upphörd", "reconstruction", "ended"),
    "FRUHAVD": Proceeding("Företagsrekonstruktion upphävd", "reconstruction", "annulled"),
}
"""Codes of ended proceedings in the bulk file (undocumented; readings from the abbreviations)."""

NUMERIC_PROCEEDINGS: dict[str, Proceeding] = {
    "11": Proceeding("Ackordsförhandling inledd", "composition", "ongoing"),
    "12": Proceeding("Ackordsförhandling avslutad", "composition", "ended"),
    "13": Proceeding("Ackordsförhandling upphävd", "composition", "annulled"),
    "20": Proceeding("Konkurs inledd", "bankruptcy", "ongoing"),
    "21": Proceeding("Konkurs avslutad", "bankruptcy", "ended"),
    "22": Proceeding("Konkurs avslutad med överskott", "bankruptcy", "ended"),
    "24": Proceeding("Konkurs upphävd", "bankruptcy", "annulled"),
    "32": Proceeding("Likvidation beslutad", "liquidation", "ongoing"),
    "80": Proceeding("Företagsrekonstruktion inledd", "reconstruction", "ongoing"),
    "81": Proceeding("Företagsrekonstruktion avslutad", "reconstruction", "ended"),
    "82": Proceeding("Företagsrekonstruktion upphävd", "reconstruction", "annulled"),
    "85": Proceeding("Resolution", "resolution", "ongoing"),
}
"""The part that is known of the numeric codes in SSBT answers (UD0027)."""

SSBT_PROCEEDING_KINDS: dict[str, str] = {
    "DelningOverlatande": "division",
    "DelningOvertagande": "division",
    "Foretagsrekonstruktion": "reconstruction",
    "FusionOverlatande": "merger",
    "FusionOvertagande": "merger",
    "Konkurs": "bankruptcy",
    "Likvidation": "liquidation",
}
"""``@Typ`` of UD0027 to the kind of proceeding."""

NAME_KINDS: dict[str, str] = {
    "FORETAGSNAMN": "registered",
    "NAMN": "registered",
    "FORNAMN_FRSPRAK": "foreign_language",
    "FORETAGSNAMN_PA_FRAMMANDE_SPRAK": "foreign_language",
    "SARSKILT_FORETAGSNAMN": "secondary",
    "SARS_FORNAMN": "secondary",
}
"""Organisationsnamntyp in the API and the bulk file to the kind of name."""


def proceeding_state(text: str) -> str | None:
    """The state that a register's text about a proceeding tells; ``None`` when the text tells none."""
    lowered = text.casefold()
    if "upphäv" in lowered or "återkall" in lowered:
        return "annulled"
    if "avslut" in lowered or "upphör" in lowered or "verkställd" in lowered:
        return "ended"
    if "inled" in lowered or "beslut" in lowered or "pågå" in lowered or "ansök" in lowered:
        return "ongoing"
    return None


_POSITIONS: tuple[tuple[str, Position], ...] = (
    # The first text that the role contains decides, so the narrower stand first.
    ("revisor", Position.AUDITOR),
    ("likvidator", Position.LIQUIDATOR),
    ("konkursförvaltare", Position.OTHER),
    ("rekonstruktör", Position.OTHER),
    ("delgivning", Position.OTHER),
    ("vice verkställande direktör", Position.DEPUTY),
    ("vice vd", Position.DEPUTY),
    ("ställföreträdande verkställande direktör", Position.DEPUTY),
    ("verkställande direktör", Position.CHIEF_EXECUTIVE),
    ("föreståndare", Position.CHIEF_EXECUTIVE),
    ("suppleant", Position.DEPUTY),
    ("vice ordförande", Position.BOARD_MEMBER),
    ("ordförande", Position.BOARD_CHAIR),
    ("ledamot", Position.BOARD_MEMBER),
    ("arbetstagarrepresentant", Position.BOARD_MEMBER),
    ("bolagsman", Position.PARTNER),
    ("komplementär", Position.PARTNER),
    ("kommanditdelägare", Position.PARTNER),
    ("innehavare", Position.PARTNER),
    ("firmatecknare", Position.SIGNATORY),
    ("prokurist", Position.SIGNATORY),
)


def position_of(role: str) -> Position:
    """The kind of office that a published role text names; ``OTHER`` when it is not known."""
    lowered = " ".join(role.casefold().split())
    if lowered == "vd":
        return Position.CHIEF_EXECUTIVE
    return next((position for text, position in _POSITIONS if text in lowered), Position.OTHER)


def is_known_role(role: str) -> bool:
    """Whether ``role`` is a role text that this list knows."""
    lowered = " ".join(role.casefold().split())
    return lowered == "vd" or any(text in lowered for text, _ in _POSITIONS)
