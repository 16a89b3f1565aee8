"""A made-up account: the same for the same seed, and whole, as every id that an item refers to exists."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from random import Random

from infra.local.clouds.inventory import Inventory, Item
from infra.local.clouds.tencent import targets
from infra.local.clouds.tencent.listings import GLOBAL
from infra.local.clouds.tencent.shapes import backends, compute, database, edge, network, platform
from infra.local.clouds.tencent.shapes.seed import Place, Seed

REGIONS = ("ap-guangzhou", "ap-shanghai", "ap-beijing", "ap-chengdu", "ap-hongkong", "ap-singapore")

IDS = {
    "ecs": "InstanceId",
    "disk": "DiskId",
    "snapshot": "SnapshotId",
    "security_group": "SecurityGroupId",
    "image": "ImageId",
    "public_image": "ImageId",
    "rds.mysql": "InstanceId",
    "rds.postgres": "DBInstanceId",
    "rds.sqlserver": "InstanceId",
    "rds.mariadb": "InstanceId",
    "rds.cynosdb": "ClusterId",
    "rds.dcdb": "InstanceId",
    "redis": "InstanceId",
    "mongodb": "InstanceId",
    "vpc": "VpcId",
    "vswitch": "SubnetId",
    "eip": "AddressId",
    "eni": "NetworkInterfaceId",
    "lb.clb": "LoadBalancerId",
    "lb.alb": "LoadBalancerId",
    "lb.gwlb": "LoadBalancerId",
    "alb_listener": "ListenerId",
    "alb_rule": "RuleId",
    "alb_target_group": "TargetGroupId",
    "alb_target": "Registration",
    targets.KIND: "LoadBalancerId",
    "gwlb_target": "InstanceId",
    "cdn": "ResourceId",
    "waf.mainland": "DomainId",
    "waf.overseas": "DomainId",
    "dns": "DomainId",
    "nas": "FileSystemId",
    "oss": "Name",
    "kafka": "InstanceId",
    "elasticsearch": "InstanceId",
}

SIMPLE: Mapping[str, tuple[str, Callable[[Seed], Item], int]] = {
    "rds.mysql": ("cdb", database.mysql, 20),
    "rds.postgres": ("postgres", database.postgres, 40),
    "rds.sqlserver": ("mssql", database.sqlserver, 60),
    "rds.mariadb": ("tdsql", database.tdsql, 60),
    "rds.cynosdb": ("cynosdbmysql", database.cynosdb, 60),
    "rds.dcdb": ("dcdbt", database.tdsql, 60),
    "redis": ("crs", database.redis, 20),
    "mongodb": ("cmgo", database.mongodb, 40),
    "lb.clb": ("lb", network.clb, 20),
    "lb.alb": ("alb", network.alb, 60),
    "lb.gwlb": ("gwlb", network.gwlb, 60),
    "nas": ("cfs", platform.file_system, 40),
    "kafka": ("ckafka", platform.kafka, 40),
    "elasticsearch": ("es", platform.elasticsearch, 40),
}
"""What depends on nothing but a place: the prefix of its ids, its shape, and for how many instances there is one."""

INSTANCES_PER_VPC = 40
SUBNETS_PER_VPC = 3
INSTANCES_PER_IMAGE = 30
INSTANCES_PER_BALANCER = 2
CLASSIC_BALANCERS = 3
"""One load balancer of so many is of the old kind."""
PUBLIC_IMAGES = 5

# The share of each region among six; the first is the largest, as accounts are.
_WEIGHTS = (40, 20, 15, 15, 6, 4)
_FIRST_DAY = datetime(2021, 1, 1, tzinfo=UTC)
_ROLES = ("web", "api", "worker", "cache", "db", "gateway")
_ENVIRONMENTS = ("prod", "staging", "test")
_NOWHERE = Place("", "", 0, "", "", "")


def empty(regions: Sequence[str] = REGIONS) -> Inventory:
    return Inventory(IDS, regions)


def generate(instances: int, *, seed: int = 1, regions: Sequence[str] = REGIONS) -> Inventory:
    """``instances`` over the regions, each with a disk or two and an interface, one in ten with an address; the
    networks they need, some of everything else in proportion, and domains that belong to no region."""
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
        self._attach()

    def _attach(self) -> None:
        """Puts machines behind the load balancers."""
        inventory, region = self._inventory, self._region
        machines = cycle(inventory.items("ecs", region))
        for number, balancer in enumerate(inventory.items("lb.clb", region), start=1):
            native_id, own = balancer["LoadBalancerId"], list(islice(machines, INSTANCES_PER_BALANCER))
            if number % CLASSIC_BALANCERS == 0:
                inventory.update("lb.clb", region, native_id, Forward=0)
                self._add(targets.KIND, backends.classic(native_id, own))
            else:
                self._add(targets.KIND, backends.listeners(native_id, own))
        for balancer in inventory.items("lb.gwlb", region):
            group = balancer["LoadBalancerId"].replace("gwlb", "lbtg")
            inventory.update("lb.gwlb", region, balancer["LoadBalancerId"], TargetGroupId=group)
            for machine in islice(machines, INSTANCES_PER_BALANCER):
                self._add("gwlb_target", backends.member(group, machine))
        for balancer in inventory.items("lb.alb", region):
            application = backends.application(
                balancer["LoadBalancerId"], list(islice(machines, INSTANCES_PER_BALANCER))
            )
            for kind, items in application.items():
                for item in items:
                    self._add(kind, item)

    def _machine(self, number: int, place: Place, image: str) -> None:
        random = self._random
        seed = self._seed("ins", number, place)
        public_ip = _public_ip(random) if random.random() < 0.1 else ""
        interface = replace(seed, id=_id("eni", random))
        address = ""
        if public_ip:
            address = _id("eip", random)
            bound = replace(seed, id=address, ip=public_ip)
            self._add("eip", network.eip(bound, instance=seed.id, interface=interface.id))
        self._add("eni", network.interface(interface, instance=seed.id, address=address, public_ip=public_ip))
        disks = [_id("disk", random) for _ in range(random.choice((1, 2)))]
        for index, disk in enumerate(disks):
            named = replace(seed, id=disk, name=f"{seed.name}-{index}")
            self._add("disk", compute.disk(named, owner=seed.id, system=index == 0))
        item = compute.instance(
            seed,
            cpu=random.choice((2, 4, 8)),
            running=random.random() < 0.9,
            image=image,
            disks=disks,
            public_ip=public_ip,
        )
        self._add("ecs", item)

    def _images(self, count: int, places: Sequence[Place]) -> list[str]:
        """Private images with the snapshots and the idle disks that they were made of."""
        images = []
        for number in range(PUBLIC_IMAGES):
            seed = self._seed("img", number, _NOWHERE)
            self._add("public_image", compute.image(replace(seed, name=f"TencentOS {number}"), snapshot=""))
        for number in range(count):
            seed = self._seed("img", number, self._random.choice(places))
            taken, disk = (replace(seed, id=_id(prefix, self._random)) for prefix in ("snap", "disk"))
            idle = compute.disk(disk, owner="", system=True) | {"DiskState": "UNATTACHED", "Attached": False}
            self._add("disk", idle)
            self._add("snapshot", compute.snapshot(taken, owner=idle, image=seed.id))
            self._add("image", compute.image(seed, snapshot=taken.id))
            images.append(seed.id)
        return images

    def _networks(self, vpcs: int) -> Iterator[Place]:
        for number in range(vpcs):
            second = 16 + number % 16
            vpc = self._seed("vpc", number, _NOWHERE)
            group = replace(vpc, id=_id("sg", self._random))
            self._add("vpc", network.vpc(vpc, cidr=f"10.{second}.0.0/16"))
            self._add("security_group", network.security_group(group))
            for index in range(SUBNETS_PER_VPC):
                zone = index + 1
                place = Place(self._region, f"{self._region}-{zone}", 100000 + zone, vpc.id, "", group.id)
                subnet = replace(vpc, id=_id("subnet", self._random), name=f"{vpc.name}-{zone}", place=place)
                self._add("vswitch", network.subnet(subnet, cidr=f"10.{second}.{index}.0/24"))
                yield replace(place, subnet=subnet.id)

    def _seed(self, prefix: str, number: int, place: Place) -> Seed:
        return _seed(_id(prefix, self._random), number, place, self._random)

    def _add(self, kind: str, item: Item) -> None:
        self._inventory.add(kind, self._region, item)


def _fill_global(inventory: Inventory, instances: int, random: Random) -> None:
    home = inventory.regions[0]
    balancers = inventory.native_ids("lb.clb", home)
    place = replace(_NOWHERE, region=home)
    for number in range(2 + instances // 50):
        domain = f"site{number}.example.com"
        seed = replace(_seed(_id("cdn", random), number, place, random), name=domain)
        inventory.add("cdn", GLOBAL, edge.cdn(seed))
        inventory.add("dns", GLOBAL, edge.dns(replace(seed, id=str(10_000_000 + random.randrange(80_000_000)))))
        kind = "waf.overseas" if number % 4 == 1 else "waf.mainland"
        balancer = random.choice(balancers) if kind == "waf.mainland" else ""
        inventory.add(kind, GLOBAL, edge.waf(replace(seed, id=_id("waf", random)), load_balancer=balancer))
    for number in range(2 + instances // 50):
        place = replace(_NOWHERE, region=random.choice(inventory.regions))
        inventory.add("oss", GLOBAL, platform.bucket(_seed(_id("cam", random), number, place, random)))


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
    return f"{prefix}-" + "".join(random.choices(string.ascii_lowercase + string.digits, k=8))


def _public_ip(random: Random) -> str:
    return f"119.{random.randrange(28, 30)}.{random.randrange(256)}.{random.randrange(1, 255)}"
