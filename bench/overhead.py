"""What the framework costs per task, as a ratio to a raw pymongo loop on the same server: ``python -m bench.overhead``.

The raw loop makes the fewest writes that a task can have when it is handled alone: one claim and one finish.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
from pymongo import MongoClient

from bench.rows import Bound, Row, table
from chalicelib.clock import utc_now
from chalicelib.logs import logger
from chalicelib.messages import TEXTS
from chalicelib.tasks.aftermath import Aftermath
from chalicelib.tasks.backlog import BacklogStore
from chalicelib.tasks.buckets import Buckets
from chalicelib.tasks.children import Children
from chalicelib.tasks.claims import ClaimStore
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.dispatch import Dispatch
from chalicelib.tasks.emf import Emf
from chalicelib.tasks.ids import new_task_id
from chalicelib.tasks.meter import Meter
from chalicelib.tasks.model import Task
from chalicelib.tasks.policy import Policy
from chalicelib.tasks.queue import SqsTaskQueue
from chalicelib.tasks.runner import TaskRunner
from chalicelib.tasks.store import TaskStore
from chalicelib.tasks.worker import Worker
from infra.local import mongodb
from tests.support.commands import CommandCounter
from tests.support.probe import Probe, ProbeParams

BATCH = 10
BATCHES = 30
ROUNDS = 5
MEASURE = "overhead"
TRIPS_BOUND = Bound(4)
RATE_BOUND = Bound(2, least=True)


def nothing(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
    return {}


def timed(run: Callable[[list[str]], object], batches: list[list[str]]) -> float:
    """Tasks per second."""
    start = time.perf_counter()
    for batch in batches:
        run(batch)
    return sum(map(len, batches)) / (time.perf_counter() - start)


def measure(*, small: bool = False) -> list[Row]:
    number = 5 if small else BATCHES
    with tempfile.TemporaryDirectory() as folder:
        server, uri = mongodb.start(Path(folder))
        counter = CommandCounter()
        with MongoClient[dict[str, Any]](uri, tz_aware=True, event_listeners=[counter]) as client:
            tasks = client["bench"]["tasks"]
            policy = Policy(lease=timedelta(seconds=60), beat=timedelta(seconds=30), threads=BATCH)
            texts = TEXTS["en"]
            probe = Probe(nothing)
            dispatch = Dispatch(
                SqsTaskQueue(boto3.session.Session(region_name="us-east-1").client("sqs"), {}),
                BacklogStore(tasks, policy, texts),
                clock=utc_now,
            )
            children = Children(tasks, dispatch, lambda _: probe, policy=policy, clock=utc_now, texts=texts)
            worker = Worker(
                ClaimStore(tasks, policy, texts),
                TaskRunner(lambda _: probe, children, policy=policy, clock=utc_now),
                Aftermath(dispatch, children),
                owner="bench",
                policy=policy,
                clock=utc_now,
                meter=Meter(Buckets(client["bench"]["stats"]), Emf("bench", out=io.StringIO()), clock=utc_now),
            )
            TaskStore(tasks, policy, texts).ensure_indexes()

            def submitted() -> list[list[str]]:
                batches = []
                for _ in range(number):
                    now = utc_now()
                    batch = [
                        Task(new_task_id(now), "probe", {}, "default", "bench", now, due_at=now) for _ in range(BATCH)
                    ]
                    tasks.insert_many([task.to_document() for task in batch])
                    batches.append([task.id for task in batch])
                return batches

            def raw(batch: list[str]) -> None:
                for task_id in batch:
                    tasks.update_one({"_id": task_id, "status": "pending"}, {"$set": {"status": "running"}})
                    tasks.update_one(
                        {"_id": task_id, "status": "running"},
                        {"$set": {"status": "completed", "result": {}}, "$unset": {"due_at": ""}},
                    )

            worker.run(submitted()[0])
            first = submitted()[0]
            counter.sent.clear()
            worker.run(first)
            trips = len(counter.sent)
            rates = [(timed(worker.run, submitted()), timed(raw, submitted())) for _ in range(ROUNDS)]
        server.stop()
    return [
        Row(MEASURE, f"store round trips of {BATCH} no-op tasks", [trips], TRIPS_BOUND),
        Row(MEASURE, "rate, to a raw loop", [framework / loop for framework, loop in rates], RATE_BOUND),
        Row(MEASURE, "tasks/s", [framework for framework, _ in rates]),
        Row(MEASURE, "tasks/s of the raw loop", [loop for _, loop in rates]),
    ]


def main() -> None:
    logger.setLevel("ERROR")
    print(table(measure()))


if __name__ == "__main__":
    main()
