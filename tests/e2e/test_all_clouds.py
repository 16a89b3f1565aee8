"""All that the demo clouds have, asked for by no name: what a first day is promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.stack import Stack
from tests.e2e.conftest import Client
from tests.support.stack import stack_config

INSTANCES = 400
"""Of the fake Aliyun; AWS has its own, and the other fakes a tenth: with fewer, some would have no address to list."""
SYNC_SECONDS = 240


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(stack_config(tmp_path_factory.mktemp("stack"), instances=INSTANCES, cloud_latency=0)) as running:
        yield running


def synced(client: Client, providers: list[str]) -> dict[str, dict[str, Any]]:
    """The result of a sync of each provider, all at once and with no types given."""
    tasks = {name: client.post("/tasks/sync-assets", {"provider": name})["task_id"] for name in providers}
    ended = {name: client.ended(task, within=SYNC_SECONDS) for name, task in tasks.items()}
    assert {name: task["status"] for name, task in ended.items()} == dict.fromkeys(providers, "completed"), ended
    return {name: task["result"] for name, task in ended.items()}


def test_a_sync_of_each_cloud_fills_all_of_its_types_and_the_next_one_finds_everything_unchanged(
    client: Client,
) -> None:
    declared = {one["provider"]: one["asset_types"] for one in client.get("/providers")["providers"]}
    assert len(declared) == 5

    first = synced(client, list(declared))
    for name, types in declared.items():
        listed = Counter[str]()
        for detail in first[name]["details"]:
            assert (detail["verdict"], detail["reason"]) == ("complete", ""), (name, detail)
            listed[detail["asset_type"]] += detail["total_count"]
        assert {kind: listed[kind] for kind in types if not listed[kind]} == {}, name
        assert sorted(listed) == sorted(types), name
        assert first[name]["added_count"] == first[name]["total_count"] == listed.total(), name
        assert first[name]["errors"] == [], name
    inventory = client.get("/assets/summary")
    assert inventory["total"] == sum(result["total_count"] for result in first.values())

    second = synced(client, list(declared))
    for name, result in second.items():
        assert result["unchanged_count"] == result["total_count"] == first[name]["total_count"], name
        assert {detail["verdict"] for detail in result["details"]} == {"complete"}, name
