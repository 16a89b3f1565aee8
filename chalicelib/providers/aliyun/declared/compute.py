"""What computes, and what belongs to it."""

from __future__ import annotations

from chalicelib.providers.aliyun.declaration import ECS, ECS_TAGS, AssetType
from chalicelib.providers.aliyun.paging import ByNumber, ByToken

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
        "snapshot",
        ECS,
        "DescribeSnapshots",
        ByToken(100),
        items="Snapshots.Snapshot",
        native_id="SnapshotId",
        title="SnapshotName",
        tags=ECS_TAGS,
        status="Status",
        relations={"disk": ("SourceDiskId",)},
        volatile=("Progress", "RemainTime"),
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
    AssetType(
        "image",
        ECS,
        "DescribeImages",
        ByNumber(100),
        items="Images.Image",
        native_id="ImageId",
        title="ImageName",
        tags=ECS_TAGS,
        status="Status",
        relations={"snapshot": ("DiskDeviceMappings.DiskDeviceMapping.SnapshotId",)},
        volatile=(
            "Progress",
            "Usage",
            "DiskDeviceMappings.DiskDeviceMapping.Progress",
            "DiskDeviceMappings.DiskDeviceMapping.RemainTime",
        ),
        query={
            "ImageOwnerAlias": "self",
            "Status": "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated",
        },
    ),
)
