"""The declarations against aliyun's documented answers and parameters, where those are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import CloudRejected
from chalicelib.providers.aliyun.endpoints import Endpoint, endpoint_of
from chalicelib.providers.aliyun.parsing import assets_in
from chalicelib.providers.aliyun.types import BY_NAME
from chalicelib.providers.base import ListedAsset

EXAMPLES = Path(__file__).parents[4] / "shared" / "cloud-examples"


def read(*parts: str) -> Any:
    path = EXAMPLES.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {path.name} here")
    return json.loads(path.read_text())


def documented(name: str, suffix: str = "") -> tuple[ListedAsset, ...]:
    declared = BY_NAME[name]
    product = declared.product.name.capitalize()
    file = f"{product}_{declared.product.version}_{declared.action}{suffix}.json"
    return assets_in(read("aliyun", file), declared)


def test_the_documented_instance() -> None:
    (asset,) = documented("ecs")
    assert (asset.native_id, asset.name, asset.status) == ("i-bp67acfmxazb4p****", "InstanceNameTest", "Running")
    assert (asset.zone, asset.created_at) == ("cn-hangzhou-g", "2017-12-10T04:04:00Z")
    assert asset.tags == {"TestKey": "TestValue"}
    assert asset.ips == (
        "172.17.**.**",
        "10.170.**.**",
        "121.40.**.**",
        "42.112.**.**",
        "2408:4321:180:1701:94c7:bc38:3bfa:***",
    )
    assert asset.relations == {
        "vpc": ("vpc-2zeuphj08tt7q3brd****",),
        "vswitch": ("vsw-2zeh0r1pabwtg6wcs****",),
        "security_group": ("sg-bp67acfmxazb4p****",),
    }
    assert asset.attributes["InstanceType"] == "ecs.g5.large"


def test_the_documented_disk() -> None:
    (asset,) = documented("disk")
    assert (asset.native_id, asset.name, asset.status) == ("d-bp18um4r4f2fve24****", "testDiskName", "In_use")
    assert (asset.zone, asset.created_at) == ("cn-hangzhou-i", "2021-06-07T06:08:54Z")
    assert asset.tags == {"TestKey": "TestValue"}
    assert asset.relations == {"ecs": ("i-bp67acfmxazb4q****",)}


def test_the_documented_vpc() -> None:
    (asset,) = documented("vpc")
    assert (asset.native_id, asset.name, asset.status) == ("vpc-bp1qpo0kug3a20qqe****", "vpc1", "Available")
    assert (asset.zone, asset.created_at) == ("", "2021-04-18T15:02:37Z")
    assert asset.tags == {"FinanceDept": "FinanceJoshua"}
    assert asset.relations == {"vswitch": ("vsw-bp1nhbnpv2blyz8dl****",)}


def test_the_documented_vswitch() -> None:
    (asset,) = documented("vswitch")
    assert (asset.native_id, asset.name, asset.status) == ("vsw-25bcdxs7pv1****", "vSwitch", "Available")
    assert (asset.zone, asset.created_at) == ("cn-hangzhou-d", "2022-01-18T12:43:57Z")
    assert asset.tags == {"department": "dev"}
    assert asset.relations == {"vpc": ("vpc-257gcdcdq64****",)}
    assert "AvailableIpAddressCount" not in asset.attributes


def test_the_documented_security_group() -> None:
    (asset,) = documented("security_group")
    assert (asset.native_id, asset.name) == ("sg-bp67acfmxazb4p****", "SGTestName")
    assert asset.created_at == "2021-08-31T03:12:29Z"
    assert asset.tags == {"TestKey": "TestValue"}
    assert asset.relations == {"vpc": ("vpc-bp67acfmxazb4p****",)}
    assert not {"EcsCount", "AvailableInstanceAmount"} & set(asset.attributes)


@pytest.mark.parametrize("name", ["ecs", "disk"])
def test_recorded_answers_read_to_distinct_assets(name: str) -> None:
    assets = documented(name, ".recorded")
    assert len({asset.native_id for asset in assets}) == len(assets) > 10
    assert all(asset.created_at and asset.zone and asset.status for asset in assets)


def test_the_documented_public_address() -> None:
    (asset,) = documented("eip")
    assert (asset.native_id, asset.name, asset.status) == ("eip-2zeerraiwb7ujcdvf****", "EIP-01", "Available")
    assert (asset.ips, asset.created_at) == (("47.75.XX.XX",), "2021-04-23T01:37:38Z")
    assert asset.tags == {"KeyTest": "ValueTest"}
    assert asset.relations == {"ecs": ("i-bp15zckdt37cdvf****",)}


def test_the_documented_network_interface() -> None:
    (asset,) = documented("eni")
    assert (asset.native_id, asset.name, asset.status) == ("eni-bp125p95hhdhn3ot****", "my-eni-name", "Available")
    assert asset.ips == ("172.17.**.**", "116.62.**.**")
    assert asset.tags == {"TestKey": "TestValue"}
    assert asset.relations == {
        "ecs": ("i-bp1e2l6djkndyuli****",),
        "vpc": ("vpc-bp1j7w3gc1cexjqd****",),
        "vswitch": ("vsw-bp16usj2p27htro3****",),
        "security_group": ("sg-bp18kz60mefsicfg****",),
    }


def test_the_documented_classic_load_balancer() -> None:
    (asset,) = documented("lb.clb")
    assert (asset.native_id, asset.name, asset.status) == ("lb-bp1b6c719dfa****", "lb-bp1o94dp5i6ea****", "active")
    assert (asset.zone, asset.ips, asset.created_at) == ("cn-hangzhou-b", ("100.XX.XX.28",), "2021-12-02T02:49:05Z")
    assert asset.tags == {"testkey": "testvalue"}
    assert asset.relations == {"vpc": ("vpc-25dvzy9f8****",), "vswitch": ("vsw-255ecr****",)}


def test_the_documented_database() -> None:
    (asset,) = documented("rds")
    assert (asset.native_id, asset.name, asset.status) == ("rm-uf6wjk5****", "testdb", "Running")
    assert (asset.zone, asset.created_at) == ("cn-hangzhou-a", "2018-11-05T11:26:02Z")
    assert asset.relations == {"vpc": ("vpc-uf6f7l4fg90****",), "vswitch": ("vsw-uf6adz52c2p****",)}
    assert BY_NAME["rds"].paging.total(read("aliyun", "Rds_2014-08-15_DescribeDBInstances.json")) == 100


def test_the_documented_cache() -> None:
    (asset,) = documented("redis")
    assert (asset.native_id, asset.name, asset.status) == ("r-bp1zxszhcgatnx****", "apitest", "Normal")
    assert (asset.zone, asset.ips, asset.created_at) == ("cn-hangzhou-b", ("172.16.49.***",), "2018-11-07T08:49:00Z")
    assert asset.tags == {"key1": "value1"}
    assert asset.relations == {"vpc": ("vpc-bp1nme44gek34slfc****",), "vswitch": ("vsw-bp1e7clcw529l773d****",)}


def test_public_endpoints_are_reached_by_https_only() -> None:
    assert endpoint_of("ecs", "cn-shenzhen", None) == Endpoint("https", "ecs.cn-shenzhen.aliyuncs.com")


def test_the_endpoint_of_an_account_stands_for_all() -> None:
    assert endpoint_of("vpc", "cn-shenzhen", "http://127.0.0.1:4566") == Endpoint("http", "127.0.0.1:4566")


@pytest.mark.parametrize("endpoint", ["127.0.0.1:4566", "ftp://host", "http://", "https://user:word@host"])
def test_an_endpoint_that_is_no_plain_url_is_refused(endpoint: str) -> None:
    with pytest.raises(CloudRejected, match="endpoint") as caught:
        endpoint_of("ecs", "cn-shenzhen", endpoint)
    assert "word@" not in caught.value.message
