"""The settings of a stage: what ``.chalice/config.json`` says of it, which is the only place they are in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chalice.config import Config
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chalicelib.settings import PREFIX, SettingsError
from chalicelib.settings import load as load_settings
from infra.package.dependencies import MACHINES
from infra.package.errors import PackageError
from infra.package.places import PROJECT

CONFIG = PROJECT / ".chalice" / "config.json"
LEAST_CONCURRENCY = 2
"""Of an event source mapping: AWS takes no less."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Lane(_Strict):
    batch_size: int = Field(ge=1, le=10)
    max_concurrency: int = Field(ge=LEAST_CONCURRENCY, le=1000)
    """How many invocations of the lane's consumer run at once."""
    oldest_message_seconds: int = Field(ge=60)
    """A message that waits longer than this raises an alarm."""


class Lanes(_Strict):
    high: Lane
    normal: Lane
    low: Lane


class Deployment(_Strict):
    """How new code takes over: by CodeDeploy's names, a part at first or little by little. ``AllAtOnce`` watches
    nothing, as there is no time in which to take it back.
    """

    type: Literal[
        "AllAtOnce",
        "Canary10Percent5Minutes",
        "Canary10Percent10Minutes",
        "Canary10Percent15Minutes",
        "Canary10Percent30Minutes",
        "Linear10PercentEvery1Minute",
        "Linear10PercentEvery2Minutes",
        "Linear10PercentEvery3Minutes",
        "Linear10PercentEvery10Minutes",
    ]


class Overlay(_Strict):
    """What Chalice has no settings for."""

    lanes: Lanes
    max_receives: int = Field(ge=2, le=1000)
    """How often a message is handed out before it is a dead letter."""
    log_retention_days: int
    export_retention_days: int = Field(ge=1)
    """How long exported files are kept."""
    requests_per_second: int = Field(ge=1)
    request_burst: int = Field(ge=1)
    inventory_role: str
    """The name of the role in other AWS accounts that takes their inventory; ``*`` may stand for a part of it."""
    hours_without_sync: int | None = Field(ge=1, le=168)
    """After how many hours without a completed sync an alarm is raised; None: never, for a stage that syncs by hand."""
    deployment: Deployment | None
    """None: a deploy replaces the code of the functions at once, and makes no aliases."""
    alarm_email: str | None
    """Who is written to by alarms; None: the topic has no subscriber yet."""
    sets_up_api_logging: bool
    """Whether the stack lets API Gateway write logs, which is one setting of a whole AWS account and region."""


@dataclass(frozen=True)
class Stage:
    """``environment`` are the variables that every function has from the configuration."""

    name: str
    arch: str
    overlay: Overlay
    environment: Mapping[str, str]
    subnets: tuple[str, ...]
    timeouts: Mapping[str, int]
    """The time limit in seconds of each function, by the name that Chalice has for it."""

    @property
    def shifts_traffic(self) -> bool:
        """Whether a deploy takes a while, in which it can be taken back."""
        return self.overlay.deployment is not None and self.overlay.deployment.type != "AllAtOnce"

    @property
    def parameter_prefix(self) -> str:
        return self.environment["CAM_PARAMETER_PREFIX"]

    @property
    def mongodb_parameter(self) -> str:
        return self.environment["CAM_MONGODB_URI_PARAMETER"]


FUNCTIONS = (
    "api_handler",
    "authorize",
    "consume_high",
    "consume_normal",
    "consume_low",
    "bury",
    "recover",
    "schedule_syncs",
    "sync_requested",
)


def load(name: str, arch: str | None = None, source: Mapping[str, Any] | None = None) -> Stage:
    """Read a stage from ``source``, by default the project's configuration. Raises PackageError."""
    config = json.loads(CONFIG.read_text()) if source is None else source
    if name not in config["stages"]:
        raise PackageError(f"there is no stage {name!r}: .chalice/config.json has {', '.join(config['stages'])}")
    chalice = {one: Config(name, one, config_from_disk=dict(config)) for one in FUNCTIONS}
    whole = chalice["api_handler"]
    chosen = arch or whole.lambda_architecture
    if chosen not in MACHINES:
        raise PackageError(f"there is no architecture {chosen!r}: use {' or '.join(MACHINES)}")
    try:
        overlay = Overlay.model_validate(config["stages"][name].get("overlay", {}))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise PackageError(f"stage {name}, overlay: {wrong}") from None
    _check(name, whole.environment_variables)
    return Stage(
        name=name,
        arch=chosen,
        overlay=overlay,
        environment=whole.environment_variables,
        subnets=tuple(whole.subnet_ids or ()),
        timeouts={one: found.lambda_timeout or 60 for one, found in chalice.items()},
    )


def _check(name: str, environment: Mapping[str, str]) -> None:
    """What the functions themselves would refuse to start with is better refused here. Raises PackageError."""
    if environment.get(f"{PREFIX}STAGE") != name:
        raise PackageError(f"stage {name}, environment_variables: {PREFIX}STAGE must be {name}")
    of_the_stack = {f"{PREFIX}QUEUE_{lane.upper()}_URL": "made with the stack" for lane in Lanes.model_fields}
    try:
        load_settings({**of_the_stack, **environment})
    except SettingsError as error:
        raise PackageError(f"stage {name}, environment_variables: {error}") from None
