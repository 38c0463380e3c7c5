"""The words of the fictional municipality: towns, streets, names, trades, and the registers' published codes.

Every place, company and person is made up. Postal codes 990 00–999 99 are believed unused. Streets and firm words in
``PLANTED_*`` never occur among ordinary organisations, so that a planted pattern cannot arise by chance elsewhere.
"""

from __future__ import annotations

MUNICIPALITY_CODE = "9901"
MUNICIPALITY = "Granby"
COUNTY_CODE = "99"
COUNTY = "Granby län"

TOWNS: tuple[tuple[str, str], ...] = (
    ("GRANBY", "99010"),
    ("GRANBY", "99020"),
    ("GRANBY", "99030"),
    ("GRANBY", "99040"),
    ("NORRGRANBY", "99110"),
    ("ÖSTERGRANBY", "99120"),
    ("SJÖHOLMA", "99210"),
    ("KVARNTORPA", "99220"),
    ("LILLVASS", "99310"),
    ("ÄLVSUNDA", "99320"),
    ("TALLMO", "99410"),
    ("HAMNSKÄR", "99420"),
    ("STENSMÅLA", "99510"),
    ("RÖDLUNDA", "99520"),
    ("BJÖRKEDAL", "99610"),
    ("ÅNÄSET STRAND", "99620"),
)

STREETS: tuple[str, ...] = tuple(
    first + last
    for first in (
        "Björk", "Gran", "Tall", "Rönn", "Lind", "Ek", "Alm", "Sjö", "Berg", "Dal", "Ängs", "Skogs", "Kyrko", "Skol",
        "Bruks", "Smed", "Snickar", "Garvar", "Linje", "Station", "Industri", "Verkstads", "Ring", "Park",
    )
    for last in ("gatan", "vägen", "stigen", "backen", "gränd")
)  # fmt: skip

FAMILY_NAMES: tuple[str, ...] = tuple(
    first + last
    for first in (
        "Björk", "Lind", "Gran", "Ek", "Alm", "Sten", "Berg", "Dal", "Sjö", "Ny", "Hög", "Norr", "Söder", "Öster",
        "Väst", "Holm", "Lund", "Sand", "Äng", "Fors",
    )
    for last in ("gren", "ström", "kvist", "mark", "stedt", "rot", "löv", "hed", "skog", "vik")
)  # fmt: skip

GIVEN_FEMALE: tuple[str, ...] = (
    "Anna", "Maria", "Karin", "Eva", "Lena", "Sara", "Emma", "Ingrid", "Elin", "Ulla", "Birgit", "Helena", "Johanna",
    "Amira", "Fatima", "Nadja", "Linnea", "Astrid", "Svea", "Märta",
)  # fmt: skip
GIVEN_MALE: tuple[str, ...] = (
    "Lars", "Karl", "Erik", "Anders", "Per", "Johan", "Nils", "Mikael", "Olle", "Gustav", "Hans", "Sven", "Bengt",
    "Ali", "Dragan", "Tomasz", "Viktor", "Axel", "Emil", "Åke",
)  # fmt: skip

FIRM_WORDS: tuple[str, ...] = tuple(
    first + last
    for first in (
        "Björk", "Silver", "Blå", "Röd", "Nord", "Syd", "Öst", "Väst", "Sjö", "Berg", "Sten", "Skog", "Ängs", "Älv",
        "Kust", "Hav", "Sol", "Måne", "Stjärn", "Vinter", "Vår", "Höst", "Kungs", "Kläm", "Trygg", "Rask",
    )
    for last in ("hälla", "vinge", "kulle", "fors", "rike", "hult", "näs", "borg", "sund", "torpet", "gläntan", "hamra")
)  # fmt: skip

TRADES: tuple[tuple[str, str, str], ...] = (
    # SNI 2025, its published text, the word in the firm's name
    ("43320", "Byggnadssnickeriarbeten", "Snickeri"),
    ("43210", "Elinstallationer", "El"),
    ("43310", "Puts-, fasad- och stuckatörsarbeten", "Fasad"),
    ("41000", "Byggande av bostadshus och andra byggnader", "Bygg"),
    ("43341", "Måleriarbeten", "Måleri"),
    ("49410", "Vägtransport, godstrafik", "Åkeri"),
    ("56110", "Restaurangverksamhet", "Krog"),
    ("62201", "Datakonsultverksamhet", "Data"),
    ("69201", "Redovisning och bokföring; skatterådgivning", "Redovisning"),
    ("70200", "Konsultverksamhet avseende företags organisation", "Konsult"),
    ("71110", "Arkitektverksamhet", "Arkitekter"),
    ("81210", "Lokalvård", "Städ"),
    ("81300", "Skötsel och underhåll av grönytor", "Trädgård"),
    ("47721", "Detaljhandel med skodon", "Skor"),
    ("10710", "Tillverkning av mjukt matbröd och färska bakverk", "Bageri"),
    ("18122", "Tryckning av böcker och övriga trycksaker", "Tryckeri"),
    ("96210", "Frisörer och barberare", "Frisör"),
    ("86230", "Tandläkarverksamhet", "Tandvård"),
    ("46900", "Icke-specialiserad partihandel", "Handel"),
    ("52100", "Magasinering och varulagring", "Lager"),
)

SNI_TEXTS: dict[str, str] = {code: text for code, text, _ in TRADES} | {
    "00000": "Okänd",
    "35140": "Distribution av elektricitet",
    "43120": "Mark- och grundarbeten",
    "43991": "Uthyrning av bygg- och anläggningsmaskiner med förare",
    "43999": "Annan övrig specialiserad bygg- och anläggningsverksamhet",
    "55101": "Hotellverksamhet med restaurangrörelse",
    "64212": "Holdingverksamhet i icke-finansiella koncerner",
    "68203": "Uthyrning och förvaltning av egna eller arrenderade, andra lokaler",
    "68204": "Förvaltning i bostadsrättsföreningar",
    "81221": "Rengöring av byggnader",
    "84111": "Stats- och kommunledning, lagstiftning och övergripande planering",
    "84250": "Brand- och räddningsverksamhet",
    "88101": "Öppna sociala insatser för äldre personer",
    "90200": "Scenkonst",
    "93120": "Sportklubbars och idrottsföreningars verksamhet",
    "94990": "Verksamhet i diverse övriga intresseorganisationer",
}

ORGANISATION_FORMS: dict[str, str] = {
    "AB": "Aktiebolag",
    "BRF": "Bostadsrättsförening",
    "E": "Enskild näringsverksamhet",
    "EK": "Ekonomisk förening",
    "FL": "Filial",
    "HB": "Handelsbolag",
    "I": "Ideell förening som bedriver näringsverksamhet",
    "KB": "Kommanditbolag",
    "S": "Stiftelse som bedriver näringsverksamhet",
}

JURIDICAL_FORMS: dict[str, str] = {
    "10": "Fysiska personer",
    "31": "Handelsbolag, kommanditbolag",
    "49": "Övriga aktiebolag",
    "51": "Ekonomiska föreningar utom bostadsrättsföreningar",
    "53": "Bostadsrättsföreningar",
    "61": "Ideella föreningar",
    "72": "Övriga stiftelser och fonder",
    "81": "Statliga enheter",
    "82": "Kommuner",
    "83": "Kommunalförbund",
    "87": "Offentliga korporationer och anstalter",
    "96": "Utländska juridiska personer",
}

JURIDICAL_OF_FORM: dict[str, str] = {
    "AB": "49", "BRF": "53", "E": "10", "EK": "51", "FL": "96", "HB": "31", "I": "61", "KB": "31", "S": "72",
}  # fmt: skip

DEREGISTRATION_REASONS: dict[str, str] = {
    "KKAV": "Konkurs",
    "LIAV": "Likvidation",
    "FUAV": "Fusion",
    "OVERK": "Overksamhet",
    "ARSEED": "Årsredovisning saknas",
    "VERKUPP": "Verksamheten har upphört",
    "AVREG": "Avregistrerad",
}

# SSBT's numeric codes are published in part only: 33, 34 and 40–42 below are made up; their types and texts are not.
PROCEEDINGS: dict[str, tuple[str, str, str, str]] = {
    # code: (published text, SSBT type, SSBT code, SSBT text)
    "KK": ("Konkurs", "Konkurs", "20", "Konkurs inledd"),
    "LI": ("Likvidation", "Likvidation", "32", "Likvidation beslutad"),
    "FR": ("Företagsrekonstruktion", "Foretagsrekonstruktion", "80", "Företagsrekonstruktion inledd"),
    "FUOT": ("Övertagande i fusion", "FusionOvertagande", "40", "Fusion inledd"),
    "FUOL": ("Överlåtande i fusion", "FusionOverlatande", "41", "Fusion inledd"),
}

ENDED_PROCEEDINGS: dict[str, tuple[str, str, str]] = {
    "KKAVOV": ("Konkurs", "22", "Konkurs avslutad med överskott"),
    "KKUHAVD": ("Konkurs", "24", "Konkurs upphävd"),
    "LIUHOR": ("Likvidation", "33", "Likvidation upphört"),
    "FRUHOR": ("Foretagsrekonstruktion", "81", "Företagsrekonstruktion avslutad"),
    "FRUHAVD": ("Foretagsrekonstruktion", "82", "Företagsrekonstruktion upphävd"),
}

SSBT_DEREGISTRATIONS: dict[str, tuple[str, str, str]] = {
    "KKAV": ("Konkurs", "21", "Konkurs avslutad"),
    "LIAV": ("Likvidation", "34", "Likvidation avslutad"),
    "FUAV": ("FusionOverlatande", "42", "Fusion avslutad"),
}
