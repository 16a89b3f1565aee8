"""What a running executor has of its task: a place to report to and a way to learn that it must stop."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from chalicelib.clock import Clock
from chalicelib.errors import HandedBack, Interruption, LeaseLost
from chalicelib.tasks.model import Task


@dataclass(frozen=True, slots=True)
class Progress:
    percent: int
    message: str


class TaskContext:
    """The running of one task by one worker. Thread-safe: the heartbeat talks to it while the executor works."""

    def __init__(self, task: Task, *, leased_until: datetime, clock: Clock) -> None:
        self.task_id = task.id
        self.tenant = task.tenant
        self.attempt = task.attempts
        self._clock = clock
        self._leased_until = leased_until
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
            self._unsent = Progress(self._floor, message)

    def check(self) -> None:
        """Raise the ``Interruption`` that is due, if one is. Call it often: once per page, before every write.

        A lease that ran out counts as lost even before the store says so: a worker that was frozen must not write.
        """
        if self._stop is not None:
            raise self._stop
        if self._clock() >= self._leased_until:
            raise LeaseLost

    def wait(self, seconds: float) -> None:
        """Sleep, but no longer than until the task is told to stop."""
        self._stopped.wait(seconds)
        self.check()

    def hand_back(self) -> None:
        """Make the next check give the task up for another worker."""
        self.interrupt(HandedBack)

    # --- the heartbeat's side -----------------------------------------------------------------------------------

    def interrupt(self, reason: type[Interruption]) -> None:
        """Make every further check raise ``reason``. A lost lease overrides any other reason."""
        with self._lock:
            if self._stop is None or reason is LeaseLost:
                self._stop = reason
        self._stopped.set()

    def renewed(self, until: datetime) -> None:
        self._leased_until = until

    def take_progress(self) -> Progress | None:
        """The report that has not been stored yet, at most once."""
        with self._lock:
            unsent, self._unsent = self._unsent, None
            return unsent
