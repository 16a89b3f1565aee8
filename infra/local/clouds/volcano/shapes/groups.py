"""Groups of servers, which load balancers forward to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from infra.local.clouds.inventory import Item
from infra.local.clouds.volcano.shapes.seed import ACCOUNT, Seed


def server(native_id: str, machine: Item) -> Item:
    (interface,) = machine["NetworkInterfaces"]
    return {
        "ServerId": native_id,
        "InstanceId": machine["InstanceId"],
        "Type": "ecs",
        "Ip": interface["PrimaryIpAddress"],
        "Port": 8080,
        "Weight": 100,
        "Description": "",
    }


def clb(seed: Seed, balancer: Item, servers: list[Item]) -> dict[str, Item]:
    group = {
        "ServerGroupId": seed.id,
        "ServerGroupName": seed.name,
        "LoadBalancerId": balancer["LoadBalancerId"],
        "Type": "instance",
        "Description": "",
        "AddressIpVersion": "ipv4",
        "AnyPortEnabled": "off",
        "Listeners": [_listener(seed)],
        "Servers": servers,
        "CreateTime": seed.china,
        "UpdateTime": seed.china,
        "Tags": seed.tags,
    }
    return {"clb.group": group}


def alb(seed: Seed, balancer: Item, servers: list[Item]) -> dict[str, Item]:
    group = {
        "ServerGroupId": seed.id,
        "ServerGroupName": seed.name,
        "ServerGroupType": "instance",
        "Description": "",
        "Status": "Active",
        "VpcId": balancer["VpcId"],
        "IpAddressType": "IPv4",
        "Protocol": "HTTP",
        "Scheduler": "wrr",
        "CrossZoneEnabled": "on",
        "HealthCheck": {"Enabled": "on", "Interval": 2, "Timeout": 2, "Method": "GET", "URI": "/", "Protocol": "HTTP"},
        "StickySessionConfig": {"StickySessionEnabled": "off"},
        "Listeners": [_listener(seed)],
        "Servers": [server | {"RemoteEnabled": "off"} for server in servers],
        "ProjectName": "default",
        "Tags": seed.tags,
    }
    listener = {
        "ListenerId": _listener(seed),
        "ListenerName": seed.name,
        "LoadBalancerId": balancer["LoadBalancerId"],
        "Description": "",
        "Status": "Active",
        "Enabled": "on",
        "Protocol": "HTTP",
        "Port": 80,
        "ServerGroupId": seed.id,
        "ServerGroups": [{"ServerGroupId": seed.id, "ServerGroupName": seed.name}],
        "AclStatus": "off",
        "AclIds": [],
        "DomainExtensions": [],
        "ProjectName": "default",
        "CreateTime": seed.china,
        "UpdateTime": seed.china,
        "Tags": seed.tags,
    }
    return {"alb.group": group, "alb.listener": listener}


def nlb(seed: Seed, balancer: Item, servers: list[Item]) -> dict[str, Item]:
    group = {
        "ServerGroupId": seed.id,
        "ServerGroupName": seed.name,
        "AccountId": ACCOUNT,
        "Type": "instance",
        "Description": "",
        "Status": "Active",
        "VpcId": balancer["VpcId"],
        "IpAddressVersion": "ipv4",
        "Protocol": "TCP",
        "Scheduler": "wrr",
        "RelatedLoadBalancerIds": [balancer["LoadBalancerId"]],
        "ServerCount": len(servers),
        "Servers": servers,
        "HealthCheck": {"Enabled": True, "Type": "TCP", "Interval": 10, "Timeout": 3},
        "AnyPortEnabled": False,
        "BypassSecurityGroupEnabled": False,
        "ConnectionDrainEnabled": False,
        "ConnectionDrainTimeout": 0,
        "PreserveClientIpEnabled": True,
        "ProxyProtocolType": "off",
        "SessionPersistenceEnabled": False,
        "SessionPersistenceTimeout": 0,
        "TimestampRemoveEnabled": False,
        "ProjectName": "default",
        "CreateTime": seed.china,
        "UpdateTime": seed.china,
        "Tags": seed.tags,
    }
    return {"nlb.group": group}


def _listener(seed: Seed) -> str:
    return seed.id.replace("rsp-", "lsn-", 1)


BEHIND: Mapping[str, Callable[[Seed, Item, list[Item]], dict[str, Item]]] = {
    "lb.clb": clb,
    "lb.alb": alb,
    "lb.nlb": nlb,
}
"""What stands behind a load balancer, by its kind: items by theirs."""
