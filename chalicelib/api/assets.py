"""Routes of the inventory."""

from __future__ import annotations

from typing import Annotated, Any

from chalice.app import Blueprint
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.api.endpoint import endpoint, query
from chalicelib.assets.model import Asset
from chalicelib.assets.store import AssetFilter
from chalicelib.clock import rfc3339
from chalicelib.container import current
from chalicelib.errors import AssetNotFound
from chalicelib.providers.names import AssetTypeName, ProviderName, RegionId
from chalicelib.tasks.model import DEFAULT_TENANT

routes = Blueprint(__name__)


class ListQuery(BaseModel):
    """``q`` is the beginning of a name, of a word in it, of a native id or of an address, in any case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: ProviderName | None = None
    account_id: Annotated[int, Field(ge=1)] | None = None
    region: RegionId | None = None
    type: AssetTypeName | None = None
    q: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 20


@routes.route("/assets", methods=["GET"])
@endpoint
def list_assets() -> dict[str, Any]:
    asked = query(routes.current_request, ListQuery)
    which = AssetFilter(
        tenant=DEFAULT_TENANT,
        provider=asked.provider,
        account_id=asked.account_id,
        region=asked.region,
        type=asked.type,
        q=asked.q,
    )
    store = current().asset_store
    found = store.find(which, limit=asked.limit, offset=asked.offset)
    return {"assets": [asset_view(asset) for asset in found], "total": store.count(which)}


@routes.route("/assets/{asset_id}", methods=["GET"])
@endpoint
def get_asset(asset_id: str) -> dict[str, Any]:
    asset = current().asset_store.get(DEFAULT_TENANT, asset_id)
    if asset is None:
        raise AssetNotFound(f"no asset {asset_id[:64]!r}")
    return asset_view(asset)


def asset_view(asset: Asset) -> dict[str, Any]:
    return {
        "id": asset.id,
        "provider": asset.scope.provider,
        "account_id": asset.scope.account_id,
        "region": asset.scope.region,
        "type": asset.scope.type,
        **asset.fields,
        "first_seen_at": rfc3339(asset.first_seen_at),
        "changed_at": rfc3339(asset.changed_at),
        "changed_by_task": asset.changed_by_task,
        "missing": asset.missing,
        "deleted_at": rfc3339(asset.deleted_at),
    }
