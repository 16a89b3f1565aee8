"""The service's own wiring, with task types that tests can count on and a queue that behaves as badly as SQS may."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from chalicelib.container import Container
from chalicelib.settings import Settings
from chalicelib.tasks.executor import Executor, Executors
from chalicelib.tasks.policy import LONGEST_QUEUE_DELAY
from chalicelib.tasks.queue import NO_DELAY, Message, TaskQueue
from tests.faults.probes import Effects, probes

DUPLICATES = "FAULTS_DUPLICATES"
"""Variable: the share of messages that are sent twice. Unless it is set, the queue is left alone."""
LATEST_SECONDS = 3


class StormyQueue:
    """Sends a share of all messages twice, and every one after a while of its own: so they overtake each other."""

    def __init__(self, queue: TaskQueue, duplicates: float, log: Collection[dict[str, Any]]) -> None:
        self._queue = queue
        self._duplicates = duplicates
        self._log = log

    def send(self, message: Message, *, delay: timedelta = NO_DELAY) -> None:
        times = 2 if random.random() < self._duplicates else 1
        for _ in range(times):
            later = delay + timedelta(seconds=random.randint(0, LATEST_SECONDS))
            self._queue.send(message, delay=min(later, LONGEST_QUEUE_DELAY))
        with suppress(PyMongoError):
            self._log.insert_one({"task_id": message.task_id, "times": times})

    def send_all(self, messages: Sequence[Message]) -> None:
        for message in random.sample(messages, len(messages)):
            self.send(message)

    def check(self) -> None:
        self._queue.check()


class ProbeContainer(Container):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._duplicates = float(os.environ.get(DUPLICATES, "0"))

    @cached_property
    def effects(self) -> Effects:
        return Effects(self.database["effects"])

    @cached_property
    def executors(self) -> Executors:
        product = super().executors
        extra = probes(self.effects)

        def look_up(task_type: str) -> Executor[Any]:
            return extra[task_type] if task_type in extra else product(task_type)

        return look_up

    @cached_property
    def task_queue(self) -> TaskQueue:
        queue = super().task_queue
        return StormyQueue(queue, self._duplicates, self.database["sent"]) if self._duplicates else queue
