"""What callers may do with one task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from chalicelib.clock import Clock
from chalicelib.errors import (
    ApiError,
    Conflict,
    InvalidRequest,
    TaskFinished,
    TaskNotFound,
    TaskRunning,
    TaskTypeNotFound,
    TooManyPending,
)
from chalicelib.logs import logger
from chalicelib.messages import Texts
from chalicelib.pages import total
from chalicelib.tasks.children import Children
from chalicelib.tasks.dispatch import Dispatch
from chalicelib.tasks.documents import SKEW
from chalicelib.tasks.executor import Executors
from chalicelib.tasks.ids import is_task_id, new_task_id
from chalicelib.tasks.model import KeyedRequest, Task, TaskEvent, TimelineEntry
from chalicelib.tasks.policy import Policy
from chalicelib.tasks.queue import Message
from chalicelib.tasks.store import RETRYABLE, TaskFilter, TaskStore
from chalicelib.tasks.submission import fingerprint, parse
from chalicelib.tasks.twins import Submitted, find_twins

ROUNDS = 3
"""A task can leave the state it was seen in this many times before an operation gives up on it."""
FULL_RETRY_SECONDS = 10


class Caller(NamedTuple):
    """On whose behalf a request is made."""

    tenant: str
    name: str
    correlation_id: str = ""


class TaskPage(NamedTuple):
    """``total`` counts all matches; None on pages reached by cursor, which never count."""

    tasks: list[Task]
    total: int | None
    next_cursor: str | None


class TaskService:
    def __init__(
        self,
        store: TaskStore,
        dispatch: Dispatch,
        children: Children,
        executors: Executors,
        *,
        policy: Policy,
        clock: Clock,
        texts: Texts,
    ) -> None:
        self._store = store
        self._dispatch = dispatch
        self._children = children
        self._executors = executors
        self._policy = policy
        self._clock = clock
        self._texts = texts

    def submit(
        self,
        task_type: str,
        body: Mapping[str, Any] | bytes | str,
        *,
        caller: Caller,
        idempotency_key: str | None = None,
    ) -> Submitted:
        """Store a task, then tell the queue. The store decides: when only the queue fails, the task is submitted
        all the same and the recoverer sends its message.

        ``body`` is the raw JSON of a request or already a mapping: parameters and options. Raises TaskTypeNotFound,
        InvalidRequest, TooManyPending, and IdempotencyMismatch when the key came before with another body.
        """
        task = self.draft(task_type, body, caller=caller, idempotency_key=idempotency_key)
        for _ in range(ROUNDS):
            if not self.room(caller.tenant, 1):
                if same := self._same(task):
                    return same
                raise self.full()
            if self._store.insert(task):
                self._dispatch.submitted(task)
                logger.info(
                    "task submitted",
                    extra={"task_id": task.id, "task_type": task.type, "correlation_id": task.correlation_id},
                )
                return Submitted(task)
            if same := self._same(task):
                return same
        raise Conflict("the same task keeps starting and ending: try again")

    def get(self, tenant: str, task_id: str) -> Task:
        """An open parent shows the progress of its children. Raises TaskNotFound."""
        return self._with_progress([self._stored(tenant, task_id)])[0]

    def find(self, which: TaskFilter, *, limit: int, offset: int = 0, cursor: str | None = None) -> TaskPage:
        """Newest first, by ``offset`` or behind ``cursor`` (a former page's ``next_cursor``), not both."""
        tasks = self._store.newest(which, limit=limit + 1, offset=offset, before=cursor)
        more = len(tasks) > limit
        return TaskPage(
            tasks=self._with_progress(tasks[:limit]),
            total=total(len(tasks), asked=limit + 1, offset=offset, count=partial(self._store.count, which))
            if cursor is None
            else None,
            next_cursor=tasks[limit - 1].id if more else None,
        )

    def cancel(self, tenant: str, task_id: str) -> None:
        """End a task at once that no worker and no child of it has; ask others, and their children, to stop. Raises
        TaskNotFound and TaskFinished.
        """
        this = {"_id": task_id, "tenant": tenant}
        for _ in range(ROUNDS):
            task = self._stored(tenant, task_id)
            if task.status.ended:
                break
            now = self._clock()
            if self._store.cancel_unstarted(this, now=now):
                if task.parent_id:
                    self._children.wake_if_done([(task.parent_id, task.generation)])
                return
            if self._store.request_cancel(this, now=now):
                self._children.cancel_open(task_id)
                self._children.wake_if_done([(task_id, task.generation)])
                return
        raise TaskFinished(f"the task is already {self._stored(tenant, task_id).status}")

    def stop(self, task_ids: Sequence[str]) -> int:
        """The rest of a cancellation of tasks that were asked to stop; returns how many ended at once."""
        return self._children.stop(task_ids)

    def retry(self, tenant: str, task_id: str, *, by: str) -> Task:
        """Start a failed or cancelled task afresh. Raises TaskNotFound and Conflict."""
        task = self._stored(tenant, task_id)
        if task.parent_id:
            raise Conflict(f"a child is retried with its parent: retry {task.parent_id}")
        if task.status not in RETRYABLE:
            raise Conflict(f"the task is {task.status}: only failed and cancelled tasks can be retried")
        _, refused = self.restart(tenant, [task], by=by)
        if refused:
            raise Conflict("a task with the same parameters is active already")
        return self.get(tenant, task_id)

    def restart(self, tenant: str, tasks: Sequence[Task], *, by: str) -> tuple[list[Task], int]:
        """Start tasks that have ended afresh. What is left of their children is cancelled first: a new run has new
        ones. Returns those that were, and how many were refused because a task with the same parameters is active.
        """
        self._children.cancel_left_over({task.id: task.generation for task in tasks})
        keys = {task.id: self._dedupe_key(tenant, task.type, task.params) for task in tasks}
        retried, refused = self._store.retry(tenant, keys, by=by, now=self._clock())
        self._dispatch.send([Message.of(task) for task in retried])
        return retried, refused

    def delete(self, tenant: str, task_id: str, *, force: bool) -> None:
        """Remove a task and its children. A running one is refused (TaskRunning) unless ``force``, which first asks it
        to stop; the worker then finds its lease gone and stops at its next check without writing anything more. Raises
        Conflict for a child: what its parent sums up would not be true without it.
        """
        task = self._stored(tenant, task_id)
        if task.parent_id:
            raise Conflict(f"a child is deleted with its parent: delete {task.parent_id}")
        if force and not task.status.ended:
            self._store.request_cancel({"_id": task_id, "tenant": tenant}, now=self._clock())
        if self._store.delete(tenant, task_id, running=force):
            return
        task = self._stored(tenant, task_id)
        raise TaskRunning(f"the task is {task.status}: cancel it first, or delete it with ?force=true")

    def drop_dead_letter(self, tenant: str, task_id: str) -> None:
        """Remove a task that has failed for good. Raises TaskNotFound."""
        if not (is_task_id(task_id) and self._store.drop_dead_letter(tenant, task_id)):
            raise TaskNotFound(f"no dead letter {task_id[:64]!r}")

    def room(self, tenant: str, wanted: int) -> int:
        """How many of ``wanted`` new tasks the cap on pending ones lets in."""
        most = self._policy.max_pending
        return min(wanted, most - self._store.pending(tenant, most=most)) if most else wanted

    def full(self) -> TooManyPending:
        """What to tell those whom the cap keeps out."""
        return TooManyPending(
            f"{self._policy.max_pending} tasks are pending already: try again later", retry_after=FULL_RETRY_SECONDS
        )

    def draft(
        self,
        task_type: str,
        body: Mapping[str, Any] | bytes | str,
        *,
        caller: Caller,
        idempotency_key: str | None = None,
    ) -> Task:
        """A task that is not stored yet. Raises TaskTypeNotFound and InvalidRequest; IdempotencyMismatch when it would
        not be admitted and its key came before with another body.
        """
        try:
            executor = self._executors(task_type)
        except KeyError:
            raise TaskTypeNotFound(f"unknown task type {task_type!r}") from None
        params, options = parse(executor.params, body)
        now = self._clock()
        stored = params.model_dump(mode="json")
        requests: tuple[KeyedRequest, ...] = ()
        if idempotency_key:
            requests = (KeyedRequest(idempotency_key, fingerprint(task_type, stored, options.model_dump())),)
        task = Task(
            id=new_task_id(now),
            type=task_type,
            params=stored,
            tenant=caller.tenant,
            created_by=caller.name,
            created_at=now,
            correlation_id=caller.correlation_id,
            priority=options.priority,
            group=f"{caller.tenant}.{params.group()}",
            subjects=params.subjects(),
            max_retry=executor.max_retry if options.max_retry is None else options.max_retry,
            timeout_seconds=options.timeout_seconds,
            due_at=now - SKEW,
            resend_at=now + self._policy.patience,
            message=self._texts.task_submitted,
            timeline=(TimelineEntry(now, TaskEvent.SUBMITTED, caller.name),),
            dedupe_key=self._dedupe_key(caller.tenant, task_type, stored),
            requests=requests,
        )
        try:
            executor.admit(params, caller.tenant)
        except InvalidRequest:
            if not self._came_before(task):
                raise
        return task

    def _came_before(self, task: Task) -> bool:
        """Whether its key stands for a task already: what was admitted once is answered again. Raises
        IdempotencyMismatch.
        """
        return bool(task.requests) and self._same(replace(task, dedupe_key=None)) is not None

    def _dedupe_key(self, tenant: str, task_type: str, params: Mapping[str, Any]) -> str | None:
        """What at most one active task of this type and these parameters may have; None where any number may."""
        try:
            deduplicate = self._executors(task_type).deduplicate
        except KeyError:  # of a release that had more types
            deduplicate = False
        return fingerprint(tenant, task_type, params) if deduplicate else None

    def _same(self, task: Task) -> Submitted | None:
        """Raises IdempotencyMismatch."""
        found = find_twins(self._store, task.tenant, [task]).get(task.id)
        if isinstance(found, ApiError):
            raise found
        return found

    def _stored(self, tenant: str, task_id: str) -> Task:
        task = self._store.get(tenant, task_id) if is_task_id(task_id) else None
        if task is None:
            raise TaskNotFound(f"no task {task_id[:64]!r}")
        return task

    def _with_progress(self, tasks: list[Task]) -> list[Task]:
        parents = [task for task in tasks if task.fanned_out and not task.status.ended]
        if not parents:
            return tasks
        progress = self._children.progress(parents)
        return [
            replace(task, progress=max(task.progress, seen.percent), message=seen.message or task.message)
            if (seen := progress.get(task.id))
            else task
            for task in tasks
        ]
