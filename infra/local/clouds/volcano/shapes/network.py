"""Networks, addresses and load balancers."""

from __future__ import annotations

from infra.local.clouds.inventory import Item
from infra.local.clouds.volcano.shapes.seed import ACCOUNT, Seed


def vpc(seed: Seed, *, cidr: str, group: str) -> Item:
    return {
        "VpcId": seed.id,
        "VpcName": seed.name,
        "AccountId": ACCOUNT,
        "Status": "Available",
        "Description": "",
        "CidrBlock": cidr,
        "SecondaryCidrBlocks": [],
        "UserCidrBlocks": [],
        "Ipv6CidrBlock": "",
        "DnsServers": [],
        "IsDefault": False,
        "SupportIpv4Gateway": False,
        "AssociateCens": [],
        "NatGatewayIds": [],
        "NetworkAclNum": "0",
        "RouteTableIds": [f"vtb-{seed.id.removeprefix('vpc-')}"],
        "SecurityGroupIds": [group],
        "SubnetIds": [],
        "ProjectName": "default",
        "CreationTime": seed.china,
        "UpdateTime": seed.china,
        "Tags": seed.tags,
    }


def subnet(seed: Seed, *, cidr: str) -> Item:
    vpc = seed.place.vpc
    return {
        "SubnetId": seed.id,
        "SubnetName": seed.name,
        "AccountId": ACCOUNT,
        "Status": "Available",
        "Description": "",
        "VpcId": vpc,
        "ZoneId": seed.place.zone,
        "CidrBlock": cidr,
        "Ipv6CidrBlock": "",
        "TotalIpv4Count": 252,
        "AvailableIpAddressCount": 240,
        "NetworkAclId": "",
        "RouteTable": {"RouteTableId": f"vtb-{vpc.removeprefix('vpc-')}", "RouteTableType": "System"},
        "IsDefault": False,
        "ProjectName": "default",
        "CreationTime": seed.china,
        "UpdateTime": seed.china,
        "Tags": seed.tags,
    }


def security_group(seed: Seed) -> Item:
    return {
        "SecurityGroupId": seed.id,
        "SecurityGroupName": seed.name,
        "AccountId": ACCOUNT,
        "Status": "Available",
        "Type": "normal",
        "Description": "",
        "VpcId": seed.place.vpc,
        "ServiceManaged": False,
        "AvailableIpCount": 6000,
        "AvailableNetworkInterfaceCount": 6000,
        "UsedIpCount": 0,
        "UsedNetworkInterfaceCount": 0,
        "ProjectName": "default",
        "CreationTime": seed.china,
        "Tags": seed.tags,
    }


def eip(seed: Seed, *, instance: str) -> Item:
    """An address that is bound to ``instance``, or to nothing."""
    return {
        "AllocationId": seed.id,
        "Name": seed.name,
        "EipAddress": seed.ip,
        "Status": "Attached" if instance else "Available",
        "InstanceId": instance,
        "InstanceType": "EcsInstance" if instance else "",
        "Description": "",
        "ISP": "BGP",
        "Bandwidth": 5,
        "BandwidthPackageId": "",
        "BillingType": 3,
        "BusinessStatus": "Normal",
        "LockReason": "",
        "ReleaseWithInstance": False,
        "SecurityProtectionTypes": [],
        "ProjectName": "default",
        "AllocationTime": seed.china,
        "UpdatedAt": seed.china,
        "DeletedTime": "",
        "ExpiredTime": "",
        "OverdueTime": "",
        "Tags": seed.tags,
    }


def interface(seed: Seed, *, instance: str, eip: Item) -> Item:
    """The primary interface of ``instance``, with the address ``eip`` or nothing."""
    place = seed.place
    bound = {"AllocationId": eip["AllocationId"], "EipAddress": eip["EipAddress"]} if eip else {}
    return {
        "NetworkInterfaceId": seed.id,
        "NetworkInterfaceName": seed.name,
        "AccountId": ACCOUNT,
        "Type": "primary",
        "Status": "InUse",
        "Description": "",
        "DeviceId": instance,
        "VpcId": place.vpc,
        "SubnetId": place.subnet,
        "SecurityGroupIds": [place.security_group],
        "ZoneId": place.zone,
        "MacAddress": "00:16:3e:" + ":".join(f"{int(part):02x}" for part in seed.ip.split(".")[1:]),
        "PrimaryIpAddress": seed.ip,
        "PrivateIpSets": {
            "PrivateIpSet": [{"PrivateIpAddress": seed.ip, "Primary": True, "AssociatedElasticIp": bound}]
        },
        "IPv6Sets": [],
        "AssociatedElasticIp": bound,
        "PortSecurityEnabled": True,
        "ServiceManaged": False,
        "ProjectName": "default",
        "CreatedAt": seed.china,
        "UpdatedAt": seed.china,
        "Tags": seed.tags,
    }


def clb(seed: Seed) -> Item:
    place = seed.place
    return {
        "LoadBalancerId": seed.id,
        "LoadBalancerName": seed.name,
        "AccountId": ACCOUNT,
        "Type": "private",
        "Status": "Active",
        "BusinessStatus": "Normal",
        "Description": "",
        "AddressIpVersion": "ipv4",
        "EniAddress": seed.ip,
        "EniAddressNum": 1,
        "EniID": "",
        "EipAddress": "",
        "EipID": "",
        "LoadBalancerSpec": "small_1",
        "LoadBalancerBillingType": 2,
        "MasterZoneId": place.zone,
        "SlaveZoneId": place.zone,
        "VpcId": place.vpc,
        "SubnetId": place.subnet,
        "ModificationProtectionStatus": "NonProtection",
        "LockReason": "",
        "ServiceManaged": False,
        "ProjectName": "default",
        "CreateTime": seed.china,
        "UpdateTime": seed.china,
        "Tags": seed.tags,
    }


def alb(seed: Seed) -> Item:
    place = seed.place
    return {
        "LoadBalancerId": seed.id,
        "LoadBalancerName": seed.name,
        "Type": "private",
        "Status": "Active",
        "BusinessStatus": "Normal",
        "Description": "",
        "AddressIpVersion": "IPv4",
        "DNSName": f"{seed.id}.{place.region}.alb.example.com",
        "LoadBalancerBillingType": 3,
        "LoadBalancerEdition": "Basic",
        "LocalAddresses": [],
        "SecurityGroupIds": [place.security_group],
        "VpcId": place.vpc,
        "SubnetId": "",
        "ZoneMappings": [
            {
                "ZoneId": place.zone,
                "SubnetId": place.subnet,
                "LoadBalancerAddresses": [
                    {"EniId": "", "EniAddress": seed.ip, "EipId": "", "EipAddress": "", "Eip": {}}
                ],
            }
        ],
        "DeleteProtection": "off",
        "ModificationProtectionStatus": "NonProtection",
        "ProjectName": "default",
        "CreateTime": seed.china,
        "UpdateTime": seed.china,
        "Tags": seed.tags,
    }


def nlb(seed: Seed) -> Item:
    place = seed.place
    return {
        "LoadBalancerId": seed.id,
        "LoadBalancerName": seed.name,
        "AccountId": ACCOUNT,
        "Status": "Active",
        "BillingStatus": "Normal",
        "BillingType": 3,
        "Description": "",
        "DNSName": f"{seed.id}.{place.region}.nlb.example.com",
        "IpAddressVersion": "ipv4",
        "Ipv4NetworkType": "intranet",
        "CrossZoneEnabled": True,
        "SecurityGroupIds": [place.security_group],
        "VpcId": place.vpc,
        "ZoneMappings": [
            {
                "ZoneId": place.zone,
                "SubnetId": place.subnet,
                "EniId": "",
                "Ipv4Address": seed.ip,
                "Ipv4EipId": "",
                "Ipv4HcStatus": "Healthy",
            }
        ],
        "ModificationProtectionStatus": "NonProtection",
        "ProjectName": "default",
        "CreateTime": seed.china,
        "UpdateTime": seed.china,
        "Tags": seed.tags,
    }
