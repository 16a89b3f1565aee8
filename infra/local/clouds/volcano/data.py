"""A made-up account: the same for the same seed, and whole, as every id that an item refers to exists."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from infra.local.clouds.inventory import Inventory, Item
from infra.local.clouds.volcano.listings import GLOBAL
from infra.local.clouds.volcano.shapes import compute, database, edge, groups, network, platform
from infra.local.clouds.volcano.shapes.seed import Place, Seed

REGIONS = ("cn-beijing", "cn-shanghai", "cn-guangzhou", "cn-hongkong", "ap-southeast-1")

IDS = {
    "ecs": "InstanceId",
    "disk": "VolumeId",
    "snapshot": "SnapshotId",
    "security_group": "SecurityGroupId",
    "image": "ImageId",
    "public_image": "ImageId",
    "rds.mysql": "InstanceId",
    "rds.postgresql": "InstanceId",
    "rds.sqlserver": "InstanceId",
    "rds.vedb": "InstanceId",
    "redis": "InstanceId",
    "mongodb": "InstanceId",
    "vpc": "VpcId",
    "vswitch": "SubnetId",
    "eip": "AllocationId",
    "eni": "NetworkInterfaceId",
    "lb.clb": "LoadBalancerId",
    "lb.alb": "LoadBalancerId",
    "lb.nlb": "LoadBalancerId",
    "clb.group": "ServerGroupId",
    "alb.listener": "ListenerId",
    "alb.group": "ServerGroupId",
    "nlb.group": "ServerGroupId",
    "cdn": "Domain",
    "waf": "Domain",
    "dns": "ZID",
    "nas": "FileSystemId",
    "oss": "Name",
    "kafka": "InstanceId",
    "elasticsearch": "InstanceId",
}

SIMPLE: Mapping[str, tuple[str, Callable[[Seed], Item], int]] = {
    "rds.mysql": ("mysql", database.mysql, 20),
    "rds.postgresql": ("postgres", database.postgresql, 40),
    "rds.sqlserver": ("mssql", database.sqlserver, 60),
    "rds.vedb": ("vedbm", database.vedb, 60),
    "redis": ("redis", database.redis, 20),
    "mongodb": ("mongo-replica", database.mongodb, 40),
    "lb.clb": ("clb", network.clb, 20),
    "lb.alb": ("alb", network.alb, 60),
    "lb.nlb": ("nlb", network.nlb, 60),
    "nas": ("enas", platform.file_system, 40),
    "kafka": ("kafka", platform.kafka, 40),
    "elasticsearch": ("o", platform.elasticsearch, 40),
}
"""What depends on nothing but a place: the prefix of its ids, its shape, and for how many instances there is one."""

INSTANCES_PER_VPC = 40
SUBNETS_PER_VPC = 3
INSTANCES_PER_IMAGE = 30
INSTANCES_PER_SITE = 50
PUBLIC_IMAGES = 5

# The share of each region among five; the first is the largest, as accounts are.
_WEIGHTS = (40, 25, 20, 10, 5)
_FIRST_DAY = datetime(2021, 1, 1, tzinfo=UTC)
_ROLES = ("web", "api", "worker", "cache", "db", "gateway")
_ENVIRONMENTS = ("prod", "staging", "test")
_NOWHERE = Place("", "", "", "", "")


def empty(regions: Sequence[str] = REGIONS) -> Inventory:
    return Inventory(IDS, regions)


def generate(instances: int, *, seed: int = 1, regions: Sequence[str] = REGIONS) -> Inventory:
    """``instances`` over the regions, each with a disk or two and an interface, one in ten with an address; the
    networks they need, some of everything else in proportion, and what belongs to no region."""
    inventory = empty(regions)
    for region, count in zip(regions, _shares(instances, len(regions)), strict=True):
        _Region(inventory, region, Random(f"{seed} {region}")).fill(count)
    _fill_global(inventory, instances, Random(f"{seed} {GLOBAL}"))
    return inventory


def _shares(count: int, regions: int) -> list[int]:
    weights = [_WEIGHTS[min(index, len(_WEIGHTS) - 1)] for index in range(regions)]
    shares = [count * weight // sum(weights) for weight in weights]
    shares[0] += count - sum(shares)
    return shares


class _Region:
    def __init__(self, inventory: Inventory, region: str, random: Random) -> None:
        self._inventory = inventory
        self._region = region
        self._random = random

    def fill(self, instances: int) -> None:
        places = list(self._networks(2 + instances // INSTANCES_PER_VPC))
        images = self._images(1 + instances // INSTANCES_PER_IMAGE, places)
        for number in range(instances):
            self._machine(number, self._random.choice(places), self._random.choice(images))
        for kind, (prefix, shape, share) in SIMPLE.items():
            for number in range(1 + instances // share):
                self._add(kind, shape(self._seed(prefix, number, self._random.choice(places))))
        self._sites(2 + instances // INSTANCES_PER_SITE, places)
        self._groups()

    def _machine(self, number: int, place: Place, image: str) -> None:
        random = self._random
        seed = self._seed("i", number, place)
        interface = _id("eni", random)
        eip: Item = {}
        if random.random() < 0.1:
            eip = network.eip(replace(seed, id=_id("eip", random), ip=_public_ip(random)), instance=seed.id)
            self._add("eip", eip)
        self._add("eni", network.interface(replace(seed, id=interface), instance=seed.id, eip=eip))
        disks = [_id("vol", random) for _ in range(random.choice((1, 2)))]
        for index, disk in enumerate(disks):
            named = replace(seed, id=disk, name=f"{seed.name}-{index}")
            source = image if index == 0 else ""
            self._add("disk", compute.disk(named, owner=seed.id, system=index == 0, image=source))
        item = compute.instance(
            seed,
            cpu=random.choice((2, 4, 8)),
            running=random.random() < 0.9,
            image=image,
            disks=disks,
            interface=interface,
            eip=eip,
        )
        self._add("ecs", item)

    def _images(self, count: int, places: Sequence[Place]) -> list[str]:
        """Private images with the snapshots and the idle disks that they were made of."""
        images = []
        for number in range(PUBLIC_IMAGES):
            seed = self._seed("image", number, _NOWHERE)
            self._add("public_image", compute.image(replace(seed, name=f"veLinux {number}"), snapshot=""))
        for number in range(count):
            seed = self._seed("image", number, self._random.choice(places))
            taken, disk = (replace(seed, id=_id(prefix, self._random)) for prefix in ("snap", "vol"))
            idle = compute.disk(disk, owner="", system=True)
            restored = compute.disk(replace(seed, id=_id("vol", self._random)), owner="", system=False)
            self._add("disk", idle)
            self._add("disk", restored | {"SourceSnapshotId": taken.id})
            self._add("snapshot", compute.snapshot(taken, owner=idle, image=seed.id))
            self._add("image", compute.image(seed, snapshot=taken.id))
            images.append(seed.id)
        return images

    def _networks(self, vpcs: int) -> Iterator[Place]:
        for number in range(vpcs):
            second = 16 + number % 16
            vpc = self._seed("vpc", number, _NOWHERE)
            group = replace(vpc, id=_id("sg", self._random), place=replace(_NOWHERE, vpc=vpc.id))
            self._add("vpc", network.vpc(vpc, cidr=f"10.{second}.0.0/16", group=group.id))
            self._add("security_group", network.security_group(group))
            for letter in "abc"[:SUBNETS_PER_VPC]:
                place = Place(self._region, f"{self._region}-{letter}", vpc.id, "", group.id)
                subnet = replace(vpc, id=_id("subnet", self._random), name=f"{vpc.name}-{letter}", place=place)
                third = "abc".index(letter)
                self._add("vswitch", network.subnet(subnet, cidr=f"10.{second}.{third}.0/24"))
                yield replace(place, subnet=subnet.id)

    def _sites(self, count: int, places: Sequence[Place]) -> None:
        """Protected domains: every other one at a load balancer, of one kind or another."""
        balancers = [self._inventory.native_ids(kind, self._region) for kind in ("lb.clb", "lb.alb")]
        for number in range(max(4, count)):
            seed = self._seed("waf", number, self._random.choice(places))
            balancer = self._random.choice(balancers[number // 2 % 2]) if number % 2 else ""
            named = replace(seed, name=f"{seed.id}.{self._region}.example.com")
            self._add("waf", edge.waf(named, load_balancer=balancer))

    def _groups(self) -> None:
        """Every other load balancer forwards to two machines of its network."""
        machines = self._inventory.items("ecs", self._region)
        for kind, shape in groups.BEHIND.items():
            for number, balancer in enumerate(self._inventory.items(kind, self._region)[::2]):
                near = [machine for machine in machines if machine["VpcId"] == balancer["VpcId"]]
                chosen = self._random.sample(near, min(2, len(near)))
                servers = [groups.server(_id("rs", self._random), machine) for machine in chosen]
                for made, item in shape(self._seed("rsp", number, _NOWHERE), balancer, servers).items():
                    self._add(made, item)

    def _seed(self, prefix: str, number: int, place: Place) -> Seed:
        return _seed(_id(prefix, self._random), number, place, self._random)

    def _add(self, kind: str, item: Item) -> None:
        self._inventory.add(kind, self._region, item)


def _fill_global(inventory: Inventory, instances: int, random: Random) -> None:
    for number in range(2 + instances // INSTANCES_PER_SITE):
        place = replace(_NOWHERE, region=inventory.regions[number % len(inventory.regions)])
        seed = _seed(_id("tos", random), number, place, random)
        site = replace(seed, name=f"{seed.id}.example.com")
        inventory.add("cdn", GLOBAL, edge.cdn(site))
        inventory.add("dns", GLOBAL, edge.dns(replace(site, id=str(100_000 + random.randrange(800_000_000)))))
        inventory.add("oss", GLOBAL, edge.bucket(seed))


def _seed(native_id: str, number: int, place: Place, random: Random) -> Seed:
    role, environment = random.choice(_ROLES), random.choice(_ENVIRONMENTS)
    return Seed(
        native_id,
        f"{environment}-{role}-{number:05d}",
        _FIRST_DAY + timedelta(seconds=random.randrange(5 * 365 * 86400)),
        {"env": environment, "role": role},
        place,
        f"10.{number // 62500 % 256}.{number // 250 % 250}.{number % 250 + 2}",
    )


def _id(prefix: str, random: Random) -> str:
    return f"{prefix}-" + "".join(random.choices(string.ascii_lowercase + string.digits, k=12))


def _public_ip(random: Random) -> str:
    return f"180.{random.randrange(184, 186)}.{random.randrange(256)}.{random.randrange(1, 255)}"
