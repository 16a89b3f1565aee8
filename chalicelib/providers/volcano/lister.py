"""Lists one asset type of one region page by page, whatever the type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from chalicelib.providers.base import Page
from chalicelib.providers.retry import with_retries
from chalicelib.providers.volcano.declaration import AssetType, Product
from chalicelib.providers.volcano.parsing import assets_in


class Caller(Protocol):
    def call(self, product: Product, action: str, region: str, query: Mapping[str, Any]) -> Mapping[str, Any]: ...


def list_pages(
    caller: Caller, asset_type: AssetType, region: str, *, start: str | None, sleep: Callable[[float], None]
) -> Iterator[Page]:
    """Pages from ``start``, a page's ``next_token``, or from the beginning. Each page has its own retries."""
    paging = asset_type.paging
    token = start
    place = region if asset_type.home is None else asset_type.home
    named = {asset_type.region_parameter: place} if asset_type.region_parameter else {}
    while True:
        query = {**asset_type.query, **named, **paging.query(token)}
        call = partial(caller.call, asset_type.product, asset_type.action, place, query)
        answer = with_retries(call, sleep=sleep)
        assets = assets_in(answer, asset_type)
        token = paging.next_token(token, answer, len(assets))
        yield Page(assets, token, paging.total(answer))
        if token is None:
            return
