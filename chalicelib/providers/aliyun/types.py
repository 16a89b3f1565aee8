"""The asset types of aliyun, declared: a new one is a new entry here and nothing else.

Fields are dotted paths into an item (see ``providers.fields``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.providers.aliyun.paging import ByNumber, ByToken, Paging


@dataclass(frozen=True, slots=True)
class Product:
    """``name`` as in the table of endpoints, and the API version its actions are called with."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Tags:
    """Where the tags lie and what their two parts are called; products differ in this."""

    path: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class AssetType:
    """How to list one asset type and how to read an item of it.

    ``items`` leads to the list in the answer. ``relations`` maps an asset type to the paths of the ids that are
    referred to. ``volatile`` fields change by themselves and are left out of the attributes.
    """

    name: str
    product: Product
    action: str
    paging: Paging
    items: str
    native_id: str
    title: str
    tags: Tags
    status: str = ""
    zone: str = ""
    created: str = "CreationTime"
    ips: tuple[str, ...] = ()
    relations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    volatile: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)


ECS = Product("ecs", "2014-05-26")
VPC = Product("vpc", "2016-04-28")
STS = Product("sts", "2015-04-01")

ECS_TAGS = Tags("Tags.Tag", "TagKey", "TagValue")
VPC_TAGS = Tags("Tags.Tag", "Key", "Value")

TYPES = (
    AssetType(
        "ecs",
        ECS,
        "DescribeInstances",
        ByToken(100),
        items="Instances.Instance",
        native_id="InstanceId",
        title="InstanceName",
        tags=ECS_TAGS,
        status="Status",
        zone="ZoneId",
        ips=(
            "VpcAttributes.PrivateIpAddress.IpAddress",
            "InnerIpAddress.IpAddress",
            "PublicIpAddress.IpAddress",
            "EipAddress.IpAddress",
            "NetworkInterfaces.NetworkInterface.PrivateIpSets.PrivateIpSet.PrivateIpAddress",
            "NetworkInterfaces.NetworkInterface.Ipv6Sets.Ipv6Set.Ipv6Address",
        ),
        relations={
            "vpc": ("VpcAttributes.VpcId",),
            "vswitch": ("VpcAttributes.VSwitchId",),
            "security_group": ("SecurityGroupIds.SecurityGroupId",),
        },
    ),
    AssetType(
        "disk",
        ECS,
        "DescribeDisks",
        ByToken(500),
        items="Disks.Disk",
        native_id="DiskId",
        title="DiskName",
        tags=ECS_TAGS,
        status="Status",
        zone="ZoneId",
        relations={"ecs": ("InstanceId", "Attachments.Attachment.InstanceId")},
    ),
    AssetType(
        "vpc",
        VPC,
        "DescribeVpcs",
        ByNumber(50),
        items="Vpcs.Vpc",
        native_id="VpcId",
        title="VpcName",
        tags=VPC_TAGS,
        status="Status",
        relations={"vswitch": ("VSwitchIds.VSwitchId",)},
    ),
    AssetType(
        "vswitch",
        VPC,
        "DescribeVSwitches",
        ByNumber(50),
        items="VSwitches.VSwitch",
        native_id="VSwitchId",
        title="VSwitchName",
        tags=VPC_TAGS,
        status="Status",
        zone="ZoneId",
        relations={"vpc": ("VpcId",)},
        volatile=("AvailableIpAddressCount",),
    ),
    AssetType(
        "security_group",
        ECS,
        "DescribeSecurityGroups",
        ByToken(100),
        items="SecurityGroups.SecurityGroup",
        native_id="SecurityGroupId",
        title="SecurityGroupName",
        tags=ECS_TAGS,
        relations={"vpc": ("VpcId",)},
        volatile=("EcsCount", "AvailableInstanceAmount"),
    ),
)

BY_NAME = {asset_type.name: asset_type for asset_type in TYPES}
