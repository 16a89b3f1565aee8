"""Lists one asset type of one region page by page, whatever the type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from chalicelib.errors import CloudRejected, CloudUnavailable
from chalicelib.providers.attached import Attachments, Belonging
from chalicelib.providers.base import ListedAsset, Page
from chalicelib.providers.retry import with_retries
from chalicelib.providers.volcano.declaration import AssetType, Attached, Product
from chalicelib.providers.volcano.parsing import asset_of, assets_in

Sleep = Callable[[float], None]


class Caller(Protocol):
    def call(self, product: Product, action: str, region: str, query: Mapping[str, Any]) -> Mapping[str, Any]: ...


def list_pages(
    caller: Caller, asset_type: AssetType, region: str, *, start: str | None, sleep: Sleep
) -> Iterator[Page]:
    """Pages from ``start``, a page's ``next_token``, or from the beginning. Each page has its own retries."""
    paging = asset_type.paging
    attachments = None
    if attached := asset_type.attached:
        attachments = Attachments(attached.kind, partial(_attached_in, caller, attached, region, sleep=sleep))
    token = start
    place = region if asset_type.home is None else asset_type.home
    named = {asset_type.region_parameter: place} if asset_type.region_parameter else {}
    while True:
        query = {**asset_type.query, **named, **paging.query(token)}
        call = partial(caller.call, asset_type.product, asset_type.action, place, query)
        answer = with_retries(call, sleep=sleep)
        assets = assets_in(answer, asset_type)
        if attachments is not None:
            assets = tuple(attachments.added_to(asset) for asset in assets)
        token = paging.next_token(token, answer, len(assets))
        yield Page(assets, token, paging.total(answer))
        if token is None:
            return


def _attached_in(caller: Caller, attached: Attached, region: str, *, sleep: Sleep) -> Iterator[Belonging]:
    """Raises CloudUnavailable for a listing that was not the same from its first page to its last."""
    pages = list(list_pages(caller, attached.listing, region, start=None, sleep=sleep))
    listed = [asset for page in pages for asset in page.assets]
    distinct = {asset.native_id for asset in listed}
    totals = {page.total for page in pages} - {None}
    if len(distinct) < len(listed) or totals - {len(listed)}:
        raise CloudUnavailable(f"{attached.listing.action} answered pages that do not belong together")
    yield from belongings(caller, attached, region, listed, sleep=sleep)


def belongings(
    caller: Caller, attached: Attached, region: str, listed: Iterable[ListedAsset], *, sleep: Sleep
) -> Iterator[Belonging]:
    """Of groups that ``listed`` refers to, each asked for once. Nobody needs to be asked of those without an item."""
    wanted = attached.listing.relations.keys()
    described: dict[str, ListedAsset] = {}
    for asset in listed:
        if asset.relations.keys() != wanted:
            continue
        for native_id in asset.relations["group"]:
            if native_id not in described:
                described[native_id] = _described(caller, attached.group, region, native_id, sleep=sleep)
            group = described[native_id]
            items = asset.relations.get("lb") or group.relations.get("lb")
            if not items:
                raise CloudRejected(f"{attached.group.action} answered a group without its load balancer")
            yield items, group.relations.get(attached.kind, ())


def _described(caller: Caller, group: AssetType, region: str, native_id: str, *, sleep: Sleep) -> ListedAsset:
    """Raises CloudRejected where nothing is said of members. A null says that there are none."""
    query = {group.native_id: native_id}
    answer = with_retries(partial(caller.call, group.product, group.action, region, query), sleep=sleep)
    if not isinstance(answer.get(group.items, ""), list | None):
        raise CloudRejected(f"{group.action} answered without {group.items}")
    return asset_of(answer, group)
