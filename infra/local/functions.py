"""The Lambda functions of the service and what triggers each: what Chalice deploys, as one table."""

from __future__ import annotations

from dataclasses import dataclass

from infra.local.config import ACCOUNT_ID, REGION, Config

DRAIN_WORKER = "infra.local.lambda_host.drain_worker"
SHORT_SECONDS = 60
"""The time limit of every function that does not run tasks."""


@dataclass(frozen=True)
class Function:
    """``drain`` names a callable without arguments that makes running work end soon, in the function's process."""

    name: str
    handler: str
    drain: str | None = None
    timeout: float = 900
    memory_mb: int = 512

    @property
    def arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{self.name}"


@dataclass(frozen=True)
class Schedule:
    """A handler that EventBridge invokes each ``seconds``."""

    rule: str
    handler: str
    seconds: float


CLOCK = Function("cam-local-clock", "infra.local.shared.handle", timeout=SHORT_SECONDS)
"""One process for all that a clock triggers: they are short, and a process each would idle in 64 MB."""


def consumer(config: Config, lane: str) -> Function:
    """Runs the tasks of a lane."""
    handler = _handler(config, "consumers", f"consume_{lane}")
    return Function(f"cam-local-consume-{lane}", handler, DRAIN_WORKER, config.function_timeout)


def undertaker(config: Config) -> Function:
    """Settles the tasks of messages that were given up."""
    return Function("cam-local-bury", _handler(config, "consumers", "bury"), timeout=SHORT_SECONDS)


def sync_requested(config: Config) -> Function:
    """Submits the syncs that EventBridge events ask for."""
    handler = _handler(config, "schedules", "sync_requested")
    return Function("cam-local-sync-requested", handler, timeout=SHORT_SECONDS)


def schedules(config: Config) -> tuple[Schedule, ...]:
    """Deployed, each runs once a minute; here as often as makes a lost worker's task go on within seconds."""
    return (
        Schedule("cam-local-recover", _handler(config, "schedules", "recover"), config.recover_seconds),
        Schedule("cam-local-schedule-syncs", _handler(config, "schedules", "schedule_syncs"), config.schedule_seconds),
    )


def _handler(config: Config, module: str, name: str) -> str:
    return f"{config.functions_module or f'chalicelib.events.{module}'}.{name}"
