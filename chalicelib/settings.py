"""Every setting of the service, read from the environment once. Nothing else reads ``os.environ``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

PREFIX = "CAM_"


class SettingsError(Exception):
    """The environment does not describe a runnable service."""


class Settings(BaseModel):
    """Each field is the environment variable ``CAM_<FIELD>``; times are seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str = "local"
    mongodb_uri: SecretStr
    """May hold a password, hence never printed."""
    mongodb_database: str = "cam"
    mongodb_timeout_seconds: float = Field(default=10, gt=0)
    """How long one call to the store may take, choosing a server included."""
    queue_normal_url: str
    aws_endpoint_url: str | None = None
    """The address of an AWS emulator; unset means AWS itself."""
    parameter_prefix: str = "/cam/local"
    """Path in SSM Parameter Store below which account credentials lie."""
    credentials_cache_seconds: int = Field(default=60, ge=0)
    lease_seconds: float = Field(default=30, gt=0)
    """How long a worker that stops beating keeps its tasks."""
    beat_seconds: float = Field(default=2, gt=0)
    """How often a worker renews its leases, writes progress and looks for cancellations."""
    batch_threads: int = Field(default=10, ge=1)
    """How many tasks of one batch run side by side."""
    max_attempts: int = Field(default=4, ge=1)
    """How many workers in a row a task may cost before it is taken to be what kills them."""
    recover_after_seconds: float = Field(default=30, ge=0)
    """How long a task may need a worker before the recoverer sends its message again."""
    language: Literal["zh-CN", "en"] = "zh-CN"


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
