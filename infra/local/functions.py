"""The Lambda functions of the service: what Chalice deploys, as one table."""

from __future__ import annotations

from dataclasses import dataclass

from infra.local.config import ACCOUNT_ID, REGION


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
    """A function that EventBridge invokes each ``seconds``."""

    name: str
    function: Function
    seconds: float


DRAIN_WORKER = "infra.local.lambda_host.drain_worker"


def consumer(timeout: float) -> Function:
    """Runs the tasks of the normal lane."""
    return Function("cam-local-consume", "chalicelib.events.consumers.consume", DRAIN_WORKER, timeout)


def schedules(recover_seconds: float) -> tuple[Schedule, ...]:
    """Deployed, the recoverer runs each minute; here as often as makes a lost worker's task go on within seconds."""
    recover = Function("cam-local-recover", "chalicelib.events.schedules.recover", timeout=60)
    return (Schedule("clock-recover", recover, recover_seconds),)
