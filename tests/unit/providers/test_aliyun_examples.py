"""The declarations against aliyun's documented answers and parameters, where those are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import CloudRejected
from chalicelib.providers.aliyun.endpoints import PATTERNS, Endpoint, endpoint_of
from chalicelib.providers.aliyun.paging import ByToken
from chalicelib.providers.aliyun.parsing import assets_in
from chalicelib.providers.aliyun.types import BY_NAME, TYPES, AssetType
from chalicelib.providers.base import ListedAsset
from infra.local.clouds.aliyun.actions import LISTINGS

EXAMPLES = Path(__file__).parents[4] / "shared" / "cloud-examples"

VERSIONS = {"ecs": "2014-05-26", "vpc": "2016-04-28", "sts": "2015-04-01"}


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


def limits(product: str, action: str) -> dict[str, int]:
    apis = read("specs", "aliyun", f"{product}_{VERSIONS[product]}.params.json")["apis"]
    parameters = {parameter["name"]: parameter["schema"] for parameter in apis[action]["parameters"]}
    return {name: int(schema["maximum"]) for name, schema in parameters.items() if "maximum" in schema}


@pytest.mark.parametrize("asset_type", TYPES, ids=lambda asset_type: asset_type.name)
def test_a_page_is_as_large_as_the_api_allows(asset_type: AssetType) -> None:
    largest = limits(asset_type.product.name, asset_type.action)
    size = asset_type.paging.query(None)
    name = "MaxResults" if isinstance(asset_type.paging, ByToken) else "PageSize"
    assert int(size[name]) == largest[name]


@pytest.mark.parametrize("asset_type", TYPES, ids=lambda asset_type: asset_type.name)
def test_the_fake_has_the_limits_and_version_of_the_api(asset_type: AssetType) -> None:
    largest = limits(asset_type.product.name, asset_type.action)
    listing = LISTINGS[asset_type.action]
    assert (listing.most_by_number, listing.most_by_token) == (largest["PageSize"], largest.get("MaxResults", 0))
    assert listing.version == asset_type.product.version == VERSIONS[asset_type.product.name]


@pytest.mark.parametrize("product", PATTERNS)
def test_endpoints_are_those_of_the_products_own_list(product: str) -> None:
    listed = read("specs", "aliyun", f"{product}_{VERSIONS[product]}.params.json")["endpoints"]
    expected = {entry["regionId"]: entry["endpoint"] for entry in listed}
    assert {region: endpoint_of(product, region, None).host for region in expected} == expected


def test_public_endpoints_are_reached_by_https_only() -> None:
    assert endpoint_of("ecs", "cn-shenzhen", None) == Endpoint("https", "ecs.cn-shenzhen.aliyuncs.com")


def test_the_endpoint_of_an_account_stands_for_all() -> None:
    assert endpoint_of("vpc", "cn-shenzhen", "http://127.0.0.1:4566") == Endpoint("http", "127.0.0.1:4566")


@pytest.mark.parametrize("endpoint", ["127.0.0.1:4566", "ftp://host", "http://", "https://user:word@host"])
def test_an_endpoint_that_is_no_plain_url_is_refused(endpoint: str) -> None:
    with pytest.raises(CloudRejected, match="endpoint") as caught:
        endpoint_of("ecs", "cn-shenzhen", endpoint)
    assert "word@" not in caught.value.message
