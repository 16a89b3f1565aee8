"""An asset: one cloud resource as the inventory keeps it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from chalicelib.providers.base import ListedAsset

_ASSET_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one listing covers and one reconciliation may touch."""

    tenant: str
    provider: str
    account_id: int
    region: str
    type: str

    def to_query(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def label(self) -> str:
        return f"{self.account_id}/{self.region}/{self.type}"

    @property
    def id(self) -> str:
        """Also the prefix of its assets' keys; a native id may hold any character, hence the separator comes last."""
        return f"{self.tenant}|{self.provider}|{self.account_id}|{self.region}|{self.type}"

    def asset_id(self, native_id: str) -> str:
        """Same resource, same id: a repeated insert is a duplicate key and never a second asset."""
        return hashlib.sha256(f"{self.id}|{native_id}".encode()).hexdigest()[:32]


def is_asset_id(text: str) -> bool:
    return _ASSET_ID.fullmatch(text) is not None


class ChangeKind(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    DELETED = "deleted"


class Change(NamedTuple):
    """The last write to an asset. A run that was lost half-way counts its own writes by it when it starts over."""

    task_id: str
    kind: ChangeKind


class Stored(NamedTuple):
    """What a reconciliation holds in memory of one stored asset. ``missing`` counts complete listings without it;
    ``missed_by`` is the task that made the last of them.
    """

    hash: str
    missing: int
    missed_by: str | None
    deleted: bool
    change: Change


def content(listed: ListedAsset) -> dict[str, Any]:
    """The fields of an asset that come from the cloud, in the shape they are stored in.

    Tags become a list of pairs: their keys may hold any character, and pairs can be indexed.
    """
    return {
        "native_id": listed.native_id,
        "name": listed.name,
        "status": listed.status,
        "zone": listed.zone,
        "cloud_created_at": listed.created_at,
        "tags": [{"key": key, "value": listed.tags[key]} for key in sorted(listed.tags)],
        "ips": list(listed.ips),
        "relations": [
            {"type": kind, "native_id": native_id}
            for kind in sorted(listed.relations)
            for native_id in sorted(listed.relations[kind])
        ],
        "attributes": dict(listed.attributes),
    }


def content_hash(fields: Mapping[str, Any]) -> str:
    """Equal contents, equal hashes, whatever the order of the cloud's keys."""
    return hashlib.sha256(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


CONTENT_FIELDS = tuple(content(ListedAsset("")))


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset as it was when read; ``tags`` as a mapping again."""

    id: str
    scope: Scope
    fields: Mapping[str, Any]
    first_seen_at: datetime
    changed_at: datetime
    changed_by_task: str
    missing: int
    deleted_at: datetime | None

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Asset:
        fields = {name: document[name] for name in CONTENT_FIELDS}
        fields["tags"] = {tag["key"]: tag["value"] for tag in document["tags"]}
        return cls(
            id=document["_id"],
            scope=Scope(**{name: document[name] for name in Scope.__slots__}),
            fields=fields,
            first_seen_at=document["first_seen_at"],
            changed_at=document["changed_at"],
            changed_by_task=document["change"]["task_id"],
            missing=document["missing"],
            deleted_at=document.get("deleted_at"),
        )
