"""Following a task to its end, whatever happens to the service meanwhile."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from camcli.errors import NotTheService, Unreachable
from camcli.outcome import TaskState
from camcli.service import Service, part

SHORTEST_WAIT, LONGEST_WAIT = 0.3, 3.0
WAIT_SHARE = 0.05
"""Of the time that it has been followed: a long task is asked about less often."""
FIRST_BACKOFF, LONGEST_BACKOFF = 0.5, 15.0
PATIENCE = 600.0
"""Seconds that the service may be away."""
MOST_SHOWN = 8
"""How many running parts are told one by one."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The children of a task. ``running`` are a few of those that run."""

    total: int
    done: int
    failed: int
    running: Sequence[TaskState]


@dataclass(frozen=True, slots=True)
class Seen:
    """How the task is; ``parts`` is None while it has none."""

    task: TaskState
    parts: Parts | None


@dataclass(frozen=True, slots=True)
class Silent:
    """The service does not answer, for ``reason``, and will be asked again in ``seconds``."""

    reason: str
    seconds: float


def follow(service: Service, task_id: str, *, patience: float = PATIENCE) -> Iterator[Seen | Silent]:
    """What is seen of a task until it has ended, which comes last.

    A service that never answered is not waited for. One that did, and is away for more than ``patience`` seconds,
    raises Unreachable; so does a task that is gone (Refused).
    """
    begun = time.monotonic()
    answered: float | None = None
    failures = 0
    while True:
        try:
            seen = _look(service, task_id)
        except (Unreachable, NotTheService) as error:
            now = time.monotonic()
            if answered is None or now - answered > patience:
                raise
            wait = _backoff(failures, error)
            failures += 1
            yield Silent(error.message, wait)
        else:
            yield seen
            if seen.task.ended:
                return
            failures = 0
            answered = time.monotonic()
            wait = min(max((answered - begun) * WAIT_SHARE, SHORTEST_WAIT), LONGEST_WAIT)
        time.sleep(wait)


def _look(service: Service, task_id: str) -> Seen:
    task = TaskState.of(service.get(f"/tasks/{part(task_id)}"))
    if not task.fanned_out:
        return Seen(task, None)
    path = f"/tasks/{task.id}/children"

    def count(status: str | None = None) -> int:
        return int(service.get(path, limit=1, status=status)["total"])

    running = service.get(path, status="running", limit=MOST_SHOWN)
    total, pending = count(), count("pending")
    return Seen(
        task,
        Parts(
            total=total,
            done=max(0, total - pending - running["total"]),
            failed=count("failed"),
            running=[TaskState.of(row) for row in running["tasks"]],
        ),
    )


def _backoff(
    failures: int, error: Unreachable | NotTheService, *, jitter: Callable[[], float] = random.random
) -> float:
    """Longer each time, and never sooner than asked; with jitter, as many may be waiting."""
    wanted = getattr(error, "retry_after", None) or 0.0
    longest: float = min(FIRST_BACKOFF * 2**failures, LONGEST_BACKOFF)
    return max(wanted, longest * (1 + jitter()) / 2)
