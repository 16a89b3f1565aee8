"""How list, get and stats grow with the tasks that are kept: ``python -m bench.growth [--uri URI] [--tasks 20000]``.

Two databases on one server, the one with ``FEW`` tasks, the other with many; the calls take turns on them. What a call
spends outside the store is told apart: the embedded server reads and sorts all that matches before it answers with a
page, which MongoDB does not (docs/queries.md).
"""

from __future__ import annotations

import argparse
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from bench.rows import Bound, Row, table
from chalicelib.clock import utc_now
from chalicelib.container import Container
from chalicelib.logs import logger
from chalicelib.mongodb import connect
from chalicelib.settings import Settings
from chalicelib.tasks.ids import new_task_id
from chalicelib.tasks.model import DEFAULT_TENANT, Task, TaskEvent, TaskStatus, TimelineEntry
from chalicelib.tasks.store import TaskFilter
from infra.local import mongodb

MEASURE = "growth"
FEW, MANY = 1_000, 20_000
BOUND = Bound(2)
KEPT = timedelta(days=30)
"""The tasks of a database ended evenly over this time, as the default of ``CAM_RETENTION_DAYS`` has it."""
OPEN = 100
"""Tasks that wait, in either database."""
FAILED = 40
"""Tasks that failed, in either database: more than a page. Stats count dead letters one by one, so their number would
be told as growth with tasks.
"""
PAGE = 20
AT_ONCE = 1_000
HOUR = timedelta(hours=1)
TIMEOUT_SECONDS = 600
ROUNDS = 3
CALLS_A_ROUND = 100
SORTED_CALLS_A_ROUND = 10
"""Of those that the embedded server takes its time for."""


class Stopwatch(CommandListener):
    """Seconds that the store took, from sending a command to having its answer."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def started(self, event: CommandStartedEvent) -> None:
        pass

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self.seconds += event.duration_micros / 1e6

    def failed(self, event: CommandFailedEvent) -> None:
        pass


class TimedContainer(Container):
    """Its store is looked at with the patience that a large one needs."""

    def __init__(self, uri: str, database: str) -> None:
        os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")  # boto3 asks for one; nothing is sent
        nowhere = "http://127.0.0.1:9/1/none"
        super().__init__(
            Settings(
                mongodb_uri=SecretStr(uri),
                mongodb_database=database,
                mongodb_timeout_seconds=TIMEOUT_SECONDS,
                queue_high_url=nowhere,
                queue_normal_url=nowhere,
                queue_low_url=nowhere,
            )
        )
        self.stopwatch = Stopwatch()

    @cached_property
    def mongo(self) -> MongoClient[dict[str, Any]]:
        return connect(self.mongodb_uri(), self.settings, event_listeners=[self.stopwatch])


@dataclass(frozen=True)
class Filled:
    """A database with tasks. ``some`` is the id of the one in the middle."""

    container: TimedContainer
    some: str

    def find(self, *, cursor: str | None = None, status: TaskStatus | None = None) -> None:
        self.container.tasks.find(TaskFilter(DEFAULT_TENANT, status=status), limit=PAGE, cursor=cursor)

    def get(self) -> None:
        self.container.tasks.get(DEFAULT_TENANT, self.some)

    def stats(self) -> None:
        self.container.stats.window(HOUR)


CALLS: Mapping[str, Callable[[Filled], None]] = {
    "get": Filled.get,
    "list, by cursor": lambda filled: filled.find(cursor=filled.some),
    "list, first page with its total": Filled.find,
    "list, failed ones": lambda filled: filled.find(status=TaskStatus.FAILED),
    "stats of an hour": Filled.stats,
}
OF_ALL = frozenset({"list, by cursor", "list, first page with its total"})
"""All tasks match: the embedded server reads and sorts them before it answers with a page. A real one is held to the
bound.
"""


@dataclass(frozen=True)
class Times:
    """Of calls: seconds in all, and those of them outside the store."""

    whole: Sequence[float]
    own: Sequence[float]


def tasks(count: int, now: datetime) -> Iterator[Task]:
    """Oldest first: ended ones, evenly over ``KEPT``, and then those that wait."""
    apart = (count - OPEN) // FAILED
    for number in range(count):
        at = now - KEPT * (count - number) / count
        task = Task(
            id=new_task_id(at),
            type=("sync_assets", "discover_assets", "export_assets")[number % 3],
            params={"provider": "aliyun", "regions": ["cn-shenzhen"], "asset_types": ["ecs"]},
            tenant=DEFAULT_TENANT,
            created_by=f"caller-{number % 10}",
            created_at=at,
            subjects=(f"account={number % 1000}",),
            timeline=(TimelineEntry(at, TaskEvent.SUBMITTED),),
        )
        if number >= count - OPEN:
            yield replace(task, due_at=now, resend_at=now + HOUR)
            continue
        failed = number % apart == 0 and number // apart < FAILED
        status = TaskStatus.FAILED if failed else TaskStatus.COMPLETED
        yield replace(task, status=status, started_at=at, completed_at=at + timedelta(seconds=1), result={"total": 0})


def fill(uri: str, database: str, count: int) -> Filled:
    container = TimedContainer(uri, database)
    container.ensure_indexes()
    now, some = utc_now(), ""
    made = tasks(count, now)
    for start in range(0, count, AT_ONCE):
        chunk = list(islice(made, AT_ONCE))
        container.database["tasks"].insert_many([task.to_document() for task in chunk])
        if start <= count // 2 < start + len(chunk):
            some = chunk[count // 2 - start].id
    container.buckets.begin(now - 2 * timedelta(minutes=1))  # the minutes before are closed, as the recoverer does
    return Filled(container, some)


def timed(call: Callable[[Filled], None], on: Filled) -> tuple[float, float]:
    """Seconds in all, and outside the store."""
    watch = on.container.stopwatch
    watch.seconds = 0
    started = time.perf_counter()
    call(on)
    whole = time.perf_counter() - started
    return whole, whole - watch.seconds


def turns(call: Callable[[Filled], None], few: Filled, many: Filled, number: int) -> tuple[Times, Times]:
    """On each database as often, one after the other."""
    pairs = [(timed(call, few), timed(call, many)) for _ in range(number)]
    first, second = ([pair[which] for pair in pairs] for which in (0, 1))
    return _times(first), _times(second)


def _times(measured: Sequence[tuple[float, float]]) -> Times:
    return Times([whole for whole, _ in measured], [own for _, own in measured])


def p99(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[98]


@contextmanager
def databases(uri: str, counts: Sequence[int], *, drop: bool) -> Iterator[list[Filled]]:
    """Dropped afterwards or not: the embedded server takes minutes for it, and ends anyway."""
    filled: list[Filled] = []
    try:
        filled.extend(fill(uri, f"cam_growth_{count}_{secrets.token_hex(4)}", count) for count in counts)
        yield filled
    finally:
        for one in filled:
            if drop:
                one.container.mongo.drop_database(one.container.settings.mongodb_database)
            one.container.close()


def compared(uri: str, counts: tuple[int, int], *, small: bool = False, embedded: bool = False) -> list[Row]:
    with databases(uri, counts, drop=not embedded) as (few, many):
        return [row for name in CALLS for row in _rows(name, few, many, counts, small=small, embedded=embedded)]


def _rows(
    name: str, few: Filled, many: Filled, counts: tuple[int, int], *, small: bool, embedded: bool
) -> Iterator[Row]:
    call = CALLS[name]
    slow = embedded and name in OF_ALL
    calls = SORTED_CALLS_A_ROUND if slow or small else CALLS_A_ROUND
    turns(call, few, many, 1)
    taken = [turns(call, few, many, calls) for _ in range(ROUNDS)]
    whole = [p99(large.whole) / p99(little.whole) for little, large in taken]
    own = [p99(large.own) / p99(little.own) for little, large in taken]
    middle = [statistics.median(large.whole) / statistics.median(little.whole) for little, large in taken]
    of = f"{counts[1]:,} tasks to {counts[0]:,}"
    sorts = f"{of}; the embedded server sorts all" if slow else of
    yield Row(MEASURE, f"{name}: p99", whole, None if slow else BOUND, sorts)
    yield Row(MEASURE, f"{name}: p99 of what is outside the store", own, BOUND if slow else None, of)
    yield Row(MEASURE, f"{name}: p50", middle, note=of)
    yield Row(MEASURE, f"{name}: ms, p50", [1e3 * statistics.median(it.whole) for _, it in taken], note="of the many")


def on_embedded(counts: tuple[int, int], *, small: bool = False) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        server, uri = mongodb.start(Path(folder))
        try:
            return compared(uri, counts, small=small, embedded=True)
        finally:
            server.stop()


def measure(*, small: bool = False) -> list[Row]:
    return on_embedded((200, 2_000) if small else (FEW, MANY), small=small)


def main() -> None:
    parser = argparse.ArgumentParser(description="How list, get and stats grow with the tasks that are kept")
    parser.add_argument("--uri", help="a MongoDB to measure on, in two databases of its own; else the embedded server")
    parser.add_argument("--tasks", type=int, default=MANY, help=f"the larger number, up to 1,000,000 ({MANY})")
    asked = parser.parse_args()
    if not FEW <= asked.tasks <= 1_000_000:
        parser.error(f"--tasks: from {FEW} to 1000000")
    logger.setLevel("ERROR")
    counts = (FEW, asked.tasks)
    print(table(compared(asked.uri, counts) if asked.uri else on_embedded(counts)))


if __name__ == "__main__":
    main()
