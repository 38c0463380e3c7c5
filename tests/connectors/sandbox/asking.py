"""SOAP requests as the published schemas shape them."""

GU = "http://schema.bolagsverket.se/ssbtgu/v2/grundlaggandeuppgifter"
EN = "http://schema.bolagsverket.se/ssbten/engagemang"
ALL_BLOCKS = [
    f"UD{number:04d}"
    for number in (1, 2, 3, 4, 6, 9, 10, 11, 12, 14, 20, 23, 24, 25, 26, 27, 28, 29, 31, 33, 34, 39, 40, *range(42, 53))
]
_METADATA = (
    "<md:MeddelandeId>5f0c6a1e-0000-4000-8000-000000000001</md:MeddelandeId><md:TransaktionId>t-1</md:TransaktionId>"
    "<md:Tidstampel>2026-11-22T10:00:00.000+01:00</md:Tidstampel><md:Datakonsument><md:PartId>"
    "<md:Organisationsnummer>5580099981</md:Organisationsnummer></md:PartId><md:PartNamn>Granby kommun</md:PartNamn>"
    "</md:Datakonsument><md:Anvandare><md:PartId><md:Organisationsnummer>5580099981</md:Organisationsnummer></md:PartId>"
    "<md:PartNamn>Granby kommun</md:PartNamn></md:Anvandare>"
)
_SPACES = (
    'xmlns:md="http://schema.bolagsverket.se/ssbt/metadata" xmlns:iumf="http://schema.bolagsverket.se/ssbt/foretag"'
)


def _envelope(message: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soap:Body>{message}</soap:Body></soap:Envelope>"
    ).encode()


def company(number: str, blocks: list[str] = ALL_BLOCKS) -> bytes:
    kind = "Personnummer" if len(number) == 12 else "Organisationsnummer"
    wanted = "".join(f"<gu:GrundlaggandeUppgiftId>{block}</gu:GrundlaggandeUppgiftId>" for block in blocks)
    return _envelope(
        f'<gu:GrundlaggandeUppgifterBegaran SchemaVersion="2.5.0" xmlns:gu="{GU}" {_SPACES}>'
        f"<gu:GrundlaggandeUppgifterBegaranMetadata>{_METADATA}</gu:GrundlaggandeUppgifterBegaranMetadata>"
        "<gu:GrundlaggandeUppgifterBegaranDetaljer><gu:ForetagId><iumf:PersonIdentitetsbeteckning>"
        f"<iumf:{kind}>{number}</iumf:{kind}></iumf:PersonIdentitetsbeteckning></gu:ForetagId>{wanted}"
        "</gu:GrundlaggandeUppgifterBegaranDetaljer></gu:GrundlaggandeUppgifterBegaran>"
    )


def person(number: str) -> bytes:
    return _envelope(
        f'<en:EngagemangBegaran SchemaVersion="1.5.0" xmlns:en="{EN}" {_SPACES}>'
        f"<en:EngagemangBegaranMetadata>{_METADATA}</en:EngagemangBegaranMetadata><en:EngagemangBegaranDetaljer>"
        f"<en:PersonId><iumf:PersonIdentitetsbeteckning><iumf:Personnummer>{number}</iumf:Personnummer>"
        "</iumf:PersonIdentitetsbeteckning></en:PersonId><en:Foretagsformer><iumf:ForetagsformKod>AB</iumf:ForetagsformKod>"
        "</en:Foretagsformer></en:EngagemangBegaranDetaljer></en:EngagemangBegaran>"
    )
