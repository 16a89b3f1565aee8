"""Load balancers and the machines behind them, which further calls know."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.errors import AccessDenied, CloudRejected, CloudUnavailable, TaskError
from chalicelib.providers.retry import ATTEMPTS
from chalicelib.providers.tencent import PROVIDER
from chalicelib.providers.tencent.client import Client
from chalicelib.providers.tencent.types.network import CLB, GWLB
from infra.local.clouds.tencent import targets
from tests.integration.tencent.conftest import OTHER_REGION, REGION, Account, grow, listed, machines

LISTENERS, CLASSIC, GROUP = "clb.DescribeTargets", "clb.DescribeClassicalLBTargets", "gwlb.DescribeTargetGroupInstances"
APPLICATIONS = (
    "alb.DescribeListeners",
    "alb.DescribeListenerDetail",
    "alb.DescribeRules",
    "alb.DescribeTargetGroupTargets",
)
FURTHER = pytest.mark.parametrize(
    ("asset_type", "action"),
    [("lb.clb", LISTENERS), ("lb.clb", CLASSIC), ("lb.gwlb", GROUP)] + [("lb.alb", action) for action in APPLICATIONS],
)


def balancers(account: Account, forward: int) -> list[str]:
    items = account.fake.inventory.items("lb.clb", REGION)
    return [item["LoadBalancerId"] for item in items if item["Forward"] == forward]


def target(native_id: str | None, kind: str = "CVM") -> dict[str, Any]:
    return {"Type": kind, "InstanceId": native_id, "PrivateIpAddresses": ["10.0.0.9"], "Port": 80, "Weight": 10}


def put_behind(account: Account, balancer: str, **answer: Any) -> None:
    account.fake.inventory.add(targets.KIND, REGION, {"LoadBalancerId": balancer} | answer)


def test_every_load_balancer_refers_to_machines_that_there_are(account: Account) -> None:
    held = set(account.fake.inventory.native_ids("ecs", REGION))
    for asset_type in ("lb.clb", "lb.alb", "lb.gwlb"):
        behind = machines(account, asset_type)
        assert behind
        assert all(own and held.issuperset(own) for own in behind.values())


def test_the_machines_of_all_listeners_and_rules_are_behind_a_load_balancer_in_one_order(account: Account) -> None:
    balancer = balancers(account, 1)[0]
    rules = [
        {"LocationId": "loc-1", "Targets": [target("ins-3"), target("ins-1")]},
        {"LocationId": "loc-2", "Targets": None},
    ]
    tcp = {"ListenerId": "lbl-1", "Rules": None, "Targets": [target("ins-2", "cvm"), target("ins-1")]}
    put_behind(account, balancer, Listeners=[tcp, {"ListenerId": "lbl-2", "Rules": rules, "Targets": None}])
    assert machines(account, "lb.clb")[balancer] == ("ins-1", "ins-2", "ins-3")


def test_a_target_that_is_no_machine_is_not_referred_to(account: Account) -> None:
    new, old = balancers(account, 1)[0], balancers(account, 0)[0]
    mixed = [target("eni-1", "ENI"), target(None, "CCN"), target("ins-1"), target("")]
    put_behind(account, new, Listeners=[{"ListenerId": "lbl-1", "Targets": mixed}])
    put_behind(account, old, Targets=mixed)
    behind = machines(account, "lb.clb")
    assert (behind[new], behind[old]) == (("ins-1",), ("ins-1",))


@pytest.mark.parametrize("nothing", [None, []])
def test_a_load_balancer_without_targets_refers_to_no_machine(account: Account, nothing: list[Any] | None) -> None:
    new, old = balancers(account, 1)[0], balancers(account, 0)[0]
    put_behind(account, new, Listeners=nothing)
    put_behind(account, old, Targets=nothing)
    assert not any("ecs" in asset.relations for asset in listed(account, "lb.clb") if asset.native_id in (new, old))


def test_each_load_balancer_costs_one_call_of_its_kind_that_waits_for_its_turn(account: Account) -> None:
    turns: list[tuple[str, str]] = []
    paced = replace(account.connection(), pace=lambda region, action: turns.append((region, action)))
    list(PROVIDER.connect(paced).pages(REGION, "lb.clb"))
    new, old = (len(balancers(account, forward)) for forward in (1, 0))
    assert new > old > 0
    counted = {(REGION, "clb.DescribeLoadBalancers"): 1, (REGION, LISTENERS): new, (REGION, CLASSIC): old}
    assert Counter(turns) == counted
    assert Counter(action for _, action in turns) == account.fake.requests


def test_a_gateway_load_balancer_without_a_target_group_costs_no_call(account: Account) -> None:
    first, *others = account.fake.inventory.native_ids("lb.gwlb", REGION)
    account.fake.inventory.update("lb.gwlb", REGION, first, TargetGroupId="")
    assert machines(account, "lb.gwlb")[first] == ()
    assert account.fake.requests[GROUP] == len(others)


def test_a_target_group_is_read_page_by_page(account: Account) -> None:
    first = account.fake.inventory.items("lb.gwlb", REGION)[0]
    pattern = account.fake.inventory.items("gwlb_target", REGION)[0]
    for number in range(250):
        own = {"InstanceId": f"ins-{number:04d}", "TargetGroupId": "lbtg-large"}
        account.fake.inventory.add("gwlb_target", REGION, pattern | own)
    account.fake.inventory.update("lb.gwlb", REGION, first["LoadBalancerId"], TargetGroupId="lbtg-large")
    behind = machines(account, "lb.gwlb")[first["LoadBalancerId"]]
    assert behind == tuple(f"ins-{number:04d}" for number in range(250))


def test_a_target_group_that_is_not_whole_is_an_error_of_the_listing(account: Account) -> None:
    account.fake.faults.order("wrong_total", action=GROUP)
    with pytest.raises(CloudUnavailable, match="2 of 3"):
        listed(account, "lb.gwlb")


def test_a_listing_that_goes_on_from_a_page_has_the_machines_too(account: Account) -> None:
    inventory = account.fake.inventory
    grow(inventory, "lb.clb", 103)
    last = inventory.native_ids("lb.clb", REGION)[-1]
    put_behind(account, last, Listeners=[{"ListenerId": "lbl-1", "Targets": [target("ins-1")]}])
    pages = list(account.connect().pages(REGION, "lb.clb"))
    rest = list(account.connect().pages(REGION, "lb.clb", start=pages[0].next_token))
    assert rest == pages[1:]
    assert rest[0].assets[-1].relations["ecs"] == ("ins-1",)


@pytest.mark.parametrize("asset_type", ["lb.clb", "lb.alb", "lb.gwlb"])
def test_a_region_without_load_balancers_costs_one_call(account: Account, asset_type: str) -> None:
    inventory = account.fake.inventory
    inventory.remove(asset_type, OTHER_REGION, *inventory.native_ids(asset_type, OTHER_REGION))
    assert listed(account, asset_type, OTHER_REGION) == []
    account.connect().probe(OTHER_REGION, asset_type)
    assert list(account.fake.requests.values()) == [2]


def test_a_load_balancer_that_goes_while_it_is_listed_makes_the_listing_one_to_repeat(account: Account) -> None:
    gone = balancers(account, 1)[0]

    def removed(region: str, action: str) -> None:
        inventory = account.fake.inventory
        if action == LISTENERS and gone in inventory.native_ids("lb.clb", REGION):
            inventory.remove("lb.clb", REGION, gone)

    cloud = PROVIDER.connect(replace(account.connection(), pace=removed), sleep=account.clock.sleep)
    with pytest.raises(CloudUnavailable, match="LBIdNotFound"):
        list(cloud.pages(REGION, "lb.clb"))
    assert gone not in {asset.native_id for page in cloud.pages(REGION, "lb.clb") for asset in page.assets}


def test_a_load_balancer_of_no_known_kind_is_an_error_and_not_one_without_machines(account: Account) -> None:
    account.fake.inventory.update("lb.clb", REGION, balancers(account, 1)[0], Forward=None)
    with pytest.raises(CloudRejected, match="Forward"):
        listed(account, "lb.clb")


@FURTHER
@pytest.mark.parametrize(
    ("fault", "kind"), [("denied", AccessDenied), ("unavailable", CloudUnavailable), ("truncated", CloudRejected)]
)
def test_what_cannot_be_told_of_the_machines_is_an_error_of_the_listing(
    account: Account, asset_type: str, action: str, fault: str, kind: type[TaskError]
) -> None:
    account.fake.faults.order(fault, action=action)
    with pytest.raises(kind):
        next(account.connect().pages(REGION, asset_type))


@FURTHER
def test_a_further_call_that_fails_in_passing_is_made_again(account: Account, asset_type: str, action: str) -> None:
    before = machines(account, asset_type)
    account.fake.faults.order("unavailable", action=action, times=ATTEMPTS - 1)
    assert machines(account, asset_type) == before


@FURTHER
def test_an_account_that_may_not_see_the_machines_is_told_so(account: Account, asset_type: str, action: str) -> None:
    account.fake.faults.order("denied", action=action)
    with pytest.raises(AccessDenied, match=action):
        account.connect().probe(REGION, asset_type)


def test_a_probe_asks_about_a_load_balancer_that_has_a_target_group(account: Account) -> None:
    first, *_, last = account.fake.inventory.native_ids("lb.gwlb", REGION)
    for native_id in (first, last):
        account.fake.inventory.update("lb.gwlb", REGION, native_id, TargetGroupId="")
    account.connect().probe(REGION, "lb.gwlb")
    assert account.fake.requests[GROUP] == 1


@pytest.mark.parametrize(
    ("action", "query", "code"),
    [
        ("DescribeTargets", {}, "MissingParameter"),
        ("DescribeTargets", {"LoadBalancerId": ["lb-1"]}, "InvalidParameter"),
        ("DescribeTargets", {"LoadBalancerId": "lb-1", "Speed": 9}, "UnknownParameter"),
        ("DescribeTargets", {"LoadBalancerId": "lb-1"}, "InvalidParameter.LBIdNotFound"),
    ],
)
def test_the_fake_refuses_a_call_that_is_wrong(account: Account, action: str, query: dict[str, Any], code: str) -> None:
    with pytest.raises(TaskError) as caught:
        Client(account.connection()).call(CLB, action, REGION, query)
    assert caught.value.message.startswith(f"{code}: ")


def test_the_fake_tells_the_two_kinds_apart_and_wants_a_filter_of_targets(account: Account) -> None:
    client = Client(account.connection())
    with pytest.raises(CloudRejected, match="InvalidParameterValue"):
        client.call(CLB, "DescribeTargets", REGION, {"LoadBalancerId": balancers(account, 0)[0]})
    with pytest.raises(CloudRejected, match="MissingParameter"):
        client.call(GWLB, "DescribeTargetGroupInstances", REGION, {"Limit": 100})
