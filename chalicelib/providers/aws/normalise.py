"""One item of an AWS answer as an asset."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import jmespath  # type: ignore[import-untyped]

from chalicelib.errors import CloudRejected
from chalicelib.providers.aws.declaration import AssetType
from chalicelib.providers.base import ListedAsset


def at(path: str, source: Any) -> Any:
    """What lies at a JMESPath; None where nothing does or the path is empty."""
    return jmespath.search(path, source) if path else None


def asset_from(kind: AssetType, item: Mapping[str, Any]) -> ListedAsset:
    """Raises CloudRejected for an item without an id."""
    native_id = _text(at(kind.native_id, item))
    if not native_id:
        raise CloudRejected(f"aws {kind.service} {kind.operation}: an item has no {kind.native_id}")
    relations = {name: tuple(sorted(set(_texts(at(path, item))))) for name, path in kind.relations.items()}
    return ListedAsset(
        native_id=native_id,
        name=_text(at(kind.name, item)),
        status=_text(at(kind.status, item)),
        zone=_text(at(kind.zone, item)),
        created_at=_moment(at(kind.created_at, item)),
        tags=_tags(at(kind.tags, item)),
        ips=tuple(dict.fromkeys(address for path in kind.ips for address in _texts(at(path, item)))),
        relations={name: ids for name, ids in relations.items() if ids},
        attributes={key: _json(value) for key, value in item.items() if key not in kind.volatile},
    )


def _tags(value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {key: _text(inner) for key, inner in value.items()}
    return {_text(tag["Key"]): _text(tag.get("Value")) for tag in value or ()}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _texts(value: Any) -> list[str]:
    return [_text(one) for one in (value if isinstance(value, list) else [value]) if one]


def _moment(value: Any) -> str | None:
    """RFC 3339 in UTC and whole seconds. Some services answer ISO 8601 text where others give a time."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(value: Any) -> Any:
    """JSON types only, and tags in one order: AWS gives them in any."""
    match value:
        case datetime():
            return _moment(value)
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case dict():
            return {key: _json(inner) for key, inner in value.items()}
        case list():
            inner = [_json(one) for one in value]
            return sorted(inner, key=lambda tag: str(tag["Key"])) if _are_tags(inner) else inner
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def _are_tags(values: list[Any]) -> bool:
    return all(isinstance(one, dict) and one.keys() == {"Key", "Value"} for one in values)
