"""What the design says of every stored task, at every moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.tasks.documents import NO_WORKER_NEEDED
from chalicelib.tasks.ids import child_task_id
from chalicelib.tasks.model import TaskStatus

Document = dict[str, Any]
STATUSES = {status.value for status in TaskStatus}
TERMINAL = {"completed", "failed", "cancelled"}


def check_ended(task: Document) -> None:
    """An ended task needs no worker, blocks no twin, and its timeline tells its end once."""
    left = [name for name in NO_WORKER_NEEDED if name in task]
    assert not left, f"an ended task has {left}"
    assert "expires_at" in task
    events = [entry["event"] for entry in task["timeline"]]
    afresh = max((index for index, event in enumerate(events) if event == "retried_by_hand"), default=-1)
    ends = [event for event in events[afresh + 1 :] if event in TERMINAL]
    assert ends == [task["status"]], f"ends {ends} of a task that is {task['status']}"


def check_open(task: Document) -> None:
    """An open task is never stranded: it will be sent again, and it can be claimed some time."""
    assert "due_at" in task
    assert "resend_at" in task
    if task["status"] == "pending":
        assert "lease" not in task
    else:
        assert not ("lease" in task and task.get("waiting")), "waits and runs at once"
    assert "completed_at" not in task
    assert "expires_at" not in task


def check_families(tasks: Sequence[Document], size: int) -> None:
    """Nothing of a cancelled or joined parent runs any more, and all ``size`` children of its run were joined."""
    open_ = {(task.get("parent_id"), task["generation"]) for task in tasks if task["status"] not in TERMINAL}
    for task in tasks:
        joined = task["status"] == "completed" and task["fanned_out"]
        if joined or task["status"] == "cancelled":
            assert (task["_id"], task["generation"]) not in open_, f"{task['status']} before its children"
        if joined:
            assert task["result"] == {"children": size}


class History:
    """What was seen of each task before: some things never go back."""

    def __init__(self) -> None:
        self._progress: dict[tuple[str, int], int] = {}
        self._ended: dict[tuple[str, int], str] = {}
        self._joined: set[tuple[str, int]] = set()

    def joined(self, task_id: str, generation: int) -> None:
        """To be told of each join that was written."""
        assert (task_id, generation) not in self._joined, "joined twice"
        self._joined.add((task_id, generation))

    def check(self, tasks: Sequence[Document]) -> None:
        active = [task["dedupe_key"] for task in tasks if "dedupe_key" in task]
        assert len(active) == len(set(active)), "two active tasks of one key"
        for task in tasks:
            self._check_one(task)

    def _check_one(self, task: Document) -> None:
        assert task["status"] in STATUSES
        if task.get("parent_id"):
            assert task["_id"] == child_task_id(task["parent_id"], task["generation"], task["child_key"])
        this = (task["_id"], task["generation"])
        assert task["progress"] >= self._progress.get(this, 0), "progress went back"
        self._progress[this] = task["progress"]
        assert self._ended.get(this, task["status"]) == task["status"], "an end was changed"
        if task["status"] in TERMINAL:
            self._ended[this] = task["status"]
