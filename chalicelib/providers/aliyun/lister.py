"""Lists one asset type of one region page by page, whatever the type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from chalicelib.errors import CloudRejected, CloudUnavailable
from chalicelib.providers.aliyun.declaration import AssetType, Attached, Product
from chalicelib.providers.aliyun.parsing import assets_in
from chalicelib.providers.attached import Attachments, Belonging
from chalicelib.providers.base import ListedAsset, Page
from chalicelib.providers.fields import text
from chalicelib.providers.retry import with_retries


class Caller(Protocol):
    def call(
        self, product: Product, action: str, region: str, query: Mapping[str, str], path: str = "/"
    ) -> Mapping[str, Any]: ...


def list_pages(
    caller: Caller, asset_type: AssetType, region: str, *, start: str | None, sleep: Callable[[float], None]
) -> Iterator[Page]:
    """Pages from ``start``, a page's ``next_token``, or from the beginning. Each page has its own retries.

    A type that belongs to no region is asked for where it is at home, whatever the ``region``.
    """
    paging = asset_type.paging
    place = asset_type.home or region
    named = {} if asset_type.product.style == "OSS" else {"RegionId": place}
    token = start
    attachments = None
    while True:
        query = {**named, **asset_type.query, **paging.query(token)}
        call = partial(caller.call, asset_type.product, asset_type.action, place, query, asset_type.path)
        answer = with_retries(call, sleep=sleep)
        assets = assets_in(answer, asset_type)
        if attached := asset_type.attached:
            if attachments is None or attached.groups is None:
                read = partial(attached_in, caller, attached, region, assets, sleep=sleep)
                attachments = Attachments(attached.kind, read)
            assets = tuple(attachments.added_to(asset) for asset in assets)
        token = paging.next_token(token, answer, len(assets))
        yield Page(assets, token, paging.total(answer))
        if token is None:
            return


def attached_in(
    caller: Caller,
    attached: Attached,
    region: str,
    items: Iterable[ListedAsset],
    *,
    sleep: Callable[[float], None],
) -> Iterator[Belonging]:
    """Of all groups, or without any of each of the ``items``. Raises CloudUnavailable for a group that has more members
    than it lists: so who may not see them may be answered, or a listing that is under way when they change.
    """

    def listed(asset_type: AssetType) -> Iterator[ListedAsset]:
        return _unbroken(list_pages(caller, asset_type, region, start=None, sleep=sleep), asset_type.action)

    for owner in listed(attached.groups) if attached.groups else items:
        belongs_to = owner.relations.get("lb", ()) if attached.groups else (owner.native_id,)
        if belongs_to:
            members = list(listed(attached.of(owner.native_id)))
            if attached.count and len(members) < _count(owner, attached.count):
                raise CloudUnavailable(f"{attached.members.action} answered fewer members than their group has")
            yield belongs_to, [native_id for member in members for native_id in member.relations.get(attached.kind, ())]


def _unbroken(pages: Iterable[Page], action: str) -> Iterator[ListedAsset]:
    """What the pages have. Raises CloudUnavailable for an item that comes again and an end before the end."""
    seen: set[str] = set()
    for page in pages:
        items = {repr(asset.attributes) for asset in page.assets}
        if (seen and page.is_bare_end) or not seen.isdisjoint(items):
            raise CloudUnavailable(f"{action} answered a page that does not follow the one before")
        seen |= items
        yield from page.assets


def _count(group: ListedAsset, path: str) -> int:
    count = text(group.attributes, path)
    if not count.isdecimal():
        raise CloudRejected(f"the cloud answered a group without a {path}")
    return int(count)
