"""What an item is made from, and the ways tencent writes times and tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

CHINA = timezone(timedelta(hours=8))
APP_ID = 1251234567
FAR_AWAY = "2099-12-31 23:59:59"


@dataclass(frozen=True, slots=True)
class Place:
    region: str
    zone: str
    zone_id: int
    vpc: str
    subnet: str
    security_group: str


@dataclass(frozen=True, slots=True)
class Seed:
    """The id, and what an account decides of any item."""

    id: str
    name: str
    created: datetime
    tags: Mapping[str, str]
    place: Place
    ip: str

    @property
    def utc(self) -> str:
        return self.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def local(self) -> str:
        """The time in China, without saying so."""
        return self.created.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")

    @property
    def short_tags(self) -> list[dict[str, Any]]:
        return [{"Key": key, "Value": value} for key, value in self.tags.items()]

    @property
    def long_tags(self) -> list[dict[str, Any]]:
        return [{"TagKey": key, "TagValue": value} for key, value in self.tags.items()]
