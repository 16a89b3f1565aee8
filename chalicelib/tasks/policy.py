"""The numbers of the task framework, in one place."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.settings import Settings

LONGEST_QUEUE_DELAY = timedelta(seconds=899)
"""SQS delays a message by 900 s at the most, and a second is kept for clocks that differ; a longer wait is the
recoverer's.
"""


@dataclass(frozen=True, slots=True)
class Policy:
    lease: timedelta = timedelta(seconds=30)
    """How long a worker that stops beating keeps its tasks."""
    beat: timedelta = timedelta(seconds=2)
    threads: int = 10
    """How many tasks of a batch run side by side."""
    patience: timedelta = timedelta(seconds=120)
    """How long a message may be on its way before the recoverer sends it again; doubles at every time."""
    recheck: timedelta = timedelta(seconds=60)
    """How often a waiting parent looks for its children, should nobody have woken it."""
    first_backoff: timedelta = timedelta(seconds=2)
    longest_backoff: timedelta = timedelta(minutes=10)
    max_hops: int = 200
    """In how many invocations one task may be continued."""
    retention: timedelta = timedelta(days=30)
    """How long ended tasks are kept."""
    max_pending: int = 0
    """How many tasks of a tenant may be pending; 0 is no cap."""
    random: Callable[[], float] = random.random

    @classmethod
    def of(cls, settings: Settings) -> Policy:
        return cls(
            lease=timedelta(seconds=settings.lease_seconds),
            beat=timedelta(seconds=settings.beat_seconds),
            threads=settings.batch_threads,
            patience=timedelta(seconds=settings.patience_seconds),
            recheck=timedelta(seconds=settings.recheck_seconds),
            first_backoff=timedelta(seconds=settings.first_backoff_seconds),
            longest_backoff=timedelta(seconds=settings.longest_backoff_seconds),
            max_hops=settings.max_hops,
            max_pending=settings.max_pending,
            retention=timedelta(days=settings.retention_days),
        )

    def backoff(self, retries: int, retry_after: float | None = None) -> timedelta:
        """The wait before try number ``retries`` + 1: exponential with full jitter, never less than the other side
        asked for (``retry_after``, seconds).
        """
        exponential = self.first_backoff * float(2 ** min(retries, 20))
        ceiling = min(self.longest_backoff, exponential)
        return max(ceiling * self.random(), timedelta(seconds=retry_after or 0))

    def resend_after(self, resends: int) -> timedelta:
        """How long to wait for a worker after a message was sent again, ``resends`` times before."""
        return self.patience * float(2 ** min(resends + 1, 10))
