"""Telling the queue of tasks that are stored already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pymongo.errors import PyMongoError

from chalicelib.clock import Clock
from chalicelib.logs import logger
from chalicelib.tasks.backlog import BacklogStore
from chalicelib.tasks.documents import SKEW
from chalicelib.tasks.model import Task
from chalicelib.tasks.queue import NO_DELAY, Message, QueueUnavailable, TaskQueue
from chalicelib.traces import NOT_TRACED, Traces


class Dispatch:
    """Never fails for the queue's sake: what could not be sent is marked, and the recoverer's next pass sends it."""

    def __init__(self, queue: TaskQueue, backlog: BacklogStore, *, clock: Clock, traces: Traces = NOT_TRACED) -> None:
        self._queue = queue
        self._backlog = backlog
        self._clock = clock
        self._traces = traces

    def submitted(self, task: Task) -> bool:
        """Send the message of a new task, which its trace begins with."""
        with self._traces.piece("submit", task_id=task.id, type=task.type, tenant=task.tenant):
            return self.send([Message.of(task)])

    def send(self, messages: Sequence[Message], *, delay: timedelta = NO_DELAY) -> bool:
        """False when they were left to the recoverer. ``delay`` is for a single message."""
        try:
            if len(messages) == 1:
                self._queue.send(messages[0], delay=delay)
            else:
                self._queue.send_all(messages)
        except QueueUnavailable:
            logger.exception("tasks stored but not sent: the recoverer will send them")
            self._mark([message.task_id for message in messages], delay)
            return False
        return True

    def _mark(self, task_ids: Sequence[str], delay: timedelta) -> None:
        try:
            self._backlog.send_failed(task_ids, now=self._clock() + (delay + SKEW if delay else delay))
        except PyMongoError as error:  # unmarked, they are sent when the recoverer's patience ends
            logger.warning("unsent tasks could not be marked", extra={"reason": str(error)})
