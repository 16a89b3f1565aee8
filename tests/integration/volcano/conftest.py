"""A fake volcano for each test, and sessions on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from chalicelib.providers.base import GLOBAL, Connection, Credentials
from chalicelib.providers.volcano import PROVIDER
from chalicelib.providers.volcano.cloud import VolcanoCloud
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.server import CloudServer
from infra.local.clouds.volcano import DEFAULT_KEY, AccessKey, FakeVolcano, generate
from tests.support.inventories import inventory_of

REGION = "cn-beijing"
OTHER_REGION = "cn-shanghai"


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

    fake: FakeVolcano
    server: CloudServer
    clock: Clock = field(default_factory=Clock)

    def connection(self, key: AccessKey = DEFAULT_KEY) -> Connection:
        secrets = {"access_key_id": key.access_key_id, "access_key_secret": key.access_key_secret}
        if key.security_token:
            secrets["security_token"] = key.security_token
        return Connection(account_id=1, credentials=Credentials(secrets), endpoint=self.server.url)

    def connect(self, key: AccessKey = DEFAULT_KEY, *, sleep: Callable[[float], None] | None = None) -> VolcanoCloud:
        return PROVIDER.connect(self.connection(key), sleep=sleep or self.clock.sleep)


def place_of(asset_type: str, region: str = REGION) -> str:
    return GLOBAL if asset_type in PROVIDER.global_types else region


def grow(inventory: Inventory, asset_type: str, count: int) -> None:
    """Add copies of the type's first item, with ids of their own, until there are ``count``."""
    place = place_of(asset_type)
    held = len(inventory.native_ids(asset_type, place))
    pattern = inventory.items(asset_type, place)[0]
    name = inventory.ids[asset_type]
    for number in range(held, count):
        native_id = 10**8 + number if isinstance(pattern[name], int) else f"{pattern[name]}-{number}"
        inventory.add(asset_type, place, pattern | {name: native_id})


@pytest.fixture
def account() -> Iterator[Account]:
    clock = Clock()
    fake = FakeVolcano(inventory_of(generate, 360, regions=(REGION, OTHER_REGION)), clock=clock)
    with CloudServer(fake) as server:
        yield Account(fake, server, clock)
