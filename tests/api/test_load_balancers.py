"""The machines behind load balancers, where another listing than theirs knows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.clouds.huawei import DEFAULT_KEY, FakeHuawei, generate
from infra.local.clouds.server import CloudServer
from tests.api.conftest import Service

REGION = "cn-north-4"
SYNC = {"provider": "huawei", "account_id": 7, "regions": [REGION], "asset_types": ["lb.dedicated"]}


@pytest.fixture
def huawei(service: Service) -> Iterator[FakeHuawei]:
    """Account 7, whose machines and load balancers are in the inventory."""
    fake = FakeHuawei(generate(90, regions=(REGION,)))
    with CloudServer(fake) as server:
        keys = {"access_key_id": DEFAULT_KEY.access_key_id, "access_key_secret": DEFAULT_KEY.access_key_secret}
        account = {"id": 7, "provider": "huawei", "name": "h", "credentials": keys, "endpoint": server.url}
        assert service.post("/accounts", account).status == 201
        service.finished("/tasks/sync-assets", SYNC | {"asset_types": ["ecs", "lb.dedicated"]})
        yield fake


def machines(service: Service) -> dict[str, list[str]]:
    """Ids of the machines that are known behind each load balancer, by its id."""
    balancers = service.get("/assets?type=lb.dedicated").data["assets"]
    edges = {it["id"]: service.get(f"/assets/{it['id']}/relations").data["outgoing"] for it in balancers}
    return {name: [edge["id"] for edge in some if edge["type"] == "ecs"] for name, some in edges.items()}


def scope(service: Service) -> dict[str, Any]:
    shown: list[dict[str, Any]] = service.get("/scopes?provider=huawei").data["scopes"]
    return next(it for it in shown if it["type"] == "lb.dedicated")


@pytest.mark.usefixtures("huawei")
def test_a_load_balancer_leads_to_its_machines_and_back(service: Service) -> None:
    behind = machines(service)
    assert len(behind) > 1
    for balancer, own in behind.items():
        assert own
        for machine in own:
            incoming = service.get(f"/assets/{machine}/relations").data["incoming"]
            assert balancer in {edge["id"] for edge in incoming}


def test_another_machine_behind_a_load_balancer_is_a_change_of_it_alone(service: Service, huawei: FakeHuawei) -> None:
    member = huawei.inventory.items("member", REGION)[0]
    unused = huawei.inventory.native_ids("ecs", REGION)[-1]
    assert service.finished("/tasks/sync-assets", SYNC)["result"]["updated_count"] == 0
    huawei.inventory.update("member", REGION, member["id"], instance_id=unused)
    assert service.finished("/tasks/sync-assets", SYNC)["result"]["updated_count"] == 1
    changed = service.get("/changes?since=2020-01-01&type=lb.dedicated&kind=updated").data["changes"]
    assert {field["field"] for change in changed for field in change["fields"]} == {"relations"}


@pytest.mark.parametrize("action", ["elb.ListPools", "elb.ListAllMembers"])
@pytest.mark.parametrize("fault", ["denied", "truncated"])
def test_machines_that_cannot_be_read_cost_no_asset_and_no_relation(
    service: Service, huawei: FakeHuawei, action: str, fault: str
) -> None:
    before, listed = machines(service), scope(service)["complete_at"]
    gone = huawei.inventory.native_ids("lb.dedicated", REGION)[0]
    huawei.inventory.remove("lb.dedicated", REGION, gone)
    with huawei.faults.ordered(fault, action=action):
        for _ in range(3):
            assert service.finished("/tasks/sync-assets", SYNC)["status"] == "failed"
    assert machines(service) == before
    assert (scope(service)["verdict"], scope(service)["complete_at"]) == ("incomplete", listed)
