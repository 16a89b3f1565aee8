"""The main job on the one-machine stack, and what happens to it when parts of the stack die."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from infra.local.stack import Stack
from tests.e2e.conftest import Client
from tests.support.conditions import eventually

INSTANCES = {"aliyun": 5000, "aws": 120}
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


@pytest.mark.parametrize("provider", ["aliyun", "aws"])
def test_a_sync_completes_with_the_true_counts_and_the_next_one_finds_all_unchanged(
    client: Client, provider: str
) -> None:
    all_of_them = INSTANCES[provider]
    first = client.ended(client.sync(provider))
    assert counts(first) == (all_of_them, all_of_them, 0, 0, 0, 0)
    assert client.get("/assets", provider=provider, type="ecs", limit=1)["total"] == all_of_them
    second = client.ended(client.sync(provider))
    assert counts(second) == (all_of_them, 0, 0, 0, all_of_them, 0)


def test_progress_rises_and_the_message_names_the_region(client: Client) -> None:
    task_id = client.sync("aliyun")
    seen: list[int] = []
    messages: set[str] = set()

    def watched_to_its_end() -> bool:
        task = client.task(task_id)
        seen.append(task["progress"])
        messages.add(task["message"])
        return bool(task["status"] == "completed")

    eventually(watched_to_its_end, within=60, every=0.05)
    assert seen == sorted(seen)
    assert len(set(seen)) > 2
    assert "正在同步地域 cn-shenzhen" in messages


def test_a_running_sync_stops_within_three_seconds_of_being_cancelled(client: Client) -> None:
    task_id = client.sync("aliyun")
    client.in_the_midst(task_id)
    assert client.post(f"/tasks/{task_id}/cancel") is None
    assert client.ended(task_id, within=3)["status"] == "cancelled"


def test_a_sync_whose_worker_is_killed_completes_without_help(client: Client, stack: Stack) -> None:
    task_id = client.sync("aliyun")
    killed = runner(client.in_the_midst(task_id))
    worker = next(file for file in stack.config.local_dir.glob("run/worker-*.pid") if int(file.read_text()) == killed)
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: worker.exists() and int(worker.read_text()) != killed, within=10)
    task = client.ended(task_id)
    assert counts(task)[0] == INSTANCES["aliyun"]
    assert runner(task) != killed


def test_a_sync_survives_a_killed_store(client: Client, stack: Stack) -> None:
    task_id = client.sync("aliyun")
    client.in_the_midst(task_id)
    stack.restart("mongodb")
    eventually(client.is_ready, within=30)
    assert counts(client.ended(task_id))[0] == INSTANCES["aliyun"]


@pytest.mark.parametrize("name", ["emulator", "api", "aliyun", "mongodb"])
def test_a_service_that_dies_is_started_again_and_the_next_sync_works(client: Client, stack: Stack, name: str) -> None:
    before = stack.pid(name)
    assert before
    os.kill(before, signal.SIGKILL)
    eventually(lambda: stack.pid(name) not in (None, before), within=30)
    eventually(client.is_ready, within=30)
    assert client.ended(client.sync("aws"))["status"] == "completed"
    assert client.ended(client.sync("aliyun"))["status"] == "completed"
