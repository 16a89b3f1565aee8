"""Networks, addresses, load balancers, domains and zones with all the fields that huawei's own show."""

from __future__ import annotations

from datetime import datetime

from infra.local.clouds.huawei.compute import Machine, Place, pairs, seconds
from infra.local.clouds.inventory import Item


def vpc(native_id: str, name: str, created: datetime, *, cidr: str, project: str, tags: dict[str, str]) -> Item:
    return {
        "id": native_id,
        "name": name,
        "description": "",
        "cidr": cidr,
        "extend_cidrs": [],
        "status": "ACTIVE",
        "project_id": project,
        "enterprise_project_id": "0",
        "tags": pairs(tags),
        "created_at": seconds(created),
        "updated_at": seconds(created),
        "cloud_resources": [{"resource_type": "virsubnet", "resource_count": 3}],
    }


def subnet(native_id: str, name: str, vpc: Item, zone: str, *, cidr: str) -> Item:
    return {
        "id": native_id,
        "name": name,
        "description": "",
        "cidr": cidr,
        "gateway_ip": cidr.replace(".0/24", ".1"),
        "dhcp_enable": True,
        "ipv6_enable": False,
        "dnsList": ["100.125.1.250", "100.125.129.250"],
        "primary_dns": "100.125.1.250",
        "secondary_dns": "100.125.129.250",
        "availability_zone": zone,
        "vpc_id": vpc["id"],
        "status": "ACTIVE",
        "neutron_network_id": native_id,
        "neutron_subnet_id": f"{native_id[:-4]}beef",
        "extra_dhcp_opts": [],
        "tenant_id": vpc["project_id"],
        "created_at": vpc["created_at"],
        "updated_at": vpc["created_at"],
    }


def security_group(native_id: str, name: str, created: datetime, *, project: str, tags: dict[str, str]) -> Item:
    return {
        "id": native_id,
        "name": name,
        "description": "",
        "project_id": project,
        "enterprise_project_id": "0",
        "tags": pairs(tags),
        "created_at": seconds(created),
        "updated_at": seconds(created),
    }


def port(machine: Machine, place: Place) -> Item:
    return {
        "id": machine.port,
        "name": "",
        "status": "ACTIVE",
        "admin_state_up": True,
        "network_id": place.subnet,
        "mac_address": machine.mac,
        "fixed_ips": [{"subnet_id": f"{place.subnet[:-4]}beef", "ip_address": machine.ip}],
        "device_id": machine.native_id,
        "device_owner": f"compute:{place.zone}",
        "security_groups": [place.security_group],
        "tenant_id": place.project,
        "allowed_address_pairs": [],
        "extra_dhcp_opts": [],
        "binding:vnic_type": "normal",
        "binding:vif_details": {"primary_interface": True},
        "binding:profile": {},
        "dns_assignment": [],
        "dns_name": "",
        "instance_id": "",
        "instance_type": "",
        "port_security_enabled": True,
        "zone_id": place.zone,
        "created_at": seconds(machine.created),
        "updated_at": seconds(machine.created),
    }


def public_ip(native_id: str, address: str, created: datetime, place: Place) -> Item:
    """An address that is bound to nothing; see ``bound``."""
    return {
        "id": native_id,
        "alias": f"eip-{native_id[:4]}",
        "project_id": place.project,
        "ip_version": 4,
        "public_ip_address": address,
        "public_ipv6_address": None,
        "status": "DOWN",
        "description": "",
        "type": "EIP",
        "vnic": None,
        "bandwidth": {
            "id": f"{native_id[:-4]}b0b0",
            "name": f"bandwidth-{native_id[:4]}",
            "size": 5,
            "share_type": "PER",
            "charge_mode": "traffic",
        },
        "enterprise_project_id": "0",
        "billing_info": None,
        "lock_status": None,
        "associate_instance_type": None,
        "associate_instance_id": None,
        "publicip_pool_name": "5_bgp",
        "publicip_pool_id": "160576",
        "public_border_group": "center",
        "allow_share_bandwidth_types": ["bgp", "share"],
        "created_at": seconds(created),
        "updated_at": seconds(created),
    }


def bound(address: Item, machine: Machine, place: Place) -> Item:
    vnic = {
        "private_ip_address": machine.ip,
        "device_id": machine.native_id,
        "device_owner": f"compute:{place.zone}",
        "vpc_id": place.vpc,
        "port_id": machine.port,
        "mac": machine.mac,
        "instance_id": "",
        "instance_type": "",
    }
    port = {"associate_instance_type": "PORT", "associate_instance_id": machine.port}
    return address | port | {"status": "ACTIVE", "vnic": vnic}


def bound_to_balancer(address: Item, balancer: Item) -> Item:
    elb = {"associate_instance_type": "ELB", "associate_instance_id": balancer["id"]}
    vnic = {"private_ip_address": balancer["vip_address"], "device_id": "", "device_owner": "neutron:LOADBALANCERV3"}
    return address | elb | {"status": "ELB", "vnic": vnic | {"vpc_id": balancer["vpc_id"], "port_id": ""}}


def cdn_domain(native_id: str, name: str, created: datetime) -> Item:
    milliseconds = int(created.timestamp() * 1000)
    return {
        "id": native_id,
        "domain_name": name,
        "business_type": "web",
        "domain_status": "online",
        "cname": f"{name}.cdnhwc1.com",
        "sources": [{"ip_or_domain": "192.0.2.7", "origin_type": "ipaddr", "active_standby": 1}],
        "https_status": 0,
        "create_time": milliseconds,
        "modify_time": milliseconds,
        "disabled": 0,
        "locked": 0,
        "service_area": "mainland_china",
        "enterprise_project_id": "0",
        "tags": pairs({"role": "web"}),
    }


def waf_host(native_id: str, name: str, created: datetime, region: str) -> Item:
    return {
        "id": native_id,
        "hostid": native_id,
        "hostname": name,
        "region": region,
        "policyid": f"{native_id[:-4]}4444",
        "access_code": native_id[:24],
        "protect_status": 1,
        "access_status": 1,
        "proxy": False,
        "timestamp": int(created.timestamp() * 1000),
        "paid_type": "prePaid",
        "waf_type": "cloud",
        "flag": {"pci_3ds": "false", "pci_dss": "false", "ipv6": "false", "cname": "new"},
        "enterprise_project_id": "0",
        "access_progress": [{"step": 1, "status": 1}],
    }


def zone(native_id: str, name: str, created: datetime, *, project: str, router: tuple[str, str] | None = None) -> Item:
    """A zone: private where it has a ``router``, which is VPC and region."""
    shared = {
        "id": native_id,
        "name": name,
        "description": "",
        "email": f"hostmaster.{name}",
        "zone_type": "private" if router else "public",
        "ttl": 300,
        "serial": 1,
        "status": "ACTIVE",
        "record_num": 2,
        "pool_id": "ff8080825b8fc86c015b94bc6f8712c3",
        "project_id": project,
        "created_at": created.strftime("%Y-%m-%dT%H:%M:%S.000"),
        "updated_at": created.strftime("%Y-%m-%dT%H:%M:%S.000"),
        "links": {"self": f"https://dns.myhuaweicloud.com/v2/zones/{native_id}"},
        "masters": [],
        "enterprise_project_id": "0",
        "tags": pairs({"env": "prod"}),
    }
    if router is None:
        return shared
    return shared | {"routers": [{"status": "ACTIVE", "router_id": router[0], "router_region": router[1]}]}
