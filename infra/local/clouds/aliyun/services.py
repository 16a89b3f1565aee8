"""Fills a made-up account with what stands beside its instances, disks and networks."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from chalicelib.providers.base import GLOBAL
from infra.local.clouds.aliyun import attached, balancers, databases, edge, regional
from infra.local.clouds.aliyun.ids import moment, new_id, public_ip
from infra.local.clouds.aliyun.shapes import Place
from infra.local.clouds.inventory import Inventory, Item

DISKS_PER_SNAPSHOT = 4
SNAPSHOTS_PER_IMAGE = 10
INSTANCES_PER_ADDRESS = 20
INSTANCES_PER_DOMAIN = 100
FEWEST_DOMAINS = 6
BUCKETS_PER_REGION = 4


def fill_region(inventory: Inventory, region: str, places: list[Place], random: Random) -> None:
    """Each VPC (the first of its places) gets the services of ``_SERVICES``."""
    _attach(inventory, region, random)
    first_of = {place.vpc: place for place in reversed(places)}
    machines: dict[str, list[Item]] = {vpc: [] for vpc in first_of}
    for machine in inventory.items("ecs", region):
        machines[machine["VpcAttributes"]["VpcId"]].append(machine)
    for number, place in enumerate(reversed(first_of.values())):
        _Services(inventory, place, random, number, machines[place.vpc]).build()


def fill_global(inventory: Inventory, instances: int, random: Random) -> None:
    for number in range(FEWEST_DOMAINS + instances // INSTANCES_PER_DOMAIN):
        site = f"site{number:04d}.example"
        inventory.add("cdn", GLOBAL, edge.accelerated(1100000 + number, f"www.{site}", moment(random)))
        inventory.add("dns", GLOBAL, edge.resolved(f"{random.getrandbits(128):032x}", site, moment(random)))
    for name, home in (("waf.mainland", "cn-hangzhou"), ("waf.overseas", "ap-southeast-1")):
        firewall = f"waf_v3prepaid_public_cn-{random.getrandbits(44):011x}"
        inventory.add(name, GLOBAL, edge.firewall(firewall, home, moment(random)))
    for region in inventory.regions:
        for number in range(BUCKETS_PER_REGION):
            name = f"demo-{region}-{number}"
            inventory.add("oss", GLOBAL, edge.bucket(name, region, moment(random)))


def _attach(inventory: Inventory, region: str, random: Random) -> None:
    for number, instance in enumerate(inventory.items("ecs", region)):
        inventory.add("eni", region, attached.primary_interface(instance))
        if number % INSTANCES_PER_ADDRESS == 0:
            owner = ("EcsInstance", instance["InstanceId"])
            name, ip = f"{instance['InstanceName']}-eip", public_ip(random)
            address = attached.address(new_id("eip", region, random), name, region, ip, moment(random), owner=owner)
            inventory.add("eip", region, address)
            shown = {"AllocationId": address["AllocationId"], "IpAddress": ip, "InternetChargeType": "PayByTraffic"}
            inventory.update("ecs", region, instance["InstanceId"], EipAddress=shown)
    for disk in inventory.items("disk", region)[::DISKS_PER_SNAPSHOT]:
        inventory.add("snapshot", region, attached.snapshot(new_id("s", region, random), disk, moment(random)))
    for number, snapshot in enumerate(inventory.items("snapshot", region)[::SNAPSHOTS_PER_IMAGE]):
        name = f"golden-{number:03d}"
        inventory.add("image", region, attached.image(new_id("m", region, random), name, snapshot, moment(random)))


@dataclass(frozen=True, slots=True)
class _Services:
    """What one VPC, the ``number``-th of its region and with these ``machines``, has."""

    inventory: Inventory
    place: Place
    random: Random
    number: int
    machines: list[Item]

    def build(self) -> None:
        self._databases()
        self._balancers()
        place, random = self.place, self.random
        files = regional.files(f"{random.getrandbits(40):010x}", self._named("files"), place, moment(random))
        self.inventory.add("nas", place.region, files)
        queue = regional.queue(self._id("alikafka_pre"), self._named("queue"), place, moment(random))
        self.inventory.add("kafka", place.region, queue)
        search = regional.search(self._id("es"), self._named("search"), place, moment(random))
        self.inventory.add("elasticsearch", place.region, search)

    def _databases(self) -> None:
        place, random = self.place, self.random
        for role in ("orders", "users"):
            rds = databases.relational(self._id("rm"), self._named(role), place, moment(random))
            self.inventory.add("rds", place.region, rds)
            cache = databases.cache(self._id("r"), self._named(role), place, self._ip(20), moment(random))
            self.inventory.add("redis", place.region, cache)
        for kind, sharded in (("mongodb.replica_set", False), ("mongodb.sharded", True)):
            found = databases.documents(self._id("dds"), self._named("docs"), place, moment(random), sharded=sharded)
            self.inventory.add(kind, place.region, found)

    def _balancers(self) -> None:
        place, random, region = self.place, self.random, self.place.region
        name, ip = self._named("clb"), self._ip(30)
        classic = balancers.classic(self._id("lb"), name, place, ip, moment(random), machines=self.machines[:2])
        self.inventory.add("lb.clb", region, classic)
        self._address(("SlbInstance", classic["LoadBalancerId"]))
        application = balancers.application(self._id("alb"), self._named("alb"), place, moment(random))
        self.inventory.add("lb.alb", region, application)
        group = balancers.application_group(application, self.machines[1:3])
        self.inventory.add("server_group.alb", region, group)
        interface = attached.interface(self._id("eni"), self._named("nlb"), place, self._ip(40))
        self.inventory.add("eni", region, interface)
        address = self._address(("NetworkInterface", interface["NetworkInterfaceId"]))
        name = self._named("nlb")
        network = balancers.network(self._id("nlb"), name, place, interface, address, moment(random))
        self.inventory.add("lb.nlb", region, network)
        self.inventory.add("server_group.nlb", region, balancers.network_group(network, self.machines[2:4]))

    def _address(self, owner: tuple[str, str]) -> dict[str, str]:
        ip, name = public_ip(self.random), self._named("eip")
        region = self.place.region
        address = attached.address(self._id("eip"), name, region, ip, moment(self.random), owner=owner)
        self.inventory.add("eip", region, address)
        return address

    def _id(self, prefix: str) -> str:
        return new_id(prefix, self.place.region, self.random)

    def _named(self, role: str) -> str:
        return f"{role}-{self.number:03d}"

    def _ip(self, last: int) -> str:
        return f"172.{16 + self.number % 16}.{self.number // 16 % 256}.{last}"
