"""Machines, and what they are made of."""

from __future__ import annotations

from chalicelib.providers.tencent.declaration import AssetType, Product, Tags
from chalicelib.providers.tencent.paging import ByOffset

CVM = Product("cvm", "2017-03-12")
CBS = Product("cbs", "2017-03-12")
VPC = Product("vpc", "2017-03-12")

TAGS = Tags("Tags", "Key", "Value")
TAG_SET = Tags("TagSet", "Key", "Value")

TYPES = (
    AssetType(
        "ecs",
        CVM,
        "DescribeInstances",
        ByOffset(100),
        items="InstanceSet",
        native_id="InstanceId",
        title="InstanceName",
        tags=TAGS,
        status="InstanceState",
        zone="Placement.Zone",
        created="CreatedTime",
        ips=("PrivateIpAddresses", "PublicIpAddresses", "IPv6Addresses", "PublicIPv6Addresses"),
        relations={
            "vpc": ("VirtualPrivateCloud.VpcId",),
            "vswitch": ("VirtualPrivateCloud.SubnetId",),
            "security_group": ("SecurityGroupIds",),
            "disk": ("SystemDisk.DiskId", "DataDisks.DiskId"),
            "image": ("ImageId",),
        },
        volatile=("LatestOperationState", "LatestOperationRequestId"),
    ),
    AssetType(
        "disk",
        CBS,
        "DescribeDisks",
        ByOffset(100),
        items="DiskSet",
        native_id="DiskId",
        title="DiskName",
        tags=TAGS,
        status="DiskState",
        zone="Placement.Zone",
        created="CreateTime",
        relations={"ecs": ("InstanceId", "InstanceIdList")},
        volatile=(
            "DifferDaysOfDeadline",
            "DeadlineError",
            "SnapshotCount",
            "SnapshotSize",
            "MigratePercent",
            "RollbackPercent",
        ),
    ),
    AssetType(
        "snapshot",
        CBS,
        "DescribeSnapshots",
        ByOffset(100),
        items="SnapshotSet",
        native_id="SnapshotId",
        title="SnapshotName",
        tags=TAGS,
        status="SnapshotState",
        zone="Placement.Zone",
        created="CreateTime",
        relations={"disk": ("DiskId",), "image": ("Images.ImageId",)},
        volatile=("Percent",),
    ),
    AssetType(
        "security_group",
        VPC,
        "DescribeSecurityGroups",
        ByOffset(100, as_text=True),
        items="SecurityGroupSet",
        native_id="SecurityGroupId",
        title="SecurityGroupName",
        tags=TAG_SET,
        created="CreatedTime",
        volatile=("UpdateTime",),
    ),
    AssetType(
        "image",
        CVM,
        "DescribeImages",
        ByOffset(100),
        items="ImageSet",
        native_id="ImageId",
        title="ImageName",
        tags=TAGS,
        status="ImageState",
        created="CreatedTime",
        relations={"snapshot": ("SnapshotSet.SnapshotId",)},
        volatile=("SyncPercent",),
        # Without it the answer is full of the public images of the cloud.
        query={"Filters": [{"Name": "image-type", "Values": ["PRIVATE_IMAGE"]}]},
    ),
)
