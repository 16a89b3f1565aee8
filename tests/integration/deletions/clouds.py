"""One account of each cloud, on a fake that serves: what a new cloud has to add here is a line of ``CLOUDS`` and one of
``SIZES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import Any

import boto3

from chalicelib.providers.aliyun.types import BY_NAME as ALIYUN_TYPES
from chalicelib.providers.aws import AwsProvider
from chalicelib.providers.aws.transport import Transport
from chalicelib.providers.aws.types import TYPES as AWS_TYPES
from chalicelib.providers.base import Connection, Credentials, Page
from chalicelib.providers.huawei.types import BY_NAME as HUAWEI_TYPES
from chalicelib.providers.tencent.types import TYPES as TENCENT_TYPES
from chalicelib.providers.volcano.types import TYPES as VOLCANO_TYPES
from infra.local.clouds import aliyun, huawei, tencent, volcano
from infra.local.clouds import aws as amazon
from infra.local.clouds.faults import FaultBook
from infra.local.clouds.server import CloudServer
from tests.support.inventories import inventory_of

PAGES = 3
MACHINES = 40
"""So many that one of tencent's load balancers is of the old kind."""

Pages = Callable[[str, str | None], Iterator[Page]]
"""Lists a type of an account from a token."""
Sizes = Mapping[str, int]
"""Types to list, each with the size of its pages."""


@dataclass(frozen=True)
class Account:
    """``pages`` lists with the account's keys, ``revoked`` with some that the cloud does not know any more. All is as
    declared and as in production, but for the size of the pages.
    """

    region: str
    types: tuple[str, ...]
    faults: FaultBook
    pages: Pages
    revoked: Pages


@contextmanager
def _served(package: Any, fake: type[Any], declared: Mapping[str, Any], region: str, sizes: Sizes) -> Iterator[Account]:
    """``package`` is that of the fake, and ``declared`` what the provider of its name can list. Of each type there are
    two full pages and a half of one: of 10, the last is less than what a complete listing may lose without being held.
    """
    inventory = inventory_of(package.generate, MACHINES, regions=(region,))
    for name, size in sizes.items():
        held = 2 * size + (size + 1) // 2
        pattern, made = inventory.items(name, region)[0], inventory.native_ids(name, region)
        inventory.remove(name, region, *made[held:])
        for number in range(len(made), held):
            inventory.add(name, region, pattern | {inventory.ids[name]: f"{name}-{number:06d}"})
    provider = f"chalicelib.providers.{package.__name__.rpartition('.')[2]}"
    make_client, list_pages = (
        import_module(f"{provider}.client").Client,
        import_module(f"{provider}.lister").list_pages,
    )
    small = {
        name: replace(declared[name], paging=replace(declared[name].paging, size=size)) for name, size in sizes.items()
    }

    def pages(at: str, key: Any) -> Pages:
        secrets = {"access_key_id": key.access_key_id, "access_key_secret": key.access_key_secret}
        client = make_client(Connection(1, Credentials(secrets), at))
        return lambda name, start: list_pages(client, small[name], region, start=start, sleep=lambda _: None)

    served = fake(inventory)
    with CloudServer(served) as server:
        gone = package.AccessKey("revoked-key-id", "revoked-key-secret")
        known, unknown = (pages(server.url, key) for key in (package.DEFAULT_KEY, gone))
        yield Account(region, tuple(sizes), served.faults, known, unknown)


@contextmanager
def _amazon(sizes: Sizes) -> Iterator[Account]:
    """A call is tried once. The demo account has 12 subnets, three pages of the smallest size, and is given as many
    buckets, and a third load balancer: EC2 is asked by a form, S3 by a path.
    """
    fake = amazon.start()
    session = boto3.Session("AKIAEXAMPLE", "secret", region_name="us-east-1")
    s3 = session.client("s3", endpoint_url=fake.endpoint)
    more = [f"cam-more-{number}" for number in range(12 - len(s3.list_buckets()["Buckets"]))]
    for name in more:
        s3.create_bucket(Bucket=name)
    elb = session.client("elbv2", endpoint_url=fake.endpoint)
    zones = elb.describe_load_balancers()["LoadBalancers"][0]["AvailabilityZones"]
    elb.create_load_balancer(Name="cam-more", Subnets=[zone["SubnetId"] for zone in zones])
    small = {name: replace(AWS_TYPES[name], page_size=size) for name, size in sizes.items()}
    provider = AwsProvider(types=small, transport=Transport(attempts=1))

    def pages(key: str) -> Pages:
        secrets = {"access_key_id": key, "access_key_secret": "secret"}
        cloud = provider.connect(Connection(1, Credentials(secrets), fake.endpoint))
        return lambda name, start: cloud.pages("us-east-1", name, start=start)

    fake.revoked.add("AKIAREVOKED")
    yield Account("us-east-1", tuple(sizes), fake.faults, pages("AKIAEXAMPLE"), pages("AKIAREVOKED"))
    for name in more:
        s3.delete_bucket(Bucket=name)
    fake.stop()


CLOUDS: Mapping[str, Callable[[Sizes], AbstractContextManager[Account]]] = {
    "aliyun": partial(_served, aliyun, aliyun.FakeAliyun, ALIYUN_TYPES, "cn-shenzhen"),
    "aws": _amazon,
    "tencent": partial(_served, tencent, tencent.FakeTencent, TENCENT_TYPES, "ap-guangzhou"),
    "huawei": partial(_served, huawei, huawei.FakeHuawei, HUAWEI_TYPES, "cn-north-4"),
    "volcano": partial(_served, volcano, volcano.FakeVolcano, VOLCANO_TYPES, "cn-beijing"),
}
"""Each makes an account with types to list."""
SIZES: Mapping[str, Sizes] = {
    "aliyun": {"ecs": 10, "vpc": 10},
    "aws": {"vswitch": 5, "oss": 5},
    "tencent": {"ecs": 10, "lb.alb": 10},
    "huawei": {"rds": 10, "kafka": 10},
    "volcano": {"ecs": 10, "disk": 10},
}
"""Of each cloud one type that comes with a total and one that does not, where it has both."""
