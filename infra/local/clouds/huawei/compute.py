"""Servers, disks, snapshots and images with all the fields that huawei's own show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from infra.local.clouds.inventory import Item

PUBLIC_IMAGE = "1ce5800a-e487-4c1b-b264-3353a39e2b4b"


@dataclass(frozen=True, slots=True)
class Place:
    region: str
    zone: str
    project: str
    vpc: str
    subnet: str
    security_group: str


@dataclass(frozen=True, slots=True)
class Machine:
    native_id: str
    name: str
    ip: str
    mac: str
    port: str
    cpu: int
    running: bool
    tags: dict[str, str]
    created: datetime


def seconds(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def microseconds(time: datetime) -> str:
    """As EVS writes a time: without a zone."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000")


def pairs(tags: dict[str, str]) -> list[Item]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def server(machine: Machine, place: Place, disks: list[str]) -> Item:
    address = {
        "version": "4",
        "addr": machine.ip,
        "OS-EXT-IPS-MAC:mac_addr": machine.mac,
        "OS-EXT-IPS:port_id": machine.port,
        "OS-EXT-IPS:type": "fixed",
    }
    volumes = [
        {"device": f"/dev/vd{'ab'[index]}", "bootIndex": str(index), "id": disk, "delete_on_termination": "true"}
        for index, disk in enumerate(disks)
    ]
    return {
        "id": machine.native_id,
        "name": machine.name,
        "status": "ACTIVE" if machine.running else "SHUTOFF",
        "addresses": {place.vpc: [address]},
        "flavor": {
            "id": f"s6.{machine.cpu}u",
            "name": f"s6.{machine.cpu}u",
            "vcpus": str(machine.cpu),
            "ram": str(machine.cpu * 2048),
            "disk": "0",
        },
        "accessIPv4": "",
        "accessIPv6": "",
        "image": {"id": PUBLIC_IMAGE},
        "hostId": f"{machine.native_id.replace('-', '')}host",
        "created": seconds(machine.created),
        "updated": seconds(machine.created),
        "metadata": {
            "vpc_id": place.vpc,
            "charging_mode": "0",
            "image_name": "EulerOS 2.9 64bit",
            "os_bit": "64",
            "os_type": "Linux",
            "metering.image_id": PUBLIC_IMAGE,
            "metering.resourcetype": "1",
        },
        "tags": [f"{key}={value}" for key, value in machine.tags.items()],
        "description": "",
        "locked": False,
        "config_drive": "",
        "tenant_id": place.project,
        "user_id": "bb7f23e27e7e46f3aaceb5f53a158bdc",
        "os-extended-volumes:volumes_attached": volumes,
        "OS-EXT-STS:task_state": None,
        "OS-EXT-STS:power_state": 1 if machine.running else 4,
        "OS-EXT-STS:vm_state": "active" if machine.running else "stopped",
        "OS-EXT-AZ:availability_zone": place.zone,
        "OS-EXT-SRV-ATTR:host": "az1.dc1",
        "OS-EXT-SRV-ATTR:hostname": machine.name,
        "OS-EXT-SRV-ATTR:user_data": "IyEvYmluL2Jhc2gKZWNobyBzZWNyZXQK",
        "OS-DCF:diskConfig": "MANUAL",
        "OS-SRV-USG:launched_at": microseconds(machine.created),
        "enterprise_project_id": "0",
        "fault": None,
        "host_status": "UP",
        "key_name": None,
        "security_groups": [{"id": place.security_group, "name": "default"}],
        "sys_tags": [{"key": "_sys_enterprise_project_id", "value": "0"}],
    }


def disk(native_id: str, machine: Machine, place: Place, *, system: bool, snapshot: str | None = None) -> Item:
    return {
        "id": native_id,
        "name": f"{machine.name}-volume-{'0000' if system else '0001'}",
        "status": "in-use",
        "size": 40 if system else 200,
        "volume_type": "SSD" if system else "SAS",
        "bootable": "true" if system else "false",
        "availability_zone": place.zone,
        "attachments": [
            {
                "server_id": machine.native_id,
                "attachment_id": f"{native_id}-attachment",
                "attached_at": microseconds(machine.created),
                "volume_id": native_id,
                "device": "/dev/vda" if system else "/dev/vdb",
                "id": native_id,
            }
        ],
        "created_at": microseconds(machine.created),
        "updated_at": microseconds(machine.created),
        "description": None,
        "encrypted": False,
        "multiattach": False,
        "shareable": False,
        "snapshot_id": snapshot,
        "source_volid": None,
        "metadata": {"hw:passthrough": "false"},
        "os-vol-host-attr:host": "pod01.xxx#SSD",
        "os-vol-tenant-attr:tenant_id": place.project,
        "replication_status": "disabled",
        "service_type": "EVS",
        "tags": machine.tags,
        "enterprise_project_id": "0",
        "user_id": "b0524e8342084ef5b74f158f78fc3049",
        "wwn": f"6888603000{native_id[:8]}",
        "links": [{"href": f"https://evs.{place.region}.myhuaweicloud.com/v2/volumes/{native_id}", "rel": "self"}],
    }


def snapshot(native_id: str, disk: Item, created: datetime, *, project: str) -> Item:
    return {
        "id": native_id,
        "name": f"{disk['name']}-snapshot",
        "status": "available",
        "volume_id": disk["id"],
        "size": disk["size"],
        "description": None,
        "metadata": {"__system__enableActive": "true"},
        "created_at": microseconds(created),
        "updated_at": microseconds(created),
        "service_type": "EVS",
        "os-extended-snapshot-attributes:project_id": project,
        "os-extended-snapshot-attributes:progress": "100%",
    }


def image(native_id: str, name: str, created: datetime, *, project: str) -> Item:
    return {
        "id": native_id,
        "name": name,
        "status": "active",
        "visibility": "private",
        "owner": project,
        "container_format": "bare",
        "disk_format": "zvhd2",
        "min_disk": 40,
        "min_ram": 0,
        "protected": False,
        "created_at": seconds(created),
        "updated_at": seconds(created),
        "active_at": seconds(created),
        "file": f"/v2/images/{native_id}/file",
        "schema": "/v2/schemas/image",
        "self": f"/v2/images/{native_id}",
        "tags": [],
        "virtual_env_type": "FusionCompute",
        "enterprise_project_id": "0",
        "__imagetype": "private",
        "__isregistered": "true",
        "__os_bit": "64",
        "__os_type": "Linux",
        "__os_version": "EulerOS 2.9 64bit",
        "__platform": "EulerOS",
        "__image_size": "1073741824",
    }
