"""The fake AWS cloud of the one-machine stack."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.providers.aws import PROVIDER
from chalicelib.providers.base import GLOBAL, Connection, Credentials, ListedAsset
from infra.local.clouds.aws import FakeAws
from infra.local.processes import Child

KEYS = Credentials({"access_key_id": "AKIAEXAMPLE", "access_key_secret": "secret"})


def inventory(endpoint: str, *asset_types: str) -> dict[str, list[ListedAsset]]:
    cloud = PROVIDER.connect(Connection(1, KEYS, endpoint))
    return {
        f"{region} {name}": [asset for page in cloud.pages(region, name) for asset in page.assets]
        for name in asset_types or PROVIDER.asset_types
        for region in ([GLOBAL] if name in PROVIDER.global_types else cloud.regions())
    }


def test_the_process_says_when_it_listens_and_shows_the_same_inventory_as_any_other_start(
    tmp_path: Path, fake_aws: FakeAws
) -> None:
    child = Child("aws", [sys.executable, "-m", "infra.local.clouds.aws", "--port", "0"], log=tmp_path / "aws.log")
    try:
        address = child.wait_for_line(r"listening on (127\.0\.0\.1:\d+)", within=30)[1]
        assert inventory(f"http://{address}") == inventory(fake_aws.endpoint)
        child.signal(signal.SIGTERM)
        assert child.wait(10) == 0
    finally:
        child.stop()


def test_the_demo_account_has_120_instances_in_three_regions(fake_aws: FakeAws) -> None:
    counts = {scope: len(assets) for scope, assets in inventory(fake_aws.endpoint, "ecs").items()}
    assert counts == {"us-east-1 ecs": 60, "eu-west-1 ecs": 40, "ap-southeast-1 ecs": 20}


@pytest.mark.parametrize("size", [4, 1001])
def test_page_sizes_are_limited_as_by_aws(fake_aws: FakeAws, size: int) -> None:
    ec2 = boto3.client(
        "ec2",
        region_name="us-east-1",
        endpoint_url=fake_aws.endpoint,
        aws_access_key_id="AKIAEXAMPLE",
        aws_secret_access_key="secret",
    )
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        ec2.describe_instances(MaxResults=size)
    ec2.close()
