"""The settings of the one-machine stack, read from the environment once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
AWS_CONFIG = Path(__file__).with_name("aws_config")
"""Stands in for ``~/.aws``: what a developer has there must not reach the emulator's clients."""
LOOPBACK = "127.0.0.1,localhost"
REGION = "us-east-1"
ACCOUNT_ID = "123456789012"
LANES = ("high", "normal", "low")
DEAD_LETTERS = "cam-local-dead-letters"
EXPORT_BUCKET = "cam-local-exports"
SYNC_REQUESTS = "cam-local-sync-requests"
"""The queue that stands between EventBridge and the function that its events trigger."""
DEFAULT_WORKERS = 4

# Each port has a variable; unless that is set, it is this far from PORT.
PORTS = {
    "api": ("PORT", 0),
    "mongodb": ("MONGODB_PORT", 1),
    "emulator": ("EMULATOR_PORT", 2),
    "aws": ("AWS_CLOUD_PORT", 3),
    "aliyun": ("ALIYUN_CLOUD_PORT", 4),
    "tencent": ("TENCENT_CLOUD_PORT", 5),
    "huawei": ("HUAWEI_CLOUD_PORT", 6),
    "volcano": ("VOLCANO_CLOUD_PORT", 7),
}
CLOUDS = ("aws", "aliyun", "tencent", "huawei", "volcano")
"""The fakes to take inventory of."""
DEFAULT_PORT = 8001


class ConfigError(Exception):
    """The environment does not describe a stack that can start."""


@dataclass(frozen=True)
class Workers:
    """Worker processes by lane; each lane has one at least, so that none starves another."""

    high: int = 1
    normal: int = 2
    low: int = 1

    @classmethod
    def split(cls, total: int) -> Workers:
        """One for the high and one for the low lane, the others for the normal one."""
        return cls(normal=max(1, total - 2))

    def __getitem__(self, lane: str) -> int:
        return {"high": self.high, "normal": self.normal, "low": self.low}[lane]


@dataclass(frozen=True)
class Config:
    """Times are seconds. ``product`` are the variables of the service itself which the environment sets."""

    ports: Mapping[str, int]
    local_dir: Path
    workers: Workers = Workers()
    batch_size: int = 10
    function_timeout: int = 900
    recover_seconds: float = 1
    schedule_seconds: float = 5
    functions_module: str | None = None
    """A module that has all the functions of the service under their own names, to run in place of the service's
    own: for tests.
    """
    instances: int = 5000
    """How many instances the fake Aliyun cloud has."""
    cloud_latency: float = 0.05
    """How long each answer of the fake Aliyun cloud takes."""
    cloud_changes: float = 0
    """How long it is from one change in the fake Aliyun cloud by itself to the next; 0: nothing changes there."""
    emulator_python: Path | None = None
    """The interpreter that has the emulator installed; unset means the one ``make`` prepares."""
    mongodb_uri: str | None = None
    """A store to use in place of the embedded one."""
    real_aws: bool = False
    """Use the AWS that the environment's credentials lead to in place of the emulator and the demo clouds."""
    product: Mapping[str, str] = field(default_factory=dict)
    no_proxy: str = LOOPBACK
    """Hosts to reach without the proxy that the environment may name."""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.ports['api']}"

    @property
    def authentication(self) -> str:
        """What callers show to the API: ``off``, or as ``CAM_AUTHENTICATION`` says."""
        return self.product.get("CAM_AUTHENTICATION", "off")

    @property
    def emulator_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['emulator']}"

    @property
    def lane_urls(self) -> dict[str, str]:
        """The queue of each lane."""
        if self.real_aws:
            return {lane: self.product[_queue_variable(lane)] for lane in LANES}
        return {lane: self.queue_url(lane_queue(lane)) for lane in LANES}

    def queue_url(self, name: str) -> str:
        """Where the emulator has a queue."""
        return f"{self.emulator_url}/{ACCOUNT_ID}/{name}"

    def wanted_ports(self) -> dict[str, int]:
        """The ports that this stack listens on, by the name of the process."""
        skipped = set()
        if self.mongodb_uri:
            skipped.add("mongodb")
        if self.real_aws:
            skipped |= {"emulator", *CLOUDS}
        return {name: port for name, port in self.ports.items() if name not in skipped}

    def environment(self) -> dict[str, str]:
        """What the service's own processes find in their environment."""
        local = {
            "CAM_LEASE_SECONDS": "8",
            "CAM_BEAT_SECONDS": "0.5",
            "CAM_PATIENCE_SECONDS": "20",
            "CAM_RECHECK_SECONDS": "5",
            "CAM_FIRST_BACKOFF_SECONDS": "1",
            "CAM_MONGODB_TIMEOUT_SECONDS": "5",
            "CAM_MONGODB_URI": f"mongodb://127.0.0.1:{self.ports['mongodb']}/?directConnection=true&retryWrites=false",
            "CAM_MONGODB_DATABASE": "cam",
            "CAM_PARAMETER_PREFIX": "/cam/local",
            **{_queue_variable(lane): url for lane, url in self.lane_urls.items()},
            "NO_PROXY": self.no_proxy,
            "no_proxy": self.no_proxy,
            "HTTP_PROXY": "",  # the Aliyun SDK heeds no exceptions; real clouds are reached by HTTPS
            "http_proxy": "",
        }
        emulated = {
            "CAM_AWS_ENDPOINT_URL": self.emulator_url,
            "CAM_EXPORT_BUCKET": EXPORT_BUCKET,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_PROFILE": "default",
            "AWS_CONFIG_FILE": str(AWS_CONFIG),
            "AWS_SHARED_CREDENTIALS_FILE": str(AWS_CONFIG),
            **emulator_credentials(),
        }
        return local | dict(self.product) | ({} if self.real_aws else emulated)


def lane_queue(lane: str) -> str:
    return f"cam-local-{lane}"


def _queue_variable(lane: str) -> str:
    return f"CAM_QUEUE_{lane.upper()}_URL"


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
    _check_queues(environ, real_aws=real_aws)
    emulator_python = environ.get("EMULATOR_PYTHON")
    return Config(
        ports=ports,
        local_dir=Path(environ.get("LOCAL_DIR") or ".local").absolute(),
        workers=_workers(environ),
        batch_size=_number(environ, "BATCH_SIZE", 10, most=10),
        function_timeout=_number(environ, "FUNCTION_TIMEOUT", 900, most=900),
        cloud_latency=_number(environ, "CLOUD_LATENCY_MS", 50, least=0, most=60_000) / 1000,
        cloud_changes=_number(environ, "CLOUD_CHANGES_SECONDS", 0, least=0, most=86_400),
        emulator_python=Path(emulator_python) if emulator_python else None,
        mongodb_uri=environ.get("CAM_MONGODB_URI") or None,
        real_aws=real_aws,
        no_proxy=",".join(filter(None, (environ.get("NO_PROXY") or environ.get("no_proxy"), LOOPBACK))),
        product={name: value for name, value in environ.items() if name.startswith("CAM_") and value},
    )


def _check_queues(environ: Mapping[str, str], *, real_aws: bool) -> None:
    given = {name: bool(environ.get(name)) for name in map(_queue_variable, LANES)}
    if real_aws and not all(given.values()):
        missing = ", ".join(name for name, is_set in given.items() if not is_set)
        raise ConfigError(f"CAM_AWS=real needs {missing}: the URL of each lane's queue")
    if not real_aws and any(given.values()):
        found = ", ".join(name for name, is_set in given.items() if is_set)
        raise ConfigError(f"{found}: for CAM_AWS=real only; unset it, or set that, too")


def _workers(environ: Mapping[str, str]) -> Workers:
    split = Workers.split(_number(environ, "WORKERS", DEFAULT_WORKERS, most=64))
    return Workers(**{lane: _number(environ, f"WORKERS_{lane.upper()}", split[lane], most=64) for lane in LANES})


def _number(environ: Mapping[str, str], name: str, default: int, *, most: int, least: int = 1) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigError(f"{name} must be a whole number from {least} to {most}, not {text!r}")
    return int(text)
