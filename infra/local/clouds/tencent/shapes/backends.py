"""What is behind load balancers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infra.local.clouds.inventory import Item

REGISTERED = "2024-03-01 12:00:00"
REGISTERED_IN_ZONE = "2024-03-01T12:00:00+08:00"


def listeners(balancer: str, machines: Sequence[Item]) -> Item:
    """A listener of the transport, to the first machine, and one of HTTP whose rule leads to all."""
    name = balancer.removeprefix("lb-")
    rule = {
        "LocationId": f"loc-{name}",
        "Domain": "www.example.com",
        "Url": "/",
        "Targets": [_backend(machine) for machine in machines],
        "FunctionTargets": None,
    }
    return {
        "LoadBalancerId": balancer,
        "Listeners": [
            {
                "ListenerId": f"lbl-{name}t",
                "Protocol": "TCP",
                "Port": 443,
                "EndPort": 0,
                "Rules": None,
                "Targets": [_backend(machine) for machine in machines[:1]],
            },
            {
                "ListenerId": f"lbl-{name}h",
                "Protocol": "HTTP",
                "Port": 80,
                "EndPort": 0,
                "Rules": [rule],
                "Targets": None,
            },
        ],
    }


def classic(balancer: str, machines: Sequence[Item]) -> Item:
    return {"LoadBalancerId": balancer, "Targets": [_target(machine) | {"RunFlag": 2} for machine in machines]}


def member(group: str, machine: Item) -> Item:
    return _backend(machine) | {"TargetGroupId": group, "Port": 6081, "Weight": 16, "ZoneId": 100001}


def application(balancer: str, machines: Sequence[Item]) -> dict[str, list[Item]]:
    """By kind, what belongs to a load balancer of applications: a listener of HTTP, to the first machine, and one of
    HTTPS whose rule leads to all, beside one that only redirects. Items have the ids of what they belong to.
    """
    name = balancer.removeprefix("alb-")
    first, all_of_them = f"lbtg-{name}f", f"lbtg-{name}a"
    plain, secure = ({"LoadBalancerId": balancer, "ListenerId": f"lst-{name}{kind}"} for kind in "hs")
    redirect = {"Type": "Redirect", "Order": 1, "RedirectConfig": {"HttpCode": 301, "Host": "www.example.com"}}
    return {
        "alb_listener": [
            plain | _listener("HTTP", 80) | {"DefaultActions": [_forward(first)]},
            secure | _listener("HTTPS", 443) | {"DefaultActions": [_forward(first)]},
        ],
        "alb_rule": [
            secure | _rule(f"rule-{name}a", 1, "/", _forward(all_of_them) | {"Order": 1}),
            secure | _rule(f"rule-{name}r", 2, "/old", redirect | {"TargetGroupConfig": None}),
        ],
        "alb_target_group": [{"TargetGroupId": first}, {"TargetGroupId": all_of_them}],
        "alb_target": [
            application_target(group, machine)
            for group, own in ((first, machines[:1]), (all_of_them, machines))
            for machine in own
        ],
    }


def application_target(group: str, machine: Item) -> Item:
    """A machine's registration with a target group, of which it may be one of several."""
    native_id = machine["InstanceId"]
    return {
        "Registration": f"{group}/{native_id}",
        "TargetGroupId": group,
        "TargetId": native_id,
        "TargetName": machine["InstanceName"],
        "TargetType": "CVM",
        "TargetIp": machine["PrivateIpAddresses"][0],
        "TargetStatus": "Active",
        "EniId": native_id.replace("ins-", "eni-"),
        "Port": 8080,
        "Weight": 100,
    }


def _listener(protocol: str, port: int) -> Item:
    return {
        "ListenerName": protocol.lower(),
        "ListenerProtocol": protocol,
        "ListenerPort": port,
        "ListenerStatus": "Active",
        "CreateTime": REGISTERED_IN_ZONE,
        "Tags": [],
    }


def _rule(native_id: str, priority: int, path: str, action: Item) -> Item:
    return {
        "RuleId": native_id,
        "Priority": priority,
        "Direction": "Request",
        "Status": "Active",
        "Conditions": [{"Type": "Path", "PathConfig": [path]}],
        "Actions": [action],
        "Tags": [],
    }


def _forward(group: str) -> Item:
    return {"Type": "TargetGroup", "TargetGroupConfig": {"TargetGroups": [{"TargetGroupId": group, "Weight": 10}]}}


def _backend(machine: Item) -> dict[str, Any]:
    return _target(machine) | {"Port": 8080, "EniId": "", "RegisteredTime": REGISTERED}


def _target(machine: Item) -> dict[str, Any]:
    return {
        "Type": "CVM",
        "InstanceId": machine["InstanceId"],
        "InstanceName": machine["InstanceName"],
        "PrivateIpAddresses": machine["PrivateIpAddresses"],
        "PublicIpAddresses": machine["PublicIpAddresses"],
        "Weight": 10,
    }
