"""From an answer of the cloud to normalised assets, by the declaration of their type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.errors import CloudRejected
from chalicelib.providers.base import ListedAsset
from chalicelib.providers.fields import text, texts, utc_text, values, without
from chalicelib.providers.tencent.declaration import ID_PREFIXES, AssetType, Call, Tags
from chalicelib.providers.tencent.paging import Paging, Unpaged

_CHINA = "+08:00"
_NO_ZONE = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?")
_UNIX_SECONDS = re.compile(r"[1-9]\d{8,9}")


def assets_in(answer: Mapping[str, Any], asset_type: AssetType) -> tuple[ListedAsset, ...]:
    """The assets of one page. Raises CloudRejected for an answer or an item that is none."""
    return tuple(asset_of(item, asset_type) for item in items_in(answer, asset_type))


def items_in(answer: Mapping[str, Any], asked: AssetType | Call) -> list[Any]:
    """The items of one page. Raises CloudRejected where there is no list: that is no proof of an empty one.

    Tencent writes null for some empty lists; it counts as one beside a total of 0, and where it is declared to.
    """
    *way, last = asked.items.split(".")
    holder: Any = answer
    for step in way:
        holder = holder.get(step) if isinstance(holder, Mapping) else None
    items = holder.get(last) if isinstance(holder, Mapping) else None
    if items is None and isinstance(holder, Mapping) and last in holder and _may_be_null(asked.paging, answer):
        return []
    if not isinstance(items, list):
        raise CloudRejected(f"{asked.action} answered without {asked.items}")
    return items


def asset_of(item: Mapping[str, Any], asset_type: AssetType) -> ListedAsset:
    native_id = text(item, asset_type.native_id)
    if not native_id:
        raise CloudRejected(f"{asset_type.action} answered an item without {asset_type.native_id}")
    relations = {name: related(item, name, paths) for name, paths in asset_type.relations.items()}
    return ListedAsset(
        native_id=native_id,
        name=text(item, asset_type.title),
        status=text(item, asset_type.status),
        zone=text(item, asset_type.zone),
        created_at=utc_time(text(item, asset_type.created)),
        tags=_tags(item, asset_type.tags) if asset_type.tags else {},
        ips=texts(item, asset_type.ips),
        relations={name: ids for name, ids in relations.items() if ids},
        attributes=without(item, asset_type.volatile),
    )


def _may_be_null(paging: Paging, answer: Mapping[str, Any]) -> bool:
    return paging.nullable if isinstance(paging, Unpaged) else paging.total(answer) == 0


def utc_time(value: str) -> str | None:
    """A time of any of tencent's products as RFC 3339 UTC: one without a zone is Chinese, a number Unix seconds."""
    if _UNIX_SECONDS.fullmatch(value):
        return datetime.fromtimestamp(int(value), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return utc_text(value + _CHINA if _NO_ZONE.fullmatch(value) else value)


def related(item: Mapping[str, Any], asset_type: str, paths: Sequence[str]) -> tuple[str, ...]:
    prefix = ID_PREFIXES.get(asset_type, "")
    return tuple(sorted(found for found in texts(item, paths) if found.startswith(prefix)))


def _tags(item: Mapping[str, Any], tags: Tags) -> dict[str, str]:
    pairs = ((text(tag, tags.key), text(tag, tags.value)) for tag in values(item, tags.path))
    return {key: value for key, value in pairs if key}
