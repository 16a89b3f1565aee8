"""Tencent Cloud. The SDK is loaded by ``PROVIDER.connect`` only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.clock import Clock, utc_now
from chalicelib.providers.assumed import ROLE_CREDENTIALS
from chalicelib.providers.base import Connection
from chalicelib.providers.tencent.types import GLOBAL_TYPES, TYPES, UNSUPPORTED

if TYPE_CHECKING:
    from chalicelib.providers.tencent.cloud import TencentCloud


@dataclass(frozen=True, slots=True)
class TencentProvider:
    """Tencent calls them SecretId, SecretKey and token; here they have the names that the other clouds use.

    ``clock`` tells when temporary credentials of a role end.
    """

    name: str = "tencent"
    asset_types: tuple[str, ...] = tuple(TYPES)
    global_types: frozenset[str] = GLOBAL_TYPES
    unsupported: Mapping[str, str] = field(default_factory=lambda: UNSUPPORTED)
    calls_per_second: int = 10
    credential_fields: tuple[frozenset[str], ...] = (frozenset({"access_key_id", "access_key_secret"}),)
    optional_credentials: frozenset[str] = ROLE_CREDENTIALS | {"security_token"}
    clock: Clock = utc_now

    def connect(self, connection: Connection, *, sleep: Callable[[float], None] = time.sleep) -> TencentCloud:
        from chalicelib.providers.tencent.cloud import TencentCloud  # noqa: PLC0415 the SDK comes with it

        return TencentCloud(connection, sleep=sleep, clock=self.clock)


PROVIDER = TencentProvider()
