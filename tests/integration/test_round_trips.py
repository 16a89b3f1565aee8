"""What the framework costs in calls. Times are the business of ``bench/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib.errors import TaskCancelled
from chalicelib.tasks.buckets import Buckets
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.emf import Emf
from chalicelib.tasks.executor import Child
from chalicelib.tasks.ids import new_task_id
from chalicelib.tasks.meter import Meter
from chalicelib.tasks.model import Lease
from chalicelib.tasks.outcome import Completed
from tests.integration.conftest import TENANT, Framework
from tests.support.clock import FakeClock
from tests.support.commands import CommandCounter
from tests.support.probe import Probe, ProbeParams


def test_a_batch_of_ten_tasks_takes_three_round_trips_from_claim_to_completion(
    mongodb_uri: str, database: Database[dict[str, Any]], framework: Framework
) -> None:
    ids = [framework.submit().id for _ in range(10)]
    counter = CommandCounter()
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        framework.tasks = client[database.name]["tasks"]
        framework.worker(beat=timedelta(minutes=1)).run(ids)
    assert counter.sent == [("update", "tasks"), ("find", "tasks"), ("update", "tasks")]


def test_tasks_that_end_alike_share_an_update_and_others_keep_what_is_their_own(
    mongodb_uri: str, database: Database[dict[str, Any]], framework: Framework
) -> None:
    results = {"a": 1, "b": 1, "c": True, "d": 1.0, "e": "1", "f": 1}
    tasks = [framework.submit(name) for name in results]
    counter = CommandCounter()
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        framework.tasks = client[database.name]["tasks"]
        now = framework.clock()
        claimed = framework.claims.claim([task.id for task in tasks], Lease("w", "token"), now=now, until=now)
        ended = [(task, Completed({"is": results[task.params["name"]]})) for task in claimed]
        counter.updates.clear()
        assert framework.claims.settle("token", ended, now=now) == len(tasks)
        assert counter.updates == [4]
        stored = [(framework.get(task).result or {})["is"] for task in tasks]
    assert list(map(repr, stored)) == list(map(repr, results.values()))


def test_counting_what_a_batch_used_takes_one_more_however_many_tasks_and_figures_it_has(
    mongodb_uri: str, database: Database[dict[str, Any]], framework: Framework, capsys: pytest.CaptureFixture[str]
) -> None:
    def uses(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        context.usage.called("aliyun")
        context.usage.changed("added", 7)
        return {}

    framework.probe = Probe(uses)
    ids = [framework.submit().id for _ in range(10)]
    counter = CommandCounter()
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        framework.tasks = client[database.name]["tasks"]
        framework.meter = Meter(Buckets(client[database.name]["stats"]), Emf("test"), clock=framework.clock)
        framework.worker(beat=timedelta(minutes=1)).run(ids)
    assert counter.sent == [("update", "tasks"), ("find", "tasks"), ("update", "tasks"), ("update", "stats")]
    assert capsys.readouterr().out.count('"_aws"') == 1


def test_a_batch_of_children_takes_one_look_at_all_their_parents_and_one_a_parent_at_their_siblings(
    mongodb_uri: str, database: Database[dict[str, Any]], framework: Framework
) -> None:
    parents = [framework.submit(name) for name in "ab"]
    brood = [Child(f"{number}", "probe", ProbeParams(name="")) for number in range(6)]
    for parent in parents:
        framework.children.fan_out(framework.get(parent), brood)
    ids = [child["_id"] for child in framework.tasks.find({"parent_id": {"$ne": None}, "child_key": {"$lt": "5"}})]
    counter = CommandCounter()
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        framework.tasks = client[database.name]["tasks"]
        framework.worker(beat=timedelta(minutes=1)).run(ids)
        ended = framework.tasks.count_documents({"status": "completed"})
    assert (len(ids), ended) == (10, 10)
    looks = [("find", "tasks")] * len(parents)
    assert counter.sent[:-1] == [("update", "tasks"), *[("find", "tasks")] * 2, ("update", "tasks"), *looks]


def test_a_running_task_that_is_cancelled_takes_one_look_for_children(
    mongodb_uri: str, database: Database[dict[str, Any]], framework: Framework
) -> None:
    task = framework.submit()
    counter = CommandCounter()

    def cancelled(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        framework.service.cancel(TENANT, task.id)
        counter.sent.clear()
        raise TaskCancelled

    framework.probe = Probe(cancelled)
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        framework.tasks = client[database.name]["tasks"]
        framework.worker(beat=timedelta(minutes=1)).run([task.id])
        assert counter.sent == [("find", "tasks"), ("update", "tasks")]
        assert framework.get(task).status == "cancelled"


def test_a_pass_of_the_recoverer_looks_for_the_stranded_once_and_takes_a_hundred_on_in_two_round_trips(
    mongodb_uri: str, database: Database[dict[str, Any]], framework: Framework
) -> None:
    template = framework.submit()
    stranded = [replace(template, id=new_task_id(template.created_at)).to_document() for _ in range(249)]
    framework.tasks.insert_many(stranded)
    framework.clock = FakeClock(template.created_at + timedelta(hours=1))
    counter = CommandCounter()
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        framework.tasks = client[database.name]["tasks"]
        assert framework.recoverer().run().sent == 250
    calls = [call for call in counter.sent if call[0] != "getMore"]
    assert calls == [("find", "tasks"), *[("update", "tasks"), ("find", "tasks")] * 3]


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
