"""What it costs to fan out, and how long a cancelled family goes on: ``python -m bench.families``."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.dispatch import CALLER, consuming
from bench.rows import Bound, Row, table
from bench.substrate import BenchContainer, container, environment, substrate
from bench.task_types import ENDLESS, FAMILY, NOTHING
from chalicelib.logs import logger
from chalicelib.tasks.batch import MOST_SUBMITTED, Wanted
from chalicelib.tasks.model import TaskEvent, TaskStatus
from chalicelib.tasks.twins import Submitted

MEASURE = "families"
FAN_OUT_BOUND = Bound(1.3)
CANCEL_BOUND = Bound(2)
ROUNDS = 3
CANCELLED_ROUNDS = 10
WITHIN_SECONDS = 300
LOOK_SECONDS = 0.05
BUSY = 10
"""Tasks that one worker runs side by side."""


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {WITHIN_SECONDS} s"
        time.sleep(LOOK_SECONDS)


def seconds_of_plain(wired: BenchContainer, count: int) -> float:
    """From submitting them in bulk to the end of the last one."""
    started = time.perf_counter()
    for start in range(0, count, MOST_SUBMITTED):
        number = min(MOST_SUBMITTED, count - start)
        answers = wired.batch.submit([Wanted(NOTHING, b"{}")] * number, caller=CALLER)
        assert all(isinstance(answer, Submitted) for answer in answers)
    until(lambda: _none_open(wired))
    return time.perf_counter() - started


@dataclass(frozen=True)
class FanOut:
    """Seconds from submitting a parent to its end, and those of them that it took to insert and send its children, and
    to join them.
    """

    whole: float
    sending: float
    joining: float


def family(wired: BenchContainer, count: int) -> FanOut:
    started = time.perf_counter()
    parent = wired.tasks.submit(FAMILY, {"children": count}, caller=CALLER).task
    until(lambda: _ended(wired, parent.id))
    took = time.perf_counter() - started
    joined = wired.tasks.get(CALLER.tenant, parent.id)
    assert joined.result == {"children": count}, joined
    at = {event: [entry.at for entry in joined.timeline if entry.event is event] for event in TaskEvent}
    began, woken = at[TaskEvent.STARTED]
    sending = at[TaskEvent.FANNED_OUT][0] - began
    return FanOut(took, sending.total_seconds(), (at[TaskEvent.COMPLETED][0] - woken).total_seconds())


def seconds_to_stop(wired: BenchContainer, count: int) -> float:
    """From the call that cancels a parent to the end of its last child."""
    parent = wired.tasks.submit(FAMILY, {"children": count, "child_type": ENDLESS}, caller=CALLER).task
    children = wired.database["tasks"]
    of_parent = {"parent_id": parent.id}
    running = of_parent | {"status": TaskStatus.RUNNING.value}
    until(
        lambda: children.count_documents(running) == min(BUSY, count) and children.count_documents(of_parent) == count
    )
    called_at = datetime.now(UTC)
    wired.tasks.cancel(CALLER.tenant, parent.id)
    until(lambda: _ended(wired, parent.id) and _none_open(wired))
    assert children.count_documents(of_parent | {"status": TaskStatus.CANCELLED.value}) == count
    last = max(child["completed_at"] for child in children.find(of_parent, {"completed_at": 1}))
    return float((last - called_at).total_seconds())


def _ended(wired: BenchContainer, task_id: str) -> bool:
    """Of the service's own reading of a parent, the store alone: without the progress of its children."""
    task = wired.task_store.get(CALLER.tenant, task_id)
    assert task
    return task.status.ended


def _none_open(wired: BenchContainer) -> bool:
    ever = datetime(1970, 1, 1, tzinfo=UTC)
    return wired.database["tasks"].find_one({"resend_at": {"$gte": ever}}, {"_id": 1}) is None


def measure(*, small: bool = False) -> list[Row]:
    fanned_out, cancelled, rounds = (100, 20, 2) if small else (2_000, 200, CANCELLED_ROUNDS)
    with substrate() as config, consuming(config):
        wired = container(environment(config))
        seconds_of_plain(wired, BUSY)
        family(wired, BUSY)
        pairs = [(family(wired, fanned_out), seconds_of_plain(wired, fanned_out)) for _ in range(ROUNDS)]
        stops = [seconds_to_stop(wired, cancelled) for _ in range(rounds)]
        beat = wired.settings.beat_seconds
        wired.close()
    return [
        Row(
            MEASURE,
            "submit to joined, to plain tasks in bulk",
            [joined.whole / plain for joined, plain in pairs],
            FAN_OUT_BOUND,
            f"{fanned_out:,} children",
        ),
        Row(MEASURE, "s from submit to joined", [joined.whole for joined, _ in pairs]),
        Row(MEASURE, "of it ms of a child to insert and send", [1000 * it.sending / fanned_out for it, _ in pairs]),
        Row(MEASURE, "of it ms of a child to join", [1000 * it.joining / fanned_out for it, _ in pairs]),
        Row(MEASURE, "s of as many plain tasks in bulk", [plain for _, plain in pairs]),
        Row(
            MEASURE,
            "s from cancel to the last child stopped, p95",
            [statistics.quantiles(stops, n=20, method="inclusive")[18]],
            CANCEL_BOUND,
            f"{cancelled} children, {rounds} rounds, a beat of {beat:g} s",
        ),
        Row(MEASURE, "s from cancel to the last child stopped", stops),
    ]


def main() -> None:
    logger.setLevel("ERROR")
    print(table(measure()))


if __name__ == "__main__":
    main()
