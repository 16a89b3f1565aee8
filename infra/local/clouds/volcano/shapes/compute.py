"""Machines, disks, snapshots and images."""

from __future__ import annotations

from infra.local.clouds.inventory import Item
from infra.local.clouds.volcano.shapes.seed import ACCOUNT, Seed


def instance(seed: Seed, *, cpu: int, running: bool, image: str, disks: list[str], interface: str, eip: Item) -> Item:
    """``disks`` are the system disk and then those for data; ``eip`` is the address it has, or nothing."""
    place = seed.place
    return {
        "InstanceId": seed.id,
        "InstanceName": seed.name,
        "Hostname": seed.name,
        "HostName": seed.name,
        "Description": "",
        "Uuid": f"00000000-0000-4000-8000-{seed.id.removeprefix('i-'):0>12}",
        "Status": "RUNNING" if running else "STOPPED",
        "StoppedMode": "" if running else "StopCharging",
        "InstanceTypeId": f"ecs.g3i.{ {2: 'large', 4: 'xlarge', 8: '2xlarge'}[cpu] }",
        "Cpus": cpu,
        "MemorySize": cpu * 4096,
        "CpuOptions": {"CoreCount": cpu // 2, "ThreadsPerCore": 2},
        "ImageId": image,
        "OsName": "veLinux 2.0 64 bit",
        "OsType": "Linux",
        "KeyPairId": "",
        "KeyPairName": "",
        "InstanceChargeType": "PostPaid",
        "SpotStrategy": "NoSpot",
        "SpotPriceLimit": 0,
        "DeploymentSetId": "",
        "DeletionProtection": False,
        "ZoneId": place.zone,
        "VpcId": place.vpc,
        "NetworkInterfaces": [
            {
                "NetworkInterfaceId": interface,
                "Type": "primary",
                "MacAddress": "00:16:3e:" + ":".join(f"{int(part):02x}" for part in seed.ip.split(".")[1:]),
                "PrimaryIpAddress": seed.ip,
                "Ipv6Addresses": [],
                "VpcId": place.vpc,
                "SubnetId": place.subnet,
                "SecurityGroupIds": [place.security_group],
            }
        ],
        "EipAddress": {"AllocationId": eip["AllocationId"], "IpAddress": eip["EipAddress"]} if eip else {},
        "RdmaIpAddresses": [],
        "LocalVolumes": [],
        "Volumes": [{"VolumeId": disk} for disk in disks],
        "ProjectName": "default",
        "CreatedAt": seed.china,
        "UpdatedAt": seed.china,
        "ExpiredAt": "",
        "Tags": seed.tags,
    }


def disk(seed: Seed, *, owner: str, system: bool, image: str = "") -> Item:
    """A disk that is attached to the instance ``owner``, if any."""
    return {
        "VolumeId": seed.id,
        "VolumeName": seed.name,
        "VolumeType": "ESSD_PL0",
        "Kind": "system" if system else "data",
        "Size": "40" if system else "200",
        "Status": "attached" if owner else "available",
        "InstanceId": owner,
        "ImageId": image,
        "SourceSnapshotId": "",
        "DeleteWithInstance": system,
        "DeleteProtection": False,
        "Description": "",
        "BillingType": 2,
        "PayType": "post",
        "RenewType": 0,
        "TradeStatus": 1,
        "SnapshotCount": 0,
        "AutoSnapshotPolicyId": "",
        "BaselinePerformance": {"IOPS": 3000, "Throughput": 120},
        "TotalPerformance": {"IOPS": 3000, "Throughput": 120},
        "BurstEnabled": False,
        "ErrorDetail": "",
        "ZoneId": seed.place.zone,
        "ProjectName": "default",
        "CreatedAt": seed.china,
        "UpdatedAt": seed.china,
        "ExpiredTime": "",
        "Tags": seed.tags,
    }


def snapshot(seed: Seed, *, owner: Item, image: str) -> Item:
    """A snapshot of the disk ``owner``, from which ``image`` was made."""
    return {
        "SnapshotId": seed.id,
        "SnapshotName": seed.name,
        "SnapshotType": "user",
        "SnapshotGroupId": "",
        "Status": "available",
        "Progress": 100,
        "Description": "",
        "VolumeId": owner["VolumeId"],
        "VolumeName": owner["VolumeName"],
        "VolumeKind": owner["Kind"],
        "VolumeType": owner["VolumeType"],
        "VolumeSize": int(owner["Size"]),
        "VolumeStatus": owner["Status"],
        "ImageId": image,
        "InstantAccess": False,
        "RetentionDays": 0,
        "Shared": False,
        "ZoneId": seed.place.zone,
        "ProjectName": "default",
        "CreationTime": seed.china,
        "Tags": seed.tags,
    }


def image(seed: Seed, *, snapshot: str) -> Item:
    """A private image, or with no ``snapshot`` one of the cloud's own."""
    return {
        "ImageId": seed.id,
        "ImageName": seed.name,
        "ImageOwnerId": ACCOUNT if snapshot else "system",
        "Visibility": "private" if snapshot else "public",
        "Status": "available",
        "LifecycleStatus": "Normal",
        "ShareStatus": "",
        "Description": "",
        "Architecture": "amd64",
        "BootMode": "BIOS",
        "Platform": "veLinux",
        "PlatformVersion": "2.0",
        "OsName": "veLinux 2.0 64 bit",
        "OsType": "Linux",
        "Kernel": "5.15.120",
        "LicenseType": "VolcanoEngine",
        "IsLTS": False,
        "IsSupportCloudInit": True,
        "IsInstallRunCommandAgent": True,
        "Size": 40,
        "VirtualSize": "40",
        "Snapshots": [{"SnapshotId": snapshot, "Size": 40, "VolumeKind": "system"}] if snapshot else [],
        "DetectionResults": {"DetectionStatus": "Finished", "Items": []},
        "ProjectName": "default",
        "CreatedAt": seed.china,
        "UpdatedAt": seed.china,
        "Tags": seed.tags if snapshot else [],
    }
