"""All settings of the API and the command line, from ``GENOMLYS_*`` environment variables."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """Where the API listens and what it accepts. Every field is documented in ``docs/drift.md``."""

    model_config = SettingsConfigDict(env_prefix="GENOMLYS_", extra="ignore")

    host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    port: int = Field(default=8700, ge=0, le=65535, description="Port the API listens on; 0 takes a free one.")
    state_dir: Path | None = Field(
        default=None,
        description="Directory for the embedded engines, keys and logs; default XDG_STATE_HOME/genomlys.",
    )
    maximum_upload_bytes: int = Field(
        default=25 * 1024 * 1024, ge=1024, description="Largest request body taken; more is refused unread."
    )
    language: str = Field(default="sv", pattern="^(sv|en)$", description="Language of messages when none is asked for.")
    workers: int = Field(default=2, ge=1, le=64, description="RQ worker processes that up, serve and demo start.")
