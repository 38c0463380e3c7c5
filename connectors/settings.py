"""Every setting of the connectors, read from ``GENOMLYS_*`` environment variables (or given in code by tests).

An address or credential that is not set means that its source is *not configured*: the client then raises
``SourceFailure(NOT_CONFIGURED)``, which a verdict shows; it is never taken for "nothing found".
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from connectors.base import FailureReason, SourceFailure
from connectors.messages import message


class ConnectorSettings(BaseSettings):
    """Addresses, credentials, limits and patience of all connectors.

    Published public addresses are defaults (``docs`` list where each was published); addresses that only an
    agreement gives (SSBT) or that carry a personal token (EU) have none. An empty variable counts as not set.
    """

    model_config = SettingsConfigDict(env_prefix="GENOMLYS_", extra="ignore", env_ignore_empty=True)

    # --- Bolagsverket, värdefulla datamängder
    vdm_base_url: str = Field(
        default="https://gw.api.bolagsverket.se/vardefulla-datamangder/v1",
        description="Base address of Bolagsverket's API for valuable data sets.",
    )
    vdm_token_url: str = Field(
        default="https://portal.api.bolagsverket.se/oauth2/token", description="Where its OAuth2 token is issued."
    )
    vdm_client_id: str | None = Field(default=None, description="Client id for OAuth2 client credentials.")
    vdm_client_secret: SecretStr | None = Field(default=None, description="Client secret; never logged.")
    vdm_requests_per_minute: int = Field(default=60, ge=1, description="Bolagsverket's limit for one user.")

    # --- SSBT: Bolagsverket's composed base services for public bodies
    ssbtgu_url: str | None = Field(default=None, description="Address of SSBTGU (company data) by the agreement.")
    ssbten_url: str | None = Field(default=None, description="Address of SSBTEN (a person's engagements).")
    ssbt_consumer_number: str | None = Field(default=None, description="Organisation number of the consumer.")
    ssbt_consumer_name: str | None = Field(default=None, description="Name of the consumer as in the agreement.")
    ssbt_service_name: str = Field(default="Genomlys", description="Name of the consuming service.")
    ssbt_user_number: str | None = Field(
        default=None, description="Organisation number of the user on whose behalf is asked; default the consumer."
    )
    ssbt_user_name: str | None = Field(default=None, description="Name of that user; default the consumer's.")
    ssbt_client_certificate: Path | None = Field(default=None, description="PEM file: client certificate chain.")
    ssbt_client_key: Path | None = Field(default=None, description="PEM file: its key (if not in the same file).")
    ssbt_requests_per_minute: int = Field(default=120, ge=1, description="Own politeness; none is published.")

    # --- sanction lists
    eu_fsf_url: str | None = Field(
        default=None, description="EU financial sanctions file, XML 1.1, with the subscriber's own token."
    )
    un_sc_url: str = Field(
        default="https://scsanctions.un.org/resources/xml/en/consolidated.xml",
        description="UN Security Council consolidated list, XML.",
    )
    ofac_sdn_url: str = Field(
        default="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN.CSV",
        description="OFAC SDN main file, legacy CSV.",
    )
    ofac_add_url: str = Field(
        default="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADD.CSV",
        description="OFAC SDN addresses.",
    )
    ofac_alt_url: str = Field(
        default="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ALT.CSV",
        description="OFAC SDN alternative names.",
    )
    ofac_comments_url: str = Field(
        default="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN_COMMENTS.CSV",
        description="OFAC SDN overflowing remarks.",
    )

    # --- bulk files
    bolagsverket_bulk_url: str = Field(
        default="https://vardefulla-datamangder.bolagsverket.se/bolagsverket/bolagsverket_bulkfil.zip",
        description="Bolagsverket's weekly file of all organisations.",
    )
    scb_bulk_url: str = Field(
        default="https://vardefulla-datamangder.bolagsverket.se/scb/scb_bulkfil.zip",
        description="SCB's weekly file of all organisations.",
    )

    # --- identifiers
    strict_check_digits: bool = Field(
        default=True,
        description="Refuse numbers with a wrong check digit. Off for Bolagsverket's test environment only.",
    )

    # --- transport
    http_user_agent: str = Field(default="Genomlys/0.1 (bakgrundskontroll i kommun)", description="User-Agent sent.")
    http_ca_file: Path | None = Field(default=None, description="PEM file of trusted certificate issuers.")
    http_connect_seconds: float = Field(default=5.0, gt=0, description="Longest wait for a connection.")
    http_timeout_seconds: float = Field(default=20.0, gt=0, description="Longest silence while an answer arrives.")
    http_deadline_seconds: float = Field(default=60.0, gt=0, description="Longest time for one whole answer.")
    http_download_seconds: float = Field(default=3600.0, gt=0, description="Longest time for one whole file.")
    http_attempts: int = Field(default=3, ge=1, le=10, description="Tries inside one call.")
    http_retry_seconds: float = Field(default=0.25, ge=0, description="Wait before the second try; doubles.")
    http_retry_max_seconds: float = Field(
        default=5.0, ge=0, description="Longest wait between tries; a longer Retry-After is handed to the caller."
    )
    http_max_answer_bytes: int = Field(default=16 * 2**20, ge=1, description="Largest answer to one question.")
    http_max_list_bytes: int = Field(default=512 * 2**20, ge=1, description="Largest sanction list.")
    http_max_bulk_bytes: int = Field(default=4 * 2**30, ge=1, description="Largest bulk file.")
    http_max_redirects: int = Field(default=3, ge=0, description="Redirects followed when a file is fetched.")
    rate_limit_wait_seconds: float = Field(
        default=5.0, ge=0, description="Longest wait for a turn under a rate limit before the work is put back."
    )

    @cached_property
    def requests_per_minute(self) -> dict[str, int]:
        """Requests a minute for each rate-limited source, as ``connectors.politeness`` takes them."""
        return {
            "bolagsverket_vdm": self.vdm_requests_per_minute,
            "ssbtgu": self.ssbt_requests_per_minute,
            "ssbten": self.ssbt_requests_per_minute,
        }

    def require(self, source: str, *names: str) -> None:
        """Raise ``SourceFailure(NOT_CONFIGURED)`` that names the variables of ``names`` that are not set."""
        missing = [name for name in names if getattr(self, name) is None]
        if missing:
            variables = ", ".join(f"GENOMLYS_{name.upper()}" for name in missing)
            raise SourceFailure(source, FailureReason.NOT_CONFIGURED, message("ask.settings", variables=variables))
