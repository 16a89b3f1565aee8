"""What callers may do with tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from chalicelib.clock import Clock
from chalicelib.errors import InvalidRequest, TaskFinished, TaskNotFound, TaskRunning, TaskTypeNotFound
from chalicelib.logs import logger
from chalicelib.messages import Texts
from chalicelib.tasks.executor import Executors
from chalicelib.tasks.ids import is_task_id, new_task_id
from chalicelib.tasks.model import Task, TaskEvent, TimelineEntry
from chalicelib.tasks.queue import QueueUnavailable, TaskQueue
from chalicelib.tasks.store import TaskFilter, TaskStore

CANCEL_ROUNDS = 3
"""A task can leave the state it was seen in this many times before a cancellation gives up on it."""


@dataclass(frozen=True, slots=True)
class TaskPage:
    """``total`` counts all matches; None on pages reached by cursor, which never count."""

    tasks: list[Task]
    total: int | None
    next_cursor: str | None


class TaskService:
    def __init__(self, store: TaskStore, queue: TaskQueue, executors: Executors, *, clock: Clock, texts: Texts) -> None:
        self._store = store
        self._queue = queue
        self._executors = executors
        self._clock = clock
        self._texts = texts

    def submit(
        self,
        task_type: str,
        params: Mapping[str, Any] | bytes | str,
        *,
        tenant: str,
        created_by: str,
        correlation_id: str = "",
    ) -> Task:
        """Store a task, then tell the queue. The store decides: when only the queue fails, the task is submitted
        all the same and the recoverer sends its message.

        ``params`` is the raw JSON of a request or already a mapping. Raises TaskTypeNotFound and InvalidRequest.
        """
        try:
            executor = self._executors(task_type)
        except KeyError:
            raise TaskTypeNotFound(f"unknown task type {task_type!r}") from None
        parsed = _parse(executor.params, params)
        executor.admit(parsed, tenant)
        now = self._clock()
        task = Task(
            id=new_task_id(now),
            type=task_type,
            params=parsed.model_dump(mode="json"),
            tenant=tenant,
            created_by=created_by,
            correlation_id=correlation_id,
            created_at=now,
            due_at=now,
            message=self._texts.task_submitted,
            timeline=(TimelineEntry(now, TaskEvent.SUBMITTED, created_by),),
        )
        self._store.insert(task)
        try:
            self._queue.send(task.id)
        except QueueUnavailable:
            logger.exception("task stored but not sent: the recoverer will send it", extra={"task_id": task.id})
        logger.info(
            "task submitted",
            extra={"task_id": task.id, "task_type": task.type, "correlation_id": correlation_id},
        )
        return task

    def get(self, tenant: str, task_id: str) -> Task:
        task = self._store.get(tenant, task_id) if is_task_id(task_id) else None
        if task is None:
            raise TaskNotFound(f"no task {task_id!r}")
        return task

    def list(self, which: TaskFilter, *, limit: int, offset: int = 0, cursor: str | None = None) -> TaskPage:
        """Newest first, by ``offset`` or behind ``cursor`` (a former page's ``next_cursor``), not both."""
        tasks = self._store.newest(which, limit=limit + 1, offset=offset, before=cursor)
        more = len(tasks) > limit
        return TaskPage(
            tasks=tasks[:limit],
            total=self._store.count(which) if cursor is None else None,
            next_cursor=tasks[limit - 1].id if more else None,
        )

    def cancel(self, tenant: str, task_id: str) -> None:
        """End a pending task at once; ask a running one to stop. Raises TaskNotFound and TaskFinished."""
        for _ in range(CANCEL_ROUNDS):
            task = self.get(tenant, task_id)
            if task.status.ended:
                break
            now = self._clock()
            if self._store.cancel_pending(tenant, task_id, now=now, message=self._texts.cancelled):
                return
            if self._store.request_cancel(tenant, task_id, now=now):
                return
        raise TaskFinished(f"the task is already {self.get(tenant, task_id).status}")

    def delete(self, tenant: str, task_id: str, *, force: bool) -> None:
        """Remove a task. A running one is refused (TaskRunning) unless ``force``, which first asks it to stop; the
        worker then finds its lease gone and stops at its next check without writing anything more.
        """
        if force and not self.get(tenant, task_id).status.ended:
            self._store.request_cancel(tenant, task_id, now=self._clock())
        if self._store.delete(tenant, task_id, running=force):
            return
        task = self.get(tenant, task_id)
        raise TaskRunning(f"the task is {task.status}: cancel it first, or delete it with ?force=true")


def _parse(model: type[BaseModel], params: Mapping[str, Any] | bytes | str) -> BaseModel:
    try:
        if isinstance(params, bytes | str):
            return model.model_validate_json(params, strict=True)
        return model.model_validate(params)
    except ValidationError as error:
        raise InvalidRequest(describe(error)) from None


def describe(error: ValidationError) -> str:
    """Every bad field with what is wrong with it, without repeating the value: it may be a secret."""
    found = []
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        where = ".".join(str(part) for part in item["loc"])
        found.append(f"{where}: {item['msg']}" if where else item["msg"])
    return "invalid request: " + "; ".join(found)
