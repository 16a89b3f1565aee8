"""A fake huawei for each test, and sessions on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from chalicelib.providers.base import GLOBAL, Connection, Credentials
from chalicelib.providers.huawei import PROVIDER
from chalicelib.providers.huawei.cloud import HuaweiCloud
from infra.local.clouds.huawei import DEFAULT_KEY, AccessKey, FakeHuawei, generate
from infra.local.clouds.server import CloudServer
from tests.support.inventories import inventory_of

REGION, OTHER = "cn-north-4", "cn-east-3"


def scope_of(asset_type: str) -> str:
    """The region to list a type of."""
    return GLOBAL if asset_type in PROVIDER.global_types else REGION


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

    fake: FakeHuawei
    server: CloudServer
    clock: Clock = field(default_factory=Clock)

    def connection(self, key: AccessKey = DEFAULT_KEY) -> Connection:
        secrets = {"access_key_id": key.access_key_id, "access_key_secret": key.access_key_secret}
        if key.security_token:
            secrets["security_token"] = key.security_token
        return Connection(account_id=1, credentials=Credentials(secrets), endpoint=self.server.url)

    def connect(self, key: AccessKey = DEFAULT_KEY, *, sleep: Callable[[float], None] | None = None) -> HuaweiCloud:
        return PROVIDER.connect(self.connection(key), sleep=sleep or self.clock.sleep)

    def fill(self, asset_type: str, count: int) -> tuple[str, ...]:
        """Let the scope of a type have ``count`` items, which are copies but for their ids. Returns all ids."""
        inventory, region = self.fake.inventory, scope_of(asset_type)
        like = inventory.items(asset_type, region)[0]
        for number in range(len(inventory.native_ids(asset_type, region)), count):
            inventory.add(asset_type, region, like | {inventory.ids[asset_type]: f"{asset_type}-{number:06d}"})
        return inventory.native_ids(asset_type, region)


@pytest.fixture
def account() -> Iterator[Account]:
    clock = Clock()
    fake = FakeHuawei(inventory_of(generate, 750, regions=(REGION, OTHER)), clock=clock)
    with CloudServer(fake) as server:
        yield Account(fake, server, clock)
