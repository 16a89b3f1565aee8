"""Runs a batch of tasks: claims them all at once, runs each, settles each as it ends."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta

from pydantic import ValidationError
from pymongo.errors import PyMongoError

from chalicelib.clock import Clock
from chalicelib.errors import HandedBack, LeaseLost, TaskCancelled, TaskError
from chalicelib.logs import logger
from chalicelib.messages import Texts
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Executors
from chalicelib.tasks.heartbeat import Heartbeat
from chalicelib.tasks.model import Lease, Task
from chalicelib.tasks.outcome import Cancelled, Completed, Failed, GivenBack, Outcome
from chalicelib.tasks.queue import QueueUnavailable, TaskQueue
from chalicelib.tasks.store import TaskStore

SETTLE_LINGER_SECONDS = 0.02
"""Tasks that end this close to each other are settled in one round trip."""


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    lease: timedelta
    beat: timedelta
    threads: int
    """How many tasks of a batch run side by side."""
    max_attempts: int
    """After this many workers in a row were lost with a task, it is taken to be what kills them."""


class Worker:
    def __init__(
        self,
        store: TaskStore,
        queue: TaskQueue,
        executors: Executors,
        *,
        owner: str,
        limits: WorkerLimits,
        clock: Clock,
        texts: Texts,
    ) -> None:
        self._store = store
        self._queue = queue
        self._executors = executors
        self._owner = owner
        self._limits = limits
        self._clock = clock
        self._texts = texts
        self._draining = threading.Event()
        self._pause = threading.Event()
        self._running: dict[str, TaskContext] = {}

    def run(self, task_ids: Sequence[str]) -> set[str]:
        """Run those of ``task_ids`` that need a worker and return the ids whose messages should come back.

        A message should come back when the store kept its task from being claimed or settled.
        """
        lease = Lease(self._owner, secrets.token_hex(8))
        now = self._clock()
        until = now + self._limits.lease
        try:
            tasks = self._store.claim(task_ids, lease, now=now, until=until)
        except PyMongoError:
            logger.exception("no task could be claimed: the whole batch comes back")
            return set(task_ids)
        if not tasks:
            return set()
        contexts = {task.id: TaskContext(task, leased_until=until, clock=self._clock) for task in tasks}
        self._running = contexts
        if self._draining.is_set():
            self.drain()
        beating = Heartbeat(
            contexts.values(),
            lease.token,
            self._store,
            clock=self._clock,
            lease=self._limits.lease,
            every=self._limits.beat,
        )
        with beating, ThreadPoolExecutor(min(len(tasks), self._limits.threads)) as pool:
            futures = {pool.submit(self._run_one, task, contexts[task.id]): task.id for task in tasks}
            return self._settle_as_they_end(futures, lease.token, beating)

    def drain(self) -> None:
        """Make every running task, and every one claimed from now on, give itself back at its next check."""
        self._draining.set()
        for context in list(self._running.values()):
            context.hand_back()

    def _settle_as_they_end(
        self, futures: dict[Future[Outcome | None], str], token: str, beating: Heartbeat
    ) -> set[str]:
        unsettled: set[str] = set()
        open_futures = set(futures)
        while open_futures:
            wait(open_futures, return_when=FIRST_COMPLETED)
            done, open_futures = wait(open_futures, timeout=SETTLE_LINGER_SECONDS)
            outcomes = {futures[future]: outcome for future in done if (outcome := future.result()) is not None}
            if outcomes and not self._settle(token, outcomes):
                unsettled.update(outcomes)
            beating.forget(futures[future] for future in done)
        return unsettled

    def _settle(self, token: str, outcomes: Mapping[str, Outcome]) -> bool:
        """Write ``outcomes``, trying for as long as a lease lasts: work that is done should not be done again."""
        give_up = self._clock() + self._limits.lease
        while True:
            try:
                settled = self._store.settle(token, outcomes, now=self._clock())
                break
            except PyMongoError as error:
                logger.warning("tasks could not be settled, trying again", extra={"reason": str(error)})
                if self._clock() >= give_up:
                    return False
                self._pause.wait(self._limits.beat.total_seconds())
        if settled < len(outcomes):
            logger.warning("some leases were lost before their tasks could be settled")
        for task_id in (task_id for task_id, outcome in outcomes.items() if isinstance(outcome, GivenBack)):
            try:
                self._queue.send(task_id)
            except QueueUnavailable:
                logger.warning("task given back but not sent: the recoverer will send it", extra={"task_id": task_id})
        return True

    def _run_one(self, task: Task, context: TaskContext) -> Outcome | None:
        """Run one task to its outcome; None when it is no longer ours."""
        logger.thread_safe_append_keys(
            task_id=task.id, task_type=task.type, attempt=task.attempts, correlation_id=task.correlation_id
        )
        try:
            outcome = self._execute(task, context)
            logger.info("task run ended", extra={"outcome": type(outcome).__name__})
            return outcome
        except TaskCancelled:
            return Cancelled(self._texts.cancelled)
        except HandedBack:
            return GivenBack()
        except LeaseLost:
            logger.warning("lease lost: another worker has this task")
            return None
        except TaskError as error:
            logger.warning("task failed", extra={"reason": error.message})
            return Failed(error.message, self._texts.failed)
        except Exception as error:  # the boundary: one task's fault must not touch the rest of the batch
            logger.exception("task failed by a fault of its executor")
            return Failed(f"internal error: {type(error).__name__}", self._texts.failed)
        finally:
            logger.thread_safe_clear_keys()

    def _execute(self, task: Task, context: TaskContext) -> Outcome:
        if task.cancel_requested:
            raise TaskCancelled
        if task.attempts > self._limits.max_attempts:
            return Failed(f"{task.attempts - 1} workers were lost while running this task", self._texts.failed)
        try:
            executor = self._executors(task.type)
            params = executor.params.model_validate(task.params)
        except KeyError:
            return Failed(f"unknown task type {task.type!r}", self._texts.failed)
        except ValidationError as error:
            return Failed(f"the stored parameters are not valid: {error.error_count()} errors", self._texts.failed)
        context.check()
        return Completed(executor.run(params, context), self._texts.completed)
