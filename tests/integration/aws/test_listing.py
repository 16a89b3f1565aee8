"""Real listings of the fake AWS account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import boto3
import pytest

from chalicelib.errors import CloudRejected
from chalicelib.providers.aws import PROVIDER, AwsProvider
from chalicelib.providers.aws.types import TYPES
from chalicelib.providers.base import GLOBAL, Cloud, Connection, Credentials, ListedAsset
from chalicelib.providers.kinds import kind_of
from infra.local.clouds.aws import FakeAws

KEYS = Credentials({"access_key_id": "AKIAEXAMPLE", "access_key_secret": "secret"})
SMALLEST = {name: 5 if kind.service == "ec2" else 1 for name, kind in TYPES.items() if kind.page_size is not None}
SMALL_PAGES = AwsProvider(
    types={name: replace(kind, page_size=SMALLEST[name]) if name in SMALLEST else kind for name, kind in TYPES.items()}
)
COUNTS: Mapping[str, int] = {
    "ecs": 60,
    "disk": 72,
    "snapshot": 15,
    "security_group": 13,
    "image": 7,
    "rds": 2,
    "redis.replication_group": 2,
    "redis.cache_cluster": 2,
    "mongodb.cluster": 2,
    "mongodb.instance": 2,
    "vpc": 4,
    "vswitch": 12,
    "eip": 2,
    "eni": 60,
    "lb.classic": 2,
    "lb.v2": 2,
    "cdn": 6,
    "waf.regional": 2,
    "waf.cloudfront": 2,
    "dns": 6,
    "nas": 2,
    "oss": 6,
    "kafka": 2,
    "elasticsearch": 2,
}
"""Of us-east-1 and of no region: the demo's own, and AWS's default VPC with six subnets and a security group for each
VPC, and a snapshot for each image of the account."""


BESIDE = {"rds": 2, "redis.cache_cluster": 1}
"""Databases and caches of another kind that the same API shows among these."""


def place_of(asset_type: str) -> str:
    return GLOBAL if asset_type in PROVIDER.global_types else "us-east-1"


def connect(fake: FakeAws, provider: AwsProvider = PROVIDER) -> Cloud:
    return provider.connect(Connection(1, KEYS, fake.endpoint))


@pytest.mark.parametrize(("asset_type", "count"), COUNTS.items())
def test_a_listing_over_many_pages_gives_every_asset_once(fake_aws: FakeAws, asset_type: str, count: int) -> None:
    pages = list(connect(fake_aws, SMALL_PAGES).pages(place_of(asset_type), asset_type))
    ids = [asset.native_id for page in pages for asset in page.assets]
    assert len(pages) == -(-(count + BESIDE.get(asset_type, 0)) // SMALLEST.get(asset_type, count))
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
    (page,) = connect(fake_aws).pages(place_of(asset_type), asset_type)
    assert len(page.assets) == COUNTS[asset_type]


def test_assets_refer_to_each_other_by_the_ids_that_are_listed(fake_aws: FakeAws) -> None:
    cloud = connect(fake_aws)
    found: dict[str, list[ListedAsset]] = {}
    for name in PROVIDER.asset_types:
        found.setdefault(kind_of(name), []).extend(
            asset for page in cloud.pages(place_of(name), name) for asset in page.assets
        )
    ids = {kind: {asset.native_id for asset in assets} for kind, assets in found.items()}
    of_images = {name for image in found["image"] for name in image.relations["snapshot"]}  # their disks are gone
    for assets in found.values():
        for asset in assets:
            missing = {other for other, referred in asset.relations.items() if set(referred) - ids[other]}
            assert missing <= ({"disk"} if asset.native_id in of_images else set())
    edges = {kind: {other for asset in assets for other in asset.relations} for kind, assets in found.items()}
    assert {kind: others for kind, others in edges.items() if others} == RELATED
    assert all(asset.relations.keys() == RELATED["ecs"] for asset in found["ecs"])
    assert all(asset.relations.keys() == {"ecs"} for asset in found["disk"])


RELATED = {
    "ecs": {"vpc", "vswitch", "security_group", "disk"},
    "disk": {"ecs"},
    "snapshot": {"disk"},
    "security_group": {"vpc"},
    "image": {"snapshot"},
    "rds": {"vpc", "vswitch", "security_group"},
    "mongodb": {"vpc", "vswitch", "security_group", "mongodb"},
    "vswitch": {"vpc"},
    "eip": {"ecs", "eni"},
    "eni": {"ecs", "vpc", "vswitch", "security_group"},
    "lb": {"ecs", "vpc", "vswitch", "security_group"},
    "cdn": {"waf"},
    "kafka": {"vswitch", "security_group"},
    "elasticsearch": {"vswitch", "security_group"},
}


def test_the_databases_of_other_engines_are_not_among_the_relational_ones(fake_aws: FakeAws) -> None:
    cloud = connect(fake_aws)
    engines = {
        name: {asset.attributes["Engine"] for page in cloud.pages("us-east-1", name) for asset in page.assets}
        for name in ("rds", "mongodb.cluster", "mongodb.instance")
    }
    assert engines == {"rds": {"mysql"}, "mongodb.cluster": {"docdb"}, "mongodb.instance": {"docdb"}}


@pytest.mark.parametrize(
    "asset_type", sorted(set(PROVIDER.asset_types) - PROVIDER.global_types - {"vpc", "vswitch", "security_group"})
)
def test_a_region_with_nothing_of_a_type_is_one_empty_page(fake_aws: FakeAws, asset_type: str) -> None:
    (page,) = connect(fake_aws).pages("sa-east-1", asset_type)
    assert (page.assets, page.next_token) == ((), None)


def test_tags_are_read_in_each_services_own_way(fake_aws: FakeAws) -> None:
    cloud = connect(fake_aws)
    for name in ("rds", "eip", "nas", "kafka"):
        first = next(cloud.pages("us-east-1", name)).assets[0]
        assert first.tags["environment"] == "production"


def test_an_instance_is_normalised(fake_aws: FakeAws) -> None:
    (page,) = connect(fake_aws).pages("ap-southeast-1", "ecs")
    web = next(asset for asset in page.assets if asset.name == "production-web-a")
    assert (web.status, web.zone, web.created_at) == ("running", "ap-southeast-1a", "2026-01-15T08:30:00Z")
    assert web.tags == {"Name": "production-web-a", "environment": "production", "role": "web"}
    assert web.ips[0].startswith("10.10.")
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


def test_an_undeclared_asset_type_is_refused(fake_aws: FakeAws) -> None:
    with pytest.raises(CloudRejected, match="no asset type moon"):
        connect(fake_aws).pages("us-east-1", "moon")


def test_regions_are_those_enabled_for_the_account(fake_aws: FakeAws) -> None:
    assert connect(fake_aws).regions() == ["ap-southeast-1", "eu-west-1", "us-east-1"]


def test_every_page_waits_for_its_turn(fake_aws: FakeAws) -> None:
    turns: list[tuple[str, str]] = []
    connection = Connection(124, KEYS, fake_aws.endpoint, pace=lambda region, action: turns.append((region, action)))
    pages = list(SMALL_PAGES.connect(connection).pages("us-east-1", "ecs"))
    assert len(pages) > 1
    assert turns == [("us-east-1", "ec2.DescribeInstances")] * len(pages)
