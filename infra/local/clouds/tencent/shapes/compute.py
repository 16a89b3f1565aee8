"""Machines, disks, snapshots and images."""

from __future__ import annotations

from infra.local.clouds.inventory import Item
from infra.local.clouds.tencent.shapes.seed import FAR_AWAY, Seed


def instance(seed: Seed, *, cpu: int, running: bool, image: str, disks: list[str], public_ip: str) -> Item:
    """``disks`` are the system disk and then those for data."""
    place = seed.place
    return {
        "InstanceId": seed.id,
        "InstanceName": seed.name,
        "HostName": seed.name,
        "Uuid": f"00000000-0000-4000-8000-{seed.id.removeprefix('ins-'):0>12}",
        "InstanceState": "RUNNING" if running else "STOPPED",
        "RestrictState": "NORMAL",
        "StopChargingMode": "NOT_APPLICABLE" if running else "STOP_CHARGING",
        "InstanceType": f"S5.{ {2: 'MEDIUM4', 4: 'LARGE8', 8: '2XLARGE16'}[cpu] }",
        "CPU": cpu,
        "Memory": cpu * 2,
        "GPUInfo": None,
        "ImageId": image,
        "OsName": "TencentOS Server 3.1 (TK4)",
        "LicenseType": "TencentCloud",
        "InstanceChargeType": "POSTPAID_BY_HOUR",
        "InternetAccessible": {
            "InternetChargeType": "TRAFFIC_POSTPAID_BY_HOUR",
            "InternetMaxBandwidthOut": 5 if public_ip else 0,
            "PublicIpAssigned": bool(public_ip),
        },
        "RenewFlag": None,
        "CreatedTime": seed.utc,
        "ExpiredTime": None,
        "Placement": {"Zone": place.zone, "ProjectId": 0, "HostId": "", "HostIds": []},
        "VirtualPrivateCloud": {
            "VpcId": place.vpc,
            "SubnetId": place.subnet,
            "AsVpcGateway": False,
            "PrivateIpAddresses": [seed.ip],
            "Ipv6AddressCount": 0,
        },
        "PrivateIpAddresses": [seed.ip],
        "PublicIpAddresses": [public_ip] if public_ip else None,
        "IPv6Addresses": None,
        "PublicIPv6Addresses": None,
        "SecurityGroupIds": [place.security_group],
        "SystemDisk": {"DiskId": disks[0], "DiskType": "CLOUD_BSSD", "DiskSize": 50, "CdcId": None},
        "DataDisks": [
            {
                "DiskId": disk,
                "DiskType": "CLOUD_BSSD",
                "DiskSize": 200,
                "DeleteWithInstance": False,
                "Encrypt": False,
                "SnapshotId": "",
            }
            for disk in disks[1:]
        ]
        or None,
        "LoginSettings": {"KeyIds": [], "KeepImageLogin": "FALSE"},
        "DefaultLoginUser": "root",
        "DefaultLoginPort": 22,
        "DisableApiTermination": False,
        "CamRoleName": "",
        "DedicatedClusterId": "",
        "DisasterRecoverGroupId": "",
        "HpcClusterId": "",
        "IsolatedSource": "NOTISOLATED",
        "LatestOperation": "RunInstances",
        "LatestOperationState": "SUCCESS",
        "LatestOperationRequestId": f"00000000-0000-4000-9000-{seed.id.removeprefix('ins-'):0>12}",
        "LatestOperationErrorMsg": None,
        "Tags": seed.short_tags,
    }


def disk(seed: Seed, *, owner: str, system: bool) -> Item:
    """A disk that is attached to the instance ``owner``."""
    return {
        "DiskId": seed.id,
        "DiskName": seed.name,
        "DiskType": "CLOUD_BSSD",
        "DiskUsage": "SYSTEM_DISK" if system else "DATA_DISK",
        "DiskSize": 50 if system else 200,
        "DiskState": "ATTACHED",
        "Attached": True,
        "AttachMode": "PF",
        "InstanceId": owner,
        "InstanceIdList": [],
        "InstanceType": "CVM",
        "LastAttachInsId": owner,
        "Portable": not system,
        "Shareable": False,
        "DeleteWithInstance": system,
        "DeleteSnapshot": 0,
        "Encrypt": False,
        "DiskChargeType": "POSTPAID_BY_HOUR",
        "RenewFlag": "NOTIFY_AND_MANUAL_RENEW",
        "DeadlineTime": FAR_AWAY,
        "DifferDaysOfDeadline": None,
        "IsReturnable": False,
        "SnapshotAbility": True,
        "SnapshotCount": 0,
        "SnapshotSize": 0,
        "AutoSnapshotPolicyIds": None,
        "BackupDisk": True,
        "DiskBackupQuota": 0,
        "DiskBackupCount": 0,
        "ThroughputPerformance": 0,
        "BurstPerformance": False,
        "Migrating": False,
        "MigratePercent": 100,
        "Rollbacking": False,
        "RollbackPercent": 100,
        "ErrorPrompt": "",
        "CreateTime": seed.local,
        "Placement": {"Zone": seed.place.zone, "ProjectId": 0, "ProjectName": "default", "CageId": None, "CdcId": None},
        "Tags": seed.short_tags,
    }


def snapshot(seed: Seed, *, owner: Item, image: str) -> Item:
    """A snapshot of the disk ``owner``, from which ``image`` was made, if any."""
    return {
        "SnapshotId": seed.id,
        "SnapshotName": seed.name,
        "SnapshotState": "NORMAL",
        "SnapshotType": "PRIVATE_SNAPSHOT",
        "DiskId": owner["DiskId"],
        "DiskUsage": owner["DiskUsage"],
        "DiskSize": owner["DiskSize"],
        "Percent": 100,
        "Encrypt": False,
        "IsPermanent": True,
        "DeadlineTime": FAR_AWAY,
        "CreateTime": seed.local,
        "CopyFromRemote": False,
        "CopyingToRegions": [],
        "ShareReference": 0,
        "TimeStartShare": "",
        "Images": [{"ImageId": image, "ImageName": seed.name}] if image else [],
        "ImageCount": 1 if image else 0,
        "Placement": {"Zone": seed.place.zone, "ProjectId": 0, "ProjectName": "", "CageId": "", "CdcId": ""},
        "Tags": seed.short_tags,
    }


def image(seed: Seed, *, snapshot: str) -> Item:
    """A private image, or with no ``snapshot`` one of the cloud's own."""
    return {
        "ImageId": seed.id,
        "ImageName": seed.name,
        "ImageDescription": "",
        "ImageType": "PRIVATE_IMAGE" if snapshot else "PUBLIC_IMAGE",
        "ImageSource": "CREATE_IMAGE" if snapshot else "OFFICIAL",
        "ImageCreator": "100012345678" if snapshot else "QCLOUD",
        "ImageState": "NORMAL",
        "ImageSize": 50,
        "OsName": "TencentOS Server 3.1 (TK4)",
        "Platform": "TencentOS",
        "Architecture": "x86_64",
        "LicenseType": "TencentCloud",
        "IsSupportCloudinit": True,
        "ImageDeprecated": False,
        "SyncPercent": None,
        "CreatedTime": seed.utc,
        "SnapshotSet": [{"SnapshotId": snapshot, "DiskUsage": "SYSTEM_DISK", "DiskSize": 50}] if snapshot else [],
        "Tags": seed.short_tags if snapshot else [],
    }
