"""The settings of the one-machine stack, read from the environment once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

PROJECT = Path(__file__).resolve().parents[2]
REGION = "us-east-1"
ACCOUNT_ID = "123456789012"
QUEUE_NORMAL = "cam-local-normal"

# Each port has a variable; unless that is set, it is this far from PORT.
PORTS = {
    "api": ("PORT", 0),
    "mongodb": ("MONGODB_PORT", 1),
    "emulator": ("EMULATOR_PORT", 2),
    "aws": ("AWS_CLOUD_PORT", 3),
    "aliyun": ("ALIYUN_CLOUD_PORT", 4),
}
DEFAULT_PORT = 8001

Name = Literal["api", "mongodb", "emulator", "aws", "aliyun"]


class ConfigError(Exception):
    """The environment does not describe a stack that can start."""


@dataclass(frozen=True)
class Config:
    """Times are seconds. ``product`` are the variables of the service itself which the environment sets."""

    ports: Mapping[str, int]
    local_dir: Path
    workers: int = 4
    batch_size: int = 10
    function_timeout: int = 900
    recover_seconds: float = 2
    instances: int = 5000
    """How many instances the fake Aliyun cloud has."""
    cloud_latency: float = 0.05
    """How long each answer of the fake Aliyun cloud takes."""
    emulator_python: Path | None = None
    """The interpreter that has the emulator installed; unset means the one ``make`` prepares."""
    mongodb_uri: str | None = None
    """A store to use in place of the embedded one."""
    real_aws: bool = False
    """Use the AWS that the environment's credentials lead to in place of the emulator and the demo clouds."""
    product: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.ports['api']}"

    @property
    def emulator_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['emulator']}"

    @property
    def queue_normal_url(self) -> str:
        if self.real_aws:
            return self.product["CAM_QUEUE_NORMAL_URL"]
        return f"{self.emulator_url}/{ACCOUNT_ID}/{QUEUE_NORMAL}"

    def wanted_ports(self) -> dict[str, int]:
        """The ports that this stack listens on, by the name of the process."""
        skipped = set()
        if self.mongodb_uri:
            skipped.add("mongodb")
        if self.real_aws:
            skipped |= {"emulator", "aws", "aliyun"}
        return {name: port for name, port in self.ports.items() if name not in skipped}

    def environment(self) -> dict[str, str]:
        """What the service's own processes find in their environment."""
        local = {
            "CAM_LEASE_SECONDS": "5",
            "CAM_BEAT_SECONDS": "0.5",
            "CAM_RECOVER_AFTER_SECONDS": "1",
            "CAM_MONGODB_URI": f"mongodb://127.0.0.1:{self.ports['mongodb']}/?directConnection=true&retryWrites=false",
            "CAM_MONGODB_DATABASE": "cam",
            "CAM_PARAMETER_PREFIX": "/cam/local",
            "CAM_QUEUE_NORMAL_URL": self.queue_normal_url,
        }
        emulated = {
            "CAM_AWS_ENDPOINT_URL": self.emulator_url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            **emulator_credentials(),
        }
        return local | dict(self.product) | ({} if self.real_aws else emulated)


def emulator_credentials() -> dict[str, str]:
    """Keys that the emulator accepts: any will do, but SDKs insist on having some."""
    return {"AWS_ACCESS_KEY_ID": ACCOUNT_ID, "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": ""}


def load(environ: Mapping[str, str]) -> Config:
    """Read the settings. Raises ConfigError, which names the variable to change."""
    first = _number(environ, "PORT", DEFAULT_PORT, most=65535)
    ports = {name: _number(environ, var, first + step, most=65535) for name, (var, step) in PORTS.items()}
    for name, port in ports.items():
        same = [other for other in ports if ports[other] == port]
        if len(same) > 1:
            variables = " and ".join(PORTS[other][0] for other in same)
            raise ConfigError(f"port {port} is wanted {len(same)} times: give {variables} different values ({name})")
    real_aws = environ.get("CAM_AWS", "") == "real"
    queue_given = bool(environ.get("CAM_QUEUE_NORMAL_URL"))
    if real_aws and not queue_given:
        raise ConfigError("CAM_AWS=real needs CAM_QUEUE_NORMAL_URL, the URL of the queue to work on")
    if queue_given and not real_aws:
        raise ConfigError("CAM_QUEUE_NORMAL_URL is for CAM_AWS=real only: unset it, or set both")
    emulator_python = environ.get("EMULATOR_PYTHON")
    return Config(
        ports=ports,
        local_dir=Path(environ.get("LOCAL_DIR") or ".local").absolute(),
        workers=_number(environ, "WORKERS", 4, most=64),
        batch_size=_number(environ, "BATCH_SIZE", 10, most=10),
        function_timeout=_number(environ, "FUNCTION_TIMEOUT", 900, most=900),
        cloud_latency=_number(environ, "CLOUD_LATENCY_MS", 50, least=0, most=60_000) / 1000,
        emulator_python=Path(emulator_python) if emulator_python else None,
        mongodb_uri=environ.get("CAM_MONGODB_URI") or None,
        real_aws=real_aws,
        product={name: value for name, value in environ.items() if name.startswith("CAM_") and value},
    )


def _number(environ: Mapping[str, str], name: str, default: int, *, most: int, least: int = 1) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigError(f"{name} must be a whole number from {least} to {most}, not {text!r}")
    return int(text)
