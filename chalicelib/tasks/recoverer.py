"""The sweep that makes every stranded task move again."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.clock import Clock
from chalicelib.logs import logger
from chalicelib.tasks.queue import QueueUnavailable, TaskQueue
from chalicelib.tasks.store import TaskStore

BATCH = 500
"""The most tasks one pass takes on."""


class Recoverer:
    """Sends the message of every task that has needed a worker for longer than ``patience``: its send failed, or its
    worker was lost. Sending once too often does no harm: claims decide who runs a task.
    """

    def __init__(self, store: TaskStore, queue: TaskQueue, *, clock: Clock, patience: timedelta) -> None:
        self._store = store
        self._queue = queue
        self._clock = clock
        self._patience = patience

    def run(self) -> int:
        """One bounded pass; returns how many messages were sent."""
        sent = 0
        for task_id in self._store.due_before(self._clock() - self._patience, limit=BATCH):
            try:
                self._queue.send(task_id)
            except QueueUnavailable:
                logger.exception("the queue does not answer: leaving the rest to the next pass")
                break
            sent += 1
        if sent:
            logger.info("stranded tasks sent again", extra={"sent": sent})
        return sent
