"""SOAP requests as the published schemas shape them."""

GU = "http://schema.bolagsverket.se/ssbtgu/v2/grundlaggandeuppgifter"
EN = "http://schema.bolagsverket.se/ssbten/engagemang"
ALL_BLOCKS = (
    "UD0001 UD0002 UD0003 UD0004 UD0006 UD0009 UD0010 UD0011 UD0012 UD0014 UD0020 UD0023 UD0024 UD0025 UD0026 UD0027 "
    "UD0028 UD0029 UD0031 UD0033 UD0034 UD0039 UD0040 UD0042 UD0043 UD0044 UD0045 UD0046 UD0047 UD0048 UD0049 UD0050 "
    "UD0051 UD0052"
).split()
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
