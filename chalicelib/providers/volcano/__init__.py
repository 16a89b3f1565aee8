"""Volcano Engine (火山引擎). The SDK is loaded by ``PROVIDER.connect`` only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.providers.base import Connection
from chalicelib.providers.volcano.types import GLOBAL_TYPES, TYPES, UNSUPPORTED

if TYPE_CHECKING:
    from chalicelib.providers.volcano.cloud import VolcanoCloud


@dataclass(frozen=True, slots=True)
class VolcanoProvider:
    name: str = "volcano"
    asset_types: tuple[str, ...] = tuple(TYPES)
    global_types: frozenset[str] = GLOBAL_TYPES
    unsupported: Mapping[str, str] = field(default_factory=lambda: UNSUPPORTED)
    calls_per_second: int = 10
    credential_fields: tuple[frozenset[str], ...] = (frozenset({"access_key_id", "access_key_secret"}),)
    optional_credentials: frozenset[str] = frozenset({"security_token"})

    def connect(self, connection: Connection, *, sleep: Callable[[float], None] = time.sleep) -> VolcanoCloud:
        from chalicelib.providers.volcano.cloud import VolcanoCloud  # noqa: PLC0415 the SDK comes with it

        return VolcanoCloud(connection, sleep=sleep)


PROVIDER = VolcanoProvider()
