"""A fake aliyun for each test, and sessions on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from chalicelib.providers.aliyun import PROVIDER
from chalicelib.providers.aliyun.cloud import AliyunCloud
from chalicelib.providers.base import Connection, Credentials
from infra.local.clouds.aliyun import DEFAULT_KEY, AccessKey, FakeAliyun, generate
from infra.local.clouds.server import CloudServer
from tests.support.inventories import inventory_of

REGION = "cn-shenzhen"


class Clock:
    """Time that stands still but for ``sleep``, which lets it pass and keeps what it was asked for."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@dataclass
class Account:
    """One account on a fake that serves: ``fake`` to change and ``connect`` to use it."""

    fake: FakeAliyun
    server: CloudServer
    clock: Clock = field(default_factory=Clock)

    def connection(self, key: AccessKey = DEFAULT_KEY) -> Connection:
        secrets = {"access_key_id": key.access_key_id, "access_key_secret": key.access_key_secret}
        if key.security_token:
            secrets["security_token"] = key.security_token
        return Connection(account_id=1, credentials=Credentials(secrets), endpoint=self.server.url)

    def connect(self, key: AccessKey = DEFAULT_KEY, *, sleep: Callable[[float], None] | None = None) -> AliyunCloud:
        return PROVIDER.connect(self.connection(key), sleep=sleep or self.clock.sleep)


@pytest.fixture
def account() -> Iterator[Account]:
    clock = Clock()
    fake = FakeAliyun(inventory_of(generate, 360, regions=(REGION, "cn-hangzhou")), clock=clock)
    with CloudServer(fake) as server:
        yield Account(fake, server, clock)
