"""A running stack and a hand on everything in it."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo.collection import Collection

from chalicelib.tasks.model import DEFAULT_TENANT, Task
from chalicelib.tasks.service import Caller
from infra.local.stack import Stack
from tests.faults.container import ProbeContainer

CALLER = Caller(DEFAULT_TENANT, "faults")
OPEN = ["pending", "running"]
LOOK_AGAIN = 0.25

Document = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """A task to submit."""

    type: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rig:
    stack: Stack
    container: ProbeContainer

    @property
    def tasks(self) -> Collection[Document]:
        return self.container.database["tasks"]

    @property
    def effects(self) -> Collection[Document]:
        return self.container.effects.collection

    @property
    def api(self) -> str:
        return f"{self.stack.url}/api/v1/cam"

    def submit(self, task_type: str, **body: Any) -> str:
        return self.container.tasks.submit(task_type, body, caller=CALLER).task.id

    def submit_all(self, jobs: Sequence[Job], *, threads: int = 8) -> list[str]:
        """The ids, in the order of ``jobs``; they are submitted side by side."""
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(lambda job: self.submit(job.type, **job.body), jobs))

    def task(self, task_id: str) -> Task:
        return self.container.tasks.get(DEFAULT_TENANT, task_id)

    def open(self) -> int:
        return self.tasks.count_documents({"status": {"$in": OPEN}})

    def all_ended(self) -> bool:
        return self.open() == 0

    def has_run(self, task_id: str) -> bool:
        return self.effects.find_one({"task_id": task_id}) is not None

    def workers(self) -> dict[str, int]:
        """The workers that are up, with their process ids."""
        names = [it.name for it in self.stack.processes() if it.name.startswith("worker-")]
        return {name: pid for name in names if (pid := self.stack.pid(name))}

    def worker_of(self, task_id: str) -> int:
        """The process id of the worker that last started a task."""
        return int(starts(self.task(task_id))[-1][1].rpartition("/")[2])

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
