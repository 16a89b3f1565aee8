"""Routes of the inventory."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from chalice.app import Blueprint
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from chalicelib.api.endpoint import endpoint, parameters, query
from chalicelib.api.models import Moment, Strict, Text
from chalicelib.assets.filter import SORTS, AssetFilter
from chalicelib.assets.model import Asset, ChangeKind, Scope
from chalicelib.assets.result import Verdict
from chalicelib.assets.store import Position
from chalicelib.clock import rfc3339, utc_now
from chalicelib.container import current
from chalicelib.errors import AssetNotFound, InvalidRequest
from chalicelib.providers.names import AssetTypeName, ProviderName, RegionId
from chalicelib.tasks.model import DEFAULT_TENANT

routes = Blueprint(__name__)

TAG = "tag."
MOST_TAGS = 10
DEFAULT_DAYS = 14
MOMENTS = frozenset({"first_seen_at", "changed_at"})


def _sort(text: str) -> str:
    if text.removeprefix("-") not in SORTS:
        raise ValueError(f"use one of {', '.join(SORTS)}, with a minus sign for the largest first")
    return text


def _yes(value: Any) -> Any:
    return {"true": True, "false": False}.get(value, value)


Limit = Annotated[int, Field(ge=1, le=100)]
Offset = Annotated[int, Field(ge=0, le=100_000)]
AccountId = Annotated[int, Field(ge=1)]


class Choice(Strict):
    """``q`` is the beginning of a name, of a word in it, of a native id or of an address; ``type`` may be a family."""

    provider: ProviderName | None = None
    account_id: AccountId | None = None
    region: RegionId | None = None
    type: AssetTypeName | None = None
    q: Text | None = None
    status: Text | None = None
    name: Text | None = None
    native_id: Annotated[str, StringConstraints(min_length=1, max_length=256)] | None = None
    ip: Text | None = None
    first_seen_since: Moment | None = None
    changed_since: Moment | None = None
    deleted: Annotated[bool, BeforeValidator(_yes)] = False


class ListQuery(Choice):
    sort: Annotated[str, AfterValidator(_sort)] = "id"
    offset: Offset = 0
    limit: Limit = 20
    cursor: Annotated[str, StringConstraints(max_length=1024)] | None = None


class ScopesQuery(Strict):
    provider: ProviderName | None = None
    account_id: AccountId | None = None
    verdict: Verdict | None = None
    offset: Offset = 0
    limit: Limit = 100


class ChangesQuery(Strict):
    since: Moment
    provider: ProviderName | None = None
    account_id: AccountId | None = None
    region: RegionId | None = None
    type: AssetTypeName | None = None
    kind: ChangeKind | None = None
    limit: Limit = 100


class SummaryQuery(Strict):
    days: Annotated[int, Field(ge=1, le=90)] = DEFAULT_DAYS


@routes.route("/assets", methods=["GET"])
@endpoint
def list_assets() -> dict[str, Any]:
    """Filters by ``tag.KEY=VALUE`` too. ``total`` is null on pages reached by cursor."""
    given = parameters(routes.current_request)
    tags = {name.removeprefix(TAG): value for name, value in given.items() if name.startswith(TAG)}
    if len(tags) > MOST_TAGS:
        raise InvalidRequest(f"invalid request: at most {MOST_TAGS} tags can be filtered by")
    asked = query(routes.current_request, ListQuery, ignore=TAG)
    if asked.cursor and asked.offset:
        raise InvalidRequest("invalid request: give cursor or offset, not both")
    chosen = asked.model_dump(include=set(Choice.model_fields))
    which = AssetFilter(DEFAULT_TENANT, tags=tags, **chosen)
    after = _position(asked.cursor, asked.sort) if asked.cursor else None
    store = current().asset_store
    found = store.find(which, limit=asked.limit + 1, offset=asked.offset, sort=asked.sort, after=after)
    page = found[: asked.limit]
    return {
        "assets": [asset_view(asset) for asset in page],
        "total": store.count(which) if after is None else None,
        "next_cursor": _cursor(page[-1], asked.sort) if len(found) > asked.limit else None,
    }


@routes.route("/assets/summary", methods=["GET"])
@endpoint
def summarise() -> dict[str, Any]:
    """Live assets by provider, type and region, and the changes of the last days."""
    asked = query(routes.current_request, SummaryQuery)
    store = current().asset_store
    counts = store.summary(DEFAULT_TENANT)
    since = utc_now() - timedelta(days=asked.days)
    return {
        "total": sum(row["count"] for row in counts),
        "counts": counts,
        "changes": store.changes_by_day(DEFAULT_TENANT, since=since),
    }


@routes.route("/assets/{asset_id}", methods=["GET"])
@endpoint
def get_asset(asset_id: str) -> dict[str, Any]:
    return asset_view(_asset(asset_id))


@routes.route("/assets/{asset_id}/changes", methods=["GET"])
@endpoint
def list_changes_of(asset_id: str) -> dict[str, Any]:
    history = current().asset_store.history(DEFAULT_TENANT, asset_id)
    if history is None:
        raise AssetNotFound(f"no asset {asset_id[:64]!r}")
    return {"changes": [change_view(change) for change in history]}


@routes.route("/assets/{asset_id}/relations", methods=["GET"])
@endpoint
def list_relations(asset_id: str) -> dict[str, Any]:
    """What the asset refers to, and what refers to it. ``id`` is null for what is not in the inventory."""
    asset = _asset(asset_id)
    store = current().asset_store
    wanted: list[Mapping[str, str]] = list(asset.fields["relations"])
    known = (
        {found.fields["native_id"]: found for found in store.by_native_ids(asset.scope, _ids(wanted))} if wanted else {}
    )
    which = AssetFilter(
        DEFAULT_TENANT,
        provider=asset.scope.provider,
        account_id=asset.scope.account_id,
        refers_to=asset.fields["native_id"],
    )
    incoming = store.find(which, limit=100)
    return {
        "outgoing": [
            _edge(relation["type"], relation["native_id"], known.get(relation["native_id"])) for relation in wanted
        ],
        "incoming": [_edge(found.scope.type, found.fields["native_id"], found) for found in incoming],
    }


@routes.route("/changes", methods=["GET"])
@endpoint
def list_changes() -> dict[str, Any]:
    """Newest first; ``limit`` of them at the most."""
    asked = query(routes.current_request, ChangesQuery)
    chosen = asked.model_dump(include={"provider", "account_id", "region", "type"})
    found = current().asset_store.changes(
        AssetFilter(DEFAULT_TENANT, **chosen), since=asked.since, kind=asked.kind, limit=asked.limit
    )
    return {
        "changes": [
            {"asset_id": asset.id, **_place(asset.scope), "native_id": asset.fields["native_id"], **change_view(change)}
            for asset, change in found
        ]
    }


@routes.route("/scopes", methods=["GET"])
@endpoint
def list_scopes() -> dict[str, Any]:
    """When each scope was last listed completely, how many assets it had then, and what came of the last listing."""
    asked = query(routes.current_request, ScopesQuery)
    found, total = current().scope_store.find(DEFAULT_TENANT, **asked.model_dump())
    return {
        "scopes": [
            {
                **{name: document[name] for name in ("provider", "account_id", "region", "type")},
                "verdict": document["verdict"],
                "reason": document["reason"],
                "held": document["held"],
                "count": document.get("count"),
                "complete_at": rfc3339(document.get("complete_at")),
                "listed_at": rfc3339(document["listed_at"]),
                "task_id": document["task_id"],
            }
            for document in found
        ],
        "total": total,
    }


def asset_view(asset: Asset) -> dict[str, Any]:
    return {
        "id": asset.id,
        **_place(asset.scope),
        **asset.fields,
        "first_seen_at": rfc3339(asset.first_seen_at),
        "changed_at": rfc3339(asset.changed_at),
        "changed_by_task": asset.changed_by_task,
        "missing": asset.missing,
        "deleted_at": rfc3339(asset.deleted_at),
    }


def change_view(change: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": change["kind"],
        "at": rfc3339(change["at"]),
        "task_id": change["task_id"],
        "fields": list(change.get("fields", ())),
        "more_fields": change.get("more_fields", 0),
    }


def _asset(asset_id: str) -> Asset:
    asset = current().asset_store.get(DEFAULT_TENANT, asset_id)
    if asset is None:
        raise AssetNotFound(f"no asset {asset_id[:64]!r}")
    return asset


def _place(scope: Scope) -> dict[str, Any]:
    return {"provider": scope.provider, "account_id": scope.account_id, "region": scope.region, "type": scope.type}


def _ids(relations: list[Mapping[str, str]]) -> list[str]:
    return [relation["native_id"] for relation in relations]


def _edge(kind: str, native_id: str, asset: Asset | None) -> dict[str, Any]:
    return {
        "type": kind,
        "native_id": native_id,
        "id": asset.id if asset else None,
        "name": asset.fields["name"] if asset else None,
    }


def _cursor(asset: Asset, sort: str) -> str:
    """Where a page ended, as text that callers hand back and need not understand."""
    value = _value(asset, sort)
    shown = rfc3339(value) if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([sort, shown, asset.id]).encode()).decode()


def _position(cursor: str, sort: str) -> Position:
    """Raises InvalidRequest for a cursor that is none, or of a list in another order."""
    try:
        made_for, value, asset_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if made_for != sort or not isinstance(value, str) or not isinstance(asset_id, str):
            raise ValueError(cursor)
        moment = sort.removeprefix("-") in MOMENTS
        return Position(datetime.fromisoformat(value) if moment else value, asset_id)
    except (ValueError, TypeError, RecursionError):
        raise InvalidRequest("invalid request: cursor: use the next_cursor of a former page, with its sort") from None


def _value(asset: Asset, sort: str) -> Any:
    values = {
        "id": asset.id,
        "name": asset.fields["name"],
        "first_seen_at": asset.first_seen_at,
        "changed_at": asset.changed_at,
    }
    return values[sort.removeprefix("-")]
