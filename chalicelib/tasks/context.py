"""What a running executor has of its task: a place to report to and a way to learn that it must stop."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.clock import Clock
from chalicelib.errors import HandedBack, Interruption, LeaseLost, TimedOut
from chalicelib.tasks.model import Task
from chalicelib.tasks.usage import Usage


class Progress(NamedTuple):
    percent: int
    message: str


class Deadline(NamedTuple):
    """When an invocation is over: from ``soft`` on, tasks should be continued; at ``hard`` they are handed back."""

    soft: datetime
    hard: datetime

    @classmethod
    def of(cls, now: datetime, remaining: timedelta) -> Deadline:
        """Leaves a fifth of the time, 2 to 30 s, to end a page and to settle; from ``hard`` on a twelfth, 1 to 10 s, to
        settle. Of an invocation that is too short for that, half and a quarter.
        """
        soft = min(max(remaining / 5, timedelta(seconds=2)), timedelta(seconds=30), remaining / 2)
        hard = min(max(remaining / 12, timedelta(seconds=1)), timedelta(seconds=10), remaining / 4)
        return cls(now + remaining - soft, now + remaining - hard)


class TaskContext:
    """The running of one task by one worker. Thread-safe: the heartbeat talks to it while the executor works.

    ``checkpoint`` is what an earlier invocation left for this one; None at the beginning. ``fence`` is unique to this
    run; ``first_run`` tells that no other can have written anything for the task. ``usage`` counts what its runs do.
    """

    def __init__(
        self,
        task: Task,
        *,
        leased_until: datetime,
        clock: Clock,
        deadline: Deadline | None = None,
        usage: Usage | None = None,
    ) -> None:
        self.task_id = task.id
        self.tenant = task.tenant
        self.is_child = task.parent_id is not None
        self.fence = task.lease.token if task.lease else ""
        self.first_run = task.first_run
        self.attempt = task.retries + 1
        self.usage = usage or Usage()
        self.checkpoint: Mapping[str, Any] | None = task.checkpoint
        self._clock = clock
        self._leased_until = leased_until
        self._deadline = deadline
        self._times_out_at = task.deadline
        self._floor = task.progress
        self._lock = threading.Lock()
        self._unsent: Progress | None = None
        self._stop: type[Interruption] | None = None
        self._stopped = threading.Event()

    def report(self, percent: float, message: str) -> None:
        """Tell how far the task is (0–100). Costs nothing: only the last report of a beat is stored.

        Progress never goes back, also not when a later attempt starts over.
        """
        with self._lock:
            self._floor = max(self._floor, min(int(percent), 100))
            self._unsent = Progress(self._floor, message.encode(errors="replace").decode())

    def out_of_time(self) -> bool:
        """Whether an executor that can should return ``Continue`` now: ask once per page, before ``check``."""
        if self._stop is HandedBack:
            return True
        return self._deadline is not None and self._clock() >= self._deadline.soft

    def check(self) -> None:
        """Raise the ``Interruption`` that is due, if one is. Call it often: once per page, before every write.

        A lease that ran out counts as lost even before the store says so: a worker that was frozen must not write.
        """
        now = self._clock()
        if now >= self._leased_until:
            raise LeaseLost
        if self._stop is not None:
            raise self._stop
        if self._times_out_at is not None and now >= self._times_out_at:
            raise TimedOut
        if self._deadline is not None and now >= self._deadline.hard:
            raise HandedBack

    def wait(self, seconds: float) -> None:
        """Sleep, but no longer than until the task is told to stop. Raises its ``Interruption``."""
        ends = [self._clock() + timedelta(seconds=seconds), self._leased_until]
        ends += [self._times_out_at] if self._times_out_at else []
        ends += [self._deadline.hard] if self._deadline else []
        self._stopped.wait(max(0.0, min((end - self._clock()).total_seconds() for end in ends)))
        self.check()

    def hand_back(self) -> None:
        """Make the next check give the task up for another worker."""
        self.interrupt(HandedBack)

    # --- the heartbeat's side -----------------------------------------------------------------------------------

    def interrupt(self, reason: type[Interruption]) -> None:
        """Make every further check raise ``reason``. A lost lease overrides any other reason, a cancellation all but
        that.
        """
        with self._lock:
            if self._stop is None or reason is LeaseLost or self._stop is HandedBack:
                self._stop = reason
        self._stopped.set()

    def renewed(self, until: datetime) -> None:
        self._leased_until = until

    def take_progress(self) -> Progress | None:
        """The report that has not been stored yet, at most once."""
        with self._lock:
            unsent, self._unsent = self._unsent, None
            return unsent

    def not_stored(self, report: Progress | None) -> None:
        """Take a report back that the store did not take, unless there is a newer one."""
        with self._lock:
            self._unsent = self._unsent or report
