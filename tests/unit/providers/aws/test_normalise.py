from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from chalicelib.errors import CloudRejected
from chalicelib.providers.aws.normalise import asset_from
from chalicelib.providers.aws.types import TYPES

INSTANCE: dict[str, Any] = {
    "InstanceId": "i-1",
    "State": {"Code": 16, "Name": "running"},
    "Placement": {"AvailabilityZone": "eu-west-1a"},
    "LaunchTime": datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    "PrivateIpAddress": "10.0.0.5",
    "PublicIpAddress": "203.0.113.9",
    "VpcId": "vpc-1",
    "SubnetId": "subnet-1",
    "SecurityGroups": [{"GroupId": "sg-2", "GroupName": "b"}, {"GroupId": "sg-1", "GroupName": "a"}],
    "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-1"}}],
    "NetworkInterfaces": [
        {
            "PrivateIpAddresses": [
                {"PrivateIpAddress": "10.0.0.5", "Association": {"PublicIp": "203.0.113.9"}},
                {"PrivateIpAddress": "10.0.0.6"},
            ],
            "Ipv6Addresses": [{"Ipv6Address": "2001:db8::5"}],
        }
    ],
    "Tags": [{"Key": "team", "Value": "web"}, {"Key": "Name", "Value": "shop-1"}],
}


def test_an_instance_refers_to_its_network_groups_and_disks() -> None:
    assert asset_from(TYPES["ecs"], INSTANCE).relations == {
        "vpc": ("vpc-1",),
        "vswitch": ("subnet-1",),
        "security_group": ("sg-1", "sg-2"),
        "disk": ("vol-1",),
    }


def test_addresses_are_all_given_once_and_the_primary_first() -> None:
    assert asset_from(TYPES["ecs"], INSTANCE).ips == ("10.0.0.5", "203.0.113.9", "10.0.0.6", "2001:db8::5")


def test_the_name_is_the_name_tag() -> None:
    asset = asset_from(TYPES["ecs"], INSTANCE)
    assert (asset.name, asset.tags) == ("shop-1", {"team": "web", "Name": "shop-1"})


def test_an_item_without_tags_has_no_name_and_no_tags() -> None:
    asset = asset_from(TYPES["vpc"], {"VpcId": "vpc-1"})
    assert (asset.name, asset.tags, asset.relations, asset.created_at) == ("", {}, {}, None)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8))), "2026-01-01T19:04:05Z"),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05Z"),  # noqa: DTZ001
        ("2026-01-02T03:04:05.000+0000", "2026-01-02T03:04:05Z"),
        ("yesterday", None),
        (None, None),
    ],
)
def test_times_are_utc_in_whole_seconds(given: object, text: str | None) -> None:
    assert asset_from(TYPES["disk"], {"VolumeId": "vol-1", "CreateTime": given}).created_at == text


def test_attributes_are_json_and_the_same_for_tags_in_any_order() -> None:
    turned = INSTANCE | {"Tags": list(reversed(INSTANCE["Tags"])), "Blob": b"\x00\xff"}
    first = asset_from(TYPES["ecs"], INSTANCE | {"Blob": b"\x00\xff"})
    second = asset_from(TYPES["ecs"], turned)
    assert json.dumps(first.attributes) == json.dumps(second.attributes)
    assert first.attributes["LaunchTime"] == "2026-01-02T03:04:05Z"
    assert first.attributes["Blob"] == "AP8="


def test_members_that_change_by_themselves_are_left_out() -> None:
    asset = asset_from(
        TYPES["vswitch"], {"SubnetId": "subnet-1", "AvailableIpAddressCount": 7, "CidrBlock": "10.0.0.0/24"}
    )
    assert asset.attributes == {"SubnetId": "subnet-1", "CidrBlock": "10.0.0.0/24"}


def test_an_item_without_an_id_is_refused() -> None:
    with pytest.raises(CloudRejected, match="an item has no VolumeId"):
        asset_from(TYPES["disk"], {"Size": 8})
