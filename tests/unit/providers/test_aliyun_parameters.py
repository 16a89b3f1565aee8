"""The declarations and the fake against aliyun's documented parameters and endpoints, where those are at hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.providers.aliyun.endpoints import PATTERNS, endpoint_of
from chalicelib.providers.aliyun.types import BY_NAME, TYPES, UNSUPPORTED, AssetType
from chalicelib.providers.base import GLOBAL
from chalicelib.providers.kinds import KINDS, kind_of
from infra.local.clouds.aliyun import empty
from infra.local.clouds.aliyun.listings import BUCKETS, LISTINGS, Listing

SPECS = Path(__file__).parents[4] / "shared" / "cloud-examples" / "specs" / "aliyun"
SIZES = ("PageSize", "MaxResults", "size", "max-keys")
LISTED = [
    *TYPES,
    *(listing for it in TYPES if it.attached for listing in replace(it.attached, members=it.attached.of("x")).listings),
]
CAUTIOUS = {"redis": 50, "server": 100}
"""Sizes of types of which the parameters allow 1000 and the reference less: these are right by both."""

by_type = pytest.mark.parametrize("asset_type", LISTED, ids=lambda it: f"{it.name} of {it.product.name}")


def spec(product: str) -> Any:
    (path, *_) = [*SPECS.glob(f"{product}_*.params.json"), None]
    if path is None:
        pytest.skip(f"no parameters of {product} here")
    return json.loads(path.read_text())


def parameters(asset_type: AssetType) -> dict[str, Any]:
    """Schemas by name."""
    api = spec(asset_type.product.name)["apis"][asset_type.action]
    return {parameter["name"]: parameter["schema"] for parameter in api["parameters"]}


def fake_of(asset_type: AssetType) -> Listing:
    served = [listing for listing in (*LISTINGS, BUCKETS) if listing.action == asset_type.action]
    if asset_type.name in BY_NAME:
        (listing,) = [listing for listing in served if listing.kind == asset_type.name]
    else:
        (listing,) = [listing for listing in served if listing.version == asset_type.product.version]
    return listing


@by_type
def test_the_action_and_its_parameters_exist(asset_type: AssetType) -> None:
    declared = {**asset_type.query, **asset_type.paging.query("2")}
    assert set(declared) <= set(parameters(asset_type))
    assert spec(asset_type.product.name)["info"]["version"] == asset_type.product.version


@by_type
def test_a_form_is_sent_where_the_action_takes_one(asset_type: AssetType) -> None:
    api = spec(asset_type.product.name)["apis"][asset_type.action]
    declared = {**asset_type.query, **asset_type.paging.query("2")}
    places = {parameter["in"] for parameter in api["parameters"] if parameter["name"] in declared}
    assert (asset_type.product.style == "FORM") == ("formData" in places)
    assert len(places) < 2


@by_type
def test_a_page_is_as_large_as_the_api_allows(asset_type: AssetType) -> None:
    known = parameters(asset_type)
    for name, size in asset_type.paging.query(None).items():
        if name in SIZES and "maximum" in known[name]:
            assert int(size) == CAUTIOUS.get(asset_type.name, int(known[name]["maximum"]))


@by_type
def test_the_fake_has_the_limits_of_the_api(asset_type: AssetType) -> None:
    known, listing = parameters(asset_type), fake_of(asset_type)
    limits = {"PageSize": listing.most_by_number, "MaxResults": listing.most_by_token}
    for name, limit in limits.items():
        assert bool(limit) == (name in known)
        if "maximum" in known.get(name, {}):
            assert limit == CAUTIOUS.get(asset_type.name, int(known[name]["maximum"]))


@by_type
def test_a_dry_run_is_declared_where_the_action_knows_it(asset_type: AssetType) -> None:
    assert asset_type.dry_run == ("DryRun" in parameters(asset_type))


@by_type
def test_the_fake_serves_what_is_declared(asset_type: AssetType) -> None:
    listing = fake_of(asset_type)
    assert listing.version == asset_type.product.version
    assert (listing.items, listing.path) == (asset_type.items, asset_type.path)
    assert listing.everywhere == bool(asset_type.home)
    assert listing.dry_run == asset_type.dry_run
    assert listing.form == (asset_type.product.style == "FORM")
    if listing.servers_of:
        assert listing.servers_of in asset_type.query
    else:
        assert empty().ids[listing.kind] == asset_type.native_id


@pytest.mark.parametrize("product", PATTERNS)
def test_endpoints_are_those_of_the_products_own_list(product: str) -> None:
    expected = {entry["regionId"]: entry["endpoint"] for entry in spec(product)["endpoints"]}
    assert {region: endpoint_of(product, region, None).host for region in expected} == expected


@pytest.mark.parametrize(
    ("product", "region", "host"),
    [
        ("rds", "cn-shenzhen", "rds.aliyuncs.com"),
        ("dds", "cn-shanghai", "mongodb.aliyuncs.com"),
        ("dds", "cn-shenzhen", "mongodb.cn-shenzhen.aliyuncs.com"),
        ("cdn", "cn-hangzhou", "cdn.aliyuncs.com"),
        ("alidns", "cn-hangzhou", "alidns.aliyuncs.com"),
        ("waf", "ap-southeast-1", "wafopenapi.ap-southeast-1.aliyuncs.com"),
        ("oss", "cn-hangzhou", "oss-cn-hangzhou.aliyuncs.com"),
        ("nas", "cn-hangzhou", "nas.cn-hangzhou.aliyuncs.com"),
    ],
)
def test_some_products_keep_to_no_pattern(product: str, region: str, host: str) -> None:
    assert endpoint_of(product, region, None).host == host


def test_every_kind_is_declared_in_order_or_said_to_be_missing() -> None:
    declared = list(dict.fromkeys(kind_of(name) for name in BY_NAME))
    assert declared == [kind for kind in KINDS if kind not in UNSUPPORTED]
    assert all(product in PATTERNS for product in {asset_type.product.name for asset_type in TYPES})


def test_relations_name_kinds() -> None:
    assert {kind for asset_type in TYPES for kind in asset_type.relations} <= set(KINDS)


def test_what_belongs_to_no_region_has_a_home() -> None:
    at_home = {asset_type.name for asset_type in TYPES if asset_type.home}
    assert at_home == {"cdn", "waf.mainland", "waf.overseas", "dns", "oss"}
    assert GLOBAL not in {asset_type.home for asset_type in TYPES}
