"""A running stack and a hand on everything in it."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pymongo.collection import Collection
from pymongo.database import Database

from chalicelib.tasks.batch import Wanted
from chalicelib.tasks.model import DEFAULT_TENANT, Task
from chalicelib.tasks.service import Caller
from chalicelib.tasks.twins import Submitted
from infra.local.stack import Stack
from tests.faults.container import ProbeContainer
from tests.support.conditions import eventually

CALLER = Caller(DEFAULT_TENANT, "faults")
OPEN = ["pending", "running"]
LOOK_AGAIN = 0.25
STUCK_AFTER = 90
"""Seconds. A message that is lost twice is sent again 20 and 60 seconds after its task was submitted (the local
patience, doubled): whoever is not stuck moves within this time.
"""

Document = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """A task to submit."""

    type: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rig:
    """``container`` is the service as it is wired in this process; ``watched`` the same store, read with patience."""

    stack: Stack
    container: ProbeContainer
    watched: Database[Document]

    @property
    def tasks(self) -> Collection[Document]:
        return self.watched["tasks"]

    @property
    def effects(self) -> Collection[Document]:
        return self.watched["effects"]

    @property
    def api(self) -> str:
        return f"{self.stack.url}/api/v1/cam"

    def submit(self, task_type: str, **body: Any) -> str:
        return self.container.tasks.submit(task_type, body, caller=CALLER).task.id

    def submit_all(self, jobs: Sequence[Job], *, threads: int = 8) -> list[str]:
        """The ids, in the order of ``jobs``; they are submitted side by side."""
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(lambda job: self.submit(job.type, **job.body), jobs))

    def submit_batch(self, jobs: Sequence[Job]) -> list[str]:
        """The ids, in the order of ``jobs``, whose messages are sent together, ten at once."""
        wanted = [Wanted(job.type, json.dumps(job.body).encode()) for job in jobs]
        answers = self.container.batch.submit(wanted, caller=CALLER)
        return [answer.task.id for answer in answers if isinstance(answer, Submitted)]

    def task(self, task_id: str) -> Task:
        return self.container.tasks.get(DEFAULT_TENANT, task_id)

    def open(self) -> int:
        return self.tasks.count_documents({"status": {"$in": OPEN}})

    def all_ended(self) -> bool:
        return self.open() == 0

    def wait_until_ended(self, task_ids: Iterable[str]) -> None:
        """Until all of them have ended. Fails when none of those that are open ends for ``STUCK_AFTER`` seconds.

        Tasks that are not there are not waited for. Looks at one after the other, and counts the open ones seldom:
        that would cost the store more than the work.
        """
        left = list(task_ids)

        def last_one_ended() -> bool:
            while left:
                task = self.tasks.find_one({"_id": left[-1]}, {"status": 1})
                if task and task["status"] in OPEN:
                    return False
                left.pop()
            return self.all_ended()

        still_open = self.open()
        while still_open:
            try:
                eventually(last_one_ended, within=STUCK_AFTER, every=LOOK_AGAIN)
                return
            except AssertionError:
                before, still_open = still_open, self.open()
                assert still_open < before, f"{still_open} tasks are open and none has ended for {STUCK_AFTER} s"

    def has_run(self, task_id: str) -> bool:
        return self.effects.find_one({"task_id": task_id}) is not None

    def workers(self) -> dict[str, int]:
        """The workers that are up, with their process ids."""
        names = [it.name for it in self.stack.processes() if it.name.startswith("worker-")]
        return {name: pid for name in names if (pid := self.stack.pid(name))}

    def worker_of(self, task_id: str) -> int:
        """The process id of the worker that last started a task."""
        return int(starts(self.task(task_id))[-1][1].rpartition("/")[2])

    def lose_a_worker(self, *, within: float) -> float:
        """SIGKILL the worker of a task; answers how many seconds later the task was started again."""
        task_id = self.submit("sleeper")
        eventually(lambda: self.has_run(task_id))
        killed_at = datetime.now(UTC)
        os.kill(self.worker_of(task_id), signal.SIGKILL)
        again = eventually(lambda: starts(self.task(task_id))[1:], within=within)
        self.container.tasks.cancel(DEFAULT_TENANT, task_id)
        return (again[0][0] - killed_at).total_seconds()

    @contextmanager
    def killing_workers(self, *, every: float = 1) -> Iterator[list[int]]:
        """SIGKILL a worker at random, again and again. The list grows with each one that was killed."""
        killed: list[int] = []
        stopping = threading.Event()

        def kill() -> None:
            while not stopping.wait(every):
                if workers := self.workers():
                    pid = random.choice(list(workers.values()))
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            yield killed
        finally:
            stopping.set()
            killer.join()


def starts(task: Task) -> list[tuple[datetime, str]]:
    """When a task was started, and by whom."""
    return [(entry.at, entry.detail) for entry in task.timeline if entry.event == "started"]
