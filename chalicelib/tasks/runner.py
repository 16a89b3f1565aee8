"""Runs one claimed task to its outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import bson
from pydantic import ValidationError
from pymongo.errors import ConnectionFailure

from chalicelib.clock import Clock
from chalicelib.errors import (
    FatalError,
    HandedBack,
    LeaseLost,
    RetryableError,
    TaskCancelled,
    TaskError,
    TimedOut,
)
from chalicelib.logs import logger
from chalicelib.tasks.children import Children
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Continue, Executor, Executors, FanOut, Joins, RunResult, TaskParams
from chalicelib.tasks.model import Task
from chalicelib.tasks.outcome import Cancelled, Completed, Continued, Failed, GivenBack, Outcome, Retry, Waiting
from chalicelib.tasks.policy import Policy
from chalicelib.traces import NOT_TRACED, Traces

Wanted = Callable[[], set[str]]

LARGEST_CONTENT = 15 * 1024 * 1024
"""Bytes; a stored document may have 16 MiB."""
LARGEST_RESULT = 4 * 1024 * 1024
"""Bytes; a Lambda function can answer with 6 MB."""
LONGEST_ERROR = 4000


class TaskRunner:
    def __init__(
        self,
        executors: Executors,
        children: Children,
        *,
        policy: Policy,
        clock: Clock,
        traces: Traces = NOT_TRACED,
    ) -> None:
        self._executors = executors
        self._children = children
        self._policy = policy
        self._clock = clock
        self._traces = traces

    def wanted(self, children: Sequence[Task]) -> set[str]:
        """The ids of those children that their parents have not given up. Who gives one up later finds it running, and
        asks it to stop.
        """
        return self._children.wanted(children)

    def run(self, task: Task, context: TaskContext, wanted: Wanted) -> Outcome | None:
        """None when the task is no longer ours: nothing may be written for it then. ``wanted`` tells the children of
        its batch that are to be run, or raises why that is not known.
        """
        keys = {"task_id": task.id, "task_type": task.type, "attempt": context.attempt}
        logger.thread_safe_append_keys(**keys, correlation_id=task.correlation_id)
        try:
            with self._traces.piece("run", task_id=task.id, type=task.type, tenant=task.tenant):
                outcome = self._guarded(task, context, wanted)
            logger.info("task run ended", extra={"outcome": type(outcome).__name__ if outcome else "LeaseLost"})
            return outcome
        finally:
            logger.thread_safe_clear_keys()

    def _guarded(self, task: Task, context: TaskContext, wanted: Wanted) -> Outcome | None:
        """Every way in which a run can end, as an outcome."""
        try:
            return self._interruptible(task, context, wanted)
        except LeaseLost:
            logger.warning("lease lost: another worker has this task")
            return None
        except HandedBack:
            return GivenBack("the worker had to stop")
        except ConnectionFailure as error:
            logger.warning("the store went away in the midst of a run", extra={"reason": str(error)})
            return GivenBack("the store did not answer")
        except Exception as error:  # the boundary: one task's fault must not touch the rest of the batch
            logger.exception("fault in an executor")
            return self._retry(task, f"internal error: {type(error).__name__}")

    def _interruptible(self, task: Task, context: TaskContext, wanted: Wanted) -> Outcome:
        try:
            self._refuse(task, wanted)
            return self._execute(task, context)
        except TaskCancelled:
            return self._cancelled(task)
        except TimedOut:
            self._children.cancel_open(task.id, task.generation)
            return Failed(f"timed out: the task did not end within {task.timeout_seconds} s")
        except RetryableError as error:
            return self._retry(task, error.message, error.retry_after, error.done)
        except TaskError as error:
            logger.warning("task failed", extra={"reason": error.message})
            return _failed(error.message, error.done)

    def _refuse(self, task: Task, wanted: Wanted) -> None:
        """Raise how a task ends that should not be run once more."""
        if task.cancel_requested or (task.parent_id is not None and task.id not in wanted()):
            raise TaskCancelled
        if task.deadline is not None and self._clock() >= task.deadline:
            raise TimedOut
        if task.retries > task.max_retry:
            raise FatalError(f"{task.lost} workers were lost while running this task")
        if task.hops > self._policy.max_hops:
            raise FatalError(f"not done after {task.hops} invocations: make the work smaller")

    def _execute(self, task: Task, context: TaskContext) -> Outcome:
        executor, params = self._prepared(task)
        context.check()
        if task.fanned_out:
            return self._join(task, executor, params, context)
        result: RunResult = executor.run(params, context)
        if isinstance(result, Continue):
            return Continued(_storable(result.checkpoint))
        if isinstance(result, FanOut):
            state = None if result.state is None else _storable(result.state)
            context.check()
            return Waiting(state, self._children.fan_out(task, result.children))
        return Completed(_storable(result, LARGEST_RESULT))

    def _prepared(self, task: Task) -> tuple[Executor[Any], TaskParams]:
        try:
            executor = self._executors(task.type)
            return executor, executor.params.model_validate(task.params)
        except KeyError:
            raise FatalError(f"unknown task type {task.type!r}") from None
        except ValidationError as error:
            raise FatalError(f"the stored parameters are not valid: {error.error_count()} errors") from None

    def _join(self, task: Task, executor: Executor[Any], params: TaskParams, context: TaskContext) -> Outcome:
        if self._children.any_open(task.id, task.generation):
            return Waiting(None, 0)
        if not isinstance(executor, Joins):
            raise FatalError(f"{task.type} fanned out but cannot join")
        joined = executor.join(params, self._children.results(task), context)
        return Completed(_storable(joined, LARGEST_RESULT))

    def _cancelled(self, task: Task) -> Outcome:
        """A parent ends when its children have: then «cancelled» means that nothing runs any more. Many tasks without
        any are cancelled at once: one look is all that it takes them.
        """
        if self._children.any_open(task.id, task.generation):
            self._children.cancel_open(task.id, task.generation)
            if self._children.any_open(task.id, task.generation):
                return Waiting(None, 0)
        return Cancelled()

    def _retry(
        self, task: Task, error: str, retry_after: float | None = None, done: Mapping[str, Any] | None = None
    ) -> Outcome:
        if task.retries >= task.max_retry:
            logger.warning("task failed: retries used up", extra={"reason": error, "retries": task.retries})
            return _failed(error, done)
        delay = self._policy.backoff(task.retries, retry_after)
        logger.warning("task will be retried", extra={"reason": error, "delay_seconds": delay.total_seconds()})
        return Retry(_text(error), delay, task.retries + 1)


def _storable(content: Mapping[str, Any], most: int = LARGEST_CONTENT) -> Mapping[str, Any]:
    """Raises FatalError for what the store would refuse: found while settling, it would hold up the whole batch."""
    try:
        size = len(bson.encode(content))
    except (bson.errors.BSONError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise FatalError(f"the outcome cannot be stored: {type(error).__name__}") from None
    if size > most:
        raise FatalError(f"the outcome cannot be stored: it has {size} bytes, {most} are possible")
    return content


def _failed(error: str, done: Mapping[str, Any] | None) -> Failed:
    """With what was done, unless the store would refuse that."""
    try:
        return Failed(_text(error), None if done is None else _storable(done))
    except FatalError:
        return Failed(_text(error))


def _text(error: str) -> str:
    """As much as is worth keeping, in characters that can be stored."""
    return error[:LONGEST_ERROR].encode(errors="replace").decode()
