"""Urgent work does not wait for bulk work, and bulk work is not forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.conftest import Say
from tests.faults.rig import Job, Rig
from tests.support.conditions import eventually

LOW, HIGH = 0, 9
BACKLOG = 1000
ROUNDS = 10
LIMIT_SECONDS = 1
STREAM_EVERY_SECONDS = 0.02
MOVED = 100


def test_a_high_task_starts_within_a_second_of_a_thousand_low_ones_and_they_still_move(rig: Rig, say: Say) -> None:
    low = rig.submit_all([Job("plain", {"priority": LOW, "seconds": 1})] * BACKLOG)
    queued = rig.tasks.count_documents({"_id": {"$in": low}, "status": "pending"})
    delays = sorted(_start_delay(rig) for _ in range(ROUNDS))
    say(f"{ROUNDS} high tasks with {queued} low ones pending: started after {delays[0]:.2f} to {delays[-1]:.2f} s")
    assert queued > BACKLOG / 2
    assert delays[-1] < LIMIT_SECONDS

    ended = {"_id": {"$in": low}, "status": "completed"}
    before = rig.tasks.count_documents(ended)
    with _stream_of_high_tasks(rig) as sent:
        eventually(lambda: rig.tasks.count_documents(ended) >= before + MOVED, within=30)
    high = {"_id": {"$in": sent}}
    eventually(lambda: rig.tasks.count_documents(high | {"status": "completed"}) == len(sent), within=30)
    waits = sorted(
        (task["started_at"] - task["created_at"]).total_seconds()
        for task in rig.tasks.find(high, {"started_at": 1, "created_at": 1})
    )
    moved = rig.tasks.count_documents(ended) - before
    say(f"{moved} low tasks ended beside a stream of {len(sent)} high ones, which waited {waits[-1]:.2f} s at most")
    left = rig.tasks.count_documents({"_id": {"$in": low}, "status": "pending"})
    assert left, "the backlog must outlast the stream"


def _start_delay(rig: Rig) -> float:
    """Seconds from the submission of a high task to its start."""
    task_id = rig.submit("plain", priority=HIGH)
    eventually(lambda: rig.task(task_id).status.ended)
    task = rig.task(task_id)
    assert task.started_at
    return (task.started_at - task.created_at).total_seconds()


@contextmanager
def _stream_of_high_tasks(rig: Rig) -> Iterator[list[str]]:
    sent: list[str] = []
    stopping = threading.Event()

    def submit() -> None:
        while not stopping.wait(STREAM_EVERY_SECONDS):
            sent.append(rig.submit("plain", priority=HIGH, seconds=0.2))

    thread = threading.Thread(target=submit)
    thread.start()
    try:
        yield sent
    finally:
        stopping.set()
        thread.join()
