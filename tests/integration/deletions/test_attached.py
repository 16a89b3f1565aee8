"""No fault of a further call, which tells of the machines behind a load balancer, costs an asset or a relation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest
from pymongo import MongoClient

from chalicelib.assets.filter import AssetFilter
from chalicelib.providers.huawei.types import BY_NAME as HUAWEI_TYPES
from chalicelib.providers.tencent.types import TYPES as TENCENT_TYPES
from infra.local.clouds import huawei, tencent
from tests.integration.deletions.clouds import Account, served
from tests.integration.deletions.conftest import Table
from tests.integration.deletions.inventory import Inventory

CALLS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("huawei", "lb.dedicated"): ("elb.ListPools", "elb.ListAllMembers"),
    ("tencent", "lb.clb"): ("clb.DescribeTargets",),
    ("tencent", "lb.alb"): (
        "alb.DescribeListeners",
        "alb.DescribeListenerDetail",
        "alb.DescribeRules",
        "alb.DescribeTargetGroupTargets",
    ),
    ("tencent", "lb.gwlb"): ("gwlb.DescribeTargetGroupInstances",),
}
CLOUDS: Mapping[str, Callable[[tuple[str, ...]], AbstractContextManager[Account]]] = {
    "huawei": partial(served, huawei, huawei.FakeHuawei, HUAWEI_TYPES, "cn-north-4"),
    "tencent": partial(served, tencent, tencent.FakeTencent, TENCENT_TYPES, "ap-guangzhou"),
}


@pytest.fixture(scope="module", params=CALLS, ids=" ".join)
def told(
    request: pytest.FixtureRequest, mongo: MongoClient[dict[str, Any]]
) -> Iterator[tuple[Inventory, tuple[str, ...]]]:
    """What the service knows of load balancers, and the calls that tell of their machines."""
    cloud, asset_type = request.param
    with CLOUDS[cloud]((asset_type,)) as account:
        yield Inventory.of(mongo, cloud, account, asset_type), CALLS[request.param]


def machines(inventory: Inventory) -> dict[str, list[Any]]:
    scope = inventory.scope
    kept = inventory.store.find(AssetFilter(scope.tenant, provider=scope.provider), limit=100)
    return {it.id: [edge for edge in it.fields["relations"] if edge["type"] == "ecs"] for it in kept}


@pytest.mark.parametrize("fault", ["unavailable", "gateway_error", "dropped", "denied", "truncated", "throttled"])
def test_a_fault_of_a_further_call_twice_in_a_row_costs_no_asset_and_no_relation(
    told: tuple[Inventory, tuple[str, ...]], fault: str, table: Table
) -> None:
    inventory, actions = told
    for action in actions:
        inventory.sync_well()
        before = machines(inventory)
        assert any(before.values())
        with inventory.account.faults.ordered(fault, action=action):
            verdicts = [inventory.sync() for _ in range(2)]
        table.add(f"{fault}, of a further call", inventory.scope.provider, lost=inventory.lost(), verdicts=verdicts)
        assert verdicts == ["incomplete", "incomplete"]
        assert inventory.lost() == 0
        assert machines(inventory) == before
