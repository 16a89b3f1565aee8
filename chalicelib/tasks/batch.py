"""Submitting many tasks at once: one write for all, and messages in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.errors import ApiError, Conflict, TooManyPending
from chalicelib.logs import logger
from chalicelib.tasks.dispatch import Dispatch
from chalicelib.tasks.model import Task
from chalicelib.tasks.queue import Message
from chalicelib.tasks.service import ROUNDS, Caller, TaskService
from chalicelib.tasks.store import TaskStore
from chalicelib.tasks.twins import Submitted, find_twins

MOST_SUBMITTED = 1000
"""How many tasks one call submits."""

Answer = Submitted | ApiError


class Wanted(NamedTuple):
    """One task of a batch. ``body`` is the raw JSON that would be sent to submit it alone."""

    type: str
    body: bytes


class BatchService:
    def __init__(self, store: TaskStore, dispatch: Dispatch, tasks: TaskService) -> None:
        self._store = store
        self._dispatch = dispatch
        self._tasks = tasks

    def submit(self, batch: Sequence[Wanted], *, caller: Caller, idempotency_key: str | None = None) -> list[Answer]:
        """What became of each task, in their order: a bad one keeps back no other.

        The key stands for one key a task, so a batch that is repeated with it answers the same tasks, and submits those
        that were refused. Raises TooManyPending when that is why all were.
        """
        answers: dict[int, Answer] = {}
        drafts: dict[int, Task] = {}
        for index, wanted in enumerate(batch):
            key = f"batch:{idempotency_key}:{index}" if idempotency_key else None
            try:
                drafts[index] = self._tasks.draft(wanted.type, wanted.body, caller=caller, idempotency_key=key)
            except ApiError as error:
                answers[index] = error
        new = self._insert(drafts, answers, caller.tenant)
        if new:
            self._dispatch.send([Message.of(task) for task in new])
            logger.info("tasks submitted", extra={"count": len(new), "correlation_id": caller.correlation_id})
        ordered = [answers[index] for index in range(len(batch))]
        if ordered and all(isinstance(answer, TooManyPending) for answer in ordered):
            raise self._tasks.full()
        return ordered

    def _insert(self, drafts: dict[int, Task], answers: dict[int, Answer], tenant: str) -> list[Task]:
        """Those that were stored. Every draft gets its answer."""
        new: list[Task] = []
        waiting = dict(drafts)
        room = len(waiting)
        for _ in range(ROUNDS):
            if not waiting or not room:
                break
            room = self._tasks.room(tenant, len(waiting))
            stored = self._store.insert_many(list(waiting.values())[:room])
            new += stored
            known: dict[str, Answer] = {task.id: Submitted(task) for task in stored}
            known |= find_twins(self._store, tenant, [task for task in waiting.values() if task.id not in known])
            answers |= {index: known[task.id] for index, task in waiting.items() if task.id in known}
            waiting = {index: task for index, task in waiting.items() if task.id not in known}
        refusal = Conflict("the same task keeps starting and ending: try again") if room else self._tasks.full()
        answers |= dict.fromkeys(waiting, refusal)
        return new
