"""Load balancers and the machines behind them, which groups of servers know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.errors import AccessDenied, CloudRejected, CloudUnavailable, TaskError
from chalicelib.providers.base import Cloud, ListedAsset
from chalicelib.providers.volcano import PROVIDER
from chalicelib.providers.volcano.client import Client
from chalicelib.providers.volcano.declaration import AssetType
from chalicelib.providers.volcano.types import TYPES
from infra.local.clouds.volcano.listings import DETAILS
from tests.integration.volcano.conftest import OTHER_REGION, REGION, Account, grow

ATTACHED = {name: declared.attached for name, declared in TYPES.items() if declared.attached}
CALLS = [(name, call) for name, attached in ATTACHED.items() for call in (attached.listing, attached.group)]

balancers = pytest.mark.parametrize("asset_type", ATTACHED)
further_calls = pytest.mark.parametrize(
    ("asset_type", "call"), CALLS, ids=[f"{name} {call.action}" for name, call in CALLS]
)


def named(call: AssetType) -> str:
    return f"{call.product.name}.{call.action}"


def kind_of_group(asset_type: str) -> str:
    group = ATTACHED[asset_type].group
    return DETAILS[group.product.name, group.action].kind


def group_of_first(account: Account, asset_type: str) -> dict[str, Any]:
    """That of the first load balancer."""
    return account.fake.inventory.items(kind_of_group(asset_type), REGION)[0]


def change_group(account: Account, asset_type: str, **fields: Any) -> None:
    group = group_of_first(account, asset_type)["ServerGroupId"]
    account.fake.inventory.update(kind_of_group(asset_type), REGION, group, **fields)


def listed(cloud: Cloud, asset_type: str, region: str = REGION, start: str | None = None) -> list[ListedAsset]:
    return [asset for page in cloud.pages(region, asset_type, start=start) for asset in page.assets]


def first(account: Account, asset_type: str) -> ListedAsset:
    return listed(account.connect(), asset_type)[0]


def watched(account: Account, seen: Callable[[str], None]) -> Cloud:
    """A session of which each call is told before it is made."""
    connection = replace(account.connection(), pace=lambda region, action: seen(action))
    return PROVIDER.connect(connection, sleep=account.clock.sleep)


@balancers
def test_a_load_balancer_refers_to_the_machines_of_its_groups(account: Account, asset_type: str) -> None:
    inventory = account.fake.inventory
    groups = inventory.items(kind_of_group(asset_type), REGION)
    assets = listed(account.connect(), asset_type)
    assert len(groups) > 1
    for asset, group in zip(assets[::2], groups, strict=True):
        assert asset.relations["ecs"] == tuple(sorted(server["InstanceId"] for server in group["Servers"]))
        assert set(asset.relations["ecs"]) <= set(inventory.native_ids("ecs", REGION))
    assert all("ecs" not in asset.relations for asset in assets[1::2])


@balancers
def test_another_order_of_servers_is_no_change(account: Account, asset_type: str) -> None:
    before = first(account, asset_type)
    change_group(account, asset_type, Servers=group_of_first(account, asset_type)["Servers"][::-1])
    assert first(account, asset_type) == before


@balancers
def test_a_server_that_is_no_machine_is_not_referred_to(account: Account, asset_type: str) -> None:
    one, two = group_of_first(account, asset_type)["Servers"]
    interface = one | {"Type": "eni", "InstanceId": "eni-2feo5qd3orri8"}
    address = one | {"Type": "ip", "InstanceId": "", "Ip": "192.168.1.2"}
    change_group(account, asset_type, Servers=[interface, two, address])
    assert first(account, asset_type).relations["ecs"] == (two["InstanceId"],)


@balancers
@pytest.mark.parametrize("nothing", [[], None])
def test_a_load_balancer_of_a_group_without_servers_refers_to_no_machine(
    account: Account, asset_type: str, nothing: Any
) -> None:
    before = first(account, asset_type)
    change_group(account, asset_type, Servers=nothing)
    left = {kind: ids for kind, ids in before.relations.items() if kind != "ecs"}
    assert first(account, asset_type) == replace(before, relations=left)


@balancers
def test_the_groups_of_many_pages_are_each_asked_for_once(account: Account, asset_type: str) -> None:
    listing, group = ATTACHED[asset_type].listing, ATTACHED[asset_type].group
    inventory = account.fake.inventory
    balancer, machine = first(account, asset_type), inventory.native_ids("ecs", REGION)[-1]
    held = listing.paging.size + 2
    grow(inventory, kind_of_group(asset_type), held)
    if listing.name != kind_of_group(asset_type):
        grow(inventory, listing.name, held)
        both = (inventory.native_ids(kind, REGION) for kind in (listing.name, kind_of_group(asset_type)))
        for named_by, native_id in zip(*both, strict=True):
            inventory.update(listing.name, REGION, named_by, ServerGroupId=native_id, ServerGroups=[])
    last = inventory.native_ids(kind_of_group(asset_type), REGION)[-1]
    server = group_of_first(account, asset_type)["Servers"][0] | {"InstanceId": machine}
    inventory.update(kind_of_group(asset_type), REGION, last, Servers=[server])
    account.fake.requests.clear()
    assert set(first(account, asset_type).relations["ecs"]) == {*balancer.relations["ecs"], machine}
    assert (account.fake.requests[named(listing)], account.fake.requests[named(group)]) == (2, held)


@balancers
def test_a_region_without_load_balancers_is_asked_for_nothing_else(account: Account, asset_type: str) -> None:
    inventory = account.fake.inventory
    inventory.remove(asset_type, OTHER_REGION, *inventory.native_ids(asset_type, OTHER_REGION))
    assert listed(account.connect(), asset_type, OTHER_REGION) == []
    assert account.fake.requests == {named(TYPES[asset_type]): 1}


@balancers
def test_the_machines_are_read_once_for_all_pages_whichever_is_the_first(account: Account, asset_type: str) -> None:
    grow(account.fake.inventory, asset_type, 2 * TYPES[asset_type].paging.size + 7)
    pages = list(account.connect().pages(REGION, asset_type))
    assert len(pages) == 3
    late = pages[1].assets[0].native_id
    behind = account.fake.inventory.native_ids(asset_type, REGION).index(late)
    assert behind == TYPES[asset_type].paging.size
    assert account.fake.requests[named(ATTACHED[asset_type].listing)] == 1
    rest = listed(account.connect(), asset_type, start=pages[0].next_token)
    assert rest == [asset for page in pages[1:] for asset in page.assets]
    assert account.fake.requests[named(ATTACHED[asset_type].listing)] == 2


@further_calls
@pytest.mark.parametrize(
    ("fault", "kind"), [("denied", AccessDenied), ("unavailable", CloudUnavailable), ("truncated", CloudRejected)]
)
def test_what_cannot_be_told_of_the_machines_is_an_error_of_the_listing(
    account: Account, asset_type: str, call: AssetType, fault: str, kind: type[TaskError]
) -> None:
    account.fake.faults.order(fault, action=named(call))
    with pytest.raises(kind):
        first(account, asset_type)


@further_calls
@pytest.mark.parametrize("fault", ["throttled", "unavailable", "dropped"])
def test_a_further_call_that_fails_in_passing_is_made_again(
    account: Account, asset_type: str, call: AssetType, fault: str
) -> None:
    before = first(account, asset_type)
    account.fake.faults.order(fault, action=named(call), times=1)
    assert first(account, asset_type) == before
    assert len(account.clock.waits) == 1


@balancers
def test_groups_that_come_twice_hide_others_and_make_the_listing_one_to_repeat(
    account: Account, asset_type: str
) -> None:
    listing = ATTACHED[asset_type].listing
    grow(account.fake.inventory, listing.name, listing.paging.size + 2)
    account.fake.faults.order("duplicate_page", action=named(listing), page=2)
    with pytest.raises(CloudUnavailable, match="do not belong together"):
        first(account, asset_type)


@balancers
def test_a_group_that_is_gone_when_it_is_asked_for_makes_the_listing_one_to_repeat(
    account: Account, asset_type: str
) -> None:
    inventory, kind = account.fake.inventory, kind_of_group(asset_type)

    def removed(action: str) -> None:
        if action == named(ATTACHED[asset_type].group):
            inventory.remove(kind, REGION, *inventory.native_ids(kind, REGION)[:1])

    with pytest.raises(CloudUnavailable, match=r"^InvalidServerGroup\.NotFound"):
        listed(watched(account, removed), asset_type)


@further_calls
def test_an_account_that_may_not_see_the_machines_is_told_so(
    account: Account, asset_type: str, call: AssetType
) -> None:
    account.fake.faults.order("denied", action=named(call))
    with pytest.raises(AccessDenied, match=named(call)):
        account.connect().probe(REGION, asset_type)


@balancers
def test_a_probe_makes_each_call_once_and_none_for_a_group_that_is_not_there(account: Account, asset_type: str) -> None:
    listing, group = ATTACHED[asset_type].listing, ATTACHED[asset_type].group
    grow(account.fake.inventory, listing.name, listing.paging.size + 2)
    account.connect().probe(REGION, asset_type)
    both = {named(TYPES[asset_type]): 1, named(listing): 1}
    assert account.fake.requests == both | {named(group): 1}
    account.fake.inventory.remove(listing.name, REGION, *account.fake.inventory.native_ids(listing.name, REGION))
    account.fake.requests.clear()
    account.connect().probe(REGION, asset_type)
    assert account.fake.requests == both


@balancers
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "MissingParameter"),
        ({"ServerGroupId": "rsp-1", "PageSize": 10}, "InvalidParameter"),
        ({"ServerGroupId": "rsp-1"}, "InvalidServerGroup.NotFound"),
    ],
)
def test_a_group_is_told_of_by_its_id_alone(
    account: Account, asset_type: str, query: dict[str, Any], code: str
) -> None:
    group = ATTACHED[asset_type].group
    with pytest.raises(TaskError, match=f"^{code}: "):
        Client(account.connection()).call(group.product, group.action, REGION, query)


def test_the_groups_of_a_listener_are_those_of_its_load_balancer_and_are_asked_for_once(account: Account) -> None:
    inventory = account.fake.inventory
    one, two = (inventory.items("alb.group", REGION)[number] for number in (0, 1))
    listener = inventory.items("alb.listener", REGION)[0]
    more = [{"ServerGroupId": group["ServerGroupId"], "ServerGroupName": ""} for group in (one, two)]
    inventory.update("alb.listener", REGION, listener["ListenerId"], ServerGroups=more)
    machines = {server["InstanceId"] for group in (one, two) for server in group["Servers"]}
    assert first(account, "lb.alb").relations["ecs"] == tuple(sorted(machines))
    assert account.fake.requests["alb.DescribeServerGroupAttributes"] == len(inventory.items("alb.group", REGION))


def test_a_group_of_no_load_balancer_is_not_asked_for(account: Account) -> None:
    change_group(account, "lb.nlb", RelatedLoadBalancerIds=[])
    assert "ecs" not in first(account, "lb.nlb").relations
    groups = account.fake.inventory.items("nlb.group", REGION)
    assert account.fake.requests["clb.DescribeNLBServerGroupAttributes"] == len(groups) - 1
