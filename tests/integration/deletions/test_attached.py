"""No fault of a further call, which tells of the machines behind a load balancer, costs an asset or a relation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from pymongo import MongoClient

from chalicelib.assets.filter import AssetFilter
from chalicelib.providers.aliyun.types import BY_NAME as ALIYUN_TYPES
from chalicelib.providers.aws.types import TYPES as AWS_TYPES
from chalicelib.providers.huawei.types import BY_NAME as HUAWEI_TYPES
from chalicelib.providers.tencent.types import TYPES as TENCENT_TYPES
from chalicelib.providers.volcano.types import TYPES as VOLCANO_TYPES
from tests.integration.deletions.clouds import CLOUDS
from tests.integration.deletions.conftest import Table
from tests.integration.deletions.inventory import Inventory


def _named(call: Any) -> str:
    return f"{call.product.name}.{call.action}"


def _hosted(api: Any) -> str:
    return f"{api.product.host}.{api.action}"


DECLARED: Mapping[str, tuple[Mapping[str, Any], Callable[[Any], list[str]]]] = {
    "aliyun": (ALIYUN_TYPES, lambda attached: [listing.action for listing in attached.listings]),
    "aws": (AWS_TYPES, lambda attached: [attached.listing.operation, attached.operation]),
    "huawei": (HUAWEI_TYPES, lambda attached: [_hosted(it.api) for it in (attached.groups, attached.members)]),
    "tencent": (TENCENT_TYPES, lambda attached: [_named(call) for call in attached.every_call]),
    "volcano": (VOLCANO_TYPES, lambda attached: [_named(it) for it in (attached.listing, attached.group)]),
}
"""The types of a cloud, and how to read the further calls of one, by the names that faults are ordered for."""
FAULTS = {"unavailable": 1, "gateway_error": 1, "dropped": 1, "throttled": 1, "denied": None, "truncated": None}
"""How many of the further calls of a type are tried, if not all."""
CALLS = {
    (cloud, name): read(declared.attached)
    for cloud, (types, read) in DECLARED.items()
    for name, declared in types.items()
    if declared.attached
}


@pytest.fixture(scope="module", params=CALLS, ids=" ".join)
def told(request: pytest.FixtureRequest, mongo: MongoClient[dict[str, Any]]) -> Iterator[tuple[Inventory, list[str]]]:
    """What the service knows of load balancers, and the calls that tell of their machines."""
    cloud, asset_type = request.param
    with CLOUDS[cloud]({asset_type: 1}) as account:
        yield Inventory.of(mongo, cloud, account, asset_type), CALLS[request.param]


def machines(inventory: Inventory) -> dict[str, list[Any]]:
    scope = inventory.scope
    kept = inventory.store.find(AssetFilter(scope.tenant, provider=scope.provider), limit=100)
    return {it.id: [edge for edge in it.fields["relations"] if edge["type"] == "ecs"] for it in kept}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_further_call_twice_in_a_row_costs_no_asset_and_no_relation(
    told: tuple[Inventory, list[str]], fault: str, table: Table
) -> None:
    inventory, actions = told
    inventory.sync_well()
    before = machines(inventory)
    assert any(before.values())
    for action in actions[: FAULTS[fault]]:
        with inventory.account.faults.ordered(fault, action=action):
            verdicts = [inventory.sync() for _ in range(2)]
        table.add(f"{fault}, of a further call", inventory.scope.provider, lost=inventory.lost(), verdicts=verdicts)
        assert verdicts == ["incomplete", "incomplete"]
        assert inventory.lost() == 0
        assert machines(inventory) == before
