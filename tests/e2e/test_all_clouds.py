"""All that the demo clouds have, asked for by no name: what a first day is promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.stack import Stack
from tests.e2e.conftest import ENDED, Client
from tests.support.conditions import eventually
from tests.support.stack import stack_config

INSTANCES = 800
"""Of the fake Aliyun; AWS has its own, and the other fakes a tenth: with fewer, some would have no address to list."""
REGIONS = {
    "aliyun": "cn-shenzhen",
    "aws": "us-east-1",
    "tencent": "ap-guangzhou",
    "huawei": "cn-north-4",
    "volcano": "cn-beijing",
}
"""The largest of each cloud, which has something of every type: all of them would be a minute's work."""
SYNC_SECONDS = 240


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    patient = {"CAM_MONGODB_TIMEOUT_SECONDS": "12"}  # five syncs at once on a machine that may be busy
    config = stack_config(tmp_path_factory.mktemp("stack"), instances=INSTANCES, cloud_latency=0, product=patient)
    with Stack(config) as running:
        yield running


def synced(client: Client) -> dict[str, dict[str, Any]]:
    """The result of a sync of each provider, all at once and with no types given."""
    tasks = {
        name: client.post("/tasks/sync-assets", {"provider": name, "regions": [region]})["task_id"]
        for name, region in REGIONS.items()
    }

    def ended() -> dict[str, dict[str, Any]] | None:
        found = {name: client.task(task) for name, task in tasks.items()}
        return found if {task["status"] for task in found.values()} <= ENDED else None

    found = eventually(ended, within=SYNC_SECONDS, every=0.5)
    assert found is not None
    assert {name: task["status"] for name, task in found.items()} == dict.fromkeys(REGIONS, "completed"), found
    return {name: task["result"] for name, task in found.items()}


def test_a_sync_of_each_cloud_fills_all_of_its_types_and_the_next_one_finds_everything_unchanged(
    client: Client,
) -> None:
    declared = {one["provider"]: one["asset_types"] for one in client.get("/providers")["providers"]}
    assert declared.keys() == REGIONS.keys()

    first = synced(client)
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

    second = synced(client)
    for name, result in second.items():
        assert result["unchanged_count"] == result["total_count"] == first[name]["total_count"], name
        assert {detail["verdict"] for detail in result["details"]} == {"complete"}, name
