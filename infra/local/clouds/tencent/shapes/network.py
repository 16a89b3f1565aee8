"""Networks, addresses and load balancers."""

from __future__ import annotations

from infra.local.clouds.inventory import Item
from infra.local.clouds.tencent.shapes.seed import Seed


def vpc(seed: Seed, *, cidr: str) -> Item:
    return {
        "VpcId": seed.id,
        "VpcName": seed.name,
        "CidrBlock": cidr,
        "AssistantCidrSet": [],
        "Ipv6CidrBlock": "",
        "Ipv6CidrBlockSet": [],
        "IsDefault": False,
        "EnableDhcp": True,
        "EnableMulticast": False,
        "EnableRouteVpcPublish": False,
        "EnableRouteVpcPublishIpv6": False,
        "DhcpOptionsId": "",
        "DnsServerSet": ["183.60.83.19", "183.60.82.98"],
        "DomainName": "",
        "CreatedTime": seed.local,
        "TagSet": seed.short_tags,
    }


def subnet(seed: Seed, *, cidr: str) -> Item:
    return {
        "SubnetId": seed.id,
        "SubnetName": seed.name,
        "VpcId": seed.place.vpc,
        "Zone": seed.place.zone,
        "CidrBlock": cidr,
        "Ipv6CidrBlock": "",
        "TotalIpAddressCount": 253,
        "AvailableIpAddressCount": 240,
        "RouteTableId": f"rtb-{seed.place.vpc.removeprefix('vpc-')}",
        "NetworkAclId": "",
        "IsDefault": False,
        "EnableBroadcast": False,
        "IsRemoteVpcSnat": False,
        "IsCdcSubnet": 0,
        "CdcId": "",
        "CreatedTime": seed.local,
        "TagSet": seed.short_tags,
    }


def security_group(seed: Seed) -> Item:
    return {
        "SecurityGroupId": seed.id,
        "SecurityGroupName": seed.name,
        "SecurityGroupDesc": "",
        "ProjectId": "0",
        "IsDefault": False,
        "CreatedTime": seed.local,
        "UpdateTime": seed.local,
        "TagSet": seed.short_tags,
    }


def eip(seed: Seed, *, instance: str, interface: str) -> Item:
    """An address that is bound to ``instance`` by its ``interface``, or to nothing."""
    return {
        "AddressId": seed.id,
        "AddressName": seed.name,
        "AddressIp": seed.ip,
        "AddressStatus": "BIND" if instance else "UNBIND",
        "AddressType": "EIP",
        "InstanceId": instance or None,
        "InstanceType": "CVM" if instance else None,
        "NetworkInterfaceId": interface or None,
        "PrivateAddressIp": None,
        "InternetServiceProvider": "BGP",
        "InternetChargeType": "TRAFFIC_POSTPAID_BY_HOUR",
        "Bandwidth": 5,
        "BandwidthPackageId": None,
        "DeadlineDate": None,
        "Egress": "center_egress1",
        "EipAlgType": {"Ftp": False, "Sip": False},
        "IsArrears": False,
        "IsBlocked": False,
        "IsEipDirectConnection": False,
        "CascadeRelease": False,
        "LocalBgp": False,
        "CreatedTime": seed.utc,
        "TagSet": seed.short_tags,
    }


def interface(seed: Seed, *, instance: str, address: str, public_ip: str) -> Item:
    """The primary interface of ``instance``, with the EIP ``address`` or none."""
    return {
        "NetworkInterfaceId": seed.id,
        "NetworkInterfaceName": seed.name,
        "NetworkInterfaceDescription": "",
        "VpcId": seed.place.vpc,
        "SubnetId": seed.place.subnet,
        "GroupSet": [seed.place.security_group],
        "Zone": seed.place.zone,
        "Primary": True,
        "EniType": 1,
        "AttachType": 0,
        "Business": "cvm",
        "State": "AVAILABLE",
        "NetworkInterfaceState": "AVAILABLE",
        "MacAddress": "52:54:00:" + ":".join(f"{int(part):02x}" for part in seed.ip.split(".")[1:]),
        "PrivateIpAddressSet": [
            {
                "PrivateIpAddress": seed.ip,
                "Primary": True,
                "AddressId": address,
                "PublicIpAddress": public_ip,
                "Description": "",
                "IsWanIpBlocked": False,
                "State": "AVAILABLE",
                "QosLevel": "DEFAULT",
            }
        ],
        "Ipv6AddressSet": [],
        "Attachment": {
            "InstanceId": instance,
            "DeviceIndex": 0,
            "InstanceAccountId": "100012345678",
            "AttachTime": seed.local,
        },
        "CdcId": "",
        "CreatedTime": seed.local,
        "TagSet": seed.short_tags,
    }


def clb(seed: Seed) -> Item:
    place = seed.place
    return {
        "LoadBalancerId": seed.id,
        "LoadBalancerName": seed.name,
        "LoadBalancerType": "INTERNAL",
        "Forward": 1,
        "Domain": "",
        "LoadBalancerDomain": "",
        "LoadBalancerVips": [seed.ip],
        "AddressIPVersion": "ipv4",
        "AddressIPv6": None,
        "Status": 1,
        "StatusTime": seed.local,
        "CreateTime": seed.local,
        "ProjectId": 0,
        "VpcId": place.vpc,
        "SubnetId": place.subnet,
        "TargetRegionInfo": {"Region": place.region, "VpcId": place.vpc},
        "SecureGroups": [place.security_group],
        "MasterZone": {"ZoneId": place.zone_id, "Zone": place.zone, "ZoneName": place.zone, "LocalZone": False},
        "BackupZoneSet": None,
        "ChargeType": "POSTPAID_BY_HOUR",
        "ExpireTime": None,
        "NetworkAttributes": None,
        "PrepaidAttributes": None,
        "VipIsp": "INTERNAL",
        "SlaType": "",
        "Isolation": 0,
        "OpenBgp": 0,
        "Snat": False,
        "SnatPro": False,
        "SnatIps": [],
        "TargetCount": 2,
        "Tags": seed.long_tags,
    }


def alb(seed: Seed) -> Item:
    return {
        "LoadBalancerId": seed.id,
        "LoadBalancerName": seed.name,
        "LoadBalancerStatus": "Active",
        "AddressType": "Intranet",
        "AddressIpVersion": "IPv4",
        "Domain": f"{seed.id}.{seed.place.region}.alb.example.com",
        "VpcId": seed.place.vpc,
        "CreateTime": seed.utc,
        "DeletionProtection": {},
        "ModificationProtection": {},
        "LoadBalancerBillingConfig": {},
        "LoadBalancerOperationLocks": [],
        "Tags": seed.long_tags,
    }


def gwlb(seed: Seed) -> Item:
    return {
        "LoadBalancerId": seed.id,
        "LoadBalancerName": seed.name,
        "Status": 1,
        "VpcId": seed.place.vpc,
        "SubnetId": seed.place.subnet,
        "Vips": [seed.ip],
        "TargetGroupId": "",
        "ChargeType": "POSTPAID_BY_HOUR",
        "DeleteProtect": False,
        "OperateProtect": False,
        "Isolation": 0,
        "IsolatedTime": "",
        "CreateTime": seed.local,
        "Tags": seed.long_tags,
    }
