"""What computes, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.providers.aws.declaration import AssetType

TYPES: Mapping[str, AssetType] = {
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
    "snapshot": AssetType(
        service="ec2",
        operation="DescribeSnapshots",
        items="Snapshots",
        page_size=1000,
        native_id="SnapshotId",
        status="State",
        created_at="StartTime",
        relations={"disk": "VolumeId"},
        volatile=frozenset({"Progress"}),
        parameters={"OwnerIds": ["self"]},
    ),
    "security_group": AssetType(
        service="ec2",
        operation="DescribeSecurityGroups",
        items="SecurityGroups",
        page_size=1000,
        native_id="GroupId",
        relations={"vpc": "VpcId"},
    ),
    "image": AssetType(
        service="ec2",
        operation="DescribeImages",
        items="Images",
        page_size=1000,
        native_id="ImageId",
        name="Name",
        status="State",
        created_at="CreationDate",
        relations={"snapshot": "BlockDeviceMappings[].Ebs.SnapshotId"},
        volatile=frozenset({"LastLaunchedTime"}),
        parameters={"Owners": ["self"], "IncludeDisabled": True},
    ),
}
