"""Aliyun (Alibaba Cloud). The SDK is loaded by ``PROVIDER.connect`` only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.clock import Clock, utc_now
from chalicelib.providers.aliyun.types import BY_NAME, GLOBAL_TYPES, UNSUPPORTED
from chalicelib.providers.assumed import ROLE_CREDENTIALS
from chalicelib.providers.base import Connection

if TYPE_CHECKING:
    from chalicelib.providers.aliyun.cloud import AliyunCloud


@dataclass(frozen=True, slots=True)
class AliyunProvider:
    """``clock`` tells when temporary credentials of a role end."""

    name: str = "aliyun"
    asset_types: tuple[str, ...] = tuple(BY_NAME)
    global_types: frozenset[str] = GLOBAL_TYPES
    unsupported: Mapping[str, str] = field(default_factory=lambda: UNSUPPORTED)
    calls_per_second: int = 20
    credential_fields: tuple[frozenset[str], ...] = (frozenset({"access_key_id", "access_key_secret"}),)
    optional_credentials: frozenset[str] = ROLE_CREDENTIALS | {"security_token"}
    clock: Clock = utc_now

    def connect(self, connection: Connection, *, sleep: Callable[[float], None] = time.sleep) -> AliyunCloud:
        from chalicelib.providers.aliyun.cloud import AliyunCloud  # noqa: PLC0415 the SDK comes with it

        return AliyunCloud(connection, sleep=sleep, clock=self.clock)


PROVIDER = AliyunProvider()
