"""Items of the three load balancers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from infra.local.clouds.aliyun.listings import SERVERS
from infra.local.clouds.aliyun.shapes import Place, ecs_tags, seconds
from infra.local.clouds.inventory import Item

PLAIN_TAGS = [{"Key": "team", "Value": "platform"}]


def classic(native_id: str, name: str, place: Place, ip: str, created: datetime, *, machines: Sequence[Item]) -> Item:
    return {
        "LoadBalancerId": native_id,
        "LoadBalancerName": name,
        "LoadBalancerStatus": "active",
        "LoadBalancerSpec": "slb.s2.small",
        "Address": ip,
        "AddressType": "intranet",
        "AddressIPVersion": "ipv4",
        "NetworkType": "vpc",
        "VpcId": place.vpc,
        "VSwitchId": place.vswitch,
        "MasterZoneId": place.zone,
        "SlaveZoneId": place.zone,
        "RegionId": place.region,
        "RegionIdAlias": place.region,
        "Bandwidth": -1,
        "InternetChargeType": "3",
        "InternetChargeTypeAlias": "paybybandwidth",
        "InstanceChargeType": "PayBySpec",
        "PayType": "PayOnDemand",
        "DeleteProtection": "off",
        "ModificationProtectionStatus": "NonProtection",
        "ModificationProtectionReason": "",
        "ResourceGroupId": "",
        "CreateTime": seconds(created),
        "CreateTimeStamp": round(created.timestamp() * 1000),
        "Tags": ecs_tags({"team": "platform"}),
        SERVERS: [_listening(machine, port) for port in (80, 443) for machine in machines],
    }


def _listening(machine: Item, port: int) -> Item:
    return {
        "ServerId": machine["InstanceId"],
        "ServerIp": _address_of(machine),
        "ServerHealthStatus": "normal",
        "Protocol": "tcp",
        "ListenerPort": port,
        "Port": 8000 + port,
    }


def application(native_id: str, name: str, place: Place, created: datetime) -> Item:
    return {
        "LoadBalancerId": native_id,
        "LoadBalancerName": name,
        "LoadBalancerStatus": "Active",
        "LoadBalancerBussinessStatus": "Normal",
        "LoadBalancerEdition": "Standard",
        "LoadBalancerBillingConfig": {"PayType": "PostPay"},
        "LoadBalancerOperationLocks": [],
        "AddressType": "Intranet",
        "AddressAllocatedMode": "Dynamic",
        "AddressIpVersion": "IPv4",
        "DNSName": f"{native_id}.{place.region}.alb.aliyuncs.com",
        "VpcId": place.vpc,
        "SecurityGroupIds": [place.security_group],
        "DeletionProtectionConfig": {"Enabled": False, "EnabledTime": ""},
        "ModificationProtectionConfig": {"Status": "NonProtection", "Reason": ""},
        "ResourceGroupId": "",
        "CreateTime": seconds(created),
        "Tags": PLAIN_TAGS,
    }


def network(native_id: str, name: str, place: Place, interface: Item, address: Item, created: datetime) -> Item:
    """One with the public address ``address`` on the network interface ``interface``."""
    stands = {
        "EniId": interface["NetworkInterfaceId"],
        "PrivateIPv4Address": interface["PrivateIpAddress"],
        "PrivateIPv4HcStatus": "Healthy",
        "PublicIPv4Address": address["IpAddress"],
        "AllocationId": address["AllocationId"],
    }
    zone = {
        "ZoneId": place.zone,
        "VSwitchId": place.vswitch,
        "Status": "Active",
        "LoadBalancerAddresses": [stands],
    }
    return {
        "LoadBalancerId": native_id,
        "LoadBalancerName": name,
        "LoadBalancerStatus": "Active",
        "LoadBalancerBusinessStatus": "Normal",
        "LoadBalancerType": "Network",
        "LoadBalancerBillingConfig": {"PayType": "PostPay"},
        "OperationLocks": [],
        "AddressType": "Internet",
        "AddressIpVersion": "ipv4",
        "CrossZoneEnabled": True,
        "DNSName": f"{native_id}.{place.region}.nlb.aliyuncs.com",
        "VpcId": place.vpc,
        "RegionId": place.region,
        "SecurityGroupIds": [place.security_group],
        "ZoneMappings": [zone],
        "DeletionProtectionConfig": {"Enabled": False},
        "ModificationProtectionConfig": {"Status": "NonProtection"},
        "ResourceGroupId": "",
        "CreateTime": seconds(created),
        "Tags": PLAIN_TAGS,
    }


def application_group(balancer: Item, machines: Sequence[Item]) -> Item:
    return _group(balancer, machines) | {
        "Protocol": "HTTP",
        "Ipv6Enabled": False,
        "ServiceManagedEnabled": False,
        "UpstreamKeepaliveEnabled": False,
        "HealthCheckConfig": {"HealthCheckEnabled": False},
        "StickySessionConfig": {"StickySessionEnabled": False},
        "CreateTime": balancer["CreateTime"],
    }


def network_group(balancer: Item, machines: Sequence[Item]) -> Item:
    return _group(balancer, machines) | {
        "Protocol": "TCP",
        "AddressIPVersion": "ipv4",
        "AnyPortEnabled": False,
        "ConnectionDrainEnabled": False,
        "PreserveClientIpEnabled": True,
        "HealthCheck": {"HealthCheckEnabled": False},
        "RegionId": balancer["RegionId"],
    }


def _group(balancer: Item, machines: Sequence[Item]) -> Item:
    native_id = f"sgp-{balancer['LoadBalancerId'].partition('-')[2]}"
    return {
        "ServerGroupId": native_id,
        "ServerGroupName": f"{balancer['LoadBalancerName']}-group",
        "ServerGroupType": "Instance",
        "ServerGroupStatus": "Available",
        "Scheduler": "Wrr",
        "VpcId": balancer["VpcId"],
        "ResourceGroupId": "",
        "RelatedLoadBalancerIds": [balancer["LoadBalancerId"]],
        "ServerCount": len(machines),
        SERVERS: [_server(native_id, machine) for machine in machines],
        "Tags": PLAIN_TAGS,
    }


def _server(group: str, machine: Item) -> Item:
    return {
        "ServerGroupId": group,
        "ServerId": machine["InstanceId"],
        "ServerType": "Ecs",
        "ServerIp": _address_of(machine),
        "Port": 8080,
        "Weight": 100,
        "Status": "Available",
        "Description": machine["InstanceName"],
    }


def _address_of(machine: Item) -> str:
    return str(machine["VpcAttributes"]["PrivateIpAddress"]["IpAddress"][0])
