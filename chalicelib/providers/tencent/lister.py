"""Lists one asset type of one region page by page, whatever the type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from chalicelib.errors import CloudUnavailable, Refused
from chalicelib.providers.attached import Attachments, Belonging
from chalicelib.providers.base import ListedAsset, Page
from chalicelib.providers.retry import with_retries
from chalicelib.providers.tencent.declaration import AssetType, Attached, Call, Product
from chalicelib.providers.tencent.parsing import assets_in, items_in, related


class Caller(Protocol):
    def call(self, product: Product, action: str, region: str, query: Mapping[str, Any]) -> Mapping[str, Any]: ...


def list_pages(
    caller: Caller, asset_type: AssetType, region: str, *, start: str | None, sleep: Callable[[float], None]
) -> Iterator[Page]:
    """Pages from ``start``, a page's ``next_token``, or from the beginning. Each page has its own retries."""
    paging = asset_type.paging
    token = start
    total: int | None = None
    place = region if asset_type.home is None else asset_type.home
    while True:
        query = {**asset_type.query, **paging.query(token)}
        call = partial(caller.call, asset_type.product, asset_type.action, place, query)
        try:
            answer = with_retries(call, sleep=sleep)
        except Refused as refused:
            if refused.code == asset_type.nothing and (token is None or token == str(total)):
                yield Page((), None, total or 0)
                return
            raise
        assets = assets_in(answer, asset_type)
        if attached := asset_type.attached:
            behind = Attachments(attached.kind, partial(attached_to, assets, caller, attached, place, sleep=sleep))
            assets = tuple(behind.added_to(asset) for asset in assets)
        token = paging.next_token(token, answer, len(assets))
        total = paging.total(answer)
        yield Page(assets, token, total)
        if token is None:
            return


def attached_to(
    assets: Iterable[ListedAsset],
    caller: Caller,
    attached: Attached,
    region: str,
    *,
    sleep: Callable[[float], None],
) -> Iterator[Belonging]:
    """One call for each asset, or as many as the answer has pages."""
    for asset in assets:
        call = attached.call_about(asset.attributes)
        if asked := call.query(asset.attributes):
            found = [related(item, attached.kind, call.found) for item in _items(caller, call, asked, region, sleep)]
            yield (asset.native_id,), [native_id for some in found for native_id in some]


def _items(
    caller: Caller, call: Call, asked: Mapping[str, Any], region: str, sleep: Callable[[float], None]
) -> list[Mapping[str, Any]]:
    """What was being changed while it was listed makes the listing one to repeat, not one that is shorter."""
    items: list[Mapping[str, Any]] = []
    token: str | None = None
    while True:
        query = {**asked, **call.paging.query(token)}
        answer = with_retries(partial(caller.call, call.product, call.action, region, query), sleep=sleep)
        page = items_in(answer, call)
        items += page
        token = call.paging.next_token(token, answer, len(page))
        if token is None:
            break
    total = call.paging.total(answer)
    if total is not None and len(items) < total:
        raise CloudUnavailable(f"{call.action} answered {len(items)} of {total}")
    return items
