"""The test's side of the host: begins lives, waits for how they end, and judges what is left in the store."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo.database import Database

from chalicelib.tasks.ids import child_task_id
from infra.local.processes import DIE_WITH_PARENT
from tests.faults.crashes.life import Life
from tests.faults.crashes.scenes import CHILDREN, HOPS
from tests.support.conditions import eventually

Document = dict[str, Any]
LIFE_SECONDS = 30
NOT_OF_AN_ENDED_TASK = ("due_at", "resend_at", "lease", "waiting", "dedupe_key", "checkpoint")


@dataclass
class Begun:
    pid: int
    ended: Future[int] = field(default_factory=Future)

    def frozen(self) -> bool:
        """Whether it has been stopped; a life that has ended is not."""
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return state == "T"

    def frozen_or_ended(self) -> bool:
        return self.ended.done() or self.frozen()


class Host:
    """Several threads may begin lives at once."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lock = threading.Lock()
        self._pids: dict[int, Future[int]] = {}
        self._lives: dict[int, Begun] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def begin(self, life: Life) -> Begun:
        pid: Future[int] = Future()
        assert self._process.stdin is not None
        with self._lock:
            number = len(self._pids)
            self._pids[number] = pid
            self._process.stdin.write(json.dumps({"number": number, "life": life.to_json()}) + "\n")
            self._process.stdin.flush()
        pid.result(LIFE_SECONDS)
        return self._lives[number]

    def run(self, life: Life) -> int:
        """Returns the exit status: 0, or minus the signal. One that does not end is killed, which fails the test."""
        begun = self.begin(life)
        try:
            return begun.ended.result(LIFE_SECONDS)
        except TimeoutError:
            os.kill(begun.pid, signal.SIGKILL)
            raise

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            number, value = map(int, line.split())
            if number in self._lives:
                self._lives[number].ended.set_result(value)
            else:
                self._lives[number] = Begun(value)
                self._pids[number].set_result(value)


@contextmanager
def host(log: Path) -> Iterator[Host]:
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*DIE_WITH_PARENT, sys.executable, "-m", "tests.faults.crashes.host"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        made = Host(process)
        try:
            yield made
        finally:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.wait(LIFE_SECONDS)
            made._reader.join()
            process.stdout.close()


def family_of(database: Database[Document], key: str) -> list[Document]:
    """The task of a key and its children, in the order of their ids."""
    roots = list(database["tasks"].find({"requests.key": key}))
    ids = [root["_id"] for root in roots]
    return roots + list(database["tasks"].find({"parent_id": {"$in": ids}}).sort("_id", 1))


def everything_has_ended(database: Database[Document], key: str) -> bool:
    return all(task["status"] not in ("pending", "running") for task in family_of(database, key))


@dataclass(frozen=True, slots=True)
class Expected:
    status: str
    result: Mapping[str, Any] | None
    steps: tuple[str, ...]
    children: str | None = None
    """The status of the three children; None: there are none."""


ENDS = {
    "plain": Expected("completed", {"done": True}, ("run",)),
    "retried": Expected("completed", {"done": True}, ("refused", "run")),
    "continued": Expected(
        "completed", {"trail": [f"hop {hop}" for hop in range(HOPS + 1)]}, tuple(f"hop {n}" for n in range(HOPS + 1))
    ),
    "parent": Expected(
        "completed",
        {"children": [{"part": key} for key in CHILDREN], "state": {"kept": 7}},
        ("run", "join"),
        children="completed",
    ),
    "endless": Expected("cancelled", None, ("run",)),
    "family": Expected("cancelled", None, ("run",), children="cancelled"),
}


def wrongs(database: Database[Document], scene: str, key: str) -> list[str]:
    """Everything that is not as it should be at the end of a life."""
    expected = ENDS[scene]
    family = family_of(database, key)
    roots = [task for task in family if task.get("requests")]
    if len(roots) != 1:
        return [f"{len(roots)} tasks of one key"]
    root, children = roots[0], [task for task in family if task.get("parent_id")]
    found = [
        f"{name}: {seen!r}, not {wanted!r}"
        for name, seen, wanted in (
            ("status", root["status"], expected.status),
            ("result", root.get("result"), expected.result),
            ("error", root.get("error", ""), ""),
        )
        if seen != wanted
    ]
    declared = sorted(child_task_id(root["_id"], 0, key) for key in CHILDREN) if expected.children else []
    if [child["_id"] for child in children] != declared:
        found.append(f"children {[child['child_key'] for child in children]}")
    found += [f"child {child['status']}" for child in children if child["status"] != expected.children]
    steps = Counter(effect["step"] for effect in database["effects"].find({"task_id": root["_id"]}))
    found += [f"no effect of {step!r}" for step in expected.steps if not steps[step]]
    for task in family:
        found += _leftovers(task)
    return found


def _leftovers(task: Document) -> list[str]:
    found = [f"an ended task has {name}" for name in NOT_OF_AN_ENDED_TASK if name in task]
    ends = [entry["event"] for entry in task["timeline"] if entry["event"] in ("completed", "failed", "cancelled")]
    if ends != [task["status"]]:
        found.append(f"timeline ends {ends} of a task that is {task['status']}")
    return found


def wait_for_the_end(database: Database[Document], key: str) -> None:
    eventually(lambda: everything_has_ended(database, key), within=LIFE_SECONDS)
