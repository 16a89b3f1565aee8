"""Load balancers and the machines behind them, which other calls than their listing know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.errors import AccessDenied, CloudRejected, CloudUnavailable, TaskError
from chalicelib.providers.aliyun.client import Client
from chalicelib.providers.aliyun.lister import list_pages
from chalicelib.providers.aliyun.types import BY_NAME, Product
from chalicelib.providers.base import ListedAsset
from chalicelib.providers.retry import no_retries
from infra.local.clouds.aliyun.listings import SERVERS
from infra.local.clouds.inventory import Item
from tests.integration.aliyun.conftest import REGION, Account

GROUPED = ("lb.alb", "lb.nlb")
HEALTH = "DescribeHealthStatus"
LISTINGS = ("ListServerGroups", "ListServerGroupServers")
grouped = pytest.mark.parametrize("asset_type", GROUPED)
calls = pytest.mark.parametrize(
    ("asset_type", "action"), [("lb.clb", HEALTH), *((name, action) for name in GROUPED for action in LISTINGS)]
)


def all_of(account: Account, asset_type: str) -> list[ListedAsset]:
    return [asset for page in account.connect().pages(REGION, asset_type) for asset in page.assets]


def first(account: Account, asset_type: str) -> ListedAsset:
    return next(account.connect().pages(REGION, asset_type)).assets[0]


def kind_of_groups(asset_type: str) -> str:
    return asset_type.replace("lb.", "server_group.")


def group_of(account: Account, asset_type: str, balancer: str) -> Item:
    groups = account.fake.inventory.items(kind_of_groups(asset_type), REGION)
    return next(group for group in groups if group["RelatedLoadBalancerIds"] == [balancer])


def change(account: Account, asset_type: str, servers: list[Item], **fields: Any) -> str:
    """Put other servers behind the first load balancer; returns its id."""
    balancer = account.fake.inventory.native_ids(asset_type, REGION)[0]
    group = group_of(account, asset_type, balancer)
    kind, fields = kind_of_groups(asset_type), {SERVERS: servers, "ServerCount": len(servers)} | fields
    account.fake.inventory.update(kind, REGION, group["ServerGroupId"], **fields)
    return balancer


def server(native_id: str, **fields: Any) -> Item:
    return {"ServerId": native_id, "ServerType": "Ecs", "Port": 80} | fields


@grouped
def test_a_load_balancer_refers_to_the_machines_of_its_groups(account: Account, asset_type: str) -> None:
    machines = set(account.fake.inventory.native_ids("ecs", REGION))
    for asset in all_of(account, asset_type):
        servers = group_of(account, asset_type, asset.native_id)[SERVERS]
        assert servers
        assert asset.relations["ecs"] == tuple(sorted(it["ServerId"] for it in servers))
        assert set(asset.relations["ecs"]) <= machines


def test_a_classic_load_balancer_refers_to_the_machines_of_its_listeners(account: Account) -> None:
    inventory = account.fake.inventory
    for asset, item in zip(all_of(account, "lb.clb"), inventory.items("lb.clb", REGION), strict=True):
        assert asset.relations["ecs"] == tuple(sorted({it["ServerId"] for it in item[SERVERS]}))
        assert set(asset.relations["ecs"]) <= set(inventory.native_ids("ecs", REGION))
        assert SERVERS not in asset.attributes


def test_a_classic_load_balancer_refers_to_no_interface_and_no_container(account: Account) -> None:
    balancer = account.fake.inventory.native_ids("lb.clb", REGION)[0]
    servers = [{"ServerId": native_id} for native_id in ("i-2", "eni-1", "eci-1", "i-1", "i-2")]
    account.fake.inventory.update("lb.clb", REGION, balancer, **{SERVERS: servers})
    assert first(account, "lb.clb").relations["ecs"] == ("i-1", "i-2")
    account.fake.inventory.update("lb.clb", REGION, balancer, **{SERVERS: servers[1:3]})
    assert "ecs" not in first(account, "lb.clb").relations


def test_each_classic_load_balancer_takes_one_call_with_its_page_and_from_any_page_on(account: Account) -> None:
    inventory = account.fake.inventory
    pattern = inventory.items("lb.clb", REGION)[0]
    while len(inventory.native_ids("lb.clb", REGION)) < 103:
        number = len(inventory.native_ids("lb.clb", REGION))
        own = {"LoadBalancerId": f"lb-{number}", SERVERS: [{"ServerId": f"i-{number}"}]}
        inventory.add("lb.clb", REGION, pattern | own)
    pages = account.connect().pages(REGION, "lb.clb")
    one = next(pages)
    assert account.fake.requests[HEALTH] == 100
    (two,) = pages
    assert account.fake.requests[HEALTH] == 103
    assert two.assets[-1].relations["ecs"] == ("i-102",)
    assert list(account.connect().pages(REGION, "lb.clb", start=one.next_token)) == [two]


def test_a_region_without_classic_load_balancers_is_asked_for_nothing_else(account: Account) -> None:
    inventory = account.fake.inventory
    inventory.remove("lb.clb", REGION, *inventory.native_ids("lb.clb", REGION))
    assert all_of(account, "lb.clb") == []
    assert account.fake.requests == {"DescribeLoadBalancers": 1}


def test_an_answer_without_the_servers_of_the_listeners_is_no_empty_list() -> None:
    class Silent:
        def call(self, product: Product, action: str, *_: object) -> Mapping[str, Any]:
            balancers = {"LoadBalancer": [{"LoadBalancerId": "lb-1"}]}
            return {} if action == HEALTH else {"LoadBalancers": balancers, "TotalCount": 1}

    with pytest.raises(CloudRejected, match=r"without BackendServers\.BackendServer"):
        next(list_pages(Silent(), BY_NAME["lb.clb"], REGION, start=None, sleep=no_retries))


@grouped
def test_what_is_no_machine_is_not_referred_to(account: Account, asset_type: str) -> None:
    others = [server("eni-1", ServerType="Eni"), server("eci-1", ServerType="Eci")]
    change(account, asset_type, [server("i-1"), *others])
    assert first(account, asset_type).relations["ecs"] == ("i-1",)


@grouped
def test_groups_of_addresses_are_not_asked_for(account: Account, asset_type: str) -> None:
    groups = len(account.fake.inventory.native_ids(kind_of_groups(asset_type), REGION))
    change(account, asset_type, [server("10.0.0.1", ServerType="Ip")], ServerGroupType="Ip")
    assert "ecs" not in first(account, asset_type).relations
    assert account.fake.requests["ListServerGroupServers"] == groups - 1


@grouped
def test_groups_without_a_load_balancer_are_not_asked_for(account: Account, asset_type: str) -> None:
    groups = len(account.fake.inventory.native_ids(kind_of_groups(asset_type), REGION))
    change(account, asset_type, [server("i-1")], RelatedLoadBalancerIds=[])
    assert "ecs" not in first(account, asset_type).relations
    assert account.fake.requests["ListServerGroupServers"] == groups - 1


@grouped
def test_a_load_balancer_without_servers_refers_to_no_machine(account: Account, asset_type: str) -> None:
    before = first(account, asset_type)
    change(account, asset_type, [])
    after = first(account, asset_type)
    assert after.native_id == before.native_id
    assert after.relations == {kind: ids for kind, ids in before.relations.items() if kind != "ecs"}


@grouped
def test_another_order_and_another_port_are_no_change(account: Account, asset_type: str) -> None:
    change(account, asset_type, [server("i-1"), server("i-2"), server("i-2", Port=81)])
    before = first(account, asset_type)
    change(account, asset_type, [server("i-2"), server("i-1")])
    assert first(account, asset_type) == before


@grouped
def test_machines_are_found_over_many_pages_of_both_listings(account: Account, asset_type: str) -> None:
    inventory, kind = account.fake.inventory, kind_of_groups(asset_type)
    balancer = change(account, asset_type, [server(f"i-{number:04d}") for number in range(101)])
    group = group_of(account, asset_type, balancer)
    for number in range(100):
        inventory.add(kind, REGION, group | {"ServerGroupId": f"sgp-{number}", "RelatedLoadBalancerIds": []})
    last = {"ServerGroupId": "sgp-last", SERVERS: [server("i-last")], "ServerCount": 1}
    inventory.add(kind, REGION, group | last)
    found = first(account, asset_type).relations["ecs"]
    assert found == (*(f"i-{number:04d}" for number in range(101)), "i-last")
    assert account.fake.requests["ListServerGroups"] == 2


@grouped
def test_the_groups_are_read_once_for_all_pages_and_from_any_page_on(account: Account, asset_type: str) -> None:
    inventory = account.fake.inventory
    pattern = inventory.items(asset_type, REGION)[0]
    for number in range(200):
        inventory.add(asset_type, REGION, pattern | {"LoadBalancerId": f"lb-{number}"})
    group = group_of(account, asset_type, pattern["LoadBalancerId"])["ServerGroupId"]
    inventory.update(kind_of_groups(asset_type), REGION, group, RelatedLoadBalancerIds=["lb-199"])
    pages = list(account.connect().pages(REGION, asset_type))
    assert len(pages) == 3
    assert account.fake.requests["ListServerGroups"] == 1
    assert pages[-1].assets[-1].relations["ecs"]
    assert list(account.connect().pages(REGION, asset_type, start=pages[0].next_token)) == pages[1:]


@grouped
def test_a_region_without_load_balancers_is_asked_for_nothing_else(account: Account, asset_type: str) -> None:
    inventory = account.fake.inventory
    inventory.remove(asset_type, REGION, *inventory.native_ids(asset_type, REGION))
    assert all_of(account, asset_type) == []
    assert account.fake.requests == {"ListLoadBalancers": 1}


@calls
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("denied", AccessDenied),
        ("unavailable", CloudUnavailable),
        ("dropped", CloudUnavailable),
        ("truncated", CloudRejected),
    ],
)
def test_what_cannot_be_told_of_the_machines_is_an_error_of_the_listing(
    account: Account, asset_type: str, action: str, fault: str, kind: type[TaskError]
) -> None:
    account.fake.faults.order(fault, action=action)
    with pytest.raises(kind):
        first(account, asset_type)


@grouped
@pytest.mark.parametrize("action", LISTINGS)
@pytest.mark.parametrize("fault", ["duplicate_page", "empty"])
def test_a_further_listing_that_breaks_off_or_repeats_itself_is_to_be_made_again(
    account: Account, asset_type: str, action: str, fault: str
) -> None:
    inventory, kind = account.fake.inventory, kind_of_groups(asset_type)
    balancer = change(account, asset_type, [server(f"i-{number:04d}") for number in range(101)], ServerCount=0)
    group = group_of(account, asset_type, balancer)
    for number in range(100):
        inventory.add(kind, REGION, group | {"ServerGroupId": f"sgp-{number}", "RelatedLoadBalancerIds": []})
    account.fake.faults.order(fault, action=action, page=2)
    with pytest.raises(CloudUnavailable, match=f"^{action} answered a page that does not follow"):
        first(account, asset_type)


@grouped
@pytest.mark.parametrize("listed", [0, 1])
def test_a_group_that_lists_fewer_servers_than_it_has_is_to_be_listed_again(
    account: Account, asset_type: str, listed: int
) -> None:
    change(account, asset_type, [server("i-1"), server("i-2")][:listed], ServerCount=2)
    with pytest.raises(CloudUnavailable, match="fewer members"):
        first(account, asset_type)


@grouped
def test_a_group_that_does_not_say_how_many_servers_it_has_is_refused(account: Account, asset_type: str) -> None:
    change(account, asset_type, [server("i-1")], ServerCount=None)
    with pytest.raises(CloudRejected, match="without a ServerCount"):
        first(account, asset_type)


@pytest.mark.parametrize("asset_type", ["lb.clb", *GROUPED])
def test_what_is_gone_when_it_is_asked_for_makes_the_listing_one_to_repeat(account: Account, asset_type: str) -> None:
    attached = BY_NAME[asset_type].attached
    assert attached is not None
    gone = attached.of("gone")
    with pytest.raises(CloudUnavailable, match="NotFound"):
        Client(account.connection()).call(gone.product, gone.action, REGION, {"RegionId": REGION, **gone.query})


@calls
def test_an_account_that_may_not_see_the_machines_is_told_so(account: Account, asset_type: str, action: str) -> None:
    account.fake.faults.order("denied", action=action)
    with pytest.raises(AccessDenied):
        account.connect().probe(REGION, asset_type)


@grouped
def test_a_probe_makes_one_call_of_each_listing(account: Account, asset_type: str) -> None:
    account.connect().probe(REGION, asset_type)
    assert account.fake.requests == {"ListLoadBalancers": 1, **dict.fromkeys(LISTINGS, 1)}


def test_a_probe_asks_for_the_servers_of_one_classic_load_balancer(account: Account) -> None:
    account.connect().probe(REGION, "lb.clb")
    assert account.fake.requests == {"DescribeLoadBalancers": 1, HEALTH: 1}
