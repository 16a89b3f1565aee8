"""Huawei Cloud. The SDK is loaded by ``PROVIDER.connect`` only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.providers.base import Connection
from chalicelib.providers.huawei.types import BY_NAME, UNSUPPORTED

if TYPE_CHECKING:
    from chalicelib.providers.huawei.cloud import HuaweiCloud


@dataclass(frozen=True, slots=True)
class HuaweiProvider:
    name: str = "huawei"
    asset_types: tuple[str, ...] = tuple(BY_NAME)
    global_types: frozenset[str] = frozenset(name for name, declared in BY_NAME.items() if declared.everywhere)
    unsupported: Mapping[str, str] = field(default_factory=lambda: UNSUPPORTED)
    calls_per_second: int = 10
    credential_fields: tuple[frozenset[str], ...] = (frozenset({"access_key_id", "access_key_secret"}),)
    optional_credentials: frozenset[str] = frozenset({"security_token"})

    def connect(self, connection: Connection, *, sleep: Callable[[float], None] = time.sleep) -> HuaweiCloud:
        from chalicelib.providers.huawei.cloud import HuaweiCloud  # noqa: PLC0415 the SDK comes with it

        return HuaweiCloud(connection, sleep=sleep)


PROVIDER = HuaweiProvider()
