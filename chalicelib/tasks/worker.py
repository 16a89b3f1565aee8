"""Runs a batch of tasks: claims them all at once, runs each, settles each as it ends."""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue
from typing import NamedTuple

from pymongo.errors import PyMongoError

from chalicelib.clock import Clock
from chalicelib.logs import logger
from chalicelib.tasks.aftermath import Aftermath
from chalicelib.tasks.claims import ClaimStore
from chalicelib.tasks.context import Deadline, TaskContext
from chalicelib.tasks.heartbeat import Heartbeat
from chalicelib.tasks.meter import Meter
from chalicelib.tasks.model import Lease, Task
from chalicelib.tasks.outcome import GivenBack, Outcome
from chalicelib.tasks.policy import Policy
from chalicelib.tasks.runner import TaskRunner, Wanted
from chalicelib.tasks.usage import Usage

SETTLE_LINGER_SECONDS = 0.02
"""Tasks that end this close to each other are settled in one round trip."""
HEARTBEATS = 1
"""Threads beside those that run tasks."""
JOIN_IN_SECONDS = 0.001
"""How long the threads that are at work have to end a task before another thread joins in."""


class Worker:
    """One environment's worker; it runs one batch at a time."""

    def __init__(
        self,
        claims: ClaimStore,
        runner: TaskRunner,
        aftermath: Aftermath,
        *,
        owner: str,
        policy: Policy,
        clock: Clock,
        meter: Meter | None = None,
    ) -> None:
        """Without a ``meter`` nobody is told what was used."""
        self._claims = claims
        self._runner = runner
        self._aftermath = aftermath
        self._owner = owner
        self._policy = policy
        self._clock = clock
        self._meter = meter
        self._draining = threading.Event()
        self._pause = threading.Event()
        self._running: dict[str, TaskContext] = {}
        self._pool = ThreadPoolExecutor(policy.threads + HEARTBEATS, thread_name_prefix="task")

    def run(self, task_ids: Sequence[str], *, remaining: timedelta | None = None) -> set[str]:
        """Run those of ``task_ids`` that need a worker and return the ids whose messages should come back.

        ``remaining`` is the time this invocation has left. A message should come back when the store kept its task
        from being claimed or settled.
        """
        usage = Usage(self._policy.threads)
        lease = Lease(self._owner, secrets.token_hex(8))
        now = self._clock()
        until = now + self._policy.lease
        claimed = self._claim(task_ids, lease, now, until)
        if claimed is None:
            self._abandon(task_ids, lease.token)
            return set(task_ids)
        tasks, unsettled = self._part_suspects(claimed, lease.token)
        if not tasks:
            return unsettled
        deadline = None if remaining is None else Deadline.of(now, remaining)
        contexts = {
            task.id: TaskContext(task, leased_until=until, clock=self._clock, deadline=deadline, usage=usage)
            for task in tasks
        }
        self._running = contexts
        if self._draining.is_set():
            self.drain()
        unsettled |= self._run_claimed(tasks, contexts, lease.token, usage)
        if self._meter:
            self._meter.end(usage)
        return unsettled

    def _claim(self, task_ids: Sequence[str], lease: Lease, now: datetime, until: datetime) -> list[Task] | None:
        """None when the store did not answer, asked again for as long as half of the lease is left: a message that
        comes back does so late, and connections break whenever a store changes its primary.
        """
        give_up = now + self._policy.lease / 2
        while True:
            try:
                return self._claims.claim(task_ids, lease, now=now, until=until)
            except PyMongoError as error:
                logger.warning("tasks could not be claimed", extra={"reason": str(error)})
                if self._clock() >= give_up:
                    logger.error("no task could be claimed: the whole batch comes back")
                    return None
            self._pause.wait(self._policy.beat.total_seconds())

    def _abandon(self, task_ids: Sequence[str], token: str) -> None:
        """A claim can be carried out and its answer be late. If undoing it fails too, the lease runs out."""
        try:
            self._claims.abandon(task_ids, token, now=self._clock())
        except PyMongoError as error:
            logger.warning("a claim of unknown fate could not be undone", extra={"reason": str(error)})

    def _part_suspects(self, tasks: Sequence[Task], token: str) -> tuple[Sequence[Task], set[str]]:
        """The tasks to run, and the ids of those that could not be given back.

        What was lost together with a task that kills its workers would come back together with it, be lost with it
        again, and fail for it. So no batch runs two suspects: whoever is none of it completes in another one.
        """
        apart = [task for task in tasks if task.suspect][1:]
        if not apart:
            return tasks, set()
        given_back = [(task, GivenBack("runs apart from others whose workers were lost")) for task in apart]
        settled = self._settle(token, given_back)
        ids = {task.id for task in apart}
        return [task for task in tasks if task.id not in ids], set() if settled else ids

    def close(self) -> None:
        """Let its threads end. It can run nothing any more."""
        self._pool.shutdown(wait=False)

    def drain(self) -> None:
        """Make every running task, and every one claimed from now on, give itself up at its next check."""
        self._draining.set()
        for context in list(self._running.values()):
            context.hand_back()

    def _run_claimed(
        self, tasks: Sequence[Task], contexts: Mapping[str, TaskContext], token: str, usage: Usage
    ) -> set[str]:
        heartbeat = Heartbeat(
            contexts.values(),
            token,
            self._claims,
            clock=self._clock,
            lease=self._policy.lease,
            every=self._policy.beat,
            also=partial(self._meter.beat, usage) if self._meter else _nothing,
        )
        unsettled: set[str] = set()
        with heartbeat.beating(self._pool):
            children = [task for task in tasks if task.parent_id is not None]
            wanted = self._pool.submit(self._runner.wanted, children).result if children else set
            runs = self._begin(tasks, lambda task: self._run_one(task, contexts[task.id], wanted))
            left = len(tasks)
            while left:
                ended = _together(runs, left)
                left -= len(ended)
                outcomes = [(run.task, outcome) for run in ended if (outcome := run.outcome()) is not None]
                if outcomes and not self._settle(token, outcomes):
                    unsettled.update(task.id for task, _ in outcomes)
                heartbeat.forget(run.task.id for run in ended)
        return unsettled

    def _begin(self, tasks: Sequence[Task], run: Callable[[Task], _Run]) -> SimpleQueue[_Run]:
        """Have all tasks run; answers where they arrive as they end. Returns when all have begun or no thread is idle.

        One thread has done ten tasks that are nothing but a look before ten threads have woken up: so another one joins
        in only when for a moment none has ended.
        """
        waiting, runs = deque(tasks), SimpleQueue[_Run]()

        def work() -> None:
            with suppress(IndexError):
                while True:
                    runs.put(run(waiting.popleft()))

        at_work = [self._pool.submit(work)]
        while waiting and len(at_work) < self._policy.threads:
            ended = runs.qsize()
            wait(at_work, timeout=JOIN_IN_SECONDS)
            if runs.qsize() == ended:
                at_work.append(self._pool.submit(work))
        return runs

    def _run_one(self, task: Task, context: TaskContext, wanted: Wanted) -> _Run:
        try:
            with context.usage.running():
                return _Run(task, self._runner.run(task, context, wanted))
        except BaseException as error:
            return _Run(task, error)

    def _settle(self, token: str, ended: Sequence[tuple[Task, Outcome]]) -> bool:
        """Write how tasks ended, trying for as long as a lease lasts: work that is done should not be done again."""
        give_up = self._clock() + self._policy.lease
        while True:
            try:
                settled = self._claims.settle(token, ended, now=self._clock())
                if settled < len(ended):
                    logger.warning("some leases were lost before their tasks could be settled", extra=_who(ended))
                self._aftermath.follow(ended)
                return True
            except PyMongoError as error:
                logger.warning("tasks could not be settled, trying again", extra={"reason": str(error), **_who(ended)})
                if self._clock() >= give_up:
                    return False
            self._pause.wait(self._policy.beat.total_seconds())


class _Run(NamedTuple):
    """One that has ended. An error is not the task's: it ends the batch."""

    task: Task
    result: Outcome | BaseException | None

    def outcome(self) -> Outcome | None:
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


def _together(runs: SimpleQueue[_Run], most: int) -> list[_Run]:
    """Wait for the next one, and a little for those that end close to it."""
    ended = [runs.get()]
    until = time.monotonic() + SETTLE_LINGER_SECONDS
    with suppress(Empty):
        while len(ended) < most:
            ended.append(runs.get(timeout=max(0.0, until - time.monotonic())))
    return ended


def _who(ended: Sequence[tuple[Task, Outcome]]) -> dict[str, list[str]]:
    """By what the lines about several tasks are found."""
    tasks = [task for task, _ in ended]
    return {
        "task_ids": [task.id for task in tasks],
        "task_types": sorted({task.type for task in tasks}),
        "correlation_ids": sorted({task.correlation_id for task in tasks} - {""}),
    }


def _nothing() -> None:
    pass
