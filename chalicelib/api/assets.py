"""Routes of the inventory."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, TypeAdapter, ValidationError

from chalicelib.api.cursors import CHANGES, LONGEST_CURSOR, cursor_behind, cursor_behind_change, position_of
from chalicelib.api.endpoint import parameters
from chalicelib.api.routes import Routes
from chalicelib.api.views.assets import (
    AssetPageView,
    AssetView,
    ChangesView,
    HistoryView,
    RelationsView,
    ScopesView,
    SummaryView,
    asset_view,
    change_view,
    count_view,
    day_view,
    edge_view,
    place_view,
    scope_view,
)
from chalicelib.assets.choice import MOST_TAGS, AssetChoice
from chalicelib.assets.filter import SORTS, AssetFilter
from chalicelib.assets.model import Asset, ChangeKind, is_asset_id
from chalicelib.assets.relations import refers, target
from chalicelib.assets.result import Verdict
from chalicelib.clock import utc_now
from chalicelib.container import current
from chalicelib.errors import AssetNotFound, InvalidRequest
from chalicelib.pages import total
from chalicelib.providers.names import AccountId, AssetTypeName, Moment, ProviderName, RegionId, Text
from chalicelib.strict import AT_FIRST_USE, Strict

routes = Routes(__name__)

TAG = "tag."
MOST_INCOMING = 100
DEFAULT_DAYS = 14
ORDERS: list[JsonValue] = [f"{sign}{name}" for sign in ("", "-") for name in SORTS]

_TAGS: TypeAdapter[dict[str, str]] = TypeAdapter(dict[Text, Text], config=AT_FIRST_USE)


def _sort(text: str) -> str:
    if text not in ORDERS:
        raise ValueError(f"use one of {', '.join(SORTS)}, with a minus sign for the largest first")
    return text


Limit = Annotated[int, Field(ge=1, le=100)]
Cursor = Annotated[str, StringConstraints(max_length=LONGEST_CURSOR)]
Offset = Annotated[int, Field(ge=0, le=100_000)]


class ListQuery(AssetChoice):
    sort: Annotated[str, AfterValidator(_sort), Field(json_schema_extra={"enum": ORDERS})] = "id"
    offset: Offset = 0
    limit: Limit = 20
    cursor: Cursor | None = None


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
    cursor: Cursor | None = None


class SummaryQuery(Strict):
    days: Annotated[int, Field(ge=1, le=90)] = DEFAULT_DAYS


@routes.operation("GET", "/assets", query=ListQuery, beside=TAG)
def list_assets(asked: ListQuery) -> AssetPageView:
    """Filters by ``tag.KEY=VALUE`` too. ``total`` is null on pages reached by cursor."""
    given = parameters(routes.current_request)
    tags = {name.removeprefix(TAG): value for name, value in given.items() if name.startswith(TAG)}
    if len(tags) > MOST_TAGS:
        raise InvalidRequest(f"invalid request: at most {MOST_TAGS} tags can be filtered by")
    try:
        _TAGS.validate_python(tags)
    except ValidationError:
        raise InvalidRequest("invalid request: tag.KEY=VALUE: give both, of 128 characters at most") from None
    if asked.cursor and asked.offset:
        raise InvalidRequest("invalid request: give cursor or offset, not both")
    chosen = asked.model_dump(include=set(AssetChoice.model_fields))
    which = AssetFilter(routes.tenant, tags=tags, **chosen)
    after = position_of(asked.cursor, asked.sort) if asked.cursor else None
    store = current().asset_store
    found = store.find(which, limit=asked.limit + 1, offset=asked.offset, sort=asked.sort, after=after)
    page = found[: asked.limit]
    return {
        "assets": [asset_view(asset) for asset in page],
        "total": total(len(found), asked=asked.limit + 1, offset=asked.offset, count=partial(store.count, which))
        if after is None
        else None,
        "next_cursor": cursor_behind(page[-1], asked.sort) if len(found) > asked.limit else None,
    }


@routes.operation("GET", "/assets/summary", query=SummaryQuery)
def summarise(asked: SummaryQuery) -> SummaryView:
    """Live assets by provider, type and region, and the changes of the last days. A sync counts when it ends."""
    scopes = current().scope_store
    counts = scopes.live(routes.tenant)
    since = utc_now() - timedelta(days=asked.days)
    return {
        "total": sum(row["count"] for row in counts),
        "counts": [count_view(row) for row in counts],
        "changes": [day_view(row) for row in scopes.changes_by_day(routes.tenant, since=since)],
    }


@routes.operation("GET", "/assets/{asset_id}")
def get_asset(asset_id: str) -> AssetView:
    return asset_view(_asset(asset_id))


@routes.operation("GET", "/assets/{asset_id}/changes")
def list_changes_of(asset_id: str) -> HistoryView:
    history = current().asset_store.history(routes.tenant, asset_id) if is_asset_id(asset_id) else None
    if history is None:
        raise AssetNotFound(f"no asset {asset_id[:64]!r}")
    return {"changes": [change_view(change) for change in history]}


@routes.operation("GET", "/assets/{asset_id}/relations")
def list_relations(asset_id: str) -> RelationsView:
    """What the asset refers to, and what refers to it: where that is ``more`` than is shown, ``refers_to`` of
    ``GET /assets`` lists it page by page. ``id`` is null for what is not in the inventory.
    """
    asset = _asset(asset_id)
    store = current().asset_store
    wanted = asset.fields["relations"]
    own = asset.fields["native_id"]
    candidates = store.by_native_ids(asset.scope, [own, *(relation["native_id"] for relation in wanted)])
    namesakes = [asset, *(one for one in candidates if one.id != asset.id and one.fields["native_id"] == own)]
    which = AssetFilter(
        routes.tenant,
        provider=asset.scope.provider,
        account_id=asset.scope.account_id,
        refers_to=own,
    )
    incoming = store.find(which, limit=MOST_INCOMING + 1)
    return {
        "outgoing": [
            edge_view(relation["type"], relation["native_id"], target(asset, relation, candidates))
            for relation in wanted
        ],
        "incoming": [
            edge_view(found.scope.type, found.fields["native_id"], found)
            for found in incoming[:MOST_INCOMING]
            if refers(found, asset, namesakes)
        ],
        "more": len(incoming) > MOST_INCOMING,
    }


@routes.operation("GET", "/changes", query=ChangesQuery)
def list_changes(asked: ChangesQuery) -> ChangesView:
    """Newest first; ``next_cursor`` leads to the ones before."""
    chosen = asked.model_dump(include={"provider", "account_id", "region", "type"})
    found = current().asset_store.changes(
        AssetFilter(routes.tenant, **chosen),
        since=asked.since,
        kind=asked.kind,
        limit=asked.limit + 1,
        after=position_of(asked.cursor, CHANGES) if asked.cursor else None,
    )
    page = found[: asked.limit]
    return {
        "changes": [
            {
                "asset_id": asset.id,
                **place_view(asset.scope),
                "native_id": asset.fields["native_id"],
                "name": asset.fields["name"],
                **change_view(change),
            }
            for asset, change in page
        ],
        "next_cursor": cursor_behind_change(page[-1][0], page[-1][1]["at"]) if len(found) > asked.limit else None,
    }


@routes.operation("GET", "/scopes", query=ScopesQuery)
def list_scopes(asked: ScopesQuery) -> ScopesView:
    """When each scope was last listed completely, how many assets it had then, and what came of the last listing."""
    found, total = current().scope_store.find(routes.tenant, **asked.model_dump())
    return {"scopes": [scope_view(document) for document in found], "total": total}


def _asset(asset_id: str) -> Asset:
    asset = current().asset_store.get(routes.tenant, asset_id) if is_asset_id(asset_id) else None
    if asset is None:
        raise AssetNotFound(f"no asset {asset_id[:64]!r}")
    return asset
