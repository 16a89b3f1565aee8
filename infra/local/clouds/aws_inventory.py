"""What the fake AWS account owns: the same at every start, ids and times included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import boto3
from moto.backends import get_backend

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client
    from types_boto3_ec2.literals import InstanceTypeType, ResourceTypeType
    from types_boto3_ec2.type_defs import TagSpecificationTypeDef, TagTypeDef

ACCOUNT = "123456789012"
CREATED = datetime(2026, 1, 15, 8, 30)  # noqa: DTZ001 - moto's times have no zone and mean UTC
IMAGE = "ami-12c6146b"
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


def seed(endpoint: str) -> None:
    """One call after the other: moto draws its ids in the order of the calls."""
    session = boto3.Session("AKIAFAKEINVENTORY", "fake", region_name=REGIONS[0])
    for region, environments in ENVIRONMENTS.items():
        ec2 = session.client("ec2", region_name=region, endpoint_url=endpoint)
        for number, environment in enumerate(environments):
            _Builder(ec2, region, environment).build(number)
        ec2.close()
        _settle_times(region)


@dataclass(frozen=True, slots=True)
class _Builder:
    ec2: EC2Client
    region: str
    environment: str

    def build(self, number: int) -> None:
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
        for fleet in FLEETS:
            self._launch(fleet, vpc, subnets)

    def _launch(self, fleet: Fleet, vpc: str, subnets: Mapping[str, str]) -> None:
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
                ImageId=IMAGE,
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
            for instance in launched if fleet.data_gib else ():
                self._attach_data_disk(instance["InstanceId"], f"{name}-{zone}-data", fleet.data_gib, zone)

    def _attach_data_disk(self, instance: str, name: str, size: int, zone: str) -> None:
        volume = self.ec2.create_volume(
            AvailabilityZone=self.region + zone,
            Size=size,
            VolumeType="gp3",
            TagSpecifications=self._tagged("volume", name),
        )["VolumeId"]
        self.ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdf")

    def _tagged(self, resource: ResourceTypeType, name: str, **more: str) -> list[TagSpecificationTypeDef]:
        pairs = {"Name": name, "environment": self.environment} | more
        tags: list[TagTypeDef] = [{"Key": key, "Value": value} for key, value in pairs.items()]
        return [{"ResourceType": resource, "Tags": tags}]


def _settle_times(region: str) -> None:
    for timed, field in _times(region):
        setattr(timed, field, CREATED)


def _times(region: str) -> Iterator[tuple[object, str]]:
    backend = get_backend("ec2")[ACCOUNT][region]
    for reservation in backend.reservations.values():
        for instance in reservation.instances:
            yield instance, "launch_time"
            for interface in instance.nics.values():
                yield interface, "attach_time"
            for device in instance.block_device_mapping.values():
                yield device, "attach_time"
    for volume in backend.volumes.values():
        yield volume, "create_time"
        if volume.attachment is not None:
            yield volume.attachment, "attach_time"
