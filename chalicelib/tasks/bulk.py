"""Cancelling and retrying many tasks at once, with a look beforehand."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from chalicelib.clock import Clock
from chalicelib.tasks.model import TaskStatus
from chalicelib.tasks.service import TaskService
from chalicelib.tasks.store import RETRYABLE, TaskFilter, TaskStore

MOST_RETRIED = 1000
"""How many tasks one call retries; the answer tells how many are left."""
MOST_NAMED = 100
"""Of how many tasks a cancellation tells the ids."""


class BulkCancelled(NamedTuple):
    """``matched`` tasks were open; of these, ``cancelled`` ended at once and ``asked`` still run, or their children do.
    ``ids`` are those of the newest of both.
    """

    matched: int
    cancelled: int
    asked: int
    ids: tuple[str, ...] = ()


class BulkRetried(NamedTuple):
    """``matched`` tasks could be retried; ``refused`` have an active twin; ``remaining`` are left for another call.
    ``ids`` are those of the retried.
    """

    matched: int
    retried: int
    refused: int
    remaining: int
    ids: tuple[str, ...] = ()


class BulkService:
    def __init__(self, store: TaskStore, tasks: TaskService, *, clock: Clock) -> None:
        self._store = store
        self._tasks = tasks
        self._clock = clock

    def cancel(self, which: TaskFilter, *, dry_run: bool) -> BulkCancelled:
        """Cancel every open task of the filter, and the children of each."""
        states = [status for status in (TaskStatus.PENDING, TaskStatus.RUNNING) if which.status in (None, status)]
        if dry_run:
            return BulkCancelled(sum(self._store.count(replace(which, status=status)) for status in states), 0, 0)
        now = self._clock()
        query = replace(which, status=None).to_query()
        pending: list[str] = []
        cancelled = 0
        if TaskStatus.PENDING in states:
            pending = self._store.newest_ids(replace(which, status=TaskStatus.PENDING), limit=MOST_NAMED)
            cancelled = self._store.cancel_unstarted(query, now=now)
        asked = self._store.request_cancel(query, now=now, states=states)
        begun = set(asked)
        unstarted = [task_id for task_id in pending if task_id not in begun][:cancelled]
        ended = self._tasks.stop(asked)
        ids = sorted({*unstarted, *asked}, reverse=True)[:MOST_NAMED]
        return BulkCancelled(cancelled + len(asked), cancelled + ended, len(asked) - ended, tuple(ids))

    def retry(self, which: TaskFilter, *, by: str, dry_run: bool) -> BulkRetried:
        """Retry every failed and cancelled task of the filter, ``MOST_RETRIED`` at the most."""
        states = [status for status in RETRYABLE if which.status in (None, status)]
        matched = sum(self._store.count(replace(which, status=status)) for status in states)
        if dry_run:
            return BulkRetried(matched, 0, 0, matched)
        found = [
            task
            for status in states
            for task in self._store.newest(replace(which, status=status), limit=MOST_RETRIED)
            if task.parent_id is None
        ][:MOST_RETRIED]
        if not found:
            return BulkRetried(matched, 0, 0, matched)
        retried, refused = self._tasks.restart(which.tenant, found, by=by)
        ids = tuple(task.id for task in retried)
        return BulkRetried(matched, len(retried), refused, matched - len(found), ids)
