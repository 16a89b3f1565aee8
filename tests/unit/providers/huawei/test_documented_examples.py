"""The declarations against huawei's documented answers, where those are at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from chalicelib.providers.base import ListedAsset
from chalicelib.providers.huawei.parsing import assets_in
from chalicelib.providers.huawei.types import BY_NAME
from infra.local.clouds.huawei import generate

EXAMPLES = Path(__file__).parents[5] / "shared" / "cloud-examples" / "huawei"


def read(name: str) -> Mapping[str, Any]:
    path = EXAMPLES / name
    if not path.exists():
        pytest.skip(f"no {path.name} here")
    found: Mapping[str, Any] = json.loads(path.read_text())
    return found


def documented(asset_type: str, name: str) -> tuple[ListedAsset, ...]:
    return assets_in(read(name), BY_NAME[asset_type])


def test_the_documented_servers() -> None:
    answer = read("ecs_v1_ListServersDetails.json")
    first, second, *_ = assets_in(answer, BY_NAME["ecs"])
    assert BY_NAME["ecs"].paging.total_in(answer) == 4
    assert (first.native_id, first.name) == ("b37fd80e-ac67-4d02-b9f1-9891c9c0fabf", "ecs-5e70")
    assert (first.status, first.zone, first.created_at) == ("SHUTOFF", "az1-dc1", "2018-08-13T13:46:09Z")
    assert first.ips == ("192.168.0.206", "192.168.0.8")
    assert first.relations == {
        "vpc": ("164489f6-cbf7-45b4-b6d0-d407c48cf7fc",),
        "security_group": ("71846bf6-1cda-4515-8590-3707be295e76", "b1786350-da65-11e7-b312-0255ac101b03"),
        "disk": ("2edc879f-022e-4bd6-b079-95a27564d449",),
        "eni": ("7b5d615c-186d-4646-9cb8-444addfe9b92", "dda2027b-2f03-497b-8d42-620da2baacc3"),
        "image": ("1ce5800a-e487-4c1b-b264-3353a39e2b4b",),
    }
    assert second.tags == {
        "_sys_root_resource_id": "9d81b37c-455f-4528-b0ab-a6abcd0a330b",
        "_sys_root_resource_type": "xxx.resource.type.vm",
    }


def test_the_documented_disk() -> None:
    answer = read("evs_v2_ListVolumes.json")
    declared = BY_NAME["disk"]
    (asset,) = assets_in(answer, declared)
    assert (asset.native_id, asset.name, asset.status) == (
        "b104b8db-170d-441b-897a-3c8ba9c5a214",
        "zjb_u25_test",
        "available",
    )
    assert (asset.zone, asset.created_at, asset.relations) == ("az-dc-1", "2016-05-25T02:42:10Z", {})
    # The documented link to the next page has the id of the last disk as its marker.
    following = declared.paging.next_token(None, answer, [asset.native_id])
    assert answer["volumes_links"][0]["href"].endswith(f"marker={following}")


def test_the_documented_networks() -> None:
    answer = read("vpc_v3_ListVpcs.json")
    assets = assets_in(answer, BY_NAME["vpc"])
    assert len(assets) == answer["page_info"]["current_count"]
    assert (assets[0].name, assets[0].status, assets[0].created_at) == (
        "API-PERF-TEST-14bd44c121",
        "ACTIVE",
        "2020-06-16T02:32:18Z",
    )
    ids = [asset.native_id for asset in assets]
    assert BY_NAME["vpc"].paging.next_token(None, answer, ids) is None


def test_the_documented_security_groups_of_the_version_before() -> None:
    first, second = documented("security_group", "vpc_v1_ListSecurityGroups.json")
    assert (first.native_id, first.name) == ("16b6e77a-08fa-42c7-aa8b-106c048884e6", "qq")
    assert second.name == "default"


def test_the_documented_subnet_of_the_openstack_api() -> None:
    (asset,) = documented("vswitch", "vpc_openstack_ListSubnets.json")
    assert (asset.native_id, asset.name, asset.created_at) == (
        "011fc878-5521-4654-a1ad-f5b0b5820302",
        "kesmdemeet",
        "2018-03-26T08:23:43Z",
    )


def test_the_documented_addresses_of_the_version_before() -> None:
    first, second = documented("eip", "eip_v1_ListPublicips.json")
    assert (first.native_id, first.status, first.ips) == (
        "6285e7be-fd9f-497c-bc2d-dd0bdea6efe0",
        "ACTIVE",
        ("161.xx.xx.9",),
    )
    assert second.status == "DOWN"


def test_the_documented_load_balancers() -> None:
    answer = read("elb_v3_ListLoadBalancers.json")
    first, second = assets_in(answer, BY_NAME["lb.dedicated"])
    assert (first.name, first.status, first.zone) == ("dxq_2021_07_26_11_12_37", "ONLINE", "az1")
    assert first.ips == ("172.16.0.152", "2001:db8:a583:4cb:d6b8:f8b4:4211:fe72")
    assert first.relations == {
        "vpc": ("6e0ee31f-7a46-4530-b32f-ce41f30959d4",),
        "vswitch": ("0b9e3c5e-3ec8-46b3-bab9-80b1450e59ee",),
        "eni": ("5186bb47-24e5-4171-b795-62d22846db9b", "b289f890-a6fa-4405-a9cc-fe62b8a3bed0"),
    }
    assert second.relations["eip"] == ("0c07e04d-e2f9-41ad-b934-f58a65b6734d",)
    ids = [first.native_id, second.native_id]
    assert BY_NAME["lb.dedicated"].paging.next_token(None, answer, ids) == second.native_id


def test_the_documented_database() -> None:
    answer = read("rds_v3_ListInstances.json")
    (asset,) = assets_in(answer, BY_NAME["rds"])
    assert BY_NAME["rds"].paging.total_in(answer) == 1
    assert (asset.native_id, asset.name, asset.status) == (
        "69c41685b4804565aba06af5bc910607in03",
        "Postgresql-001",
        "ACTIVE",
    )
    assert (asset.zone, asset.created_at, asset.ips) == ("bbb", "2018-08-29T00:41:15Z", ("192.168.0.216",))
    assert asset.relations == {
        "vpc": ("b21630c1-e7d3-450d-907d-39ef5f445ae7",),
        "vswitch": ("45557a98-9e17-4600-8aec-999150bc4eef",),
        "security_group": ("9f6c3c74-4af4-4e21-b835-ec20703d575b",),
    }


def test_the_documented_caches() -> None:
    first, second = documented("redis", "dcs_ListInstances.json")
    assert (first.native_id, first.name, first.status) == (
        "aabe73af-1db8-4401-b39c-c56996023989",
        "dcs-8b1c-000",
        "RUNNING",
    )
    assert (first.zone, first.created_at) == ("dfeb4826256b47aa828e72d7522e108c", "2020-06-18T03:11:30Z")
    assert (first.ips, first.tags) == (("192.168.0.12",), {})
    assert first.relations.keys() == {"vpc", "vswitch"}
    assert "used_memory" not in first.attributes
    assert second.name == "dcs-8b1c-001"


@pytest.mark.parametrize(
    ("asset_type", "name"),
    [
        ("ecs", "ecs_v1_ListServersDetails.json"),
        ("disk", "evs_v2_ListVolumes.json"),
        ("vpc", "vpc_v3_ListVpcs.json"),
        ("lb.dedicated", "elb_v3_ListLoadBalancers.json"),
        ("rds", "rds_v3_ListInstances.json"),
        ("redis", "dcs_ListInstances.json"),
    ],
)
def test_the_fake_shows_no_field_of_another_sort_than_the_documented_one(asset_type: str, name: str) -> None:
    example, shown = read(name)[BY_NAME[asset_type].items][0], generate(20).items(asset_type, "cn-north-4")[0]
    shared = example.keys() & shown.keys()
    assert len(shared) > 8
    for field in shared:
        if example[field] is not None and shown[field] is not None:
            assert type(shown[field]) is type(example[field]), field
