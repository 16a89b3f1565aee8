"""How long a task waits for its worker on an idle stack, and where the time goes: ``python -m bench.dispatch``."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.rows import Row, table
from bench.substrate import BenchContainer, container, environment, substrate
from bench.task_types import NOTHING
from chalicelib.logs import logger
from chalicelib.tasks.model import Task
from chalicelib.tasks.service import Caller
from infra.local.config import PROJECT, Config
from infra.local.processes import Child

MEASURE = "dispatch"
CALLER = Caller("default", "bench")
READY_SECONDS = 60
WITHIN_SECONDS = 30
LOOK_SECONDS = 0.01


@contextmanager
def consuming(config: Config) -> Iterator[None]:
    """The normal lane's event source with one process of its function."""
    command = [sys.executable, "-m", "bench.peers.ours", str(config.local_dir)]
    source = Child("source", command, log=config.local_dir / "source.log", cwd=PROJECT, env=environment(config))
    try:
        source.wait_for_line("ready", within=READY_SECONDS)
        yield
    finally:
        source.stop()


def run_one(wired: BenchContainer) -> tuple[float, Task]:
    """Seconds that submitting took, and the task as it ended."""
    started = time.perf_counter()
    task = wired.tasks.submit(NOTHING, {}, caller=CALLER).task
    submitting = time.perf_counter() - started
    deadline = time.monotonic() + WITHIN_SECONDS
    while not task.status.ended:
        assert time.monotonic() < deadline, f"the task is {task.status}"
        time.sleep(LOOK_SECONDS)
        task = wired.tasks.get(CALLER.tenant, task.id)
    return submitting, task


def measure(*, small: bool = False) -> list[Row]:
    with substrate() as config, consuming(config):
        wired = container(environment(config))
        run_one(wired)
        runs = [run_one(wired) for _ in range(20 if small else 200)]
        wired.close()
    submitting = [1000 * took for took, _ in runs]
    waits = [1000 * (task.started_at - task.created_at).total_seconds() for _, task in runs if task.started_at]
    queued = [wait - took for wait, took in zip(waits, submitting, strict=True)]
    return [
        Row(MEASURE, "ms from submitting to start, p50", [statistics.median(waits)]),
        Row(MEASURE, "ms from submitting to start, p99", [statistics.quantiles(waits, n=100)[98]]),
        Row(MEASURE, "of it the insert and the send, p50", [statistics.median(submitting)]),
        Row(MEASURE, "of it the queue, its poller and the claim, p50", [statistics.median(queued)]),
    ]


def main() -> None:
    logger.setLevel("ERROR")
    print(table(measure()))


if __name__ == "__main__":
    main()
