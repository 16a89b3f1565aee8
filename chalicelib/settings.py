"""Every setting of the service, read from the environment once. Nothing else reads ``os.environ``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator

PREFIX = "CAM_"


class SettingsError(Exception):
    """The environment does not describe a runnable service."""


class Settings(BaseModel):
    """Each field is the environment variable ``CAM_<FIELD>``; times are seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str = "local"
    mongodb_uri_parameter: str | None = None
    """The SecureString in SSM Parameter Store that holds the store's URI."""
    mongodb_uri: SecretStr | None = Field(default=None, validate_default=True)
    """The URI itself, where no parameter holds it. May hold a password, hence never printed."""
    mongodb_database: str = "cam"
    mongodb_timeout_seconds: float = Field(default=10, gt=0)
    """How long one call to the store may take, choosing a server included. A call that is tried again takes twice as
    long: a function's time limit must be more than that.
    """
    mongodb_pool_size: int = Field(default=5, ge=1)
    """Connections of one Lambda environment to each server of the store, at most: its threads share them."""
    mongodb_idle_seconds: float = Field(default=120, gt=0)
    """A connection that was not used for so long is not used again. NAT gateways forget one after 350 seconds."""
    queue_high_url: str
    queue_normal_url: str
    queue_low_url: str
    aws_endpoint_url: str | None = None
    """The address of an AWS emulator; unset means AWS itself."""
    parameter_prefix: str = "/cam/local"
    """Path in SSM Parameter Store below which account credentials lie."""
    credentials_cache_seconds: int = Field(default=60, ge=0)
    export_bucket: str | None = None
    """The S3 bucket for exported files; unset means that nothing can be exported."""
    export_link_seconds: int = Field(default=3600, ge=60, le=7 * 24 * 3600)
    lease_seconds: float = Field(default=30, gt=0)
    """How long a worker that stops beating keeps its tasks."""
    beat_seconds: float = Field(default=2, gt=0)
    """How often a worker renews its leases, writes progress and looks for cancellations."""
    batch_threads: int = Field(default=10, ge=1)
    """How many tasks of one batch run side by side."""
    patience_seconds: float = Field(default=120, ge=0)
    """How long a message may be on its way before the recoverer sends it again; doubles at every time."""
    recheck_seconds: float = Field(default=60, gt=0)
    """How often a waiting parent looks for its children, should nobody have woken it."""
    first_backoff_seconds: float = Field(default=2, gt=0)
    longest_backoff_seconds: float = Field(default=600, gt=0)
    max_hops: int = Field(default=200, ge=1)
    """In how many invocations one task may be continued."""
    retention_days: float = Field(default=30, gt=0)
    """How long ended tasks are kept."""
    max_pending: int = Field(default=0, ge=0)
    """How many tasks of a tenant may be pending; 0 is no cap."""
    language: Literal["zh-CN", "en"] = "zh-CN"

    @field_validator("mongodb_uri")
    @classmethod
    def _one_of_two(cls, uri: SecretStr | None, known: ValidationInfo) -> SecretStr | None:
        if uri is None and not known.data.get("mongodb_uri_parameter"):
            raise ValueError(f"required, or {PREFIX}MONGODB_URI_PARAMETER")
        return uri


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Raises SettingsError naming each variable that is missing or wrong, without its value."""
    source = os.environ if environ is None else environ
    values = {
        name: source[PREFIX + name.upper()] for name in Settings.model_fields if source.get(PREFIX + name.upper(), "")
    }
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        wrong = "; ".join(f"{PREFIX}{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors())
        raise SettingsError(f"set these environment variables: {wrong}") from None
