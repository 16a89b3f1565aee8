"""From an answer of the cloud to normalised assets, by the declaration of their type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import CloudRejected
from chalicelib.providers.aliyun.types import AssetType, Tags
from chalicelib.providers.base import ListedAsset
from chalicelib.providers.fields import text, texts, utc_text, values, without


def assets_in(answer: Mapping[str, Any], asset_type: AssetType) -> tuple[ListedAsset, ...]:
    """The assets of one page. Raises CloudRejected where there is no list: that is no proof of an empty one."""
    items: Any = answer
    for step in asset_type.items.split("."):
        items = items.get(step) if isinstance(items, Mapping) else None
    if not isinstance(items, list):
        raise CloudRejected(f"{asset_type.action} answered without {asset_type.items}")
    return tuple(asset_of(item, asset_type) for item in items)


def asset_of(item: Mapping[str, Any], asset_type: AssetType) -> ListedAsset:
    native_id = text(item, asset_type.native_id)
    if not native_id:
        raise CloudRejected(f"{asset_type.action} answered an item without {asset_type.native_id}")
    relations = {name: texts(item, paths) for name, paths in asset_type.relations.items()}
    return ListedAsset(
        native_id=native_id,
        name=text(item, asset_type.title),
        status=text(item, asset_type.status),
        zone=text(item, asset_type.zone),
        created_at=utc_text(text(item, asset_type.created)),
        tags=_tags(item, asset_type.tags),
        ips=texts(item, asset_type.ips),
        relations={name: tuple(sorted(ids)) for name, ids in relations.items() if ids},
        attributes=without(item, asset_type.volatile),
    )


def _tags(item: Mapping[str, Any], tags: Tags) -> dict[str, str]:
    return {text(tag, tags.key): text(tag, tags.value) for tag in values(item, tags.path)}
