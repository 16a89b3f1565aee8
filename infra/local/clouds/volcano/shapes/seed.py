"""What an item is made from, and the ways volcano writes times and tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
ACCOUNT = "2100012345"


@dataclass(frozen=True, slots=True)
class Place:
    region: str
    zone: str
    vpc: str
    subnet: str
    security_group: str


@dataclass(frozen=True, slots=True)
class Seed:
    """The id, and what an account decides of any item."""

    id: str
    name: str
    created: datetime
    labels: Mapping[str, str]
    place: Place
    ip: str

    @property
    def utc(self) -> str:
        return self.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def china(self) -> str:
        return self.created.astimezone(CHINA).isoformat(timespec="seconds")

    @property
    def unix(self) -> int:
        return int(self.created.timestamp())

    @property
    def tags(self) -> list[dict[str, str]]:
        return [{"Key": key, "Value": value} for key, value in self.labels.items()]
