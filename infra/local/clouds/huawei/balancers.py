"""Load balancers and what is behind them, with all the fields that huawei's own show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from infra.local.clouds.huawei.compute import Place, pairs, seconds
from infra.local.clouds.inventory import Item


def dedicated_balancer(native_id: str, name: str, created: datetime, place: Place, eip: Item) -> Item:
    public = eip["public_ip_address"]
    return {
        "id": native_id,
        "name": name,
        "description": "",
        "project_id": place.project,
        "provider": "vlb",
        "guaranteed": True,
        "admin_state_up": True,
        "provisioning_status": "ACTIVE",
        "operating_status": "ONLINE",
        "vip_address": "172.16.0.152",
        "vip_port_id": None,
        "vip_subnet_cidr_id": None,
        "ipv6_vip_address": None,
        "ipv6_vip_port_id": None,
        "ipv6_vip_virsubnet_id": None,
        "vpc_id": place.vpc,
        "availability_zone_list": [place.zone],
        "elb_virsubnet_ids": [place.subnet],
        "elb_virsubnet_type": "ipv4",
        "listeners": [{"id": f"{native_id[:-4]}1157"}],
        "pools": [{"id": f"{native_id[:-4]}b001"}],
        "eips": [{"eip_id": eip["id"], "eip_address": public, "ip_version": 4}],
        "publicips": [{"publicip_id": eip["id"], "publicip_address": public, "ip_version": 4}],
        "tags": pairs({"role": "balancer"}),
        "enterprise_project_id": "0",
        "ip_target_enable": False,
        "autoscaling": {"enable": False, "min_l7_flavor_id": ""},
        "created_at": seconds(created),
        "updated_at": seconds(created),
    }


def shared_balancer(native_id: str, name: str, created: datetime, place: Place) -> Item:
    return {
        "id": native_id,
        "name": name,
        "description": "",
        "tenant_id": place.project,
        "project_id": place.project,
        "provider": "vlb",
        "admin_state_up": True,
        "provisioning_status": "ACTIVE",
        "operating_status": "ONLINE",
        "vip_address": "172.16.0.200",
        "vip_port_id": f"{native_id[:-4]}0909",
        "vip_subnet_id": f"{place.subnet[:-4]}beef",
        "vpc_id": place.vpc,
        "listeners": [],
        "pools": [{"id": f"{native_id[:-4]}b001"}],
        "tags": ["role=balancer"],
        "enterprise_project_id": "0",
        "created_at": created.strftime("%Y-%m-%dT%H:%M:%S"),
        "updated_at": created.strftime("%Y-%m-%dT%H:%M:%S"),
    }


def pool(balancer: Item, members: Sequence[Item]) -> Item:
    """The machines behind a balancer."""
    return {
        "id": balancer["pools"][0]["id"],
        "name": f"{balancer['name']}-pool",
        "description": "",
        "project_id": balancer["project_id"],
        "admin_state_up": True,
        "lb_algorithm": "ROUND_ROBIN",
        "protocol": "HTTP",
        "ip_version": "v4",
        "type": "instance",
        "vpc_id": balancer["vpc_id"],
        "healthmonitor_id": None,
        "session_persistence": None,
        "listeners": balancer["listeners"],
        "loadbalancers": [{"id": balancer["id"]}],
        "members": [{"id": member["id"]} for member in members],
        "enterprise_project_id": "0",
    }


def member(balancer: Item, machine: Item, index: int) -> Item:
    address = next(iter(machine["addresses"].values()))[0]["addr"]
    return {
        "id": f"{balancer['pools'][0]['id'][:-4]}{0xC000 + index:04x}",
        "name": "",
        "project_id": balancer["project_id"],
        "admin_state_up": True,
        "subnet_cidr_id": f"{balancer['id'][:-4]}beef",
        "protocol_port": 8080,
        "weight": 1,
        "address": address,
        "ip_version": "v4",
        "operating_status": "NO_MONITOR",
        "status": [],
        "member_type": "instance",
        "instance_id": machine["id"],
    }
