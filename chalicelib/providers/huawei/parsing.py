"""From an answer of the cloud to normalised assets, by the declaration of their type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.errors import CloudRejected
from chalicelib.providers.base import ListedAsset
from chalicelib.providers.fields import text, texts, utc_text, values, without
from chalicelib.providers.huawei.declaration import AssetType, If


def assets_in(answer: Mapping[str, Any], asset_type: AssetType) -> tuple[ListedAsset, ...]:
    """The assets of one page. Raises CloudRejected where there is no list: that is no proof of an empty one."""
    items: Any = answer
    for step in asset_type.items.split("."):
        items = items.get(step) if isinstance(items, Mapping) else None
    if not isinstance(items, list):
        raise CloudRejected(f"{asset_type.api.action} answered without {asset_type.items}")
    return tuple(asset_of(item, asset_type) for item in items)


def asset_of(item: Mapping[str, Any], asset_type: AssetType) -> ListedAsset:
    native_id = text(item, asset_type.native_id)
    if not native_id:
        raise CloudRejected(f"{asset_type.api.action} answered an item without {asset_type.native_id}")
    relations = {name: texts(item, _counting(item, paths)) for name, paths in asset_type.relations.items()}
    return ListedAsset(
        native_id=native_id,
        name=text(item, asset_type.title),
        status=text(item, asset_type.status),
        zone=text(item, asset_type.zone),
        created_at=time_of(text(item, asset_type.created)),
        tags=dict(_tags(item, asset_type.tags)),
        ips=texts(item, asset_type.ips),
        relations={name: tuple(sorted(ids)) for name, ids in relations.items() if ids},
        attributes=without(item, asset_type.left_out),
    )


def time_of(written: str) -> str | None:
    """A time as RFC 3339 UTC: some products write it as text, others as the milliseconds since 1970."""
    if not written.isdecimal():
        return utc_text(written)
    try:
        return datetime.fromtimestamp(int(written) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None


def _counting(item: Mapping[str, Any], paths: tuple[str | If, ...]) -> tuple[str, ...]:
    """The paths whose condition ``item`` meets."""
    plain = (path for path in paths if isinstance(path, str))
    met = (path.path for path in paths if isinstance(path, If) and text(item, path.where).startswith(path.begins))
    return (*plain, *met)


def _tags(item: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Tags are pairs of key and value, texts like ``key=value``, or one object; products differ in this."""
    for tag in values(item, path) if path else ():
        if isinstance(tag, str):
            key, _, value = tag.partition("=")
            yield key, value
        elif isinstance(tag, Mapping) and {"key", "value"} <= tag.keys():
            yield text(tag, "key"), text(tag, "value")
        elif isinstance(tag, Mapping):
            yield from ((str(key), str(value)) for key, value in tag.items())
