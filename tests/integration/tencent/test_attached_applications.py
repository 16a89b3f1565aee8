"""Load balancers of applications, and the machines in the target groups of their listeners and of their rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.errors import CloudRejected, CloudUnavailable, TaskError
from chalicelib.providers.tencent import PROVIDER
from chalicelib.providers.tencent.client import Client
from chalicelib.providers.tencent.types.network import ALB
from infra.local.clouds.inventory import Inventory, Item
from tests.integration.tencent.conftest import REGION, Account, grow, machines

LISTENERS, DETAIL, RULES = "alb.DescribeListeners", "alb.DescribeListenerDetail", "alb.DescribeRules"
TARGETS = "alb.DescribeTargetGroupTargets"


def without_any(inventory: Inventory) -> str:
    """A load balancer, the only one of its region, that has no listener."""
    first, *others = inventory.native_ids("lb.alb", REGION)
    inventory.remove("lb.alb", REGION, *others)
    for kind in ("alb_listener", "alb_rule", "alb_target_group", "alb_target"):
        inventory.remove(kind, REGION, *inventory.native_ids(kind, REGION))
    return first


def forward(*groups: str) -> Item:
    return {"Type": "TargetGroup", "TargetGroupConfig": {"TargetGroups": [{"TargetGroupId": it} for it in groups]}}


def add_listener(inventory: Inventory, balancer: str, listener: str, *groups: str) -> None:
    item = {"LoadBalancerId": balancer, "ListenerId": listener, "DefaultActions": [forward(it) for it in groups]}
    inventory.add("alb_listener", REGION, item)


def add_rule(inventory: Inventory, balancer: str, listener: str, rule: str, *actions: Item) -> None:
    item = {"LoadBalancerId": balancer, "ListenerId": listener, "RuleId": rule, "Actions": list(actions)}
    inventory.add("alb_rule", REGION, item)


def add_group(inventory: Inventory, group: str, *targets: str) -> None:
    inventory.add("alb_target_group", REGION, {"TargetGroupId": group})
    for target in targets:
        registration = {"Registration": f"{group}/{target}", "TargetGroupId": group, "TargetId": target}
        inventory.add("alb_target", REGION, registration)


def test_machines_of_all_groups_of_listeners_and_rules_are_behind_it_in_one_order(account: Account) -> None:
    inventory = account.fake.inventory
    balancer = without_any(inventory)
    add_listener(inventory, balancer, "lst-1", "lbtg-1")
    add_listener(inventory, balancer, "lst-2", "lbtg-1")
    header = {"Type": "InsertHeader", "TargetGroupConfig": None}
    add_rule(inventory, balancer, "lst-2", "rule-1", header, forward("lbtg-2", "lbtg-3"))
    add_rule(inventory, balancer, "lst-2", "rule-2", {"Type": "Redirect"})
    add_group(inventory, "lbtg-1", "ins-4", "ins-2")
    add_group(inventory, "lbtg-2", "ins-3", "ins-2")
    add_group(inventory, "lbtg-3", "ins-1")
    add_group(inventory, "lbtg-of-nobody", "ins-5")
    assert machines(account, "lb.alb") == {balancer: ("ins-1", "ins-2", "ins-3", "ins-4")}


def test_a_target_that_is_an_interface_or_only_an_address_is_not_referred_to(account: Account) -> None:
    inventory = account.fake.inventory
    balancer = without_any(inventory)
    add_listener(inventory, balancer, "lst-1", "lbtg-1")
    add_group(inventory, "lbtg-1", "ins-1", "eni-1", "")
    assert machines(account, "lb.alb") == {balancer: ("ins-1",)}


def test_a_load_balancer_without_listeners_refers_to_no_machine_in_one_call(account: Account) -> None:
    balancer = without_any(account.fake.inventory)
    assert machines(account, "lb.alb") == {balancer: ()}
    assert account.fake.requests == {"alb.DescribeLoadBalancers": 1, LISTENERS: 1}


def test_a_target_group_of_many_costs_one_call(account: Account) -> None:
    inventory = account.fake.inventory
    balancer = without_any(inventory)
    grow(inventory, "lb.alb", 3)
    add_group(inventory, "lbtg-shared", "ins-1")
    for owner in inventory.native_ids("lb.alb", REGION):
        for number in range(2):
            add_listener(inventory, owner, f"lst-{owner}-{number}", "lbtg-shared")
    assert set(machines(account, "lb.alb").values()) == {("ins-1",)}
    assert balancer in machines(account, "lb.alb")
    asked = {"alb.DescribeLoadBalancers": 1, LISTENERS: 3, DETAIL: 6, RULES: 6, TARGETS: 1}
    assert account.fake.requests == {action: 2 * count for action, count in asked.items()}


def test_what_a_load_balancer_has_is_read_page_by_page(account: Account) -> None:
    inventory = account.fake.inventory
    balancer = without_any(inventory)
    for number in range(101):
        add_listener(inventory, balancer, f"lst-{number:03}", "lbtg-000")
        add_rule(inventory, balancer, "lst-100", f"rule-{number:03}", forward(f"lbtg-{number:03}"))
        add_group(inventory, f"lbtg-{number:03}")
    add_group(inventory, "lbtg-100", *(f"ins-{number:03}" for number in range(101)))
    assert machines(account, "lb.alb")[balancer] == tuple(f"ins-{number:03}" for number in range(101))


@pytest.mark.parametrize("action", [LISTENERS, RULES, TARGETS])
def test_a_list_that_is_not_whole_is_an_error_of_the_listing(account: Account, action: str) -> None:
    account.fake.faults.order("wrong_total", action=action)
    with pytest.raises(CloudUnavailable, match=r"answered \d+ of \d+"):
        machines(account, "lb.alb")


@pytest.mark.parametrize("fields", [{"DefaultActions": None}, {"ListenerId": None}])
def test_a_listener_that_lacks_what_every_one_has_is_an_error_of_the_listing(
    account: Account, fields: dict[str, Any]
) -> None:
    inventory = account.fake.inventory
    inventory.update("alb_listener", REGION, inventory.native_ids("alb_listener", REGION)[0], **fields)
    with pytest.raises(CloudRejected, match="without"):
        machines(account, "lb.alb")


@pytest.mark.parametrize(
    ("kind", "action"),
    [("lb.alb", LISTENERS), ("alb_listener", DETAIL), ("alb_listener", RULES), ("alb_target_group", TARGETS)],
)
def test_what_goes_while_it_is_listed_makes_the_listing_one_to_repeat(account: Account, kind: str, action: str) -> None:
    def removed(region: str, called: str) -> None:
        inventory = account.fake.inventory
        if called == action:
            inventory.remove(kind, region, *inventory.native_ids(kind, region))

    cloud = PROVIDER.connect(replace(account.connection(), pace=removed), sleep=account.clock.sleep)
    with pytest.raises(CloudUnavailable, match="ResourceNotFound"):
        list(cloud.pages(REGION, "lb.alb"))
    assert account.fake.requests[action] == 1


def _no_listener(inventory: Inventory, balancer: str) -> None:
    """Leaves the load balancer as it is."""


def _no_group(inventory: Inventory, balancer: str) -> None:
    add_listener(inventory, balancer, "lst-alone")


@pytest.mark.parametrize("first_has", [_no_listener, _no_group])
def test_a_probe_goes_on_until_there_was_something_to_ask_each_call(
    account: Account, first_has: Callable[[Inventory, str], None]
) -> None:
    inventory = account.fake.inventory
    balancer = without_any(inventory)
    grow(inventory, "lb.alb", 3)
    first_has(inventory, balancer)
    for owner in inventory.native_ids("lb.alb", REGION)[1:]:
        add_listener(inventory, owner, f"lst-{owner}", "lbtg-1")
    add_group(inventory, "lbtg-1")
    account.connect().probe(REGION, "lb.alb")
    assert account.fake.requests[LISTENERS] == 2
    assert account.fake.requests[TARGETS] == 1


@pytest.mark.parametrize(
    ("action", "query", "code"),
    [
        ("DescribeListeners", {}, "MissingParameter"),
        ("DescribeListeners", {"LoadBalancerId": 1}, "InvalidParameter"),
        ("DescribeListeners", {"LoadBalancerId": "alb-1"}, "ResourceNotFound"),
        ("DescribeListeners", {"LoadBalancerId": "alb-1", "Speed": 9}, "UnknownParameter"),
        ("DescribeListeners", {"LoadBalancerId": "alb-1", "MaxResults": 101}, "InvalidParameterValue.LimitExceeded"),
        ("DescribeRules", {"LoadBalancerId": "alb-1"}, "MissingParameter"),
        ("DescribeListenerDetail", {"ListenerId": "lst-1"}, "MissingParameter"),
        ("DescribeListenerDetail", {"LoadBalancerId": "alb-1", "ListenerId": "lst-1"}, "ResourceNotFound"),
        ("DescribeListenerDetail", {"LoadBalancerId": "alb-1", "MaxResults": 1}, "UnknownParameter"),
        ("DescribeTargetGroupTargets", {"TargetGroupId": "lbtg-1"}, "ResourceNotFound"),
    ],
)
def test_the_fake_refuses_a_call_that_is_wrong(account: Account, action: str, query: dict[str, Any], code: str) -> None:
    with pytest.raises(TaskError) as caught:
        Client(account.connection()).call(ALB, action, REGION, query)
    assert caught.value.message.startswith(f"{code}: ")


def test_the_fake_knows_whose_a_listener_is(account: Account) -> None:
    inventory = account.fake.inventory
    listener = inventory.items("alb_listener", REGION)[0]
    other = inventory.native_ids("lb.alb", REGION)[-1]
    query = {"LoadBalancerId": other, "ListenerId": listener["ListenerId"]}
    with pytest.raises(CloudRejected, match="InvalidParameterValue"):
        Client(account.connection()).call(ALB, "DescribeListenerDetail", REGION, query)
