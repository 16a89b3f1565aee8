"""One contestant's turn: its worker comes up, is stopped while the queue is filled, and then measured until the last
result is kept.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.peers.contestants import Contestant
from bench.processes import cpu_seconds, send, tree
from infra.local.config import PROJECT
from infra.local.processes import DIE_WITH_PARENT, Child

WARM_UP = 20
WARM_WITHIN_SECONDS = 20
WITHIN_SECONDS = 120
LOOK_SECONDS = 0.1
"""The least time between two looks at what is done: a look reads all results, and keeps the store from the worker."""
IDLE_SHARE = 0.25
"""A tree of processes that uses less of one core than this has come up."""
IDLE_LOOK_SECONDS = 0.5
LOG_TAIL = 2000


class TurnFailed(Exception):
    """The tasks were not done in time, or a process ended."""


@dataclass(frozen=True)
class Measured:
    """``rate`` is in tasks a second; CPU times are seconds per 1,000 tasks. ``poller_cpu`` is None where the worker
    polls for itself.
    """

    rate: float
    worker_cpu: float
    poller_cpu: float | None


class Driver:
    """The process that submits for a contestant."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log
        self._answer()

    def ask(self, order: str) -> int:
        """Raises TurnFailed."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise TurnFailed(
                "the driver ended:\n" + self._log.read_text(encoding="utf-8", errors="replace")[-LOG_TAIL:]
            )
        return int(line)


def take(contestant: Contestant, tasks: int, *, python: Path, environ: Mapping[str, str], folder: Path) -> Measured:
    """Run ``tasks`` no-op tasks. Raises TurnFailed."""
    count = max(WARM_UP, round(tasks * contestant.share))
    with _driver(contestant, python, environ, folder) as driver, _worker(contestant, python, environ, folder) as worker:
        driver.ask("reset")
        driver.ask(f"submit {WARM_UP}")
        _await(driver, WARM_UP, contestant, within=WARM_WITHIN_SECONDS)
        driver.ask("reset")
        members = _idle(worker.pid)
        send(signal.SIGSTOP, members)
        driver.ask(f"submit {count}")
        before = {pid: cpu_seconds(pid) for pid in members}
        started = time.perf_counter()
        send(signal.SIGCONT, members)
        _await(driver, count, contestant)
        seconds = time.perf_counter() - started
        spent = {pid: cpu_seconds(pid) - before.get(pid, 0) for pid in tree(worker.pid)}
        driver.ask("reset")
    poller = spent.pop(worker.pid) if contestant.polled else None
    return Measured(
        count / seconds, sum(spent.values()) * 1000 / count, None if poller is None else poller * 1000 / count
    )


def _await(driver: Driver, count: int, contestant: Contestant, *, within: float = WITHIN_SECONDS) -> None:
    """Looks again when half of what is left should be done, and at the latest when twice the time has passed."""
    started = time.monotonic()
    while (done := driver.ask("done")) < count:
        passed = time.monotonic() - started
        if passed > within:
            raise TurnFailed(f"{contestant.name}: {done} of {count} tasks done in {within} s")
        half = (count - done) / done / 2 * passed if done else 0.0
        time.sleep(max(LOOK_SECONDS, min(half, passed)))


def _idle(root: int) -> list[int]:
    """Wait for all processes of a worker to have come up; answers them."""
    deadline = time.monotonic() + WITHIN_SECONDS
    before, members = float("-inf"), tree(root)
    while (used := sum(map(cpu_seconds, members))) - before > IDLE_SHARE * IDLE_LOOK_SECONDS:
        if time.monotonic() > deadline:
            raise TurnFailed("the worker does not come to rest")
        before = used
        time.sleep(IDLE_LOOK_SECONDS)
        members = tree(root)
    return members


@contextmanager
def _driver(contestant: Contestant, python: Path, environ: Mapping[str, str], folder: Path) -> Iterator[Driver]:
    log = folder / f"{contestant.app}.driver.log"
    with (
        log.open("a", encoding="utf-8") as errors,
        subprocess.Popen(
            [*DIE_WITH_PARENT, str(python), "-m", "bench.peers.driver", contestant.app],
            cwd=PROJECT,
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            yield Driver(process, log)
        finally:
            process.kill()


@contextmanager
def _worker(contestant: Contestant, python: Path, environ: Mapping[str, str], folder: Path) -> Iterator[Child]:
    log = folder / f"{contestant.app}.log"
    arguments = [part.format(folder=folder, redis=environ.get("BENCH_REDIS", "")) for part in contestant.worker]
    worker = Child(contestant.name, [str(python), *arguments], log=log, cwd=PROJECT, env=environ)
    try:
        yield worker
    finally:
        members = tree(worker.pid) if worker.running else []
        send(signal.SIGKILL, members)
        worker.wait()
