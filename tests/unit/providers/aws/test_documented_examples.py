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
}


@pytest.mark.parametrize(("asset_type", "name"), EXPECTED, ids=[kind for kind, _ in EXPECTED])
def test_a_documented_answer_becomes_the_asset_it_describes(asset_type: str, name: str) -> None:
    kind = TYPES[asset_type]
    items = at(kind.items, example(name))
    expected = EXPECTED[asset_type, name]
    assert [
        (one.native_id, one.name, one.status, one.zone, one.created_at, one.tags, one.ips, one.relations)
        for one in (asset_from(kind, item) for item in items)
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
