"""Items that belong to instances and disks: snapshots, images, network interfaces and public addresses."""

from __future__ import annotations

from datetime import datetime

from infra.local.clouds.aliyun.shapes import Place, ecs_tags, seconds, vpc_tags
from infra.local.clouds.inventory import Item


def snapshot(native_id: str, disk: Item, created: datetime) -> Item:
    return {
        "SnapshotId": native_id,
        "SnapshotName": f"{disk['DiskName']}-daily",
        "Description": "",
        "Status": "accomplished",
        "Progress": "100%",
        "RemainTime": 0,
        "Available": True,
        "SnapshotType": "auto",
        "Category": "standard",
        "SourceDiskId": disk["DiskId"],
        "SourceDiskSize": str(disk["Size"]),
        "SourceDiskType": disk["Type"],
        "SourceStorageType": "disk",
        "RetentionDays": 30,
        "Encrypted": disk["Encrypted"],
        "KMSKeyId": "",
        "ProductCode": "",
        "Usage": "none",
        "InstantAccess": False,
        "InstantAccessRetentionDays": 0,
        "SnapshotSN": f"{native_id}-serial",
        "SnapshotLinkId": native_id.replace("s-", "sl-", 1),
        "ResourceGroupId": "",
        "RegionId": disk["RegionId"],
        "CreationTime": seconds(created),
        "LastModifiedTime": seconds(created),
        "Tags": disk["Tags"],
    }


def image(native_id: str, name: str, source: Item, created: datetime) -> Item:
    """A custom image made of the snapshot ``source``."""
    mapping = {
        "Type": "system",
        "Device": "/dev/xvda",
        "SnapshotId": source["SnapshotId"],
        "Size": source["SourceDiskSize"],
        "Format": "RAW",
        "Progress": "100%",
        "RemainTime": 0,
        "Encrypted": False,
    }
    return {
        "ImageId": native_id,
        "ImageName": name,
        "ImageFamily": "",
        "ImageVersion": "1",
        "Description": "",
        "Status": "Available",
        "Progress": "100%",
        "Usage": "instance",
        "ImageOwnerAlias": "self",
        "ImageOwnerId": 1234567890123456,
        "Architecture": "x86_64",
        "BootMode": "BIOS",
        "OSName": "Alibaba Cloud Linux  3.2104 LTS 64位",
        "OSNameEn": "Alibaba Cloud Linux  3.2104 LTS 64 bit",
        "OSType": "linux",
        "Platform": "Aliyun",
        "Size": int(source["SourceDiskSize"]),
        "DiskDeviceMappings": {"DiskDeviceMapping": [mapping]},
        "IsCopied": False,
        "IsPublic": False,
        "IsSelfShared": "",
        "IsSubscribed": False,
        "IsSupportCloudinit": True,
        "IsSupportIoOptimized": True,
        "LoginAsNonRootSupported": False,
        "ProductCode": "",
        "ResourceGroupId": "",
        "CreationTime": seconds(created),
        "Tags": source["Tags"],
    }


def primary_interface(instance: Item) -> Item:
    """The interface that the instance shows as its own."""
    (card,) = instance["NetworkInterfaces"]["NetworkInterface"]
    network = instance["VpcAttributes"]
    place = Place(
        instance["RegionId"],
        instance["ZoneId"],
        network["VpcId"],
        network["VSwitchId"],
        instance["SecurityGroupIds"]["SecurityGroupId"][0],
    )
    made = interface(card["NetworkInterfaceId"], instance["InstanceName"], place, card["PrimaryIpAddress"])
    attached = {
        "InstanceId": instance["InstanceId"],
        "Type": "Primary",
        "Status": "InUse",
        "MacAddress": card["MacAddress"],
        "CreationTime": instance["CreationTime"],
        "DeleteOnRelease": True,
        "Tags": instance["Tags"],
    }
    return made | attached


def interface(native_id: str, name: str, place: Place, ip: str) -> Item:
    """One that is attached to no instance."""
    return {
        "NetworkInterfaceId": native_id,
        "NetworkInterfaceName": name,
        "Description": "",
        "Type": "Secondary",
        "Status": "InUse",
        "InstanceId": "",
        "MacAddress": "00:16:3e:" + ":".join(f"{int(part):02x}" for part in ip.split(".")[1:]),
        "VpcId": place.vpc,
        "VSwitchId": place.vswitch,
        "ZoneId": place.zone,
        "PrivateIpAddress": ip,
        "PrivateIpSets": {"PrivateIpSet": [{"PrivateIpAddress": ip, "Primary": True}]},
        "Ipv6Sets": {"Ipv6Set": []},
        "SecurityGroupIds": {"SecurityGroupId": [place.security_group]},
        "AssociatedPublicIp": {},
        "Attachment": {},
        "NetworkInterfaceTrafficMode": "Standard",
        "QueueNumber": 2,
        "DeleteOnRelease": False,
        "OwnerId": "1234567890123456",
        "ServiceID": 0,
        "ServiceManaged": False,
        "ResourceGroupId": "",
        "CreationTime": "2024-05-28T02:00:00Z",
        "Tags": ecs_tags({}),
    }


def address(native_id: str, name: str, region: str, ip: str, created: datetime, *, owner: tuple[str, str]) -> Item:
    """A public address that belongs to ``owner``, a type and an id as aliyun names them."""
    kind, owner_id = owner
    return {
        "AllocationId": native_id,
        "Name": name,
        "Description": "",
        "IpAddress": ip,
        "PrivateIpAddress": "",
        "Status": "InUse",
        "BusinessStatus": "Normal",
        "InstanceType": kind,
        "InstanceId": owner_id,
        "InstanceRegionId": region,
        "RegionId": region,
        "Zone": "",
        "Bandwidth": "5",
        "EipBandwidth": "5",
        "BandwidthPackageId": "",
        "BandwidthPackageType": "",
        "BandwidthPackageBandwidth": "",
        "InternetChargeType": "PayByTraffic",
        "ChargeType": "PostPaid",
        "ISP": "BGP",
        "Netmode": "public",
        "Mode": "NAT",
        "HDMonitorStatus": "OFF",
        "HasReservationData": "false",
        "DeletionProtection": False,
        "SecondLimited": False,
        "SecurityProtectionTypes": {"SecurityProtectionType": []},
        "SegmentInstanceId": "",
        "ServiceManaged": 0,
        "OperationLocks": {"LockReason": []},
        "ExpiredTime": "",
        "ResourceGroupId": "",
        "VpcId": "",
        "AllocationTime": seconds(created),
        "Tags": vpc_tags({"usage": kind}),
    }
