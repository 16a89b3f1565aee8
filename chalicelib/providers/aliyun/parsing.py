"""From an answer of the cloud to normalised assets, by the declaration of their type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.errors import CloudRejected
from chalicelib.providers.aliyun.declaration import AssetType, Place, Tags
from chalicelib.providers.base import ListedAsset
from chalicelib.providers.fields import text, texts, utc_text, values, without

EPOCH_MILLISECONDS_DIGITS = 13


def assets_in(answer: Mapping[str, Any], asset_type: AssetType) -> tuple[ListedAsset, ...]:
    """The assets of one page. Raises CloudRejected where there is no list: that is no proof of an empty one."""
    return tuple(asset_of(item, asset_type) for item in _items(answer, asset_type))


def _items(answer: Mapping[str, Any], asset_type: AssetType) -> list[Mapping[str, Any]]:
    if not asset_type.items:
        return [answer] if text(answer, asset_type.native_id) else []
    items: Any = answer
    for step in asset_type.items.split("."):
        items = items.get(step) if isinstance(items, Mapping) else None
    if not isinstance(items, list):
        raise CloudRejected(f"{asset_type.action} answered without {asset_type.items}")
    return items


def asset_of(item: Mapping[str, Any], asset_type: AssetType) -> ListedAsset:
    native_id = text(item, asset_type.native_id)
    if not native_id:
        raise CloudRejected(f"{asset_type.action} answered an item without {asset_type.native_id}")
    relations = {kind: _ids(item, places) for kind, places in asset_type.relations.items()}
    return ListedAsset(
        native_id=native_id,
        name=text(item, asset_type.title),
        status=text(item, asset_type.status),
        zone=text(item, asset_type.zone),
        created_at=_moment(text(item, asset_type.created)),
        tags=_tags(item, asset_type.tags) if asset_type.tags else {},
        ips=texts(item, asset_type.ips),
        relations={kind: ids for kind, ids in relations.items() if ids},
        attributes=without(item, asset_type.volatile),
    )


def _ids(item: Mapping[str, Any], places: tuple[Place, ...]) -> tuple[str, ...]:
    paths = tuple(
        place if isinstance(place, str) else place.path
        for place in places
        if isinstance(place, str) or place.fits(item)
    )
    return tuple(sorted(texts(item, paths)))


def _moment(value: str) -> str | None:
    """Most products give ISO 8601; some give milliseconds since 1970, and NAS ends its times with CST."""
    if value.isdecimal() and len(value) == EPOCH_MILLISECONDS_DIGITS:
        return utc_text(datetime.fromtimestamp(int(value) / 1000, UTC).isoformat())
    return utc_text(value.removesuffix("CST") + "+08:00" if value.endswith("CST") else value)


def _tags(item: Mapping[str, Any], tags: Tags) -> dict[str, str]:
    return {text(tag, tags.key): text(tag, tags.value) for tag in values(item, tags.path)}
