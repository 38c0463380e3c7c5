"""The sanctions lists as their publishers write them, filled with fictional persons and companies only.

EU: financial sanctions file, XML 1.1. UN: consolidated list, XML. OFAC: SDN, ADD, ALT and SDN_COMMENTS in the legacy
CSV (no header, CRLF, ``-0- `` for nothing, a 0x1A at the end). The made-up names are built of syllables that no Swedish
name has, so that only the planted entries can match a party.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from xml.sax.saxutils import quoteattr

from connectors.sandbox import numbers
from connectors.sandbox.builder import ListedParty
from connectors.sandbox.generator import Municipality, Register

SIZES = {"eu_fsf": 320, "un_sc": 180, "ofac_sdn": 260}
_FIRST = ("Qa", "Zhu", "Tchi", "Vro", "Khe", "Dzhu", "Xo", "Gha", "Mbu", "Szyl", "Wraz", "Yiq")
_MIDDLE = ("ra", "zbe", "lqu", "mzo", "dri", "vku", "tshe", "ghu")
_LAST = ("qash", "vydze", "mbwe", "zhev", "xari", "khoz", "tchuk", "wyr", "zdan", "qul")
_COUNTRIES = (("RU", "RUSSIAN FEDERATION"), ("BY", "BELARUS"), ("IR", "IRAN"), ("SY", "SYRIA"), ("KP", "KOREA, North"))
_NAMES_OF = dict(_COUNTRIES)
_UN_COUNTRIES = {
    "SY": "Syrian Arab Republic",
    "KP": "Democratic People's Republic of Korea",
    "IR": "Iran (Islamic Republic of)",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    person: bool
    given: str
    family: str
    alias: str
    birth: date
    country: str
    city: str
    identification: str
    planted: bool

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()

    @property
    def listed(self) -> date:
        return date(2012, 3, 1) + timedelta(days=self.number * 13 % 4600)


def _word(rng: random.Random) -> str:
    return rng.choice(_FIRST) + rng.choice(_MIDDLE) + rng.choice(_LAST)


def _invented(rng: random.Random, number: int) -> _Entry:
    person = number % 5 < 3
    country = rng.choice(_COUNTRIES)[0]
    family = _word(rng)
    given = _word(rng) if person else ""
    if not person:
        family = f"{family} {rng.choice(('Trading Company', 'Shipping Agency', 'Industries Group', 'Export House'))}"
    return _Entry(
        number=number,
        person=person,
        given=given,
        family=family,
        alias=f"{_word(rng)} {_word(rng)}",
        birth=date(1945, 1, 1) + timedelta(days=rng.randrange(18_000)),
        country=country,
        city=_word(rng).capitalize(),
        identification=f"{rng.randrange(10**8):08d}",
        planted=False,
    )


def _planted(party: ListedParty, number: int) -> _Entry:
    given, _, family = party.name.partition(" ") if party.person else ("", "", party.name)
    return _Entry(
        number=number,
        person=party.person,
        given=given,
        family=family,
        alias="",
        birth=date.fromisoformat(party.birth_date) if party.birth_date else date(1900, 1, 1),
        country=party.country,
        city=party.city,
        identification=party.registration_number,
        planted=True,
    )


def _entries(source: str, municipality: Municipality, share: float) -> list[_Entry]:
    rng = random.Random(f"{source}|{municipality.seed}")
    planted = [
        _planted(party, 900 + place) for place, party in enumerate(municipality.planted.listed) if party.list == source
    ]
    invented = [_invented(rng, number) for number in range(1, SIZES[source] + 1)]
    if share < 1:
        return invented[: max(1, int((len(invented) + len(planted)) * share))]
    return planted + invented


def eu_fsf(municipality: Municipality, register: Register, share: float = 1.0) -> bytes:
    """The EU's consolidated file as of the register's moment; ``share`` < 1 for a list that shrank."""
    parts = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<export xmlns="http://eu.europa.ec/fpi/fsd/export" '
        f'generationDate="{register.stated_at.isoformat(timespec="milliseconds")}" '
        f'globalFileId="{municipality.seed + 100000}">\n'
    ]
    summary = (
        '<regulationSummary regulationType="regulation" publicationDate="2014-03-17" numberTitle="269/2014 (OJ L78)" '
        'publicationUrl="https://example.invalid/oj"/>'
    )
    for entry in _entries("eu_fsf", municipality, share):
        base = entry.number * 100
        code, kind = ("P", "person") if entry.person else ("E", "enterprise")
        land = _NAMES_OF.get(entry.country, "SWEDEN" if entry.country == "SE" else "UNKNOWN")
        parts.append(
            f'<sanctionEntity designationDate="{entry.listed}" designationDetails="" unitedNationId="" '
            f'euReferenceNumber="EU.{entry.number}.{entry.number % 97:02d}" logicalId="{entry.number}">\n'
            f'<regulation regulationType="amendment" organisationType="council" publicationDate="{entry.listed}" '
            f'entryIntoForceDate="{entry.listed}" numberTitle="269/2014 (OJ L78)" programme="UKR" logicalId="{base}">'
            "<publicationUrl>https://example.invalid/oj</publicationUrl></regulation>\n"
            f'<subjectType code="{kind}" classificationCode="{code}"/>\n'
            f'<nameAlias firstName={quoteattr(entry.given)} middleName="" '
            f'lastName={quoteattr(entry.family if entry.person else "")} wholeName={quoteattr(entry.name)} function="" '
            f'gender="" title="" nameLanguage="" strong="true" regulationLanguage="en" logicalId="{base + 1}">{summary}'
            "</nameAlias>\n"
        )
        if entry.alias:
            parts.append(
                f'<nameAlias firstName="" middleName="" lastName="" wholeName={quoteattr(entry.alias)} function="" '
                f'gender="" title="" nameLanguage="" strong="{"true" if entry.number % 4 else "false"}" '
                f'regulationLanguage="en" logicalId="{base + 2}">{summary}</nameAlias>\n'
            )
        if entry.person:
            birth = entry.birth
            parts.append(
                f'<citizenship region="" countryIso2Code="{entry.country}" countryDescription={quoteattr(land)} '
                f'regulationLanguage="en" logicalId="{base + 3}">{summary}</citizenship>\n'
                f'<birthdate circa="false" calendarType="GREGORIAN" city={quoteattr(entry.city)} zipCode="" '
                f'birthdate="{birth}" dayOfMonth="{birth.day}" monthOfYear="{birth.month}" year="{birth.year}" '
                f'region="" place="" countryIso2Code="{entry.country}" countryDescription={quoteattr(land)} '
                f'regulationLanguage="en" logicalId="{base + 4}">{summary}</birthdate>\n'
            )
        else:
            parts.append(
                f'<address city={quoteattr(entry.city)} street="" poBox="" zipCode="" region="" place="" '
                f'asAtListingTime="false" countryIso2Code="{entry.country}" countryDescription={quoteattr(land)} '
                f'regulationLanguage="en" logicalId="{base + 5}">{summary}</address>\n'
            )
        if entry.identification:
            code, text = ("passport", "National passport") if entry.person else ("regnumber", "Registration Number")
            parts.append(
                '<identification diplomatic="false" knownExpired="false" knownFalse="false" reportedLost="false" '
                f'revokedByIssuer="false" issuedBy="" latinNumber="" nameOnDocument="" '
                f'number={quoteattr(entry.identification)} region="" countryIso2Code="{entry.country}" '
                f"countryDescription={quoteattr(land)} "
                f'identificationTypeCode="{code}" identificationTypeDescription="{text}" regulationLanguage="en" '
                f'logicalId="{base + 6}">{summary}</identification>\n'
            )
        parts.append("</sanctionEntity>\n")
    parts.append("</export>\n")
    return "".join(parts).encode()


def un_sc(municipality: Municipality, register: Register, share: float = 1.0) -> bytes:
    """The Security Council's consolidated list as of the register's moment."""
    people: list[str] = []
    entities: list[str] = []
    for entry in _entries("un_sc", municipality, share):
        land = _UN_COUNTRIES.get(entry.country, "Syrian Arab Republic")
        kind = "i" if entry.person else "e"
        head = (
            f"<DATAID>{6_900_000 + entry.number}</DATAID><VERSIONNUM>1</VERSIONNUM>"
            f"<FIRST_NAME>{(entry.given or entry.family).upper()}</FIRST_NAME>"
            + (f"<SECOND_NAME>{entry.family.upper()}</SECOND_NAME>" if entry.person else "")
            + f"<UN_LIST_TYPE>GRB</UN_LIST_TYPE><REFERENCE_NUMBER>GR{kind}.{entry.number:03d}</REFERENCE_NUMBER>"
            f"<LISTED_ON>{entry.listed}</LISTED_ON>"
        )
        tail = "<LIST_TYPE><VALUE>UN List</VALUE></LIST_TYPE>"
        if entry.person:
            alias = (
                f"<QUALITY>{'Good' if entry.number % 3 else 'Low'}</QUALITY><ALIAS_NAME>{entry.alias}</ALIAS_NAME>"
                if entry.alias
                else "<QUALITY/><ALIAS_NAME/>"
            )
            people.append(
                f"<INDIVIDUAL>{head}<GENDER>Male</GENDER><COMMENTS1>Fictional entry of a sandbox.</COMMENTS1>"
                f"<NATIONALITY><VALUE>{land}</VALUE></NATIONALITY>{tail}<INDIVIDUAL_ALIAS>{alias}</INDIVIDUAL_ALIAS>"
                f"<INDIVIDUAL_ADDRESS><COUNTRY>{land}</COUNTRY></INDIVIDUAL_ADDRESS><INDIVIDUAL_DATE_OF_BIRTH>"
                f"<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>{entry.birth}</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
                "<INDIVIDUAL_PLACE_OF_BIRTH><COUNTRY/></INDIVIDUAL_PLACE_OF_BIRTH><INDIVIDUAL_DOCUMENT/>"
                "<SORT_KEY/><SORT_KEY_LAST_MOD/></INDIVIDUAL>\n"
            )
        else:
            entities.append(
                f"<ENTITY>{head}<COMMENTS1>Fictional entry of a sandbox.</COMMENTS1>{tail}<ENTITY_ALIAS>"
                f"<QUALITY>a.k.a.</QUALITY><ALIAS_NAME>{entry.alias}</ALIAS_NAME></ENTITY_ALIAS><ENTITY_ADDRESS>"
                f"<CITY>{entry.city}</CITY><COUNTRY>{land}</COUNTRY></ENTITY_ADDRESS><SORT_KEY/><SORT_KEY_LAST_MOD/>"
                "</ENTITY>\n"
            )
    stamp = f"{register.stated_at:%Y-%m-%dT%H:%M:%S.000}" + "+01:00"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<CONSOLIDATED_LIST xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:noNamespaceSchemaLocation="https://www.un.org/sc/resources/sc-sanctions.xsd" dateGenerated="{stamp}">\n'
        f"<INDIVIDUALS>\n{''.join(people)}</INDIVIDUALS>\n<ENTITIES>\n{''.join(entities)}</ENTITIES>\n"
        "</CONSOLIDATED_LIST>\n"
    ).encode()


_NOTHING = "-0- "


def ofac(part: str, municipality: Municipality, share: float = 1.0) -> bytes:
    """One of OFAC's files: ``SDN``, ``ADD``, ``ALT`` or ``SDN_COMMENTS``."""
    rows: list[str] = []
    for entry in _entries("ofac_sdn", municipality, share):
        name = f"{entry.family.upper()}, {entry.given}" if entry.person else entry.family.upper()
        if part == "SDN":
            kind = '"individual"' if entry.person else _NOTHING
            remarks = f"DOB {entry.birth:%d %b %Y}; nationality Russia." if entry.person else "Linked To: nobody real."
            if entry.number == 7:
                number = numbers.complete(numbers.PLANTED_BASE + 9_999)
                remarks = f"Registration ID {number[:6]}-{number[6:]} (Sweden)."
            rows.append(f'{entry.number + 40_000},"{name}",{kind},"SDGT",{",".join([_NOTHING] * 7)},"{remarks}"')
        elif part == "ADD":
            rows.append(
                f'{entry.number + 40_000},{entry.number + 80_000},{_NOTHING},"{entry.city}","Russia",{_NOTHING}'
            )
        elif part == "ALT":
            rows.append(f'{entry.number + 40_000},{entry.number + 60_000},"aka","{entry.alias.upper()}",{_NOTHING}')
        elif entry.number % 50 == 0:
            rows.append(f'{entry.number + 40_000},"; Fictional entry of a sandbox."')
    return ("".join(f"{row}\r\n" for row in rows) + "\x1a").encode("ascii")
