"""Urgent work does not wait for bulk work, and bulk work is not forgotten."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.conftest import Say
from tests.faults.rig import LOOK_AGAIN, OPEN, Job, Rig
from tests.support.conditions import eventually

LOW, HIGH = 0, 9
BACKLOG = 1000
AT_ONCE = 100
ROUNDS = 10
LIMIT_SECONDS = 1
STREAM_EVERY_SECONDS = 0.02
MOVED = 100
PATIENCE_SECONDS = 90


def test_a_high_task_starts_within_a_second_of_a_thousand_low_ones_and_they_still_move(rig: Rig, say: Say) -> None:
    alone = statistics.median(_start_delay(rig) for _ in range(ROUNDS))
    bulk = [Job("plain", {"priority": LOW, "seconds": 1})] * AT_ONCE
    low = [task_id for _ in range(BACKLOG // AT_ONCE) for task_id in rig.submit_batch(bulk)]
    assert len(low) == BACKLOG
    queued = _low(rig, "pending")
    delays = sorted(_start_delay(rig) for _ in range(ROUNDS))
    say(
        f"{ROUNDS} high tasks with {queued} low ones pending: started after {delays[0]:.2f} to {delays[-1]:.2f} s, "
        f"{statistics.median(delays):.2f} s in the median, without these {alone:.2f} s"
    )
    assert queued > BACKLOG / 2
    assert statistics.median(delays) < max(LIMIT_SECONDS, 3 * alone), "a busy machine is slow without a backlog, too"
    assert _low(rig, "pending"), "no high task may have waited for the backlog to end"

    before = _low(rig, "completed")
    with _stream_of_high_tasks(rig) as sent:
        eventually(lambda: _low(rig, "completed") >= before + MOVED, within=PATIENCE_SECONDS, every=LOOK_AGAIN)
    moved = _low(rig, "completed") - before
    high = {"priority": HIGH}
    eventually(
        lambda: rig.tasks.count_documents(high | {"status": {"$in": OPEN}}) == 0,
        within=PATIENCE_SECONDS,
        every=LOOK_AGAIN,
    )
    waits = sorted((task["started_at"] - task["created_at"]).total_seconds() for task in rig.tasks.find(high))
    say(
        f"{moved} low tasks ended beside a stream of {len(sent)} high ones, which waited "
        f"{statistics.median(waits):.2f} s in the median and {waits[-1]:.2f} s at most"
    )
    assert _low(rig, "pending"), "the backlog must outlast the stream"


def _low(rig: Rig, status: str) -> int:
    return rig.tasks.count_documents({"priority": LOW, "status": status})


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
