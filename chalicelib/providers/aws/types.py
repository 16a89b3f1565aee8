"""What AWS can be asked for: one declaration for each asset type.

All paths are JMESPath. ``items`` starts at the answer, every other path at one item of it. How an operation pages
(the names of its token and limit) is known to the SDK and not repeated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

NAME_TAG = "Tags[?Key=='Name'] | [0].Value"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetType:
    """``service`` and ``operation`` are botocore's names. An empty path means that AWS does not say."""

    service: str
    operation: str
    items: str
    native_id: str
    page_size: int | None = None
    """None where the operation does not page."""
    name: str = NAME_TAG
    status: str = ""
    zone: str = ""
    created_at: str = ""
    tags: str = "Tags"
    ips: tuple[str, ...] = ()
    """Paths of one address or of a list of them."""
    relations: Mapping[str, str] = field(default_factory=dict)
    """Asset type to the path of the native id or ids that an item refers to."""
    volatile: frozenset[str] = frozenset()
    """Members of an item that change by themselves and are left out of its attributes."""
    gone: frozenset[str] = frozenset()
    """Statuses of items that AWS still shows although they no longer exist."""
    parameters: Mapping[str, Any] = field(default_factory=dict)


TYPES: Mapping[str, AssetType] = MappingProxyType(
    {
        "ecs": AssetType(
            service="ec2",
            operation="DescribeInstances",
            items="Reservations[].Instances[]",
            page_size=500,
            native_id="InstanceId",
            status="State.Name",
            zone="Placement.AvailabilityZone",
            created_at="LaunchTime",
            ips=(
                "PrivateIpAddress",
                "PublicIpAddress",
                "NetworkInterfaces[].PrivateIpAddresses[].[PrivateIpAddress, Association.PublicIp][]",
                "NetworkInterfaces[].Ipv6Addresses[].Ipv6Address",
            ),
            relations={
                "vpc": "VpcId",
                "vswitch": "SubnetId",
                "security_group": "SecurityGroups[].GroupId",
                "disk": "BlockDeviceMappings[].Ebs.VolumeId",
            },
            gone=frozenset({"terminated"}),
        ),
        "disk": AssetType(
            service="ec2",
            operation="DescribeVolumes",
            items="Volumes",
            page_size=500,
            native_id="VolumeId",
            status="State",
            zone="AvailabilityZone",
            created_at="CreateTime",
            relations={"ecs": "Attachments[].InstanceId"},
        ),
        "vpc": AssetType(
            service="ec2",
            operation="DescribeVpcs",
            items="Vpcs",
            page_size=1000,
            native_id="VpcId",
            status="State",
        ),
        "vswitch": AssetType(
            service="ec2",
            operation="DescribeSubnets",
            items="Subnets",
            page_size=1000,
            native_id="SubnetId",
            status="State",
            zone="AvailabilityZone",
            relations={"vpc": "VpcId"},
            volatile=frozenset({"AvailableIpAddressCount"}),
        ),
        "security_group": AssetType(
            service="ec2",
            operation="DescribeSecurityGroups",
            items="SecurityGroups",
            page_size=1000,
            native_id="GroupId",
            relations={"vpc": "VpcId"},
        ),
    }
)
