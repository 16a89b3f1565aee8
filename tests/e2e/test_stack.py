"""The main job on the one-machine stack, and what happens to it when parts of the stack die."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from pymongo import MongoClient

from infra.local.emulator import events_client
from infra.local.stack import Stack
from tests.e2e.conftest import INSTANCES, Client
from tests.support.conditions import eventually

COUNT = {"aliyun": INSTANCES, "aws": 120}
COUNTS = ("total_count", "added_count", "updated_count", "deleted_count", "unchanged_count", "error_count")


def counts(task: dict[str, Any]) -> tuple[int, ...]:
    assert task["status"] == "completed", task
    return tuple(task["result"][name] for name in COUNTS)


def runner(task: dict[str, Any]) -> int:
    """The process id of the worker that last started the task."""
    return int([entry for entry in task["timeline"] if entry["event"] == "started"][-1]["detail"].rpartition("/")[2])


def test_the_service_is_alive_and_ready(client: Client) -> None:
    assert client.get("/health") == {"status": "alive"}
    assert client.get("/ready") == {"status": "ready"}


def test_what_a_repeated_submission_looks_for_is_found_by_an_index(client: Client, stack: Stack) -> None:
    assert client.is_ready()
    environ = stack.config.environment()
    with MongoClient[dict[str, Any]](environ["CAM_MONGODB_URI"]) as store:
        tasks = store[environ["CAM_MONGODB_DATABASE"]]["tasks"]
        for asked in ({"dedupe_key": {"$in": ["a", "b"]}}, {"tenant": "default", "requests.key": {"$in": ["a"]}}):
            assert "COLLSCAN" not in str(tasks.find(asked).explain()["queryPlanner"]), asked


@pytest.mark.parametrize("provider", ["aliyun", "aws"])
def test_a_sync_completes_with_the_true_counts_and_the_next_one_finds_all_unchanged(
    client: Client, provider: str
) -> None:
    all_of_them = COUNT[provider]
    first = client.ended(client.sync(provider))
    assert counts(first) == (all_of_them, all_of_them, 0, 0, 0, 0)
    assert client.get("/assets", provider=provider, type="ecs", limit=1)["total"] == all_of_them
    second = client.ended(client.sync(provider))
    assert counts(second) == (all_of_them, 0, 0, 0, all_of_them, 0)


def test_progress_rises_and_the_message_names_the_region(client: Client, holding_cloud: Callable[[], None]) -> None:
    task_id = client.sync("aliyun")
    client.in_the_midst(task_id)
    seen: list[int] = []
    messages: set[str] = set()

    def watched_to_its_end() -> bool:
        task = client.task(task_id)
        seen.append(task["progress"])
        messages.add(task["message"])
        if task["message"] == "正在同步地域 cn-shenzhen":
            holding_cloud()
        return bool(task["status"] == "completed")

    eventually(watched_to_its_end, within=60, every=0.05)
    assert seen == sorted(seen)
    assert len(set(seen)) > 2
    assert "正在同步地域 cn-shenzhen" in messages


def test_a_sync_of_many_scopes_is_one_task_of_the_list_and_its_children_are_listed_with_it(client: Client) -> None:
    task_id = client.sync("aliyun")
    task = client.ended(task_id)
    children = client.get(f"/tasks/{task_id}/children", limit=100)
    assert children["total"] == len(task["result"]["details"]) > 1
    assert {(child["parent_id"], child["status"]) for child in children["tasks"]} == {(task_id, "completed")}
    listed = client.get("/tasks", type="sync_assets", limit=100)
    assert task_id in [it["id"] for it in listed["tasks"]]
    assert not [it for it in listed["tasks"] if it["parent_id"]]
    assert client.get("/tasks", include_children=True, limit=1)["total"] >= listed["total"] + children["total"]


def test_the_same_sync_twice_is_the_one_that_is_active(client: Client) -> None:
    body = {"provider": "aliyun", "asset_types": ["ecs"]}
    first = client.post("/tasks/sync-assets", body)
    second = client.post("/tasks/sync-assets", body)
    assert second == first | {"deduplicated": True}
    client.ended(first["task_id"])


def test_an_event_on_the_bus_leads_to_a_sync(client: Client, stack: Stack) -> None:
    with closing(events_client(stack.config.emulator_url)) as events:
        detail = {"provider": "aws", "asset_types": ["ecs"]}
        answer = events.put_events(
            Entries=[
                {"Source": "cam", "DetailType": "SyncRequested", "Detail": json.dumps(detail)},
                {"Source": "other", "DetailType": "SyncRequested", "Detail": json.dumps(detail)},
                {"Source": "cam", "DetailType": "SyncRequested", "Detail": json.dumps({"provider": "no cloud"})},
            ]
        )
    assert answer["FailedEntryCount"] == 0
    [task] = eventually(lambda: client.get("/tasks", created_by="event")["tasks"], within=15)
    assert client.ended(task["id"])["status"] == "completed"
    assert client.get("/tasks", created_by="event")["total"] == 1


def test_an_account_with_an_interval_is_synced_by_itself(client: Client) -> None:
    client.put("/accounts/124", {"auto_sync": True, "sync_interval_seconds": 3600})
    [task] = eventually(lambda: client.get("/tasks", created_by="schedule")["tasks"], within=15)
    assert client.ended(task["id"])["status"] == "completed"
    assert client.get("/accounts/124")["last_sync_status"] == "completed"


@pytest.mark.usefixtures("holding_cloud")
def test_a_running_sync_stops_within_three_seconds_of_being_cancelled(client: Client) -> None:
    task_id = client.sync("aliyun")
    client.in_the_midst(task_id)
    assert client.post(f"/tasks/{task_id}/cancel") is None
    assert client.ended(task_id, within=3)["status"] == "cancelled"


def test_a_sync_whose_worker_is_killed_completes_without_help(
    client: Client, stack: Stack, holding_cloud: Callable[[], None]
) -> None:
    task_id = client.sync("aliyun")
    killed = runner(client.in_the_midst(task_id))
    worker = next(file for file in stack.config.local_dir.glob("run/worker-*.pid") if int(file.read_text()) == killed)
    os.kill(killed, signal.SIGKILL)
    holding_cloud()
    eventually(lambda: worker.exists() and int(worker.read_text()) != killed, within=10)
    task = client.ended(task_id)
    assert counts(task)[0] == INSTANCES
    assert runner(task) != killed


def test_a_sync_survives_a_killed_store(client: Client, stack: Stack, holding_cloud: Callable[[], None]) -> None:
    task_id = client.sync("aliyun")
    client.in_the_midst(task_id)
    stack.restart("mongodb")
    holding_cloud()
    eventually(client.is_ready, within=30)
    assert counts(client.ended(task_id))[0] == INSTANCES


@pytest.mark.parametrize("name", ["emulator", "api", "aliyun", "mongodb"])
def test_a_service_that_dies_is_started_again_and_the_next_sync_works(client: Client, stack: Stack, name: str) -> None:
    before = stack.pid(name)
    assert before
    os.kill(before, signal.SIGKILL)
    eventually(lambda: stack.pid(name) not in (None, before), within=30)
    eventually(client.is_ready, within=30)
    assert client.ended(client.sync("aws"))["status"] == "completed"
    assert client.ended(client.sync("aliyun"))["status"] == "completed"
