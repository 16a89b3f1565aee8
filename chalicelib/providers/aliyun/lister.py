"""Lists one asset type of one region page by page, whatever the type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from chalicelib.providers.aliyun.declaration import AssetType, Product
from chalicelib.providers.aliyun.parsing import assets_in
from chalicelib.providers.base import Page
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
    while True:
        query = {**named, **asset_type.query, **paging.query(token)}
        call = partial(caller.call, asset_type.product, asset_type.action, place, query, asset_type.path)
        answer = with_retries(call, sleep=sleep)
        assets = assets_in(answer, asset_type)
        token = paging.next_token(token, answer, len(assets))
        yield Page(assets, token, paging.total(answer))
        if token is None:
            return
