"""The inventory as the API shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from chalicelib.assets.model import Asset, Scope
from chalicelib.clock import rfc3339


class PlaceView(TypedDict):
    provider: str
    account_id: int
    region: str
    type: str


class RelationView(TypedDict):
    type: str
    native_id: str


class AssetView(PlaceView):
    """``attributes`` is the cloud's own item. ``missing`` counts the complete listings in a row without it."""

    id: str
    native_id: str
    name: str
    status: str
    zone: str
    cloud_created_at: str | None
    tags: dict[str, str]
    ips: list[str]
    relations: list[RelationView]
    attributes: dict[str, Any]
    first_seen_at: str | None
    changed_at: str | None
    changed_by_task: str
    missing: int
    deleted_at: str | None


class AssetPageView(TypedDict):
    """``total`` is null on pages reached by cursor; ``next_cursor`` on the last one."""

    assets: list[AssetView]
    total: int | None
    next_cursor: str | None


class FieldView(TypedDict):
    field: str
    old: Any
    new: Any


class ChangeView(TypedDict):
    """``kind`` is added, updated or deleted; ``more_fields`` counts changed fields that were too many to keep."""

    kind: str
    at: str | None
    task_id: str
    fields: list[FieldView]
    more_fields: int


class HistoryView(TypedDict):
    """Newest first."""

    changes: list[ChangeView]


class AssetChangeView(PlaceView, ChangeView):
    """``native_id`` and ``name`` are the asset's, which is called so by now."""

    asset_id: str
    native_id: str
    name: str


class ChangesView(TypedDict):
    """Newest first; ``next_cursor`` is null on the last page."""

    changes: list[AssetChangeView]
    next_cursor: str | None


class EdgeView(TypedDict):
    """``id`` and ``name`` are null for what is not in the inventory."""

    type: str
    native_id: str
    id: str | None
    name: str | None


class RelationsView(TypedDict):
    """What the asset refers to, and what refers to it; ``more`` than is shown where that is true."""

    outgoing: list[EdgeView]
    incoming: list[EdgeView]
    more: bool


class CountView(TypedDict):
    provider: str
    type: str
    region: str
    count: int


class DayView(TypedDict):
    day: str
    kind: str
    count: int


class SummaryView(TypedDict):
    total: int
    counts: list[CountView]
    changes: list[DayView]


class ScopeView(PlaceView):
    """``verdict`` of the last listing is complete, incomplete or held, and ``reason`` says why. ``held`` counts assets
    that a held listing did not have. ``count`` and ``complete_at`` are of the last complete one.
    """

    verdict: str
    reason: str
    held: int
    count: int | None
    complete_at: str | None
    listed_at: str | None
    task_id: str


class ScopesView(TypedDict):
    scopes: list[ScopeView]
    total: int


def place_view(scope: Scope) -> PlaceView:
    return {"provider": scope.provider, "account_id": scope.account_id, "region": scope.region, "type": scope.type}


def asset_view(asset: Asset) -> AssetView:
    fields: dict[str, Any] = dict(asset.fields)
    return {
        **place_view(asset.scope),
        **fields,  # type: ignore[typeddict-item]  # the contents, whose names are those of the store
        "id": asset.id,
        "first_seen_at": rfc3339(asset.first_seen_at),
        "changed_at": rfc3339(asset.changed_at),
        "changed_by_task": asset.changed_by_task,
        "missing": asset.missing,
        "deleted_at": rfc3339(asset.deleted_at),
    }


def change_view(change: Mapping[str, Any]) -> ChangeView:
    return {
        "kind": change["kind"],
        "at": rfc3339(change["at"]),
        "task_id": change["task_id"],
        "fields": list(change.get("fields", ())),
        "more_fields": change.get("more_fields", 0),
    }


def scope_view(document: Mapping[str, Any]) -> ScopeView:
    return {
        "provider": document["provider"],
        "account_id": document["account_id"],
        "region": document["region"],
        "type": document["type"],
        "verdict": document["verdict"],
        "reason": document["reason"],
        "held": document["held"],
        "count": document.get("count"),
        "complete_at": rfc3339(document.get("complete_at")),
        "listed_at": rfc3339(document["listed_at"]),
        "task_id": document["task_id"],
    }


def edge_view(kind: str, native_id: str, asset: Asset | None) -> EdgeView:
    return {
        "type": kind,
        "native_id": native_id,
        "id": asset.id if asset else None,
        "name": asset.fields["name"] if asset else None,
    }


def count_view(row: Mapping[str, Any]) -> CountView:
    return {"provider": row["provider"], "type": row["type"], "region": row["region"], "count": row["count"]}


def day_view(row: Mapping[str, Any]) -> DayView:
    return {"day": row["day"], "kind": row["kind"], "count": row["count"]}
