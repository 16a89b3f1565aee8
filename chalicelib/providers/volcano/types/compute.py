"""Machines, and what they are made of."""

from __future__ import annotations

from chalicelib.providers.volcano.declaration import AssetType, Form, Product, Tags
from chalicelib.providers.volcano.paging import ByPage, ByToken

ECS = Product("ecs", "2020-04-01", Form.QUERY)
EBS = Product("storage_ebs", "2020-04-01", Form.QUERY)
VPC = Product("vpc", "2020-04-01", Form.QUERY)

TYPES = (
    AssetType(
        "ecs",
        ECS,
        "DescribeInstances",
        ByToken(100),
        items="Instances",
        native_id="InstanceId",
        title="InstanceName",
        tags=Tags(),
        status="Status",
        zone="ZoneId",
        created="CreatedAt",
        ips=("NetworkInterfaces.PrimaryIpAddress", "EipAddress.IpAddress", "NetworkInterfaces.Ipv6Addresses"),
        relations={
            "vpc": ("VpcId",),
            "vswitch": ("NetworkInterfaces.SubnetId",),
            "security_group": ("NetworkInterfaces.SecurityGroupIds",),
            "eni": ("NetworkInterfaces.NetworkInterfaceId",),
            "eip": ("EipAddress.AllocationId",),
            "disk": ("Volumes.VolumeId",),
            "image": ("ImageId",),
        },
        volatile=("UpdatedAt",),
    ),
    AssetType(
        "disk",
        EBS,
        "DescribeVolumes",
        ByPage(100),
        items="Volumes",
        native_id="VolumeId",
        title="VolumeName",
        tags=Tags(),
        status="Status",
        zone="ZoneId",
        created="CreatedAt",
        relations={"ecs": ("InstanceId",), "image": ("ImageId",), "snapshot": ("SourceSnapshotId",)},
        volatile=("UpdatedAt", "SnapshotCount"),
    ),
    AssetType(
        "snapshot",
        EBS,
        "DescribeSnapshots",
        ByPage(100),
        items="Snapshots",
        native_id="SnapshotId",
        title="SnapshotName",
        tags=Tags(),
        status="Status",
        zone="ZoneId",
        created="CreationTime",
        relations={"disk": ("VolumeId",), "image": ("ImageId",)},
        volatile=("Progress", "VolumeStatus"),
    ),
    AssetType(
        "security_group",
        VPC,
        "DescribeSecurityGroups",
        ByToken(100),
        items="SecurityGroups",
        native_id="SecurityGroupId",
        title="SecurityGroupName",
        tags=Tags(),
        status="Status",
        created="CreationTime",
        relations={"vpc": ("VpcId",)},
        volatile=("AvailableIpCount", "AvailableNetworkInterfaceCount", "UsedIpCount", "UsedNetworkInterfaceCount"),
    ),
    AssetType(
        "image",
        ECS,
        "DescribeImages",
        ByToken(100),
        items="Images",
        native_id="ImageId",
        title="ImageName",
        tags=Tags(),
        status="Status",
        created="CreatedAt",
        relations={"snapshot": ("Snapshots.SnapshotId",)},
        volatile=("UpdatedAt", "DetectionResults"),
        # Without it the answer is full of the public images of the cloud.
        query={"Visibility": "private"},
    ),
)
