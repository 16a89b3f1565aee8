"""Every setting of the service, read from the environment once. Nothing else reads ``os.environ``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

PREFIX = "CAM_"
ON_ONE_MACHINE = frozenset({"local", "test"})
"""The stages that nobody reaches from outside; all others are deployed."""
ORIGIN = r"^(https://[a-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:\d{1,5})?$"

Filled = Annotated[str, StringConstraints(min_length=1)]
TenantName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""Part of ids, of paths in the parameter store and of exported files: nothing in it needs escaping there."""


class SettingsError(Exception):
    """The environment does not describe a runnable service."""


class Settings(BaseModel):
    """Each field is the environment variable ``CAM_<FIELD>``; times are seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str = "local"
    """The name of the stage. ``local`` and ``test`` are one machine; every other one is deployed."""
    mongodb_uri_parameter: str | None = None
    """The SecureString in SSM Parameter Store that holds the store's URI."""
    mongodb_uri: SecretStr | None = Field(default=None, validate_default=True)
    """The URI itself, where no parameter holds it. May hold a password, hence never printed."""
    mongodb_database: str = "cam"
    """The database of the store that holds everything."""
    mongodb_timeout_seconds: float = Field(default=10, gt=0)
    """How long one call to the store may take, choosing a server included. A call that is tried again takes twice as
    long: a function's time limit must be more than that.
    """
    mongodb_pool_size: int = Field(default=5, ge=1)
    """Connections of one Lambda environment to each server of the store, at most: its threads share them."""
    mongodb_idle_seconds: float = Field(default=120, gt=0)
    """A connection that was not used for so long is not used again. NAT gateways forget one after 350 seconds."""
    queue_high_url: str
    """The queue of tasks of priority 7 to 9."""
    queue_normal_url: str
    """The queue of tasks of priority 4 to 6."""
    queue_low_url: str
    """The queue of tasks of priority 0 to 3."""
    aws_endpoint_url: str | None = None
    """The address of an AWS emulator; unset means AWS itself."""
    parameter_prefix: str = "/cam/local"
    """Path in SSM Parameter Store below which account credentials lie."""
    parameter_key: str | None = None
    """The KMS key that encrypts them, by ARN; unset means the one that AWS keeps for Parameter Store."""
    credentials_cache_seconds: int = Field(default=60, ge=0)
    """How late a worker may learn of new credentials."""
    export_bucket: str | None = None
    """The S3 bucket for exported files; unset means that nothing can be exported."""
    export_link_seconds: int = Field(default=3600, ge=60, le=7 * 24 * 3600)
    """How long the link to an exported file is good, unless the credentials that signed it end sooner."""
    lease_seconds: float = Field(default=30, gt=0)
    """How long a worker that stops beating keeps its tasks."""
    beat_seconds: float = Field(default=1.5, gt=0)
    """How often a worker renews its leases, writes progress and looks for cancellations."""
    batch_threads: int = Field(default=10, ge=1)
    """How many tasks of one batch run side by side."""
    patience_seconds: float = Field(default=120, ge=0)
    """How long a message may be on its way before the recoverer sends it again; doubles at every time."""
    recheck_seconds: float = Field(default=60, gt=0)
    """How often a waiting parent looks for its children, should nobody have woken it."""
    first_backoff_seconds: float = Field(default=2, gt=0)
    """The longest wait before the first retry; doubles at every retry."""
    longest_backoff_seconds: float = Field(default=600, gt=0)
    """The longest wait before any retry, unless a cloud asks for more."""
    max_hops: int = Field(default=200, ge=1)
    """In how many invocations one task may be continued."""
    compare_hours: float = Field(default=24, ge=0)
    """How often a scope is compared asset by asset, though its pages are all as they were; 0 means always."""
    retention_days: float = Field(default=30, gt=0)
    """How long ended tasks are kept."""
    asset_retention_days: float = Field(default=90, gt=0)
    """How long deleted assets are kept, with their history."""
    max_pending: int = Field(default=0, ge=0)
    """How many tasks of a tenant may be pending; 0 is no cap."""
    language: Literal["zh-CN", "en"] = "zh-CN"
    """Of the texts that people read in tasks."""
    authentication: Literal["off", "keys", "oidc", "keys+oidc"] = "off"
    """What callers show: API keys, tokens of an OpenID Connect provider, or either. A deployed stage needs one."""
    oidc_issuer: str | None = None
    """The ``iss`` of the tokens that are accepted, to the letter."""
    oidc_audience: str | None = None
    """The ``aud`` of the tokens that are accepted: what the provider calls this service."""
    oidc_jwks_url: str | None = None
    """Where the provider publishes its keys: its ``jwks_uri``."""
    oidc_role_claim: Filled = "roles"
    """The claim that names one role or a list of them; dots lead into a claim (``realm_access.roles``)."""
    oidc_roles: dict[Filled, Literal["viewer", "operator", "admin"]] = {
        "viewer": "viewer",
        "operator": "operator",
        "admin": "admin",
    }
    """What the provider calls each role, as ``its-name=role,…``; several may lead to one."""
    oidc_tenant_claim: Filled = "tenant"
    """The claim that names the tenant; dots lead into a claim."""
    oidc_tenant: TenantName | None = None
    """The tenant of everybody who comes with a token, whatever the claim says."""
    audit_retention_days: float = Field(default=365, gt=0)
    """How long it is kept who changed what."""
    endpoint_allow_list: str = ""
    """Hosts, separated by commas, that the ``endpoint`` of an account may name in a deployed stage; one that begins
    with a dot stands for all below it. Empty means none.
    """
    cors_origin: str | None = Field(default=None, pattern=ORIGIN)
    """The origin, such as ``https://console.example.com``, whose pages may call the API; unset means none."""

    @property
    def deployed(self) -> bool:
        return self.stage not in ON_ONE_MACHINE

    @field_validator("mongodb_uri")
    @classmethod
    def _one_of_two(cls, uri: SecretStr | None, known: ValidationInfo) -> SecretStr | None:
        if uri is None and not known.data.get("mongodb_uri_parameter"):
            raise ValueError(f"required, or {PREFIX}MONGODB_URI_PARAMETER")
        return uri

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _pairs(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        pairs = [pair.rpartition("=") for pair in text.split(",")]
        return {name.strip(): role.strip() for name, _, role in pairs}

    @model_validator(mode="after")
    def _callers_are_known(self) -> Settings:
        deployed = self.stage not in ON_ONE_MACHINE
        if deployed and self.authentication == "off":
            raise ValueError(f"{PREFIX}AUTHENTICATION: a deployed stage cannot do without: use keys, oidc or keys+oidc")
        if "oidc" in self.authentication:
            wanted = ("oidc_issuer", "oidc_audience", "oidc_jwks_url")
            if missing := [PREFIX + name.upper() for name in wanted if not getattr(self, name)]:
                raise ValueError(f"{', '.join(missing)}: required with {PREFIX}AUTHENTICATION={self.authentication}")
            if deployed and not str(self.oidc_jwks_url).startswith("https://"):
                raise ValueError(f"{PREFIX}OIDC_JWKS_URL: must begin with https://")
        return self


def cors_origin(environ: Mapping[str, str] | None = None) -> str | None:
    """The setting of this name alone: routes are made, and packaged, where the others are not known. Raises
    SettingsError.
    """
    origin = (os.environ if environ is None else environ).get(f"{PREFIX}CORS_ORIGIN") or None
    if origin is not None and not re.match(ORIGIN, origin):
        raise SettingsError(
            f"{PREFIX}CORS_ORIGIN: give one origin, such as https://console.example.com, or leave it out"
        )
    return origin


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Raises SettingsError naming each variable that is missing or wrong, without its value."""
    source = os.environ if environ is None else environ
    values = {
        name: source[PREFIX + name.upper()] for name in Settings.model_fields if source.get(PREFIX + name.upper(), "")
    }
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        wrong = "; ".join(
            f"{PREFIX}{str(item['loc'][0]).upper()}: {item['msg']}" if item["loc"] else item["msg"]
            for item in error.errors()
        )
        raise SettingsError(f"set these environment variables: {wrong}") from None


def trace_header() -> str | None:
    """What Lambda says of the trace of the invocation that runs; None where there is no X-Ray daemon to take it."""
    return os.environ.get("_X_AMZN_TRACE_ID") if os.environ.get("AWS_XRAY_DAEMON_ADDRESS") else None


def own_log_group(environ: Mapping[str, str] | None = None) -> tuple[str, str] | None:
    """The region and the log group of this function, as Lambda names them; None where there is no Lambda."""
    source = os.environ if environ is None else environ
    region, group = source.get("AWS_REGION"), source.get("AWS_LAMBDA_LOG_GROUP_NAME")
    return (region, group) if region and group else None
