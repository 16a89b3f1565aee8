"""Calls of every cloud are counted, and those that it refused as too many: what the fakes of the clouds saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from chalicelib.errors import Throttled
from chalicelib.providers import get_provider
from chalicelib.providers.aws import AwsProvider
from chalicelib.providers.aws.transport import Transport
from chalicelib.providers.base import Connection, Credentials
from chalicelib.providers.retry import no_retries
from infra.local.clouds import aliyun, huawei, tencent, volcano
from infra.local.clouds import aws as amazon
from infra.local.clouds.faults import FaultBook
from infra.local.clouds.server import CloudServer


@dataclass(frozen=True)
class Served:
    """A cloud that is called; ``seen`` tells how many requests it had, None of one that does not count them."""

    url: str
    key: dict[str, str]
    region: str
    faults: FaultBook
    seen: Callable[[], int] | None


@contextmanager
def _fake(package: Any, fake: type[Any], region: str) -> Iterator[Served]:
    served = fake(package.generate(30, regions=(region,)))
    key = package.DEFAULT_KEY
    secrets = {"access_key_id": key.access_key_id, "access_key_secret": key.access_key_secret}
    with CloudServer(served) as server:
        yield Served(server.url, secrets, region, served.faults, lambda: sum(served.requests.values()))


@contextmanager
def _amazon() -> Iterator[Served]:
    fake = amazon.start()
    secrets = {"access_key_id": "AKIAEXAMPLE", "access_key_secret": "secret"}
    yield Served(fake.endpoint, secrets, "us-east-1", fake.faults, None)
    fake.stop()


CLOUDS: dict[str, Callable[[], AbstractContextManager[Served]]] = {
    "aliyun": partial(_fake, aliyun, aliyun.FakeAliyun, "cn-shenzhen"),
    "aws": _amazon,
    "tencent": partial(_fake, tencent, tencent.FakeTencent, "ap-guangzhou"),
    "huawei": partial(_fake, huawei, huawei.FakeHuawei, "cn-north-4"),
    "volcano": partial(_fake, volcano, volcano.FakeVolcano, "cn-beijing"),
}


@pytest.mark.parametrize("name", CLOUDS)
def test_calls_and_throttles_are_those_that_the_cloud_saw(name: str) -> None:
    counted: Counter[str] = Counter()
    with CLOUDS[name]() as served:
        connection = Connection(
            1,
            Credentials(served.key),
            served.url,
            pace=lambda region, action: counted.update(["calls"]),
            throttled=lambda: counted.update(["throttles"]),
        )
        provider = AwsProvider(transport=Transport(attempts=1)) if name == "aws" else get_provider(name)
        cloud = provider.connect(connection, sleep=no_retries)
        list(cloud.pages(served.region, "ecs"))
        assert counted["calls"] >= 1
        assert counted["throttles"] == 0
        with served.faults.ordered("throttled"), pytest.raises(Throttled):
            list(cloud.pages(served.region, "ecs"))
        assert counted["throttles"] == 1
        if served.seen:
            assert counted["calls"] == served.seen()
