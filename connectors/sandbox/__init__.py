"""The sandbox: a local stand-in for the registers that speaks their published interfaces.

For demo, training and tests. It is the outside world: it imports nothing of the real connectors (their readers and
mappers included), so that an error here and an error there cannot cancel out.
"""

from __future__ import annotations

from connectors.sandbox.numbers import PLANTED_BASE, PLANTED_COUNT, complete


def environment(base_url: str, *, requests_per_minute: int = 60) -> dict[str, str]:
    """The ``GENOMLYS_*`` settings that point every real connector at the sandbox served at ``base_url``."""
    base = base_url.rstrip("/")
    exports = f"{base}/api/PublicationPreview/exports"
    return {
        "GENOMLYS_VDM_BASE_URL": f"{base}/vardefulla-datamangder/v1",
        "GENOMLYS_VDM_TOKEN_URL": f"{base}/oauth2/token",
        "GENOMLYS_VDM_CLIENT_ID": "sandbox",
        "GENOMLYS_VDM_CLIENT_SECRET": "sandbox-secret",
        "GENOMLYS_VDM_REQUESTS_PER_MINUTE": str(requests_per_minute),
        "GENOMLYS_SSBTGU_URL": f"{base}/ssbtgu",
        "GENOMLYS_SSBTEN_URL": f"{base}/ssbten",
        "GENOMLYS_SSBT_CONSUMER_NUMBER": complete(PLANTED_BASE + PLANTED_COUNT - 2),
        "GENOMLYS_SSBT_CONSUMER_NAME": "Granby kommun",
        "GENOMLYS_SSBT_REQUESTS_PER_MINUTE": str(max(120, requests_per_minute)),
        "GENOMLYS_EU_FSF_URL": f"{base}/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=sandbox",
        "GENOMLYS_UN_SC_URL": f"{base}/resources/xml/en/consolidated.xml",
        "GENOMLYS_OFAC_SDN_URL": f"{exports}/SDN.CSV",
        "GENOMLYS_OFAC_ADD_URL": f"{exports}/ADD.CSV",
        "GENOMLYS_OFAC_ALT_URL": f"{exports}/ALT.CSV",
        "GENOMLYS_OFAC_COMMENTS_URL": f"{exports}/SDN_COMMENTS.CSV",
        "GENOMLYS_BOLAGSVERKET_BULK_URL": f"{base}/bolagsverket/bolagsverket_bulkfil.zip",
        "GENOMLYS_SCB_BULK_URL": f"{base}/scb/scb_bulkfil.zip",
    }
