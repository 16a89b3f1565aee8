"""The examples that tencent documents, where they lie beside the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.providers.base import ListedAsset
from chalicelib.providers.tencent.parsing import assets_in
from chalicelib.providers.tencent.types import TYPES

EXAMPLES = Path(__file__).resolve().parents[4].parent / "shared" / "cloud-examples" / "tencent"


def documented(name: str) -> tuple[ListedAsset, ...]:
    declared = TYPES[name]
    version = declared.product.version.replace("-", "")
    path = EXAMPLES / f"{declared.product.name}_{version}_{declared.action}.json"
    if not path.exists():
        pytest.skip("no documented examples here")
    answer: dict[str, Any] = json.loads(path.read_text())["Response"]
    return assets_in(answer, declared)


EXPECTED = {
    "ecs": ListedAsset(
        native_id="ins-xlsyru2j",
        name="myInstance",
        status="RUNNING",
        zone="ap-guangzhou-3",
        created_at="2020-09-22T00:00:00Z",
        tags={"myKey": "myValue"},
        ips=("172.16.32.78", "203.0.113.27", "2001:0db8:86a3:08d3:1319:8a2e:0370:7344"),
        relations={
            "vpc": ("vpc-m0cnatxj",),
            "vswitch": ("subnet-mv4sn55k",),
            "security_group": ("sg-p1ezv4wz",),
            "disk": ("disk-bzsodtn1", "disk-czsodtl1"),
            "image": ("img-8toqc6s3",),
        },
    ),
    "disk": ListedAsset(
        native_id="disk-b94t5dzt",
        name="my-data-disk",
        status="ATTACHED",
        zone="ap-guangzhou-3",
        created_at="2018-09-26T09:36:07Z",
        relations={"ecs": ("ins-agp4l0lx",)},
    ),
    "snapshot": ListedAsset(
        native_id="snap-0jfkjwl1",
        name="TEST",
        status="NORMAL",
        zone="ap-guangzhou-3",
        created_at="2023-03-09T02:45:11Z",
        relations={"disk": ("disk-omp7wl2m",)},
    ),
    "image": ListedAsset(
        native_id="img-qlzp4oea",
        name="test-image",
        status="NORMAL",
        created_at="2020-09-22T00:00:00Z",
        tags={"myKey": "myValue"},
        relations={"snapshot": ("snap-gqa37j2p",)},
    ),
    "security_group": ListedAsset(
        native_id="sg-2got2lcz",
        name="demo",
        created_at="2019-07-23T04:32:24Z",
        tags={"中文标签键": "中文标签值", "Version": "DEV"},
    ),
    "vpc": ListedAsset(
        native_id="vpc-p5sf61yj",
        name="测试dhcp",
        created_at="2018-04-25T02:26:26Z",
        tags={"city": "shanghai"},
    ),
    "vswitch": ListedAsset(
        native_id="subnet-bthucmmy",
        name="子网2",
        zone="ap-guangzhou",
        created_at="2020-05-25T12:09:07Z",
        tags={"ku": "gt"},
        relations={"vpc": ("vpc-n0yr460a",)},
    ),
    "eip": ListedAsset(
        native_id="eip-qhx8udkc",
        name="未命名",
        status="UNBIND",
        created_at="2022-08-11T03:57:05Z",
        ips=("203.0.113.51", "10.2.3.4"),
        relations={"ecs": ("ins-wf123456",), "eni": ("eni-12345678",)},
    ),
    "eni": ListedAsset(
        native_id="eni-p17uqigx",
        name="demo",
        status="AVAILABLE",
        zone="ap-guangzhou-2",
        created_at="2018-04-18T13:46:56Z",
        tags={"Version": "1.0.0", "Compony": "Compony-A"},
        ips=(
            "192.168.3.10",
            "192.168.3.104",
            "192.168.3.18",
            "192.168.3.223",
            "192.168.3.86",
            "2402:4e00:1000:7400:0:9028:a2c9:85b2",
        ),
        relations={"vpc": ("vpc-709l0i0x",), "vswitch": ("subnet-qymfizh2",), "security_group": ("sg-hcd8t9xj",)},
    ),
    "lb.clb": ListedAsset(
        native_id="lb-9vpm****",
        name="lb-test-****-1227",
        status="1",
        zone="ap-guangzhou-3",
        created_at="2023-12-27T07:53:46Z",
        tags={"key-****": "value-****"},
        ips=("119.***.***.51",),
        relations={"vpc": ("vpc-1y****83",)},
    ),
    "redis": ListedAsset(
        native_id="crs-4nmzc0ul",
        name="Redis_automation_is_awesome",
        status="1",
        zone="100002",
        created_at="2023-04-17T03:32:18Z",
        ips=("10.0.1.61",),
        relations={"vpc": ("vpc-mjwornzj",), "vswitch": ("subnet-1ed4w7to",)},
    ),
}


def shown(asset: ListedAsset) -> tuple[object, ...]:
    """All but the attributes."""
    relations = dict(asset.relations)
    return (
        *(asset.native_id, asset.name, asset.status, asset.zone, asset.created_at),
        *(dict(asset.tags), asset.ips, relations),
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_a_documented_answer_becomes_the_asset_it_describes(name: str) -> None:
    assert shown(documented(name)[0]) == shown(EXPECTED[name])


def test_the_documented_database_refers_to_its_master_and_its_network() -> None:
    asset = documented("rds.mysql")[0]
    assert (asset.native_id, asset.status) == ("cdn-ahend", "1")
    assert asset.relations["rds.mysql"] == ("cdb-hsyhend",)
    assert asset.attributes["Volume"] == 50


@pytest.mark.parametrize("name", [*EXPECTED, "rds.mysql"])
def test_what_changes_by_itself_is_left_out_of_the_attributes(name: str) -> None:
    for asset in documented(name):
        assert not set(TYPES[name].volatile) & set(asset.attributes)
