"""Real listings of the fake AWS account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import boto3
import pytest

from chalicelib.errors import CloudRejected
from chalicelib.providers.aws import PROVIDER, AwsProvider
from chalicelib.providers.aws.types import TYPES
from chalicelib.providers.base import Cloud, Connection, Credentials
from infra.local.clouds.aws import FakeAws

KEYS = Credentials({"access_key_id": "AKIAEXAMPLE", "access_key_secret": "secret"})
SMALL_PAGES = AwsProvider(types={name: replace(kind, page_size=5) for name, kind in TYPES.items()})
US_EAST_1: Mapping[str, int] = {"ecs": 60, "disk": 72, "vpc": 4, "vswitch": 12, "security_group": 13}
"""The demo's own, and AWS's default VPC with six subnets and a security group for each VPC."""


def connect(fake: FakeAws, provider: AwsProvider = PROVIDER) -> Cloud:
    return provider.connect(Connection(1, KEYS, fake.endpoint))


@pytest.mark.parametrize(("asset_type", "count"), US_EAST_1.items())
def test_a_listing_over_many_pages_gives_every_asset_once(fake_aws: FakeAws, asset_type: str, count: int) -> None:
    pages = list(connect(fake_aws, SMALL_PAGES).pages("us-east-1", asset_type))
    ids = [asset.native_id for page in pages for asset in page.assets]
    assert len(pages) == -(-count // 5)
    assert len(ids) == len(set(ids)) == count
    assert [page.next_token is None for page in pages] == [False] * (len(pages) - 1) + [True]
    assert {page.total for page in pages} == {None}


@pytest.mark.parametrize("asset_type", ["ecs", "disk"])
def test_another_session_goes_on_from_the_token_of_a_page(fake_aws: FakeAws, asset_type: str) -> None:
    pages = list(connect(fake_aws, SMALL_PAGES).pages("eu-west-1", asset_type))
    rest = list(connect(fake_aws, SMALL_PAGES).pages("eu-west-1", asset_type, start=pages[2].next_token))
    assert rest == pages[3:]


@pytest.mark.parametrize("asset_type", PROVIDER.asset_types)
def test_the_declared_page_sizes_are_accepted(fake_aws: FakeAws, asset_type: str) -> None:
    (page,) = connect(fake_aws).pages("us-east-1", asset_type)
    assert len(page.assets) == US_EAST_1[asset_type]


def test_assets_refer_to_each_other_by_the_ids_that_are_listed(fake_aws: FakeAws) -> None:
    cloud = connect(fake_aws)
    listed = {
        name: [asset for page in cloud.pages("us-east-1", name) for asset in page.assets]
        for name in PROVIDER.asset_types
    }
    ids = {name: {asset.native_id for asset in assets} for name, assets in listed.items()}
    for assets in listed.values():
        for asset in assets:
            assert all(set(referred) <= ids[name] for name, referred in asset.relations.items())
    assert all(asset.relations.keys() == {"vpc", "vswitch", "security_group", "disk"} for asset in listed["ecs"])
    assert all(asset.relations.keys() == {"ecs"} for asset in listed["disk"])


def test_an_instance_is_normalised(fake_aws: FakeAws) -> None:
    (page,) = connect(fake_aws).pages("ap-southeast-1", "ecs")
    web = next(asset for asset in page.assets if asset.name == "production-web-a")
    assert (web.status, web.zone, web.created_at) == ("running", "ap-southeast-1a", "2026-01-15T08:30:00Z")
    assert web.tags == {"Name": "production-web-a", "environment": "production", "role": "web"}
    assert len(web.ips) == 1
    assert web.attributes["InstanceType"] == "t3.medium"


def test_terminated_instances_are_left_out(fake_aws: FakeAws) -> None:
    ec2 = boto3.client(
        "ec2",
        region_name="eu-central-1",
        endpoint_url=fake_aws.endpoint,
        aws_access_key_id="AKIAEXAMPLE",
        aws_secret_access_key="secret",
    )
    launched = ec2.run_instances(ImageId="ami-12c6146b", MinCount=3, MaxCount=3)["Instances"]
    ec2.terminate_instances(InstanceIds=[launched[0]["InstanceId"]])
    assert len(ec2.describe_instances()["Reservations"][0]["Instances"]) == 3
    ec2.close()
    (page,) = connect(fake_aws).pages("eu-central-1", "ecs")
    assert {asset.native_id for asset in page.assets} == {one["InstanceId"] for one in launched[1:]}


def test_a_region_with_nothing_in_it_is_one_empty_page(fake_aws: FakeAws) -> None:
    (page,) = connect(fake_aws).pages("sa-east-1", "ecs")
    assert (page.assets, page.next_token) == ((), None)


def test_an_undeclared_asset_type_is_refused(fake_aws: FakeAws) -> None:
    with pytest.raises(CloudRejected, match="no asset type moon"):
        connect(fake_aws).pages("us-east-1", "moon")


def test_regions_are_those_enabled_for_the_account(fake_aws: FakeAws) -> None:
    assert connect(fake_aws).regions() == ["ap-southeast-1", "eu-west-1", "us-east-1"]
