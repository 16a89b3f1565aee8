"""Load balancers and the machines behind them, which the listings of pools and members know."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import AccessDenied, CloudRejected, CloudUnavailable, TaskError
from chalicelib.providers.base import ListedAsset
from chalicelib.providers.huawei.types import MEMBERS, POOLS
from tests.integration.huawei.conftest import OTHER, REGION, Account

LISTINGS = ("elb.ListPools", "elb.ListAllMembers")
BALANCERS = pytest.mark.parametrize("asset_type", ["lb.dedicated", "lb.shared"])


def first(account: Account, asset_type: str) -> ListedAsset:
    return next(account.connect().pages(REGION, asset_type)).assets[0]


def attached(account: Account, balancer: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The pool of a balancer and its members."""
    inventory = account.fake.inventory
    pool = next(pool for pool in inventory.items("pool", REGION) if pool["loadbalancers"] == [{"id": balancer}])
    own = {member["id"] for member in pool["members"]}
    return pool, [member for member in inventory.items("member", REGION) if member["id"] in own]


@BALANCERS
def test_a_load_balancer_refers_to_the_machines_of_its_pools(account: Account, asset_type: str) -> None:
    inventory = account.fake.inventory
    for page in account.connect().pages(REGION, asset_type):
        for asset in page.assets:
            _, members = attached(account, asset.native_id)
            assert asset.relations["ecs"] == tuple(sorted(member["instance_id"] for member in members))
            assert set(asset.relations["ecs"]) <= set(inventory.native_ids("ecs", REGION))


@BALANCERS
def test_a_member_that_is_no_machine_is_not_referred_to(account: Account, asset_type: str) -> None:
    _, (one, two) = attached(account, first(account, asset_type).native_id)
    account.fake.inventory.update("member", REGION, one["id"], member_type="ip", instance_id="")
    assert first(account, asset_type).relations["ecs"] == (two["instance_id"],)


@BALANCERS
def test_a_load_balancer_without_members_refers_to_no_machine(account: Account, asset_type: str) -> None:
    balancer = first(account, asset_type)
    pool, members = attached(account, balancer.native_id)
    account.fake.inventory.update("pool", REGION, pool["id"], members=[])
    account.fake.inventory.remove("member", REGION, *(member["id"] for member in members))
    left = first(account, asset_type)
    assert left.native_id == balancer.native_id
    assert left.relations == {kind: ids for kind, ids in balancer.relations.items() if kind != "ecs"}


def test_members_are_found_over_many_pages_in_two_calls_of_each_listing(account: Account) -> None:
    balancer = first(account, "lb.dedicated")
    member = account.fill("member", MEMBERS.paging.size + 2)[-1]
    pool = account.fill("pool", POOLS.paging.size + 2)[-1]
    machine = account.fake.inventory.native_ids("ecs", REGION)[-1]
    account.fake.inventory.update("member", REGION, member, instance_id=machine)
    behind = {"loadbalancers": [{"id": balancer.native_id}], "members": [{"id": member}]}
    account.fake.inventory.update("pool", REGION, pool, **behind)
    account.fake.requests.clear()
    assert set(first(account, "lb.dedicated").relations["ecs"]) == {*balancer.relations["ecs"], machine}
    assert [account.fake.requests[action] for action in LISTINGS] == [2, 2]


def test_a_region_without_load_balancers_is_asked_for_nothing_else(account: Account) -> None:
    inventory = account.fake.inventory
    inventory.remove("lb.dedicated", OTHER, *inventory.native_ids("lb.dedicated", OTHER))
    assert next(account.connect().pages(OTHER, "lb.dedicated")).assets == ()
    assert [account.fake.requests[action] for action in LISTINGS] == [0, 0]


def test_the_machines_are_read_once_for_all_pages(account: Account) -> None:
    account.fill("lb.dedicated", 4500)
    pages = list(account.connect().pages(REGION, "lb.dedicated"))
    assert len(pages) == 3
    assert [account.fake.requests[action] for action in LISTINGS] == [1, 1]


@BALANCERS
@pytest.mark.parametrize("action", LISTINGS)
@pytest.mark.parametrize(
    ("fault", "kind"), [("denied", AccessDenied), ("unavailable", CloudUnavailable), ("truncated", CloudRejected)]
)
def test_what_cannot_be_told_of_the_machines_is_an_error_of_the_listing(
    account: Account, asset_type: str, action: str, fault: str, kind: type[TaskError]
) -> None:
    account.fake.faults.order(fault, action=action)
    with pytest.raises(kind):
        first(account, asset_type)


@BALANCERS
def test_members_that_are_not_listed_are_no_missing_machines(account: Account, asset_type: str) -> None:
    account.fake.faults.order("empty", action="elb.ListAllMembers")
    with pytest.raises(CloudUnavailable, match="without a member"):
        first(account, asset_type)


@BALANCERS
@pytest.mark.parametrize("action", LISTINGS)
def test_an_account_that_may_not_see_the_machines_is_told_so(account: Account, asset_type: str, action: str) -> None:
    account.fake.faults.order("denied", action=action)
    with pytest.raises(AccessDenied):
        account.connect().probe(REGION, asset_type)


def test_a_probe_makes_one_call_of_each_listing(account: Account) -> None:
    account.fill("member", 4500)
    cloud = account.connect()
    cloud.regions()
    account.fake.requests.clear()
    cloud.probe(REGION, "lb.dedicated")
    assert account.fake.requests == {"elb.ListLoadBalancers": 1, **dict.fromkeys(LISTINGS, 1)}
