"""The machines behind volcano's load balancers, when they cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.providers.volcano.types import TYPES
from infra.local.clouds.server import CloudServer
from infra.local.clouds.volcano import DEFAULT_KEY, FakeVolcano, generate
from tests.api.conftest import Service

REGION = "cn-beijing"
FURTHER = [
    (name, f"{call.product.name}.{call.action}")
    for name, declared in TYPES.items()
    if declared.attached
    for call in (declared.attached.listing, declared.attached.group)
]


@pytest.fixture
def volcano(service: Service) -> Iterator[FakeVolcano]:
    """Account 8, of which nothing is listed yet."""
    fake = FakeVolcano(generate(90, regions=(REGION,)))
    with CloudServer(fake) as server:
        keys = {"access_key_id": DEFAULT_KEY.access_key_id, "access_key_secret": DEFAULT_KEY.access_key_secret}
        account = {"id": 8, "provider": "volcano", "name": "v", "credentials": keys, "endpoint": server.url}
        assert service.post("/accounts", account).status == 201
        yield fake


def synced(service: Service, *asset_types: str) -> dict[str, Any]:
    wanted = {"provider": "volcano", "account_id": 8, "regions": [REGION], "asset_types": list(asset_types)}
    return service.finished("/tasks/sync-assets", wanted)


def behind(service: Service, asset_type: str) -> dict[str, set[str]]:
    """Ids of the machines that are known behind each load balancer, by its id."""
    assets = service.get(f"/assets?type={asset_type}").data["assets"]
    edges = {it["id"]: service.get(f"/assets/{it['id']}/relations").data["outgoing"] for it in assets}
    return {native_id: {edge["id"] for edge in some if edge["type"] == "ecs"} for native_id, some in edges.items()}


@pytest.mark.parametrize(("asset_type", "action"), FURTHER, ids=[" ".join(one) for one in FURTHER])
def test_machines_that_cannot_be_read_cost_no_asset_and_no_relation(
    service: Service, volcano: FakeVolcano, asset_type: str, action: str
) -> None:
    assert synced(service, "ecs", asset_type)["status"] == "completed"
    before = behind(service, asset_type)
    assert any(before.values())
    gone = volcano.inventory.native_ids(asset_type, REGION)[0]
    volcano.inventory.remove(asset_type, REGION, gone)
    for fault in ("denied", "truncated"):
        with volcano.faults.ordered(fault, action=action):
            assert [synced(service, asset_type)["status"] for _ in range(2)] == ["failed", "failed"]
    assert behind(service, asset_type) == before
