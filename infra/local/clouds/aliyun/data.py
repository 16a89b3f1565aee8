"""A made-up account: the same for the same seed, and whole, as every id that an item refers to exists."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from infra.local.clouds.aliyun import shapes
from infra.local.clouds.aliyun.ids import moment, new_id, public_ip
from infra.local.clouds.aliyun.services import fill_global, fill_region
from infra.local.clouds.aliyun.shapes import Machine, Place
from infra.local.clouds.inventory import Inventory

REGIONS = ("cn-shenzhen", "cn-hangzhou", "cn-beijing", "cn-shanghai", "cn-hongkong", "ap-southeast-1")

# The share of each region among six; the first is the largest, as accounts are.
_WEIGHTS = (40, 20, 15, 15, 6, 4)
_IDS = {
    "ecs": "InstanceId",
    "disk": "DiskId",
    "vpc": "VpcId",
    "vswitch": "VSwitchId",
    "security_group": "SecurityGroupId",
    "snapshot": "SnapshotId",
    "image": "ImageId",
    "rds": "DBInstanceId",
    "redis": "InstanceId",
    "mongodb.replica_set": "DBInstanceId",
    "mongodb.sharded": "DBInstanceId",
    "eip": "AllocationId",
    "eni": "NetworkInterfaceId",
    "lb.clb": "LoadBalancerId",
    "lb.alb": "LoadBalancerId",
    "lb.nlb": "LoadBalancerId",
    "server_group.alb": "ServerGroupId",
    "server_group.nlb": "ServerGroupId",
    "cdn": "DomainName",
    "waf.mainland": "InstanceId",
    "waf.overseas": "InstanceId",
    "dns": "DomainId",
    "nas": "FileSystemId",
    "oss": "Name",
    "kafka": "InstanceId",
    "elasticsearch": "instanceId",
}
_ROLES = ("web", "api", "worker", "cache", "db", "gateway")
_ENVIRONMENTS = ("prod", "staging", "test")

INSTANCES_PER_VPC = 40
VSWITCHES_PER_VPC = 3
SECURITY_GROUPS_PER_VPC = 2


def empty(regions: Sequence[str] = REGIONS) -> Inventory:
    return Inventory(_IDS, regions)


def generate(instances: int, *, seed: int = 1, regions: Sequence[str] = REGIONS) -> Inventory:
    """``instances`` over the regions, each with one or two disks, and the networks they need: in a region of n
    instances two VPCs and one more for each 40, with three vSwitches and two security groups each, and the services of
    ``services``."""
    inventory = empty(regions)
    for region, count in zip(regions, _shares(instances, len(regions)), strict=True):
        places = _fill(inventory, region, count, Random(f"{seed} {region}"))
        fill_region(inventory, region, places, Random(f"{seed} {region} services"))
    fill_global(inventory, instances, Random(f"{seed} global"))
    return inventory


def _shares(count: int, regions: int) -> list[int]:
    weights = [_WEIGHTS[min(index, len(_WEIGHTS) - 1)] for index in range(regions)]
    shares = [count * weight // sum(weights) for weight in weights]
    shares[0] += count - sum(shares)
    return shares


def _fill(inventory: Inventory, region: str, instances: int, random: Random) -> list[Place]:
    places = _networks(inventory, region, 2 + instances // INSTANCES_PER_VPC, random)
    for number in range(instances):
        created = moment(random)
        role, environment = random.choice(_ROLES), random.choice(_ENVIRONMENTS)
        machine = Machine(
            name=f"{environment}-{role}-{number:05d}",
            ip=f"10.{number // 62500 % 256}.{number // 250 % 250}.{number % 250 + 2}",
            public_ip=public_ip(random) if random.random() < 0.1 else "",
            cpu=random.choice((2, 4, 8)),
            running=random.random() < 0.9,
            tags={"env": environment, "role": role},
        )
        item = shapes.instance(new_id("i", region, random), machine, random.choice(places), created)
        inventory.add("ecs", region, item)
        for system in (True, False)[: random.choice((1, 2))]:
            disk_id = new_id("d", region, random)
            inventory.add(
                "disk", region, shapes.disk(disk_id, item, created, system=system, size=40 if system else 200)
            )
    return places


def _networks(inventory: Inventory, region: str, vpcs: int, random: Random) -> list[Place]:
    places: list[Place] = []
    zones = [f"{region}-{letter}" if region.startswith("cn-") else f"{region}{letter}" for letter in "abc"]
    for number in range(vpcs):
        environment = _ENVIRONMENTS[number % len(_ENVIRONMENTS)]
        tags = {"env": environment}
        second = 16 + number % 16
        vpc = shapes.vpc(
            new_id("vpc", region, random),
            f"{environment}-{number:03d}",
            region,
            moment(random),
            cidr=f"172.{second}.0.0/16",
            tags=tags,
        )
        vpc_id = vpc["VpcId"]
        groups = [new_id("sg", region, random) for _ in range(SECURITY_GROUPS_PER_VPC)]
        for index, group in enumerate(groups):
            name = f"{environment}-{number:03d}-{index}"
            inventory.add(
                "security_group", region, shapes.security_group(group, name, vpc_id, moment(random), tags=tags)
            )
        for index in range(VSWITCHES_PER_VPC):
            zone = zones[index % len(zones)]
            vswitch_id = new_id("vsw", region, random)
            name = f"{environment}-{number:03d}-{zone[-1]}"
            cidr = f"172.{second}.{index}.0/24"
            vswitch = shapes.vswitch(vswitch_id, name, vpc, zone, moment(random), cidr=cidr)
            inventory.add("vswitch", region, vswitch)
            vpc["VSwitchIds"]["VSwitchId"].append(vswitch_id)
            places += [Place(region, zone, vpc_id, vswitch_id, group) for group in groups]
        inventory.add("vpc", region, vpc)
    return places
