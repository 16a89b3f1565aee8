"""The examples that AWS documents, where they lie beside the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.providers.aws.normalise import asset_from, at
from chalicelib.providers.aws.types import TYPES
from chalicelib.providers.base import ListedAsset

EXAMPLES = Path(__file__).resolve().parents[4].parent / "shared" / "cloud-examples" / "aws"


def example(name: str) -> dict[str, Any]:
    path = EXAMPLES / name
    if not path.exists():
        pytest.skip("no documented examples here")
    answer: dict[str, Any] = json.loads(path.read_text())
    return answer


EXPECTED = {
    ("disk", "ec2_2016-11-15_DescribeVolumes.json"): ListedAsset(
        native_id="vol-049df61146c4d7901",
        status="in-use",
        zone="us-east-1a",
        created_at="2013-12-18T22:35:00Z",
        relations={"ecs": ("i-1234567890abcdef0",)},
    ),
    ("vpc", "ec2_2016-11-15_DescribeVpcs.json"): ListedAsset(
        native_id="vpc-a01106c2", name="MyVPC", status="available", tags={"Name": "MyVPC"}
    ),
    ("vswitch", "ec2_2016-11-15_DescribeSubnets.json"): ListedAsset(
        native_id="subnet-9d4a7b6c", status="available", zone="us-east-1c", relations={"vpc": ("vpc-a01106c2",)}
    ),
    ("eip", "ec2_2016-11-15_DescribeAddresses.json"): ListedAsset(
        native_id="eipalloc-12345678",
        ips=("203.0.113.0",),
        relations={"ecs": ("i-1234567890abcdef0",), "eni": ("eni-12345678",)},
    ),
    ("lb.v2", "elbv2_2015-12-01_DescribeLoadBalancers.json"): ListedAsset(
        native_id=(
            "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/my-load-balancer/50dc6c495c0c9188"
        ),
        name="my-load-balancer",
        status="active",
        created_at="2016-03-25T21:26:12Z",
        relations={
            "vpc": ("vpc-3ac0fb5f",),
            "vswitch": ("subnet-8360a9e7", "subnet-b7d581c0"),
            "security_group": ("sg-5943793c",),
        },
    ),
    ("redis.replication_group", "elasticache_2015-02-02_DescribeReplicationGroups.json"): ListedAsset(
        native_id="clustered-redis", name="clustered-redis", status="available"
    ),
}


@pytest.mark.parametrize(("asset_type", "name"), EXPECTED, ids=[kind for kind, _ in EXPECTED])
def test_a_documented_answer_becomes_the_asset_it_describes(asset_type: str, name: str) -> None:
    kind = TYPES[asset_type]
    *_, last = at(kind.items, example(name))
    expected = EXPECTED[asset_type, name]
    assert [
        (one.native_id, one.name, one.status, one.zone, one.created_at, one.tags, one.ips, one.relations)
        for one in (asset_from(kind, last),)
    ] == [
        (
            expected.native_id,
            expected.name,
            expected.status,
            expected.zone,
            expected.created_at,
            expected.tags,
            expected.ips,
            expected.relations,
        )
    ]


def test_the_documented_subnet_keeps_all_attributes_but_the_one_that_changes_by_itself() -> None:
    (item,) = example("ec2_2016-11-15_DescribeSubnets.json")["Subnets"]
    assert asset_from(TYPES["vswitch"], item).attributes == {
        key: value for key, value in item.items() if key != "AvailableIpAddressCount"
    }


def test_an_address_without_an_allocation_is_known_by_itself() -> None:
    first, _ = example("ec2_2016-11-15_DescribeAddresses.json")["Addresses"]
    assert asset_from(TYPES["eip"], first).native_id == "198.51.100.0"


def test_a_documented_memcached_cluster_is_no_redis() -> None:
    answer = example("elasticache_2015-02-02_DescribeCacheClusters.json")
    assert {cluster["Engine"] for cluster in answer["CacheClusters"]} == {"memcached"}
    assert list(at(TYPES["redis.cache_cluster"].items, answer)) == []
