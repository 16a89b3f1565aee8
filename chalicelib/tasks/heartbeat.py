"""One background beat per invocation: keeps its leases, stores its progress, hears of cancellations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import timedelta

from pymongo.errors import PyMongoError

from chalicelib.clock import Clock
from chalicelib.errors import LeaseLost, TaskCancelled
from chalicelib.logs import logger
from chalicelib.tasks.claims import ClaimStore
from chalicelib.tasks.context import TaskContext


class Heartbeat:
    """Beats for ``contexts``: two round trips a beat, however many tasks run.

    A beat that fails is tried again at the next one; when the store stays away, the leases run out and the contexts
    stop their executors by themselves.
    """

    def __init__(
        self,
        contexts: Iterable[TaskContext],
        token: str,
        store: ClaimStore,
        *,
        clock: Clock,
        lease: timedelta,
        every: timedelta,
        also: Callable[[], None] = lambda: None,
    ) -> None:
        """``also`` is called at every beat, after it."""
        self._contexts = {context.task_id: context for context in contexts}
        self._token = token
        self._store = store
        self._clock = clock
        self._lease = lease
        self._every = every.total_seconds()
        self._also = also
        self._lock = threading.Lock()
        self._ended = threading.Event()

    @contextmanager
    def beating(self, pool: Executor) -> Iterator[None]:
        """Beat on a thread of ``pool``, which that takes. What goes wrong there is raised at the end."""
        beats = pool.submit(self._run)
        try:
            yield
        finally:
            self._ended.set()
            beats.result()

    def forget(self, task_ids: Iterable[str]) -> None:
        """Stop beating for tasks that have been settled."""
        with self._lock:
            for task_id in task_ids:
                self._contexts.pop(task_id, None)

    def beat(self) -> None:
        with self._lock:
            contexts = dict(self._contexts)
        if not contexts:
            return
        until = self._clock() + self._lease
        progress = {task_id: context.take_progress() for task_id, context in contexts.items()}
        try:
            held = self._store.renew(self._token, progress, until=until)
        except PyMongoError:
            for task_id, report in progress.items():
                contexts[task_id].not_stored(report)
            raise
        with self._lock:
            contexts = {task_id: context for task_id, context in contexts.items() if task_id in self._contexts}
        for task_id, context in contexts.items():
            if task_id not in held:
                context.interrupt(LeaseLost)
                continue
            context.renewed(until)
            if held[task_id]:
                context.interrupt(TaskCancelled)

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            try:
                self.beat()
            except PyMongoError as error:
                logger.warning("heartbeat failed, trying again at the next beat", extra={"reason": str(error)})
            self._also()
