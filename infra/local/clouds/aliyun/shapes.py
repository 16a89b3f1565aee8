"""Items with all the fields that aliyun's own show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from infra.local.clouds.inventory import Item


@dataclass(frozen=True, slots=True)
class Place:
    region: str
    zone: str
    vpc: str
    vswitch: str
    security_group: str


@dataclass(frozen=True, slots=True)
class Machine:
    name: str
    ip: str
    public_ip: str
    cpu: int
    running: bool
    tags: dict[str, str]


def minutes(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%MZ")


def seconds(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def ecs_tags(tags: dict[str, str]) -> Item:
    return {"Tag": [{"TagKey": key, "TagValue": value} for key, value in tags.items()]}


def vpc_tags(tags: dict[str, str]) -> Item:
    return {"Tag": [{"Key": key, "Value": value} for key, value in tags.items()]}


def instance(native_id: str, machine: Machine, place: Place, created: datetime) -> Item:
    ip, public_ip, cpu, running = machine.ip, machine.public_ip, machine.cpu, machine.running
    return {
        "InstanceId": native_id,
        "InstanceName": machine.name,
        "HostName": machine.name,
        "Description": "",
        "Status": "Running" if running else "Stopped",
        "StoppedMode": "Not-applicable" if running else "StopCharging",
        "RegionId": place.region,
        "ZoneId": place.zone,
        "ClusterId": "",
        "CreationTime": minutes(created),
        "StartTime": minutes(created),
        "ExpiredTime": "2099-12-31T15:59Z",
        "AutoReleaseTime": "",
        "InstanceType": f"ecs.g7.{ {2: 'large', 4: 'xlarge', 8: '2xlarge'}[cpu] }",
        "InstanceTypeFamily": "ecs.g7",
        "Cpu": cpu,
        "Memory": cpu * 4096,
        "CpuOptions": {"CoreCount": cpu // 2, "ThreadsPerCore": 2, "Numa": "ON"},
        "GPUAmount": 0,
        "GPUSpec": "",
        "ImageId": "aliyun_3_x64_20G_alibase_20240528.vhd",
        "ImageOptions": {},
        "OSName": "Alibaba Cloud Linux  3.2104 LTS 64位",
        "OSNameEn": "Alibaba Cloud Linux  3.2104 LTS 64 bit",
        "OSType": "linux",
        "InstanceChargeType": "PostPaid",
        "InternetChargeType": "PayByTraffic",
        "InternetMaxBandwidthIn": 100 if public_ip else -1,
        "InternetMaxBandwidthOut": 5 if public_ip else 0,
        "SaleCycle": "",
        "SpotStrategy": "NoSpot",
        "SpotPriceLimit": 0.0,
        "CreditSpecification": "",
        "InstanceNetworkType": "vpc",
        "VpcAttributes": {
            "VpcId": place.vpc,
            "VSwitchId": place.vswitch,
            "NatIpAddress": "",
            "PrivateIpAddress": {"IpAddress": [ip]},
        },
        "InnerIpAddress": {"IpAddress": []},
        "PublicIpAddress": {"IpAddress": [public_ip] if public_ip else []},
        "EipAddress": {"AllocationId": "", "IpAddress": "", "InternetChargeType": ""},
        "SecurityGroupIds": {"SecurityGroupId": [place.security_group]},
        "NetworkInterfaces": {
            "NetworkInterface": [
                {
                    "NetworkInterfaceId": native_id.replace("i-", "eni-", 1),
                    "Type": "Primary",
                    "MacAddress": "00:16:3e:" + ":".join(f"{int(part):02x}" for part in ip.split(".")[1:]),
                    "PrimaryIpAddress": ip,
                    "PrivateIpSets": {"PrivateIpSet": [{"PrivateIpAddress": ip, "Primary": True}]},
                }
            ]
        },
        "VlanId": "",
        "SerialNumber": f"{native_id}-serial",
        "ResourceGroupId": "",
        "DeploymentSetId": "",
        "DeletionProtection": False,
        "DeviceAvailable": True,
        "IoOptimized": True,
        "Recyclable": False,
        "HibernationOptions": {"Configured": False},
        "MetadataOptions": {"HttpEndpoint": "", "HttpTokens": ""},
        "PrivateDnsNameOptions": {},
        "DedicatedHostAttribute": {"DedicatedHostId": "", "DedicatedHostName": "", "DedicatedHostClusterId": ""},
        "DedicatedInstanceAttribute": {"Tenancy": "", "Affinity": ""},
        "EcsCapacityReservationAttr": {"CapacityReservationId": "", "CapacityReservationPreference": ""},
        "OperationLocks": {"LockReason": []},
        "Tags": ecs_tags(machine.tags),
    }


def disk(native_id: str, owner: Item, created: datetime, *, system: bool, size: int) -> Item:
    """A disk that is attached to the instance ``owner``."""
    device = "/dev/xvda" if system else "/dev/xvdb"
    attachment = {"InstanceId": owner["InstanceId"], "Device": device, "AttachedTime": seconds(created)}
    return {
        "DiskId": native_id,
        "DiskName": f"{owner['InstanceName']}-{'system' if system else 'data'}",
        "Description": "",
        "Type": "system" if system else "data",
        "Category": "cloud_essd",
        "PerformanceLevel": "PL0",
        "Size": size,
        "Status": "In_use",
        "RegionId": owner["RegionId"],
        "ZoneId": owner["ZoneId"],
        "CreationTime": seconds(created),
        "AttachedTime": seconds(created),
        "DetachedTime": "",
        "ExpiredTime": "2999-09-08T16:00Z",
        "InstanceId": owner["InstanceId"],
        "Device": device,
        "Attachments": {"Attachment": [attachment]},
        "MountInstanceNum": 1,
        "MountInstances": {"MountInstance": [attachment]},
        "MultiAttach": "Disabled",
        "Portable": not system,
        "Encrypted": False,
        "KMSKeyId": "",
        "DeleteWithInstance": system,
        "DeleteAutoSnapshot": False,
        "EnableAutoSnapshot": True,
        "EnableAutomatedSnapshotPolicy": False,
        "AutoSnapshotPolicyId": "",
        "SourceSnapshotId": "",
        "ImageId": owner["ImageId"] if system else "",
        "ProductCode": "",
        "DiskChargeType": "PostPaid",
        "IOPS": 1800 + 50 * size,
        "Throughput": 120,
        "BurstingEnabled": False,
        "ProvisionedIops": 0,
        "SerialNumber": native_id.removeprefix("d-"),
        "StorageSetId": "",
        "ResourceGroupId": "",
        "OperationLocks": {"OperationLock": []},
        "Tags": owner["Tags"],
    }


def vpc(native_id: str, name: str, region: str, created: datetime, *, cidr: str, tags: dict[str, str]) -> Item:
    return {
        "VpcId": native_id,
        "VpcName": name,
        "Description": "",
        "Status": "Available",
        "RegionId": region,
        "CidrBlock": cidr,
        "SecondaryCidrBlocks": {"SecondaryCidrBlock": []},
        "UserCidrs": {"UserCidr": []},
        "Ipv6CidrBlock": "",
        "Ipv6CidrBlocks": {"Ipv6CidrBlock": []},
        "EnabledIpv6": False,
        "VRouterId": native_id.replace("vpc-", "vrt-", 1),
        "VSwitchIds": {"VSwitchId": []},
        "NatGatewayIds": {"NatGatewayIds": []},
        "RouterTableIds": {"RouterTableIds": [native_id.replace("vpc-", "vtb-", 1)]},
        "CenStatus": "Detached",
        "DhcpOptionsSetId": "",
        "DhcpOptionsSetStatus": "Available",
        "DnsHostnameStatus": "DISABLED",
        "IsDefault": False,
        "OwnerId": 1234567890123456,
        "ResourceGroupId": "",
        "CreationTime": seconds(created),
        "Tags": vpc_tags(tags),
    }


def vswitch(native_id: str, name: str, owner: Item, zone: str, created: datetime, *, cidr: str) -> Item:
    """A vSwitch of the VPC ``owner``."""
    return {
        "VSwitchId": native_id,
        "VSwitchName": name,
        "Description": "",
        "Status": "Available",
        "VpcId": owner["VpcId"],
        "ZoneId": zone,
        "CidrBlock": cidr,
        "Ipv6CidrBlock": "",
        "EnabledIpv6": False,
        "AvailableIpAddressCount": 252,
        "RouteTable": {"RouteTableId": owner["RouterTableIds"]["RouterTableIds"][0], "RouteTableType": "System"},
        "NetworkAclId": "",
        "IsDefault": False,
        "ShareType": "",
        "OwnerId": owner["OwnerId"],
        "ResourceGroupId": "",
        "CreationTime": seconds(created),
        "Tags": owner["Tags"],
    }


def security_group(native_id: str, name: str, vpc_id: str, created: datetime, *, tags: dict[str, str]) -> Item:
    return {
        "SecurityGroupId": native_id,
        "SecurityGroupName": name,
        "SecurityGroupType": "normal",
        "Description": "",
        "VpcId": vpc_id,
        "CreationTime": seconds(created),
        "EcsCount": 0,
        "AvailableInstanceAmount": 2000,
        "RuleCount": 4,
        "GroupToGroupRuleCount": 0,
        "ServiceID": 0,
        "ServiceManaged": False,
        "ResourceGroupId": "",
        "Tags": ecs_tags(tags),
    }
