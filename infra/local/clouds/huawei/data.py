"""A made-up account: the same for the same seed, and whole: servers, disks, networks and addresses that refer to each
other exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from infra.local.clouds.huawei import balancers, compute, network, services
from infra.local.clouds.huawei.account import GLOBAL, project_of
from infra.local.clouds.huawei.compute import Machine, Place
from infra.local.clouds.inventory import Inventory, Item

REGIONS = ("cn-north-4", "cn-east-3", "cn-south-1", "ap-southeast-3")

# The share of each region among four; the first is the largest, as accounts are.
_WEIGHTS = (50, 25, 15, 10)
_IDS = {
    "ecs": "id",
    "disk": "id",
    "snapshot": "id",
    "security_group": "id",
    "image": "id",
    "rds": "id",
    "redis": "instance_id",
    "mongodb": "id",
    "vpc": "id",
    "vswitch": "id",
    "eip": "id",
    "eni": "id",
    "lb.dedicated": "id",
    "lb.shared": "id",
    "pool": "id",
    "member": "id",
    "cdn": "id",
    "waf": "id",
    "dns.public": "id",
    "dns.private": "id",
    "nas": "id",
    "oss": "Name",
    "kafka": "instance_id",
    "elasticsearch": "id",
}
_FIRST_DAY = datetime(2021, 1, 1, tzinfo=UTC)
_ROLES = ("web", "api", "worker", "cache", "db", "gateway")
_ENVIRONMENTS = ("prod", "staging", "test")

INSTANCES_PER_VPC = 40
SUBNETS_PER_VPC = 3


def empty(regions: Sequence[str] = REGIONS) -> Inventory:
    return Inventory(_IDS, regions)


def generate(instances: int, *, seed: int = 1, regions: Sequence[str] = REGIONS) -> Inventory:
    """``instances`` over the regions, with what they need and some of everything else: in a region of n instances
    two VPCs and one more for each 40, a database of each sort for each 40, and so on."""
    inventory = empty(regions)
    weights = [_WEIGHTS[min(index, len(_WEIGHTS) - 1)] for index in range(len(regions))]
    shares = [instances * weight // sum(weights) for weight in weights]
    shares[0] += instances - sum(shares)
    for region, count in zip(regions, shares, strict=True):
        _Region(inventory, region, project_of(region), Random(f"{seed} {region}")).fill(count)
    _everywhere(inventory, instances, Random(f"{seed} everywhere"))
    return inventory


@dataclass(frozen=True, slots=True)
class _Region:
    inventory: Inventory
    name: str
    project: str
    random: Random

    def fill(self, instances: int) -> None:
        groups = 1 + instances // INSTANCES_PER_VPC
        places = self._networks(groups + 1)
        for number in range(instances):
            self._machine(number, self.random.choice(places))
        for number in range(groups):
            self._services(number, self.random.choice(places))

    def _add(self, kind: str, item: Item) -> Item:
        self.inventory.add(kind, self.name, item)
        return item

    def _networks(self, vpcs: int) -> list[Place]:
        places: list[Place] = []
        zones = [f"{self.name}{letter}" for letter in "abc"]
        for number in range(vpcs):
            environment = _ENVIRONMENTS[number % len(_ENVIRONMENTS)]
            tags, name, second = {"env": environment}, f"{environment}-{number:03d}", 16 + number % 16
            created = _time(self.random)
            cidr = f"172.{second}.0.0/16"
            vpc = network.vpc(_id(self.random), name, created, cidr=cidr, project=self.project, tags=tags)
            self._add("vpc", vpc)
            group = network.security_group(_id(self.random), name, created, project=self.project, tags=tags)
            self._add("security_group", group)
            for index, zone in enumerate(zones[:SUBNETS_PER_VPC]):
                cidr = f"172.{second}.{index}.0/24"
                subnet = network.subnet(_id(self.random), f"{name}-{zone[-1]}", vpc, zone, cidr=cidr)
                self._add("vswitch", subnet)
                places.append(Place(self.name, zone, self.project, vpc["id"], subnet["id"], group["id"]))
        return places

    def _machine(self, number: int, place: Place) -> None:
        random = self.random
        role, environment = random.choice(_ROLES), random.choice(_ENVIRONMENTS)
        third, fourth = number // 250 % 250, number % 250 + 2
        machine = Machine(
            native_id=_id(random),
            name=f"{environment}-{role}-{number:05d}",
            ip=f"10.{number // 62500 % 256}.{third}.{fourth}",
            mac=f"fa:16:3e:{number // 62500 % 256:02x}:{third:02x}:{fourth:02x}",
            port=_id(random),
            cpu=random.choice((2, 4, 8)),
            running=random.random() < 0.9,
            tags={"env": environment, "role": role},
            created=_time(random),
        )
        disks = [_id(random) for _ in range(random.choice((1, 2)))]
        self._add("ecs", compute.server(machine, place, disks))
        self._add("eni", network.port(machine, place))
        for index, native_id in enumerate(disks):
            disk = self._add("disk", compute.disk(native_id, machine, place, system=index == 0))
            if random.random() < 0.2:
                self._add("snapshot", compute.snapshot(_id(random), disk, _time(random), project=self.project))
        if random.random() < 0.1:
            eip = network.public_ip(_id(random), _public_ip(random), machine.created, place)
            self._add("eip", network.bound(eip, machine, place))

    def _services(self, number: int, place: Place) -> None:
        random, created, suffix = self.random, _time(self.random), f"{number:03d}"
        third = number % 250
        self._add("image", compute.image(_id(random), f"golden-{suffix}", created, project=self.project))
        for kind, make in (("rds", services.rds), ("redis", services.redis), ("mongodb", services.mongodb)):
            self._add(kind, make(_id(random), f"{kind}-{suffix}", created, place, ip=f"10.250.{third}.10"))
        eip = network.public_ip(_id(random), _public_ip(random), created, place)
        balancer = balancers.dedicated_balancer(_id(random), f"elb-{suffix}", created, place, eip)
        self._add("lb.dedicated", balancer)
        self._add("eip", network.bound_to_balancer(eip, balancer))
        shared = balancers.shared_balancer(_id(random), f"shared-{suffix}", created, place)
        self._add("lb.shared", shared)
        machines = self.inventory.items("ecs", self.name)[2 * number :][:2]
        for one in (balancer, shared):
            members = [balancers.member(one, machine, index) for index, machine in enumerate(machines)]
            self._add("pool", balancers.pool(one, members))
            for member in members:
                self._add("member", member)
        self._add("waf", network.waf_host(_id(random).replace("-", ""), f"w{suffix}.example.com", created, self.name))
        router = place.vpc, self.name
        zone = network.zone(_id(random), f"r{suffix}.internal.", created, project=self.project, router=router)
        self._add("dns.private", zone)
        self._add("nas", services.share(_id(random), f"share-{suffix}", created, place))
        self._add("kafka", services.kafka(_id(random), f"kafka-{suffix}", created, place))
        cluster = services.search_cluster(_id(random), f"css-{suffix}", created, place, ip=f"10.251.{third}.10")
        self._add("elasticsearch", cluster)


def _everywhere(inventory: Inventory, instances: int, random: Random) -> None:
    for number in range(3 + instances // INSTANCES_PER_VPC):
        created = _time(random)
        region = random.choice(inventory.regions)
        native_id = _id(random).replace("-", "")
        inventory.add("cdn", GLOBAL, network.cdn_domain(native_id, f"cdn{number}.example.com", created))
        zone = network.zone(_id(random), f"zone{number}.example.", created, project=native_id)
        inventory.add("dns.public", GLOBAL, zone)
        inventory.add("oss", GLOBAL, services.bucket(f"cam-{number:03d}-{native_id[:8]}", created, region))


def _id(random: Random) -> str:
    digits = f"{random.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _time(random: Random) -> datetime:
    return _FIRST_DAY + timedelta(seconds=random.randrange(5 * 365 * 86400))


def _public_ip(random: Random) -> str:
    return f"121.{random.randrange(36, 37)}.{random.randrange(256)}.{random.randrange(1, 255)}"
