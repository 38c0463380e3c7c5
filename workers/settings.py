"""All settings of the work layer, from ``GENOMLYS_*`` environment variables."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WorkerSettings(BaseSettings):
    """How work is carried out. Every field is documented in ``docs/drift.md``."""

    model_config = SettingsConfigDict(env_prefix="GENOMLYS_", extra="ignore")

    redis_url: str | None = Field(
        default=None, description="Valkey or Redis to use instead of the embedded one (redis://, rediss:// or unix://)."
    )
    gather_attempts: int = Field(
        default=7, ge=1, description="Times a lookup is tried before its source counts as not answering."
    )
    retry_base_seconds: float = Field(
        default=0.5, gt=0, description="Wait before the second try; doubles with each try, at most a minute."
    )
    job_timeout_seconds: int = Field(
        default=600, ge=10, description="A job running longer than this is ended and tried again."
    )
    sweep_seconds: float = Field(
        default=0.5, gt=0, description="How often work that a killed process left behind is looked for."
    )
