"""What is behind load balancers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infra.local.clouds.inventory import Item

REGISTERED = "2024-03-01 12:00:00"


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
    """A machine of a target group."""
    return _backend(machine) | {"TargetGroupId": group, "Port": 6081, "Weight": 16, "ZoneId": 100001}


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
