"""What the framework costs in calls. Times are the business of ``bench/``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from tests.integration.conftest import Framework
from tests.support.commands import CommandCounter


def test_a_batch_of_ten_tasks_takes_three_round_trips_from_claim_to_completion(
    mongodb_uri: str, database: Database[dict[str, Any]], framework: Framework
) -> None:
    ids = [framework.submit().id for _ in range(10)]
    counter = CommandCounter()
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        framework.tasks = client[database.name]["tasks"]
        framework.worker(beat=timedelta(minutes=1)).run(ids)
    assert counter.sent == [("update", "tasks"), ("find", "tasks"), ("update", "tasks")]


def test_submitting_a_task_takes_one_store_call_and_one_queue_call(
    mongodb_uri: str, database: Database[dict[str, Any]], framework: Framework
) -> None:
    calls: list[str] = []
    framework.sqs.meta.events.register("before-call.sqs.*", lambda model, **_: calls.append(model.name))
    counter = CommandCounter()
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        framework.tasks = client[database.name]["tasks"]
        framework.submit()
    assert counter.sent == [("insert", "tasks")]
    assert calls == ["SendMessage"]
