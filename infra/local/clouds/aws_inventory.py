"""What the fake AWS account owns: the same at every start, ids and times included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from moto.backends import get_backend

from infra.local.clouds.aws_services import Services, Surroundings, settle, settle_times

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client
    from types_boto3_ec2.literals import InstanceTypeType, ResourceTypeType
    from types_boto3_ec2.type_defs import TagSpecificationTypeDef, TagTypeDef

ACCOUNT = "123456789012"
ZONES = ("a", "b")


@dataclass(frozen=True, slots=True)
class Fleet:
    """``count`` equal instances, half of them in each zone; ``data_gib`` is the size of a further disk of each."""

    role: str
    count: int
    instance_type: InstanceTypeType
    data_gib: int = 0


FLEETS = (Fleet("web", 8, "t3.medium"), Fleet("api", 8, "c6i.large"), Fleet("db", 4, "r6i.xlarge", data_gib=200))
ENVIRONMENTS: Mapping[str, tuple[str, ...]] = {
    "us-east-1": ("production", "staging", "test"),
    "eu-west-1": ("production", "staging"),
    "ap-southeast-1": ("production",),
}
"""Each is a VPC with all fleets in it: 120 instances in six of them."""
REGIONS = tuple(ENVIRONMENTS)
WITH_SERVICES = ("us-east-1", "production")
"""The region and environment with databases, balancers and the like: one is enough to see, and takes a second."""


def seed(endpoint: str) -> None:
    """One call after the other: moto draws its ids in the order of the calls."""
    session = boto3.Session("AKIAFAKEINVENTORY", "fake", region_name=REGIONS[0])
    services = Services(session, endpoint)
    for region, environments in ENVIRONMENTS.items():
        ec2 = session.client("ec2", region_name=region, endpoint_url=endpoint)
        image = ec2.register_image(Name="base-linux", Architecture="x86_64", RootDeviceName="/dev/sda1")["ImageId"]
        for number, environment in enumerate(environments):
            around = _Builder(ec2, region, environment, image).build(number)
            if (region, environment) == WITH_SERVICES:
                services.add(around)
        ec2.close()
        _settle(region)
    services.add_global(REGIONS[0])
    services.close()
    settle(ACCOUNT, REGIONS)


@dataclass(frozen=True, slots=True)
class _Builder:
    ec2: EC2Client
    region: str
    environment: str
    image: str

    def build(self, number: int) -> Surroundings:
        network = f"10.{10 + number}"
        vpc = self.ec2.create_vpc(
            CidrBlock=f"{network}.0.0/16", TagSpecifications=self._tagged("vpc", f"{self.environment}-vpc")
        )["Vpc"]["VpcId"]
        subnets = {
            zone: self.ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=f"{network}.{index}.0/24",
                AvailabilityZone=self.region + zone,
                TagSpecifications=self._tagged("subnet", f"{self.environment}-{zone}"),
            )["Subnet"]["SubnetId"]
            for index, zone in enumerate(ZONES)
        }
        instances: list[str] = []
        volumes: list[str] = []
        for fleet in FLEETS:
            group = self._launch(fleet, vpc, subnets, instances, volumes)
        return Surroundings(self.region, self.environment, tuple(subnets.values()), group, instances, tuple(volumes))

    def _launch(
        self, fleet: Fleet, vpc: str, subnets: Mapping[str, str], instances: list[str], volumes: list[str]
    ) -> str:
        """Adds to ``instances`` and ``volumes`` the ids of what it makes; returns that of their security group."""
        name = f"{self.environment}-{fleet.role}"
        group = self.ec2.create_security_group(
            GroupName=name,
            Description=f"{fleet.role} of {self.environment}",
            VpcId=vpc,
            TagSpecifications=self._tagged("security-group", name),
        )["GroupId"]
        for zone, subnet in subnets.items():
            count = fleet.count // len(subnets)
            launched = self.ec2.run_instances(
                ImageId=self.image,
                MinCount=count,
                MaxCount=count,
                InstanceType=fleet.instance_type,
                SubnetId=subnet,
                SecurityGroupIds=[group],
                ClientToken=f"{name}-{zone}",  # else the SDK makes one up
                TagSpecifications=[
                    *self._tagged("instance", f"{name}-{zone}", role=fleet.role),
                    *self._tagged("volume", f"{name}-{zone}-root"),
                ],
            )["Instances"]
            instances += [instance["InstanceId"] for instance in launched]
            volumes += [
                self._attach_data_disk(instance["InstanceId"], f"{name}-{zone}-data", fleet.data_gib, zone)
                for instance in (launched if fleet.data_gib else ())
            ]
        return group

    def _attach_data_disk(self, instance: str, name: str, size: int, zone: str) -> str:
        volume = self.ec2.create_volume(
            AvailabilityZone=self.region + zone,
            Size=size,
            VolumeType="gp3",
            TagSpecifications=self._tagged("volume", name),
        )["VolumeId"]
        self.ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdf")
        return volume

    def _tagged(self, resource: ResourceTypeType, name: str, **more: str) -> list[TagSpecificationTypeDef]:
        pairs = {"Name": name, "environment": self.environment} | more
        tags: list[TagTypeDef] = [{"Key": key, "Value": value} for key, value in pairs.items()]
        return [{"ResourceType": resource, "Tags": tags}]


def _settle(region: str) -> None:
    for thing in _things(get_backend("ec2")[ACCOUNT][region]):
        settle_times(thing)


def _things(backend: Any) -> Iterator[object]:
    for reservation in backend.reservations.values():
        for instance in reservation.instances:
            yield instance
            yield from instance.nics.values()
            yield from instance.block_device_mapping.values()
    for volume in backend.volumes.values():
        yield volume
        if volume.attachment is not None:
            yield volume.attachment
    yield from backend.snapshots.values()
    yield from backend.amis.values()
