"""EventBridge schedules: invokes functions at fixed times, as rules of the deployed service do."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from infra.local.config import ACCOUNT_ID, REGION
from infra.local.function import Draining, FunctionEnvironment, InvocationError
from infra.local.functions import Schedule
from infra.local.shared import addressed

RETRY_SECONDS = 0.5

logger = logging.getLogger(__name__)


def scheduled_event(rule: str, at: datetime) -> dict[str, Any]:
    """What EventBridge sends for a schedule."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT_ID,
        "time": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT_ID}:rule/{rule}"],
        "detail": {},
    }


def next_tick(begun: float, every: float, now: float) -> float:
    """The first tick of ``begun + n × every`` after ``now``: ticks that a long run has passed over are left out."""
    return begun + every * (int((now - begun) / every) + 1)


class Ticker:
    """Invokes each schedule's handler when its time comes, one after the other in one environment."""

    def __init__(
        self,
        environment: FunctionEnvironment,
        schedules: Sequence[Schedule],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._thread = threading.Thread(target=self._run, name=f"{environment.name}-ticker", daemon=True)
        self._environment = environment
        self._schedules = schedules
        self._clock = clock
        self._stopping = threading.Event()

    def start(self) -> None:
        self._thread.start()

    def stop(self, *, grace: float = 10) -> None:
        self._stopping.set()
        self._environment.drain()
        self._thread.join(grace)
        if self._thread.is_alive():
            self._environment.kill()
            self._thread.join()

    def _run(self) -> None:
        begun = self._clock()
        due = dict.fromkeys(self._schedules, begun)
        try:
            while not self._stopping.is_set():
                schedule = min(due, key=lambda it: due[it])
                self._stopping.wait(due[schedule] - self._clock())
                self._tick(schedule)
                due[schedule] = next_tick(begun, schedule.seconds, self._clock())
        finally:
            self._environment.close()

    def _tick(self, schedule: Schedule) -> None:
        event = scheduled_event(schedule.rule, datetime.now(UTC))
        try:
            self._environment.invoke(addressed(schedule.handler, event))
        except Draining:
            return
        except InvocationError as error:
            logger.warning("%s: a run of %s failed: %s", self._environment.name, schedule.rule, error)
            self._stopping.wait(RETRY_SECONDS)
